"""Edits: spans of a text that were replaced, and what can be computed from them.

Raw text + edits = clean text, exactly; every clean offset maps back to its raw offset. An HTML page is
two steps: raw -> flat text (edits of kind `markup`), flat -> clean; `compose` makes them one.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Callable, Sequence
from functools import partial
from itertools import pairwise
from typing import NamedTuple

from tasks.errors import ContractError


class Edit(NamedTuple):
    """`raw[start:end]` becomes `inserted`, because `rule_id` says it is a `kind`.

    A page makes a thousand: a tuple is made in a third of the time of a frozen dataclass.
    """

    start: int
    end: int
    kind: str
    rule_id: str
    confidence_frac: float
    inserted: str = ""


# An edit of its six values in a tuple. `Edit(...)` is a function in Python, and takes twice as long.
edit_of: Callable[[tuple[int, int, str, str, float, str]], Edit] = partial(tuple.__new__, Edit)


def edits_in_order(raw: str, edits: Sequence[Edit]) -> bool:
    """Whether the edits are sorted, inside the raw text, not overlapping, and no two have one span."""
    inside = all(0 <= edit.start <= edit.end <= len(raw) for edit in edits)
    parted = all(
        one.end <= two.start and (one.start, one.end) != (two.start, two.end) for one, two in pairwise(edits)
    )
    return inside and parted


def check_edits(raw: str, edits: Sequence[Edit]) -> None:
    """Raises ContractError, naming the first edit at fault, unless `edits_in_order`."""
    if edits_in_order(raw, edits):
        return
    at = 0
    for edit in edits:
        if not at <= edit.start <= edit.end <= len(raw):
            raise ContractError(
                f"edit {edit} lies outside 0..{len(raw)} or over the one before. A bug in clean."
            )
        at = edit.end
    raise ContractError("two edits have the same span. A bug in clean.")


def apply_edits(raw: str, edits: Sequence[Edit]) -> str:
    """The text after the edits. They must be in order; see `check_edits`."""
    out: list[str] = []
    at = 0
    for edit in edits:
        out.append(raw[at : edit.start])
        out.append(edit.inserted)
        at = edit.end
    out.append(raw[at:])
    return "".join(out)


def removed_texts(raw: str, edits: Sequence[Edit]) -> list[str]:
    """What each edit took out of the raw text; empty for kind markup, the raw text holds it."""
    return ["" if edit.kind == "markup" else raw[edit.start : edit.end] for edit in edits]


def undo_edits(clean: str, edits: Sequence[Edit], removed: Sequence[str]) -> str:
    """The raw text again. `removed`: what each edit took out. Exact where no edit is markup."""
    out: list[str] = []
    raw_at = clean_at = 0
    for edit, text in zip(edits, removed, strict=True):
        kept = edit.start - raw_at
        out.append(clean[clean_at : clean_at + kept])
        out.append(text)
        raw_at, clean_at = edit.end, clean_at + kept + len(edit.inserted)
    out.append(clean[clean_at:])
    return "".join(out)


class OffsetMap:
    """Offsets of the clean text in the raw text and back; logarithmic in the number of edits."""

    __slots__ = ("_clean_ends", "_clean_starts", "_raw_ends", "_raw_starts")

    def __init__(self, edits: Sequence[Edit]) -> None:
        self._raw_starts = [edit.start for edit in edits]
        self._raw_ends = [edit.end for edit in edits]
        self._clean_starts: list[int] = []
        self._clean_ends: list[int] = []
        shift = 0
        for edit in edits:
            self._clean_starts.append(edit.start + shift)
            shift += len(edit.inserted) - (edit.end - edit.start)
            self._clean_ends.append(edit.end + shift)

    def to_raw(self, start: int, end: int) -> tuple[int, int]:
        """The raw span of a clean span. Cuts at its borders stay outside, replaced text maps to all it replaced."""
        return _map_span(
            start, end, (self._clean_starts, self._clean_ends), (self._raw_starts, self._raw_ends)
        )

    def starts_in_raw(self, starts: Sequence[int]) -> list[int]:
        """Where the clean characters that stand at these offsets start in the raw text."""
        if not self._raw_starts:
            return list(starts)
        return [self.to_raw(start, start + 1)[0] for start in starts]

    def to_clean(self, start: int, end: int) -> tuple[int, int]:
        """The clean span that a raw span became; empty where all of it was cut."""
        return _map_span(
            start, end, (self._raw_starts, self._raw_ends), (self._clean_starts, self._clean_ends)
        )


Bounds = tuple[list[int], list[int]]


def _map_span(start: int, end: int, here: Bounds, there: Bounds) -> tuple[int, int]:
    starts, ends = here
    if start >= end:
        at = bisect_right(starts, start) - 1
        if at < 0:
            return start, start
        point = max(there[1][at] + start - ends[at], there[0][at])
        return point, point
    # The last edit that begins at or before the first character and is not over before it.
    first = bisect_right(starts, start) - 1
    if first >= 0 and start < ends[first]:
        low = there[0][first]
    else:
        low = start if first < 0 else there[1][first] + start - ends[first]
    last = bisect_left(starts, end) - 1
    if last >= 0 and end <= ends[last] and starts[last] < ends[last]:
        high = there[1][last]
    else:
        high = end if last < 0 else there[1][last] + end - ends[last]
    return low, max(low, high)
