"""One list of names for a text: what the tagger, the patterns and the gazetteer found, without overlaps.

The tagger's coarse places become GPE, LOC or FAC here; titles and possessives leave the spans.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace

from tasks.entities import rules
from tasks.entities.gazetteer import Gazetteer
from tasks.entities.local import IN_BRACKETS, stands_for
from tasks.entities.spans import Span

NAMES = frozenset({"PERSON", "ORG", "GPE", "LOC", "FAC", "NORP", "EVENT", "LAW", "WORK", "PRODUCT"})
_RENAMED = {"PER": "PERSON", "MISC": ""}
_TITLE = (
    r"Mr|Mrs|Ms|Miss|Mx|Dr|Prof|Professor|Sir|Dame|Lord|Lady|Rev|Fr|Father|Sister|Sheikh|Imam|Rabbi|Hon|Gen|General|Lt|Lieutenant|Col|Colonel|Maj|Major|"
    r"Capt|Captain|Sgt|Sergeant|Adm|Admiral|Cpl|Brig|Brigadier|Inspector|Superintendent|Officer|Detective|Judge|Justice|Sen|Senator|Rep|Representative|"
    r"Gov|Governor|Mayor|President|Vice President|Prime Minister|Deputy Prime Minister|Foreign Minister|Minister|Deputy Minister|Secretary|Chancellor|Chairman|"
    r"Chairwoman|Chair|Chief|Director|Ambassador|Premier|Spokesperson|Spokesman|Spokeswoman|CEO|PM|FM|MP|King|Queen|Prince|Princess|Comrade|Congressman|"
    r"Congresswoman|Councillor|Attorney General|State Councillor|State Counsellor|Assistant Minister|Vice Minister|Secretary-General|Secretary General|Party General Secretary|General Secretary|State President|NA Chairman"
)
_GENERIC = frozenset(
    [
        "parties",
        "party",
        "states",
        "state",
        "ministers",
        "minister",
        "ministries",
        "sides",
        "side",
        "government",
        "committee",
        "general",
        "general",
        "secretaries",
        "secretaries",
        "leaders",
        "leader",
        "countries",
        "country",
        "nation",
        "nations",
        "fms",
        "foreign",
        "ministers",
        "photo",
        "source",
        "comment",
    ]
)  # seen capitalised in official style; alone they name nobody
_ASSEMBLY = re.compile(r"\b(?:Assembly|Parliament|Legislature|Senate|Knesset|People[’']s Congress)$")
_TITLES = re.compile(rf"(?:(?:{_TITLE})\.? )+(?=[^\W\d_])")
_ONLY_TITLES = re.compile(rf"(?:(?:{_TITLE})\.? ?)+")
_EDGE_LEFT = re.compile(r"(?:[\s\"'“”‘’«»(\[,;:–—-]+|[Tt]he\s+|THE\s+)+")
_EDGE_RIGHT = re.compile(r"(?:['’][sS])?[\s\"'“”‘’«»)\],;:–—-]*$")
_SPLIT = re.compile(r"\s?[-–—/]\s?")
_ORDINAL_BEFORE = re.compile(r"(?:\d{1,3}(?:st|nd|rd|th)) $")
_ORDINAL_LOOK_BACK = 6  # "101st " is the longest that matters

_FAC_HEAD = frozenset(
    [
        "airport",
        "bridge",
        "stadium",
        "station",
        "tower",
        "palace",
        "building",
        "square",
        "street",
        "road",
        "avenue",
        "highway",
        "tunnel",
        "dam",
        "plant",
        "prison",
        "camp",
        "base",
        "mosque",
        "temple",
        "church",
        "cathedral",
        "mall",
        "hotel",
        "museum",
        "hospital",
        "center",
        "centre",
        "arena",
        "harbour",
        "harbor",
        "terminal",
        "pagoda",
        "castle",
        "expressway",
        "boulevard",
        "lane",
        "gate",
        "garden",
        "gardens",
        "zoo",
        "checkpoint",
        "jail",
        "barracks",
        "cemetery",
        "mausoleum",
        "library",
        "theatre",
        "theater",
        "pier",
        "wharf",
        "refinery",
        "mine",
        "reactor",
        "ground",
    ]
)
_LOC_HEAD = frozenset(
    [
        "sea",
        "river",
        "ocean",
        "lake",
        "mountain",
        "mountains",
        "bay",
        "gulf",
        "strait",
        "straits",
        "island",
        "islands",
        "peninsula",
        "delta",
        "valley",
        "desert",
        "basin",
        "coast",
        "canal",
        "forest",
        "archipelago",
        "cape",
        "hills",
        "plateau",
        "falls",
        "volcano",
        "reef",
        "shoal",
        "reefs",
        "glacier",
        "creek",
        "rainforest",
        "asia",
        "africa",
        "europe",
        "america",
        "east",
        "west",
        "north",
        "south",
        "beach",
        "park",
        "hemisphere",
        "corridor",
    ]
)
_GPE_HEAD = frozenset(
    [
        "province",
        "city",
        "district",
        "county",
        "state",
        "republic",
        "kingdom",
        "village",
        "town",
        "commune",
        "prefecture",
        "oblast",
        "governorate",
        "territory",
        "municipality",
        "ward",
        "emirate",
        "federation",
        "states",
        "borough",
        "canton",
        "voivodeship",
        "hamlet",
        "township",
    ]
)
_LOC_FIRST = frozenset(
    ["lake", "mount", "mt", "gulf", "strait", "bay", "cape", "river", "sea", "isle", "horn", "port-side"]
)


def refine(text: str, tagged: Sequence[Span], gazetteer: Gazetteer) -> list[Span]:
    """Names of a text with their full types, sorted, not overlapping.

    tagged: the tagger's spans of this text, coarse or fine. Types that no table knows are left out.
    """
    spans = [part for span in tagged for part in _parts(text, span, gazetteer)]
    merged = _overlay(rules.find_patterns(text), spans)
    known = [*rules.find_peoples(text, gazetteer), *rules.find_places(text, gazetteer, merged)]
    merged = _with_acronyms(text, _fill(merged, known))
    return _with_ordinals(text, merged)


def _parts(text: str, span: Span, gazetteer: Gazetteer) -> list[Span]:
    """The trimmed span with its type; two places joined by a hyphen become two."""
    kind = _RENAMED.get(span.type, span.type)
    if kind not in NAMES:
        return []
    start, end = trim(text, span.start, span.end, is_person=kind == "PERSON")
    if start >= end:
        return []
    surface = text[start:end]
    if surface.lower() in _GENERIC or _ONLY_TITLES.fullmatch(surface):
        return []
    if demonym := _demonym_before_title(text, start, end, gazetteer):
        return [replace(span, start=start, end=demonym, type="NORP")]
    if kind == "EVENT" and _ASSEMBLY.search(surface):
        kind = "ORG"
    if kind in ("LOC", "ORG", "GPE") and (pieces := _pieces(surface, gazetteer)):
        return [replace(span, start=start + a, end=start + b, type=t) for a, b, t in pieces]
    return [replace(span, start=start, end=end, type=_type_of(text, start, end, kind, gazetteer))]


def _demonym_before_title(text: str, start: int, end: int, gazetteer: Gazetteer) -> int | None:
    """End of `Chinese` in `Chinese State` Councillor, where the rest of the span is the start of a title."""
    space = text.find(" ", start, end)
    if space < 0 or text[start:space] not in gazetteer.peoples:
        return None
    titles = _TITLES.match(text, space + 1)
    return space if titles is not None and titles.end() > end else None


def trim(text: str, start: int, end: int, *, is_person: bool) -> tuple[int, int]:
    """The span without article, quotes, possessive and, for a person, titles."""
    left = _EDGE_LEFT.match(text, start, end)
    start = left.end() if left else start
    if is_person and (titles := _TITLES.match(text, start, end)):
        start = titles.end()
    right = _EDGE_RIGHT.search(text[start:end])
    return start, (start + right.start() if right else end)


def _pieces(surface: str, gazetteer: Gazetteer) -> list[tuple[int, int, str]]:
    """Halves of `Vietnam-China`, where each is a known place or people."""
    joint = _SPLIT.search(surface)
    if joint is None or gazetteer.place(surface) is not None:
        return []
    halves = [(0, joint.start()), (joint.end(), len(surface))]
    types = [_known_type(surface[a:b], gazetteer) for a, b in halves]
    return [(a, b, t) for (a, b), t in zip(halves, types, strict=True) if t] if all(types) else []


def _known_type(surface: str, gazetteer: Gazetteer) -> str:
    entry = gazetteer.place(surface) or gazetteer.people(surface)
    return entry.type if entry else ""


def _type_of(text: str, start: int, end: int, kind: str, gazetteer: Gazetteer) -> str:
    surface = text[start:end]
    if kind in ("LOC", "ORG", "GPE", "NORP") and surface in gazetteer.peoples:
        return "NORP"
    if kind == "ORG" and surface in gazetteer.sure_places:
        return gazetteer.place(surface).type  # type: ignore[union-attr]  # sure places are known
    return place_type(text, start, end, gazetteer) if kind == "LOC" else kind


def place_type(text: str, start: int, end: int, gazetteer: Gazetteer) -> str:
    """GPE, LOC or FAC of a place: by the gazetteer, its head word, or the common noun behind it."""
    surface = text[start:end]
    entry = gazetteer.place(surface)
    if entry is not None:
        return entry.type
    words = surface.lower().replace(".", "").split()
    if len(words) > 1:
        if words[-1] in _FAC_HEAD:
            return "FAC"
        if words[-1] in _LOC_HEAD or words[0] in _LOC_FIRST:
            return "LOC"
        if words[-1] in _GPE_HEAD or surface.endswith("Region"):
            return "GPE"
    follows = re.match(r" ([a-z]+)", text[end : end + 20])
    if follows:
        for heads, kind in ((_GPE_HEAD, "GPE"), (_FAC_HEAD, "FAC"), (_LOC_HEAD, "LOC")):
            if follows[1] in heads and follows[1] not in (
                "state",
                "base",
                "east",
                "west",
                "north",
                "south",
                "park",
                "center",
                "centre",
            ):
                return kind
    return "GPE"


def _overlay(patterns: list[Span], spans: list[Span]) -> list[Span]:
    """Pattern spans over tagger spans: the one that holds the other wins; the pattern where they are equal or cross."""
    kept: list[Span] = []
    queue = iter([*sorted(spans), None])
    span = next(queue)
    for pattern in patterns:
        while span is not None and span.end <= pattern.start:
            kept.append(span)
            span = next(queue)
        crossing: list[Span] = []
        while span is not None and span.start < pattern.end:
            crossing.append(span)
            span = next(queue)
        holds = [
            s
            for s in crossing
            if s.start <= pattern.start
            and s.end >= pattern.end
            and s.end - s.start > pattern.end - pattern.start
        ]
        kept += holds or [pattern]
    while span is not None:
        kept.append(span)
        span = next(queue)
    return rules.longest(kept)


def _fill(spans: list[Span], known: list[Span]) -> list[Span]:
    """Known names where nothing was found; a people in place of a place or organisation of the same span."""
    by_start = sorted(known)
    kept: list[Span] = []
    at = 0
    for span in spans:
        while at < len(by_start) and by_start[at].end <= span.start:
            kept.append(by_start[at])
            at += 1
        while at < len(by_start) and by_start[at].start < span.end:
            at += 1
        kept.append(span)
    kept += by_start[at:]
    return rules.longest(kept)


def _with_acronyms(text: str, spans: list[Span]) -> list[Span]:
    """`Code of Conduct (COC)`: the acronym has the type of its name, here and wherever it stands alone."""
    types: dict[str, str] = {}
    for span in spans:
        defined = IN_BRACKETS.match(text, span.end) if span.type not in ("PERSON", "NORP", "GPE") else None
        if defined is not None and stands_for(defined[1], text[span.start : span.end]):
            types.setdefault(defined[1], span.type)
    if not types:
        return spans
    words = "|".join(re.escape(word) for word in sorted(types, key=lambda w: (-len(w), w)))
    alone = [
        Span(m.start(), m.end(), types[m[0]], rules.KNOWN_SCORE, "document")
        for m in re.finditer(rf"(?<![\w-])(?:{words})(?![\w-])", text)
    ]
    retyped = [replace(s, type=types[t]) if (t := text[s.start : s.end]) in types else s for s in spans]
    return _fill(retyped, alone)


def _with_ordinals(text: str, spans: list[Span]) -> list[Span]:
    """`14th National Assembly`: the ordinal belongs to the name of an organisation or event."""
    grown: list[Span] = []
    for span in spans:
        if span.type in ("ORG", "EVENT", "LAW"):
            floor = max(grown[-1].end if grown else 0, span.start - _ORDINAL_LOOK_BACK)
            before = _ORDINAL_BEFORE.search(text[floor : span.start])
            grown.append(span if before is None else replace(span, start=floor + before.start()))
        else:
            grown.append(span)
    return grown
