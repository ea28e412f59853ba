"""Evidence: candidate pairs judged on the real texts, group by group, in bounded memory."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import NamedTuple, Protocol

import numpy as np
from scipy.sparse import coo_array
from scipy.sparse.csgraph import reverse_cuthill_mckee

from tasks.dedup.corpus import Corpus
from tasks.dedup.features import NAMES, pair_features
from tasks.dedup.judge import load_forest, probabilities
from tasks.dedup.readings import Packed, Readings, join_packed, join_readings, lay_out, pack
from tasks.dedup.repair import repair
from tasks.dedup.runs import glance
from tasks.dedup.signatures import join_lists, sentence_hashes
from tasks.dedup.words import I64, U64, Bools, Floats, read_chunks

GROUP_DOCS = 512  # documents asked for at once, at most
GLANCE_FRAC = (
    0.06  # of the own prose of the shorter text; keeps all but 1 in 10,000 right pairs, and half of all
)
HELD_WORDS = (
    16_000_000  # of groups that may be needed again: 210 MB; without them each text is read 7 times over
)
GROUP_WORDS = 1_000_000  # of one group, unless one document alone is longer


class Text(NamedTuple):
    """What the judge reads of a document."""

    title: str | None
    text: str


class TextSource(Protocol):
    """Where the texts of documents come from."""

    def expect(self, rows: I64, group: I64) -> None:
        """What will be read: documents, and the group each will be read with; groups next to each other follow."""

    def read(self, rows: I64) -> Sequence[Text]:
        """The texts of some documents of one group, in this order."""


class Reader(Protocol):
    """Where the judge gets its readings from: groups of documents that fit in memory."""

    def groups(self, first: I64, second: I64) -> I64:
        """Group of each document of the corpus that is in a pair."""

    def read(self, members: I64) -> Readings:
        """The readings of some documents, in this order."""


@dataclass(frozen=True, slots=True)
class Measured:
    """Measured pairs: places in the corpus and features.

    For both documents of a pair, shape (pairs, 2): characters the other has, all characters, own words in prose.
    """

    first: I64
    second: I64
    features: Floats
    shared_chars: I64
    n_chars: I64
    n_prose: I64

    def of(self, name: str) -> Floats:
        """One feature of all pairs."""
        return self.features[:, NAMES.index(name)]


def measure_pairs(reader: Reader, first: I64, second: I64) -> Measured:
    """Read the two texts of each pair and measure what they share; pairs that share hardly anything are left out."""
    features = np.zeros((len(first), len(NAMES)))
    shared, chars, own = np.zeros((3, len(first), 2), np.int64)
    read = np.zeros(len(first), np.bool_)
    for block, readings, one_of_block, other_of_block in _blocks(reader, first, second):
        near = glance(readings, one_of_block, other_of_block) >= GLANCE_FRAC
        rows, one, other = block[near], one_of_block[near], other_of_block[near]
        features[rows], shared[rows] = pair_features(readings, one, other)
        read[rows] = True
        chars[rows] = np.stack([readings.n_chars[one], readings.n_chars[other]], axis=1)
        own[rows] = np.stack([readings.n_prose[one], readings.n_prose[other]], axis=1)
    return Measured(
        first[read], second[read], np.round(features[read], 6), shared[read], chars[read], own[read]
    )


def judge(measured: Measured) -> Floats:
    """Probability of each measured pair, 0..1, rounded to 4 decimals."""
    forest = load_forest("judge")
    columns = [NAMES.index(name) for name in forest.names]
    return probabilities(forest, measured.features[:, columns])


def judge_all(reader: Reader, first: I64, second: I64) -> tuple[Measured, Floats]:
    """The measured pairs among these, and the probability of each."""
    measured = measure_pairs(reader, first, second)
    return measured, judge(measured)


@dataclass(frozen=True, slots=True)
class StoredTexts:
    """Reads the texts of a group when it is needed, and keeps none."""

    corpus: Corpus
    texts: TextSource

    def groups(self, first: I64, second: I64) -> I64:
        """Groups of at most GROUP_DOCS: neighbours in the graph of pairs are read together."""
        group = _groups(self.corpus.n_words, first, second)
        used = np.flatnonzero(group >= 0)
        self.texts.expect(self.corpus.rows[used], group[used])
        return group

    def read(self, members: I64) -> Readings:
        """The readings of documents of the corpus."""
        rows = self.corpus.rows[members]
        texts = self.texts.read(rows)
        chunks = [
            (pack(words), sentence_hashes(words))
            for words in read_chunks([repair(text.text) for text in texts])
        ]
        sentences = join_lists([lists for _, lists in chunks])
        own = own_sentences(self.corpus, rows, *sentences)
        n_chars = np.array([len(text.text) for text in texts], np.int64)
        return lay_out(
            join_packed([packed for packed, _ in chunks]), own, n_chars, [text.title or "" for text in texts]
        )


@dataclass(frozen=True, slots=True)
class HeldWords:
    """All words are in memory already, as the filter has them."""

    corpus: Corpus
    packed: Packed
    sentences: tuple[U64, I64]
    titles: Sequence[str]
    n_chars: I64

    def groups(self, first: I64, second: I64) -> I64:  # noqa: ARG002  one group, whatever the pairs
        """One group."""
        return np.zeros(len(self.corpus.rows), np.int64)

    def read(self, members: I64) -> Readings:  # noqa: ARG002  there is but one group
        """All readings."""
        own = own_sentences(self.corpus, np.arange(len(self.titles)), *self.sentences)
        return lay_out(self.packed, own, self.n_chars, self.titles).take(self.corpus.rows)


def own_sentences(corpus: Corpus, rows: I64, sentences: U64, offsets: I64) -> Bools:
    """Which sentences of some documents are their own, not furniture of their source."""
    return corpus.furniture.own(sentences, np.repeat(corpus.all_sources[rows], np.diff(offsets)))


def _blocks(reader: Reader, first: I64, second: I64) -> Iterator[tuple[I64, Readings, I64, I64]]:
    """Rows of pairs whose documents lie in the same two groups, their readings, and their places in these."""
    if not len(first):
        return
    group = reader.groups(first, second)
    low, high = np.minimum(group[first], group[second]), np.maximum(group[first], group[second])
    order = np.lexsort((high, low))
    change = np.flatnonzero((np.diff(low[order]) != 0) | (np.diff(high[order]) != 0)) + 1
    place = np.zeros(len(group), np.int64)
    held: dict[int, Readings] = {}
    for rows in np.split(order, change):
        needed = sorted({int(low[rows[0]]), int(high[rows[0]])})
        _let_go(held, needed)
        base = 0
        for name in needed:
            members = np.flatnonzero(group == name)
            if name not in held:
                held[name] = reader.read(members)
            place[members] = base + np.arange(len(members))
            base += len(members)
        yield rows, join_readings([held[name] for name in needed]), place[first[rows]], place[second[rows]]


def _let_go(held: dict[int, Readings], needed: list[int]) -> None:
    """Forget the groups read first until HELD_WORDS are left, but none that is needed, in place."""
    total = sum(len(readings.packed.words) for readings in held.values())
    for name in [name for name in held if name not in needed]:
        if total <= HELD_WORDS:
            return
        total -= len(held.pop(name).packed.words)


def _groups(n_words: I64, first: I64, second: I64) -> I64:
    """Group of each document that is in a pair (else -1), in an order that keeps pairs together."""
    n = len(n_words)
    graph = coo_array((np.ones(len(first), np.int8), (first, second)), shape=(n, n)).tocsr()
    order = reverse_cuthill_mckee((graph + graph.T).tocsr(), symmetric_mode=True)
    used = np.zeros(n, np.bool_)
    used[first] = used[second] = True
    group = np.full(n, -1, np.int64)
    name, n_docs, total = 0, 0, 0
    for i in order[used[order]].tolist():
        words = int(n_words[i])
        if n_docs and (n_docs >= GROUP_DOCS or total + words > GROUP_WORDS):
            name, n_docs, total = name + 1, 0, 0
        group[i], n_docs, total = name, n_docs + 1, total + words
    return group
