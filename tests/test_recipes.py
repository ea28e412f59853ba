"""A recipe changes with what a stage does, and with nothing else."""

from __future__ import annotations

import os
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
        ("entities/values/find.py", {"entities"}),
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


def test_a_changed_file_of_the_taggers_pipeline_moves_its_recipe_and_another_copy_time_does_not(
    tmp_path: Path,
) -> None:
    pipeline = Settings(tagger=f"spacy:{tmp_path}")
    no_pipeline = all_recipes(pipeline)
    (tmp_path / "ner").mkdir()
    (tmp_path / "config.cfg").write_text("[nlp]")
    (tmp_path / "ner/model").write_bytes(b"first")
    before = all_recipes(pipeline)
    assert changed(no_pipeline, before) == {"entities"}
    os.utime(tmp_path / "ner/model", ns=(1, 1))
    assert changed(before, all_recipes(pipeline)) == set()
    (tmp_path / "ner/model").write_bytes(b"other")
    assert changed(before, all_recipes(pipeline)) == {"entities"}


def test_a_folder_that_is_no_pipeline_is_not_read(tmp_path: Path) -> None:
    (tmp_path / "large.bin").write_bytes(b"never hashed")
    assert recipes.tagger_files(f"spacy:{tmp_path}") == recipes.tagger_files("cleancopy") == ""


def test_a_result_depends_on_the_recipes_of_the_stages_before_it() -> None:
    recipe = {"ingest": "i", "clean": "c", "entities": "e"}
    assert recipes.chain(recipe, "clean") == ("i", "c")
    assert recipes.chain(recipe, "entities") == ("i", "c", "e")
