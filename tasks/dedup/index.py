"""Index: what the shingles, sentences and words of all texts say together, kept from run to run and grown by new texts.

A text has a slot, a number that it keeps while it is there. A new text is held against the entries with its hashes
only, and changes what is said of the texts it meets. The result is the same as that of all texts at once: everything
here counts sets of texts, whatever the order they came in.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from tempfile import mkdtemp

import numpy as np

from tasks.dedup.candidates import BUCKET, Regrow, Shingled, grow_shingled, leading, no_shingles
from tasks.dedup.furniture import FURNITURE_DOCS, Repeated, grow_repeated, no_sentences, sentence_keys
from tasks.dedup.levels import Change, Enough, Levels, LevelWriter, runs_with, with_level
from tasks.dedup.memory import release_memory
from tasks.dedup.packed import HASH_BITS, Exchange, n_bucket_bits
from tasks.dedup.vocabulary import Vocabulary, grow_vocabulary, no_words
from tasks.dedup.words import BASE, I64, U64, Bools

KINDS = ("shingles", "sentences", "words")
ENOUGH = (Enough(BUCKET + 1, counted=True), Enough(FURNITURE_DOCS), Enough(2))
SPARE = 1_000  # slots without a text that cost nothing; above it half of all may be

Lists = tuple[U64, I64]  # values of several lists one after the other, and where each begins


@dataclass(frozen=True, slots=True)
class Index:
    """alive: which slots have a text. levels: the entries of each of KINDS."""

    alive: Bools
    shingled: Shingled
    repeated: Repeated
    vocabulary: Vocabulary
    levels: tuple[Levels, Levels, Levels]


def empty_index(n_slots: int, n_entries: int) -> Index:
    """Of no text. n_slots, n_entries: about how many will come; they change no result."""
    levels = Levels(n_bucket_bits(n_slots, n_entries // len(KINDS)))
    return Index(np.zeros(0, np.bool_), no_shingles(), no_sentences(), no_words(), (levels, levels, levels))


class Growth:
    """An index on its way to the next: new texts in, others out."""

    def __init__(self, known: Index, n_new: int, gone: Bools, scratch: Path | None) -> None:
        """gone: of the known slots. scratch: where levels and exchanged entries are written. Raises Regrow where it is full."""
        self._known = known
        self._scratch = None if scratch is None else Path(mkdtemp(dir=scratch))
        self._n_old, n = len(known.alive), len(known.alive) + n_new
        n_left = n - int((~known.alive | gone).sum())
        if n > 2 * n_left + SPARE or not all(levels.fits(n) for levels in known.levels):
            raise Regrow
        self._change = Change(known.alive, gone)
        self._gone = np.concatenate([gone, np.zeros(n_new, np.bool_)])
        files = self._scratch if known.levels[0].bits else None
        self._exchanges = [
            Exchange(n, levels.bits, files, name) for levels, name in zip(known.levels, KINDS, strict=True)
        ]

    def add(self, slots: I64, shingles: Lists, words: Lists) -> None:
        """The lists of some new texts."""
        self._exchanges[0].add(leading(shingles[0]), np.diff(shingles[1]), slots)
        hashes = np.asarray(words[0] * BASE >> np.uint64(64 - HASH_BITS))
        self._exchanges[2].add(hashes, np.diff(words[1]), slots)

    def add_sentences(self, slots: I64, source_keys: U64, values: U64, offsets: I64) -> None:
        """The sentences of some new texts, and the sources that these are of."""
        sizes = np.diff(offsets)
        self._exchanges[1].add(sentence_keys(values, np.repeat(source_keys, sizes)), sizes, slots)

    def done(self) -> Index:
        """The index with all of them. Raises Regrow, Damaged."""
        known = self._known
        self._give_back()
        alive = np.concatenate([known.alive, np.ones(len(self._gone) - self._n_old, np.bool_)]) & ~self._gone
        writers = [
            None if self._scratch is None else LevelWriter(self._scratch / f"level-{name}") for name in KINDS
        ]
        runs = [
            runs_with(exchange, of_kind, self._change, writer, enough)
            for exchange, of_kind, writer, enough in zip(self._exchanges, known.levels, writers, ENOUGH, strict=True)
        ]  # fmt: skip
        counts = [exchange.counts for exchange in self._exchanges]
        shingled = grow_shingled(known.shingled, runs[0], counts[0], self._gone, self._exchanges[0].folder)
        self._give_back()
        repeated = grow_repeated(known.repeated, runs[1], self._n_old, self._gone)
        vocabulary = grow_vocabulary(known.vocabulary, runs[2], counts[2], self._gone)
        levels = tuple(
            of_kind if writer is None or self._scratch is None
            else with_level(of_kind, writer.done(), alive, self._scratch)
            for of_kind, writer in zip(known.levels, writers, strict=True)
        )  # fmt: skip
        return Index(alive, shingled, repeated, vocabulary, levels)  # type: ignore[arg-type]  # three of them

    def _give_back(self) -> None:
        """Release memory, unless all is held in it anyway: to get it again costs a twentieth of the whole."""
        if self._scratch is not None:
            release_memory()
