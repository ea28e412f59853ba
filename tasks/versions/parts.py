"""Parts: Parquet files named by their own hash, the same bytes for the same rows on every run."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from tasks.errors import ContractError, CorruptPart
from tasks.schema import Table
from tasks.versions.backend import Backend
from tasks.versions.pages import Places, locate_values, read_located, read_values

PARTITION_COLUMN = "month"
NO_PARTITION = ""  # the partition key of tables without partitions: no month can be called so
EMPTY_PARTITION = "unknown"  # where a partitioned table without any row keeps its one empty file
FEW = 16  # one row in so many, at most, is read page by page: some three quarters of the pages are left out then
_LONG = (pa.large_string(), pa.large_binary())
NAME_DIGITS = 24  # 96 bits of the SHA-256: no clash among 10^12 parts (about 6e-6 by the birthday bound)
PAGE_ROWS = 16  # between two looks at the size of a page, where pages are small
_PAGE_BYTES = 1 << 20  # Parquet's own choice; its writer then looks every 1,024 rows


@dataclass(frozen=True, slots=True)
class Part:
    """One immutable file: its path inside the data folder, rows, bytes, and SHA-256."""

    path: str
    rows: int
    bytes: int
    sha256: str


def conform(table: Table, rows: pa.Table) -> pa.Table:
    """The rows with the contract's columns, types and descriptions, in its order.

    Raises ContractError, naming the column, if one is missing, unknown, null where it must not be, or of a
    type that cannot be cast without loss.
    """
    missing = [name for name in table.schema.names if name not in rows.column_names]
    unknown = [name for name in rows.column_names if name not in table.schema.names]
    if missing or unknown:
        raise ContractError(
            f"table {table.name}: missing columns {missing}, unknown columns {unknown}. "
            "Nothing was written; tasks/schema.py and the stage disagree"
        )
    columns = [_column(table, field, rows[field.name]) for field in table.schema]
    found = pa.Table.from_arrays(columns, schema=table.schema.with_metadata(_about(table)))
    if not found.schema.equals(table.schema):
        raise ContractError(f"table {table.name}: {found.schema} is not the contract's {table.schema}")
    return found


def _column(table: Table, field: pa.Field, values: pa.ChunkedArray) -> pa.ChunkedArray:
    if values.null_count and not field.nullable:
        raise ContractError(f"table {table.name}: {values.null_count} nulls in {field.name}, which has none")
    try:
        return values.cast(field.type)
    except (pa.ArrowInvalid, pa.ArrowNotImplementedError) as error:
        raise ContractError(
            f"table {table.name}: column {field.name} is {values.type}, not {field.type}: {error}"
        ) from error


def _about(table: Table) -> dict[str, str]:
    return {"table": table.name, "key": ", ".join(table.key), "sort": ", ".join(table.sort)}


def order_of(table: Table, rows: pa.Table) -> pa.Array:
    """The numbers of the rows in the table's order, then its key; nulls last."""
    return pc.sort_indices(rows, [(name, "ascending") for name in _order(table)])


def _order(table: Table) -> list[str]:
    return list(dict.fromkeys((*table.sort, *table.key)))


def _in_order(table: Table, rows: pa.Table) -> bool:
    """Whether the rows are in the table's order already; it is not looked for in columns with nulls or fractions.

    A tenth of the time of sorting them, for tables that are made in order.
    """
    tied = pa.scalar(True)  # which rows equal the ones before, as far as was looked
    for name in _order(table):
        column = rows[name]
        if column.null_count or pa.types.is_floating(column.type) or pa.types.is_nested(column.type):
            return False
        before, after = column.slice(0, max(0, len(column) - 1)), column.slice(1)
        if pc.any(pc.and_(tied, pc.greater(before, after))).as_py():
            return False
        tied = pc.and_(tied, pc.equal(before, after))
        if not pc.any(tied).as_py():
            return True
    return True


def encode(table: Table, rows: pa.Table) -> bytes:
    """The rows as one Parquet file; the order and the chunks they come in do not matter.

    Raises ContractError if the rows break the contract (see `conform`).
    """
    sink = pa.BufferOutputStream()
    _encode_to(sink, table, rows)
    return bytes(sink.getvalue())


def _encode_to(sink: pa.NativeFile, table: Table, rows: pa.Table) -> None:
    whole = conform(table, rows)
    order = None if _in_order(table, whole) else order_of(table, whole)
    packed = [leaf for leaf in leaves(whole.schema) if leaf not in table.loose]
    with (
        pq.ParquetWriter(
            sink,
            whole.schema,
            version="2.6",
            data_page_version="1.0",
            compression={**dict.fromkeys(packed, "zstd"), **dict.fromkeys(table.loose, "none")},
            compression_level=dict.fromkeys(packed, table.level),
            use_dictionary=[leaf for leaf in leaves(whole.schema) if leaf not in table.distinct],
            data_page_size=table.page_bytes,
            write_batch_size=PAGE_ROWS if table.page_bytes < _PAGE_BYTES else None,
            write_statistics=True,
            write_page_index=True,
            write_page_checksum=True,  # a flipped byte is found when its page is read, by plain readers that ask too
            store_schema=True,
        ) as writer
    ):
        # a row group at a time, so that the sorted rows are not all held beside the given ones
        for start in range(0, max(1, whole.num_rows), table.row_group_rows):
            # combine_chunks: the same rows in other chunks gave other bytes in 4 of 4 tries
            rows_of = (start, table.row_group_rows)
            group = whole.slice(*rows_of) if order is None else whole.take(order.slice(*rows_of))
            group = group.combine_chunks()
            writer.write_table(group, row_group_size=table.row_group_rows)


def leaves(fields: Iterable[pa.Field], prefix: str = "") -> Iterator[str]:
    """The columns of a schema as Parquet has them: those inside lists and structs by their paths."""
    for field in fields:
        kind, path = field.type, prefix + field.name
        while pa.types.is_list(kind) or pa.types.is_large_list(kind):
            kind, path = kind.value_type, f"{path}.list.element"
        if pa.types.is_struct(kind):
            yield from leaves(kind, f"{path}.")
        else:
            yield path


def part_folder(table: Table, partition: str | None) -> str:
    """The folder of a table's parts; those without a partition (shard results) lie in the table's own.

    Raises ContractError if the table has no partitions, or the name cannot be a folder's.
    """
    if not partition:
        return f"_data/{table.name}"
    if not table.partitioned or not re.fullmatch(r"[\w-]+", partition):
        raise ContractError(f"table {table.name} cannot have a partition {partition!r}")
    return f"_data/{table.name}/{PARTITION_COLUMN}={partition}"


def write_part(backend: Backend, table: Table, rows: pa.Table, partition: str | None = None) -> Part:
    """Write the rows as a part; one that is there already is only made young, not rewritten.

    It is flushed to the disk by whoever publishes it: nothing refers to it before.
    """
    data = encode(table, rows)
    digest = hashlib.sha256(data).hexdigest()
    path = f"{part_folder(table, partition)}/{digest[:NAME_DIGITS]}.parquet"
    part = Part(path, rows.num_rows, len(data), digest)
    if backend.touch(part.path) != part.bytes:
        backend.put(part.path, data, frozen=True, flush=False)
    return part


def write_large_part(backend: Backend, table: Table, rows: pa.Table, path: Path) -> Part:
    """As `write_part`, by way of a file on the same file system, so that its bytes are not in memory."""
    with pa.OSFile(str(path), "wb") as sink:
        _encode_to(sink, table, rows)
    with path.open("rb") as file:
        digest = hashlib.file_digest(file, "sha256").hexdigest()
    part = Part(
        f"{part_folder(table, None)}/{digest[:NAME_DIGITS]}.parquet",
        rows.num_rows,
        path.stat().st_size,
        digest,
    )
    if backend.touch(part.path) != part.bytes:
        backend.adopt(part.path, path)
    return part


def adopt(backend: Backend, room: str, path: Path, rows: int, facts: str) -> Part:
    """Make a written file, of whatever format, a part of `_data/<room>`; it goes from where it was.

    facts: what its content follows from, which names it: its own bytes are not hashed. Whoever reads it holds it against
    sums that he wrote down, for a power cut may lose it.
    """
    digest = hashlib.sha256(facts.encode()).hexdigest()
    part = Part(f"_data/{room}/{digest[:NAME_DIGITS]}.bin", rows, path.stat().st_size, digest)
    backend.adopt(part.path, path)
    return part


def open_part(backend: Backend, part: Part, data: bytes | None = None) -> pq.ParquetFile:
    """The part for reading, or its bytes where they are in memory already.

    Raises CorruptPart if it is missing or is not what its record says.
    """
    try:
        source = backend.open(part.path) if data is None else pa.BufferReader(data)
        file = pq.ParquetFile(source, page_checksum_verification=True)
    except FileNotFoundError as error:
        raise CorruptPart(_broken(backend, part, "is missing")) from error
    except (pa.ArrowInvalid, OSError) as error:
        raise CorruptPart(_broken(backend, part, f"cannot be read ({error})")) from error
    if file.metadata.num_rows != part.rows:
        raise CorruptPart(_broken(backend, part, f"has {file.metadata.num_rows} rows, not {part.rows}"))
    return file


def read_part(backend: Backend, part: Part, columns: list[str] | None = None) -> pa.Table:
    """The rows of a part. Raises CorruptPart; ContractError if it has no such column.

    The whole of a part is held against its SHA-256, some columns of it against the checksums of their pages.
    """
    data = _bytes_of(backend, part) if columns is None else None
    file = open_part(backend, part, data)
    unknown = [name for name in columns or () if name not in file.schema_arrow.names]
    if unknown:
        raise ContractError(f"{backend.path(part.path)} has no columns {unknown}: {file.schema_arrow.names}")
    rows = _read(backend, part, file, columns)
    if data is not None:
        _check_digest(backend, part, data)
    return rows.select(columns) if columns is not None else rows


def _read(backend: Backend, part: Part, file: pq.ParquetFile, columns: list[str] | None) -> pa.Table:
    try:
        return file.read(columns=columns)
    except (pa.ArrowInvalid, OSError) as error:
        raise CorruptPart(_broken(backend, part, f"cannot be read ({error})")) from error


def read_rows(backend: Backend, part: Part, columns: Sequence[str], rows: Sequence[int]) -> pa.Table:
    """Some rows of a part, given by their places, ascending. Raises CorruptPart.

    Of a few rows, texts are read page by page: see pages.py.
    """
    if len(rows) * FEW > part.rows:
        return read_part(backend, part, list(columns)).take(pa.array(rows, pa.int64()))
    file, source = open_part(backend, part), backend.map(part.path)
    schema = file.schema_arrow
    long = [name for name in columns if schema.field(name).type in _LONG]
    found = {name: read_values(file, source, schema.field(name), rows) for name in long}
    rest = [name for name in columns if found.get(name) is None]
    table = _read(backend, part, file, rest).take(pa.array(rows, pa.int64())) if rest else pa.table({})
    kinds = pa.schema([schema.field(name) for name in columns], schema.metadata)
    return pa.table([table.column(name) if name in rest else found[name] for name in columns], kinds)


def locate(backend: Backend, part: Part, column: str) -> Places | None:
    """Where each value of a column that is not packed lies, for `read_at`; None if that cannot be told. Raises CorruptPart."""
    file = open_part(backend, part)
    return locate_values(file, backend.map(part.path), file.schema_arrow.field(column))


def read_at(backend: Backend, part: Part, places: Places) -> list[bytes]:
    """What lies at these places, without a look at the rest of the part or at any sum. Raises CorruptPart."""
    try:
        return read_located(partial(backend.read_ranges, part.path), places)
    except FileNotFoundError as error:
        raise CorruptPart(_broken(backend, part, "is missing")) from error


def verify_part(backend: Backend, part: Part) -> None:
    """Raises CorruptPart unless the file's bytes are those its record names."""
    _check_digest(backend, part, _bytes_of(backend, part))


def _bytes_of(backend: Backend, part: Part) -> bytes:
    try:
        return backend.read(part.path)
    except FileNotFoundError as error:
        raise CorruptPart(_broken(backend, part, "is missing")) from error


def _check_digest(backend: Backend, part: Part, data: bytes) -> None:
    digest = hashlib.sha256(data).hexdigest()
    if digest != part.sha256:
        raise CorruptPart(_broken(backend, part, f"has SHA-256 {digest}, not {part.sha256}"))


def _broken(backend: Backend, part: Part, how: str) -> str:
    return (
        f"{backend.path(part.path)} {' '.join(how.split())}: it was changed or removed by hand, or the disk is failing. "
        "`cleancopy verify --all` names every file that is, and how each comes back: from a copy of the data folder, or "
        "by `cleancopy backfill --reprocess all`"
    )
