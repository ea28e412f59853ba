"""Candidates: the pairs of texts worth reading, from shared shingles, without a quadratic bucket.

What is counted of the texts so far goes on from run to run (Shingled): new texts change the counts of the buckets they
fall into, and no others.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np

from tasks.dedup.packed import HASH_BITS, Runs, in_order
from tasks.dedup.readings import I32
from tasks.dedup.words import BASE, I64, U64, Bools

# Texts that share a shingle and are all paired. On the development pack any further rule (furniture of a source
# left out, the rarest shingles only) made more candidates or lost copies; half of the cap loses none there either.
BUCKET = 48
# Share of a text's shingles in buckets over the cap from which it is capped: near copies by the thousand have more
# than half, with every tenth word edited too; stock phrases are a twentieth of an article, a template's words a third.
CAPPED_FRAC = 0.25
NEIGHBOURS = 4  # that a capped text is paired with in a bucket over the cap
LOW = 8  # buckets over the cap in which a capped text is paired, those of its smallest hashes: linear cost
# Of the shingles of the shorter one: 0.02 makes two fifths more candidates and finds 1 in 17,000 more.
MIN_SHARED_FRAC = 0.04
_COMPACT = 4_000_000  # keys of pairs held before equal ones are counted: 32 MB, and as much again to sort
# First texts of the pairs that are counted together, where they lie in files: so many, or one in so many of all.
_RANGE, _RANGES = 512, 128
_AT_ONCE = 500_000  # pairs of a bucket dealt out together: 4 MB, some ten times that at work
_NONE = np.uint64(2**64 - 1)


class Regrow(Exception):  # noqa: N818  nobody but this room sees it
    """A bucket fell under the cap: pairs in it that nobody counted count again, so all is counted anew."""


@dataclass(frozen=True, slots=True)
class Shingled:
    """What the shingles of all texts say, by slot.

    counts: distinct shingles. over: of them in buckets over the cap. lowest: the smallest hashes of these, shape
    (slots, LOW), _NONE where there are fewer. first < second, shared: pairs of texts that share enough in other buckets,
    sorted. n_buckets: over the cap. n_pairs: pairs of texts in them.
    """

    counts: I32
    over: I32
    lowest: U64
    first: I32
    second: I32
    shared: I32
    n_buckets: int = 0
    n_pairs: int = 0


@dataclass(frozen=True, slots=True)
class Candidates:
    """Pairs (first < second), and what the cap left out.

    capped: places that have a good part of their shingles in buckets over the cap. n_capped: such buckets.
    n_capped_pairs: pairs of texts in them, less those paired there.
    """

    first: I64
    second: I64
    capped: Bools
    n_capped: int
    n_capped_pairs: int


def leading(hashes: U64) -> U64:
    """The HASH_BITS that entries are packed with; spread, as sampling by hash leaves the first bits zero."""
    return np.asarray(hashes * BASE >> np.uint64(64 - HASH_BITS))


def no_shingles() -> Shingled:
    """Of no text."""
    n = np.zeros(0, np.int32)
    return Shingled(n, n, np.zeros((0, LOW), np.uint64), n, n, n)


def grow_shingled(
    known: Shingled, runs: Iterable[Runs], counts: I64, gone: Bools, scratch: Path | None = None
) -> Shingled:
    """What is known with the runs of new texts in it, and without the texts that are gone.

    runs: all texts of a hash are told, but for those known before in a bucket that was over the cap. counts: of all slots,
    right for the new ones once the runs were read. Raises Regrow.
    """
    n_old, n = len(known.counts), len(counts)
    over = np.concatenate([known.over, np.zeros(n - n_old, np.int32)])
    lowest = np.concatenate([known.lowest, np.full((n - n_old, LOW), _NONE)])
    pairs, lost = _Pairs(n, scratch), _Pairs(n, None)
    n_buckets, n_pairs = known.n_buckets, known.n_pairs
    for run in runs:
        before = run.count(run.docs < n_old) + run.untold if n_old else np.zeros(len(run.sizes), np.int64)
        after = run.sizes + run.untold
        after = after - run.count(gone[run.docs]) if gone.any() else after
        great, was_great = after > BUCKET, before > BUCKET
        if (was_great & ~great).any():
            raise Regrow
        n_buckets += int(great.sum()) - int(was_great.sum())
        n_pairs += _n_pairs(after[great]) - _n_pairs(before[was_great])
        for one, other in _paired(run, ~great):
            new = (other >= n_old) & ~gone[one] if n_old else slice(None)
            pairs.add(one[new], other[new])
        if n_old:  # of a bucket that goes over the cap now, old texts come first
            for one, other in _paired(replace(run, sizes=before), great & ~was_great):
                lost.add(one, other)
        over_cap = run.only(great)
        told = np.repeat(~was_great[great], over_cap.sizes) | (over_cap.docs >= n_old)
        docs = over_cap.docs[told]
        over += np.bincount(docs, minlength=n).astype(np.int32)
        _lower(lowest, np.repeat(over_cap.hashes, over_cap.sizes)[told], docs)
    all_counts = np.concatenate([known.counts, counts[n_old:].astype(np.int32)])
    kept = _less(known, lost, gone)
    found = np.concatenate([kept, pairs.all(all_counts)], axis=1)
    found = found[:, _enough(found, all_counts)]
    first, second, shared = found.astype(np.int32)
    return Shingled(all_counts, over, lowest, first, second, shared, n_buckets, n_pairs)


def pair_up(shingled: Shingled, place: I64) -> Candidates:
    """Pairs of places that share sampled shingles. The order in which texts came does not change which.

    place: of each slot, by doc_id; -1 for one without a text.
    """
    counts = shingled.counts.astype(np.int64)
    slots = np.flatnonzero((shingled.over >= CAPPED_FRAC * counts) & (shingled.over > 0) & (place >= 0))
    n = max(1, len(counts))
    near = _Pairs(n, None)
    near.add(*_neighbours(shingled.lowest[slots], slots, place[slots]))
    first, second, _ = near.all(counts)
    first, second = np.concatenate([shingled.first, first]), np.concatenate([shingled.second, second])
    if len(slots):
        keys = first * n + second
        keys.sort(kind="stable")  # a merge: either part is sorted
        keys = keys[np.diff(keys, prepend=-1) != 0]
        first, second = keys // n, keys % n
    first, second = place[first], place[second]
    first, second = np.minimum(first, second), np.maximum(first, second)
    capped = np.zeros(int((place >= 0).sum()), np.bool_)
    capped[place[slots]] = True
    n_left_out = shingled.n_pairs - int(np.sum(capped[first] & capped[second]))
    return Candidates(first, second, capped, shingled.n_buckets, max(0, n_left_out))


def _n_pairs(sizes: I64) -> int:
    return int((sizes * (sizes - 1) // 2).sum())


def _enough(pairs: I64, counts: I64 | I32) -> Bools:
    """Pairs (rows first, second, shared) that share enough."""
    return np.asarray(pairs[2] >= MIN_SHARED_FRAC * np.minimum(counts[pairs[0]], counts[pairs[1]]))


def _less(known: Shingled, lost: _Pairs, gone: Bools) -> I64:
    """The known pairs, less what they share no more, shape (3, pairs)."""
    n = max(1, len(gone))
    kept = ~(gone[known.first] | gone[known.second]) if gone.any() else np.ones(len(known.first), np.bool_)
    rows = np.stack([known.first[kept], known.second[kept], known.shared[kept]]).astype(np.int64)
    first, second, times = lost.all(None)
    if len(first) and rows.shape[1]:
        keys, wanted = rows[0] * n + rows[1], first * n + second
        at = np.minimum(np.searchsorted(keys, wanted), len(keys) - 1)
        there = keys[at] == wanted
        rows[2, at[there]] -= times[there]
    return rows


def _paired(runs: Runs, chosen: Bools) -> Iterator[tuple[I64, I64]]:
    """Every two texts of each chosen run, some _AT_ONCE at a time."""
    sizes = np.where(chosen, runs.sizes, 0)
    turn = np.cumsum(sizes * (sizes - 1) // 2) // _AT_ONCE
    for of_turn in np.split(np.arange(len(turn)), np.flatnonzero(np.diff(turn)) + 1):
        piece = replace(runs, starts=runs.starts[of_turn], sizes=sizes[of_turn])
        yield _within(piece, piece.sizes > 1, int(piece.sizes.max(initial=1)))


def _within(runs: Runs, chosen: Bools, reach: int) -> tuple[I64, I64]:
    """Every two texts of each chosen run that stand less than `reach` places apart."""
    ends = runs.starts + runs.sizes
    sizes = np.where(chosen, runs.sizes, 0)
    at = np.repeat(runs.starts, sizes) + _counted(sizes)
    left = np.repeat(ends, sizes) - at  # texts from here to the end of the run
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
    """Pairs with the number of times each was added; equal ones are counted before there are too many.

    With a folder they lie there by ranges of the first text once they are more than a range or two, so that memory is
    bounded by a range; the few of a small batch stay in memory.
    """

    def __init__(self, n: int, folder: Path | None) -> None:
        self._n, self._folder = max(1, n), folder
        self._range = max(_RANGE, self._n // _RANGES)
        self._new: list[I64] = []
        self._n_new = 0
        self._dealt = False
        self._keys, self._times = np.zeros(0, np.int64), np.zeros(0, np.int64)

    def add(self, one: I64, other: I64) -> None:
        """Pairs of different texts, each once more."""
        keys = np.minimum(one, other) * self._n + np.maximum(one, other)
        self._new.append(keys)
        self._n_new += len(keys)
        if self._folder is not None and self._n_new > _AT_ONCE:
            self._deal_out()
        elif self._n_new > max(_COMPACT, len(self._keys)):
            self._count()

    def all(self, counts: I64 | I32 | None) -> I64:
        """First, second, and how often each came, sorted, shape (3, pairs); given counts, only those that share enough."""
        found = [np.zeros((3, 0), np.int64)]
        if self._dealt:
            self._deal_out()
        for number in range(self._n // self._range + 1 if self._dealt else 1):
            if self._dealt:
                path = self._path(number)
                self._new = [np.fromfile(path, np.int64)] if path.exists() else []
                path.unlink(missing_ok=True)
                self._keys, self._times = self._keys[:0], self._times[:0]
            self._count()
            rows = np.stack([self._keys // self._n, self._keys % self._n, self._times])
            found.append(rows if counts is None else rows[:, _enough(rows, counts)])
        return np.concatenate(found, axis=1)

    def _count(self) -> None:
        keys = in_order(np.concatenate([np.zeros(0, np.int64), *self._new]), (self._n**2).bit_length())
        self._new, self._n_new = [], 0
        opens = np.flatnonzero(np.diff(keys, prepend=-1))
        keys, times = keys[opens], np.diff(opens, append=len(keys))
        if len(self._keys):
            both, place = np.unique(np.concatenate([self._keys, keys]), return_inverse=True)
            times = np.bincount(place, np.concatenate([self._times, times]), len(both)).astype(np.int64)
            keys = both
        self._keys, self._times = keys, times

    def _deal_out(self) -> None:
        """Append what is in memory to the files."""
        keys = np.sort(
            np.concatenate([np.zeros(0, np.int64), *self._new])
        )  # the first text leads: ranges follow one another
        self._new, self._n_new, self._dealt = [], 0, True
        n_ranges = self._n // self._range + 1
        ends = np.searchsorted(keys, np.arange(1, n_ranges + 1) * (self._range * self._n))
        for number, part in enumerate(np.split(keys, ends[:-1])):
            if len(part):
                with self._path(number).open("ab") as file:
                    file.write(part.tobytes())

    def _path(self, number: int) -> Path:
        assert self._folder is not None  # noqa: S101  only asked for with a folder
        return self._folder / f"pairs-{number:05d}"


def _lower(lowest: U64, hashes: U64, docs: I64) -> None:
    """Take hashes into the lowest of their texts, in place."""
    if not len(docs):
        return
    order = np.lexsort((hashes, docs))
    hashes, docs = hashes[order], docs[order]
    opens = np.flatnonzero(np.diff(docs, prepend=-1) != 0)
    rank = np.arange(len(docs)) - np.repeat(opens, np.diff(opens, append=len(docs)))
    of = np.repeat(np.arange(len(opens)), np.diff(opens, append=len(docs)))
    both = np.full((len(opens), 2 * LOW), _NONE)
    both[:, :LOW] = lowest[docs[opens]]
    few = rank < LOW
    both[of[few], LOW + rank[few]] = hashes[few]
    both.sort(axis=1)
    lowest[docs[opens]] = both[:, :LOW]


def _neighbours(lowest: U64, slots: I64, place: I64) -> tuple[I64, I64]:
    """Each capped text with those next to it in its lowest buckets; near copies are next to each other."""
    there = lowest != _NONE
    of = np.nonzero(there)[0]
    hashes = lowest[there]
    order = np.lexsort((place[of], lowest[of, 0], hashes))
    hashes, docs = hashes[order], slots[of[order]]
    starts = np.flatnonzero(np.concatenate([[True], hashes[1:] != hashes[:-1]])[: len(hashes)])
    runs = Runs(hashes[starts], starts, np.diff(starts, append=len(docs)), docs, np.zeros_like(starts))
    return _within(runs, runs.sizes > 1, NEIGHBOURS + 1)
