"""A run killed at any instant: the last version stays whole, and the next run ends where it would have."""

from __future__ import annotations

import os
import signal
import subprocess
import sys

import pytest

from tests.flows.conftest import World, article

pytestmark = pytest.mark.slow

# Counts what changes the data folder, and kills its own process at the n-th such call.
DRIVER = """
import os, signal, sys
at, count = int(sys.argv.pop(1)), 0
def counted(real):
    def call(*args, **kwargs):
        global count
        count += 1
        if count == at:
            os.kill(os.getpid(), signal.SIGKILL)
        return real(*args, **kwargs)
    return call
for name in ("replace", "link", "rename"):
    setattr(os, name, counted(getattr(os, name)))
from flows.cli import main
try:
    main()
finally:
    print("changes", count, file=sys.stderr)
"""


def start(world: World, at: int) -> subprocess.CompletedProcess[str]:
    command = [
        "cleancopy",
        "run",
        "--direct",
        "--raw",
        str(world.settings.raw),
        "--data",
        str(world.settings.data),
    ]
    return subprocess.run(
        [sys.executable, "-c", DRIVER, str(at), *command[1:]], capture_output=True, text=True, check=False,
        env={**os.environ, "CLEANCOPY_WORKERS": "1"}, timeout=300,
    )  # fmt: skip


def fill(world: World) -> None:
    for seed in range(4):
        world.put(f"alpha/2024-02-0{seed % 2 + 1}/{seed}.txt", article(seed))


def add(world: World) -> None:
    world.put("alpha/2024-02-01/10.txt", article(10))
    world.put("beta/2024-03-01/11.txt", article(11))


def test_a_run_killed_at_any_point_leaves_the_last_version_and_is_finished_by_the_next(new_world) -> None:
    whole: World = new_world("whole")
    fill(whole)
    whole.run()
    add(whole)
    done = start(whole, 0)
    assert done.returncode == 0, done.stderr
    changes = int(done.stderr.split("changes ")[-1])
    world: World = new_world("killed")
    fill(world)
    world.run()
    first = world.bytes_of_tables()
    add(world)
    for at in [1, *range(4, changes, max(1, changes // 7)), changes]:
        killed = start(world, at)
        if killed.returncode == 0:  # what was stored before made the run shorter than the point of this kill
            break
        assert killed.returncode == -signal.SIGKILL, killed.stderr
        if world.store.versions() == [1]:
            assert world.bytes_of_tables() == first
    world.run()
    assert world.bytes_of_tables() == whole.bytes_of_tables()
    assert world.run() is None


def test_a_killed_run_resumes_from_the_shards_that_are_done(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    import tasks.clean.work as clean_work
    import tasks.export.work as export_work

    fill(world)
    monkeypatch.setattr(export_work, "assemble", lambda *_: (_ for _ in ()).throw(KeyboardInterrupt))
    with pytest.raises(KeyboardInterrupt):
        world.run()
    monkeypatch.undo()
    monkeypatch.setattr(
        clean_work, "clean_documents", lambda *_, **__: pytest.fail("a shard was computed twice")
    )
    world.run()
    assert len(world.rows("articles")) == 4
