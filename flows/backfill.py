"""The backfill, started by hand: chosen batches moved to the current recipe, from a chosen stage on."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Any, Literal

from flows.prefect_home import prepare

prepare()

from prefect import flow
from prefect.runtime import flow_run

from flows.artifacts import leave_plan, leave_refused
from flows.ending import Ending, end_of, published, settings_of_run
from flows.request import Request, backfill_request
from flows.summary import planned
from tasks.errors import UsageError
from tasks.plan import Selection


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

    def asked() -> Request:
        selection = Selection(_day("start", start), _day("end", end), _names("sources", sources),
                              _switch("undated", undated), from_stage, reprocess)  # fmt: skip
        return backfill_request(
            settings, selection, accept=_names("accept", accept), reason=str(reason or ""),
            dry_run=_switch("dry_run", dry_run),
        )  # fmt: skip

    def run() -> Ending:
        try:
            request = asked()
        except UsageError as error:
            leave_refused(str(error), given)
            raise
        if dry_run:
            plan, n = planned(request.plan), len(request.plan.todo)
            leave_plan(plan, given)
            return Ending("DryRun", f"{n} {'batch' if n == 1 else 'batches'} would be redone", plan)
        return published(request, settings, {"flow_run": flow_run.id, "parameters": given})

    return end_of("backfill", settings, run)


def _day(field: str, value: object) -> date:
    """A day as the form (text) or the command (a date) gives it. Raises UsageError for anything else."""
    if isinstance(value, date):
        return value
    try:
        return date.fromisoformat(str(value))
    except ValueError as error:
        raise UsageError(f"{field}: {value!r} is no day; pick one, or write it as 2026-10-31") from error


def _names(field: str, value: object) -> tuple[str, ...]:
    """The names of a list; an empty row of the form names nothing. Raises UsageError for anything but a list."""
    if value is None:
        return ()
    if (
        not isinstance(value, Sequence)
        or isinstance(value, str)
        or not all(isinstance(one, str) for one in value)
    ):
        raise UsageError(f"{field}: {value!r} is no list of names; write one name in each row")
    return tuple(one.strip() for one in value if one.strip())


def _switch(field: str, value: object) -> bool:
    """A switch of the form. Raises UsageError for anything but yes or no: "false" as a text would mean yes."""
    if not isinstance(value, bool):
        raise UsageError(f"{field}: {value!r} is neither true nor false")
    return value
