"""The figures of a version, counted table by table in pieces: memory does not grow with the corpus."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from tasks.recipes import STAGES
from tasks.report.aside import quarantine_rows
from tasks.report.reading import Row
from tasks.versions.manifest import Batch, Manifest
from tasks.versions.store import Store

TOP_ENTITIES = 18  # as many as a reader takes in; also the size of the co-mention picture
SHOWN_TYPES = ("PERSON", "ORG", "GPE", "LOC", "FAC", "NORP", "EVENT", "LAW", "WORK", "PRODUCT")


@dataclass(frozen=True, slots=True)
class Facts:
    """The figures of one version.

    stages: stage -> rows_in, kept, dropped, quarantined, over the published batches. dropped: (stage,
    reason) -> documents. aside: the rows set aside that are still kept. days: publication day -> articles, ""
    for none. relations: (relation, joins) -> pairs. sizes: documents in a cluster -> clusters.
    entities: the most mentioned, by documents. together: documents in which two of them are mentioned.
    """

    stages: Mapping[str, Mapping[str, int]]
    dropped: Mapping[tuple[str, str], int]
    aside: tuple[Row, ...]
    n_articles: int
    n_canonical: int
    n_raw_chars: int
    n_chars: int
    days: Mapping[str, int]
    dated_from: Mapping[str, int]
    languages: Mapping[str, int]
    agencies: Mapping[str, int]
    relations: Mapping[tuple[str, bool], int]
    sizes: Mapping[int, int]
    types: Mapping[str, int]
    entities: tuple[Row, ...]
    n_entities: Mapping[str, int]
    together: np.ndarray = field(repr=False)


def facts_of(store: Store, manifest: Manifest, older: Sequence[Manifest] | None = None) -> Facts:
    """Counts a version. older: those before it, read here if None. Raises CorruptPart if a stored file is broken."""
    articles = _articles(store, manifest)
    entities, n_entities = _entities(store, manifest)
    return Facts(
        stages=stage_counts(manifest.batches.values()),
        dropped=_dropped(store, manifest),
        aside=tuple(quarantine_rows(store, manifest, older)),
        n_articles=manifest.tables["articles"].rows,
        n_canonical=articles.canonical["true"],
        n_raw_chars=articles.n_raw_chars,
        n_chars=articles.n_chars,
        days=articles.days,
        dated_from=articles.dated_from,
        languages=articles.languages,
        agencies=articles.agencies,
        relations=_relations(store, manifest),
        sizes=_sizes(store, manifest),
        types=added(batch.profile.get("entities", {}) for batch in manifest.batches.values()),
        entities=entities,
        n_entities=n_entities,
        together=_together(store, manifest, [row["entity_id"] for row in entities]),
    )


def stage_counts(batches: Iterable[Batch]) -> dict[str, dict[str, int]]:
    """The law of rows of every stage over several batches."""
    listed = list(batches)
    return {stage: added(batch.counts.get(stage, {}) for batch in listed) for stage in STAGES}


def added(counters: Iterable[Mapping[str, int]]) -> dict[str, int]:
    """Counters added up, the largest first."""
    total: Counter[str] = Counter()
    for one in counters:
        total.update(one)
    return largest(total)


def largest(counts: Mapping[str, int]) -> dict[str, int]:
    """The counts by size, equal ones by name."""
    return dict(sorted(counts.items(), key=lambda one: (-one[1], one[0])))


@dataclass(slots=True)
class _Articles:
    n_raw_chars: int = 0
    n_chars: int = 0
    canonical: Counter[str] = field(default_factory=Counter)
    days: Counter[str] = field(default_factory=Counter)
    dated_from: Counter[str] = field(default_factory=Counter)
    languages: Counter[str] = field(default_factory=Counter)
    agencies: Counter[str] = field(default_factory=Counter)


ARTICLE_COLUMNS = (
    "n_raw_chars",
    "n_chars",
    "is_canonical",
    "published_at",
    "published_from",
    "language",
    "agency",
)


def _articles(store: Store, manifest: Manifest) -> _Articles:
    found = _Articles()
    for rows in store.iter_table(manifest, "articles", ARTICLE_COLUMNS):
        found.n_raw_chars += pc.sum(rows["n_raw_chars"]).as_py() or 0
        found.n_chars += pc.sum(rows["n_chars"]).as_py() or 0
        found.canonical += _counted(rows["is_canonical"].cast(pa.string()))
        found.days += _counted(pc.strftime(rows["published_at"], format="%Y-%m-%d"))
        found.dated_from += _counted(rows["published_from"])
        found.languages += _counted(rows["language"])
        found.agencies += _counted(rows["agency"])
    return found


def _counted(values: pa.ChunkedArray) -> Counter[str]:
    """Value -> rows; "" for none."""
    return Counter({one["values"] or "": one["counts"] for one in values.value_counts().to_pylist()})


def _dropped(store: Store, manifest: Manifest) -> dict[tuple[str, str], int]:
    total: Counter[tuple[str, str]] = Counter()
    for rows in store.iter_table(manifest, "dropped", ["stage", "reason"]):
        for one in rows.group_by(["stage", "reason"]).aggregate([([], "count_all")]).to_pylist():
            total[one["stage"], one["reason"]] += one["count_all"]
    return dict(sorted(total.items(), key=lambda one: (STAGES.index(one[0][0]), -one[1], one[0])))


def _relations(store: Store, manifest: Manifest) -> dict[tuple[str, bool], int]:
    total: Counter[tuple[str, bool]] = Counter()
    for rows in store.iter_table(manifest, "pairs", ["relation", "joins"]):
        for one in rows.group_by(["relation", "joins"]).aggregate([([], "count_all")]).to_pylist():
            total[one["relation"], one["joins"]] += one["count_all"]
    return dict(sorted(total.items()))


def _sizes(store: Store, manifest: Manifest) -> dict[int, int]:
    ids = store.read_table(manifest, "clusters", ["cluster_id"])
    sizes = ids.group_by("cluster_id").aggregate([([], "count_all")])["count_all"]
    return {
        one["values"]: one["counts"]
        for one in sorted(sizes.value_counts().to_pylist(), key=lambda o: o["values"])
    }


def _entities(store: Store, manifest: Manifest) -> tuple[tuple[Row, ...], dict[str, int]]:
    """The entities in most documents, and how many there are of each type."""
    columns = ["entity_id", "type", "name", "wikidata_qid", "n_mentions", "n_docs"]
    best: list[Row] = []
    total: Counter[str] = Counter()
    for rows in store.iter_table(manifest, "entities", columns):
        total += _counted(rows["type"])
        order = [("n_docs", "descending"), ("n_mentions", "descending"), ("entity_id", "ascending")]
        best += rows.sort_by(order).slice(0, TOP_ENTITIES).to_pylist()
    best.sort(key=lambda row: (-row["n_docs"], -row["n_mentions"], row["entity_id"]))
    return tuple(best[:TOP_ENTITIES]), largest(total)


def _together(store: Store, manifest: Manifest, ids: list[str]) -> np.ndarray:
    """Documents that mention both of two entities: int64, shape (n, n), the diagonal documents of one."""
    together = np.zeros((len(ids), len(ids)), np.int64)
    wanted = pa.array(ids, pa.string())
    if not ids:
        return together
    for month in sorted(manifest.tables["mentions"].partitions):
        pieces = store.iter_table(manifest, "mentions", ["doc_id", "entity_id"], [month])
        hits = [rows.filter(pc.is_in(rows["entity_id"], value_set=wanted)) for rows in pieces]
        rows = pa.concat_tables(hits)
        docs = rows["doc_id"].combine_chunks().dictionary_encode()
        here = np.zeros((len(docs.dictionary), len(ids)), np.int64)
        here[docs.indices.to_numpy(), pc.index_in(rows["entity_id"], value_set=wanted).to_numpy()] = 1
        together += here.T @ here
    return together
