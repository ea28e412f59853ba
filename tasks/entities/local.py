"""Which mentions of one document mean the same: surnames, acronyms, demonyms, short forms.

Nothing here looks at other documents. Each mention gets a `local_id`; the entity behind it has its fullest
name in the document, every form, and the Wikidata id where the gazetteer is sure.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Sequence
from dataclasses import dataclass, field

from tasks.entities.gazetteer import Entry, Gazetteer, fold, is_acronym
from tasks.entities.namesakes import LOOK_AROUND, Around, settled
from tasks.entities.persons import Persons
from tasks.entities.spans import Key, Mention
from tasks.entities.storms import KIND

PLACES = frozenset({"GPE", "LOC", "FAC"})
_GROUPS = {"GPE": "PLACE", "LOC": "PLACE", "FAC": "PLACE"}
_LAW_YEAR = re.compile(r"^(?:1[5-9]|20)\d\d | (?:1[5-9]|20)\d\d$")
_ORDINAL = re.compile(r"^\d+(?:st|nd|rd|th) ")
_PLACE_NOUN = re.compile(r" (?:province|city|district|county|state|prefecture)$")
_LANDSCAPE = re.compile(r" (?:island|river)$")
_STORM = re.compile(rf"^(?:{KIND}) ")
_UN = re.compile(r"^(?:u\.n\.|un) ")
IN_BRACKETS = re.compile(r" ?\(([A-Z][A-Za-z.&-]{1,11})\)")
_FIRM = frozenset(
    ["inc", "incorporated", "corp", "corporation", "co", "company", "companies", "ltd", "limited", "llc", "plc", "ag", "se", "sa", "spa", "gmbh",
     "nv", "bv", "ab", "as", "asa", "oyj", "bhd", "berhad", "sdn", "tbk", "pt", "jsc", "pjsc", "oao", "ooo", "group", "holding", "holdings", "motor",
     "motors", "international", "industries", "enterprises", "technologies", "the", "and", "&"]
)  # fmt: skip
_SMALL_WORDS = frozenset(
    {"of", "the", "and", "for", "in", "on", "to", "de", "la", "du", "des", "und", "&", "a"}
)


@dataclass(slots=True)
class LocalEntity:
    """What one or more mentions of a document stand for."""

    local_id: int
    type: str
    name: str
    qid: str | None
    aliases: set[str] = field(default_factory=set)
    n_mentions: int = 0


@dataclass(frozen=True, slots=True)
class Local:
    """The `local_id` of each mention, in the order given, and the entities by that id."""

    ids: tuple[int, ...]
    entities: tuple[LocalEntity, ...]


def group_of(kind: str) -> str:
    """Types that may be one entity share a group: GPE, LOC and FAC."""
    return _GROUPS.get(kind, kind)


def entity_id(key: Key) -> str:
    """16 hex digits of SHA-256 over the group of types and the smallest folded full name of a set."""
    return hashlib.sha256(f"{key[0]}\t{key[1]}".encode()).hexdigest()[:16]


def resolve_document(mentions: Sequence[Mention], texts: dict[str, str], gazetteer: Gazetteer) -> Local:
    """Entities of one document.

    mentions: in reading order, title first. texts: the fields by name, to read acronyms in brackets.
    """
    known = [_entry(mention, gazetteer) for mention in mentions]
    entries = settled([_around(mention, texts[mention.field]) for mention in mentions], known)
    keys = [_key(mention, entry) for mention, entry in zip(mentions, entries, strict=True)]
    links = _bare_acronyms(mentions, keys) | _acronyms(mentions, keys, texts)
    links |= _short_names(mentions, keys) | _landscapes(mentions, keys)
    ids: dict[Key, int] = {}
    found: list[LocalEntity] = []
    chosen = []
    persons = Persons(mentions, keys, texts)
    for at, mention in enumerate(mentions):
        key = persons.full(at) if mention.type == "PERSON" else links.get(keys[at], keys[at])
        number = ids.setdefault(key, len(ids))
        if number == len(found):
            found.append(LocalEntity(number, "", "", None))
        _add(found[number], mention, entries[at])
        chosen.append(number)
    return Local(tuple(chosen), tuple(found))


def _around(mention: Mention, text: str) -> Around:
    before = text[max(0, mention.start - LOOK_AROUND) : mention.start]
    return Around(mention.surface, mention.type, before, text[mention.end : mention.end + LOOK_AROUND])


def _entry(mention: Mention, gazetteer: Gazetteer) -> Entry | None:
    if mention.type in PLACES:
        return gazetteer.place(mention.surface)
    return gazetteer.find(mention.surface, frozenset({mention.type}))


def _key(mention: Mention, entry: Entry | None) -> Key:
    """What a mention is compared by: the Wikidata id, else group and folded name."""
    if entry is not None and entry.qid:
        return ("Q", entry.qid)
    name = fold(entry.name if entry is not None else mention.surface)
    if mention.type == "LAW":
        name = _UN.sub("united nations ", _LAW_YEAR.sub("", name))
    elif mention.type in ("ORG", "EVENT"):
        name = _UN.sub("united nations ", _ORDINAL.sub("", name))
        name = _STORM.sub("", name) if mention.type == "EVENT" else name
    elif mention.type in PLACES:
        name = _PLACE_NOUN.sub("", name)
    return (group_of(mention.type), name)


def _acronyms(mentions: Sequence[Mention], keys: list[Key], texts: dict[str, str]) -> dict[Key, Key]:
    """Keys of acronyms to the key of the name in front of their brackets.

    The letters must be those of the name; of two organisations also where they are of its name in another
    language (`Indonesian Ulema Council (MUI)`), unless the gazetteer knows the acronym as another.
    """
    links: dict[Key, Key] = {}
    places = {(m.field, m.start): (m, key) for m, key in zip(mentions, keys, strict=True) if m.type == "ORG"}
    for mention, key in zip(mentions, keys, strict=True):
        defined = IN_BRACKETS.match(texts[mention.field], mention.end)
        if defined is None or mention.type == "PERSON":
            continue
        short, short_key = places.get((mention.field, defined.start(1)), (None, None))
        is_foreign = (
            short is not None
            and mention.type == "ORG"
            and is_acronym(short.surface)
            and " " in mention.surface
        )
        if stands_for(defined[1], mention.surface):
            links.setdefault((group_of(mention.type), fold(defined[1])), key)
        elif is_foreign and short_key is not None and short_key[0] != "Q":
            links.setdefault(short_key, key)
    return {short: full for short, full in links.items() if short != full and full not in links}


def _bare_acronyms(mentions: Sequence[Mention], keys: Sequence[Key]) -> dict[Key, Key]:
    """`VRA` is the Volta River Authority that the document names, where no other name has these initials."""
    full: dict[str, set[Key]] = {}
    for mention, key in zip(mentions, keys, strict=True):
        if mention.type == "ORG":
            for letters in _initials(mention.surface):
                full.setdefault(letters, set()).add(key)
    links = {}
    for mention, key in zip(mentions, keys, strict=True):
        meant = full.get(mention.surface.replace(".", "").lower(), set())
        if mention.type == "ORG" and key[0] == "ORG" and is_acronym(mention.surface) and len(meant) == 1:
            links[key] = next(iter(meant))
    return {short: name for short, name in links.items() if short != name and name not in links}


def _initials(name: str) -> set[str]:
    """First letters of a name of three words or more, with and without its small words."""
    words = [w for w in re.split(r"[\s\-/]+", _ORDINAL.sub("", fold(name))) if w]
    big = [w for w in words if w not in _SMALL_WORDS]
    return {"".join(w[0] for w in some) for some in (words, big)} if len(big) > 2 else set()


def _landscapes(mentions: Sequence[Mention], keys: Sequence[Key]) -> dict[Key, Key]:
    """`Kafue` is the Kafue River where the document never calls a town so: Isfara lies on the Isfara River."""
    bare: dict[str, set[str]] = {}
    for mention, (group, name) in zip(mentions, keys, strict=True):
        if group == "PLACE":
            bare.setdefault(name, set()).add(mention.type)
    found = {key for key in keys if key[0] == "PLACE" and _LANDSCAPE.search(key[1])}
    links = {("PLACE", _LANDSCAPE.sub("", name)): (group, name) for group, name in sorted(found)}
    return {short: full for short, full in links.items() if bare.get(short[1]) == {"LOC"}}


def stands_for(acronym: str, name: str) -> bool:
    """Whether the letters of the acronym are, in order, first letters of the name's words (small words may be left out)."""
    letters = [c for c in acronym.lower() if c.isalpha()]
    words = [w for w in re.split(r"[\s\-/]+", _ORDINAL.sub("", fold(name))) if w]
    n_capitals = sum(c.isupper() for c in acronym)
    if n_capitals < 2 or 2 * n_capitals < len(letters) or len(words) < 2:
        return False
    initials = [w[0] for w in words if w not in _SMALL_WORDS]
    everything = [w[0] for w in words]
    return letters in (initials, everything) or (
        len(letters) >= 3
        and _is_subsequence(letters, "".join(words))
        and letters[0] == words[0][0]
        and len(initials) >= 2
    )


def _is_subsequence(letters: list[str], text: str) -> bool:
    at = iter(text)
    return all(letter in at for letter in letters)


def _short_names(mentions: Sequence[Mention], keys: list[Key]) -> dict[Key, Key]:
    """Organisations: `Toyota` is `Toyota Motor Corporation`; not `Amazon` with `Amazon Web Services`."""
    names = sorted(
        {
            key
            for mention, key in zip(mentions, keys, strict=True)
            if mention.type == "ORG" and key[0] == "ORG"
        }
    )
    links = {}
    for at, (group, name) in enumerate(names):
        longer = [other for other in names[at + 1 : at + 4] if _is_firm(name, other[1])]
        if len(longer) == 1 and len(name) > 3 and not name.isdigit():
            links[(group, name)] = longer[0]
    return {short: links.get(full, full) for short, full in links.items()}


def _is_firm(short: str, long: str) -> bool:
    """Whether the longer name is the shorter one and words for a firm."""
    return long.startswith(short + " ") and all(
        word.strip(".,()") in _FIRM for word in long[len(short) + 1 :].split()
    )


def _add(entity: LocalEntity, mention: Mention, entry: Entry | None) -> None:
    """Counts the mention; a people counts for its country."""
    entity.n_mentions += 1
    entity.aliases.add(mention.surface)
    kind = mention.type
    if entry is not None and entry.qid:
        entity.qid = entry.qid
        if kind == "NORP":
            kind = "GPE"
    if not entity.type or (entity.type == "NORP" and kind != "NORP"):
        entity.type = kind
    if entry is not None and mention.type == "NORP" and entry.qid and not entity.name:
        entity.name = entry.name
    elif mention.type != "NORP" or not (entry and entry.qid):
        entity.name = _fuller_name(entity, mention)


def _fuller_name(entity: LocalEntity, mention: Mention) -> str:
    """The longer of two forms; never a demonym where the country itself is named; first one on equal length."""
    name = " ".join(mention.surface.split())
    known = entity.name if entity.name in entity.aliases else ""
    if not known or len(name) > len(known):
        return name
    return known
