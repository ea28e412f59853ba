"""WARC: pages of the answers, whatever they were wrapped in."""

from __future__ import annotations

import gzip
import io
import zlib
from datetime import UTC, datetime

import pyarrow as pa
import pytest
import zstandard
from hypothesis import given
from hypothesis import strategies as st

from tasks.ingest.formats import Reading
from tasks.ingest.items import Document, Empty, Unreadable
from tasks.ingest.readers.http import HttpDamage, http_payload
from tasks.ingest.readers.warc import read as warc_records
from tasks.ingest.sources import Source

PAGE = "<html><p>Grüße</p></html>"


def answer(
    body: bytes, *fields: str, status: str = "200 OK", kind: str = "text/html; charset=utf-8"
) -> bytes:
    head = "\r\n".join([f"HTTP/1.1 {status}", f"Content-Type: {kind}", *fields])
    return f"{head}\r\n\r\n".encode() + body


def warc(block: bytes, number: int = 1, kind: str = "response", length: str | None = None) -> bytes:
    head = (
        f"WARC/1.0\r\nWARC-Type: {kind}\r\nWARC-Record-ID: <urn:uuid:{number}>\r\nWARC-Date: 2026-01-02T12:00:00Z\r\n"
        f"WARC-Target-URI: http://a.b/{number}\r\nContent-Length: {len(block) if length is None else length}\r\n\r\n"
    )
    return head.encode() + block + b"\r\n\r\n"


def chunked(data: bytes, size: int = 7) -> bytes:
    parts = [data[at : at + size] for at in range(0, len(data), size)]
    return b"".join(f"{len(part):x};ext=1\r\n".encode() + part + b"\r\n" for part in parts) + b"0\r\n\r\n"


def test_an_answer_is_a_document_with_address_and_time(raw):
    raw.put(
        "a/x.warc",
        warc(b"software: x", kind="warcinfo") + warc(answer(PAGE.encode())) + warc(b"GET /", kind="request"),
    )
    read = raw.read()
    row = read.kept[0]
    assert (read.n_in, row["raw_path"], row["url"], row["raw_text"]) == (
        1,
        "a/x.warc#urn:uuid:1",
        "http://a.b/1",
        PAGE,
    )
    assert (row["fetched_at"], row["media_type"]) == (datetime(2026, 1, 2, 12, tzinfo=UTC), "html")


def test_packed_records_of_their_own_member_each_are_read(raw):
    raw.put("a/x.warc.gz", b"".join(gzip.compress(warc(answer(PAGE.encode()), n)) for n in range(5)))
    assert len(raw.read().texts) == 5


@pytest.mark.parametrize(
    ("coding", "pack"),
    [("gzip", gzip.compress), ("deflate", zlib.compress), ("deflate", lambda data: zlib.compress(data)[2:-4]),
     ("br", lambda data: pa.compress(data, "brotli", asbytes=True)), ("zstd", zstandard.compress), ("identity", bytes),
     ("gzip, br", lambda data: pa.compress(gzip.compress(data), "brotli", asbytes=True)), ("gzip", bytes)],
)  # fmt: skip
@pytest.mark.parametrize("in_chunks", [True, False])
def test_every_coding_comes_off(coding, pack, in_chunks):
    body = pack(PAGE.encode() * 20)
    fields = [f"Content-Encoding: {coding}"]
    if in_chunks:
        body, fields = chunked(body), [*fields, "Transfer-Encoding: chunked"]
    assert http_payload(answer(body, *fields), 10_000).data == PAGE.encode() * 20


@pytest.mark.parametrize(
    ("body", "field"),
    [
        (gzip.compress(b"x" * 99, mtime=0)[:-12], "Content-Encoding: gzip"),
        (b"\x1f\x8bnot", "Content-Encoding: gzip"),
        (b"words", "Content-Encoding: deflate"),
        (b"words", "Content-Encoding: sdch"),
        (gzip.compress(b"x" * 10_001, mtime=0), "Content-Encoding: gzip"),
        (zstandard.compress(b"x" * 10_001), "Content-Encoding: zstd"),
        (b"5\r\nhello\r\n9\r\ncut", "Transfer-Encoding: chunked"),
        (b"x", "Content-Encoding: " + "gzip," * 50),
    ],
)
def test_a_broken_wrapping_is_damage(body, field):
    with pytest.raises(HttpDamage):
        http_payload(answer(body, field), 10_000)


def test_other_types_and_failed_answers_are_no_documents(raw):
    raw.put("a/x.warc", warc(answer(b"x", kind="image/png"), 1) + warc(answer(b"x", status="404 Not Found"), 2)
            + warc(answer(b"plain", kind="text/plain"), 3) + warc(answer(b""), 4))  # fmt: skip
    read = raw.read()
    assert (read.texts, read.kept[0]["media_type"]) == (["plain"], "text")
    assert [row["raw_path"] for row in read.dropped] == ["a/x.warc#urn:uuid:4"]


def test_a_broken_record_costs_only_itself(raw):
    page = answer(PAGE.encode())
    raw.put("a/x.warc", warc(page, 1) + warc(page, 2, length="many") + warc(b"no http", 3) + b"noise\r\n" + warc(page, 4)
            + warc(answer(b"y" * 9_000), 5) + warc(page, 6)[:-20])  # fmt: skip
    read = raw.read(record_max_bytes=5_000)
    assert [row["raw_path"][-1] for row in read.kept] == ["1", "4"]
    assert read.rules == ["bad_record", "bad_record", "too_long", "truncated"]


def test_the_charset_of_the_answer_is_used(raw):
    text = "<p>Valdība paziņoja</p>"
    raw.put("a/x.warc", warc(answer(text.encode("cp1257"), kind="text/html; charset=windows-1257")))
    assert raw.read().texts == [text]


@given(st.binary(max_size=300))
def test_any_answer_is_taken_apart_or_is_damage(data):
    for block in (
        data,
        b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\nContent-Encoding: br\r\n\r\n" + data,
    ):
        try:
            http_payload(block, 100)
        except HttpDamage:
            continue


def test_a_header_that_is_folded_or_has_its_address_in_brackets_is_read(raw):
    record = warc(answer(PAGE.encode())).replace(b"WARC-Target-URI: http://a.b/1", b"Note: a\r\n b\r\nWARC-Target-URI: <http://a.b/1>")  # fmt: skip
    raw.put("a/x.warc", record)
    assert raw.read().kept[0]["url"] == "http://a.b/1"


@pytest.mark.parametrize(
    "head", [b"WARC/9.9\r\nContent-Length: 0\r\n\r\n", b"WARC/1.0\r\nX: " + b"z" * 3_000_000]
)
def test_a_record_of_another_version_or_with_an_endless_header_costs_only_itself(raw, head):
    page = answer(PAGE.encode())
    raw.put("a/x.warc", warc(page, 1) + head + b"\r\n\r\n" + warc(page, 2))
    read = raw.read()
    assert [row["raw_path"][-1] for row in read.kept] == ["1", "2"]
    assert read.rules == ["bad_record"]


@given(st.binary(max_size=200), st.integers(0, 500), st.integers(0, 200))
def test_any_damage_leaves_records_or_reasons(noise, at, lost):
    whole = warc(answer(PAGE.encode())) + warc(answer(PAGE.encode()), 2)
    damaged = whole[:at] + noise + whole[at + lost :]
    for found in warc_records(io.BytesIO(damaged), Reading(".warc", Source("a"), 5_000)):
        assert isinstance(found, Document | Empty | Unreadable)
