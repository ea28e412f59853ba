"""Stored results and tables without the documents that were taken down; what has none of them stays itself."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import PurePosixPath

import pyarrow as pa
import pyarrow.compute as pc

from tasks import schema
from tasks.gates.profile import stored_profile
from tasks.stage import COUNTS
from tasks.takedown.targets import PLACE, Targets
from tasks.tombstones import dropped_row
from tasks.versions.manifest import Batch
from tasks.versions.parts import PARTITION_COLUMN, Part
from tasks.versions.store import Store

TABLES = {table.name: table for table in vars(schema).values() if isinstance(table, schema.Table)}
ID_COLUMNS = ("doc_id", "doc_id_a", "doc_id_b")
KEPT_LISTS = ("inventory", "ingest_dropped")  # paths and reasons, no text: they say what was there


def table_of(path: str) -> schema.Table | None:
    """The table whose part lies at `_data/<table>/.../x.parquet`; None for what is no part of ours."""
    steps = PurePosixPath(path).parts
    return TABLES.get(steps[1]) if len(steps) > 2 and path.endswith(".parquet") else None


def named(rows: pa.Table, ids: pa.Array) -> pa.ChunkedArray | None:
    """Per row whether it has one of these ids of documents, or None where the table has none."""
    hits = None
    for name in [name for name in ID_COLUMNS if name in rows.schema.names]:
        found = pc.is_in(rows[name].cast(pa.string()), value_set=ids)
        hits = found if hits is None else pc.or_(hits, found)
    return hits


class Rewriter:
    """Writes parts anew without some documents, each once. Nothing is deleted or published here."""

    def __init__(self, store: Store, targets: Targets) -> None:
        self.store, self.targets = store, targets
        self._gone = pa.array(sorted(targets.doc_ids), pa.string())
        self._done: dict[str, Part] = {}

    def holds(self, rows: pa.Table) -> pa.ChunkedArray | None:
        """Per row whether it is one of the documents', or None where the table has no ids of documents."""
        return named(rows, self._gone)

    def part(self, part: Part) -> Part:
        """The part without them; itself where it has none."""
        if part.path not in self._done:
            self._done[part.path] = self._rewritten(part)
        return self._done[part.path]

    def entry(self, entry: Batch) -> Batch:
        """A batch's entry without them: its parts, its law of rows, its profile; they are dropped at ingest."""
        held = self._held(entry)
        if not held.num_rows:
            return entry
        parts = {
            name: listed if name in KEPT_LISTS else tuple(self.part(part) for part in listed)
            for name, listed in entry.parts.items()
        }
        rows = [dropped_row(row, self.targets.stone) for row in held.sort_by("doc_id").to_pylist()]
        noted = self.store.write_part(
            schema.DROPPED, pa.Table.from_pylist(rows, schema=schema.DROPPED.schema)
        )
        parts["ingest_dropped"] = (*parts.get("ingest_dropped", ()), noted)
        ids = held.column("doc_id").to_pylist()
        counts = recounted(entry.counts, [self._fates(entry, doc_id) for doc_id in ids])
        changed = replace(entry, parts=parts, counts=counts)
        return replace(changed, profile=stored_profile(self.store, changed))

    def _rewritten(self, part: Part) -> Part:
        table = table_of(part.path)
        if table is None or not any(name in table.schema.names for name in ID_COLUMNS):
            return part
        ids = [name for name in ID_COLUMNS if name in table.schema.names]
        if not _any(self.holds(self.store.read_part(part, ids))):
            return part
        rows = self.store.read_part(part)
        return self.store.write_part(table, rows.filter(pc.invert(self.holds(rows))), partition_of(part.path))

    def _held(self, entry: Batch) -> pa.Table:
        rows = self.store.read_parts(schema.DOCUMENTS, entry.parts.get("documents", ()), PLACE)
        return rows.filter(self.holds(rows))

    def _fates(self, entry: Batch, doc_id: str) -> dict[str, str]:
        """What each stage did with a document that ingest kept: stage -> kept, dropped or quarantined."""
        if not self._has(entry, "clean", doc_id):
            return {"clean": "dropped" if self._has(entry, "clean_dropped", doc_id) else "quarantined"}
        return {
            "clean": "kept",
            "entities": "kept" if self._has(entry, "tagged_docs", doc_id) else "quarantined",
        }

    def _has(self, entry: Batch, name: str, doc_id: str) -> bool:
        return any(
            doc_id in self.store.read_part(part, ["doc_id"]).column(0).to_pylist()
            for part in entry.parts.get(name, ())
        )


def partition_of(path: str) -> str | None:
    """The month of a part of a partitioned table, from its folder."""
    folder = PurePosixPath(path).parent.name
    return folder.removeprefix(f"{PARTITION_COLUMN}=") if "=" in folder else None


def recounted(
    counts: Mapping[str, Mapping[str, int]], fates: Sequence[Mapping[str, str]]
) -> dict[str, Mapping[str, int]]:
    """The law of rows where these documents are dropped at ingest, and later stages never saw them."""
    new = {stage: Counter({name: one.get(name, 0) for name in COUNTS}) for stage, one in counts.items()}
    for fate in fates:
        new["ingest"].subtract({"kept": 1, "dropped": -1})
        for stage, what in fate.items():
            if stage in new:
                new[stage].subtract({"rows_in": 1, what: 1})
    return {stage: {name: one[name] for name in COUNTS} for stage, one in new.items()}


def _any(hits: pa.ChunkedArray | None) -> bool:
    return hits is not None and bool(pc.any(hits).as_py())
