"""The words of all lines of a document, found in one pass: three kinds of features ask for them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache, lru_cache

import numpy as np
from numpy.typing import NDArray

from tasks.clean.judge.lines import Ints, codes_of, looked_up, table_of
from tasks.clean.judge.spellings import Numbers, Spellings

LONG_WORD = 5  # letters from which a word says what a text is about
_STEM_CHARS = 6  # "elected" and "election" are one word


@dataclass(frozen=True, slots=True, eq=False)
class Words:
    """Runs of letters in `low`, the lines in lower case, in order.

    start, end: their spans; line: the number of the line of each; number: that of its spelling. All of shape (n_words,).
    """

    low: str
    spellings: Spellings
    start: Ints
    end: Ints
    line: Ints
    number: Numbers

    def chosen(self, which: NDArray[np.bool_]) -> Words:
        """Those marked, shape (n_words,)."""
        at = np.flatnonzero(which)  # a third of the time of asking with the marks themselves
        return Words(
            self.low,
            self.spellings,
            self.start.take(at),
            self.end.take(at),
            self.line.take(at),
            self.number.take(at),
        )

    def beginnings(self, n_chars: int) -> Numbers:
        """The number of the first characters of each word."""
        return self.spellings.numbers(self.start, np.minimum(self.end, self.start + n_chars))

    def spelled(self) -> list[str]:
        """The words themselves."""
        low = self.low
        return [low[a:b] for a, b in zip(self.start.tolist(), self.end.tolist(), strict=True)]


@dataclass(frozen=True, slots=True, eq=False)
class LongWords:
    """Words of LONG_WORD letters and more, each once a line: the line of each, its number from 0, by number its stem's."""

    line: Ints
    number: Ints
    stem: Ints


def words_of(texts: Sequence[str]) -> Words:
    """The words of lines, which hold no line breaks. Those of the last document are held."""
    return _words_of(tuple(texts))


@lru_cache(maxsize=2)
def _words_of(texts: tuple[str, ...]) -> Words:
    low = "\n".join(texts).lower()
    codes = codes_of(low)
    is_letter = looked_up(codes, _letters(), _is_letter)
    padded = np.zeros(len(is_letter) + 2, np.bool_)
    padded[1:-1] = is_letter
    edges = np.flatnonzero(padded[1:] != padded[:-1])
    start, end = edges[::2], edges[1::2]
    line = np.searchsorted(np.flatnonzero(codes == ord("\n")), start)
    spellings = Spellings(codes)
    return Words(low, spellings, start, end, line, spellings.numbers(start, end))


def long_words_of(texts: Sequence[str]) -> LongWords:
    """The long words of lines. Those of the last document are held."""
    return _long_words_of(tuple(texts))


@lru_cache(maxsize=2)
def _long_words_of(texts: tuple[str, ...]) -> LongWords:
    words = _words_of(texts)
    words = words.chosen(words.end - words.start >= LONG_WORD)
    spelled, number = np.unique(words.number, return_inverse=True)
    stems = np.zeros(len(spelled), np.uint64)
    stems[number] = words.beginnings(_STEM_CHARS)  # the same for each word of one spelling
    _, stem = np.unique(stems, return_inverse=True)
    return LongWords(*distinct(words.line, number), stem)


def numbered(words: Sequence[str]) -> tuple[Ints, list[str]]:
    """The number of each word's spelling, and the spellings by number."""
    spelled = list(dict.fromkeys(words))
    numbers = dict(zip(spelled, range(len(spelled)), strict=True))
    return np.fromiter(map(numbers.__getitem__, words), np.int64, len(words)), spelled


def distinct(line: Ints, number: Ints) -> tuple[Ints, Ints]:
    """Each pair of a line and a number once, ordered by both."""
    width = int(number.max(initial=0)) + 1
    both = np.sort(line * width + number)
    return np.divmod(both[np.diff(both, prepend=-1) > 0], width)


@cache
def _letters() -> NDArray[np.bool_]:
    return table_of(_is_letter, np.bool_)


def _is_letter(char: str) -> bool:
    """Whether a letter, or another sign that counts as one: what the words of a regular expression have but digits and `_`."""
    return char.isalnum() and not char.isdecimal()
