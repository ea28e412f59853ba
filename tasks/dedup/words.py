"""Words: a text as folded, hashed words, the one view of a text that signatures and judge share.

Whole batches of texts are read at once with numpy: table look-ups fold the characters (case, accents, full
width), one running polynomial hash gives the hash of any span, so that no word ever becomes a Python string.
Scripts without spaces are read as overlapping character windows.
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
U8 = npt.NDArray[np.uint8]
I64 = npt.NDArray[np.int64]
Bools = npt.NDArray[np.bool_]
Floats = npt.NDArray[np.float64]

# Flags of a word: it begins with a digit; it is written with a capital inside a sentence; it is the last of
# its sentence; its sentence is prose, not a headline; it mixes digits and letters.
DIGIT, NAME, LAST, PROSE, ODD = 1, 2, 4, 8, 32

PROSE_WORDS = 15  # a sentence as long as this is prose without a stop: it was cut, or its script has none

MAX_CHARS = 400_000  # twice what the gate lets through; what comes after is hashed but not compared
CHUNK_CHARS = (
    131_072  # the working arrays (8 bytes a character) stay in the second-level cache; 64 k: 1.6 x slower
)

_LETTER, _UPPER, _DIGIT, _HAN, _THAI, _STOP, _BREAK, _DROP = 1, 2, 4, 8, 16, 32, 64, 128
_HAN_CHARS = 2  # a Chinese word is about two characters
_THAI_CHARS = (
    6  # a Thai, Lao, Khmer or Burmese word about four, and syllables written with kana say less each:
)
# a run of three windows is as rare as three English words with two, and with six characters
BASE = np.uint64(0x9E3779B97F4A7C15)  # 2**64 / golden ratio; odd, so it has an inverse modulo 2**64
_BASE_INVERSE = np.uint64(pow(0x9E3779B97F4A7C15, -1, 2**64))
_DELETED = "\u00ad\u200b\u200c\u200d\u2060\ufeff"  # soft hyphen, zero width: inside words, and seen by nobody
_SPACELESS = (
    (0x0E00, 0x0EFF),
    (0x1000, 0x109F),
    (0x1780, 0x17FF),
    (0x3040, 0x30FF),
)  # Thai to Khmer, and kana
_STOPS = ".!?。！？…؟।"
_BREAKS = "\n\r\x0b\x0c\u0085\u2028\u2029"
_CP1252 = "\u0152\u0153\u0160\u0161\u0178\u017d\u017e\u0192\u02c6\u02dc\u2013-\u203a\u20ac\u2122"
_MOJIBAKE = re.compile(f"[\u00c2-\u00f4][\u0080-\u00bf{_CP1252}]{{1,3}}")
_MAC_MOJIBAKE = re.compile("\u201a\u00c4.|\u221a.")  # quotation marks and dashes; letters with accents
_LEADS = "ØÐÎ×Õàãåï"  # first bytes of Arabic, Cyrillic, Greek, Hebrew, Armenian, Indic and Thai, kana, Han
_LOOK_CHARS = 2_000
_LIGATURES = {0xFB00: "ff", 0xFB01: "fi", 0xFB02: "fl", 0xFB03: "ffi", 0xFB04: "ffl"}


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


def repair(text: str) -> str:
    """The text without HTML entities, ligatures, and UTF-8 that was read as Windows-1252 or Mac Roman, where it has any."""
    if "&" in text and ";" in text:
        text = html.unescape(text)
        if "&#" in text or "&amp;" in text:  # escaped twice
            text = html.unescape(text)
    if text.isascii():
        return text
    stored = text.encode("utf-8", "surrogatepass")  # bytes are searched ten times as fast as characters
    if b"\xc3" in stored or b"\xc2" in stored:
        if "Ã" in text or "â" in text or "Â" in text or _is_misread(text):
            text = _MOJIBAKE.sub(_redecode, text)
        if "‚Ä" in text or "√" in text:
            text = _MAC_MOJIBAKE.sub(_redecode_mac, text)
    return text.translate(_LIGATURES) if b"\xef\xac" in stored else text


def _is_misread(text: str) -> bool:
    """Whether a text of another script than ours was read as Windows-1252: its beginning is full of such pairs."""
    if not any(lead in text for lead in _LEADS):
        return False
    return len(_MOJIBAKE.findall(text[:_LOOK_CHARS])) >= _LOOK_CHARS // 100


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
    codes = np.frombuffer(joined.encode("utf-16-le", "surrogatepass"), np.uint16).astype(np.intp)
    sizes = _sizes(texts, len(codes) - 1)
    classes, folded = _tables()
    kind = classes[codes]
    seen, kept = int(np.bitwise_or.reduce(kind)), None
    if seen & _DROP:
        kept = np.flatnonzero(kind != _DROP)
        kind, codes = kind[kept], codes[kept]
    letter = (kind & _LETTER) != 0
    edges = np.flatnonzero(letter[1:] != letter[:-1]) + 1
    edges = np.concatenate([[0], edges]) if letter[0] else edges
    starts, ends = edges[::2], edges[1::2]
    if seen & (_HAN | _THAI):
        starts, ends = _windows(kind, letter, ends, starts)
    powers, inverses = _powers(len(codes))
    running = np.zeros(len(codes) + 1, np.uint64)
    values = folded[codes]
    values *= powers[: len(codes)]
    np.cumsum(values, out=running[1:])
    hashes = running[ends]
    hashes -= running[starts]
    hashes *= inverses[starts]
    flags = _flags(kind, starts, ends)
    if kept is not None:
        starts = kept[starts]
    text_starts = np.cumsum([0] + [size + 1 for size in sizes])
    offsets = np.searchsorted(starts, text_starts)
    shift = np.repeat(text_starts[:-1], np.diff(offsets))
    return Words(mix(hashes), flags, (starts - shift).astype(np.int32), offsets)


def _sizes(texts: Sequence[str], n_units: int) -> list[int]:
    """UTF-16 units of each text; n_units of all of them together with a line break each."""
    if n_units == sum(map(len, texts)) + len(texts):
        return [len(text) for text in texts]
    return [len(text.encode("utf-16-le", "surrogatepass")) // 2 for text in texts]


def _windows(kind: U8, letter: Bools, run_ends: I64, run_starts: I64) -> tuple[I64, I64]:
    """Words of a text with scripts without spaces: a window begins at each of their letters."""
    wide = (kind & (_HAN | _THAI)) != 0
    first = wide.copy()
    first[1:] |= wide[:-1]
    first &= letter
    first[run_starts] = True
    starts = np.flatnonzero(first)
    ends = run_ends[np.searchsorted(run_ends, starts, side="right")]
    size = np.where(kind[starts] & _THAI, _THAI_CHARS, _HAN_CHARS)
    following = np.append(starts[1:], len(kind))
    return starts, np.minimum(ends, np.where(wide[starts], starts + size, following))


def _flags(kind: U8, starts: I64, ends: I64) -> U8:
    """Flags of each word. A stop counts if no letter follows it: not the point in 4.2 or U.S."""
    if not len(starts):
        return np.zeros(0, np.uint8)
    behind, second = kind[ends], kind[ends + 1]
    stop = (behind & _STOP != 0) & (second & _LETTER == 0) | (behind & (_LETTER | _BREAK) == 0) & (
        second & _STOP != 0
    )
    first = kind[starts]
    line = (kind[starts - 1] | kind[starts - 2]) & _BREAK != 0
    last = stop.copy()
    last[:-1] |= line[1:]
    last[-1] = True
    ends_of = np.flatnonzero(last)
    lengths = np.diff(ends_of, prepend=-1)
    prose = np.repeat(stop[ends_of] | (lengths >= PROSE_WORDS), lengths)
    opens = np.empty(len(last), np.bool_)
    opens[0], opens[1:] = True, last[:-1]
    name = (first & _UPPER != 0) & ~opens
    flags = (first & _DIGIT != 0).view(np.uint8) * np.uint8(DIGIT)
    flags |= name.view(np.uint8) * np.uint8(NAME)
    flags |= last.view(np.uint8) * np.uint8(LAST)
    flags |= prose.view(np.uint8) * np.uint8(PROSE)
    digits = np.flatnonzero(kind & _DIGIT)
    is_turn = [(kind[digits + step] & (_DIGIT | _LETTER)) == _LETTER for step in (-1, 1)]
    turns = np.concatenate([digits[is_turn[0]] - 1, digits[is_turn[1]]])
    flags[np.searchsorted(starts, turns, side="right") - 1] |= np.uint8(ODD)
    return np.asarray(flags, np.uint8)


@cache
def _tables() -> tuple[U8, U64]:
    """Class and mixed fold of each UTF-16 unit; halves of higher characters count as letters."""
    classes = np.zeros(0x10000, np.uint8)
    folded = np.zeros(0x10000, np.uint64)
    for code in range(0x10000):
        classes[code], folded[code] = _classify(chr(code))
    return classes, mix(folded)


def _classify(char: str) -> tuple[int, int]:
    code = ord(char)
    if char in _DELETED or 0x300 <= code <= 0x36F:
        return _DROP, 0
    if char in _STOPS:
        return _STOP, 0
    if char in _BREAKS:
        return _BREAK, 0
    if 0xD800 <= code <= 0xDFFF:
        return _LETTER, code
    if not char.isalnum() and unicodedata.category(char)[0] != "M":
        return 0, 0
    return _classify_letter(char, code)


def _classify_letter(char: str, code: int) -> tuple[int, int]:
    kind = _LETTER | (_UPPER if char.isupper() else 0) | (_DIGIT if char.isdecimal() else 0)
    if 0x3400 <= code <= 0x9FFF or 0xF900 <= code <= 0xFAFF:
        kind |= _HAN
    elif any(low <= code <= high for low, high in _SPACELESS):
        kind |= _THAI
    if char.isdecimal():
        return kind, ord(str(unicodedata.decimal(char)))
    bare = unicodedata.normalize("NFKD", char)[0] if not 0xAC00 <= code <= 0xD7A3 else char
    return kind, ord((bare if bare.isalnum() else char).casefold()[0])


_power_tables: list[tuple[U64, U64]] = []


def _powers(n: int) -> tuple[U64, U64]:
    """Powers of the base and of its inverse, at least n of them."""
    if not _power_tables or len(_power_tables[-1][0]) < n:
        size = max(n, 4 * CHUNK_CHARS)
        tables = []
        for factor in (BASE, _BASE_INVERSE):
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


def _redecode_mac(match: re.Match[str]) -> str:
    try:
        return match.group().encode("mac_roman").decode("utf-8")
    except ValueError:
        return match.group()


def _byte(char: str) -> int:
    return ord(char) if ord(char) < 0x100 else char.encode("cp1252")[0]
