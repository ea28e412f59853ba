"""Reading: nothing lost, trouble in rows, memory bounded."""

from __future__ import annotations

import gzip
import hashlib
import json
import random
import tracemalloc
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
import zstandard
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tasks import schema
from tasks.ingest.documents import problem_rows, read_documents
from tasks.ingest.inventory import Problem, RawFile, document_id, place, take_inventory
from tasks.ingest.sources import Sources

PLACE = "a/2026-01-02"


def lines(*records: object) -> bytes:
    return b"".join(json.dumps(record).encode() + b"\n" for record in records)


def test_a_text_file_is_one_document_with_every_column(raw):
    raw.put(f"{PLACE}/x.txt", "Grüße\r\n")
    read = raw.read()
    assert read.kept == [{
        "doc_id": document_id("a", f"{PLACE}/x.txt"), "content_sha256": hashlib.sha256("Grüße\r\n".encode()).hexdigest(),
        "source": "a", "batch": PLACE, "raw_path": f"{PLACE}/x.txt", "file_path": f"{PLACE}/x.txt",
        "media_type": "text", "encoding": "utf-8", "url": None, "title": None, "published": None, "authors": None,
        "section": None, "language": None, "fetched_at": None, "time_zone": "UTC", "n_bytes": 9, "n_replaced": 0,
        "raw_text": "Grüße\r\n",
    }]  # fmt: skip
    assert read.inventory[0]["sha256"] == read.kept[0]["content_sha256"]


def test_the_tables_have_the_schema_of_the_contract(raw):
    raw.put(f"{PLACE}/x.txt", "text")
    raw.put(f"{PLACE}/y.txt", "")
    raw.put(f"{PLACE}/z.jsonl", "{")
    result = raw.chunks()[0].result
    assert result.kept.schema.equals(schema.DOCUMENTS.schema, check_metadata=True)
    assert result.dropped.schema.equals(schema.DROPPED.schema)
    assert result.quarantined.schema.equals(schema.UNREADABLE.schema)
    assert result.tables["checks"].schema.equals(schema.INGEST_CHECKS.schema)
    assert result.tables["inventory"].schema.equals(schema.INVENTORY.schema)


def test_a_thousand_empty_files_are_a_thousand_dropped_rows(raw):
    for number in range(1_000):
        raw.put(f"{PLACE}/{number}.txt", "")
    raw.put(f"{PLACE}/none.jsonl", "")
    read = raw.read(chunk_rows=300)
    assert (read.n_in, len(read.dropped), len(read.inventory)) == (1_001, 1_001, 1_001)
    assert {(row["stage"], row["reason"]) for row in read.dropped} == {("ingest", "empty")}


def test_zero_bytes_stay_in_the_text_and_a_file_of_them_is_binary(raw):
    raw.put(f"{PLACE}/few.txt", "one\0two three four five")
    raw.put(f"{PLACE}/most.txt", b"x" + b"\0" * 1_000)
    read = raw.read()
    assert read.texts == ["one\0two three four five"]
    assert read.rules == ["binary"]


@pytest.mark.parametrize(
    "data", [b"%PDF-1.7 ...", b"\x89PNG\r\n\x1a\n....", random.Random(1).randbytes(5_000)]
)
def test_files_that_are_no_text_are_quarantined(raw, data):
    raw.put(f"{PLACE}/x.txt", data)
    assert raw.read().rules == ["binary"]


def test_packed_files_read_as_the_plain_ones(raw):
    page = b"<p>hello</p>"
    raw.put(f"{PLACE}/1.html", page)
    raw.put(f"{PLACE}/2.html.gz", gzip.compress(page[:5]) + gzip.compress(page[5:]))
    raw.put(f"{PLACE}/3.htm.zst", zstandard.compress(page[:5]) + zstandard.compress(page[5:]))
    read = raw.read()
    assert read.texts == [page.decode()] * 3
    assert {row["media_type"] for row in read.kept} == {"html"}
    assert len({row["content_sha256"] for row in read.kept}) == 1
    assert len({row["sha256"] for row in read.inventory}) == 3


@pytest.mark.parametrize(("ending", "pack"), [("gz", gzip.compress), ("zst", zstandard.compress)])
def test_a_cut_container_keeps_the_records_before_the_cut(raw, ending, pack):
    noise = random.Random(7)
    whole = pack(lines(*({"text": noise.randbytes(40).hex()} for _ in range(5_000))))
    raw.put(f"{PLACE}/x.jsonl.{ending}", whole[: len(whole) * 2 // 3])
    read = raw.read()
    assert 2_000 < len(read.kept) < 5_000
    assert read.rules == ["truncated"]
    assert f"{len(read.kept)} items" in read.quarantined[0]["detail"]
    assert read.quarantined[0]["raw_path"] == f"{PLACE}/x.jsonl.{ending}"
    assert read.inventory[0]["sha256"] == hashlib.sha256(whole[: len(whole) * 2 // 3]).hexdigest()


@pytest.mark.parametrize(("ending", "pack"), [("gz", gzip.compress), ("zst", zstandard.compress)])
def test_a_cut_single_file_is_quarantined_whole(raw, ending, pack):
    whole = pack(random.Random(7).randbytes(50_000).hex().encode())
    raw.put(f"{PLACE}/x.txt.{ending}", whole[:-20])
    read = raw.read()
    assert (read.kept, read.rules, read.n_in) == ([], ["truncated"], 1)


@pytest.mark.parametrize("ending", ["gz", "zst"])
def test_a_file_that_is_not_packed_as_its_name_says_is_corrupt(raw, ending):
    raw.put(f"{PLACE}/x.txt.{ending}", "plain words")
    raw.put(f"{PLACE}/y.txt.gz", gzip.compress(b"a") + b"rubbish")
    read = raw.read()
    assert read.rules == ["corrupt", "corrupt"]


def test_a_flipped_byte_in_a_packed_file_is_corrupt(raw):
    packed = bytearray(gzip.compress(b"hello " * 1_000))
    packed[-6] ^= 1  # inside the checksum
    raw.put(f"{PLACE}/x.txt.gz", bytes(packed))
    assert raw.read().rules == ["corrupt"]


@pytest.mark.parametrize(("ending", "pack"), [("gz", gzip.compress), ("zst", zstandard.compress)])
def test_a_bomb_is_too_long_and_never_unpacked_whole(raw, ending, pack):
    raw.put(f"{PLACE}/x.txt.{ending}", pack(b" " * 200_000_000))
    files = raw.files()
    tracemalloc.start()
    read = raw.read(files)
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert read.rules == ["too_long"]
    assert peak < 8_000_000


def test_a_line_of_fifty_megabytes_is_set_aside_in_bounded_memory(raw):
    with (raw.folder / "x.jsonl").open("wb") as stream:
        stream.write(lines({"text": "before"}) + b'{"text": "')
        for _ in range(50):
            stream.write(b"x" * 1_000_000)
        stream.write(b'"}\n' + lines({"text": "after"}))
    files = raw.files()
    tracemalloc.start()
    read = raw.read(files)
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert read.texts == ["before", "after"]
    assert read.rules == ["too_long"]
    assert read.quarantined[0]["raw_path"] == "x.jsonl#2"
    assert peak < 8_000_000


def test_a_file_that_vanished_is_a_row_and_not_in_the_inventory(raw):
    raw.put(f"{PLACE}/x.txt", "x")
    raw.put(f"{PLACE}/y.txt", "y")
    files = raw.files()
    (raw.folder / PLACE / "x.txt").unlink()
    read = raw.read(files)
    assert read.rules == ["vanished"]
    assert [row["path"] for row in read.inventory] == [f"{PLACE}/y.txt"]


def test_a_file_that_changed_is_read_as_it_is_now(raw):
    raw.put(f"{PLACE}/x.txt", "old words")
    files = raw.files()
    raw.put(f"{PLACE}/x.txt", "new")
    read = raw.read(files)
    assert read.texts == ["new"]
    assert read.inventory == [
        {"path": f"{PLACE}/x.txt", "sha256": hashlib.sha256(b"new").hexdigest(), "n_bytes": 3, "kept": False}
    ]


def test_a_folder_in_the_place_of_a_file_is_a_row(raw):
    raw.put(f"{PLACE}/x.txt", "x")
    files = raw.files()
    (raw.folder / PLACE / "x.txt").unlink()
    (raw.folder / PLACE / "x.txt").mkdir()
    assert raw.read(files).rules == ["cannot_be_read"]


def test_checks_tell_damage_and_the_days_since_the_batch(raw):
    raw.put(f"{PLACE}/x.jsonl", lines({"text": "ab\ufffd", "url": "u", "fetched_at": "2026-01-03T12:00:00Z"}))
    raw.put("undated/x.jsonl", lines({"text": "ab", "fetched_at": "2026-01-03T12:00:00Z"}))
    first, second = raw.read().checks
    assert (first["replaced_frac"], first["fetched_after_days"], first["url"]) == (0.3333, 1.5, "u")
    assert (second["replaced_frac"], second["fetched_after_days"], second["url"]) == (0.0, None, None)


def test_the_problems_of_the_inventory_become_rows():
    table = problem_rows([Problem("a/x.txt", "a", "a/undated", "no_permission", "Permission denied")])
    assert table.schema.equals(schema.UNREADABLE.schema)
    assert table["doc_id"][0].as_py() == document_id("a", "a/x.txt")
    assert problem_rows([]).num_rows == 0


def test_a_chunk_ends_at_its_rows_or_its_bytes(raw):
    raw.put(f"{PLACE}/x.jsonl", lines(*({"text": "x" * 100} for _ in range(10))))
    assert [chunk.n_in for chunk in raw.chunks(chunk_rows=4)] == [4, 4, 2]
    assert [chunk.n_in for chunk in raw.chunks(chunk_bytes=300)] == [3, 3, 3, 1]
    assert raw.chunks(files=[]) == []


any_json = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=4), inner, max_size=3),
    max_leaves=5,
)
record = st.fixed_dictionaries(
    {},
    optional=dict.fromkeys(
        ("text", "html", "body", "id", "title", "authors", "fetched_at", "language", "url"), any_json
    ),
)
line = st.one_of(
    record.map(lambda value: json.dumps(value).encode()),
    any_json.map(lambda value: json.dumps(value).encode()),
    st.binary(max_size=30),
)
content = st.one_of(st.binary(max_size=200), st.lists(line, max_size=6).map(b"\n".join))
packing = st.sampled_from([("", bytes), (".gz", gzip.compress), (".zst", zstandard.compress), (".gz", bytes)])
a_file = st.tuples(
    st.sampled_from([".txt", ".html", ".jsonl", ".csv", ".warc"]), packing, content, st.integers(0, 30)
)
few = settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow])


def filled(folder: Path, files) -> list[RawFile]:
    for number, (ending, (suffix, pack), data, cut) in enumerate(files):
        at = folder / f"s{number % 2}" / "2026-01-02" / f"{number}{ending}{suffix}"
        at.parent.mkdir(parents=True, exist_ok=True)
        packed = pack(data)
        at.write_bytes(packed[:-cut] if cut % 5 == 4 else packed)
    return list(take_inventory(folder, {})[0].files)


def rows_of(folder: Path, files: list[RawFile], rows: int, n_bytes: int = 10**6) -> dict[str, list]:
    tables: dict[str, list] = {"kept": [], "dropped": [], "quarantined": [], "checks": [], "inventory": []}
    for chunk in read_documents(
        folder, files, Sources(), chunk_rows=rows, chunk_bytes=n_bytes, record_max_bytes=150
    ):
        result = chunk.result
        assert chunk.n_in == result.kept.num_rows + result.dropped.num_rows + result.quarantined.num_rows
        for name, table in {
            "kept": result.kept,
            "dropped": result.dropped,
            "quarantined": result.quarantined,
            **result.tables,
        }.items():
            table.validate(full=True)
            tables[name] += table.to_pylist()
    return tables


@few
@given(st.lists(a_file, max_size=4), st.integers(1, 5), st.integers(1, 400))
def test_nothing_is_lost_and_neither_order_nor_chunks_change_the_rows(files, rows, n_bytes):
    with TemporaryDirectory() as name:
        folder = Path(name)
        listed = filled(folder, files)
        whole = rows_of(folder, listed, 10_000)
        assert rows_of(folder, listed[::-1], rows, n_bytes) == whole
        assert [row["path"] for row in whole["inventory"]] == [file.path for file in listed]
        assert [row["doc_id"] for row in whole["checks"]] == [row["doc_id"] for row in whole["kept"]]


@few
@given(st.lists(a_file, min_size=1, max_size=3))
def test_the_rows_of_a_file_do_not_depend_on_the_files_beside_it(files):
    with TemporaryDirectory() as name:
        folder = Path(name)
        listed = filled(folder, files)
        together = rows_of(folder, listed, 10_000)
        apart = [rows_of(folder, [file], 10_000) for file in listed]
        assert together["kept"] == [row for each in apart for row in each["kept"]]
        assert all(
            row["doc_id"] == document_id(place(row["file_path"])[0], row["raw_path"])
            for row in together["kept"]
        )
