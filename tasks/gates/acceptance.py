"""Acceptances: what a person said may pass, and for how long that is good."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from tasks.gates.report import CORPUS, GateReport, Verdict


@dataclass(frozen=True, slots=True)
class Acceptances:
    """Rules accepted now, and decisions of earlier runs.

    now: rule names given with this run. earlier: decisions of kind `accept` from the manifest.
    states: per batch the inventory and recipes it is judged at now; an earlier acceptance of a batch is
    good only at the same ones, an earlier acceptance of a whole-corpus rule until its excess gets worse.
    """

    now: frozenset[str] = frozenset()
    earlier: Sequence[Mapping[str, Any]] = ()
    states: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)

    def covers(self, verdict: Verdict) -> bool:
        """Whether a person accepted this failure."""
        if verdict.rule in self.now:
            return True
        return any(self._covers(decision, verdict) for decision in self.earlier)

    def _covers(self, decision: Mapping[str, Any], verdict: Verdict) -> bool:
        told = (decision["kind"], decision.get("stage"), decision.get("rule"))  # others have no stage
        if told != ("accept", verdict.stage, verdict.rule):
            return False
        if verdict.batch == CORPUS:
            return decision["batch"] is None and verdict.excess <= decision["excess"]
        same_batch = bool(decision["batch"] == verdict.batch)
        return same_batch and decision["state"] == self.states.get(verdict.batch)


def accept(report: GateReport, acceptances: Acceptances) -> GateReport:
    """The report with every accepted hold and stop turned into `accepted`."""
    verdicts = tuple(
        replace(v, status="accepted") if v.status in ("held", "stopped") and acceptances.covers(v) else v
        for v in report.verdicts
    )
    return replace(report, verdicts=verdicts)


def decisions(
    reports: Sequence[GateReport], acceptances: Acceptances, *, reason: str, by: str
) -> tuple[dict[str, Any], ...]:
    """The acceptances this run used for the first time, as the manifest keeps them."""
    used = [v for report in reports for v in report.accepted if v.rule in acceptances.now]
    return tuple(
        {
            "kind": "accept", "stage": v.stage, "rule": v.rule, "batch": None if v.batch == CORPUS else v.batch,
            "state": acceptances.states.get(v.batch), "observed": v.observed, "excess": v.excess,
            "reason": reason, "by": by,
        }
        for v in sorted(used, key=lambda v: (v.stage, v.rule, v.batch))
    )  # fmt: skip
