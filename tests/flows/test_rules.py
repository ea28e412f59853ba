"""`rules add`: a person's rule shows its effect, is part of the recipe, and changes nothing before a backfill."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import pytest

from flows.cli.rules import add, list_rules
from tasks import recipes
from tasks.clean.rules import load_rules
from tests.flows.conftest import World, article

LINE = "Share this article"


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    """The rules of a copy of the rooms, used by clean and hashed by the recipes."""
    rooms = Path(recipes.__file__).parent
    shutil.copytree(rooms, tmp_path / "tasks", ignore=shutil.ignore_patterns("__pycache__"))
    rules = tmp_path / "tasks" / "clean" / "rules"
    monkeypatch.setattr(recipes, "_ROOMS", tmp_path / "tasks")
    monkeypatch.setattr("tasks.clean.rules.FOLDER", rules)
    monkeypatch.setattr("tasks.clean.work.load_rules", lambda: load_rules(rules))
    recipes._room.cache_clear()
    yield rules
    recipes._room.cache_clear()
    load_rules.cache_clear()


@pytest.fixture
def published(folder: Path, world: World) -> World:
    for source in ("alpha", "beta"):
        for seed in range(3):
            world.put(f"{source}/2024-02-05/{seed}.txt", f"{article(seed + len(source))}\n{LINE}\n")
    world.run()
    return world


def with_line(world: World) -> set[str]:
    recipes._room.cache_clear()
    return {row["source"] for row in world.rows("articles") if LINE in row["text"]}


def test_a_kept_line_says_what_it_restores_and_a_backfill_restores_it(
    published: World, folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    add(keep=LINE, source="alpha", reason="it is our column", data=published.settings.data)
    told = capsys.readouterr().out
    assert "Wrote alpha.share_this_article" in told
    assert "it restores 3 cuts (en.share 3) in 3 documents" in told
    assert "--from 2024-02-05 --to 2024-02-05 --source alpha --from-stage clean" in told
    assert told.rstrip().endswith(f"--reason 'a rule of ours' --data {published.settings.data}")
    recipes._room.cache_clear()
    assert published.run() is None
    assert with_line(published) == set()
    published.backfill(from_stage="clean")
    assert with_line(published) == {"alpha"}


def test_a_dry_run_of_a_cut_names_the_articles_and_writes_nothing(
    published: World, folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    for line in ("Crew wanted", "New bakery number 5 opens in Ottawa"):
        add(cut=line, reason="a box", data=published.settings.data, dry_run=True)
        assert "no article has this line" in capsys.readouterr().out
    assert not (folder / "own.toml").exists()


def test_a_rule_for_a_source_that_is_not_there_says_so(
    published: World, folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    add(cut="Crew wanted", source="alhpa", reason="a box", data=published.settings.data)
    told = capsys.readouterr().out
    assert "Version 1 has no source alhpa, it has alpha, beta" in told
    list_rules(source="alpha")
    assert "No rules of your own yet for alpha" in capsys.readouterr().out


def test_the_list_is_readable_and_json(
    folder: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    list_rules()
    assert "No rules of your own yet" in capsys.readouterr().out
    add(keep="Tides and bells", reason="our column", data=tmp_path / "none")
    assert "No version in" in capsys.readouterr().out
    list_rules(as_json=True)
    (one,) = json.loads(capsys.readouterr().out)
    assert (one["source"], one["does"], one["line"], one["about"]) == (
        None,
        "keep",
        "Tides and bells",
        "our column",
    )
