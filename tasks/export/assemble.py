"""The published tables of a version, out of the shard results of its batches and the whole-corpus steps.

Memory is bounded by the files being written: rows are first dealt out to one spill file per published file.
A published file is content-addressed by what goes into it, so an unchanged one is not even read.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import pyarrow as pa

from tasks import schema
from tasks.export.columns import Columns, Nothing, OfArticles, OfMentions
from tasks.export.layout import Index, files_of, index_articles
from tasks.stage import content_key
from tasks.versions.folder import scratch_in
from tasks.versions.parts import NO_PARTITION, Part
from tasks.versions.spill import Spill
from tasks.versions.store import Store

Partitions = dict[str, tuple[Part, ...]]

# Raised when the bytes of a published file may change for the same rows.
LAYOUT = "3"


@dataclass(frozen=True, slots=True)
class CorpusRef:
    """References to what a version is made of.

    parts: per kind of shard result (clean, edits, tagged, tagged_docs, dropped) the parts of all batches in
    the order of the batches; the n-th clean, edits, tagged and tagged_docs part belong to one shard.
    clusters, pairs, entities: the published tables. mapping: parts of schema.RESOLVED, and for how many shards each.
    """

    parts: Mapping[str, Sequence[Part]]
    pairs: Sequence[Part]
    clusters: Sequence[Part]
    entities: Sequence[Part]
    mapping: Sequence[tuple[Part, int]]


@dataclass(frozen=True, slots=True)
class Assembled:
    """The candidate's tables, and the figures its gate looks at."""

    tables: Mapping[str, Partitions]
    n_rows_in: Mapping[str, int]
    n_repeated_ids: int


def assemble(store: Store, corpus: CorpusRef) -> Assembled:
    """Lays out every published table; writes what is not there yet."""
    keys = [store.read_part(part, columns=["doc_id", "published_at"]) for part in corpus.parts["clean"]]
    by_time = index_articles(keys, by=("published_at", "doc_id"))
    by_id = index_articles(keys, by=("doc_id",))
    del keys
    of_articles = OfArticles(store, by_time, corpus.clusters, corpus.parts["tagged_docs"])
    articles = _Writer(store, schema.ARTICLES, of_articles)
    edits = _Writer(store, schema.EDITS, Nothing())
    mentions = _Writer(store, schema.MENTIONS, OfMentions(store, by_id, corpus.mapping))
    tables: dict[str, Partitions] = {
        "articles": articles.write(by_time, corpus.parts["clean"]),
        "edits": edits.write(by_id, corpus.parts["edits"]),
        "mentions": mentions.write(by_id, corpus.parts["tagged"]),
        "dropped": {NO_PARTITION: (_dropped(store, corpus.parts["dropped"]),)},
        "pairs": {NO_PARTITION: tuple(corpus.pairs)},
        "clusters": {NO_PARTITION: tuple(corpus.clusters)},
        "entities": {NO_PARTITION: tuple(corpus.entities)},
    }
    return Assembled(tables, _rows_in(corpus), by_time.n_repeated)


def _rows_in(corpus: CorpusRef) -> dict[str, int]:
    listed = {
        **{name: corpus.parts[origin] for name, origin in (("articles", "clean"), ("edits", "edits"), ("mentions", "tagged"), ("dropped", "dropped"))},
        "pairs": corpus.pairs, "clusters": corpus.clusters, "entities": corpus.entities,
    }  # fmt: skip
    return {name: sum(part.rows for part in parts) for name, parts in listed.items()}


def _dropped(store: Store, parts: Sequence[Part]) -> Part:
    rows = (store.read_part(part).cast(schema.DROPPED.schema) for part in parts)
    return store.write_part(schema.DROPPED, pa.concat_tables([schema.DROPPED.empty(), *rows]))


class _Writer:
    """Writes one table by month, a file at a time."""

    def __init__(self, store: Store, table: schema.Table, columns: Columns) -> None:
        self._store, self._table, self._columns = store, table, columns

    def write(self, index: Index, parts: Sequence[Part]) -> Partitions:
        """The table's partitions. index: which article lies in which file; parts: its rows, by shard."""
        shas = [part.sha256 for part in parts]
        written: dict[int, Part] = {}
        keys: dict[int, str] = {}
        for number, run in files_of(index):
            keys[number] = self._key(index, run, shas)
            stored = self._store.recall("export", keys[number])
            if stored and isinstance(stored["part"], Part):
                written[number] = stored["part"]
        missing = [number for number in keys if number not in written]
        for number, rows in self._deal_out(index, parts, missing):
            part = self._store.write_part(self._table, rows, index.months[number])
            self._store.remember("export", keys[number], {"part": part})
            written[number] = part
        partitions: dict[str, list[Part]] = {}
        for number in sorted(written):
            partitions.setdefault(index.months[number], []).append(written[number])
        return {month: tuple(files) for month, files in partitions.items()}

    def _key(self, index: Index, run: slice, shas: Sequence[str]) -> str:
        doc_ids = index.doc_ids[run.start : run.stop].to_pylist()
        where = (
            f"{doc_id}@{shas[part]}" for doc_id, part in zip(doc_ids, index.parts[run].tolist(), strict=True)
        )
        month = index.months[int(index.files[run.start])]
        return content_key((LAYOUT, self._table.name, month, self._columns.facts(run), *where))

    def _deal_out(
        self, index: Index, parts: Sequence[Part], missing: Sequence[int]
    ) -> Iterator[tuple[int, pa.Table]]:
        """The rows of every missing file: each part is read once, dealt out to spill files, then taken up."""
        wanted = np.isin(index.files, missing)
        with scratch_in(self._store.root) as folder:
            spill = Spill(folder)
            for number in np.unique(index.parts[wanted]).tolist():
                rows, at = index.aligned(number, self._store.read_part(parts[number]))
                rows = self._columns.add(number, rows, at)
                files = np.where(wanted[at], index.files[at], -1)
                for file in np.unique(files[files >= 0]).tolist():
                    spill.add(file, rows.filter(pa.array(files == file)))
            spill.close()
            for number in missing:
                yield number, spill.take(number, self._table.empty())
