"""Regions: transcripts of the documents to be read, out of the parts of the corpus; every part is read once."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

import numpy as np
import pyarrow as pa

from tasks.dedup.corpus import Documents, by_part
from tasks.dedup.words import I64

REGION_WORDS = 4_000_000  # of transcripts in memory together: some 28 MB, twice
COLUMNS = ("transcript",)


class PartTranscripts:
    """Transcripts of documents that lie in parts.

    What is expected is dealt out to regions of neighbouring groups: in memory if there is one region, else one file
    each in the scratch folder. The two regions used last are in memory.
    """

    def __init__(
        self, documents: Documents, read_rows: Callable[[int, I64, I64], pa.Table], scratch: Path
    ) -> None:
        """read_rows: COLUMNS of some documents, ascending, of a part of the signatures; given are its number, they, and their rows there."""
        self._documents, self._read_rows, self._scratch = documents, read_rows, scratch
        self._n_words = np.asarray(documents.numbers("n_words"), np.int64)
        self._region = np.zeros(0, np.int64)
        self._loaded: dict[int, tuple[I64, pa.Table]] = {}
        self._n_regions = 0

    def expect(self, rows: I64, group: I64) -> None:
        """Deal out the transcripts of these documents."""
        order = np.argsort(group, kind="stable")
        filled = np.cumsum(self._n_words[rows[order]]) // REGION_WORDS
        first_of_group = np.concatenate([[True], np.diff(group[order]) != 0])[: len(order)]
        by_group = np.repeat(
            filled[first_of_group], np.diff(np.flatnonzero(first_of_group), append=len(order))
        )
        self._region = np.full(len(self._n_words), -1, np.int64)
        self._region[rows[order]] = by_group
        self._n_regions = int(by_group.max(initial=-1)) + 1
        self._loaded = {}
        pieces: dict[int, list[tuple[I64, pa.Table]]] = {}
        for region, found, table in self._dealt():
            if self._n_regions == 1:
                pieces.setdefault(region, []).append((found, table))
            else:
                self._write(region, found, table)
        self._loaded = {region: _joined(parts) for region, parts in pieces.items()}

    def read(self, rows: I64) -> pa.ChunkedArray:
        """The transcripts of some documents of one group, at least one."""
        known, table = self._load(int(self._region[rows[0]]))
        return table.column("transcript").take(pa.array(np.searchsorted(known, rows)))

    def _dealt(self) -> Iterator[tuple[int, I64, pa.Table]]:
        """Pieces of parts by region."""
        wanted = np.flatnonzero(self._region >= 0)
        for number, rows, at in by_part(self._documents.part, self._documents.at, wanted):
            regions = self._region[rows]
            table = self._read_rows(number, rows, at)
            for region in np.unique(regions).tolist():
                inside = np.flatnonzero(regions == region)
                whole = len(inside) == len(rows)
                yield region, rows[inside], table if whole else table.take(pa.array(inside))

    def _path(self, region: int) -> Path:
        return self._scratch / f"region-{region:06d}"

    def _write(self, region: int, rows: I64, table: pa.Table) -> None:
        """Append to a region's file: several Arrow streams, one behind the other."""
        with self._path(region).open("ab") as file:
            piece = table.combine_chunks().append_column("row", pa.array(rows))
            with pa.ipc.new_stream(file, piece.schema) as writer:
                writer.write_table(piece)

    def _load(self, region: int) -> tuple[I64, pa.Table]:
        if region not in self._loaded:
            while len(self._loaded) > 1:
                del self._loaded[next(iter(self._loaded))]
            pieces = []
            with self._path(region).open("rb") as file:
                size = self._path(region).stat().st_size
                while file.tell() < size:
                    piece = pa.ipc.open_stream(file).read_all()
                    pieces.append((piece.column("row").to_numpy(), piece.select(COLUMNS)))
            self._loaded[region] = _joined(pieces)
        self._loaded[region] = self._loaded.pop(region)  # used last
        return self._loaded[region]


def _joined(pieces: Sequence[tuple[I64, pa.Table]]) -> tuple[I64, pa.Table]:
    """Rows, ascending, and their transcripts."""
    rows = np.concatenate([rows for rows, _ in pieces])
    order = np.argsort(rows, kind="stable")
    return rows[order], pa.concat_tables([table for _, table in pieces]).take(
        pa.array(order)
    ).combine_chunks()
