"""A trace as plain values, complete: for `--json`."""

from __future__ import annotations

from dataclasses import asdict
from typing import Any

from tasks.report.reading import Row
from tasks.report.spans import Character
from tasks.report.trace import Trace
from tasks.versions.manifest import plain

Record = dict[str, Any]  # Any: JSON


def trace_record(trace: Trace) -> Record:
    """Every field of the trace. `spans` are [raw_start, raw_end, clean_start, clean_end, number of the edit]."""
    cluster = trace.cluster
    return {
        **asdict(trace.identity),
        "version": trace.version,
        "file_sha256": trace.file_sha256,
        "document": _values(trace.document),
        "batch_status": trace.batch.status if trace.batch else None,
        "recipe": dict(trace.batch.recipe) if trace.batch else {},
        "left": _values(trace.left),
        "article": _values(trace.article),
        "raw_text": trace.raw_text,
        "edits": [_values(edit) for edit in trace.edits],
        "spans": [
            [one.raw_start, one.raw_end, one.clean_start, one.clean_end, one.edit] for one in trace.spans
        ],
        "cluster": cluster
        and {
            "cluster_id": cluster.cluster_id,
            "canonical_doc_id": cluster.canonical_doc_id,
            "why_canonical": cluster.why,
            "members": [_values(member) for member in cluster.members],
            "n_pairs": cluster.n_pairs,
            "pairs": [{**one.pair, "other": _values(one.other)} for one in cluster.pairs],
        },
        "mentions": [
            {**_values_of(one), "entity": _values(trace.entities.get(one["entity_id"] or ""))}
            for one in trace.mentions
        ],
        "gates": [dict(one) for one in trace.gates],
        "versions": [plain(one) for one in trace.versions],
    }


def character_record(character: Character) -> Record:
    """One character explained."""
    return {**asdict(character), "edit": _values(character.edit), "before": _values(character.before), "after": _values(character.after)}  # fmt: skip


def _values(row: Any) -> Record | None:  # noqa: ANN401  a row or nothing
    return None if row is None else _values_of(row)


def _values_of(row: Row) -> Record:
    return {name: _plain(value) for name, value in row.items()}


def _plain(value: Any) -> Any:  # noqa: ANN401  any column's value
    if isinstance(value, list):
        return [_plain(one) for one in value]
    if isinstance(value, dict):
        return _values_of(value)
    return value.isoformat() if hasattr(value, "isoformat") else value
