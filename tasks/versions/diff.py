"""What differs between two versions. Files that both list are not read."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import pyarrow as pa
import pyarrow.compute as pc

from tasks.versions.backend import Backend
from tasks.versions.manifest import Manifest, TableEntry, table_parts
from tasks.versions.parts import Part, open_part, read_part

# Where a cluster's or an entity's members carry its id: renamed -> table, column
MEMBERS = {"clusters": ("clusters", "cluster_id"), "entities": ("mentions", "entity_id")}
OLD_ROW, NEW_ROW = "__old_row", "__new_row"
_NOTHING = TableEntry((), (), 0, {})
SLICE_ROWS = 1024  # nested values are compared in Python only inside slices that differ


@dataclass(frozen=True, slots=True)
class TableDiff:
    """The keys of the rows that differ, sorted, and in how many of the changed rows each column differs.

    columns: those that only one of the two versions has; they are not compared.
    """

    rows_a: int
    rows_b: int
    added: pa.Table
    removed: pa.Table
    changed: pa.Table
    changed_columns: Mapping[str, int]
    columns: tuple[str, ...]

    @property
    def is_empty(self) -> bool:
        """Whether the table is the same in both."""
        return not (self.added.num_rows or self.removed.num_rows or self.changed.num_rows or self.columns)


@dataclass(frozen=True, slots=True)
class Renamed:
    """An old id of which `members` rows now carry another; the old id may live on with the rest."""

    old: str
    new: str
    members: int


@dataclass(frozen=True, slots=True)
class Diff:
    """Version a against version b: tables by name, ids that changed, batches whose entry differs."""

    a: int
    b: int
    tables: Mapping[str, TableDiff]
    renamed: Mapping[str, tuple[Renamed, ...]]
    batches: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class _Pairing:
    """The files of one table that only one version has, and their rows paired by key."""

    key: tuple[str, ...]
    old: tuple[Part, ...]
    new: tuple[Part, ...]
    rows: pa.Table  # key columns, OLD_ROW, NEW_ROW; a row number is null where the other side has no such key


def diff(backend: Backend, a: Manifest, b: Manifest) -> Diff:
    """Compare two versions. Raises CorruptPart if a file that differs cannot be read."""
    names = sorted({*a.tables, *b.tables})
    pairings = {name: _pair(backend, a.tables.get(name), b.tables.get(name)) for name in names}
    tables = {
        name: _table_diff(backend, pairings[name], a.tables.get(name), b.tables.get(name)) for name in names
    }
    renamed = {
        noun: _renamed(backend, pairings[name], column)
        for noun, (name, column) in MEMBERS.items()
        if name in a.tables and name in b.tables
    }
    batches = [
        name for name in sorted({*a.batches, *b.batches}) if a.batches.get(name) != b.batches.get(name)
    ]
    return Diff(a.version, b.version, tables, renamed, tuple(batches))


def _pair(backend: Backend, old: TableEntry | None, new: TableEntry | None) -> _Pairing:
    before, after = ({part.path: part for part in table_parts(one)} if one else {} for one in (old, new))
    gone = tuple(part for path, part in before.items() if path not in after)
    come = tuple(part for path, part in after.items() if path not in before)
    key = (new or old or _NOTHING).key
    sample = next(iter((before | after).values()))
    columns = pa.schema([open_part(backend, sample).schema_arrow.field(name) for name in key])
    left = _numbered(backend, gone, columns, OLD_ROW)
    right = _numbered(backend, come, columns, NEW_ROW)
    rows = left.join(right, keys=list(key), join_type="full outer", use_threads=False)
    return _Pairing(key, gone, come, rows.sort_by([(name, "ascending") for name in key]))


def _numbered(backend: Backend, parts: Sequence[Part], columns: pa.Schema, name: str) -> pa.Table:
    """The key columns of the parts, with the number of each row."""
    read = [read_part(backend, part, columns.names) for part in parts]
    rows = pa.concat_tables(read) if read else columns.empty_table()
    return rows.append_column(name, pa.array(range(rows.num_rows), pa.int64()))


def _table_diff(
    backend: Backend, pairing: _Pairing, old: TableEntry | None, new: TableEntry | None
) -> TableDiff:
    was, is_now = _columns(old), _columns(new)
    both = _both(pairing)
    changed = pa.chunked_array([pa.repeat(False, both.num_rows)])
    counts: dict[str, int] = {}
    if both.num_rows:
        for column in [name for name in is_now if name in was and name not in pairing.key]:
            differs = _differs(*_values(backend, pairing, both, column))
            counts[column] = pc.sum(differs).as_py()
            changed = pc.or_(changed, differs)
    keys = list(pairing.key)
    return TableDiff(
        rows_a=old.rows if old else 0,
        rows_b=new.rows if new else 0,
        added=pairing.rows.filter(pc.is_null(pairing.rows[OLD_ROW])).select(keys),
        removed=pairing.rows.filter(pc.is_null(pairing.rows[NEW_ROW])).select(keys),
        changed=both.filter(changed).select(keys),
        changed_columns={name: count for name, count in counts.items() if count},
        columns=tuple(sorted({*was} ^ {*is_now})) if old and new else (),
    )


def _columns(entry: TableEntry | None) -> list[str]:
    return [column.split(": ", 1)[0] for column in entry.schema] if entry else []


def _both(pairing: _Pairing) -> pa.Table:
    paired = pc.and_(pc.is_valid(pairing.rows[OLD_ROW]), pc.is_valid(pairing.rows[NEW_ROW]))
    return pairing.rows.filter(paired)


def _values(
    backend: Backend, pairing: _Pairing, both: pa.Table, column: str
) -> tuple[pa.ChunkedArray, pa.ChunkedArray]:
    """The old and the new values of a column, one pair for each row of `both`."""
    old = pa.concat_tables([read_part(backend, part, [column]) for part in pairing.old])[column]
    new = pa.concat_tables([read_part(backend, part, [column]) for part in pairing.new])[column]
    return old.take(both[OLD_ROW]), new.take(both[NEW_ROW])


def _differs(old: pa.ChunkedArray, new: pa.ChunkedArray) -> pa.ChunkedArray:
    """True where two values differ; null is equal to null."""
    if pa.types.is_nested(old.type) or old.type != new.type:
        return _differs_in_python(old, new)
    both_null = pc.and_(pc.is_null(old), pc.is_null(new))
    return pc.invert(pc.or_(pc.fill_null(pc.equal(old, new), fill_value=False), both_null))


def _differs_in_python(old: pa.ChunkedArray, new: pa.ChunkedArray) -> pa.ChunkedArray:
    flags: list[bool] = []
    for start in range(0, len(old), SLICE_ROWS):
        left, right = old.slice(start, SLICE_ROWS), new.slice(start, SLICE_ROWS)
        if left.type == right.type and left.equals(right):
            flags += [False] * len(left)
        else:
            flags += [one != other for one, other in zip(left.to_pylist(), right.to_pylist(), strict=True)]
    return pa.chunked_array([pa.array(flags, pa.bool_())])


def _renamed(backend: Backend, pairing: _Pairing, column: str) -> tuple[Renamed, ...]:
    both = _both(pairing)
    if not both.num_rows:
        return ()
    old, new = _values(backend, pairing, both, column)
    ids = pa.table({"old": old, "new": new})
    moved = ids.filter(pc.not_equal(ids["old"], ids["new"]))  # null where either is null: filtered out
    counted = moved.group_by(["old", "new"]).aggregate([([], "count_all")])
    found = [Renamed(row["old"], row["new"], row["count_all"]) for row in counted.to_pylist()]
    return tuple(sorted(found, key=lambda one: (-one.members, one.old, one.new)))
