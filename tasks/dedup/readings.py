"""Readings: the words of many documents laid out for the judge, who looks runs of three words up in them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from tasks.dedup.packed import slices
from tasks.dedup.words import BASE, DIGIT, I64, LAST, NAME, PROSE, U8, U64, Bools, Words, read_chunks

OWN = 16  # flag of a word beside those of words.py: its sentence is not furniture of the source
GRAM_WORDS = 3  # runs of three: with 20 % of words broken, half of them still stand
TITLE_BITS = 1_024  # two titles of ten words have 0.1 words in common by chance
MIN_PROSE = 20  # words; below it a document is a list or a headline, and all of it counts
HEADLINE, HEADLINE_IN = (
    0.9,
    150,
)  # share of its words that stand in the title; first words of a text that are asked
MAX_WORDS = 60_000  # of one document; the judge counts words in fields of 16 bits

_PIECE = 65_536  # words
_HIGH = np.uint64(32)  # the high half of a hash is kept: two words in 10,000 million look the same
_BASE = np.uint32(int(BASE) >> 32)

U32 = npt.NDArray[np.uint32]
I32 = npt.NDArray[np.int32]


@dataclass(frozen=True, slots=True)
class Packed:
    """Words of some texts, small: 13 bytes a word. Text i has offsets[i]:offsets[i + 1].

    grams: hash of the three words from here on, odd; 0 for the last two words of a text. words: hash of the word.
    flags: those of words.py. starts: first character.
    """

    grams: U32
    words: U32
    flags: U8
    starts: I32
    offsets: I64


@dataclass(frozen=True, slots=True)
class Readings:
    """Documents as the judge reads them: document i has the words begin[i]:begin[i] + size[i] of `packed`.

    Its flags have OWN too. n_chars: of each document. n_prose: own words in prose. titles: the words of each title as
    a set of TITLE_BITS bits. fields: running sum of FIELDS over the flags, one more than words: those of a run are two
    look-ups.
    """

    packed: Packed
    begin: I64
    size: I64
    n_chars: I64
    n_prose: I64
    titles: U64
    fields: U64

    def take(self, places: I64) -> Readings:
        """Some of the documents; the words stay where they are."""
        return Readings(
            self.packed,
            self.begin[places],
            self.size[places],
            self.n_chars[places],
            self.n_prose[places],
            self.titles[places],
            self.fields,
        )


def pack(words: Words) -> Packed:
    """The words of a chunk of texts, packed."""
    small = (words.hashes >> _HIGH).astype(np.uint32)
    return Packed(grams_of(small, words.offsets), small, words.flags, words.starts, words.offsets)


def grams_of(words: U32, offsets: I64) -> U32:
    """Hash of each run of three words, as Packed has them."""
    n = len(words)
    grams = words.copy()
    for k in range(1, GRAM_WORDS):
        grams *= _BASE
        grams[: n - k] += words[k:]
    grams |= np.uint32(1)
    starts, ends = offsets[:-1], offsets[1:]
    for k in range(1, GRAM_WORDS):
        grams[np.maximum(ends - k, starts)[ends > starts]] = 0
    return grams


def join_packed(parts: Sequence[Packed]) -> Packed:
    """The packed words of several chunks as one."""
    sizes = [np.zeros(1, np.int64), *(np.diff(part.offsets) for part in parts)]
    return Packed(
        np.concatenate([np.zeros(0, np.uint32), *(part.grams for part in parts)]),
        np.concatenate([np.zeros(0, np.uint32), *(part.words for part in parts)]),
        np.concatenate([np.zeros(0, np.uint8), *(part.flags for part in parts)]),
        np.concatenate([np.zeros(0, np.int32), *(part.starts for part in parts)]),
        np.cumsum(np.concatenate(sizes)),
    )


def lay_out(packed: Packed, own: Bools, n_chars: I64, titles: U64) -> Readings:
    """The readings of packed texts. own: of each sentence. titles: sets of their words.

    A document without own sentences owns them all, one with hardly any prose is all prose. Its headline over the text is none,
    however long: a later story under the old one's headline seemed to begin as the old one does.
    """
    last = np.flatnonzero(packed.flags & LAST)
    lengths = np.diff(last, prepend=-1)
    text = np.searchsorted(last, packed.offsets)  # a sentence never spans two texts
    counts = np.diff(text)
    own = own | np.repeat(_sums(lengths * own, text) < 1, counts)
    prose = own & ((packed.flags[last] & PROSE) != 0) & ~_headlines(packed, last, titles)
    prose |= np.repeat(_sums(lengths * prose, text) < MIN_PROSE, counts)
    added = own.view(np.uint8) * np.uint8(OWN) + prose.view(np.uint8) * np.uint8(PROSE)
    flags = packed.flags & np.uint8(~PROSE & 0xFF)
    flags |= np.repeat(added, lengths)
    laid = Packed(packed.grams, packed.words, flags, packed.starts, packed.offsets)
    size = np.minimum(np.diff(packed.offsets), MAX_WORDS)
    fields = _running(flags)
    n_prose = _sums(lengths * (prose & own), text)
    return Readings(laid, packed.offsets[:-1], size, n_chars, n_prose, titles, fields)


def _headlines(packed: Packed, last: I64, titles: U64) -> Bools:
    """Which sentences, with their ends, are the document's own headline, set over the text."""
    sizes = np.minimum(np.diff(packed.offsets), HEADLINE_IN)
    text = np.repeat(np.arange(len(sizes)), sizes)
    at = slices(packed.offsets[:-1], sizes)
    bits = packed.words.take(at) >> np.uint32(33 - TITLE_BITS.bit_length())
    sets = titles.reshape(-1).take(text * titles.shape[1] + (bits >> np.uint32(6)))
    named = np.zeros(len(packed.words) + 1, np.int32)
    named[at + 1] = (sets >> (bits & np.uint32(63)).astype(np.uint64)) & np.uint64(1)
    np.cumsum(named, out=named)
    begins = np.concatenate([np.zeros(1, np.int64), last + 1])
    lengths = np.diff(begins)
    return np.asarray((np.diff(named.take(begins)) >= HEADLINE * lengths) & (lengths >= GRAM_WORDS))


def _running(flags: U8) -> U64:
    """Running sum of FIELDS over the flags, piece by piece: in the cache."""
    fields = np.zeros(len(flags) + 1, np.uint64)
    for start in range(0, len(flags), _PIECE):
        piece = FIELDS.take(flags[start : start + _PIECE])
        piece[:1] += fields[start]
        np.cumsum(piece, out=fields[start + 1 : start + 1 + len(piece)])
    return fields


def _field_table() -> U64:
    """For each value of the flags: 1 in each field the word counts in: own, and in prose all, names, numbers."""
    flags = np.arange(256)
    own = (flags & OWN) != 0
    prose = own & ((flags & PROSE) != 0)
    parts = [own, prose, prose & ((flags & NAME) != 0), prose & ((flags & DIGIT) != 0)]
    fields = [part.astype(np.uint64) << np.uint64(FIELD_BITS * k) for k, part in enumerate(parts)]
    return np.asarray(np.sum(fields, axis=0, dtype=np.uint64))


FIELD_BITS = 16
FIELDS = _field_table()


def join_readings(parts: Sequence[Readings]) -> Readings:
    """Several readings as one."""
    if len(parts) == 1:
        return parts[0]
    base = np.cumsum([0] + [len(part.packed.words) for part in parts])
    return Readings(
        join_packed([part.packed for part in parts]),
        np.concatenate([part.begin + start for part, start in zip(parts, base.tolist(), strict=False)]),
        np.concatenate([part.size for part in parts]),
        np.concatenate([part.n_chars for part in parts]),
        np.concatenate([part.n_prose for part in parts]),
        np.concatenate([part.titles for part in parts]),
        _join_fields([part.fields for part in parts]),
    )


def _join_fields(parts: Sequence[U64]) -> U64:
    ends = np.cumsum(np.concatenate([np.zeros(1, np.uint64), [part[-1] for part in parts]]), dtype=np.uint64)
    shifted = [part[:-1] + end for part, end in zip(parts, ends, strict=False)]
    return np.concatenate([*shifted, ends[-1:]])


def _sums(values: I64, starts: I64) -> I64:
    """Sums of the values of each text, whose sentences are starts[i]:starts[i + 1]."""
    total = np.zeros(len(values) + 1, np.int64)
    np.cumsum(values, out=total[1:])
    return np.diff(total[starts])


def title_sets(titles: Sequence[str]) -> U64:
    """The words of each title as a set of TITLE_BITS bits, shape (n, TITLE_BITS / 64)."""
    sets = np.zeros((len(titles), TITLE_BITS // 64), np.uint64)
    base = 0
    for words in read_chunks(titles):
        n = len(words.offsets) - 1
        title = base + np.repeat(np.arange(n), np.diff(words.offsets))
        set_bits(sets, title, (words.hashes >> np.uint64(64 - TITLE_BITS.bit_length() + 1)).astype(np.int64))
        base += n
    return sets


def set_bits(sets: U64, rows: I64, bits: I64) -> None:
    """Set a bit of TITLE_BITS in each of these rows, in place."""
    np.bitwise_or.at(sets, (rows, bits >> 6), np.uint64(1) << (bits & 63).astype(np.uint64))
