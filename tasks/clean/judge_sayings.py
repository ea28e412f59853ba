"""What the words of short lines have meant on other sites: a lexicon learned from the development set.

It knows the languages of the set, above all English; words it does not know say nothing, so lines of other
languages are judged by the rest. Only words seen on several sites are in it, in no order and without text.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np

from tasks.clean.judge_lines import Floats, Ints
from tasks.clean.judge_names import Lexicon, read_lexicon
from tasks.clean.judge_tokens import Words, words_of

MAX_CHARS = 160  # longer lines are prose, whatever their words


def line_tokens(line: str) -> tuple[str, ...]:
    """Words, pairs of words, and the first word marked with ^; none of a long line."""
    return tuple(sorted(set(_spelled(words_of([line]))[0]))) if len(line) <= MAX_CHARS else ()


def _spelled(words: Words) -> tuple[list[str], Ints]:
    """The tokens of lines with these words, and the line of each."""
    spelled, line = words.spelled(), words.line
    is_first = np.diff(line, prepend=-1) > 0
    pairs = [
        "^" + word if first else f"{before} {word}"
        for before, word, first in zip(["", *spelled], spelled, is_first.tolist(), strict=False)
    ]
    return spelled + pairs, np.concatenate([line, line])


def load_sayings() -> Lexicon:
    """Scores of the shipped lexicon, `models/text_words.json`."""
    return read_lexicon("text_words")


def saying_features(texts: Sequence[str], lexicon: Mapping[str, float] | Lexicon) -> tuple[Floats, list[str]]:
    """Mean, least, greatest and sum of the scores of each line's tokens, and how many are known."""
    out = np.zeros((5, len(texts)))
    words = words_of(texts)
    is_short = np.fromiter(map(len, texts), np.int64, len(texts)) <= MAX_CHARS
    place, *told = Lexicon.of(lexicon).told(*_spelled(words.chosen(is_short[words.line])))
    out[:, place] = told
    return out.T, ["say_mean", "say_low", "say_high", "say_sum", "say_known"]
