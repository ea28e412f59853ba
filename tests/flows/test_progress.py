"""How far a run is: a stage that has pieces done shows both."""

from __future__ import annotations

import io

from rich.console import Console
from rich.progress import Progress

from flows.progress import Bars, Lines


def watch_dedup(watch) -> None:
    watch.begin("dedup", 1)
    watch.begin("dedup: buckets", 3)
    watch.advance(2)
    watch.end("dedup: buckets", "3 pieces")
    watch.end("dedup", "")


def test_pieces_have_a_bar_of_their_own_inside_their_stages():
    progress = Progress(console=Console(file=io.StringIO()))
    bars = Bars(progress)
    bars.begin("dedup", 1)
    bars.begin("dedup: buckets", 3)
    bars.advance(2)
    assert [(one.description, one.completed, one.total) for one in progress.tasks] == [
        ("dedup", 0, 1), ("dedup: buckets", 2, 3),
    ]  # fmt: skip
    bars.end("dedup: buckets", "3 pieces")
    bars.advance(1)
    bars.end("dedup", "")
    assert [(one.completed, one.fields["said"]) for one in progress.tasks] == [(1, ""), (3, "3 pieces")]


def test_a_stage_that_is_tried_again_has_a_new_bar():
    progress = Progress(console=Console(file=io.StringIO()))
    bars = Bars(progress)
    bars.begin("dedup", 1)
    bars.begin("dedup: buckets", 3)  # and fails
    watch_dedup(bars)
    assert [(one.description, one.completed) for one in progress.tasks] == [
        ("dedup", 0), ("dedup: buckets", 0), ("dedup", 1), ("dedup: buckets", 3),
    ]  # fmt: skip


def test_pieces_have_a_line_of_their_own_before_their_stages():
    told = io.StringIO()
    watch_dedup(Lines(Console(file=told)))
    assert told.getvalue().splitlines() == ["dedup: buckets   3 pieces", "dedup            "]
