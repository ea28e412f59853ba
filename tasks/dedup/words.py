"""Words: a text as folded, hashed words, the one view of a text that signatures and judge share.

Whole batches of texts are read at once with numpy, as one byte a character (see letters.py). Words are found on the
bytes, and the hash of a word is made of its letters, eight bytes at a time: no word ever becomes a Python string.
Scripts without spaces are read as overlapping character windows.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from tasks.dedup import letters

U64 = npt.NDArray[np.uint64]
U8 = npt.NDArray[np.uint8]
I64 = npt.NDArray[np.int64]
Bools = npt.NDArray[np.bool_]
Floats = npt.NDArray[np.float64]

# Flags of a word: it begins with a digit; it is written with a capital inside a sentence; it is the last of
# its sentence; its sentence is prose, not a headline; it mixes digits and letters; a bit each for how its first and its
# last letter look, which a misread or mistyped word mostly keeps.
DIGIT, NAME, LAST, PROSE, ODD, HEAD, TAIL = 1, 2, 4, 8, 32, 64, 128
# Letters and digits that scanners take for one another look alike; of each two sets about half of all words.
_HEADS, _TAILS = "bdfhijklt147", "aceogq02689"

PROSE_WORDS = 15  # a sentence as long as this is prose without a stop: it was cut, or its script has none

MAX_CHARS = 400_000  # twice what the gate lets through; what comes after is hashed but not compared
CHUNK_CHARS = 131_072  # the working arrays stay in the second-level cache

_HAN_CHARS = 2  # a Chinese word is about two characters
_THAI_CHARS = (
    6  # a Thai, Lao, Khmer or Burmese word about four, and syllables written with kana say less each:
)
# a run of three windows is as rare as three English words with two, and with six characters
BASE = np.uint64(0x9E3779B97F4A7C15)  # 2**64 / golden ratio; odd, so no two numbers meet in its products
_LOWER, _A, _UPPER_A, _ZERO, _LINE_FEED = (np.uint8(code) for code in (0x20, 0x61, 0x41, 0x30, 0x0A))
# By the size of a span, by how many bits a number of eight letters is shifted so that no other letter is in it.
_SHIFTS = np.array([64 - 8 * size for size in range(9)], np.uint64)


@dataclass(frozen=True, slots=True)
class Words:
    """The words of n texts, one after the other; text i has words offsets[i]:offsets[i + 1].

    hashes: uint64. flags: DIGIT, NAME, LAST, PROSE, ODD. starts: first code point (UTF-16 unit) of the word in its
    repaired text.
    """

    hashes: U64
    flags: U8
    starts: npt.NDArray[np.int32]
    offsets: I64


def mix(values: U64) -> U64:
    """The finaliser of SplitMix64 (Steele et al. 2014): every input bit reaches every output bit."""
    mixed = values + BASE
    mixed ^= mixed >> np.uint64(30)
    mixed *= np.uint64(0xBF58476D1CE4E5B9)
    mixed ^= mixed >> np.uint64(27)
    mixed *= np.uint64(0x94D049BB133111EB)
    mixed ^= mixed >> np.uint64(31)
    return mixed


def read_chunks(texts: Sequence[str]) -> Iterator[Words]:
    """The words of the (repaired) texts, a few texts at a time, in order; each text is cut at MAX_CHARS.

    What is computed of the words is computed chunk by chunk too: in the cache, and without the memory of all.
    """
    for chunk in _chunks(texts):
        yield _read_chunk(chunk)


def word_hashes(text: str) -> Iterator[U64]:
    """The hashes of all words of a text of any length, chunk by chunk; a chunk ends behind a space if it can."""
    start = 0
    while start < len(text):
        end = start + MAX_CHARS
        if end < len(text):
            space = text.rfind(" ", start, end)
            end = space + 1 if space > start else end
        yield _read_chunk([text[start:end]]).hashes
        start = end


def _chunks(texts: Sequence[str]) -> Iterator[list[str]]:
    batch: list[str] = []
    n_chars = 0
    for text in texts:
        if batch and n_chars + len(text) > CHUNK_CHARS:
            yield batch
            batch, n_chars = [], 0
        batch.append(text if len(text) <= MAX_CHARS else text[:MAX_CHARS])
        n_chars += len(text) + 1
    if batch:
        yield batch


def _read_chunk(texts: Sequence[str]) -> Words:
    """Words of a few texts at once; they are parted by line breaks, so no word spans two."""
    joined = "\n".join(texts) + "\n\n"
    kept, units = None, None
    if joined.isascii():
        seen = np.frombuffer(joined.encode("ascii"), np.uint8)
        n_units = len(seen)
    else:
        units = np.frombuffer(joined.encode("utf-16-le", "surrogatepass"), np.uint16)
        n_units = len(units)
        seen, kept = _stand_ins(units)
        units = units if kept is None else units[kept]
    sizes = _sizes(texts, n_units - 1)
    digit = seen - _ZERO < np.uint8(10)
    letter = (seen | _LOWER) - _A < np.uint8(26)
    letter |= digit
    other = seen >= np.uint8(letters.OTHER)
    letter |= other
    turns = np.empty(len(letter), np.bool_)
    turns[0] = letter[0]
    np.not_equal(letter[1:], letter[:-1], out=turns[1:])
    edges = np.flatnonzero(turns)
    starts, ends = edges[::2].copy(), edges[1::2].copy()
    if units is not None and (seen >= np.uint8(letters.OTHER_HAN)).any():
        starts, ends = _windows(seen, letter, ends, starts)
    hashes = _hash_spans(seen | _LOWER, starts, ends - starts)
    foreign = _words_with(other, starts, ends)
    if units is not None and len(foreign):
        spelled = _spelled(units)
        at = starts[foreign]
        hashes[foreign] = _hash_spans(spelled.view(np.uint8), 2 * at, 2 * (ends[foreign] - at))
    flags = _flags(seen, (letter, digit), starts, ends)
    if units is not None and len(foreign):
        flags[foreign] ^= _looks(spelled, starts[foreign], ends[foreign])
    if kept is not None:
        starts = kept[starts]
    text_starts = np.cumsum([0] + [size + 1 for size in sizes])
    offsets = np.searchsorted(starts, text_starts)
    shift = np.repeat(text_starts[:-1], np.diff(offsets))
    return Words(hashes, flags, (starts - shift).astype(np.int32), offsets)


def _stand_ins(units: npt.NDArray[np.uint16]) -> tuple[U8, I64 | None]:
    """The bytes that UTF-16 units are read as; and which units these are, if some are not read at all."""
    seen = units.astype(np.uint8)
    high = np.flatnonzero(units >= np.uint16(0x80))
    found = letters.characters()[0].take(units[high])
    seen[high] = found
    if (found != letters.DROP).all():
        return seen, None
    kept = np.flatnonzero(seen != letters.DROP)
    return seen[kept], kept


def _spelled(units: npt.NDArray[np.uint16]) -> npt.NDArray[np.uint16]:
    """The letter that each unit is read as, if it is a letter or digit; others are not asked for."""
    spelled = units | np.uint16(_LOWER)
    high = np.flatnonzero(units >= np.uint16(0x80))
    spelled[high] = letters.characters()[1].take(units[high])
    return spelled


def _looks(spelled: npt.NDArray[np.uint16], starts: I64, ends: I64) -> U8:
    """HEAD and TAIL of words with letters of other scripts: a bit of either letter."""
    head, tail = spelled.take(starts), spelled.take(ends - 1)
    return np.asarray((head & 1) * HEAD + (tail & 1) * TAIL, np.uint8)


def _words_with(marked: Bools, starts: I64, ends: I64) -> I64:
    """The words that have a marked letter; only letters are marked."""
    at = np.flatnonzero(marked)
    if len(at) * 8 < len(starts):  # a few look-ups, or a pass over all bytes
        word = np.searchsorted(starts, at, side="right") - 1
        return np.flatnonzero(np.bincount(word, minlength=len(starts)))
    before = np.zeros(len(marked) + 1, np.int32)
    np.cumsum(marked, out=before[1:])
    return np.flatnonzero(before.take(ends) != before.take(starts))


def _hash_spans(stored: U8, starts: I64, sizes: I64) -> U64:
    """Hash of each span of some bytes, eight bytes after eight."""
    padded = np.concatenate([stored, np.zeros(8, np.uint8)])
    eights: U64 = np.ndarray((len(stored) + 1,), np.dtype("<u8"), padded.data, strides=(1,))
    hashes = mix(_leading(eights[starts], sizes))
    done = 8
    left = np.flatnonzero(sizes > done)
    while len(left):
        more = _leading(eights[starts[left] + done], sizes[left] - done)
        more += hashes[left] * BASE
        hashes[left] = mix(more)
        done += 8
        left = left[sizes[left] > done]
    return hashes


def _leading(eights: U64, sizes: I64) -> U64:
    """The first `sizes` of eight bytes, the others cut off."""
    eights <<= _SHIFTS.take(sizes, mode="clip")
    return eights


def _sizes(texts: Sequence[str], n_units: int) -> list[int]:
    """UTF-16 units of each text; n_units of all of them together with a line break each."""
    if n_units == sum(map(len, texts)) + len(texts):
        return [len(text) for text in texts]
    return [len(text.encode("utf-16-le", "surrogatepass")) // 2 for text in texts]


def _windows(seen: U8, letter: Bools, run_ends: I64, run_starts: I64) -> tuple[I64, I64]:
    """Words of a text with scripts without spaces: a window begins at each of their letters."""
    wide = seen >= np.uint8(letters.OTHER_HAN)
    first = wide.copy()
    first[1:] |= wide[:-1]
    first &= letter
    first[run_starts] = True
    starts = np.flatnonzero(first)
    ends = run_ends[np.searchsorted(run_ends, starts, side="right")]
    size = np.where(seen[starts] == np.uint8(letters.OTHER_THAI), _THAI_CHARS, _HAN_CHARS)
    following = np.append(starts[1:], len(seen))
    return starts, np.minimum(ends, np.where(wide[starts], starts + size, following))


def _flags(seen: U8, kinds: tuple[Bools, Bools], starts: I64, ends: I64) -> U8:
    """Flags of each word. kinds: which bytes are letters or digits, and which are digits.

    A stop counts if no letter follows it: not the point in 4.2 or U.S. What can be said of bytes is said of all bytes:
    that is cheaper than to fetch those of the words.
    """
    if not len(starts):
        return np.zeros(0, np.uint8)
    letter, digit = kinds
    stop = _ends_sentence(seen, letter).take(ends)
    last = stop.copy()
    line_break = _is_break(seen)
    line_break[1:] |= line_break[:-1]  # up to two before the word
    line_break[0] = True  # as if another text were before this one
    last[:-1] |= line_break.take(starts[1:] - 1)
    last[-1] = True
    ends_of = np.flatnonzero(last)
    lengths = np.diff(ends_of, prepend=-1)
    prose = np.repeat(stop[ends_of] | (lengths >= PROSE_WORDS), lengths)
    first = seen.take(starts)
    name = (first - _UPPER_A < np.uint8(26)) | (first == np.uint8(letters.OTHER_UPPER))
    name[0] = False
    name[1:] &= ~last[:-1]
    flags = (first - _ZERO < np.uint8(10)).view(np.uint8) * np.uint8(DIGIT)
    for value, chosen in ((NAME, name), (LAST, last), (PROSE, prose)):
        flags |= chosen.view(np.uint8) * np.uint8(value)
    flags |= _LOOKS[0].take(first) | _LOOKS[1].take(seen.take(ends - 1))
    bare = letter & ~digit
    beside = np.zeros(len(seen), np.bool_)  # digits with a letter beside them
    np.logical_and(digit[1:], bare[:-1], out=beside[1:])
    beside[:-1] |= digit[:-1] & bare[1:]
    flags[np.searchsorted(starts, np.flatnonzero(beside), side="right") - 1] |= np.uint8(ODD)
    return np.asarray(flags, np.uint8)


def _looks_of(letters_: str, bit: int) -> U8:
    """By byte, the bit of these letters, large or small."""
    table = np.zeros(256, np.uint8)
    table[[ord(letter) for letter in letters_ + letters_.upper()]] = bit
    return table


_LOOKS = _looks_of(_HEADS, HEAD), _looks_of(_TAILS, TAIL)


def _ends_sentence(seen: U8, letter: Bools) -> Bools:
    """Whether a word that ends before a byte is the last of its sentence by a stop there, or behind a bracket or quotation mark."""
    stop = _is_stop(seen)
    found = np.zeros(len(seen), np.bool_)
    np.logical_and(stop[:-1], ~letter[1:], out=found[:-1])
    found[:-1] |= ~(letter[:-1] | _is_break(seen[:-1])) & stop[1:]
    return found


def _is_stop(seen: U8) -> Bools:
    return np.asarray(
        (seen == np.uint8(ord("."))) | (seen == np.uint8(ord("!"))) | (seen == np.uint8(ord("?")))
    )


def _is_break(seen: U8) -> Bools:
    """Line feed, tab of lines, form feed, carriage return."""
    return np.asarray(seen - _LINE_FEED < np.uint8(4))
