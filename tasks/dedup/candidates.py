"""Candidates: the pairs of texts worth reading, from shared shingles, without a quadratic bucket.

What is counted of the texts so far goes on from run to run (Shingled): new texts change the counts of the buckets they
fall into, and no others.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace

import numpy as np

from tasks.dedup.packed import HASH_BITS, Runs, slices
from tasks.dedup.pair_counts import Pairs, enough
from tasks.dedup.readings import I32, U32
from tasks.dedup.words import BASE, I64, U64, Bools

# Texts that share a shingle and are all paired. On the development pack any further rule (furniture of a source
# left out, the rarest shingles only) made more candidates or lost copies; half of the cap loses none there either.
BUCKET = 48
# Share of a text's shingles in buckets over the cap from which it is capped: near copies by the thousand have more
# than half, with every tenth word edited too; stock phrases are a twentieth of an article, a template's words a third.
CAPPED_FRAC = 0.25
NEIGHBOURS = 4  # that a capped text is paired with in a bucket over the cap
LOW = 8  # buckets over the cap in which a capped text is paired, those of its smallest hashes: linear cost
_AT_ONCE = 500_000  # pairs of a bucket dealt out together: 4 MB, some ten times that at work
_LOWERED = 100_000  # entries taken into the lowest together: 20 MB
_LOW_BITS = 32  # of the hash of a bucket over the cap: two of a thousand have the same once in 10,000 corpora
_NONE = np.uint32(2**_LOW_BITS - 1)


class Regrow(Exception):  # noqa: N818  nobody but this room sees it
    """A bucket fell under the cap: pairs in it that nobody counted count again, so all is counted anew."""


@dataclass(frozen=True, slots=True)
class Shingled:
    """What the shingles of all texts say, by slot.

    counts: distinct shingles. over: of them in buckets over the cap. lowest: _LOW_BITS of the smallest hashes of these, shape
    (slots, LOW), _NONE where there are fewer. first < second, shared: pairs of texts that share enough in other buckets,
    sorted. n_buckets: over the cap. n_pairs: pairs of texts in them.
    """

    counts: I32
    over: I32
    lowest: U32
    first: I32
    second: I32
    shared: I32
    n_buckets: int = 0
    n_pairs: int = 0


ARRAYS = ("counts", "over", "lowest", "first", "second", "shared")  # of Shingled


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
    return Shingled(n, n, np.zeros((0, LOW), np.uint32), n, n, n)


@dataclass(frozen=True, slots=True)
class Crowded:
    """What runs say beside the pairs of texts in them: n_buckets over the cap and n_pairs of texts in these, more than before.

    hashes, docs: new entries of buckets over the cap. lost: pairs (one, other), of texts known before, in buckets that were under it.
    """

    n_buckets: int
    n_pairs: int
    hashes: U64
    docs: I64
    lost: I64


def crowded_in(run: Runs, n_old: int, gone: Bools) -> Crowded:
    """See Crowded.

    run: all texts of a hash are told, but for those known before in a bucket that was over the cap. n_old: slots before.
    Raises Regrow.
    """
    before, after = _sizes(run, n_old, gone)
    great, was_great = after > BUCKET, before > BUCKET
    if (was_great & ~great).any():
        raise Regrow
    lost, passes = [np.zeros((2, 0), np.int64)], great & ~was_great
    if n_old and passes.any():  # of a bucket that goes over the cap now, old texts come first
        lost += [np.stack(pairs) for pairs in _paired(replace(run, sizes=before), passes)]
    over_cap = run.only(great)
    told = np.repeat(~was_great[great], over_cap.sizes) | (over_cap.docs >= n_old)
    return Crowded(
        int(great.sum()) - int(was_great.sum()),
        _n_pairs(after[great]) - _n_pairs(before[was_great]),
        np.repeat(over_cap.hashes, over_cap.sizes)[told],
        over_cap.docs[told],
        np.concatenate(lost, axis=1),
    )


def pairs_in(run: Runs, n_old: int, gone: Bools) -> Iterator[tuple[I64, I64]]:
    """Every two texts, one of them new, of each run that is not over the cap, some at a time."""
    _, after = _sizes(run, n_old, gone)
    if not n_old:
        yield from _paired(run, after <= BUCKET)
        return
    for one, other in _paired_new(run, after <= BUCKET, n_old):
        stays = ~gone[one]
        yield one[stays], other[stays]


def _sizes(run: Runs, n_old: int, gone: Bools) -> tuple[I64, I64]:
    """How many texts each run had before, and has now."""
    before = run.count(run.docs < n_old) + run.untold if n_old else np.zeros(len(run.sizes), np.int64)
    after = run.sizes + run.untold
    return before, (after - run.count(gone[run.docs]) if gone.any() else after)


def grow_shingled(
    known: Shingled,
    told: Iterable[Crowded],
    paired: Callable[[I32], I64 | I32],
    counts: I64 | I32,
    gone: Bools,
) -> Shingled:
    """What is known with what was told of runs, and without the texts that are gone.

    paired: given how many shingles each text has, the `pairs_in` all runs that share enough, as `Pairs.all` has them; asked when
    all was told. counts: of all slots, right for the new ones by then.
    """
    n_old, n = len(known.counts), len(counts)
    over = np.concatenate([known.over, np.zeros(n - n_old, np.int32)])
    lowest = np.concatenate([known.lowest, np.full((n - n_old, LOW), _NONE)])
    lost = Pairs(n)
    n_buckets, n_pairs = known.n_buckets, known.n_pairs
    for some in _together(told):
        n_buckets, n_pairs = n_buckets + some.n_buckets, n_pairs + some.n_pairs
        lost.add(*some.lost)
        np.add.at(over, some.docs, np.int32(1))
        for start in range(0, len(some.docs), _LOWERED):
            _lower(lowest, some.hashes[start : start + _LOWERED], some.docs[start : start + _LOWERED])
    all_counts = np.concatenate([known.counts, counts[n_old:].astype(np.int32)])
    found: I64 | I32 = paired(all_counts)
    if len(known.first):
        both = np.concatenate([_less(known, lost, gone), found], axis=1)
        both = both[:, enough(both, all_counts)]
        found = both[:, np.argsort(both[0] * n + both[1], kind="stable")]  # a merge: either part is sorted
    first, second, shared = found.astype(np.int32, copy=False)
    return Shingled(all_counts, over, lowest, first, second, shared, n_buckets, n_pairs)


def _together(told: Iterable[Crowded]) -> Iterator[Crowded]:
    """The same, of several buckets at once where they are small."""
    waiting: list[Crowded] = []
    for one in told:
        waiting.append(one)
        if sum(len(some.docs) + some.lost.shape[1] for some in waiting) > _AT_ONCE:
            yield _joined(waiting)
            waiting = []
    if waiting:
        yield _joined(waiting)


def _joined(told: Sequence[Crowded]) -> Crowded:
    hashes, docs = (np.concatenate([getattr(one, name) for one in told]) for name in ("hashes", "docs"))
    lost = np.concatenate([one.lost for one in told], axis=1)
    return Crowded(sum(one.n_buckets for one in told), sum(one.n_pairs for one in told), hashes, docs, lost)


def pair_up(shingled: Shingled, place: I64) -> Candidates:
    """Pairs of places that share sampled shingles. The order in which texts came does not change which.

    place: of each slot, by doc_id; -1 for one without a text.
    """
    slots = np.flatnonzero((shingled.over > 0) & (place >= 0))
    slots = slots[shingled.over[slots] >= CAPPED_FRAC * shingled.counts[slots]]
    n = max(1, len(place))
    near = Pairs(n)
    near.add(*_neighbours(shingled.lowest[slots], slots, place[slots]))
    first, second, _ = near.all(shingled.counts)
    first, second = np.concatenate([shingled.first, first]), np.concatenate([shingled.second, second])
    if len(slots):
        keys = first * n + second
        keys.sort(kind="stable")  # a merge: either part is sorted
        keys = keys[np.diff(keys, prepend=-1) != 0]
        first, second = keys // n, keys % n
        del keys
    first, second = place[first], place[second]
    first, second = np.minimum(first, second), np.maximum(first, second)
    capped = np.zeros(int((place >= 0).sum()), np.bool_)
    capped[place[slots]] = True
    n_left_out = shingled.n_pairs - int(np.sum(capped[first] & capped[second]))
    return Candidates(first, second, capped, shingled.n_buckets, max(0, n_left_out))


def _n_pairs(sizes: I64) -> int:
    return int((sizes * (sizes - 1) // 2).sum())


def _less(known: Shingled, lost: Pairs, gone: Bools) -> I64:
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


def _paired_new(runs: Runs, chosen: Bools, n_old: int) -> Iterator[tuple[I64, I64]]:
    """Every new text of each chosen run with every text before it there, some _AT_ONCE at a time. n_old: slots before."""
    new = np.flatnonzero(runs.docs >= n_old)
    run = np.searchsorted(runs.starts, new, side="right") - 1
    new, start = new[chosen[run]], runs.starts[run[chosen[run]]]
    before = new - start
    turn = np.cumsum(before) // _AT_ONCE
    for of_turn in np.split(np.arange(len(turn)), np.flatnonzero(np.diff(turn)) + 1):
        sizes = before[of_turn]
        at = slices(start[of_turn], sizes)
        yield runs.docs[at], np.repeat(runs.docs[new[of_turn]], sizes)


def _within(runs: Runs, chosen: Bools, reach: int) -> tuple[I64, I64]:
    """Every two texts of each chosen run that stand less than `reach` places apart."""
    sizes = np.where(chosen, runs.sizes, 0)
    at = slices(runs.starts, sizes)
    left = np.repeat(runs.starts + runs.sizes, sizes) - at - 1  # texts behind this one in the run
    left = np.minimum(left, reach - 1)
    return runs.docs.take(np.repeat(at, left)), runs.docs.take(slices(at + 1, left))


def _lower(lowest: U32, whole: U64, docs: I64) -> None:
    """Take hashes into the lowest of their texts, in place."""
    if not len(docs):
        return
    hashes = (whole >> np.uint64(HASH_BITS - _LOW_BITS)).astype(np.uint32)
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


def _neighbours(lowest: U32, slots: I64, place: I64) -> tuple[I64, I64]:
    """Each capped text with those next to it in its lowest buckets; near copies are next to each other."""
    order = np.lexsort((place, lowest[:, 0]))  # in one bucket
    lowest, slots = lowest[order], slots[order]
    there = lowest != _NONE
    of = np.nonzero(there)[0]
    hashes = lowest[there]
    order = np.argsort(hashes, kind="stable")
    hashes, docs = hashes[order], slots[of[order]]
    starts = np.flatnonzero(np.concatenate([[True], hashes[1:] != hashes[:-1]])[: len(hashes)])
    runs = Runs(hashes[starts], starts, np.diff(starts, append=len(docs)), docs, np.zeros_like(starts))
    return _within(runs, runs.sizes > 1, NEIGHBOURS + 1)
