"""What is done again by hand: chosen batches from a chosen stage on, or what was set aside from where it was."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any, Literal

from flows.prefect_home import prepare

prepare()

from prefect import flow
from prefect.runtime import flow_run

from flows.artifacts import leave_plan, leave_refused
from flows.ending import Ending, end_of, nothing_to_do, published, refusal_left, settings_of_run
from flows.fields import day, names, switch
from flows.request import Request, backfill_request, replay_request
from flows.summary import planned
from tasks.counting import counted
from tasks.plan import Replay, Selection
from tasks.settings import Settings


# Prefect's own validation is off: the form can be told to skip it, and what it says of a wrong value no person
# understands. Every field is checked below.
@flow(name="backfill", validate_parameters=False, persist_result=False)
def backfill(
    start: date,
    end: date,
    sources: list[str] | None = None,
    undated: bool = False,
    from_stage: Literal["ingest", "clean", "entities"] = "ingest",
    reprocess: Literal["missing", "failed", "all"] = "missing",
    accept: list[str] | None = None,
    dry_run: bool = True,
    reason: str = "",
) -> Any:  # noqa: ANN401  a Prefect state
    """Redo chosen batches with the current rules and publish one version.

    Args:
        start: First batch day, inclusive
        end: Last batch day, inclusive
        sources: Only these sources, one a row; none means all
        undated: Also the batches without a day, whatever the days above
        from_stage: The first stage to redo; those after it follow
        reprocess: missing = no result or older rules; failed = held batches and those with quarantined rows; all = every chosen batch, stored results ignored
        accept: Rules that hold no batch back in this run, named as its gates name them; rows that fail one stay set aside. Needs a reason
        dry_run: Only list what would be done; publishes nothing
        reason: Why; kept with the version. Needed where published rows are replaced or a rule is accepted
    """
    settings = settings_of_run()
    given = {"start": str(start), "end": str(end), "sources": sources, "undated": undated, "from_stage": from_stage,
             "reprocess": reprocess, "accept": accept, "dry_run": dry_run, "reason": reason}  # fmt: skip

    @refusal_left(given, "backfill")
    def asked() -> Request:
        selection = Selection(day("start", start), day("end", end), names("sources", sources),
                              switch("undated", undated), from_stage, reprocess)  # fmt: skip
        return backfill_request(
            settings, selection, accept=names("accept", accept), reason=str(reason or ""),
            dry_run=switch("dry_run", dry_run),
        )  # fmt: skip

    return end_of("backfill", settings, lambda: _looked_or_done(asked(), settings, given, "backfill"))


@flow(name="replay", validate_parameters=False, persist_result=False)
def replay(
    stage: Literal["any", "ingest", "clean", "entities"] = "any",
    sources: list[str] | None = None,
    accept: list[str] | None = None,
    dry_run: bool = True,
    reason: str = "",
) -> Any:  # noqa: ANN401  a Prefect state
    """Feed what was set aside back into the stages: rows in quarantine and held batches, by the current rules.

    Args:
        stage: Only rows that this stage set aside; any = all of them, and the held batches
        sources: Only these sources, one a row; none means all
        accept: Rules that hold no batch back in this run, named as its gates name them; rows that fail one stay set aside. Needs a reason
        dry_run: Only list what would be done; publishes nothing
        reason: Why; kept with the version. Needed where published rows are replaced or a rule is accepted
    """
    settings = settings_of_run()
    given = {"stage": stage, "sources": sources, "accept": accept, "dry_run": dry_run, "reason": reason}

    @refusal_left(given, "replay")
    def asked() -> Request:
        wanted = Replay(None if stage == "any" else stage, names("sources", sources))
        return replay_request(
            settings, wanted, accept=names("accept", accept), reason=str(reason or ""),
            dry_run=switch("dry_run", dry_run),
        )  # fmt: skip

    return end_of("replay", settings, lambda: _looked_or_done(asked(), settings, given, "replay"))


def _looked_or_done(request: Request, settings: Settings, given: Mapping[str, object], of: str) -> Ending:
    if request.plan.missed:
        leave_refused(request.plan.missed, given, of)
        return Ending("NothingToDo", nothing_to_do(request), planned(request.plan))
    if given["dry_run"]:
        plan, n = planned(request.plan), len(request.plan.todo)
        leave_plan(plan, given, of)
        return Ending("DryRun", f"{counted(n, 'batch', 'batches')} would be redone", plan)
    return published(request, settings, {"flow_run": flow_run.id, "parameters": given})
