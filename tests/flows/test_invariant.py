"""DESIGN 3: the tables are a function of documents, recipes and decisions, however they came about."""

from __future__ import annotations

import copy
import json
import random
from dataclasses import dataclass, field
from typing import Any

import pytest

from flows.progress import Silent
from flows.takedown import find, takedown
from tasks.ingest.inventory import document_id
from tests.flows.conftest import World, article

DAYS = ("2024-02-01", "2024-02-02", "2024-03-05", "somewhere")
REASON = "the author asked"

Content = str | dict[str, int]  # a text; or of a record file, per id the seed of its article
Batches = dict[str, dict[str, int | str]]  # batch -> raw path of a document -> what it says


def documents(n: int) -> dict[str, str]:
    """Paths and texts: articles, copies of them in another source, a few days and months."""
    files = {}
    for seed in range(n):
        files[f"alpha/{DAYS[seed % 4]}/{seed}.txt"] = article(seed)
        if seed % 3 == 0:
            files[f"beta/{DAYS[(seed + 1) % 4]}/{seed}.txt"] = (
                article(seed) + f"\nOne more line about {seed} at the end of the copy.\n"
            )
    return files


def batch_of(path: str) -> str:
    source, day = path.split("/")[:2]
    return f"{source}/{day if day[0] == '2' else 'undated'}"


def written(content: Content) -> str:
    if isinstance(content, str):
        return content
    records = [
        {"id": name, "title": f"Record {seed}", "text": article(seed)} for name, seed in content.items()
    ]
    return "".join(json.dumps(record) + "\n" for record in records)


@dataclass
class History:
    """A world that grows, and what it should hold: by the rules of the contract, kept without the pipeline.

    raw: what lies there now. published: documents of the newest version, by batch; versions: the same of every
    version. taken: documents taken down.
    """

    world: World
    rng: random.Random
    raw: dict[str, Content] = field(default_factory=dict)
    published: Batches = field(default_factory=dict)
    versions: dict[int, Batches] = field(default_factory=dict)
    taken: set[str] = field(default_factory=set)

    def put(self, path: str, content: Content) -> None:
        self.raw[path] = content
        self.world.put(path, written(content))

    def revise_records(self) -> None:
        """A record file with some of its records, some of them changed, some new."""
        path = f"gamma/{self.rng.choice(DAYS[:2])}/records.jsonl"
        names = self.rng.sample("abcdefg", self.rng.randint(2, 5))
        self.put(path, {name: 100 + ord(name) + 50 * self.rng.randint(0, 2) for name in sorted(names)})

    def vanish(self) -> None:
        path = self.rng.choice(sorted(self.raw))
        del self.raw[path]
        (self.world.settings.raw / path).unlink()

    def run(self) -> None:
        self.world.run()
        self._read(but=self.pinned)

    def backfill(self) -> None:
        mode = self.rng.choice(["missing", "failed", "all"])
        self.world.backfill(reprocess=mode, from_stage=self.rng.choice(["ingest", "clean", "entities"]))
        self.run()

    def rollback(self) -> None:
        number = self.rng.choice(sorted(self.versions))
        self.world.store.rollback(number, "a test", "nobody")
        self.published = copy.deepcopy(self.versions[number])
        self._read(but=set(self.world.head().batches))

    def take_down(self) -> None:
        there = [path for docs in self.published.values() for path in docs if path.split("#")[0] in self.raw]
        if not there:
            return
        path = self.rng.choice(sorted(there))
        take_down(self.world, path)
        self.taken.add(path)
        for state in (self.published, *self.versions.values()):
            state.get(batch_of(path), {}).pop(path, None)
        self._read(but=set(self.world.head().batches))

    def step(self) -> None:
        """Something happens, then what the newest version holds is compared."""
        chosen = self.rng.choices(
            [self.revise_records, self.vanish, self.backfill, self.rollback, self.take_down], [3, 2, 2, 2, 1]
        )[0]
        chosen()
        if chosen in (self.revise_records, self.vanish):
            self.run()
        self.check()

    def check(self) -> None:
        rows = self.world.store.read_table(self.world.head(), "articles", ["raw_path", "title"]).to_pylist()
        assert {row["raw_path"]: row["title"] for row in rows} == {
            path: says for docs in self.published.values() for path, says in docs.items()
        }

    @property
    def pinned(self) -> set[str]:
        return {name for name, batch in self.world.head().batches.items() if batch.status == "pinned"}

    def _read(self, but: set[str]) -> None:
        """Every batch holds what raw/ has of it, and what it held before that raw/ no longer has."""
        for path, content in self.raw.items():
            if (batch := batch_of(path)) not in but:
                self.published.setdefault(batch, {}).update(self._said(path, content))
        self.versions[self.world.head().version] = copy.deepcopy(self.published)

    def _said(self, path: str, content: Content) -> dict[str, int | str]:
        docs = (
            {path: content.splitlines()[0]}
            if isinstance(content, str)
            else {f"{path}#{name}": f"Record {seed}" for name, seed in content.items()}
        )
        return {name: title for name, title in docs.items() if name not in self.taken}

    def rebuilt(self, world: World) -> World:
        """Another world that gets all of it at once: what lies in raw/, and what stayed of what was there."""
        files: dict[str, Content] = dict(self.raw)
        for docs in self.published.values():
            for path, says in docs.items():
                file, _, name = path.partition("#")
                if name:
                    seed = int(str(says).split()[-1])
                    files[file] = {name: seed} | dict(files.get(file, {}))
                else:
                    files[file] = files.get(file) or self.texts[path, says]
        for path, content in files.items():
            world.put(path, written(content))
        world.run()
        for path in sorted(self.taken):
            file, _, name = path.partition("#")
            content = files.get(file, {})
            if name in content if isinstance(content, dict) else path in self.raw:
                take_down(world, path)
        return world

    @property
    def texts(self) -> dict[tuple[str, Any], str]:
        """Every text that was ever put at a path, by its first line."""
        return {(path, text.splitlines()[0]): text for path, text in documents(12).items()} | {
            (path, article(seed).splitlines()[0]): article(seed)
            for path in documents(12)
            for seed in range(500, 600)
        }


def take_down(world: World, path: str) -> None:
    _, found = find(world.store, document_id(path.partition("/")[0], path), REASON)
    takedown(world.settings, found, watch=Silent())


@pytest.mark.slow
@pytest.mark.parametrize("seed", range(4))
def test_any_sequence_of_runs_and_backfills_equals_a_full_rebuild(new_world, seed: int) -> None:
    rng = random.Random(seed)
    files = list(documents(12).items())
    rng.shuffle(files)
    grown: World = new_world("grown", shard_rows=rng.choice([2, 5, 2_000]))
    while files:
        for path, text in [files.pop() for _ in range(min(len(files), rng.randint(1, 6)))]:
            if rng.random() < 0.3:
                grown.put(path, article(500 + rng.randint(0, 99)))
                grown.run()
            grown.put(path, text)
        grown.run()
        if rng.random() < 0.4:
            grown.backfill(
                reprocess=rng.choice(["missing", "failed", "all"]),
                from_stage=rng.choice(["ingest", "clean", "entities"]),
            )
    grown.backfill(reprocess="all")
    whole: World = new_world("whole")
    for path, text in documents(12).items():
        whole.put(path, text)
    whole.run()
    assert grown.bytes_of_tables() == whole.bytes_of_tables()


@pytest.mark.slow
@pytest.mark.parametrize("seed", range(1, 5))
def test_revisions_losses_rollbacks_and_takedowns_end_in_the_tables_of_a_rebuild(
    new_world, seed: int
) -> None:
    rng = random.Random(seed)
    files = list(documents(12).items())
    rng.shuffle(files)
    history = History(new_world("grown", shard_rows=rng.choice([2, 5, 2_000])), rng)
    history.revise_records()
    while files:
        for path, text in [files.pop() for _ in range(min(len(files), rng.randint(3, 7)))]:
            history.put(path, article(500 + rng.randint(0, 99)) if rng.random() < 0.2 else text)
        history.run()
        for _ in range(2):
            history.step()
    history.world.backfill(reprocess="all")
    history.run()
    history.check()
    assert history.world.bytes_of_tables() == history.rebuilt(new_world("whole")).bytes_of_tables()


@pytest.mark.slow
def test_workers_and_shards_do_not_change_a_byte(new_world) -> None:
    found = []
    for name, settings in {"one": {}, "pool": {"workers": 2, "shard_rows": 3}}.items():
        made: World = new_world(name, **settings)
        for path, text in documents(9).items():
            made.put(path, text)
        made.run()
        found.append(made.bytes_of_tables())
    assert found[0] == found[1]
