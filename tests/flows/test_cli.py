"""The command line as people and programs meet it: help, exit codes, one clear message, no traceback."""

from __future__ import annotations

import gzip
import json
import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

from tests.flows.conftest import article

CLEANCOPY = Path(sys.executable).with_name("cleancopy")
COMMANDS = (
    "run",
    "backfill",
    "replay",
    "versions",
    "show",
    "diff",
    "rollback",
    "retention",
    "gates",
    "learn-profiles",
    "rules",
    "clean",
    "dedup",
    "tag",
    "trace",
    "report",
)


def call(
    *args: object, stdin: str | None = None, cwd: Path | None = None, **environment: str
) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [str(CLEANCOPY), *map(str, args)], input=stdin, cwd=cwd, capture_output=True, text=True, timeout=300, check=False,
        env={**os.environ, "NO_COLOR": "1", **environment},
    )  # fmt: skip


@pytest.mark.parametrize("command", COMMANDS)
def test_every_command_has_help_that_says_what_it_does(command: str) -> None:
    done = call(command, "--help")
    assert done.returncode == 0
    assert "Usage: cleancopy " + command in done.stdout


def test_the_help_lists_every_command() -> None:
    listed = set(re.findall(r"^│ ([a-z-]+)  ", call("--help").stdout, re.MULTILINE))
    assert set(COMMANDS) <= listed


def test_the_help_loads_neither_pandas_nor_prefect_nor_great_expectations() -> None:
    code = (
        "import sys; sys.argv=['cleancopy','--help']\n"
        "from flows.cli import main\n"
        "try: main()\n"
        "except SystemExit: pass\n"
        "print(sorted({'pandas','prefect','great_expectations','pyarrow','numpy','pydantic'} & set(sys.modules)), file=sys.stderr)"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stderr.strip() == "[]"


def test_a_run_a_second_run_and_the_reading_commands(place: Path) -> None:
    first = call("run", "--direct", "--json", cwd=place)
    assert first.returncode == 0, first.stderr
    assert json.loads(first.stdout)["tables"]["articles"] == 3
    second = call("run", "--json", cwd=place)
    assert json.loads(second.stdout)["is_new"] is False
    assert json.loads(call("versions", "--json", cwd=place).stdout)[0]["version"] == 1
    assert json.loads(call("show", "--json", cwd=place).stdout)["tables"]["articles"]["rows"] == 3
    assert call("tag", "1", "first", cwd=place).returncode == 0
    assert json.loads(call("diff", "first", "latest", "--json", cwd=place).stdout)["batches"] == []
    assert json.loads(call("retention", "--dry-run", "--json", cwd=place).stdout)["versions"] == []


def test_an_empty_landing_zone_says_where_documents_go(tmp_path: Path) -> None:
    (tmp_path / "raw").mkdir()
    done = call("run", cwd=tmp_path)
    assert (done.returncode, done.stdout) == (
        0,
        "Nothing to do: no documents in raw; put them there as raw/<source>/<YYYY-MM-DD>/FILE.\n",
    )


def test_nothing_to_do_is_said_without_loading_prefect_or_great_expectations(place: Path) -> None:
    assert call("run", "--direct", cwd=place).returncode == 0
    code = (
        "import sys; sys.argv=['cleancopy','run']\n"
        "from flows.cli import main\n"
        "try: main()\n"
        "except SystemExit as done: print(done.code, sorted({'prefect','great_expectations','pandas'} & set(sys.modules)), file=sys.stderr)"
    )
    done = subprocess.run([sys.executable, "-c", code], cwd=place, capture_output=True, text=True, check=True)
    assert "Nothing to do: version 1" in done.stdout
    assert done.stderr.strip() == "0 []"


@pytest.mark.parametrize(
    ("args", "code", "words"),
    [
        (["--no-such-option"], 2, "No such option"),
        (["run", "--raw", "nowhere"], 2, "raw folder .*nowhere is missing"),
        (["run", "--raw", "a-file"], 2, "is not a folder"),
        (["run", "--data", "a-file"], 2, "a-file"),
        (["run", "--accept", "text_length"], 2, "--reason TEXT"),
        (["backfill", "--from", "2024-02-02", "--to", "2024-02-01"], 2, "after the last day"),
        (
            ["backfill", "--from", "2024-13-45", "--to", "2024-02-01"],
            2,
            "'2024-13-45' is no day; write it as",
        ),
        (
            ["backfill", "--from", "2024-02-01", "--to", "2024-02-02", "--source", "gamma"],
            2,
            "unknown source gamma; known are alpha",
        ),
        (
            ["backfill", "--from", "2024-02-01", "--to", "2024-02-02", "--from-stage", "dedup"],
            2,
            "no such stage: dedup",
        ),
        (["show", "7"], 2, "7"),
        (["rollback", "7", "--reason", "x"], 2, "7"),
        (["retention", "--keep", "0"], 2, "retention keeps at least one version"),
        (["gates", "nothing"], 2, "no such stage: nothing"),
        (["clean", "missing.txt"], 2, "no file missing.txt"),
        (["clean", "raw"], 2, "raw is a folder: name files"),
        (["clean", "packed.jsonl.gz"], 2, "packed.jsonl.gz is neither plain text nor HTML nor JSON lines"),
        (["clean", "broken.jsonl", "--diff"], 2, "broken.jsonl has JSON lines: --diff shows the cuts of"),
        (["clean", "-", "--diff"], 2, "of standard input only JSON lines are read"),
        (["tag", "1"], 2, "no file 1; a version gets a name by `cleancopy tag 1 NAME`"),
        (["dedup", "broken.jsonl"], 2, "broken.jsonl, line 2: not JSON"),
        (["tag", "broken.jsonl"], 2, "broken.jsonl, line 2: not JSON"),
    ],
    ids=lambda value: " ".join(value) if isinstance(value, list) else "",
)
def test_wrong_usage_gets_one_clear_message_and_its_exit_code(
    place: Path, args: list[str], code: int, words: str
) -> None:
    (place / "a-file").write_text("not a folder")
    (place / "broken.jsonl").write_text('{"id": "1", "text": "The first line is good."}\n{"id": "2", "te\n')
    (place / "packed.jsonl.gz").write_bytes(gzip.compress(b'{"id": "1", "text": "A line."}'))
    done = call(*args, cwd=place)
    assert done.returncode == code
    assert re.search(words, done.stderr)
    assert "Traceback" not in done.stderr
    assert not (place / "data").exists()


def test_an_unknown_setting_names_itself(place: Path) -> None:
    (place / "cleancopy.toml").write_text("shard_rows = 0\n")
    done = call("run", cwd=place)
    assert done.returncode == 2
    assert "setting shard_rows" in done.stderr


def test_the_gates_are_shown_with_their_why() -> None:
    rules = json.loads(call("gates", "clean", "--json").stdout)
    assert {"rule", "on_fail", "why", "stage", "column"} <= set(rules[0])
    assert json.loads(call("gates", "--coverage", "--json").stdout).keys() >= {"ingest", "clean", "entities"}


def test_clean_streams_line_by_line_and_touches_no_data_folder(tmp_path: Path) -> None:
    process = subprocess.Popen(
        [str(CLEANCOPY), "clean", "-"], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, cwd=tmp_path
    )
    assert process.stdin is not None
    assert process.stdout is not None
    for seed in range(2):
        process.stdin.write(json.dumps({"id": seed, "text": article(seed)}) + "\n")
        process.stdin.flush()
        answer = json.loads(process.stdout.readline())
        assert answer["id"] == seed
        assert answer["title"] == article(seed).split("\n")[0]
    process.stdin.close()
    assert process.wait(timeout=60) == 0
    assert list(tmp_path.iterdir()) == []


def test_clean_reads_each_file_as_what_it_is(tmp_path: Path) -> None:
    for seed in range(2):
        mark = "\ufeff" * seed  # of Windows tools
        (tmp_path / f"{seed}.jsonl").write_text(mark + json.dumps({"id": seed, "text": article(seed)}) + "\n")
    done = call("clean", "0.jsonl", "1.jsonl", cwd=tmp_path)
    assert [json.loads(line)["id"] for line in done.stdout.splitlines()] == [0, 1]
    (tmp_path / "PAGE.HTML").write_text(f"<html><body><p>{article(2)}</p></body></html>")
    assert "<p>" not in call("clean", "PAGE.HTML", cwd=tmp_path).stdout


def test_a_terminal_without_our_letters_gets_escapes_and_no_traceback(tmp_path: Path) -> None:
    (tmp_path / "a.txt").write_text(article(1).replace("council", "café"), encoding="utf-8")
    for more in ((), ("--diff",)):
        done = call("clean", "a.txt", *more, cwd=tmp_path, PYTHONIOENCODING="ascii")
        assert done.returncode == 0
        assert r"caf\xe9" in done.stdout


def test_dedup_answers_every_line_and_writes_its_evidence(tmp_path: Path) -> None:
    texts = [article(1), article(2), article(1)]
    lines = "".join(json.dumps({"id": str(n), "text": text}) + "\n" for n, text in enumerate(texts))
    done = call("dedup", "-", "--pairs", tmp_path / "pairs.jsonl", stdin=lines)
    answers = [json.loads(line) for line in done.stdout.splitlines()]
    assert [one["cluster_id"] for one in answers] == ["0", "1", "0"]
    (pair,) = [json.loads(line) for line in (tmp_path / "pairs.jsonl").read_text().splitlines()]
    assert (pair["doc_id_a"], pair["doc_id_b"], pair["relation"]) == ("0", "2", "exact")


def test_tag_gives_mentions_with_offsets_into_the_text() -> None:
    text = "Foreign Minister Bui Thanh Son met Wang Yi in Hanoi on February 5, and promised $3 million."
    done = call(
        "tag", "-", stdin=json.dumps({"id": "a", "text": text, "published_at": "2024-02-05T00:00:00Z"}) + "\n"
    )
    mentions = json.loads(done.stdout)["mentions"]
    found = {text[one["start"] : one["end"]]: one for one in mentions}
    assert found["Hanoi"]["type"] == "GPE"
    assert found["February 5"]["value"] == "2024-02-05"
