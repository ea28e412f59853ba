"""Words: a text as folded, hashed words, the one view of a text that signatures and judge share.

Whole batches of texts are read at once with numpy: one table look-up folds the characters (case, accents,
full width), one running polynomial hash gives the hash of any span, so that no word ever becomes a Python
string. Scripts without spaces are read as overlapping character windows.
"""

from __future__ import annotations

import html
import re
import unicodedata
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cache

import numpy as np
import numpy.typing as npt

U64 = npt.NDArray[np.uint64]
I64 = npt.NDArray[np.int64]
U8 = npt.NDArray[np.uint8]
Bools = npt.NDArray[np.bool_]

DIGIT, UPPER, WIDE, LAST, PROSE = 1, 2, 4, 8, 16
# flags of a word: has a digit, begins upper case, is a window, is its sentence's last, its sentence ends in a stop

MAX_CHARS = 400_000  # twice what the gate lets through; what comes after is hashed but not compared
CHUNK_CHARS = 250_000  # the working arrays (9 x 8 bytes a character) stay near the processor's cache

_LETTER, _DROP, _UPPER, _DIGIT, _HAN, _THAI, _STOP, _BREAK = 1, 2, 4, 8, 16, 32, 64, 128
_HAN_CHARS = 2  # a Chinese or Japanese word is about two characters
_THAI_CHARS = 4  # a Thai, Lao, Khmer or Burmese word about four
_BASE = np.uint64(0x9E3779B97F4A7C15)  # odd: it has an inverse modulo 2**64 (2**64 / golden ratio)
_BASE_INVERSE = np.uint64(pow(0x9E3779B97F4A7C15, -1, 2**64))
_DELETED = "'’‘‛`´ʼ\u00ad\u200b\u200c\u200d\u2060\ufeff\ufffd"  # joined over: don't, don’t and dont are one word
_STOPS = ".!?。！？…؟।"
_MOJIBAKE = re.compile("[\u00c2-\u00f4][\u0080-\u00bf\u0152\u0153\u0160\u0161\u0178\u017d\u017e\u0192\u02c6\u02dc\u2013-\u203a\u20ac\u2122]{1,3}")


@dataclass(frozen=True, slots=True)
class Words:
    """The words of n texts, one after the other; text i has words offsets[i]:offsets[i + 1].

    hashes: uint64. flags: DIGIT, UPPER, WIDE, LAST, PROSE. starts, ends: code points in the (repaired) text.
    sentences: number of the word's sentence, counted through the whole batch.
    """

    hashes: U64
    flags: U8
    starts: I64
    ends: I64
    sentences: I64
    offsets: I64


def mix(values: U64) -> U64:
    """The finaliser of SplitMix64 (Steele et al. 2014): every input bit reaches every output bit."""
    mixed = values + _BASE
    mixed = (mixed ^ (mixed >> np.uint64(30))) * np.uint64(0xBF58476D1CE4E5B9)
    mixed = (mixed ^ (mixed >> np.uint64(27))) * np.uint64(0x94D049BB133111EB)
    return mixed ^ (mixed >> np.uint64(31))


def repair(text: str) -> str:
    """The text without HTML entities and UTF-8 read as Windows-1252, where it has any."""
    if "&" in text and ";" in text:
        text = html.unescape(text)
    if "Ã" in text or "â" in text or "Â" in text:
        text = _MOJIBAKE.sub(_redecode, text)
    return text


def read_words(texts: Sequence[str]) -> Words:
    """The words of the texts; each text is cut at MAX_CHARS. An empty text has no words."""
    parts = [_read_chunk(chunk) for chunk in _chunks([text[:MAX_CHARS] for text in texts])]
    counts = np.concatenate([np.zeros(1, np.int64), *(np.diff(part.offsets) for part in parts)])
    sentences, base = [], 0
    for part in parts:
        sentences.append(part.sentences + base)
        base += int(part.sentences[-1]) + 1 if len(part.sentences) else 0
    return Words(
        hashes=_join([part.hashes for part in parts], np.uint64),
        flags=_join([part.flags for part in parts], np.uint8),
        starts=_join([part.starts for part in parts], np.int64),
        ends=_join([part.ends for part in parts], np.int64),
        sentences=_join(sentences, np.int64),
        offsets=np.cumsum(counts),
    )


def word_hashes(text: str) -> Iterator[U64]:
    """The hashes of all words of a text of any length, chunk by chunk; a chunk ends behind a space."""
    start = 0
    while start < len(text):
        end = start + CHUNK_CHARS
        if end < len(text):
            space = text.rfind(" ", start, end)
            end = space + 1 if space > start else end
        yield _read_chunk([text[start:end]]).hashes
        start = end


def grams(hashes: U64, size: int) -> U64:
    """The hash of each run of `size` words: len(hashes) - size + 1 of them, none if there are fewer."""
    n = len(hashes) - size + 1
    if n <= 0:
        return np.zeros(0, np.uint64)
    joined = hashes[:n].copy()
    for k in range(1, size):
        joined *= _BASE
        joined += hashes[k : k + n]
    return mix(joined)


def _chunks(texts: Sequence[str]) -> Iterator[list[str]]:
    batch: list[str] = []
    n_chars = 0
    for text in texts:
        if batch and n_chars + len(text) > CHUNK_CHARS:
            yield batch
            batch, n_chars = [], 0
        batch.append(text)
        n_chars += len(text) + 1
    if batch:
        yield batch


def _read_chunk(texts: Sequence[str]) -> Words:
    """Words of a few texts at once; texts are parted by a line break, so no word spans two."""
    codes = np.frombuffer("\n".join(texts).encode("utf-32-le", "surrogatepass"), np.uint32)
    codes = np.where(codes < 0x10000, codes, 0x4E00 + (codes & 0xFF) * (codes >= 0x20000)).astype(np.int64)
    classes, mixed = _tables()
    kind = classes[codes]
    kept = np.flatnonzero((kind & _DROP) == 0)
    kind, codes = kind[kept], codes[kept]
    letter = (kind & _LETTER) != 0
    starts, ends = _spans(kind, letter)
    powers, inverses = _powers(len(codes) + 1)
    running = np.zeros(len(codes) + 1, np.uint64)
    np.cumsum(mixed[codes] * powers[: len(codes)], out=running[1:])
    hashes = mix((running[ends] - running[starts]) * inverses[starts])
    text_ends = np.cumsum([len(text) + 1 for text in texts])
    raw_starts = kept[starts] if len(starts) else starts
    raw_ends = kept[ends - 1] + 1 if len(ends) else ends
    offsets = np.concatenate([np.zeros(1, np.int64), np.searchsorted(raw_starts, text_ends)])
    shift = np.repeat(np.concatenate([np.zeros(1, np.int64), text_ends[:-1]]), np.diff(offsets))
    flags, sentences = _flags(kind, starts, ends)
    return Words(hashes, flags, raw_starts - shift, raw_ends - shift, sentences, offsets)


def _spans(kind: U8, letter: Bools) -> tuple[I64, I64]:
    """Starts and ends of the words: runs of letters, and windows over letters of scripts without spaces."""
    padded = np.concatenate([[False], letter, [False]])
    edges = np.flatnonzero(padded[1:] != padded[:-1])
    starts, ends = edges[::2], edges[1::2]
    wide = (kind & (_HAN | _THAI)) != 0
    if not wide.any():
        return starts, ends
    first = np.zeros(len(kind) + 1, np.bool_)
    first[starts] = True
    first[:-1] |= wide
    first[1:] |= wide
    first[:-1] &= letter
    starts = np.flatnonzero(first[:-1])
    run_ends = ends[np.searchsorted(ends, starts, side="right")]
    following = np.append(starts[1:], len(kind))
    size = np.where(kind[starts] & _THAI, _THAI_CHARS, _HAN_CHARS)
    ends = np.where(wide[starts], np.minimum(starts + size, run_ends), np.minimum(following, run_ends))
    return starts, ends


def _flags(kind: U8, starts: I64, ends: I64) -> tuple[U8, I64]:
    """Flags of each word, and the number of its sentence (a sentence ends at a stop or a line break)."""
    if len(starts) == 0:
        return np.zeros(0, np.uint8), np.zeros(0, np.int64)
    digits = np.concatenate([[0], np.cumsum((kind & _DIGIT) != 0)])
    breaks = np.concatenate([[0], np.cumsum((kind & (_STOP | _BREAK)) != 0)])
    stops = np.concatenate([[0], np.cumsum((kind & _STOP) != 0)])
    last = np.append(breaks[starts[1:]] != breaks[starts[:-1]], True)
    numbers = np.concatenate([[0], np.cumsum(last[:-1])])
    ends_of = np.flatnonzero(last)
    next_start = np.append(starts[ends_of[:-1] + 1], len(kind))
    line_end = np.searchsorted(np.flatnonzero((kind & _BREAK) != 0), ends[ends_of])
    line_ends = np.append(np.flatnonzero((kind & _BREAK) != 0), len(kind))[line_end]
    prose = stops[np.minimum(next_start, line_ends)] > stops[ends[ends_of]]
    first = kind[starts]
    flags = (
        DIGIT * (digits[ends] > digits[starts])
        + UPPER * ((first & _UPPER) != 0)
        + WIDE * ((first & (_HAN | _THAI)) != 0)
        + LAST * last
        + PROSE * prose[numbers]
    )
    return flags.astype(np.uint8), numbers


@cache
def _tables() -> tuple[U8, U64]:
    """Class and mixed fold of each character of the basic plane (higher ones are mapped into it)."""
    classes = np.zeros(0x10000, np.uint8)
    folded = np.zeros(0x10000, np.uint64)
    for code in range(0x10000):
        classes[code], folded[code] = _classify(chr(code))
    return classes, np.where(folded > 0, mix(folded), np.uint64(0))


def _classify(char: str) -> tuple[int, int]:
    if char in _DELETED or "\u0300" <= char <= "\u036f":
        return _DROP, 0
    if char in _STOPS:
        return _STOP, 0
    if char in "\n\r\x0b\x0c\u0085\u2028\u2029":
        return _BREAK, 0
    if not char.isalnum() and unicodedata.category(char)[0] != "M":
        return 0, 0
    kind = _LETTER | (_UPPER if char.isupper() else 0) | (_DIGIT if char.isdecimal() else 0)
    code = ord(char)
    if 0x3040 <= code <= 0x30FF or 0x3400 <= code <= 0x9FFF or 0xF900 <= code <= 0xFAFF:
        kind |= _HAN
    elif 0x0E00 <= code <= 0x0EFF or 0x1000 <= code <= 0x109F or 0x1780 <= code <= 0x17FF:
        kind |= _THAI
    bare = unicodedata.normalize("NFKD", char)[0] if code < 0xAC00 or code > 0xD7A3 else char
    return kind, ord((bare if bare.isalnum() else char).casefold()[0])


_power_tables: list[tuple[U64, U64]] = []


def _powers(n: int) -> tuple[U64, U64]:
    """Powers of the base and of its inverse, at least n of them."""
    if not _power_tables or len(_power_tables[-1][0]) < n:
        size = max(n, CHUNK_CHARS + 1)
        tables = []
        for factor in (_BASE, _BASE_INVERSE):
            powers = np.full(size, factor, np.uint64)
            powers[0] = 1
            tables.append(np.cumprod(powers, dtype=np.uint64))
        _power_tables[:] = [(tables[0], tables[1])]
    return _power_tables[-1]


def _redecode(match: re.Match[str]) -> str:
    found = match.group()
    try:
        return bytes(_byte(char) for char in found).decode("utf-8")
    except ValueError:
        return found


def _byte(char: str) -> int:
    return ord(char) if ord(char) < 0x100 else char.encode("cp1252")[0]


def _join(arrays: list[npt.NDArray[np.generic]], kind: type[np.generic]) -> npt.NDArray[np.generic]:  # fmt: skip
    return np.concatenate(arrays) if arrays else np.zeros(0, kind)
