"""Recipes: one hash for what a stage does, over its code, rules, models and settings.

A stored result is good for ever under the recipe that made it. A changed recipe rewrites nothing by itself:
`run` uses it for new and changed batches, `backfill` moves chosen batches to it.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping
from functools import cache, lru_cache
from pathlib import Path
from typing import Literal

from tasks.profiles import current_profiles
from tasks.settings import Settings

STAGES: tuple[Literal["ingest", "clean", "entities"], ...] = ("ingest", "clean", "entities")

_ROOMS = Path(__file__).parent
# Steps over the whole corpus inside a stage's room: part of the corpus recipe, not of the stage's.
_CORPUS_FILES = {"entities": ("resolve.py", "tally.py", "aliases.toml", "aliases.py")}

_PIPELINE_MARKS = ("config.cfg", "config.json")  # spaCy's and Hugging Face's; no other folder is read through


def stage_recipes(source: str, settings: Settings) -> dict[str, str]:
    """The recipe of every per-document stage, for the batches of one source; 16 hex digits each."""
    return recipes_with(current_profiles(settings.data).get(source, ""), source, settings)


def recipes_with(profile: str, source: str, settings: Settings) -> dict[str, str]:
    """The same under the profile of that hash; empty for none."""
    used = {
        "ingest": {"record_max_bytes": str(settings.record_max_bytes)},
        "clean": {"profile": profile} if profile else {},
        "entities": {"tagger": settings.tagger, "tagger_files": tagger_files(settings.tagger)},
    }
    return {stage: _hash([*_files(stage, source), *sorted(used[stage].items())]) for stage in STAGES}


def corpus_recipe(settings: Settings) -> str:
    """The recipe of the steps over the whole corpus: duplicates, clusters, resolution."""
    shared = [(name, _file_hash(_ROOMS / "entities" / name)) for name in _CORPUS_FILES["entities"]]
    policy = [("canonical", ",".join(settings.canonical)), ("source_rank", ",".join(settings.source_rank))]
    return _hash([*_files("dedup", None), *shared, *policy])


def shared_code(settings: Settings) -> dict[str, str]:
    """Hash over every file of each room, for any source, and of the tagger's: what two processes must have in common."""
    rooms = {stage: _hash((name, digest) for name, digest, _ in _room(stage)) for stage in (*STAGES, "dedup")}
    return {**rooms, "tagger": _hash([(settings.tagger, tagger_files(settings.tagger))])}


def chain(recipe: Mapping[str, str], stage: str) -> tuple[str, ...]:
    """The recipes a stage's result depends on: its own and those of the stages before it."""
    return tuple(recipe[name] for name in STAGES[: STAGES.index(stage) + 1])


def tagger_files(tagger: str) -> str:
    """Hash over the pipeline of a tagger given as `kind:/path`; empty for our own and for what is no pipeline."""
    folder = Path(tagger.partition(":")[2])
    if ":" not in tagger or not any((folder / mark).is_file() for mark in _PIPELINE_MARKS):
        return ""
    files = [path for path in sorted(folder.rglob("*")) if path.is_file() and "__pycache__" not in path.parts]
    return _pipeline(folder, tuple((path, path.stat().st_size, path.stat().st_mtime_ns) for path in files))


@lru_cache(maxsize=8)
def _pipeline(folder: Path, files: tuple[tuple[Path, int, int], ...]) -> str:
    """Hash over names and contents; sizes and times only tell when to read the files again."""
    return _hash((path.relative_to(folder).as_posix(), _file_hash(path)) for path, _, _ in files)


def _files(stage: str, source: str | None) -> list[tuple[str, str]]:
    """Every file of a stage's room by name and hash; of the files for one source only that source's."""
    return [(name, digest) for name, digest, only in _room(stage) if only in (None, source)]


@cache
def _room(stage: str) -> tuple[tuple[str, str, str | None], ...]:
    """Every file of a stage's room: name, hash, and the one source it is for."""
    room = _ROOMS / stage
    return tuple(
        (path.relative_to(room).as_posix(), _file_hash(path), path.stem if _is_of_a_source(path) else None)
        for path in sorted(room.rglob("*"))
        if path.is_file() and _belongs(path) and path.name not in _CORPUS_FILES.get(stage, ())
    )


def _belongs(path: Path) -> bool:
    return "__pycache__" not in path.parts and path.suffix not in {".pyc", ".md"}


def _is_of_a_source(path: Path) -> bool:
    return path.parent.name == "sources" and path.suffix == ".toml"


def _file_hash(path: Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest() if path.is_file() else ""


def _hash(pairs: Iterable[tuple[str, str]]) -> str:
    digest = hashlib.sha256()
    for name, value in pairs:
        digest.update(f"{name}\0{value}\0".encode())
    return digest.hexdigest()[:16]
