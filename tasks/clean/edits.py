"""Edits: spans of a text that were replaced, and what can be computed from them.

Raw text + edits = clean text, exactly; every clean offset maps back to its raw offset. An HTML page is
two steps: raw -> flat text (edits of kind `markup`), flat -> clean; `compose` makes them one.
"""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, order=True)
class Edit:
    """`raw[start:end]` becomes `inserted`, because `rule_id` says it is a `kind`."""

    start: int
    end: int
    kind: str
    rule_id: str
    confidence_frac: float
    inserted: str = ""
