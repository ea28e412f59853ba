"""How a flow run ends: the state's name says it at a glance, its data is the summary, its page the artifacts."""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterator, Mapping
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, replace
from typing import Any

from prefect.client.schemas.objects import State
from prefect.context import TagsContext
from prefect.runtime import deployment, flow_run
from prefect.states import Completed, Crashed, Failed

from flows import untold
from flows.artifacts import leave_nothing, leave_published, leave_refused, leave_stopped
from flows.dag import Dag
from flows.engine import workers_of
from flows.last_runs import begin, finish
from flows.logs import tell_plainly
from flows.prefect_engine import PrefectEngine
from flows.progress import Silent, Watch, current_watch
from flows.reporting import report_on
from flows.request import Request
from flows.serving_api import Api
from flows.serving_client import server_of_run, still_answers, try_once
from flows.summary import Summary, summarize
from tasks.counting import counted
from tasks.errors import CleancopyError, GateStopped, UsageError
from tasks.settings import Settings, load_settings

_LOG = logging.getLogger(__name__)

ends: list[State[Any]] = []  # of this process's runs: the server may be gone by the time Prefect tells it
interrupts: list[KeyboardInterrupt] = []  # likewise
STOPPED = "stopped by Ctrl-C; run it again, it resumes from the shards that are done"

tell_plainly()


@dataclass(frozen=True, slots=True)
class Ending:
    """A run that ended well: its summary, and what to call it."""

    name: str
    message: str
    summary: Summary


def settings_of_run() -> Settings:
    """The settings of this flow run.

    Raises UsageError if a worker runs it with folders that would be inside its own, which is gone at the end.
    """
    settings = load_settings()
    if deployment.id and not (settings.raw.is_absolute() and settings.data.is_absolute()):
        raise UsageError(
            "a worker needs to know where raw/ and data/ are: start it with CLEANCOPY_RAW and CLEANCOPY_DATA "
            "set to absolute paths (`cleancopy deploy` prints the line)"
        )
    return settings


def published(request: Request, settings: Settings, lineage: Mapping[str, object]) -> Ending:
    """Runs the DAG as Prefect's tasks; nothing to do is a good end too."""
    if request.plan.is_empty:
        said = nothing_to_do(request)
        leave_nothing(said, request.base, settings)
        return Ending(
            "NothingToDo", said, {"version": request.base and request.base.version, "is_new": False}
        )
    request = replace(request, lineage={**request.lineage, **lineage})
    watch: Watch = current_watch() or Silent()
    with ExitStack() as stack:
        stack.enter_context(TagsContext(current_tags=set()))  # a task with a tag asks the server for leave
        workers = stack.enter_context(workers_of(settings))
        dag = Dag(request, settings, PrefectEngine(settings, workers), watch)
        try:
            outcome = dag.run()
        except GateStopped:
            leave_stopped(dag.gates.reports, dag.works)
            raise
    summary = summarize(outcome, settings, report_on(outcome, settings))
    leave_published(outcome, summary, settings)
    if outcome.held:
        rules = "; ".join(f"{batch}: {', '.join(held)}" for batch, held in outcome.held.items())
        return Ending("BatchesHeld", f"version {summary['version']} published without {rules}", summary)
    return Ending("Completed", f"version {summary['version']}", summary)


def nothing_to_do(request: Request) -> str:
    """Why there is nothing to do, in one line."""
    plan = request.plan
    if plan.missed:
        return f"nothing to do: {plan.missed}"
    told = [f"{counted(plan.unchanged, 'batch', 'batches')} unchanged"]
    told += [f"held: {', '.join(plan.held)}"] if plan.held else []
    told += [f"pinned: {', '.join(plan.pinned)}"] if plan.pinned else []
    return f"nothing to do ({'; '.join(told)})"


@contextmanager
def refusal_left(given: Mapping[str, object], of: str) -> Iterator[None]:
    """Leaves the form to correct where what was asked cannot be meant. of: the deployment's name."""
    try:
        yield
    except UsageError as error:
        leave_refused(str(error), given, of)
        raise


def end_of(flow: str, settings: Settings, run: Callable[[], Ending]) -> State[Any]:
    """The state a flow run ends in, remembered for `cleancopy versions`.

    A gate's verdict is a failure with a name of its own, never retried.
    """
    record = begin(settings, flow, str(flow_run.name or ""))
    by_hand = None if deployment.id else str(flow_run.id)  # `up` knows what became of the runs of deployments
    if by_hand:
        untold.tell(Api(server_of_run()[0]))
        untold.begin(by_hand)
    try:
        state = _state_of(run)
    except KeyboardInterrupt as stop:
        finish(settings, record, "Crashed", STOPPED)
        if by_hand:
            untold.end(by_hand, Crashed(message=STOPPED))
            interrupts.append(stop)
            try_once()
        raise
    except Exception as error:
        finish(settings, record, "Failed", f"{type(error).__name__}: {error}")
        raise
    ends.append(state)
    if by_hand:
        untold.end(by_hand, state)
    still_answers()  # else Prefect would try for minutes to tell the end
    finish(settings, record, state.name or "", state.message or "")
    level = logging.ERROR if state.is_failed() else logging.INFO
    _LOG.log(level, "%s ended %s: %s", flow, state.name, state.message)
    return state


def _state_of(run: Callable[[], Ending]) -> State[Any]:
    try:
        ending = run()
    except GateStopped as stopped:
        return Failed(name="GateStopped", message=str(stopped), data=stopped)
    except CleancopyError as error:
        return Failed(message=str(error), data=error)
    return Completed(name=ending.name, message=ending.message, data=ending.summary)
