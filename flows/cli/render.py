"""What the terminal shows."""

from __future__ import annotations

import json
import sys
from collections.abc import Collection, Iterable, Mapping
from typing import TYPE_CHECKING, Any

from rich.console import Console, ConsoleOptions, RenderableType
from rich.segment import Segment
from rich.table import Table
from rich.text import Text

from flows.logs import fall_silent
from tasks.counting import counted
from tasks.report.showing import ACTIVE, visible

if TYPE_CHECKING:
    from flows.request import Request
    from flows.summary import Summary
    from tasks.settings import Settings

MARKS = {"stopped": ("stopped", "red"), "held": ("held", "red"), "accepted": ("accepted", "yellow"),
         "warned": ("warned", "yellow"), "quarantined": ("set aside", "cyan")}  # fmt: skip
LIFTED = "only `cleancopy backfill --reprocess all --reason TEXT` lifts it"  # a pin
LINE_COLUMNS = 160  # wide enough for one line a fact


class Terminal(Console):
    """A console that shows what files, batches, documents and people say, and does none of it.

    No markup: `[/red]` may be the name of a folder. No control or direction character gets through but our own.
    """

    def render_str(self, text: str, **given: Any) -> Text:  # noqa: ANN401  as it came
        """A string as text, its active characters shown."""
        return super().render_str(visible(text), **given)

    def render(self, renderable: RenderableType, options: ConsoleOptions | None = None) -> Iterable[Segment]:
        """A text made elsewhere keeps its length and so its styles: one sign stands for each active character."""
        if isinstance(renderable, Text) and ACTIVE.search(renderable.plain):
            renderable = renderable.copy()
            renderable.plain = ACTIVE.sub("\N{REPLACEMENT CHARACTER}", renderable.plain)
        return super().render(renderable, options)

    def on_broken_pipe(self) -> None:
        """See Rich."""
        fall_silent(self)


def console(*, stderr: bool = False, columns: int = LINE_COLUMNS) -> Terminal:
    """The console; `columns` where nobody sets a width."""
    stream = sys.stderr if stderr else sys.stdout
    width = None if stream.isatty() else columns
    return Terminal(file=stream, width=width, highlight=False, markup=False, emoji=False)


def listing(*columns: str, names: Collection[str] = (), **given: Any) -> Table:  # noqa: ANN401  Rich's own
    """A table of which a narrow terminal folds the cells rather than cut them short.

    names: columns of what is there to be typed again; each in one line as long as the others can give way.
    """
    table = Table(box=None, **given)
    for column in columns:
        is_name = column in names
        table.add_column(column, no_wrap=is_name, overflow="ellipsis" if is_name else "fold")
    return table


def marked(word: str, style: str, rest: str) -> Text:
    """A line that begins with a word in a style."""
    return Text.assemble((word, style), visible(rest))


def print_json(value: Any) -> None:  # noqa: ANN401  JSON
    """JSON on standard output, keys in order of meaning; as escapes what acts, and what its encoding has no bytes for."""
    is_unicode = (sys.stdout.encoding or "").lower().startswith("utf")
    text = json.dumps(value, ensure_ascii=not is_unicode, indent=1, default=str)
    sys.stdout.write(ACTIVE.sub(lambda found: f"\\u{ord(found[0]):04x}", text) + "\n")


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
                "missed": plan.missed,
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
    told = f"{counted(plan.unchanged, 'batch', 'batches')} unchanged, {counted(request.inventory.ignored, 'other file')} ignored"
    if not base and not request.inventory.ignored:
        told = f"put them there as {settings.raw}/<source>/<YYYY-MM-DD>/FILE"
    out.print(f"Nothing to do: {plan.missed or f'{where}; {told}'}.", soft_wrap=True)
    for batch in plan.held:
        entry = base.batches[batch] if base else None
        rules = ", ".join(entry.refused.rules) if entry and entry.refused else ""
        again = "see `cleancopy show`, then `--accept RULE --reason TEXT` or a new delivery"
        out.print(marked("held", "red", f"    {batch}: {rules}; {again}"))
    for batch in plan.pinned:
        out.print(marked("pinned", "yellow", f"  {batch}: {LIFTED}"))
    for line in problems:
        out.print(marked("unread", "yellow", f"  {line}"))


def print_plan(plan: Summary, *, as_json: bool) -> None:
    """What a backfill would do."""
    from flows.summary import would_be_redone  # noqa: PLC0415

    if as_json:
        print_json(plan)
        return
    out = console()
    table = listing("batch", "from stage", "why", "replaces published rows", names=["batch"])
    for one in plan["todo"]:
        table.add_row(one["batch"], one["from_stage"], one["why"], "yes" if one["replaces"] else "no")
    if plan["todo"]:
        out.print(table)
    tail = "; the steps over the whole corpus would be redone" if plan["corpus_only"] else ""
    if plan["missed"]:
        out.print(f"Dry run: {plan['missed']}.", soft_wrap=True)
        return
    out.print(f"Dry run: {would_be_redone(plan)}{tail}.")
    for batch in plan["pinned"]:
        out.print(marked("pinned", "yellow", f"  {batch}: {LIFTED}"))


def print_summary(summary: Summary, *, as_json: bool) -> None:
    """What a run did."""
    if as_json:
        print_json(summary)
        return
    out = console()
    stages = summary["stages"]
    table = listing("stage", "in", "kept", "dropped", "set aside", title="Documents", title_justify="left")
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
    if again := summary["replayed"]:
        facts.add_row(
            "replayed",
            f"{counted(again['batches'], 'batch', 'batches')}: {counted(again['set_aside_before'], 'row')} set aside before, {again['set_aside_now']:,} now",
        )
    facts.add_row("spans cut", _counts(summary["cuts"]))
    facts.add_row("duplicates", _duplicates(summary["duplicates"]))
    facts.add_row("mentions", _counts(summary["mentions"]))
    gates = summary["gates"]
    facts.add_row("gates", f"{gates['passed']} of {gates['rules']} rules passed")
    out.print(facts)
    for verdict in gates["told"]:
        word, style = MARKS[verdict["status"]]
        out.print(Text.assemble("  ", (word, style), visible(f" {verdict['stage']}: {verdict['line']}")))
    _print_version(out, summary)


def _print_version(out: Console, summary: Summary) -> None:
    batches = summary["batches"]
    for batch, rules in batches["held"].items():
        said = f" {batch} ({', '.join(rules)}): it keeps what the last version has of it. "
        again = f"Look at {summary['set_aside_in']}, then accept the rule with a reason, or deliver the batch again."
        out.print(marked("held", "red", said + again))
    for batch in batches["held_before"]:
        out.print(marked("still held", "red", f" {batch}"))
    rows = ", ".join(f"{n:,} {name}" for name, n in summary["tables"].items())
    out.print()
    if summary["is_new"]:
        out.print(marked(f"Published version {summary['version']}", "bold green", f": {rows}"))
    else:
        out.print(f"Version {summary['version']} stays: the tables did not change ({rows})")
    out.print(f"Read it:  {summary['read']}")
    if summary.get("report"):
        out.print(f"Look:     {summary['report']}")


def _counts(counts: Mapping[str, int]) -> str:
    total = sum(counts.values())
    return f"{total:,}: " + ", ".join(f"{name} {n:,}" for name, n in counts.items()) if counts else "none"


def _duplicates(counts: Mapping[str, int]) -> str:
    relations = ", ".join(f"{name} {n:,}" for name, n in counts.items() if name != "articles")
    n = counts["articles"]
    are = "is a copy" if n == 1 else "are copies"
    return f"{counted(n, 'article')} {are} of another" + (f"; pairs: {relations}" if relations else "")
