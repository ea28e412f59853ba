"""Features of the second stage of plain text: what a line shares with the likely article, and its run of lines.

A teaser of another story is prose like the article's, but its words stand elsewhere only among what is
likely cut, or nowhere. On folds 0-3 these features raised the macro F1 of whole dumps by 0.002 and took a sixth off
the words lost.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from tasks.clean.judge.lines import Floats
from tasks.clean.judge.second import Shape, second_features
from tasks.clean.judge.tokens import distinct, long_words_of

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
    n = len(texts)
    words = long_words_of(texts)
    line, number = distinct(words.line, words.stem.take(words.number))
    n_words = np.bincount(line, minlength=n)
    out = np.zeros((n, len(TOPIC_NAMES)))
    out[:, :3] = np.where(n_words > 0, 0.0, -1.0)[:, None]
    sure = np.rint(first * _UNIT).astype(np.int64).take(line)
    # Of the other lines with the word how many there are and what they add up to, in whole numbers.
    count = np.bincount(number, minlength=1).take(number) - 1
    told = np.bincount(number, sure, 1).astype(np.int64).take(number) - sure
    again = np.flatnonzero(count)
    line, count, told = line.take(again), count.take(again), told.take(again)
    per_line = np.maximum(n_words, 1)
    seen = np.bincount(line, minlength=n)
    ratio = np.bincount(line, told // count, n)
    out[:, 0] += np.bincount(line[told >= _IN_ARTICLE], minlength=n) / per_line
    out[:, 1] += np.bincount(line[told < _IN_REST], minlength=n) / per_line
    out[:, 2] = np.where(seen > 0, ratio / np.maximum(seen, 1) / _UNIT, -1.0)
    out[:, 3] = np.bincount(line, np.minimum(told, _MOST_TOLD), n) / per_line / _UNIT
    out[:, 4] = n_words
    return out


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
