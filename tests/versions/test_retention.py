"""What a sweep takes and what it leaves."""

from __future__ import annotations

import os
from datetime import UTC, datetime, timedelta

import pytest
from store_worlds import NEWS, batch, candidate, news, publish, read_plain

from tasks.errors import CorruptPart, UsageError
from tasks.versions.store import Store

DAY = 86_400


@pytest.fixture
def aged(tmp_path):
    """A store whose clock is ten days ahead: all that is on the disk is ten days old."""
    store = Store(tmp_path / "data")
    later = Store(tmp_path / "data", clock=lambda: datetime.now(UTC) + timedelta(days=10))
    return store, later


def files(store):
    return {path.relative_to(store.root).as_posix() for path in store.root.rglob("*.parquet")}


def test_the_last_versions_the_young_and_the_tagged_are_kept(aged):
    store, later = aged
    for stamp in range(1, 6):
        publish(store, stamp)
    store.tag(1, "paper")
    assert store.retention(1, 7, DAY).versions == ()
    swept = later.retention(2, 7, DAY)
    assert (swept.versions, swept.kept, store.versions()) == ((2, 3), (1, 4, 5), [1, 4, 5])
    assert read_plain(store.root)[:2] == (5, {5})
    assert store.read_table(store.manifest("paper"), "news")["stamp"].to_pylist() == [1] * 6
    assert not (store.root / "releases/00000002").exists()


def test_what_no_kept_version_lists_is_swept_and_nothing_else(aged):
    store, later = aged
    publish(store, 1)
    first = files(store)
    publish(store, 2)
    both = files(store)
    orphan = store.write_part(NEWS, news(("orphan", 1)))
    swept = later.retention(1, 0, DAY)
    assert files(store) == both - first
    assert orphan.path not in files(store)
    assert swept.files["parts"] == len([name for name in first if name.startswith("_data")]) + 1
    assert read_plain(store.root)[:2] == (2, {2})


def test_shard_results_of_a_kept_version_are_data_not_cache(aged):
    store, later = aged
    kept = publish(store, 1).manifest.batches["agency/undated"].parts["news"][0]
    later.retention(1, 0, 0)
    assert store.read_part(kept).num_rows == 3


def test_a_dry_run_says_the_same_and_sweeps_nothing(aged):
    store, later = aged
    for stamp in (1, 2, 3):
        publish(store, stamp)
    before = sorted(store.root.rglob("*"))
    said = later.retention(1, 0, DAY, dry_run=True)
    assert before == sorted(store.root.rglob("*"))
    done = later.retention(1, 0, DAY)
    assert (said.dry_run, done.dry_run) == (True, False)
    assert (said.versions, said.files, said.bytes) == (done.versions, done.files, done.bytes)
    assert said.bytes > 0


def test_the_grace_period_protects_what_a_run_is_writing(aged):
    store, later = aged
    publish(store, 1)
    made = candidate(store, store.head(), {"a/undated": batch(store, "a/undated", 2)})
    store.retention(1, 0, DAY)
    assert store.commit(made).is_new
    old = store.write_part(NEWS, news(("old", 1)))
    os.utime(store.root / old.path, (1, 1))
    store.write_part(NEWS, news(("old", 1)))
    store.retention(1, 0, DAY)
    store.verify(old)
    later.retention(1, 0, DAY)
    assert old.path not in files(store)


def test_a_record_goes_with_its_parts_and_stays_with_those_of_a_kept_version(aged):
    store, later = aged
    kept = publish(store, 1).manifest.batches["agency/undated"].parts["news"]
    store.remember("clean", "kept", {"parts": kept})
    store.remember("clean", "gone", {"parts": [store.write_part(NEWS, news(("x", 1)))]})
    store.remember("clean", "bare", {"n": 1})
    assert later.retention(1, 0, DAY).files["results"] == 2
    assert store.recall("clean", "kept") == {"parts": list(kept)}
    assert store.recall("clean", "gone") is None


def test_what_is_remembered_under_the_corpus_recipe_of_the_newest_version_stays(aged):
    store, later = aged
    recipe = publish(store, 1).manifest.corpus_recipe
    record = {"parts": [store.write_part(NEWS, news(("x", 1)))]}
    store.remember("judged", recipe, record)
    store.remember("judged", "another", {"parts": [store.write_part(NEWS, news(("y", 1)))]})
    assert later.retention(1, 0, DAY).files == {"parts": 1, "results": 1}
    assert store.recall("judged", recipe) == record


def test_what_a_run_recalls_is_young_again(aged):
    store, _ = aged
    part = store.write_part(NEWS, news(("x", 1)))
    store.remember("clean", "k", {"parts": [part]})
    for path in store.root.rglob("*.*"):
        os.utime(path, (1, 1))
    store.recall("clean", "k")
    assert store.retention(1, 0, DAY).files == {}
    assert store.recall("clean", "k") == {"parts": [part]}


def test_a_commit_makes_what_it_lists_young_so_that_no_sweep_takes_it_before_the_put(store):
    made = candidate(store, None, {"a/undated": batch(store, "a/undated", 1)})
    for path in store.root.rglob("*.parquet"):
        os.utime(path, (1, 1))
    store.commit(made)
    assert min(path.stat().st_mtime for path in store.root.rglob("*.parquet")) > 1


def test_a_commit_and_a_sweep_wait_for_each_other(store):
    import threading

    publish(store, 1)
    with store.backend.lock(exclusive=True):
        waiting = threading.Thread(target=publish, args=(store, 2))
        waiting.start()
        waiting.join(0.3)
        assert waiting.is_alive()
        assert store.versions() == [1]
    waiting.join()
    assert store.versions() == [1, 2]


def test_quarantine_and_reports_have_their_own_age(aged):
    store, later = aged
    publish(store, 1)
    for name in ("quarantine/agency/undated/k.parquet", "reports/00000001.html"):
        (store.root / name).parent.mkdir(parents=True)
        (store.root / name).write_bytes(b"x")
    assert later.retention(1, 0, 0).files == {}
    assert later.retention(1, 0, 0, quarantine_days=11).files == {}
    assert later.retention(1, 0, 0, quarantine_days=9).files == {"quarantine": 1, "reports": 1}
    assert not (store.root / "reports/00000001.html").exists()


def test_temporary_files_and_half_removed_releases_go_after_the_grace_period(aged):
    store, later = aged
    publish(store, 1)
    (store.root / "releases/.tmp-dead/news").mkdir(parents=True)
    (store.root / "releases/.tmp-dead/news/x.parquet").write_bytes(b"x")
    (store.root / "_data/news/.tmp-dead").write_bytes(b"x")
    store.retention(1, 0, DAY)
    assert (store.root / "_data/news/.tmp-dead").exists()
    later.retention(1, 0, DAY)
    assert not list(store.root.rglob(".tmp-*"))


def test_a_sweep_heals_first_so_that_latest_names_a_kept_version(aged):
    store, later = aged
    publish(store, 1)
    publish(store, 2)
    (store.root / "LATEST").write_text("00000001")
    later.retention(1, 0, 0)
    assert read_plain(store.root)[:2] == (2, {2})


def test_a_broken_manifest_of_a_kept_version_stops_the_sweep(aged):
    store, later = aged
    for stamp in (1, 2, 3):
        publish(store, stamp)
    before = files(store)
    path = store.root / "versions/00000002.json"
    path.chmod(0o644)
    path.write_text("{}")
    with pytest.raises(CorruptPart, match="not a manifest"):
        later.retention(2, 0, 0)
    assert files(store) == before


def test_at_least_one_version_is_kept(store):
    publish(store, 1)
    with pytest.raises(UsageError, match="at least one"):
        store.retention(0, 0, 0)
