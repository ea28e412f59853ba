"""Corpus: the documents of one run as plain arrays, exact copies collapsed, and what each source repeats.

The lists of a signature (shingles, sentences, words) are read once, part by part, and dealt out to buckets by their
hashes; what stays in memory of a document is its id and a few numbers.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from tasks import schema
from tasks.dedup.candidates import leading
from tasks.dedup.furniture import Furniture, find_furniture, sentence_keys
from tasks.dedup.packed import HASH_BITS, Exchange
from tasks.dedup.signatures import Sketches
from tasks.dedup.words import BASE, I64, U64, Bools, Floats

SCALARS = ("doc_id", "source", "batch", "published_at", "agency", "n_chars", "content_hash", "text_hash", "n_words",
           "odd_frac")  # fmt: skip
LISTS = ("shingles", "sentences", "words")

Lists = tuple[U64, I64]  # values of several lists one after the other, and where each begins
Chunk = tuple[I64, Lists, Lists, Lists]  # rows of some documents; their shingles, sentences and words


@dataclass(frozen=True, slots=True)
class Documents:
    """All documents, sorted by id, one entry each.

    columns: of schema.SIGNATURES, without its lists; published_at may be ISO text. part_rows: the documents of each
    part of the signatures, in its order. chunks: the lists of all documents, part by part, each time from the
    beginning. n_entries: about how many values they have.
    """

    ids: Sequence[str]
    columns: pa.Table
    part_rows: Sequence[I64]
    chunks: Callable[[], Iterator[Chunk]]
    n_entries: int

    def numbers(self, name: str) -> npt.NDArray[np.generic]:
        """A column of numbers."""
        return np.asarray(self.columns.column(name).to_numpy())


@dataclass(frozen=True, slots=True)
class Corpus:
    """The documents to compare: the first of each group of exact copies.

    rows: which of the documents. place_of: for each document the place of its group in `rows`. all_sources: number of
    each document's source. shingles, sampled_words: dealt out by hash, to be read once.
    """

    rows: I64
    place_of: I64
    all_sources: I64
    n_words: I64
    furniture: Furniture
    shingles: Exchange
    sampled_words: Exchange

    @property
    def groups(self) -> list[list[int]]:
        """The documents of each group of exact copies, first one first."""
        order = np.argsort(self.place_of, kind="stable")
        ends = np.cumsum(np.bincount(self.place_of, minlength=len(self.rows)))
        return [part.tolist() for part in np.split(order, ends[:-1])] if len(ends) else []


def read_signatures(signatures: pa.Table | Iterable[pa.Table]) -> Documents:
    """The documents of schema.SIGNATURES tables, in any order."""
    tables = [signatures] if isinstance(signatures, pa.Table) else list(signatures)
    return index_parts(
        [table.select(SCALARS) for table in tables], lambda number: tables[number].select(LISTS)
    )


def index_parts(
    scalars: Sequence[pa.Table], read_lists: Callable[[int], pa.Table], n_entries: int | None = None
) -> Documents:
    """The documents of signatures in parts, given the SCALARS of each part, and a reader of a part's LISTS."""
    whole = pa.concat_tables([schema.SIGNATURES.empty().select(SCALARS), *scalars]).combine_chunks()
    order = pc.sort_indices(whole.column("doc_id")).to_numpy().astype(np.int64)
    row_of = np.empty(len(order), np.int64)
    row_of[order] = np.arange(len(order))
    ends = np.cumsum([table.num_rows for table in scalars])
    part_rows = np.split(row_of, ends[:-1]) if len(ends) else []

    def chunks() -> Iterator[Chunk]:
        for number, rows in enumerate(part_rows):
            table = read_lists(number)
            yield rows, *(flat(table.column(name)) for name in LISTS)  # type: ignore[misc]  # three of them

    columns = whole.take(pa.array(order))
    return Documents(
        columns.column("doc_id").to_pylist(), columns, part_rows, chunks, n_entries or 128 * len(order)
    )


def hold(columns: pa.Table, sketches: Sketches) -> Documents:
    """Documents whose sketches are in memory, sorted by id."""
    rows = np.arange(columns.num_rows)
    lists = ((sketches.shingles, sketches.shingle_offsets), (sketches.sentences, sketches.sentence_offsets),
             (sketches.words, sketches.word_offsets))  # fmt: skip
    n_entries = sum(len(values) for values, _ in lists)
    return Documents(
        columns.column("doc_id").to_pylist(), columns, [rows], lambda: iter([(rows, *lists)]), n_entries
    )


def collapse(documents: Documents, scratch: Path | None = None) -> Corpus:
    """One of each group of exact copies goes on; a text without words is a group of its own.

    scratch: a folder for what is exchanged between buckets; without one it is kept in memory.
    """
    rows, place_of = _first_of_each(documents.columns.column("text_hash"))
    names, all_sources = _numbered(documents.columns.column("source"))
    sources = all_sources[rows]
    nameless = np.array([not name for name in names], np.bool_)
    sources = np.where(nameless[sources], -1, sources) if len(names) else sources
    n, n_entries = len(rows), documents.n_entries // 3
    shingles, sentences, words = (Exchange(n, n_entries, scratch, name) for name in LISTS)
    first = np.zeros(len(place_of), np.bool_)
    first[rows] = True
    for chunk_rows, *lists in documents.chunks():
        kept = first[chunk_rows]
        places = place_of[chunk_rows[kept]]
        named = sources[places] >= 0
        hashes, sizes = _of(lists[0], kept)
        shingles.add(leading(hashes), sizes, places)
        hashes, sizes = _of(lists[2], kept)
        words.add(np.asarray(hashes * BASE >> np.uint64(64 - HASH_BITS)), sizes, places)
        kept[kept] = named
        hashes, sizes = _of(lists[1], kept)
        sentences.add(sentence_keys(hashes, np.repeat(sources[places[named]], sizes)), sizes, places[named])
    n_words = documents.numbers("n_words")[rows].astype(np.int64)
    furniture = find_furniture(sentences.runs(), sources, n_words, len(names))
    return Corpus(rows, place_of, all_sources, n_words, furniture, shingles, words)


def damage(corpus: Corpus, odd_frac: Floats) -> Floats:
    """How broken each text is: share of sampled words that no other text has, and of odd words. 0..1 and a little.

    odd_frac: of each document.
    """
    n = len(corpus.rows)
    n_sampled, n_shared = corpus.sampled_words.counts, np.zeros(n, np.int64)
    for runs in corpus.sampled_words.runs():
        n_sampled -= np.bincount(runs.repeats, minlength=n)
        n_shared += np.bincount(runs.docs, minlength=n)
    return np.round(1 - n_shared / np.maximum(1, n_sampled) + odd_frac[corpus.rows], 4)


def flat(lists: pa.ChunkedArray) -> Lists:
    """A column of lists as its values and where each list begins."""
    if not len(lists):
        return np.zeros(0, np.uint64), np.zeros(1, np.int64)
    joined = lists.combine_chunks()
    joined = joined.chunk(0) if isinstance(joined, pa.ChunkedArray) else joined
    offsets = joined.offsets.to_numpy().astype(np.int64)
    return joined.values.to_numpy()[offsets[0] : offsets[-1]], offsets - offsets[0]


def _of(lists: Lists, kept: Bools) -> tuple[U64, I64]:
    """The values of some lists, and how many each has."""
    sizes = np.diff(lists[1])
    return (lists[0], sizes) if kept.all() else (lists[0][np.repeat(kept, sizes)], sizes[kept])


def _first_of_each(text_hashes: pa.ChunkedArray) -> tuple[I64, I64]:
    """The first row of each group of equal texts, ascending; and for each row the place of its group there."""
    n = len(text_hashes)
    codes = text_hashes.dictionary_encode().combine_chunks()
    codes = codes.chunk(0) if isinstance(codes, pa.ChunkedArray) else codes
    names = np.asarray(codes.indices.to_numpy(), np.int64) if n else np.zeros(0, np.int64)
    wordless = (
        np.asarray(pc.equal(text_hashes, "").to_numpy(zero_copy_only=False), np.bool_) if n else names == 0
    )
    names = np.where(wordless, n + np.arange(n), names)
    _, first, place = np.unique(names, return_index=True, return_inverse=True)
    order = np.argsort(first)
    rank = np.empty(len(order), np.int64)
    rank[order] = np.arange(len(order))
    return first[order], rank[place]


def _numbered(values: pa.ChunkedArray) -> tuple[list[str], I64]:
    """The distinct values, sorted, and the number of each."""
    names = sorted(pc.unique(values).to_pylist())
    if not names:
        return [], np.zeros(0, np.int64)
    return names, pc.index_in(values, value_set=pa.array(names)).to_numpy().astype(np.int64)
