"""Candidates: the pairs of documents worth reading, from shared shingles, without a quadratic bucket."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from tasks.dedup.packed import HASH_BITS, Exchange, Runs
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
# Of the shingles of the shorter one: 0.02 makes two fifths more candidates and finds 1 in 17,000 more.
MIN_SHARED_FRAC = 0.04
_COMPACT = 32_000_000  # keys of pairs held before equal ones are counted: 256 MB


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


def leading(hashes: U64) -> U64:
    """The HASH_BITS that entries are packed with; spread, as sampling by hash leaves the first bits zero."""
    return np.asarray(hashes * BASE >> np.uint64(64 - HASH_BITS))


def pair_up(shingles: Exchange) -> Candidates:
    """Pairs of documents that share sampled shingles. The order of documents does not change which."""
    n = len(shingles.counts)
    pairs, crowd = _Pairs(n), _Crowd(shingles.counts)
    for runs in shingles.runs():
        crowd.add(runs)
        pairs.add(*_within(runs, runs.sizes <= BUCKET, BUCKET))
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

    counts: distinct shingles of each document, when all runs were added. n_buckets: over the cap. n_pairs: pairs of
    documents in them.
    """

    def __init__(self, counts: I64) -> None:
        self.counts = counts.copy()
        self.n_buckets = self.n_pairs = 0
        self._over = np.zeros(len(counts), np.int64)
        self._hashes: list[U64] = []
        self._docs: list[I64] = []

    def add(self, runs: Runs) -> None:
        self.counts -= np.bincount(runs.repeats, minlength=len(self.counts))
        great = runs.sizes > BUCKET
        sizes = runs.sizes[great]
        docs = runs.docs[np.repeat(runs.starts[great], sizes) + _counted(sizes)]
        self._over += np.bincount(docs, minlength=len(self.counts))
        self._hashes.append(np.repeat(runs.hashes[great], sizes))
        self._docs.append(docs)
        self.n_buckets += len(sizes)
        self.n_pairs += int((sizes * (sizes - 1) // 2).sum())

    def capped(self) -> Bools:
        return np.asarray((self._over >= CAPPED_FRAC * self.counts) & (self._over > 0))

    def neighbours(self, capped: Bools) -> tuple[I64, I64]:
        """Each capped document with those next to it in its LOW buckets; near copies are next to each other."""
        hashes = np.concatenate([np.zeros(0, np.uint64), *self._hashes])
        docs = np.concatenate([np.zeros(0, np.int64), *self._docs])
        inside = capped[docs]
        hashes, docs = hashes[inside], docs[inside]
        order = np.argsort(docs, kind="stable")
        begin = np.concatenate([[0], np.cumsum(np.bincount(docs, minlength=len(capped)))])
        place = np.arange(len(order)) - begin[docs[order]]
        smallest = np.zeros(len(capped), np.uint64)
        smallest[docs[order[place == 0]]] = hashes[order[place == 0]]
        low = order[place < LOW]
        order = low[np.lexsort((docs[low], smallest[docs[low]], hashes[low]))]
        hashes, docs = hashes[order], docs[order]
        starts = np.flatnonzero(np.concatenate([[True], hashes[1:] != hashes[:-1]])[: len(hashes)])
        runs = Runs(hashes[starts], starts, np.diff(starts, append=len(docs)), docs, docs[:0])
        return _within(runs, runs.sizes > 1, NEIGHBOURS + 1)
