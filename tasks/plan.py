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
UNDATED = "undated"


@dataclass(frozen=True, slots=True)
class BatchPlan:
    """One batch to work on.

    why: new, changed, retried, recipe, failed or all. replaces: whether the last version has rows of it.
    fresh: whether stored results are ignored.
    """

    batch: str
    from_stage: FromStage
    why: str
    replaces: bool
    fresh: bool = False


@dataclass(frozen=True, slots=True)
class Plan:
    """The batches to work on, in order, and those left alone that somebody should know of."""

    todo: tuple[BatchPlan, ...] = ()
    unchanged: int = 0
    held: tuple[str, ...] = ()
    pinned: tuple[str, ...] = ()
    corpus_only: bool = False

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
        unknown = sorted(set(self.sources) - set(known_sources))
        if unknown:
            raise UsageError(
                f"unknown source {', '.join(unknown)}; known are {', '.join(sorted(known_sources)) or 'none yet'}"
            )
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
        if entry is not None and entry.status == "pinned" and selection.reprocess != "all":
            pinned.append(batch)
            continue
        why = _why(selection, facts, batch)
        if not why:
            unchanged += 1
            continue
        has_rows = entry is not None and bool(entry.parts)
        start: FromStage = selection.from_stage if has_rows else "ingest"
        todo.append(BatchPlan(batch, start, why, replaces=has_rows, fresh=selection.reprocess == "all"))
    corpus_only = not todo and facts.corpus_recipe_changed and bool(facts.base)
    return Plan(tuple(todo), unchanged, (), tuple(pinned), corpus_only)


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
    return entry.status == "held" or any(counts.get("quarantined", 0) for counts in entry.counts.values())
