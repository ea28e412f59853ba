"""What is told, and when: Prefect automations made by `up` and `deploy`, with a webhook where a setting names one.

Import it after `prefect_home.prepare()`.
"""

from __future__ import annotations

from datetime import timedelta
from typing import Any
from uuid import UUID

from prefect.blocks.notifications import CustomWebhookNotificationBlock
from prefect.client.orchestration import PrefectClient, get_client
from prefect.client.schemas.objects import StateType
from prefect.events.actions import ActionTypes, ChangeFlowRunState, DoNothing, SendNotification
from prefect.events.schemas.automations import AutomationCore, EventTrigger, Posture

from flows.last_runs import FLOWS
from tasks.settings import Settings

ALERT = "cleancopy: a run failed, stopped, held batches or is late"
NO_HEARTBEAT = "cleancopy: a run without heartbeat has crashed"
BLOCK = "cleancopy-alerts"

# The names that flow runs end with (flows/ending.py), and Prefect's own for those that did not end themselves.
TOLD = ("Failed", "GateStopped", "BatchesHeld", "Crashed", "TimedOut", "Late")
MISSED_HEARTBEATS = 3

SUBJECT = "Cleancopy: {{ flow.name }} {{ event.resource['prefect.state-name'] }}"
BODY = (
    "{{ flow.name }} run {{ flow_run.name }}: {{ event.resource['prefect.state-name'] }}. "
    "{{ event.resource['prefect.state-message'] }}\n{{ flow_run|ui_url }}"
)


async def register_alerts(settings: Settings) -> None:
    """Makes or renews both automations on the current server.

    Without a webhook the alert does nothing but show in the server's list of events, and actions that a
    person gave it there stay.
    """
    async with get_client() as client:
        await _renew(client, _no_heartbeat(settings), keep_actions=False)
        if settings.alert_webhook:
            notify = SendNotification(block_document_id=await _webhook(settings), subject=SUBJECT, body=BODY)
            await _renew(client, _alert(notify), keep_actions=False)
        else:
            await _renew(client, _alert(DoNothing()), keep_actions=True)


def _alert(action: ActionTypes) -> AutomationCore:
    trigger = EventTrigger(
        expect={f"prefect.flow-run.{name}" for name in TOLD},
        match={"prefect.resource.id": "prefect.flow-run.*"},
        match_related=_our_flows(),
        for_each={"prefect.resource.id"},
        posture=Posture.Reactive,
        threshold=1,
    )
    why = "Made by `cleancopy up` or `cleancopy deploy`; CLEANCOPY_ALERT_WEBHOOK names who is told."
    return AutomationCore(name=ALERT, description=why, trigger=trigger, actions=[action])


def _no_heartbeat(settings: Settings) -> AutomationCore:
    """A killed process cannot say that it is dead: its run would stay Running and keep its place for ever."""
    trigger = EventTrigger(
        after={"prefect.flow-run.heartbeat"},
        expect={"prefect.flow-run.*"},
        match={"prefect.resource.id": "prefect.flow-run.*"},
        match_related=_our_flows(),
        for_each={"prefect.resource.id"},
        posture=Posture.Proactive,
        threshold=1,
        within=timedelta(seconds=MISSED_HEARTBEATS * settings.heartbeat_secs),
    )
    gone = "no heartbeat: its process is gone; run it again, it resumes from the shards that are done"
    crash = ChangeFlowRunState(state=StateType.CRASHED, name="Crashed", message=gone, force=False)
    why = "Made by `cleancopy up` or `cleancopy deploy`; CLEANCOPY_HEARTBEAT_SECS says how often a run must be heard."
    return AutomationCore(name=NO_HEARTBEAT, description=why, trigger=trigger, actions=[crash])


def _our_flows() -> Any:  # noqa: ANN401  a resource specification, which Prefect coerces
    return {"prefect.resource.role": "flow", "prefect.resource.name": list(FLOWS)}


async def _webhook(settings: Settings) -> UUID:
    """The notification block; `text` is what Slack, Mattermost and the like show."""
    said: dict[str, Any] = {"title": "{{subject}}", "text": "{{subject}}\n{{body}}"}
    block = CustomWebhookNotificationBlock(
        name=BLOCK, url=settings.alert_webhook, json_data=said, headers=None, cookies=None
    )
    saved: Any = block.save(BLOCK, overwrite=True)  # awaitable here; its stub says either
    return UUID(str(await saved))


async def _renew(client: PrefectClient, wanted: AutomationCore, *, keep_actions: bool) -> None:
    found = await client.read_automations_by_name(wanted.name)
    if not found:
        await client.create_automation(wanted)
    elif not keep_actions:
        await client.update_automation(found[0].id, wanted)
