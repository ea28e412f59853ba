"""How a flow run ends: the state's name says it at a glance, its data is the summary."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from contextlib import ExitStack
from dataclasses import dataclass, replace
from typing import Any

from prefect.client.schemas.objects import State
from prefect.states import Completed, Failed

from flows.dag import Dag
from flows.engine import Pool
from flows.prefect_engine import PrefectEngine
from flows.progress import Silent, Watch, current_watch
from flows.request import Request
from flows.summary import Summary, summarize
from tasks.errors import CleancopyError, GateStopped
from tasks.settings import Settings


@dataclass(frozen=True, slots=True)
class Ending:
    """A run that ended well: its summary, and what to call it."""

    name: str
    message: str
    summary: Summary


def published(request: Request, settings: Settings, lineage: Mapping[str, object]) -> Ending:
    """Runs the DAG as Prefect's tasks; nothing to do is a good end too."""
    if request.plan.is_empty:
        return Ending(
            "NothingToDo",
            nothing_to_do(request),
            {"version": request.base and request.base.version, "is_new": False},
        )
    request = replace(request, lineage={**request.lineage, **lineage})
    watch: Watch = current_watch() or Silent()
    with ExitStack() as stack:
        pool = stack.enter_context(Pool(settings))
        outcome = Dag(request, settings, PrefectEngine(settings, pool), watch).run()
    summary = summarize(outcome, settings)
    if outcome.held:
        rules = "; ".join(f"{batch}: {', '.join(held)}" for batch, held in outcome.held.items())
        return Ending("BatchesHeld", f"version {summary['version']} published without {rules}", summary)
    return Ending("Completed", f"version {summary['version']}", summary)


def nothing_to_do(request: Request) -> str:
    """Why there is nothing to do, in one line."""
    plan = request.plan
    told = [f"{plan.unchanged} batches unchanged"]
    told += [f"held: {', '.join(plan.held)}"] if plan.held else []
    told += [f"pinned: {', '.join(plan.pinned)}"] if plan.pinned else []
    return f"nothing to do ({'; '.join(told)})"


def end_of(run: Callable[[], Ending]) -> State[Any]:
    """The state a flow run ends in. A gate's verdict is a failure with a name of its own, never retried."""
    try:
        ending = run()
    except GateStopped as stopped:
        return Failed(name="GateStopped", message=str(stopped), data=stopped)
    except CleancopyError as error:
        return Failed(message=str(error), data=error)
    return Completed(name=ending.name, message=ending.message, data=ending.summary)
