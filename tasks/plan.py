"""Which batches a run or a backfill works on, and from which stage: decided from names and hashes alone."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Literal

from tasks.errors import UsageError
from tasks.recipes import STAGES
from tasks.versions.manifest import Batch

Reprocess = Literal["missing", "failed", "all"]
FromStage = Literal["ingest", "clean", "entities"]
UNDATED = "undated"  # as the contract names batches without a day
MAX_SOURCES = 8  # named where a backfill misses: a line is read, not searched


@dataclass(frozen=True, slots=True)
class BatchPlan:
    """One batch to work on.

    why: new, changed, retried, recipe, failed or all. replaces: whether the last version has rows of it.
    fresh: whether stored results are ignored. lifts_pin: whether a rollback pinned it.
    """

    batch: str
    from_stage: FromStage
    why: str
    replaces: bool
    fresh: bool = False
    lifts_pin: bool = False


@dataclass(frozen=True, slots=True)
class Plan:
    """The batches to work on, in order, and those left alone that somebody should know of.

    missed: where a backfill's choice covers no batch at all, what was asked for and what there is.
    """

    todo: tuple[BatchPlan, ...] = ()
    unchanged: int = 0
    held: tuple[str, ...] = ()
    pinned: tuple[str, ...] = ()
    corpus_only: bool = False
    missed: str = ""

    @property
    def is_empty(self) -> bool:
        """Whether there is nothing to do at all."""
        return not self.todo and not self.corpus_only


@dataclass(frozen=True, slots=True)
class Selection:
    """What a backfill was asked for: batch days (inclusive), sources (empty: all), stages, mode."""

    start: date
    end: date
    sources: tuple[str, ...] = ()
    undated: bool = False
    from_stage: FromStage = "ingest"
    reprocess: Reprocess = "missing"

    def check(self, known_sources: Collection[str]) -> None:
        """Raises UsageError, in words a person understands, if it cannot be meant."""
        if self.start > self.end:
            raise UsageError(f"the first day {self.start} is after the last day {self.end}: swap them")
        _check_sources(self.sources, known_sources)
        if self.from_stage not in STAGES:
            raise UsageError(f"no such stage: {self.from_stage}; a backfill starts from {', '.join(STAGES)}")
        if self.reprocess not in ("missing", "failed", "all"):
            raise UsageError(f"no such mode: {self.reprocess}; choose missing, failed or all")

    def covers(self, batch: str) -> bool:
        """Whether the batch was asked for."""
        source, day = batch.rsplit("/", 1)
        if self.sources and source not in self.sources:
            return False
        return self.undated if day == UNDATED else self.start <= date.fromisoformat(day) <= self.end

    def missed(self, batches: Collection[str]) -> str:
        """That no batch was asked for: what was, what there is, and what to do, in one line."""
        of = f" of {', '.join(self.sources)}" if self.sources else ""
        days = f"on {self.start}" if self.start == self.end else f"from {self.start} to {self.end}"
        asked = f"no batch{of} {days}{' or without a day' if self.undated else ''}"
        if not batches:
            return (
                f"{asked}: there is no batch at all yet; put documents in raw/ and run `cleancopy run` first"
            )
        there = _by_source(batches)
        listed = [
            _span(source, there[source]) for source in (self.sources or sorted(there)) if source in there
        ]
        more = f"; and {len(listed) - MAX_SOURCES} more sources" if len(listed) > MAX_SOURCES else ""
        return f"{asked}; there is {'; '.join(listed[:MAX_SOURCES])}{more}. Choose among these days and sources{self._hint(there)}"

    def _hint(self, there: Mapping[str, Sequence[str]]) -> str:
        has_undated = any(UNDATED in there.get(source, ()) for source in (self.sources or there))
        return (
            ", or add the batches without a day (--undated, in the form undated)"
            if has_undated and not self.undated
            else ""
        )


@dataclass(frozen=True, slots=True)
class Replay:
    """What a replay was asked for: the rows that this stage set aside (None: any stage), sources (empty: all)."""

    stage: FromStage | None = None
    sources: tuple[str, ...] = ()

    def check(self, known_sources: Collection[str]) -> None:
        """Raises UsageError, in words a person understands, if it cannot be meant."""
        _check_sources(self.sources, known_sources)
        if self.stage is not None and self.stage not in STAGES:
            raise UsageError(f"no such stage: {self.stage}; rows are set aside by {', '.join(STAGES)}")

    def start(self, entry: Batch) -> FromStage | None:
        """The first stage of the batch to redo; None where nothing in it was asked for."""
        aside = [stage for stage in STAGES if entry.counts.get(stage, {}).get("quarantined", 0)]
        if self.stage is not None:
            return self.stage if self.stage in aside else None
        if entry.status == "held" or not entry.parts:
            return "ingest" if has_failed(entry) else None
        return aside[0] if aside else None


def _check_sources(named: Collection[str], known: Collection[str]) -> None:
    if unknown := sorted(set(named) - set(known)):
        raise UsageError(
            f"unknown source {', '.join(unknown)}; known are {', '.join(sorted(known)) or 'none yet'}"
        )


def plan_run(
    base: Mapping[str, Batch], inventories: Mapping[str, str], *, accept: Collection[str] = ()
) -> Plan:  # fmt: skip
    """The new and changed batches.

    base: the batch map of the last version. inventories: per batch the hash of what is in raw/ now and of
    what is kept of it. accept: rules accepted with this run; the batches they hold are tried again.
    """
    todo, held, pinned, unchanged = [], [], [], 0
    for batch, found in sorted(inventories.items()):
        entry = base.get(batch)
        if entry is None:
            todo.append(BatchPlan(batch, "ingest", "new", replaces=False))
        elif entry.status == "pinned":
            pinned.append(batch)
        elif entry.refused and found == entry.refused.inventory_hash:
            if set(entry.refused.rules) & set(accept):
                todo.append(BatchPlan(batch, "ingest", "retried", replaces=bool(entry.parts)))
            else:
                held.append(batch)
        elif found == entry.inventory_hash and not entry.refused:
            unchanged += 1
        else:  # also a held batch that is delivered again as it was published: that takes the hold back
            todo.append(BatchPlan(batch, "ingest", "changed", replaces=bool(entry.parts)))
    return Plan(tuple(todo), unchanged, tuple(held), tuple(pinned))


@dataclass(frozen=True, slots=True)
class Facts:
    """What a backfill is decided on: the last version, raw/ and the current recipes."""

    base: Mapping[str, Batch]
    inventories: Mapping[str, str]
    recipes: Mapping[str, Mapping[str, str]] = field(default_factory=dict)
    corpus_recipe_changed: bool = False


def plan_backfill(selection: Selection, facts: Facts) -> Plan:
    """The chosen batches that have something to do in the chosen stages."""
    todo, pinned, unchanged = [], [], 0
    chosen = [b for b in sorted(set(facts.base) | set(facts.inventories)) if selection.covers(b)]
    for batch in chosen:
        entry = facts.base.get(batch)
        is_pinned = entry is not None and entry.status == "pinned"
        if is_pinned and selection.reprocess != "all":
            pinned.append(batch)
            continue
        why = _why(selection, facts, batch)
        if not why:
            unchanged += 1
            continue
        has_rows = entry is not None and bool(entry.parts)
        start: FromStage = selection.from_stage if has_rows else "ingest"
        fresh = selection.reprocess == "all"
        todo.append(BatchPlan(batch, start, why, replaces=has_rows, fresh=fresh, lifts_pin=is_pinned))
    corpus_only = not todo and facts.corpus_recipe_changed and bool(facts.base)
    missed = "" if chosen or corpus_only else selection.missed(set(facts.base) | set(facts.inventories))
    return Plan(tuple(todo), unchanged, (), tuple(pinned), corpus_only, missed)


def plan_replay(replay: Replay, base: Mapping[str, Batch]) -> Plan:
    """The batches of the last version with rows set aside and the held ones, each from the stage that failed; pins stay."""
    todo, pinned, unchanged = [], [], 0
    for batch, entry in sorted(base.items()):
        if replay.sources and batch.rsplit("/", 1)[0] not in replay.sources:
            continue
        start = replay.start(entry)
        if start is None:
            unchanged += 1
        elif entry.status == "pinned":
            pinned.append(batch)
        else:
            todo.append(BatchPlan(batch, start, "failed", replaces=bool(entry.parts)))
    return Plan(tuple(todo), unchanged, (), tuple(pinned))


def _why(selection: Selection, facts: Facts, batch: str) -> str:
    """Why a chosen batch has something to do; empty if it has nothing."""
    entry = facts.base.get(batch)
    if selection.reprocess == "all":
        return "all"
    if selection.reprocess == "failed":
        return "failed" if entry is not None and has_failed(entry) else ""
    if entry is None or not entry.parts:
        return "new"
    stages: Sequence[str] = STAGES[STAGES.index(selection.from_stage) :]
    if any(entry.recipe.get(stage) != facts.recipes[batch][stage] for stage in stages):
        return "recipe"
    found = facts.inventories.get(batch, entry.inventory_hash)
    return "changed" if selection.from_stage == "ingest" and found != entry.inventory_hash else ""


def has_failed(entry: Batch) -> bool:
    """Whether a gate held the batch, or rows of it are in quarantine."""
    return entry.status == "held" or entry.n_set_aside > 0


def _by_source(batches: Collection[str]) -> dict[str, list[str]]:
    """Each source's days in order; `undated` sorts last."""
    found: dict[str, list[str]] = {}
    for batch in sorted(batches):
        source, day = batch.rsplit("/", 1)
        found.setdefault(source, []).append(day)
    return found


def _span(source: str, days: Sequence[str]) -> str:
    """A source and its days in a few words."""
    dated = [day for day in days if day != UNDATED]
    words = (
        []
        if not dated
        else [dated[0]]
        if len(dated) == 1
        else [f"{dated[0]} to {dated[-1]} ({len(dated)} days)"]
    )
    return f"{source}: {' and '.join([*words, *([UNDATED] if UNDATED in days else [])])}"
