"""Which of hundreds of literals may stand in which lines of a document: one look at its characters for all of them.

Looking for each literal in each line was a tenth of the time of a document. Here the first three characters of every
literal mark a table, and the characters of the document look themselves up in it, all at once.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from tasks.clean.judge_lines import codes_of

_BITS = 63  # of a mask; with more groups two share one
_SLOTS = 1 << 16  # of a table: a few hundred literals fill half a percent
_FACTOR = 40_503  # spreads neighbouring characters over the slots; wraps at 2**32
_MOST = 3  # characters looked at of a literal


class Needles:
    """Groups of literals, by what they begin with."""

    def __init__(self, groups: Sequence[Sequence[str]]) -> None:
        self._tables = [np.zeros(_SLOTS, np.int64) for _ in range(_MOST)]  # by 1, 2 and 3 characters
        for number, literals in enumerate(groups):
            for literal in literals:
                n_chars = min(len(literal), _MOST)
                slots = _slots(codes_of(literal), n_chars)
                self._tables[n_chars - 1][slots[0]] |= self.bit(number)
        self._used = [n_chars for n_chars in range(1, _MOST + 1) if self._tables[n_chars - 1].any()]

    @staticmethod
    def bit(group: int) -> int:
        """The bit that stands for a group in a mask."""
        return 1 << group % _BITS

    def near(self, texts: Sequence[str]) -> list[int]:
        """For each line, none empty, a mask of the groups of which a literal may stand in it; none is missing."""
        if not texts or not self._used:
            return [0] * len(texts)
        codes = codes_of("\n".join(texts) + "\n" * _MOST)
        found = np.zeros(len(codes) - _MOST, np.int64)
        for n_chars in self._used:
            found |= self._tables[n_chars - 1][_slots(codes, n_chars)[: len(found)]]
        length = np.fromiter(map(len, texts), np.int64, len(texts)) + 1
        starts = np.cumsum(length) - length
        masks: list[int] = np.bitwise_or.reduceat(found, starts).tolist()
        return masks


def _slots(codes: NDArray[np.uint32], n_chars: int) -> NDArray[np.uint32]:
    """The slot of the `n_chars` characters from each place on, where there are as many."""
    mixed = codes[: len(codes) - n_chars + 1].copy()
    for at in range(1, n_chars):
        mixed *= np.uint32(_FACTOR)
        mixed += codes[at : len(codes) - n_chars + 1 + at]
    slots: NDArray[np.uint32] = (mixed ^ mixed >> np.uint32(16)) % np.uint32(_SLOTS)
    return slots
