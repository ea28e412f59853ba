"""Some rows of a part: what a whole read gives, whatever the file is like, and only the pages they lie in."""

from __future__ import annotations

from dataclasses import replace

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tasks import schema
from tasks.errors import CorruptPart
from tasks.versions import pages
from tasks.versions.parts import encode
from tasks.versions.store import Store

LONG = pa.field("long", pa.large_string(), nullable=False)
TEXTS = schema.Table(
    "texts",
    pa.schema([pa.field("doc_id", pa.string(), nullable=False), pa.field("title", pa.string()), LONG,
               pa.field("more", pa.large_string())]),
    key=("doc_id",), sort=("doc_id",), row_group_rows=300, distinct=("long",), page_bytes=2_000,
)  # fmt: skip


def texts(*rows: tuple[str, str | None]) -> pa.Table:
    """Rows (long, more), numbered."""
    lines = [{"doc_id": f"{n:06d}", "title": None if n % 3 else f"t{n}", "long": a, "more": b} for n, (a, b) in enumerate(rows)]  # fmt: skip
    return pa.Table.from_pylist(lines, schema=TEXTS.schema)


@pytest.fixture(params=[(), ("long",)], ids=["packed", "loose"])
def written(tmp_path, request):
    """A store with 1,000 rows of 20 to 420 characters, and their part, in which the texts are packed or are not."""
    store = Store(tmp_path)
    rows = [("né " * (10 + n * 7 % 200), "" if n % 2 else "x" * n) for n in range(1_000)]
    return store, store.write_part(replace(TEXTS, loose=request.param), texts(*rows))


def harm(store, part, old, new):
    path = store.root / part.path
    path.chmod(0o644)
    path.write_bytes(path.read_bytes().replace(old, new, 1))


@given(
    st.lists(st.tuples(st.text(max_size=300), st.none() | st.text(max_size=9)), min_size=40, max_size=90),
    st.data(),
)
def test_some_rows_are_those_of_the_whole(tmp_path_factory, rows, data):
    store = Store(tmp_path_factory.mktemp("store"))
    part = store.write_part(TEXTS, texts(*rows))
    chosen = sorted(data.draw(st.sets(st.integers(0, len(rows) - 1), max_size=4)))
    columns = ["long", "title", "more"]
    found = store.read_rows(part, columns, chosen)
    whole = store.read_part(part, columns)
    assert found.schema.equals(whole.schema)
    assert found.to_pylist() == whole.take(pa.array(chosen, pa.int64())).to_pylist()


def test_only_the_pages_of_the_rows_are_unpacked(written, monkeypatch):
    store, part = written
    unpacked, plain = [], pages._of_page
    monkeypatch.setattr(
        pages,
        "_of_page",
        lambda page, *args, **options: unpacked.append(len(page)) or plain(page, *args, **options),
    )
    found = store.read_rows(part, ["long"], [3, 4, 299, 300, 999])
    assert found["long"].to_pylist() == ["né " * (10 + n * 7 % 200) for n in (3, 4, 299, 300, 999)]
    assert 3 <= len(unpacked) <= 4
    assert max(unpacked) < 12_000


def test_a_file_with_a_dictionary_is_read_whole(written, monkeypatch):
    store, part = written
    other = pq.read_table(store.root / part.path)
    path = store.root / part.path
    path.chmod(0o644)
    pq.write_table(other, path, compression="snappy")
    monkeypatch.setattr(pages.pa, "decompress", lambda *_, **__: pytest.fail("a page was unpacked"))
    assert store.read_rows(part, ["long"], [0, 998])["long"].to_pylist() == [
        "né " * 10,
        "né " * (10 + 998 * 7 % 200),
    ]


def test_a_broken_page_is_told_by_the_part(written):
    store, part = written
    path = store.root / part.path
    column = pq.ParquetFile(path).metadata.row_group(0).column(2)
    data = path.read_bytes()
    start = column.data_page_offset + 40
    harm(store, part, data[start : start + 30], bytes(30))
    with pytest.raises(CorruptPart, match="cannot be read"):
        store.read_rows(part, ["long"], [0])


def test_no_bit_of_a_header_can_flip_unseen(written):
    store, part = written
    file = pq.ParquetFile(store.root / part.path)
    whole = store.read_part(part, ["long"])["long"].take([0, 290]).to_pylist()
    data = (store.root / part.path).read_bytes()
    start = file.metadata.row_group(0).column(2).data_page_offset
    for place in range(start, start + 27):
        for bit in range(8):
            flipped = data[:place] + bytes([data[place] ^ 1 << bit]) + data[place + 1 :]
            found = pages.read_values(file, pa.BufferReader(flipped), LONG, [0, 290])
            assert found is None or found.to_pylist() == whole


def test_values_that_are_not_packed_are_read_where_they_lie(tmp_path):
    store, rows = Store(tmp_path), [("né " * (n * 7 % 200), None) for n in range(1_000)]
    part = store.write_part(replace(TEXTS, loose=("long", "more")), texts(*rows))
    places = store.locate(part, "long")
    assert [text.decode() for text in store.read_at(part, places)] == [text for text, _ in rows]
    assert [text.decode() for text in store.read_at(part, places[[3, 299, 300]])] == [
        rows[n][0] for n in (3, 299, 300)
    ]
    assert store.locate(part, "more") is None  # may have nulls
    assert store.locate(store.write_part(TEXTS, texts(*rows)), "long") is None


def test_small_pages_and_no_dictionary_are_where_the_table_says():
    file = pq.ParquetFile(pa.BufferReader(encode(TEXTS, texts(*[("word " * 50, None)] * 200))))
    columns = [file.metadata.row_group(0).column(at) for at in range(4)]
    assert [column.has_dictionary_page for column in columns] == [True, True, False, True]
    article = pq.ParquetFile(pa.BufferReader(encode(schema.CLEAN, schema.CLEAN.empty())))
    assert article.schema_arrow.equals(schema.CLEAN.schema)
