"""Parquet: one record a row."""

from __future__ import annotations

from collections.abc import Iterator
from typing import BinaryIO

import pyarrow as pa
import pyarrow.parquet as pq

from tasks.ingest.decoding import decode
from tasks.ingest.formats import Reading
from tasks.ingest.items import Document, Found, Unreadable
from tasks.ingest.mapping import record_document
from tasks.ingest.streams import DamagedStream

BATCH_ROWS = 64  # pages of a few articles each are in memory, not a row group
MAGIC = b"PAR1"


def read(stream: BinaryIO, reading: Reading) -> Iterator[Found]:
    """The rows of the file, each named by its id, else its number from 1.

    Columns of bytes (pages as they were fetched) are decoded. Raises DamagedStream where the file breaks off.
    """
    head, size = stream.read(len(MAGIC)), stream.seek(0, 2)
    if not size:
        return
    stream.seek(max(0, size - len(MAGIC)))
    tail = stream.read(len(MAGIC))
    stream.seek(0)
    if head == MAGIC and tail != MAGIC:
        raise DamagedStream("truncated", f"Parquet without its end: {size} bytes, and no footer")
    number = 0
    for batch in _batches(stream):
        for at in range(batch.num_rows):
            number += 1
            yield _item(batch.slice(at, 1), number, reading)


def _batches(stream: BinaryIO) -> Iterator[pa.RecordBatch]:
    """Raises DamagedStream, never an error of pyarrow."""
    try:
        file = pq.ParquetFile(stream, pre_buffer=False, buffer_size=1 << 20)
        names = file.schema_arrow.names
        if len({*names}) < len(names):  # a row as a record would keep the last of them
            raise DamagedStream("bad_header", f"two columns have one name: {', '.join(names)[:500]}")
        yield from file.iter_batches(BATCH_ROWS, use_threads=False)
    except (pa.ArrowException, OSError) as error:
        if isinstance(error, OSError) and error.errno is not None:
            raise
        raise DamagedStream("corrupt", f"Parquet cannot be read: {error}") from error


def _item(row: pa.RecordBatch, number: int, reading: Reading) -> Found:
    if row.nbytes > reading.record_max_bytes:
        return Unreadable(
            str(number), "too_long", f"row {number}: {row.nbytes} bytes (setting record_max_bytes)"
        )
    encoding = "utf-8"
    try:
        record: dict[str, object] = row.to_pylist()[0]
    except (UnicodeDecodeError, ValueError, OverflowError) as error:  # a broken string, a year 12000
        return Unreadable(str(number), "bad_row", f"row {number}: {error}")
    for name, value in record.items():
        if isinstance(value, bytes):
            found = decode(value, html=True)
            record[name], encoding = found.text, found.encoding
    item = record_document(record, number, encoding, reading.source)
    too_long = isinstance(item, Document) and item.n_bytes > reading.record_max_bytes
    return (
        Unreadable(item.record, "too_long", f"row {number}: more than {reading.record_max_bytes} bytes")
        if too_long
        else item
    )
