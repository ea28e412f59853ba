"""Names and texts from outside reach the terminal as letters: no escape sequence, no markup, no turned line."""

from __future__ import annotations

import io
import json
import logging
import os
import re
import subprocess
import sys
from functools import partial
from pathlib import Path
from typing import Any

import pytest

from flows.cli import _guarded
from flows.cli.gates import _print_coverage, _print_rules, _uncovered
from flows.cli.render import console, listing, marked, print_json
from flows.logs import tell_plainly
from tasks.errors import UsageError
from tasks.settings import Settings
from tests.flows.conftest import World, article
from tests.flows.prefect_database import put_database
from tests.flows.up_process import CLEANCOPY

EVIL = "\x1b[31m\x1b]0;pwn\x07\u202e\x9b5m[/red][b]"
COLOURS = re.compile(r"\x1b\[[0-9;]*m")
ACTING = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069]")


@pytest.fixture(scope="module")
def evil(tmp_path_factory: pytest.TempPathFactory) -> World:
    """A source, files and texts with active characters; one batch is held, some rows are set aside."""
    folder = tmp_path_factory.mktemp("evil")
    (folder / "raw").mkdir()
    world = World(Settings(raw=folder / "raw", data=folder / "data", workers=1))
    title, _, text = article(1).partition("\n")
    world.put(f"a{EVIL}a/2024-02-01/f{EVIL}.txt", f"{title} {EVIL}\n{text.replace('every', f'every {EVIL}')}")
    world.put(f"a{EVIL}a/2024-02-01/g{EVIL}.txt", "short")
    world.put(
        "a/2024-02-01/w.jsonl",
        f'{json.dumps({"id": EVIL, "title": EVIL, "text": article(3)})}\n{{"id": "{EVIL}',
    )
    for number in range(8):
        world.put(f"b{EVIL}/2024-02-01/{number}.txt", f"Note {number} {EVIL}\n\nThe note says little.")
    world.run(reason=f"why {EVIL}")
    return world


COMMANDS: tuple[tuple[str, ...], ...] = (
    ("versions",), ("show",), ("show", "--json"), ("gates",), ("run", "--direct"), ("trace", "txt"), ("trace", "f"),
    ("trace", "2024-02-01/x.txt"), ("trace", f"x{EVIL}"),
    *(("backfill", "--from", "2024-02-01", "--to", "2024-02-01", *more) for more in (
        ("--dry-run", "--reprocess", "all"), ("--reprocess", "all"), ("--source", "none"))),
)  # fmt: skip


def said(world: World, monkeypatch: pytest.MonkeyPatch, capsys: Any, *words: str) -> str:
    monkeypatch.setenv("CLEANCOPY_RAW", str(world.settings.raw))
    monkeypatch.setenv("CLEANCOPY_DATA", str(world.settings.data))
    monkeypatch.setenv("FORCE_COLOR", "1")
    monkeypatch.setattr(sys, "argv", ["cleancopy", *words])
    assert _guarded() in (0, 2)
    printed = capsys.readouterr()
    return COLOURS.sub("", printed.out + printed.err)


@pytest.mark.parametrize("words", COMMANDS, ids=lambda words: " ".join(words[:2]).replace(EVIL, ""))
def test_no_command_lets_a_name_act_on_the_terminal(
    evil: World, monkeypatch: pytest.MonkeyPatch, capsys: Any, words: tuple[str, ...]
) -> None:
    assert not ACTING.findall(said(evil, monkeypatch, capsys, *words))


def test_a_traced_document_shows_what_it_holds_and_does_none_of_it(
    evil: World, monkeypatch: pytest.MonkeyPatch, capsys: Any
) -> None:
    for row in evil.rows("articles"):
        for more in ((), ("--char", "3"), ("--json",)):
            assert not ACTING.findall(said(evil, monkeypatch, capsys, "trace", row["doc_id"], *more))


def test_a_reason_with_brackets_is_printed_as_it_was_given(
    evil: World, monkeypatch: pytest.MonkeyPatch, capsys: Any
) -> None:
    assert "[/red][b]" in said(evil, monkeypatch, capsys, "show")


def test_json_means_the_same_though_its_active_characters_are_escaped(capsys: Any) -> None:
    print_json({"name": EVIL})
    printed = capsys.readouterr().out
    assert json.loads(printed) == {"name": EVIL}
    assert not ACTING.findall(printed)


def test_json_for_a_stream_without_its_letters_is_json_all_the_same(monkeypatch: pytest.MonkeyPatch) -> None:
    stream = io.TextIOWrapper(io.BytesIO(), encoding="ascii")
    monkeypatch.setattr(sys, "stdout", stream)
    print_json({"name": "café"})
    stream.seek(0)
    assert json.loads(stream.read()) == {"name": "café"}


def test_a_narrow_terminal_cuts_no_name_short(capsys: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    table = listing("batch", "held by", names=["batch"])
    table.add_row("coastal-wire/2024-03-05", "text_length, title_length, titles_present")
    console(columns=45).print(table)
    batch, *rules = capsys.readouterr().out.split()[3:]
    assert batch == "coastal-wire/2024-03-05"
    assert "".join(rules) == "text_length,title_length,titles_present"
    rule = {"stage": "dedup", "rule": "every_article_clustered", "on_fail": "stop", "tolerance": 0.0,
            "column": "n_unclustered", "bounds": {"max_value": 0.0}, "why": "an article without a cluster is lost"}  # fmt: skip
    monkeypatch.setattr("flows.cli.render.console", partial(console, columns=60))
    _print_rules([rule])
    assert "every_article_clustered" in capsys.readouterr().out


def test_a_stage_judged_by_figures_is_not_said_to_have_a_rule_for_every_column(capsys: Any) -> None:
    _print_coverage({"clean": [], "dedup": _uncovered("dedup")})
    clean, dedup = capsys.readouterr().out.splitlines()
    assert clean.endswith("every column has a rule")
    assert dedup.endswith("its rules look at figures of the whole corpus")


def test_our_own_styles_are_kept(capsys: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("FORCE_COLOR", "1")
    console().print(marked("held", "red", f" {EVIL}"))
    printed = capsys.readouterr().out
    assert COLOURS.findall(printed)
    assert "held" in printed
    assert not ACTING.findall(COLOURS.sub("", printed))


def test_a_log_line_shows_the_names_it_is_given(caplog: pytest.LogCaptureFixture) -> None:
    tell_plainly()
    logging.getLogger("flows.dag").warning("clean: %s", f"kept {EVIL}")
    assert not ACTING.findall(caplog.messages[0])
    assert caplog.messages[0].startswith("clean: kept ␛[31m")


def test_an_error_that_was_told_in_words_has_no_traceback(caplog: pytest.LogCaptureFixture) -> None:
    tell_plainly()
    for error in (UsageError("swap them"), ValueError("a fault of ours")):
        try:
            raise error
        except (UsageError, ValueError):
            logging.getLogger("prefect.flow_runs").exception("exited")
    assert [record.exc_info[1] for record in caplog.records if record.exc_info] == [error]


@pytest.mark.parametrize("words", [("run",), ("run", "--direct"), ("show",), ("--help",)], ids=" ".join)
def test_a_reader_who_goes_away_does_not_end_the_command(
    words: tuple[str, ...], tmp_path: Path, prefect_database: Path
) -> None:
    """As `cleancopy run 2>&1 | head -1`, and as a run whose runner was killed."""
    world = World(Settings(raw=tmp_path / "raw", data=tmp_path / "data", workers=1))
    for number in range(3):
        world.put(f"a/2024-02-01/{number}.txt", article(number))
    if not words[0].startswith("run"):
        world.run()
    put_database(prefect_database, tmp_path / "prefect")
    reader, writer = os.pipe()
    os.close(reader)
    done = subprocess.run(
        [CLEANCOPY, *words], cwd=tmp_path, stdout=writer, stderr=writer, check=False, timeout=600,
        env={**os.environ, "PREFECT_HOME": str(tmp_path / "prefect"), "CLEANCOPY_WORKERS": "1"},
    )  # fmt: skip
    os.close(writer)
    assert done.returncode == 0
    assert (tmp_path / "data/releases/00000001").is_dir()
