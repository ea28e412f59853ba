"""Pairs of texts and how often each came, counted in bounded memory; and which of them share enough to be read."""

from __future__ import annotations

import numpy as np

from tasks.dedup.packed import in_order
from tasks.dedup.readings import I32
from tasks.dedup.words import I64, Bools

# Of the shingles of the shorter one: 0.02 makes two fifths more candidates and finds 1 in 17,000 more.
MIN_SHARED_FRAC = 0.04
_COMPACT = 4_000_000  # keys of pairs held before equal ones are counted: 32 MB, and as much again to sort


class Pairs:
    """Pairs with the number of times each was added, in memory; equal ones are counted before there are too many."""

    def __init__(self, n: int) -> None:
        """n: slots."""
        self._n = max(1, n)
        self._new: list[I64] = []
        self._n_new = 0
        self._keys, self._times = np.zeros(0, np.int64), np.zeros(0, np.int64)

    def add(self, one: I64, other: I64) -> None:
        """Pairs of different texts, each once more."""
        self._new.append(pair_keys(one, other, self._n))
        self._n_new += len(one)
        if self._n_new > max(_COMPACT, len(self._keys)):
            self._count()

    def all(self, counts: I64 | I32 | None) -> I64:
        """First, second, and how often each came, sorted, shape (3, pairs); given counts, only those that share enough."""
        self._count()
        rows = np.stack([self._keys // self._n, self._keys % self._n, self._times])
        return rows if counts is None else rows[:, enough(rows, counts)]

    def _count(self) -> None:
        keys, times = counted(np.concatenate([np.zeros(0, np.int64), *self._new]), self._n)
        self._new, self._n_new = [], 0
        if len(self._keys):
            both, place = np.unique(np.concatenate([self._keys, keys]), return_inverse=True)
            times = np.bincount(place, np.concatenate([self._times, times]), len(both)).astype(np.int64)
            keys = both
        self._keys, self._times = keys, times


def pair_keys(one: I64, other: I64, n: int) -> I64:
    """One number of two slots; pairs with the same smaller slot lie together. n: slots."""
    return np.asarray(np.minimum(one, other) * n + np.maximum(one, other))


def counted(keys: I64, n: int) -> tuple[I64, I64]:
    """The distinct pair_keys, sorted, and how often each comes."""
    keys = in_order(keys, (n**2).bit_length())
    opens = np.flatnonzero(np.diff(keys, prepend=-1))
    return keys[opens], np.diff(opens, append=len(keys))


def enough(pairs: I64, counts: I64 | I32) -> Bools:
    """Pairs (rows first, second, shared) that share enough."""
    return np.asarray(pairs[2] >= MIN_SHARED_FRAC * np.minimum(counts[pairs[0]], counts[pairs[1]]))
