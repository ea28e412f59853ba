"""The rows that were set aside on the way to a version, found by the attempt that set them aside."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

import pyarrow.parquet as pq

from tasks.recipes import STAGES
from tasks.report.reading import Row
from tasks.stage import content_key
from tasks.versions.manifest import Batch, Manifest
from tasks.versions.store import Store

ATTEMPT_DIGITS = 24  # as the gates cut it


def quarantine_rows(store: Store, manifest: Manifest, older: Sequence[Manifest] | None = None) -> list[Row]:
    """The rows of every batch of the version that were set aside and are still kept, by batch and doc_id.

    Of a held batch also what its refused delivery set aside. older: those before it, read here if None.
    """
    older = earlier(store, manifest) if older is None else older
    rows = []
    for batch, entry in sorted(manifest.batches.items()):
        rows += batch_quarantine(
            store, batch, [entry, *(one.batches[batch] for one in older if batch in one.batches)]
        )
    return rows  # fmt: skip


def batch_quarantine(store: Store, batch: str, entries: list[Batch]) -> list[Row]:
    """The rows set aside of one batch, `held` where they are of a delivery that a gate refused as a whole.

    entries: the batch in this version and in the versions before it.

    A backfill from a later stage keeps what an earlier attempt set aside: its file has that attempt's name.
    """
    now = entries[0]
    rows: list[Row] = []
    for inventory_hash, recipe in _attempts(now):
        published = inventory_hash == now.inventory_hash and recipe == now.recipe
        for number, stage in enumerate(STAGES):
            if published and not now.counts.get(stage, {}).get("quarantined", 0):
                continue
            upto = STAGES[: number + 1]
            keys = [
                _attempt(inventory, other)
                for entry in entries
                for inventory, other in _attempts(entry)
                if inventory == inventory_hash and all(other.get(s) == recipe.get(s) for s in upto)
            ]
            rows += [{**row, "held": not published} for row in _first(store, batch, stage, keys)]
    unique = {(row["doc_id"], row["stage"]): row for row in reversed(rows)}
    return [unique[key] for key in sorted(unique)]


def earlier(store: Store, manifest: Manifest) -> list[Manifest]:
    """The versions before this one that are kept, newest first."""
    numbers = [number for number in store.versions() if number < manifest.version]
    return [store.manifest(number) for number in reversed(numbers)]


def _attempts(entry: Batch) -> Iterator[tuple[str, Mapping[str, str]]]:
    if entry.inventory_hash is not None:
        yield entry.inventory_hash, entry.recipe
    if entry.refused is not None:
        yield entry.refused.inventory_hash, entry.refused.recipe


def _attempt(inventory_hash: str, recipe: Mapping[str, str]) -> str:
    return content_key((inventory_hash, *(recipe.get(stage, "") for stage in STAGES)))[:ATTEMPT_DIGITS]


def _first(store: Store, batch: str, stage: str, keys: list[str]) -> list[Row]:
    for key in keys:
        path = store.quarantine_path(batch, f"{stage}-{key}")
        if path.is_file():
            rows: list[Row] = pq.read_table(path).to_pylist()
            return rows
    return []
