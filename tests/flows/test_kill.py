"""A run killed at any instant: the last version stays whole, and running again gives what an unbroken run gives."""

from __future__ import annotations

import hashlib
import json
import os
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from tests.flows.conftest import article, note
from tests.flows.processes import STAGES, Answer, Commands

N_POINTS = 12  # of each scenario, evenly over all of its calls that change the disk
BACKFILL = ("backfill", "--from", "2024-01-01", "--to", "2024-12-31", "--undated", "--reprocess", "all",
            "--reason", "a test", "--direct")  # fmt: skip


def first_delivery(raw: Path) -> None:
    """Two sources, five batches, a container, rows for quarantine, a batch that will be held."""
    files = {f"alpha/2024-02-0{seed % 3 + 1}/{seed}.txt": article(seed) for seed in range(6)}
    files |= {"beta/2024-02-01/copy.txt": article(0) + "\nOne more line at the end of the copy.\n"}
    files |= {
        "beta/2024-02-01/short.txt": note(1),
        "beta/2024-02-01/empty.txt": "",
        "beta/2024-02-01/bad.jsonl": '{"id": 1',
    }
    files |= {f"gamma/2024-02-01/{seed}.txt": note(seed) for seed in range(8)}
    lines = [
        json.dumps({"id": seed, "title": f"Number {seed}", "text": article(seed)}) for seed in range(20, 24)
    ]
    files |= {"beta/container.jsonl": "\n".join(lines)}
    put(raw, files)


def second_delivery(raw: Path) -> None:
    """A new batch, a changed file, and a better delivery of the held batch."""
    put(raw, {"alpha/2024-02-09/30.txt": article(30), "alpha/2024-02-01/0.txt": article(31)})
    shutil.rmtree(raw / "gamma")
    put(raw, {"gamma/2024-02-01/good.txt": article(32)})


def put(raw: Path, files: dict[str, str]) -> None:
    for path, text in files.items():
        file = raw / path
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(text)
        os.utime(file, (1_700_000_000, 1_700_000_000))


def tables(data: Path, version: int | None = None) -> dict[str, str]:
    """File in the release -> hash of its bytes, by the plain reader's way: LATEST, then the folder."""
    number = f"{version:08d}" if version else (data / "LATEST").read_text()
    release = data / "releases" / number
    return {
        path.relative_to(release).as_posix(): hashlib.sha256(path.read_bytes()).hexdigest()
        for path in sorted(release.rglob("*.parquet"))
    }


def state(data: Path) -> dict[str, Any]:
    """The newest manifest without what a run may have of its own: its identity, its time."""
    newest = max((data / "versions").iterdir())
    manifest = json.loads(newest.read_text())
    return {key: value for key, value in manifest.items() if key not in {"txn", "committed_at"}}


SCENARIOS: dict[str, tuple[tuple[str, ...], int]] = {  # the command killed; its exit code when it is not
    "first": (("run", "--direct"), 5),
    "next": (("run", "--direct"), 0),
    "backfill": (BACKFILL, 5),
}


@pytest.fixture(scope="module")
def prepared(commands: Commands, tmp_path_factory: pytest.TempPathFactory) -> Callable[[str, Path], Path]:
    """Makes a place where a scenario's command can be run."""
    published = tmp_path_factory.mktemp("published")
    first_delivery(published / "raw")
    assert commands("run", "--direct", cwd=str(published)).code == 5

    def prepare(scenario: str, place: Path) -> Path:
        if scenario == "first":
            first_delivery(place / "raw")
            return place
        shutil.copytree(published, place)
        if scenario == "next":
            second_delivery(place / "raw")
        return place

    return prepare


def resumed_calls_are_those_that_were_left(whole: Answer, killed: Answer, resumed: Answer) -> bool:
    """Every stage result that was stored is used again; the one call the kill fell into may be made twice."""
    left = {name: whole.calls.get(name, 0) - killed.calls.get(name, 0) for name in STAGES.values()}
    made = {name: resumed.calls.get(name, 0) for name in left}
    return all(left[name] <= made[name] for name in left) and sum(made.values()) <= sum(left.values()) + 1


@pytest.mark.slow
@pytest.mark.parametrize("scenario", SCENARIOS)
def test_a_run_killed_anywhere_leaves_the_last_version_whole_and_the_next_run_completes_it(
    commands: Commands, prepared: Callable[[str, Path], Path], tmp_path: Path, scenario: str
) -> None:
    args, code = SCENARIOS[scenario]
    place = prepared(scenario, tmp_path / "whole")
    before = {} if scenario == "first" else tables(place / "data")
    whole = commands(*args, cwd=str(place))
    assert whole.code == code, whole.stderr
    wanted, wanted_state = tables(place / "data"), state(place / "data")
    for nth in range(1, whole.moments + 1, max(1, whole.moments // N_POINTS)):
        place = prepared(scenario, tmp_path / f"killed-{nth}")
        killed = commands(*args, cwd=str(place), die_at=nth)
        assert killed.code == -signal.SIGKILL
        assert scenario == "first" or tables(place / "data") in (before, wanted)
        resumed = commands(*args, cwd=str(place))
        done = "Nothing to do" in resumed.stdout
        assert resumed.code == (0 if done else code), (nth, resumed.stderr)
        assert (tables(place / "data"), state(place / "data")) == (wanted, wanted_state), nth
        if scenario != "backfill" and not done:  # it was asked to ignore stored results
            assert resumed_calls_are_those_that_were_left(whole, killed, resumed), nth
        shutil.rmtree(place)


def start(*args: str, cwd: Path, **environment: str) -> subprocess.Popen[str]:
    return subprocess.Popen(
        [str(Path(sys.executable).with_name("cleancopy")), *args], cwd=cwd, text=True, stdout=subprocess.PIPE,
        stderr=subprocess.PIPE, start_new_session=True, env={**os.environ, "NO_COLOR": "1", **environment},
    )  # fmt: skip


def workers_of(pid: int) -> list[int]:
    """The pool's processes below a process."""
    found = []
    for stat in Path("/proc").glob("[0-9]*/stat"):
        try:
            parent = int(stat.read_text().rpartition(")")[2].split()[1])
            line = (stat.parent / "cmdline").read_bytes()
        except (OSError, IndexError):
            continue
        if parent == pid and b"spawn_main" in line:
            found.append(int(stat.parent.name))
    return found


def wait_for(condition: Callable[[], Any], secs: float = 90.0) -> Any:
    give_up = time.monotonic() + secs
    while not (found := condition()):
        assert time.monotonic() < give_up, "it did not come"
        time.sleep(0.05)
    return found


@pytest.fixture
def busy(tmp_path: Path) -> Path:
    """Enough documents in enough shards that the pool works for a while."""
    put(
        tmp_path / "raw",
        {f"alpha/2024-02-0{seed % 9 + 1}/{seed}.txt": article(seed) * 20 for seed in range(360)},
    )
    (tmp_path / "cleancopy.toml").write_text("workers = 2\nshard_rows = 10\n")
    return tmp_path


@pytest.mark.slow
def test_a_killed_worker_is_told_in_one_message_and_the_next_run_completes(busy: Path) -> None:
    run = start("run", "--direct", cwd=busy)
    os.kill(wait_for(lambda: workers_of(run.pid))[0], signal.SIGKILL)
    out, err = run.communicate(timeout=120)
    assert (run.returncode, out) == (1, "")
    assert "error: a worker process was killed" in err
    assert "Traceback" not in err
    assert not (busy / "data/versions").exists()
    again = start("run", "--direct", "--json", cwd=busy)
    out, err = again.communicate(timeout=240)
    assert again.returncode == 0, err
    assert json.loads(out)["tables"]["articles"] == 360


@pytest.mark.slow
def test_ctrl_c_ends_a_run_and_its_workers_with_one_line(busy: Path) -> None:
    run = start("run", "--direct", cwd=busy)
    workers = wait_for(lambda: workers_of(run.pid))
    wait_for(lambda: list(busy.glob("data/_data/documents/*.parquet")))
    os.killpg(run.pid, signal.SIGINT)  # as a terminal does: to every process of the job
    _, err = run.communicate(timeout=60)
    assert run.returncode == 130, err
    assert "stopped; run again, it resumes from the shards that are done" in err
    assert "Traceback" not in err
    assert not [pid for pid in workers if Path(f"/proc/{pid}").exists()]


@pytest.mark.slow
def test_a_killed_run_leaves_no_worker_behind(busy: Path) -> None:
    run = start("run", "--direct", cwd=busy)
    workers = wait_for(lambda: workers_of(run.pid))
    wait_for(lambda: list(busy.glob("data/_data/documents/*.parquet")))
    run.kill()
    run.communicate(timeout=60)
    wait_for(lambda: not [pid for pid in workers if Path(f"/proc/{pid}").exists()])
