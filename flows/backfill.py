"""The backfill, started by hand: chosen batches moved to the current recipe, from a chosen stage on."""

from __future__ import annotations

from datetime import date
from typing import Any, Literal

from flows.prefect_home import prepare

prepare()

from prefect import flow
from prefect.runtime import flow_run

from flows.ending import Ending, end_of, published
from flows.request import backfill_request
from flows.summary import planned
from tasks.plan import Selection
from tasks.settings import load_settings


@flow(name="backfill", validate_parameters=True, persist_result=False)
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
        sources: Only these sources; none means all
        undated: Also the batches without a day
        from_stage: The first stage to redo; those after it follow
        reprocess: missing = no result or older rules; failed = held batches and those with quarantined rows; all = every chosen batch, stored results ignored
        accept: Rules whose failure is accepted in this run
        dry_run: Only list what would be done
        reason: Why; kept with the version. Required where published rows are replaced
    """
    settings = load_settings()
    selection = Selection(start, end, tuple(sources or ()), undated, from_stage, reprocess)
    given = {"start": str(start), "end": str(end), "sources": sources, "undated": undated, "from_stage": from_stage,
             "reprocess": reprocess, "accept": accept, "dry_run": dry_run, "reason": reason}  # fmt: skip

    def run() -> Ending:
        request = backfill_request(settings, selection, accept=accept or (), reason=reason, dry_run=dry_run)
        if dry_run:
            return Ending(
                "DryRun", f"{len(request.plan.todo)} batches would be redone", planned(request.plan)
            )
        return published(request, settings, {"flow_run": flow_run.id, "parameters": given})

    return end_of(run)
