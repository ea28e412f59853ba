"""Judged pairs: what was measured of two texts is kept, and a pair that is known is not read again.

What a pair's features and its probability depend on: the two texts with their titles, which of their sentences are
furniture of their sources, and the code and model of the room. The first two are in each document's key, the last is
the corpus recipe, under which the pairs are kept. So the published bytes are the same with them and without.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from tasks import schema
from tasks.dedup.corpus import Corpus, Documents
from tasks.dedup.evidence import Measured, Reader, judge, measure_pairs
from tasks.dedup.features import NAMES
from tasks.dedup.signatures import MAX_SENTENCES
from tasks.dedup.words import BASE, I64, U64, Bools, Floats, mix

MILLIONTHS, MYRIADS = 1e6, 1e4  # features have 6 decimals, probabilities 4: as whole numbers nothing is lost
_PAIRED = 6  # shared characters, all characters, own words in prose: two of each
_WIDTH = len(NAMES) + _PAIRED + 1


def _field(name: str, kind: pa.DataType, about: str) -> pa.Field:
    return pa.field(name, kind, nullable=False, metadata={"description": about})


JUDGED = schema.Table(
    "judged",
    pa.schema([
        _field("one", pa.uint64(), "key of the first document: its text, title and own sentences"),
        _field("other", pa.uint64(), "key of the second document"),
        _field("figures", pa.list_(pa.int64()),
               "features in millionths, shared characters, characters, words in prose of either, probability in 1/10,000; "
               "nothing where a glance showed that they share hardly anything"),
    ]),
    key=("one", "other"),
    sort=("one", "other"),
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Known:
    """Judged pairs. figures: shape (measured, _WIDTH); at: for each pair its row there, -1 where it was not measured."""

    one: U64
    other: U64
    at: I64
    figures: I64

    def look_up(self, one: U64, other: U64) -> I64:
        """The row of each pair of keys, -1 where it is not known."""
        if not len(self.one):
            return np.full(len(one), -1, np.int64)
        held = _joint(self.one, self.other)
        order = np.argsort(held, kind="stable")
        wanted = _joint(one, other)
        at = order[np.minimum(np.searchsorted(held[order], wanted), len(held) - 1)]
        return np.where((self.one[at] == one) & (self.other[at] == other), at, -1)


@dataclass(slots=True)
class Judging:
    """Judges pairs of documents, reading only those that are not known.

    keys: of each document of the corpus. certain: documents whose key says all; pairs of others are always read.
    Afterwards used: which of the known pairs were asked for; new: the pairs read, as rows of JUDGED.
    """

    reader: Reader
    keys: U64
    certain: Bools
    known: Known
    used: Bools | None = None
    new: pa.Table | None = None

    def __call__(self, first: I64, second: I64) -> tuple[Measured, Floats]:
        """The measured ones of the pairs, in order, and the probability of each."""
        one, other = self.keys[first], self.keys[second]
        sure = self.certain[first] & self.certain[second]
        row = np.where(sure, self.known.look_up(one, other), -1)
        self.used = np.zeros(len(self.known.one), np.bool_)
        self.used[row[row >= 0]] = True
        missing = np.flatnonzero(row < 0)
        measured = measure_pairs(self.reader, first[missing], second[missing])
        fresh = _figures(measured, judge(measured))
        n = len(self.keys)
        pair = first[missing] * n + second[missing]
        near = np.searchsorted(pair, measured.first * n + measured.second)  # candidates are sorted
        at = np.full(len(first), -1, np.int64)
        at[row >= 0] = self.known.at[row[row >= 0]]
        at[missing[near]] = len(self.known.figures) + np.arange(len(near))
        self.new = _table(one[missing], other[missing], sure[missing], near, fresh)
        rows = np.flatnonzero(at >= 0)
        return _measured(first[rows], second[rows], np.concatenate([self.known.figures, fresh])[at[rows]])


def document_keys(documents: Documents, corpus: Corpus) -> tuple[U64, Bools]:
    """Key of each document of the corpus, and whether it says all: not of one with more sentences than are signed."""
    stored = documents.columns.column("content_hash").take(pa.array(corpus.rows)).combine_chunks()
    digits = np.array(stored.to_pylist(), "S32").view(np.uint8).reshape(len(corpus.rows), 32)
    values = (digits - np.where(digits > 57, 87, 48).astype(np.uint8)).astype(np.uint64)
    halves = np.zeros((2, len(values)), np.uint64)
    for place in range(32):
        halves[place // 16] = halves[place // 16] << np.uint64(4) | values[:, place]
    return mix(halves[0] ^ mix(halves[1] ^ mix(corpus.furniture.marks))), corpus.n_words < MAX_SENTENCES


def as_known(tables: Sequence[pa.Table]) -> Known:
    """The judged pairs of JUDGED tables."""
    table = pa.concat_tables(
        [JUDGED.empty(), *(table.cast(JUDGED.schema) for table in tables)]
    ).combine_chunks()
    lists = table.column("figures").combine_chunks()
    lists = lists.chunk(0) if isinstance(lists, pa.ChunkedArray) else lists
    near = np.diff(lists.offsets.to_numpy()) > 0 if len(table) else np.zeros(0, np.bool_)
    figures = lists.flatten().to_numpy().reshape(-1, _WIDTH)
    return Known(
        table.column("one").to_numpy(),
        table.column("other").to_numpy(),
        np.where(near, np.cumsum(near) - 1, -1),
        figures,
    )


def as_table(known: Known, chosen: Bools) -> pa.Table:
    """Some of the judged pairs as rows of JUDGED."""
    rows = np.flatnonzero(chosen)
    near = np.flatnonzero(known.at[rows] >= 0)
    return _table(
        known.one[rows],
        known.other[rows],
        np.ones(len(rows), np.bool_),
        near,
        known.figures[known.at[rows[near]]],
    )


def _joint(one: U64, other: U64) -> U64:
    return np.asarray(mix(one) + other * BASE)


def _figures(measured: Measured, probability: Floats) -> I64:
    columns = [np.rint(measured.features * MILLIONTHS), measured.shared_chars, measured.n_chars, measured.n_prose,
               np.rint(probability * MYRIADS)[:, None]]  # fmt: skip
    return np.concatenate([column.astype(np.int64) for column in columns], axis=1)


def _measured(first: I64, second: I64, figures: I64) -> tuple[Measured, Floats]:
    n = len(NAMES)
    shared, chars, prose = (figures[:, at : at + 2] for at in range(n, n + _PAIRED, 2))
    return Measured(first, second, figures[:, :n] / MILLIONTHS, shared, chars, prose), figures[
        :, -1
    ] / MYRIADS


def _table(one: U64, other: U64, kept: Bools, near: I64, figures: I64) -> pa.Table:
    """Rows of JUDGED. near: the places of the measured ones, whose figures these are; only the `kept` rows."""
    sizes = np.zeros(len(one), np.int32)
    sizes[near] = _WIDTH
    offsets = np.concatenate([[0], np.cumsum(sizes)]).astype(np.int32)
    lists: npt.NDArray[np.int64] = figures.reshape(-1)
    arrays = [pa.array(one), pa.array(other), pa.ListArray.from_arrays(pa.array(offsets), pa.array(lists))]
    return pa.Table.from_arrays(arrays, schema=JUDGED.schema).filter(pa.array(kept))
