"""WARC: one record a response, its payload the page without the wrapping of HTTP.

Records are cut by warcio. Its own iterator ends at the first broken record and takes a header line of any length into
memory, so the search for the next record and the bound on a header are here; and its stream of a payload gives a broken
or unknown coding as if it were the page, so HTTP is taken off in `http.py`.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from functools import cache
from typing import Any, BinaryIO

from tasks.ingest.formats import Reading
from tasks.ingest.items import Document, Empty, Found, Unreadable, storable
from tasks.ingest.mapping import read_time
from tasks.ingest.readers.http import HttpDamage, http_payload
from tasks.ingest.readers.plain import text_item
from tasks.ingest.streams import lines_of

MAGIC = b"WARC/"
HEAD_BYTES = 1 << 16  # a record's own header lines are a few hundred bytes
BLOCK_BYTES = 1 << 16
TEXT_TYPES = {"text/html": True, "application/xhtml+xml": True, "text/plain": False}


@dataclass(frozen=True, slots=True)
class _Record:
    """A record: its number in the file, and what warcio made of its header."""

    number: int
    parsed: Any  # warcio.recordloader.ArcWarcRecord, which has no types

    def field(self, name: str) -> str:
        """A field of the header; empty where it has none of that name."""
        return str(self.parsed.rec_headers.get_header(name) or "")

    @property
    def name(self) -> str:
        """What names the record: its WARC-Record-ID, else its number."""
        return storable(self.field("WARC-Record-ID").strip("<> ")[:200]) or str(self.number)

    @property
    def n_bytes(self) -> int | None:
        """Length of the block; None where the record does not say a number."""
        given = self.field("Content-Length")
        return int(given) if given.isascii() and given.isdigit() and len(given) < 16 else None

    def skip(self) -> None:
        """Reads to the end of the block."""
        while self.parsed.raw_stream.read(BLOCK_BYTES):
            pass


class _Head:
    """The stream from a record's second line on, of whose lines no more than HEAD_BYTES are given."""

    def __init__(self, stream: BinaryIO) -> None:
        self._stream = stream
        self._left = HEAD_BYTES

    def readline(self) -> bytes:
        """One line, cut where the header has become too long, and none after it."""
        line = self._stream.readline(self._left)
        self._left -= len(line)
        return line

    def read(self, size: int) -> bytes:
        """Of the block behind the header."""
        return self._stream.read(size)


def read(stream: BinaryIO, reading: Reading) -> Iterator[Found]:
    """The answers in the file that are pages or text; other records and other types are no documents.

    A record of an unknown version, without a length, or with a payload that cannot be unwrapped, is Unreadable,
    and reading goes on at the next line that begins a record.
    """
    from warcio.exceptions import ArchiveLoadFailed  # noqa: PLC0415  only who has a WARC pays for it

    number = 0
    while first := _first_line(stream):
        number += 1
        try:
            parsed = _loader().parse_record_stream(_Head(stream), first, "warc", no_record_parse=True)
        except ArchiveLoadFailed as error:
            yield Unreadable(
                str(number), "bad_record", f"record {number}: {storable(str(error).strip()[:200])}"
            )
            continue
        found = _found(_Record(number, parsed), reading)
        if found is not None:
            yield found


def _first_line(stream: BinaryIO) -> bytes:
    """Reads up to and with the next version line; empty at the end of the file."""
    lines = (line.data for line in lines_of(stream, HEAD_BYTES))
    return next((data for data in lines if data is not None and data.startswith(MAGIC)), b"")


@cache
def _loader() -> Any:  # noqa: ANN401  it has no types
    from warcio.recordloader import ArcWarcRecordLoader  # noqa: PLC0415

    return ArcWarcRecordLoader()


def _found(record: _Record, reading: Reading) -> Found | None:
    """What is in a record; None where it is no document."""
    n_bytes, told = record.n_bytes, f"record {record.number}:"
    if n_bytes is None:
        return Unreadable(record.name, "bad_record", f"{told} no valid Content-Length")
    if record.field("WARC-Type").lower() != "response":
        record.skip()
        return None
    if n_bytes > reading.record_max_bytes:
        record.skip()
        return Unreadable(record.name, "too_long", f"{told} {n_bytes} bytes (setting record_max_bytes)")
    block = record.parsed.raw_stream.read(n_bytes)
    if len(block) < n_bytes:
        return Unreadable(record.name, "truncated", f"{told} {len(block)} of {n_bytes} bytes are there")
    try:
        return _item(block, record, reading)
    except HttpDamage as damage:
        return Unreadable(record.name, "bad_record", f"{told} {damage}")


def _item(block: bytes, record: _Record, reading: Reading) -> Found | None:
    """The document of one answer; None where it is no page or text. Raises HttpDamage."""
    payload = http_payload(block, reading.record_max_bytes)
    html = TEXT_TYPES.get(payload.media_type)
    if html is None or payload.status != 200:
        return None
    if not payload.data:
        return Empty(record.name, "the payload has no bytes")
    item = text_item(payload.data, html=html, label=payload.charset, record=record.name)
    return _with_carrier(item, record) if isinstance(item, Document) else item


def _with_carrier(item: Document, record: _Record) -> Document:
    """The document with the address and the time that the record gives."""
    url = storable(record.field("WARC-Target-URI").strip("<> ")) or None
    return replace(item, url=url, fetched_at=read_time(record.field("WARC-Date") or None, "UTC"))
