"""Counters of a batch that add up to the profile of a version, which the next version is compared with."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import pyarrow as pa
import pyarrow.compute as pc

from tasks import schema
from tasks.batches import BatchWork
from tasks.gates import frames
from tasks.gates.routing import checks_of
from tasks.stage import OUTPUTS
from tasks.versions.manifest import Batch
from tasks.versions.store import Store

NO_CUTS = ("markup", "whitespace")  # edits that the stage does not count as cuts


def profile_clean(store: Store, works: Sequence[BatchWork]) -> None:
    """Languages, dates, titles and kinds of cut of every batch that goes on."""
    for work in works:
        if work.results.get("clean") and not work.held:
            work.profile["clean"] = frames.clean_counters(
                checks_of(store, [work], "clean", schema.CLEAN_CHECKS)
            )
            work.profile["cuts"] = value_counts(store, work, "clean", "edits", "kind")


def profile_entities(store: Store, works: Sequence[BatchWork]) -> None:
    """Mentions by type of every batch."""
    for work in works:
        work.profile["entities"] = value_counts(store, work, "entities", "tagged", "type")


def value_counts(store: Store, work: BatchWork, stage: str, table: str, column: str) -> dict[str, int]:
    """How often each value of a column comes in a batch."""
    parts = [done.parts[table] for done in work.results[stage] if table in done.parts]
    return _counted(store.read_parts(OUTPUTS[stage][table], parts, [column]))


def version_profile(
    batches: Mapping[str, Batch], dedup: Mapping[str, float], export: Mapping[str, float]
) -> dict[str, Mapping[str, float]]:
    """The figures of a version, by stage: a function of its state, not of the runs that led there."""
    profiles = [batch.profile for _, batch in sorted(batches.items())]
    return {
        "clean": frames.clean_figures(profile.get("clean", {}) for profile in profiles),
        "entities": frames.type_figures(profile.get("entities", {}) for profile in profiles),
        "dedup": dict(dedup),
        "export": dict(export),
    }


def stored_profile(store: Store, entry: Batch) -> dict[str, Mapping[str, int]]:
    """The counters of a batch from its stored results alone, where rows left these after the gate."""
    listed = entry.parts
    columns = ["title", "language", "published_at"]
    clean = store.read_parts(schema.CLEAN, listed.get("clean", ()), columns)
    kinds = _counted(store.read_parts(schema.EDITS, listed.get("edits", ()), ["kind"]))
    types = _counted(store.read_parts(schema.TAGGED, listed.get("tagged", ()), ["type"]))
    checks = pa.table({
        "n_cuts": pa.array([0] * clean.num_rows, pa.int64()),
        "title_chars": pc.utf8_length(clean.column("title")),
        "has_date": clean.column("published_at").is_valid(),
        "language": clean.column("language"),
    })  # fmt: skip
    n_cuts = sum(n for kind, n in kinds.items() if kind not in NO_CUTS)
    counters = {**frames.clean_counters(checks), "n_cuts": n_cuts}
    return {**entry.profile, "clean": counters, "cuts": kinds, "entities": types}


def _counted(rows: pa.Table) -> dict[str, int]:
    counts = rows.column(0).value_counts().to_pylist()
    return {one["values"]: one["counts"] for one in sorted(counts, key=lambda one: str(one["values"]))}
