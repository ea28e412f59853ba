"""Corpus: the documents of one run as plain arrays, exact copies collapsed, and what each source repeats.

The lists of a signature (shingles, sentences, words) are read once, part by part, when their text is new to the index,
and dealt out to buckets by their hashes; what stays in memory of a document is its id and a few numbers.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from tasks.dedup.candidates import Candidates, Regrow, pair_up
from tasks.dedup.canonical import rank_of_day
from tasks.dedup.documents import Documents
from tasks.dedup.furniture import Furniture, find_furniture
from tasks.dedup.growing import Shop, grow_in_pieces
from tasks.dedup.index import Growth, Index, Texts, empty_index
from tasks.dedup.lists import LISTS
from tasks.dedup.memory import release_memory
from tasks.dedup.packed import in_order, n_bucket_bits
from tasks.dedup.segments import put_down
from tasks.dedup.stored import AT_ONCE
from tasks.dedup.words import I64, U64, Bools, Floats

PIECED = 2_000_000  # entries of new texts from which they are exchanged in pieces; fewer are 16 MB, and quicker in memory

MORE_BITS = 2  # buckets of an index may hold four times what those of a new one would

Put = Callable[[Any], Any]  # numbers as they are, wherever they lie


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

    def copies(self) -> tuple[I64, I64]:
        """Documents that are not the first of their group, ascending, and the first one of each."""
        copies, firsts = [np.zeros(0, np.int64)], [np.zeros(0, np.int64)]
        for start in range(0, len(self.place_of), AT_ONCE):
            first = self.rows.take(self.place_of[start : start + AT_ONCE])
            later = np.flatnonzero(first != np.arange(start, start + len(first)))
            copies.append(start + later)
            firsts.append(first[later])
        return np.concatenate(copies), np.concatenate(firsts)

    @property
    def groups(self) -> list[list[int]]:
        """The documents of each group of exact copies."""
        order = np.argsort(self.place_of, kind="stable")
        ends = np.cumsum(np.bincount(self.place_of, minlength=len(self.rows)))
        return [part.tolist() for part in np.split(order, ends[:-1])] if len(ends) else []


def collapse(
    documents: Documents, index: Index | None = None, scratch: Path | None = None, shop: Shop | None = None
) -> Corpus:
    """One of each group of exact copies goes on; a text without words is a group of its own.

    index: what is known of the texts that have a slot. scratch: a folder for the levels of the index and for what is
    exchanged between buckets; without one there are none, and all is kept in memory. Raises Damaged.
    """
    n_new = int(np.count_nonzero(documents.slot < 0)) if index is not None else len(documents.slot)
    n_entries = n_new * documents.n_entries // max(1, len(documents.slot))
    known = empty_index(2 * len(documents.slot), documents.n_entries) if index is None else index
    try:
        if shop is None or scratch is None or n_entries <= PIECED:
            return _collapsed(documents, known, scratch, None, lambda values: values)
        return _collapsed(documents, known, scratch, shop, partial(put_down, scratch))
    except Regrow:
        if index is None:
            raise
    return collapse(documents, None, scratch, shop)


def _collapsed(
    documents: Documents, known: Index, scratch: Path | None, shop: Shop | None, put: Put
) -> Corpus:
    """See `collapse`. shop: for many new texts. put: where what is made of each document stays."""
    rows, place_of = map(put, _texts(documents))
    names, source_of = _numbered(documents.columns.column("source"))
    keys = np.array([_key(name) for name in names], np.uint64)
    source_keys = put(keys[source_of] if len(names) else np.zeros(0, np.uint64))
    nameless = np.array([not name for name in names], np.bool_)
    sources = np.where(nameless[source_of[rows]], -1, source_of[rows]) if len(names) else source_of[rows]
    sources = put(sources.astype(np.int32))
    del source_of
    index, slots = _grown(documents, known, (rows, source_keys, sources >= 0), scratch, shop, put)
    n_words = put(documents.numbers("n_words")[rows].astype(np.int64))
    n = len(index.alive)
    by_slot, words_by_slot = np.full(n, -1, np.int32), np.zeros(n, np.int64)
    by_slot[slots], words_by_slot[slots] = sources, n_words
    if shop is not None:
        release_memory()
    furniture = find_furniture(index.repeated, by_slot, words_by_slot, len(names))
    del by_slot, words_by_slot
    place = np.full(n, -1)
    place[slots] = np.arange(len(rows))
    odd = np.asarray(documents.numbers("odd_frac"), np.float64)[rows]
    damage = put(np.asarray(np.round(index.vocabulary.alone_frac[slots] + odd, 4)))
    furniture = Furniture(put(furniture.keys), put(furniture.marks))
    if shop is not None:
        release_memory()
    found = pair_up(index.shingled, place)
    found = replace(found, first=put(found.first), second=put(found.second))
    return Corpus(rows, place_of, source_keys, n_words, furniture, put(furniture.marks[slots]), damage,
                  found, index, slots)  # fmt: skip


def _grown(  # noqa: PLR0913, PLR0917  as collapse has them
    documents: Documents,
    known: Index,
    texts: tuple[I64, U64, Bools],
    scratch: Path | None,
    shop: Shop | None,
    put: Put,
) -> tuple[Index, I64]:
    """The index with the texts in it, and their slots. texts: rows, source_keys of all documents, texts with a source."""
    rows, source_keys, named = texts
    n_old = len(known.alive)
    slots = documents.slot[rows].astype(np.int64) if n_old else np.full(len(rows), -1)
    new = np.flatnonzero(slots < 0)
    slots[new] = n_old + np.arange(len(new))
    gone = known.alive.copy()
    gone[slots[slots < n_old]] = False
    if shop is not None:
        bits = n_bucket_bits(n_old + len(new), documents.n_entries // len(LISTS))
        if n_old and bits > known.levels[0].bits + MORE_BITS:
            raise Regrow  # it was made for far fewer, and a bucket would hold too much
        slots = put(slots)
        new = new[np.lexsort((documents.at[rows[new]], documents.part[rows[new]]))]
        found = Texts(put(slots[new]), put(source_keys[rows[new]]), named[new])
        stands = put(documents.part[rows[new]]), put(documents.at[rows[new]])
        del new
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
