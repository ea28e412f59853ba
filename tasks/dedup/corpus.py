"""Corpus: the documents of one run as plain arrays, exact copies collapsed, and what each source repeats.

The lists of a signature (shingles, sentences, words) are read once, part by part, when their text is new to the index,
and dealt out to buckets by their hashes; what stays in memory of a document is its id and a few numbers.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from tasks import schema
from tasks.dedup.candidates import Candidates, Regrow, pair_up
from tasks.dedup.canonical import rank_of_day
from tasks.dedup.furniture import Furniture, find_furniture
from tasks.dedup.growing import Shop, grow_in_pieces
from tasks.dedup.index import Growth, Index, Texts, empty_index
from tasks.dedup.lists import LISTS, Lists, flat, some_of
from tasks.dedup.packed import in_order, n_bucket_bits
from tasks.dedup.readings import I32
from tasks.dedup.signatures import Sketches
from tasks.dedup.words import I64, U64, Bools, Floats, mix

SCALARS = ("doc_id", "source", "batch", "published_at", "agency", "n_chars", "n_words", "odd_frac", "content_hash",
           "text_hash")  # fmt: skip
HASHES = ("content_hash", "text_hash")  # of SCALARS, held as numbers of 64 bits
ID_CHARS = 16
FEW_VALUES = (
    "source",
    "batch",
    "agency",
)  # of SCALARS, held as dictionaries: a third less to keep, and to move
PLACE = ("part", "at", "slot", "start")
PIECED = 2_000_000  # entries of new texts from which they are exchanged in pieces; fewer are 16 MB, and quicker in memory

MORE_BITS = 2  # buckets of an index may hold four times what those of a new one would

Chunk = tuple[I64, Lists, Lists, Lists]  # rows of some documents; their shingles, sentences and words


@dataclass(frozen=True, slots=True)
class Documents:
    """All documents, sorted by id, one entry each.

    columns: SCALARS of schema.SIGNATURES, HASHES as `hex_keys`, FEW_VALUES may be dictionaries; published_at may be ISO text. part, at: of each document the part of
    the signatures it stands in, and its row there. slot: of its text in the index, -1 where it is not known there.
    start: where its transcript lies in the file of the part (see versions.pages.locate_values), -1 where that is not known.
    chunks: the lists of some documents, part by part. n_entries: about how many values all lists have.
    """

    columns: pa.Table
    part: I32
    at: I32
    slot: I32
    start: I64
    chunks: Callable[[I64], Iterator[Chunk]]
    n_entries: int

    @property
    def ids(self) -> list[str]:
        """The id of each document."""
        return list(self.columns.column("doc_id").to_pylist())

    def numbers(self, name: str) -> npt.NDArray[np.generic]:
        """A column of numbers."""
        return np.asarray(self.columns.column(name).to_numpy())


@dataclass(frozen=True, slots=True)
class Corpus:
    """The texts to compare: one document of each group of exact copies, the earliest.

    rows: which of the documents, ascending. place_of: for each document the place of its group in `rows`. source_keys: of
    each document. n_words, damage, marks: by place; see `damage_of` and Furniture. index: with these texts in it.
    slots: of each place.
    """

    rows: I64
    place_of: I64
    source_keys: U64
    n_words: I64
    furniture: Furniture
    marks: U64
    damage: Floats
    candidates: Candidates
    index: Index
    slots: I64

    @property
    def groups(self) -> list[list[int]]:
        """The documents of each group of exact copies."""
        order = np.argsort(self.place_of, kind="stable")
        ends = np.cumsum(np.bincount(self.place_of, minlength=len(self.rows)))
        return [part.tolist() for part in np.split(order, ends[:-1])] if len(ends) else []


def read_signatures(signatures: pa.Table | Iterable[pa.Table]) -> Documents:
    """The documents of schema.SIGNATURES tables, in any order."""
    tables = [signatures] if isinstance(signatures, pa.Table) else list(signatures)
    columns = [numbered(table.select(SCALARS), number) for number, table in enumerate(tables)]
    whole = by_id([numbered(schema.SIGNATURES.empty().select(SCALARS), 0), *columns])
    return as_documents(whole, lambda number: tables[number].select(LISTS))


def numbered(scalars: pa.Table, number: int, start: I64 | None = None) -> pa.Table:
    """The SCALARS of a part with its hashes as numbers, and PLACE, which says where they stand.

    start: of each transcript, if it is known.
    """
    n = scalars.num_rows
    start = np.full(n, -1, np.int64) if start is None else start
    columns = (
        np.full(n, number, np.int32),
        np.arange(n, dtype=np.int32),
        np.full(n, -1, np.int32),
        start,
    )
    hashes = [hex_keys(scalars.column(name)) for name in HASHES]
    for name in FEW_VALUES:
        at = scalars.schema.get_field_index(name)
        scalars = scalars.set_column(at, name, scalars.column(name).dictionary_encode())
    scalars = scalars.drop_columns(list(HASHES))
    for name, values in zip((*HASHES, *PLACE), (*hashes, *columns), strict=True):
        scalars = scalars.append_column(name, pa.array(values))
    return scalars


def by_id(tables: Sequence[pa.Table]) -> pa.Table:
    """The rows of `numbered` tables, sorted by id."""
    return pa.concat_tables(tables).unify_dictionaries().sort_by("doc_id").combine_chunks()


def hex_keys(digits: pa.ChunkedArray) -> U64:
    """A number for each hash of 32 hex digits; 0 for an empty one."""
    padded = pc.utf8_lpad(digits.cast(pa.string()), 32, "0").combine_chunks()
    padded = padded.chunk(0) if isinstance(padded, pa.ChunkedArray) else padded
    codes = np.frombuffer(padded.buffers()[2] or b"", np.uint8)[32 * padded.offset :][: 32 * len(padded)]
    values = (codes - np.where(codes > ord("9"), ord("a") - 10, ord("0")).astype(np.uint8)).reshape(-1, 32)
    values = values[:, 0::2] << np.uint8(4) | values[:, 1::2]
    halves = np.ascontiguousarray(values).view(">u8").astype(np.uint64)
    none = (halves == 0).all(axis=1)
    return np.where(none, np.uint64(0), mix(halves[:, 0] ^ mix(halves[:, 1])))


def fixed_width(ids: pa.ChunkedArray) -> npt.NDArray[np.bytes_]:
    """Ids as bytes, to be sorted and searched; those of the pipeline all have 16 digits, and are not copied one by one.

    Others have room for 17 at least.
    """
    solid = ids.cast(pa.string()).combine_chunks()
    solid = solid.chunk(0) if isinstance(solid, pa.ChunkedArray) else solid
    ends = np.frombuffer(solid.buffers()[1] or b"", np.int32)[solid.offset :][: len(solid) + 1]
    if len(solid) and (np.diff(ends) == ID_CHARS).all():
        return np.frombuffer(solid.buffers()[2], f"S{ID_CHARS}", len(solid), int(ends[0]))
    held = [one.encode() for one in solid.to_pylist()]
    return np.array(held, f"S{max(ID_CHARS + 1, *map(len, held))}" if held else np.bytes_)


def taken_ids(held: npt.NDArray[np.bytes_], rows: I64 | I32) -> pa.Array:
    """Some of `fixed_width` ids. Those of the pipeline are taken as numbers, in a fifth of the time."""
    if held.dtype.itemsize != ID_CHARS:
        return pa.array([one.decode() for one in held[rows].tolist()], pa.string())
    taken = held.view(np.complex128)[rows]  # 16 bytes a number; only moved
    ends = np.arange(len(rows) + 1, dtype=np.int32) * np.int32(ID_CHARS)
    return pa.StringArray.from_buffers(len(rows), pa.py_buffer(ends), pa.py_buffer(taken))


def as_documents(
    whole: pa.Table, read_lists: Callable[[int], pa.Table], n_entries: int | None = None
) -> Documents:
    """The documents of `numbered` tables, sorted by id, and a reader of a part's LISTS."""
    whole = whole.combine_chunks()
    part, at, slot, start = (whole.column(name).to_numpy() for name in PLACE)

    def chunks(rows: I64) -> Iterator[Chunk]:
        for number, found, places in by_part(part, at, rows):
            table = read_lists(number)
            if len(found) < table.num_rows:
                table = table.take(pa.array(places))
            yield found, *(flat(table.column(name)) for name in LISTS)  # type: ignore[misc]  # three of them

    columns = whole.drop_columns(list(PLACE))
    return Documents(columns, part, at, slot, start, chunks, n_entries or 128 * len(part))


def by_part(part: I32, at: I32, rows: I64) -> Iterator[tuple[int, I64, I64]]:
    """Some documents, part by part, in the order of the part: the part's number, the documents, and their rows there."""
    rows = rows[np.lexsort((at[rows], part[rows]))]
    numbers = part[rows]
    cuts = np.flatnonzero(np.diff(numbers)) + 1
    for found in np.split(rows, cuts):
        if len(found):
            yield int(part[found[0]]), found, at[found].astype(np.int64)


def hold(columns: pa.Table, sketches: Sketches) -> Documents:
    """Documents whose sketches are in memory, sorted by id."""
    n = columns.num_rows
    lists = ((sketches.shingles, sketches.shingle_offsets), (sketches.sentences, sketches.sentence_offsets),
             (sketches.words, sketches.word_offsets))  # fmt: skip
    n_entries = sum(len(values) for values, _ in lists)

    def chunks(rows: I64) -> Iterator[Chunk]:
        kept = np.zeros(n, np.bool_)
        kept[rows] = True
        yield rows, *(some_of(one, kept) for one in lists)  # type: ignore[misc]  # three of them

    at, none = np.arange(n, dtype=np.int32), np.full(n, -1, np.int32)
    return Documents(columns, np.zeros_like(at), at, none, none.astype(np.int64), chunks, n_entries)


def collapse(
    documents: Documents, index: Index | None = None, scratch: Path | None = None, shop: Shop | None = None
) -> Corpus:
    """One of each group of exact copies goes on; a text without words is a group of its own.

    index: what is known of the texts that have a slot. scratch: a folder for the levels of the index and for what is
    exchanged between buckets; without one there are none, and all is kept in memory. Raises Damaged.
    """
    rows, place_of = _texts(documents)
    names, source_of = _numbered(documents.columns.column("source"))
    keys = np.array([_key(name) for name in names], np.uint64)
    source_keys = keys[source_of] if len(names) else np.zeros(0, np.uint64)
    nameless = np.array([not name for name in names], np.bool_)
    sources = np.where(nameless[source_of[rows]], -1, source_of[rows]) if len(names) else source_of[rows]
    known = index or empty_index(2 * len(rows), documents.n_entries)
    try:
        index, slots = _grown(documents, known, (rows, source_keys, sources >= 0), scratch, shop)
    except Regrow:
        known = empty_index(2 * len(rows), documents.n_entries)
        index, slots = _grown(documents, known, (rows, source_keys, sources >= 0), scratch, shop)
    n_words = documents.numbers("n_words")[rows].astype(np.int64)
    n = len(index.alive)
    by_slot, words_by_slot, place = np.full(n, -1), np.zeros(n, np.int64), np.full(n, -1)
    by_slot[slots], words_by_slot[slots], place[slots] = sources, n_words, np.arange(len(rows))
    furniture = find_furniture(index.repeated, by_slot, words_by_slot, len(names))
    odd = np.asarray(documents.numbers("odd_frac"), np.float64)[rows]
    damage = np.asarray(np.round(index.vocabulary.alone_frac[slots] + odd, 4))
    return Corpus(rows, place_of, source_keys, n_words, furniture, furniture.marks[slots], damage,
                  pair_up(index.shingled, place), index, slots)  # fmt: skip


def _grown(
    documents: Documents, known: Index, texts: tuple[I64, U64, Bools], scratch: Path | None, shop: Shop | None
) -> tuple[Index, I64]:
    """The index with the texts in it, and their slots. texts: rows, source_keys of all documents, texts with a source."""
    rows, source_keys, named = texts
    n_old = len(known.alive)
    slots = documents.slot[rows].astype(np.int64) if n_old else np.full(len(rows), -1)
    new = np.flatnonzero(slots < 0)
    slots[new] = n_old + np.arange(len(new))
    gone = known.alive.copy()
    gone[slots[slots < n_old]] = False
    n_entries = len(new) * documents.n_entries // max(1, len(documents.part))
    if shop is not None and n_entries > PIECED:
        bits = n_bucket_bits(n_old + len(new), documents.n_entries // len(LISTS))
        if n_old and bits > known.levels[0].bits + MORE_BITS:
            raise Regrow  # it was made for far fewer, and a bucket would hold too much
        order = np.lexsort((documents.at[rows[new]], documents.part[rows[new]]))
        new = new[order]
        found = Texts(slots[new], source_keys[rows[new]], named[new])
        stands = documents.part[rows[new]], documents.at[rows[new]]
        return grow_in_pieces(known, found, stands, gone, shop), slots
    growth = Growth(known, len(new), gone, scratch)
    text_of = np.full(len(source_keys), -1)
    text_of[rows] = np.arange(len(rows))
    for chunk_rows, shingles, sentences, words in documents.chunks(rows[new]):
        of = text_of[chunk_rows]
        growth.add(Texts(slots[of], source_keys[chunk_rows], named[of]), shingles, sentences, words)
    return growth.done(), slots


def _texts(documents: Documents) -> tuple[I64, I64]:
    """The earliest document of each group of equal texts, ascending; and for each document the place of its group there.

    The earliest, not the smallest id: what comes later seldom takes its place, and what is known of it stays.
    """
    keys = np.asarray(documents.numbers("text_hash"), np.uint64)
    n = len(keys)
    if not n:
        return np.zeros(0, np.int64), np.zeros(0, np.int64)
    ordered = in_order(keys, 64)
    repeated = np.unique(ordered[1:][(ordered[1:] == ordered[:-1]) & (ordered[1:] != 0)])  # few of all
    first = np.arange(n)
    if len(repeated):
        begins = np.zeros(1 << 16, np.bool_)  # of the few; of the others hardly one begins like them
        begins[(repeated >> np.uint64(48)).astype(np.int64)] = True
        several = np.flatnonzero(begins[(keys >> np.uint64(48)).astype(np.int64)])
        names = np.minimum(np.searchsorted(repeated, keys[several]), len(repeated) - 1)
        is_one = repeated[names] == keys[several]
        several, names = several[is_one], names[is_one]
        day = rank_of_day(documents.columns.column("batch").take(pa.array(several)))
        by_day = np.lexsort((several, day, names))
        opens = np.flatnonzero(np.diff(names[by_day], prepend=-1))
        first[several] = several[by_day[opens]][names]
    chosen = first == np.arange(n)
    return np.flatnonzero(chosen), (np.cumsum(chosen) - 1)[first]


def _key(name: str) -> int:
    return int.from_bytes(hashlib.blake2b(name.encode(), digest_size=8).digest(), "little")


def _numbered(values: pa.ChunkedArray) -> tuple[list[str], I64]:
    """The distinct values, sorted, and the number of each."""
    if pa.types.is_dictionary(values.type):
        held = values.unify_dictionaries().combine_chunks()
        held = held.chunk(0) if isinstance(held, pa.ChunkedArray) else held
        known, at = held.dictionary.to_pylist(), held.indices.to_numpy()
        number = np.zeros(len(known), np.int64)
        used = sorted({known[place] for place in np.flatnonzero(np.bincount(at, minlength=len(known)))})
        number[:] = np.searchsorted(used, known) if used else 0
        return used, number[at]
    names = sorted(pc.unique(values).to_pylist())
    if not names:
        return [], np.zeros(0, np.int64)
    return names, pc.index_in(values, value_set=pa.array(names)).to_numpy().astype(np.int64)
