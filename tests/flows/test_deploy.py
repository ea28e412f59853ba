"""`cleancopy deploy` and prefect.yaml on a protected server of somebody else, and a worker that runs what they registered."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
import yaml

from tests.flows.conftest import article, note
from tests.flows.up_process import (
    CHECKOUT,
    CLEANCOPY,
    ENTRYPOINTS,
    PATIENCE_SECS,
    Listener,
    UpProcess,
    kill_all,
    wait_for,
)

pytestmark = pytest.mark.slow

PREFECT = str(Path(sys.executable).with_name("prefect"))
PASSWORD = "ops:correct horse"
SAME = (
    "id",
    "flow_id",
    "paused",
    "entrypoint",
    "pull_steps",
    "path",
    "tags",
    "work_pool_name",
    "job_variables",
    "concurrency_options",
    "enforce_parameter_schema",
    "parameter_openapi_schema",
)


class Elsewhere(UpProcess):
    """A bare Prefect server that wants a password, as another team may run it."""

    def _start(self) -> subprocess.Popen[bytes]:
        self.environment |= {
            "PREFECT_API_URL": f"{self.url}/api", "PREFECT_UI_ENABLED": "false",
            "PREFECT_SERVER_API_AUTH_STRING": PASSWORD, "PREFECT_API_AUTH_STRING": PASSWORD,
            "PREFECT_SERVER_ANALYTICS_ENABLED": "false", "DO_NOT_TRACK": "1",
        }  # fmt: skip
        with (self.folder / "server.out").open("ab") as out:
            return subprocess.Popen(
                [PREFECT, "server", "start", "--host", "127.0.0.1", "--port", str(self.port)],
                cwd=self.folder, env=self.environment, stdin=subprocess.DEVNULL, stdout=out, stderr=out, start_new_session=True,
            )  # fmt: skip

    def registered(self) -> tuple[dict[str, Any], list[str]]:
        """What a second `deploy` must leave as it was: the deployments, the automations' names."""
        deployments = {}
        for name in ENTRYPOINTS:
            found = self.deployment(name)
            schedules = [(one["schedule"], one["active"]) for one in found["schedules"]]
            limit = found["global_concurrency_limit"]["limit"]
            deployments[name] = {key: found[key] or None for key in SAME} | {
                "schedules": schedules,
                "limit": limit,
            }
        return deployments, sorted(one["name"] for one in self.api("POST", "/automations/filter", {}))


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory, prefect_database: Path) -> Iterator[Elsewhere]:
    process = Elsewhere(tmp_path_factory.mktemp("project"), prefect_database)
    try:
        wait_for("the server", process.answers)
        yield process
    finally:
        kill_all(process.process.pid)
        process.process.wait()


@pytest.fixture(scope="module")
def hook() -> Iterator[Listener]:
    listener = Listener()
    yield listener
    listener.close()


@pytest.fixture(scope="module")
def worker(server: Elsewhere, hook: Listener) -> Iterator[subprocess.Popen[bytes]]:
    """Started by the line that `deploy` prints, in another folder, on a machine where nobody called `deploy`."""
    done = server.call("deploy", CLEANCOPY_ALERT_WEBHOOK=hook.url)
    assert done.returncode == 0, done.stderr
    (server.folder / ".prefect/cleancopy.json").unlink()
    (line,) = [one for one in done.stdout.splitlines() if "prefect worker start" in one]
    process = subprocess.Popen(
        ["bash", "-c", line.replace("uv run prefect", f"exec {PREFECT}")],
        cwd=server.folder.parent, env=server.environment, start_new_session=True,
    )  # fmt: skip
    yield process
    kill_all(process.pid)
    process.wait()


def test_deploy_registers_every_flow_one_run_at_a_time_and_twice_is_as_once(server: Elsewhere) -> None:
    done = server.call("deploy")
    assert done.returncode == 0, done.stderr
    deployments, automations = server.registered()
    assert len(automations) == 3
    assert {name: len(one["schedules"]) for name, one in deployments.items() if one["schedules"]} == {
        "corpus": 1
    }
    assert {one["limit"] for one in deployments.values()} == {1}
    assert "/run\n" in done.stdout
    assert deployments["backfill"]["id"] in done.stdout
    again = server.call("deploy")
    assert (again.returncode, again.stdout) == (0, done.stdout)
    assert server.registered() == (deployments, automations)


def test_prefect_yaml_registers_the_same_and_names_no_folder_of_this_machine(server: Elsewhere) -> None:
    ours, _ = server.registered()
    done = subprocess.run(
        [PREFECT, "--no-prompt", "deploy", "--all"], cwd=CHECKOUT, env=server.environment, capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stdout + done.stderr
    theirs, _ = server.registered()
    assert theirs == ours
    assert str(CHECKOUT) not in str(theirs)


def test_prefect_yaml_has_the_defaults_of_the_settings_and_an_empty_pull() -> None:
    from flows.prefect_home import run_environment
    from tasks.settings import Settings

    told, fields = yaml.safe_load((CHECKOUT / "prefect.yaml").read_text()), Settings.model_fields
    assert told["pull"] == []
    assert told["deployments"][0]["schedules"][0]["cron"] == fields["schedule"].default
    for one in told["deployments"]:
        assert one["work_pool"]["name"] == fields["work_pool"].default
        assert one["work_pool"]["job_variables"]["env"] == run_environment(fields["heartbeat_secs"].default)


def test_a_worker_runs_the_flow_and_its_page_links_into_the_form(
    server: Elsewhere, worker: subprocess.Popen[bytes], hook: Listener
) -> None:
    for seed in range(8):
        _put(server, f"alpha/2024-02-01/{seed}.txt", article(seed))
        _put(server, f"beta/2024-02-01/{seed}.txt", note(seed))
    run = server.submit("corpus")
    name, message = server.wait_state(run, "BatchesHeld", "Completed", "Failed", "Crashed")
    assert (name, message) == ("BatchesHeld", "version 1 published without beta/2024-02-01: text_length")
    form = f"({server.url}/v2/deployments/deployment/{server.deployment('backfill')['id']}/run?parameters="
    assert form in server.artifacts(run)["summary"]
    wait_for("the webhook", lambda: hook.heard("corpus BatchesHeld", "beta/2024-02-01: text_length"))


def test_a_worker_runs_a_backfill_to_a_published_version(
    server: Elsewhere, worker: subprocess.Popen[bytes]
) -> None:
    asked = {"start": "2024-02-01", "end": "2024-02-01", "reprocess": "failed", "accept": ["text_length"]}
    run = server.submit("backfill", **asked, dry_run=False, reason="notes are fine")
    assert server.wait_state(run, "Completed", "Failed", "Crashed") == ("Completed", "version 2")
    assert (server.folder / "data/LATEST").read_text().strip() == "00000002"


def test_a_run_whose_machine_went_down_and_one_that_nobody_takes_are_told(
    server: Elsewhere, worker: subprocess.Popen[bytes], hook: Listener
) -> None:
    for seed in range(100, 400):
        _put(server, f"alpha/2024-03-{seed % 28 + 1:02d}/{seed}.txt", article(seed))
    run = server.submit("corpus")
    assert server.wait_state(run, "Running", "Completed")[0] == "Running"
    record = server.folder / "data/.runs/corpus.json"  # Prefect calls it running before our first line does
    wait_for("the run's own record", lambda: record.is_file() and '"state": "Running"' in record.read_text())
    kill_all(worker.pid)
    worker.wait()
    done = server.call("deploy", CLEANCOPY_ALERT_WEBHOOK=hook.url, CLEANCOPY_LATE_AFTER_MINS="1")
    assert done.returncode == 0, done.stderr
    server.submit("corpus")
    _, message = server.wait_state(run, "Crashed")
    assert message.startswith("no heartbeat")
    wait_for("the webhook", lambda: hook.heard("corpus Crashed", "no heartbeat"))
    wait_for("the webhook", lambda: hook.heard("corpus Late"))
    assert "ended without a word" in server.call("versions").stdout


@pytest.mark.parametrize(
    ("environment", "words"),
    [
        ({"PREFECT_API_URL": ""}, "PREFECT_API_URL names no server: set it"),
        ({"PREFECT_API_URL": "http://127.0.0.1:9/api"}, "no Prefect server answers at http://127.0.0.1:9/api"),
        ({"PREFECT_API_URL": "{server}"}, "is no Prefect API (HTTP 404): PREFECT_API_URL ends in /api"),
        ({"PREFECT_API_AUTH_STRING": ""}, "is protected by a password and wants one: set PREFECT_API_AUTH_STRING"),
        ({"PREFECT_API_AUTH_STRING": "ops:wrong"}, "and does not take the one given"),
        ({"CLEANCOPY_WORK_POOL": "images"}, "work pool images is of type docker, and the flows need one of type process"),
        ({"CLEANCOPY_SCHEDULE": "daily"}, "setting schedule: 'daily' is no cron schedule"),
    ],
)  # fmt: skip
def test_what_cannot_be_registered_is_one_message_and_exit_2(
    server: Elsewhere, environment: dict[str, str], words: str
) -> None:
    if "CLEANCOPY_WORK_POOL" in environment:
        server.api("POST", "/work_pools/", {"name": "images", "type": "docker"})
    done = server.call("deploy", **{k: v.format(server=server.url) for k, v in environment.items()})
    assert done.returncode == 2
    assert done.stderr.startswith("error: ")
    assert words in done.stderr
    assert len(done.stderr.splitlines()) == 1


def test_a_paused_pool_is_told(server: Elsewhere) -> None:
    server.api("POST", "/work_pools/", {"name": "resting", "type": "process", "is_paused": True})
    done = server.call("deploy", "--pool", "resting")
    assert done.returncode == 0, done.stderr
    assert "The pool is paused" in done.stdout


def test_a_worker_that_does_not_know_the_folders_is_told_so(monkeypatch: pytest.MonkeyPatch) -> None:
    from flows.prefect_home import prepare

    prepare()
    from flows import ending
    from tasks.errors import UsageError

    monkeypatch.setattr(ending, "deployment", SimpleNamespace(id="1b4e28ba"))
    monkeypatch.setenv("CLEANCOPY_RAW", "/raw")
    with pytest.raises(UsageError, match="CLEANCOPY_RAW and CLEANCOPY_DATA set to absolute paths"):
        ending.settings_of_run()
    monkeypatch.setenv("CLEANCOPY_DATA", "/data")
    assert ending.settings_of_run().data == Path("/data")


def test_a_server_that_falls_silent_or_dies_during_a_run_costs_its_page_until_the_next_run(
    server: Elsewhere,
) -> None:
    """Last in the file: it takes the server with it."""
    _put(server, "gamma/2024-04-01/1.txt", article(900))
    with _run_to_the_first_gate(server):
        (silenced,) = server.runs(state={"type": {"any_": ["RUNNING"]}})
        os.killpg(server.process.pid, signal.SIGSTOP)
    os.killpg(server.process.pid, signal.SIGCONT)
    _put(server, "gamma/2024-04-01/2.txt", article(901))
    with _run_to_the_first_gate(server):
        name, message = server.state_of(silenced["id"])
        assert (name, message.endswith("(told later: the server was gone when the run ended)")) == (
            "Completed",
            True,
        )
        kill_all(server.process.pid)
    again = server.call("run")
    assert (again.returncode, "Nothing to do" in again.stdout) == (0, True)


@contextmanager
def _run_to_the_first_gate(server: Elsewhere) -> Iterator[None]:
    """A run of the command line, and its end after what was done to its server there."""
    said = server.folder / "run.out"
    with said.open("w") as out:
        run = subprocess.Popen(
            [str(CLEANCOPY), "run"], cwd=server.folder, env=server.environment, stdout=out, stderr=out
        )
    wait_for("the first gate", lambda: "gate ingest" in said.read_text() or run.poll() is not None)
    yield
    assert run.wait(2 * PATIENCE_SECS) == 0
    assert "stopped answering, so the run's page there stays unfinished" in said.read_text()
    assert "Published version" in said.read_text()
    assert "Traceback" not in said.read_text()


def _put(server: Elsewhere, path: str, text: str) -> None:
    file = server.folder / "raw" / path
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text(text)
