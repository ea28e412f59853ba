"""DESIGN 3: the tables are a function of documents, recipes and decisions, however they came about."""

from __future__ import annotations

import random

import pytest

from tests.flows.conftest import World, article

DAYS = ("2024-02-01", "2024-02-02", "2024-03-05", "somewhere")


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
def test_workers_and_shards_do_not_change_a_byte(new_world) -> None:
    found = []
    for name, settings in {"one": {}, "pool": {"workers": 2, "shard_rows": 3}}.items():
        made: World = new_world(name, **settings)
        for path, text in documents(9).items():
            made.put(path, text)
        made.run()
        found.append(made.bytes_of_tables())
    assert found[0] == found[1]
