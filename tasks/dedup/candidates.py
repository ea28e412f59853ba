"""Candidates: the pairs of documents worth reading, from shared shingles, without a quadratic bucket."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np

from tasks.dedup.packed import HASH_BITS, Runs, all_runs
from tasks.dedup.words import BASE, I64, U64, Bools

# Documents that share a shingle and are all paired. On the development pack any further rule (furniture of a source
# left out, the rarest shingles only) made more candidates or lost copies; half of the cap loses none there either.
BUCKET = 48
# Share of a document's shingles in buckets over the cap from which it is capped: near copies by the thousand have more
# than half, with every tenth word edited too; stock phrases are a twentieth of an article, a template's words a third.
CAPPED_FRAC = 0.25
NEIGHBOURS = 4  # that a capped document is paired with in a bucket over the cap
LOW = (
    8  # buckets over the cap in which a capped document is paired, those of its smallest hashes: linear cost
)
# Of the shingles of the shorter one: 0.02 makes a fifth more candidates and finds no more, 0.05 loses OCR copies.
MIN_SHARED_FRAC = 0.03
_COMPACT = 32_000_000  # keys of pairs held before equal ones are counted: 256 MB


@dataclass(frozen=True, slots=True)
class Shingles:
    """Shingles of n documents: those of document i are hashes[offsets[i]:offsets[i + 1]], in any order."""

    hashes: U64
    offsets: I64


@dataclass(frozen=True, slots=True)
class Candidates:
    """Pairs (first < second), how many sampled shingles they share, and what the cap left out.

    capped: documents that have a good part of their shingles in buckets over the cap. n_capped: such buckets.
    n_capped_pairs: pairs of documents in them, less those paired there.
    """

    first: I64
    second: I64
    shared: I64
    capped: Bools
    n_capped: int
    n_capped_pairs: int


def find_candidates(shingles: Shingles) -> Candidates:
    """Pairs of documents that share sampled shingles. The order of documents does not change which."""
    n = len(shingles.offsets) - 1
    docs = np.repeat(np.arange(n), np.diff(shingles.offsets))
    return pair_up(all_runs(leading(shingles.hashes), docs, n), n)


def leading(hashes: U64) -> U64:
    """The HASH_BITS that entries are packed with; spread, as sampling by hash leaves the first bits zero."""
    return np.asarray(hashes * BASE >> np.uint64(64 - HASH_BITS))


def pair_up(buckets: Iterable[Runs], n: int) -> Candidates:
    """Candidates of n documents from the runs of all buckets, in the order of the hashes."""
    pairs, crowd = _Pairs(n), _Crowd(n)
    for runs in buckets:
        crowd.add(runs)
        pairs.add(*_within(runs, (runs.sizes > 1) & (runs.sizes <= BUCKET), BUCKET))
    capped = crowd.capped()
    pairs.add(*crowd.neighbours(capped))
    keys, shared = pairs.all()
    first, second = keys // max(1, n), keys % max(1, n)
    enough = shared >= MIN_SHARED_FRAC * np.minimum(crowd.counts[first], crowd.counts[second])
    n_left_out = crowd.n_pairs - int(np.sum(capped[first] & capped[second]))
    return Candidates(
        first[enough], second[enough], shared[enough], capped, crowd.n_buckets, max(0, n_left_out)
    )


def _within(runs: Runs, chosen: Bools, reach: int) -> tuple[I64, I64]:
    """Every two documents of each chosen run that stand less than `reach` places apart."""
    ends = runs.starts + runs.sizes
    sizes = np.where(chosen, runs.sizes, 0)
    at = np.repeat(runs.starts, sizes) + _counted(sizes)
    left = np.repeat(ends, sizes) - at  # documents from here to the end of the run
    one, other = [np.zeros(0, np.int64)], [np.zeros(0, np.int64)]
    for step in range(1, reach):
        going = left > step
        at, left = at[going], left[going]
        if not len(at):
            break
        one.append(runs.docs[at])
        other.append(runs.docs[at + step])
    return np.concatenate(one), np.concatenate(other)


def _counted(sizes: I64) -> I64:
    """0, 1, 2, ... for each size, one after the other."""
    ends = np.cumsum(sizes)
    return np.arange(int(ends[-1]) if len(ends) else 0) - np.repeat(ends - sizes, sizes)


class _Pairs:
    """Pairs with the number of times each was added; equal ones are counted before there are too many."""

    def __init__(self, n: int) -> None:
        self._n = n
        self._new: list[I64] = []
        self._keys, self._times = np.zeros(0, np.int64), np.zeros(0, np.int64)

    def add(self, one: I64, other: I64) -> None:
        self._new.append(np.minimum(one, other) * self._n + np.maximum(one, other))
        if sum(map(len, self._new)) > _COMPACT:
            self.all()

    def all(self) -> tuple[I64, I64]:
        """Keys first * n + second, sorted, and how often each came."""
        keys, times = np.unique(np.concatenate([np.zeros(0, np.int64), *self._new]), return_counts=True)
        self._new = []
        if len(self._keys):
            both, place = np.unique(np.concatenate([self._keys, keys]), return_inverse=True)
            times = np.bincount(place, np.concatenate([self._times, times]), len(both)).astype(np.int64)
            keys = both
        self._keys, self._times = keys, times
        return keys, times


class _Crowd:
    """What stands in buckets over the cap.

    counts: distinct shingles of each document. n_buckets: over the cap. n_pairs: pairs of documents in them.
    """

    def __init__(self, n: int) -> None:
        self.counts = np.zeros(n, np.int64)
        self.n_buckets = self.n_pairs = 0
        self._over = np.zeros(n, np.int64)
        self._smallest = np.zeros(n, np.uint64)
        self._hashes: list[U64] = []
        self._docs: list[I64] = []

    def add(self, runs: Runs) -> None:
        n = len(self.counts)
        new = self.counts == 0
        self.counts += np.bincount(runs.docs, minlength=n)
        smallest = np.zeros(n, np.uint64)
        hashes = np.repeat(runs.hashes, runs.sizes)
        smallest[runs.docs[::-1]] = hashes[::-1]  # the first of each document stays: hashes ascend
        self._smallest = np.where(new, smallest, self._smallest)
        over = np.repeat(runs.sizes > BUCKET, runs.sizes)
        self._over += np.bincount(runs.docs[over], minlength=n)
        self._hashes.append(hashes[over])
        self._docs.append(runs.docs[over])
        sizes = runs.sizes[runs.sizes > BUCKET]
        self.n_buckets += len(sizes)
        self.n_pairs += int((sizes * (sizes - 1) // 2).sum())

    def capped(self) -> Bools:
        return np.asarray((self._over >= CAPPED_FRAC * self.counts) & (self._over > 0))

    def neighbours(self, capped: Bools) -> tuple[I64, I64]:
        """Each capped document with those next to it in its LOW buckets; near copies are next to each other."""
        hashes, docs = (
            np.concatenate(self._hashes or [np.zeros(0, np.uint64)]),
            np.concatenate(self._docs or [np.zeros(0, np.int64)]),
        )
        inside = capped[docs]
        hashes, docs = hashes[inside], docs[inside]
        order = np.argsort(docs, kind="stable")
        first = np.concatenate([[0], np.cumsum(np.bincount(docs, minlength=len(capped)))])
        low = order[np.arange(len(order)) - first[docs[order]] < LOW]
        order = low[np.lexsort((docs[low], self._smallest[docs[low]], hashes[low]))]
        hashes, docs = hashes[order], docs[order]
        starts = np.flatnonzero(np.concatenate([[True], hashes[1:] != hashes[:-1]])[: len(hashes)])
        runs = Runs(hashes[starts], starts, np.diff(starts, append=len(docs)), docs)
        return _within(runs, runs.sizes > 1, NEIGHBOURS + 1)
