"""What only killing, racing and filling the disk shows."""

from __future__ import annotations

import json
import subprocess

import pytest
from store_worlds import NEWS, batch, candidate, news, publish, read_plain

from tasks.errors import CleancopyError, UsageError, VersionConflict
from tasks.versions.merge import merge_batches
from tasks.versions.publish import HeadMoved
from tasks.versions.store import Store

pytestmark = pytest.mark.slow


def said(process):
    out, _ = process.communicate(timeout=300)
    assert process.returncode == 0, out
    return json.loads(out)


@pytest.mark.parametrize("scenario", ["first", "next", "rollback", "retention"])
def test_a_kill_at_any_instant_leaves_a_whole_version_and_a_rerun_finishes(start, quick_path, scenario):
    done = said(start("crash", quick_path, scenario))
    assert "broken_at" not in done
    assert done["kills"] > 30


def test_two_processes_with_their_own_batches_both_land(start, tmp_path):
    root = tmp_path / "data"
    [said(one) for one in [start("write", root, name, 6) for name in ("a/undated", "b/undated")]]
    store = Store(root)
    head = store.head()
    stamps = store.read_table(head, "news", ["doc_id", "stamp"]).to_pylist()
    assert store.versions() == list(range(1, 13))
    assert len(stamps) == 6
    assert {row["stamp"] for row in stamps} == {6}
    assert read_plain(root)[0] == 12


def test_of_four_processes_that_commit_on_the_same_base_one_wins(start, tmp_path):
    done = [said(one) for one in [start("race", tmp_path / "data", f"s{n}", 4) for n in range(4)]]
    assert sorted(map(str, done)) == ["{'lost_to': 1}"] * 3 + ["{'won': 1}"]


def test_two_runs_that_change_the_same_batch_are_a_conflict(store):
    base = publish(store, 1).manifest
    name = "agency/undated"
    ours = dict(base.batches) | {name: batch(store, name, 2)}
    publish(store, 3, [name])
    with pytest.raises(HeadMoved) as moved:
        store.commit(candidate(store, base, ours))
    with pytest.raises(VersionConflict, match=name):
        merge_batches(base, ours, moved.value.head)
    assert read_plain(store.root)[0] == 2


def test_readers_see_whole_versions_while_others_publish_and_collect(start, quick_path):
    publish(Store(quick_path), 1)
    readers = [start("read", quick_path) for _ in range(2)]
    collector, writer = start("collect", quick_path), start("churn", quick_path, 40)
    assert len(said(writer)["versions"]) == 4
    assert said(collector)["sweeps"] > 0
    for seen in map(said, readers):
        assert seen["wrong"] == []
        assert seen["reads"] > 10


def unchanged(store):
    return {
        path.relative_to(store.root): path.read_bytes()
        for path in store.root.rglob("*")
        if path.is_file() and path.parts[-2] != "_data"
    }


def test_a_full_disk_leaves_the_data_folder_as_it_was(tiny_disk):
    import os

    store = Store(tiny_disk / "data")
    publish(store, 1)
    before = unchanged(store)
    noise = news(*[(f"d{n}", n, os.urandom(500).hex()) for n in range(6000)])
    with pytest.raises(CleancopyError, match=r"No space left on device.*Free some space"):
        store.write_part(NEWS, noise)
    assert unchanged(store) == before
    assert publish(store, 2).manifest.version == 2


def test_a_disk_that_fills_up_at_any_step_of_a_commit_is_survived(tiny_disk):
    store = Store(tiny_disk / "data")
    publish(store, 1)
    made = candidate(store, store.head(), {"a/undated": batch(store, "a/undated", 2)})
    filler = tiny_disk / "filler"
    with pytest.raises(OSError, match="No space"):
        filler.write_bytes(bytes(4 << 20))
    with pytest.raises(CleancopyError, match="No space left on device"):
        store.commit(made)
    assert read_plain(store.root)[:2] == (1, {1})
    assert store.head().version == 1
    assert not list(store.root.rglob(".tmp-*"))
    filler.unlink()
    assert store.commit(made).manifest.version == 2
    assert read_plain(store.root)[:2] == (2, {2})


def test_a_disk_that_fills_up_after_the_commit_is_told_and_healed(store, monkeypatch):
    def full(*_args):
        raise CleancopyError("no space")

    with monkeypatch.context() as patched:
        patched.setattr(store.backend, "assemble", full)
        with pytest.raises(
            CleancopyError, match="version 1 is published, but its release folder is not ready"
        ):
            publish(store, 1)
    assert store.begin().version == 1
    assert read_plain(store.root)[:2] == (1, {1})


def test_a_read_only_folder_can_be_read_and_says_why_it_cannot_be_written(tiny_disk):
    store = Store(tiny_disk / "data")
    publish(store, 1)
    subprocess.run(["mount", "-o", "remount,ro", tiny_disk], check=True)
    assert store.begin().version == 1
    assert store.read_table(store.head(), "news").num_rows == 6
    assert store.diff(1, 1).tables["news"].is_empty
    with pytest.raises(CleancopyError, match="Make the data folder writable"):
        publish(store, 2)


@pytest.mark.parametrize("place", ["file", "file/data", "file/a/b"])
def test_a_data_folder_that_is_a_file_or_under_one_is_wrong_usage(tmp_path, place):
    (tmp_path / "file").write_text("x")
    with pytest.raises(UsageError, match="is not a folder"):
        Store(tmp_path / place)


def test_a_file_in_the_way_of_a_folder_is_wrong_usage(store):
    store.root.mkdir()
    (store.root / "_data").write_text("x")
    with pytest.raises(UsageError, match="Not a directory"):
        publish(store, 1)
