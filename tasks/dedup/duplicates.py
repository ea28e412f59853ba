"""Duplicates: from the signatures of a whole corpus to pairs, clusters and their canonical documents."""

from __future__ import annotations

import logging
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import pyarrow as pa

from tasks import schema
from tasks.dedup.candidates import NO_CANDIDATES, Candidates, Shingles, find_candidates
from tasks.dedup.canonical import Member, Policy, choose, day_of, earliest
from tasks.dedup.evidence import Corpus, Furniture, Judged, ReadTexts, Text, furniture_keys, judge_pairs
from tasks.dedup.linkage import link
from tasks.dedup.relations import Relations, relate
from tasks.dedup.words import I64, U64

logger = logging.getLogger(__name__)

FURNITURE_DOCS = 3  # a sentence in three articles of one source is its footer

__all__ = ["Duplicates", "Policy", "ReadTexts", "Text", "find_duplicates"]


@dataclass(frozen=True, slots=True)
class Duplicates:
    """pairs: schema.PAIRS. clusters: schema.CLUSTERS, every document once. profile: counts and shares."""

    pairs: pa.Table
    clusters: pa.Table
    profile: Mapping[str, float | int]


def find_duplicates(signatures: pa.Table | Iterable[pa.Table], read_texts: ReadTexts, policy: Policy) -> Duplicates:
    """Pairs, clusters and canonical documents of a corpus.

    signatures: schema.SIGNATURES, whole or in parts, in any order; each doc_id once. read_texts: title and
    text by doc_id; asked only for documents of candidate pairs, at most evidence.GROUP_DOCS at a time.
    The result does not depend on the order of the signatures.
    """
    table = _joined(signatures)
    if not table.num_rows:
        return Duplicates(schema.PAIRS.empty(), schema.CLUSTERS.empty(), _profile([], np.zeros(0, np.int64), schema.PAIRS.empty(), NO_CANDIDATES))
    groups = _exact_groups(table)
    corpus, candidates = _prepare(table, groups)
    judged = _judge(corpus, candidates, read_texts)
    label = link(len(corpus.ids), judged.first, judged.second, judged.probability)
    relations = relate(judged, label)
    clusters = _clusters(table, groups, label, relations, policy)
    pairs = _pairs(table, groups, relations)
    profile = _profile(groups, label, pairs, candidates)
    logger.info("dedup: %d articles in %d clusters, %d pairs of %d candidates", table.num_rows, profile["n_clusters"], pairs.num_rows, len(candidates.first))  # fmt: skip
    return Duplicates(pairs, clusters, profile)


def _joined(signatures: pa.Table | Iterable[pa.Table]) -> pa.Table:
    tables = [signatures] if isinstance(signatures, pa.Table) else list(signatures)
    return pa.concat_tables([schema.SIGNATURES.empty(), *tables]).sort_by("doc_id").combine_chunks()


def _exact_groups(table: pa.Table) -> list[list[int]]:
    """Rows with the same folded words, smallest doc_id first; a text without words is alone."""
    groups: dict[str, list[int]] = {}
    for row, text_hash in enumerate(table["text_hash"].to_pylist()):
        groups.setdefault(text_hash or f"row {row}", []).append(row)
    return list(groups.values())


def _prepare(table: pa.Table, groups: list[list[int]]) -> tuple[Corpus, Candidates]:
    rows = np.array([group[0] for group in groups], np.int64)
    sources = _numbers(table["source"].to_pylist())
    shingles, offsets = _flat(table["shingles"], rows)
    sentences, sentence_offsets = _flat(table["sentences"], rows)
    named = np.array([bool(source) for source in table["source"].to_pylist()], np.bool_)[rows]
    furniture = _furniture(sentences, sentence_offsets, sources[rows], named)
    ids = [table["doc_id"][row].as_py() for row in rows.tolist()]
    n_words = table["n_words"].to_numpy()[rows]
    return Corpus(ids, sources[rows], n_words, furniture), find_candidates(Shingles(shingles, offsets, sources[rows]))


def _numbers(names: Sequence[str]) -> I64:
    """Number of each name, in sorted order of the names."""
    number = {name: place for place, name in enumerate(sorted(set(names)))}
    return np.array([number[name] for name in names], np.int64)


def _flat(lists: pa.ChunkedArray, rows: I64) -> tuple[U64, I64]:
    """The values of some lists, one after the other, and where each begins."""
    taken = lists.take(pa.array(rows)).combine_chunks()
    taken = taken if isinstance(taken, pa.ListArray) else taken.chunk(0) if taken.num_chunks else pa.array([], lists.type)
    offsets = taken.offsets.to_numpy().astype(np.int64) if len(taken) else np.zeros(1, np.int64)
    return taken.values.to_numpy(zero_copy_only=False)[offsets[0] : offsets[-1]].astype(np.uint64), offsets - offsets[0]


def _furniture(sentences: U64, offsets: I64, sources: I64, named: np.ndarray) -> Furniture:
    """Sentences that stand in FURNITURE_DOCS articles of one source; records without a source have none."""
    counts = np.diff(offsets)
    docs = np.repeat(np.arange(len(counts)), counts)
    keys = furniture_keys(sentences, sources[docs])[named[docs]]
    docs = docs[named[docs]]
    order = np.lexsort((docs, keys))
    keys, docs = keys[order], docs[order]
    new = np.ones(len(keys), np.bool_)
    new[1:] = (keys[1:] != keys[:-1]) | (docs[1:] != docs[:-1])
    found, times = np.unique(keys[new], return_counts=True)
    return Furniture(found[times >= FURNITURE_DOCS])


def _judge(corpus: Corpus, candidates: Candidates, read_texts: ReadTexts) -> Judged:
    return judge_pairs(corpus, candidates.first, candidates.second, candidates.shared.astype(np.float64), read_texts)


def _clusters(table: pa.Table, groups: list[list[int]], label: I64, relations: Relations, policy: Policy) -> pa.Table:
    members = defaultdict(list)
    for group, (name, rows) in enumerate(zip(label.tolist(), groups, strict=True)):
        members[name] += [_member(table, row, group in relations.cut, group in relations.damaged) for row in rows]
    lines = []
    for cluster in members.values():
        cluster_id = earliest(cluster)
        canonical, why = choose(cluster, policy)
        lines += [(cluster_id, m.doc_id, m.doc_id == canonical, why if m.doc_id == canonical else None) for m in cluster]
    columns = list(zip(*sorted(lines, key=lambda line: line[:2]), strict=True)) or [[], [], [], []]
    return pa.Table.from_arrays([pa.array(c, f.type) for c, f in zip(columns, schema.CLUSTERS.schema, strict=True)], schema=schema.CLUSTERS.schema)  # fmt: skip


def _member(table: pa.Table, row: int, is_cut: bool, is_damaged: bool) -> Member:
    published = table["published_at"][row].as_py()
    return Member(
        doc_id=table["doc_id"][row].as_py(),
        source=table["source"][row].as_py(),
        day=day_of(table["batch"][row].as_py()),
        published=published.isoformat() if published else "",
        agency=table["agency"][row].as_py() or "",
        n_words=table["n_words"][row].as_py(),
        is_cut=is_cut,
        is_damaged=is_damaged,
    )


def _pairs(table: pa.Table, groups: list[list[int]], relations: Relations) -> pa.Table:
    ids = table["doc_id"].to_pylist()
    n_chars = table["n_chars"].to_pylist()
    lines = []
    for group in groups:
        first = group[0]
        lines += [(ids[first], ids[row], "exact", True, 1.0, 1.0, n_chars[row], "words") for row in group[1:]]
    for pair in relations.pairs:
        a, b = groups[pair.first], groups[pair.second]
        rest = (pair.relation, pair.joins, pair.similarity, pair.containment, pair.shared_chars, "judge")
        lines.append((ids[a[0]], ids[b[0]], *rest))
        if pair.relation == "contains" and pair.second in relations.widest and relations.widest[pair.second] == pair.first:
            lines += [(ids[a[0]], ids[row], *rest) for row in b[1:]]
    lines.sort()
    columns = list(zip(*lines, strict=True)) or [[] for _ in schema.PAIRS.schema]
    return pa.Table.from_arrays([pa.array(c, f.type) for c, f in zip(columns, schema.PAIRS.schema, strict=True)], schema=schema.PAIRS.schema)  # fmt: skip


def _profile(groups: list[list[int]], label: I64, pairs: pa.Table, candidates: Candidates) -> dict[str, float | int]:
    n_articles = sum(map(len, groups))
    names, texts = np.unique(label, return_counts=True)
    articles = np.bincount(label, weights=[len(group) for group in groups], minlength=1)
    by_relation = dict(zip(*np.unique(pairs["relation"].to_numpy(zero_copy_only=False).astype(str), return_counts=True), strict=True))
    n = max(1, n_articles)
    return {
        "n_articles": n_articles,
        "n_clusters": len(names),
        **{f"n_pairs_{relation}": int(by_relation.get(relation, 0)) for relation in schema.RELATIONS},
        "duplicates_frac": round((n_articles - len(names)) / n, 4),
        "largest_cluster": int(articles.max(initial=0)),
        "largest_cluster_texts": int(texts.max(initial=0)),
        "largest_cluster_frac": round(int(texts.max(initial=0)) / n, 4),
        "n_candidates": len(candidates.first),
        "n_capped": candidates.n_capped,
        "n_capped_pairs": candidates.n_capped_pairs,
    }
