"""From the clean text back to the raw text, through the edits table alone."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Ints = NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class OffsetMap:
    """Edits of one document as columns: where each lies in the raw and in the clean text."""

    raw_start: Ints
    raw_end: Ints
    clean_start: Ints
    clean_end: Ints

    @classmethod
    def of(cls, raw_start: Ints, raw_end: Ints, inserted: Sequence[str]) -> OffsetMap:
        """From the columns of the edits table, sorted by (raw_start, raw_end), not overlapping."""
        lengths = np.fromiter((len(text) for text in inserted), np.int64, len(inserted))
        growth = lengths - (raw_end - raw_start)
        clean_start = (
            raw_start + np.concatenate(([0], np.cumsum(growth)[:-1])) if len(raw_start) else raw_start
        )
        return cls(raw_start, raw_end, clean_start, clean_start + lengths)

    def to_raw(self, starts: Ints, ends: Ints) -> tuple[Ints, Ints]:
        """Raw spans of clean spans (each at least one character).

        A span that begins or ends among inserted characters takes in the whole raw span they replaced.
        """
        if not len(self.raw_start):
            return starts, ends
        return self._place(starts, self.raw_start, 0), self._place(ends - 1, self.raw_end, 1)

    def _place(self, at: Ints, replaced: Ints, step: int) -> Ints:
        """Raw place of the characters `at` (plus `step`); of inserted characters the edge `replaced`."""
        last = np.searchsorted(self.clean_start, at, side="right") - 1
        known = np.maximum(last, 0)
        kept = np.where(last < 0, at, at - self.clean_end[known] + self.raw_end[known]) + step
        is_inserted = (last >= 0) & (at < self.clean_end[known])
        return np.where(is_inserted, replaced[known], kept)
