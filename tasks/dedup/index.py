"""Index: what the shingles, sentences and words of all texts say together, kept from run to run and grown by new texts.

A text has a slot, a number that it keeps while it is there. A new text is held against the entries with its hashes
only, and changes what is said of the texts it meets. The result is the same as that of all texts at once: everything
here counts sets of texts, whatever the order they came in.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from tempfile import mkdtemp

import numpy as np

from tasks.dedup.candidates import (
    BUCKET,
    Crowded,
    Regrow,
    Shingled,
    crowded_in,
    grow_shingled,
    leading,
    no_shingles,
    pairs_in,
)
from tasks.dedup.furniture import (
    FURNITURE_DOCS,
    Repeated,
    grow_repeated,
    no_sentences,
    repeated_in,
    sentence_keys,
)
from tasks.dedup.levels import Change, Enough, Levels, LevelWriter, runs_with, with_level
from tasks.dedup.lists import LISTS, Lists, some_of
from tasks.dedup.packed import Exchange, n_bucket_bits
from tasks.dedup.pair_counts import Pairs
from tasks.dedup.vocabulary import Vocabulary, grow_vocabulary, no_words, shared_in
from tasks.dedup.words import I64, U64, Bools

KINDS = LISTS
ENOUGH = (Enough(BUCKET + 1, counted=True), Enough(FURNITURE_DOCS), Enough(2))
SPARE = 1_000  # slots without a text that cost nothing; above it half of all may be


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
    """An index on its way to the next, in memory: new texts in, others out."""

    def __init__(self, known: Index, n_new: int, gone: Bools, scratch: Path | None) -> None:
        """gone: of the known slots. scratch: where levels are written. Raises Regrow where the index is full."""
        check_room(known, n_new, gone)
        self._known = known
        self._scratch = None if scratch is None else Path(mkdtemp(dir=scratch))
        self._n_old = len(known.alive)
        self._change = Change(known.alive, gone)
        self._gone = np.concatenate([gone, np.zeros(n_new, np.bool_)])
        self._exchanges = [Exchange(len(self._gone), levels.bits) for levels in known.levels]

    def add(self, texts: Texts, shingles: Lists, sentences: Lists, words: Lists) -> None:
        """The lists of some new texts."""
        for exchange, entries in zip(
            self._exchanges, to_exchange(texts, shingles, sentences, words), strict=True
        ):
            exchange.add(*entries)

    def done(self) -> Index:
        """The index with all of them. Raises Regrow, Damaged."""
        known, n_old, gone = self._known, self._n_old, self._gone
        writers = [
            None if self._scratch is None else LevelWriter(self._scratch / f"level-{name}") for name in KINDS
        ]
        runs = [
            runs_with(exchange.buckets(), of_kind, self._change, writer, enough)
            for exchange, of_kind, writer, enough in zip(self._exchanges, known.levels, writers, ENOUGH, strict=True)
        ]  # fmt: skip
        counts = [exchange.counts for exchange in self._exchanges]
        pairs = Pairs(len(gone))

        def crowded() -> Iterator[Crowded]:
            for run in runs[0]:
                for one, other in pairs_in(run, n_old, gone):
                    pairs.add(one, other)
                yield crowded_in(run, n_old, gone)

        shingled = grow_shingled(known.shingled, crowded(), pairs.all, counts[0], gone)
        repeated = grow_repeated(known.repeated, (repeated_in(run, n_old, gone) for run in runs[1]), gone)
        vocabulary = grow_vocabulary(
            known.vocabulary, (shared_in(run, n_old, gone) for run in runs[2]), counts[2]
        )
        alive = self._change.alive_of(len(gone))
        levels = tuple(
            of_kind if writer is None or self._scratch is None
            else with_level(of_kind, writer.done(), alive, self._scratch)
            for of_kind, writer in zip(known.levels, writers, strict=True)
        )  # fmt: skip
        return Index(alive, shingled, repeated, vocabulary, levels)  # type: ignore[arg-type]  # three of them


@dataclass(frozen=True, slots=True)
class Texts:
    """New texts: slots, source_keys, and which of them are `named`, of a source."""

    slots: I64
    source_keys: U64
    named: Bools


def to_exchange(
    texts: Texts, shingles: Lists, sentences: Lists, words: Lists
) -> Sequence[tuple[U64, I64, I64]]:
    """Of each of KINDS: hashes of HASH_BITS, how many each text has, and the texts. Sentences count within a source."""
    named = texts.named
    values, offsets = some_of(sentences, named)
    n_sentences = np.diff(offsets)
    return (
        (leading(shingles[0]), np.diff(shingles[1]), texts.slots),
        (sentence_keys(values, np.repeat(texts.source_keys[named], n_sentences)), n_sentences, texts.slots[named]),
        (leading(words[0]), np.diff(words[1]), texts.slots),
    )  # fmt: skip


def check_room(known: Index, n_new: int, gone: Bools) -> None:
    """Raises Regrow where the index has too many slots without a text, or no room for the new ones."""
    n = len(known.alive) + n_new
    n_left = n - int((~known.alive | gone).sum())
    if n > 2 * n_left + SPARE or not all(levels.fits(n) for levels in known.levels):
        raise Regrow
