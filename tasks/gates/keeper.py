"""The keeper of the gates in one run: judges, takes acceptances into account, acts, and remembers the reports."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

import pyarrow as pa

from tasks import schema
from tasks.batches import BatchWork
from tasks.gates.acceptance import Acceptances, accept, decisions
from tasks.gates.judge import Frames, judge, reference_of
from tasks.gates.report import GateReport
from tasks.gates.routing import Provenance, checks_of, set_aside, stop_if_told
from tasks.versions.manifest import Manifest
from tasks.versions.store import Store

Tell = Callable[[str, str], None]  # stage, one line


class Keeper:
    """Gates run in one place, not in every worker: each process would pay Great Expectations' import."""

    def __init__(
        self, store: Store, base: Manifest | None, accepted: Sequence[str], code_version: str, tell: Tell
    ) -> None:
        self.reports: list[GateReport] = []
        self.base = base
        self._store, self._accepted, self._code_version, self._tell = (
            store,
            frozenset(accepted),
            code_version,
            tell,
        )
        self._states: dict[str, Mapping[str, Any]] = {}

    def figures(self, stage: str) -> Mapping[str, float]:
        """What the last version's profile says of a stage."""
        found: Any = self.base.profile.get(stage, {}) if self.base else {}
        return dict(found)

    def batch_profiles(self) -> dict[str, Mapping[str, Mapping[str, int]]]:
        """The counters of every batch of the last version."""
        return {name: entry.profile for name, entry in self.base.batches.items()} if self.base else {}

    def judge_batches(
        self,
        stage: str,
        works: Sequence[BatchWork],
        table: schema.Table,
        frames_of: Callable[[pa.Table], Frames],
    ) -> None:
        """Judges every batch whole, sets failing rows aside, marks the held. Raises GateStopped."""
        works = [work for work in works if work.results.get(stage)]
        if not works:
            return
        for work in works:
            self._states[work.name] = {"inventory_hash": work.inventory_hash, "recipe": dict(work.recipe)}
        report = self.judge_corpus(stage, frames_of(checks_of(self._store, works, stage, table)))
        version = self.base.version if self.base else None
        set_aside(self._store, works, report, Provenance(version, self._code_version))

    def judge_corpus(self, stage: str, frames: Frames) -> GateReport:
        """Judges what concerns the whole run or version. Raises GateStopped."""
        report = accept(judge(stage, frames, reference_of(self.base)), self._acceptances())
        self.reports.append(report)
        self._tell(f"gate {stage}", report.said())
        stop_if_told(report)
        return report

    def decisions(self, reason: str, by: str) -> tuple[dict[str, Any], ...]:
        """What was accepted in this run for the first time."""
        return decisions(self.reports, self._acceptances(), reason=reason, by=by)

    def rebase(self, base: Manifest, keep_reports: int) -> None:
        """Stands on another version: its whole-corpus gates are judged again."""
        self.base = base
        del self.reports[keep_reports:]

    def _acceptances(self) -> Acceptances:
        return Acceptances(self._accepted, self.base.decisions if self.base else (), self._states)
