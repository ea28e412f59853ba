"""What the characters of each line tell, for all lines at once: no loop over characters in Python."""

from __future__ import annotations

import unicodedata
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cache
from typing import TypeVar

import numpy as np
from numpy.typing import NDArray

K = TypeVar("K", np.bool_, np.uint8)
Floats = NDArray[np.float64]
Ints = NDArray[np.int64]

OTHER, LOWER, UPPER, DIGIT, SPACE, STOP, COMMA, UNSPACED, UNCASED, QUOTE, SIGN, BRACKET = range(12)
_N_CLASSES = 12
_STOPS = ".!?…。！？｡।؟۔։"
_COMMAS = ",;:،、，；：؛"
_QUOTES = "\"'“”‘’«»„‚‹›「」『』"
_BRACKETS = "()[]{}（）【】《》〈〉"
_UNSPACED_RANGES = ((0x0E00, 0x0EFF), (0x1000, 0x109F), (0x1780, 0x17FF), (0x3040, 0x30FF), (0x3400, 0x9FFF))
TABLE_SIZE = 0x10000  # one class for everything beyond the basic plane


@cache
def _class_table() -> NDArray[np.uint8]:
    table = np.zeros(TABLE_SIZE, np.uint8)
    for code in range(TABLE_SIZE):
        category = unicodedata.category(chr(code))
        if category in {"Lu", "Lt"}:
            table[code] = UPPER
        elif category == "Ll":
            table[code] = LOWER
        elif category in {"Lo", "Lm", "Mn", "Mc"}:
            table[code] = UNCASED
        elif category == "Nd":
            table[code] = DIGIT
        elif category[0] in "ZC":
            table[code] = SPACE
        else:
            table[code] = SIGN
    for low, high in _UNSPACED_RANGES:
        letters = table[low : high + 1]
        letters[letters == UNCASED] = UNSPACED
    for chars, kind in ((_STOPS, STOP), (_COMMAS, COMMA), (_QUOTES, QUOTE), (_BRACKETS, BRACKET)):
        table[[ord(char) for char in chars]] = kind
    return table


@dataclass(frozen=True, slots=True)
class LineChars:
    """Counts of each class of characters in each line, shape (n, 12), and the classes at both ends.

    width: characters, those of scripts without spaces twice, as one of them says as much as two letters.
    words: words by spaces; two characters of a script without spaces count as one.
    """

    counts: Floats
    first: Ints
    last: Ints
    width: Floats
    words: Floats


def codes_of(text: str) -> NDArray[np.uint32]:
    """The code points of a text, shape (n_chars,)."""
    return np.frombuffer(text.encode("utf-32-le", "surrogatepass"), np.uint32)


def looked_up(codes: NDArray[np.uint32], table: NDArray[K], told: Callable[[str], bool | int]) -> NDArray[K]:
    """What a table of TABLE_SIZE code points says of each; beyond it, where emoji and old scripts are, what `told` does."""
    found = table.take(codes, mode="clip")
    if len(codes) and codes.max() >= TABLE_SIZE:
        is_rare = codes >= TABLE_SIZE
        rare, which = np.unique(codes[is_rare], return_inverse=True)
        found[is_rare] = np.array([told(chr(code)) for code in rare.tolist()], table.dtype)[which]
    return found


def table_of(told: Callable[[str], bool | int], kind: type[K]) -> NDArray[K]:
    """The table for `looked_up`."""
    return np.array([told(chr(code)) for code in range(TABLE_SIZE)], kind)


def read_lines(text: str, start: Ints, end: Ints) -> LineChars:
    """The characters of the lines, each half-open span `start[i]:end[i]` of `text`, in order, not overlapping."""
    n = len(start)
    if not n:
        none = np.zeros(0, np.int64)
        return LineChars(np.zeros((0, _N_CLASSES)), none, none, np.zeros(0), np.zeros(0))
    classes = _class_table().take(codes_of(text), mode="clip")
    length = end - start
    # The characters of all lines, one behind the other: where each stands, and which of all lines' classes it counts for.
    inside = np.arange(length.sum())
    inside += np.repeat(start - np.cumsum(length) + length, length)
    counted_as = np.repeat(np.arange(0, n * _N_CLASSES, _N_CLASSES), length)
    counted_as += classes.take(inside)
    counted = np.bincount(counted_as, minlength=n * _N_CLASSES)
    counts: Floats = counted.reshape(n, _N_CLASSES).astype(np.float64)
    safe_end = np.maximum(end - 1, 0)
    first = np.where(length > 0, classes[np.minimum(start, len(classes) - 1)], SPACE)
    last = np.where(length > 0, classes[safe_end], SPACE)
    unspaced: Floats = counts[:, UNSPACED]
    width: Floats = unspaced + length
    return LineChars(counts, first, last, width, counts[:, SPACE] + 1 + unspaced / 2)


def title_overlap(texts: Sequence[str], title: str | None, max_chars: int = 300) -> tuple[Floats, Floats]:
    """Share of each line's words that stand in the title, and of the title's that stand in the line."""
    n = len(texts)
    share, cover = np.zeros(n), np.zeros(n)
    wanted = set((title or "").casefold().split())
    if not wanted:
        return share, cover
    is_apart = wanted.isdisjoint
    for number, text in enumerate(texts):
        if len(text) <= max_chars:
            words = text.casefold().split()
            if not is_apart(words):
                hits = wanted.intersection(words)
                share[number] = sum(map(hits.__contains__, words)) / len(words)
                cover[number] = len(hits) / len(wanted)
    return share, cover
