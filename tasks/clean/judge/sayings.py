"""What the words of short lines have meant on other sites: a lexicon learned from the development set.

It knows the languages of the set, above all English; words it does not know say nothing, so lines of other
languages are judged by the rest. Only words seen on several sites are in it, in no order and without text.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from itertools import pairwise

import numpy as np

from tasks.clean.judge.lines import Floats, Ints
from tasks.clean.judge.names import Lexicon, read_lexicon
from tasks.clean.judge.spellings import Numbers, joined
from tasks.clean.judge.tokens import Words, words_of

MAX_CHARS = 160  # longer lines are prose, whatever their words


def line_tokens(line: str) -> tuple[str, ...]:
    """Words, pairs of words, and the first word marked with ^; none of a long line."""
    spelled = words_of([line]).spelled() if len(line) <= MAX_CHARS else []
    pairs = [f"{before} {word}" for before, word in pairwise(spelled)]
    return tuple(sorted({*spelled, *("^" + word for word in spelled[:1]), *pairs}))


def _tokens(words: Words) -> tuple[Numbers, Ints]:
    """The numbers of the tokens, as `line_tokens` spells them, of lines with these words, and the line of each."""
    number, line = words.number, words.line
    mark, blank = np.uint64(ord("^")), np.uint64(ord(" "))
    pairs = joined(mark, 1, number)
    has_before = np.flatnonzero(np.diff(line, prepend=-1) == 0)
    before = has_before - 1
    n_chars = words.end[before] - words.start[before]
    head = joined(number[before], n_chars, blank)
    pairs[has_before] = joined(head, n_chars + 1, number[has_before])
    return np.concatenate([number, pairs]), np.concatenate([line, line])


def load_sayings() -> Lexicon:
    """Scores of the shipped lexicon, `models/text_words.json`."""
    return read_lexicon("text_words")


def saying_features(texts: Sequence[str], lexicon: Mapping[str, float] | Lexicon) -> tuple[Floats, list[str]]:
    """Mean, least, greatest and sum of the scores of each line's tokens, and how many are known."""
    out = np.zeros((5, len(texts)))
    words = words_of(texts)
    is_short = np.fromiter(map(len, texts), np.int64, len(texts)) <= MAX_CHARS
    place, *told = Lexicon.of(lexicon).told_by_number(*_tokens(words.chosen(is_short[words.line])))
    out[:, place] = told
    return out.T, ["say_mean", "say_low", "say_high", "say_sum", "say_known"]
