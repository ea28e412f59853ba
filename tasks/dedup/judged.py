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


@dataclass(frozen=True, slots=True)
class Near:
    """The measured ones of all pairs asked for, each once: those that were known, then those that were read, `fresh` ones.

    first, second: places. rows: of those that were known, in `known`, their figures. read: figures of the others.
    """

    first: I64
    second: I64
    rows: I64
    known: I32
    read: I32

    @property
    def fresh(self) -> slice:
        """Those that were read."""
        return slice(len(self.rows), None)

    def measured(self, chosen: I64) -> tuple[Measured, Floats]:
        """Some of the pairs, given by their numbers here: sorted, and the probability of each."""
        first, second = self.first.take(chosen), self.second.take(chosen)
        order = np.argsort(first * (int(second.max(initial=0)) + 1) + second)
        first, second, chosen = first.take(order), second.take(order), chosen.take(order)
        figures = np.empty((len(chosen), WIDTH), np.int32)
        if len(self.rows):  # those of fresh ones are none of these
            self.known.take(self.rows.take(chosen, mode="clip"), axis=0, out=figures, mode="clip")
        read = np.flatnonzero(chosen >= len(self.rows))
        figures[read] = self.read.take(chosen.take(read) - len(self.rows), axis=0)
        return measured_of(first, second, figures)


@dataclass(slots=True)
class Judging:
    """Judges pairs of documents, reading only those that are not known.

    keys: of each document of the corpus. certain: documents whose key says all; pairs of others are always read.
    judge: reads pairs, and judges them; it is let go then, with the texts it holds. Afterwards kept: all pairs asked for, as they
    are known to the next run.
    """

    judge: Judge | None
    keys: U64
    certain: Bools
    known: Known
    kept: Known | None = None

    def look_up(self, first: I64, second: I64) -> I64:
        """As Known's, of places in the corpus."""
        row = self.known.look_up(self.keys[first], self.keys[second])
        row[~(self.certain[first] & self.certain[second])] = UNKNOWN
        return row

    def read(self, first: I64, second: I64) -> tuple[I32, I32]:
        """The measured ones of these pairs and the others, as `regions.Judged` has them."""
        assert self.judge is not None  # noqa: S101  judges once
        measured, probability = self.judge(first, second)
        self.judge = None
        return near_and_far(np.stack([first, second]), measured, probability)

    def near(self, first: I64, second: I64, row: I64, near: I32) -> Near:
        """The measured ones of all pairs asked for. row: what `look_up` says of them; near: of those that are not known."""
        found = np.flatnonzero(row >= NEAR)
        return Near(
            np.concatenate([first.take(found), near[:, 0]]),
            np.concatenate([second.take(found), near[:, 1]]),
            row.take(found), self.known.figures, near[:, 2:],
        )  # fmt: skip

    def keep(self, row: I64, near: I32, far: I32) -> None:
        """All pairs asked for are known to the next run. row, near: see `near`; far: the others that were read."""
        near, far = self._sure(near), self._sure(far)
        ends = [self.keys.take(column) for pairs in (near, far) for column in pairs[:, :2].T]
        figures = np.ascontiguousarray(near[:, 2:])
        self.kept = self.known.grown(row, (ends[0], ends[1], figures), (ends[2], ends[3]))

    def _sure(self, pairs: I32) -> I32:
        """Those whose keys say all."""
        return pairs.compress(self.certain.take(pairs[:, 0]) & self.certain.take(pairs[:, 1]), axis=0)


def near_and_far(asked: I64, measured: Measured, probability: Floats) -> tuple[I32, I32]:
    """The measured ones of the pairs asked for, shape (2, pairs), and the others, as `regions.Judged` has them."""
    n = int(asked.max(initial=0)) + 1
    left = np.setdiff1d(asked[0] * n + asked[1], measured.first * n + measured.second, assume_unique=True)
    ends = np.stack([measured.first, measured.second], axis=1).astype(np.int32)
    far = np.stack([left // n, left % n], axis=1).astype(np.int32)
    return np.concatenate([ends, figures_of(measured, probability)], axis=1), far


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
