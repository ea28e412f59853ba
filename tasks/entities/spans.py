"""Found mentions, before they have an entity or a place in a table."""

from __future__ import annotations

from dataclasses import dataclass

Key = tuple[str, str]  # what names are compared by: ("Q", Wikidata id) or (group of types, folded name)


@dataclass(frozen=True, slots=True, order=True)
class Span:
    """A mention in one text: half-open code points, a type, how sure (0..1) and who found it."""

    start: int
    end: int
    type: str
    score_frac: float
    method: str
    value: str | None = None


@dataclass(frozen=True, slots=True)
class Mention:
    """A name in a document: its field (title or text), span, type and characters."""

    field: str
    start: int
    end: int
    type: str
    surface: str
