"""Which of hundreds of literals may stand in which lines of a document: one look at its characters for all of them.

Looking for each literal in each line was a tenth of the time of a document. Here the first three characters of every
literal mark a table, and the characters of the document look themselves up in it, all at once.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from functools import reduce
from operator import or_

import numpy as np
from numpy.typing import NDArray

from tasks.clean.judge_lines import codes_of

_BITS = 63  # of a mask; with more groups two share one
_SHIFT = np.uint32(16)
_LAST_SLOT = np.uint32(0xFFFF)  # of a table: a few hundred literals fill half a percent
_FACTOR = np.uint32(40_503)  # spreads neighbouring characters over the slots; wraps at 2**32
_MOST = 3  # characters looked at of a literal


class Needles:
    """Groups of literals, by what they begin with. at_end: groups that are wanted in the last `reach` characters of a line alone."""

    def __init__(self, groups: Sequence[Sequence[str]], at_end: Collection[int] = (), reach: int = 0) -> None:
        self._reach = reach
        anywhere = reduce(or_, (self.bit(n) for n in range(len(groups)) if n not in at_end), 0)
        self._not_before_end = ~(reduce(or_, map(self.bit, at_end), 0) & ~anywhere)
        self._tables = [
            np.zeros(int(_LAST_SLOT) + 1, np.int64) for _ in range(_MOST)
        ]  # by 1, 2 and 3 characters
        for number, literals in enumerate(groups):
            for literal in literals:
                n_chars = min(len(literal), _MOST)
                slots = list(_slots(codes_of(literal[:n_chars])))[-1]
                self._tables[n_chars - 1][slots[0]] |= self.bit(number)

    @staticmethod
    def bit(group: int) -> int:
        """The bit that stands for a group in a mask."""
        return 1 << group % _BITS

    def near(self, texts: Sequence[str]) -> list[int]:
        """For each line, none empty, a mask of the groups of which a literal may stand in it; none is missing."""
        if not texts:
            return []
        found = np.zeros(sum(map(len, texts)) + len(texts), np.int64)
        for table, slots in zip(self._tables, _slots(codes_of("\n".join(texts) + "\n" * _MOST)), strict=True):
            found |= table[slots[: len(found)]]
        length = np.fromiter(map(len, texts), np.int64, len(texts)) + 1
        starts = np.cumsum(length) - length
        is_long = length > self._reach + 1 if self._reach else length < 0
        for number in np.flatnonzero(is_long).tolist():
            start = int(starts[number])
            found[start : start + int(length[number]) - 1 - self._reach] &= self._not_before_end
        masks: list[int] = np.bitwise_or.reduceat(found, starts).tolist()
        return masks


def _slots(codes: NDArray[np.uint32]) -> Iterator[NDArray[np.uint32]]:
    """The slots of the one, two, and so on characters from each place on, where there are as many."""
    mixed = codes
    for n_chars in range(1, min(_MOST, len(codes)) + 1):
        if n_chars > 1:
            mixed = mixed[:-1] * _FACTOR + codes[n_chars - 1 :]
        yield mixed >> _SHIFT ^ mixed & _LAST_SLOT
