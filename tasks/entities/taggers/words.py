"""Words of a text with exact offsets, and the segments they are tagged in.

A word is an acronym with full stops, a number with its separators, a run of letters and digits, or one other
visible character. An apostrophe between letters belongs to the word (Murang'a, N'Djamena), but for the 's of a
possessive. Nothing here knows a language.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from typing import NamedTuple

# Marks and joiners that belong to the word they stand in: combining marks, zero-width characters, the soft
# hyphen, and the blocks of Indic and South-East Asian scripts, whose vowel signs are not letters to `re`.
_INSIDE = r"\u0300-\u036f\u064b-\u065f\u200b-\u200d\u2060\ufeff\u00ad\u0900-\u0dff\u0e31-\u0e4e\u1000-\u109f"
WORD = re.compile(
    r"(?:[A-Z]\.)+[A-Z](?![^\W_])\.?"
    r"|\d+(?:[.,]\d+)+"
    rf"|[^\W_](?:[^\W_]|[{_INSIDE}]|['’](?=[^\W_])(?![sS](?![^\W_])))*"
    r"|\S"
)
LINE = re.compile(r"[^\n\r\u2028\u2029]+")
SEGMENT_WORDS = (
    160  # longer lines are cut: the decoder holds whole segments; 99.7 % of news lines are shorter
)
SEGMENT_LEAST = 40  # never cut at a full stop before this many words
_STOPS = frozenset(".!?;")

_PLAIN = str.maketrans(
    {"đ": "d", "ø": "o", "ł": "l", "ı": "i", "ß": "ss", "æ": "ae", "œ": "oe", "ð": "d", "þ": "th", "’": "'"}
)
_HIDDEN = re.compile(r"[\u200b-\u200d\u2060\ufeff\u00ad]")


class Segment(NamedTuple):
    """Words that are tagged together: their texts and their offsets."""

    words: list[str]
    starts: list[int]
    ends: list[int]


def segments(text: str) -> Iterator[Segment]:
    """Segments of a text in order: its lines, long ones cut after a full stop, else where they are full."""
    for line in LINE.finditer(text):
        words: list[str] = []
        starts: list[int] = []
        ends: list[int] = []
        stop = 0
        for match in WORD.finditer(text, line.start(), line.end()):
            word = match.group()
            words.append(word)
            starts.append(match.start())
            ends.append(match.end())
            if word in _STOPS and len(words) > SEGMENT_LEAST:
                stop = len(words)
            if len(words) == SEGMENT_WORDS:
                cut = stop or SEGMENT_WORDS
                yield Segment(words[:cut], starts[:cut], ends[:cut])
                words, starts, ends, stop = words[cut:], starts[cut:], ends[cut:], 0
        if words:
            yield Segment(words, starts, ends)


def fold(word: str) -> str:
    """A word without case, diacritics and hidden characters: `Nguyễn` and `NGUYEN` are one."""
    if word.isascii():
        return word.lower()
    lowered = _HIDDEN.sub("", word.lower()).translate(_PLAIN)
    bare = unicodedata.normalize("NFD", lowered)
    return unicodedata.normalize("NFC", "".join(c for c in bare if unicodedata.category(c) != "Mn")) or "?"
