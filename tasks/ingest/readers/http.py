"""An HTTP answer as it went over the wire, taken apart: transfer and content coding off, in bounded memory."""

from __future__ import annotations

import re
import zlib
from collections.abc import Iterable
from dataclasses import dataclass

import pyarrow as pa

MAX_CODINGS = 4
_STATUS = re.compile(rb"HTTP/\d(?:\.\d)? (\d{3})")
_CHARSET = re.compile(r"charset\s*=\s*[\"']?([\w.:-]{2,40})", re.IGNORECASE)
_CHUNK_HEAD = re.compile(rb"\s{0,4}([0-9a-fA-F]{1,8})[^\n]{0,1000}\n")


class HttpDamage(Exception):  # noqa: N818  what happened, not a failure of ours
    """The answer cannot be taken apart."""


@dataclass(frozen=True, slots=True)
class Payload:
    """What the server sent: status, media type in lower case, the charset it says, and the bytes."""

    status: int
    media_type: str
    charset: str | None
    data: bytes


def http_payload(block: bytes, max_bytes: int) -> Payload:
    """The payload of an answer. Archives often keep the header of a coding they took off: then it is not there.

    Raises HttpDamage where there is no answer, a coding is unknown or broken, or it is longer than `max_bytes`.
    """
    status = _STATUS.match(block)
    if status is None:
        raise HttpDamage("no HTTP status line")
    fields, data = _fields(block)
    content_type = fields.get("content-type", "")
    charset = _CHARSET.search(content_type)
    if "chunked" in fields.get("transfer-encoding", "").lower():
        data = _dechunked(data)
    codings = [each.strip().lower() for each in fields.get("content-encoding", "").split(",") if each.strip()]
    if len(codings) > MAX_CODINGS:
        raise HttpDamage(f"{len(codings)} content codings on each other")
    for coding in reversed(codings):
        data = _decoded(data, coding, max_bytes)
    media_type = content_type.split(";")[0].strip().lower()
    return Payload(int(status[1]), media_type, charset[1] if charset else None, data)


def _fields(block: bytes) -> tuple[dict[str, str], bytes]:
    ends = [(at, len(mark)) for mark in (b"\r\n\r\n", b"\n\n") if (at := block.find(mark)) >= 0]
    at, length = min(ends, default=(len(block), 0))
    fields: dict[str, str] = {}
    for line in block[:at].decode("latin-1").split("\n")[1:]:
        name, _, value = line.partition(":")
        fields.setdefault(name.strip().lower(), value.strip())
    return fields, block[at + length :]


def _dechunked(data: bytes) -> bytes:
    """The body without its chunk heads; as it is where it does not begin with one."""
    chunks: list[bytes] = []
    at = 0
    while head := _CHUNK_HEAD.match(data, at):
        size = int(head[1], 16)
        if size == 0:
            return b"".join(chunks)
        if head.end() + size > len(data):
            break
        chunks.append(data[head.end() : head.end() + size])
        at = head.end() + size
    if not chunks:
        return data
    raise HttpDamage(f"chunked body breaks off at byte {at}")


def _decoded(data: bytes, coding: str, max_bytes: int) -> bytes:
    if coding == "identity":
        return data
    if coding in ("gzip", "x-gzip"):
        return _inflated(data, (31,), max_bytes) if data.startswith(b"\x1f\x8b") else data
    if coding == "deflate":
        return _inflated(data, (15, -15), max_bytes)
    if coding in ("br", "zstd"):
        return _through_arrow(data, {"br": "brotli"}.get(coding, coding), max_bytes)
    raise HttpDamage(f"content coding {coding[:40]!r} is not known")


def _inflated(data: bytes, windows: Iterable[int], max_bytes: int) -> bytes:
    words = ""
    for window in windows:
        inflater = zlib.decompressobj(window)
        try:
            body = inflater.decompress(data, max_bytes + 1)
        except zlib.error as error:
            words = str(error)
            continue
        if len(body) > max_bytes:
            raise HttpDamage(f"more than {max_bytes} bytes unpacked (setting record_max_bytes)")
        if not inflater.eof:
            raise HttpDamage("the packed body breaks off")
        return body
    raise HttpDamage(f"the body cannot be unpacked: {words}")


def _through_arrow(data: bytes, codec: str, max_bytes: int) -> bytes:
    try:
        with pa.CompressedInputStream(pa.BufferReader(data), codec) as stream:
            body: bytes = stream.read(max_bytes + 1)
    except (pa.ArrowException, OSError) as error:
        raise HttpDamage(f"the body cannot be unpacked: {error}") from error
    if len(body) > max_bytes:
        raise HttpDamage(f"more than {max_bytes} bytes unpacked (setting record_max_bytes)")
    return body
