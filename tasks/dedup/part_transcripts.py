"""Transcripts in parts: those of some documents, most often read where they are known to lie, and held in memory."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pyarrow as pa

from tasks.dedup.documents import Documents, by_part
from tasks.dedup.readings import I32
from tasks.dedup.transcripts import is_whole
from tasks.dedup.words import I64
from tasks.versions.parts import Part
from tasks.versions.store import Store

COLUMNS = ("transcript",)
# Of the transcripts of a part, up to so many are read one by one: 4.4 microseconds each; all together cost 1.7 each.
MOST_APART = 0.4


class PartTranscripts:
    """Transcripts of documents that lie in parts, in memory."""

    def __init__(self, store: Store, signed: Sequence[Part], documents: Documents) -> None:
        """signed: the parts of the signatures."""
        self._store, self._signed, self._documents = store, signed, documents
        self._held = Transcripts.joined([])

    def expect(self, rows: I64) -> None:
        """See TranscriptSource."""
        self._held = Transcripts.joined([
            (found, transcripts_in(self._store, self._signed[number], at, self._documents.start[found]))
            for number, found, at in by_part(self._documents.part, self._documents.at, rows)
        ])  # fmt: skip

    def read(self, rows: I64) -> pa.ChunkedArray:
        """See TranscriptSource."""
        return self._held.of(rows)


def transcripts_in(store: Store, part: Part, at: I32 | I64, start: I64) -> pa.ChunkedArray | pa.Array:
    """The transcripts of some documents of a part. at: their rows there, ascending; start: see Documents."""
    if len(at) <= MOST_APART * part.rows and (start >= 0).all():
        values = store.read_at(part, start)
        if all(is_whole(value) for value in values):
            return pa.array(values, pa.large_binary())
    return store.read_rows(part, COLUMNS, at.tolist()).column(0)


@dataclass(frozen=True, slots=True)
class Transcripts:
    """Transcripts in memory. numbers: of their texts, ascending; rows: where each one's stands among the values."""

    numbers: I64
    rows: I64
    values: pa.Array

    @classmethod
    def joined(cls, pieces: Sequence[tuple[I64, pa.ChunkedArray | pa.Array]]) -> Transcripts:
        """From the numbers and transcripts of several pieces."""
        numbers = np.concatenate([np.zeros(0, np.int64), *(numbers for numbers, _ in pieces)])
        order = np.argsort(numbers, kind="stable")
        held = [one for _, of in pieces for one in (of.chunks if isinstance(of, pa.ChunkedArray) else [of])]
        return cls(numbers[order], order, pa.concat_arrays([pa.array([], pa.large_binary()), *held]))

    def of(self, numbers: I64) -> pa.ChunkedArray:
        """Those of some texts, in this order."""
        rows = self.rows.take(np.searchsorted(self.numbers, numbers))
        return pa.chunked_array([self.values.take(pa.array(rows))])
