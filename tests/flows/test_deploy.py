"""`cleancopy deploy` and prefect.yaml on a server of somebody else, and a worker that runs what they registered."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import yaml

from tests.flows.conftest import article
from tests.flows.up_process import CHECKOUT, UpProcess, wait_for

pytestmark = pytest.mark.slow

SAME = (
    "entrypoint",
    "pull_steps",
    "path",
    "tags",
    "work_pool_name",
    "enforce_parameter_schema",
    "parameter_openapi_schema",
)


class Elsewhere(UpProcess):
    """A bare Prefect server, as another team may run it."""

    def _start(self) -> subprocess.Popen[bytes]:
        self.environment |= {"PREFECT_API_URL": f"{self.url}/api", "PREFECT_UI_ENABLED": "false"}
        with (self.folder / "up.out").open("ab") as out:
            return subprocess.Popen(
                [sys.executable, "-m", "flows.serving_server", str(self.port)],
                cwd=self.folder, env=self.environment, stdin=subprocess.PIPE, stdout=out, stderr=out, start_new_session=True,
            )  # fmt: skip

    def healthy(self) -> bool:
        try:
            self.api("GET", "/health")
        except OSError:
            return False
        return True


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Elsewhere]:
    process = Elsewhere(tmp_path_factory.mktemp("project"))
    try:
        wait_for("the server", process.healthy)
        yield process
    finally:
        process.close()


def read_deployments(server: Elsewhere) -> dict[str, dict[str, Any]]:
    return {name: server.deployment(name) for name in ("corpus", "backfill")}


def test_deploy_registers_for_a_worker_and_the_worker_runs_it(server: Elsewhere) -> None:
    done = server.call("deploy")
    assert done.returncode == 0, done.stderr
    assert "prefect worker start --pool cleancopy" in done.stdout
    assert {a["name"] for a in server.api("POST", "/automations/filter", {})} >= {
        "cleancopy: a run without heartbeat has crashed"
    }
    (server.folder / "raw/alpha/2024-02-01").mkdir(parents=True)
    (server.folder / "raw/alpha/2024-02-01/1.txt").write_text(article(1))
    folders = {f"CLEANCOPY_{name.upper()}": str(server.folder / name) for name in ("raw", "data")}
    worker = subprocess.Popen(
        [str(Path(sys.executable).with_name("prefect")), "worker", "start", "--pool", "cleancopy", "--type", "process"],
        cwd=server.folder.parent, env={**server.environment, **folders}, start_new_session=True,
    )  # fmt: skip
    try:
        assert server.wait_state(server.submit("corpus"), "Completed", "Failed", "Crashed") == (
            "Completed",
            "version 1",
        )
    finally:
        os.killpg(worker.pid, signal.SIGKILL)
        worker.wait()


def test_prefect_yaml_registers_the_same_and_names_no_folder_of_this_machine(server: Elsewhere) -> None:
    assert server.call("deploy").returncode == 0
    ours = read_deployments(server)
    done = subprocess.run(
        [str(Path(sys.executable).with_name("prefect")), "--no-prompt", "deploy", "--all"],
        cwd=CHECKOUT, env=server.environment, capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stdout + done.stderr
    for name, theirs in read_deployments(server).items():
        assert {key: theirs[key] or None for key in SAME} == {key: ours[name][key] or None for key in SAME}
        assert theirs["global_concurrency_limit"]["limit"] == 1
        assert [one["schedule"] for one in theirs["schedules"]] == [
            one["schedule"] for one in ours[name]["schedules"]
        ]
        assert str(CHECKOUT) not in str(theirs)


def test_prefect_yaml_has_the_schedule_of_the_settings_and_an_empty_pull() -> None:
    from tasks.settings import Settings

    told = yaml.safe_load((CHECKOUT / "prefect.yaml").read_text())
    assert told["pull"] == []
    assert told["deployments"][0]["schedules"][0]["cron"] == Settings.model_fields["schedule"].default


@pytest.mark.parametrize(
    ("url", "words"),
    [
        ("", "PREFECT_API_URL names no server"),
        ("http://127.0.0.1:9/api", "no Prefect server answers at http://127.0.0.1:9/api"),
        ("{server}/nothing", "is no Prefect API (HTTP"),
    ],
)
def test_a_server_that_cannot_be_used_is_one_message_and_exit_2(
    server: Elsewhere, url: str, words: str
) -> None:
    environment = {**server.environment, "PREFECT_API_URL": url.format(server=server.url)}
    done = subprocess.run(
        [*server.command, "deploy"],
        cwd=server.folder,
        env=environment,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 2
    assert words in done.stderr
    assert "Traceback" not in done.stderr
