"""Pictures as inline SVG: the flow of documents, columns over time, entities with their company, the batches."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

import numpy as np

from tasks.counting import counted
from tasks.report.html import Html, tag
from tasks.report.showing import clipped

WIDTH = 960  # of every picture in its own units; the page scales it


def picture(height: float, label: str, *shapes: Html, width: float = WIDTH) -> Html:
    """An SVG with a name for those who cannot see it, in a box that scrolls where it is narrow."""
    drawn = tag(
        "svg", tag("title", label), *shapes, viewBox=f"0 0 {width:g} {height:g}", role="img", aria_label=label
    )
    return tag("div", drawn, class_="picture")


def text(x: float, y: float, words: str, class_: str | None = None, anchor: str | None = None) -> Html:
    """Words in a picture."""
    return tag("text", words, x=f"{x:.1f}", y=f"{y:.1f}", class_=class_, text_anchor=anchor)


def rect(x: float, y: float, width: float, height: float, class_: str, tip: str = "") -> Html:  # noqa: PLR0913, PLR0917  as SVG has it
    """A box, with words that show when it is pointed at."""
    return tag("rect", tag("title", tip) if tip else None, x=f"{x:.1f}", y=f"{y:.1f}", width=f"{max(0.0, width):.1f}",
               height=f"{max(0.0, height):.1f}", class_=class_)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Leak:
    """Documents that leave the flow: how many, why, and their colour (dropped, aside or copies)."""

    n: int
    why: str
    colour: str


@dataclass(frozen=True, slots=True)
class Step:
    """One station of the flow: documents that reach it, and those that left on the way to it."""

    n: int
    name: str
    leaks: tuple[Leak, ...] = ()


BAND, TOP, GAP = 170.0, 46.0, 22.0  # height of the first station, room for its label, pitch of the leaks
NODE = 8.0
LEAST = 2.0  # a thinner band could not be seen


def flow(steps: Sequence[Step]) -> Html:
    """The flow of documents as bands; what leaves bends away to its reason. A band is 2 units high at least."""
    scale = BAND / max(1, steps[0].n)
    xs = [4 + at * (WIDTH - 150) / max(1, len(steps) - 1) for at in range(len(steps))]
    floor = TOP + BAND + 14
    shapes: list[Html] = []
    for at in range(len(steps) - 1, 0, -1):  # the last leaks lie highest, so that no band crosses a label
        before, step = steps[at - 1], steps[at]
        x0, x1 = xs[at - 1] + NODE, xs[at]
        height = max(LEAST, step.n * scale) if step.n else 0.0
        shapes.append(_band((x0, TOP), (x1, TOP), height, "kept"))
        leaves = TOP + height
        for leak in step.leaks:
            thick = max(LEAST, leak.n * scale)
            near = at == len(steps) - 1 and leak.colour == "copies"
            y = leaves + 10 if near else floor
            shapes += [
                _band((x0, leaves), (x1, y), thick, leak.colour),
                rect(x1, y, NODE, thick, f"node {leak.colour}"),
                _leak_label(x1 + NODE + 8, y + thick / 2 + 5, leak),
            ]
            leaves += leak.n * scale
            floor = max(floor, y + max(thick, GAP - 6) + 8) if not near else floor
        del before
    for x, step in zip(xs, steps, strict=True):
        shapes.append(rect(x, TOP, NODE, max(LEAST, step.n * scale) if step.n else LEAST, "node kept"))
        shapes.append(tag("text", tag("tspan", f"{step.n:,}", class_="big"), tag("tspan", f" {step.name}"), x=f"{x:.1f}", y=TOP - 14))  # fmt: skip
    words = "; ".join(f"{step.n:,} {step.name}" for step in steps)
    return picture(floor + 6, f"Flow of documents: {words}", *shapes)


def _leak_label(x: float, y: float, leak: Leak) -> Html:
    return tag("text", tag("tspan", f"{leak.n:,}", class_="strong"), tag("tspan", f" {clipped(leak.why, 44)}"), x=f"{x:.1f}", y=f"{y:.1f}")  # fmt: skip


def _band(start: tuple[float, float], end: tuple[float, float], thick: float, class_: str) -> Html:
    (x0, y0), (x1, y1) = start, end
    xm = (x0 + x1) / 2
    path = (
        f"M{x0:.1f},{y0:.1f}C{xm:.1f},{y0:.1f} {xm:.1f},{y1:.1f} {x1:.1f},{y1:.1f}"
        f"V{y1 + thick:.1f}C{xm:.1f},{y1 + thick:.1f} {xm:.1f},{y0 + thick:.1f} {x0:.1f},{y0 + thick:.1f}Z"
    )
    return tag("path", d=path, class_=f"band {class_}")


@dataclass(frozen=True, slots=True)
class Series:
    """Counts over time: bins in order with a name each, and what was left out at the ends."""

    step: str
    names: tuple[str, ...]
    counts: tuple[int, ...]
    n_before: int
    n_after: int


DAYS, MONTHS = 92, 60  # at most so many columns of a day, of a month; else months, years
TAIL_FRAC, TAIL_ROWS = 0.002, 500  # of so many articles on, that share at either end is left out, and said so


def series_of(days: Mapping[str, int]) -> Series:
    """Articles by day, month or year, whichever gives a picture that can be read. "" is no day."""
    ordered = sorted(day for day in days if day)
    if not ordered:
        return Series("day", (), (), 0, 0)
    total = sum(days[day] for day in ordered)
    low, high = _middle([days[day] for day in ordered], total)
    before, after = sum(days[day] for day in ordered[:low]), sum(days[day] for day in ordered[high + 1 :])
    first, last = date.fromisoformat(ordered[low]), date.fromisoformat(ordered[high])
    n_months = (last.year - first.year) * 12 + last.month - first.month + 1
    width = 10 if (last - first).days < DAYS else 7 if n_months <= MONTHS else 4
    counts: dict[str, int] = dict.fromkeys(_bins(first, last, width), 0)
    for day in ordered[low : high + 1]:
        counts[day[:width]] += days[day]
    step = {10: "day", 7: "month", 4: "year"}[width]
    return Series(step, tuple(counts), tuple(counts.values()), before, after)


def _middle(counts: Sequence[int], total: int) -> tuple[int, int]:
    """The first and the last day shown: all of them, or without the thin ends of a large corpus."""
    if total < TAIL_ROWS:
        return 0, len(counts) - 1
    upto = np.cumsum(counts)
    low = int(np.searchsorted(upto, TAIL_FRAC * total, side="right"))
    high = int(np.searchsorted(upto, (1 - TAIL_FRAC) * total, side="left"))
    return low, max(low, high)


def _bins(first: date, last: date, width: int) -> list[str]:
    if width == 10:
        return [str(first + timedelta(days=n)) for n in range((last - first).days + 1)]
    if width == 4:
        return [f"{year:04d}" for year in range(first.year, last.year + 1)]
    n = (last.year - first.year) * 12 + last.month - first.month + 1
    return [
        f"{first.year + (first.month - 1 + at) // 12:04d}-{(first.month - 1 + at) % 12 + 1:02d}"
        for at in range(n)
    ]


def columns(series: Series) -> Html:
    """Counts as columns from zero, the axis named and ending at a round number."""
    height, left, bottom = 190.0, 46.0, 160.0
    n, top = len(series.counts), _round_up(max(series.counts, default=1))
    pitch = (WIDTH - left - 8) / max(1, n)
    wide = min(pitch - (1 if pitch > 3 else 0), 56)
    shapes = []
    for part in (0, 0.5, 1):
        y = bottom - part * (bottom - 14)
        if top * part == int(top * part):
            shapes.append(tag("line", x1=left, x2=WIDTH, y1=f"{y:.1f}", y2=f"{y:.1f}", class_="grid"))
            shapes.append(text(left - 8, y + 4, f"{int(top * part):,}", "small", "end"))
    every = max(1, math.ceil(n / 9))
    for at, (name, count) in enumerate(zip(series.names, series.counts, strict=True)):
        x = left + at * pitch + (pitch - wide) / 2
        tall = (bottom - 14) * count / top
        shapes.append(rect(x, bottom - tall, wide, tall, "column", f"{name}: {count:,}"))
        if at % every == 0:
            anchor = "start" if at == 0 and pitch < 60 else "middle"
            shapes.append(
                text(left if anchor == "start" else x + wide / 2, bottom + 18, name, "small", anchor)
            )
    return picture(height, f"Articles by {series.step} of publication", *shapes)


def _round_up(n: int) -> int:
    """A number at or above n that an axis can end at."""
    size = int(f"1{'0' * (len(str(max(1, n))) - 1)}")
    tops = [step * size // 10 for step in (10, 12, 16, 20, 24, 30, 40, 50, 60, 80, 100)]
    return next(top for top in tops if top >= n)


@dataclass(frozen=True, slots=True)
class Node:
    """An entity in the picture of company: its name, type and documents; `before` in the version before, if known."""

    name: str
    type: str
    n_docs: int
    before: int | None = None


ROW = 23.0
ARCS = 60  # the strongest; more would be a tangle


def company(nodes: Sequence[Node], together: np.ndarray) -> Html:
    """Entities with their documents as bars, and an arc for each two that share documents, as thick as they share."""
    order = _by_company(together)
    rows = {node: number for number, node in enumerate(order)}
    most = max((node.n_docs for node in nodes), default=1)
    bar_x, arc_x = 236.0, 480.0
    bar_wide = 190.0 if all(node.before is None for node in nodes) else 140.0  # room for what was gained
    shapes: list[Html] = []
    for node, number in rows.items():
        one, y = nodes[node], 14 + number * ROW
        shapes += [
            text(bar_x - 12, y + 5, clipped(one.name, 30), None, "end"),
            *_bar(one, bar_x, y - 6, bar_wide / most),
            tag("circle", cx=arc_x, cy=f"{y:.1f}", r=3, class_=f"type {one.type.lower()}"),
        ]  # fmt: skip
    shapes += _arcs(nodes, together, rows, arc_x)
    return picture(
        len(nodes) * ROW + 12, "The entities in most documents, and which share documents", *shapes
    )


def _bar(one: Node, x: float, y: float, scale: float) -> list[Html]:
    """Documents of an entity: those it had before, and paler those it gained."""
    kept = min(one.n_docs, one.n_docs if one.before is None else one.before)
    gain = one.n_docs - (one.n_docs if one.before is None else one.before)
    type_, tip = f"type {one.type.lower()}", f"{one.type}: {counted(one.n_docs, 'document')}"
    tip += f", {one.before:,} before" if one.before is not None else ""
    said = (
        tag("tspan", f"  {'+' if gain > 0 else '−'}{abs(gain):,}", class_="gain" if gain > 0 else "loss")
        if gain
        else None
    )
    return [
        rect(x, y, scale * kept, 13, type_, tip),
        *([rect(x + scale * kept, y, scale * (one.n_docs - kept), 13, f"{type_} pale", tip)] if one.n_docs > kept else []),
        tag("text", tag("tspan", f"{one.n_docs:,}"), said, x=f"{x + scale * one.n_docs + 6:.1f}", y=f"{y + 11:.1f}", class_="small"),
    ]  # fmt: skip


def _arcs(nodes: Sequence[Node], together: np.ndarray, rows: Mapping[int, int], x: float) -> list[Html]:
    pairs = [
        (int(together[a, b]), a, b)
        for a in range(len(nodes))
        for b in range(a + 1, len(nodes))
        if together[a, b]
    ]
    strongest = sorted(pairs, key=lambda one: (-one[0], one[1], one[2]))[:ARCS]
    most = max((n for n, _, _ in strongest), default=1)
    arcs = []
    for n, a, b in strongest:
        low, high = sorted((rows[a], rows[b]))
        y0, y1 = 14 + low * ROW, 14 + high * ROW
        down = (y1 - y0) / 2
        across = 440 * (high - low) / max(1, len(nodes) - 1)
        tip = tag("title", f"{nodes[a].name} and {nodes[b].name}: {counted(n, 'document')}")
        arcs.append(tag("path", tip, d=f"M{x + 5:.1f},{y0:.1f}A{across:.1f},{down:.1f} 0 0 1 {x + 5:.1f},{y1:.1f}", class_="arc",
                        stroke_width=f"{1 + 6 * n / most:.1f}"))  # fmt: skip
    return arcs


def _by_company(together: np.ndarray) -> list[int]:
    """An order in which those that share documents stand near each other: each next to the ones placed last."""
    left = list(range(len(together)))
    placed: list[int] = []
    while left:
        near = placed[-3:]  # company further up cannot be seen to be near
        best = max(
            left,
            key=lambda one: (sum(int(together[one, other]) for other in near), int(together[one, one]), -one),
        )
        placed.append(best)
        left.remove(best)
    return placed
