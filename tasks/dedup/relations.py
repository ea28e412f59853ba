"""Relations: what a judged pair is called, whether it joins, and which members of a cluster are cut or damaged."""

from __future__ import annotations

from dataclasses import dataclass
from typing import NamedTuple

import numpy as np

from tasks.dedup.evidence import Measured
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


def relate(measured: Measured, probability: Floats, label: I64) -> Relations:
    """Relations of the measured pairs, given the cluster of each document."""
    same = label[measured.first] == label[measured.second]
    gain = measured.of("long_new_prose") - measured.of("short_new_prose") * measured.of("length_ratio")
    inside = same & (gain >= GAIN) & (measured.of("short_covered") >= INSIDE)
    contains = inside | (~same & (gain >= STORY_GAIN) & _is_story(measured))
    lost = gain * measured.n_prose.max(axis=1)
    swap = measured.n_prose[:, 0] > measured.n_prose[:, 1]
    short = np.where(swap, measured.second, measured.first)
    cut = same & (gain >= CUT_GAIN) & (lost >= CUT_WORDS) & (measured.of("short_covered") >= INSIDE)
    pairs = [
        _pair(measured, row, contains=bool(contains[row]), joins=bool(same[row]), swap=not swap[row])
        for row in np.flatnonzero(contains | (same & (probability >= COPY))).tolist()
    ]
    return Relations(pairs, set(short[cut].tolist()), _widest(measured, pairs))


def damaged(damage: Floats, label: I64) -> Bools:
    """Members with more odd words than the soundest member of their cluster, by DAMAGE and more."""
    soundest = np.full(len(damage), np.inf)
    np.minimum.at(soundest, label, damage)
    return np.asarray(np.round(damage - soundest[label], 4) >= DAMAGE)


def _is_story(measured: Measured) -> Bools:
    return np.asarray(
        (measured.of("short_covered") >= STORY)
        & (measured.of("short_gaps") <= STORY_GAPS)
        & (measured.of("short_numbers_in_gaps") <= STORY_NUMBERS)
        & (measured.of("short_longest_run") >= STORY_RUN)
    )


def _pair(measured: Measured, row: int, *, contains: bool, joins: bool, swap: bool) -> Pair:
    """swap: the second document is to come first. Near pairs keep the order of their ids."""
    places = (int(measured.first[row]), int(measured.second[row]))
    shared, chars = measured.shared_chars[row].tolist(), measured.n_chars[row].tolist()
    if contains and swap:
        places, shared, chars = places[::-1], shared[::-1], chars[::-1]
    similarity = round(sum(shared) / max(1, sum(chars)), 4)
    containment = round(shared[1] / max(1, chars[1]), 4)
    return Pair(*places, "contains" if contains else "near", joins, similarity, containment, min(shared))


def _widest(measured: Measured, pairs: list[Pair]) -> dict[int, int]:
    n_prose = dict(zip(measured.first.tolist(), measured.n_prose[:, 0].tolist(), strict=True))
    n_prose |= dict(zip(measured.second.tolist(), measured.n_prose[:, 1].tolist(), strict=True))
    widest: dict[int, int] = {}
    for pair in pairs:
        if pair.relation == "contains":
            best = widest.get(pair.second, pair.first)
            widest[pair.second] = min(best, pair.first, key=lambda place: (-n_prose[place], place))
    return widest
