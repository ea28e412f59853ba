"""A data folder that is damaged, read-only or full, settings that cannot be read: one clear message, nothing lost."""

from __future__ import annotations

import os
import shutil
import subprocess
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pyarrow.parquet as pq
import pytest

from tasks.dedup.kept import ROOM
from tasks.versions.memo import RESULTS
from tests.flows.conftest import RUN, article, is_one_message
from tests.flows.processes import Commands
from tests.flows.test_kill import put, tables
from tests.flows.test_two_runs import versions_of


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
    shutil.rmtree(published / "data" / RESULTS / ROOM)  # else dedup has kept what signatures hold
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
    report = ("report", "--data", str(folder / "data"))
    assert is_one_message(commands(*report, cwd=str(place)), 1, str(folder), "Read-only")
    page = place / "elsewhere" / "page.html"
    assert commands(*report, "--out", str(page), cwd=str(place)).stdout.strip() == str(page)
    assert "Version 1" in page.read_text()
    assert is_one_message(
        commands(*report, "--out", str(folder / "page.html"), cwd=str(place)), 1, str(folder), "--out FILE"
    )
    assert is_one_message(commands(*report, "--out", str(place), cwd=str(place)), 2, str(place), "a folder")
    assert not (place.parent / "trace").exists()
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
    others = shutil.ignore_patterns("whole", "full-*")  # they lie in it: each would hold all before it
    shutil.copytree(published, whole, ignore=others)
    unbroken = commands(*RUN, cwd=str(whole))
    after = tables(whole / "data")
    codes = set()
    for at in range(1, unbroken.moments, max(1, unbroken.moments // 8)):
        place = tmp_path / f"full-{at}"
        shutil.copytree(published, place, ignore=others)
        answer = commands(*RUN, cwd=str(place), full_at=at)
        codes.add(answer.code)
        if answer.code:  # the last steps write the report, without which a version is one all the same
            assert is_one_message(answer, 1, "No space left", "Free some space")
        assert tables(place / "data") == (after if answer.code == 0 else before)
        assert commands(*RUN, cwd=str(place)).code == 0
        assert tables(place / "data") == after
        assert versions_of(place) == ["1", "2"]
    assert 1 in codes
