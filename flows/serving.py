"""`cleancopy up`: Prefect's server, the runner and the reports on this machine, and their orderly end.

`up` itself is a small process that starts the others and watches them. Server and runner each live in a
session of their own; they end with it, whatever ends it. A runner or server that dies is started again.
"""

from __future__ import annotations

import fcntl
import os
import re
import shutil
import signal
import socket
import threading
import time
from collections.abc import Callable, Mapping
from contextlib import ExitStack, suppress
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

from flows.last_runs import due_after, expect, expect_nothing
from flows.prefect_home import DEFAULTS, home, run_environment
from flows.serving_address import BY_CRON, NAME_WIDTH, Address, forms, last_address, leave_address
from flows.serving_api import Api
from flows.serving_child import Child
from flows.serving_reports import serve_reports
from tasks.errors import CleancopyError, UsageError
from tasks.settings import Settings

HOST = "127.0.0.1"
START_SECS = 300  # 17-25 s on an idle machine, measured; minutes on a busy one
POLL_SECS = 0.3
RUNNER_GRACE_SECS = 10
FLOW_GRACE_SECS = 5
SERVER_GRACE_SECS = 10
MAX_RESTARTS = 5  # of server and runner together, within
RESTARTS_SECS = 3600
FULL_BYTES = 1_000_000
ERROR_LINE = re.compile(r"[\w.]+(Error|Exception)\b")
REPORT_PORTS = 10  # tried upwards from port + 1

Say = Callable[[str], None]


class Up:
    """One `cleancopy up`, from the check of its ports to the last process gone."""

    def __init__(self, settings: Settings, port: int, say: Say) -> None:
        self.settings, self.port, self.say = settings, port, say
        self.folder = home()
        self.ui = f"http://{HOST}:{port}"
        self.reports = ""
        self._stop = threading.Event()
        self._server: Child | None = None
        self._runner: Child | None = None
        self._deaths: list[float] = []  # of server and runner, monotonic

    def run(self) -> None:
        """Serves until SIGINT, SIGTERM or SIGHUP.

        Raises UsageError if this project is up already or the port is taken, CleancopyError if the server
        or the runner does not start, or keeps dying.
        """
        next_due = due_after(self.settings.schedule, datetime.now(UTC))
        _check_password()
        with ExitStack() as stack:
            self._only_one(stack)
            self._check_port()
            for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
                signal.signal(number, lambda *_: self._stop.set())
            stack.callback(self._end)
            self._serve_reports(stack)
            self.say("Starting Prefect's server; the first start takes half a minute ...")
            self._start_server()
            if not self._stop.is_set():
                self._start_runner()
            if not self._stop.is_set():
                expect(self.settings)
                self._tell(next_due)
            while not self._stop.wait(POLL_SECS):
                self._look_after()
            under_way = "no new runs; those under way are marked Crashed and resume with the next run"
            self.say(f"Ending: {under_way if self._address() else 'it was not up yet'} ...")

    def _only_one(self, stack: ExitStack) -> None:
        """Locks this project and its data folder; they go with this process, whatever ends it.

        Two servers on one database would both start every run, two schedules on one data folder likewise.
        """
        for folder, of in (
            (self.folder, "this project"),
            (self.settings.data / ".runs", f"{self.settings.data}"),
        ):
            folder.mkdir(parents=True, exist_ok=True)
            lock = stack.enter_context((folder / "up.lock").open("a+", encoding="utf-8"))
            try:
                fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except OSError as error:
                lock.seek(0)
                where = f" at {told}" if (told := lock.read().strip()) else ""
                raise UsageError(f"`cleancopy up` of {of} already runs{where}: use that, or end it with Ctrl-C") from error  # fmt: skip
            lock.truncate(0)
            lock.write(f"{self.ui} (process {os.getpid()})\n")
            lock.flush()

    def _check_port(self) -> None:
        """Raises UsageError if the port is taken; the server of an `up` that was killed gets time to end."""
        left = last_address(self.folder)
        deadline = time.monotonic() + (SERVER_GRACE_SECS if left and left.pid and left.ui == self.ui else 0)
        while (error := _refused(self.port)) and time.monotonic() < deadline:
            time.sleep(POLL_SECS)
        if error:
            raise UsageError(
                f"port {self.port} cannot be used ({error.strerror}): another program has it; "
                "choose another with --port N or CLEANCOPY_PORT"
            ) from error

    def _serve_reports(self, stack: ExitStack) -> None:
        for port in range(self.port + 1, self.port + 1 + REPORT_PORTS):
            with suppress(OSError, OverflowError):
                server = serve_reports(self.settings.data / "reports", port)
                stack.callback(server.server_close)
                stack.callback(server.shutdown)
                self.reports = f"http://{HOST}:{port}"
                return
        raise UsageError(
            f"no free port for the reports from {self.port + 1} on: choose another range with --port N"
        )

    # start

    def _start_server(self) -> None:
        log = self.folder / "server.log"
        if not self._deaths:
            log.write_bytes(b"")
        self._server = Child("flows.serving_server", str(self.port), env=self._environment(), log=log)
        if not self._wait_for(lambda: Api(f"{self.ui}/api").is_healthy(), self._server):
            raise CleancopyError(f"Prefect's server did not start: {_why(log)}; its log is {log}")

    def _start_runner(self) -> None:
        known = last_address(self.folder)
        if known:
            leave_address(self.folder, replace(known, pid=0))
        self._runner = Child(
            "flows.serving_runner", self.ui, self.reports, str(os.getpid()), env=self._environment()
        )
        if not self._wait_for(lambda: self._address() is not None, self._runner):
            raise CleancopyError("the runner did not start: its own message is above")

    def _wait_for(self, is_ready: Callable[[], bool], child: Child) -> bool:
        """Whether it became ready, or we were told to end meanwhile."""
        deadline = time.monotonic() + START_SECS
        while time.monotonic() < deadline and child.is_alive:
            if is_ready() or self._stop.wait(POLL_SECS):
                return True
        return False

    def _address(self) -> Address | None:
        """The address the runner has left, once it has."""
        address = last_address(self.folder)
        return address if address and address.pid == os.getpid() else None

    def _environment(self) -> Mapping[str, str]:
        """Of server and runner, and so of every run. What the user has set stays, but for the addresses."""
        defaults = (
            DEFAULTS
            | run_environment(self.settings.heartbeat_secs)
            | {
                "PREFECT_UI_STATIC_DIRECTORY": str(self.folder / "ui"),
                "PREFECT_SERVER_EVENTS_CAUSAL_ORDERING": "flows.serving_ordering",
                # A run asks every 225 s for the place that it holds, and crashes where a new server does not know of it.
                "PREFECT_SERVER_CONCURRENCY_LEASE_STORAGE": "prefect.server.concurrency.lease_storage.filesystem",
                "PREFECT_SERVER_SERVICES_LATE_RUNS_AFTER_SECONDS": str(60 * self.settings.late_after_mins),
            }
        )
        ours = {
            "PREFECT_API_URL": f"{self.ui}/api",
            "PREFECT_UI_URL": self.ui,
            "PREFECT_UI_API_URL": "/api",  # else the pages ask port 4200
            "PREFECT_SERVER_CORS_ALLOWED_ORIGINS": self.ui,  # the default lets any site's page ask
        }
        return {**defaults, **os.environ, **ours}

    # while it is up

    def _look_after(self) -> None:
        """Starts again what died; runs of a dead runner are marked, what they left running is ended."""
        if self._server and not self._server.is_alive:
            self._again("Prefect's server")
            self._start_server()
        if self._runner and not self._runner.is_alive:
            self._again("the runner")
            self._runner.end_group(0)
            self._crash("its runner was killed; run it again, it resumes from the shards that are done")
            self._start_runner()

    def _again(self, what: str) -> None:
        now = time.monotonic()
        self._deaths = [*(at for at in self._deaths if at > now - RESTARTS_SECS), now]
        if len(self._deaths) > MAX_RESTARTS:
            raise CleancopyError(
                f"{what} ended, the {len(self._deaths)}th end within an hour: {_why(self.folder / 'server.log')}; "
                f"see above, and {self.folder / 'server.log'}"
            )
        self.say(f"{what} ended unexpectedly: starting it again ...")

    # end

    def _end(self) -> None:
        """Everything down, no run left Running; whatever does not answer is killed."""
        address = self._address()
        if address:
            with suppress(OSError):
                Api(address.api).pause(tuple(address.deployments.values()))
        if self._runner:
            self._runner.signal(signal.SIGINT)
            self._runner.wait(RUNNER_GRACE_SECS)
            self._runner.end_group(FLOW_GRACE_SECS)
        self._crash("`cleancopy up` was ended; run it again, it resumes from the shards that are done")
        if self._server:
            self._server.end_group(SERVER_GRACE_SECS)
        if address:
            leave_address(self.folder, replace(address, pid=0))
            expect_nothing(self.settings)
        if self._stop.is_set():
            self.say("Ended.")

    def _crash(self, message: str) -> None:
        address = self._address()
        if address is None:
            return
        with suppress(OSError):  # a dead server: the next `up` marks them when it starts
            for run in Api(address.api).crash(tuple(address.deployments.values()), message):
                self.say(f"run {run}: Crashed ({message})")

    def _tell(self, next_due: datetime) -> None:
        address = self._address()
        if address is None:
            return
        self.say(f"Cleancopy is up: {self.ui}")
        self.say(
            f'  {BY_CRON:<{NAME_WIDTH}}by the schedule "{self.settings.schedule}" (UTC), next {next_due:%Y-%m-%d %H:%M}; at once: cleancopy run'
        )
        for line in forms(address):
            self.say(line)
        self.say(f"  {'reports':<{NAME_WIDTH}}{self.reports}/ (of {self.settings.data}/reports)")
        self.say(f"End it with Ctrl-C. The server's log is {_short(self.folder / 'server.log')}.")


def _why(log: Path) -> str:
    """What most probably ended the server, in a line."""
    if shutil.disk_usage(log.parent).free < FULL_BYTES:
        return f"no room is left on the disk of {log.parent}"
    lines = log.read_text(encoding="utf-8", errors="replace").splitlines()
    errors = [line for line in lines if ERROR_LINE.match(line)]
    return (errors or lines or ["it left no word"])[-1]


def _check_password() -> None:
    wanted = os.environ.get("PREFECT_SERVER_API_AUTH_STRING")
    if wanted and os.environ.get("PREFECT_API_AUTH_STRING") != wanted:
        raise UsageError(
            "PREFECT_SERVER_API_AUTH_STRING protects the server, and its own runs need the same in PREFECT_API_AUTH_STRING"
        )


def _refused(port: int) -> OSError | None:
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((HOST, port))
        except OSError as error:
            return error
    return None


def _short(path: Path) -> str:
    return os.path.relpath(path) if path.is_relative_to(Path.cwd()) else str(path)
