"""Pages: some rows of a part, of whose long columns only those Parquet pages are unpacked in which the rows lie.

Arrow's reader unpacks a column of a row group whole. Only what `parts.encode` writes is read here: data pages of the
first version, plain values of one byte array each, no nulls, zstd or not packed. Anything else is answered with None, and is read
whole.
"""

from __future__ import annotations

import re
import struct
import zlib
from collections.abc import Iterator, Sequence

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq

_NUMBER = rb"([\x80-\xff]*[\x00-\x7f])"
# A page's header as Arrow writes it, in Thrift's compact protocol: data page, bytes unpacked, bytes packed, CRC-32; values,
# plain, levels as runs (twice). parquet.thrift has the fields, in this order.
_HEADER = re.compile(
    rb"\x15\x00\x15" + _NUMBER + rb"\x15" + _NUMBER + rb"\x15" + _NUMBER
    + rb"\x1c\x15" + _NUMBER + rb"\x15\x00\x15\x06\x15\x06\x00\x00",
    re.DOTALL,
)  # fmt: skip
_PACKINGS = ("ZSTD", "UNCOMPRESSED")
_SIZE = struct.Struct("<I")  # before each value, and before the levels of a column that may have nulls


class _Unusual(Exception):  # noqa: N818  nobody but this module sees it: the column is read whole
    """A page that this module does not know, or one that is broken."""


def read_values(
    file: pq.ParquetFile, source: pa.NativeFile, field: pa.Field, rows: Sequence[int]
) -> pa.Array | None:
    """The values of a column of texts (not in a list or struct) in some rows, ascending; None where they can only be read whole.

    source: the file again, to be read at any place. What is broken is left to Arrow's reader to say.
    """
    metadata = file.metadata
    paths = [metadata.schema.column(at).path for at in range(metadata.num_columns)]
    at = paths.index(field.name)
    wanted, found, first = np.asarray(rows, np.int64), list[bytes](), 0
    try:
        for group in range(metadata.num_row_groups):
            held = metadata.row_group(group)
            low, high = np.searchsorted(wanted, (first, first + held.num_rows))
            if high > low:
                column = held.column(at)
                places = (wanted[low:high] - first).tolist()
                found += _values(_chunk(column, source), column, places, nullable=field.nullable)
            first += held.num_rows
        return pa.array(found, field.type)
    except (_Unusual, struct.error, pa.ArrowInvalid, OSError):
        return None


def _chunk(column: pq.ColumnChunkMetaData, source: pa.NativeFile) -> memoryview:
    """The pages of a column in a row group; of a mapped file, they stay in it."""
    known = column.statistics
    if (
        column.physical_type != "BYTE_ARRAY"
        or column.compression not in _PACKINGS
        or column.has_dictionary_page
    ):
        raise _Unusual
    if known is None or not known.has_null_count or known.null_count:
        raise _Unusual
    source.seek(column.data_page_offset)
    return memoryview(source.read_buffer(column.total_compressed_size))


def _values(
    chunk: memoryview, column: pq.ColumnChunkMetaData, rows: Sequence[int], *, nullable: bool
) -> Iterator[bytes]:
    """The values in some rows of a row group. All headers are read: if one lies about its values, the sum shows it."""
    at = first = 0
    waiting = list(reversed(rows))
    while at < len(chunk):
        header = _HEADER.match(chunk, at)
        if header is None:
            raise _Unusual
        unpacked, packed, crc, n_values = header.groups()
        start, end = header.end(), first + _number(n_values)
        at = start + _number(packed)
        inside = []
        while waiting and waiting[-1] < end:
            inside.append(waiting.pop() - first)
        if not start <= at <= len(chunk):
            raise _Unusual
        if inside:
            size = _number(unpacked)
            most = column.total_uncompressed_size
            if zlib.crc32(chunk[start:at]) != _number(crc) & 0xFFFFFFFF or not 0 < size <= most:
                raise _Unusual
            page = chunk[start:at]
            if column.compression == "ZSTD":
                page = memoryview(pa.decompress(page, size, "zstd", asbytes=True))
            elif len(page) != size:
                raise _Unusual
            yield from _of_page(page, inside, nullable=nullable)
        first = end
    if first != column.num_values:
        raise _Unusual


def _of_page(page: memoryview, rows: Sequence[int], *, nullable: bool) -> Iterator[bytes]:
    at = _SIZE.size + _SIZE.unpack_from(page)[0] if nullable else 0
    row = 0
    for wanted in rows:
        for _ in range(wanted - row):
            at += _SIZE.size + _SIZE.unpack_from(page, at)[0]
        (size,) = _SIZE.unpack_from(page, at)
        at += _SIZE.size
        yield bytes(page[at : at + size])
        at, row = at + size, wanted + 1


def _number(digits: bytes) -> int:
    """A number of the compact protocol: seven bits a byte, the lowest first; the lowest bit of all is the sign."""
    value = 0
    for byte in reversed(digits):
        value = value << 7 | byte & 127
    return value >> 1 ^ -(value & 1)
