"""Small worlds to publish: two tables whose rows all carry the same stamp in one version."""

from __future__ import annotations

import pandas as pd
import pyarrow as pa

from tasks import schema
from tasks.versions.manifest import Batch, Candidate, all_parts

NEWS = schema.Table(
    "news",
    pa.schema([
        pa.field("doc_id", pa.string(), nullable=False, metadata={"description": "who it is"}),
        pa.field("stamp", pa.int64(), nullable=False),
        pa.field("title", pa.string()),
        pa.field("tags", pa.list_(pa.string())),
    ]),
    key=("doc_id",),
    sort=("stamp", "doc_id"),
    partitioned=True,
    row_group_rows=8,
)  # fmt: skip
NOTES = schema.Table(
    "notes",
    pa.schema([
        pa.field("doc_id", pa.string(), nullable=False),
        pa.field("start", pa.int64(), nullable=False),
        pa.field("stamp", pa.int64(), nullable=False),
    ]),
    key=("doc_id", "start"),
    sort=("doc_id", "start"),
)  # fmt: skip
MONTHS = ("2024-01", "2024-02")
RECIPE = {"ingest": "i1", "clean": "c1", "entities": "e1"}


def news(*rows):
    """Rows (doc_id, stamp, title, tags); what is left out is null."""
    padded = [(*row, None, None)[:4] for row in rows]
    names = NEWS.schema.names
    return pa.Table.from_pylist([dict(zip(names, row, strict=True)) for row in padded], schema=NEWS.schema)


def clusters(**ids):
    """doc_id=cluster_id."""
    rows = [
        {"cluster_id": cluster, "doc_id": doc, "is_canonical": doc == cluster, "why_canonical": None}
        for doc, cluster in ids.items()
    ]
    return pa.Table.from_pylist(rows, schema=schema.CLUSTERS.schema)


def batch(store, name, stamp, n_rows=3):
    """A batch whose one shard result holds `n_rows` rows of this stamp."""
    rows = news(*[(f"{name}-{number}", stamp, "t") for number in range(n_rows)])
    return Batch(f"inventory of {name} at {stamp}", RECIPE, parts={"news": (store.write_part(NEWS, rows),)})


def candidate(store, base, batches, **options):
    """The candidate that holds what the batches' shard results say: the whole-corpus step of this world."""
    parts = [part for one in batches.values() for part in one.parts.get("news", ())]
    rows = store.read_parts(NEWS, parts)
    first, last = rows.slice(0, rows.num_rows // 2), rows.slice(rows.num_rows // 2)
    months = {
        month: store.write_parts(NEWS, half, month) for month, half in zip(MONTHS, (first, last), strict=True)
    }
    notes = rows.select(["doc_id", "stamp"]).append_column("start", pa.array([0] * rows.num_rows, pa.int64()))
    tables = {
        "news": store.entry(NEWS, months),
        "notes": store.entry(NOTES, {"": store.write_parts(NOTES, notes)}),
    }
    return Candidate(base, batches, "corpus1", tables, **options)


def publish(store, stamp, names=("agency/2024-01-05", "agency/undated"), **options):
    """One run: every named batch at this stamp."""
    base = store.begin()
    batches = dict(base.batches) if base else {}
    batches |= {name: batch(store, name, stamp) for name in names}
    return store.commit(candidate(store, base, batches, **options))


def listed_paths(manifest):
    """Every part the version lists."""
    return set(all_parts(manifest))


def read_plain(root, version=None):
    """What a reader with nothing but pandas sees: (version, stamps of news, stamps of notes, rows)."""
    version = version or (root / "LATEST").read_text()
    folder = root / "releases" / version
    seen, noted = pd.read_parquet(folder / "news"), pd.read_parquet(folder / "notes")
    return int(version), set(seen["stamp"]), set(noted["stamp"]), (len(seen), len(noted))
