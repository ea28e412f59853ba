"""CSV with a header line: one record a row."""

from __future__ import annotations

import csv
from collections.abc import Iterator, Sequence
from typing import BinaryIO

from tasks.ingest.decoding import record_encoding
from tasks.ingest.formats import Reading
from tasks.ingest.items import Found, Unreadable
from tasks.ingest.mapping import record_document
from tasks.ingest.streams import lines_of, utf8_from_wide

DELIMITERS = ",;\t|"
UTF8_MARK = "\xef\xbb\xbf"  # a character for a byte
NEVER = 1 << 31  # more than any row may have: the field limit of the csv module is ours to keep, in `_Feed`


class _TooLong(Exception):  # noqa: N818  what happened, not a failure of ours
    """A row, with its quoted line ends, is longer than allowed."""


def read(stream: BinaryIO, reading: Reading) -> Iterator[Found]:
    """The rows of the file; one with more or fewer fields than the header is Unreadable, a blank line is nothing.

    The delimiter is the one of `, ; tab |` that the header holds most. A row is named by its id, else its number
    behind the header. Bytes become text row by row, so that one bad row does not spoil the others.
    """
    stream, file_encoding = utf8_from_wide(stream)
    header: list[str] | None = None
    number, fallback = 0, None
    for where, row in _rows(_Feed(stream, reading.record_max_bytes)):
        number += header is not None
        if isinstance(row, Exception):
            rule = "too_long" if isinstance(row, _TooLong) else "bad_row"
            yield Unreadable(str(number) if header else None, rule, f"{where}: {row}")
            if header is None:
                return
            continue
        cells, encoding = _decoded(row, fallback)
        fallback = encoding if encoding != "utf-8" else fallback
        if header is None:
            header = cells
            if len(set(header)) < len(header):
                yield Unreadable(None, "bad_header", f"two columns have one name: {', '.join(header)[:500]}")
                return
        elif len(cells) != len(header):
            yield Unreadable(str(number), "ragged", f"{where}: {len(cells)} fields instead of {len(header)}")
        else:
            record = dict(zip(header, cells, strict=True))
            yield record_document(record, number, file_encoding or encoding, reading.source)


def _rows(feed: _Feed) -> Iterator[tuple[str, list[str] | Exception]]:
    """Where each row stands, and its fields or what is wrong with it; blank lines left out."""
    csv.field_size_limit(NEVER)
    rows: Iterator[list[str]] | None = None
    while True:
        feed.begin_row()
        try:
            rows = rows or csv.reader(feed, delimiter=feed.delimiter())
            row = next(rows)
        except StopIteration:
            return
        except (_TooLong, csv.Error) as error:
            yield feed.where, error
        else:
            if row:
                yield feed.where, row


def _decoded(row: Sequence[str], fallback: str | None) -> tuple[list[str], str]:
    """The cells as text, and their encoding. The parser saw each byte as one character."""
    cells = [cell.encode("latin-1") for cell in row]
    encoding = record_encoding(b"\n".join(cells), fallback)
    return [cell.decode(encoding, "replace") for cell in cells], encoding


class _Feed:
    """Lines for the csv module, a character for a byte, that stop a row from growing without end."""

    def __init__(self, stream: BinaryIO, max_bytes: int) -> None:
        self._lines = lines_of(stream, max_bytes)
        self._max_bytes = max_bytes
        self._n_bytes = 0
        self._first = self._last = 0
        self._pending: str | None = None

    def delimiter(self) -> str:
        """The one that the first line holds most, before anything is read."""
        self._pending = (self._next_line() or "").removeprefix(UTF8_MARK)
        return max(DELIMITERS, key=self._pending.count)

    def __iter__(self) -> _Feed:
        return self

    def __next__(self) -> str:
        line, self._pending = (self._pending or self._next_line()), None
        if line is None:
            raise StopIteration
        self._n_bytes += len(line)
        if self._n_bytes > self._max_bytes + 2:
            raise _TooLong(f"a row of more than {self._max_bytes} bytes (setting record_max_bytes)")
        return line

    @property
    def where(self) -> str:
        """The lines of the row."""
        return f"line {self._first}" if self._first >= self._last else f"lines {self._first} to {self._last}"

    def begin_row(self) -> None:
        """A row begins with the next line."""
        self._n_bytes = 0
        self._first = self._last + (self._pending is None)

    def _next_line(self) -> str | None:
        line = next(self._lines, None)
        if line is None:
            return None
        self._last = line.number
        if line.data is None:
            raise _TooLong(f"a row of more than {self._max_bytes} bytes (setting record_max_bytes)")
        return (line.data + line.end).decode("latin-1")
