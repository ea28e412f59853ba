"""One list of names for a text: what the tagger, the patterns and the gazetteer found, without overlaps.

Patterns go over the tagger's spans, known peoples and places fill what is left, an acronym takes the type of the
name it was defined for, and an ordinal belongs to the assembly or congress behind it.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace

from tasks.entities import rules
from tasks.entities.bounds import with_bounds
from tasks.entities.commons import without_commons, without_days
from tasks.entities.cues import with_cues
from tasks.entities.ends import with_ends
from tasks.entities.gazetteer import Gazetteer
from tasks.entities.joints import with_joints
from tasks.entities.local import IN_BRACKETS, stands_for
from tasks.entities.parts import typed_parts, with_head
from tasks.entities.ships import with_ships
from tasks.entities.shorts import with_shorts
from tasks.entities.spans import Span
from tasks.entities.storms import with_storms

_ACRONYM = re.compile(r"(?<![\w-])[A-Z][A-Za-z]*(?:[.&-][A-Za-z]+)*(?![\w-])")
_ORDINAL_BEFORE = re.compile(r"(?:\d{1,3}(?:st|nd|rd|th)) $")
_OPEN_END = re.compile(r"(?: (?:of|and|for|in|on|to|the|&))+$")
_JOINED = frozenset({"ORG", "LOC", "GPE"})
_ARTICLES = frozenset({" al", " el", " ul", " ad", " as", " an", " Al", " El"})
_OPEN_ARTICLES = frozenset(f"{article}-" for article in _ARTICLES)
_REST_OF_WORD = re.compile(r"-[A-Z][^\W\d_]+")
_REST_OF_GIVEN = re.compile(r"-(?!led|era|run|born|like|style|backed|based)[a-z][^\W\d_]{1,6}(?![\w-])")
_JOINT = re.compile(r" (?:al|el|ul|ad|as|an)-[A-Z]")  # `Asaib Ahl` and `al-Haq`
_ORDINAL_LOOK_BACK = 6  # "101st " is the longest that matters


def refine(
    text: str, tagged: Sequence[Span], gazetteer: Gazetteer, storms: frozenset[str] = frozenset()
) -> list[Span]:
    """Names of a text with their full types, sorted, not overlapping.

    tagged: the tagger's spans of this text, coarse or fine. Types that no table knows are left out. storms: bare names
    of storms in the rest of the document.
    """
    spans = [part for span in _joined(text, tagged) for part in typed_parts(text, span, gazetteer)]
    spans = with_ends(text, with_bounds(text, with_joints(text, sorted(spans), gazetteer)), gazetteer)
    spans = with_cues(text, _one_kind_of_place(text, spans, gazetteer), gazetteer)
    spans = with_shorts(text, without_days(text, without_commons(text, spans)), gazetteer)
    merged = _overlay(rules.find_patterns(text), spans)
    known = [*rules.find_peoples(text, gazetteer), *rules.find_places(text, gazetteer, merged)]
    merged = with_ships(text, with_storms(text, _with_acronyms(text, _fill(merged, known)), storms))
    merged = _fill_over(merged, find_agencies(text))
    return _with_ordinals(text, merged)


def _one_kind_of_place(text: str, spans: Sequence[Span], gazetteer: Gazetteer) -> list[Span]:
    """A place that is a landscape once (`the island of Gag`) is one throughout, where no table says otherwise."""
    landscapes = {text[s.start : s.end] for s in spans if s.type == "LOC"}
    return [
        replace(span, type="LOC")
        if span.type == "GPE"
        and (surface := text[span.start : span.end]) in landscapes
        and gazetteer.place(surface) is None
        else span
        for span in spans
    ]


def _joined(text: str, tagged: Sequence[Span]) -> list[Span]:
    """`Democratic Choice of` and `Russia` are one name; a small word at the end of any other leaves it, a head joins it."""
    kept: list[Span] = []
    for span in sorted(tagged):
        last = kept[-1] if kept else None
        is_open = last is not None and last.type == "ORG" and _open_end(text, last) > 0
        is_rest = last is not None and (
            _JOINT.match(text, last.end, span.start + 4) is not None
            or (last.end == span.start and text[last.end - 4 : last.end] in _OPEN_ARTICLES)
        )
        if last is not None and (
            is_rest or (is_open and span.type in _JOINED and text[last.end : span.start] == " ")
        ):
            kept[-1] = replace(last, end=span.end)
        else:
            kept.append(_whole(text, span))
    limits = [span.start for span in kept[1:]] + [len(text)] * bool(kept)
    return [
        with_head(
            text, replace(span, end=span.end - small) if (small := _open_end(text, span)) else span, limit
        )
        for span, limit in zip(kept, limits, strict=True)
    ]


def _whole(text: str, span: Span) -> Span:
    """`Gil Mi` of `Gil Mi-ran` and `Shatt al` of `Shatt al-Arab` with the rest of their last word."""
    if span.type not in ("PERSON", "LOC", "ORG"):
        return span
    rest = _REST_OF_WORD.match(text, span.end) if text[span.end - 3 : span.end] in _ARTICLES else None
    if rest is None and span.type == "PERSON" and " " in text[span.start : span.end]:
        rest = _REST_OF_GIVEN.match(text, span.end)
    return span if rest is None else replace(span, end=rest.end())


def _open_end(text: str, span: Span) -> int:
    """Characters of the small words that a span ends with."""
    match = _OPEN_END.search(text[max(span.start + 1, span.end - 8) : span.end])
    return len(match[0]) if match else 0


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
    """Known names where nothing was found; a longer known name in place of the spans inside it (`South Korean`)."""
    by_start = sorted(known)
    kept: list[Span] = []
    at = 0
    for span in spans:
        while at < len(by_start) and by_start[at].end <= span.start:
            kept.append(by_start[at])
            at += 1
        longer = [
            s
            for s in by_start[at : at + 2]
            if s.start <= span.start and span.end <= s.end and s.end - s.start > span.end - span.start
        ]
        while not longer and at < len(by_start) and by_start[at].start < span.end:
            at += 1
        kept += longer[:1] or [span]
    kept += by_start[at:]
    return rules.longest(sorted(set(kept)))


_DATELINE_AGENCY = re.compile(
    r"^(?:\W{0,3})[A-Z][A-Z’'-]+[^\n()]{0,50}? \((?P<agency>[A-Z][A-Za-z]{1,9}(?: [A-Z][a-z]{2,9})?)\) ?[-–—:]",
    re.MULTILINE,
)


def find_agencies(text: str) -> list[Span]:
    """News agencies in datelines: `KATHMANDU, Oct 9 (RSS):`."""
    return [
        Span(m.start("agency"), m.end("agency"), "ORG", rules.KNOWN_SCORE, "rule")
        for m in _DATELINE_AGENCY.finditer(text)
    ]


def _fill_over(spans: list[Span], sure: list[Span]) -> list[Span]:
    """The sure spans, and those others that touch none of them. Both sorted, each without overlap."""
    free: list[Span] = []
    at = 0
    for span in spans:
        while at < len(sure) and sure[at].end <= span.start:
            at += 1
        if at == len(sure) or sure[at].start >= span.end:
            free.append(span)
    return sorted([*free, *sure])


def _with_acronyms(text: str, spans: list[Span]) -> list[Span]:
    """`Code of Conduct (COC)`: the acronym has the type of its name, here and wherever it stands alone."""
    types: dict[str, str] = {}
    for span in spans:
        defined = IN_BRACKETS.match(text, span.end) if span.type not in ("PERSON", "NORP", "GPE") else None
        if defined is not None and stands_for(defined[1], text[span.start : span.end]):
            types.setdefault(defined[1], span.type)
    if not types:
        return spans
    alone = [
        Span(m.start(), m.end(), types[m[0]], rules.KNOWN_SCORE, "document")
        for m in _ACRONYM.finditer(text)
        if m[0] in types
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
