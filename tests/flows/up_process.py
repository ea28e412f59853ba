"""A real `cleancopy up` in a temporary project, for the tests of the serving half."""

from __future__ import annotations

import base64
import contextlib
import json
import os
import random
import signal
import socket
import sqlite3
import subprocess
import sys
import threading
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

from tests.flows.prefect_database import put_database

CLEANCOPY = Path(sys.executable).with_name("cleancopy")
CHECKOUT = Path(__file__).parent.parent.parent
ENTRYPOINTS = {
    "corpus": "flows.corpus.corpus",
    "backfill": "flows.backfill.backfill",
    "replay": "flows.backfill.replay",
    "takedown": "flows.decisions.takedown",
    "rollback": "flows.decisions.rollback",
    "learn-profiles": "flows.learn_profiles.learn_profiles",
}
PATIENCE_SECS = 300  # for a machine that does much else; nothing here asserts a speed


def wait_for(what: str, found: Callable[[], Any], secs: float = PATIENCE_SECS) -> Any:
    """The first true answer of `found`; fails, saying what was waited for."""
    deadline = time.monotonic() + secs
    while time.monotonic() < deadline:
        if answer := found():
            return answer
        time.sleep(0.5)
    raise AssertionError(f"waited {secs} s in vain for {what}")


def free_port() -> int:
    """A port that is free, and the one above it too.

    Below those that the system gives to outgoing connections: a server takes it only seconds later.
    """
    while True:
        port = random.randrange(10_000, 32_000)
        with socket.socket() as first, socket.socket() as second:
            try:
                first.bind(("127.0.0.1", port))
                second.bind(("127.0.0.1", port + 1))
            except OSError:
                continue
            return port


def children(parent: int) -> list[int]:
    """The living processes that a process has started."""
    found = []
    for stat in Path("/proc").glob("[0-9]*/stat"):
        try:
            fields = stat.read_text().rsplit(")", 1)[1].split()
        except (OSError, IndexError):
            continue
        if int(fields[1]) == parent and fields[0] != "Z":
            found.append(int(stat.parent.name))
    return found


def kill_all(pid: int) -> None:
    """A process and all below it, as a machine that goes down: nothing gets to say a word."""
    below = children(pid)
    with contextlib.suppress(ProcessLookupError):
        os.kill(pid, signal.SIGKILL)
    for child in below:
        kill_all(child)


class Listener:
    """A webhook that remembers what it was told."""

    def __init__(self) -> None:
        told: list[dict[str, Any]] = []

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                told.append(json.loads(self.rfile.read(int(self.headers["Content-Length"]))))
                self.send_response(200)
                self.end_headers()

            def log_message(self, *_: object) -> None:
                """Not on the terminal."""

        self.told = told
        self._server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.url = f"http://127.0.0.1:{self._server.server_port}/hook"
        threading.Thread(target=self._server.serve_forever, daemon=True).start()

    def heard(self, *words: str) -> bool:
        return any(all(word in one["text"] for word in words) for one in self.told)

    def close(self) -> None:
        self._server.shutdown()
        self._server.server_close()


class UpProcess:
    """`cleancopy up` in `folder`, with its database there; as in a terminal, Ctrl-C goes to its whole group.

    database: what it finds there; else it makes one, which takes half a minute.
    """

    def __init__(self, folder: Path, database: Path | None = None, **environment: str) -> None:
        self.folder, self.port = folder, free_port()
        self.url = f"http://127.0.0.1:{self.port}"
        inherited = {k: v for k, v in os.environ.items() if not k.startswith(("PREFECT_", "CLEANCOPY_"))}
        self.environment = {
            **inherited, "PREFECT_HOME": str(folder / ".prefect"), "CLEANCOPY_WORKERS": "1", "NO_COLOR": "1",
            "PREFECT_RUNNER_POLL_FREQUENCY": "2", "PREFECT_WORKER_QUERY_SECONDS": "2", **environment,  # 10 by themselves
        }  # fmt: skip
        (folder / "raw").mkdir(parents=True, exist_ok=True)
        if database:
            put_database(database, folder / ".prefect")
        self.process = self._start()

    def _start(self) -> subprocess.Popen[bytes]:
        with (self.folder / "up.out").open("ab") as out:
            return subprocess.Popen(
                [str(CLEANCOPY), "up", "--port", str(self.port)],
                cwd=self.folder, env=self.environment, stdout=out, stderr=subprocess.STDOUT, start_new_session=True,
            )  # fmt: skip

    def restart(self) -> None:
        """Once more, after its end."""
        (self.folder / "up.out").unlink()
        self.process = self._start()
        self.wait_up()

    @property
    def said(self) -> str:
        """What it has printed."""
        return (self.folder / "up.out").read_text(encoding="utf-8", errors="replace")

    def wait_up(self) -> None:
        wait_for(
            "`up` to say that it is",
            lambda: "Cleancopy is up" in self.said or self.process.poll() is not None,
        )
        assert self.process.poll() is None, self.said

    def call(self, *args: object, **environment: str) -> subprocess.CompletedProcess[str]:
        """Another command of the same project."""
        return subprocess.run(
            [str(CLEANCOPY), *map(str, args)], cwd=self.folder, env=self.environment | environment, capture_output=True,
            text=True, timeout=2 * PATIENCE_SECS, check=False,
        )  # fmt: skip

    def api(self, method: str, path: str, body: object = None) -> Any:
        request = urllib.request.Request(f"{self.url}/api{path}", method=method)
        request.add_header("Content-Type", "application/json")
        if auth := self.environment.get("PREFECT_API_AUTH_STRING"):
            request.add_header("Authorization", "Basic " + base64.b64encode(auth.encode()).decode())
        data = None if body is None else json.dumps(body).encode()

        def answered() -> list[Any]:
            try:
                with urllib.request.urlopen(request, data, timeout=60) as answer:
                    text = answer.read()
            except urllib.error.HTTPError as error:
                if error.code == 503:  # SQLite was busy: the page says "try again", and so do we
                    return []
                raise
            return [json.loads(text) if text else None]

        return wait_for(f"an answer to {path}", answered)[0]

    def answers(self) -> bool:
        """Whether its server does."""
        try:
            self.api("POST", "/flows/filter", {"limit": 1})
        except OSError:
            return False
        return True

    def deployment(self, name: str) -> dict[str, Any]:
        return dict(self.api("GET", f"/deployments/name/{name}/{name}"))

    def runs(self, **flow_runs: Any) -> list[dict[str, Any]]:
        return list(
            self.api(
                "POST", "/flow_runs/filter", {"flow_runs": flow_runs, "limit": 200, "sort": "START_TIME_DESC"}
            )
        )

    def state_of(self, run_id: str) -> tuple[str, str]:
        """Name and message of a run's state."""
        state = self.api("GET", f"/flow_runs/{run_id}")["state"]
        return state["name"], state["message"] or ""

    def wait_state(self, run_id: str, *names: str, secs: float = PATIENCE_SECS) -> tuple[str, str]:
        def reached() -> tuple[str, str] | None:
            state = self.state_of(run_id)
            return state if state[0] in names else None

        return tuple(wait_for(f"run {run_id} to be {names}, not {self.state_of(run_id)}", reached, secs))

    def submit(self, name: str, **parameters: Any) -> str:
        """What the form's Submit sends; the run's id."""
        body = {"parameters": parameters, "enforce_parameter_schema": False, "state": {"type": "SCHEDULED"}}
        run = self.api("POST", f"/deployments/{self.deployment(name)['id']}/create_flow_run", body)
        return str(run["id"])

    def artifacts(self, run_id: str) -> dict[str, str]:
        """Key -> markdown of what a run left."""
        return {one["key"]: one["data"] for one in self._artifacts(run_id)}

    def artifact_ids(self, run_id: str) -> dict[str, str]:
        """Key -> id of what a run left."""
        return {one["key"]: one["id"] for one in self._artifacts(run_id)}

    def _artifacts(self, run_id: str) -> list[dict[str, Any]]:
        body = {"artifacts": {"flow_run_id": {"any_": [run_id]}}, "limit": 50}
        return list(self.api("POST", "/artifacts/filter", body))

    def ctrl_c(self) -> int:
        """The exit code."""
        os.killpg(self.process.pid, signal.SIGINT)
        return self.process.wait(PATIENCE_SECS)

    def states_in_the_database(self) -> list[tuple[str, str]]:
        """Name and state of every run that was begun, read without the server."""
        begun = "select name, state_type from flow_run where state_type <> 'SCHEDULED'"
        with self.database() as database:
            return list(database.execute(begun))

    @contextlib.contextmanager
    def database(self) -> Iterator[sqlite3.Connection]:
        """The server's, for a moment when there is no server; committed at the end."""
        with (
            contextlib.closing(sqlite3.connect(self.folder / ".prefect/prefect.db", timeout=60)) as database,
            database,
        ):
            yield database

    def children(self) -> list[int]:
        """The server and the runner of this `up`."""
        return children(self.process.pid)

    def child(self, module: str) -> int:
        """The process that runs a module."""
        named = [pid for pid in self.children() if module in Path(f"/proc/{pid}/cmdline").read_text()]
        assert len(named) == 1, (module, named)
        return named[0]

    def close(self) -> None:
        if self.process.poll() is None:
            os.killpg(self.process.pid, signal.SIGKILL)
            self.process.wait()
