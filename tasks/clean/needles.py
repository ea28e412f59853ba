"""Which of hundreds of literals may stand in which lines of a document: one look at its characters for all of them.

Looking for each literal in each line was a tenth of the time of a document. Here the first three characters of every
literal mark a table, and the characters of the document look themselves up in it, all at once; the few that are
marked are looked at again with the three characters behind them.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from functools import reduce
from operator import or_

import numpy as np
from numpy.typing import NDArray

from tasks.clean.judge.lines import Ints, codes_of

_BITS = 63  # of a mask; with more groups two share one
_SHIFT = np.uint32(16)
_LAST_SLOT = np.uint32(0xFFFF)  # of a table: a few hundred literals fill half a percent
_FACTOR = np.uint32(40_503)  # spreads neighbouring characters over the slots; wraps at 2**32
_FIRST, _MOST = 3, 6  # characters of a literal looked at first, and then


class Needles:
    """Groups of literals, by what they begin with. at_end: groups that are wanted in the last `reach` characters of a line alone."""

    def __init__(self, groups: Sequence[Sequence[str]], at_end: Collection[int] = (), reach: int = 0) -> None:
        self._reach = reach
        anywhere = reduce(or_, (self.bit(n) for n in range(len(groups)) if n not in at_end), 0)
        self._not_before_end = ~(reduce(or_, map(self.bit, at_end), 0) & ~anywhere)
        # By how many characters they look at: whether a literal begins so, and the groups of those that do.
        self._begins: dict[int, NDArray[np.bool_]] = {}
        self._groups: dict[int, Ints] = {}
        size = int(_LAST_SLOT) + 1
        for number, literals in enumerate(groups):
            for literal in literals:
                slots = [int(slot[0]) for slot in _slots(codes_of(literal[:_MOST]))]
                first = min(len(slots), _FIRST)
                self._begins.setdefault(first, np.zeros(size, np.bool_))[slots[first - 1]] = True
                self._groups.setdefault(len(slots), np.zeros(size, np.int64))[slots[-1]] |= self.bit(number)

    @staticmethod
    def bit(group: int) -> int:
        """The bit that stands for a group in a mask."""
        return 1 << group % _BITS

    def near(self, texts: Sequence[str]) -> list[int]:
        """For each line, none empty, a mask of the groups of which a literal may stand in it; none is missing."""
        masks = np.zeros(len(texts), np.int64)
        if not texts or not self._begins:
            return masks.tolist()
        codes = codes_of("\n".join(texts) + "\n" * _MOST)
        n_chars = len(codes) - _MOST
        begins = np.zeros(n_chars, np.bool_)
        for length, slots in zip(range(1, _FIRST + 1), _slots(codes), strict=False):
            if length in self._begins:
                begins |= self._begins[length].take(slots[:n_chars])
        at = np.flatnonzero(begins)
        if not len(at):
            return masks.tolist()
        found = self._found(codes, at)
        end = np.cumsum(np.fromiter(map(len, texts), np.int64, len(texts)) + 1) - 1
        line = np.searchsorted(end, at)
        if self._reach:
            found[end[line] - at > self._reach] &= self._not_before_end
        first = np.flatnonzero(np.diff(line, prepend=-1))
        masks[line[first]] = np.bitwise_or.reduceat(found, first)
        return masks.tolist()

    def _found(self, codes: NDArray[np.uint32], at: Ints) -> Ints:
        """The groups of which a literal may begin at each of these places."""
        found = np.zeros(len(at), np.int64)
        mixed = np.zeros(len(at), np.uint32)
        for length in range(1, max(self._groups) + 1):
            mixed = mixed * _FACTOR + codes.take(at + (length - 1))
            if length in self._groups:
                found |= self._groups[length].take(mixed >> _SHIFT ^ mixed & _LAST_SLOT)
        return found


def _slots(codes: NDArray[np.uint32]) -> Iterator[NDArray[np.uint32]]:
    """The slots of the one, two, and so on characters from each place on, where there are as many."""
    mixed = codes
    for n_chars in range(1, min(_MOST, len(codes)) + 1):
        if n_chars > 1:
            mixed = mixed[:-1] * _FACTOR + codes[n_chars - 1 :]
        yield mixed >> _SHIFT ^ mixed & _LAST_SLOT
