"""How a rule is written down: what must be true, what happens where it is not, and why.

Four kinds of rule, by what a failure does: `row` sets the failing rows aside, `hold` keeps the whole batch
back, `stop` ends the run before anything is published, `warn` tells. Three frames to judge:

rows     one narrow row a document (`*_checks` in `tasks.schema`)
batches  one row a batch
corpus   one row for the whole run or version

Only rules that look at a batch alone may choose rows or hold batches, so that a rebuild decides the same.
Suites are Python: loaded from JSON or YAML, a rule of unknown type is dropped in silence.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Literal

from great_expectations import ExpectationSuite
from great_expectations.expectations.expectation import Expectation

Frame = Literal["rows", "batches", "corpus"]


@dataclass(frozen=True, slots=True)
class Reference:
    """The last published version, as the rules see it.

    rows: its articles. profile: per stage the figures the gate saw then, by name.
    """

    rows: int = 0
    profile: Mapping[str, Mapping[str, float]] = field(default_factory=dict)


def build_suite(name: str, rules: Sequence[Expectation]) -> ExpectationSuite:
    """A suite of rules with unique names.

    Raises ValueError if two rules share a name or there is none: an empty suite would succeed.
    """
    names = [rule.meta["rule"] for rule in rules if rule.meta]
    if not rules or len(set(names)) != len(rules):
        raise ValueError(f"suite {name}: rules need one name each, got {sorted(names)}")
    return ExpectationSuite(name=name, expectations=list(rules))


def row(kind: type[Expectation], *, rule: str, tolerance: float, why: str, **kwargs: Any) -> Expectation:  # noqa: ANN401  what the expectation takes
    """The failing rows are set aside; more than max(5, tolerance x rows) of a batch hold the batch."""
    return _rule(kind, rule, "quarantine", "rows", why, kwargs, tolerance)


def hold(kind: type[Expectation], *, rule: str, why: str, **kwargs: Any) -> Expectation:  # noqa: ANN401
    """The batch keeps what the last version has of it; the others go on."""
    return _rule(kind, rule, "hold", "batches", why, kwargs)


def stop(
    kind: type[Expectation], *, rule: str, why: str, frame: Frame = "corpus", **kwargs: Any  # noqa: ANN401
) -> Expectation:  # fmt: skip
    """The run publishes nothing."""
    return _rule(kind, rule, "stop", frame, why, kwargs)


def warn(
    kind: type[Expectation], *, rule: str, why: str, frame: Frame = "corpus", **kwargs: Any  # noqa: ANN401
) -> Expectation:  # fmt: skip
    """The run goes on and says so."""
    return _rule(kind, rule, "warn", frame, why, kwargs)


def _rule(  # noqa: PLR0913, PLR0917  the parts of a rule
    kind: type[Expectation], rule: str, on_fail: str, frame: Frame, why: str, kwargs: Mapping[str, Any],
    tolerance: float = 0.0,
) -> Expectation:  # fmt: skip
    meta = {"rule": rule, "on_fail": on_fail, "frame": frame, "tolerance": tolerance, "why": why}
    return kind(meta=meta, **kwargs)
