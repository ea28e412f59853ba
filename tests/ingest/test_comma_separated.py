"""CSV: a broken row costs only itself."""

from __future__ import annotations

import csv
import io
import tracemalloc

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tasks.ingest.formats import Reading
from tasks.ingest.items import Document, Empty, Unreadable
from tasks.ingest.readers.comma_separated import read
from tasks.ingest.sources import Source


def found(data: bytes, max_bytes: int = 1_000_000) -> list:
    return list(read(io.BufferedReader(io.BytesIO(data)), Reading(".csv", Source("a"), max_bytes)))


def test_rows_are_records_with_the_fields_of_the_header(raw):
    raw.put("a/x.csv", 'id,title,text,url\r\nk1,T,"one, two\r\n""three""",http://a.b/\r\n\r\n,U,four,\r\n')
    read = raw.read()
    assert [row["raw_path"] for row in read.kept] == ["a/x.csv#k1", "a/x.csv#2"]
    assert read.texts == ['one, two\r\n"three"', "four"]
    assert [(row["title"], row["url"]) for row in read.kept] == [("T", "http://a.b/"), ("U", None)]


@pytest.mark.parametrize("delimiter", [",", ";", "\t", "|"])
def test_the_delimiter_is_seen_from_the_header(delimiter):
    first = found(f"id{delimiter}text\n1{delimiter}one\n".encode())[0]
    assert (first.record, first.raw_text) == ("1", "one")


def test_ragged_rows_are_set_aside_with_their_place():
    items = found(b'id,text\n1,one\n2,two,extra\n"3\n",\n4\n5,five\n')
    assert [type(item) for item in items] == [Document, Unreadable, Empty, Unreadable, Document]
    assert (items[1].rule, items[1].record, items[1].detail) == (
        "ragged",
        "2",
        "line 3: 3 fields instead of 2",
    )
    assert items[3].detail == "line 6: 1 fields instead of 2"


def test_two_columns_of_one_name_are_no_header():
    items = found(b"text,text\none,two\n")
    assert [(item.rule, item.record) for item in items] == [("bad_header", None)]


def test_a_quote_that_never_closes_is_set_aside_in_bounded_memory():
    data = b'id,text\n1,"open\n' + b"2,words\n" * 20_000 + b'3,"closed"\n'
    tracemalloc.start()
    items = found(data, max_bytes=100_000)
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert items[0].rule == "too_long"
    assert items[1].raw_text == "words"
    assert items[-1].raw_text == "closed"
    assert items[0].detail.startswith("lines 2 to 1")
    assert peak < 10_000_000


def test_a_line_that_is_too_long_costs_only_itself():
    items = found(b"id,text\n1," + b"x" * 5_000 + b"\n2,two\n", max_bytes=1_000)
    assert [getattr(item, "rule", None) for item in items] == ["too_long", None]
    assert [item.rule for item in found(b"x" * 5_000, max_bytes=1_000)] == ["too_long"]


def test_old_encodings_marks_and_utf16_are_read():
    text = "Le ministre a présenté jeudi à l’Assemblée un projet très attendu, où il était invité."
    table = f'id,text\n1,"{text}"\n'
    for encoding in ("utf-8", "utf-8-sig", "cp1252", "utf-16"):
        assert [item.raw_text for item in found(table.encode(encoding))] == [text]
    mixed = found(table.encode("cp1252") + "2,é\n".encode())
    assert [item.encoding for item in mixed] == ["cp1252", "utf-8"]


def test_no_rows_are_no_items():
    assert found(b"") == found(b"id,text\n") == found(b"\n\n") == []


@given(st.lists(st.tuples(st.integers(), st.text(st.characters(codec="utf-8"))), max_size=5))
def test_what_the_csv_module_writes_is_read_back(rows):
    out = io.StringIO()
    writer = csv.writer(out)
    writer.writerows([("id", "text"), *rows])
    texts = [item.raw_text if isinstance(item, Document) else "" for item in found(out.getvalue().encode())]
    assert texts == [text for _, text in rows]


@given(st.binary(max_size=200), st.integers(5, 60))
def test_any_bytes_are_read(data, max_bytes):
    assert all(isinstance(item, Document | Empty | Unreadable) for item in found(data, max_bytes))
