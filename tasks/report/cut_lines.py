"""The lines that were cut most often from a source, each with the one command that restores it."""

from __future__ import annotations

import shlex

from tasks.report.cuts import Line, SourceCuts
from tasks.report.effects import plain_markup
from tasks.report.html import Html, joined, table, tag
from tasks.report.showing import family_of

LINES = 15
COUNTED_LINES = 60  # the most frequent lines of a source, of which the least sure are shown
LEAD = (
    "The least sure first: a model's cuts near its threshold, then rules. A line that is the article's is restored "
    "by its command, and a backfill."
)


def cut_lines(cuts: SourceCuts, *, is_open: bool) -> Html:
    """The table of one source, folded unless it is the first."""
    rows = [
        (f"{line.confidence_frac:.2f}", f"{line.n:,}", tag("span", line.kind, class_=f"kind c-{family_of(line.kind)}"),
         line.rule_id, _line(line, cuts.source))
        for line in cuts.lines(COUNTED_LINES)[:LINES]
    ]  # fmt: skip
    said = f"{cuts.n_lines + cuts.forgot:,} different lines"
    body = table(("sure", "times", "kind", "rule", "line"), rows, numbers=(0, 1), class_="lines")
    return tag(
        "details", tag("summary", tag("b", cuts.source), f" {said}"), body, open="" if is_open else None
    )


def restoring_command(line: str, source: str) -> str:
    """What a person types to keep a line of a source from now on."""
    return f"cleancopy rules add --keep {shlex.quote(plain_markup(line))} --source {shlex.quote(source)} --reason 'why'"


def _line(line: Line, source: str) -> Html:
    command = tag(
        "details",
        tag("summary", "restore"),
        tag("code", restoring_command(line.text, source)),
        class_="restore",
    )
    return joined([line.text, command])
