"""The DAG, written once: ingest -> clean -> dedup -> entities -> export, a gate behind every stage.

It names the work and the order; an engine runs it, in this process or as Prefect's tasks.
"""

from __future__ import annotations

import logging
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import pyarrow.compute as pc

from flows.engine import Engine
from flows.progress import Watch
from flows.request import Request
from tasks import schema
from tasks.batches import BatchWork, add_counts, results_of
from tasks.clean.work import clean
from tasks.dedup.work import DuplicatesRef, dedup, signatures
from tasks.entities.work import ResolvedRef, entities, resolve
from tasks.errors import VersionConflict
from tasks.export.work import CorpusRef, ExportRef, export
from tasks.gates.acceptance import Acceptances, accept, decisions
from tasks.gates.report import GateReport
from tasks.ingest.carrying import inventory_hash
from tasks.ingest.inventory import cut_shards
from tasks.ingest.work import RawShard, complete_batch, ingest
from tasks.plan import Plan
from tasks.recipes import corpus_recipe, stage_recipes
from tasks.settings import Settings
from tasks.stage import OUTPUTS, Done
from tasks.versions.manifest import Batch, Candidate
from tasks.versions.merge import merge_batches, merge_decisions
from tasks.versions.publish import Committed, HeadMoved
from tasks.versions.store import Store

_LOG = logging.getLogger(__name__)

MAX_TRIES = 3  # publications on a base that moved; after that other runs are publishing faster than we can
PUBLISHED_KINDS = ("clean", "edits", "tagged", "tagged_docs")


@dataclass(frozen=True, slots=True)
class Outcome:
    """What a run did. counts: per stage the law of rows over the batches worked on."""

    committed: Committed
    reports: tuple[GateReport, ...]
    counts: Mapping[str, Mapping[str, int]]
    held: Mapping[str, tuple[str, ...]]
    works: tuple[BatchWork, ...]
    plan: Plan


class Dag:
    """One run of the DAG."""

    def __init__(self, request: Request, settings: Settings, engine: Engine, watch: Watch) -> None:
        self.request, self.settings, self.engine, self.watch = request, settings, engine, watch
        self.store = Store(settings.data)
        self.base = request.base
        self.reports: list[GateReport] = []
        self.works = [self._work_on(plan.batch, plan) for plan in request.plan.todo]

    def run(self) -> Outcome:
        """Every stage and its gate, then the publication.

        Raises GateStopped, VersionConflict and the other errors of tasks.errors; nothing is published then.
        """
        self._ingest()
        self._clean()
        self._entities()
        committed = self._publish()
        counts = {
            stage: add_counts(done.counts for work in self.works for done in work.results.get(stage, ()))
            for stage in ("ingest", "clean", "entities")
        }
        held = {work.name: work.held for work in self.works if work.held}
        return Outcome(committed, tuple(self.reports), counts, held, tuple(self.works), self.request.plan)

    # per document

    def _ingest(self) -> None:
        mine = [work for work in self.works if not work.begins_behind("ingest")]
        shards = self._raw_shards(mine)
        done = self._map("ingest", ingest, shards)
        for work in mine:
            problems = [p for p in self.request.inventory.problems if p.batch == work.name]
            results, inventory = complete_batch(
                self.store, work.name, done.get(work.name, []), problems, work.base
            )
            work.results["ingest"] = results
            work.profile = {}
            work.inventory_hash = inventory_hash(inventory)
        vanished = sum(self._n_kept(work) for work in mine)
        present = {file.source for file in self.request.inventory.files}
        self._gate("ingest", mine, schema.INGEST_CHECKS, lambda frames, checks: frames.ingest_frames(
            checks, self._profiles(), n_vanished=vanished, present=present))  # fmt: skip

    def _clean(self) -> None:
        mine = [work for work in self._going() if not work.begins_behind("clean")]
        done = self._map("clean", clean, [shard for work in mine for shard in work.shards("clean")])
        for work in mine:
            work.results["clean"] = done.get(work.name, [])
        expected = sum(d.counts["kept"] for work in mine for d in work.results["ingest"])
        found = sum(d.counts["rows_in"] for work in mine for d in work.results["clean"])
        self._gate("clean", mine, schema.CLEAN_CHECKS, lambda frames, checks: frames.clean_frames(
            checks, abs(expected - found), self._figures("clean")))  # fmt: skip
        self._profile("clean", mine)

    def _entities(self) -> None:
        mine = self._going()
        done = self._map("entities", entities, [shard for work in mine for shard in work.shards("entities")])
        for work in mine:
            work.results["entities"] = done.get(work.name, [])
            work.profile["entities"] = self._value_counts(work, "entities", "tagged", "type")
        tagged = sum(d.counts["kept"] for work in mine for d in work.results["entities"])
        expected = sum(d.counts["kept"] for work in mine for d in work.results["clean"])
        self._gate("entities", mine, schema.ENTITIES_CHECKS, lambda frames, checks: frames.entities_frames(
            checks, abs(expected - tagged), frames.add_up(w.profile["entities"] for w in mine), self._figures("entities")))  # fmt: skip
        recipe = corpus_recipe(self.settings)
        shards = [shard for work in mine for shard in work.shards("signatures", recipe)]
        signed = self._map("signatures", signatures, shards)
        for work in mine:
            work.results["signatures"] = signed.get(work.name, [])

    # over the whole corpus

    def _publish(self) -> Committed:
        """Corpus steps, gates and the commit; again on the new head where another run was faster."""
        ours = {work.name: work.entry() for work in self.works}
        batches = {**(self.base.batches if self.base else {}), **ours}
        kept = self.base.decisions if self.base else ()
        judged = len(self.reports)
        for _ in range(MAX_TRIES):
            candidate = self._candidate(batches, kept)
            try:
                return self.store.commit(candidate)
            except HeadMoved as moved:
                _LOG.info("version %d was published meanwhile: merging", moved.head.version)
                batches = merge_batches(self.base, batches, moved.head)
                kept = merge_decisions(self.base, candidate.decisions, moved.head)
                self.base = moved.head
                del self.reports[judged:]
        raise VersionConflict((), self.base.version if self.base else 0)

    def _candidate(self, batches: Mapping[str, Batch], kept: Sequence[Mapping[str, object]]) -> Candidate:
        recipe = corpus_recipe(self.settings)
        batches = self._signed(batches, recipe)
        parts = {
            name: [part for batch in sorted(batches) for part in batches[batch].parts.get(name, ())]
            for name in (*PUBLISHED_KINDS, "signatures", "names", "ingest_dropped", "clean_dropped")
        }
        found = self._step("dedup", dedup, parts["signatures"], parts["clean"], recipe)
        self._judge("dedup", lambda frames: frames.dedup_frames(found.profile, self._figures("dedup")))
        resolved = self._step("resolve", resolve, parts["names"], recipe)
        exported = self._step("export", export, _corpus_ref(parts, found, resolved), self.base)
        self._judge("export", lambda frames: frames.export_frames(exported.findings))
        return self._as_candidate(batches, kept, recipe, found, exported)

    def _as_candidate(
        self, batches: Mapping[str, Batch], kept: Sequence[Mapping[str, object]], recipe: str,
        found: DuplicatesRef, exported: ExportRef,
    ) -> Candidate:  # fmt: skip
        new = decisions(self.reports, self._acceptances(), reason=self.request.reason, by=self.request.by)
        tables = {name: self.store.entry(schema.PUBLISHED[name], p) for name, p in exported.tables.items()}
        gates = [verdict.as_json() for report in self.reports for verdict in report.verdicts]
        return Candidate(
            base=self.base, batches=batches, corpus_recipe=recipe, tables=tables,
            decisions=(*kept, *(one for one in new if one not in kept)), gates=tuple(gates),
            lineage=self.request.lineage, reason=self.request.reason, profile=self._version_profile(batches, found, exported),
        )  # fmt: skip

    def _signed(self, batches: Mapping[str, Batch], recipe: str) -> dict[str, Batch]:
        """The batches with signatures under the current corpus recipe: all, where that changed."""
        if self.base is None or self.base.corpus_recipe == recipe:
            return dict(batches)
        works = [self._settled(name, entry) for name, entry in sorted(batches.items()) if entry.parts]
        done = self._map(
            "signatures", signatures, [s for work in works for s in work.shards("signatures", recipe)]
        )
        signed = dict(batches)
        for work in works:
            listed = tuple(one.parts["signatures"] for one in done.get(work.name, []))
            entry = batches[work.name]
            signed[work.name] = _with_parts(entry, {"signatures": listed})
        return signed

    # gates

    def _gate(
        self,
        stage: str,
        works: Sequence[BatchWork],
        table: schema.Table,
        frames_of: Callable[[Any, Any], Any],
    ) -> None:
        """Judges every batch whole; sets failing rows aside; leaves held batches out of what follows."""
        from tasks.gates import frames, routing  # noqa: PLC0415  pandas and GX cost seconds

        works = [work for work in works if work.results.get(stage)]
        if not works:
            return
        checks = routing.checks_of(self.store, works, stage, table)
        report = self._judge(stage, lambda _: frames_of(frames, checks))
        version = self.base.version if self.base else None
        provenance = routing.Provenance(version, str(self.request.lineage.get("code_version", "")))
        routing.set_aside(self.store, works, report, provenance)

    def _judge(self, stage: str, frames_of: Callable[[Any], Any]) -> GateReport:
        from tasks.gates import frames, routing  # noqa: PLC0415
        from tasks.gates.judge import judge, reference_of  # noqa: PLC0415

        self.watch.begin(f"gate {stage}", 1)
        report = accept(judge(stage, frames_of(frames), reference_of(self.base)), self._acceptances())
        self.reports.append(report)
        self.watch.end(f"gate {stage}", report.said())
        routing.stop_if_told(report)
        return report

    def _acceptances(self) -> Acceptances:
        states = {
            work.name: {"inventory_hash": work.inventory_hash, "recipe": dict(work.recipe)}
            for work in self.works
        }
        earlier = self.base.decisions if self.base else ()
        return Acceptances(frozenset(self.request.accept), earlier, states)

    # what the stages share

    def _map(self, stage: str, work: Any, shards: Sequence[Any]) -> dict[str, list[Done]]:  # noqa: ANN401  any stage's
        started = time.monotonic()
        self.watch.begin(stage, len(shards))
        done = self.engine.map(stage, work, shards, self.watch.advance) if shards else []
        by_batch: dict[str, list[Done]] = {}
        for one in done:
            by_batch.setdefault(one.batch, []).append(one)
        total = add_counts(one.counts for one in done)
        said = f"kept {total['kept']} of {total['rows_in']}; dropped {total['dropped']}, unreadable {total['quarantined']}"
        _LOG.info("%s: %s in %.1f s", stage, said, time.monotonic() - started)
        self.watch.end(stage, said)
        return by_batch

    def _step(self, name: str, work: Any, *args: Any) -> Any:  # noqa: ANN401
        self.watch.begin(name, 1)
        answer = self.engine.step(name, work, *args, self.settings)
        self.watch.end(name, "")
        return answer

    def _work_on(self, batch: str, plan: Any) -> BatchWork:  # noqa: ANN401
        entry = self.base.batches.get(batch) if self.base else None
        source = batch.rsplit("/", 1)[0]
        recipe = stage_recipes(source, self.settings)
        work = BatchWork(plan, entry, entry.inventory_hash or "" if entry else "", recipe)
        for stage in ("ingest", "clean"):
            if entry is not None and work.begins_behind(stage):
                work.results[stage] = results_of(batch, entry, stage)
                work.recipe = {**work.recipe, stage: entry.recipe[stage]}
                work.profile.update({stage: entry.profile[stage]} if stage in entry.profile else {})
        return work

    def _settled(self, batch: str, entry: Batch) -> BatchWork:
        """A batch as the map has it, for a step that must be redone for all."""
        from tasks.plan import BatchPlan  # noqa: PLC0415

        work = BatchWork(BatchPlan(batch, "entities", "corpus", replaces=True), entry, "", entry.recipe)
        work.results["clean"] = results_of(batch, entry, "clean")
        return work

    def _going(self) -> list[BatchWork]:
        return [work for work in self.works if not work.held]

    def _raw_shards(self, works: Sequence[BatchWork]) -> list[RawShard]:
        by_name = {work.name: work for work in works}
        files = [file for file in self.request.inventory.files if file.batch in by_name]
        cut = cut_shards(files, rows=self.settings.shard_rows, n_bytes=self.settings.shard_bytes)
        return [
            RawShard(
                shard[0].batch,
                shard,
                by_name[shard[0].batch].recipe["ingest"],
                by_name[shard[0].batch].plan.fresh,
            )
            for shard in cut
        ]

    def _n_kept(self, work: BatchWork) -> int:
        parts = [done.parts["inventory"] for done in work.results["ingest"] if "inventory" in done.parts]
        return int(pc.sum(self.store.read_parts(schema.INVENTORY, parts).column("kept")).as_py() or 0)

    def _value_counts(self, work: BatchWork, stage: str, table: str, column: str) -> dict[str, int]:
        parts = [done.parts[table] for done in work.results[stage] if table in done.parts]
        counts = (
            self.store.read_parts(OUTPUTS[stage][table], parts, [column])
            .column(column)
            .value_counts()
            .to_pylist()
        )
        return {one["values"]: one["counts"] for one in sorted(counts, key=lambda one: str(one["values"]))}

    def _profile(self, stage: str, works: Sequence[BatchWork]) -> None:
        from tasks.gates import frames, routing  # noqa: PLC0415

        for work in works:
            if work.results.get("clean") and not work.held:
                kept = routing.checks_of(self.store, [work], stage, schema.CLEAN_CHECKS)
                work.profile[stage] = frames.clean_counters(kept)
                work.profile["cuts"] = self._value_counts(work, "clean", "edits", "kind")

    def _profiles(self) -> dict[str, Mapping[str, Mapping[str, int]]]:
        return {name: entry.profile for name, entry in self.base.batches.items()} if self.base else {}

    def _figures(self, stage: str) -> Mapping[str, float]:
        found: Any = self.base.profile.get(stage, {}) if self.base else {}
        return dict(found)

    def _version_profile(
        self, batches: Mapping[str, Batch], found: DuplicatesRef, exported: ExportRef
    ) -> dict[str, Mapping[str, float]]:
        from tasks.gates import frames  # noqa: PLC0415

        return {
            "clean": frames.clean_figures(batch.profile.get("clean", {}) for batch in batches.values()),
            "entities": frames.type_figures(batch.profile.get("entities", {}) for batch in batches.values()),
            "dedup": dict(found.profile),
            "export": dict(exported.findings),
        }


def _corpus_ref(parts: Mapping[str, Sequence[Any]], found: DuplicatesRef, resolved: ResolvedRef) -> CorpusRef:
    kinds = {name: parts[name] for name in PUBLISHED_KINDS}
    kinds["dropped"] = [*parts["ingest_dropped"], *parts["clean_dropped"]]
    return CorpusRef(kinds, found.pairs, found.clusters, resolved.entities, resolved.mapping)


def _with_parts(entry: Batch, parts: Mapping[str, tuple[Any, ...]]) -> Batch:
    from dataclasses import replace  # noqa: PLC0415

    return replace(entry, parts={**entry.parts, **parts})
