"""Processes that the stress tests start: publishers that get killed, writers that race, readers that check.

`python store_processes.py ROLE ROOT ...` prints one JSON object.
"""

from __future__ import annotations

import json
import os
import shutil
import signal
import sys
import time
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from itertools import count
from pathlib import Path

import pyarrow as pa
import pyarrow.dataset
import pyarrow.pandas_compat  # both are imported late: once here, not in every forked child
import store_worlds as worlds

from tasks.versions.merge import merge_batches
from tasks.versions.publish import HeadMoved
from tasks.versions.store import Store

CALLS = ("rename", "replace", "link", "fsync", "unlink", "rmdir", "mkdir")


def die_at(nth: int) -> None:
    """SIGKILL this process at the nth moment: before or after a call that changes the disk."""
    moments = count(1)

    def tick() -> None:
        if next(moments) == nth:
            os.kill(os.getpid(), signal.SIGKILL)

    def watched(call: Callable[..., object]) -> Callable[..., object]:
        def run(*args: object, **options: object) -> object:
            tick()
            try:
                return call(*args, **options)
            finally:
                tick()

        return run

    for name in CALLS:
        setattr(os, name, watched(getattr(os, name)))


def later(root: Path) -> Store:
    """The store two days on: nothing on the disk is young any more."""
    return Store(root, clock=lambda: datetime.now(UTC) + timedelta(days=2))


def publish_and_remember(root: Path) -> None:
    store = Store(root)
    parts = worlds.publish(store, 2).manifest.batches["agency/undated"].parts
    store.remember("clean", "key", {"parts": parts})


SCENARIOS: dict[str, tuple[int, Callable[[Path], object]]] = {  # versions published before, what is killed
    "first": (0, publish_and_remember),
    "next": (1, publish_and_remember),
    "rollback": (2, lambda root: Store(root).rollback(1, "wrong", "ana")),
    "retention": (3, lambda root: later(root).retention(1, 0, 3600)),
}


def prepare(root: Path, n_versions: int) -> None:
    for stamp in range(1, n_versions + 1):
        worlds.publish(Store(root), stamp)


def check(root: Path, n_before: int, work: Callable[[Path], object]) -> None:
    """After a kill: the plain reader sees one whole version; healing and running again give what was asked."""
    store = Store(root)
    before = worlds.read_plain(root)[1:] if (root / "LATEST").exists() else None
    assert before is not None or n_before == 0, "LATEST is gone"
    assert before is None or (before[0] == before[1] and len(before[0]) == 1 and before[2] == (6, 6)), before
    head = store.begin()
    seen = worlds.read_plain(root) if head else None
    assert (head is None) == (seen is None)
    assert head is None or (head.version == seen[0] and seen[1] == seen[2] and seen[3] == (6, 6)), seen
    work(root)
    wanted = {"first": (1, {2}), "next": (2, {2}), "rollback": (3, {1}), "retention": (3, {3})}[sys.argv[3]]
    assert worlds.read_plain(root)[:2] == wanted, worlds.read_plain(root)
    for version in store.versions():
        for name in ("news", "notes"):
            assert store.read_table(store.manifest(version), name).num_rows == 6
    later(root).retention(1, 0, 3600)
    assert not list(root.rglob(".tmp-*"))
    assert store.versions() == [wanted[0]]
    assert [path.name for path in (root / "releases").iterdir()] == [f"{wanted[0]:08d}"]
    listed = {path.removeprefix("_data/") for path in worlds.listed_paths(store.head())}
    assert {path.relative_to(root / "_data").as_posix() for path in root.glob("_data/**/*.parquet")} == listed


def in_child(work: Callable[[], object]) -> int:
    """Run in a forked child, so that every try starts from a process that used no thread yet."""
    child = os.fork()
    if child == 0:
        try:
            work()
        except BaseException:  # noqa: BLE001  the parent must learn of it, whatever it is
            import traceback

            traceback.print_exc()
            os._exit(1)
        os._exit(0)
    return os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])


def crash(root: Path, scenario: str) -> dict[str, object]:
    """Kill at every moment in turn until one run comes through; each time check what is left."""
    pa.set_cpu_count(1)
    pa.set_io_thread_count(1)
    n_before, work = SCENARIOS[scenario]
    template, root = root / "template", root / "data"
    assert in_child(lambda: prepare(template, n_before)) == 0

    def killed(nth: int) -> None:
        die_at(nth)
        work(root)

    for nth in count(1):
        shutil.rmtree(root, ignore_errors=True)
        if template.exists():
            shutil.copytree(template, root)
        code = in_child(lambda nth=nth: killed(nth))
        if code == 0:
            return {"kills": nth - 1}
        assert code == -signal.SIGKILL, code
        if in_child(lambda: check(root, n_before, work)):
            return {"kills": nth, "broken_at": nth}
    raise AssertionError


def write(root: Path, name: str, rounds: int) -> dict[str, object]:
    """Publish one's own batch again and again; merge with whoever was quicker."""
    store, moved = Store(root), 0
    for stamp in range(1, rounds + 1):
        base = store.begin()
        ours = dict(base.batches if base else {}) | {name: worlds.batch(store, name, stamp)}
        while True:
            try:
                store.commit(worlds.candidate(store, base, ours))
                break
            except HeadMoved as error:
                moved += 1
                ours, base = merge_batches(base, ours, error.head), error.head
    return {"moved": moved}


def race(root: Path, name: str, n_racers: int) -> dict[str, object]:
    """Commit on the empty store once all racers are ready to."""
    store = Store(root)
    made = worlds.candidate(store, None, {f"{name}/undated": worlds.batch(store, f"{name}/undated", 1)})
    (root / f"ready-{name}").touch()
    while len(list(root.glob("ready-*"))) < n_racers:
        time.sleep(0.001)
    try:
        return {"won": store.commit(made).manifest.version}
    except HeadMoved as error:
        return {"lost_to": error.head.version}


def churn(root: Path, rounds: int) -> dict[str, object]:
    """Publish and collect in turn; the stamps come round again, so that swept hashes are made anew."""
    store = Store(root)
    for number in range(rounds):
        worlds.publish(store, 1 + number % 7)
        store.retention(4, 0, 0)
    (root / "done").touch()
    return {"versions": store.versions()}


def collect(root: Path) -> dict[str, object]:
    """A second process that heals and sweeps all the time, with a grace period longer than any run."""
    sweeps = 0
    while not (root / "done").exists():
        Store(root).retention(4, 0, 3600)
        Store(root).begin()
        sweeps += 1
        time.sleep(0.05)  # flock is not fair: without a pause the writer waits for its turn
    return {"sweeps": sweeps}


def read(root: Path) -> dict[str, object]:
    """Read LATEST, then its tables, as plain pandas users do. `late`: the version was collected meanwhile."""
    reads, late, wrong = 0, 0, []
    while not (root / "done").exists():
        version = (root / "LATEST").read_text()
        try:
            seen = worlds.read_plain(root, version)
        except Exception as error:  # noqa: BLE001  any error is a wrong read, while the release is there
            if (root / "releases" / version).exists():
                wrong.append(repr(error))
            late += 1
            continue
        reads += 1
        if seen[1] != seen[2] or len(seen[1]) != 1 or seen[3] != (6, 6):
            wrong.append(repr(seen))
    return {"reads": reads, "late": late, "wrong": wrong[:5]}


if __name__ == "__main__":
    role, root = sys.argv[1], Path(sys.argv[2])
    words = [int(word) if word.isdigit() else word for word in sys.argv[3:]]
    roles = {"crash": crash, "write": write, "race": race, "churn": churn, "collect": collect, "read": read}
    sys.stdout.write(json.dumps(roles[role](root, *words)))
