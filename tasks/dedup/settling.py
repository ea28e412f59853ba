"""Settling: clusters and relations of a large corpus, in pieces that any number of processes do.

Judged pairs stay in the files that they were written to. Which texts hang together by them says one number a text; whole
components are then dealt out to pieces, and each of them is settled by itself, as `carried.settle_all` does in memory. Beside
that, what the next run knows of the pairs is brought in order, range by range of their keys.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path

import numpy as np
import numpy.typing as npt

from tasks.dedup.candidates import Candidates
from tasks.dedup.carried import Carried, settle_all
from tasks.dedup.judged import FAR, NEAR, UNKNOWN, WIDTH, Judging, Known, joint_key, measured_of
from tasks.dedup.memory import are_few, release_memory
from tasks.dedup.readings import I32
from tasks.dedup.regions import JUDGED_PAIRS, Judged, Regions
from tasks.dedup.relations import Relations
from tasks.dedup.resumed import noted, resumed
from tasks.dedup.segments import joined, load, read_segments, save, write_segments
from tasks.dedup.unions import Unions
from tasks.dedup.words import I64, U64, Bools
from tasks.settings import Settings

SETTLED_PAIRS = 100_000  # of whole components that are settled together: 11 MB, some ten times that at work
KNOWN_PAIRS = 200_000  # that are brought in order together: 22 MB
_NEAR_WIDTH = 4 + WIDTH  # numbers of 32 bits: two keys, and the figures
RELATION = np.dtype([
    ("first", "<i4"), ("second", "<i4"), ("contains", "?"), ("joins", "?"), ("widest", "?"),
    ("similarity", "<f8"), ("containment", "<f8"), ("shared_chars", "<i8"),
])  # fmt: skip
TEXT = np.dtype([("place", "<i4"), ("label", "<i4"), ("n_pairs", "<i4"), ("cut", "?"), ("worn", "?")])


@dataclass(frozen=True, slots=True)
class PairDeal:
    """Judged pairs, which go to so many pieces by their component, and to 2 ** bits ranges by their keys."""

    number: int
    judged: Judged
    folder: Path
    n_pieces: int
    bits: int
    n_bytes: int

    @property
    def batch(self) -> str:
        """See tasks.crew.Piece."""
        return self.judged.name


@dataclass(frozen=True, slots=True)
class Segment:
    """One of n segments of what so many pieces dealt out."""

    number: int
    n: int
    folder: Path
    n_dealt: int
    n_bytes: int

    @property
    def batch(self) -> str:
        """See tasks.crew.Piece."""
        return f"{self.number + 1} of {self.n}"

    def read(self, what: str) -> I32:
        """Its numbers, of all files."""
        paths = [dealt(self.folder, what, number) for number in range(self.n_dealt)]
        (values,) = read_segments(paths, self.n, self.number, self.number + 1, np.dtype(np.int32))
        return values

    def path(self, what: str) -> Path:
        """Where it leaves something."""
        return self.folder / f"{what}-of-{self.number:05d}.npy"


def dealt(folder: Path, what: str, number: int) -> Path:
    """Where a piece leaves what it deals out."""
    return folder / f"{what}-{number:05d}"


@dataclass(slots=True)
class Settling:
    """Clusters and relations of candidates: in pieces where much is new, else as `carried` does.

    Beside many that are known, those of a batch are read and judged in pieces too, but settled in memory: theirs are few.
    """

    carried: Carried
    judging: Judging
    regions: Regions

    def __call__(self, candidates: Candidates) -> tuple[I64, Relations]:
        """The cluster of each place, and its relations."""
        judging, row = self.judging, self.judging.look_up(candidates.first, candidates.second)
        missing = np.flatnonzero(row == UNKNOWN)
        ends = candidates.first, candidates.second
        if len(missing) < len(row):
            ends = ends[0][missing], ends[1][missing]
        n_new, n_all = len(missing), len(row)
        del missing
        read: tuple[I32, I32] | None
        if not self.regions.are_many(*ends):
            read, judged, most = judging.read(*ends), list[Judged](), n_all
            release_memory(n_new, n_all)
        else:
            judging.judge = None  # pieces have one of their own
            judged, most = self.regions.judge(*ends), JUDGED_PAIRS
            is_batch = self.carried.settled is not None and n_new <= most and are_few(n_new, n_all)
            read = _read(judged) if is_batch else None
        del ends
        found = None if read is None else self._in_memory(candidates, row, read, most)
        if found is not None:
            return found
        judged += self._known(candidates, row)
        del row, read
        return self._in_pieces(judged, candidates.capped)

    def _in_memory(
        self, candidates: Candidates, row: I64, read: tuple[I32, I32], most: int
    ) -> tuple[I64, Relations] | None:
        """Those of all pairs; None if more than `most` are in components in which something is new."""
        near = self.judging.near(candidates.first, candidates.second, row, read[0])
        active = self.carried.reached(near, candidates.capped)
        chosen = np.flatnonzero(active.take(near.first))
        if len(chosen) > most:
            return None
        self.judging.keep(row, *read)
        return self.carried.settle(*near.measured(chosen), candidates.capped, active)

    def _in_pieces(self, judged: Sequence[Judged], capped: Bools) -> tuple[I64, Relations]:
        """Those of all pairs, which lie in files."""
        release_memory()
        pieces = _Pieces(self, judged, capped)
        pieces.deal()
        self.judging.kept = pieces.known()
        label, n_pairs, relations = pieces.settled()
        self.carried.n_pairs = n_pairs
        return label, relations

    def _known(self, candidates: Candidates, row: I64) -> Iterator[Judged]:
        """What is known of pairs, in files as those of pairs that are read."""
        known = np.flatnonzero(row != UNKNOWN)
        if not len(known):
            return
        folder = self.regions.shop.room("known")
        for start in range(0, len(known), JUDGED_PAIRS):
            some = known[start : start + JUDGED_PAIRS]
            near, far = some[row[some] >= NEAR], some[row[some] <= FAR]
            figures = self.judging.known.figures[row[near]]
            judged = Judged(folder, f"known-{start:010d}")
            judged.save(np.concatenate([_ends(candidates, near), figures], axis=1), _ends(candidates, far))
            yield judged


def _read(judged: Sequence[Judged]) -> tuple[I32, I32]:
    """The pairs of all files, in memory."""
    near, far = ([np.array(getattr(one, name)) for one in judged] for name in ("near", "far"))
    return np.concatenate(near), np.concatenate(far)


def _ends(candidates: Candidates, rows: I64) -> I32:
    return np.stack([candidates.first[rows], candidates.second[rows]], axis=1).astype(np.int32)


class _Pieces:
    """The rounds. judged: files of all pairs."""

    def __init__(self, settling: Settling, judged: Sequence[Judged], capped: Bools) -> None:
        self._judged, self._crew = judged, settling.regions.shop.crew
        self._folder = settling.regions.shop.room("settling")
        self._n = len(capped)
        judging = settling.judging
        for name, values in (("capped", capped), ("keys", judging.keys), ("certain", judging.certain)):
            save(self._folder / f"{name}.npy", values)
        self._sizes = noted(self._folder / "sizes.npy", lambda: [len(one.near) for one in judged]).tolist()
        n_near = sum(self._sizes)
        self._bits = (n_near // KNOWN_PAIRS).bit_length()
        self._n_bytes = n_near * 4 * _NEAR_WIDTH
        (self._n_pieces,) = noted(self._folder / "pieces.npy", lambda: [self._cut()]).tolist()

    def _cut(self) -> int:
        """Which piece each text's pairs go to, in a file; how many pieces there are."""
        unions = Unions(self._n)
        n_pairs = np.zeros(self._n, np.int32)  # by component
        for one in self._judged:
            unions.link(one.near[:, 0], one.near[:, 1])
        for one in self._judged:
            component, times = np.unique(unions.of(one.near[:, 0]), return_counts=True)
            n_pairs[component] += times.astype(np.int32)
        piece = np.cumsum(n_pairs, dtype=np.int64)
        piece -= n_pairs
        piece //= SETTLED_PAIRS
        component, piece = unions.all(), piece.astype(np.int32)
        save(self._folder / "piece.npy", piece.take(component))
        return int(piece[-1]) + 1 if self._n else 1

    def deal(self) -> None:
        """The first round."""
        self._crew("dedup: dealing", deal_pairs, [
            PairDeal(number, one, self._folder, self._n_pieces, self._bits, 4 * (2 + WIDTH) * n)
            for number, (one, n) in enumerate(zip(self._judged, self._sizes, strict=True))
        ])  # fmt: skip
        for one in self._judged:
            one.drop()

    def settled(self) -> tuple[I64, I32, Relations]:
        """The second round: cluster and number of measured pairs of each text, and relations."""
        label, relations = np.arange(self._n), list[npt.NDArray[np.void]]()
        n_pairs = np.zeros(self._n, np.int32)
        cut, worn = np.zeros((2, self._n), np.bool_)
        for one in self._crew("dedup: linkage", settle_pieces, self._segments(self._n_pieces)):
            of = np.asarray(load(one.path("texts")))
            place = of["place"]
            label[place], n_pairs[place], cut[place], worn[place] = (
                of[name] for name in ("label", "n_pairs", "cut", "worn")
            )
            relations.append(np.array(load(one.path("relations"))))
        found = np.concatenate([np.zeros(0, RELATION), *relations])
        return (
            label,
            n_pairs,
            Relations(**{name: found[name] for name in RELATION.names or ()}, cut=cut, worn=worn),
        )

    def known(self) -> Known:
        """The third round: the pairs for the next run; they stay in files."""
        done = self._crew("dedup: known pairs", order_pairs, self._segments(1 << self._bits))
        columns = {
            name: joined([one.path(name) for one in done], self._folder / f"{name}.npy")
            for name in Known.__slots__
        }
        return Known(**columns)

    def _segments(self, n: int) -> list[Segment]:
        return [
            Segment(number, n, self._folder, len(self._judged), self._n_bytes // n) for number in range(n)
        ]


@resumed
def deal_pairs(pieces: Sequence[PairDeal], settings: Settings) -> list[int]:  # noqa: ARG001  a crew hands them on
    """Deals out judged pairs; how many."""
    return [_deal_pairs(piece) for piece in pieces]


def _deal_pairs(piece: PairDeal) -> int:
    release_memory()
    keys, certain, piece_of = (load(piece.folder / f"{name}.npy") for name in ("keys", "certain", "piece"))
    near, far = np.array(piece.judged.near), np.array(piece.judged.far)
    _deal_out(piece, "pairs", near, piece_of.take(near[:, 0]), piece.n_pieces)
    for what, rows in (("near", near), ("far", far)):
        sure = rows[certain.take(rows[:, 0]) & certain.take(rows[:, 1])]
        other = keys.take(sure[:, 1])
        joint = joint_key(keys.take(sure[:, 0]), other)
        both = np.stack([joint, other], axis=1).view(np.int32)
        _deal_out(
            piece,
            what,
            np.concatenate([both, sure[:, 2:]], axis=1),
            _range_of(joint, piece.bits),
            1 << piece.bits,
        )
    return len(near)


def _range_of(joint: U64, bits: int) -> I64:
    return (joint >> np.uint64(64 - bits)).astype(np.int64) if bits else np.zeros(len(joint), np.int64)


def _deal_out(piece: PairDeal, what: str, rows: I32, segment: I64 | I32, n: int) -> None:
    order = np.argsort(segment, kind="stable")
    ends = np.searchsorted(segment[order], np.arange(n + 1))
    rows = rows[order]
    write_segments(
        dealt(piece.folder, what, piece.number), [rows[start:end] for start, end in pairwise(ends.tolist())]
    )


@resumed
def settle_pieces(pieces: Sequence[Segment], settings: Settings) -> list[Segment]:  # noqa: ARG001  a crew hands them on
    """Clusters and relations of the components of some pieces, in files."""
    return [_settle(piece) for piece in pieces]


def _settle(piece: Segment) -> Segment:
    release_memory()
    rows = piece.read("pairs").reshape(-1, 2 + WIDTH)
    rows = rows[np.lexsort((rows[:, 1], rows[:, 0]))]
    items, ends = np.unique(rows[:, :2], return_inverse=True)
    first, second = ends.reshape(-1, 2).T.astype(np.int64)
    measured, probability = measured_of(first, second, rows[:, 2:])
    label, found = settle_all(measured, probability, load(piece.folder / "capped.npy").take(items))
    texts, relations = np.zeros(len(items), TEXT), np.zeros(len(found.first), RELATION)
    texts["place"], texts["label"], texts["cut"], texts["worn"] = items, items[label], found.cut, found.worn
    texts["n_pairs"] = np.bincount(ends.reshape(-1), minlength=len(items))
    for name in RELATION.names or ():
        relations[name] = items[getattr(found, name)] if name in {"first", "second"} else getattr(found, name)
    save(piece.path("texts"), texts)
    save(piece.path("relations"), relations)
    return piece


@resumed
def order_pairs(pieces: Sequence[Segment], settings: Settings) -> list[Segment]:  # noqa: ARG001  a crew hands them on
    """Pairs of some ranges of keys, sorted, in files."""
    return [_order(piece) for piece in pieces]


def _order(piece: Segment) -> Segment:
    release_memory()
    for prefix, what, width in (("", "near", _NEAR_WIDTH), ("far_", "far", 4)):
        rows = piece.read(what).reshape(-1, width)
        keys = np.ascontiguousarray(rows[:, :4]).view(np.uint64)
        order = np.lexsort((keys[:, 1], keys[:, 0]))
        save(piece.path(f"{prefix}joint"), keys[order, 0])
        save(piece.path(f"{prefix}other"), keys[order, 1])
        if what == "near":
            save(piece.path("figures"), np.ascontiguousarray(rows[order, 4:]))
    return piece
