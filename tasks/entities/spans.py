"""One found mention, before it has an entity or a place in a table."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, order=True)
class Span:
    """A mention in one text: half-open code points, a type, how sure (0..1) and who found it."""

    start: int
    end: int
    type: str
    score_frac: float
    method: str
    value: str | None = None
