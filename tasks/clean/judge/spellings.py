"""Numbers that stand for spellings: words are looked up and compared by the thousand, without making strings of them.

The number of a spelling c0 c1 c2 ... is c0 + c1*B + c2*B**2 + ... modulo 2**64. The numbers of all words of a text come
of one running sum over its characters, those of two words with a blank between from the numbers of both. That two
spellings share a number happens to one pair in 2**64; it would cost a feature of one line, no more.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache

import numpy as np
from numpy.typing import NDArray

from tasks.clean.judge.lines import Ints, codes_of

Numbers = NDArray[np.uint64]

_BASE = 0x9E3779B97F4A7C15  # odd, so that it has an inverse modulo 2**64
_INVERSE = pow(_BASE, -1, 2**64)
_HELD_CHARS = 1 << 16  # powers of that many are held, 1 MB; a longer text makes its own
_FILTER_BITS = (
    5  # of a filter that has 32 to 64 slots for each known spelling: so few of the unknown ones pass it
)


class Spellings:
    """The running sum over a text, for the numbers of any of its parts."""

    def __init__(self, codes: NDArray[np.uint32]) -> None:
        power, self._inverse = _powers(len(codes))
        self._total = np.zeros(len(codes) + 1, np.uint64)
        np.cumsum(codes * power[: len(codes)], out=self._total[1:])

    def numbers(self, start: Ints, end: Ints) -> Numbers:
        """The number of each part, half-open and none empty."""
        found: Numbers = self._total.take(end)
        found -= self._total.take(start)
        found *= self._inverse.take(start)
        return found


def numbers_of(texts: Sequence[str]) -> Numbers:
    """The number of each text; none is empty."""
    length = np.fromiter(map(len, texts), np.int64, len(texts))
    end = np.cumsum(length)
    return Spellings(codes_of("".join(texts))).numbers(end - length, end)


def joined(head: Numbers | np.uint64, length: Ints | int, tail: Numbers | np.uint64) -> Numbers:
    """The numbers of two spellings one behind the other. length: characters of the first, fewer than _HELD_CHARS."""
    number: Numbers = head + tail * _held_powers()[0][length]
    return number


def _powers(n: int) -> tuple[Numbers, Numbers]:
    return _held_powers() if n <= _HELD_CHARS else _made_powers(n)


@cache
def _held_powers() -> tuple[Numbers, Numbers]:
    return _made_powers(_HELD_CHARS)


def _made_powers(n: int) -> tuple[Numbers, Numbers]:
    """Powers of the base and of its inverse, shape (n,)."""
    power, inverse = np.full(n, _BASE, np.uint64), np.full(n, _INVERSE, np.uint64)
    power[0] = inverse[0] = 1
    return np.cumprod(power), np.cumprod(inverse)


class Known:
    """A table of spellings: where each stands in it."""

    def __init__(self, spelled: Sequence[str]) -> None:
        numbers = numbers_of(spelled)
        self._place = np.argsort(numbers)
        self._numbers = numbers[self._place]
        bits = len(spelled).bit_length() + _FILTER_BITS
        self._filter, self._shift = np.zeros(1 << bits, np.bool_), np.uint64(64 - bits)
        self._filter[self._slot(numbers)] = True

    def places(self, numbers: Numbers) -> tuple[Ints, Ints]:
        """Which of these are known, in order, and the place of each in the table."""
        likely = np.flatnonzero(self._filter.take(self._slot(numbers).view(np.int64)))
        wanted = numbers.take(likely)
        at = np.minimum(np.searchsorted(self._numbers, wanted), len(self._numbers) - 1)
        sure = np.flatnonzero(self._numbers.take(at) == wanted)
        return likely.take(sure), self._place.take(at.take(sure))

    def _slot(self, numbers: Numbers) -> Numbers:
        # Of a product modulo 2**64 only the upper bits depend on all bits of both factors.
        slots: Numbers = (numbers * np.uint64(_BASE)) >> self._shift
        return slots
