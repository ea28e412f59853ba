"""Parquet: rows as records, damage as a row."""

from __future__ import annotations

import io
from datetime import UTC, date, datetime

import pyarrow as pa
import pyarrow.parquet as pq
import pytest


def parquet(**columns) -> bytes:
    out = io.BytesIO()
    pq.write_table(pa.table(columns), out, row_group_size=50)
    return out.getvalue()


def test_rows_are_records(raw):
    raw.put("a/2026-01-02/x.parquet", parquet(
        id=["k", None], text=["one", "two"], date=[date(2026, 1, 2), None], authors=[["A", "B"], None],
        fetched_at=pa.array([datetime(2026, 1, 2, tzinfo=UTC), None], pa.timestamp("ns", "UTC")),
    ))  # fmt: skip
    read = raw.read()
    assert [row["raw_path"] for row in read.kept] == ["a/2026-01-02/x.parquet#k", "a/2026-01-02/x.parquet#2"]
    first = read.kept[0]
    assert (first["published"], first["authors"], first["fetched_at"]) == (
        "2026-01-02",
        ["A", "B"],
        datetime(2026, 1, 2, tzinfo=UTC),
    )
    assert read.inventory[0]["sha256"] == raw.files()[0].sha256


def test_many_rows_come_in_order_and_the_chunks_do_not_matter(raw):
    raw.put("a/x.parquet", parquet(text=[f"text {n}" for n in range(300)]))
    assert raw.read().texts == [f"text {n}" for n in range(300)]
    assert raw.read(chunk_rows=7).kept == raw.read().kept


def test_pages_as_bytes_are_decoded(raw):
    page = '<meta charset="windows-1257"><p>Valdība paziņoja</p>'
    raw.put("a/x.parquet", parquet(html=[page.encode("cp1257")]))
    row = raw.read().kept[0]
    assert (row["raw_text"], row["media_type"], row["encoding"]) == (page, "html", "cp1257")


@pytest.mark.parametrize(
    ("data", "rule"),
    [(parquet(text=["x" * 99] * 99)[:-30], "truncated"), (b"PAR1PAR1", "corrupt"), (b"hello", "corrupt"),
     (b"PAR1" + b"\0" * 50 + b"PAR1", "corrupt")],
)  # fmt: skip
def test_a_damaged_file_is_one_row(raw, data, rule):
    raw.put("a/x.parquet", data)
    read = raw.read()
    assert (read.rules, read.n_in) == ([rule], 1)
    assert len(read.inventory) == 1


def test_two_columns_of_one_name_are_refused_as_in_a_table_of_text(raw):
    out = io.BytesIO()
    pq.write_table(pa.table([["k"], ["the story"], ["x"]], names=["id", "text", "text"]), out)
    raw.put("a/x.parquet", out.getvalue())
    read = raw.read()
    assert (read.rules, read.texts) == (["bad_header"], [])


def test_damage_in_a_page_keeps_the_rows_before_it(raw):
    out = io.BytesIO()
    pq.write_table(pa.table({"text": [f"{n:0100}" for n in range(2_000)]}), out, row_group_size=500,
                   compression="none", use_dictionary=False)  # fmt: skip
    data = bytearray(out.getvalue())
    at = data.find(f"{1_600:0100}".encode()) - 10_500
    data[at - 40 : at] = b"\xff" * 40
    raw.put("a/x.parquet", bytes(data))
    read = raw.read()
    assert read.n_in == len(read.kept) + len(read.quarantined)
    assert len(read.kept) >= 1_000


def test_strings_that_are_not_utf8_and_rows_too_long_cost_only_themselves(raw):
    texts = pa.array([b"ok", b"\xff\xfe", b"x" * 5_000, b"ok too"], pa.binary())
    raw.put("a/x.parquet", parquet(text=texts.view(pa.string())))
    read = raw.read(record_max_bytes=1_000)
    assert (read.texts, read.rules) == (["ok", "ok too"], ["bad_row", "too_long"])


def test_an_empty_file_is_dropped_and_one_without_rows_is_nothing(raw):
    raw.put("a/x.parquet", b"")
    raw.put("a/y.parquet", parquet(text=pa.array([], pa.string())))
    read = raw.read()
    assert ([row["raw_path"] for row in read.dropped], read.n_in) == (["a/x.parquet"], 1)


def test_a_packed_parquet_file_is_not_a_known_format(raw):
    raw.put("a/x.parquet.gz", b"x")
    assert raw.files() == ()
