"""Ships: what stands behind `the tanker` or `a cargo ship, the` is one, here and in the rest of the text."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace

from tasks.entities.parts import SHIPS
from tasks.entities.spans import Span

_BEFORE = re.compile(rf"\b(?:{'|'.join(SHIPS)}),? (?:the |called |named |\"|“)?$", re.IGNORECASE)
_LOOK_BACK_CHARS = 28


def with_ships(text: str, spans: Sequence[Span]) -> list[Span]:
    """The spans, those of ships as PRODUCT."""
    ships = {
        text[s.start : s.end]
        for s in spans
        if s.type in ("PERSON", "ORG", "GPE", "LOC", "WORK")
        and _BEFORE.search(text[max(0, s.start - _LOOK_BACK_CHARS) : s.start])
    }
    if not ships:
        return list(spans)
    return [
        replace(s, type="PRODUCT") if s.type != "PRODUCT" and text[s.start : s.end] in ships else s
        for s in spans
    ]
