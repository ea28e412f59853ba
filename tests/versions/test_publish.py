"""Publishing on one machine by one process."""

from __future__ import annotations

import json
import os
import pickle
import shutil
from dataclasses import replace
from pathlib import Path

import pandas as pd
import pyarrow as pa
import pytest
from store_worlds import NEWS, NOTES, batch, candidate, listed_paths, news, publish, read_plain

from tasks import schema
from tasks.errors import ContractError, CorruptPart, UsageError
from tasks.versions.manifest import Candidate, manifest_bytes, read_manifest
from tasks.versions.publish import HeadMoved
from tasks.versions.store import Store


def test_nothing_is_created_before_the_first_write(store):
    assert store.begin() is None
    assert store.head() is None
    assert store.versions() == []
    assert store.recall("clean", "k") is None
    assert store.retention(3, 0, 0).versions == ()
    assert not store.root.exists()


def test_a_published_version_is_read_by_plain_pandas(store):
    assert publish(store, 1).is_new
    assert read_plain(store.root) == (1, {1}, {1}, (6, 6))
    read = pd.read_parquet(store.root / "releases/00000001/news")
    assert set(read["month"]) == {"2024-01", "2024-02"}


def test_release_files_cannot_be_edited_and_share_their_bytes_with_the_parts(store):
    manifest = publish(store, 1).manifest
    part = manifest.tables["notes"].partitions[""][0]
    released = store.root / "releases/00000001" / part.path.removeprefix("_data/")
    assert released.stat().st_mode & 0o777 == 0o444
    assert released.samefile(store.root / part.path)
    assert (store.root / "versions/00000001.json").stat().st_mode & 0o777 == 0o444


def test_what_a_version_lists_is_on_the_disk_before_the_version_is_there(store, monkeypatch):
    flushed, found = set(), {}
    fsync, link = os.fsync, os.link

    def note(handle):
        flushed.add(str(Path(f"/proc/self/fd/{handle}").readlink()))
        fsync(handle)

    def published(source, target):
        if "versions" in str(target):
            found[target.name] = set(flushed)
        link(source, target)

    monkeypatch.setattr(os, "fsync", note)
    monkeypatch.setattr(os, "link", published)
    manifests = [publish(store, stamp).manifest for stamp in (1, 2)]
    for number, manifest in enumerate(manifests, 1):
        paths = [store.root / path for path in listed_paths(manifest)]
        needed = {str(one) for path in paths for one in (path, path.parent)}
        assert needed <= found[f"{number:08d}.json"]


def test_the_same_state_again_is_no_new_version(store):
    first = publish(store, 1)
    again = publish(store, 1)
    assert (again.is_new, again.manifest) == (False, first.manifest)
    assert store.versions() == [1]


@pytest.mark.parametrize("change", [{"decisions": ({"kind": "accept"},)}, {"corpus_recipe": "corpus2"}])
def test_a_decision_or_a_corpus_recipe_alone_is_a_new_version(store, change):
    first = publish(store, 1).manifest
    same = Candidate(first, first.batches, first.corpus_recipe, first.tables)
    assert not store.commit(same).is_new
    assert store.commit(replace(same, **change)).manifest.version == 2


def test_a_table_without_rows_has_one_empty_file_that_plain_readers_open(store):
    tables = {name: store.entry(table, {}) for name, table in schema.PUBLISHED.items()}
    store.commit(Candidate(None, {}, "corpus1", tables))
    for name, table in schema.PUBLISHED.items():
        read = pd.read_parquet(store.root / "releases/00000001" / name)
        assert len(read) == 0
        assert list(read.columns) == [*table.schema.names, *["month"] * table.partitioned]
    assert store.read_table(store.head(), "edits").schema.equals(schema.EDITS.schema)


def test_an_entry_leaves_empty_files_out_and_counts_the_rows(store):
    full, none = store.write_part(NEWS, news(("a", 1)), "2024-01"), store.write_part(NEWS, news(), "2024-02")
    entry = store.entry(NEWS, {"2024-01": [full], "2024-02": [none]})
    assert (entry.rows, dict(entry.partitions)) == (1, {"2024-01": (full,)})
    assert entry.schema[:2] == ("doc_id: string not null", "stamp: int64 not null")


def test_an_entry_refuses_parts_that_lie_where_readers_would_misread_them(store):
    shard = store.write_part(NEWS, news(("a", 1)))
    for table, partitions in ((NEWS, {"2024-01": [shard]}), (NEWS, {"": [shard]}), (NOTES, {"2024-01": []})):
        with pytest.raises(ContractError):
            store.entry(table, partitions)


def test_a_candidate_without_a_file_for_a_table_is_refused(store):
    entry = replace(store.entry(NOTES, {}), partitions={})
    with pytest.raises(ContractError, match="have no file"):
        store.commit(Candidate(None, {}, "corpus1", {"notes": entry}))
    assert store.versions() == []


def test_a_candidate_is_read_like_a_version(store):
    made = candidate(store, None, {"a/undated": batch(store, "a/undated", 5, 20)})
    for version in (made, store.commit(made).manifest):
        assert store.read_table(version, "news").num_rows == 20
        assert store.read_table(version, "news", ["stamp"], ["2024-01"]).num_rows == 10
        assert store.read_table(version, "news", ["stamp"], ["1999-01"]).schema.names == ["stamp"]
        pieces = list(store.iter_table(version, "news", ["doc_id"]))
        assert [piece.num_rows for piece in pieces] == [8, 2, 8, 2]
        assert pa.concat_tables(pieces).equals(store.read_table(version, "news", ["doc_id"]))
    with pytest.raises(UsageError, match="there are news, notes"):
        store.read_table(made, "articles")


def test_an_answer_that_was_lost_is_recognised(store):
    made = candidate(store, None, {"a/undated": batch(store, "a/undated", 1)})
    first = store.commit(made)
    assert store.commit(made) == first
    assert store.versions() == [1]


def test_an_answer_lost_between_the_listing_and_the_put_is_recognised(store, monkeypatch):
    made = candidate(store, None, {"a/undated": batch(store, "a/undated", 1)})
    real = store.backend.create
    monkeypatch.setattr(store.backend, "create", lambda key, data: real(key, data) and False)
    assert store.commit(made).manifest.txn == made.txn
    assert read_plain(store.root)[0] == 1


def test_a_taken_place_is_told_with_the_version_that_took_it(store):
    mine = candidate(store, None, {"a/undated": batch(store, "a/undated", 1)})
    theirs = publish(store, 2).manifest
    with pytest.raises(HeadMoved) as caught:
        store.commit(mine)
    assert pickle.loads(pickle.dumps(caught.value)).head == theirs
    assert store.versions() == [1]


def test_a_place_taken_between_the_check_and_the_put_is_not_overwritten(store, monkeypatch):
    mine = candidate(store, None, {"a/undated": batch(store, "a/undated", 1)})
    real = store.backend.create

    def late(key, data):
        monkeypatch.setattr(store.backend, "create", real)
        publish(store, 2)
        return real(key, data)

    monkeypatch.setattr(store.backend, "create", late)
    with pytest.raises(HeadMoved):
        store.commit(mine)
    assert read_plain(store.root)[:2] == (1, {2})


def test_a_lost_latest_and_a_lost_release_folder_are_rebuilt(store):
    publish(store, 1)
    publish(store, 2)
    (store.root / "LATEST").unlink()
    for version in ("00000001", "00000002"):
        shutil.rmtree(store.root / "releases" / version)
    store.begin()
    assert read_plain(store.root)[:2] == (2, {2})
    assert len(pd.read_parquet(store.root / "releases/00000001/notes")) == 6


def test_a_release_file_that_was_deleted_comes_back(store):
    publish(store, 1)
    next((store.root / "releases/00000001/notes").iterdir()).unlink()
    store.heal()
    assert read_plain(store.root) == (1, {1}, {1}, (6, 6))


def test_a_file_too_many_in_the_newest_release_goes_and_doubles_no_rows(store):
    publish(store, 1)
    file = next((store.root / "releases/00000001/notes").iterdir())
    shutil.copy(file, file.with_name("another.parquet"))
    store.heal()
    assert read_plain(store.root) == (1, {1}, {1}, (6, 6))


@pytest.mark.parametrize("text", ["", "garbage", "00000001"])
def test_latest_that_is_empty_nonsense_or_behind_moves_forward(store, text):
    publish(store, 1)
    publish(store, 2)
    (store.root / "LATEST").write_text(text)
    store.begin()
    assert (store.root / "LATEST").read_text() == "00000002"


def test_latest_never_moves_back(store):
    store.backend.advance("LATEST", 7)
    store.backend.advance("LATEST", 6)
    assert (store.root / "LATEST").read_text() == "00000007"


def test_a_healthy_folder_is_not_written_to(store):
    publish(store, 1)
    before = sorted((path, path.stat().st_mtime_ns) for path in store.root.rglob("*"))
    store.begin()
    store.heal()
    store.retention(1, 0, 0, dry_run=True)
    assert before == sorted((path, path.stat().st_mtime_ns) for path in store.root.rglob("*"))


def test_a_part_that_is_gone_stops_the_commit(store):
    made = candidate(store, None, {"a/undated": batch(store, "a/undated", 1)})
    (store.root / made.batches["a/undated"].parts["news"][0].path).unlink()
    with pytest.raises(CorruptPart, match="nothing was published"):
        store.commit(made)
    assert store.versions() == []
    assert not (store.root / "LATEST").exists()


def test_the_data_folder_can_be_moved(store, tmp_path):
    publish(store, 1)
    store.tag("latest", "first")
    shutil.move(store.root, tmp_path / "elsewhere")
    moved = Store(tmp_path / "elsewhere")
    assert read_plain(moved.root)[:2] == (1, {1})
    assert moved.read_table(moved.manifest("first"), "news").num_rows == 6
    assert publish(moved, 2).manifest.version == 2
    assert not store.root.exists()


def test_a_place_without_hard_links_gets_copies(store, monkeypatch):
    def refuse(*_args, **_options):
        raise PermissionError(1, "Operation not permitted")

    monkeypatch.setattr(os, "link", refuse)
    mine = candidate(store, None, {"a/undated": batch(store, "a/undated", 9)})
    publish(store, 1)
    assert read_plain(store.root) == (1, {1}, {1}, (6, 6))
    released = next((store.root / "releases/00000001/notes").iterdir()).stat()
    assert (released.st_nlink, released.st_mode & 0o777) == (1, 0o444)
    with pytest.raises(HeadMoved):
        store.commit(mine)


def test_two_commits_that_reach_the_put_together_have_one_winner_without_links(store, monkeypatch):
    monkeypatch.setattr(os, "link", lambda *_a: (_ for _ in ()).throw(OSError(95, "not supported")))
    assert store.backend.create("versions/00000001.json", b"mine")
    assert not store.backend.create("versions/00000001.json", b"theirs")
    assert (store.root / "versions/00000001.json").read_bytes() == b"mine"


def test_the_manifest_is_indented_sorted_json_with_relative_paths(store):
    publish(store, 1, lineage={"flow_run": "r1"}, reason="test")
    text = (store.root / "versions/00000001.json").read_text()
    raw = json.loads(text)
    assert text.splitlines()[1].startswith(' "batches"')
    assert list(raw) == sorted(raw)
    assert str(store.root) not in text
    assert (raw["format"], raw["version"], raw["parent"]) == (1, 1, None)
    assert raw["lineage"] == {"flow_run": "r1"}
    assert len(text) < 6_000


def test_a_manifest_comes_back_as_it_was_written(store):
    manifest = publish(store, 1, decisions=({"kind": "accept", "rule": "r"},)).manifest
    assert store.manifest(1) == manifest
    assert read_manifest(manifest_bytes(manifest), "here") == manifest


@pytest.mark.parametrize(
    ("change", "error", "said"),
    [
        (lambda raw: raw | {"format": 2}, ContractError, "update Cleancopy"),
        (lambda raw: {name: raw[name] for name in raw if name != "tables"}, CorruptPart, "not a manifest"),
        (lambda raw: [raw], CorruptPart, "not a manifest"),
    ],
)
def test_a_manifest_from_newer_code_or_changed_by_hand_is_told(store, change, error, said):
    raw = json.loads(manifest_bytes(publish(store, 1).manifest))
    with pytest.raises(error, match=said):
        read_manifest(json.dumps(change(raw)).encode(), "versions/00000001.json")


def test_quarantined_rows_of_the_same_attempt_are_one_file(store):
    row = dict.fromkeys(schema.QUARANTINE.schema.names, "x") | {"rules": ["r"], "base_version": None}
    rows = pa.Table.from_pylist([row], schema=schema.QUARANTINE.schema)
    path = store.write_quarantine("agency/2024-01-05", "k1", rows)
    assert path == store.quarantine_path("agency/2024-01-05", "k1")
    assert path == store.root / "quarantine/agency/2024-01-05/k1.parquet"
    first = path.read_bytes()
    store.write_quarantine("agency/2024-01-05", "k1", rows)
    assert path.read_bytes() == first
    assert pd.read_parquet(path)["doc_id"].tolist() == ["x"]
