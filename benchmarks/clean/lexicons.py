"""Lexicons counted from the development set: class names of pages, words of short lines."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence

import numpy as np
from numpy.typing import NDArray

from tasks.clean.judge.names import name_tokens
from tasks.clean.judge.sayings import line_tokens
from tasks.clean.page import Lines

Counts = Mapping[str, tuple[float, float]]
LEVELS = 4  # containers above a line that its words count for, each less than the one below
PRIOR_KEEP, PRIOR_CUT = 0.5, 0.8  # of sites: a token seen little says little, and rather cut


def count_names(lines: Lines, keep: NDArray[np.bool_], words: NDArray[np.int64]) -> Counts:
    """For each class-name token of a page the text below it that is kept, and that is not."""
    nodes = lines.nodes
    kept, cut = np.zeros(len(nodes.tag)), np.zeros(len(nodes.tag))
    here, weight = lines.node, np.sqrt(words + 1.0)
    for step in range(LEVELS):
        np.add.at(kept, here, weight * keep / (1 + step))
        np.add.at(cut, here, weight * ~keep / (1 + step))
        here = nodes.parent[here]
    found: dict[str, tuple[float, float]] = {}
    for number, names in enumerate(nodes.names):
        if kept[number] + cut[number] > 0:
            for token in name_tokens(names):
                one, two = found.get(token, (0.0, 0.0))
                found[token] = (one + float(kept[number]), two + float(cut[number]))
    return found


def count_words(texts: Sequence[str], keep: NDArray[np.bool_]) -> Counts:
    """For each token of a text's short lines how many lines with it are kept, and are not."""
    found: dict[str, tuple[float, float]] = {}
    for text, kept in zip(texts, keep.tolist(), strict=True):
        for token in line_tokens(text):
            one, two = found.get(token, (0.0, 0.0))
            found[token] = (one + 20.0 * kept, two + 20.0 * (not kept))
    return found


def make_lexicon(counts: Sequence[Counts], sites: Sequence[str], least_sites: int) -> dict[str, float]:
    """Log-odds of keeping by token, each document with one vote; tokens of fewer sites are left out."""
    votes: dict[str, list[float]] = {}
    seen: dict[str, set[str]] = {}
    for found, site in zip(counts, sites, strict=True):
        for token, (kept, cut) in found.items():
            share, weight = kept / (kept + cut), min(1.0, (kept + cut) / 20)
            vote = votes.setdefault(token, [0.0, 0.0])
            vote[0] += share * weight
            vote[1] += (1 - share) * weight
            seen.setdefault(token, set()).add(site)
    return {
        token: round(math.log((kept + PRIOR_KEEP) / (cut + PRIOR_CUT)), 2)
        for token, (kept, cut) in sorted(votes.items())
        if len(seen[token]) >= least_sites
    }
