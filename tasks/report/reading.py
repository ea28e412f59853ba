"""Single rows out of large tables: only the row groups that can hold them are read."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from typing import Any, NamedTuple

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from tasks.versions.manifest import Manifest, table_parts
from tasks.versions.parts import Part, open_part
from tasks.versions.store import Store

Row = dict[str, Any]  # Any: the values of a table's columns
Columns = tuple[str, ...] | None  # None: all
UNKNOWN_MONTH = "unknown"  # the partition of articles without a date, as the contract names it


class Asked(NamedTuple):
    """A question: the rows of the part at a path whose column has a value; `columns` of them."""

    path: str
    column: str
    value: str
    columns: Columns


class Reader:
    """Looks rows up by a column, each part at most once for the same question.

    known: answers from before. parts: those asked about, by path.
    """

    def __init__(self, store: Store, known: Mapping[Asked, list[Row]] | None = None) -> None:
        self.store = store
        self.parts: dict[str, Part] = {}
        self._known = dict(known or {})
        self._asked: set[Asked] = set()

    def rows(self, listed: Iterable[Part], column: str, value: str, columns: Columns = None) -> list[Row]:
        """Every row of the parts whose column has the value, in the order of the parts; `columns` are further ones."""
        found: list[Row] = []
        for part in listed:
            self.fetch([part], column, [value], columns)
            found += self._known[Asked(part.path, column, value, columns)]
        return found

    def fetch(
        self, listed: Iterable[Part], column: str, values: Collection[str], columns: Columns = None
    ) -> None:
        """Reads what `rows` will be asked for, for many values at once: no row group is read twice."""
        wanted = sorted(set(values))
        named = None if columns is None else (column, *(name for name in columns if name != column))
        for part in listed if wanted else ():
            asked = [Asked(part.path, column, value, columns) for value in wanted]
            self.parts[part.path] = part
            self._asked.update(asked)
            missing = [one.value for one in asked if one not in self._known]
            found: dict[str, list[Row]] = {value: [] for value in missing}
            for row in rows_where(self.store, [part], column, missing, named) if missing else ():
                found[row[column]].append(row)
            self._known |= {Asked(part.path, column, value, columns): rows for value, rows in found.items()}

    def answers(self) -> dict[Asked, list[Row]]:
        """Every question asked, with its answer."""
        return {one: self._known[one] for one in self._asked}

    def table_rows(self, manifest: Manifest, table: str, doc_id: str) -> list[Row]:
        """The rows of a document in a published table."""
        return self.rows(table_parts(manifest.tables[table]), "doc_id", doc_id)


def rows_where(
    store: Store,
    listed: Iterable[Part],
    column: str,
    values: Collection[str],
    columns: Sequence[str] | None = None,
) -> list[Row]:
    """The rows whose column is one of the values, in the order of the parts; nothing else is decoded."""
    wanted = pa.array(sorted(set(values)), pa.string())
    found: list[Row] = []
    if not len(wanted):
        return found
    for part in listed:
        if not part.rows:
            continue
        file = open_part(store.backend, part)
        for group in range(file.num_row_groups):
            if not _may_hold(file, group, column, wanted):
                continue
            hits = pc.is_in(file.read_row_group(group, columns=[column]).column(0), value_set=wanted)
            if pc.any(hits).as_py():
                rows = file.read_row_group(group, columns=None if columns is None else list(columns))
                found += rows.filter(hits).to_pylist()
    return found


def _may_hold(file: pq.ParquetFile, group: int, column: str, wanted: pa.Array) -> bool:
    """Whether the row group's statistics leave room for one of the values, which are sorted."""
    number = file.schema_arrow.names.index(column)
    path = file.schema_arrow.names[number]
    metadata = file.metadata.row_group(group)
    for at in range(metadata.num_columns):
        chunk = metadata.column(at)
        if chunk.path_in_schema == path:
            stats = chunk.statistics
            if stats is None or not stats.has_min_max:
                return True
            low, high = stats.min, stats.max
            return any(low <= value <= high for value in wanted.to_pylist())
    return True


def month_of(row: Row) -> str:
    """The partition an article lies in, by its publication time."""
    time = row.get("published_at")
    return time.strftime("%Y-%m") if time is not None else UNKNOWN_MONTH


def batch_parts(manifest: Manifest, batch: str, name: str) -> tuple[Part, ...]:
    """A batch's shard results of one name; none for an unknown batch."""
    entry = manifest.batches.get(batch)
    return entry.parts.get(name, ()) if entry else ()
