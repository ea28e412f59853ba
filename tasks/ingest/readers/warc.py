"""WARC: one record a response, its payload the page without the wrapping of HTTP."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import BinaryIO

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
class _Head:
    """The header of a record: fields by lower-case name."""

    number: int
    fields: dict[str, str]

    @property
    def name(self) -> str:
        """What names the record: its WARC-Record-ID, else its number."""
        return storable(self.fields.get("warc-record-id", "").strip("<> ")[:200]) or str(self.number)

    @property
    def n_bytes(self) -> int | None:
        """Length of the block; None where the record does not say a number."""
        given = self.fields.get("content-length", "")
        return int(given) if given.isascii() and given.isdigit() and len(given) < 16 else None


def read(stream: BinaryIO, reading: Reading) -> Iterator[Found]:
    """The answers in the file that are pages or text; other records and other types are no documents.

    A record without a length, or with a payload that cannot be unwrapped, is Unreadable, and reading goes on at
    the next line that begins a record.
    """
    number = 0
    while _find_record(stream):
        number += 1
        head = _read_head(stream, number)
        if head.n_bytes is None:
            yield Unreadable(head.name, "bad_record", f"record {number}: no valid Content-Length")
        elif head.fields.get("warc-type", "").lower() != "response":
            _skip(stream, head.n_bytes)
        elif head.n_bytes > reading.record_max_bytes:
            _skip(stream, head.n_bytes)
            yield Unreadable(
                head.name, "too_long", f"record {number}: {head.n_bytes} bytes (setting record_max_bytes)"
            )
        else:
            found = _item(stream.read(head.n_bytes), head, reading)
            if found is not None:
                yield found


def _find_record(stream: BinaryIO) -> bool:
    """Reads up to and with the next version line; False at the end of the file."""
    return any(line.data is not None and line.data.startswith(MAGIC) for line in lines_of(stream, HEAD_BYTES))


def _read_head(stream: BinaryIO, number: int) -> _Head:
    fields: dict[str, str] = {}
    n_bytes = 0
    for line in lines_of(stream, HEAD_BYTES):
        n_bytes += line.n_bytes
        if not line.data or n_bytes > HEAD_BYTES:
            break
        name, _, value = line.data.decode("utf-8", "replace").partition(":")
        fields.setdefault(name.strip().lower(), value.strip())
    return _Head(number, fields)


def _skip(stream: BinaryIO, n_bytes: int) -> None:
    while n_bytes > 0 and (block := stream.read(min(BLOCK_BYTES, n_bytes))):
        n_bytes -= len(block)


def _item(block: bytes, head: _Head, reading: Reading) -> Found | None:
    """The document of one answer; None where it is no page or text."""
    if len(block) < (head.n_bytes or 0):
        told = f"record {head.number}: {len(block)} of {head.n_bytes} bytes are there"
        return Unreadable(head.name, "truncated", told)
    try:
        payload = http_payload(block, reading.record_max_bytes)
    except HttpDamage as damage:
        return Unreadable(head.name, "bad_record", f"record {head.number}: {damage}")
    html = TEXT_TYPES.get(payload.media_type)
    if html is None or payload.status != 200:
        return None
    if not payload.data:
        return Empty(head.name, "the payload has no bytes")
    item = text_item(payload.data, html=html, label=payload.charset, record=head.name)
    return _with_carrier(item, head) if isinstance(item, Document) else item


def _with_carrier(item: Document, head: _Head) -> Document:
    """The document with the address and the time that the record gives."""
    url = storable(head.fields.get("warc-target-uri", "").strip("<> ")) or None
    return replace(item, url=url, fetched_at=read_time(head.fields.get("warc-date"), "UTC"))
