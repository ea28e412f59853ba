"""Evidence: candidate pairs read and judged on the real texts, block by block, in bounded memory."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
from scipy.sparse import coo_array
from scipy.sparse.csgraph import reverse_cuthill_mckee

from tasks.dedup.features import NAMES, Reading, pair_features, read
from tasks.dedup.judge import Floats, load_forest, probabilities
from tasks.dedup.signatures import sentence_hashes
from tasks.dedup.words import I64, U64, mix, read_words, repair

GROUP_DOCS = 512  # documents asked for at once, at most; two groups are in memory
GROUP_WORDS = 1_000_000  # of one group, unless one document alone is longer
PARTNER_PAIRS = 20_000  # pairs judged at once


class Text(NamedTuple):
    """What the judge reads of a document."""

    title: str | None
    text: str


ReadTexts = Callable[[Sequence[str]], Mapping[str, Text]]


@dataclass(frozen=True, slots=True)
class Furniture:
    """Sentences that a source repeats in many articles: its footers, not its news. Sorted keys."""

    keys: U64

    def own(self, sentences: U64, source: int) -> np.ndarray:
        """False for each sentence that is furniture of this source."""
        if not len(self.keys):
            return np.ones(len(sentences), np.bool_)
        wanted = furniture_keys(sentences, np.full(len(sentences), source))
        at = np.minimum(np.searchsorted(self.keys, wanted), len(self.keys) - 1)
        return self.keys[at] != wanted


@dataclass(frozen=True, slots=True)
class Corpus:
    """The documents to compare, sorted by id: one of each group of exact copies."""

    ids: Sequence[str]
    sources: I64
    n_words: I64
    furniture: Furniture


@dataclass(frozen=True, slots=True)
class Judged:
    """Judged pairs: positions in the corpus, features, probability, and characters of either that the other has."""

    first: I64
    second: I64
    features: Floats
    probability: Floats
    shared_chars: I64
    n_chars: I64


def furniture_keys(sentences: U64, sources: I64) -> U64:
    """Key of a sentence in a source."""
    return mix(sentences ^ mix(sources.astype(np.uint64)))


def judge_pairs(corpus: Corpus, first: I64, second: I64, shared_frac: Floats, read_texts: ReadTexts) -> Judged:
    """Judge each pair on the two texts. Texts are asked for in groups of at most GROUP_DOCS."""
    forest = load_forest("judge")
    if not len(first):
        return Judged(first, second, np.zeros((0, len(NAMES))), np.zeros(0), *np.zeros((2, 0, 2), np.int64))
    features = np.zeros((len(first), len(NAMES)))
    shared, chars = np.zeros((2, len(first), 2), np.int64)
    for rows, readings in _blocks(corpus, first, second, read_texts):
        for start in range(0, len(rows), PARTNER_PAIRS):
            part = rows[start : start + PARTNER_PAIRS]
            features[part], shared[part] = pair_features(readings, first[part], second[part], shared_frac[part])
            chars[part, 0] = [int(readings[i].n_chars.sum()) for i in first[part].tolist()]
            chars[part, 1] = [int(readings[i].n_chars.sum()) for i in second[part].tolist()]
    columns = [NAMES.index(name) for name in forest.names]
    return Judged(first, second, features, probabilities(forest, features[:, columns]), shared, chars)


def _blocks(corpus: Corpus, first: I64, second: I64, read_texts: ReadTexts) -> Iterator[tuple[I64, dict[int, Reading]]]:
    """Rows of pairs whose documents lie in the same two groups, with these documents read."""
    group = _groups(corpus.n_words, first, second)
    low, high = np.minimum(group[first], group[second]), np.maximum(group[first], group[second])
    order = np.lexsort((high, low))
    change = np.flatnonzero((np.diff(low[order]) != 0) | (np.diff(high[order]) != 0)) + 1
    held: dict[int, dict[int, Reading]] = {}
    for rows in np.split(order, change) if len(order) else []:
        needed = {int(low[rows[0]]), int(high[rows[0]])}
        held = {name: readings for name, readings in held.items() if name in needed}
        for name in sorted(needed - set(held)):
            held[name] = _read_group(corpus, np.flatnonzero(group == name), read_texts)
        yield rows, {i: reading for readings in held.values() for i, reading in readings.items()}


def _groups(n_words: I64, first: I64, second: I64) -> I64:
    """Group of each document that is in a pair (else -1): neighbours in the graph of pairs are read together."""
    n = len(n_words)
    ones = np.ones(len(first), np.int8)
    graph = coo_array((ones, (first, second)), shape=(n, n)).tocsr()
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


def _read_group(corpus: Corpus, members: I64, read_texts: ReadTexts) -> dict[int, Reading]:
    ids = [corpus.ids[i] for i in members.tolist()]
    found = read_texts(ids)
    texts = [found[doc_id] for doc_id in ids]
    bodies = read_words([repair(text.text) for text in texts])
    titles = read_words([repair(text.title or "") for text in texts])
    readings = {}
    for k, i in enumerate(members.tolist()):
        part = slice(int(bodies.offsets[k]), int(bodies.offsets[k + 1]))
        sentences, number = sentence_hashes(bodies, k)
        own = corpus.furniture.own(sentences, int(corpus.sources[i]))[number]
        if not own.any():
            own = np.ones(len(number), np.bool_)
        title = titles.hashes[titles.offsets[k] : titles.offsets[k + 1]]
        lengths = bodies.ends[part] - bodies.starts[part]
        readings[i] = read(bodies.hashes[part], bodies.flags[part], own, lengths, title)
    return readings
