"""What is told, and when: Prefect automations made by `up` and `deploy`, with a webhook where a setting names one.

Import it after `prefect_home.prepare()`.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import timedelta
from typing import Any
from uuid import UUID

from prefect.blocks.notifications import CustomWebhookNotificationBlock
from prefect.client.orchestration import PrefectClient, get_client
from prefect.client.schemas.objects import StateType
from prefect.events.actions import ActionTypes, ChangeFlowRunState, DoNothing, SendNotification
from prefect.events.schemas.automations import AutomationCore, EventTrigger, Posture

from flows.serving_address import TAG
from tasks.settings import Settings

ALERT = "cleancopy: a run failed, stopped or held batches"
LATE = "cleancopy: a run did not begin by its time"
NO_HEARTBEAT = "cleancopy: a run without heartbeat has crashed"
BLOCK = "cleancopy-alerts"

# The names that flow runs end with (flows/ending.py), and Prefect's own for those that did not end themselves.
TOLD = ("Failed", "GateStopped", "BatchesHeld", "Crashed", "TimedOut")
# What a late run may become when it goes on; waiting for its turn is no beginning.
BEGUN = ("Pending", "Running", "Completed", "NothingToDo", "Cancelled", *TOLD)
GONE = "no heartbeat: its process is gone; run it again, it resumes from the shards that are done"
MISSED_HEARTBEATS = 3  # then a run is taken for dead
EVERY_RUN: Any = {
    "prefect.resource.id": "prefect.flow-run.*"
}  # a resource specification, which Prefect coerces

SUBJECT = "Cleancopy: {{ flow.name }} {{ event.resource['prefect.state-name'] }}"
ALERT_WHY = "Made by `cleancopy up` or `cleancopy deploy`; CLEANCOPY_ALERT_WEBHOOK names who is told."
BODY = (
    "{{ flow.name }} run {{ flow_run.name }}: {{ event.resource['prefect.state-name'] }}. "
    "{{ event.resource['prefect.state-message'] }}\n{{ flow_run|ui_url }}"
)


async def register_alerts(settings: Settings, late: timedelta) -> None:
    """Makes the automations on the current server, or brings them up to date.

    late: how long after the server calls a run Late it is told. Without a webhook an alert only shows among
    the server's events. What a person did there stays: further actions, a switch turned off.
    """
    async with get_client() as client:
        notify = await _notify(settings)
        await _renew(client, _no_heartbeat(settings))
        await _renew(client, _ended_badly(notify))
        await _renew(client, _not_begun(notify, late))


def heard_within(settings: Settings) -> timedelta:
    """How long a run may not be heard of and is not taken for dead."""
    return timedelta(seconds=MISSED_HEARTBEATS * settings.heartbeat_secs)


def _ended_badly(notify: ActionTypes) -> AutomationCore:
    trigger = EventTrigger(
        expect=_events(TOLD),
        match=EVERY_RUN,
        match_related=_ours(),
        for_each={"prefect.resource.id"},
        posture=Posture.Reactive,
        threshold=1,
    )
    return AutomationCore(name=ALERT, description=ALERT_WHY, trigger=trigger, actions=[notify])


def _not_begun(notify: ActionTypes, late: timedelta) -> AutomationCore:
    """A server calls a run Late after some seconds already; that a worker is restarted is no alarm."""
    trigger = EventTrigger(
        after=_events(["Late"]),
        expect=_events(BEGUN),
        match=EVERY_RUN,
        match_related=_ours(),
        for_each={"prefect.resource.id"},
        posture=Posture.Proactive,
        threshold=1,
        within=late,
    )
    return AutomationCore(name=LATE, description=ALERT_WHY, trigger=trigger, actions=[notify])


def _no_heartbeat(settings: Settings) -> AutomationCore:
    """A killed process cannot say that it is dead: its run would stay Running and keep its place for ever."""
    trigger = EventTrigger(
        after=_events(["heartbeat", "Running"]),  # it may die before the first heartbeat
        expect={"prefect.flow-run.*"},
        match=EVERY_RUN,
        match_related=_ours(),
        for_each={"prefect.resource.id"},
        posture=Posture.Proactive,
        threshold=1,
        within=heard_within(settings),
    )
    crash = ChangeFlowRunState(state=StateType.CRASHED, name="Crashed", message=GONE, force=False)
    why = "Made by `cleancopy up` or `cleancopy deploy`; CLEANCOPY_HEARTBEAT_SECS says how often a run must be heard."
    return AutomationCore(name=NO_HEARTBEAT, description=why, trigger=trigger, actions=[crash])


def _events(states: Iterable[str]) -> set[str]:
    return {f"prefect.flow-run.{state}" for state in states}


def _ours() -> Any:  # noqa: ANN401  a resource specification, which Prefect coerces
    """By tag: on a server that others use too, a flow of theirs may well be called backfill."""
    return {"prefect.resource.role": "tag", "prefect.resource.id": f"prefect.tag.{TAG}"}


async def _notify(settings: Settings) -> ActionTypes:
    """The action that tells; `text` is what Slack, Mattermost and the like show."""
    if not settings.alert_webhook:
        return DoNothing()
    said: dict[str, Any] = {"title": "{{subject}}", "text": "{{subject}}\n{{body}}"}
    block = CustomWebhookNotificationBlock(
        name=BLOCK, url=settings.alert_webhook, json_data=said, headers=None, cookies=None
    )
    saved: Any = block.save(BLOCK, overwrite=True)  # awaitable here; its stub says either
    return SendNotification(block_document_id=UUID(str(await saved)), subject=SUBJECT, body=BODY)


async def _renew(client: PrefectClient, wanted: AutomationCore) -> None:
    found = await client.read_automations_by_name(wanted.name)
    if not found:
        await client.create_automation(wanted)
        return
    actions = [*wanted.actions, *(one for one in found[0].actions if not _is_ours(one))]
    new = wanted.model_copy(update={"actions": actions, "enabled": found[0].enabled})
    # What is renewed forgets the runs it watches: one that died a moment ago would never be told.
    if _told(new) != _told(found[0]):
        await client.update_automation(found[0].id, new)


def _told(automation: AutomationCore) -> dict[str, Any]:
    """Everything that matters of it, in one order."""
    told = automation.model_dump(
        mode="json", include={"name", "description", "enabled", "trigger", "actions"}
    )
    told["trigger"] |= {key: sorted(told["trigger"][key]) for key in ("after", "expect", "for_each")}
    told["trigger"].pop("id", None)
    return told


def _is_ours(action: ActionTypes) -> bool:
    said = getattr(action, "subject", None) or getattr(action, "message", None)
    return isinstance(action, DoNothing) or said in {SUBJECT, GONE}
