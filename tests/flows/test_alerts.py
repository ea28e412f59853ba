"""What `cleancopy versions` remembers, and what a renewed alert keeps, without a server; the webhook: test_up, test_deploy."""

from __future__ import annotations

import asyncio
import json
import os
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import uuid4

import pytest

from flows import last_runs
from flows.last_runs import LastRun, begin, due_after, due_before, expect, expect_nothing, finish, troubles
from tasks.errors import ConfigError
from tests.flows.conftest import World

DEAD_PID = 2**22 + 1  # above any pid_max


def remember(world: World, name: str, value: object) -> None:
    folder = world.settings.data / ".runs"
    folder.mkdir(parents=True, exist_ok=True)
    (folder / f"{name}.json").write_text(json.dumps(value))


def ago(**given: float) -> str:
    return (datetime.now(UTC) - timedelta(**given)).isoformat(timespec="seconds")


@pytest.mark.parametrize("state", ["Failed", "GateStopped", "BatchesHeld"])
def test_a_bad_end_is_told_until_a_good_one(world: World, state: str) -> None:
    finish(world.settings, begin(world.settings, "corpus", "blue-owl"), state, "because of this")
    (line,) = troubles(world.settings)
    assert "blue-owl" in line
    assert f"ended {state}: because of this" in line
    finish(world.settings, begin(world.settings, "corpus", "red-fox"), "Completed", "version 2")
    assert troubles(world.settings) == []


def test_a_version_since_then_ends_the_trouble(world: World) -> None:
    finish(world.settings, begin(world.settings, "corpus", "blue-owl"), "Failed", "no disk")
    assert troubles(world.settings, ago(minutes=5))
    assert troubles(world.settings, ago(minutes=-5)) == []


def test_a_run_whose_process_is_gone_is_told_and_a_living_one_is_not(world: World) -> None:
    begin(world.settings, "corpus", "blue-owl")
    assert troubles(world.settings) == []
    lost = LastRun("corpus", "blue-owl", ago(hours=1), pid=DEAD_PID)
    remember(
        world,
        "corpus",
        {"flow": lost.flow, "run": lost.run, "began_at": lost.began_at, "pid": lost.pid, "host": lost.host},
    )
    assert "ended without a word" in troubles(world.settings)[0]


def test_a_run_that_did_not_happen_by_its_time_is_told(world: World) -> None:
    expect(world.settings)
    assert troubles(world.settings) == []
    remember(world, "schedule", {"cron": "* * * * *", "since": ago(hours=2), "late_after_mins": 30})
    assert troubles(world.settings)[0].startswith("Late: the run due at ")
    finish(world.settings, begin(world.settings, "corpus", "red-fox"), "NothingToDo", "")
    assert troubles(world.settings) == []
    remember(
        world,
        "corpus",
        {"flow": "corpus", "run": "old", "began_at": ago(hours=1), "state": "Completed", "pid": os.getpid()},
    )
    assert troubles(world.settings)[0].startswith("Late: the run due at ")
    expect_nothing(world.settings)
    assert troubles(world.settings) == []


@pytest.mark.parametrize("content", ["", "{", "[]", '{"flow": 1, "other": "release"}', '{"cron": "no"}'])
def test_a_torn_record_is_no_trouble(world: World, content: str) -> None:
    for name in ("corpus", "backfill", "schedule"):
        remember(world, name, {})
        (world.settings.data / ".runs" / f"{name}.json").write_text(content)
    assert troubles(world.settings) == []


def test_a_folder_that_cannot_be_written_is_only_logged(
    world: World, caplog: pytest.LogCaptureFixture
) -> None:
    world.settings.data.mkdir()
    (world.settings.data / ".runs").write_text("a file")
    begin(world.settings, "corpus", "blue-owl")
    assert "could not be written" in caplog.text


def test_a_long_message_is_cut(world: World) -> None:
    finish(world.settings, begin(world.settings, "corpus", "blue-owl"), "Failed", "x" * 100_000)
    assert len(troubles(world.settings)[0]) < last_runs.MESSAGE_CHARS + 100


def test_the_schedule_is_read_as_cron_in_utc() -> None:
    moment = datetime(2026, 11, 25, 12, tzinfo=UTC)
    assert due_after("0 4 * * *", moment) == datetime(2026, 11, 26, 4, tzinfo=UTC)
    assert due_before("0 4 * * *", moment) == datetime(2026, 11, 25, 4, tzinfo=UTC)
    for wrong in ("every day", "61 * * * *", "", "0 0 30 2 *"):
        with pytest.raises(ConfigError, match="is no cron schedule"):
            due_after(wrong, moment)


class Server:
    """Keeps automations as Prefect's client gives and takes them."""

    def __init__(self) -> None:
        self.kept: dict[str, Any] = {}
        self.updates = 0

    async def read_automations_by_name(self, name: str) -> list[Any]:
        return [self.kept[name]] if name in self.kept else []

    async def create_automation(self, wanted: Any) -> None:
        from prefect.events.schemas.automations import Automation

        self.kept[wanted.name] = Automation.model_validate({**wanted.model_dump(), "id": uuid4()})

    async def update_automation(self, _: object, wanted: Any) -> None:
        self.updates += 1
        await self.create_automation(wanted)


def test_a_renewed_alert_is_left_alone_where_nothing_changed_and_keeps_what_a_person_added() -> None:
    from flows.prefect_home import prepare

    prepare()
    from prefect.events.actions import DoNothing, PauseDeployment

    from flows import alerts

    server, wanted = Server(), alerts._not_begun(DoNothing(), timedelta(minutes=1))
    for _ in range(2):
        asyncio.run(alerts._renew(server, wanted))
    assert server.updates == 0
    theirs = PauseDeployment(source="selected", deployment_id=uuid4())
    kept = server.kept[alerts.LATE]
    server.kept[alerts.LATE] = kept.model_copy(update={"actions": [DoNothing(), theirs], "enabled": False})
    asyncio.run(alerts._renew(server, alerts._not_begun(DoNothing(), timedelta(minutes=2))))
    renewed = server.kept[alerts.LATE]
    assert (server.updates, renewed.trigger.within) == (1, timedelta(minutes=2))
    assert ([one.type for one in renewed.actions], renewed.enabled) == (
        ["do-nothing", "pause-deployment"],
        False,
    )
