"""A large exchange and much reading are done in pieces, by any number of processes, and give the bytes of one."""

from __future__ import annotations

import multiprocessing
import os
import signal
from functools import partial
from pathlib import Path

import numpy as np
import pytest

from benchmarks.dedup.generated import generate
from benchmarks.dedup.scale import clean_table
from flows.engine import DirectEngine, workers_of
from tasks import schema
from tasks.crew import alone
from tasks.dedup import (
    audit,
    corpus,
    duplicates,
    evidence,
    growing,
    packed,
    regions,
    resumed,
    settling,
    stored,
    unions,
    work,
)
from tasks.dedup.levels import LevelWriter
from tasks.dedup.linkage import connected
from tasks.dedup.segments import read_segments, whole_file, write_segments
from tasks.dedup.work import dedup, signatures
from tasks.errors import TransientError
from tasks.settings import Settings
from tasks.stage import Shard
from tasks.versions.folder import resumable_scratch
from tasks.versions.store import Store

ARTICLES = list(generate(0, 240))
SMALL = (
    (corpus, "PIECED", 0), (packed, "ENTRIES", 500), (growing, "DEALT_TEXTS", 20), (growing, "MET_BYTES", 10_000),
    (growing, "COUNTED_BYTES", 5_000), (regions, "REGION_WORDS", 2_000), (regions, "DEALT_TEXTS", 20),
    (regions, "JUDGED_PAIRS", 50), (settling, "SETTLED_PAIRS", 10), (settling, "KNOWN_PAIRS", 10),
    (work, "MANY_DOCUMENTS", 0), (stored, "AT_ONCE", 16), (duplicates, "AT_ONCE", 16), (corpus, "AT_ONCE", 16),
    (unions, "_AT_ONCE", 16), (evidence, "_AT_ONCE", 16), (audit, "AT_ONCE", 50), (audit, "SLICE", 20),
)  # fmt: skip


def noted(do, folder, pieces, settings):
    """The work, and a file that is called as its process."""
    (folder / f"{do.__name__}-{os.getpid()}").touch()
    return do(pieces, settings)


def stored_articles(store: Store, given: Settings):
    """Signatures and articles of all."""
    cleaned = [
        store.write_part(schema.CLEAN, clean_table(ARTICLES[at : at + 40])) for at in range(0, 240, 40)
    ]
    shards = [Shard("signatures", "b", {"clean": part}, ("r",)) for part in cleaned]
    return [one.parts["signatures"] for one in signatures(shards, given)], cleaned


def found_by(folder: Path, workers: int):
    """Pairs, clusters and profile; and the numbers of processes that did each work."""
    given = Settings(data=folder / "data", workers=workers)
    signed, cleaned = stored_articles(Store(given.data), given)
    seen: dict[str, int] = {}
    with workers_of(given) as pool:
        engine = DirectEngine(pool)

        def crew(name, do, pieces):
            answers = engine.map(name, partial(noted, do, folder), pieces, lambda _: None)
            seen[do.__name__] = len(list(folder.glob(f"{do.__name__}-*")))
            return answers

        found = dedup(signed, cleaned, "r", given, crew)
    assert not list((given.data / "_data").glob(".tmp-*"))
    return (found.pairs, found.clusters, dict(found.profile)), seen


def test_two_processes_share_the_pieces_and_give_the_bytes_of_one_without_pieces(tmp_path, monkeypatch):
    (tmp_path / "one").mkdir()
    (tmp_path / "two").mkdir()
    whole, none = found_by(tmp_path / "one", 1)
    cut_small(monkeypatch)
    found, seen = found_by(tmp_path / "two", 2)
    assert none == {}
    assert found == whole
    assert sorted(seen) == [
        "count", "deal", "deal_pairs", "deal_texts", "judge_regions", "meet", "order_pairs", "settle_pieces",
    ]  # fmt: skip
    assert max(seen.values()) == 2


def test_segments_are_read_out_of_all_files_in_their_order(tmp_path):
    kept = [[np.arange(3), np.arange(0), np.arange(5)], [np.arange(0), np.arange(0), np.arange(2)]]
    paths = [tmp_path / name for name in ("a", "b")]
    for path, segments in zip(paths, kept, strict=True):
        write_segments(path, segments)
    whole = [[0, 1, 2], [], [0, 1, 2, 3, 4, 0, 1]]
    for first, last in ((0, 3), (1, 3), (2, 3), (0, 1)):
        read = read_segments(paths, 3, first, last, np.dtype(np.int64))
        assert [one.tolist() for one in read] == whole[first:last]


def test_a_file_that_is_half_written_has_no_name_and_is_gone(tmp_path):
    with pytest.raises(TypeError), whole_file(tmp_path / "a") as file:
        file.writelines([b"half", None])
    assert list(tmp_path.iterdir()) == []


def test_a_level_that_is_written_twice_at_once_is_whole(tmp_path):
    writers = [LevelWriter(tmp_path / "level") for _ in range(2)]
    for writer in writers:
        writer.write(np.arange(4, dtype=np.uint64))
    levels = [writer.done() for writer in writers]
    assert [path.name for path in tmp_path.iterdir()] == ["level"]
    assert levels[0].bucket(0).tolist() == [0, 1, 2, 3]


def cut_small(monkeypatch):
    """Even a few articles come in pieces from here on."""
    monkeypatch.setattr("flows.engine.TASK_BYTES", 1)
    for room, name, value in SMALL:
        monkeypatch.setattr(room, name, value)
    monkeypatch.setattr("tasks.dedup.evidence.GROUP_DOCS", 8)
    monkeypatch.setattr("tasks.dedup.evidence.GROUP_WORDS", 2_000)


def killed_at(folder: Path, last: str) -> None:
    """Dedup of the articles in a process that dies behind the second piece of a round; to be started in one."""
    with pytest.MonkeyPatch.context() as patch:
        cut_small(patch)
        store, given = Store(folder / "data"), Settings(data=folder / "data")
        signed, cleaned = stored_articles(store, given)

        def remember(store, room, *rest):
            if room == last:
                os.kill(os.getpid(), signal.SIGKILL)
            plain(store, room, *rest)

        plain = Store.remember
        patch.setattr(Store, "remember", remember)

        def crew(name, do, pieces):
            if name != last:
                return alone(given)(name, do, pieces)
            do(pieces[:2], given)
            os.kill(os.getpid(), signal.SIGKILL)
            return []

        dedup(signed, cleaned, "r", given, crew)


@pytest.mark.parametrize("last", [f"dedup: {name}" for name in ("buckets", "judging", "linkage")])
def test_run_that_is_killed_goes_on_from_the_pieces_that_it_had_done(tmp_path, monkeypatch, last):
    (tmp_path / "whole").mkdir()
    whole, _ = found_by(tmp_path / "whole", 1)
    process = multiprocessing.get_context("spawn").Process(target=killed_at, args=(tmp_path, last))
    process.start()
    process.join()
    assert process.exitcode == -signal.SIGKILL
    cut_small(monkeypatch)
    done, plain = [], resumed.whole_file
    monkeypatch.setattr(resumed, "whole_file", lambda path: done.append(path.name) or plain(path))
    store, given = Store(tmp_path / "data"), Settings(data=tmp_path / "data")
    signed, cleaned = stored_articles(store, given)
    asked = []

    def crew(name, do, pieces):
        asked.append((name, len(pieces), len(done)))
        return alone(given)(name, do, pieces)

    found = dedup(signed, cleaned, "r", given, crew)
    assert (found.pairs, found.clusters, dict(found.profile)) == whole
    at = [name for name, *_ in asked].index(last)
    assert asked[at][2] == 0  # nothing before was done again
    assert len(done) == sum(n for _, n, _ in asked[at:]) - 2
    assert not list((tmp_path / "data" / "_data").glob(".tmp-*"))


def test_run_that_is_killed_while_it_keeps_its_index_is_done_again(tmp_path, monkeypatch):
    """What pieces wrote is on its way into the data folder then."""
    (tmp_path / "whole").mkdir()
    whole, _ = found_by(tmp_path / "whole", 1)
    process = multiprocessing.get_context("spawn").Process(target=killed_at, args=(tmp_path, "index"))
    process.start()
    process.join()
    assert process.exitcode == -signal.SIGKILL
    cut_small(monkeypatch)
    store, given = Store(tmp_path / "data"), Settings(data=tmp_path / "data")
    found = dedup(*stored_articles(store, given), "r", given)
    assert (found.pairs, found.clusters, dict(found.profile)) == whole


def test_links_that_come_some_at_a_time_make_the_components_of_all():
    dice, n = np.random.default_rng(3), 500
    one, other = dice.integers(0, n, (2, 300)).astype(np.int32)
    some_at_a_time = unions.Unions(n)
    for start in range(0, 300, 7):
        some_at_a_time.link(one[start : start + 7], other[start : start + 7])
    component = connected(n, one, other)
    smallest = np.full(n, n)
    np.minimum.at(smallest, component, np.arange(n))
    assert some_at_a_time.of(np.arange(n)).tolist() == smallest[component].tolist()
    assert some_at_a_time.all().tolist() == smallest[component].tolist()


def test_folder_of_a_killed_run_goes_when_the_next_one_has_other_documents(tmp_path, monkeypatch):
    process = multiprocessing.get_context("spawn").Process(target=killed_at, args=(tmp_path, "dedup: pairs"))
    process.start()
    process.join()
    room = tmp_path / "data" / "_data"
    assert len(list(room.glob(".tmp-dedup-*"))) == 1
    store, given = Store(tmp_path / "data"), Settings(data=tmp_path / "data")
    signed, cleaned = stored_articles(store, given)
    dedup(signed[1:], cleaned[1:], "r", given)
    assert not list(room.glob(".tmp-*"))


def test_two_runs_at_once_have_a_folder_each(tmp_path):
    with resumable_scratch(tmp_path, "dedup", "a") as one, resumable_scratch(tmp_path, "dedup", "a") as other:
        assert one != other
        with resumable_scratch(tmp_path, "dedup", "b"):
            assert one.is_dir()


def test_lost_worker_leaves_the_folder_and_another_error_does_not(tmp_path):
    for error, stays in ((TransientError("lost"), True), (ValueError("wrong"), False)):
        with pytest.raises(type(error)), resumable_scratch(tmp_path, "dedup", "a") as folder:
            raise error
        assert folder.exists() == stays
