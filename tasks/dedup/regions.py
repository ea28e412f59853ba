"""Regions: the judge's reading of many pairs, in pieces that any number of processes do.

Transcripts are dealt out, part by part, to regions of neighbouring groups; then each region's pairs are judged by themselves, with
the region's transcripts and those of its neighbours in memory. Few transcripts are read into memory, and judged here.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path

import numpy as np
import pyarrow as pa

from tasks.dedup.corpus import Corpus
from tasks.dedup.documents import Documents
from tasks.dedup.evidence import Groups, by_groups, groups_of, judge_all, read_stored
from tasks.dedup.furniture import Furniture
from tasks.dedup.growing import Shop
from tasks.dedup.judged import near_and_far
from tasks.dedup.memory import release_memory
from tasks.dedup.part_transcripts import Transcripts, transcripts_in
from tasks.dedup.pieces import TextsOfParts
from tasks.dedup.readings import I32, Readings
from tasks.dedup.resumed import noted, resumed
from tasks.dedup.segments import load, read_segments, save, write_segments
from tasks.dedup.words import I64, U8
from tasks.settings import Settings
from tasks.versions.store import Store

REGION_WORDS = 2_000_000  # of transcripts in memory together: some 14 MB, twice
DEALT_TEXTS = 10_000  # transcripts that are dealt out together: 20 MB
JUDGED_PAIRS = 250_000  # of a region that are judged together


@dataclass(frozen=True, slots=True)
class TextDeal(TextsOfParts):
    """Transcripts, which go to so many regions; the arrays are `text-...`."""

    n_regions: int


@dataclass(frozen=True, slots=True)
class Region:
    """Pairs start to end, whose lower group is in one region. n_dealt: pieces that dealt out, to n_regions."""

    start: int
    end: int
    folder: Path
    n_dealt: int
    n_regions: int
    n_bytes: int

    @property
    def batch(self) -> str:
        """See tasks.crew.Piece."""
        return f"{self.start:,} to {self.end:,}"


@dataclass(frozen=True, slots=True)
class Judged:
    """Judged pairs in files of a folder; all in one piece of 32-bit numbers.

    near: places of the texts of the measured ones and `judged.figures_of` them, shape (pairs, 2 + WIDTH). far: places of
    pairs of which a glance showed that they share hardly anything, shape (pairs, 2).
    """

    folder: Path
    name: str

    @property
    def near(self) -> I32:
        """See above; it stays in the file."""
        return np.asarray(load(self.folder / f"{self.name}-near.npy"))

    @property
    def far(self) -> I32:
        """See above; it stays in the file."""
        return np.asarray(load(self.folder / f"{self.name}-far.npy"))

    def save(self, near: I32, far: I32) -> None:
        """Write them."""
        save(self.folder / f"{self.name}-near.npy", near)
        save(self.folder / f"{self.name}-far.npy", far)

    def drop(self) -> None:
        """They are not needed any more."""
        for what in ("near", "far"):
            (self.folder / f"{self.name}-{what}.npy").unlink(missing_ok=True)


@dataclass(frozen=True, slots=True)
class Regions:
    """Judges pairs in pieces, where there is much to read. documents: those of the corpus; n_chars: of each of them."""

    documents: Documents
    corpus: Corpus
    n_chars: I64
    shop: Shop

    def are_many(self, first: I64, second: I64) -> bool:
        """Whether the texts of these pairs are more than is read into memory."""
        wanted = np.zeros(len(self.corpus.n_words), np.bool_)
        wanted[first] = wanted[second] = True
        return int(self.corpus.n_words[wanted].sum()) > REGION_WORDS

    def judge(self, first: I64, second: I64) -> list[Judged]:
        """Of the pairs, each once in all files together."""
        return _Regions(self, groups_of(self.corpus.n_words, first, second)).judge(first, second)


class _Regions:
    def __init__(self, regions: Regions, groups: Groups) -> None:
        corpus, shop = regions.corpus, regions.shop
        self._groups, self._shop = groups, shop
        self._folder = shop.room("regions")
        words = np.cumsum(corpus.n_words[groups.members])
        self._region = (
            words[groups.begin[:-1]] - corpus.n_words[groups.members[groups.begin[:-1]]]
        ) // REGION_WORDS
        self._n_regions = int(self._region[-1]) + 1
        rows = corpus.rows
        arrays = {
            "of": groups.of, "members": groups.members, "begin": groups.begin, "region": self._region,
            "n-chars": regions.n_chars[rows], "keys": corpus.source_keys[rows], "furniture": corpus.furniture.keys,
        }  # fmt: skip
        for name, values in arrays.items():
            save(self._folder / f"{name}.npy", values)
        self._n_dealt = self._deal(rows, regions.documents)

    def _deal(self, rows: I64, documents: Documents) -> int:
        """The first round: transcripts to regions."""
        members = self._groups.members
        region = self._region[self._groups.of[members]]
        order = np.lexsort((documents.at[rows[members]], documents.part[rows[members]]))
        members = members[order]
        part = documents.part[rows[members]]
        for name, values in (
            ("place", members),
            ("region", region[order]),
            ("at", documents.at[rows[members]]),
            ("start", documents.start[rows[members]]),
        ):
            save(self._folder / f"text-{name}.npy", values)
        pieces = [
            TextDeal(number, self._folder, parts, self._n_regions)
            for number, parts in enumerate(self._shop.together(part, DEALT_TEXTS))
        ]
        self._shop.crew("dedup: reading", deal_texts, pieces)
        return len(pieces)

    def judge(self, first: I64, second: I64) -> list[Judged]:
        """The second round: pairs, region by region."""
        low, _, order = by_groups(self._groups, first, second)
        save(self._folder / "first.npy", first[order])
        save(self._folder / "second.npy", second[order])
        ends = np.searchsorted(self._region[low[order]], np.arange(self._n_regions + 1))
        (n_bytes,) = noted(
            self._folder / "text-bytes.npy",
            lambda: [sum(path.stat().st_size for path in _texts(self._folder, self._n_dealt))],
        ).tolist()
        texts = n_bytes // self._n_regions
        pieces = [
            Region(start, min(end, start + JUDGED_PAIRS), self._folder, self._n_dealt, self._n_regions, texts)
            for begin, end in pairwise(ends.tolist())
            for start in range(begin, end, JUDGED_PAIRS)
        ]  # fmt: skip
        judged = self._shop.crew("dedup: judging", judge_regions, pieces)
        for path in _texts(self._folder, self._n_dealt):
            path.unlink(missing_ok=True)
        return judged


@resumed
def deal_texts(pieces: Sequence[TextDeal], settings: Settings) -> list[Path]:
    """Deals out transcripts; where they lie: for each region an Arrow stream, of the places of texts and their transcripts."""
    store = Store(settings.data)
    return [_deal_texts(store, piece) for piece in pieces]


def _deal_texts(store: Store, piece: TextDeal) -> Path:
    release_memory()
    place, region, at, start_of = (
        load(piece.folder / f"text-{name}.npy") for name in ("place", "region", "at", "start")
    )
    read = [
        transcripts_in(store, part, at[start:end], start_of[start:end]) for part, start, end in piece.parts
    ]
    first, last = piece.parts[0][1], piece.parts[-1][2]
    chunks = [chunk for one in read for chunk in (one.chunks if isinstance(one, pa.ChunkedArray) else [one])]
    table = pa.table({"place": pa.array(place[first:last]), "transcript": pa.chunked_array(chunks)})
    del read, chunks
    order = np.argsort(region[first:last], kind="stable")
    table = table.take(pa.array(order)).combine_chunks()
    ends = np.searchsorted(region[first:last][order], np.arange(piece.n_regions + 1))
    path = _texts(piece.folder, piece.number + 1)[-1]
    write_segments(path, [_stream(table.slice(start, end - start)) for start, end in pairwise(ends.tolist())])
    return path


@resumed
def judge_regions(pieces: Sequence[Region], settings: Settings) -> list[Judged]:  # noqa: ARG001  a crew hands them on
    """Reads and judges the pairs of some regions, and leaves what is measured of them in files."""
    return [_judge_region(piece) for piece in pieces]


def _judge_region(piece: Region) -> Judged:
    release_memory()
    asked = np.stack(
        [load(piece.folder / f"{name}.npy")[piece.start : piece.end] for name in ("first", "second")]
    )
    measured, probability = judge_all(_RegionReader(piece), asked[0], asked[1])
    judged = Judged(piece.folder, f"judged-{piece.start:010d}")
    judged.save(*near_and_far(asked, measured, probability))
    return judged


class _RegionReader:
    """Reads groups out of regions; the two regions used last are in memory."""

    def __init__(self, piece: Region) -> None:
        folder = piece.folder
        self._groups = Groups(*(load(folder / f"{name}.npy") for name in ("of", "members", "begin")))
        self._region, self._n_chars, self._keys = (
            load(folder / f"{name}.npy") for name in ("region", "n-chars", "keys")
        )
        self._furniture = Furniture(load(folder / "furniture.npy"), np.zeros(0, np.uint64))
        self._piece = piece
        self._loaded: dict[int, Transcripts] = {}

    def groups(self, first: I64, second: I64) -> Groups:  # noqa: ARG002  those of all pairs
        """See Reader."""
        return self._groups

    def read(self, members: I64) -> Readings:
        """See Reader."""
        stored = self._load(int(self._region[self._groups.of[members[0]]])).of(members)
        return read_stored(stored, self._furniture, self._keys[members], self._n_chars[members])

    def _load(self, region: int) -> Transcripts:
        if region not in self._loaded:
            while len(self._loaded) > 1:
                del self._loaded[next(iter(self._loaded))]
            paths = _texts(self._piece.folder, self._piece.n_dealt)
            (streams,) = read_segments(paths, self._piece.n_regions, region, region + 1, np.dtype(np.uint8))
            self._loaded[region] = Transcripts.joined(
                [(table.column("place").to_numpy(), table.column("transcript")) for table in _tables(streams)]
            )
        self._loaded[region] = self._loaded.pop(region)  # used last
        return self._loaded[region]


def _texts(folder: Path, n: int) -> list[Path]:
    """Where the pieces leave the transcripts that they dealt out."""
    return [folder / f"texts-{number:05d}" for number in range(n)]


def _stream(table: pa.Table) -> bytes:
    sink = pa.BufferOutputStream()
    with pa.ipc.new_stream(sink, table.schema) as writer:
        writer.write_table(table)
    return bytes(sink.getvalue().to_pybytes())


def _tables(streams: U8) -> Iterator[pa.Table]:
    """The tables of several Arrow streams, one behind the other."""
    source = pa.BufferReader(pa.py_buffer(streams))
    while source.tell() < source.size():
        yield pa.ipc.open_stream(source).read_all()
