"""Two runs at once on one data folder: two good versions, or one and a clear outcome; never damage."""

from __future__ import annotations

import itertools
import json
import shutil
from pathlib import Path

import pandas as pd
import pytest

from tests.flows.conftest import article
from tests.flows.processes import Command, Commands
from tests.flows.test_kill import BACKFILL, put, tables

DISJOINT = {
    "one": {f"alpha/2024-02-0{seed % 3 + 1}/{seed}.txt": article(seed) for seed in range(5)},
    "two": {f"beta/2024-02-0{seed % 3 + 1}/{seed}.txt": article(seed) for seed in range(3, 8)},
}
OLD = {f"older/2024-01-0{seed + 1}/{seed}.txt": article(50 + seed) for seed in range(3)}

_meetings = itertools.count()


def run_together(commands: Commands, place: Path, *calls: tuple[str, ...]) -> list:
    """Starts the commands at once; all stand on the same version right before their first commit."""
    name = f"meet-{next(_meetings)}"
    return commands.together(*(Command(args, cwd=str(place), meet=name, meet_n=len(calls)) for args in calls))


def run(raw: str) -> tuple[str, ...]:
    return ("run", "--direct", "--raw", raw, "--json")


def versions_of(place: Path) -> list[str]:
    return sorted(path.stem.lstrip("0") for path in (place / "data/versions").glob("*.json"))


def every_version_is_whole(place: Path) -> bool:
    """Each manifest's files are all in its release, with the bytes they were recorded with."""
    for path in sorted((place / "data/versions").glob("*.json")):
        manifest = json.loads(path.read_text())
        listed = {
            part["path"].removeprefix("_data/"): part["sha256"]
            for entry in manifest["tables"].values() for parts in entry["partitions"].values() for part in parts
        }  # fmt: skip
        if tables(place / "data", manifest["version"]) != listed:
            return False
    return True


def alone(commands: Commands, place: Path, *calls: tuple[str, ...]) -> dict[str, str]:
    """The tables that the same commands give, one after the other, in another data folder."""
    for args in calls:
        done = commands(*args, "--data", "alone", cwd=str(place))
        assert done.code == 0, done.stderr
    return tables(place / "alone")


@pytest.mark.slow
@pytest.mark.parametrize("base", [True, False], ids=["on a version", "from nothing"])
def test_runs_with_different_batches_publish_two_good_versions(
    commands: Commands, tmp_path: Path, *, base: bool
) -> None:
    put(tmp_path / "old", OLD)
    for name, files in DISJOINT.items():
        put(tmp_path / name, files)
    first = [run("old")] if base else []
    for args in first:
        assert commands(*args, cwd=str(tmp_path)).code == 0
    answers = run_together(commands, tmp_path, run("one"), run("two"))
    assert [one.code for one in answers] == [0, 0], [one.stderr for one in answers]
    assert versions_of(tmp_path) == ["1", "2", "3"][: 2 + base]
    assert sorted(one.json["version"] for one in answers) == [1 + base, 2 + base]
    assert every_version_is_whole(tmp_path)
    assert tables(tmp_path / "data") == alone(commands, tmp_path, *first, run("one"), run("two"))


@pytest.mark.slow
def test_runs_with_the_same_batches_publish_one_version(commands: Commands, tmp_path: Path) -> None:
    put(tmp_path / "raw", DISJOINT["one"])
    answers = run_together(commands, tmp_path, run("raw"), run("raw"))
    assert [one.code for one in answers] == [0, 0], [one.stderr for one in answers]
    assert sorted(one.json["is_new"] for one in answers) == [False, True]
    assert [one.json["version"] for one in answers] == [1, 1]
    assert versions_of(tmp_path) == ["1"]
    assert every_version_is_whole(tmp_path)


@pytest.mark.slow
def test_runs_that_read_the_same_batch_differently_conflict_and_the_loser_can_run_again(
    commands: Commands, tmp_path: Path
) -> None:
    put(tmp_path / "old", OLD)
    commands(*run("old"), cwd=str(tmp_path))
    put(tmp_path / "one", {"alpha/2024-02-01/0.txt": article(1)})
    put(tmp_path / "two", {"alpha/2024-02-01/0.txt": article(2)})
    answers = dict(zip(("one", "two"), run_together(commands, tmp_path, run("one"), run("two")), strict=True))
    (loser,) = [name for name, one in answers.items() if one.code]
    assert answers[loser].code == 4
    assert answers[loser].stderr.count("error: ") == 1
    assert "version 2 changed the same batches (alpha/2024-02-01): run again" in answers[loser].stderr
    assert versions_of(tmp_path) == ["1", "2"]
    assert commands(*run(loser), cwd=str(tmp_path)).code == 0
    assert every_version_is_whole(tmp_path)


@pytest.mark.slow
def test_a_run_and_a_backfill_at_once_publish_both_or_what_is_left(
    commands: Commands, tmp_path: Path
) -> None:
    put(tmp_path / "raw", OLD)
    commands(*run("raw"), cwd=str(tmp_path))
    put(tmp_path / "raw", {"older/2024-01-01/0.txt": article(80)})  # changed: the backfill takes it, too
    put(tmp_path / "more", DISJOINT["two"])
    answers = run_together(commands, tmp_path, run("more"), (*BACKFILL, "--raw", "raw", "--json"))
    assert [one.code for one in answers] == [0, 0], [one.stderr for one in answers]
    assert versions_of(tmp_path) == ["1", "2", "3"]
    assert every_version_is_whole(tmp_path)
    assert tables(tmp_path / "data") == alone(commands, tmp_path, run("raw"), run("more"))


@pytest.mark.slow
def test_five_runs_at_once_lose_nothing(commands: Commands, tmp_path: Path) -> None:
    names = [f"raw{number}" for number in range(5)]
    for number, name in enumerate(names):
        put(tmp_path / name, {f"alpha/2024-02-0{number + 1}/{number}.txt": article(number)})
    answers = run_together(commands, tmp_path, *map(run, names))
    for name, answer in zip(names, answers, strict=True):
        assert answer.code in (0, 4), answer.stderr
        if answer.code == 4:
            assert "other runs kept publishing" in answer.stderr
            assert commands(*run(name), cwd=str(tmp_path)).code == 0
    assert versions_of(tmp_path) == ["1", "2", "3", "4", "5"]
    assert every_version_is_whole(tmp_path)
    assert tables(tmp_path / "data") == alone(commands, tmp_path, *map(run, names))


@pytest.mark.slow
def test_a_run_and_retention_at_once_leave_every_kept_version_whole(
    commands: Commands, tmp_path: Path
) -> None:
    for day in range(1, 4):
        put(tmp_path / "raw", {f"alpha/2024-02-0{day}/{day}.txt": article(day)})
        commands(*run("raw"), cwd=str(tmp_path))
    put(tmp_path / "raw", {"alpha/2024-02-09/9.txt": article(9)})
    now = (("CLEANCOPY_KEEP_DAYS", "0"),)
    sweep = Command(("retention", "--keep", "1", "--json"), cwd=str(tmp_path), environment=now)
    answers = commands.together(Command(run("raw"), cwd=str(tmp_path)), sweep, sweep, sweep)
    assert [one.code for one in answers] == [0, 0, 0, 0], [one.stderr for one in answers]
    commands("retention", "--keep", "1", cwd=str(tmp_path), environment=now)
    assert versions_of(tmp_path) == ["4"]
    assert every_version_is_whole(tmp_path)
    shutil.rmtree(tmp_path / "data/_data/_results")  # no memory of what was computed
    assert tables(tmp_path / "data") == alone(commands, tmp_path, run("raw"))


@pytest.mark.slow
def test_plain_readers_see_whole_versions_while_others_are_published(
    commands: Commands, tmp_path: Path
) -> None:
    put(tmp_path / "raw", OLD)
    commands(*run("raw"), cwd=str(tmp_path))
    for name, files in DISJOINT.items():
        put(tmp_path / name, files)
    from threading import Thread

    running = Thread(target=lambda: run_together(commands, tmp_path, run("one"), run("two")))
    running.start()
    seen = set()
    while True:
        last = not running.is_alive()
        number = (tmp_path / "data/LATEST").read_text()
        release = tmp_path / "data/releases" / number
        articles = pd.read_parquet(release / "articles", columns=["doc_id", "cluster_id"])
        clusters = pd.read_parquet(release / "clusters")
        assert set(articles["doc_id"]) == set(clusters["doc_id"])
        assert set(articles["cluster_id"]) == set(clusters["cluster_id"])
        seen.add((number, len(articles)))
        if last:
            break
    assert len({number for number, _ in seen}) == len(seen)
    assert ("00000003", 13) in seen
