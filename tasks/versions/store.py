"""The store: the one door to the data folder for the rest of the project."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from datetime import UTC, datetime
from pathlib import Path

import pyarrow as pa

from tasks.errors import ContractError, UsageError
from tasks.schema import QUARANTINE, Table
from tasks.versions import memo, parts, publish
from tasks.versions.diff import Diff, diff
from tasks.versions.folder import LocalFolder, explained
from tasks.versions.manifest import Candidate, Manifest, TableEntry, table_parts
from tasks.versions.pages import Places
from tasks.versions.parts import EMPTY_PARTITION, NO_PARTITION, Part
from tasks.versions.publish import Committed
from tasks.versions.retention import Keep, Swept, sweep
from tasks.versions.rollback import rollback
from tasks.versions.tags import resolve, tag, tags
from tasks.versions.verify import Verified, verify_versions

Clock = Callable[[], datetime]
PART_ROWS = 1_000_000  # rows of one file of a table: some 200 MB of articles, read by one process at ease


def utc_now() -> datetime:
    """The clock of manifests and of retention."""
    return datetime.now(UTC)


class Store:
    """Versions of several tables in one data folder. Nothing is created before the first write.

    Raises UsageError if the folder is, or lies under, something that is not a folder.
    """

    def __init__(self, root: Path, *, clock: Clock = utc_now) -> None:
        self.root = root
        self.backend = LocalFolder(root)
        self._clock = clock

    # parts

    def write_part(self, table: Table, rows: pa.Table, partition: str | None = None) -> Part:
        """Write rows as one immutable part. `partition` is the month, for files of a published table.

        The same rows give the same part, whatever their order; a part that is there is not written again.
        Raises ContractError if the rows are not the contract's.
        """
        return parts.write_part(self.backend, table, rows, partition)

    def write_large_part(self, table: Table, rows: pa.Table, path: Path) -> Part:
        """As `write_part`, by way of a file on the file system of the data folder: rows that are mapped are never in memory."""
        with explained("write", path):
            return parts.write_large_part(self.backend, table, rows, path)

    def write_parts(
        self, table: Table, rows: pa.Table, partition: str | None = None, *, part_rows: int = PART_ROWS
    ) -> tuple[Part, ...]:
        """As many parts as the rows need, in the table's order, each of `part_rows` rows at most."""
        if rows.num_rows <= part_rows:
            return (self.write_part(table, rows, partition),)
        order = parts.order_of(table, rows)
        starts = range(0, rows.num_rows, part_rows)
        return tuple(
            self.write_part(table, rows.take(order.slice(start, part_rows)), partition) for start in starts
        )

    def read_part(self, part: Part, columns: Sequence[str] | None = None) -> pa.Table:
        """The rows of a part. Raises CorruptPart if it is missing or unreadable."""
        return parts.read_part(self.backend, part, None if columns is None else list(columns))

    def read_rows(self, part: Part, columns: Sequence[str], rows: Sequence[int]) -> pa.Table:
        """Some rows of a part, given by their places, ascending; few of them without unpacking all texts."""
        return parts.read_rows(self.backend, part, columns, rows)

    def locate(self, part: Part, column: str) -> Places | None:
        """Where each value of a column that is not packed lies, for `read_at`; None if that cannot be told."""
        return parts.locate(self.backend, part, column)

    def read_at(self, part: Part, places: Places) -> list[bytes]:
        """What lies at places that `locate` told, of which nothing else is read, and no sum is looked at: values have their own."""
        return parts.read_at(self.backend, part, places)

    def adopt(self, room: str, path: Path, rows: int, facts: str) -> Part:
        """Move a file that was written on this file system into the folder of a room, named by what its content follows from."""
        return parts.adopt(self.backend, room, path, rows, facts)

    def path(self, part: Part) -> Path:
        """Where a part lies, for readers that map it into memory."""
        return self.backend.path(part.path)

    def iter_part(self, part: Part, columns: Sequence[str] | None = None) -> Iterator[pa.Table]:
        """The rows of a part in pieces of one row group."""
        file = parts.open_part(self.backend, part)
        for group in range(file.num_row_groups):
            yield file.read_row_group(group, columns=None if columns is None else list(columns))

    def read_parts(
        self, table: Table, listed: Iterable[Part], columns: Sequence[str] | None = None
    ) -> pa.Table:
        """The rows of several parts of one table, in the order listed; no part gives no rows."""
        read = [self.read_part(part, columns) for part in listed]
        empty = table.empty() if columns is None else table.empty().select(list(columns))
        return pa.concat_tables(read) if read else empty

    def verify(self, part: Part) -> None:
        """Raises CorruptPart unless the part's bytes have the SHA-256 it is recorded with."""
        parts.verify_part(self.backend, part)

    def verify_versions(self, refs: Iterable[int | str]) -> Verified:
        """Holds every file of the versions against its SHA-256; says what is damaged, missing or too much."""
        return verify_versions(self.backend, [self.manifest(ref) for ref in refs])

    def entry(self, table: Table, partitions: Mapping[str, Sequence[Part]]) -> TableEntry:
        """A table of a candidate from its files by month; `{"": files}` for one without partitions.

        Files without rows are left out; if none is left, one empty file is written, so that plain readers
        can open the table. Raises ContractError for a partition of a table that has none, or the reverse, or
        a part that was written for another partition: its path is where plain readers find it.
        """
        for name, listed in partitions.items():
            folder = Path(parts.part_folder(table, name))
            strays = [part.path for part in listed if Path(part.path).parent != folder]
            if strays or table.partitioned == (name == NO_PARTITION):
                raise ContractError(f"table {table.name}: partition {name!r} cannot hold {strays or 'rows'}")
        full = {name: tuple(part for part in listed if part.rows) for name, listed in partitions.items()}
        kept = {name: listed for name, listed in sorted(full.items()) if listed}
        if not kept:
            partition = EMPTY_PARTITION if table.partitioned else NO_PARTITION
            kept = {partition: (self.write_part(table, table.empty(), partition or None),)}
        rows = sum(part.rows for listed in kept.values() for part in listed)
        columns = tuple(
            f"{one.name}: {one.type}{'' if one.nullable else ' not null'}" for one in table.schema
        )
        return TableEntry(columns, table.key, rows, kept)

    # tables

    def read_table(
        self,
        version: Manifest | Candidate,
        name: str,
        columns: Sequence[str] | None = None,
        partitions: Iterable[str] | None = None,
    ) -> pa.Table:
        """A table of a version or of a candidate; `partitions` are months. Raises UsageError, CorruptPart."""
        listed = _listed(version, name, partitions)
        if not listed:
            return self.read_table(version, name, columns).slice(0, 0)
        return pa.concat_tables([self.read_part(part, columns) for part in listed])

    def iter_table(
        self,
        version: Manifest | Candidate,
        name: str,
        columns: Sequence[str] | None = None,
        partitions: Iterable[str] | None = None,
    ) -> Iterator[pa.Table]:
        """The same in pieces of one row group, so that memory stays bounded."""
        for part in _listed(version, name, partitions):
            yield from self.iter_part(part, columns)

    # results that a killed run resumes from

    def remember(self, stage: str, key: str, record: Mapping[str, object]) -> None:
        """Keep which parts a computation made: a record of plain values and Parts, at any depth."""
        memo.remember(self.backend, stage, key, record)

    def recall(self, stage: str, key: str) -> dict[str, object] | None:
        """The record, its Parts as Parts and its sequences as lists; None if it or one of its parts is gone."""
        return memo.recall(self.backend, stage, key)

    def look_up(self, stage: str, key: str) -> dict[str, object] | None:
        """The record for a reader: whether its parts are there is not asked, and nothing is written."""
        return memo.look_up(self.backend, stage, key)

    # versions

    def head(self) -> Manifest | None:
        """The newest version; None before the first."""
        return publish.load_head(self.backend)

    def versions(self) -> list[int]:
        """The versions that exist, ascending."""
        return publish.version_numbers(self.backend)

    def resolve(self, ref: int | str) -> int:
        """The number of `7`, a tag or `latest`. Raises UsageError that lists what there is."""
        return resolve(self.backend, str(ref))

    def manifest(self, ref: int | str) -> Manifest:
        """A version's manifest, by number, tag or `latest`. Raises UsageError that lists what there is."""
        return publish.load_manifest(self.backend, self.resolve(ref))

    def begin(self, *, mending: bool = False) -> Manifest | None:
        """Finish what a killed run left, then the newest version to stand on; None before the first.

        Raises CorruptPart where a part of it is gone; unless `mending`: the caller makes every part again.
        """
        publish.heal(self.backend, mending=mending)
        return self.head()

    def heal(self) -> None:
        """Complete release folders and LATEST, where a publisher was killed."""
        publish.heal(self.backend)

    def commit(self, candidate: Candidate) -> Committed:
        """Publish a candidate, whole or not at all.

        Raises HeadMoved if another version took its place: merge, gate and commit again.
        """
        return publish.commit(self.backend, candidate, self._clock())

    def commit_on_head(self, candidate_of: Callable[[Manifest | None], Candidate]) -> Committed:
        """Publish what `candidate_of` makes of the newest version, without gates; again where that moved."""
        return publish.commit_on_head(self.backend, candidate_of, self._clock())

    def tag(self, ref: int | str, name: str) -> None:
        """Name a version; retention keeps it. Raises UsageError if the name stands for another version."""
        tag(self.backend, str(ref), name)

    def tags(self) -> dict[str, int]:
        """Tag -> version."""
        return tags(self.backend)

    def rollback(self, ref: int | str, reason: str, by: str) -> Committed:
        """Publish an older version's state as a new version; batches that differed are pinned."""
        return rollback(self.backend, self.manifest(ref), reason, by, self._clock())

    def diff(self, a: int | str | Manifest, b: int | str | Manifest) -> Diff:
        """What differs from version a to version b: rows by key, renamed ids, batches."""
        old, new = (one if isinstance(one, Manifest) else self.manifest(one) for one in (a, b))
        return diff(self.backend, old, new)

    def retention(
        self,
        keep: int,
        days: float,
        grace_secs: float,
        *,
        dry_run: bool = False,
        quarantine_days: float | None = None,
    ) -> Swept:
        """Keep the last `keep` versions, those newer than `days` and the tagged; sweep the rest.

        Files that no kept version lists go once they are older than `grace_secs`, which must be longer than
        any run takes; quarantine and reports at `quarantine_days`, never if None.
        """
        wanted = Keep(keep, days, grace_secs, quarantine_days)
        return sweep(self.backend, wanted, self._clock(), dry_run=dry_run)

    # rows set aside

    def quarantine_path(self, batch: str, attempt_key: str) -> Path:
        """Where the rows set aside by one attempt at a batch lie."""
        return self.backend.path(_quarantine_key(batch, attempt_key))

    def write_quarantine(self, batch: str, attempt_key: str, rows: pa.Table) -> Path:
        """Write rows set aside; the same attempt again writes the same file."""
        key = _quarantine_key(batch, attempt_key)
        self.backend.put(key, parts.encode(QUARANTINE, rows))
        return self.backend.path(key)


def _listed(version: Manifest | Candidate, name: str, partitions: Iterable[str] | None) -> list[Part]:
    if name not in version.tables:
        raise UsageError(f"no table {name!r}; there are {', '.join(sorted(version.tables)) or 'none'}")
    entry = version.tables[name]
    if partitions is None:
        return list(table_parts(entry))
    return [part for one in sorted(set(partitions)) for part in entry.partitions.get(one, ())]


def _quarantine_key(batch: str, attempt_key: str) -> str:
    return f"quarantine/{batch}/{attempt_key}.parquet"
