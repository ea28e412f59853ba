"""Features of the second stage of plain text: what a line shares with the likely article, and its run of lines.

A teaser of another story is prose like the article's, but its words stand elsewhere only among what is
likely cut, or nowhere. On folds 0-3 these features raised the macro F1 of whole dumps by 0.002 and took a sixth off
the words lost.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

import numpy as np

from tasks.clean.judge_lines import Floats
from tasks.clean.judge_second import Shape, second_features

_WORD = re.compile(r"[^\W\d_]{5,}")
_STEM_CHARS = 6  # "elected" and "election" are one word
_UNIT = 10_000  # probabilities are summed as whole numbers: in any order the same
_IN_ARTICLE, _IN_REST = _UNIT // 2, _UNIT // 5  # what other lines with the word must add up to, or not
_MOST_TOLD = 3 * _UNIT
_RUN_AT, _RUN_GAP = 0.35, 2  # lines this likely, with at most so many others between, are one run
_FAR, _MOST_RUNS = 40, 20
TOPIC_NAMES = ("topic_article", "topic_rest", "topic_ratio", "topic_told", "topic_words")
RUN_NAMES = ("run_mass", "run_distance", "run_words", "run_main", "runs", "text_mass")


def around_text(texts: Sequence[str], words: Floats, first: Floats, shape: Shape) -> tuple[Floats, list[str]]:
    """All that the second stage of plain text sees of the first one's answers, and the names.

    words: how many each line has.
    """
    near, names = second_features(first, shape)
    columns = [near, topic_features(texts, first), run_features(first, words)]
    return np.concatenate(columns, axis=1), [*names, *TOPIC_NAMES, *RUN_NAMES]


def topic_features(texts: Sequence[str], first: Floats) -> Floats:
    """What each line's words mean elsewhere in the text, shape (n_lines, 5), in the order of TOPIC_NAMES.

    first: the first stage's probability of each line. Shares of the line's longer words that stand in other
    likely lines, and only in unlikely ones; how likely the other lines with its words are; -1 without words.
    """
    words = [{word[:_STEM_CHARS] for word in _WORD.findall(text.lower())} for text in texts]
    sure = np.rint(first * _UNIT).astype(np.int64).tolist()
    told: dict[str, int] = {}
    count: dict[str, int] = {}
    for found, value in zip(words, sure, strict=True):
        for word in found:
            told[word] = told.get(word, 0) + value
            count[word] = count.get(word, 0) + 1
    told_of = [_topic([(told[word] - value, count[word] - 1) for word in found])
               for found, value in zip(words, sure, strict=True)]  # fmt: skip
    return np.array(told_of, np.float64).reshape(-1, len(TOPIC_NAMES))


def _topic(others: Sequence[tuple[int, int]]) -> tuple[float, float, float, float, float]:
    """Of one line; others: for each word the sum over the other lines with it, and how many they are.

    All sums are of whole numbers: the words come in no order.
    """
    n_words = len(others)
    if not n_words:
        return -1.0, -1.0, -1.0, 0.0, 0.0
    article = rest = seen = ratio = total = 0
    for told, count in others:
        if count:
            seen += 1
            article += told >= _IN_ARTICLE
            rest += told < _IN_REST
            ratio += told // count
            total += min(_MOST_TOLD, told)
    mean = ratio / seen / _UNIT if seen else -1.0
    return article / n_words, rest / n_words, mean, total / n_words / _UNIT, float(n_words)


def run_features(first: Floats, words: Floats) -> Floats:
    """The run of likely lines that a line is in, and where the greatest is, shape (n_lines, 6), as RUN_NAMES.

    first: the first stage's probability of each line; words: how many words it has.
    """
    n = len(first)
    out = np.zeros((n, len(RUN_NAMES)))
    likely = np.flatnonzero(first >= _RUN_AT)
    if not len(likely):
        out[:, 0] = -1.0
        return out
    breaks = np.flatnonzero(np.diff(likely) > _RUN_GAP + 1)
    start = likely[np.concatenate(([0], breaks + 1))]
    end = likely[np.concatenate((breaks, [len(likely) - 1]))] + 1
    summed = np.concatenate(([0.0], np.cumsum(np.where(first >= _RUN_AT, first * words, 0.0))))
    mass, total = summed[end] - summed[start], max(float(summed[-1]), 1e-9)
    at = np.arange(n)
    run = np.minimum(np.searchsorted(end, at, side="right"), len(end) - 1)
    inside = (start[run] <= at) & (at < end[run])
    main = int(mass.argmax())
    low, high = int(start[main]), int(end[main])
    so_far = np.concatenate(([0.0], np.cumsum(words)))
    above, below = at < low, at >= high
    apart = np.where(above, so_far[at + 1] - so_far[low], np.where(below, so_far[at] - so_far[high], 0.0))
    out[:, 0] = np.where(inside, mass[run] / total, 0.0)
    out[:, 1] = np.clip(np.where(above, at - low, np.where(below, at - high + 1, 0)), -_FAR, _FAR)
    out[:, 2] = np.sign(apart) * np.log1p(np.abs(apart))
    out[:, 3] = mass[main] / total
    out[:, 4] = min(len(start), _MOST_RUNS)
    out[:, 5] = np.log1p(total)
    return out
