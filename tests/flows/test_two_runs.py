"""Two runs at once on one data folder: two good versions, or one and a clear outcome."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.flows.conftest import World, article

pytestmark = pytest.mark.slow

CLEANCOPY = Path(sys.executable).with_name("cleancopy")


def start(world: World, raw: Path, *args: str) -> subprocess.Popen[str]:
    command = [
        str(CLEANCOPY),
        *(args or ("run",)),
        "--direct",
        "--json",
        "--raw",
        str(raw),
        "--data",
        str(world.settings.data),
    ]
    return subprocess.Popen(
        command,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        env={**os.environ, "CLEANCOPY_WORKERS": "1"},
    )


def put(raw: Path, path: str, text: str) -> None:
    (raw / path).parent.mkdir(parents=True, exist_ok=True)
    (raw / path).write_text(text)


def test_two_runs_on_other_batches_both_land(world: World, tmp_path: Path) -> None:
    raws = [tmp_path / "raw-a", tmp_path / "raw-b"]
    for number, raw in enumerate(raws):
        put(raw, f"{'alpha' if number == 0 else 'beta'}/2024-02-01/{number}.txt", article(number))
    runs = [start(world, raw) for raw in raws]
    answers = [run.communicate(timeout=300) for run in runs]
    assert [run.returncode for run in runs] == [0, 0], answers
    assert sorted(json.loads(out)["version"] for out, _ in answers) == [1, 2]
    assert sorted(row["source"] for row in world.rows("articles")) == ["alpha", "beta"]


def test_two_runs_on_the_same_batches_do_no_harm(world: World) -> None:
    for seed in range(4):
        world.put(f"alpha/2024-02-0{seed % 2 + 1}/{seed}.txt", article(seed))
    runs = [start(world, world.settings.raw) for _ in range(2)]
    answers = [run.communicate(timeout=300) for run in runs]
    assert {run.returncode for run in runs} <= {0, 4}, answers
    assert 0 in {run.returncode for run in runs}
    assert len(world.rows("articles")) == 4
    assert world.run() is None


def test_a_run_and_a_backfill_at_once_end_in_one_state(world: World, tmp_path: Path) -> None:
    world.put("alpha/2024-02-01/0.txt", article(0))
    world.run()
    world.put("beta/2024-02-02/1.txt", article(1))
    backfill = (
        "backfill",
        "--from",
        "2024-02-01",
        "--to",
        "2024-02-01",
        "--reprocess",
        "all",
        "--reason",
        "a test",
    )
    runs = [start(world, world.settings.raw), start(world, world.settings.raw, *backfill)]
    answers = [run.communicate(timeout=300) for run in runs]
    assert [run.returncode for run in runs] == [0, 0], answers
    assert sorted(row["source"] for row in world.rows("articles")) == ["alpha", "beta"]
