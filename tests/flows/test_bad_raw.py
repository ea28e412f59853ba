"""What nobody ordered lies in raw/: it is set aside by name and rule, the rest is published, no row is lost."""

from __future__ import annotations

import gzip
import io
import json
import os
import shutil
import socket
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from tests.flows.conftest import RUN, article, note
from tests.flows.processes import Answer, Commands
from tests.flows.test_bad_input import aside
from tests.flows.test_kill import put

DAY = "alpha/2024-02-01"


def adds_up(answer: Answer, **ingest: int) -> bool:
    """The law of rows at every stage, and the counts of ingest."""
    stages = answer.json["stages"]
    for name, counts in stages.items():
        assert counts["rows_in"] == counts["kept"] + counts["dropped"] + counts["quarantined"], (name, counts)
    assert stages["clean"]["rows_in"] == stages["ingest"]["kept"]
    assert {name: stages["ingest"][name] for name in ingest} == ingest
    return True


def record(seed: int) -> str:
    return json.dumps({"id": seed, "title": f"Number {seed}", "text": article(seed)})


def page(seed: int) -> bytes:
    paragraphs = "".join(f"<p>{line}</p>" for line in article(seed).splitlines() if line)
    body = f"<html><body><article>{paragraphs}</article></body></html>".encode()
    head = f"HTTP/1.1 200 OK\r\nContent-Type: text/html; charset=utf-8\r\nContent-Length: {len(body)}\r\n\r\n"
    return head.encode() + body


def warc(seed: int, length: int | None = None) -> bytes:
    block = page(seed)
    head = (
        f"WARC/1.0\r\nWARC-Type: response\r\nWARC-Record-ID: <urn:uuid:{seed}>\r\nWARC-Date: 2024-02-01T12:00:00Z\r\n"
        f"WARC-Target-URI: http://a.example/{seed}\r\nContent-Length: {len(block) if length is None else length}\r\n\r\n"
    )
    return head.encode() + block + b"\r\n\r\n"


def parquet(seeds: range) -> bytes:
    sink = io.BytesIO()
    pq.write_table(pa.table({"id": list(seeds), "text": [article(seed) for seed in seeds]}), sink)
    return sink.getvalue()


CSV = "id,text\n20,{}\n21,{},one,too,many\n22\n23,{}\n".format(
    *(json.dumps(article(s)).replace("\\n", " ") for s in (20, 21, 23))
)
# file: its bytes, the articles it gives, and the rules it leaves behind
BROKEN: dict[str, tuple[bytes, int, list[str]]] = {
    "ragged.csv": (CSV.encode(), 2, ["ragged", "ragged"]),
    "cut.parquet": (parquet(range(30, 34))[:-40], 0, ["truncated"]),
    "middle.jsonl": ("\n".join([record(40), record(41)[:70], record(42)]).encode(), 2, ["bad_json"]),
    "length.warc": (warc(50) + warc(51, length=-5) + warc(52), 2, ["bad_record"]),
    "cut.jsonl.gz": (gzip.compress("\n".join(map(record, range(60, 90))).encode(), mtime=0)[:-400], 1, ["truncated"]),
    "twice.jsonl": ("\n".join([record(91), record(91)]).encode(), 1, ["doc_id_once"]),
}  # fmt: skip


@pytest.mark.parametrize("name", BROKEN)
def test_a_broken_container_loses_only_what_is_broken(commands: Commands, place: Path, name: str) -> None:
    content, n_articles, rules = BROKEN[name]
    (place / "raw" / DAY / name).write_bytes(content)
    answer = commands(*RUN, "--json", cwd=str(place))
    assert answer.code == 0, answer.stderr
    assert adds_up(answer)
    assert [one for told in aside(place).values() for one in told] == rules
    found = answer.json["tables"]["articles"] - 3
    assert found >= n_articles if name == "cut.jsonl.gz" else found == n_articles
    assert "Nothing to do" in commands(*RUN, cwd=str(place)).stdout


@pytest.mark.slow
def test_a_line_of_200_megabytes_is_set_aside(commands: Commands, place: Path) -> None:
    folder = place / "raw" / DAY
    with (folder / "long.jsonl").open("w") as file:
        file.write(record(10) + "\n" + '{"id": 11, "text": "')
        for _ in range(200):
            file.write("long words " * 95_326)
        file.write('"}\n' + record(12) + "\n")
    shutil.copyfile(folder / "long.jsonl", folder / "long.txt")
    answer = commands(*RUN, "--json", cwd=str(place))
    assert answer.code == 0, answer.stderr
    assert answer.json["tables"]["articles"] == 5
    assert adds_up(answer, rows_in=7, kept=5, quarantined=2)
    assert aside(place) == {f"{DAY}/long.jsonl#2": ("too_long",), f"{DAY}/long.txt": ("too_long",)}


def test_pipes_sockets_and_devices_are_set_aside_and_nobody_waits_for_them(
    commands: Commands, place: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = place / "raw" / DAY
    os.mkfifo(folder / "pipe.txt")
    os.mkfifo(folder / "pipe.jsonl.gz")
    (folder / "device.txt").symlink_to("/dev/zero")
    monkeypatch.chdir(folder)  # a socket's path may have 107 bytes
    with socket.socket(socket.AF_UNIX) as listening:
        listening.bind("socket.html")
        answer = commands(*RUN, "--json", cwd=str(place))
    assert answer.code == 0, answer.stderr
    assert adds_up(answer, rows_in=7, kept=3, quarantined=4)
    assert set(aside(place).values()) == {("not_a_file",)}


NAMES = (
    "two\nlines.txt",
    'tab\tand "quotes".txt',
    "#1?&%20.txt",
    "naïve 東京 🚲.txt",
    "-rf.txt",
    "a" * 251 + ".txt",
    "[red]no markup[/red].txt",
)


def test_file_names_may_be_anything_that_is_utf8(commands: Commands, place: Path) -> None:
    put(place / "raw", {f"{DAY}/{name}": article(10 + at) for at, name in enumerate(NAMES)})
    answer = commands(*RUN, "--json", cwd=str(place))
    assert answer.code == 0, answer.stderr
    assert answer.json["tables"]["articles"] == 3 + len(NAMES)
    release = place / "data/releases/00000001/articles"
    assert {f"{DAY}/{name}" for name in NAMES} < set(pq.read_table(release)["raw_path"].to_pylist())
    assert commands("trace", f"raw/{DAY}/{NAMES[0]}", cwd=str(place)).code == 0
    assert "Nothing to do" in commands(*RUN, cwd=str(place)).stdout


def test_a_file_that_changes_while_it_is_worked_on_is_read_as_it_is_then(
    commands: Commands, place: Path
) -> None:
    changing = place / "raw" / DAY / "0.txt"
    answer = commands(*RUN, "--json", cwd=str(place), vanish=str(changing), becomes=article(70))
    assert answer.code == 0, answer.stderr
    titles = pq.read_table(place / "data/releases/00000001/articles")["title"].to_pylist()
    assert article(70).splitlines()[0] in titles
    assert article(0).splitlines()[0] not in titles
    assert "Nothing to do" in commands(*RUN, cwd=str(place)).stdout


def test_a_path_that_could_not_be_opened_is_forgotten_when_it_is_gone(
    commands: Commands, place: Path
) -> None:
    pipes = [place / "raw" / DAY / "pipe.txt", place / "raw/beta/2024-02-01/pipe.txt"]
    for pipe in pipes:
        pipe.parent.mkdir(parents=True, exist_ok=True)
        os.mkfifo(pipe)
    assert commands(*RUN, "--json", cwd=str(place)).json["stages"]["ingest"]["quarantined"] == 2
    for pipe in pipes:
        pipe.unlink()
    answer = commands(*RUN, "--json", cwd=str(place))
    assert answer.code == 0, answer.stderr
    assert answer.json["batches"]["done"] == [DAY, "beta/2024-02-01"]
    assert adds_up(answer, rows_in=3, quarantined=0)
    assert "raw_missing" not in answer.stdout
    again = commands(*RUN, cwd=str(place))
    assert "Nothing to do" in again.stdout
    assert "pipe" not in again.stdout


@pytest.mark.parametrize("name", ["0.txt", "records.jsonl"])
def test_what_was_read_once_stays_when_its_path_cannot_be_opened_and_then_is_gone(
    commands: Commands, place: Path, name: str
) -> None:
    path = place / "raw" / DAY / name
    put(place / "raw", {f"{DAY}/records.jsonl": record(10) + "\n" + record(11)})
    assert commands(*RUN, "--json", cwd=str(place)).json["tables"]["articles"] == 5
    path.unlink()
    os.mkfifo(path)
    answers = [commands(*RUN, "--json", cwd=str(place))]
    path.unlink()
    answers.append(commands(*RUN, "--json", cwd=str(place)))
    for answer, n_aside in zip(answers, (1, 0), strict=True):
        assert answer.code == 0, answer.stderr
        assert adds_up(answer, kept=5, quarantined=n_aside)
    assert "raw_missing" in answers[1].stdout
    assert "Nothing to do" in commands(*RUN, cwd=str(place)).stdout
    put(place / "raw", {f"{DAY}/records.jsonl": record(10) + "\n" + record(11), f"{DAY}/0.txt": article(0)})
    back = commands(*RUN, cwd=str(place))
    assert back.code == 0, back.stderr
    assert "raw_missing" not in back.stdout
    release = place / "data/releases" / (place / "data/LATEST").read_text() / "articles"
    assert len(pq.read_table(release)) == 5
    assert "Nothing to do" in commands(*RUN, cwd=str(place)).stdout


def test_a_held_revision_that_lacks_records_is_tried_once(commands: Commands, place: Path) -> None:
    put(place / "raw", {f"{DAY}/records.jsonl": record(10) + "\n" + record(11)})
    assert commands(*RUN, cwd=str(place)).code == 0
    short = [json.dumps({"id": seed, "text": note(seed)}) for seed in range(20, 28)]
    put(place / "raw", {f"{DAY}/records.jsonl": "\n".join(short)})
    assert commands(*RUN, cwd=str(place)).code == 5
    again = commands(*RUN, cwd=str(place))
    assert again.code == 0, again.stdout
    assert f"{DAY}: text_length" in again.stdout
