"""The DAG, written once: ingest -> clean -> dedup -> entities -> export, a gate behind every stage.

It names the work and the order; an engine runs it, in this process or as Prefect's tasks. The per-document
stages run for the planned batches; then the steps over the whole corpus, and the commit.
"""

from __future__ import annotations

import logging
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from flows.engine import A, Engine, S, Work
from flows.progress import Watch
from flows.request import Request
from tasks import schema
from tasks.batches import BatchWork, add_counts, settled, work_on
from tasks.clean.work import clean
from tasks.collector import sparing_collector
from tasks.dedup.work import DuplicatesRef, dedup, signatures
from tasks.entities.work import ResolvedRef, entities, resolve
from tasks.errors import VersionConflict
from tasks.export.assemble import CorpusRef
from tasks.export.work import export
from tasks.gates import frames, profile
from tasks.gates.judge import check_rules
from tasks.gates.keeper import Keeper
from tasks.gates.report import GateReport
from tasks.ingest.carrying import inventory_hash
from tasks.ingest.work import complete_batch, ingest, n_missing, raw_shards
from tasks.plan import Plan
from tasks.profiles import expected_cuts
from tasks.recipes import STAGES, corpus_recipe
from tasks.settings import Settings
from tasks.stage import Done
from tasks.tombstones import tombstones
from tasks.versions.manifest import Batch, Candidate
from tasks.versions.merge import merge_batches, merge_decisions
from tasks.versions.parts import Part
from tasks.versions.publish import Committed, HeadMoved
from tasks.versions.store import Store

_LOG = logging.getLogger(__name__)

MAX_TRIES = 3  # publications on a base that moved; after that other runs are publishing faster than we can
PER_SHARD = ("clean", "edits", "tagged", "tagged_docs")

Decisions = Sequence[Mapping[str, object]]


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
        self.recipe = corpus_recipe(settings)
        self.works = [work_on(plan, request.base, settings) for plan in request.plan.todo]
        code_version = str(request.lineage.get("code_version", ""))
        self.gates = Keeper(self.store, self.base, request.accept, code_version, watch.end)

    @sparing_collector()
    def run(self) -> Outcome:
        """Every stage and its gate, then the publication.

        Raises GateStopped, VersionConflict and the other errors of tasks.errors; nothing is published then.
        """
        if self.request.accept:
            check_rules(self.request.accept)
        self._ingest()
        self._clean()
        self._entities()
        self._signatures(self._going())
        committed = self._publish()
        held = {work.name: work.held for work in self.works if work.held}
        counts: dict[str, dict[str, int]] = {
            stage: add_counts(d.counts for w in self.works for d in w.results.get(stage, ()))
            for stage in STAGES
        }
        return Outcome(
            committed, tuple(self.gates.reports), counts, held, tuple(self.works), self.request.plan
        )

    # per document

    def _ingest(self) -> None:
        works = [work for work in self.works if not work.begins_behind("ingest")]
        inventory = self.request.inventory
        stones = tombstones(self.base.decisions if self.base else ())
        done = self._map("ingest", ingest, raw_shards(works, inventory, self.settings, stones))
        for work in works:
            problems = [problem for problem in inventory.problems if problem.batch == work.name]
            read = done.get(work.name, [])
            work.results["ingest"], rows = complete_batch(self.store, work.name, read, problems, work.base)
            work.inventory_hash = inventory_hash(rows)
            work.found_hash = self.request.inventories.get(work.name, "")
        present = {file.source for file in inventory.files}
        self.gates.judge_batches("ingest", works, schema.INGEST_CHECKS, lambda checks: frames.ingest_frames(
            checks, self.gates.batch_profiles(), present=present, n_vanished=n_missing(
                self.store, works, self.base, inventory, self.request.inventories)))  # fmt: skip

    def _clean(self) -> None:
        works = [work for work in self._going() if not work.begins_behind("clean")]
        done = self._map("clean", clean, [shard for work in works for shard in work.shards("clean")])
        for work in works:
            work.results["clean"] = done.get(work.name, [])
        lost = _lost(works, "ingest", "clean")
        self.gates.judge_batches("clean", works, schema.CLEAN_CHECKS, lambda checks: frames.clean_frames(
            checks, lost, self.gates.figures("clean"), expected_cuts(self.settings.data)))  # fmt: skip
        profile.profile_clean(self.store, works)

    def _entities(self) -> None:
        works = self._going()
        done = self._map("entities", entities, [shard for work in works for shard in work.shards("entities")])
        for work in works:
            work.results["entities"] = done.get(work.name, [])
        profile.profile_entities(self.store, works)
        types = frames.add_up(work.profile["entities"] for work in works)
        lost = _lost(works, "clean", "entities")
        self.gates.judge_batches("entities", works, schema.ENTITIES_CHECKS, lambda checks: frames.entities_frames(
            checks, lost, types, self.gates.figures("entities")))  # fmt: skip

    def _signatures(self, works: Sequence[BatchWork]) -> None:
        done = self._map(
            "signatures", signatures, [s for work in works for s in work.shards("signatures", self.recipe)]
        )
        for work in works:
            work.results["signatures"] = done.get(work.name, [])

    # over the whole corpus

    def _publish(self) -> Committed:
        """Corpus steps, gates and the commit; again on the new head where another run was faster.

        Raises HeadMoved for a takedown: what it has to remove is looked up again on the new head.
        """
        batches: Mapping[str, Batch] = {
            **(self.base.batches if self.base else {}),
            **{w.name: w.entry() for w in self.works},
            **self.request.entries,
        }
        kept: Decisions = (*(self.base.decisions if self.base else ()), *self.request.decisions)
        judged = len(self.gates.reports)
        for _ in range(MAX_TRIES):
            candidate = self._candidate(batches, kept)
            try:
                return self.store.commit(candidate)
            except HeadMoved as moved:
                if self.request.decisions:
                    raise
                _LOG.info("version %d was published meanwhile: merging", moved.head.version)
                if tombstones(moved.head.decisions) != tombstones(self.base.decisions if self.base else ()):
                    raise VersionConflict((), moved.head.version) from moved  # what we read may have to go
                batches = merge_batches(self.base, batches, moved.head)
                kept = merge_decisions(self.base, candidate.decisions, moved.head)
                self.base = moved.head
                self.gates.rebase(moved.head, judged)
        raise VersionConflict((), self.base.version if self.base else 0)

    def _candidate(self, batches: Mapping[str, Batch], kept: Decisions) -> Candidate:
        batches = self._signed(batches)
        parts = _parts_of(batches)
        found: DuplicatesRef = self._step(
            "dedup", self._dedup, parts["signatures"], parts["clean"], self.recipe
        )
        self.gates.judge_corpus("dedup", frames.dedup_frames(found.profile, self.gates.figures("dedup")))
        resolved: ResolvedRef = self._step("resolve", resolve, parts["names"], self.recipe)
        kinds = {
            **{name: parts[name] for name in PER_SHARD},
            "dropped": [*parts["ingest_dropped"], *parts["clean_dropped"]],
        }
        corpus = CorpusRef(kinds, (found.pairs,), (found.clusters,), resolved.entities, resolved.mapping)
        exported = self._step("export", export, corpus, self.base)
        self.gates.judge_corpus("export", frames.export_frames(exported.findings))
        new = self.gates.decisions(self.request.reason, self.request.by)
        return Candidate(
            base=self.base,
            batches=batches,
            corpus_recipe=self.recipe,
            tables={
                name: self.store.entry(schema.PUBLISHED[name], table)
                for name, table in exported.tables.items()
            },
            decisions=(*kept, *(one for one in new if one not in kept)),
            gates=tuple(verdict.as_json() for report in self.gates.reports for verdict in report.verdicts),
            lineage=self.request.lineage,
            reason=self.request.reason,
            profile=profile.version_profile(batches, found.profile, exported.findings),
        )

    def _dedup(
        self, signed: Sequence[Part], cleaned: Sequence[Part], recipe: str, settings: Settings
    ) -> DuplicatesRef:
        return dedup(signed, cleaned, recipe, settings, self._crew)

    def _signed(self, batches: Mapping[str, Batch]) -> dict[str, Batch]:
        """The batches with signatures under the current corpus recipe: made again for all, where that changed."""
        if self.base is None or self.base.corpus_recipe == self.recipe:
            return dict(batches)
        works = [settled(name, entry) for name, entry in sorted(batches.items()) if entry.parts]
        self._signatures(works)
        signed = {w.name: tuple(d.parts["signatures"] for d in w.results["signatures"]) for w in works}
        return {
            name: replace(entry, parts={**entry.parts, "signatures": signed[name]})
            if name in signed
            else entry
            for name, entry in batches.items()
        }

    # what the stages share

    def _going(self) -> list[BatchWork]:
        return [work for work in self.works if not work.held]

    def _map(self, stage: str, work: Any, shards: Sequence[Any]) -> dict[str, list[Done]]:  # noqa: ANN401  any stage's
        if not shards:
            return {}
        started = time.monotonic()
        self.watch.begin(stage, len(shards))
        done = self.engine.map(stage, work, shards, self.watch.advance)
        by_batch: dict[str, list[Done]] = {}
        for one in done:
            by_batch.setdefault(one.batch, []).append(one)
        total = add_counts(one.counts for one in done)
        left = (
            f"; dropped {total['dropped']:,}, unreadable {total['quarantined']:,}"
            if stage != "signatures"
            else ""
        )
        said = f"kept {total['kept']:,} of {total['rows_in']:,}{left}"
        _LOG.info("%s: %s in %.1f s", stage, said, time.monotonic() - started)
        self.watch.end(stage, said)
        return by_batch

    def _step(self, name: str, work: Any, *args: Any) -> Any:  # noqa: ANN401  any step's
        self.watch.begin(name, 1)
        answer = self.engine.step(name, work, *args, self.settings)
        self.watch.end(name, "")
        return answer

    def _crew(self, name: str, work: Work[S, A], pieces: Sequence[S]) -> list[A]:
        """See tasks.crew.Crew: the engine's, as the stages' shards are."""
        started = time.monotonic()
        self.watch.begin(name, len(pieces))
        answers = self.engine.map(name, work, pieces, self.watch.advance)
        said = f"{len(pieces):,} pieces"
        _LOG.info("%s: %s in %.1f s", name, said, time.monotonic() - started)
        self.watch.end(name, said)
        return answers


def _lost(works: Sequence[BatchWork], before: str, stage: str) -> int:
    """Rows that one stage kept and the next did not count; 0, or a bug."""
    kept = sum(done.counts["kept"] for work in works for done in work.results[before])
    counted = sum(done.counts["rows_in"] for work in works for done in work.results[stage])
    return abs(kept - counted)


def _parts_of(batches: Mapping[str, Batch]) -> dict[str, list[Part]]:
    """The shard results of all batches by name, in the order of the batches."""
    names = (*PER_SHARD, "signatures", "names", "ingest_dropped", "clean_dropped")
    return {
        name: [part for b in sorted(batches) for part in batches[b].parts.get(name, ())] for name in names
    }
