"""What only the whole corpus knows of an article or a mention: clusters, counts, the ids of entities.

Held are a few bytes an article; the ids of entities are read for some shards at a time.
"""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from itertools import accumulate, pairwise
from typing import Protocol

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from tasks import schema
from tasks.export.layout import Index
from tasks.stage import content_key
from tasks.versions.parts import Part
from tasks.versions.store import Store

CLUSTER_COLUMNS = ("doc_id", "cluster_id", "is_canonical")


class Columns(Protocol):
    """The columns that are added to the rows of a shard."""

    def facts(self, run: slice) -> str:
        """A hash over what is added to the rows of a run of articles."""

    def add(self, number: int, rows: pa.Table, at: np.ndarray) -> pa.Table:
        """The rows of the n-th shard with the columns; `at` is where the article of each row is in the index."""


class Nothing:
    """Rows as the shard has them."""

    def facts(self, _: slice) -> str:
        """Nothing is added."""
        return ""

    def add(self, _: int, rows: pa.Table, __: np.ndarray) -> pa.Table:
        """The rows."""
        return rows


class OfArticles:
    """Cluster, canonical document and number of mentions. A cluster is known by the place of an article in the index."""

    def __init__(
        self, store: Store, index: Index, clusters: Sequence[Part], tagged_docs: Sequence[Part]
    ) -> None:
        self._ids = index.doc_ids
        self._cluster, self._canonical = _places(store, index, clusters)
        self._n_mentions = np.full(len(index.doc_ids), -1, np.int64)
        for number, part in enumerate(tagged_docs):
            rows, at = index.aligned(number, store.read_part(part, columns=["doc_id", "n_mentions"]))
            self._n_mentions[at] = rows.column("n_mentions").to_numpy()

    def facts(self, run: slice) -> str:
        """See Columns."""
        found = self._columns(np.arange(run.start, run.stop))
        return content_key(str(value) for column in found.columns for value in column.to_pylist())

    def add(self, _: int, rows: pa.Table, at: np.ndarray) -> pa.Table:
        """See Columns."""
        found = self._columns(at)
        for name in found.column_names:
            rows = rows.append_column(name, found.column(name))
        return rows

    def _columns(self, at: np.ndarray) -> pa.Table:
        canonical, n_mentions = self._canonical[at], self._n_mentions[at]
        return pa.table({
            "cluster_id": self._ids_of(self._cluster[at]),
            "is_canonical": pa.array(canonical == at),
            "canonical_doc_id": self._ids_of(canonical),
            "n_mentions": pa.array(n_mentions, mask=n_mentions < 0),
        })  # fmt: skip

    def _ids_of(self, places: np.ndarray) -> pa.Array:
        """The ids at places of the index; null where there is none, which the contract refuses."""
        return self._ids.take(pa.array(places, mask=places < 0))


def _places(store: Store, index: Index, clusters: Sequence[Part]) -> tuple[np.ndarray, np.ndarray]:
    """Of every article the place of the document its cluster is named by, and of the canonical one; -1 for none."""
    rows = store.read_parts(schema.CLUSTERS, clusters, CLUSTER_COLUMNS)
    at, named = (
        pc.fill_null(pc.index_in(rows.column(name), value_set=index.doc_ids), -1).to_numpy()
        for name in ("doc_id", "cluster_id")
    )
    known = (at >= 0) & (named >= 0)
    cluster, head, canonical = (np.full(len(index.doc_ids), -1, np.int32) for _ in range(3))
    cluster[at[known]] = named[known]
    chosen = known & rows.column("is_canonical").to_numpy()
    head[named[chosen]] = at[chosen]  # by the document that names the cluster
    inside = cluster >= 0
    canonical[inside] = head[cluster[inside]]
    return cluster, canonical


class OfMentions:
    """The entity of each mention: a document's own numbering of its entities becomes that of the corpus."""

    def __init__(self, store: Store, index: Index, mapping: Sequence[tuple[Part, int]]) -> None:
        self._store = store
        self._parts = [part for part, _ in mapping]
        # the n-th shard's entities are in the part before whose end it lies
        self._ends = np.array(list(accumulate(n for _, n in mapping)), np.int64)
        self._held: tuple[int, pa.Array, pa.Array] | None = None
        self._digests = np.zeros(len(index.doc_ids), "S16")
        for number, (start, end) in enumerate(pairwise([0, *self._ends.tolist()])):
            docs, digests = _digests(store.read_part(self._parts[number]))
            mine = np.concatenate([index.of_part(shard) for shard in range(start, end)])
            at = pc.index_in(index.doc_ids.take(pa.array(mine)), value_set=docs)
            inside = pc.is_valid(at).to_numpy(zero_copy_only=False)
            self._digests[mine[inside]] = digests[at.drop_null().to_numpy()]

    def facts(self, run: slice) -> str:
        """See Columns."""
        return hashlib.sha256(self._digests[run].tobytes()).hexdigest()

    def add(self, number: int, rows: pa.Table, _: np.ndarray) -> pa.Table:
        """See Columns."""
        keys, ids = self._of_shard(number)
        found = ids.take(pc.index_in(_local_keys(rows), value_set=keys))
        return (
            rows.drop_columns(["local_id"])
            .append_column("entity_id", found)
            .select(schema.MENTIONS.schema.names)
        )

    def _of_shard(self, number: int) -> tuple[pa.Array, pa.Array]:
        at = int(np.searchsorted(self._ends, number, side="right"))
        if self._held is None or self._held[0] != at:
            rows = self._store.read_part(self._parts[at])
            self._held = at, _local_keys(rows), rows.column("entity_id").combine_chunks()
        return self._held[1:]


def _digests(mapping: pa.Table) -> tuple[pa.Array, np.ndarray]:
    """The documents of a part of schema.RESOLVED, and of each a hash over what its own entities are."""
    docs = mapping.column("doc_id").combine_chunks().dictionary_encode()
    bounds = np.flatnonzero(np.diff(docs.indices.to_numpy(), prepend=-1, append=-1)).tolist()
    said = pc.binary_join_element_wise(
        pc.cast(mapping.column("local_id"), pa.string()), mapping.column("entity_id"), "="
    ).to_pylist()
    # schema.RESOLVED is sorted by document: each has one run of rows
    found = [
        hashlib.sha256("\0".join(said[start:end]).encode()).digest()[:16] for start, end in pairwise(bounds)
    ]
    return docs.dictionary, np.array(found, "S16")


def _local_keys(rows: pa.Table) -> pa.Array:
    local = pc.cast(rows.column("local_id"), pa.string())
    keys = pc.binary_join_element_wise(rows.column("doc_id"), local, ":")
    return keys.combine_chunks() if isinstance(keys, pa.ChunkedArray) else keys
