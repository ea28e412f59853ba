"""Packed entries: (hash, slot of a text) in one number each, so that a plain sort brings equal hashes together.

44 bits of a hash and the text's slot behind it. A sort of such numbers is ten times as fast as a sort of hashes
that takes the slots along. Of 100 million different hashes a few hundred pairs fall together: each makes one candidate
that the judge refuses.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import TypeVar

import numpy as np
import numpy.typing as npt

from tasks.dedup.words import I64, U64, Bools

HASH_BITS = 44
# Of one bucket, about, and twice as many shingles: 8 MB, ten times that at work. It changes no result.
ENTRIES = 500_000
_DEALT_BITS = 16

_Whole = TypeVar("_Whole", np.uint64, np.int64)


@dataclass(frozen=True, slots=True)
class Runs:
    """Hashes of one bucket that several texts have, sorted. Run i is docs[starts[i]:starts[i] + sizes[i]], ascending.

    hashes: of each run, HASH_BITS of it. untold: how many more texts of each run there are, all known before.
    """

    hashes: U64
    starts: I64
    sizes: I64
    docs: I64
    untold: I64

    def count(self, chosen: Bools) -> I64:
        """How many of the chosen `docs` each run has."""
        if not len(self.starts):
            return np.zeros(0, np.int64)
        return np.add.reduceat(chosen, self.starts, dtype=np.int64)

    def only(self, chosen: Bools) -> Runs:
        """Some of the runs."""
        sizes = self.sizes[chosen]
        docs = self.docs[np.repeat(chosen, self.sizes)]
        return Runs(self.hashes[chosen], np.cumsum(sizes) - sizes, sizes, docs, self.untold[chosen])


def n_bucket_bits(n_docs: int, n_entries: int) -> int:
    """How many leading bits of a hash name its bucket: enough for the slots to fit, and for its memory."""
    place_bits = max(0, n_docs - 1).bit_length()
    return max(0, place_bits + HASH_BITS - 64, (n_entries // ENTRIES).bit_length())


def place_bits(bucket_bits: int) -> int:
    """How many bits of an entry are the slot's."""
    return 64 - HASH_BITS + bucket_bits


class Exchange:
    """Entries dealt out to buckets by their hash, list after list, in memory; the buckets are then read one by one.

    counts: entries of each text; those that came twice are told beside the bucket.
    """

    def __init__(self, n_docs: int, bucket_bits: int) -> None:
        """bucket_bits: they change no result."""
        self.bits = bucket_bits
        self._held: list[list[U64]] = [[] for _ in range(1 << bucket_bits)]
        self.counts = np.zeros(n_docs, np.int64)

    def add(self, hashes: U64, sizes: I64, docs: I64) -> None:
        """Lists of entries with HASH_BITS of their hash: how many there are of each text; no text comes twice."""
        self.counts[docs] = sizes
        docs = np.repeat(docs, sizes)
        for bucket, entries in enumerate(split(hashes, docs, self.bits)):
            self._held[bucket].append(entries)

    def buckets(self) -> Iterator[tuple[int, U64]]:
        """Every bucket and its entries, sorted. Once: what was read is forgotten. `counts` are of distinct ones then."""
        for bucket, held in enumerate(self._held):
            entries, again = distinct(np.concatenate([np.zeros(0, np.uint64), *held]), self.bits)
            held.clear()
            if len(again):
                np.subtract.at(self.counts, again, 1)  # few of all
            yield bucket, entries


def distinct(entries: U64, bucket_bits: int) -> tuple[U64, I64]:
    """The entries of a bucket, sorted, each once; and the texts of those that came again."""
    entries = in_order(entries, 64)
    again = np.flatnonzero(entries[1:] == entries[:-1]) + 1
    place = np.uint64((1 << place_bits(bucket_bits)) - 1)
    repeats = (entries[again] & place).astype(np.int64)
    return (np.delete(entries, again) if len(again) else entries), repeats


def in_order(values: npt.NDArray[_Whole], bits: int) -> npt.NDArray[_Whole]:
    """The numbers, none of them negative, sorted. bits: of the greatest that may come.

    Dealt out by their first 16 bits, then the few that have the same: half the time of a plain sort of a million.
    """
    if len(values) < 1 << _DEALT_BITS:
        return np.sort(values)
    dealt = (values >> values.dtype.type(max(0, bits - _DEALT_BITS))).astype(np.uint16)
    ordered = values[np.argsort(dealt, kind="stable")]  # 16 bits: a radix sort
    ordered.sort(kind="stable")
    return ordered


def slices(starts: I64, sizes: I64) -> I64:
    """Indices of several slices, one after the other."""
    ends = np.cumsum(sizes)
    return np.arange(int(ends[-1]) if len(ends) else 0) + np.repeat(starts - ends + sizes, sizes)


def pack_entries(hashes: U64, docs: I64, bucket_bits: int) -> U64:
    """Entries of one bucket, unsorted. hashes: the HASH_BITS leading bits of each."""
    shift = np.uint64(place_bits(bucket_bits))
    return np.asarray(hashes << shift | docs.astype(np.uint64), np.uint64)


def bucket_of(hashes: U64, bucket_bits: int) -> I64:
    """The bucket of each hash of HASH_BITS."""
    return np.asarray(hashes >> np.uint64(HASH_BITS - bucket_bits), np.int64)


def split(hashes: U64, docs: I64, bucket_bits: int) -> Sequence[U64]:
    """Packed entries of each bucket."""
    if not bucket_bits:
        return [pack_entries(hashes, docs, 0)]
    buckets = bucket_of(hashes, bucket_bits).astype(np.uint16)
    order = np.argsort(buckets, kind="stable")  # 16 bits: a radix sort
    ends = np.cumsum(np.bincount(buckets, minlength=1 << bucket_bits))
    return np.split(pack_entries(hashes, docs, bucket_bits)[order], ends[:-1])


def runs_of(entries: U64, bucket: int, bucket_bits: int) -> Runs:
    """The runs of one bucket's entries, sorted and distinct. Most hashes stand in one text alone, and are left out."""
    shift = np.uint64(place_bits(bucket_bits))
    place = (np.uint64(1) << shift) - np.uint64(1)
    hashes = entries >> shift
    same = np.zeros(len(entries) + 1, np.bool_)
    np.equal(hashes[1:], hashes[:-1], out=same[1:-1])
    kept = same[1:] | same[:-1]
    docs = (entries[kept] & place).astype(np.int64)
    starts = np.flatnonzero(~same[:-1][kept])
    whole = hashes[kept][starts] | np.uint64(bucket) << np.uint64(HASH_BITS - bucket_bits)
    return Runs(whole, starts, np.diff(starts, append=len(docs)), docs, np.zeros_like(starts))
