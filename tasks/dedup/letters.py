"""Letters: what each character is to the reader of words, as one byte, and as which letter it is read.

An ASCII character is its own byte. Any other has a stand-in: the ASCII letter, digit or mark it is read as (é as e,
Arabic digits as digits, a Chinese stop as a point), a byte above 127 if it is a letter of another script, or DROP.
"""

from __future__ import annotations

import unicodedata
from functools import cache

import numpy as np
import numpy.typing as npt

U8 = npt.NDArray[np.uint8]
U16 = npt.NDArray[np.uint16]

OTHER, OTHER_UPPER, OTHER_HAN, OTHER_THAI, DROP = 0x80, 0x81, 0x82, 0x83, 0xFF

# Inside words and seen by nobody: soft hyphen, zero width, and the stroke that lengthens an Arabic word.
_DELETED = "\u00ad\u200b\u200c\u200d\u2060\ufeff\u0640"
# Marks that are written or left out at will: accents, Hebrew points, Arabic vowels.
_MARKS = ((0x300, 0x36F), (0x591, 0x5BD), (0x5BF, 0x5C7), (0x610, 0x61A), (0x64B, 0x65F), (0x670, 0x670), (0x6D6, 0x6DC))  # fmt: skip
_SPACELESS = (
    (0x0E00, 0x0EFF),
    (0x1000, 0x109F),
    (0x1780, 0x17FF),
    (0x3040, 0x30FF),
)  # Thai to Khmer, and kana
_STOPS = ".!?。！？…؟।"
_BREAKS = "\n\r\x0b\x0c\u0085\u2028\u2029"
# Blocks whose characters are all read alike, two thirds of the table: Han, Hangul, halves of higher characters; private ones
# are read as a space.
_BLOCKS = ((0x3400, 0x4DBF, OTHER_HAN), (0x4E00, 0x9FFC, OTHER_HAN), (0xAC00, 0xD7A3, OTHER), (0xD800, 0xDFFF, OTHER),
           (0xE000, 0xF8FF, None))  # fmt: skip
# One letter in several shapes, by keyboard: Persian and Arabic kaf and yeh, final yeh, heh with dots.
_SHAPES = {"\u06a9": "\u0643", "\u06cc": "\u064a", "\u0649": "\u064a", "\u0629": "\u0647", "\u06c0": "\u0647",
           "\u06c1": "\u0647", "\u06d2": "\u064a", "ς": "σ"}  # fmt: skip


@cache
def characters() -> tuple[U8, U16]:
    """The byte of each UTF-16 unit, and the letter it is read as; halves of higher characters count as letters."""
    seen, spelled = np.full(0x10000, ord(" "), np.uint8), np.arange(0x10000).astype(np.uint16)
    alone = np.ones(0x10000, np.bool_)
    for low, high, byte in _BLOCKS:
        alone[low : high + 1] = False
        if byte is None:
            spelled[low : high + 1] = 0
        else:
            seen[low : high + 1] = byte
    for code in np.flatnonzero(alone).tolist():
        byte, letter = _read(chr(code))
        seen[code], spelled[code] = byte, letter & 0xFFFF
    return seen, spelled


def _read(char: str) -> tuple[int, int]:
    code = ord(char)
    if char in _DELETED or any(low <= code <= high for low, high in _MARKS):
        return DROP, 0
    if char in _STOPS:
        return ord("."), 0
    if char in _BREAKS:
        return ord("\n"), 0
    if not char.isalnum() and unicodedata.category(char)[0] != "M":
        return ord(" "), 0
    return _read_letter(char, code)


def _read_letter(char: str, code: int) -> tuple[int, int]:
    if char.isdecimal():
        digit = ord(str(unicodedata.decimal(char)))
        return digit, digit
    bare = unicodedata.normalize("NFKD", char)[0] if not 0xAC00 <= code <= 0xD7A3 else char
    letter = (bare if bare.isalnum() else char).casefold()[0]
    letter = _SHAPES.get(letter, letter)
    if letter.isascii():
        return ord(letter.upper() if char.isupper() else letter), ord(letter)
    if 0x3400 <= code <= 0x9FFF or 0xF900 <= code <= 0xFAFF:
        return OTHER_HAN, ord(letter)
    if any(low <= code <= high for low, high in _SPACELESS):
        return OTHER_THAI, ord(letter)
    return OTHER_UPPER if char.isupper() else OTHER, ord(letter)
