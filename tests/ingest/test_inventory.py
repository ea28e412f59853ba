"""The inventory: every file once, hashes remembered only where that is safe, trouble named."""

from __future__ import annotations

import hashlib
import os
import socket
import subprocess
import sys
import tempfile
import time
from contextlib import contextmanager
from pathlib import Path

import pytest

from tasks.ingest import inventory
from tasks.ingest.inventory import (
    RawFile,
    batch_day,
    cut_shards,
    document_id,
    load_remembered,
    place,
    save_remembered,
    take_inventory,
)
from tasks.ingest.walk import obstacle, why_not_opened


@contextmanager
def without_privileges():
    """Root may read everything; so look as somebody else."""
    root = os.geteuid() == 0
    if root:
        os.seteuid(65_534)
    try:
        yield
    finally:
        if root:
            os.seteuid(0)


def age(folder: Path, secs: float = 3_600) -> None:
    """Makes every file look old, as those of earlier days are."""
    for path in folder.rglob("*"):
        os.utime(path, ns=(0, time.time_ns() - int(secs * 1e9)))


def aged(known):
    """Hashes as if they had been taken in an hour: their files are no longer fresh."""
    return {
        path: entry._replace(hashed_at_ns=entry.hashed_at_ns + 3_600 * 10**9) for path, entry in known.items()
    }


def hashed_paths(monkeypatch) -> list[str]:
    """Collects which files are read."""
    read: list[str] = []
    original = inventory._hash_file

    def spy(path: str):
        read.append(Path(path).name)
        return original(path)

    monkeypatch.setattr(inventory, "_hash_file", spy)
    return read


@pytest.mark.parametrize(
    ("path", "source", "batch"),
    [
        ("a/2026-01-02/x.txt", "a", "a/2026-01-02"),
        ("a/2026-01-02/deep/er/x.txt", "a", "a/2026-01-02"),
        ("a/2026-02-30/x.txt", "a", "a/undated"),
        ("a/20260102/x.txt", "a", "a/undated"),
        ("a/2026-W01-1/x.txt", "a", "a/undated"),
        ("a/0000-01-01/x.txt", "a", "a/undated"),
        ("a/news/2026-01-02/x.txt", "a", "a/undated"),
        ("a/2026-01-02.txt", "a", "a/undated"),
        ("x.txt", "default", "default/undated"),
    ],
)
def test_the_second_folder_is_the_day_only_if_it_is_a_valid_one(path, source, batch):
    assert place(path) == (source, batch)


def test_the_day_of_a_batch_is_a_date_and_undated_has_none():
    assert str(batch_day("a/2026-01-02")) == "2026-01-02"
    assert batch_day("a/undated") is None


def test_a_document_id_is_a_hash_of_source_and_name():
    expected = hashlib.sha256(b"ap\nap/2026-01-02/x.jsonl#7").hexdigest()[:16]
    assert document_id("ap", "ap/2026-01-02/x.jsonl#7") == expected


def test_files_come_sorted_with_hash_and_size_and_the_others_are_counted(raw):
    for path in (
        "b/2026-01-02/x.TXT",
        "a/y.jsonl.gz",
        "README.md",
        ".git/z.txt",
        "a/.DS_Store",
        "a/p.pdf",
        "b.gz",
    ):
        raw.put(path, "hello")
    found, _ = take_inventory(raw.folder, {})
    assert [file.path for file in found.files] == ["a/y.jsonl.gz", "b/2026-01-02/x.TXT"]
    assert found.files[0].sha256 == hashlib.sha256(b"hello").hexdigest()
    assert found.files[0].n_bytes == 5
    assert found.ignored == 4
    assert found.problems == ()


def test_a_folder_that_is_not_there_is_an_empty_inventory(tmp_path):
    found, known = take_inventory(tmp_path / "nowhere", {})
    assert (found.files, found.problems, known) == ((), (), {})


def test_only_new_and_changed_files_are_read_again(raw, monkeypatch):
    for name in ("same", "changed", "gone"):
        raw.put(f"a/{name}.txt", name)
    first, known = take_inventory(raw.folder, {})
    raw.put("a/changed.txt", "other!!")
    raw.put("a/new.txt", "new")
    (raw.folder / "a/gone.txt").unlink()
    read = hashed_paths(monkeypatch)
    second, known = take_inventory(raw.folder, aged(known))
    assert sorted(read) == ["changed.txt", "new.txt"]
    assert sorted(known) == ["a/changed.txt", "a/new.txt", "a/same.txt"]
    assert second.files[2] == first.files[2]


def test_a_hash_taken_right_after_the_file_was_written_is_not_trusted(raw, monkeypatch):
    raw.put("a/x.txt", "one")
    _, known = take_inventory(raw.folder, {})
    read = hashed_paths(monkeypatch)
    take_inventory(raw.folder, known)
    assert read == ["x.txt"]


def test_a_file_swapped_for_one_of_the_same_size_and_time_is_seen(raw):
    raw.put("a/x.txt", "one")
    age(raw.folder)
    _, known = take_inventory(raw.folder, {})
    before = (raw.folder / "a/x.txt").stat()
    raw.put("a/x.txt", "two")
    os.utime(raw.folder / "a/x.txt", ns=(before.st_atime_ns, before.st_mtime_ns))
    found, _ = take_inventory(raw.folder, known)
    assert found.files[0].sha256 == hashlib.sha256(b"two").hexdigest()


def test_remembered_hashes_survive_the_disk(raw, tmp_path):
    raw.put("a/é x.txt", "one")
    _, known = take_inventory(raw.folder, {})
    save_remembered(tmp_path / "deep" / "known.json", known)
    assert load_remembered(tmp_path / "deep" / "known.json") == known
    assert [path.name for path in (tmp_path / "deep").iterdir()] == ["known.json"]


@pytest.mark.parametrize(
    "stored",
    [b"", b"{", b"[]", b"null", b"\xff\xfe", b'{"format": 2, "files": {}}', b'{"format": 1, "files": []}',
     b'{"format": 1, "files": {"x": [1, 2]}}', b'{"format": 1, "files": {"x": [1, 2, 3, 4, 5]}}',
     b'{"format": 1, "files": {"x": ["1", 2, 3, 4, "aa"]}}', b"[" * 100_000],
)  # fmt: skip
def test_a_corrupt_memory_is_no_memory(tmp_path, stored):
    (tmp_path / "known.json").write_bytes(stored)
    assert load_remembered(tmp_path / "known.json") == {}
    assert load_remembered(tmp_path / "missing.json") == {}


def test_linked_files_and_folders_are_read_and_a_loop_is_a_problem(raw, tmp_path):
    (tmp_path / "disk").mkdir()
    (tmp_path / "disk" / "x.txt").write_text("far away")
    raw.put("a/2026-01-02/y.txt", "here")
    (raw.folder / "b").symlink_to(tmp_path / "disk")
    (raw.folder / "a/2026-01-02/z.txt").symlink_to(tmp_path / "disk" / "x.txt")
    (raw.folder / "a/2026-01-02/up").symlink_to(raw.folder)
    found, _ = take_inventory(raw.folder, {})
    assert [file.path for file in found.files] == ["a/2026-01-02/y.txt", "a/2026-01-02/z.txt", "b/x.txt"]
    assert [(each.path, each.rule, each.batch) for each in found.problems] == [
        ("a/2026-01-02/up", "symlink_loop", "a/2026-01-02")
    ]


def test_a_link_to_nowhere_and_one_to_itself_are_problems(raw):
    (raw.folder / "dead.txt").symlink_to(raw.folder / "nowhere")
    (raw.folder / "self.txt").symlink_to(raw.folder / "self.txt")
    found, _ = take_inventory(raw.folder, {})
    assert [(each.path, each.rule) for each in found.problems] == [
        ("dead.txt", "broken_link"),
        ("self.txt", "broken_link"),
    ]


@pytest.mark.skipif(sys.platform != "linux", reason="other systems refuse such names")
def test_a_name_that_is_not_utf8_is_a_problem_with_an_escaped_path(raw):
    (raw.folder / "a").mkdir()
    (raw.folder / "a" / os.fsdecode(b"caf\xe9.txt")).write_bytes(b"x")
    (raw.folder / os.fsdecode(b"\xff")).mkdir()
    found, _ = take_inventory(raw.folder, {})
    assert [(each.path, each.rule) for each in found.problems] == [
        ("\\xff", "name_not_utf8"),
        ("a/caf\\xe9.txt", "name_not_utf8"),
    ]
    assert found.problems[1].source == "a"


def test_a_file_and_a_folder_without_permission_are_problems():
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        folder.chmod(0o755)
        for path in ("a/x.txt", "b/y.txt"):
            (folder / path).parent.mkdir()
            (folder / path).write_text("x")
        (folder / "a/x.txt").chmod(0)
        (folder / "b").chmod(0)
        with without_privileges():
            found, _ = take_inventory(folder, {})
        (folder / "b").chmod(0o700)
    assert [(each.path, each.source, each.rule) for each in found.problems] == [
        ("a/x.txt", "a", "no_permission"),
        ("b/*", "b", "no_permission"),
    ]


def test_an_error_of_the_file_system_names_its_kind():
    assert why_not_opened(PermissionError(13, "Permission denied")) == "no_permission"
    assert why_not_opened(FileNotFoundError(2, "No such file")) == "vanished"
    assert obstacle("a/x.txt", OSError(5, "Input/output error")).detail == "Input/output error"


def test_folders_may_lie_as_deep_as_the_system_lets_them(raw):
    deep = "d/" * 1_500
    here = Path.cwd()
    os.chdir(raw.folder)
    for _ in range(1_500):
        Path("d").mkdir()
        os.chdir("d")
    Path("x.txt").write_text("deep")
    os.chdir(here)
    try:
        assert [file.path for file in take_inventory(raw.folder, {})[0].files] == [deep + "x.txt"]
    finally:  # deeper than pytest's own clean-up can follow
        subprocess.run(["rm", "-rf", str(raw.folder / "d")], check=True)


def test_a_file_that_vanishes_during_the_inventory_is_a_problem(raw, monkeypatch):
    raw.put("a/x.txt", "x")

    def gone(path: str):
        raise FileNotFoundError(2, "No such file or directory", path)

    monkeypatch.setattr(inventory, "_hash_file", gone)
    found, known = take_inventory(raw.folder, {})
    assert [each.rule for each in found.problems] == ["vanished"]
    assert known == {}


def test_a_pipe_and_a_socket_are_problems_and_do_not_block(tmp_path):
    os.mkfifo(tmp_path / "pipe.txt")
    with socket.socket(socket.AF_UNIX) as listener:
        here = Path.cwd()
        os.chdir(tmp_path)  # a socket's path must be short
        listener.bind("socket.txt")
        os.chdir(here)
        found, _ = take_inventory(tmp_path, {})
    assert [each.rule for each in found.problems] == ["not_a_file", "not_a_file"]


def test_a_known_inventory_of_many_files_reads_none_of_them(raw, monkeypatch):
    for number in range(2_000):
        raw.put(f"a/2026-01-{number % 28 + 1:02}/{number}.txt", str(number))
    first, known = take_inventory(raw.folder, {})
    read = hashed_paths(monkeypatch)
    second, _ = take_inventory(raw.folder, aged(known))
    assert read == []
    assert second == first


def raw_file(path: str, n_bytes: int = 10) -> RawFile:
    return RawFile(path, *place(path), n_bytes, 0, "0" * 64)


def test_shards_hold_every_file_once_and_never_two_batches():
    files = [
        raw_file(f"{source}/2026-01-0{day}/{n}.txt") for source in "ab" for day in (1, 2) for n in range(50)
    ]
    shards = cut_shards(files[::-1], rows=8, n_bytes=10_000)
    assert sorted(file.path for shard in shards for file in shard) == sorted(file.path for file in files)
    assert all(len({file.batch for file in shard}) == 1 and len(shard) <= 8 for shard in shards)
    assert shards == cut_shards(files, rows=8, n_bytes=10_000)


def test_a_big_file_is_a_shard_alone_and_a_packed_one_counts_as_unpacked():
    files = [
        raw_file("a/1.txt"),
        raw_file("a/2.txt", 5_000),
        raw_file("a/3.txt"),
        raw_file("a/4.jsonl.gz", 300),
    ]
    shards = cut_shards(files, rows=1_000, n_bytes=1_000)
    assert [[file.path for file in shard] for shard in shards] == [
        ["a/1.txt"],
        ["a/2.txt"],
        ["a/3.txt"],
        ["a/4.jsonl.gz"],
    ]


def test_a_new_file_changes_few_of_the_shards_behind_it():
    files = [raw_file(f"a/2026-01-01/{n:05}.txt") for n in range(4_000)]
    before = set(cut_shards(files, rows=100, n_bytes=10**6))
    after = set(cut_shards([*files, raw_file("a/2026-01-01/00000b.txt")], rows=100, n_bytes=10**6))
    assert len(after - before) <= 4
    assert len(before) <= 4 * 4_000 / 100
