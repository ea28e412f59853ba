"""Dedup at work: signatures shard by shard, then pairs and clusters over the whole corpus."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import pyarrow as pa
import pyarrow.compute as pc

from tasks import schema
from tasks.dedup.canonical import Policy
from tasks.dedup.duplicates import Text, find_duplicates
from tasks.dedup.signatures import sign_documents
from tasks.settings import Settings
from tasks.stage import Done, Shard, content_key, run_stage
from tasks.versions.parts import Part
from tasks.versions.store import Store


@dataclass(frozen=True, slots=True)
class DuplicatesRef:
    """Pairs, clusters, and what the gate looks at."""

    pairs: Part
    clusters: Part
    profile: Mapping[str, float]


def signatures(shards: Sequence[Shard], settings: Settings) -> list[Done]:
    """What duplicates are found by; never depends on other documents."""
    store = Store(settings.data)
    return [run_stage(store, shard, sign_documents) for shard in shards]


def dedup(signed: Sequence[Part], cleaned: Sequence[Part], recipe: str, settings: Settings) -> DuplicatesRef:
    """Pairs with their evidence and clusters with their canonical article, over the whole corpus.

    signed, cleaned: the signatures and the articles of every shard, in the same order.
    """
    store = Store(settings.data)
    key = content_key((recipe, *(part.sha256 for part in (*signed, *cleaned))))
    stored = store.recall("dedup", key)
    if stored and isinstance(stored["pairs"], Part) and isinstance(stored["clusters"], Part):
        return DuplicatesRef(stored["pairs"], stored["clusters"], stored["profile"])  # type: ignore[arg-type]  # as written below
    policy = Policy(settings.canonical, settings.source_rank)
    found = find_duplicates(store.read_parts(schema.SIGNATURES, signed), _Texts(store, cleaned), policy)
    profile = {**found.profile, **_audit(store, cleaned, found.pairs, found.clusters)}
    ref = DuplicatesRef(
        store.write_part(schema.PAIRS, found.pairs),
        store.write_part(schema.CLUSTERS, found.clusters),
        profile,
    )
    store.remember("dedup", key, {"pairs": ref.pairs, "clusters": ref.clusters, "profile": profile})
    return ref


class _Texts:
    """Titles and texts by doc_id, a few parts in memory at a time."""

    def __init__(self, store: Store, parts: Sequence[Part]) -> None:
        self._store, self._parts = store, parts
        self._where: dict[str, int] = {}
        for number, part in enumerate(parts):
            ids = store.read_part(part, columns=["doc_id"]).column("doc_id").to_pylist()
            self._where.update(dict.fromkeys(ids, number))

    def __call__(self, doc_ids: Sequence[str]) -> dict[str, Text]:
        wanted: dict[int, list[str]] = {}
        for doc_id in doc_ids:
            wanted.setdefault(self._where[doc_id], []).append(doc_id)
        found: dict[str, Text] = {}
        for number, ids in sorted(wanted.items()):
            rows = self._store.read_part(self._parts[number], columns=["doc_id", "title", "text"])
            rows = rows.filter(pc.is_in(rows.column("doc_id"), value_set=pa.array(ids)))
            found.update({row["doc_id"]: Text(row["title"] or "", row["text"]) for row in rows.to_pylist()})
        return found


def _audit(store: Store, cleaned: Sequence[Part], pairs: pa.Table, clusters: pa.Table) -> dict[str, int]:
    """What must hold of pairs and clusters, counted on the tables as they will be published."""
    ids = pa.concat_tables([store.read_part(part, columns=["doc_id"]) for part in cleaned] or [
        schema.CLEAN.empty().select(["doc_id"])]).column("doc_id")  # fmt: skip
    members = clusters.column("doc_id")
    canonical = clusters.filter(clusters.column("is_canonical")).column("cluster_id")
    known = pa.chunked_array([*ids.chunks], pa.string())
    named = pa.chunked_array(
        [*pairs.column("doc_id_a").chunks, *pairs.column("doc_id_b").chunks], pa.string()
    )
    return {
        "n_articles": len(ids),
        "n_unclustered": _n_outside(known, members),
        "n_clustered_twice": len(members) - pc.count_distinct(members).as_py(),
        "n_bad_canonical": abs(pc.count_distinct(clusters.column("cluster_id")).as_py() - pc.count_distinct(canonical).as_py())
        + len(canonical) - pc.count_distinct(canonical).as_py() + _n_outside(clusters.column("cluster_id"), members),
        "n_unknown_pair_ids": _n_outside(named, known),
    }  # fmt: skip


def _n_outside(values: pa.ChunkedArray, known: pa.ChunkedArray) -> int:
    inside = pc.is_in(values, value_set=known.combine_chunks())
    return int(len(values) - (pc.sum(inside).as_py() or 0))
