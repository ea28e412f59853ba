"""A file that is one document: plain text or one HTML page."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from typing import BinaryIO

from tasks.ingest.decoding import decode, is_binary
from tasks.ingest.formats import Reading
from tasks.ingest.items import Document, Empty, Found, Unreadable

BLOCK_BYTES = 1 << 20


def read(stream: BinaryIO, reading: Reading) -> Iterator[Found]:
    """The one item of the file."""
    data = _bounded(stream, reading.record_max_bytes)
    if data is None:
        yield Unreadable(
            None, "too_long", f"more than {reading.record_max_bytes} bytes (setting record_max_bytes)"
        )
    elif not data:
        yield Empty(None, "the file has no bytes")
    else:
        yield text_item(data, html=reading.ending != ".txt")


def text_item(
    data: bytes, *, html: bool, label: str | None = None, record: str | None = None
) -> Document | Unreadable:
    """A document from the bytes of a text or page."""
    decoded = decode(data, label=label, html=html)
    if is_binary(data, decoded.encoding):
        return Unreadable(record, "binary", f"no text: the bytes begin with {data[:16]!r}")
    return Document(
        record=record, content_sha256=hashlib.sha256(data).hexdigest(), n_bytes=len(data),
        media_type="html" if html else "text", encoding=decoded.encoding, raw_text=decoded.text,
    )  # fmt: skip


def _bounded(stream: BinaryIO, max_bytes: int) -> bytes | None:
    """The whole stream; None, with no more than that in memory, where it is longer."""
    data = bytearray()
    while block := stream.read(min(BLOCK_BYTES, max_bytes + 1 - len(data))):
        data += block
        if len(data) > max_bytes:
            return None
    return bytes(data)
