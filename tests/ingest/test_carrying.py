"""What left raw/ stays: files that vanished, and records that a new revision no longer has."""

from __future__ import annotations

import json

import pyarrow as pa

from tasks import schema
from tasks.ingest.carrying import carry, expected_inventory, inventory_hash, inventory_table

DAY = "a/2026-01-02"


def lines(**texts: str) -> str:
    return "".join(json.dumps({"id": key, "text": text}) + "\n" for key, text in texts.items())


def state(raw, base=None):
    """Documents and inventory of a batch after a run on top of `base`."""
    chunks = raw.chunks()
    read = pa.concat_tables(
        [schema.INVENTORY.empty(), *(chunk.result.tables["inventory"] for chunk in chunks)]
    )
    documents = pa.concat_tables([schema.DOCUMENTS.empty(), *(chunk.result.kept for chunk in chunks)])
    if base is None:
        return documents, read
    ids = {each for chunk in chunks for table in (chunk.result.kept, chunk.result.dropped, chunk.result.quarantined)
           for each in table["doc_id"].to_pylist()}  # fmt: skip
    contents = set(documents["content_sha256"].to_pylist())
    carried = carry([base[0]], base[1], read, new_doc_ids=ids, new_contents=contents)
    inventory = pa.concat_tables([read, carried.inventory])
    return pa.concat_tables([documents, *carried.documents]), inventory.sort_by("path")


def paths(state) -> list[str]:
    return sorted(state[0]["raw_path"].to_pylist())


def kept(state) -> list[str]:
    return [row["path"] for row in state[1].to_pylist() if row["kept"]]


def test_a_file_that_vanished_keeps_its_documents_and_its_hash(raw):
    raw.put(f"{DAY}/x.txt", "one")
    raw.put(f"{DAY}/y.jsonl", lines(a="1", b="2"))
    base = state(raw)
    (raw.folder / DAY / "y.jsonl").unlink()
    now = state(raw, base)
    assert paths(now) == paths(base)
    assert kept(now) == [f"{DAY}/y.jsonl"]
    assert inventory_hash(now[1]) == inventory_hash(base[1])


def test_nothing_new_is_known_before_anything_is_read(raw):
    raw.put(f"{DAY}/x.txt", "one")
    raw.put(f"{DAY}/y.txt", "two")
    base = state(raw)
    (raw.folder / DAY / "y.txt").unlink()
    expected = expected_inventory(inventory_table(raw.files()), base[1])
    assert inventory_hash(expected) == inventory_hash(base[1])
    assert expected.equals(state(raw, base)[1])
    raw.put(f"{DAY}/z.txt", "three")
    assert inventory_hash(expected_inventory(inventory_table(raw.files()), base[1])) != inventory_hash(
        base[1]
    )


def test_a_new_revision_replaces_a_file_even_if_it_is_empty_now(raw):
    for name in ("x", "y", "z"):
        raw.put(f"{DAY}/{name}.txt", "old")
    base = state(raw)
    raw.put(f"{DAY}/x.txt", "new")
    raw.put(f"{DAY}/y.txt", "")
    raw.put(f"{DAY}/z.txt", b"%PDF-1.7")
    now = state(raw, base)
    assert now[0]["raw_text"].to_pylist() == ["new"]
    assert kept(now) == []


def test_records_missing_from_a_new_revision_stay_until_they_come_back(raw):
    raw.put(f"{DAY}/y.jsonl", lines(a="1", b="2", c="3"))
    base = state(raw)
    raw.put(f"{DAY}/y.jsonl", lines(a="1", c="changed"))
    second = state(raw, base)
    assert paths(second) == paths(base)
    assert kept(second) == [f"{DAY}/y.jsonl#b"]
    third = state(raw, second)
    assert third[1].equals(second[1])
    raw.put(f"{DAY}/y.jsonl", lines(b="back"))
    fourth = state(raw, third)
    assert kept(fourth) == [f"{DAY}/y.jsonl#a", f"{DAY}/y.jsonl#c"]
    assert paths(fourth) == paths(base)


def test_a_numbered_record_that_only_moved_is_not_kept_twice(raw):
    raw.put(f"{DAY}/y.jsonl", '{"text": "one"}\n{"text": "two"}\n')
    base = state(raw)
    raw.put(f"{DAY}/y.jsonl", '{"text": "two"}\n')
    now = state(raw, base)
    assert now[0]["raw_text"].to_pylist() == ["two"]
    assert kept(now) == []


def test_other_ids_from_the_same_bytes_keep_nothing(raw):
    raw.put(f"{DAY}/y.jsonl", lines(a="1"))
    documents, inventory = state(raw)
    renamed = documents.set_column(0, documents.schema.field(0), pa.array(["0" * 16]))
    now = state(raw, (renamed, inventory))
    assert now[0].num_rows == 1
    assert kept(now) == []


def test_kept_records_of_a_file_that_then_vanishes_stay(raw):
    raw.put(f"{DAY}/y.jsonl", lines(a="1", b="2"))
    base = state(raw)
    raw.put(f"{DAY}/y.jsonl", lines(a="1"))
    second = state(raw, base)
    (raw.folder / DAY / "y.jsonl").unlink()
    third = state(raw, second)
    assert paths(third) == paths(base)
    assert kept(third) == [f"{DAY}/y.jsonl", f"{DAY}/y.jsonl#b"]
    assert inventory_hash(third[1]) == inventory_hash(second[1])


def test_a_file_that_vanishes_while_it_is_read_keeps_its_base(raw):
    raw.put(f"{DAY}/x.txt", "one")
    base = state(raw)
    files = raw.files()
    (raw.folder / DAY / "x.txt").unlink()
    result = raw.chunks(files)[0].result
    ids = set(result.quarantined["doc_id"].to_pylist())
    carried = carry([base[0]], base[1], result.tables["inventory"], new_doc_ids=ids)
    assert carried.documents[0].num_rows == 1
    assert carried.inventory["path"].to_pylist() == [f"{DAY}/x.txt"]


def test_the_inventory_hash_does_not_see_order_or_whether_a_file_is_kept():
    rows = [{"path": name, "sha256": name * 64, "n_bytes": 1, "kept": False} for name in "ba"]
    table = pa.Table.from_pylist(rows, schema=schema.INVENTORY.schema)
    other = pa.Table.from_pylist([row | {"kept": True} for row in rows[::-1]], schema=schema.INVENTORY.schema)
    assert inventory_hash(table) == inventory_hash(other)
    assert inventory_hash(table) != inventory_hash(table.slice(1))
