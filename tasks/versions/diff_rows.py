"""The rows of two versions' files compared: first those that lie alike, then the others by their keys."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from contextlib import ExitStack
from itertools import groupby

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from tasks.versions.backend import Backend
from tasks.versions.diff_groups import Group, Opened, row_hashes, value_hashes

_OLD, _NEW = "__old_row", "__new_row"
_Hashes = tuple[np.ndarray, np.ndarray]  # of keys and of what is compared, uint64


class Rows:
    """What was found in the rows compared so far.

    added, removed, changed: tables of keys. counts: column -> changed rows in which it differs. moved: of the column
    that is followed, (old, new) -> rows.
    """

    def __init__(
        self, backend: Backend, key: Sequence[pa.Field], compared: Sequence[pa.Field], followed: str | None
    ) -> None:
        self.added: list[pa.Table] = []
        self.removed: list[pa.Table] = []
        self.changed: list[pa.Table] = []
        self.counts: Counter[str] = Counter()
        self.moved: Counter[tuple[str, str]] = Counter()
        self._backend = backend
        self._key = pa.schema([(one.name, one.type) for one in key])
        self._compared = pa.schema(compared)
        self._followed = followed

    def keys(self, found: Sequence[pa.Table]) -> pa.Table:
        """Keys in one table, sorted."""
        whole = pa.concat_tables([self._key.empty_table(), *found])
        return whole.sort_by([(name, "ascending") for name in self._key.names])

    def compare_aligned(self, pairs: Sequence[tuple[Group, Group]]) -> None:
        """Row groups with the same keys in the same order: only columns of other bytes are decoded."""
        for (_, files), listed in groupby(pairs, key=lambda pair: (0, (pair[0].part, pair[1].part))):
            with ExitStack() as stack:
                old, new = (stack.enter_context(Opened(self._backend, part)) for part in files)
                for one, other in listed:
                    self._compare_group(old, one, new, other)

    def _compare_group(self, old: Opened, one: Group, new: Opened, other: Group) -> None:
        changed = np.zeros(one.rows, bool)
        for name in self._compared.names:
            same_type = old.schema.field(name).equals(new.schema.field(name))
            if same_type and old.stored(one.number, name) == new.stored(other.number, name):
                continue
            values = old.read(one.number, [name])[name], new.read(other.number, [name])[name]
            changed |= self._count(name, *values)
        if changed.any():
            self.changed.append(self._keys_of(new, other, changed))

    def compare_others(self, old: Sequence[Group], new: Sequence[Group]) -> None:
        """Row groups that lie otherwise: equal rows are left out month by month, the rest is paired by key."""
        left, right = (
            _Side(self._backend, (self._key, self._compared), groups, number)
            for groups, number in ((old, _OLD), (new, _NEW))
        )
        for folder in sorted({*left.folders, *right.folders}):
            ours, theirs = left.folders.get(folder, []), right.folders.get(folder, [])
            if ours and theirs:
                gone, come = _without_equal(left.hashes(ours), right.hashes(theirs))
                left.keep(ours, gone)
                right.keep(theirs, come)
            else:
                for side, groups in ((left, ours), (right, theirs)):
                    side.keep(groups, np.ones(sum(one.rows for one in groups), bool))
        rows = left.rows().join(right.rows(), keys=self._key.names, join_type="full outer", use_threads=False)
        self.added.append(rows.filter(pc.is_null(rows[_OLD])).select(self._key.names))
        self.removed.append(rows.filter(pc.is_null(rows[_NEW])).select(self._key.names))
        both = rows.filter(pc.and_(pc.is_valid(rows[_OLD]), pc.is_valid(rows[_NEW])))
        self._compare_paired(left, right, both)

    def _compare_paired(self, left: _Side, right: _Side, both: pa.Table) -> None:
        if not both.num_rows:
            return
        old_at, new_at = both[_OLD].to_numpy(), both[_NEW].to_numpy()
        changed = np.zeros(both.num_rows, bool)
        was, is_now = left.column_hashes(), right.column_hashes()
        for name in self._compared.names:
            differs = was[name][old_at] != is_now[name][new_at]
            changed |= differs
            self.counts[name] += int(differs.sum())
            if name == self._followed and differs.any():
                self._follow(
                    left.values(name).take(old_at[differs]), right.values(name).take(new_at[differs])
                )
        self.changed.append(both.select(self._key.names).filter(pa.array(changed)))

    def _count(self, name: str, old: pa.ChunkedArray, new: pa.ChunkedArray) -> np.ndarray:
        """Where two values of a column differ, counted; null is equal to null."""
        kind = self._compared.field(name).type
        differs: np.ndarray = value_hashes(old, kind) != value_hashes(new, kind)
        self.counts[name] += int(differs.sum())
        if name == self._followed:
            self._follow(old.filter(pa.array(differs)), new.filter(pa.array(differs)))
        return differs

    def _follow(self, old: pa.ChunkedArray, new: pa.ChunkedArray) -> None:
        counted = (
            pa.table({"old": old, "new": new})
            .drop_null()
            .group_by(["old", "new"])
            .aggregate([([], "count_all")])
        )
        for row in counted.to_pylist():
            self.moved[row["old"], row["new"]] += row["count_all"]

    def _keys_of(self, file: Opened, group: Group, chosen: np.ndarray) -> pa.Table:
        return _plain(file.read(group.number, self._key.names), self._key).filter(pa.array(chosen))


class _Side:
    """The row groups of one version that lie as in no other, and those of their rows that have no equal there."""

    def __init__(
        self, backend: Backend, columns: tuple[pa.Schema, pa.Schema], groups: Sequence[Group], number: str
    ) -> None:
        self._backend, (self._key, self._compared), self._number = backend, columns, number
        self.folders: dict[str, list[Group]] = {}
        for one in groups:
            self.folders.setdefault(one.folder, []).append(one)
        self._kept: list[tuple[Group, np.ndarray]] = []

    def hashes(self, groups: Sequence[Group]) -> _Hashes:
        """Of every row a hash of its key and one of what is compared."""
        key, compared = self._key, self._compared
        found = [
            (row_hashes(rows, key.names, key.types), row_hashes(rows, compared.names, compared.types))
            for _, rows in self._read([(one, None) for one in groups], [*key.names, *compared.names])
        ]
        return np.concatenate([one for one, _ in found]), np.concatenate([one for _, one in found])

    def keep(self, groups: Sequence[Group], chosen: np.ndarray) -> None:
        """Keeps some of the groups' rows for later."""
        start = 0
        for one in groups:
            mine = np.flatnonzero(chosen[start : start + one.rows])
            start += one.rows
            if len(mine):
                self._kept.append((one, mine))

    def rows(self) -> pa.Table:
        """The keys of the rows kept, with their numbers."""
        read = [_plain(rows, self._key) for _, rows in self._read(self._kept, self._key.names)]
        whole = pa.concat_tables([self._key.empty_table(), *read])
        return whole.append_column(self._number, pa.array(np.arange(whole.num_rows), pa.int64()))

    def column_hashes(self) -> dict[str, np.ndarray]:
        """By column a hash of the value in each row kept."""
        found: dict[str, list[np.ndarray]] = {name: [] for name in self._compared.names}
        for _, rows in self._read(self._kept, self._compared.names):
            for field in self._compared:
                found[field.name].append(value_hashes(rows[field.name], field.type))
        return {name: np.concatenate(hashes) for name, hashes in found.items()}

    def values(self, name: str) -> pa.ChunkedArray:
        """A column of the rows kept."""
        return pa.concat_tables([rows for _, rows in self._read(self._kept, [name])])[name]

    def _read(
        self, wanted: Sequence[tuple[Group, np.ndarray | None]], columns: Sequence[str]
    ) -> Iterator[tuple[Group, pa.Table]]:
        """Columns of rows of groups, group by group; all rows of a group for None."""
        for part, listed in groupby(wanted, key=lambda one: one[0].part):
            with Opened(self._backend, part) as file:
                for group, chosen in listed:
                    rows = file.read(group.number, columns)
                    yield group, rows if chosen is None else rows.take(pa.array(chosen))


def _plain(rows: pa.Table, key: pa.Schema) -> pa.Table:
    """The keys without descriptions, as both sides have them."""
    return pa.table([rows[name].cast(key.field(name).type) for name in key.names], schema=key)


def _without_equal(old: _Hashes, new: _Hashes) -> tuple[np.ndarray, np.ndarray]:
    """The rows of either side that have no equal one on the other, by 128 bits of hash, as flags."""
    keys, rows = (np.concatenate(pair) for pair in zip(old, new, strict=True))
    order = np.argsort(keys)
    sorted_keys, sorted_rows, is_old = keys[order], rows[order], order < len(old[0])
    same = (sorted_keys[1:] == sorted_keys[:-1]) & (sorted_rows[1:] == sorted_rows[:-1])
    same &= is_old[1:] != is_old[:-1]  # a key comes once on each side, so equal rows are neighbours
    alone = np.ones(len(keys), bool)
    alone[order[1:][same]] = alone[order[:-1][same]] = False
    return alone[: len(old[0])], alone[len(old[0]) :]
