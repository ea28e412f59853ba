"""Differences between versions, against comparing all rows."""

from __future__ import annotations

import tempfile
from pathlib import Path

import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from store_worlds import MONTHS, NEWS, NOTES, clusters, news, publish

from tasks import schema
from tasks.errors import CorruptPart, UsageError
from tasks.versions.diff import Renamed
from tasks.versions.manifest import Candidate
from tasks.versions.store import Store

ROW = st.tuples(
    st.sampled_from(MONTHS),
    st.integers(0, 2),
    st.none() | st.sampled_from(["", "t"]),
    st.none() | st.lists(st.none() | st.sampled_from(["", "x"]), max_size=2),
)
WORLD = st.dictionaries(st.sampled_from([f"d{n}" for n in range(8)]), ROW, max_size=8)


def commit_news(store, world, part_rows):
    """Publish {doc_id: (month, stamp, title, tags)}, few rows a file, so that files are shared or not."""
    months = {}
    for month in MONTHS:
        rows = [(doc, *row[1:]) for doc, row in sorted(world.items()) if row[0] == month]
        months[month] = store.write_parts(NEWS, news(*rows), month, part_rows=part_rows)
    made = Candidate(store.head(), {}, "corpus1", {"news": store.entry(NEWS, months)}, reason=str(world))
    return store.commit(made).manifest.version


def commit_tables(store, tables):
    entries = {
        table.name: store.entry(table, {"2024-01" if table.partitioned else "": [part]})
        for table, part in tables
    }
    return store.commit(Candidate(store.head(), {}, "corpus1", entries)).manifest.version


@settings(max_examples=60, deadline=None)
@given(old=WORLD, new=WORLD, part_rows=st.integers(1, 3))
def test_a_diff_says_what_comparing_all_rows_says(old, new, part_rows):
    with tempfile.TemporaryDirectory() as folder:
        store = Store(Path(folder))
        found = store.diff(commit_news(store, old, part_rows), commit_news(store, new, part_rows)).tables[
            "news"
        ]
    rows_old, rows_new = ({doc: row[1:] for doc, row in one.items()} for one in (old, new))
    shared = sorted(rows_old.keys() & rows_new.keys())
    assert found.added["doc_id"].to_pylist() == sorted(rows_new.keys() - rows_old.keys())
    assert found.removed["doc_id"].to_pylist() == sorted(rows_old.keys() - rows_new.keys())
    assert found.changed["doc_id"].to_pylist() == [doc for doc in shared if rows_old[doc] != rows_new[doc]]
    for at, column in enumerate(("stamp", "title", "tags")):
        n_differ = sum(rows_old[doc][at] != rows_new[doc][at] for doc in shared)
        assert found.changed_columns.get(column, 0) == n_differ
    assert (found.rows_a, found.rows_b) == (len(old), len(new))


def test_a_row_that_moves_to_another_month_is_not_removed_and_added(store):
    commit_news(store, {"a": ("2024-01", 1, "t", None), "b": ("2024-01", 1, "t", None)}, 1)
    commit_news(store, {"a": ("2024-02", 2, "t", None), "b": ("2024-01", 1, "t", None)}, 1)
    found = store.diff(1, 2).tables["news"]
    assert (found.added.num_rows, found.removed.num_rows) == (0, 0)
    assert found.changed["doc_id"].to_pylist() == ["a"]
    assert found.changed_columns == {"stamp": 1}


@pytest.mark.parametrize("part_rows", [7, 60])
def test_the_same_rows_cut_into_other_files_differ_in_nothing(store, part_rows):
    world = {f"d{n:03}": (MONTHS[n % 2], n % 5, "t" * (n % 3), ["x"] * (n % 4)) for n in range(100)}
    commit_news(store, world, 20)
    commit_news(store, world, part_rows)
    assert store.diff(1, 2).tables["news"].is_empty


def test_rows_changed_added_and_removed_among_many_in_other_files_are_found(store):
    world = {f"d{n:03}": (MONTHS[n % 2], n % 5, "t", ["x"]) for n in range(100)}
    commit_news(store, world, 20)
    changed = {
        **world,
        "d010": (MONTHS[1], 0, None, ["y"]),
        "d011": (MONTHS[0], 9, "t", ["x"]),
        "new": world["d001"],
    }
    del changed["d050"]
    commit_news(store, changed, 30)
    found = store.diff(1, 2).tables["news"]
    assert [keys["doc_id"].to_pylist() for keys in (found.added, found.removed, found.changed)] == [["new"], ["d050"], ["d010", "d011"]]  # fmt: skip
    assert found.changed_columns == {"stamp": 1, "title": 1, "tags": 1}


def test_a_column_of_another_type_is_compared_by_its_values(store):
    commit_tables(store, [(NOTES, store.write_part(NOTES, pa.table({"doc_id": ["a", "b"], "start": [0, 0], "stamp": [1, 2]})))])  # fmt: skip
    words = schema.Table("notes", NOTES.schema.set(2, pa.field("stamp", pa.string())), NOTES.key, NOTES.sort)
    commit_tables(store, [(words, store.write_part(words, pa.table({"doc_id": ["a", "b"], "start": [0, 0], "stamp": ["1", "x"]})))])  # fmt: skip
    for a, b in ((1, 2), (2, 1)):
        assert store.diff(a, b).tables["notes"].changed_columns["stamp"] >= 1


def test_files_that_both_list_are_not_read(store):
    commit_news(store, {f"d{n}": ("2024-01", n, None, None) for n in range(6)}, 2)
    commit_news(store, {f"d{n}": ("2024-01", n, None, None) for n in range(8)}, 2)
    shared = store.manifest(1).tables["news"].partitions["2024-01"][1]
    (store.root / shared.path).unlink()
    assert store.diff(1, 2).tables["news"].added["doc_id"].to_pylist() == ["d6", "d7"]
    differs = store.manifest(2).tables["news"].partitions["2024-01"][-1]
    (store.root / differs.path).unlink()
    with pytest.raises(CorruptPart):
        store.diff(1, 2)


def test_equal_versions_differ_in_nothing_and_have_empty_key_tables(store):
    publish(store, 1)
    found = store.diff(1, "latest")
    assert all(table.is_empty for table in found.tables.values())
    assert found.tables["notes"].added.column_names == ["doc_id", "start"]
    assert (found.batches, dict(found.renamed)) == ((), {})


def test_batches_whose_entry_differs_are_named(store):
    publish(store, 1, ["a/undated", "b/undated"])
    publish(store, 2, ["b/undated", "c/undated"])
    assert store.diff(1, 2).batches == ("b/undated", "c/undated")


def test_keys_of_two_columns_are_paired_as_one(store):
    for stamps in ((1, 1), (1, 2)):
        rows = pa.table({"doc_id": ["a", "a"], "start": [0, 5], "stamp": stamps})
        commit_tables(store, [(NOTES, store.write_part(NOTES, rows))])
    assert store.diff(1, 2).tables["notes"].changed.to_pylist() == [{"doc_id": "a", "start": 5}]


def test_a_table_that_only_one_version_has_is_added_or_removed_whole(store):
    commit_tables(store, [(NEWS, store.write_part(NEWS, news(("a", 1)), "2024-01"))])
    commit_tables(store, [(NOTES, store.write_part(NOTES, NOTES.empty()))])
    found = store.diff(1, 2).tables
    assert found["news"].removed["doc_id"].to_pylist() == ["a"]
    assert (found["notes"].rows_a, found["notes"].rows_b, found["notes"].is_empty) == (0, 0, True)
    assert store.diff(2, 1).tables["news"].added["doc_id"].to_pylist() == ["a"]


def test_a_column_that_only_one_version_has_is_named_and_not_compared(store):
    wide = schema.Table("news", NEWS.schema.append(pa.field("place", pa.string())), NEWS.key, NEWS.sort, True)
    commit_tables(store, [(NEWS, store.write_part(NEWS, news(("a", 1)), "2024-01"))])
    rows = news(("a", 1)).append_column("place", pa.array(["Bonn"]))
    commit_tables(store, [(wide, store.write_part(wide, rows, "2024-01"))])
    found = store.diff(1, 2).tables["news"]
    assert (found.columns, found.changed.num_rows, found.is_empty) == (("place",), 0, False)


def test_a_cluster_whose_members_carry_another_id_is_listed(store):
    for ids in ({"c": "c", "d": "c", "e": "e", "f": "e"}, {"a": "a", "c": "a", "d": "a", "e": "e", "f": "f"}):
        commit_tables(store, [(schema.CLUSTERS, store.write_part(schema.CLUSTERS, clusters(**ids)))])
    found = store.diff(1, 2)
    assert found.renamed["clusters"] == (Renamed("c", "a", 2), Renamed("e", "f", 1))
    assert found.tables["clusters"].added["doc_id"].to_pylist() == ["a"]


def test_an_entity_whose_mentions_carry_another_id_is_listed(store):
    for ids in (["P1", "P1", None, "Q2"], ["Q1", "Q1", "Q1", None]):
        rows = {name: ["x"] * 4 for name in ("doc_id", "field", "surface", "type", "method")}
        rows |= {"start": [0, 1, 2, 3], "end": [1, 2, 3, 4], "score_frac": [1.0] * 4, "entity_id": ids}
        rows |= {"raw_start": [None] * 4, "raw_end": [None] * 4, "value": [None] * 4}
        part = store.write_part(schema.MENTIONS, pa.table(rows), "2024-01")
        commit_tables(
            store,
            [
                (schema.MENTIONS, part),
                (schema.ENTITIES, store.write_part(schema.ENTITIES, schema.ENTITIES.empty())),
            ],
        )
    assert store.diff(1, 2).renamed["entities"] == (Renamed("P1", "Q1", 2),)


def test_a_version_that_does_not_exist_is_told(store):
    publish(store, 1)
    with pytest.raises(UsageError, match="no version '2'"):
        store.diff(1, 2)
