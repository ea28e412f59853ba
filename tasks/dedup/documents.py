"""Documents: what is known of every document of one run beside its lists, as columns sorted by id."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from tasks import schema
from tasks.dedup.lists import LISTS, Lists, flat, some_of
from tasks.dedup.readings import I32
from tasks.dedup.signatures import Sketches
from tasks.dedup.stored import stored_rows
from tasks.dedup.words import I64, U64, mix

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


def by_id(tables: Sequence[pa.Table], folder: Path | None = None) -> pa.Table:
    """The rows of `numbered` tables, sorted by id; in files of a folder, if one is given."""
    whole = pa.concat_tables(tables)
    if folder is None:
        return whole.unify_dictionaries().sort_by("doc_id").combine_chunks()
    return stored_rows(whole, pc.sort_indices(whole.column("doc_id").combine_chunks()), folder)


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
    solid = ids.cast(pa.string())
    solid = solid.chunk(0) if solid.num_chunks == 1 else solid.combine_chunks()
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
