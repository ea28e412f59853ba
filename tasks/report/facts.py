"""The figures of a version, counted table by table in pieces: memory does not grow with the corpus."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np

from tasks.recipes import STAGES
from tasks.report.aside import quarantine_rows
from tasks.report.figures import article_figures, counted, together
from tasks.report.reading import Row
from tasks.versions.manifest import Batch, Manifest, table_parts
from tasks.versions.store import Store

COUNTED_ENTITIES = 60  # counted together, so that the next ones that rise among the shown need no new count
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
    files = {name: tuple(table_parts(manifest.tables[name])) for name in ("articles", "mentions")}
    articles = article_figures(store, files["articles"])
    entities, n_entities = _entities(store, manifest)
    ids = [row["entity_id"] for row in entities]
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
        entities=entities[:TOP_ENTITIES],
        n_entities=n_entities,
        together=together(store, files["mentions"], ids[:TOP_ENTITIES], ids),
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
        total += counted(rows["type"])
        order = [("n_docs", "descending"), ("n_mentions", "descending"), ("entity_id", "ascending")]
        best += rows.sort_by(order).slice(0, COUNTED_ENTITIES).to_pylist()
    best.sort(key=lambda row: (-row["n_docs"], -row["n_mentions"], row["entity_id"]))
    return tuple(best[:COUNTED_ENTITIES]), largest(total)
