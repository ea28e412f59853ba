"""What a gate says: every rule's verdict, every failing row named."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any, Literal

Status = Literal["passed", "quarantined", "held", "stopped", "warned", "accepted"]

CORPUS = "*"  # the batch of a rule that looks at the whole run or version


@dataclass(frozen=True, slots=True)
class Verdict:
    """One rule on one batch, or on the whole run.

    n_failed of n_rows failed; `observed` is the figure the rule saw, `excess` how far outside its bounds
    (0 where it passed); `examples` are up to five failing ids.
    """

    stage: str
    rule: str
    batch: str
    on_fail: str
    status: Status
    observed: str
    n_rows: int
    n_failed: int
    excess: float
    why: str
    examples: tuple[str, ...] = ()

    def told(self) -> str:
        """The verdict in one line, for people."""
        where = "" if self.batch == CORPUS else f" in {self.batch}"
        which = f", e.g. {', '.join(self.examples)}" if self.examples else ""
        return f"{self.rule}{where}: {self.observed}{which} ({self.why})"

    def as_json(self) -> dict[str, Any]:
        """The verdict as the manifest keeps it."""
        return {
            "stage": self.stage, "batch": None if self.batch == CORPUS else self.batch, "rule": self.rule,
            "on_fail": self.on_fail, "status": self.status, "observed": self.observed,
            "n_rows": self.n_rows, "n_failed": self.n_failed, "why": self.why, "examples": list(self.examples),
        }  # fmt: skip


@dataclass(frozen=True, slots=True)
class GateReport:
    """All verdicts of one gate call.

    failing: per batch, the positions of the rows to set aside (in the batch's checks, whole batch) with
    the rules each failed.
    """

    stage: str
    verdicts: tuple[Verdict, ...]
    failing: Mapping[str, Mapping[int, tuple[str, ...]]] = field(default_factory=dict)

    def said(self) -> str:
        """The report in one line."""
        rules = {verdict.rule for verdict in self.verdicts}
        counts = {
            status: len(self._with(status))
            for status in ("stopped", "held", "quarantined", "accepted", "warned")
        }
        told = ", ".join(f"{n} {status}" for status, n in counts.items() if n)
        failed = {verdict.rule for verdict in self.verdicts if verdict.status != "passed"}
        return f"{len(rules) - len(failed)} of {len(rules)} rules passed" + (f"; {told}" if told else "")

    @property
    def held(self) -> dict[str, tuple[str, ...]]:
        """The batches that may not go on, with the rules that hold them."""
        rules: dict[str, list[str]] = {}
        for verdict in self.verdicts:
            if verdict.status == "held":
                rules.setdefault(verdict.batch, []).append(verdict.rule)
        return {batch: tuple(sorted(names)) for batch, names in sorted(rules.items())}

    @property
    def stops(self) -> tuple[Verdict, ...]:
        """The verdicts that stop the run."""
        return self._with("stopped")

    @property
    def warnings(self) -> tuple[Verdict, ...]:
        """The verdicts that only tell."""
        return self._with("warned")

    @property
    def accepted(self) -> tuple[Verdict, ...]:
        """The failures that a person accepted."""
        return self._with("accepted")

    def _with(self, status: str) -> tuple[Verdict, ...]:
        return tuple(verdict for verdict in self.verdicts if verdict.status == status)


def told_stages(reports: Iterable[GateReport]) -> tuple[Verdict, ...]:
    """The verdicts of several gates that somebody should read, the gravest first."""
    order = {"stopped": 0, "held": 1, "accepted": 2, "warned": 3, "quarantined": 4}
    verdicts = [v for report in reports for v in report.verdicts if v.status in order]
    return tuple(sorted(verdicts, key=lambda v: (order[v.status], v.stage, v.rule, v.batch)))
