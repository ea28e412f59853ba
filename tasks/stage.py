"""The stage contract: what a stage returns, the law of rows, and the one loop that runs a stage on a shard.

A per-document stage is a pure function of its input and its recipe, so its results are content-addressed:
the same shard under the same recipe is never computed twice, and a killed run resumes from what is there.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import pyarrow as pa

from tasks import schema
from tasks.errors import ContractError
from tasks.versions.parts import Part
from tasks.versions.store import Store

COUNTS = ("rows_in", "kept", "dropped", "quarantined")

# What a stage's `kept` and further tables are written as.
OUTPUTS: Mapping[str, Mapping[str, schema.Table]] = {
    "ingest": {"documents": schema.DOCUMENTS, "checks": schema.INGEST_CHECKS, "inventory": schema.INVENTORY},
    "clean": {"clean": schema.CLEAN, "checks": schema.CLEAN_CHECKS, "edits": schema.EDITS},
    "entities": {"checks": schema.ENTITIES_CHECKS, "tagged": schema.TAGGED, "names": schema.NAMES},
    "signatures": {"signatures": schema.SIGNATURES},
}
KEPT = {"ingest": "documents", "clean": "clean", "entities": "checks", "signatures": "signatures"}
LEFT = {"dropped": schema.DROPPED, "unreadable": schema.UNREADABLE}


@dataclass(frozen=True, slots=True)
class StageResult:
    """Rows that go on, rows that leave with a reason, and what else the stage found.

    kept: the stage's own table. dropped: schema.DROPPED. quarantined: schema.UNREADABLE (what could
    not be read). tables: further tables by name; `checks` is what the gate looks at.
    """

    kept: pa.Table
    dropped: pa.Table
    quarantined: pa.Table
    tables: Mapping[str, pa.Table] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Shard:
    """A reference to the input of one stage call: which batch, which parts, under which recipes.

    fresh: do it again though the result is stored.
    """

    stage: str
    batch: str
    inputs: Mapping[str, Part]
    recipes: tuple[str, ...]
    fresh: bool = False

    @property
    def key(self) -> str:
        """What the result is stored under: a hash of the input's content and of the recipes."""
        return content_key(
            (*self.recipes, *(f"{name}={part.sha256}" for name, part in sorted(self.inputs.items())))
        )

    @property
    def n_bytes(self) -> int:
        """Bytes of the input parts, to cut work into tasks of like size."""
        return sum(part.bytes for part in self.inputs.values())


@dataclass(frozen=True, slots=True)
class Done:
    """A reference to the result of one stage call: its parts by table, and the law of rows in figures."""

    stage: str
    batch: str
    parts: Mapping[str, Part]
    counts: Mapping[str, int]


def assert_law_of_rows(stage: str, n_in: int, result: StageResult) -> None:
    """Raises ContractError unless in = kept + dropped + quarantined."""
    n_out = result.kept.num_rows + result.dropped.num_rows + result.quarantined.num_rows
    if n_in != n_out:
        raise ContractError(
            f"{stage}: {n_in} rows in, but {result.kept.num_rows} kept + {result.dropped.num_rows} dropped "
            f"+ {result.quarantined.num_rows} quarantined = {n_out}. Nothing was written; this is a bug in the stage."
        )


def run_stage(store: Store, shard: Shard, work: Callable[..., StageResult]) -> Done:
    """Read -> call -> the law of rows -> write -> reference; or the stored result, unless the shard is `fresh`.

    `work` gets one table per input, by name; the first input's rows are what must be accounted for.
    """
    stored = None if shard.fresh else recall(store, shard.stage, shard.batch, shard.key)
    if stored:
        return stored[0]
    tables = {name: store.read_part(part) for name, part in shard.inputs.items()}
    result = work(**tables)
    done = write_result(store, shard.stage, shard.batch, next(iter(tables.values())).num_rows, result)
    remember(store, shard.stage, shard.key, [done])
    return done


def write_result(store: Store, stage: str, batch: str, n_in: int, result: StageResult) -> Done:
    """Writes every table of a result as a part, after the law of rows. Empty tables are written too."""
    assert_law_of_rows(stage, n_in, result)
    tables = {
        KEPT[stage]: result.kept,
        **result.tables,
        "dropped": result.dropped,
        "unreadable": result.quarantined,
    }
    parts = {
        name: store.write_part(table, tables[name])
        for name, table in {**OUTPUTS[stage], **LEFT}.items()
        if name in tables and (tables[name].num_rows or name not in LEFT)
    }
    counts = (n_in, result.kept.num_rows, result.dropped.num_rows, result.quarantined.num_rows)
    return Done(stage, batch, parts, dict(zip(COUNTS, counts, strict=True)))


def without_rows(store: Store, done: Done, failing: Sequence[int]) -> Done:
    """The result without the rows a gate set aside, given by their position in `checks`.

    Tables with one row a document lose the row at the same position, others the rows of its doc_id, unless
    an earlier row of that doc_id stays.
    """
    if not failing:
        return done
    kept_name = KEPT[done.stage]
    ids = store.read_part(done.parts[kept_name], columns=["doc_id"]).column("doc_id").to_pylist()
    gone = set(failing)
    stay = pa.array([position not in gone for position in range(len(ids))])
    lost = {ids[p] for p in gone} - {doc_id for p, doc_id in enumerate(ids) if p not in gone}
    parts = dict(done.parts)
    for name, table in OUTPUTS[done.stage].items():
        if name not in parts:
            continue
        rows = store.read_part(parts[name])
        if name in (kept_name, "checks"):
            parts[name] = store.write_part(table, rows.filter(stay))
        elif "doc_id" in rows.schema.names:
            keep = pa.array([doc_id not in lost for doc_id in rows.column("doc_id").to_pylist()], pa.bool_())
            parts[name] = store.write_part(table, rows.filter(keep))
    counts = {
        **done.counts,
        "kept": done.counts["kept"] - len(gone),
        "quarantined": done.counts["quarantined"] + len(gone),
    }
    return Done(done.stage, done.batch, parts, counts)


def remember(store: Store, stage: str, key: str, results: Iterable[Done]) -> None:
    """Stores which parts a computation made."""
    store.remember(
        stage, key, {"results": [{"counts": dict(d.counts), "parts": dict(d.parts)} for d in results]}
    )


def recall(store: Store, stage: str, batch: str, key: str) -> list[Done] | None:
    """The references a computation left, or None if it was never made or a part is gone."""
    record = store.recall(stage, key)
    if record is None:
        return None
    results: Any = record["results"]  # plain JSON values and Parts
    return [Done(stage, batch, one["parts"], one["counts"]) for one in results]


def content_key(facts: Iterable[str]) -> str:
    """SHA-256 of facts in order, 40 hex digits."""
    return hashlib.sha256("\0".join(facts).encode()).hexdigest()[:40]
