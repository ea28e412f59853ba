"""`run`, `backfill` and `replay`."""

from __future__ import annotations

import os
from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from flows.cli import app

if TYPE_CHECKING:
    from flows.request import Request
    from flows.summary import Summary
    from tasks.settings import Settings

HELD_EXIT = 5

Raw = Annotated[
    Path | None, typer.Option("--raw", help="Landing zone: raw/<source>/<YYYY-MM-DD>/...", show_default="raw")
]
Data = Annotated[
    Path | None,
    typer.Option("--data", help="Data folder: versions, releases, quarantine.", show_default="data"),
]
Direct = Annotated[bool, typer.Option("--direct", help="The same DAG in this process, without Prefect.")]
Accept = Annotated[
    list[str] | None,
    typer.Option("--accept", metavar="RULE", help="Let this rule's failure pass, with a reason."),
]
Reason = Annotated[str, typer.Option("--reason", metavar="TEXT", help="Why; kept with the version.")]
AsJson = Annotated[bool, typer.Option("--json", help="Print JSON, for programs.")]


def _day(given: str) -> date:
    try:
        return date.fromisoformat(given)
    except ValueError as error:
        raise typer.BadParameter(f"{given!r} is no day; write it as YYYY-MM-DD, e.g. 2024-03-01") from error


@app.command()
def run(
    raw: Raw = None, data: Data = None, direct: Direct = False, accept: Accept = None, reason: Reason = "", as_json: AsJson = False,
) -> None:  # fmt: skip
    """Process what is new in raw/ and publish one version, or nothing."""
    from flows.request import run_request  # noqa: PLC0415

    settings = _settings(raw, data)
    request = run_request(settings, accept=accept or (), reason=reason)
    _carry_out(request, settings, as_json=as_json, direct=direct,
               flow=lambda: _flow("corpus", accept=accept, reason=reason))  # fmt: skip


@app.command()
def backfill(
    start: Annotated[date, typer.Option("--from", parser=_day, metavar="D", help="First batch day, inclusive.")],
    end: Annotated[date, typer.Option("--to", parser=_day, metavar="D", help="Last batch day, inclusive.")],
    source: Annotated[list[str] | None, typer.Option("--source", metavar="S", help="Only this source; may be repeated.")] = None,
    undated: Annotated[bool, typer.Option("--undated", help="Also the batches without a day.")] = False,
    from_stage: Annotated[str, typer.Option("--from-stage", metavar="STAGE", help="First stage to redo: ingest, clean or entities.")] = "ingest",
    reprocess: Annotated[str, typer.Option("--reprocess", metavar="MODE", help="missing, failed or all.")] = "missing",
    accept: Accept = None, dry_run: Annotated[bool, typer.Option("--dry-run", help="Only list what would be done.")] = False,
    reason: Reason = "", raw: Raw = None, data: Data = None, direct: Direct = False, as_json: AsJson = False,
) -> None:  # fmt: skip
    """Redo chosen batches with the current rules and publish one version.

    missing: batches without a result, or with another recipe. failed: held batches, and those with rows in
    quarantine. all: every chosen batch, stored results ignored; lifts pins.
    """
    from flows.cli.render import print_plan  # noqa: PLC0415
    from flows.request import backfill_request  # noqa: PLC0415
    from flows.summary import planned  # noqa: PLC0415
    from tasks.plan import Selection  # noqa: PLC0415

    settings = _settings(raw, data)
    selection = Selection(start, end, tuple(source or ()), undated, from_stage, reprocess)  # type: ignore[arg-type]  # check() tells
    request = backfill_request(settings, selection, accept=accept or (), reason=reason, dry_run=dry_run)
    if dry_run:
        print_plan(planned(request.plan), as_json=as_json)
        return
    _carry_out(request, settings, as_json=as_json, direct=direct, flow=lambda: _flow(
        "backfill", start=start, end=end, sources=source, undated=undated, from_stage=from_stage,
        reprocess=reprocess, accept=accept, dry_run=False, reason=reason))  # fmt: skip


@app.command()
def replay(
    stage: Annotated[str | None, typer.Option("--stage", metavar="STAGE", help="Only rows that this stage set aside: ingest, clean or entities.", show_default="any, and held batches")] = None,
    source: Annotated[list[str] | None, typer.Option("--source", metavar="S", help="Only this source; may be repeated.")] = None,
    accept: Accept = None, dry_run: Annotated[bool, typer.Option("--dry-run", help="Only list what would be done.")] = False,
    reason: Reason = "", raw: Raw = None, data: Data = None, direct: Direct = False, as_json: AsJson = False,
) -> None:  # fmt: skip
    """Feed what was set aside back into the stages, by the current rules, and publish one version.

    After a rule, a recipe or a file was mended: batches with rows in quarantine begin at the stage that set them
    aside, held batches at ingest. What fails again stays set aside; documents keep their day.
    """
    from flows.cli.render import print_plan  # noqa: PLC0415
    from flows.request import replay_request  # noqa: PLC0415
    from flows.summary import planned  # noqa: PLC0415
    from tasks.plan import Replay  # noqa: PLC0415

    settings = _settings(raw, data)
    wanted = Replay(stage, tuple(source or ()))  # type: ignore[arg-type]  # check() tells
    request = replay_request(settings, wanted, accept=accept or (), reason=reason, dry_run=dry_run)
    if dry_run:
        print_plan(planned(request.plan), as_json=as_json)
        return
    _carry_out(request, settings, as_json=as_json, direct=direct, flow=lambda: _flow(
        "replay", stage=stage or "any", sources=source, accept=accept, dry_run=False, reason=reason))  # fmt: skip


def _settings(raw: Path | None, data: Path | None) -> Settings:
    """The settings, also for the flow and for worker processes, which read the environment."""
    from tasks.settings import load_settings  # noqa: PLC0415

    settings = load_settings(raw=raw, data=data)
    os.environ["CLEANCOPY_RAW"], os.environ["CLEANCOPY_DATA"] = str(settings.raw), str(settings.data)
    return settings


def _carry_out(
    request: Request, settings: Settings, *, as_json: bool, direct: bool, flow: Callable[[], Summary]
) -> None:
    """Runs the request and prints its summary. Nothing to do is told without loading Prefect or GX."""
    from flows.cli.render import console, print_nothing, print_summary  # noqa: PLC0415
    from flows.progress import watched  # noqa: PLC0415

    if request.plan.is_empty:
        print_nothing(request, settings, as_json=as_json)
        return
    if not direct and (url := os.environ.get("PREFECT_API_URL")):
        from flows.serving_client import check_server  # noqa: PLC0415

        check_server(url.rstrip("/"))
    with watched(console(stderr=True)) as watch:
        summary = _direct(request, settings, watch) if direct else flow()
    print_summary(summary, as_json=as_json)
    if summary.get("batches", {}).get("held"):
        raise typer.Exit(HELD_EXIT)


def _direct(request: Request, settings: Settings, watch: Any) -> Summary:  # noqa: ANN401
    from flows.dag import Dag  # noqa: PLC0415
    from flows.engine import DirectEngine, workers_of  # noqa: PLC0415
    from flows.reporting import report_on  # noqa: PLC0415
    from flows.summary import summarize  # noqa: PLC0415

    with workers_of(settings) as workers:
        outcome = Dag(request, settings, DirectEngine(workers), watch).run()
    return summarize(outcome, settings, report_on(outcome, settings))


def _flow(name: str, **given: Any) -> Summary:  # noqa: ANN401
    from flows.backfill import backfill, replay  # noqa: PLC0415
    from flows.corpus import corpus  # noqa: PLC0415
    from flows.serving_client import run_on_server  # noqa: PLC0415

    flows = {flow.name: flow for flow in (corpus, backfill, replay)}
    return run_on_server(flows[name], given)
