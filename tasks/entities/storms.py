"""Storms have the names of people and places: `Typhoon Malou`, and `Malou` alone, are events."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace
from functools import lru_cache

from tasks.entities.spans import Span

SCORE = 0.95  # the word before the name leaves little doubt
KIND = r"(?:super )?(?:typhoon|cyclone|hurricane)|tropical (?:storm|cyclone|depression)|storm"  # before a storm's name
_NAME = r"[A-Z][^\W\d_]{2,}(?:-[^\W\d_]+)?"
_STORM = re.compile(
    rf"\b(?:(?:Super )?(?:Typhoon|Cyclone|Hurricane|Tropical (?:Storm|Cyclone|Depression)) |(?<![A-Za-z,] )Storm )(?P<name>{_NAME})"
    rf"|\b(?:SUPER )?(?:TYPHOON|CYCLONE|HURRICANE) (?P<loud>[^\W\d_]{{3,}})"
)
# behind the word there may be a body or a season instead: "Hurricane Center", "Typhoon Season"
_NO_NAMES = frozenset({"center", "centre", "season", "warning", "signal", "committee", "relief", "fund", "watch", "shelter", "and"})  # fmt: skip


def storm_names(text: str) -> frozenset[str]:
    """The bare names of the storms that a text names as such."""
    return frozenset(name for _, name in _storms(text))


def with_storms(text: str, spans: Sequence[Span], elsewhere: frozenset[str] = frozenset()) -> list[Span]:
    """The spans with every named storm as one EVENT, and its bare name as an EVENT too.

    elsewhere: bare names of storms from the rest of the document: a headline often has nothing else.
    """
    storms = _storms(text)
    names = elsewhere.union(name for _, name in storms)
    if not names:
        return list(spans)
    found = [storm for storm, _ in storms]
    kept: list[Span] = []
    inner: set[Span] = set()
    at = 0
    for span in spans:
        while at < len(found) and found[at].end <= span.start:
            at += 1
        storm = found[at] if at < len(found) and found[at].start < span.end else None
        if storm is None:
            kept.append(replace(span, type="EVENT") if text[span.start : span.end] in names else span)
        elif span.end > storm.end:  # `Hurricane Zed Relief Fund` has a name of its own
            kept.append(span)
            at += 1
            inner.add(storm)
    return sorted([*kept, *(storm for storm in found if storm not in inner)])


@lru_cache(maxsize=1)  # a text is asked for its headline, and then for itself
def _storms(text: str) -> tuple[tuple[Span, str], ...]:
    """Every storm with the word before it, and its bare name."""
    named = ((match, match["name"] or match["loud"]) for match in _STORM.finditer(text))
    return tuple(
        (Span(match.start(), match.end(), "EVENT", SCORE, "rule"), name)
        for match, name in named
        if name.lower() not in _NO_NAMES
    )
