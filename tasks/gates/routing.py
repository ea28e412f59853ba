"""Acts on a verdict: failing rows into quarantine, held batches kept back, a stop raised."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

import pyarrow as pa

from tasks import schema
from tasks.batches import BatchWork
from tasks.errors import GateStopped
from tasks.gates.report import GateReport
from tasks.stage import KEPT, Done, content_key, without_rows
from tasks.versions.store import Store


@dataclass(frozen=True, slots=True)
class Provenance:
    """Who judged: the published version the run stood on and the version of the code."""

    base_version: int | None
    code_version: str


def stop_if_told(report: GateReport) -> None:
    """Raises GateStopped if a rule stops the run."""
    if report.stops:
        raise GateStopped(report.stage, tuple(verdict.told() for verdict in report.stops))


def set_aside(store: Store, works: Sequence[BatchWork], report: GateReport, provenance: Provenance) -> None:
    """Takes the failing rows out of every batch's results and writes them, and what could not be read, aside.

    A held batch keeps nothing back from quarantine: its failing rows are what somebody has to look at.
    """
    held = report.held
    for work in works:
        failing = report.failing.get(work.name, {})
        rows = [schema.QUARANTINE.empty()]
        cleaned, start = [], 0
        for done in work.results[report.stage]:
            n = done.counts["kept"]
            mine = {p - start: rules for p, rules in failing.items() if start <= p < start + n}
            rows += _quarantine_rows(store, done, mine, provenance)
            cleaned.append(without_rows(store, done, sorted(mine)))
            start += n
        work.results[report.stage] = cleaned
        work.held = held.get(work.name, ())
        table = pa.concat_tables(rows)
        if table.num_rows:
            attempt = content_key((work.inventory_hash, *work.recipe.values()))[:24]
            work.quarantine.append(store.write_quarantine(work.name, f"{report.stage}-{attempt}", table))


def checks_of(store: Store, works: Sequence[BatchWork], stage: str, table: schema.Table) -> pa.Table:
    """What the gate looks at: the checks of every batch, batch by batch, shard by shard."""
    parts = [done.parts["checks"] for work in works for done in work.results[stage] if done.counts["kept"]]
    return store.read_parts(table, parts)


def _quarantine_rows(
    store: Store, done: Done, failing: Mapping[int, tuple[str, ...]], provenance: Provenance
) -> Iterator[pa.Table]:  # fmt: skip
    if failing:
        positions = sorted(failing)
        rows = store.read_part(done.parts[KEPT[done.stage]]).take(pa.array(positions, pa.int64()))
        yield _rows(
            [(row, failing[p]) for p, row in zip(positions, rows.to_pylist(), strict=True)],
            done.stage,
            provenance,
        )
    if "unreadable" in done.parts:
        unread = store.read_part(done.parts["unreadable"]).to_pylist()
        yield _rows([(row, (row["rule"],)) for row in unread], done.stage, provenance)


def _rows(
    failed: Sequence[tuple[dict[str, Any], tuple[str, ...]]], stage: str, provenance: Provenance
) -> pa.Table:
    return pa.Table.from_pylist(
        [
            {
                **{name: row[name] for name in ("doc_id", "source", "batch", "raw_path")},
                "stage": stage,
                "rules": list(rules),
                "base_version": provenance.base_version,
                "code_version": provenance.code_version,
                "row_json": json.dumps(row, ensure_ascii=False, default=_as_text, sort_keys=True),
            }
            for row, rules in failed
        ],
        schema=schema.QUARANTINE.schema,
    )


def _as_text(value: object) -> str:
    return value.isoformat() if isinstance(value, (date, datetime)) else str(value)
