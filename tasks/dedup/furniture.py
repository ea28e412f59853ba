"""Furniture: the sentences that a source repeats in many articles, its footers and not its news."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np

from tasks.dedup.packed import HASH_BITS, Runs
from tasks.dedup.signatures import SENTENCE_WORDS
from tasks.dedup.words import I64, U64, Bools, mix

# A sentence in three different stories of one source is its furniture, in half the root of its texts for a large
# source, which has more copies of one story too: 11 of 489, 50 of 10,000.
FURNITURE_DOCS, FURNITURE_ROOT = 3, 0.5
STORY_WORDS, STORY_FRAC = 30, 0.2  # words of its own that make a text a story, also under long footers
_LENGTH_BITS = np.uint64(8)  # of a sentence's hash


@dataclass(frozen=True, slots=True)
class Furniture:
    """Keys of the sentences that are furniture of a source, sorted; and what of it each text has.

    marks: per text a hash of the furniture in it, 0 where there is none: with it and the text, all is said of which
    sentences are the text's own.
    """

    keys: U64
    marks: U64

    def own(self, sentences: U64, sources: I64) -> Bools:
        """False for each sentence that is furniture of its source."""
        if not len(self.keys):
            return np.ones(len(sentences), np.bool_)
        wanted = sentence_keys(sentences, sources)
        at = np.minimum(np.searchsorted(self.keys, wanted), len(self.keys) - 1)
        return np.asarray(self.keys[at] != wanted)


def sentence_keys(sentences: U64, sources: I64) -> U64:
    """Key of a sentence in a source, HASH_BITS of it; the last 8 bits are the number of its words, at most 255."""
    mixed = sentences & ~SENTENCE_WORDS ^ mix(sources.astype(np.uint64))
    mixed >>= np.uint64(64 - HASH_BITS) + _LENGTH_BITS
    return np.asarray(mixed << _LENGTH_BITS | sentences & SENTENCE_WORDS)


def find_furniture(buckets: Iterable[Runs], sources: I64, n_words: I64, n_sources: int) -> Furniture:
    """Sentences that stand in many different stories of one source.

    buckets: the keys of all sentences with the texts they stand in. sources: number of each text's source, -1 without
    one: there is no furniture then. A text that is hardly more than such sentences is a copy or a version of another
    one of its source: it does not count, or three versions of one story would turn the story into furniture.
    """
    named = sources >= 0
    sizes = np.bincount(sources[named], minlength=max(1, n_sources))
    enough = np.maximum(FURNITURE_DOCS, np.ceil(FURNITURE_ROOT * np.sqrt(sizes))).astype(np.int64)
    common = [_common(runs, sources, enough) for runs in buckets]
    own = n_words.astype(np.float64)
    for runs in common:
        lengths = (runs.hashes & SENTENCE_WORDS).astype(np.float64)
        own -= np.bincount(runs.docs, np.repeat(lengths, runs.sizes), len(own))
    story = (own >= STORY_WORDS) & (own >= STORY_FRAC * n_words)
    keys = [np.zeros(0, np.uint64)]
    marks = np.zeros(len(n_words), np.uint64)
    for runs in common:
        times = (
            np.add.reduceat(story[runs.docs], runs.starts, dtype=np.int64) if len(runs.starts) else runs.sizes
        )
        found = times >= enough[sources[runs.docs[runs.starts]]]
        keys.append(runs.hashes[found])
        inside = np.repeat(found, runs.sizes)
        np.add.at(marks, runs.docs[inside], mix(np.repeat(runs.hashes, runs.sizes)[inside]))
    return Furniture(np.concatenate(keys), marks)


def _common(runs: Runs, sources: I64, enough: I64) -> Runs:
    """The runs that enough texts of their source have."""
    chosen = runs.sizes >= enough[sources[runs.docs[runs.starts]]]
    sizes = runs.sizes[chosen]
    docs = runs.docs[np.repeat(chosen, runs.sizes)]
    return Runs(runs.hashes[chosen], np.cumsum(sizes) - sizes, sizes, docs, docs[:0])
