"""Levels: the entries of all texts by hash, sorted and kept in files, each run's new ones beside those of runs before.

A new batch reads of them what has the hashes of its own entries; nothing is sorted anew. A level is joined to the one
before it when it is half as large, so that there are few, and each entry is written a few times in its life.
"""

from __future__ import annotations

import uuid
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

import numpy as np

from tasks.dedup.memory import let_go
from tasks.dedup.packed import HASH_BITS, Runs, place_bits, runs_of, slices
from tasks.dedup.words import I64, U64, Bools
from tasks.versions.parts import Part

_HELD = 2**22  # entries of a level that were read and are in memory: 32 MB


class Damaged(Exception):  # noqa: N818  nobody but this room sees it: what is damaged is made anew
    """A kept file is not as it was written."""


@dataclass(frozen=True)
class Level:
    """Sorted entries in a file, bucket after bucket. sizes, sums: entries of each bucket and their sum, modulo 2**64.

    part: the file in the data folder; None while it is in the scratch folder.
    """

    path: Path
    sizes: I64
    sums: U64
    part: Part | None = None

    @cached_property
    def _entries(self) -> U64:
        """All entries; they stay in the file. Raises Damaged."""
        if not self.sizes.any():
            return np.zeros(0, np.uint64)
        try:
            return np.memmap(self.path, np.uint64, "r")
        except (OSError, ValueError) as error:
            raise Damaged(str(error)) from error

    def bucket(self, number: int) -> U64:
        """The entries of one bucket; they stay in the file. Raises Damaged."""
        start, size = int(self.sizes[:number].sum()), int(self.sizes[number])
        if start // _HELD != (start + size) // _HELD:  # buckets are read one after the other
            let_go(self._entries)
        entries = np.asarray(self._entries)[start : start + size]
        if entries.sum() != self.sums[number]:
            raise Damaged(str(self.path))
        return entries


@dataclass(frozen=True, slots=True)
class Levels:
    """All entries of one kind. bits: those of a hash that name its bucket; levels: oldest first."""

    bits: int
    levels: Sequence[Level] = ()

    def fits(self, n_slots: int) -> bool:
        """Whether so many texts can be told apart in an entry."""
        return n_slots <= 1 << place_bits(self.bits)

    def touched(
        self, number: int, entries: U64, gone: Bools | None, most: int | None
    ) -> tuple[U64, U64, I64]:
        """Entries of a bucket that have the hash of one of these sorted ones, or of a text that is gone; unsorted.

        gone: None if none is. most: how many of one hash are told, of each level; None: all of them. Then entries of hashes of which some are
        left out, and how many.
        """
        none = np.zeros(0, np.uint64)
        found, cut, untold = [none], [none], [np.zeros(0, np.int64)]
        shift = np.uint64(place_bits(self.bits))
        rest = (np.uint64(1) << shift) - np.uint64(1)
        held = [one for one in (level.bucket(number) for level in self.levels) if len(one)]
        heads = entries & ~rest
        if gone is not None:
            heads = np.concatenate([
                heads, *(one[gone[(one & rest).astype(np.int64)]] & ~rest for one in held)
            ])  # fmt: skip
            heads.sort()
        heads = heads[np.concatenate([[True], heads[1:] != heads[:-1]])[: len(heads)]]
        for one in held:
            low = np.searchsorted(one, heads)
            met = np.flatnonzero(one[np.minimum(low, len(one) - 1)] & ~rest == heads)  # few of them
            low = low[met]
            all_sizes = np.searchsorted(one, heads[met] | rest, side="right") - low
            sizes = all_sizes if most is None else np.minimum(all_sizes, most)
            found.append(one[slices(low, sizes)])
            more = sizes < all_sizes
            cut.append(heads[met[more]])
            untold.append((all_sizes - sizes)[more])
        return np.concatenate(found), np.concatenate(cut), np.concatenate(untold)


@dataclass(frozen=True, slots=True)
class Change:
    """Which slots were known and have a text, and which of them go now. Slots behind them are new."""

    alive: Bools
    gone: Bools

    def alive_of(self, n: int) -> Bools:
        """Which of n slots have a text from now on."""
        return np.concatenate([self.alive & ~self.gone, np.ones(n - len(self.alive), np.bool_)])

    @property
    def n_without(self) -> int:
        """Known slots that have no text any more."""
        return len(self.alive) - int(self.alive.sum()) + int(self.gone.sum())


@dataclass(frozen=True, slots=True)
class Enough:
    """How many texts of a hash say all. counted: the number of the others is asked for."""

    texts: int
    counted: bool = False

    def of(self, change: Change) -> int | None:
        """How many known texts must be told; None: all. Those without a text any more may have to be left out of them."""
        if self.counted and change.n_without:
            return None
        return self.texts + change.n_without


def runs_with(
    buckets: Iterable[tuple[int, U64]],
    known: Levels,
    change: Change,
    added: LevelWriter | None,
    enough: Enough,
) -> Iterator[Runs]:
    """The runs of the hashes that new texts have, or texts that are gone, with the texts known before; gone ones too.

    buckets: numbers, and the new entries of each, sorted. added: takes these down.
    """
    shift = np.uint64(place_bits(known.bits))
    rest = (np.uint64(1) << shift) - np.uint64(1)
    most, all_alive = enough.of(change), bool(change.alive.all())
    gone = change.gone if change.gone.any() else None
    for number, entries in buckets:
        if added is not None:
            added.write(entries)
        old, cut, untold = known.touched(number, entries, gone, most)
        if len(old) and not all_alive:
            old = old[change.alive[(old & rest).astype(np.int64)]]
        # a merge: sorted entries follow one another
        whole = np.sort(np.concatenate([entries, old]), kind="stable") if len(old) else entries
        runs = runs_of(whole, number, known.bits)
        hashes = cut >> shift | np.uint64(number) << np.uint64(HASH_BITS - known.bits)
        np.add.at(runs.untold, np.searchsorted(runs.hashes, hashes), untold)
        yield runs


class LevelWriter:
    """Writes the buckets of a level, in order, to a file that gets its name when it is done: a piece may be done twice at once."""

    def __init__(self, path: Path) -> None:
        self._path, self._sizes, self._sums = path, list[int](), list[np.uint64]()
        self._unfinished = path.with_name(f"{path.name}-{uuid.uuid4().hex}")
        self._file = self._unfinished.open("wb")

    def write(self, entries: U64) -> None:
        """The entries of the next bucket, sorted."""
        self._sizes.append(len(entries))
        self._sums.append(entries.sum() if len(entries) else np.uint64(0))
        self._file.write(entries.tobytes())  # tofile tells no full disk

    def done(self) -> Level:
        """What was written."""
        self._file.close()
        self._unfinished.replace(self._path)
        return Level(self._path, np.array(self._sizes, np.int64), np.array(self._sums, np.uint64))


def with_level(known: Levels, new: Level, alive: Bools, folder: Path) -> Levels:
    """The levels with a new one, joined to those before it that are not twice as large. alive: slots whose entries stay."""
    levels, joined = list(known.levels), [new]
    size = int(new.sizes.sum())
    while levels and int(levels[-1].sizes.sum()) <= 2 * size:
        joined.insert(0, levels.pop())
        size += int(joined[0].sizes.sum())
    if not size:
        return Levels(known.bits, levels)
    if len(joined) == 1:
        return Levels(known.bits, [*levels, new])
    rest = np.uint64((1 << place_bits(known.bits)) - 1)
    writer = LevelWriter(folder / f"{new.path.name}-joined")
    for number in range(1 << known.bits):
        entries = np.concatenate([one.bucket(number) for one in joined])
        entries = entries[alive[(entries & rest).astype(np.int64)]]
        entries.sort(kind="stable")  # a merge: each is sorted
        writer.write(entries)
    return Levels(known.bits, [*levels, writer.done()])
