"""Entities against the version before: which are in more documents now, which in fewer."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from tasks.counting import counted
from tasks.report.html import Html, joined, tag
from tasks.report.reading import Row
from tasks.versions.diff import Renamed
from tasks.versions.manifest import Manifest
from tasks.versions.store import Store

LISTED = 10  # of those that rose, and of those that fell
COLUMNS = ["entity_id", "type", "name", "n_docs"]


@dataclass(frozen=True, slots=True)
class Moved:
    """An entity and its documents, now and in the version before; 0 where it was not there."""

    name: str
    type: str
    n_docs: int
    before: int

    @property
    def gain(self) -> int:
        """Documents more, or fewer."""
        return self.n_docs - self.before


@dataclass(frozen=True, slots=True)
class Growth:
    """What became of the entities since `version`. before: entity_id -> documents then, for those asked for."""

    version: int
    before: Mapping[str, int]
    rose: tuple[Moved, ...]
    fell: tuple[Moved, ...]
    n_new: int
    n_gone: int


def growth_of(
    store: Store, manifest: Manifest, parent: Manifest, renamed: Sequence[Renamed] = (), shown: Sequence[str] = ()
) -> Growth:  # fmt: skip
    """Compares the entities of two versions; an entity whose id changed is followed by `renamed`.

    shown: ids whose documents in the parent are wanted. Of each entity four columns are held, no more.
    """
    was = pa.concat_tables(store.iter_table(parent, "entities", COLUMNS)).combine_chunks()
    seen = np.zeros(was.num_rows, bool)
    before: dict[str, int] = {}
    rose: list[Moved] = []
    fell: list[Moved] = []
    n_new = 0
    for rows in store.iter_table(manifest, "entities", COLUMNS):
        at = _places(rows["entity_id"], was["entity_id"], renamed)
        seen[at[at >= 0]] = True
        n_new += int((at < 0).sum())
        then = np.where(at >= 0, np.append(was["n_docs"].to_numpy(), 0)[at], 0)
        moved = [*_extremes(rows, then)]
        rose, fell = _top(rose + moved, 1), _top(fell + moved, -1)
        wanted = pc.is_in(rows["entity_id"], value_set=pa.array(list(shown), pa.string())).to_numpy()
        before |= dict(zip(rows["entity_id"].filter(wanted).to_pylist(), then[wanted].tolist(), strict=True))
    gone = was.filter(~seen)
    fell = _top(fell + [Moved(one["name"], one["type"], 0, one["n_docs"]) for one in _largest(gone)], -1)
    return Growth(parent.version, before, tuple(rose), tuple(fell), n_new, gone.num_rows)


def _places(ids: pa.ChunkedArray, before: pa.ChunkedArray, renamed: Sequence[Renamed]) -> np.ndarray:
    """Where each entity stood in the version before, by its id now or, failing that, by its old one; -1 for nowhere."""
    largest = {one.new: one.old for one in sorted(renamed, key=lambda one: (one.members, one.old))}
    new, old = pa.array(list(largest), pa.string()), pa.array(list(largest.values()), pa.string())
    known = before.combine_chunks()
    former = old.take(pc.index_in(ids, value_set=new).combine_chunks())
    at = pc.coalesce(pc.index_in(ids, value_set=known).combine_chunks(), pc.index_in(former, value_set=known))
    return np.asarray(pc.fill_null(at, -1).to_numpy(), np.int64)


def _extremes(rows: pa.Table, then: np.ndarray) -> Iterator[Moved]:
    """The rows that gained most and those that lost most."""
    order = np.argsort(rows["n_docs"].to_numpy() - then, kind="stable")
    for number in sorted({*order[:LISTED].tolist(), *order[-LISTED:].tolist()}):
        one = rows.slice(number, 1).to_pylist()[0]
        yield Moved(one["name"], one["type"], one["n_docs"], int(then[number]))


def _largest(rows: pa.Table) -> list[Row]:
    order = [("n_docs", "descending"), ("entity_id", "ascending")]
    listed: list[Row] = rows.sort_by(order).slice(0, LISTED).to_pylist()
    return listed


def _top(moved: list[Moved], sign: int) -> list[Moved]:
    """Those that moved most in one direction."""
    those = [one for one in moved if one.gain * sign > 0]
    return sorted(those, key=lambda one: (-one.gain * sign, -one.n_docs, one.name, one.type))[:LISTED]


def growth_lists(growth: Growth) -> Html:
    """Those that rose and those that fell, as bars: what was there before, and the difference."""
    most = max((max(one.n_docs, one.before) for one in (*growth.rose, *growth.fell)), default=1)
    lists = [
        tag("div", tag("h3", title), tag("ul", *(_bar(one, most) for one in moved), class_="bars moves"))
        for title, moved in (("In more documents", growth.rose), ("In fewer documents", growth.fell))
        if moved
    ]
    said = f"Since version {growth.version}: {counted(growth.n_new, 'entity is', 'entities are')} new, {counted(growth.n_gone, 'is', 'are')} gone."
    return joined([tag("div", *lists, class_="trio") if lists else None, tag("p", said, class_="note")])


def _bar(one: Moved, most: int) -> Html:
    kept, moved = min(one.n_docs, one.before), abs(one.gain)
    tip = f"{one.name}, {one.type}: {counted(one.before, 'document')} before, {one.n_docs:,} now"
    track = [
        tag("i", class_=f"bar {name}", style=f"width:{100 * n / most:.1f}%")
        for n, name in ((kept, "kept"), (moved, "gain" if one.gain > 0 else "loss"))
        if n
    ]
    return tag(
        "li", tag("span", one.name, class_="name"), tag("span", *track, class_="track"),
        tag("span", signed(one.gain), class_="n"), title=tip,
    )  # fmt: skip


def signed(n: int) -> str:
    """A number with its sign."""
    return f"+{n:,}" if n > 0 else f"−{-n:,}" if n < 0 else "0"
