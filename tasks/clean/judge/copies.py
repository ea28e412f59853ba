"""What a line says that another line of the text says too: the headline with the site's name, pull quotes, teasers."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from tasks.clean.judge.lines import Floats
from tasks.clean.judge.tokens import words_of

COPY_WORDS = 4  # neighbours that two lines share by chance seldom
COPY_NAMES = ("copied", "copied_above", "copied_words")
_FACTORS = (0x9E3779B97F4A7C15, 0xC2B2AE3D27D4EB4F, 0x165667B19E3779F9, 0x27D4EB2F165667C5)


def copy_features(texts: Sequence[str]) -> Floats:
    """How much of each line stands in others, shape (3, n_lines), in the order of COPY_NAMES.

    Shares of its runs of COPY_WORDS words that stand in another line, and in one above; how many the first are. -1 for a
    line with fewer words.
    """
    n = len(texts)
    out = np.full((len(COPY_NAMES), n), -1.0)
    words = words_of(texts)
    n_runs = len(words.line) - COPY_WORDS + 1
    if n_runs <= 0:
        return out
    numbers = words.number
    inside = words.line[:n_runs] == words.line[COPY_WORDS - 1 :]
    run = np.zeros(n_runs, np.uint64)
    for step, factor in enumerate(_FACTORS):
        run += numbers[step : step + n_runs] * np.uint64(factor)
    within = np.flatnonzero(inside)
    run, line = run.take(within), words.line.take(within)
    if not len(run):
        return out
    order = np.argsort(run, kind="stable")  # of equal runs the first line comes first
    run, by_run = run.take(order), line.take(order)
    starts = np.flatnonzero(np.concatenate(([True], run[1:] != run[:-1])))
    lengths = np.diff(np.concatenate((starts, [len(run)])))
    lowest, highest = np.repeat(by_run[starts], lengths), np.repeat(by_run[starts + lengths - 1], lengths)
    again = np.bincount(by_run, (lowest != by_run) | (highest != by_run), n)
    above = np.bincount(by_run, lowest != by_run, n)
    total = np.bincount(line, minlength=n)
    has = total > 0
    out[0, has] = again[has] / total[has]
    out[1, has] = above[has] / total[has]
    out[2, has] = np.minimum(again[has], 20.0)
    return out
