"""JSON Lines: one record a line."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from typing import BinaryIO

from tasks.ingest.decoding import record_encoding
from tasks.ingest.formats import Reading
from tasks.ingest.items import Found, Unreadable
from tasks.ingest.mapping import record_document
from tasks.ingest.streams import Line, lines_of, utf8_from_wide

MAX_DEPTH = 100  # deeper is no news record; Python's own limit moves with the caller's stack

_BRACKETS_OUTSIDE_STRINGS = re.compile(rb'"(?:[^"\\]|\\.)*+"?|([\[{])|([\]}])', re.DOTALL)


def read(stream: BinaryIO, reading: Reading) -> Iterator[Found]:
    """The records of the file; a line that holds none is Unreadable, a blank line is nothing.

    Of equal keys in one object the last one counts. NaN and Infinity are read, though JSON has none.
    """
    stream, file_encoding = utf8_from_wide(stream)
    fallback = None
    for line in lines_of(stream, reading.record_max_bytes):
        data = line.data
        if data is None:
            yield _too_long(line, reading)
            continue
        if line.number == 1:
            data = data.removeprefix(b"\xef\xbb\xbf")
        if not data.strip():
            continue
        encoding = record_encoding(data, fallback)
        if encoding != "utf-8":
            fallback = encoding
        yield _item(data, encoding, line.number, reading, file_encoding)


def _item(data: bytes, encoding: str, number: int, reading: Reading, file_encoding: str | None) -> Found:
    if _depth_exceeds(data, MAX_DEPTH):
        return Unreadable(str(number), "bad_json", f"line {number}: nested deeper than {MAX_DEPTH} levels")
    try:
        value = json.loads(data.decode(encoding, "replace"))
    except (ValueError, RecursionError) as error:
        return Unreadable(str(number), "bad_json", f"line {number}{_words(error)}")
    if not isinstance(value, dict):
        return Unreadable(
            str(number), "not_an_object", f"line {number}: {type(value).__name__} instead of an object"
        )
    return record_document(value, number, file_encoding or encoding, reading.source)


def _depth_exceeds(data: bytes, limit: int) -> bool:
    if data.count(b"[") + data.count(b"{") <= limit:
        return False
    depth = 0
    for found in _BRACKETS_OUTSIDE_STRINGS.finditer(data):
        depth += (found[1] is not None) - (found[2] is not None)
        if depth > limit:
            return True
    return False


def _too_long(line: Line, reading: Reading) -> Unreadable:
    return Unreadable(
        str(line.number),
        "too_long",
        f"line {line.number}: {line.n_bytes} bytes, more than {reading.record_max_bytes} (setting record_max_bytes)",
    )


def _words(error: Exception) -> str:
    """The parser's words; it counts lines of its own, and there is but one."""
    return f", column {error.colno}: {error.msg}" if isinstance(error, json.JSONDecodeError) else f": {error}"
