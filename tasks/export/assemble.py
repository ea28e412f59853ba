"""The published tables of a version, out of the shard results of its batches and the whole-corpus steps.

Memory is bounded by the files being written: rows are first dealt out to one spill file per published file.
A published file is content-addressed by what goes into it, so an unchanged one is not even read.
"""

from __future__ import annotations

import tempfile
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from tasks import schema
from tasks.export.layout import Index, files_of, index_articles
from tasks.stage import content_key
from tasks.versions.folder import TEMPORARY
from tasks.versions.parts import NO_PARTITION, Part
from tasks.versions.store import Store

Partitions = dict[str, tuple[Part, ...]]

# Raised when the bytes of a published file may change for the same rows.
LAYOUT = "2"


@dataclass(frozen=True, slots=True)
class Corpus:
    """What a version is made of.

    parts: per kind of shard result (clean, edits, tagged, tagged_docs, dropped) the parts of all batches in
    the order of the batches; the n-th clean, edits, tagged and tagged_docs part belong to one shard.
    clusters, pairs, entities: the published tables. mapping: doc_id, local_id, entity_id.
    """

    parts: Mapping[str, Sequence[Part]]
    pairs: pa.Table
    clusters: pa.Table
    entities: pa.Table
    mapping: pa.Table


@dataclass(frozen=True, slots=True)
class Assembled:
    """The candidate's tables, and the figures its gate looks at."""

    tables: Mapping[str, Partitions]
    n_rows_in: Mapping[str, int]
    n_repeated_ids: int


def assemble(store: Store, corpus: Corpus) -> Assembled:
    """Lays out every published table; writes what is not there yet."""
    keys = [store.read_part(part, columns=["doc_id", "published_at"]) for part in corpus.parts["clean"]]
    by_time = index_articles(keys, by=("published_at", "doc_id"))
    by_id = index_articles(keys, by=("doc_id",))
    n_mentions = _mention_counts(store, corpus.parts["tagged_docs"])
    articles = _Writer(store, schema.ARTICLES, _ArticleColumns(corpus.clusters, n_mentions))
    edits = _Writer(store, schema.EDITS, _Unchanged())
    mentions = _Writer(store, schema.MENTIONS, _EntityIds(corpus.mapping))
    tables: dict[str, Partitions] = {
        "articles": articles.write(by_time, corpus.parts["clean"]),
        "edits": edits.write(by_id, corpus.parts["edits"]),
        "mentions": mentions.write(by_id, corpus.parts["tagged"]),
        "dropped": _single(store, schema.DROPPED, _read_all(store, schema.DROPPED, corpus.parts["dropped"])),
        "pairs": _single(store, schema.PAIRS, corpus.pairs),
        "clusters": _single(store, schema.CLUSTERS, corpus.clusters),
        "entities": _single(store, schema.ENTITIES, corpus.entities),
    }
    return Assembled(tables, _rows_in(corpus), by_time.n_repeated)


def _rows_in(corpus: Corpus) -> dict[str, int]:
    total = {
        name: sum(part.rows for part in corpus.parts[name])
        for name in ("clean", "edits", "tagged", "dropped")
    }
    return {
        "articles": total["clean"], "edits": total["edits"], "mentions": total["tagged"], "dropped": total["dropped"],
        "pairs": corpus.pairs.num_rows, "clusters": corpus.clusters.num_rows, "entities": corpus.entities.num_rows,
    }  # fmt: skip


def _single(store: Store, table: schema.Table, rows: pa.Table) -> Partitions:
    return {NO_PARTITION: (store.write_part(table, rows),)}


def _read_all(store: Store, table: schema.Table, parts: Sequence[Part]) -> pa.Table:
    return pa.concat_tables([table.empty(), *(store.read_part(part).cast(table.schema) for part in parts)])


def _mention_counts(store: Store, parts: Sequence[Part]) -> pa.Table:
    columns = [store.read_part(part, columns=["doc_id", "n_mentions"]) for part in parts]
    return pa.concat_tables(
        [schema.ENTITIES_CHECKS.empty().select(["doc_id", "n_mentions"]), *columns]
    ).combine_chunks()


class _Unchanged:
    """Rows as the shard has them."""

    def facts(self, _: pa.Array) -> str:
        return ""

    def columns(self, rows: pa.Table) -> pa.Table:
        return rows


class _ArticleColumns:
    """Adds what only the whole corpus knows of an article."""

    def __init__(self, clusters: pa.Table, n_mentions: pa.Table) -> None:
        canonical = clusters.filter(clusters.column("is_canonical"))
        where = pc.index_in(
            clusters.column("cluster_id"), value_set=canonical.column("cluster_id").combine_chunks()
        )
        self._clusters = clusters.append_column("canonical_doc_id", canonical.column("doc_id").take(where))
        self._ids = clusters.column("doc_id").combine_chunks()
        self._mentions = n_mentions

    def facts(self, doc_ids: pa.Array) -> str:
        found = self._lookup(doc_ids)
        return content_key(str(value) for column in found.columns for value in column.to_pylist())

    def columns(self, rows: pa.Table) -> pa.Table:
        found = self._lookup(rows.column("doc_id"))
        for name in found.column_names:
            rows = rows.append_column(name, found.column(name))
        return rows

    def _lookup(self, doc_ids: pa.Array | pa.ChunkedArray) -> pa.Table:
        columns = ["cluster_id", "is_canonical", "canonical_doc_id"]
        found = self._clusters.select(columns).take(pc.index_in(doc_ids, value_set=self._ids))
        at = pc.index_in(doc_ids, value_set=self._mentions.column("doc_id").combine_chunks())
        return found.append_column("n_mentions", self._mentions.column("n_mentions").take(at))


class _EntityIds:
    """Turns a document's own numbering of its entities into that of the corpus."""

    def __init__(self, mapping: pa.Table) -> None:
        self._ids = mapping.column("entity_id").combine_chunks()
        self._keys = _local_keys(mapping)
        docs = mapping.column("doc_id").combine_chunks().dictionary_encode()
        bounds = np.flatnonzero(np.diff(docs.indices.to_numpy(), prepend=-1, append=-1)).tolist()
        # schema.RESOLVED is sorted by document: each has one run of rows
        self._runs = dict(zip(docs.dictionary.to_pylist(), pairwise(bounds), strict=True))

    def facts(self, doc_ids: pa.Array) -> str:
        runs = sorted(self._runs[doc_id] for doc_id in doc_ids.to_pylist() if doc_id in self._runs)
        rows = pa.array([row for start, end in runs for row in range(start, end)], pa.int64())
        keys, ids = self._keys.take(rows).to_pylist(), self._ids.take(rows).to_pylist()
        return content_key(f"{key}={entity_id}" for key, entity_id in zip(keys, ids, strict=True))

    def columns(self, rows: pa.Table) -> pa.Table:
        found = self._ids.take(pc.index_in(_local_keys(rows), value_set=self._keys))
        return (
            rows.drop_columns(["local_id"])
            .append_column("entity_id", found)
            .select(schema.MENTIONS.schema.names)
        )


def _local_keys(rows: pa.Table) -> pa.Array:
    local = pc.cast(rows.column("local_id"), pa.string())
    keys = pc.binary_join_element_wise(rows.column("doc_id"), local, ":")
    return keys.combine_chunks() if isinstance(keys, pa.ChunkedArray) else keys


class _Writer:
    """Writes one table by month, a file at a time."""

    def __init__(
        self, store: Store, table: schema.Table, extra: _Unchanged | _ArticleColumns | _EntityIds
    ) -> None:
        self._store, self._table, self._extra = store, table, extra

    def write(self, index: Index, parts: Sequence[Part]) -> Partitions:
        """The table's partitions. index: which article lies in which file; parts: its rows, by shard."""
        shas = np.array([part.sha256 for part in parts])
        written: dict[int, Part] = {}
        keys: dict[int, str] = {}
        for number, run in files_of(index):
            keys[number] = self._key(index, run, shas)
            stored = self._store.recall("export", keys[number])
            if stored and isinstance(stored["part"], Part):
                written[number] = stored["part"]
        missing = [number for number in keys if number not in written]
        for number, rows in self._deal_out(index, parts, missing):
            part = self._store.write_part(self._table, self._extra.columns(rows), index.months[number])
            self._store.remember("export", keys[number], {"part": part})
            written[number] = part
        partitions: dict[str, list[Part]] = {}
        for number in sorted(written):
            partitions.setdefault(index.months[number], []).append(written[number])
        return {month: tuple(files) for month, files in partitions.items()}

    def _key(self, index: Index, run: slice, shas: np.ndarray) -> str:
        doc_ids = index.doc_ids[run.start : run.stop]
        where = (
            f"{doc_id}@{sha}" for doc_id, sha in zip(doc_ids.to_pylist(), shas[index.parts[run]], strict=True)
        )
        return content_key(
            (
                LAYOUT,
                self._table.name,
                index.months[int(index.files[run.start])],
                self._extra.facts(doc_ids),
                *where,
            )
        )

    def _deal_out(
        self, index: Index, parts: Sequence[Part], missing: Sequence[int]
    ) -> Iterator[tuple[int, pa.Table]]:
        """The rows of every missing file: each part is read once, dealt out to spill files, then taken up."""
        wanted = np.isin(index.files, missing)
        # in the data folder, where there is room; what a killed run leaves is swept with its other temporary files
        with tempfile.TemporaryDirectory(prefix=TEMPORARY, dir=self._store.root / "_data") as folder:
            spill = _Spill(Path(folder))
            for number in np.unique(index.parts[wanted]):
                mine = np.flatnonzero(wanted & (index.parts == number))
                rows = self._store.read_part(parts[number])
                at = pc.index_in(rows.column("doc_id"), value_set=index.doc_ids.take(pa.array(mine)))
                inside = pc.is_valid(at)
                rows, at = rows.filter(inside), at.filter(inside).to_numpy()
                files = index.files[mine[at]]
                for file in np.unique(files):
                    spill.add(int(file), rows.filter(pa.array(files == file)))
            spill.close()
            for number in missing:
                yield number, spill.take(number, self._empty())

    def _empty(self) -> pa.Table:
        shard = {"articles": schema.CLEAN, "mentions": schema.TAGGED}.get(self._table.name, self._table)
        return shard.empty()


class _Spill:
    """Rows on disk, by the number of the file they will go into."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._writers: dict[int, pa.RecordBatchFileWriter] = {}

    def add(self, number: int, rows: pa.Table) -> None:
        if number not in self._writers:
            self._writers[number] = pa.ipc.new_file(
                str(self._folder / f"{number}.arrow"), rows.schema.remove_metadata()
            )
        self._writers[number].write_table(rows.replace_schema_metadata(None))

    def close(self) -> None:
        for writer in self._writers.values():
            writer.close()

    def take(self, number: int, empty: pa.Table) -> pa.Table:
        if number not in self._writers:
            return empty
        with pa.ipc.open_file(str(self._folder / f"{number}.arrow")) as reader:
            return reader.read_all()
