"""The gate: Great Expectations judges narrow frames, we route.

A new ephemeral context for every call, inside a process-wide lock: a shared one validated another batch's
rows in 52 of 60 runs. Row positions, never ids: they are complete and free. A rule that was not evaluated
stops the run, whatever it is.
"""

from __future__ import annotations

import importlib
import logging
import threading
import warnings
from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass
from difflib import get_close_matches
from functools import cached_property
from typing import TYPE_CHECKING, Any

import pyarrow as pa

from tasks.errors import ContractError, UsageError
from tasks.gates.report import CORPUS, GateReport, Status, Verdict
from tasks.gates.settled import settled
from tasks.schema import ARTICLES
from tasks.versions.manifest import Manifest

if TYPE_CHECKING:
    from expectations.rules import Reference

STAGES = ("ingest", "clean", "dedup", "entities", "export")  # each has a suite in expectations/

_LOCK = threading.Lock()
_LOG = logging.getLogger(__name__)

# A small batch may lose this many rows before it is held: 3 % of ten documents is none.
MIN_TOLERATED_ROWS = 5


@dataclass(frozen=True, slots=True)
class Frames:
    """What a gate looks at.

    rows: the checks of all batches, with their `batch`; batches: one row a batch, column `batch`;
    corpus: the figures of the whole run or version, none of them null.
    """

    corpus: Mapping[str, float]
    rows: pa.Table | None = None
    batches: pa.Table | None = None


@dataclass(frozen=True, slots=True)
class _Outcome:
    """One rule after Great Expectations: its meta and the positions that failed, or why it did not run."""

    meta: Mapping[str, Any]
    kwargs: Mapping[str, Any]
    failed: tuple[int, ...]
    error: str


def judge(stage: str, frames: Frames, reference: Reference) -> GateReport:
    """The verdict of every rule of a stage on every batch.

    Raises ContractError if a rule was declared but no result came back for it.
    """
    with _LOCK, warnings.catch_warnings(), settled():
        warnings.simplefilter("ignore")
        outcomes = list(_evaluate(stage, frames, reference))
    verdicts: list[Verdict] = []
    failing: dict[str, dict[int, list[str]]] = defaultdict(lambda: defaultdict(list))
    for outcome in sorted(outcomes, key=lambda o: str(o.meta["rule"])):
        router = _Router(stage, outcome, frames)
        verdicts += router.verdicts()
        for batch, position in router.set_aside():
            failing[batch][position].append(outcome.meta["rule"])
    named = {b: {p: tuple(rules) for p, rules in sorted(rows.items())} for b, rows in sorted(failing.items())}
    return GateReport(stage, tuple(verdicts), named)


def reference_of(base: Manifest | None) -> Reference:
    """The last published version as the rules see it."""
    from expectations.rules import Reference  # noqa: PLC0415  imports GX

    if base is None:
        return Reference()
    profile: Any = base.profile
    return Reference(base.tables[ARTICLES.name].rows, profile)


def check_rules(names: Collection[str]) -> None:
    """Raises UsageError, naming what there is, for a rule that no suite has."""
    from expectations.rules import Reference  # noqa: PLC0415  imports GX

    known = {
        rule.meta["rule"] for stage in STAGES for rule in load_suite(stage, Reference(rows=1)).expectations
    }
    unknown = sorted(set(names) - known)
    if unknown:
        near = get_close_matches(unknown[0], sorted(known), n=1)
        meant = f"did you mean {near[0]}?" if near else "`cleancopy gates` lists them."
        raise UsageError(f"no such rule: {', '.join(unknown)}; {meant} Rules are {', '.join(sorted(known))}")


def load_suite(stage: str, reference: Reference) -> Any:  # noqa: ANN401  GX's suite, imported late
    """The suite of a stage, from `expectations/<stage>.py`."""
    return importlib.import_module(f"expectations.{stage}").suite(reference)


def _evaluate(stage: str, frames: Frames, reference: Reference) -> Iterator[_Outcome]:
    suite = load_suite(stage, reference)
    tables = {
        "rows": frames.rows,
        "batches": frames.batches,
        "corpus": pa.table({k: [v] for k, v in frames.corpus.items()}),
    }
    source = _source(stage, tables)
    for frame, table in tables.items():
        rules = [rule for rule in suite.expectations if rule.meta["frame"] == frame]
        if rules and table is not None and (table.num_rows or frame == "corpus"):
            yield from _validate(source.get_asset(f"{stage}-{frame}"), table, rules)


def _source(stage: str, frames: Iterable[str]) -> Any:  # noqa: ANN401  GX's pandas data source, imported late
    """A data source in a new context: contexts are not shared between gate calls. GX's import costs seconds: not at the top.

    It comes with its assets: the context writes itself down as YAML at every one that is added, a sixth of a small gate.
    """
    import great_expectations as gx  # noqa: PLC0415
    from great_expectations.data_context.types.base import ProgressBarsConfig  # noqa: PLC0415
    from great_expectations.datasource.fluent import PandasDatasource  # noqa: PLC0415
    from great_expectations.datasource.fluent.pandas_datasource import DataFrameAsset  # noqa: PLC0415

    for logger in (
        "great_expectations",
        "great_expectations.data_context.types.base",
    ):  # the second sets its own level
        logging.getLogger(logger).setLevel(logging.WARNING)
    context = gx.get_context(mode="ephemeral")
    context.variables.progress_bars = ProgressBarsConfig(globally=False)
    assets = [DataFrameAsset(name=f"{stage}-{frame}") for frame in frames]
    return context.data_sources.add_pandas(PandasDatasource(name="pandas", assets=assets))


def _validate(asset: Any, table: pa.Table, rules: list[Any]) -> Iterator[_Outcome]:  # noqa: ANN401  GX's
    """Great Expectations on one frame."""
    import great_expectations as gx  # noqa: PLC0415
    import pandas as pd  # noqa: PLC0415

    frame = table.to_pandas()
    frame.index = pd.RangeIndex(len(frame))
    expectations = [
        type(r)(**{k: v for k, v in r.configuration.kwargs.items() if k != "batch_id"}, meta=r.meta)
        for r in rules
    ]
    # the batch itself is asked: a definition that is stored in the context first costs a third more
    answer = asset.get_batch(asset.build_batch_request({"dataframe": frame})).validate(
        gx.ExpectationSuite(name=asset.name, expectations=expectations),
        result_format={"result_format": "COMPLETE", "return_unexpected_index_query": False},
    )
    if len(answer.results) != len(rules):
        raise ContractError(
            f"gate {asset.name}: {len(rules)} rules declared, {len(answer.results)} came back. Nothing was published."
        )
    for result in answer.results:
        yield _outcome(asset.name, result, table)


def _outcome(name: str, result: Any, table: pa.Table) -> _Outcome:  # noqa: ANN401  GX's result
    meta, kwargs = result.expectation_config.meta, result.expectation_config.kwargs
    found = result.result or {}
    if not result.success and not found:
        return _Outcome(meta, kwargs, (), _error(result.exception_info or {}))
    if meta["frame"] != "rows" and table.column(kwargs["column"]).null_count:
        return _Outcome(meta, kwargs, (), f"column {kwargs['column']} has no value to judge")
    failed = tuple(int(position) for position in found.get("unexpected_index_list") or ())
    if len(failed) != found.get("unexpected_count", 0):
        raise ContractError(
            f"gate {name}: {meta['rule']} names {len(failed)} of {found['unexpected_count']} failing rows"
        )
    return _Outcome(meta, kwargs, failed, "")


def _error(info: Mapping[str, Any]) -> str:
    """The message out of either shape of GX's exception_info."""
    if "exception_message" in info:
        return str(info["exception_message"])
    messages = {str(v.get("exception_message", "?")) for v in info.values() if isinstance(v, dict)}
    return "; ".join(sorted(messages)) or "not evaluated"


class _Router:
    """Turns one rule's failing positions into verdicts, batch by batch."""

    def __init__(self, stage: str, outcome: _Outcome, frames: Frames) -> None:
        self.stage, self.outcome, self.frames = stage, outcome, frames
        self.meta = outcome.meta

    def verdicts(self) -> list[Verdict]:
        if self.outcome.error:
            return [self._verdict(CORPUS, "stopped", f"could not be evaluated: {self.outcome.error}", 0, 0)]
        if self.meta["frame"] == "corpus":
            value = self.frames.corpus[self.outcome.kwargs["column"]]
            failed = len(self.outcome.failed)
            return [
                self._verdict(
                    CORPUS, self._status(failed, 1), f"{value:.10g}", 1, failed, self._excess(value)
                )
            ]
        return self._by_batch()

    def set_aside(self) -> Iterator[tuple[str, int]]:
        """The failing rows of a row rule: batch, position inside the batch."""
        if self.meta["on_fail"] == "quarantine" and self.frames.rows is not None:
            batches, starts = _batch_of(self.frames.rows)
            for position in self.outcome.failed:
                yield batches[position], position - starts[batches[position]]

    def _by_batch(self) -> list[Verdict]:
        table = self.frames.rows if self.meta["frame"] == "rows" else self.frames.batches
        assert table is not None  # noqa: S101  _evaluate judged it
        batches, _ = _batch_of(table)
        sizes: dict[str, int] = defaultdict(int)
        for batch in batches:
            sizes[batch] += 1
        failed: dict[str, list[int]] = defaultdict(list)
        for position in self.outcome.failed:
            failed[batches[position]].append(position)
        return [self._on_batch(table, batch, size, failed[batch]) for batch, size in sorted(sizes.items())]

    @cached_property
    def _figures(self) -> dict[str, float]:
        """What a rule on batches saw of each."""
        assert self.frames.batches is not None  # noqa: S101  _evaluate judged it
        values = self.frames.batches.column(self.outcome.kwargs["column"])
        return dict(zip(self.frames.batches.column("batch").to_pylist(), values.to_pylist(), strict=True))

    def _on_batch(self, table: pa.Table, batch: str, size: int, failed: list[int]) -> Verdict:
        if self.meta["frame"] == "batches":
            value = self._figures[batch]
            return self._verdict(
                batch,
                self._status(len(failed), size),
                f"{value:.10g}",
                size,
                len(failed),
                self._excess(value),
            )
        examples = tuple(str(table.column("doc_id")[position].as_py()) for position in failed[:5])
        observed = f"{len(failed)} of {size} rows fail" if failed else f"{size} rows pass"
        return self._verdict(
            batch, self._status(len(failed), size), observed, size, len(failed), examples=examples
        )

    def _status(self, n_failed: int, n_rows: int) -> Status:
        if not n_failed:
            return "passed"
        if self.meta["on_fail"] == "quarantine":
            tolerated = max(MIN_TOLERATED_ROWS, self.meta["tolerance"] * n_rows)
            return "held" if n_failed > tolerated else "quarantined"
        states: dict[str, Status] = {"hold": "held", "stop": "stopped", "warn": "warned"}
        return states[self.meta["on_fail"]]

    def _excess(self, value: float) -> float:
        """How far outside its bounds the figure lies; an acceptance is good until this grows."""
        low, high = self.outcome.kwargs.get("min_value"), self.outcome.kwargs.get("max_value")
        under = low - value if low is not None else 0.0
        over = value - high if high is not None else 0.0
        return round(max(0.0, under, over), 6)

    def _verdict(  # noqa: PLR0913, PLR0917  the parts of a verdict
        self, batch: str, status: Status, observed: str, n_rows: int, n_failed: int, excess: float = 0.0,
        *, examples: tuple[str, ...] = (),
    ) -> Verdict:  # fmt: skip
        return Verdict(
            self.stage, self.meta["rule"], batch, self.meta["on_fail"], status, observed, n_rows, n_failed,
            excess, self.meta["why"], examples,
        )  # fmt: skip


def _batch_of(rows: pa.Table) -> tuple[list[str], dict[str, int]]:
    """The batch of every row, and the position at which each batch starts; batches stand together."""
    batches: list[str] = rows.column("batch").to_pylist()
    starts: dict[str, int] = {}
    for position, batch in enumerate(batches):
        starts.setdefault(batch, position)
    return batches, starts
