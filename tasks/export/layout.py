"""Where every published row goes: its month, and its file inside the month.

A month's rows are cut into files at documents whose hash says so. So the cut depends on the documents alone,
not on batches, runs or workers, and a new document rewrites the one file it falls into.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

# One document in 2,048 ends a file: about 5 MB of zstd text; the cap bounds the memory that writes one.
CUT_ONE_IN = 2_048
MAX_DOCUMENTS = 6_144
UNKNOWN_MONTH = "unknown"


@dataclass(frozen=True, slots=True)
class Index:
    """Every article of the version in published order, and the file it lies in.

    doc_ids, part (position of its clean part in the list given), file (number of its file, ascending in
    published order within its month) have one entry an article; months has one name a file. order: positions by
    part, those of the n-th part are order[bounds[n]:bounds[n + 1]].
    """

    doc_ids: pa.Array
    parts: np.ndarray
    files: np.ndarray
    months: tuple[str, ...]
    order: np.ndarray
    bounds: np.ndarray

    @property
    def n_repeated(self) -> int:
        """Articles whose id another article has too."""
        return len(self.doc_ids) - len(self.doc_ids.unique())

    def of_part(self, number: int) -> np.ndarray:
        """Where the articles of a part are in the index."""
        return self.order[self.bounds[number] : self.bounds[number + 1]]

    def aligned(self, number: int, rows: pa.Table) -> tuple[pa.Table, np.ndarray]:
        """The rows of a part that belong to its articles, and where these are in the index."""
        mine = self.of_part(number)
        at = pc.index_in(rows.column("doc_id"), value_set=self.doc_ids.take(pa.array(mine)))
        inside = pc.is_valid(at)
        found = rows if at.null_count == 0 else rows.filter(inside)
        return found, mine[at.drop_null().to_numpy()]


def index_articles(columns: Iterable[pa.Table], *, by: Sequence[str]) -> Index:
    """The index over (doc_id, published_at) of every clean part, in the order of the parts.

    by: what the rows of a month are sorted by: ("published_at", "doc_id") or ("doc_id",).
    """
    tables = [
        table.append_column("part", pa.array(np.full(table.num_rows, number, np.int32)))
        for number, table in enumerate(columns)
    ]
    if not tables:
        return Index(pa.array([], pa.string()), np.empty(0, np.int32), np.empty(0, np.int32), (), *_by_part(np.empty(0, np.int32), 0))  # fmt: skip
    table = pa.concat_tables(tables)
    table = table.append_column("month", _months(table.column("published_at")))
    table = table.sort_by([(name, "ascending") for name in ("month", *by)]).combine_chunks()
    doc_ids = table.column("doc_id").combine_chunks()
    months = table.column("month").combine_chunks().dictionary_encode()
    files = _cut(doc_ids, months.indices.to_numpy())
    starts = np.flatnonzero(np.diff(files, prepend=-1))
    names = [months.dictionary[int(months.indices[int(row)].as_py())].as_py() for row in starts]
    parts = table.column("part").to_numpy()
    return Index(doc_ids, parts, files, tuple(names), *_by_part(parts, len(tables)))


def _by_part(parts: np.ndarray, n_parts: int) -> tuple[np.ndarray, np.ndarray]:
    """The positions by part, and where each part's begin."""
    order = np.argsort(parts, kind="stable").astype(np.int32)
    return order, np.searchsorted(parts[order], np.arange(n_parts + 1))


def files_of(index: Index) -> Iterator[tuple[int, slice]]:
    """Every file's number and the run of articles in it."""
    bounds = np.flatnonzero(np.diff(index.files, prepend=-1, append=-1))
    for start, end in pairwise(bounds):
        yield int(index.files[start]), slice(int(start), int(end))


def _months(published: pa.ChunkedArray) -> pa.ChunkedArray:
    return pc.fill_null(pc.strftime(published, format="%Y-%m"), UNKNOWN_MONTH)


def _cut(doc_ids: pa.Array, months: np.ndarray) -> np.ndarray:
    """The file number of every article; a new one with each month and behind each cutting document."""
    ends = np.fromiter(
        (int(doc_id[-8:], 16) % CUT_ONE_IN == 0 for doc_id in doc_ids.to_pylist()), bool, len(doc_ids)
    )
    starts = np.concatenate(([True], ends[:-1])) | (np.diff(months, prepend=-1) != 0) if len(ends) else ends
    files = np.cumsum(starts) - 1
    # a run without a cutting document is cut by the cap, counted from the file's own start
    first = np.flatnonzero(starts)
    offset = np.arange(len(files)) - first[files] if len(files) else files
    capped = starts | (offset % MAX_DOCUMENTS == 0) if len(files) else starts
    return (np.cumsum(capped) - 1).astype(np.int32)
