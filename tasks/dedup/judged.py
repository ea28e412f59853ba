"""Judged pairs: what was measured of two texts is kept, and a pair that is known is not read again.

What a pair's features and its probability depend on: the two texts with their titles, which of their sentences are
furniture of their sources, and the code and model of the room. The first two are in each document's key, the last is
the corpus recipe, under which the pairs are kept. So the published bytes are the same with them and without.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from tasks.dedup.corpus import Corpus
from tasks.dedup.documents import Documents
from tasks.dedup.evidence import SAID, Judge, Measured
from tasks.dedup.memory import release_memory
from tasks.dedup.readings import I32
from tasks.dedup.signatures import MAX_SENTENCES
from tasks.dedup.words import BASE, I64, U64, Bools, Floats, mix

MYRIADS = 1e4  # probabilities have 4 decimals: as whole numbers nothing is lost
WIDTH = len(SAID) + 7  # features in SAID, what is counted of either text, the probability
NEAR, UNKNOWN, FAR = 0, -1, -2  # from NEAR up and from FAR down: rows of what is known


@dataclass(frozen=True, slots=True)
class Known:
    """Judged pairs by the keys of their documents, sorted by `joint`, which is made of both; other: of the second.

    figures: of the measured ones, in millionths, counts and 1/10,000, shape (measured, WIDTH). far: those of which a
    glance showed that they share hardly anything.
    """

    joint: U64
    other: U64
    figures: I32
    far_joint: U64
    far_other: U64

    @classmethod
    def of(cls, arrays: Mapping[str, npt.NDArray[np.generic]]) -> Known:
        """From `arrays`; of nothing, no pair."""
        if not arrays:
            none = np.zeros(0, np.uint64)
            return cls(none, none, np.zeros((0, WIDTH), np.int32), none, none)
        return cls(**{name: arrays[f"judged_{name}"] for name in cls.__slots__})  # type: ignore[arg-type]  # as kept

    def arrays(self) -> dict[str, npt.NDArray[np.generic]]:
        """What is kept."""
        return {f"judged_{name}": getattr(self, name) for name in self.__slots__}

    def look_up(self, one: U64, other: U64) -> I64:
        """The row of each pair of keys in `figures`, FAR less its row among the far ones, or UNKNOWN."""
        wanted = joint_key(one, other)
        row = _find(self.joint, self.other, wanted, other)
        left = np.flatnonzero(row < 0)
        far = _find(self.far_joint, self.far_other, wanted[left], other[left])
        row[left] = np.where(far >= 0, FAR - far, UNKNOWN)
        return row

    def grown(self, row: I64, near: tuple[U64, U64, I32], far: tuple[U64, U64]) -> Known:
        """With new pairs, and without those that nobody looked up. row: of those; near, far: keys of both texts, and figures."""
        used, used_far = np.zeros(len(self.joint), np.bool_), np.zeros(len(self.far_joint), np.bool_)
        used[row[row >= NEAR]] = True
        used_far[FAR - row[row <= FAR]] = True
        return Known(
            *_merged((self.joint, self.other, self.figures), used, (joint_key(*near[:2]), *near[1:])),
            *_merged((self.far_joint, self.far_other), used_far, (joint_key(*far), far[1])),
        )


@dataclass(slots=True)
class Judging:
    """Judges pairs of documents, reading only those that are not known.

    keys: of each document of the corpus. certain: documents whose key says all; pairs of others are always read.
    judge: reads pairs, and judges them. Afterwards kept: all pairs asked for, as they are known to the next run; fresh: which
    of the measured ones were read; the judge is let go, with the texts it holds.
    """

    judge: Judge | None
    keys: U64
    certain: Bools
    known: Known
    kept: Known | None = None
    fresh: Bools | None = None

    def look_up(self, first: I64, second: I64) -> I64:
        """As Known's, of places in the corpus."""
        row = self.known.look_up(self.keys[first], self.keys[second])
        row[~(self.certain[first] & self.certain[second])] = UNKNOWN
        return row

    def __call__(self, first: I64, second: I64, row: I64 | None = None) -> tuple[Measured, Floats]:
        """The measured ones of the pairs, sorted, and the probability of each. row: what `look_up` says of them, if that is told."""
        row = self.look_up(first, second) if row is None else row
        missing, found = np.flatnonzero(row == UNKNOWN), np.flatnonzero(row >= NEAR)
        assert self.judge is not None  # noqa: S101  judges once
        fresh, probability = self.judge(first[missing], second[missing])
        self.judge = None
        release_memory(len(missing), len(row))
        new = figures_of(fresh, probability)
        self.kept = self._kept(row, first[missing], second[missing], fresh, new)
        one = np.concatenate([first[found], fresh.first])
        other = np.concatenate([second[found], fresh.second])
        del fresh
        order = np.argsort(one * max(1, len(self.keys)) + other)
        self.fresh = order >= len(found)
        figures = np.empty((len(order), WIDTH), np.int32)
        if len(found):  # those of fresh ones are none of these
            self.known.figures.take(row[found].take(order, mode="clip"), axis=0, out=figures, mode="clip")
        figures[self.fresh] = new[order[self.fresh] - len(found)]
        return measured_of(one[order], other[order], figures)

    def _kept(self, row: I64, first: I64, second: I64, fresh: Measured, figures: I32) -> Known:
        """What the next run knows. row: of all pairs asked for; the others: pairs that were read, and what was measured of them."""
        n = max(1, len(self.keys))
        near = fresh.first * n + fresh.second
        far = np.setdiff1d(first * n + second, near, assume_unique=True)
        sure, far = self._sure(near), far[self._sure(far)]
        keys = [self.keys[ends] for pair in (near[sure], far) for ends in (pair // n, pair % n)]
        return self.known.grown(row, (keys[0], keys[1], figures[sure]), (keys[2], keys[3]))

    def _sure(self, pair: I64) -> Bools:
        n = max(1, len(self.keys))
        return np.asarray(self.certain[pair // n] & self.certain[pair % n])


def document_keys(documents: Documents, corpus: Corpus) -> tuple[U64, Bools]:
    """Key of each document of the corpus, and whether it says all: not of one with more sentences than are signed."""
    texts = np.asarray(documents.numbers("content_hash"), np.uint64)[corpus.rows]
    return mix(texts ^ mix(corpus.marks)), corpus.n_words < MAX_SENTENCES


def joint_key(one: U64, other: U64) -> U64:
    """One key of two."""
    return np.asarray(mix(one) + other * BASE)


def _merged(
    old: Sequence[npt.NDArray[Any]], stays: Bools, new: Sequence[npt.NDArray[Any]]
) -> list[npt.NDArray[Any]]:
    """Columns of which the first is sorted: the old rows that stay, and new ones, which are not sorted."""
    order = np.argsort(new[0])
    kept = list(old) if stays.all() else [before.compress(stays, axis=0) for before in old]
    at = np.searchsorted(kept[0], new[0][order])
    return [np.insert(before, at, added[order], axis=0) for before, added in zip(kept, new, strict=True)]


def _find(joint: U64, others: U64, wanted: U64, other: U64) -> I64:
    """The row of each wanted pair, -1 where there is none.

    Keys are hashes: by their first bits it is known where one stands, but for a few rows. A third of the time of searching.
    """
    row = np.full(len(wanted), -1, np.int64)
    if not len(joint):
        return row
    bits = len(joint).bit_length()
    shift = np.uint64(64 - bits)
    sizes = np.bincount((joint >> shift).astype(np.int64), minlength=1 << bits)
    at = (np.cumsum(sizes) - sizes).take((wanted >> shift).astype(np.int64))
    left, last = np.arange(len(wanted)), len(joint) - 1
    while len(left):
        here = np.minimum(at.take(left), last)
        met, asked = joint.take(here), wanted.take(left)
        found = np.flatnonzero(met == asked)
        row[left.take(found)] = here.take(found)
        left = left.take(np.flatnonzero((met < asked) & (here < last)))
        at[left] += 1
    return np.where((row >= 0) & (others.take(row, mode="clip") == other), row, -1)


def figures_of(measured: Measured, probability: Floats) -> I32:
    """What is measured of pairs with their probability as whole numbers, shape (pairs, WIDTH)."""
    myriads = np.rint(probability * MYRIADS)[:, None].astype(np.int32)
    return np.concatenate([measured.millionths, measured.counts, myriads], axis=1)


def measured_of(first: I64, second: I64, figures: I32) -> tuple[Measured, Floats]:
    """What `figures_of` was made of."""
    n = len(SAID)
    return Measured(first, second, SAID, figures[:, :n], figures[:, n : n + 6]), figures[:, -1] / MYRIADS
