"""`cleancopy up` for real: its port, its schedule, its webhook, runs cut short, a killed runner, Ctrl-C."""

from __future__ import annotations

import http.client
import json
import os
import signal
import subprocess
import urllib.error
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.flows.conftest import article
from tests.flows.up_process import ENTRYPOINTS, PATIENCE_SECS, Listener, UpProcess, free_port, wait_for

pytestmark = pytest.mark.slow

# Where a file named `stop` lies, dedup loses an article: a gate of the run stops it.
LOSES = """
import sys
if any("prefect" in word for word in sys.orig_argv):
    import os, tasks.dedup.work as work
    audit = work.audit
    work.audit = lambda *args: {**audit(*args), **({"n_unclustered": 1} if os.path.exists(STOP) else {})}
"""
SHORT = "Note {0}\n\nThe {0}th note of the day says little, but it says it twice."


def put(up: UpProcess, path: str, text: str) -> None:
    file = up.folder / "raw" / path
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text(text)


@pytest.fixture(scope="module")
def hook() -> Iterator[Listener]:
    listener = Listener()
    yield listener
    listener.close()


@pytest.fixture(scope="module")
def up(tmp_path_factory: pytest.TempPathFactory, hook: Listener) -> Iterator[UpProcess]:
    folder, patched = tmp_path_factory.mktemp("project"), tmp_path_factory.mktemp("patched")
    (patched / "sitecustomize.py").write_text(LOSES.replace("STOP", repr(str(folder / "stop"))))
    process = UpProcess(
        folder, CLEANCOPY_ALERT_WEBHOOK=hook.url, PREFECT_SERVER_SERVICES_LATE_RUNS_AFTER_SECONDS="20",
        PYTHONPATH=os.pathsep.join([str(patched), *filter(None, [os.environ.get("PYTHONPATH")])]),
    )  # fmt: skip
    try:
        process.wait_up()
        yield process
    finally:
        process.close()


def test_the_deployments_take_one_run_at_a_time_and_the_schedule_is_filled(up: UpProcess) -> None:
    for name, entrypoint in ENTRYPOINTS.items():
        found = up.deployment(name)
        assert found["global_concurrency_limit"]["limit"] == 1
        assert found["entrypoint"] == entrypoint
        assert all(one.get("description") for one in found["parameter_openapi_schema"]["properties"].values())
        assert found["path"] is None
    # SQLAlchemy 2.1 leaves the schedule empty, in silence
    wait_for("the schedule's runs", lambda: up.runs(deployment_id={"any_": [up.deployment("corpus")["id"]]}))


def test_it_says_where_it_is_and_what_to_do(up: UpProcess) -> None:
    for words in (up.url, "0 4 * * *", "cleancopy run", f"/{up.deployment('backfill')['id']}/run", "Ctrl-C"):
        assert words in up.said


def test_a_second_up_of_the_project_is_refused_with_the_address_of_the_first(up: UpProcess) -> None:
    done = up.call("up", "--port", free_port())
    assert done.returncode == 2
    assert f"already runs at {up.url} (process {up.process.pid})" in done.stderr


def test_an_up_of_another_project_on_the_same_data_folder_is_refused(up: UpProcess, tmp_path: Path) -> None:
    done = up.call("up", "--port", free_port(), PREFECT_HOME=str(tmp_path))
    assert done.returncode == 2
    assert f"`cleancopy up` of {up.folder}/data already runs at {up.url} (process" in done.stderr


def test_a_port_in_use_is_one_message_and_exit_2(up: UpProcess, tmp_path: Path) -> None:
    other = UpProcess(tmp_path)
    other.close()
    other.environment["PREFECT_HOME"] = str(tmp_path / "elsewhere")
    done = other.call("up", "--port", up.port)
    assert done.returncode == 2
    assert done.stderr.startswith(f"error: port {up.port} cannot be used")
    assert "--port N" in done.stderr
    assert "Traceback" not in done.stderr


def test_a_schedule_that_cannot_be_read_is_one_message_and_exit_2(tmp_path: Path) -> None:
    process = UpProcess(tmp_path, CLEANCOPY_SCHEDULE="every day")
    assert process.process.wait(300) == 2
    assert process.said.startswith("error: setting schedule: 'every day' is no cron schedule")


def test_a_password_that_its_own_runs_do_not_have_is_one_message_and_exit_2(tmp_path: Path) -> None:
    process = UpProcess(tmp_path, PREFECT_SERVER_API_AUTH_STRING="ops:secret")
    assert process.process.wait(300) == 2
    assert process.said.startswith("error: PREFECT_SERVER_API_AUTH_STRING protects the server")


def test_a_full_disk_for_its_database_is_one_message(tmp_path: Path) -> None:
    small = tmp_path / "small"
    small.mkdir()
    if subprocess.run(["mount", "-t", "tmpfs", "-o", "size=1m", "tmpfs", small], check=False).returncode:
        pytest.skip("only root can mount a file system")
    try:
        process = UpProcess(tmp_path, PREFECT_HOME=str(small))
        assert process.process.wait(300) == 1
        assert (
            f"error: Prefect's server did not start: no room is left on the disk of {small}" in process.said
        )
        assert "Traceback" not in process.said
    finally:
        subprocess.run(["umount", "-l", small], check=True)


def test_ctrl_c_before_the_server_answers_ends_it_at_once(tmp_path: Path) -> None:
    process = UpProcess(tmp_path)
    wait_for("the start", process.children)
    left = process.children()
    assert process.ctrl_c() == 0
    assert process.said.splitlines()[-2:] == ["Ending: it was not up yet ...", "Ended."]
    assert not any(_is_alive(pid) for pid in left)


def test_the_reports_are_served_and_nothing_beside_them(up: UpProcess) -> None:
    reports = up.folder / "data/reports"
    reports.mkdir(parents=True)
    (reports / "00000001.html").write_text("<h1>report</h1>")
    (up.folder / "data/secret.txt").write_text("secret")
    (reports / "link.html").symlink_to(up.folder / "data/secret.txt")
    paths = (
        "/00000001.html",
        "/../secret.txt",
        "/%2e%2e/secret.txt",
        "/link.html",
        "//etc/passwd",
        "/../../raw/",
    )
    assert "script" not in str(_get(up.port + 1, paths[0]).headers["Content-Security-Policy"])
    answers = [_get(up.port + 1, path).status for path in paths]
    assert answers == [200, 404, 404, 404, 404, 404]
    assert _get(up.port + 1, "/00000001.html", host="evil.example").status == 404
    assert _get(up.port, "/api/health", host="evil.example").status == 421


def _get(port: int, path: str, host: str = "127.0.0.1") -> http.client.HTTPResponse:
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=60)
    connection.request("GET", path, headers={"Host": f"{host}:{port}"})
    return connection.getresponse()


def test_the_command_uses_the_server_that_is_up_and_held_batches_are_told(
    up: UpProcess, hook: Listener
) -> None:
    for seed in range(3):
        put(up, f"alpha/2024-02-01/{seed}.txt", article(seed))
        put(up, f"beta/2024-02-01/{seed}.txt", SHORT.format(seed))
        put(up, f"beta/2024-02-01/1{seed}.txt", SHORT.format(10 + seed))
    done = up.call("run", "--json")
    assert done.returncode == 5, done.stderr
    held = up.runs(state={"name": {"any_": ["BatchesHeld"]}})
    assert len(held) == 1
    assert "backfill" in up.artifacts(held[0]["id"])["summary"]
    wait_for("the webhook", lambda: hook.heard("corpus BatchesHeld", "beta/2024-02-01: text_length", up.url))
    assert "BatchesHeld" in up.call("versions").stdout


@pytest.mark.parametrize(
    ("asked", "words"),
    [
        ({"start": "2024-13-45", "end": "2024-02-01"}, "start: '2024-13-45' is no day; pick one"),
        ({"start": "2024-02-01", "end": "2024-02-01", "sources": ["gamma"]}, "unknown source gamma; known are alpha, beta"),
    ],
)  # fmt: skip
def test_a_form_that_cannot_be_meant_fails_in_plain_words(
    up: UpProcess, asked: dict[str, Any], words: str
) -> None:
    """Through the server, which lets a day that is none pass; the other fields: test_prefect."""
    name, message = up.wait_state(up.submit("backfill", **asked), "Failed", "Crashed", "Completed", "DryRun")
    assert name == "Failed"
    assert words in message


def test_a_run_that_a_gate_stopped_is_told(up: UpProcess, hook: Listener) -> None:
    (up.folder / "stop").touch()
    put(up, "alpha/2024-02-02/9.txt", article(9))
    name, message = up.wait_state(
        up.submit("corpus"), "GateStopped", "Completed", "BatchesHeld", "Failed", "Crashed"
    )
    assert (name, "gate dedup stopped the run" in message) == ("GateStopped", True)
    wait_for("the webhook", lambda: hook.heard("corpus GateStopped", "gate dedup stopped the run"))
    assert "ended GateStopped: gate dedup stopped the run" in up.call("versions").stdout
    (up.folder / "stop").unlink()


def test_a_failed_run_is_told(up: UpProcess, hook: Listener) -> None:
    wait_for("the webhook", lambda: hook.heard("backfill Failed", "unknown source gamma"))


def test_a_run_that_the_schedule_made_a_minute_ago_and_nobody_began_is_told(
    up: UpProcess, hook: Listener
) -> None:
    """Prefect by itself keeps the event of such a run back for 15 minutes: flows/serving_ordering.py."""
    runner, corpus = up.child("flows.serving_runner"), up.deployment("corpus")["id"]
    os.kill(runner, signal.SIGSTOP)
    every_minute = [{"schedule": {"cron": "* * * * *", "timezone": "UTC"}, "active": True}]
    (made,) = up.api("POST", f"/deployments/{corpus}/schedules", every_minute)
    try:
        ours = {"deployment_id": {"any_": [corpus]}, "state": {"name": {"any_": ["Late"]}}}
        late = wait_for("a late run", lambda: up.runs(**ours))
        assert late[0]["auto_scheduled"]
        wait_for("the webhook", lambda: hook.heard("corpus Late", late[0]["name"]))
    finally:
        up.api("DELETE", f"/deployments/{corpus}/schedules/{made['id']}")
        for run in up.runs(**ours):
            up.api("DELETE", f"/flow_runs/{run['id']}")
        os.kill(runner, signal.SIGCONT)


def test_a_dry_run_lists_what_it_would_do_and_the_link_that_does_it(up: UpProcess) -> None:
    asked = {"start": "2024-02-01", "end": "2024-02-01", "reprocess": "all", "dry_run": True}
    run = up.submit("backfill", **asked)
    assert up.wait_state(run, "DryRun", "Failed", "Crashed") == ("DryRun", "2 batches would be redone")
    plan = up.artifacts(run)["plan"]
    assert "alpha" in plan
    assert "%22dry_run%22%3Afalse" in plan
    assert json.loads(up.call("versions", "--json").stdout)[-1]["version"] == 1


def begin_long_run(up: UpProcess) -> str:
    """A backfill over everything, caught while it works."""
    run = up.submit(
        "backfill", start="2024-01-01", end="2024-12-31", reprocess="all", dry_run=False, reason="a test"
    )
    assert up.wait_state(run, "Running", "Completed")[0] == "Running"
    return run


def test_a_killed_runner_is_replaced_and_its_run_marked_crashed(up: UpProcess, hook: Listener) -> None:
    for seed in range(100, 400):
        put(up, f"alpha/2024-03-{seed % 28 + 1:02d}/{seed}.txt", article(seed))
    run, killed = begin_long_run(up), up.child("flows.serving_runner")
    os.kill(killed, signal.SIGKILL)
    _, message = up.wait_state(run, "Crashed")
    assert "its runner was killed" in message
    wait_for("the webhook", lambda: hook.heard("backfill Crashed"))
    wait_for(
        "another runner", lambda: [pid for pid in up.children() if pid != killed and len(up.children()) == 2]
    )
    again = up.submit("backfill", start="2024-03-01", end="2024-03-01", dry_run=True)
    assert up.wait_state(again, "DryRun", "Failed", "Crashed")[0] == "DryRun"


def test_a_server_killed_during_a_run_is_started_again_and_the_run_ends_well(up: UpProcess) -> None:
    run, killed = begin_long_run(up), up.child("flows.serving_server")
    place = up.api("GET", f"/flow_runs/{run}")["state"]["state_details"]["deployment_concurrency_lease_id"]
    os.kill(killed, signal.SIGKILL)
    with up.database() as database:  # as if the server had been away for long: no heartbeat was heard
        watched = database.execute(
            "UPDATE automation_bucket SET end = datetime('now', '-5 seconds')"
        ).rowcount
    assert watched
    wait_for("another server", lambda: "Prefect's server ended unexpectedly: starting it again" in up.said)
    wait_for("its answer", up.answers)
    try:  # as the run itself every few minutes, which crashes where the server does not know its place
        up.api("POST", f"/v2/concurrency_limits/leases/{place}/renew", {"lease_duration": 300})
    except urllib.error.HTTPError:
        assert up.state_of(run)[0] != "Running"
    # its client waits two minutes at a time by now
    ended = up.wait_state(run, "Completed", "BatchesHeld", "Failed", "Crashed", secs=2 * PATIENCE_SECS)
    assert ended[0] in {"Completed", "BatchesHeld"}, ended
    assert json.loads(up.call("versions", "--json").stdout)[-1]["reason"] == "a test"


def test_a_killed_up_leaves_no_process_and_the_next_marks_its_run_crashed(up: UpProcess) -> None:
    run, children = begin_long_run(up), up.children()
    assert len(children) == 2
    os.kill(up.process.pid, signal.SIGKILL)
    up.process.wait()
    wait_for("the server and the runner to end", lambda: not any(_is_alive(pid) for pid in children))
    up.restart()
    name, message = up.state_of(run)
    assert (name, "earlier `cleancopy up`" in message) == ("Crashed", True)


def _is_alive(pid: int) -> bool:
    try:
        return Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()[0] != "Z"
    except OSError:
        return False


def test_ctrl_c_during_a_run_ends_everything_and_leaves_no_run_running(up: UpProcess) -> None:
    begin_long_run(up)
    children = up.children()
    assert up.ctrl_c() == 0
    assert "Traceback" not in up.said
    assert "Ended." in up.said
    assert not any(_is_alive(pid) for pid in children)
    assert {state for _, state in up.states_in_the_database()} <= {"COMPLETED", "FAILED", "CRASHED"}
    assert "killed" in up.call("versions").stdout
