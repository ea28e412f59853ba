"""Relations: what a judged pair is called, whether it joins, and which members of a cluster are cut or damaged."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from tasks.dedup.evidence import Measured
from tasks.dedup.words import I64, Bools, Floats

# Set by looking at the whole development set, none of it kept aside: what they reach there is no estimate.
COPY = 0.5  # probability from which a pair in one cluster is a link of its own
GAIN = 0.05  # prose that only the longer text has, less what only the shorter has, per word of the longer one
INSIDE = 0.5  # share of the shorter text's prose that stands in the longer one: OCR leaves half of a cut
STORY = 0.75  # the same for a whole story in a round-up, which is told apart from a template by
STORY_GAPS = 0.02  # short gaps a word,
STORY_NUMBERS = 0.01  # numbers in them a word,
STORY_RUN = 0.5  # and one run of half the story
STORY_GAIN = 0.15
CUT_GAIN, CUT_WORDS = (
    0.03,
    10,
)  # prose a copy must lack, as a share and in words, not to stand for its cluster
DAMAGE = (
    0.02  # share of odd words over the soundest copy's: OCR with 2 % of words broken has 0.01, with 8 % 0.05
)


@dataclass(frozen=True, slots=True)
class Relations:
    """Relations between places of the corpus; for contains the first contains the second.

    joins: whether both are in one cluster. similarity: share of both texts that is shared. containment: share of
    the second that stands in the first. cut: members that another member contains, in the whole corpus.
    """

    first: I64
    second: I64
    contains: Bools
    joins: Bools
    similarity: Floats
    containment: Floats
    shared_chars: I64
    widest: Bools
    cut: set[int]


def relate(measured: Measured, probability: Floats, label: I64) -> Relations:
    """Relations of the measured pairs, given the cluster of each document."""
    same = label[measured.first] == label[measured.second]
    gain = measured.of("long_new_prose") - measured.of("short_new_prose") * measured.of("length_ratio")
    inside = same & (measured.of("short_covered") >= INSIDE)
    contains = (inside & (gain >= GAIN)) | (~same & (gain >= STORY_GAIN) & _is_story(measured))
    swap = measured.n_prose[:, 0] > measured.n_prose[:, 1]
    cut = inside & (gain >= CUT_GAIN) & (gain * measured.n_prose.max(axis=1) >= CUT_WORDS)
    rows = np.flatnonzero(contains | (same & (probability >= COPY)))
    turned = contains[rows] & ~swap[rows]
    first = np.where(turned, measured.second[rows], measured.first[rows])
    second = np.where(turned, measured.first[rows], measured.second[rows])
    shared, chars = measured.shared_chars[rows], np.maximum(1, measured.n_chars[rows])
    of_second = np.where(turned, shared[:, 0] / chars[:, 0], shared[:, 1] / chars[:, 1])
    return Relations(
        first, second, contains[rows], same[rows],
        _share(shared.sum(axis=1) / chars.sum(axis=1)), _share(of_second), shared.min(axis=1),
        _widest(first, second, contains[rows], measured.n_prose[rows].max(axis=1)),
        set(np.where(swap, measured.second, measured.first)[cut].tolist()),
    )  # fmt: skip


def _share(values: Floats) -> Floats:
    return np.asarray(np.round(np.minimum(1.0, values), 4), np.float64)


def _widest(first: I64, second: I64, contains: Bools, n_prose: I64) -> Bools:
    """For each document that is contained: the pair with the longest that contains it."""
    order = np.lexsort((first, -n_prose, second, ~contains))
    order = order[: int(contains.sum())]
    best = np.zeros(len(first), np.bool_)
    opens = np.ones(len(order), np.bool_)
    opens[1:] = second[order[1:]] != second[order[:-1]]
    best[order[opens]] = True
    return best


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
