"""Growing: an index that takes in many texts at once, by the pieces of `pieces`, whoever does them.

The same as `index.Growth` does in memory. What pieces say is taken in one after the other, in their order, so that it does
not matter who did them and when; what is held of it is what the index has of each text.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from functools import partial
from itertools import pairwise
from pathlib import Path
from typing import Any

import numpy as np

from tasks.crew import Crew
from tasks.dedup.candidates import ARRAYS, Crowded, Regrow, grow_shingled
from tasks.dedup.furniture import Repeated, grow_repeated
from tasks.dedup.index import KINDS, Index, Texts, check_room
from tasks.dedup.levels import Change, Damaged, Level, Levels, with_level
from tasks.dedup.memory import release_memory
from tasks.dedup.pieces import (
    N_RANGES,
    Buckets,
    Deal,
    Met,
    Ranges,
    count,
    deal,
    dealt_path,
    meet,
    pair_path,
)
from tasks.dedup.readings import I32
from tasks.dedup.resumed import noted
from tasks.dedup.segments import append_file, load, put_down, save, whole_file
from tasks.dedup.vocabulary import Vocabulary, grow_vocabulary
from tasks.dedup.words import Bools
from tasks.versions.parts import Part

# Of new texts that are dealt out together: some 20 MB of entries, thrice at work.
DEALT_TEXTS = 20_000
PIECES = "pieces"  # of the scratch folder, where pieces write
MET_BYTES = 8_000_000  # of the entries of some buckets: half a second of work, and ten times that in memory with all that is told
COUNTED_BYTES = 16_000_000  # of the pairs of some ranges: a second of work


@dataclass(frozen=True, slots=True)
class Shop:
    """Where pieces are done. signed: parts of the signatures; folder: in the data folder, for what they hand on; crew: who does them."""

    signed: Sequence[Part]
    folder: Path
    crew: Crew

    def room(self, name: str) -> Path:
        """The folder of some rounds, the same one when a killed run goes on."""
        room = (self.folder / PIECES / name).absolute()  # a worker may have been started elsewhere
        room.mkdir(parents=True, exist_ok=True)
        return room

    def together(self, part: I32, most: int) -> Iterator[list[tuple[Part, int, int]]]:
        """Whole parts for one piece of work after the other, each with the first of its texts and the one behind its last.

        part: of each text, ascending. most: texts of a piece, unless one part alone has more.
        """
        held: list[tuple[Part, int, int]] = []
        starts = np.flatnonzero(np.diff(part, prepend=-1)).tolist()
        for start, end in pairwise([*starts, len(part)]):
            if held and end - held[0][1] > most:
                yield held
                held = []
            held.append((self.signed[int(part[start])], start, end))
        if held:
            yield held


def grow_in_pieces(known: Index, texts: Texts, stands: tuple[I32, I32], gone: Bools, shop: Shop) -> Index:
    """The index with new texts in it, and without those that are gone.

    texts: in the order of where they stand: their part in `signed`, and the row there. gone: of the known slots.
    Raises Regrow, Damaged.
    """
    check_room(known, len(texts.slots), gone)
    growth = _Growth(known, len(texts.slots), gone, shop)
    growth.deal(texts, stands)
    index = growth.index()
    release_memory()
    return index


class _Growth:
    def __init__(self, known: Index, n_new: int, gone: Bools, shop: Shop) -> None:
        self._known, self._shop = known, shop
        self._n_old, self._n = len(known.alive), len(known.alive) + n_new
        self._folder = shop.room(f"growing-{self._n_old}")
        self._bits = known.levels[0].bits
        self._change = Change(known.alive, gone)
        self._gone = np.concatenate([gone, np.zeros(n_new, np.bool_)])
        self._counts = np.zeros((2, self._n), np.int32)  # of shingles and of words
        self._n_dealt = 0

    def deal(self, texts: Texts, stands: tuple[I32, I32]) -> None:
        """The first round."""
        part, at = stands
        for name, values in (
            ("at", at),
            ("slots", texts.slots),
            ("keys", texts.source_keys),
            ("named", texts.named),
        ):
            save(self._folder / f"new-{name}.npy", values)
        save(self._folder / "gone.npy", self._gone)
        save(self._folder / "alive.npy", self._known.alive)
        pieces = [
            Deal(number, self._folder, parts, self._bits)
            for number, parts in enumerate(self._shop.together(part, DEALT_TEXTS))
        ]
        at_slot = 0
        for path in self._shop.crew("dedup: texts", deal, pieces):
            counts = load(path)
            slots = texts.slots[at_slot : at_slot + counts.shape[1]]
            self._counts[:, slots] = counts
            at_slot += len(slots)
        self._n_dealt = len(pieces)

    def index(self) -> Index:
        """The other rounds, and what they say."""
        known, gone = self._known, self._gone
        pieces = self._buckets()
        met = self._shop.crew("dedup: buckets", meet, pieces)
        for one in met:
            if one.trouble == "regrow":
                raise Regrow
            if one.trouble:
                raise Damaged(one.said)
        for number in range(self._n_dealt):
            for kind in range(len(KINDS)):
                dealt_path(self._folder, kind, number).unlink(missing_ok=True)
        of_kind = [
            [both for both in zip(pieces, met, strict=True) if both[0].kind == kind] for kind in range(3)
        ]
        release_memory()
        put = partial(put_down, self._shop.folder)
        alive = put(self._change.alive_of(self._n))
        levels = tuple(
            with_level(self._fresh(kind), self._level(kind, told), alive, self._folder)
            for kind, told in enumerate(of_kind)
        )
        shingled = grow_shingled(
            known.shingled,
            map(_crowded, of_kind[0]),
            partial(self._paired, of_kind[0]),
            self._counts[0],
            gone,
        )
        arrays: Any = {name: put(getattr(shingled, name)) for name in ARRAYS}
        shingled = replace(shingled, **arrays)
        del arrays
        release_memory()
        repeated = grow_repeated(
            known.repeated, (_arrays(one, "keys", "slots", "dropped") for one in of_kind[1]), gone
        )
        repeated = Repeated(put(repeated.keys), put(repeated.slots))
        vocabulary = grow_vocabulary(
            known.vocabulary, (_arrays(one, "docs", "more") for one in of_kind[2]), self._counts[1]
        )
        vocabulary = Vocabulary(put(vocabulary.sampled), put(vocabulary.shared))
        return Index(alive, shingled, repeated, vocabulary, levels)  # type: ignore[arg-type]  # three of them

    def _fresh(self, kind: int) -> Levels:
        """The known levels of a kind, without what was read of them."""
        levels = self._known.levels[kind]
        return replace(levels, levels=[replace(level) for level in levels.levels])

    def _buckets(self) -> list[Buckets]:
        pieces = []
        sizes = noted(self._folder / "dealt-bytes.npy", lambda: [
            sum(dealt_path(self._folder, kind, number).stat().st_size for number in range(self._n_dealt))
            for kind in range(len(KINDS))
        ])  # fmt: skip
        for kind, n_bytes in enumerate(sizes.tolist()):
            pieces += [
                Buckets(kind, first, last, self._folder, self._n_dealt, self._fresh(kind), self._n_old, self._n,
                        n_bytes * (last - first) >> self._bits)
                for first, last in _cut(1 << self._bits, n_bytes, MET_BYTES)
            ]  # fmt: skip
        return pieces

    def _level(self, kind: int, told: Sequence[tuple[Buckets, Met]]) -> Level:
        """The new entries of all buckets of a kind, in one file."""
        path = self._folder / f"level-{KINDS[kind]}"
        if not path.exists():
            with whole_file(path) as file:
                for piece, _ in told:
                    append_file(piece.path("level"), file)
        for piece, _ in told:
            piece.path("level").unlink(missing_ok=True)
        sizes = np.concatenate([np.array(one.sizes, np.int64) for _, one in told])
        return Level(path, sizes, np.concatenate([np.array(one.sums, np.uint64) for _, one in told]))

    def _paired(self, told: Sequence[tuple[Buckets, Met]], counts: I32) -> I32:
        """The third round: the new pairs that share enough. counts: shingles of each text."""
        save(self._folder / "counts.npy", counts)
        files = [pair_path(piece, number) for piece, one in told for number in range(one.n_pair_files)]
        (n_bytes,) = noted(
            self._folder / "pair-bytes.npy", lambda: [sum(path.stat().st_size for path in files)]
        ).tolist()
        pieces = [
            Ranges(first, last, self._folder, files, self._n, n_bytes * (last - first) // N_RANGES)
            for first, last in _cut(N_RANGES, n_bytes, COUNTED_BYTES)
        ]
        found = [np.array(load(path)) for path in self._shop.crew("dedup: pairs", count, pieces)]
        for path in files:
            path.unlink(missing_ok=True)
        return np.concatenate([np.zeros((3, 0), np.int32), *found], axis=1)


def _cut(n: int, n_bytes: int, of_piece: int) -> Iterator[tuple[int, int]]:
    """Whole numbers 0 to n in as many pieces as the bytes need: the first number of each, and that behind the last."""
    n_pieces = max(1, min(n, -(-n_bytes // of_piece)))
    return pairwise(np.linspace(0, n, n_pieces + 1).astype(int).tolist())


def _arrays(told: tuple[Buckets, Met], *names: str) -> Any:  # noqa: ANN401  numbers of several kinds
    return tuple(np.array(load(told[0].path(f"{name}.npy"))) for name in names)


def _crowded(told: tuple[Buckets, Met]) -> Crowded:
    return Crowded(told[1].n_buckets, told[1].n_pairs, *_arrays(told, "hashes", "docs", "lost"))
