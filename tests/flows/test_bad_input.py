"""What arrives broken, and places that refuse: one clear message or a quarantine row, never a traceback."""

from __future__ import annotations

import gzip
import os
import shutil
import subprocess
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pyarrow.parquet as pq
import pytest

from tests.flows.conftest import article, note
from tests.flows.processes import Answer, Commands
from tests.flows.test_kill import put, tables
from tests.flows.test_two_runs import versions_of

RUN = ("run", "--direct")


@pytest.fixture
def place(tmp_path: Path) -> Path:
    """raw/ with one good batch."""
    put(tmp_path / "raw", {f"alpha/2024-02-01/{seed}.txt": article(seed) for seed in range(3)})
    return tmp_path


@pytest.fixture
def published(commands: Commands, place: Path) -> Path:
    """The same with a version of it, and a new file for the next one."""
    assert commands(*RUN, cwd=str(place)).code == 0
    put(place / "raw", {"alpha/2024-02-02/7.txt": article(7)})
    return place


def is_one_message(answer: Answer, code: int, *words: str) -> bool:
    """One line that begins with `error:`, the words in it, the exit code, no traceback."""
    told = [line for line in answer.stderr.splitlines() if line.startswith("error: ")]
    assert "Traceback" not in answer.stderr, answer.stderr
    assert answer.code == code, (answer.code, answer.stderr)
    assert len(told) == 1, answer.stderr
    assert all(word in told[0] for word in words), told[0]
    return True


def aside(place: Path) -> dict[str, tuple[str, ...]]:
    """What is in quarantine: raw path -> rules."""
    files = sorted((place / "data/quarantine").rglob("*.parquet"))
    rows = [row for path in files for row in pq.read_table(path, partitioning=None).to_pylist()]
    return {row["raw_path"]: tuple(row["rules"]) for row in rows}


# what lies in raw/


TROUBLE: dict[str, tuple[bytes, str]] = {
    "cut.txt.gz": (gzip.compress(article(5).encode(), mtime=0)[:-30], "damaged"),
    "no.txt.gz": (b"this is no gzip at all", "damaged"),
    "cut.jsonl": (b'{"id": 1, "text": "cut o', "bad_json"),
    "list.jsonl": (b"[1, 2, 3]\n", ""),
    "no.parquet": (b"PAR1 but no more", ""),
}


def test_unreadable_files_are_set_aside_with_their_rule_and_the_rest_is_published(
    commands: Commands, place: Path
) -> None:
    for name, (content, _) in TROUBLE.items():
        (place / "raw/alpha/2024-02-01" / name).write_bytes(content)
    answer = commands(*RUN, "--json", cwd=str(place))
    assert answer.code == 0, answer.stderr
    assert answer.json["tables"]["articles"] == 3
    assert {path.split("#")[0].rpartition("/")[2] for path in aside(place)} == set(TROUBLE)
    assert all(aside(place).values())
    assert "Nothing to do" in commands(*RUN, cwd=str(place)).stdout


def test_nul_bytes_reach_no_article(commands: Commands, place: Path) -> None:
    text = article(5).replace("dollars", "dol\0lars")
    (place / "raw/alpha/2024-02-01/nul.txt").write_bytes(text.encode())
    (place / "raw/alpha/2024-02-01/only-nul.txt").write_bytes(b"\0" * 5_000)
    answer = commands(*RUN, "--json", cwd=str(place))
    assert answer.code == 0, answer.stderr
    release = place / f"data/releases/{answer.json['version']:08d}/articles"
    assert not any("\0" in text for text in pq.read_table(release).column("text").to_pylist())


@pytest.mark.slow
def test_ten_thousand_empty_files_are_dropped_as_empty(commands: Commands, tmp_path: Path) -> None:
    put(tmp_path / "raw", {f"alpha/2024-02-01/{number}.txt": "" for number in range(10_000)})
    answer = commands(*RUN, "--json", cwd=str(tmp_path))
    assert answer.code == 0, answer.stderr
    assert answer.json["dropped"] == {"empty": 10_000}
    assert answer.json["tables"]["articles"] == 0
    assert "Nothing to do" in commands(*RUN, cwd=str(tmp_path)).stdout


@pytest.mark.slow
def test_ten_thousand_tiny_files_are_read_and_held_as_too_small(commands: Commands, place: Path) -> None:
    put(
        place / "raw",
        {f"tiny/2024-02-0{number % 9 + 1}/{number}.txt": f"Line {number}\n" for number in range(10_000)},
    )
    answer = commands(*RUN, "--json", cwd=str(place))
    assert answer.code == 5, answer.stderr
    assert len(answer.json["batches"]["held"]) == 9
    assert answer.json["stages"]["ingest"]["rows_in"] == 10_003
    assert answer.json["tables"]["articles"] == 3


def test_a_batch_of_unreadable_files_alone_is_published_without_rows(commands: Commands, place: Path) -> None:
    put(place / "raw", {f"beta/2024-02-01/{number}.jsonl": "{" for number in range(3)})
    answer = commands(*RUN, "--json", cwd=str(place))
    assert answer.code == 0, answer.stderr
    assert answer.json["tables"]["articles"] == 3
    assert len(aside(place)) == 3
    assert "Nothing to do" in commands(*RUN, cwd=str(place)).stdout


def test_a_corpus_may_become_empty(commands: Commands, place: Path) -> None:
    assert commands(*RUN, cwd=str(place)).code == 0
    put(place / "raw", {f"alpha/2024-02-01/{seed}.txt": "" for seed in range(3)})
    answer = commands(*RUN, "--json", cwd=str(place))
    assert answer.code == 0, answer.stderr
    assert answer.json["tables"]["articles"] == 0
    put(place / "raw", {"alpha/2024-02-02/0.txt": article(5)})
    assert commands(*RUN, "--json", cwd=str(place)).json["tables"]["articles"] == 1


def test_a_file_that_vanishes_while_it_is_worked_on_is_set_aside_and_read_when_it_is_back(
    commands: Commands, place: Path
) -> None:
    gone = place / "raw/alpha/2024-02-01/0.txt"
    answer = commands(*RUN, "--json", cwd=str(place), vanish=str(gone))
    assert answer.code == 0, answer.stderr
    assert answer.json["tables"]["articles"] == 2
    assert aside(place) == {"alpha/2024-02-01/0.txt": ("vanished",)}
    put(place / "raw", {"alpha/2024-02-01/0.txt": article(0)})
    assert commands(*RUN, "--json", cwd=str(place)).json["tables"]["articles"] == 3


def test_a_name_that_is_not_utf8_and_a_loop_of_links_are_set_aside(commands: Commands, place: Path) -> None:
    folder = place / "raw/alpha/2024-02-01"
    Path(os.fsdecode(os.fsencode(folder) + b"/caf\xe9.txt")).write_text(article(5))
    (folder / "loop").symlink_to(place / "raw/alpha")
    (folder / "itself.txt").symlink_to(folder / "itself.txt")
    answer = commands(*RUN, "--json", cwd=str(place))
    assert answer.code == 0, answer.stderr
    assert answer.json["tables"]["articles"] == 3
    assert sorted({rules[0] for rules in aside(place).values()}) == [
        "broken_link",
        "name_not_utf8",
        "symlink_loop",
    ]
    again = commands(*RUN, cwd=str(place))
    assert "Nothing to do" in again.stdout
    assert "caf\\xe9.txt: name_not_utf8" in again.stdout


# gates


def test_a_held_batch_exits_with_5_then_is_only_listed(commands: Commands, place: Path) -> None:
    put(place / "raw", {f"beta/2024-02-01/{seed}.txt": note(seed) for seed in range(8)})
    held = commands(*RUN, cwd=str(place))
    assert held.code == 5
    assert "held beta/2024-02-01 (text_length)" in held.stdout
    again = commands(*RUN, cwd=str(place))
    assert again.code == 0
    assert "beta/2024-02-01: text_length" in again.stdout


def test_a_batch_held_at_ingest_is_in_the_summary_and_the_rest_is_published(
    commands: Commands, place: Path
) -> None:
    put(place / "raw", {f"beta/2024-02-01/{seed}.txt": f"Line {seed}\n" for seed in range(8)})
    held = commands(*RUN, "--json", cwd=str(place))
    assert held.code == 5
    assert list(held.json["batches"]["held"]) == ["beta/2024-02-01"]
    assert (held.json["stages"]["ingest"]["rows_in"], held.json["tables"]["articles"]) == (11, 3)


def test_a_held_batch_that_is_delivered_as_it_was_published_is_held_no_longer(
    commands: Commands, place: Path
) -> None:
    assert commands(*RUN, cwd=str(place)).code == 0
    put(place / "raw", {f"alpha/2024-02-01/{seed}.txt": note(seed) for seed in range(8)})
    assert commands(*RUN, cwd=str(place)).code == 5
    for seed in range(3, 8):
        (place / f"raw/alpha/2024-02-01/{seed}.txt").unlink()
    put(place / "raw", {f"alpha/2024-02-01/{seed}.txt": article(seed) for seed in range(3)})
    assert commands(*RUN, cwd=str(place)).code == 0
    assert (
        commands("show", "--json", cwd=str(place)).json["batches"]["alpha/2024-02-01"]["status"]
        == "published"
    )


def test_a_gate_that_stops_exits_with_3_and_nothing_is_published(commands: Commands, published: Path) -> None:
    before = tables(published / "data")
    stopped = commands(*RUN, cwd=str(published), lose_an_article=True)
    assert is_one_message(
        stopped, 3, "gate dedup stopped the run", "every_article_clustered", "Nothing was published"
    )
    assert versions_of(published) == ["1"]
    assert tables(published / "data") == before


# the data folder


def damage(path: Path, how: str) -> None:
    """Flip a byte in the first column, cut the file in half, or delete it."""
    content = bytearray(path.read_bytes())
    column = pq.ParquetFile(path).metadata.row_group(0).column(0)
    path.chmod(0o644)
    path.unlink()
    if how == "flip":
        content[4 + column.total_compressed_size - 1] ^= 0xFF  # behind the magic number
        path.write_bytes(content)
    elif how == "cut":
        path.write_bytes(content[: len(content) // 2])


AGAIN = (
    "backfill",
    "--from",
    "2024-01-01",
    "--to",
    "2024-12-31",
    "--reprocess",
    "all",
    "--reason",
    "a test",
    "--direct",
)


@pytest.mark.parametrize("how", ["flip", "cut", "delete"])
@pytest.mark.parametrize("table", ["documents", "clean", "edits", "signatures", "tagged"])
def test_a_damaged_part_is_named_and_nothing_is_published(
    commands: Commands, published: Path, table: str, how: str
) -> None:
    for part in (published / f"data/_data/{table}").glob("*.parquet"):
        damage(part, how)
    before = tables(published / "data")
    # raw texts are read again only by a backfill from clean on
    args = (*AGAIN, "--from-stage", "clean") if table == "documents" else RUN
    assert is_one_message(
        commands(*args, cwd=str(published)), 1, f"_data/{table}/", "backfill --reprocess all"
    )
    assert versions_of(published) == ["1"]
    assert tables(published / "data") == before


def test_a_damaged_part_is_mended_as_its_message_says(commands: Commands, published: Path) -> None:
    for part in (published / "data/_data/clean").glob("*.parquet"):
        damage(part, "delete")
    commands(*RUN, cwd=str(published))
    redo = commands(*AGAIN, "--json", cwd=str(published))
    assert redo.code == 0, redo.stderr
    assert redo.json["tables"]["articles"] == 4


@pytest.mark.parametrize("content", [b"", b"{", b"[]", b'{"format": 1}', b"\xff\xfe\0"])
def test_an_unreadable_manifest_is_named(commands: Commands, published: Path, content: bytes) -> None:
    manifest = published / "data/versions/00000001.json"
    manifest.chmod(0o644)
    manifest.write_bytes(content)
    for args in (RUN, ("versions",), ("show", "1")):
        assert is_one_message(commands(*args, cwd=str(published)), 1, "00000001.json")
    assert manifest.read_bytes() == content


@pytest.mark.parametrize(
    "content", [b"raw = ", b"\xff\xfe", b"nonsense = 1\n", b"workers = 0\n", b'workers = "many"\n']
)
def test_a_corrupt_settings_file_is_named(commands: Commands, place: Path, content: bytes) -> None:
    (place / "cleancopy.toml").write_bytes(content)
    assert is_one_message(commands(*RUN, cwd=str(place)), 2, "cleancopy.toml")
    assert not (place / "data").exists()


def remount(folder: Path, *options: str) -> None:
    subprocess.run(["mount", "-o", ",".join(("remount", *options)), str(folder)], check=True)


def listing(folder: Path) -> list[Any]:
    return sorted((path.as_posix(), path.stat().st_size) for path in folder.rglob("*"))


def test_a_read_only_data_folder_is_named_and_left_as_it_was(
    commands: Commands, place: Path, disk: Callable[[str], Path]
) -> None:
    folder = disk("50m")
    run = (*RUN, "--data", str(folder / "data"))
    remount(folder, "ro")
    assert is_one_message(commands(*run, cwd=str(place)), 1, str(folder), "Read-only", "--data DIR")
    remount(folder, "rw")
    assert commands(*run, cwd=str(place)).code == 0
    remount(folder, "ro")
    before = listing(folder)
    assert "Nothing to do" in commands(*run, cwd=str(place)).stdout
    put(place / "raw", {"alpha/2024-02-02/7.txt": article(7)})
    assert is_one_message(commands(*run, cwd=str(place)), 1, str(folder), "Read-only", "--data DIR")
    assert listing(folder) == before


@pytest.mark.slow
def test_a_full_disk_is_told_and_the_run_completes_when_there_is_room(
    commands: Commands, place: Path, disk: Callable[[str], Path]
) -> None:
    folder = disk("50m")
    run = (*RUN, "--data", str(folder / "data"))
    assert commands(*run, cwd=str(place)).code == 0
    before = tables(folder / "data")
    put(place / "raw", {f"alpha/2024-02-02/{seed}.txt": article(seed) for seed in range(10, 40)})
    filling = folder / "filling"
    used = sum(size for _, size in listing(folder))
    for kilobytes in (4, 40, 120, 200, 300):  # the disk is full in the midst of another stage
        room = os.statvfs(folder).f_bavail * os.statvfs(folder).f_frsize
        filling.write_bytes(b"\0" * (room - kilobytes * 1_000))
        answer = commands(*run, cwd=str(place))
        filling.unlink()
        if answer.code == 0:
            break
        assert is_one_message(answer, 1, "No space left", "Free some space")
        assert tables(folder / "data") == before
        assert not list(folder.rglob("*.tmp*")), used
    assert commands(*run, cwd=str(place)).code == 0
    assert versions_of(folder) == ["1", "2"]
    assert len(tables(folder / "data")) >= 7


@pytest.mark.slow
def test_a_disk_that_is_full_from_any_step_on_is_told_and_nothing_is_lost(
    commands: Commands, published: Path, tmp_path: Path
) -> None:
    before = tables(published / "data")
    whole = tmp_path / "whole"
    shutil.copytree(published, whole)
    unbroken = commands(*RUN, cwd=str(whole))
    after = tables(whole / "data")
    codes = set()
    for at in range(1, unbroken.moments, max(1, unbroken.moments // 8)):
        place = tmp_path / f"full-{at}"
        shutil.copytree(published, place)
        answer = commands(*RUN, cwd=str(place), full_at=at)
        codes.add(answer.code)
        if answer.code:  # the last steps write the report, without which a version is one all the same
            assert is_one_message(answer, 1, "No space left", "Free some space")
        assert tables(place / "data") == (after if answer.code == 0 else before)
        assert commands(*RUN, cwd=str(place)).code == 0
        assert tables(place / "data") == after
        assert versions_of(place) == ["1", "2"]
    assert 1 in codes
