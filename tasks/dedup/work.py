"""Dedup at work: signatures shard by shard, then pairs and clusters over the whole corpus."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from tasks import schema
from tasks.dedup.canonical import Policy
from tasks.dedup.corpus import LISTS, SCALARS, collapse, index_parts
from tasks.dedup.duplicates import Duplicates, cluster
from tasks.dedup.evidence import StoredTexts
from tasks.dedup.judged import JUDGED, Judging, as_known, as_table, document_keys
from tasks.dedup.signatures import sign_documents
from tasks.dedup.texts import COLUMNS, PartTexts
from tasks.settings import Settings
from tasks.stage import Done, Shard, content_key, run_stage
from tasks.versions.folder import TEMPORARY
from tasks.versions.memo import parts_in
from tasks.versions.parts import Part
from tasks.versions.store import Store

HELD_ENTRIES = (
    24_000_000  # shingles, sentences and words in memory, 200 MB: above it they are exchanged through files
)
JUDGED_PARTS, JUDGED_ROWS = 32, 500_000  # parts of judged pairs before they are joined; rows of one


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
    # in the data folder, where there is room; what a killed run leaves is swept with its other temporary files
    with TemporaryDirectory(prefix=TEMPORARY, dir=store.root / "_data") as scratch:
        policy = Policy(settings.canonical, settings.source_rank)
        found = _find(store, (signed, cleaned), recipe, policy, Path(scratch))
    profile = {**found.profile, **_audit(store, cleaned, found.pairs, found.clusters)}
    ref = DuplicatesRef(
        store.write_part(schema.PAIRS, found.pairs),
        store.write_part(schema.CLUSTERS, found.clusters),
        profile,
    )
    store.remember("dedup", key, {"pairs": ref.pairs, "clusters": ref.clusters, "profile": profile})
    return ref


def _find(
    store: Store, parts: tuple[Sequence[Part], Sequence[Part]], recipe: str, policy: Policy, scratch: Path
) -> Duplicates:
    """The duplicates of the corpus; pairs that a run before judged under this recipe are not read again."""
    signed, cleaned = parts
    documents = index_parts(
        [store.read_part(part, SCALARS) for part in signed],
        lambda number: store.read_part(signed[number], LISTS),
        sum(part.bytes for part in signed) // 8,
    )
    corpus = collapse(documents, scratch if documents.n_entries > HELD_ENTRIES else None)
    known = _known(store, recipe)
    n_words = np.asarray(documents.numbers("n_words"), np.int64)
    texts = PartTexts(
        documents.part_rows, n_words, lambda number: store.read_part(cleaned[number], COLUMNS), scratch
    )
    judging = Judging(
        StoredTexts(corpus, texts),
        *document_keys(documents, corpus),
        as_known([store.read_part(part) for part in known]),
    )
    found = cluster(documents, corpus, judging, policy)
    _keep(store, recipe, known, judging)
    return found


def _known(store: Store, recipe: str) -> list[Part]:
    """The judged pairs of runs before. They are a cache: lost, they are judged again."""
    record = store.recall("judged", recipe)
    return list(parts_in(record)) if record else []


def _keep(store: Store, recipe: str, known: Sequence[Part], judging: Judging) -> None:
    """The pairs judged now beside those known; all in few parts without those nobody asked for, where these are many."""
    assert judging.new is not None  # noqa: S101  set when it judged
    assert judging.used is not None  # noqa: S101
    if not judging.new.num_rows:
        return
    parts = list(known)
    new = judging.new
    if len(parts) >= JUDGED_PARTS or judging.used.sum() * 2 < len(judging.used):
        new, parts = pa.concat_tables([as_table(judging.known, judging.used), new]), []
    written = store.write_parts(JUDGED, new, part_rows=JUDGED_ROWS)
    store.remember("judged", recipe, {"parts": [*parts, *written]})


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
