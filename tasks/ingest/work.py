"""Ingest at work: files of one shard to parts, and what a batch keeps of its base."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from hashlib import sha256
from itertools import chain
from pathlib import Path

import pyarrow as pa
import pyarrow.compute as pc

from tasks import schema
from tasks.batches import BatchWork
from tasks.ingest.carrying import carry, gone_from, inventory_table, leave_out
from tasks.ingest.documents import problem_rows, read_documents
from tasks.ingest.inventory import (
    Inventory,
    Problem,
    RawFile,
    batch_day,
    cut_shards,
    document_id,
    place,
)
from tasks.ingest.sources import load_sources
from tasks.settings import Settings
from tasks.stage import COUNTS, Done, StageResult, content_key, recall, remember, write_result
from tasks.tombstones import Tombstone, digest, honour, tombstones
from tasks.versions.manifest import Batch, Manifest
from tasks.versions.parts import Part
from tasks.versions.store import Store

SOURCES = Path(__file__).parent / "sources"
DAY_MICROSECS = 86_400_000_000


@dataclass(frozen=True, slots=True)
class RawShard:
    """Files of one batch to be read by one call, but for what was taken down."""

    batch: str
    files: tuple[RawFile, ...]
    recipe: str
    fresh: bool = False
    stones: tuple[Tombstone, ...] = ()

    @property
    def key(self) -> str:
        """What the result is stored under."""
        kept_out = (digest(self.stones),) if self.stones else ()
        return content_key((self.recipe, *kept_out, *(f"{file.path}@{file.sha256}" for file in self.files)))

    @property
    def n_bytes(self) -> int:
        """Bytes of the files."""
        return sum(file.n_bytes for file in self.files)


def raw_shards(
    works: Sequence[BatchWork], inventory: Inventory, settings: Settings, stones: tuple[Tombstone, ...] = ()
) -> list[RawShard]:
    """The files of the batches worked on, in shards that never cross batches; `stones` are kept out."""
    by_name = {work.name: work for work in works}
    files = [file for file in inventory.files if file.batch in by_name]
    shards = cut_shards(files, rows=settings.shard_rows, n_bytes=settings.shard_bytes)
    found = []
    for shard in shards:
        work = by_name[shard[0].batch]
        found.append(RawShard(work.name, shard, work.recipe["ingest"], work.plan.fresh, stones))
    return found


def ingest(shards: Sequence[RawShard], settings: Settings) -> list[Done]:
    """Every document of the shards' files as parts, in chunks of bounded size."""
    store = Store(settings.data)
    sources = load_sources(SOURCES)
    dones: list[Done] = []
    for shard in shards:
        stored = None if shard.fresh else recall(store, "ingest", shard.batch, shard.key)
        if stored is not None:
            dones += stored
            continue
        chunks = read_documents(
            settings.raw, shard.files, sources, chunk_rows=settings.shard_rows,
            chunk_bytes=settings.shard_bytes, record_max_bytes=settings.record_max_bytes,
        )  # fmt: skip
        mine = [
            write_result(store, "ingest", shard.batch, chunk.n_in, honour(chunk.result, shard.stones))
            for chunk in chunks
        ]
        if _read_as_planned(store, shard, mine):  # a file that changed meanwhile must be read again next time
            remember(store, "ingest", shard.key, mine)
        dones += mine
    return dones


def entries(files: Iterable[RawFile], problems: Iterable[Problem]) -> list[tuple[str, str]]:
    """What is in raw/ of one batch, as (path, hash): its files, and its unreadable paths under a hash of the reason.

    A path that vanished while the inventory was taken is left out: it is as if it had never been seen.
    """
    unread = [
        (p.path, sha256(f"unreadable: {p.rule}".encode()).hexdigest())
        for p in problems
        if p.rule != "vanished"
    ]
    return [*((file.path, file.sha256) for file in files), *unread]


def batch_inventory(files: Sequence[RawFile], problems: Sequence[Problem]) -> pa.Table:
    """The same as rows of schema.INVENTORY, sorted by path."""
    unread = [
        {"path": path, "sha256": digest, "n_bytes": 0, "kept": False}
        for path, digest in entries((), problems)
    ]
    rows = pa.Table.from_pylist(unread, schema=schema.INVENTORY.schema)
    return pa.concat_tables([inventory_table(files), rows]).sort_by("path")


def complete_batch(
    store: Store, batch: str, dones: Sequence[Done], problems: Sequence[Problem], base: Batch | None
) -> tuple[list[Done], pa.Table]:  # fmt: skip
    """The results of a batch with what stays of its base and what could not be opened; and its inventory."""
    read = store.read_parts(schema.INVENTORY, [done.parts["inventory"] for done in dones])
    results = [
        Done(d.stage, d.batch, {n: p for n, p in d.parts.items() if n != "inventory"}, d.counts)
        for d in dones
    ]
    rows = [pa.concat_tables([read, batch_inventory((), problems)])]
    if problems:
        unread = StageResult(schema.DOCUMENTS.empty(), schema.DROPPED.empty(), problem_rows(problems),
                             {"checks": schema.INGEST_CHECKS.empty()})  # fmt: skip
        results.append(write_result(store, "ingest", batch, len(problems), unread))
    if base is not None and base.parts.get("inventory"):
        kept, inventory = _carried(store, batch, dones, read, base)
        results += kept
        rows.append(leave_out(inventory, {problem.path for problem in problems}))
    inventory = pa.concat_tables(rows).sort_by("path")
    part = store.write_part(schema.INVENTORY, inventory)
    results.append(Done("ingest", batch, {"inventory": part}, dict.fromkeys(COUNTS, 0)))
    return results, inventory


def n_missing(
    store: Store, works: Sequence[BatchWork], base: Manifest | None, raw: Inventory, found: Mapping[str, str]
) -> int:
    """Files and records that are no longer in raw/ and whose rows stay: of the batches just read, and of all others.

    found: per batch the hash of what is in raw/ and kept of it. A batch of which as much is there as its version lists
    is told by that hash alone; the lists of the others are read, one small part each. What was taken down is not missed.
    """
    present: dict[str, set[str]] = defaultdict(set)
    there: Iterator[RawFile | Problem] = chain(raw.files, raw.problems)
    for one in there:
        present[one.batch].add(one.path)
    read = [
        done.parts["inventory"] for w in works for done in w.results["ingest"] if "inventory" in done.parts
    ]
    rows = store.read_parts(schema.INVENTORY, read)
    gone = [rows.filter(rows["kept"])]
    names = {work.name for work in works}
    for name, entry in base.batches.items() if base else ():
        listed = entry.parts.get("inventory", ())
        if name in names or not listed or not entry.counts.get("ingest", {}).get("kept"):
            continue
        as_listed = sum(part.rows for part in listed) == len(present[name])
        if not as_listed or found.get(name) != entry.inventory_hash:
            gone.append(gone_from(store.read_parts(schema.INVENTORY, listed), present[name]))
    missing = pa.concat_tables(gone)
    stones = tombstones(base.decisions) if base else ()
    return sum(not _taken_down(row, stones) for row in missing.to_pylist()) if stones else missing.num_rows


def _taken_down(row: Mapping[str, str], stones: Iterable[Tombstone]) -> bool:
    item = {
        "doc_id": document_id(place(row["path"])[0], row["path"]), "content_sha256": row["sha256"], "url": None
    }  # fmt: skip
    return any(stone.covers(item) for stone in stones)


def _carried(
    store: Store, batch: str, dones: Sequence[Done], read: pa.Table, base: Batch
) -> tuple[list[Done], pa.Table]:  # fmt: skip
    new_ids, contents = set[str](), set[str]()
    for done in dones:
        for name in ("documents", "dropped", "unreadable"):
            if name in done.parts:
                new_ids.update(
                    store.read_part(done.parts[name], columns=["doc_id"]).column("doc_id").to_pylist()
                )
        contents.update(
            store.read_part(done.parts["documents"], columns=["content_sha256"]).column(0).to_pylist()
        )
    carried = carry(
        (store.read_part(part) for part in base.parts["documents"]),
        store.read_parts(schema.INVENTORY, base.parts["inventory"]),
        read, new_doc_ids=new_ids, new_contents=contents,
    )  # fmt: skip
    results = [
        write_result(store, "ingest", batch, table.num_rows, StageResult(
            table, schema.DROPPED.empty(), schema.UNREADABLE.empty(), {"checks": checks_of_documents(table)}))
        for table in carried.documents
    ]  # fmt: skip
    return results, carried.inventory


def checks_of_documents(documents: pa.Table) -> pa.Table:
    """What the gate looks at, for documents that are already in a table."""
    n_chars = pc.max_element_wise(pc.utf8_length(documents.column("raw_text")), 1)
    replaced = pc.round(pc.divide(pc.cast(documents.column("n_replaced"), pa.float64()), n_chars), 4)
    columns = {
        **{name: documents.column(name) for name in ("doc_id", "content_sha256", "batch", "n_bytes", "url")},
        "replaced_frac": replaced,
        "fetched_after_days": _days_after(documents),
    }
    return pa.table(
        [columns[name] for name in schema.INGEST_CHECKS.schema.names], schema=schema.INGEST_CHECKS.schema
    )


def _days_after(documents: pa.Table) -> pa.Array:
    days = [batch_day(batch) for batch in documents.column("batch").to_pylist()]
    start = pc.cast(pc.cast(pa.array(days, pa.date32()), schema.TIME), pa.int64())
    fetched = pc.cast(documents.column("fetched_at"), pa.int64())
    return pc.round(pc.divide(pc.cast(pc.subtract(fetched, start), pa.float64()), float(DAY_MICROSECS)), 4)


def _read_as_planned(store: Store, shard: RawShard, dones: Sequence[Done]) -> bool:
    parts: list[Part] = [done.parts["inventory"] for done in dones]
    rows = store.read_parts(schema.INVENTORY, parts)
    found = dict(zip(rows.column("path").to_pylist(), rows.column("sha256").to_pylist(), strict=True))
    return all(found.get(file.path) == file.sha256 for file in shard.files)
