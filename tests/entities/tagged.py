"""What a tagger would have found, written down by surface and type."""

from __future__ import annotations

from tasks.entities.gazetteer import load_gazetteer
from tasks.entities.names import refine
from tasks.entities.spans import Span

GAZETTEER = load_gazetteer()


def found(text: str, *tagged: tuple[str, str]) -> list[Span]:
    """The spans of (surface, type), each at its next place in the text."""
    spans, at = [], 0
    for surface, kind in tagged:
        start = text.index(surface, at)
        at = start + len(surface)
        spans.append(Span(start, at, kind, 0.9, "model"))
    return spans


def told(text: str, spans: list[Span]) -> list[tuple[str, str]]:
    """Surfaces and types of spans."""
    return [(text[s.start : s.end], s.type) for s in spans]


def refined(text: str, *tagged: tuple[str, str]) -> list[tuple[str, str]]:
    """Surfaces and types of the refined names, where the tagger found (surface, type)."""
    return told(text, refine(text, found(text, *tagged), GAZETTEER))
