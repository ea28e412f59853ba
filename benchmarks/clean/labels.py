"""Which lines of an input are the article: gold words aligned to lines.

The longest run of words that input and gold share is taken first, then what lies left and right of it, so
a teaser that repeats the lead does not win over the article, and a short line counts only where its
neighbours place it.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from difflib import SequenceMatcher

import numpy as np
from numpy.typing import NDArray

WORD = re.compile(r"\w+")
MIN_RUN_WORDS = 1


def line_labels(
    text: str, lines: Sequence[tuple[int, int]], gold: str
) -> tuple[NDArray[np.float64], NDArray[np.int64]]:
    """Share of each line's words that are the gold's, and how many words each line has.

    Both of shape (n_lines,); a line without words has share 0.
    """
    words: list[str] = []
    owner: list[int] = []
    for number, (start, end) in enumerate(lines):
        found = WORD.findall(text[start:end])
        words.extend(found)
        owner.extend([number] * len(found))
    owners = np.array(owner, np.int64)
    n_words = np.bincount(owners, minlength=len(lines)) if len(owners) else np.zeros(len(lines), np.int64)
    matched = np.zeros(len(lines), np.int64)
    for block in matching_blocks(words, WORD.findall(gold)):
        np.add.at(matched, owners[block[0] : block[0] + block[2]], 1)
    return matched / np.maximum(n_words, 1), n_words.astype(np.int64)


def carried(
    texts: Sequence[str], lines: Sequence[str], labels: NDArray[np.float64]
) -> tuple[NDArray[np.float64], NDArray[np.int64]]:
    """The labels of lines told of the same text in other lines: some were joined, or characters made right."""
    here = [WORD.findall(text) for text in texts]
    words = [word for found in here for word in found]
    owner = np.repeat(np.arange(len(here)), [len(found) for found in here])
    given = [WORD.findall(line) for line in lines]
    share = np.repeat(labels, [len(found) for found in given])
    if len(share) != len(words):
        aligned = np.full(len(words), np.nan)
        for start, other, size in matching_blocks(words, [word for found in given for word in found]):
            aligned[start : start + size] = share[other : other + size]
        known = np.flatnonzero(~np.isnan(aligned))
        share = aligned[known[np.minimum(np.searchsorted(known, np.arange(len(words))), len(known) - 1)]]
    n_words = np.bincount(owner, minlength=len(texts))
    return np.bincount(owner, share, len(texts)) / np.maximum(n_words, 1), n_words.astype(np.int64)


def matching_blocks(a: list[str], b: list[str]) -> list[tuple[int, int, int]]:
    """Runs of equal words in the same order: (start in a, start in b, length), longest first, then around it."""
    return [
        (x.a, x.b, x.size)
        for x in SequenceMatcher(None, a, b, autojunk=False).get_matching_blocks()
        if x.size
    ]
