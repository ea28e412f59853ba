"""The tagger's spans, trimmed and typed: titles and possessives leave, coarse places become GPE, LOC or FAC."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path

from tasks.entities.gazetteer import Gazetteer, is_acronym
from tasks.entities.spans import Span

NAMES = frozenset({"PERSON", "ORG", "GPE", "LOC", "FAC", "NORP", "EVENT", "LAW", "WORK", "PRODUCT"})
WORDS = Path(__file__).with_name("name_words.toml")


def _read(path: Path) -> Mapping[str, tuple[str, ...]]:
    return {name: tuple(words) for name, words in tomllib.loads(path.read_text(encoding="utf-8")).items()}


_WORDS = _read(WORDS)
_FAC_HEAD, _LOC_HEAD, _GPE_HEAD = (frozenset(_WORDS[name]) for name in ("fac_last", "loc_last", "gpe_last"))
_HEAD_BEHIND = re.compile(rf" (?:{'|'.join(_WORDS['org_last'])})(?!\w|[ -][A-Z])")
_PLACE_BEHIND = re.compile(rf" (?:{'|'.join(_WORDS['place_behind'])})(?!\w|[ -][A-Z])")
_BESIDE = "|".join(_WORDS["loc_beside"])
_LANDSCAPE_NOUN_BEHIND = re.compile(rf" (?:{_BESIDE})\b")
_LANDSCAPE_NOUN_BEFORE = re.compile(rf"(?:\b(?:{_BESIDE})s? of |\b(?:island|volcano|lake|river) )$")
SHIPS = _WORDS["ships"]
BODY_WORDS = frozenset(_WORDS["org_last"])
_LOC_FIRST, _GENERIC, _EVENTS = (frozenset(_WORDS[name]) for name in ("loc_first", "generic", "events"))
_TITLE = "|".join(
    sorted((re.escape(title) for title in _WORDS["titles"]), key=lambda title: (-len(title), title))
)
_RENAMED = {"PER": "PERSON", "MISC": ""}
_NO_EVENT = re.compile(r"[^\W\d_]+|\d+(?:st|nd|rd|th)")  # one word without a number: "RFID", "Year"
_ASSEMBLY = re.compile(
    r"\b(?:Assembly|Parliament|Legislature|Senate|Knesset|People[’']s Congress|Committee|Commission|Council|Ministry)$"
)
_TITLES = re.compile(rf"(?:(?:{_TITLE})\.? )+(?=[^\W\d_])")
_ONLY_TITLES = re.compile(rf"(?:(?:{_TITLE})\.? ?)+")
_EDGE_LEFT = re.compile(
    r"(?:[\s\"'“”‘’«»(\[,;:–—-]+|[Tt]he\s+|THE\s+|of\s+|(?:bay|gulf|port|town|city|village|province|district|islands?|state|region|coast|municipality|commune|valley) of\s+(?=[A-Z])|(?:north|south|east|west|northeast|northwest|southeast|southwest|north-east|north-west|south-east|south-west)(?:ern)?\s+|central\s+(?=[A-Z]))+"
)
_EDGE_RIGHT = re.compile(r"(?:['’][sS])?[\s\"'“”‘’«»)\],;:–—-]*$")
# "Magistrate P Sarulatha", "K. Nathiya"; not "Plan A", not "I", not the button "X"
_INITIAL_BEFORE = re.compile(r"(?:^|[\s(\"'“‘])((?:[B-HJ-WYZ]|[A-Z]\.) )$")
_EDGE_CHARS = 12  # what a right edge can take off; the rest of a long span is not searched
_TWO = re.compile(r" and ")  # `Serbia and Hungary`
_SPLIT = re.compile(r"\s?[-–—/]\s?")
_NOUN_BEHIND = re.compile(r" ([a-z]+)")
_UNCLEAR_BEHIND = frozenset(_WORDS["unclear_behind"])
_NUMBER_BEHIND = re.compile(
    r" (?:\d{1,3}(?:,\d{3})+|\d+\.\d+|\d{4,})$"
)  # "Hyundai Motor 5,500": not a part of the name
_PLACE_NOUN = re.compile(r" (?:State|Province|County|District|Prefecture|Governorate|Regency)$")
_LAND_NOUN = re.compile(
    r" (?:Channel|Delta|Gulf|Island|Islands|Lake|Mountains|Peninsula|River|Strait|Valley)$"
)
_OWNED = re.compile(
    r"[^’']{2,40}(?=['’]s (?:[A-Z][\w-]+ ){0,5}(?:Ministry|Department|Parliament|Court|Bank|Assembly|Congress|Senate|Army|Navy|Police|"
    r"Commission|Council|Agency|Authority|Party)\b)"
)  # "Uganda" in "Uganda's Ministry of Water"


def typed_parts(text: str, span: Span, gazetteer: Gazetteer) -> list[Span]:
    """The trimmed span with its type; two places joined by a hyphen become two; what is no name becomes none."""
    kind = _RENAMED.get(span.type, span.type)
    if kind not in NAMES:
        return []
    start, end = trim(text, span.start, span.end, is_person=kind == "PERSON")
    if start >= end or not _is_name(text[start:end], kind):
        return []
    if kind == "ORG" and (town := _before_goods(text, start, end, gazetteer)):
        kind, end = "LOC", town
    end = _without_noun(text, start, end, gazetteer) if kind in ("LOC", "GPE", "NORP") else end
    demonyms = _demonyms(text, start, end, gazetteer)
    if demonyms and text[demonyms[-1][1] + 1 : end] == text[slice(*demonyms[-1])]:  # `Chinese Chinese`
        return [
            replace(span, start=a, end=b, type="NORP") for a, b in [*demonyms, (demonyms[-1][1] + 1, end)]
        ]
    if demonyms and (titles := _TITLES.match(text, demonyms[-1][1] + 1)):
        if titles.end() > end:  # `Chinese State` Councillor: the rest of the span is the start of a title
            return [replace(span, start=a, end=b, type="NORP") for a, b in demonyms]
        start = titles.end() if kind == "PERSON" else start  # `Chinese President Xi Jinping`
    pieces = (
        _pieces(text[start:end], gazetteer) or _owner(text[start:end], kind, gazetteer)
        if kind in ("LOC", "ORG", "GPE")
        else []
    )
    if pieces:
        return [replace(span, start=start + a, end=start + b, type=t) for a, b, t in pieces]
    typed = _type_of(text, start, end, kind, gazetteer)
    is_same = (start, end, typed) == (span.start, span.end, span.type)
    return [span if is_same else replace(span, start=start, end=end, type=typed)]


def _before_goods(text: str, start: int, end: int, gazetteer: Gazetteer) -> int:
    """The end of `Pohang` in `Pohang steel`, 0 where there is no known place before a common noun."""
    space = text.rfind(" ", start, end)
    is_noun = space > 0 and text[space + 1 : end] in _GENERIC  # in small letters
    place = gazetteer.place(text[start:space]) if is_noun else None
    return space if place is not None else 0


def _without_noun(text: str, start: int, end: int, gazetteer: Gazetteer) -> int:
    """The end of `Thai` in `Thai border`, and in `Thai island of Phuket`: a place or people and a small word behind it.

    A kind of place as the last word is of its name (`Korean peninsula`), unless the name comes behind it.
    """
    space = text.rfind(" ", start, end)
    last = text[space + 1 : end]
    if space < 0 or not last.islower():
        return end
    people = gazetteer.people(text[start:space])
    is_named_behind = people is not None and text.startswith(" of ", end)
    if _by_word(last) and not is_named_behind:
        return end
    known = people or gazetteer.place(text[start:space])
    return space if known is not None else end


def with_head(text: str, span: Span, limit: int) -> Span:
    """`Aam Aadmi` and the ` Party`, `Mozambique` and the ` Channel` behind it are one name, where the word ends before `limit`."""
    behind = {"ORG": _HEAD_BEHIND, "LOC": _PLACE_BEHIND}.get(span.type)
    match = behind.match(text, span.end) if behind else None
    return span if match is None or match.end() > limit else replace(span, end=match.end())


def _is_name(surface: str, kind: str) -> bool:
    """Not a title or a generic word alone, nor an event of one plain word."""
    if surface.lower() in _GENERIC or _ONLY_TITLES.fullmatch(surface):
        return False
    if kind in ("ORG", "FAC", "WORK") and surface.islower() and surface.replace(" ", "").isalpha():
        return False  # a common noun
    return not (kind == "EVENT" and _NO_EVENT.fullmatch(surface) and surface not in _EVENTS)


def _demonyms(text: str, start: int, end: int, gazetteer: Gazetteer) -> list[tuple[int, int]]:
    """The nationalities a span begins with, where something comes behind them."""
    found = []
    while (space := text.find(" ", start, end)) > 0 and text[start:space] in gazetteer.peoples:
        found.append((start, space))
        start = space + 1
    return found


def trim(text: str, start: int, end: int, *, is_person: bool) -> tuple[int, int]:
    """The span without article, quotes, possessive and, for a person, titles."""
    left = _EDGE_LEFT.match(text, start, end)
    start = left.end() if left else start
    if is_person and (titles := _TITLES.match(text, start, end)):
        start = titles.end()
    if is_person and (initial := _INITIAL_BEFORE.search(text[max(0, start - 4) : start])):
        start -= len(initial[1])
    floor, whole = max(start, end - _EDGE_CHARS), end
    right = _EDGE_RIGHT.search(text[floor:end])
    end = floor + right.start() if right else end
    end = _closed(text, start, end, whole)
    number = _NUMBER_BEHIND.search(text[max(start, end - _EDGE_CHARS) : end])
    return start, (end - len(number[0]) if number else end)


def _closed(text: str, start: int, end: int, whole: int) -> int:
    """The end behind the bracket that closes the one in the name, or before one that the name leaves open.

    whole: where the name ended before its edge was trimmed.
    """
    opened = text.rfind("(", start, end)
    if opened <= start or text.find(")", opened, end) >= 0:
        return end
    if text.startswith(")", end) and end < whole:
        return end + 1
    return start + len(text[start:opened].rstrip())


def _pieces(surface: str, gazetteer: Gazetteer) -> list[tuple[int, int, str]]:
    """Halves of `Vietnam-China`, where each is a known place or people."""
    joint = _SPLIT.search(surface) or _TWO.search(surface)
    if joint is None or gazetteer.place(surface) is not None:
        return []
    halves = [(0, joint.start()), (joint.end(), len(surface))]
    types = [_known_type(surface[a:b], gazetteer) for a, b in halves]
    return [(a, b, t) for (a, b), t in zip(halves, types, strict=True) if t] if all(types) else []


def _owner(surface: str, kind: str, gazetteer: Gazetteer) -> list[tuple[int, int, str]]:
    """`Uganda` and `Ministry of Water` of `Uganda's Ministry of Water`."""
    owner = _OWNED.match(surface)
    place = None if owner is None else gazetteer.place(owner[0])
    if owner is None or place is None:
        return []
    return [
        (0, owner.end(), place.type),
        (owner.end() + len("'s "), len(surface), kind if kind == "ORG" else "GPE"),
    ]


def _known_type(surface: str, gazetteer: Gazetteer) -> str:
    entry = gazetteer.place(surface) or gazetteer.people(surface)
    return entry.type if entry and (entry.qid or entry.type == "NORP") else ""


def _type_of(text: str, start: int, end: int, kind: str, gazetteer: Gazetteer) -> str:
    surface = text[start:end]
    if surface in _EVENTS:
        return "EVENT"
    people = gazetteer.people(surface)
    if people is not None and (kind in ("LOC", "GPE", "NORP") or (kind == "ORG" and people.qid)):
        return "NORP"  # `Chinese`; but an organisation `the Liberals` is a party
    if kind in ("LOC", "GPE") and is_acronym(surface) and _is_listed_organisation(surface, gazetteer):
        return "ORG"  # the tagger's `U.N.`
    if kind in ("LOC", "GPE") and _is_unknown_acronym(text, start, end, gazetteer):
        return "ORG"  # `NTPC mine creeps closer to school`
    if kind == "LOC" or (kind == "ORG" and _is_place(surface, gazetteer)):
        return place_type(text, start, end, gazetteer)
    return "ORG" if kind == "EVENT" and _ASSEMBLY.search(surface) else kind


_DATELINE_BEHIND = re.compile(r" ?[-–—:(,/]")
_CAPITALS_BESIDE = re.compile(r"[A-Z]{4}")


def _is_unknown_acronym(text: str, start: int, end: int, gazetteer: Gazetteer) -> bool:
    """Three to five capitals that no list of places has, among small letters and not at the head of a dateline."""
    surface = text[start:end]
    beside = text[max(0, start - 12) : start] + text[end : end + 12]
    return (
        is_acronym(surface)
        and len(surface.replace(".", "")) > len("US")
        and gazetteer.place(surface) is None
        and any(c.islower() for c in beside)
        and not _CAPITALS_BESIDE.search(beside)
        and not (_DATELINE_BEHIND.match(text, end) and (start == 0 or text[start - 1] == "\n"))
    )


def _is_listed_organisation(surface: str, gazetteer: Gazetteer) -> bool:
    entry = gazetteer.find(surface, frozenset({"ORG"}))
    return entry is not None and bool(entry.qid) and gazetteer.place(surface) is None


def _is_place(surface: str, gazetteer: Gazetteer) -> bool:
    """A country that the tagger took for an organisation, or a known place with its noun: `Kogi State`, `Mozambique Channel`."""
    noun = _PLACE_NOUN.search(surface) or _LAND_NOUN.search(surface)
    return surface in gazetteer.sure_places or (
        noun is not None and gazetteer.place(surface[: noun.start()]) is not None
    )


def place_type(text: str, start: int, end: int, gazetteer: Gazetteer) -> str:
    """GPE, LOC or FAC of a place: by the gazetteer, its head word, or the common noun behind it."""
    surface = text[start:end]
    entry = gazetteer.place(surface)
    if not (entry and entry.qid) and (_is_landscape(text, start, end) or _beside_landscape(text, start, end)):
        return "LOC"
    if entry is not None:
        return entry.type
    words = surface.lower().replace(".", "").split()
    if len(words) > 1 and (kind := _by_word(words[-1])):
        return kind
    if len(words) > 1 and words[0] in _LOC_FIRST:
        return "LOC"
    behind = _NOUN_BEHIND.match(text, end)
    return (_by_word(behind[1]) if behind and behind[1] not in _UNCLEAR_BEHIND else "") or "GPE"


def _beside_landscape(text: str, start: int, end: int) -> bool:
    """`the San Pedro volcano`, `the island of Gag`."""
    before = text[max(0, start - 20) : start]
    return bool(_LANDSCAPE_NOUN_BEHIND.match(text, end) or _LANDSCAPE_NOUN_BEFORE.search(before))


def _by_word(word: str) -> str:
    for heads, kind in ((_FAC_HEAD, "FAC"), (_LOC_HEAD, "LOC"), (_GPE_HEAD, "GPE")):
        if word in heads:
            return kind
    return ""


# "along the Paraná to ...", but "the Durban court": an article belongs to a river or a region, not to a town
_LANDSCAPE_AFTER = re.compile(
    r"[,.;:)]|$|\n| (?:to|in|at|on|from|and|or|is|was|were|are|has|had|have|say|says|said|meets|met|flows|rose|fell|near|for|by|"
    r"with|into|as|where|which|that|when|since|after|before|have|will|would|can|could)\b"
)


def _is_landscape(text: str, start: int, end: int) -> bool:
    """One word behind an article and in front of no noun."""
    before = text[max(0, start - 4) : start]
    return (
        before in ("the ", "The ") and " " not in text[start:end] and bool(_LANDSCAPE_AFTER.match(text, end))
    )
