"""Records: deduplication as a filter over plain records, for the command and for benchmarks."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping, Sequence
from functools import lru_cache, partial
from itertools import pairwise
from typing import Any, TypedDict

import numpy as np
import pyarrow as pa

from tasks.collector import without_collector
from tasks.dedup.canonical import Policy
from tasks.dedup.corpus import Corpus, collapse
from tasks.dedup.documents import Documents, hex_keys, hold
from tasks.dedup.duplicates import Duplicates, cluster, judge_and_settle
from tasks.dedup.evidence import HeldWords, judge_all
from tasks.dedup.memory import ask_for_large_pages, keep_memory
from tasks.dedup.readings import join_packed, pack, title_sets
from tasks.dedup.repair import repair
from tasks.dedup.signatures import join_lists, join_sketches, sentence_hashes, sketch
from tasks.dedup.words import read_chunks
from tasks.errors import UsageError


class Clustered(TypedDict):
    """One line of `cleancopy dedup`."""

    id: str
    cluster_id: str
    is_canonical: bool
    canonical_id: str


def dedup_records(
    records: Iterable[Mapping[str, Any]],
    policy: Policy | None = None,  # records come from JSON
) -> tuple[list[Clustered], list[dict[str, Any]]]:
    """Cluster of each record {id, title?, text, source?, published_at?}, in input order, and the pairs.

    Records count as undated: the smallest id names the cluster. Raises UsageError for a record without
    an id, or with an id seen before.
    """
    keep_memory()
    ask_for_large_pages()
    with without_collector():
        return _cluster_records(records, policy or Policy())


def _cluster_records(
    records: Iterable[Mapping[str, Any]], policy: Policy
) -> tuple[list[Clustered], list[dict[str, Any]]]:
    given = [checked(record, place) for place, record in enumerate(records)]
    ordered = sorted(given, key=lambda record: record["id"])
    ids = [record["id"] for record in ordered]
    repeated = [one for one, other in pairwise(ids) if one == other]
    if repeated:
        raise UsageError(f"dedup: id {repeated[0]!r} comes twice; ids must be unique")
    found = _find(ordered, policy)
    rows = list(zip(*(found.clusters.column(name).to_pylist() for name in ("cluster_id", "doc_id", "is_canonical")), strict=True))  # fmt: skip
    canonical = {cluster_id: doc_id for cluster_id, doc_id, is_canonical in rows if is_canonical}
    cluster_of = {doc_id: cluster_id for cluster_id, doc_id, _ in rows}
    lines = [_line(record["id"], cluster_of[record["id"]], canonical) for record in given]
    return lines, found.pairs.to_pylist()


def _find(records: Sequence[Mapping[str, Any]], policy: Policy) -> Duplicates:
    """The duplicates among checked records, sorted by id; their words are read once and held."""
    documents, corpus, reader = prepare_records(records)
    return cluster(documents, corpus, judge_and_settle(partial(judge_all, reader)), policy)


def prepare_records(records: Sequence[Mapping[str, Any]]) -> tuple[Documents, Corpus, HeldWords]:
    """The documents, their corpus and a reader of checked records, sorted by id."""
    texts = [record["text"] for record in records]
    repaired = [repair(text) for text in texts]
    chunks = []
    for words in read_chunks(repaired):
        sentences = sentence_hashes(words)
        chunks.append((sketch(words, sentences), pack(words), sentences))
    n_chars = np.array([len(text) for text in texts], np.int64)
    columns = {name: [record[name] for record in records] for name in ("source", "published_at")}
    sketches = join_sketches([part for part, _, _ in chunks], texts, repaired)
    documents = hold(
        pa.table({
            "doc_id": pa.array([record["id"] for record in records], pa.string()),
            **{name: pa.array(values, pa.string()) for name, values in columns.items()},
            "batch": pa.array([""] * len(records), pa.string()),
            "agency": pa.nulls(len(records), pa.string()),
            "n_chars": n_chars,
            "text_hash": hex_keys(pa.chunked_array([pa.array(sketches.text_hashes, pa.string())])),
            "n_words": sketches.n_words,
            "odd_frac": sketches.odd_frac,
        }),
        sketches,
    )  # fmt: skip
    corpus = collapse(documents)
    packed, lists = join_packed([part for _, part, _ in chunks]), join_lists([part for _, _, part in chunks])
    return (
        documents,
        corpus,
        HeldWords(corpus, packed, lists, title_sets([record["title"] for record in records]), n_chars),
    )


def _line(doc_id: str, cluster_id: str, canonical: Mapping[str, str]) -> Clustered:
    chosen = canonical[cluster_id]
    return {"id": doc_id, "cluster_id": cluster_id, "is_canonical": chosen == doc_id, "canonical_id": chosen}


def checked(record: Mapping[str, Any], place: int) -> dict[str, Any]:
    """The fields of a record, as text. Raises UsageError if it has no id."""
    if record.get("id") in (None, ""):
        raise UsageError(f"dedup: record {place + 1} has no id; every record needs one")
    return {
        "id": str(record["id"]),
        "title": _text(record.get("title")),
        "text": _text(record.get("text")),
        "source": _text(record.get("source")),
        "published_at": parse_time(_text(record.get("published_at"))),
    }


def _text(value: object) -> str:
    return "" if value is None else str(value)


@lru_cache(maxsize=16_384)  # many articles have one day
def parse_time(text: str) -> str:
    """An ISO date or time as ISO time in UTC (one without zone counts as UTC); empty for anything else."""
    try:
        time = dt.datetime.fromisoformat(text)
        time = time.replace(tzinfo=dt.UTC) if time.tzinfo is None else time.astimezone(dt.UTC)
    except (ValueError, OverflowError):
        return ""
    return time.isoformat()
