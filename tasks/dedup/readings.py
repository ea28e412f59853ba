"""Readings: the words of many documents laid out for the judge, who looks runs of three words up in them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from tasks.dedup.words import BASE, I64, LAST, PROSE, U8, U64, Bools, Words, read_words

OWN = 16  # flag of a word beside those of words.py: its sentence is not furniture of the source
GRAM_WORDS = 3  # runs of three: with 20 % of words broken, half of them still stand
TITLE_BITS = 1_024  # two titles of ten words have 0.1 words in common by chance
MIN_PROSE = 20  # words; below it a document is a list or a headline, and all of it counts
MAX_WORDS = 60_000  # of one document; the judge counts words in fields of 16 bits

U32 = npt.NDArray[np.uint32]
I32 = npt.NDArray[np.int32]


@dataclass(frozen=True, slots=True)
class Readings:
    """Words of n documents, one after the other; document i has offsets[i]:offsets[i + 1].

    grams: hash of the three words from here on, odd; 0 for the last two words of a document. words: hash of
    the word. flags: those of words.py and OWN. starts: first character. n_chars: of each document.
    n_prose: own words in prose, of each
    document. titles: the words of each title as a set of TITLE_BITS bits.
    """

    grams: U32
    words: U32
    flags: U8
    starts: I32
    offsets: I64
    n_chars: I64
    n_prose: I64
    titles: U64


def lay_out(words: Words, own: Bools, n_chars: I64, titles: Sequence[str]) -> Readings:
    """The readings of documents. own: of each sentence. A document without own sentences owns them all,
    one without prose is all prose."""
    high = np.uint64(32)
    grams = words.hashes.copy()
    n = len(grams)
    for k in range(1, GRAM_WORDS):
        grams *= BASE
        grams[: n - k] += words.hashes[k:]
    packed = (grams >> high).astype(np.uint32) | np.uint32(1)
    ends = words.offsets[1:]
    for k in range(1, GRAM_WORDS):
        packed[np.maximum(ends - k, words.offsets[:-1])[ends > words.offsets[:-1]]] = 0
    own_words = own_of_words(words, own)
    flags = words.flags | (own_words.view(np.uint8) * np.uint8(OWN))
    prose = (flags & (OWN | PROSE)) == OWN | PROSE
    for i in np.flatnonzero(_sums(prose, words.offsets) < MIN_PROSE).tolist():
        flags[words.offsets[i] : words.offsets[i + 1]] |= np.uint8(PROSE)
    prose = (flags & (OWN | PROSE)) == OWN | PROSE
    return Readings(
        grams=packed,
        words=(words.hashes >> high).astype(np.uint32),
        flags=flags,
        starts=words.starts,
        offsets=words.offsets,
        n_chars=n_chars,
        n_prose=_sums(prose, words.offsets),
        titles=_titles(titles),
    )


def take_words(words: Words, rows: I64) -> Words:
    """The words of some of the texts."""
    if len(rows) == len(words.offsets) - 1 and (np.diff(rows) == 1).all():
        return words
    sizes = np.diff(words.offsets)[rows]
    bounds = list(zip(words.offsets[rows].tolist(), words.offsets[rows + 1].tolist(), strict=True))
    return Words(
        np.concatenate([words.hashes[:0], *(words.hashes[start:end] for start, end in bounds)]),
        np.concatenate([words.flags[:0], *(words.flags[start:end] for start, end in bounds)]),
        np.concatenate([words.starts[:0], *(words.starts[start:end] for start, end in bounds)]),
        np.concatenate([[0], np.cumsum(sizes)]).astype(np.int64),
    )


def own_of_words(words: Words, own: Bools) -> Bools:
    """The flag of its sentence for each word; all true in a document where it is true for none."""
    last = np.flatnonzero(words.flags & LAST)
    spread = np.repeat(own, np.diff(last, prepend=-1))
    bare = np.flatnonzero(_sums(spread, words.offsets) == 0)
    for i in bare.tolist():
        spread[words.offsets[i] : words.offsets[i + 1]] = True
    return spread


def _sums(flags: Bools, offsets: I64) -> I64:
    running = np.concatenate([[0], np.cumsum(flags, dtype=np.int64)])
    return running[offsets[1:]] - running[offsets[:-1]]


def _titles(titles: Sequence[str]) -> U64:
    """The words of each title as a set of TITLE_BITS bits, shape (n, TITLE_BITS / 64)."""
    words = read_words(titles)
    title = np.repeat(np.arange(len(titles)), np.diff(words.offsets))
    bit = words.hashes >> np.uint64(64 - TITLE_BITS.bit_length() + 1)
    sets = np.zeros((len(titles), TITLE_BITS // 64), np.uint64)
    np.bitwise_or.at(sets, (title, (bit >> np.uint64(6)).astype(np.int64)), np.uint64(1) << (bit & np.uint64(63)))
    return sets
