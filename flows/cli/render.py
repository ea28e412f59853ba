"""What the terminal shows."""

from __future__ import annotations

import json
import sys
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from rich.console import Console
from rich.table import Table

if TYPE_CHECKING:
    from flows.request import Request
    from flows.summary import Summary
    from tasks.settings import Settings

MARKS = {"stopped": "[red]stopped[/]", "held": "[red]held[/]", "accepted": "[yellow]accepted[/]",
         "warned": "[yellow]warned[/]", "quarantined": "[cyan]set aside[/]"}  # fmt: skip


def console(*, stderr: bool = False) -> Console:
    """A console; wide enough for one line a fact where nobody sets a width."""
    stream = sys.stderr if stderr else sys.stdout
    return Console(file=stream, width=None if stream.isatty() else 160, highlight=False)


def print_json(value: Any) -> None:  # noqa: ANN401  JSON
    """JSON on standard output, keys in order of meaning."""
    sys.stdout.write(json.dumps(value, ensure_ascii=False, indent=1, default=str) + "\n")


def print_nothing(request: Request, settings: Settings, *, as_json: bool) -> None:
    """Nothing to do, and what is held or pinned."""
    plan, base = request.plan, request.base
    problems = [f"{p.path}: {p.rule}" for p in request.inventory.problems]
    if as_json:
        print_json(
            {
                "version": base and base.version,
                "is_new": False,
                "batches": {
                    "unchanged": plan.unchanged,
                    "held_before": list(plan.held),
                    "pinned": list(plan.pinned),
                },
                "problems": problems,
            }
        )
        return
    out = console()
    where = (
        f"version {base.version} in {settings.data} is up to date"
        if base
        else f"no documents in {settings.raw}"
    )
    out.print(
        f"Nothing to do: {where}; {plan.unchanged} batches unchanged, {request.inventory.ignored} other files ignored."
    )
    for batch in plan.held:
        entry = base.batches[batch] if base else None
        rules = ", ".join(entry.refused.rules) if entry and entry.refused else ""
        out.print(
            f"[red]held[/]    {batch}: {rules}; see `cleancopy show`, then `--accept RULE --reason TEXT` or a new delivery"
        )
    for batch in plan.pinned:
        out.print(
            f"[yellow]pinned[/]  {batch}: only `cleancopy backfill --reprocess all --reason TEXT` lifts it"
        )
    for line in problems:
        out.print(f"[yellow]unread[/]  {line}")


def print_plan(plan: Summary, *, as_json: bool) -> None:
    """What a backfill would do."""
    if as_json:
        print_json(plan)
        return
    out = console()
    table = Table("batch", "from stage", "why", "replaces published rows", box=None)
    for one in plan["todo"]:
        table.add_row(one["batch"], one["from_stage"], one["why"], "yes" if one["replaces"] else "no")
    if plan["todo"]:
        out.print(table)
    tail = "; the steps over the whole corpus would be redone" if plan["corpus_only"] else ""
    out.print(
        f"Dry run: {len(plan['todo'])} batches would be redone, {plan['unchanged']} have nothing to do{tail}."
    )
    for batch in plan["pinned"]:
        out.print(f"[yellow]pinned[/]  {batch}: only --reprocess all lifts it")


def print_summary(summary: Summary, *, as_json: bool) -> None:
    """What a run did."""
    if as_json:
        print_json(summary)
        return
    out = console()
    stages = summary["stages"]
    table = Table(
        "stage", "in", "kept", "dropped", "set aside", box=None, title="Documents", title_justify="left"
    )
    for stage, counts in stages.items():
        table.add_row(stage, *(f"{counts[name]:,}" for name in ("rows_in", "kept", "dropped", "quarantined")))
    out.print()
    out.print(table)
    out.print()
    facts = Table(show_header=False, box=None, pad_edge=False)
    facts.add_column(style="bold")
    facts.add_column(overflow="fold")
    facts.add_row("dropped", _counts(summary["dropped"]))
    facts.add_row("set aside", _counts(summary["quarantined"]))
    facts.add_row("spans cut", _counts(summary["cuts"]))
    facts.add_row("duplicates", _duplicates(summary["duplicates"]))
    facts.add_row("mentions", _counts(summary["mentions"]))
    gates = summary["gates"]
    facts.add_row("gates", f"{gates['passed']} of {gates['rules']} rules passed")
    out.print(facts)
    for verdict in gates["told"]:
        out.print(f"  {MARKS[verdict['status']]} {verdict['stage']}: ", end="")
        out.print(verdict["line"], markup=False)
    _print_version(out, summary)


def _print_version(out: Console, summary: Summary) -> None:
    batches = summary["batches"]
    for batch, rules in batches["held"].items():
        out.print(f"[red]held[/] {batch} ({', '.join(rules)}): it keeps what the last version has of it. "
                  "Look at data/quarantine, then accept the rule with a reason, or deliver the batch again.")  # fmt: skip
    for batch in batches["held_before"]:
        out.print(f"[red]still held[/] {batch}")
    rows = ", ".join(f"{n:,} {name}" for name, n in summary["tables"].items())
    out.print()
    if summary["is_new"]:
        out.print(f"[bold green]Published version {summary['version']}[/]: {rows}")
    else:
        out.print(f"Version {summary['version']} stays: the tables did not change ({rows})")
    out.print(f"Read it:  {summary['read']}", markup=False)
    if summary.get("report"):
        out.print(f"Look:     {summary['report']}", markup=False)


def _counts(counts: Mapping[str, int]) -> str:
    total = sum(counts.values())
    return f"{total:,}: " + ", ".join(f"{name} {n:,}" for name, n in counts.items()) if counts else "none"


def _duplicates(counts: Mapping[str, int]) -> str:
    relations = ", ".join(f"{name} {n:,}" for name, n in counts.items() if name != "articles")
    return f"{counts['articles']:,} articles are copies of another" + (
        f"; pairs: {relations}" if relations else ""
    )
