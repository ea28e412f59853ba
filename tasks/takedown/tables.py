"""The published tables of an older version without the documents taken down, still agreeing with each other."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc

from tasks import schema
from tasks.takedown.rewrite import Rewriter, partition_of
from tasks.takedown.targets import PLACE
from tasks.tombstones import dropped_row
from tasks.versions.manifest import Manifest, TableEntry
from tasks.versions.parts import NO_PARTITION, Part
from tasks.versions.store import Store

WHY_HEIR = "the canonical document was taken down"
Row = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Heirs:
    """Clusters that lost their canonical document: member -> the member that stands for the cluster now."""

    of: Mapping[str, str]

    def names(self, doc_id: str) -> bool:
        """Whether it stands for its cluster now."""
        return self.of.get(doc_id) == doc_id


class TablesWithout:
    """Rewrites the tables of one version after another; what they share is written once."""

    def __init__(self, store: Store, rewriter: Rewriter) -> None:
        self._store, self._rewriter = store, rewriter

    def tables(self, manifest: Manifest) -> dict[str, TableEntry]:
        """The tables of a version without the documents.

        edits, mentions and pairs lose rows. A cluster that lost its canonical document gets the member
        published first. An entity loses the names only they had, and goes if nobody else mentions it.
        """
        heirs = self._heirs(manifest)
        changed = {
            **{name: self._without(manifest, name) for name in ("edits", "mentions", "pairs")},
            "articles": self._mapped(manifest, "articles", lambda rows: _with_heirs(rows, heirs)),
            "clusters": self._mapped(manifest, "clusters", lambda rows: _named_heirs(rows, heirs)),
            "entities": self._entities(manifest),
            "dropped": self._dropped(manifest),
        }
        return {name: changed.get(name, entry) for name, entry in manifest.tables.items()}

    def _without(self, manifest: Manifest, name: str) -> TableEntry:
        entry = manifest.tables[name]
        listed = {
            one: [self._rewriter.part(part) for part in parts] for one, parts in entry.partitions.items()
        }
        return self._entry(name, entry, listed)

    def _mapped(self, manifest: Manifest, name: str, change: Any) -> TableEntry:  # noqa: ANN401  table -> table
        entry, table = self._without(manifest, name), schema.PUBLISHED[name]
        listed: dict[str, list[Part]] = {}
        for one, parts in entry.partitions.items():
            for part in parts:
                rows = self._store.read_part(part)
                new = change(rows)
                is_same = new is rows
                written = part if is_same else self._store.write_part(table, new, partition_of(part.path))
                listed.setdefault(one, []).append(written)
        return self._entry(name, entry, listed)

    def _entry(self, name: str, entry: TableEntry, listed: Mapping[str, Sequence[Part]]) -> TableEntry:
        if {one: tuple(parts) for one, parts in listed.items()} == dict(entry.partitions):
            return entry
        return self._store.entry(schema.PUBLISHED[name], listed)

    def _heirs(self, manifest: Manifest) -> Heirs:
        clusters = self._store.read_table(manifest, "clusters", ["cluster_id", "doc_id", "is_canonical"])
        gone = self._rewriter.holds(clusters)
        orphaned = pc.unique(clusters.filter(pc.and_(gone, clusters["is_canonical"]))["cluster_id"])
        left = clusters.filter(
            pc.and_(pc.invert(gone), pc.is_in(clusters["cluster_id"], value_set=orphaned))
        ).to_pylist()
        if not left:
            return Heirs({})
        dates = self._dates(manifest, [row["doc_id"] for row in left])
        members: dict[str, list[str]] = {}
        for row in left:
            members.setdefault(row["cluster_id"], []).append(row["doc_id"])
        return Heirs({
            doc_id: min(ids, key=lambda one: (dates[one] is None, dates[one] or 0, one))
            for ids in members.values() for doc_id in ids
        })  # fmt: skip

    def _dates(self, manifest: Manifest, doc_ids: Iterable[str]) -> dict[str, int | None]:
        rows = self._store.read_table(manifest, "articles", ["doc_id", "published_at"])
        rows = rows.filter(pc.is_in(rows["doc_id"], value_set=pa.array(sorted(doc_ids), pa.string())))
        times = rows["published_at"].cast(pa.int64()).to_pylist()
        return dict(zip(rows["doc_id"].to_pylist(), times, strict=True))

    def _dropped(self, manifest: Manifest) -> TableEntry:
        """The documents are dropped rows now; what was dropped of them at a later stage says no more."""
        entry = manifest.tables["dropped"]
        rows = self._store.read_table(manifest, "dropped")
        mine = pc.and_(self._rewriter.holds(rows), pc.not_equal(rows["stage"], "ingest"))
        there = set(rows.filter(pc.invert(mine))["doc_id"].to_pylist())
        new = [row for row in self._taken(manifest) if row["doc_id"] not in there]
        if not new and not pc.any(mine).as_py():
            return entry
        return self._replaced(schema.DROPPED, rows.filter(pc.invert(mine)), new)

    def _taken(self, manifest: Manifest) -> list[Row]:
        listed = [part for batch in manifest.batches.values() for part in batch.parts.get("documents", ())]
        found = [self._store.read_part(part, PLACE) for part in listed]
        stone = self._rewriter.targets.stone
        return [
            dropped_row(row, stone)
            for rows in found
            for row in rows.filter(self._rewriter.holds(rows)).to_pylist()
        ]

    def _entities(self, manifest: Manifest) -> TableEntry:
        entry = manifest.tables["entities"]
        mentions = self._store.read_table(manifest, "mentions", ["doc_id", "entity_id", "surface"])
        gone = self._rewriter.holds(mentions)
        lost = pc.drop_null(pc.unique(mentions.filter(gone)["entity_id"]))
        if not len(lost):
            return entry
        about = mentions.filter(pc.is_in(mentions["entity_id"], value_set=lost))
        hits = self._rewriter.holds(about)
        before, left = about.filter(hits).to_pylist(), about.filter(pc.invert(hits)).to_pylist()
        rows = self._store.read_table(manifest, "entities")
        mine = pc.is_in(rows["entity_id"], value_set=lost)
        changed = [
            row for row in (_remaining(one, before, left) for one in rows.filter(mine).to_pylist()) if row
        ]
        return self._replaced(schema.ENTITIES, rows.filter(pc.invert(mine)), changed)

    def _replaced(self, table: schema.Table, stay: pa.Table, new: Sequence[Row]) -> TableEntry:
        """A table without partitions, from rows that stay and new ones."""
        added = pa.Table.from_pylist(list(new), schema=table.schema)
        whole = pa.concat_tables([stay.cast(table.schema), added])
        return self._store.entry(table, {NO_PARTITION: self._store.write_parts(table, whole)})


def _with_heirs(rows: pa.Table, heirs: Heirs) -> pa.Table:
    """Articles of clusters that lost their canonical document."""
    ids = rows["doc_id"].to_pylist()
    if not any(doc_id in heirs.of for doc_id in ids):
        return rows
    canonical = [
        heirs.of.get(doc_id, now)
        for doc_id, now in zip(ids, rows["canonical_doc_id"].to_pylist(), strict=True)
    ]
    flags = [
        heirs.names(doc_id) if doc_id in heirs.of else now
        for doc_id, now in zip(ids, rows["is_canonical"].to_pylist(), strict=True)
    ]
    return _set(_set(rows, "canonical_doc_id", canonical), "is_canonical", flags)


def _named_heirs(rows: pa.Table, heirs: Heirs) -> pa.Table:
    """The rows of clusters, likewise."""
    ids = rows["doc_id"].to_pylist()
    if not any(heirs.names(doc_id) for doc_id in ids):
        return rows
    flags, whys = rows["is_canonical"].to_pylist(), rows["why_canonical"].to_pylist()
    for at, doc_id in enumerate(ids):
        if heirs.names(doc_id):
            flags[at], whys[at] = True, WHY_HEIR
    return _set(_set(rows, "is_canonical", flags), "why_canonical", whys)


def _set(rows: pa.Table, name: str, values: Sequence[object]) -> pa.Table:
    at = rows.schema.get_field_index(name)
    return rows.set_column(at, rows.schema.field(at), pa.array(values, rows.schema.field(at).type))


def _remaining(entity: Row, before: Sequence[Row], left: Sequence[Row]) -> Row | None:
    """An entity without what only the documents said of it; None if nobody else mentions it."""
    entity_id = entity["entity_id"]
    gone = [row["surface"] for row in before if row["entity_id"] == entity_id]
    stays = [row for row in left if row["entity_id"] == entity_id]
    if not stays:
        return None
    surfaces = Counter(row["surface"] for row in stays)
    aliases = [one for one in entity["aliases"] if one in surfaces or one not in gone]
    name = (
        entity["name"] if entity["name"] in aliases else min(surfaces, key=lambda one: (-surfaces[one], one))
    )
    return entity | {
        "name": name, "aliases": aliases, "n_mentions": entity["n_mentions"] - len(gone),
        "n_docs": len({row["doc_id"] for row in stays}),
    }  # fmt: skip
