"""Evidence: candidate pairs judged on all of their words, group by group, in bounded memory."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Protocol

import numpy as np
import pyarrow as pa
from scipy.sparse import coo_array
from scipy.sparse.csgraph import reverse_cuthill_mckee

from tasks.dedup.corpus import Corpus
from tasks.dedup.features import NAMES, pair_features
from tasks.dedup.furniture import Furniture
from tasks.dedup.judge import MILLIONTHS, load_forest, probabilities
from tasks.dedup.readings import I32, Packed, Readings, join_readings, lay_out
from tasks.dedup.runs import glance
from tasks.dedup.transcripts import read_transcripts
from tasks.dedup.words import I64, U64, Bools, Floats

GROUP_DOCS = 512  # documents asked for at once, at most
GLANCE_FRAC = (
    0.06  # of the own prose of the shorter text; keeps all but 1 in 10,000 right pairs, and half of all
)
# Of groups that may be needed again: 84 MB. Of a million articles each text is read once so, 4.5 times with a quarter of it.
HELD_WORDS = 4_000_000
GROUP_WORDS = 1_000_000  # of one group, unless one document alone is longer
_AT_ONCE = 100_000  # texts that are dealt out to groups together
JUDGED_ROWS = 32_768  # pairs judged at once; of each, SAID is kept then: a third of what was measured
# What is asked of a judged pair afterwards, by relations.py and roundups.py; the other features are the judge's alone.
SAID = (
    "length_ratio", "title_short", "title_long",
    *(f"{side}_{name}" for side in ("short", "long")
      for name in ("covered", "new_prose", "at_first", "at_last", "lead", "words_in_gaps")),
    "short_gaps", "short_numbers_in_gaps", "short_longest_run",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Groups:
    """Groups of documents that are read together. of: of each place, -1 for one in no pair.

    members: the places of one group after the other, ascending. begin: where each group does, and the end of the last one.
    """

    of: I64
    members: I64
    begin: I64

    @classmethod
    def numbered(cls, of: I64) -> Groups:
        """From the number of each place's group."""
        used = np.flatnonzero(of >= 0)
        members = used.take(np.argsort(of.take(used), kind="stable"))
        n_groups = int(of.max(initial=-1)) + 1
        return cls(of, members, np.searchsorted(of[members], np.arange(n_groups + 1)))

    def places(self, group: int) -> I64:
        """The places of one group."""
        return np.asarray(self.members[self.begin[group] : self.begin[group + 1]])


class TranscriptSource(Protocol):
    """Where the transcripts of documents come from."""

    def expect(self, rows: I64) -> None:
        """Which documents will be read."""

    def read(self, rows: I64) -> pa.ChunkedArray:
        """The transcripts of some documents of one group, at least one, in this order."""


class Reader(Protocol):
    """Where the judge gets its readings from: groups of documents that fit in memory."""

    def groups(self, first: I64, second: I64) -> Groups:
        """Groups of the documents of the corpus that are in a pair."""

    def read(self, members: I64) -> Readings:
        """The readings of some documents, in this order."""


@dataclass(frozen=True, slots=True)
class Measured:
    """Measured pairs: places in the corpus (first < second), some of the features, and what is counted of either text.

    millionths: shape (pairs, len(names)), features have 6 decimals. counts: shape (pairs, 6): for both documents of
    a pair characters the other has, all characters, own words in prose.
    """

    first: I64
    second: I64
    names: tuple[str, ...]
    millionths: I32
    counts: I32

    def of(self, name: str) -> Floats:
        """One feature of all pairs."""
        return np.asarray(self.millionths[:, self.names.index(name)] / MILLIONTHS)

    @property
    def shared_chars(self) -> I64:
        """Characters of the first that the second has, and the other way round, shape (pairs, 2)."""
        return self.counts[:, 0:2].astype(np.int64)

    @property
    def n_chars(self) -> I64:
        """Characters of either document, shape (pairs, 2)."""
        return self.counts[:, 2:4].astype(np.int64)

    @property
    def n_prose(self) -> I64:
        """Own words in prose of either document, shape (pairs, 2)."""
        return self.counts[:, 4:6].astype(np.int64)

    def only(self, names: tuple[str, ...]) -> Measured:
        """The same with fewer features."""
        at = [self.names.index(name) for name in names]
        return replace(self, names=names, millionths=self.millionths[:, at])


Judge = Callable[[I64, I64], tuple[Measured, Floats]]  # the measured ones of the pairs; probabilities


def measure_pairs(reader: Reader, first: I64, second: I64) -> Measured:
    """Read the two texts of each pair and measure what they share; pairs that share hardly anything are left out."""
    return join_measured(list(_measured_blocks(reader, first, second)))


def judge(measured: Measured) -> Floats:
    """Probability of each measured pair, 0..1, rounded to 4 decimals."""
    forest = load_forest("judge")
    columns = [measured.names.index(name) for name in forest.names]
    return probabilities(forest, measured.millionths[:, columns])


def judge_all(reader: Reader, first: I64, second: I64) -> tuple[Measured, Floats]:
    """The measured pairs among these, in order, with the features in SAID, and the probability of each."""
    done: list[Measured] = []
    probability: list[Floats] = []
    waiting: list[Measured] = []

    def settle_waiting() -> None:
        block = join_measured(waiting)
        waiting.clear()
        probability.append(judge(block))
        done.append(block.only(SAID))

    for block in _measured_blocks(reader, first, second):
        waiting.append(block)
        if sum(len(one.first) for one in waiting) >= JUDGED_ROWS:
            settle_waiting()
    settle_waiting()
    measured, found = join_measured(done), np.concatenate(probability)
    order = np.lexsort((measured.second, measured.first))
    return _taken(measured, order), found[order]


def join_measured(parts: Sequence[Measured]) -> Measured:
    """The pairs of several."""
    if len(parts) == 1:
        return parts[0]
    names = parts[0].names if parts else NAMES
    return Measured(
        np.concatenate([np.zeros(0, np.int64), *(part.first for part in parts)]),
        np.concatenate([np.zeros(0, np.int64), *(part.second for part in parts)]),
        names,
        np.concatenate([np.zeros((0, len(names)), np.int32), *(part.millionths for part in parts)]),
        np.concatenate([np.zeros((0, 6), np.int32), *(part.counts for part in parts)]),
    )


def _taken(measured: Measured, rows: I64) -> Measured:
    return Measured(measured.first[rows], measured.second[rows], measured.names,
                    measured.millionths[rows], measured.counts[rows])  # fmt: skip


def _measured_blocks(reader: Reader, first: I64, second: I64) -> Iterator[Measured]:
    """The pairs that share more than hardly anything, measured, a block at a time."""
    for block, readings, one_of_block, other_of_block in _blocks(reader, first, second):
        near = glance(readings, one_of_block, other_of_block) >= GLANCE_FRAC
        if not near.any():
            continue
        one, other = one_of_block[near], other_of_block[near]
        features, shared = pair_features(readings, one, other)
        sizes = (column[places] for column in (readings.n_chars, readings.n_prose) for places in (one, other))
        counts = np.stack([shared[:, 0], shared[:, 1], *sizes], axis=1)
        millionths = np.rint(features * MILLIONTHS).astype(np.int32)
        yield Measured(first[block[near]], second[block[near]], NAMES, millionths, counts.astype(np.int32))


@dataclass(frozen=True, slots=True)
class StoredWords:
    """Reads the transcripts of a group when it is needed, and keeps none. n_chars: of each document."""

    corpus: Corpus
    transcripts: TranscriptSource
    n_chars: I64

    def groups(self, first: I64, second: I64) -> Groups:
        """See `groups_of`."""
        groups = groups_of(self.corpus.n_words, first, second)
        self.transcripts.expect(self.corpus.rows[groups.members])
        return groups

    def read(self, members: I64) -> Readings:
        """The readings of documents of the corpus."""
        rows = self.corpus.rows[members]
        stored = self.transcripts.read(rows)
        return read_stored(stored, self.corpus.furniture, self.corpus.source_keys[rows], self.n_chars[rows])


def read_stored(stored: pa.ChunkedArray, furniture: Furniture, source_keys: U64, n_chars: I64) -> Readings:
    """The readings of some documents, from their transcripts."""
    packed, sentences, titles = read_transcripts(stored)
    return lay_out(packed, own_sentences(furniture, source_keys, *sentences), n_chars, titles)


@dataclass(frozen=True, slots=True)
class HeldWords:
    """All words are in memory already, as the filter has them."""

    corpus: Corpus
    packed: Packed
    sentences: tuple[U64, I64]
    titles: U64
    n_chars: I64

    def groups(self, first: I64, second: I64) -> Groups:  # noqa: ARG002  one group, whatever the pairs
        """One group."""
        return Groups.numbered(np.zeros(len(self.corpus.rows), np.int64))

    def read(self, members: I64) -> Readings:  # noqa: ARG002  there is but one group
        """All readings."""
        own = own_sentences(self.corpus.furniture, self.corpus.source_keys, *self.sentences)
        return lay_out(self.packed, own, self.n_chars, self.titles).take(self.corpus.rows)


def own_sentences(furniture: Furniture, source_keys: U64, sentences: U64, offsets: I64) -> Bools:
    """Which sentences of some documents are their own, not furniture of their source."""
    return furniture.own(sentences, np.repeat(source_keys, np.diff(offsets)))


def _blocks(reader: Reader, first: I64, second: I64) -> Iterator[tuple[I64, Readings, I64, I64]]:
    """Rows of pairs whose documents lie in the same two groups, their readings, and their places in these."""
    if not len(first):
        return
    groups = reader.groups(first, second)
    low, high, order = by_groups(groups, first, second)
    change = np.flatnonzero((np.diff(low[order]) != 0) | (np.diff(high[order]) != 0)) + 1
    held: dict[int, Readings] = {}
    for rows in np.split(order, change):
        needed = sorted({int(low[rows[0]]), int(high[rows[0]])})
        _let_go(held, needed)
        ends = np.stack([first[rows], second[rows]])
        of, place, base = groups.of[ends], np.zeros_like(ends), 0
        for name in needed:
            members = groups.places(name)
            if name not in held:
                held[name] = reader.read(members)
            inside = of == name
            place[inside] = base + np.searchsorted(members, ends[inside])
            base += len(members)
        yield rows, join_readings([held[name] for name in needed]), place[0], place[1]


def by_groups(groups: Groups, first: I64, second: I64) -> tuple[I64, I64, I64]:
    """The lower and the higher group of each pair, and the order in which pairs of the same two follow one another."""
    one, other = groups.of[first], groups.of[second]
    low, high = np.minimum(one, other), np.maximum(one, other)
    return low, high, np.lexsort((high, low))


def _let_go(held: dict[int, Readings], needed: list[int]) -> None:
    """Forget the groups read first until HELD_WORDS are left, but none that is needed, in place."""
    total = sum(len(readings.packed.words) for readings in held.values())
    for name in [name for name in held if name not in needed]:
        if total <= HELD_WORDS:
            return
        total -= len(held.pop(name).packed.words)


def groups_of(n_words: I64, first: I64, second: I64) -> Groups:
    """Groups of at most GROUP_DOCS, in an order that keeps pairs together: neighbours in their graph are read together.

    What is no more than one group may have words is one group.
    """
    is_used = np.zeros(len(n_words), np.bool_)
    is_used[first] = is_used[second] = True
    if int(n_words[is_used].sum()) <= GROUP_WORDS:
        return Groups.numbered(is_used.astype(np.int64) - 1)
    used = np.flatnonzero(is_used)
    number = np.cumsum(is_used, dtype=np.int32) - np.int32(1)
    n, ends = len(used), (number.take(first), number.take(second))
    graph = coo_array((np.ones(len(first), np.int8), ends), shape=(n, n)).tocsr()
    del number, ends
    order = reverse_cuthill_mckee((graph + graph.T).tocsr(), symmetric_mode=True)
    del graph
    order = used.take(order)
    group = np.full(len(n_words), -1, np.int64)
    name, n_docs, total = 0, 0, 0
    for start in range(0, n, _AT_ONCE):
        some = order[start : start + _AT_ONCE]
        names = np.empty(len(some), np.int64)
        for at, words in enumerate(n_words.take(some).tolist()):
            if n_docs and (n_docs >= GROUP_DOCS or total + words > GROUP_WORDS):
                name, n_docs, total = name + 1, 0, 0
            names[at], n_docs, total = name, n_docs + 1, total + words
        group[some] = names
    return Groups.numbered(group)
