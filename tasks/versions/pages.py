"""Pages: some rows of a part, of whose long columns only those Parquet pages are unpacked in which the rows lie.

Arrow's reader unpacks a column of a row group whole. Only what `parts.encode` writes is read here: data pages of the
first version, plain values of one byte array each, no nulls, zstd or not packed. Anything else is answered with None, and is read
whole.
"""

from __future__ import annotations

import re
import struct
import zlib
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
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
_PIECE = 4_096  # bytes
_SIZE = struct.Struct("<I")  # before each value, and before the levels of a column that may have nulls

Places = npt.NDArray[np.int64]


class _Unusual(Exception):  # noqa: N818  nobody but this module sees it: the column is read whole
    """A page that this module does not know, or one that is broken."""


def read_values(
    file: pq.ParquetFile, source: pa.NativeFile, field: pa.Field, rows: Sequence[int]
) -> pa.Array | None:
    """The values of a column of texts (not in a list or struct) in some rows, ascending; None where they can only be read whole.

    source: the file again, to be read at any place. What is broken is left to Arrow's reader to say.
    """
    at = _column_of(file, field)
    wanted, found, first = np.asarray(rows, np.int64), list[bytes](), 0
    try:
        for group in range(file.metadata.num_row_groups):
            held = file.metadata.row_group(group)
            low, high = np.searchsorted(wanted, (first, first + held.num_rows))
            if high > low:
                column = held.column(at)
                places = (wanted[low:high] - first).tolist()
                found += _values(_chunk(column, source), column, places, nullable=field.nullable)
            first += held.num_rows
        return pa.array(found, field.type)
    except (_Unusual, struct.error, pa.ArrowInvalid, OSError):
        return None


def locate_values(file: pq.ParquetFile, source: pa.NativeFile, field: pa.Field) -> Places | None:
    """Of each value of a column that is not packed, the byte of the file where its size stands, and it behind that.

    None for a column that may have nulls, that is packed, or of which a page is not known. Sums of pages are not looked at.
    """
    places = list[int]()
    try:
        for group in range(file.metadata.num_row_groups):
            column = file.metadata.row_group(group).column(_column_of(file, field))
            if field.nullable or column.compression != "UNCOMPRESSED":
                return None
            chunk = _chunk(column, source)
            for page in _pages(chunk, column):
                places += [column.data_page_offset + at for at in _starts(chunk, page)]
    except (_Unusual, struct.error, pa.ArrowInvalid, OSError):
        return None
    return np.array(places, np.int64)


def _starts(chunk: memoryview, page: _Page) -> list[int]:
    """Where in the chunk the values of a page of texts begin, their sizes before them."""
    starts, at = list[int](), page.start
    for _ in range(page.n_values):
        starts.append(at)
        at += _SIZE.size + _SIZE.unpack_from(chunk, at)[0]
    if at != page.end:
        raise _Unusual
    return starts


def read_located(read: Callable[[Sequence[tuple[int, int]]], list[bytes]], places: Places) -> list[bytes]:
    """What lies at places that `locate_values` told; whoever asks has to see whether it is what was written there.

    read: pieces of the file, by their first bytes and sizes. Most values are in the first piece, sizes before them.
    """
    starts = places.tolist()
    pieces = read([(start, _PIECE) for start in starts])
    ends = [_SIZE.size + int.from_bytes(piece[: _SIZE.size], "little") for piece in pieces]
    longer = [row for row, end in enumerate(ends) if end > _PIECE]
    further = read([(starts[row] + _PIECE, ends[row] - _PIECE) for row in longer]) if longer else []
    for row, rest in zip(longer, further, strict=True):
        pieces[row] += rest
    return [piece[_SIZE.size : end] for piece, end in zip(pieces, ends, strict=True)]


@dataclass(frozen=True, slots=True)
class _Page:
    """A page in a piece of a file: its header's first byte, its own first byte and the one behind it, and what the header says."""

    at: int
    start: int
    end: int
    unpacked: int
    crc: int
    n_values: int

    def checked(self, piece: memoryview) -> memoryview:
        """Its bytes, held against their sum."""
        page = piece[self.start : self.end]
        if zlib.crc32(page) != self.crc & 0xFFFFFFFF:
            raise _Unusual
        return page


def _page(piece: memoryview, at: int) -> _Page:
    """The page whose header begins there."""
    header = _HEADER.match(piece, at)
    if header is None:
        raise _Unusual
    unpacked, packed, crc, n_values = map(_number, header.groups())
    start, end = header.end(), header.end() + packed
    if not start <= end <= len(piece):
        raise _Unusual
    return _Page(at, start, end, unpacked, crc, n_values)


def _pages(chunk: memoryview, column: pq.ColumnChunkMetaData) -> Iterator[_Page]:
    """The pages of a column in a row group. If a header lies about its values, their sum shows it."""
    at = n_values = 0
    while at < len(chunk):
        page = _page(chunk, at)
        yield page
        at, n_values = page.end, n_values + page.n_values
    if n_values != column.num_values:
        raise _Unusual


def _column_of(file: pq.ParquetFile, field: pa.Field) -> int:
    """The number of a column that is not in a list or struct."""
    metadata = file.metadata
    return [metadata.schema.column(at).path for at in range(metadata.num_columns)].index(field.name)


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
    """The values in some rows of a row group."""
    first = 0
    waiting = list(reversed(rows))
    for page in _pages(chunk, column):
        inside = []
        while waiting and waiting[-1] < first + page.n_values:
            inside.append(waiting.pop() - first)
        if inside:
            if not 0 < page.unpacked <= column.total_uncompressed_size:
                raise _Unusual
            values = page.checked(chunk)
            if column.compression == "ZSTD":
                values = memoryview(pa.decompress(values, page.unpacked, "zstd", asbytes=True))
            elif len(values) != page.unpacked:
                raise _Unusual
            yield from _of_page(values, inside, nullable=nullable)
        first += page.n_values


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
