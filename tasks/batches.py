"""One batch on its way through the stages: what it stands on, what came out, and its entry in the batch map."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path

from tasks.plan import BatchPlan
from tasks.recipes import STAGES, chain, stage_recipes
from tasks.settings import Settings
from tasks.stage import COUNTS, Done, Shard
from tasks.versions.manifest import Batch, Manifest, Refused
from tasks.versions.parts import Part

# Where a stage's tables stand among the parts of a batch: stage -> table -> name in the manifest.
PARTS: Mapping[str, Mapping[str, str]] = {
    "ingest": {"documents": "documents", "inventory": "inventory", "dropped": "ingest_dropped"},
    "clean": {"clean": "clean", "edits": "edits", "dropped": "clean_dropped"},
    "entities": {"tagged": "tagged", "checks": "tagged_docs", "names": "names"},
    "signatures": {"signatures": "signatures"},
}
NOT_ONE_A_SHARD = ("inventory", "dropped")
# What a stage reads: the tables of the stage before it, the counted one first.
INPUTS: Mapping[str, tuple[str, tuple[str, ...]]] = {
    "clean": ("ingest", ("documents",)),
    "entities": ("clean", ("clean", "edits")),
    "signatures": ("clean", ("clean",)),
}


@dataclass(slots=True)
class BatchWork:
    """A batch being worked on.

    recipe: the recipes its rows will come from. results: per stage its shards, after the gate.
    held: the rules that keep it back; it then goes no further. quarantine: files of rows set aside. found_hash: the
    inventory as it was planned, before anything was read: what a refused batch is known by when it comes again.
    """

    plan: BatchPlan
    base: Batch | None
    inventory_hash: str
    recipe: Mapping[str, str]
    results: dict[str, list[Done]] = field(default_factory=dict)
    held: tuple[str, ...] = ()
    profile: dict[str, Mapping[str, int]] = field(default_factory=dict)
    quarantine: list[Path] = field(default_factory=list)
    found_hash: str = ""

    @property
    def name(self) -> str:
        """source/day."""
        return self.plan.batch

    @property
    def source(self) -> str:
        """The first folder in raw/."""
        return self.name.rsplit("/", 1)[0]

    def begins_behind(self, stage: str) -> bool:
        """Whether the stage's results are taken from the last version."""
        return STAGES.index(self.plan.from_stage) > STAGES.index(stage)

    def shards(self, stage: str, extra_recipe: str | None = None) -> list[Shard]:
        """The shards a stage has to do: one for each result of the stage before it that has rows."""
        before, names = INPUTS[stage]
        recipes = (extra_recipe,) if extra_recipe else chain(self.recipe, stage)
        return [
            Shard(stage, self.name, {name: done.parts[name] for name in names}, recipes, self.plan.fresh)
            for done in self.results[before]
            if done.counts["kept"]
        ]

    def entry(self) -> Batch:
        """The batch's entry in the next batch map."""
        if self.held:
            refused = Refused(self.found_hash or self.inventory_hash, dict(self.recipe), self.held)
            return replace(self.base or Batch(None, {}), status="held", refused=refused)
        return Batch(
            inventory_hash=self.inventory_hash,
            recipe=dict(self.recipe),
            status="published",
            parts=self._parts(),
            counts={stage: add_counts(done.counts for done in self.results[stage]) for stage in STAGES},
            profile=dict(self.profile),
        )

    def _parts(self) -> dict[str, tuple[Part, ...]]:
        listed: dict[str, tuple[Part, ...]] = {}
        for stage, tables in PARTS.items():
            for table, name in tables.items():
                results = (d for d in self.results[stage] if table in NOT_ONE_A_SHARD or d.counts["kept"])
                listed[name] = tuple(done.parts[table] for done in results if table in done.parts)
        return listed


def work_on(plan: BatchPlan, base: Manifest | None, settings: Settings) -> BatchWork:
    """A planned batch: under the current recipes, with the last version's results of the stages left alone."""
    entry = base.batches.get(plan.batch) if base else None
    recipe = stage_recipes(plan.batch.rsplit("/", 1)[0], settings)
    work = BatchWork(plan, entry, (entry.inventory_hash or "") if entry else "", recipe)
    for stage in ("ingest", "clean"):
        if entry is not None and work.begins_behind(stage):
            work.results[stage] = results_of(plan.batch, entry, stage)
            work.recipe = {**work.recipe, stage: entry.recipe[stage]}
            work.profile = dict(entry.profile)
    return work


def settled(batch: str, entry: Batch) -> BatchWork:
    """A batch as the map has it, for a step that has to be redone for all."""
    work = BatchWork(BatchPlan(batch, "entities", "corpus", replaces=True), entry, "", entry.recipe)
    work.results["clean"] = results_of(batch, entry, "clean")
    return work


def results_of(batch: str, entry: Batch, stage: str) -> list[Done]:
    """A stage's results as the last version has them, one for each shard.

    The n-th part of every table of a stage belongs to one shard. What is not one a shard (dropped rows, the
    batch's counts) stands on a result of its own, without rows to go on.
    """
    per_shard = [
        (table, entry.parts.get(name, ()))
        for table, name in PARTS[stage].items()
        if table not in NOT_ONE_A_SHARD
    ]
    shards = list(zip(*(parts for _, parts in per_shard), strict=True))
    dones = [
        Done(
            stage,
            batch,
            {table: part for (table, _), part in zip(per_shard, shard, strict=True)},
            _kept(shard[0].rows),
        )
        for shard in shards
    ]
    rest = [
        Done(stage, batch, {t: part}, _kept(0))
        for t in NOT_ONE_A_SHARD
        for part in entry.parts.get(PARTS[stage].get(t, ""), ())
    ]
    ledger = Done(stage, batch, {}, {**_kept(0), **entry.counts.get(stage, {}), "kept": 0})
    return [*dones, *rest, ledger]


def _kept(rows: int) -> dict[str, int]:
    return {**dict.fromkeys(COUNTS, 0), "kept": rows}


def add_counts(counts: Iterable[Mapping[str, int]]) -> dict[str, int]:
    """The law of rows of several shards in one line."""
    total = dict.fromkeys(COUNTS, 0)
    for one in counts:
        for name in COUNTS:
            total[name] += one[name]
    return total
