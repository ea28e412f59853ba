"""Duplicates: from the signatures of a whole corpus to pairs, clusters and their canonical documents."""

from __future__ import annotations

import logging
from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

import numpy as np
import pyarrow as pa

from tasks import schema
from tasks.dedup.candidates import Candidates, Shingles, find_candidates
from tasks.dedup.canonical import Policy, choose, earliest
from tasks.dedup.corpus import Corpus, Documents, collapse, damage, read_signatures
from tasks.dedup.evidence import Measured, Reader, ReadTexts, StoredTexts, Text, judge, measure_pairs
from tasks.dedup.linkage import link
from tasks.dedup.relations import Relations, damaged, relate
from tasks.dedup.roundups import part_stories
from tasks.dedup.words import I64, Bools, Floats

logger = logging.getLogger(__name__)

__all__ = ["Duplicates", "Policy", "ReadTexts", "Text", "find_duplicates"]

PairRow = tuple[str, str, str, bool, float, float, int, str]  # as the columns of schema.PAIRS
ClusterRow = tuple[str, str, bool, str | None]  # as the columns of schema.CLUSTERS


@dataclass(frozen=True, slots=True)
class Duplicates:
    """pairs: schema.PAIRS. clusters: schema.CLUSTERS, every document once. profile: counts and shares."""

    pairs: pa.Table
    clusters: pa.Table
    profile: Mapping[str, float | int]


@dataclass(frozen=True, slots=True)
class Found:
    """The same as rows, sorted as their tables are."""

    pairs: list[PairRow]
    clusters: list[ClusterRow]
    profile: Mapping[str, float | int]


def find_duplicates(
    signatures: pa.Table | Iterable[pa.Table], read_texts: ReadTexts, policy: Policy
) -> Duplicates:
    """Pairs, clusters and canonical documents of a corpus.

    signatures: schema.SIGNATURES, whole or in parts, in any order; each doc_id once. read_texts: title and
    text by doc_id; asked only for documents of candidate pairs, at most evidence.GROUP_DOCS at a time.
    The result does not depend on the order of the signatures.
    """
    documents = read_signatures(signatures)
    corpus = collapse(documents)
    found = cluster(documents, corpus, StoredTexts(documents, corpus, read_texts), policy)
    return Duplicates(
        _table(found.pairs, schema.PAIRS.schema),
        _table(found.clusters, schema.CLUSTERS.schema),
        found.profile,
    )


def cluster(documents: Documents, corpus: Corpus, reader: Reader, policy: Policy) -> Found:
    """Pairs and clusters of the documents, whose exact copies are collapsed in the corpus."""
    sketches = corpus.sketches
    candidates = find_candidates(Shingles(sketches.shingles, sketches.shingle_offsets))
    measured = measure_pairs(reader, candidates.first, candidates.second)
    probability = judge(measured)
    label = settle(measured, probability, candidates.capped)
    relations = relate(measured, probability, label)
    pairs = _pairs(documents, corpus, relations)
    profile = _profile(corpus, label, pairs, candidates)
    logger.info("dedup: %d articles in %d clusters; %d pairs of %d candidates; %d buckets capped",
                len(documents.ids), profile["n_clusters"], len(pairs), len(candidates.first), candidates.n_capped)  # fmt: skip
    is_damaged = damaged(damage(sketches), label)
    return Found(pairs, _clusters(documents, corpus, label, (relations.cut, is_damaged), policy), profile)


def settle(measured: Measured, probability: Floats, capped: Bools) -> I64:
    """The cluster of each document, named by its smallest place."""
    label = link(len(capped), measured.first, measured.second, probability, capped)
    apart = part_stories(measured, probability, label)
    return (
        link(len(capped), measured.first, measured.second, apart, capped)
        if (apart != probability).any()
        else label
    )


def _clusters(
    documents: Documents, corpus: Corpus, label: I64, flaws: tuple[set[int], Bools], policy: Policy
) -> list[ClusterRow]:
    """flaws: places that are cut, and for each place whether it is damaged."""
    places: dict[int, list[int]] = defaultdict(list)
    for place, name in enumerate(label.tolist()):
        places[name].append(place)
    rows: list[ClusterRow] = []
    for cluster_places in places.values():
        if len(cluster_places) == 1 and len(corpus.groups[cluster_places[0]]) == 1:
            doc_id = documents.ids[corpus.groups[cluster_places[0]][0]]
            rows.append((doc_id, doc_id, True, "only"))
            continue
        members = [
            documents.member(row, is_cut=place in flaws[0], is_damaged=bool(flaws[1][place]))
            for place in cluster_places for row in corpus.groups[place]
        ]  # fmt: skip
        cluster_id = earliest(members)
        chosen, why = choose(members, policy)
        rows += [
            (cluster_id, m.doc_id, m.doc_id == chosen, why if m.doc_id == chosen else None) for m in members
        ]
    return sorted(rows, key=lambda row: row[:2])


def _pairs(documents: Documents, corpus: Corpus, relations: Relations) -> list[PairRow]:
    """Exact copies with the first of them; relations of the first ones; for further copies of a cut, its widest original."""
    ids, rows = documents.ids, []
    for group in corpus.groups:
        first = ids[group[0]]
        rows += [
            (first, ids[row], "exact", True, 1.0, 1.0, int(documents.n_chars[row]), "words")
            for row in group[1:]
        ]
    columns = (relations.first, relations.second, relations.contains, relations.joins, relations.similarity,
               relations.containment, relations.shared_chars, relations.widest)  # fmt: skip
    for first, second, contains, joins, *figures, widest in zip(
        *(column.tolist() for column in columns), strict=True
    ):
        others = corpus.groups[second] if widest else corpus.groups[second][:1]
        name = "contains" if contains else "near"
        rows += [(ids[corpus.groups[first][0]], ids[row], name, joins, *figures, "judge") for row in others]
    return sorted(rows)


def _profile(
    corpus: Corpus, label: I64, pairs: list[PairRow], candidates: Candidates
) -> dict[str, float | int]:
    sizes = np.array([len(group) for group in corpus.groups], np.int64)
    _, texts = np.unique(label, return_counts=True)
    articles = np.bincount(label, weights=sizes, minlength=1) if len(label) else np.zeros(1)
    n = max(1, int(sizes.sum()))
    relations = [pair[2] for pair in pairs]
    return {
        "n_articles": int(sizes.sum()),
        "n_clusters": len(texts),
        **{f"n_pairs_{relation}": relations.count(relation) for relation in schema.RELATIONS},
        "duplicates_frac": round((int(sizes.sum()) - len(texts)) / n, 4),
        "largest_cluster": int(articles.max()),
        "largest_cluster_texts": int(texts.max(initial=0)),
        "largest_cluster_frac": round(int(texts.max(initial=0)) / n, 4),
        "n_candidates": len(candidates.first),
        "n_capped": candidates.n_capped,
        "n_capped_pairs": candidates.n_capped_pairs,
        "n_capped_articles": int(candidates.capped.sum()),
    }


def _table(rows: list[PairRow] | list[ClusterRow], wanted: pa.Schema) -> pa.Table:
    columns = list(zip(*rows, strict=True)) if rows else [()] * len(wanted)
    return pa.Table.from_arrays(
        [pa.array(column, field.type) for column, field in zip(columns, wanted, strict=True)], schema=wanted
    )
