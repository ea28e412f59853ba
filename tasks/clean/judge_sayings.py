"""What the words of short lines have meant on other sites: a lexicon learned from the development set.

It knows the languages of the set, above all English; words it does not know say nothing, so lines of other
languages are judged by the rest. Only words seen on several sites are in it, in no order and without text.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from functools import lru_cache
from itertools import pairwise

import numpy as np

from tasks.clean.judge_lines import Floats
from tasks.clean.judge_names import read_lexicon

_WORD = re.compile(r"[^\W\d_]+")
MAX_CHARS = 160  # longer lines are prose, whatever their words


@lru_cache(maxsize=20_000)
def line_tokens(line: str) -> tuple[str, ...]:
    """Words, pairs of words, and the first word marked with ^; none of a long line."""
    return tuple(sorted(set(_spelled(line))))


def _spelled(line: str) -> list[str]:
    """The tokens of a line as they come."""
    words = _WORD.findall(line.lower()) if len(line) <= MAX_CHARS else []
    return [*words, *map(" ".join, pairwise(words)), "^" + words[0]] if words else []


def load_sayings() -> Mapping[str, float]:
    """Scores of the shipped lexicon, `models/text_words.json`."""
    return read_lexicon("text_words")


def saying_features(texts: Sequence[str], lexicon: Mapping[str, float]) -> tuple[Floats, list[str]]:
    """Mean, least, greatest and sum of the scores of each line's tokens, and how many are known."""
    out = np.zeros((len(texts), 5))
    for number, text in enumerate(texts):
        told = {token for token in _spelled(text) if token in lexicon}
        if told:
            values = [lexicon[token] for token in sorted(told)]
            out[number] = (sum(values) / len(values), min(values), max(values), sum(values), len(values))
    return out, ["say_mean", "say_low", "say_high", "say_sum", "say_known"]
