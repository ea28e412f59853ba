"""Duplicates: from the signatures of a whole corpus to pairs, clusters and their canonical documents."""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import partial
from itertools import pairwise
from pathlib import Path

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from tasks import schema
from tasks.dedup.candidates import BUCKET, Candidates
from tasks.dedup.canonical import COLUMNS, Members, Policy, choose, earliest
from tasks.dedup.carried import ONLY, Carried, Chosen, settle_all
from tasks.dedup.corpus import Corpus, collapse
from tasks.dedup.documents import Documents, fixed_width, read_signatures, taken_ids
from tasks.dedup.evidence import Judge, StoredWords, judge_all
from tasks.dedup.memory import release_memory
from tasks.dedup.relations import Relations, damaged
from tasks.dedup.stored import AT_ONCE, in_file
from tasks.dedup.words import I64, U8, Bools

logger = logging.getLogger(__name__)

__all__ = ["Duplicates", "Policy", "find_duplicates"]


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
    return cluster(documents, corpus, judge_and_settle(partial(judge_all, reader)), policy)


@dataclass(frozen=True, slots=True)
class HeldTranscripts:
    """Transcripts that are in memory, of all documents."""

    transcripts: pa.ChunkedArray

    def expect(self, rows: I64) -> None:
        """Nothing is prepared."""

    def read(self, rows: I64) -> pa.ChunkedArray:
        """See TranscriptSource."""
        return self.transcripts.take(pa.array(rows))


def n_chars(documents: Documents) -> I64:
    """Characters of each document's text."""
    return np.asarray(documents.numbers("n_chars"), np.int64)


Settle = Callable[
    [Candidates], tuple[I64, Relations]
]  # the cluster of each place of the corpus, and its relations


def judge_and_settle(judge: Judge) -> Settle:
    """All pairs judged, and all clusters found, in memory."""
    return lambda candidates: settle_all(*judge(candidates.first, candidates.second), candidates.capped)


def cluster(  # noqa: PLR0913, PLR0917  as the steps need it
    documents: Documents,
    corpus: Corpus,
    settle: Settle,
    policy: Policy,
    carried: Carried | None = None,
    folder: Path | None = None,
) -> Duplicates:
    """Pairs and clusters of the documents, whose exact copies are collapsed in the corpus.

    carried: takes over what the run before found where nothing is new, and notes what this one found. folder: where the rows
    of the tables lie; in memory, without one.
    """
    candidates = corpus.candidates
    settled = settle(candidates)
    label, relations = settled
    ids = fixed_width(documents.columns.column("doc_id"))

    def release() -> None:
        if folder is not None:
            release_memory()

    release()
    pairs = _pairs(documents, corpus, relations, ids, folder)
    flaw = _flaws(documents, corpus, label, relations)
    release()
    chosen = _choose(documents, corpus, label, flaw, policy, carried)
    release()
    clusters = _clusters(ids, chosen, folder)
    release()
    if carried is not None:
        carried.keep(corpus.slots, candidates.capped, settled)
        carried.chosen = chosen
    profile = _profile(corpus, label, pairs, candidates)
    logger.info("dedup: %d articles in %d clusters; %d pairs of %d candidates; %d buckets capped",
                documents.columns.num_rows, profile["n_clusters"], pairs.num_rows, len(candidates.first), candidates.n_capped)  # fmt: skip
    return Duplicates(pairs, clusters, profile)


def _flaws(documents: Documents, corpus: Corpus, label: I64, relations: Relations) -> U8:
    """Of each document 2 if it is cut and 1 if it is damaged. Of exact copies, only one may have had to be repaired."""
    odd = np.asarray(documents.numbers("odd_frac"), np.float64)
    damage = corpus.damage.take(corpus.place_of)
    damage += odd - odd.take(corpus.rows).take(corpus.place_of)
    is_damaged = damaged(np.round(damage, 4), label.take(corpus.place_of))
    is_damaged |= relations.worn.take(corpus.place_of)
    return np.asarray(2 * relations.cut.take(corpus.place_of) + is_damaged, np.uint8)


def _choose(  # noqa: PLR0913, PLR0917  what a cluster is chosen by
    documents: Documents, corpus: Corpus, label: I64, flaw: U8, policy: Policy, carried: Carried | None
) -> Chosen:
    """What names each document's cluster, and which documents are canonical. flaw: of each one."""
    label_of = label.take(corpus.place_of)
    sizes = np.bincount(label_of, minlength=len(label))
    named = np.arange(len(label_of), dtype=np.int32)
    reasons, why = [ONLY], np.where(sizes.take(label_of) == 1, np.int32(0), np.int32(-1))
    del sizes
    shared = np.flatnonzero(why < 0)
    if carried is not None and carried.chosen is not None and carried.rows is not None:
        before, rows = carried.chosen, carried.rows
        reasons = before.reasons.tolist()
        was, was_why = np.full((2, len(named)), -1, np.int32)
        was[rows], was_why[rows] = rows[before.named], before.why
        same_flaw = np.zeros(len(named), np.bool_)
        same_flaw[rows] = before.flaw == flaw[rows]
        same = _same_members(
            label_of.take(shared), np.where(same_flaw, was, -1).take(shared), np.bincount(was.take(rows))
        )
        carries, shared = shared.compress(same), shared.compress(~same)
        named[carries], why[carries] = was.take(carries), was_why.take(carries)
    shared = shared[np.argsort(label_of[shared], kind="stable")]
    starts = np.flatnonzero(np.diff(label_of[shared], prepend=-1))
    number = {reason: place for place, reason in enumerate(reasons)}
    for rows, begins in _together(shared, starts):
        columns = documents.columns.select(COLUMNS).take(pa.array(rows))
        members = Members(columns, begins, flaw[rows] >= 2, flaw[rows] % 2 == 1)
        named[rows] = np.repeat(rows[earliest(members)], np.diff(begins, append=len(rows)))
        chosen, of_clusters = choose(members, policy)
        for reason in of_clusters:
            number.setdefault(reason, len(number))
        why[rows[chosen]] = [number[reason] for reason in of_clusters]
    return Chosen(named, why, flaw, np.array(list(number)))


def _together(rows: I64, starts: I64) -> Iterator[tuple[I64, I64]]:
    """Rows of some whole clusters, and where each one starts among them."""
    turn = np.flatnonzero(np.diff(starts // AT_ONCE, prepend=-1))
    for first, last in pairwise([*turn.tolist(), len(starts)]):
        begin = int(starts[first])
        end = int(starts[last]) if last < len(starts) else len(rows)
        yield rows[begin:end], starts[first:last] - begin


def _same_members(label: I64, was: I64, sizes: I64) -> Bools:
    """Which documents are in a cluster that was one before, with the same members. label: of some whole clusters.

    was: the row that named each one's cluster before, -1 where that says nothing. sizes: of clusters then, by that row.
    """
    n = int(label.max(initial=-1)) + 1
    of = np.zeros(n, np.int64)
    of[label] = was
    differs = np.zeros(n, np.bool_)
    differs[label.compress((was < 0) | (was != of.take(label)))] = True
    n_members = np.bincount(label, minlength=n)
    there = np.flatnonzero(n_members)
    n_before = np.append(sizes, 0).take(np.minimum(of.take(there), len(sizes)))
    differs[there] |= n_members.take(there) != n_before
    return np.asarray(~differs.take(label))


def _clusters(ids: npt.NDArray[np.bytes_], chosen: Chosen, folder: Path | None) -> pa.Table:
    order = np.argsort(chosen.named, kind="stable")  # documents are sorted by id
    reasons = pa.array(chosen.reasons.tolist(), pa.string())

    def rows(some: slice) -> list[pa.Array]:
        at = order[some]
        why = chosen.why[at]
        told = reasons.take(pa.array(why, mask=why < 0))
        return [taken_ids(ids, chosen.named[at]), taken_ids(ids, at), pa.array(why >= 0), told]

    return _table(schema.CLUSTERS, rows, len(order), folder)


def _table(
    table: schema.Table, rows: Callable[[slice], list[pa.Array]], n: int, folder: Path | None
) -> pa.Table:
    """A table of n rows, some of them at a time where it comes in a file of the folder."""
    if folder is None:
        return pa.Table.from_arrays(rows(slice(0, n)), schema=table.schema)
    slices = (slice(start, start + AT_ONCE) for start in range(0, n, AT_ONCE))
    return in_file(
        (pa.Table.from_arrays(rows(some), schema=table.schema) for some in slices),
        table.schema,
        folder / table.name,
    )


def _pairs(
    documents: Documents,
    corpus: Corpus,
    relations: Relations,
    ids: npt.NDArray[np.bytes_],
    folder: Path | None,
) -> pa.Table:
    """Exact copies with the earliest of them; relations of the first ones; for further copies of a cut, its widest original."""
    copies, first_of = corpus.copies()
    members = np.concatenate([copies, np.unique(first_of)])  # of groups of several, a small part of all
    members = members[np.lexsort((members, corpus.place_of[members]))]
    places, begin, sizes = np.unique(corpus.place_of[members], return_index=True, return_counts=True)
    at = np.searchsorted(places, relations.second)
    several = np.append(places, -1)[at] == relations.second
    each = relations.widest & several
    n_rows = np.where(each, np.append(sizes, 1)[at], 1)
    of = np.repeat(np.arange(len(n_rows)), n_rows)
    step = np.arange(len(of)) - np.repeat(np.cumsum(n_rows) - n_rows, n_rows)
    second = corpus.rows[relations.second[of]]
    of_each = np.flatnonzero(each[of])
    second[of_each] = members[begin[at[of[of_each]]] + step[of_each]]
    n = len(copies)
    exact = np.arange(n + len(of)) < n
    columns = (
        np.concatenate([np.minimum(first_of, copies), corpus.rows[relations.first[of]]]),
        np.concatenate([np.maximum(first_of, copies), second]),
        np.where(exact, 0, 1 + np.concatenate([np.zeros(n, np.bool_), relations.contains[of]])),
        np.concatenate([np.ones(n, np.bool_), relations.joins[of]]),
        np.concatenate([np.ones(n), relations.similarity[of]]),
        np.concatenate([np.ones(n), relations.containment[of]]),
        np.concatenate([n_chars(documents)[copies], relations.shared_chars[of]]),
        np.where(exact, 0, 1),
    )
    order = np.argsort(columns[0] * len(corpus.place_of) + columns[1], kind="stable")
    names, methods = pa.array(["exact", "near", "contains"]), pa.array(["words", "judge"])

    def rows(some: slice) -> list[pa.Array]:
        first, second, relation, *figures, method = (column.take(order[some]) for column in columns)
        return [
            taken_ids(ids, first), taken_ids(ids, second), names.take(pa.array(relation)),
            *map(pa.array, figures), methods.take(pa.array(method)),
        ]  # fmt: skip

    return _table(schema.PAIRS, rows, len(order), folder)


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
