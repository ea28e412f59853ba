"""Pieces: the exchange of a large corpus, done by any number of processes: texts dealt out, buckets met, pairs counted.

Three rounds, each of pieces that know nothing of one another. Texts of some parts are dealt out to buckets by hash; of some
buckets it is told what their runs say, as `index.Growth` has it in memory, and pairs are dealt out to ranges of their first text;
of a range the pairs are counted. Between the rounds all lies in files of one folder, under names that say which piece wrote them.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

import numpy as np

from tasks.dedup.candidates import Regrow, crowded_in, pairs_in
from tasks.dedup.furniture import repeated_in
from tasks.dedup.index import ENOUGH, KINDS, Texts, to_exchange
from tasks.dedup.levels import Change, Damaged, Levels, LevelWriter, runs_with
from tasks.dedup.lists import LISTS, Lists, flat
from tasks.dedup.memory import release_memory
from tasks.dedup.packed import Runs, distinct, split
from tasks.dedup.pair_counts import counted, enough, pair_keys
from tasks.dedup.resumed import resumed
from tasks.dedup.segments import load, read_segments, save, write_segments
from tasks.dedup.vocabulary import shared_in
from tasks.dedup.words import I64, U64, Bools
from tasks.settings import Settings
from tasks.versions.parts import Part
from tasks.versions.store import Store

HELD_PAIRS = 2_000_000  # of a piece in memory: 16 MB
N_RANGES = 128  # of first texts: a hundred million pairs are 6 MB each

Trouble = Literal["", "regrow", "damaged"]


@dataclass(frozen=True, slots=True)
class TextsOfParts:
    """Texts of some parts, to be dealt out. parts: each with the places of its texts in arrays of the folder."""

    number: int
    folder: Path
    parts: Sequence[tuple[Part, int, int]]

    @property
    def batch(self) -> str:
        """See tasks.crew.Piece."""
        return f"{self.parts[0][1]:,} to {self.parts[-1][2]:,}"

    @property
    def n_bytes(self) -> int:
        """See tasks.crew.Piece."""
        return sum(part.bytes for part, _, _ in self.parts)


@dataclass(frozen=True, slots=True)
class Deal(TextsOfParts):
    """New texts, whose lists go to 2 ** bits buckets; the arrays are `new-...`."""

    bits: int


@dataclass(frozen=True, slots=True)
class Buckets:
    """Some buckets of one of KINDS. n_dealt: pieces that dealt out; n_old: slots before, n: in all."""

    kind: int
    first: int
    last: int
    folder: Path
    n_dealt: int
    known: Levels
    n_old: int
    n: int
    n_bytes: int

    @property
    def batch(self) -> str:
        """See tasks.crew.Piece."""
        return f"{self.first} to {self.last - 1} of {KINDS[self.kind]}"

    def path(self, what: str) -> Path:
        """Where it leaves something."""
        return self.folder / f"{KINDS[self.kind]}-{self.first:05d}-{what}"


@dataclass(frozen=True, slots=True)
class Met:
    """What was told of some buckets: the arrays that it left, by name; files of pairs; sizes and sums of the new level.

    n_buckets, n_pairs: see candidates.Crowded. trouble: why nothing was told.
    """

    arrays: Sequence[str] = ()
    n_pair_files: int = 0
    sizes: Sequence[int] = ()
    sums: Sequence[int] = ()
    n_buckets: int = 0
    n_pairs: int = 0
    trouble: Trouble = ""
    said: str = ""


@dataclass(frozen=True, slots=True)
class Ranges:
    """The pairs whose first text is in one of the ranges first to last, in some files."""

    first: int
    last: int
    folder: Path
    files: Sequence[Path]
    n: int
    n_bytes: int

    @property
    def batch(self) -> str:
        """See tasks.crew.Piece."""
        return f"{self.first} to {self.last - 1}"


def dealt_path(folder: Path, kind: int, number: int) -> Path:
    """Where a piece leaves its entries of one of KINDS."""
    return folder / f"dealt-{KINDS[kind]}-{number:05d}"


@resumed
def deal(pieces: Sequence[Deal], settings: Settings) -> list[Path]:
    """Deals out the lists of texts; where the counts of distinct shingles and words lie, shape (2, texts)."""
    return [_deal(Store(settings.data), piece) for piece in pieces]


def _deal(store: Store, piece: Deal) -> Path:
    release_memory()
    at, slots, keys, named = (
        load(piece.folder / f"new-{name}.npy") for name in ("at", "slots", "keys", "named")
    )
    start, end = piece.parts[0][1], piece.parts[-1][2]
    held: list[list[list[U64]]] = [[[] for _ in range(1 << piece.bits)] for _ in KINDS]
    counts = np.zeros((len(KINDS), end - start), np.int64)
    of_piece = np.array(slots[start:end], np.int64)
    for part, low, high in piece.parts:
        lists = _lists(store, part, np.array(at[low:high]))
        texts = Texts(*(np.array(of[low:high]) for of in (slots, keys, named)))
        for kind, (hashes, sizes, docs) in enumerate(to_exchange(texts, *lists)):
            if kind != KINDS.index("sentences"):
                counts[kind, low - start : high - start] = sizes
            for bucket, entries in enumerate(split(hashes, np.repeat(docs, sizes), piece.bits)):
                held[kind][bucket].append(entries)
    order = np.argsort(of_piece)
    for kind, buckets in enumerate(held):
        for bucket, parts in enumerate(buckets):
            entries, again = distinct(np.concatenate([np.zeros(0, np.uint64), *parts]), piece.bits)
            buckets[bucket] = [entries]
            place = order[np.searchsorted(of_piece, again, sorter=order)]
            counts[kind] -= np.bincount(place, minlength=end - start)
        write_segments(dealt_path(piece.folder, kind, piece.number), [one[0] for one in buckets])
        buckets.clear()
    return save(piece.folder / f"counts-{piece.number:05d}.npy", counts[[0, 2]].astype(np.int32))


def _lists(store: Store, part: Part, at: I64) -> tuple[Lists, Lists, Lists]:
    table = store.read_part(part, LISTS)
    if len(at) < table.num_rows:
        table = table.take(at)
    shingles, sentences, words = (flat(table.column(name)) for name in LISTS)
    return shingles, sentences, words


@resumed
def meet(pieces: Sequence[Buckets], settings: Settings) -> list[Met]:  # noqa: ARG001  a crew hands them on
    """What is told of the runs of some buckets."""
    return [_told(piece) for piece in pieces]


def _told(piece: Buckets) -> Met:
    release_memory()
    try:
        return _meet(piece)
    except Regrow:
        return Met(trouble="regrow")
    except Damaged as error:
        return Met(trouble="damaged", said=str(error))


def _meet(piece: Buckets) -> Met:
    alive, gone = (load(piece.folder / f"{name}.npy") for name in ("alive", "gone"))
    paths = [dealt_path(piece.folder, piece.kind, number) for number in range(piece.n_dealt)]
    segments = read_segments(paths, 1 << piece.known.bits, piece.first, piece.last, np.dtype(np.uint64))

    def buckets() -> Iterator[tuple[int, U64]]:
        for number, entries in enumerate(segments, piece.first):
            entries.sort(kind="stable")  # a merge: each is sorted
            yield number, entries

    writer = LevelWriter(piece.path("level"))
    runs = runs_with(buckets(), piece.known, Change(alive, gone[: piece.n_old]), writer, ENOUGH[piece.kind])
    arrays: dict[str, list[Any]] = {}  # numbers
    pairs, n_buckets, n_pairs = _DealtPairs(piece), 0, 0
    for run in runs:
        told, crowded = _of_run(piece, run, gone, pairs)
        for name, values in told.items():
            arrays.setdefault(name, []).append(values)
        n_buckets, n_pairs = n_buckets + crowded[0], n_pairs + crowded[1]
    if piece.kind == KINDS.index("words"):
        arrays = _summed(arrays)
    for name, values in arrays.items():
        save(piece.path(f"{name}.npy"), np.concatenate(values, axis=-1))
    level = writer.done()
    return Met(sorted(arrays), pairs.done(), level.sizes.tolist(), level.sums.tolist(), n_buckets, n_pairs)


def _of_run(
    piece: Buckets, run: Runs, gone: Bools, pairs: _DealtPairs
) -> tuple[dict[str, Any], tuple[int, int]]:
    """The arrays that a run gives, and its buckets and pairs over the cap."""
    kind = KINDS[piece.kind]
    if kind == "sentences":
        return dict(zip(("keys", "slots", "dropped"), repeated_in(run, piece.n_old, gone), strict=True)), (
            0,
            0,
        )
    if kind == "words":
        docs, more = shared_in(run, piece.n_old, gone)
        return {"docs": docs.astype(np.int32), "more": more}, (0, 0)
    for one, other in pairs_in(run, piece.n_old, gone):
        pairs.add(one, other)
    told = crowded_in(run, piece.n_old, gone)
    return {"hashes": told.hashes, "docs": told.docs, "lost": told.lost}, (told.n_buckets, told.n_pairs)


def _summed(arrays: Mapping[str, list[Any]]) -> dict[str, list[Any]]:
    """Each text once, with the sum of what it has more."""
    docs, more = np.concatenate(arrays["docs"]), np.concatenate(arrays["more"])
    order = np.argsort(docs, kind="stable")
    docs, more = docs[order], more[order]
    opens = np.flatnonzero(np.diff(docs, prepend=-1))
    return {"docs": [docs[opens]], "more": [np.add.reduceat(more, opens) if len(opens) else more]}


class _DealtPairs:
    """Pairs of texts, dealt out to ranges of the first one in files, some at a time."""

    def __init__(self, piece: Buckets) -> None:
        self._piece, self._held, self._n_held, self._n_files = piece, list[I64](), 0, 0

    def add(self, one: I64, other: I64) -> None:
        """Pairs of different texts, each once more."""
        self._held.append(pair_keys(one, other, self._piece.n))
        self._n_held += len(one)
        if self._n_held > HELD_PAIRS:
            self._put_down()

    def done(self) -> int:
        """How many files there are."""
        if self._n_held:
            self._put_down()
        return self._n_files

    def _put_down(self) -> None:
        n = self._piece.n
        keys = np.sort(np.concatenate(self._held))  # the first text leads: ranges follow one another
        ends = np.searchsorted(keys, np.arange(1, N_RANGES) * (range_size(n) * n))
        write_segments(pair_path(self._piece, self._n_files), np.split(keys, ends))
        self._held, self._n_held, self._n_files = [], 0, self._n_files + 1


def range_size(n: int) -> int:
    """First texts of one range. n: slots."""
    return max(1, -(-n // N_RANGES))


def pair_path(piece: Buckets, number: int) -> Path:
    """Where a piece leaves some of its pairs."""
    return piece.path(f"pairs-{number:03d}")


@resumed
def count(pieces: Sequence[Ranges], settings: Settings) -> list[Path]:  # noqa: ARG001  a crew hands them on
    """The pairs of some ranges that share enough, as `Pairs.all` has them, but in 32 bits."""
    return [_count(piece) for piece in pieces]


def _count(piece: Ranges) -> Path:
    counts, n = load(piece.folder / "counts.npy"), piece.n
    found = []
    for segment in read_segments(piece.files, N_RANGES, piece.first, piece.last, np.dtype(np.int64)):
        keys, times = counted(segment, n)
        rows = np.stack([keys // n, keys % n, times])
        found.append(rows[:, enough(rows, counts)].astype(np.int32))
    return save(piece.folder / f"range-{piece.first:03d}.npy", np.concatenate(found, axis=1))
