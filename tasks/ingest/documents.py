"""Raw files to the documents table, chunk by chunk: what could be read, what was empty, what could not."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path

import pyarrow as pa

from tasks import schema
from tasks.ingest.formats import SEEKING, Format, Reading, format_of, reader_of
from tasks.ingest.inventory import Problem, RawFile, batch_day, document_id
from tasks.ingest.items import REPLACEMENT, Document, Empty, Found, Unreadable
from tasks.ingest.sources import Source, Sources
from tasks.ingest.streams import DamagedStream, HashedFile, unpacked
from tasks.ingest.walk import why_not_opened
from tasks.stage import StageResult, assert_law_of_rows

Row = dict[str, object]
DAY_SECS = 86_400


@dataclass(frozen=True, slots=True)
class Chunk:
    """Some of the items, in reading order.

    n_in: items read, readable or not. result.kept: schema.DOCUMENTS, dropped: schema.DROPPED, quarantined:
    schema.UNREADABLE; result.tables: `checks` (schema.INGEST_CHECKS, one row a kept document) and
    `inventory` (schema.INVENTORY, the files that ended in this chunk, with the hash of what was read).
    """

    n_in: int
    result: StageResult


def read_documents(  # noqa: PLR0913  three places to read from and three bounds
    raw: Path,
    files: Sequence[RawFile],
    sources: Sources,
    *,
    chunk_rows: int,
    chunk_bytes: int,
    record_max_bytes: int,
) -> Iterator[Chunk]:
    """All items of the files, by path and then as they stand in the file, in chunks of bounded size.

    A chunk ends with the item that fills it: at `chunk_rows` items, or `chunk_bytes` bytes of them. At most
    a chunk and one record of `record_max_bytes` are in memory. The cut does not change the rows. A record id
    that comes twice in a file gives two rows with one doc_id: the gate sets the second aside.

    A file that is gone is one `vanished` row and has no inventory row; one that changed since the inventory
    is read as it is now, and its inventory row has the hash of that. Where a container breaks off, the
    records before the damage stay and the damage is one row.
    Raises ContractError if a row was lost, which is a bug.
    """
    pending = _Pending()
    for file in sorted(files, key=lambda each: each.path):
        form, source = _format(file), sources.get(file.source)
        opened = _OpenedFile(raw / file.path, form, Reading(form.ending, source, record_max_bytes))
        for found in opened.items():
            pending.add(found, file, source)
            if pending.n_in >= chunk_rows or pending.n_bytes >= chunk_bytes:
                yield pending.chunk()
                pending = _Pending()
        if opened.sha256 is not None:
            pending.inventory.append(
                {"path": file.path, "sha256": opened.sha256, "n_bytes": opened.n_bytes, "kept": False}
            )
    if pending.n_in or pending.inventory:
        yield pending.chunk()


def problem_rows(problems: Iterable[Problem]) -> pa.Table:
    """The inventory's problems as rows of schema.UNREADABLE."""
    rows = [
        {
            "doc_id": document_id(each.source, each.path), "source": each.source, "batch": each.batch,
            "raw_path": each.path, "rule": each.rule, "detail": each.detail,
        }
        for each in problems
    ]  # fmt: skip
    return pa.Table.from_pylist(rows, schema=schema.UNREADABLE.schema)


def _format(file: RawFile) -> Format:
    form = format_of(file.path)
    if form is None:
        raise ValueError(f"{file.path}: no reader for this ending; the inventory should have left it out")
    return form


@dataclass(slots=True)
class _OpenedFile:
    """One file while it is read. `sha256` is there once the whole of it was."""

    path: Path
    form: Format
    reading: Reading
    sha256: str | None = None
    n_bytes: int = 0

    def items(self) -> Iterator[Found]:
        """Every item of the file, errors of the file system and of the packing as Unreadable."""
        try:
            with self.path.open("rb", buffering=0) as stream:
                yield from self._items(HashedFile(stream))
        except OSError as error:
            self.sha256 = None
            yield Unreadable(None, why_not_opened(error), error.strerror or str(error))

    def _items(self, hashed: HashedFile) -> Iterator[Found]:
        form, count = self.form, 0
        try:
            stream = hashed.rewound() if form.ending in SEEKING else unpacked(hashed, form.compression)
            for found in reader_of(self.reading.ending)(stream, self.reading):
                yield found
                count += 1
        except DamagedStream as damage:
            yield Unreadable(None, damage.rule, f"{damage.detail}; {count} items before it were read")
            count += 1
        self.sha256, self.n_bytes = hashed.finish(), hashed.n_bytes
        if not count and not self.n_bytes:
            yield Empty(None, "the file has no bytes")


@dataclass(slots=True)
class _Pending:
    """Rows of the chunk that is being filled."""

    n_in: int = 0
    n_bytes: int = 0
    kept: list[Row] = field(default_factory=list)
    dropped: list[Row] = field(default_factory=list)
    quarantined: list[Row] = field(default_factory=list)
    checks: list[Row] = field(default_factory=list)
    inventory: list[Row] = field(default_factory=list)

    def add(self, found: Found, file: RawFile, source: Source) -> None:
        """One more item."""
        self.n_in += 1
        raw_path = file.path if found.record is None else f"{file.path}#{found.record}"
        row: Row = {
            "doc_id": document_id(file.source, raw_path), "source": file.source, "batch": file.batch,
            "raw_path": raw_path,
        }  # fmt: skip
        if isinstance(found, Document):
            self.n_bytes += found.n_bytes
            self.kept.append(row | _document_columns(found, file, source))
            self.checks.append(row | _check_columns(found, file.batch))
        elif isinstance(found, Empty):
            self.dropped.append(row | {"stage": "ingest", "reason": "empty", "evidence": found.evidence})
        else:
            self.quarantined.append(row | {"rule": found.rule, "detail": found.detail})

    def chunk(self) -> Chunk:
        """The rows as tables, none of them lost."""
        result = StageResult(
            kept=_table(self.kept, schema.DOCUMENTS),
            dropped=_table(self.dropped, schema.DROPPED),
            quarantined=_table(self.quarantined, schema.UNREADABLE),
            tables={
                "checks": _table(self.checks, schema.INGEST_CHECKS),
                "inventory": _table(self.inventory, schema.INVENTORY),
            },
        )
        assert_law_of_rows("ingest", self.n_in, result)
        return Chunk(self.n_in, result)


def _table(rows: list[Row], table: schema.Table) -> pa.Table:
    return pa.Table.from_pylist(rows, schema=table.schema)


def _document_columns(found: Document, file: RawFile, source: Source) -> Row:
    return {
        "content_sha256": found.content_sha256, "file_path": file.path, "media_type": found.media_type,
        "encoding": found.encoding, "url": found.url, "title": found.title, "published": found.published,
        "authors": found.authors, "section": found.section, "language": found.language,
        "fetched_at": found.fetched_at, "time_zone": source.time_zone, "n_bytes": found.n_bytes,
        "n_replaced": found.raw_text.count(REPLACEMENT), "raw_text": found.raw_text,
    }  # fmt: skip


def _check_columns(found: Document, batch: str) -> Row:
    n_replaced, n_chars = found.raw_text.count(REPLACEMENT), len(found.raw_text)
    return {
        "content_sha256": found.content_sha256, "n_bytes": found.n_bytes, "url": found.url,
        "replaced_frac": round(n_replaced / max(1, n_chars), 4),
        "fetched_after_days": _days_after(found.fetched_at, batch),
    }  # fmt: skip


def _days_after(time: datetime | None, batch: str) -> float | None:
    """Days from 00:00 UTC of the batch's day; None for an undated batch or no time."""
    day = batch_day(batch)
    if time is None or day is None:
        return None
    start = datetime(day.year, day.month, day.day, tzinfo=UTC)
    return round((time - start).total_seconds() / DAY_SECS, 4)
