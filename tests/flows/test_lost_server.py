"""`cleancopy run` on Prefect's temporary server: it dies, Ctrl-C ends both, or their disk fills, in the midst of the run."""

from __future__ import annotations

import json
import os
import signal
import subprocess
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

import pytest

from tests.flows.conftest import World, article
from tests.flows.prefect_database import put_database
from tests.flows.up_process import CLEANCOPY, PATIENCE_SECS, children, wait_for

pytestmark = pytest.mark.slow

SERVER = "prefect.server.api.server:create_app"
STAGES = ("ingest ", "clean ", "entities ", "gate ")
TOLD = "stopped answering, so the run's page there stays unfinished until the next run. The run itself ended:"


class Project:
    """A project of one article, its data and Prefect's database in one folder."""

    def __init__(self, folder: Path, said: Path, database: Path | None = None) -> None:
        self.folder, self._said = folder, said
        inherited = {k: v for k, v in os.environ.items() if not k.startswith(("PREFECT_", "CLEANCOPY_"))}
        self.environment = {**inherited, "PREFECT_HOME": str(folder / ".prefect"), "CLEANCOPY_WORKERS": "1", "NO_COLOR": "1"}  # fmt: skip
        put(folder / "raw")
        if database:
            put_database(database, folder / ".prefect")

    @contextmanager
    def run_until(self, word: str) -> Iterator[subprocess.Popen[bytes]]:
        """`cleancopy run`, when it has said a word."""
        with self._said.open("wb") as out:
            run = subprocess.Popen([str(CLEANCOPY), "run"], cwd=self.folder, env=self.environment, stdout=out, stderr=out, start_new_session=True)  # fmt: skip
        wait_for(word, lambda: word in self.said or run.poll() is not None)
        assert run.poll() is None, self.said
        yield run

    @property
    def said(self) -> str:
        return self._said.read_text()

    def call(self, *args: str) -> str:
        done = subprocess.run(
            [str(CLEANCOPY), *args], cwd=self.folder, env=self.environment, capture_output=True, text=True, check=True,
        )  # fmt: skip
        return done.stdout


def put(raw: Path) -> None:
    file = raw / "alpha/2024-02-01/1.txt"
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text(article(1))


def release(data: Path) -> dict[str, bytes]:
    folder = data / "releases/00000001"
    return {path.relative_to(folder).as_posix(): path.read_bytes() for path in folder.rglob("*.parquet")}


def test_a_temporary_server_that_dies_costs_the_page_of_the_run_and_nothing_else(
    tmp_path: Path, new_world: Callable[[str], World], prefect_database: Path
) -> None:
    project = Project(tmp_path, tmp_path / "said", prefect_database)
    with project.run_until("gate ingest") as run:
        (server,) = [pid for pid in children(run.pid) if SERVER in Path(f"/proc/{pid}/cmdline").read_text()]
        os.kill(server, signal.SIGKILL)
        # Prefect by itself tries for 220 s to tell the end to a server that is gone, measured
        assert run.wait(PATIENCE_SECS) == 0
    assert project.said.count(TOLD) == 1
    assert "temporary server stopped answering" in project.said
    assert "Published version 1" in project.said
    assert not any(word in project.said for word in ("Traceback", "WARNING", "ERROR", "Still processing"))
    alone = new_world("alone")
    put(alone.settings.raw)
    alone.run()
    assert release(tmp_path / "data") == release(alone.settings.data)
    assert "Nothing to do" in project.call("run", "--direct")


def test_ctrl_c_which_ends_the_temporary_server_too_is_one_line(
    tmp_path: Path, prefect_database: Path
) -> None:
    project = Project(tmp_path, tmp_path / "said", prefect_database)
    with project.run_until("gate ingest") as run:
        os.killpg(run.pid, signal.SIGINT)  # as a terminal does: to every process of the job
        assert run.wait(PATIENCE_SECS) == 130
    stopped = "stopped; run again, it resumes from the shards that are done"
    assert [line for line in project.said.splitlines() if not line.startswith(STAGES)] == [stopped]
    (left,) = (tmp_path / ".prefect/runs").glob("*.json")
    assert "stopped by Ctrl-C" in json.loads(left.read_text())["message"]
    assert "ended Crashed: stopped by Ctrl-C" in project.call("versions")


def test_a_disk_that_fills_in_the_midst_of_a_run_is_told_once_and_nothing_is_lost(
    tmp_path: Path, disk: Callable[[str], Path]
) -> None:
    project = Project(disk("80m"), tmp_path / "said")
    filling = project.folder / "filling"
    with project.run_until("gate ingest") as run:
        with filling.open("wb", buffering=0) as file, suppress(OSError):
            while file.write(b"0" * 4096):
                pass
        assert run.wait(PATIENCE_SECS) == 1
    (told,) = [line for line in project.said.splitlines() if "No space left" in line]
    assert told.startswith(f"error: cannot write {project.folder}/data/_data/")
    assert "Free some space" in told
    assert not any(word in project.said for word in ("Traceback", "WARNING", "ERROR"))
    assert not (project.folder / "data/LATEST").exists()
    filling.unlink()
    assert "Published version 1" in project.call("run", "--direct")
