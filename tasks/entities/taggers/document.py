"""Second pass: what a document says of a name in one place holds in the others.

Three steps, each from what the first pass found: an acronym in brackets has the type of the name before it; a
surface has one type in the whole document, that of most of its mentions; a name that was seen is found where the
first pass missed it, a person also by one word of the full name.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from tasks.entities.spans import Span
from tasks.entities.taggers.words import Segment, fold

METHOD = "document"
SURE = 0.9  # a single word outside its person's name keeps another type if the first pass is this sure
SEEN = 0.6  # a name is looked for elsewhere if one mention is this sure; 0.8 finds less: MEN dev (even) 77.9, 0.6 78.7
FULL = 0.8  # a person's full name lends its words to short forms if it is this sure
LONGEST = 8  # words of a name that is looked for
_LINKING = frozenset({"of", "the", "and", "for", "de", "del", "la", "dos", "da", "&"})

# words of a firm's full name, which its short name leaves out
_FIRM = frozenset(
    [
        "group", "holdings", "holding", "bhd", "berhad", "inc", "corp", "corporation", "co", "company", "ltd", "limited", "plc", "llc",
        "hotel", "hotels", "resort", "resorts", "bank", "airlines", "airways", "motors", "motor", "insurance", "energy", "industries",
        "technologies", "telecom", "media", "foods", "pharma", "capital", "securities", "logistics", "properties", "tbk", "gmbh", "ag",
        "sa", "spa", "nv", "ratings", "stores", "supermarkets",
    ]
)  # fmt: skip

Key = tuple[str, ...]


@dataclass(slots=True)
class _Word:
    """One word of the document and the number of the span that holds it, -1 for none."""

    text: str
    folded: str
    start: int
    end: int
    segment: int
    loud: bool  # its segment is in capitals
    span: int = -1

    @property
    def capital(self) -> bool:
        return self.text[0].isupper()


def agree(parts: Sequence[Segment], spans: Sequence[Span]) -> list[Span]:
    """Spans of a document made to agree with one another. parts: its segments; spans: sorted, not overlapping."""
    if not spans:
        return []
    words = _words(parts, spans)
    inside = _inside(words, len(spans))
    keys = [tuple(w.folded for w in inside[i]) for i in range(len(spans))]
    people = _person_words(spans, inside)
    types = _majority(spans, keys)
    types.update(_firms(spans, keys, people))
    acronyms = _acronyms(words, spans, inside, types)
    types.update(acronyms)
    out = [_retyped(span, key, types, people) for span, key in zip(spans, keys, strict=True)]
    known = {k: (kind, SEEN) for k, kind in acronyms.items()} | _known(out, keys)
    out.extend(_missed(words, known, people))
    return sorted(out)


def _words(parts: Sequence[Segment], spans: Sequence[Span]) -> list[_Word]:
    out: list[_Word] = []
    at = 0
    for number, (texts, starts, ends) in enumerate(parts):
        loud = not any(text.islower() for text in texts) and sum(map(str.isupper, texts)) > 2
        for text, start, end in zip(texts, starts, ends, strict=True):
            while at < len(spans) and spans[at].end <= start:
                at += 1
            held = at < len(spans) and spans[at].start < end
            out.append(_Word(text, fold(text), start, end, number, loud, at if held else -1))
    return out


def _inside(words: Sequence[_Word], count: int) -> list[list[_Word]]:
    out: list[list[_Word]] = [[] for _ in range(count)]
    for word in words:
        if word.span >= 0:
            out[word.span].append(word)
    return out


def _person_words(spans: Sequence[Span], inside: Sequence[Sequence[_Word]]) -> frozenset[str]:
    """Words of full names of persons that may stand for the person alone."""
    return frozenset(
        word.folded
        for span, held in zip(spans, inside, strict=True)
        if span.type == "PERSON" and len(held) > 1 and span.score_frac >= FULL
        for word in held
        if word.capital and len(word.text) > 1 and word.folded not in _LINKING
    )


def _majority(spans: Sequence[Span], keys: Sequence[Key]) -> dict[Key, str]:
    """The type of each surface with several: the one with the greatest sum of scores (ties: the first by name)."""
    votes: dict[Key, dict[str, int]] = defaultdict(lambda: defaultdict(int))
    for span, key in zip(spans, keys, strict=True):
        votes[key][span.type] += round(span.score_frac * 10_000)
    return {k: min(v, key=lambda t: (-v[t], t)) for k, v in votes.items() if len(v) > 1}


def _firms(spans: Sequence[Span], keys: Sequence[Key], people: frozenset[str]) -> dict[Key, str]:
    """Single words that the first pass took for persons, but that begin the name of a firm and of no person."""
    firms = {
        key[0]
        for span, key in zip(spans, keys, strict=True)
        if span.type == "ORG" and len(key) > 1 and not _FIRM.isdisjoint(key[1:])
    }
    return {
        key: "ORG"
        for span, key in zip(spans, keys, strict=True)
        if span.type == "PERSON" and len(key) == 1 and key[0] in firms and key[0] not in people
    }


def _acronyms(
    words: Sequence[_Word],
    spans: Sequence[Span],
    inside: Sequence[Sequence[_Word]],
    types: dict[Key, str],
) -> dict[Key, str]:
    """Acronyms that stand in brackets after the name whose capitals they are."""
    out: dict[Key, str] = {}
    for before, opened, short, closed in zip(words, words[1:], words[2:], words[3:], strict=False):
        if opened.text != "(" or closed.text != ")" or before.span < 0 or not short.text.isupper():
            continue
        held = inside[before.span]
        initials = "".join(w.folded[0] for w in held if w.capital)
        if 1 < len(short.text) <= len(held) + 1 and initials == short.folded:
            key = tuple(w.folded for w in held)
            out[(short.folded,)] = types.get(key, spans[before.span].type)
    return out


def _retyped(span: Span, key: Key, types: dict[Key, str], people: frozenset[str]) -> Span:
    kind = types.get(key, span.type)
    if len(key) == 1 and key[0] in people and span.type != "PERSON" and span.score_frac < SURE:
        kind = "PERSON"
    return span if kind == span.type else replace(span, type=kind, method=METHOD)


def _known(spans: Sequence[Span], keys: Sequence[Key]) -> dict[Key, tuple[str, float]]:
    """Names that are sure enough to be looked for: type and best score."""
    out: dict[Key, tuple[str, float]] = {}
    for span, key in zip(spans, keys, strict=True):
        if len(key) <= LONGEST and span.score_frac >= SEEN and span.score_frac > out.get(key, ("", 0.0))[1]:
            out[key] = (span.type, span.score_frac)
    return out


def _missed(
    words: Sequence[_Word], known: dict[Key, tuple[str, float]], people: frozenset[str]
) -> Iterator[Span]:
    """Mentions of known names that the first pass left out."""
    longest: dict[str, int] = defaultdict(int)
    for key in known:
        longest[key[0]] = max(longest[key[0]], len(key))
    common = {w.folded for w in words if w.text.islower()}
    at = 0
    while at < len(words):
        found = _match(words, at, known, longest) or _person(words, at, people)
        if found is None or (words[at].folded in common and found[0] == 1):
            at += 1
            continue
        length, kind, score = found
        yield Span(words[at].start, words[at + length - 1].end, kind, score, METHOD)
        at += length


def _match(
    words: Sequence[_Word], at: int, known: dict[Key, tuple[str, float]], longest: dict[str, int]
) -> tuple[int, str, float] | None:
    """The longest known name that begins at a word outside all spans, with capitals and alone."""
    if words[at].span >= 0 or not words[at].capital:
        return None
    for length in range(min(longest.get(words[at].folded, 0), len(words) - at), 0, -1):
        run = words[at : at + length]
        hit = known.get(tuple(w.folded for w in run))
        alone = _alone(words, at, length) or (length > 1 and words[at].loud)
        if hit and alone and all(w.span < 0 and w.segment == run[0].segment for w in run):
            return length, hit[0], hit[1]
    return None


def _person(words: Sequence[_Word], at: int, people: frozenset[str]) -> tuple[int, str, float] | None:
    """One word of a person's name, outside all spans, with a capital and alone."""
    word = words[at]
    if word.span >= 0 or not word.capital or word.folded not in people or not _alone(words, at, 1):
        return None
    return 1, "PERSON", FULL


def _alone(words: Sequence[_Word], at: int, length: int) -> bool:
    """Whether no capitalised word stands directly beside the run."""
    before = words[at - 1] if at else None
    after = words[at + length] if at + length < len(words) else None
    return not any(
        w and w.segment == words[at].segment and (w.capital or w.text in "-&/") for w in (before, after)
    )
