"""Profiles: what comes again and again in a source, learned from its documents; a versioned input of clean.

    profiles/<hash>.json      one profile of one source; immutable, named by its content, never swept
    profiles/CURRENT.json     source -> the hash that new results use

Only `learn-profiles` moves CURRENT. The hash is part of the clean recipe of its source, so batches cleaned
under another profile count as older, and a backfill moves them.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from functools import lru_cache
from pathlib import Path
from typing import Any

from tasks.errors import CorruptPart
from tasks.versions.folder import LocalFolder

FOLDER = "profiles"
CURRENT = f"{FOLDER}/CURRENT.json"
FORMAT = 1

MIN_STORIES = 5  # a source with fewer has no habits yet
# A line that other rules or the model cut in half of its stories is boilerplate in the other half too; one they
# never cut must stand in this share of all stories. Sentences need more: agencies repeat paragraphs of background.
SHORT_STORIES, SHORT_FRAC = 4, 0.3
PROSE_STORIES, PROSE_FRAC, PROSE_CUT_FRAC = 8, 0.5, 0.1
CUT_FRAC = 0.5


@dataclass(frozen=True, slots=True)
class SeenLine:
    """A line that several stories have. cut_frac: in which share of them rules or the model cut it; kind: as what."""

    n_stories: int
    cut_frac: float
    kind: str | None
    is_prose: bool
    sample: str


@dataclass(frozen=True, slots=True)
class Profile:
    """What is typical of one source. cuts_mean: cuts in a document, this profile's own included; lines: by `line_key`."""

    source: str
    n_stories: int
    cuts_mean: float
    lines: Mapping[str, SeenLine] = field(default_factory=dict)

    def says_boilerplate(self, line: SeenLine) -> bool:
        """Whether a line comes so often that it is no part of any story."""
        share = line.n_stories / max(1, self.n_stories)
        cut = line.cut_frac >= CUT_FRAC
        if line.is_prose:
            often = line.n_stories >= PROSE_STORIES
            return often and (share >= PROSE_FRAC or (cut and share >= PROSE_CUT_FRAC))
        return line.n_stories >= SHORT_STORIES and (cut or share >= SHORT_FRAC)

    def to_bytes(self) -> bytes:
        """The profile as JSON, the same for the same profile."""
        return json.dumps(
            {"format": FORMAT, **asdict(self)}, ensure_ascii=False, sort_keys=True, indent=1
        ).encode()

    @property
    def hash(self) -> str:
        """What it is stored under, 16 hex digits."""
        return hashlib.sha256(self.to_bytes()).hexdigest()[:16]


def current_profiles(data: Path) -> dict[str, str]:
    """The hash in use by source; empty before `learn-profiles`. Raises CorruptPart if the file is broken."""
    try:
        listed = json.loads((data / CURRENT).read_bytes())
    except (FileNotFoundError, NotADirectoryError):
        return {}
    except ValueError as error:
        raise CorruptPart(_broken(data / CURRENT)) from error
    if not isinstance(listed, dict) or not all(isinstance(one, str) for one in listed.values()):
        raise CorruptPart(_broken(data / CURRENT))
    return listed


def load_profile(data: Path, digest: str) -> Profile:
    """The profile of that hash. Raises CorruptPart if it is gone or is not what its name says."""
    return _load(data / FOLDER / f"{digest}.json")


def stored_profiles(data: Path) -> tuple[str, ...]:
    """The hashes of all profiles there are, of every source."""
    return tuple(sorted(path.stem for path in (data / FOLDER).glob("*.json") if path.name != "CURRENT.json"))


def expected_cuts(data: Path) -> dict[str, float]:
    """Cuts in a document by source, as the current profiles have them."""
    return {
        source: load_profile(data, digest).cuts_mean
        for source, digest in sorted(current_profiles(data).items())
    }


def save_profiles(data: Path, profiles: Mapping[str, Profile]) -> tuple[str, ...]:
    """Stores profiles by source and makes them the current ones; the sources whose profile changed."""
    folder = LocalFolder(data)
    current = current_profiles(data)
    changed = tuple(s for s, profile in sorted(profiles.items()) if current.get(s) != profile.hash)
    for source in changed:
        folder.create(f"{FOLDER}/{profiles[source].hash}.json", profiles[source].to_bytes())
    if changed:
        listed = {**current, **{source: profiles[source].hash for source in changed}}
        folder.put(CURRENT, json.dumps(listed, ensure_ascii=False, sort_keys=True, indent=1).encode())
    return changed


@lru_cache(maxsize=256)  # a worker cleans one source after another
def _load(path: Path) -> Profile:
    try:
        raw = path.read_bytes()
    except FileNotFoundError as error:
        raise CorruptPart(f"{path} is gone; the clean recipe of its source names it. Put it back, or run "
                          "`cleancopy learn-profiles` and a backfill") from error  # fmt: skip
    if hashlib.sha256(raw).hexdigest()[:16] != path.stem:
        raise CorruptPart(_broken(path))
    value: dict[str, Any] = json.loads(raw)  # written by to_bytes
    del value["format"]
    lines = {key: SeenLine(**line) for key, line in value.pop("lines").items()}
    return Profile(**value, lines=lines)


def _broken(path: Path) -> str:
    return f"{path} is not what was written: put it back, or delete it and run `cleancopy learn-profiles`"
