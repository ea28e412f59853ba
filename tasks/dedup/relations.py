"""Relations: what a judged pair is called, whether it joins, and which members of a cluster are cut or damaged."""

from __future__ import annotations

from dataclasses import dataclass
from typing import NamedTuple

import numpy as np

from tasks.dedup.evidence import Judged
from tasks.dedup.features import NAMES
from tasks.dedup.words import I64, Bools, Floats

# Chosen on the tuning part of the development set; `contains` recall and precision are printed by the benchmark.
COPY = 0.5  # probability from which a pair in one cluster is a link of its own
GAIN = 0.05  # prose that only the longer text has, less what only the shorter has, per word of the longer one
INSIDE = 0.5  # share of the shorter text's prose that stands in the longer one: OCR leaves half of a cut
STORY = 0.75  # the same for a whole story in a round-up, which is told apart from a template by
STORY_GAPS = 0.02  # short gaps a word,
STORY_NUMBERS = 0.01  # numbers in them a word,
STORY_RUN = 0.5  # and one run of half the story
STORY_GAIN = 0.15
CUT_GAIN, CUT_WORDS = 0.03, 10  # prose a copy must lack, as a share and in words, not to stand for its cluster
DAMAGE = 0.02  # share of odd words over the soundest copy's: OCR with 2 % of words broken has 0.01, with 8 % 0.05


class Pair(NamedTuple):
    """One relation between two places of the corpus; for contains the first contains the second."""

    first: int
    second: int
    relation: str
    joins: bool
    similarity: float
    containment: float
    shared_chars: int


@dataclass(frozen=True, slots=True)
class Relations:
    """pairs; members that another member contains; and for each of these the widest that contains it."""

    pairs: list[Pair]
    cut: set[int]
    widest: dict[int, int]


def relate(judged: Judged, label: I64) -> Relations:
    """Relations of the judged pairs, given the cluster of each document."""
    same = label[judged.first] == label[judged.second]
    gain = _of(judged, "long_new_prose") - _of(judged, "short_new_prose") * _of(judged, "length_ratio")
    inside = same & (gain >= GAIN) & (_of(judged, "short_covered_prose") >= INSIDE)
    contains = inside | (~same & (gain >= STORY_GAIN) & _is_story(judged))
    lost = gain * judged.n_own.max(axis=1)
    swap = judged.n_own[:, 0] > judged.n_own[:, 1]
    short = np.where(swap, judged.second, judged.first)
    cut = same & (gain >= CUT_GAIN) & (lost >= CUT_WORDS) & (_of(judged, "short_covered_prose") >= INSIDE)
    pairs = [
        _pair(judged, row, contains=bool(contains[row]), joins=bool(same[row]), swap=not swap[row])
        for row in np.flatnonzero(contains | (same & (judged.probability >= COPY))).tolist()
    ]
    return Relations(pairs, set(short[cut].tolist()), _widest(judged, pairs))


def damaged(damage: Floats, label: I64) -> Bools:
    """Members with more odd words than the soundest member of their cluster, by DAMAGE and more."""
    soundest = np.full(len(damage), np.inf)
    np.minimum.at(soundest, label, damage)
    return np.asarray(np.round(damage - soundest[label], 4) >= DAMAGE)


def _of(judged: Judged, name: str) -> Floats:
    return judged.features[:, NAMES.index(name)]


def _is_story(judged: Judged) -> Bools:
    return np.asarray(
        (_of(judged, "short_covered_prose") >= STORY)
        & (_of(judged, "short_gaps") <= STORY_GAPS)
        & (_of(judged, "short_numbers_in_gaps") <= STORY_NUMBERS)
        & (_of(judged, "short_longest_run") >= STORY_RUN)
    )


def _pair(judged: Judged, row: int, *, contains: bool, joins: bool, swap: bool) -> Pair:
    """swap: the second document is to come first. Near pairs keep the order of their ids."""
    places = (int(judged.first[row]), int(judged.second[row]))
    shared, chars = judged.shared_chars[row].tolist(), judged.n_chars[row].tolist()
    if contains and swap:
        places, shared, chars = places[::-1], shared[::-1], chars[::-1]
    similarity = round(sum(shared) / max(1, sum(chars)), 4)
    containment = round(shared[1] / max(1, chars[1]), 4)
    return Pair(*places, "contains" if contains else "near", joins, similarity, containment, min(shared))


def _widest(judged: Judged, pairs: list[Pair]) -> dict[int, int]:
    n_own = dict(zip(judged.first.tolist(), judged.n_own[:, 0].tolist(), strict=True))
    n_own |= dict(zip(judged.second.tolist(), judged.n_own[:, 1].tolist(), strict=True))
    widest: dict[int, int] = {}
    for pair in pairs:
        if pair.relation == "contains":
            best = widest.get(pair.second, pair.first)
            widest[pair.second] = min(best, pair.first, key=lambda place: (-n_own[place], place))
    return widest
