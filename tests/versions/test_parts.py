"""Parts: the contract, the same bytes, and files that broke."""

from __future__ import annotations

import hashlib

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from hypothesis import given
from hypothesis import strategies as st
from store_worlds import NEWS, NOTES, news

from tasks.errors import ContractError, CorruptPart
from tasks.versions.parts import encode, order_of

ROWS = st.lists(
    st.tuples(
        st.text("abcdef", min_size=1, max_size=3),
        st.integers(0, 5),
        st.none() | st.text(max_size=5),
        st.none() | st.lists(st.text("xy", max_size=2), max_size=3),
    ),
    max_size=40,
    unique_by=lambda row: row[0],
)


@given(rows=ROWS, seed=st.randoms(use_true_random=False), cut=st.integers(1, 7))
def test_the_same_rows_in_another_order_and_other_chunks_are_the_same_bytes(rows, seed, cut):
    shuffled = list(rows)
    seed.shuffle(shuffled)
    chunks = [news(*shuffled[at : at + cut]) for at in range(0, len(shuffled), cut)]
    assert encode(NEWS, pa.concat_tables(chunks) if chunks else news()) == encode(NEWS, news(*rows))


def test_a_part_is_named_by_its_hash_and_cannot_be_edited(store):
    part = store.write_part(NEWS, news(("b", 1), ("a", 1)), "2024-01")
    path = store.root / part.path
    assert part.sha256 == hashlib.sha256(path.read_bytes()).hexdigest()
    assert part.path == f"_data/news/month=2024-01/{part.sha256[:24]}.parquet"
    assert (part.rows, part.bytes) == (2, path.stat().st_size)
    assert path.stat().st_mode & 0o777 == 0o444


def test_a_part_keeps_descriptions_row_groups_order_and_page_index(store):
    part = store.write_part(NEWS, news(*[(f"d{n:02}", -n) for n in range(20)]), "2024-01")
    file = pq.ParquetFile(store.root / part.path)
    assert [file.metadata.row_group(n).num_rows for n in range(3)] == [8, 8, 4]
    assert file.schema_arrow.field("doc_id").metadata[b"description"] == b"who it is"
    assert file.schema_arrow.metadata[b"key"] == b"doc_id"
    assert store.read_part(part, ["stamp"])["stamp"].to_pylist() == list(range(-19, 1))
    assert file.metadata.row_group(0).column(0).has_offset_index


def test_a_part_that_is_there_is_made_young_and_not_written_again(store):
    import os

    part = store.write_part(NEWS, news(("a", 1)))
    path = store.root / part.path
    os.utime(path, (1, 1))
    before = path.stat().st_ino
    assert store.write_part(NEWS, news(("a", 1))) == part
    assert path.stat().st_ino == before
    assert path.stat().st_mtime > 1_000_000


def test_many_rows_become_several_parts_in_order(store):
    parts = store.write_parts(NEWS, news(*[(f"d{n}", 9 - n) for n in range(10)]), "2024-01", part_rows=4)
    assert [part.rows for part in parts] == [4, 4, 2]
    assert store.read_parts(NEWS, parts, ["stamp"])["stamp"].to_pylist() == list(range(10))


@pytest.mark.parametrize(
    ("rows", "said"),
    [
        (pa.table({"doc_id": ["a"], "start": [1]}), "missing columns ['stamp']"),
        (pa.table({"doc_id": ["a"], "start": [1], "stamp": [1], "now": [1]}), "unknown columns ['now']"),
        (pa.table({"doc_id": [None], "start": [1], "stamp": [1]}), "nulls in doc_id"),
        (pa.table({"doc_id": ["a"], "start": ["x"], "stamp": [1]}), "column start is string, not int64"),
        (pa.table({"doc_id": ["a"], "start": [1.5], "stamp": [1]}), "column start is double, not int64"),
    ],
)
def test_rows_that_are_not_the_contract_are_refused_with_the_column(store, rows, said):
    with pytest.raises(ContractError) as caught:
        store.write_part(NOTES, rows)
    assert said in str(caught.value)
    assert not store.root.exists()


def test_columns_in_another_order_and_narrower_types_are_cast(store):
    rows = pa.table(
        {"stamp": pa.array([1], pa.int8()), "start": [1], "doc_id": pa.array(["a"], pa.large_string())}
    )
    part = store.write_part(NOTES, rows)
    assert store.read_part(part).schema.equals(NOTES.schema)


def test_a_missing_a_cut_and_a_changed_part_are_told_apart(store):
    part = store.write_part(NOTES, pa.table({"doc_id": ["a"], "start": [1], "stamp": [1]}))
    path = store.root / part.path
    whole = path.read_bytes()
    store.verify(part)
    path.chmod(0o644)
    path.write_bytes(whole[:-9])
    with pytest.raises(CorruptPart, match="cannot be read"):
        store.read_part(part)
    path.write_bytes(whole.replace(b"ARROW", b"WORRA"))
    with pytest.raises(CorruptPart, match="has SHA-256"):
        store.verify(part)
    path.unlink()
    with pytest.raises(CorruptPart, match=f"{part.path} is missing"):
        store.read_part(part)


def test_a_part_cut_short_is_written_anew(store):
    part = store.write_part(NEWS, news(("a", 1)))
    (store.root / part.path).chmod(0o644)
    (store.root / part.path).write_bytes(b"")
    store.write_part(NEWS, news(("a", 1)))
    store.verify(part)


def test_a_column_the_part_does_not_have_is_an_error_not_a_gap(store):
    part = store.write_part(NEWS, news(("a", 1)))
    with pytest.raises(ContractError, match="has no columns"):
        store.read_part(part, ["author"])


@pytest.mark.parametrize("partition", ["../x", "2024/01", "a b"])
def test_a_partition_that_cannot_be_a_folder_is_refused(store, partition):
    with pytest.raises(ContractError, match="partition"):
        store.write_part(NEWS, news(), partition)


def test_nulls_are_sorted_last():
    rows = pa.table({"doc_id": ["a", "b"], "stamp": [None, 2]})
    assert rows.take(order_of(NEWS, rows))["doc_id"].to_pylist() == ["b", "a"]
