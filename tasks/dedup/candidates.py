"""Candidates: the pairs of documents worth reading, from shared shingles, without a quadratic bucket."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from tasks.dedup.words import I64, U64, Bools

BUCKET = 48  # documents that share a shingle and are all paired; above it, each with its neighbours
CAPPED_FRAC = (
    0.8  # near copies have all of their shingles in such buckets, reports from one template 0.6 to 0.8
)
NEIGHBOURS = 4  # in a bucket over the cap: pairs a document, so the cost stays linear
COMMON_IN_SOURCE = 3  # a shingle of three documents of one source is its furniture, or a series
ALWAYS = 24  # rarest shingles of a document that are kept in any case: copies within a source meet there
MIN_SHARED_FRAC = 0.02  # of the shorter one's; two OCR copies with 20 % of words broken share 0.8**10 = 0.1


@dataclass(frozen=True, slots=True)
class Shingles:
    """Shingles of n documents: those of document i are hashes[offsets[i]:offsets[i + 1]], in any order.

    sources: number of the document's source.
    """

    hashes: U64
    offsets: I64
    sources: I64


@dataclass(frozen=True, slots=True)
class Candidates:
    """Pairs (first < second), how many sampled shingles they share, and what the cap left out.

    capped: documents that have nearly all of their shared shingles in buckets over the cap.
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
    order = np.argsort(shingles.hashes, kind="stable")
    hashes, docs = shingles.hashes[order], docs[order]
    new = np.ones(len(hashes), np.bool_)
    new[1:] = (hashes[1:] != hashes[:-1]) | (docs[1:] != docs[:-1])
    hashes, docs = hashes[new], docs[new]
    counts = np.bincount(docs, minlength=n)
    rank = _sketch_rank(hashes, docs, n)
    kept = _kept(docs, *_frequencies(hashes, docs, shingles.sources), counts)
    hashes, docs = hashes[kept], docs[kept]
    keys, n_capped, n_left_out = _bucket_pairs(hashes, docs, rank)
    keys, shared = np.unique(keys, return_counts=True)
    first, second = keys // max(1, n), keys % max(1, n)
    enough = shared >= MIN_SHARED_FRAC * np.minimum(counts[first], counts[second])
    return Candidates(
        first[enough], second[enough], shared[enough], _capped(hashes, docs, n), n_capped, n_left_out
    )


def _runs(hashes: U64) -> tuple[I64, I64]:
    """Starts and lengths of the runs of equal values."""
    starts = (
        np.flatnonzero(np.concatenate([[True], hashes[1:] != hashes[:-1]]))
        if len(hashes)
        else np.zeros(0, np.int64)
    )
    return starts, np.diff(np.append(starts, len(hashes)))


def _frequencies(hashes: U64, docs: I64, sources: I64) -> tuple[I64, I64]:
    """For each entry (sorted by hash): documents with this hash, and those of the entry's own source."""
    starts, lengths = _runs(hashes)
    run = np.repeat(np.arange(len(starts)), lengths)
    key = run * (int(sources.max(initial=0)) + 1) + sources[docs]
    _, inverse, counts = np.unique(key, return_inverse=True, return_counts=True)
    return np.repeat(lengths, lengths), counts[inverse]


def _capped(hashes: U64, docs: I64, n: int) -> Bools:
    """Documents with CAPPED_FRAC of their entries in buckets over the cap; entries are sorted by hash."""
    _, lengths = _runs(hashes)
    over = np.repeat(lengths > BUCKET, lengths)
    entries = np.bincount(docs, minlength=n)
    return np.asarray((np.bincount(docs[over], minlength=n) >= CAPPED_FRAC * entries) & (entries > 0))


def _kept(docs: I64, frequency: I64, in_source: I64, counts: I64) -> Bools:
    """Entries that can make candidates: shared, and not furniture of the source.

    A document left with fewer than ALWAYS of them keeps its rarest others up to that number: copies within a
    source meet there.
    """
    kept = (frequency > 1) & (in_source < COMMON_IN_SOURCE)
    n_kept = np.bincount(docs[kept], minlength=len(counts))
    others = np.flatnonzero((frequency > 1) & ~kept & (n_kept[docs] < ALWAYS))
    others = others[np.lexsort((frequency[others], docs[others]))]
    per_doc = np.bincount(docs[others], minlength=len(counts))
    place = np.arange(len(others)) - np.repeat(np.cumsum(per_doc) - per_doc, per_doc)
    kept[others[place < ALWAYS - n_kept[docs[others]]]] = True
    return kept


def _sketch_rank(hashes: U64, docs: I64, n: int) -> I64:
    """Rank of each document by its smallest hash (entries are sorted by hash): near copies are neighbours."""
    smallest = np.full(n, len(hashes), np.int64)
    smallest[docs[::-1]] = np.arange(len(docs))[::-1]
    rank = np.empty(n, np.int64)
    rank[
        np.lexsort((np.arange(n), hashes[np.minimum(smallest, len(hashes) - 1)] if len(hashes) else smallest))
    ] = np.arange(n)
    return rank


def _bucket_pairs(hashes: U64, docs: I64, rank: I64) -> tuple[I64, int, int]:
    """Keys first * n + second of the pairs in each bucket; buckets over the cap, and pairs left out there."""
    n = len(rank)
    order = np.lexsort((rank[docs], hashes))
    hashes, docs = hashes[order], docs[order]
    starts, lengths = _runs(hashes)
    small = lengths <= BUCKET
    reach = np.where(small, lengths, NEIGHBOURS + 1)
    left = np.repeat(starts + lengths, lengths) - np.arange(len(docs))
    reach = np.minimum(np.repeat(reach, lengths), left)
    keys = [np.zeros(0, np.int64)]
    for step in range(1, int(reach.max(initial=1))):
        at = np.flatnonzero(reach > step)
        one, other = docs[at], docs[at + step]
        keys.append(np.minimum(one, other) * n + np.maximum(one, other))
    capped = lengths[~small]
    left_out = int(
        (capped * (capped - 1) // 2 - capped * NEIGHBOURS + NEIGHBOURS * (NEIGHBOURS + 1) // 2).sum()
    )
    return np.concatenate(keys), len(capped), left_out
