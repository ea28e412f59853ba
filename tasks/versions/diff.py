"""What differs between two versions. Files that both list are not read."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass

import pyarrow as pa

from tasks.versions.backend import Backend
from tasks.versions.diff_groups import aligned, groups_of
from tasks.versions.diff_rows import Rows
from tasks.versions.manifest import Manifest, TableEntry, table_parts
from tasks.versions.parts import open_part

# Where a cluster's or an entity's members carry its id: renamed -> table, column
MEMBERS = {"clusters": ("clusters", "cluster_id"), "entities": ("mentions", "entity_id")}
_NOTHING = TableEntry((), (), 0, {})


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


def diff(backend: Backend, a: Manifest, b: Manifest) -> Diff:
    """Compare two versions. Raises CorruptPart if a file that differs cannot be read."""
    followed = dict(MEMBERS.values())
    tables, moved = {}, {}
    for name in sorted({*a.tables, *b.tables}):
        old, new = a.tables.get(name), b.tables.get(name)
        rows = _compared(backend, old, new, followed.get(name))
        tables[name] = _table_diff(rows, old, new)
        moved[name] = rows.moved
    renamed = {
        noun: _renamed(moved[name])
        for noun, (name, _) in MEMBERS.items()
        if name in a.tables and name in b.tables
    }
    batches = [
        name for name in sorted({*a.batches, *b.batches}) if a.batches.get(name) != b.batches.get(name)
    ]
    return Diff(a.version, b.version, tables, renamed, tuple(batches))


def _compared(backend: Backend, old: TableEntry | None, new: TableEntry | None, followed: str | None) -> Rows:
    """The rows of the files that only one of the two has, compared."""
    before, after = ({part.path: part for part in table_parts(one)} if one else {} for one in (old, new))
    key = (new or old or _NOTHING).key
    sample = open_part(backend, next(iter((after | before).values()))).schema_arrow
    was = _columns(old)
    common = [name for name in _columns(new) if name in was and name not in key]
    rows = Rows(
        backend, [sample.field(name) for name in key], [sample.field(name) for name in common], followed
    )
    pairs, gone, come = aligned(
        groups_of(backend, [part for path, part in before.items() if path not in after], key),
        groups_of(backend, [part for path, part in after.items() if path not in before], key),
    )
    rows.compare_aligned(pairs)
    rows.compare_others(gone, come)
    return rows


def _table_diff(rows: Rows, old: TableEntry | None, new: TableEntry | None) -> TableDiff:
    was, is_now = _columns(old), _columns(new)
    return TableDiff(
        rows_a=old.rows if old else 0,
        rows_b=new.rows if new else 0,
        added=rows.keys(rows.added),
        removed=rows.keys(rows.removed),
        changed=rows.keys(rows.changed),
        changed_columns={name: rows.counts[name] for name in is_now if rows.counts[name]},
        columns=tuple(sorted({*was} ^ {*is_now})) if old and new else (),
    )


def _columns(entry: TableEntry | None) -> list[str]:
    return [column.split(": ", 1)[0] for column in entry.schema] if entry else []


def _renamed(moved: Counter[tuple[str, str]]) -> tuple[Renamed, ...]:
    found = [Renamed(old, new, members) for (old, new), members in moved.items()]
    return tuple(sorted(found, key=lambda one: (-one.members, one.old, one.new)))
