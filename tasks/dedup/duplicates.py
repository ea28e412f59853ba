"""Duplicates: from the signatures of a whole corpus to pairs, clusters and their canonical documents."""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from functools import partial

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from tasks import schema
from tasks.dedup.candidates import BUCKET, Candidates
from tasks.dedup.canonical import COLUMNS, Members, Policy, choose, earliest
from tasks.dedup.corpus import Corpus, Documents, collapse, read_signatures
from tasks.dedup.evidence import Measured, StoredWords, judge_all
from tasks.dedup.relations import Relations, damaged, relate
from tasks.dedup.roundups import settle
from tasks.dedup.words import I64, Bools, Floats

logger = logging.getLogger(__name__)

__all__ = ["Duplicates", "Policy", "find_duplicates"]

Judge = Callable[
    [I64, I64], tuple[Measured, Floats]
]  # the measured ones of the pairs, in order; probabilities


@dataclass(frozen=True, slots=True)
class Duplicates:
    """pairs: schema.PAIRS. clusters: schema.CLUSTERS, every document once. profile: counts and shares."""

    pairs: pa.Table
    clusters: pa.Table
    profile: Mapping[str, float | int]


def find_duplicates(signatures: pa.Table | Iterable[pa.Table], policy: Policy) -> Duplicates:
    """Pairs, clusters and canonical documents of a corpus.

    signatures: schema.SIGNATURES, whole or in parts, in any order; each doc_id once.
    The result does not depend on the order of the signatures.
    """
    tables = [signatures] if isinstance(signatures, pa.Table) else list(signatures)
    documents = read_signatures(tables)
    corpus = collapse(documents)
    transcripts = (
        pa.concat_tables([schema.SIGNATURES.empty(), *tables]).sort_by("doc_id").column("transcript")
    )
    reader = StoredWords(corpus, HeldTranscripts(transcripts), n_chars(documents))
    return cluster(documents, corpus, partial(judge_all, reader), policy)


@dataclass(frozen=True, slots=True)
class HeldTranscripts:
    """Transcripts that are in memory, of all documents."""

    transcripts: pa.ChunkedArray

    def expect(self, rows: I64, group: I64) -> None:
        """Nothing is prepared."""

    def read(self, rows: I64) -> pa.ChunkedArray:
        """See TranscriptSource."""
        return self.transcripts.take(pa.array(rows))


def n_chars(documents: Documents) -> I64:
    """Characters of each document's text."""
    return np.asarray(documents.numbers("n_chars"), np.int64)


def cluster(documents: Documents, corpus: Corpus, judge: Judge, policy: Policy) -> Duplicates:
    """Pairs and clusters of the documents, whose exact copies are collapsed in the corpus."""
    candidates = corpus.candidates
    measured, probability = judge(candidates.first, candidates.second)
    label = settle(measured, probability, candidates.capped)
    relations = relate(measured, probability, label)
    pairs = _pairs(documents, corpus, relations)
    is_damaged = damaged(corpus.damage, label)
    is_damaged[sorted(relations.worn)] = True
    clusters = _clusters(documents, corpus, label, (relations.cut, is_damaged), policy)
    profile = _profile(corpus, label, pairs, candidates)
    logger.info("dedup: %d articles in %d clusters; %d pairs of %d candidates; %d buckets capped",
                documents.columns.num_rows, profile["n_clusters"], pairs.num_rows, len(candidates.first), candidates.n_capped)  # fmt: skip
    return Duplicates(pairs, clusters, profile)


def _clusters(
    documents: Documents, corpus: Corpus, label: I64, flaws: tuple[set[int], Bools], policy: Policy
) -> pa.Table:
    """flaws: places that are cut, and for each place whether it is damaged."""
    label_of = label[corpus.place_of]
    sizes = np.bincount(label_of, minlength=len(label))
    name = np.arange(len(label_of))  # the row whose id names the cluster
    canonical = sizes[label_of] == 1
    reasons, why = ["only"], np.where(canonical, 0, -1)  # why: place in `reasons`
    shared = np.flatnonzero(~canonical)
    shared = shared[np.argsort(label_of[shared], kind="stable")]
    places = corpus.place_of[shared]
    if len(shared):
        starts = np.flatnonzero(np.concatenate([[True], np.diff(label_of[shared]) != 0]))
        cut = np.isin(places, np.fromiter(sorted(flaws[0]), np.int64, len(flaws[0])))
        columns = documents.columns.select(COLUMNS).take(pa.array(shared))
        members = Members(columns, starts, cut, flaws[1][places])
        name[shared] = np.repeat(shared[earliest(members)], np.diff(starts, append=len(shared)))
        chosen, of_clusters = choose(members, policy)
        named, number = np.unique(of_clusters, return_inverse=True)
        reasons += named.tolist()
        canonical[shared[chosen]], why[shared[chosen]] = True, 1 + number
    order = np.argsort(name, kind="stable")  # documents are sorted by id
    ids = documents.columns.column("doc_id")
    told = pa.array(why[order], mask=why[order] < 0)
    arrays = [ids.take(pa.array(name[order])), ids.take(pa.array(order)), pa.array(canonical[order]), pa.array(reasons).take(told)]  # fmt: skip
    return pa.Table.from_arrays(arrays, schema=schema.CLUSTERS.schema)


def _pairs(documents: Documents, corpus: Corpus, relations: Relations) -> pa.Table:
    """Exact copies with the earliest of them; relations of the first ones; for further copies of a cut, its widest original."""
    first_row = corpus.rows[corpus.place_of]
    copies = np.flatnonzero(first_row != np.arange(len(first_row)))
    first_of = first_row[copies]
    members = np.argsort(corpus.place_of, kind="stable")
    sizes = np.bincount(corpus.place_of, minlength=len(corpus.rows))
    begin = np.cumsum(sizes) - sizes
    n_rows = np.where(relations.widest, sizes[relations.second], 1)
    of = np.repeat(np.arange(len(n_rows)), n_rows)
    step = np.arange(len(of)) - np.repeat(np.cumsum(n_rows) - n_rows, n_rows)
    second = members[begin[relations.second[of]] + step]
    n = len(copies)
    names = np.where(relations.contains[of], "contains", "near").astype(object)
    columns = (
        np.concatenate([np.minimum(first_of, copies), corpus.rows[relations.first[of]]]),
        np.concatenate([np.maximum(first_of, copies), second]),
        np.concatenate([np.full(n, "exact", object), names]),
        np.concatenate([np.ones(n, np.bool_), relations.joins[of]]),
        np.concatenate([np.ones(n), relations.similarity[of]]),
        np.concatenate([np.ones(n), relations.containment[of]]),
        np.concatenate([n_chars(documents)[copies], relations.shared_chars[of]]),
        np.concatenate([np.full(n, "words", object), np.full(len(of), "judge", object)]),
    )
    order = np.lexsort((columns[1], columns[0]))
    ids = documents.columns.column("doc_id")
    arrays = [ids.take(pa.array(column[order])) for column in columns[:2]]
    arrays += [pa.array(column[order], field.type) for column, field in zip(columns[2:], list(schema.PAIRS.schema)[2:], strict=True)]  # fmt: skip
    return pa.Table.from_arrays(arrays, schema=schema.PAIRS.schema)


def _profile(corpus: Corpus, label: I64, pairs: pa.Table, candidates: Candidates) -> dict[str, float | int]:
    n_articles = len(corpus.place_of)
    sizes = np.bincount(label, minlength=1)
    texts = sizes[sizes > 0]
    # A crowd that was capped and is one cluster all the same has lost nothing but evidence.
    apart = candidates.capped & (sizes[label] <= BUCKET)
    articles = np.bincount(label[corpus.place_of], minlength=1)
    n = max(1, n_articles)
    counted = {row["values"]: row["counts"] for row in pc.value_counts(pairs.column("relation")).to_pylist()}
    return {
        "n_articles": n_articles,
        "n_clusters": len(texts),
        **{f"n_pairs_{relation}": counted.get(relation, 0) for relation in schema.RELATIONS},
        "duplicates_frac": round((n_articles - len(texts)) / n, 4),
        "largest_cluster": int(articles.max(initial=0)),
        "largest_cluster_texts": int(texts.max(initial=0)),
        "largest_cluster_frac": round(int(texts.max(initial=0)) / n, 4),
        "n_candidates": len(candidates.first),
        "n_capped": candidates.n_capped,
        "n_capped_pairs": candidates.n_capped_pairs,
        "n_capped_articles": int(candidates.capped.sum()),
        "n_capped_apart": int(apart.sum()),
    }
