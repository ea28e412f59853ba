"""What arrives broken, and what a gate does with it: a quarantine row or one clear message, never a traceback."""

from __future__ import annotations

import gzip
import os
from pathlib import Path

import pyarrow.parquet as pq
import pytest

from tests.flows.conftest import RUN, article, is_one_message, note
from tests.flows.processes import Commands
from tests.flows.test_kill import put, tables
from tests.flows.test_two_runs import versions_of


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
