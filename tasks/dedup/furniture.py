"""Furniture: the sentences that a source repeats in many articles, its footers and not its news."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np

from tasks.dedup.packed import HASH_BITS, Runs
from tasks.dedup.readings import I32
from tasks.dedup.signatures import SENTENCE_WORDS
from tasks.dedup.words import I64, U64, Bools, mix

# A sentence in three different stories of one source is its furniture, in half the root of its texts for a large
# source, which has more copies of one story too: 11 of 489, 50 of 10,000.
FURNITURE_DOCS, FURNITURE_ROOT = 3, 0.5
STORY_WORDS, STORY_FRAC = 30, 0.2  # words of its own that make a text a story, also under long footers
_LENGTH_BITS = np.uint64(8)  # of a sentence's hash


@dataclass(frozen=True, slots=True)
class Repeated:
    """Sentences that FURNITURE_DOCS texts of a source have, and more: keys, sorted, and the slots they stand in."""

    keys: U64
    slots: I32


@dataclass(frozen=True, slots=True)
class Furniture:
    """Keys of the sentences that are furniture of a source, sorted; and what of it each text has.

    marks: per slot a hash of the furniture in it, 0 where there is none: with it and the text, all is said of which
    sentences are the text's own.
    """

    keys: U64
    marks: U64

    def own(self, sentences: U64, sources: U64) -> Bools:
        """False for each sentence that is furniture of its source."""
        if not len(self.keys):
            return np.ones(len(sentences), np.bool_)
        wanted = sentence_keys(sentences, sources)
        at = np.minimum(np.searchsorted(self.keys, wanted), len(self.keys) - 1)
        return np.asarray(self.keys[at] != wanted)


def sentence_keys(sentences: U64, sources: U64) -> U64:
    """Key of a sentence in a source (a hash of its name), HASH_BITS of it; the last 8 bits are the number of its words, at most 255."""
    mixed = sentences & ~SENTENCE_WORDS ^ mix(sources)
    mixed >>= np.uint64(64 - HASH_BITS) + _LENGTH_BITS
    return np.asarray(mixed << _LENGTH_BITS | sentences & SENTENCE_WORDS)


def no_sentences() -> Repeated:
    """Of no text."""
    return Repeated(np.zeros(0, np.uint64), np.zeros(0, np.int32))


def repeated_in(run: Runs, n_old: int, gone: Bools) -> tuple[U64, I64, U64]:
    """Keys and slots to add to what is known of these runs, and keys that few texts have now. n_old: slots before."""
    old, leaves = run.docs < n_old, gone[run.docs]
    many = run.sizes - run.count(leaves) >= FURNITURE_DOCS
    were_many = run.count(old) >= FURNITURE_DOCS
    told = np.repeat(many, run.sizes) & ~leaves & (np.repeat(~were_many, run.sizes) | ~old)
    return np.repeat(run.hashes, run.sizes)[told], run.docs[told], run.hashes[were_many & ~many]


def grow_repeated(known: Repeated, told: Iterable[tuple[U64, I64, U64]], gone: Bools) -> Repeated:
    """What is known with what was told of runs by `repeated_in`, and without the texts that are gone."""
    keys, slots, dropped = [np.zeros(0, np.uint64)], [np.zeros(0, np.int32)], [np.zeros(0, np.uint64)]
    for more, of_them, few in told:
        keys.append(more)
        slots.append(of_them.astype(np.int32))
        dropped.append(few)
    new, new_slots, fewer = np.concatenate(keys), np.concatenate(slots), np.concatenate(dropped)
    if not len(known.keys):  # buckets come in the order of their keys, and in these slots
        return Repeated(new, new_slots)
    stays = ~gone[known.slots] if gone.any() else np.ones(len(known.slots), np.bool_)
    if len(fewer):
        stays &= ~np.isin(known.keys, fewer)
    order = np.lexsort((new_slots, new))
    new, new_slots = new[order], new_slots[order]
    before, before_slots = (
        (known.keys, known.slots) if stays.all() else (known.keys[stays], known.slots[stays])
    )
    at = np.searchsorted(before, new, side="right")  # new slots are greater
    return Repeated(np.insert(before, at, new), np.insert(before_slots, at, new_slots))


def find_furniture(repeated: Repeated, sources: I64 | I32, n_words: I64, n_sources: int) -> Furniture:
    """Sentences that stand in many different stories of one source.

    sources: number of each slot's source, -1 without one: there is no furniture then. A text that is hardly more than
    such sentences is a copy or a version of another one of its source: it does not count, or three versions of one story
    would turn the story into furniture.
    """
    named = sources >= 0
    sizes = np.bincount(sources[named], minlength=max(1, n_sources))
    enough = np.maximum(FURNITURE_DOCS, np.ceil(FURNITURE_ROOT * np.sqrt(sizes))).astype(np.int64)
    starts = np.flatnonzero(
        np.concatenate([[True], repeated.keys[1:] != repeated.keys[:-1]])[: len(repeated.keys)]
    )
    runs = Runs(
        repeated.keys[starts],
        starts,
        np.diff(starts, append=len(repeated.keys)),
        repeated.slots.astype(np.int64),
        np.zeros_like(starts),
    )
    needed = np.maximum.reduceat(enough[sources[runs.docs]], starts) if len(starts) else starts
    common = runs.sizes >= needed
    runs, needed = runs.only(common), needed[common]
    lengths = (runs.hashes & SENTENCE_WORDS).astype(np.float64)
    own = n_words - np.bincount(runs.docs, np.repeat(lengths, runs.sizes), len(n_words))
    story = (own >= STORY_WORDS) & (own >= STORY_FRAC * n_words)
    runs = runs.only(runs.count(story[runs.docs]) >= needed)
    marks = np.zeros(len(n_words), np.uint64)
    mixed = np.repeat(mix(runs.hashes), runs.sizes)
    # half the time of numbers without a sign
    np.add.at(marks.view(np.int64), runs.docs, mixed.view(np.int64))
    return Furniture(runs.hashes, marks)
