"""A recipe changes with what a stage does, and with nothing else."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from tasks import recipes
from tasks.settings import Settings


@pytest.fixture
def rooms(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A copy of the rooms, to be changed."""
    shutil.copytree(
        Path(recipes.__file__).parent, tmp_path / "tasks", ignore=shutil.ignore_patterns("__pycache__")
    )
    monkeypatch.setattr(recipes, "_ROOMS", tmp_path / "tasks")
    recipes._room.cache_clear()
    yield tmp_path / "tasks"
    recipes._room.cache_clear()


def all_recipes(settings: Settings | None = None, source: str = "alpha") -> dict[str, str]:
    recipes._room.cache_clear()
    settings = settings or Settings()
    return {**recipes.stage_recipes(source, settings), "corpus": recipes.corpus_recipe(settings)}


def changed(before: dict[str, str], after: dict[str, str]) -> set[str]:
    return {name for name in before if before[name] != after[name]}


@pytest.mark.parametrize(
    ("path", "moved"),
    [
        ("clean/rules/en.toml", {"clean"}),
        ("clean/new_module.py", {"clean"}),
        ("ingest/decoding.py", {"ingest"}),
        ("entities/values.py", {"entities"}),
        ("entities/resolve.py", {"corpus"}),
        ("entities/aliases.toml", {"corpus"}),
        ("dedup/judge.py", {"corpus"}),
        ("gates/judge.py", set()),
        ("ingest/sources/alpha.toml", {"ingest"}),
        ("ingest/sources/beta.toml", set()),
        ("ingest/sources/README.md", set()),
    ],
)
def test_a_changed_file_moves_the_recipe_of_its_room_only(rooms: Path, path: str, moved: set[str]) -> None:
    before = all_recipes()
    with (rooms / path).open("a") as file:
        file.write("\n# changed\n")
    assert changed(before, all_recipes()) == moved


def test_settings_that_change_the_data_are_part_of_the_recipe_and_others_are_not() -> None:
    before = all_recipes()
    assert changed(before, all_recipes(Settings(workers=7, shard_rows=3, data=Path("elsewhere")))) == set()
    assert changed(before, all_recipes(Settings(record_max_bytes=5_000))) == {"ingest"}
    assert changed(before, all_recipes(Settings(source_rank=("alpha",)))) == {"corpus"}
    assert changed(before, all_recipes(Settings(tagger="another"))) == {"entities"}


def test_a_result_depends_on_the_recipes_of_the_stages_before_it() -> None:
    recipe = {"ingest": "i", "clean": "c", "entities": "e"}
    assert recipes.chain(recipe, "clean") == ("i", "c")
    assert recipes.chain(recipe, "entities") == ("i", "c", "e")
