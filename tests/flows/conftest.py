"""A small world of documents to run the whole DAG on."""

from __future__ import annotations

import hashlib
import os
import subprocess
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from flows.dag import Dag, Outcome
from flows.engine import DirectEngine, workers_of
from flows.progress import Silent
from flows.request import backfill_request, run_request
from tasks.plan import Selection
from tasks.settings import Settings
from tasks.versions.manifest import Manifest
from tasks.versions.store import Store
from tests.flows.prefect_database import migrated
from tests.flows.processes import Answer, Commands

RUN = ("run", "--direct")
FIRST, LAST = date(2024, 1, 1), date(2024, 12, 31)

PLACES = ("Lagos", "Hanoi", "Lima", "Oslo", "Cairo", "Quito", "Perth", "Dakar", "Turin", "Busan")
TOPICS = (
    "bakery",
    "library",
    "harbour",
    "orchard",
    "museum",
    "railway",
    "school",
    "theatre",
    "market",
    "bridge",
)
WORDS = (
    "council", "engineer", "harvest", "winter", "budget", "lantern", "carpenter", "ferry", "garden", "station",
    "teacher", "window", "copper", "letter", "village", "captain", "morning", "thunder", "kitchen", "violin",
    "granite", "pasture", "compass", "blanket", "orange", "silver", "tunnel", "meadow", "candle", "hammer",
)  # fmt: skip


def article(seed: int, *, paragraphs: int = 4) -> str:
    """A made-up article: the same seed gives the same text, two seeds share no sentence."""
    place, topic = PLACES[seed % 10], TOPICS[seed // 10 % 10]
    digits = hashlib.sha256(str(seed).encode()).digest() * 4
    picks = iter([WORDS[byte % len(WORDS)] for byte in digits])
    lines = [f"New {topic} number {seed} opens in {place}", ""]
    for number in range(paragraphs):
        chosen = [next(picks) for _ in range(8)]
        lines += [
            f"The {chosen[0]} of {place} told the {chosen[1]} on day {seed + number} that every {chosen[2]} and {chosen[3]} "
            f"near the {topic} would be paid {seed * 37 + number} dollars before the {chosen[4]} reached the {chosen[5]}, "
            f"and that no {chosen[6]} had asked for a {chosen[7]} so far this year.",
            "",
        ]
    return "\n".join(lines)


def note(seed: int) -> str:
    """A text too short to be an article: the rule text_length sets it aside."""
    place = PLACES[seed % 10]
    return f"Ferry notice {seed} for {place}\n\nThe ferry to {place} will not leave before {seed + 3} o'clock on Monday because of the fog, the harbour master said.\n"


@dataclass
class World:
    """raw/ and data/ in a temporary folder, and runs of the DAG without Prefect."""

    settings: Settings

    @property
    def store(self) -> Store:
        return Store(self.settings.data)

    def put(self, path: str, content: str | bytes) -> None:
        file = self.settings.raw / path
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_bytes(content.encode() if isinstance(content, str) else content)

    def run(self, **given: Any) -> Outcome | None:
        """None where there was nothing to do."""
        return self._carry_out(run_request(self.settings, **given))

    def backfill(
        self, *, reason: str = "a test", accept: tuple[str, ...] = (), **given: Any
    ) -> Outcome | None:
        selection = Selection(**{"start": FIRST, "end": LAST, "undated": True, **given})
        return self._carry_out(backfill_request(self.settings, selection, accept=accept, reason=reason))

    def head(self) -> Manifest:
        manifest = self.store.head()
        assert manifest is not None
        return manifest

    def bytes_of_tables(self) -> dict[str, str]:
        """Path in the release -> hash of the bytes, of the newest version."""
        folder = self.settings.data / "releases" / f"{self.head().version:08d}"
        return {
            path.relative_to(folder).as_posix(): hashlib.sha256(path.read_bytes()).hexdigest()
            for path in sorted(folder.rglob("*.parquet"))
        }

    def rows(self, table: str) -> list[dict[str, Any]]:
        return self.store.read_table(self.head(), table).to_pylist()

    def _carry_out(self, request: Any) -> Outcome | None:
        if request.plan.is_empty:
            return None
        with workers_of(self.settings) as workers:
            return Dag(request, self.settings, DirectEngine(workers), Silent()).run()


def is_one_message(answer: Answer, code: int, *words: str) -> bool:
    """One line that begins with `error:`, the words in it, the exit code, no traceback."""
    told = [line for line in answer.stderr.splitlines() if line.startswith("error: ")]
    assert "Traceback" not in answer.stderr, answer.stderr
    assert answer.code == code, (answer.code, answer.stderr)
    assert len(told) == 1, answer.stderr
    assert all(word in told[0] for word in words), told[0]
    return True


@pytest.fixture
def new_world(tmp_path: Path):
    """Makes worlds that share nothing: `new_world("a", workers=1)`."""

    def make(name: str = "world", **settings: Any) -> World:
        folder = tmp_path / name
        (folder / "raw").mkdir(parents=True, exist_ok=True)
        return World(Settings(**{"raw": folder / "raw", "data": folder / "data", "workers": 1, **settings}))

    return make


@pytest.fixture
def world(new_world) -> World:
    return new_world()


@pytest.fixture(scope="session")
def commands(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Commands]:
    """`cleancopy` in processes of its own, from a process that has everything imported."""
    with Commands(tmp_path_factory.mktemp("commands")) as warm:
        yield warm


@pytest.fixture(scope="session")
def prefect_database(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Prefect's database, migrated: made once, also where several workers test."""
    base = tmp_path_factory.getbasetemp()
    return migrated(base.parent if os.environ.get("PYTEST_XDIST_WORKER") else base)


def put_copy(of: Path, folder: Path) -> None:
    """What is in a folder, in another too; files that are one there are one here."""
    subprocess.run(["cp", "-a", f"{of}/.", str(folder)], check=True)


def three_articles(folder: Path) -> None:
    day = folder / "raw/alpha/2024-02-01"
    day.mkdir(parents=True)
    for seed in range(3):
        (day / f"{seed}.txt").write_text(article(seed))


@pytest.fixture
def place(tmp_path: Path) -> Path:
    """A folder with a raw/ of one good batch, three articles."""
    three_articles(tmp_path)
    return tmp_path


@pytest.fixture(scope="session")
def published_once(commands: Commands, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The same with a version of it, for no test to touch."""
    folder = tmp_path_factory.mktemp("published")
    three_articles(folder)
    assert commands(*RUN, cwd=str(folder)).code == 0
    return folder


@pytest.fixture
def published(published_once: Path, tmp_path: Path) -> Path:
    """A copy of it, and a new file for the next version."""
    put_copy(published_once, tmp_path)
    (tmp_path / "raw/alpha/2024-02-02").mkdir()
    (tmp_path / "raw/alpha/2024-02-02/7.txt").write_text(article(7))
    return tmp_path


@pytest.fixture
def disk(tmp_path: Path) -> Iterator[Callable[[str], Path]]:
    """Mounts a file system in memory of a given size, for root; its folder."""
    made: list[Path] = []

    def mount(size: str) -> Path:
        folder = tmp_path / f"disk{len(made)}"
        folder.mkdir()
        if (
            os.geteuid() != 0
            or subprocess.run(
                ["mount", "-t", "tmpfs", "-o", f"size={size}", "tmpfs", str(folder)],
                check=False,
                capture_output=True,
            ).returncode
        ):
            pytest.skip("only root can mount a file system")
        made.append(folder)
        return folder

    yield mount
    for folder in made:
        subprocess.run(["umount", "-l", str(folder)], check=True)
