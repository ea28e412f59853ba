"""Relations: what a judged pair is called, whether it joins, and which members of a cluster are cut or damaged."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from tasks.dedup.evidence import Measured
from tasks.dedup.linkage import Contained
from tasks.dedup.words import I64, Bools, Floats

# Set by looking at the whole development set, none of it kept aside: what they reach there is no estimate.
COPY = 0.5  # probability from which a pair in one cluster is a link of its own
OWN_PROSE = 0.25  # prose in long gaps that a cut may have for itself: OCR leaves some
GAIN = 0.05  # prose that only the longer text has, less what only the shorter has, per word of the longer one
INSIDE = 0.5  # share of the shorter text's prose that stands in the longer one: OCR leaves half of a cut
STORY = 0.75  # the same for a whole story in a round-up, which is told apart from a template by
STORY_GAPS = 0.02  # short gaps a word,
STORY_NUMBERS = 0.01  # numbers in them a word,
STORY_RUN = 0.5  # and one run of half the story
STORY_GAIN = 0.15
# A copy that lacks this much more of the others' prose than the wholest one does not stand for the cluster; from 0.03
# to 0.06 as good on the development set, whole copies are chosen in 0.965 to 0.973 of its mixed clusters.
CUT = 0.05
# Nor one with this share of words in short gaps that not one of the others has, over the soundest one's: 0.002 to 0.008.
WORN = 0.004
SAME_TITLE = 0.7  # words of either headline that stand in the other: an article and its cut, not a round-up
DAMAGE = (
    0.02  # share of odd words over the soundest copy's: OCR with 2 % of words broken has 0.01, with 8 % 0.05
)


@dataclass(frozen=True, slots=True)
class Relations:
    """Relations between places of the corpus; for contains the first contains the second.

    joins: whether both are in one cluster. similarity: share of both texts that is shared. containment: share of
    the second that stands in the first. cut, worn: for each place, whether it lacks prose of the others, or has broken words.
    """

    first: I64
    second: I64
    contains: Bools
    joins: Bools
    similarity: Floats
    containment: Floats
    shared_chars: I64
    widest: Bools
    cut: Bools
    worn: Bools


def relate(measured: Measured, probability: Floats, label: I64) -> Relations:
    """Relations of the measured pairs, given the cluster of each document."""
    same = label[measured.first] == label[measured.second]
    gain = measured.of("long_new_prose") - measured.of("short_new_prose") * measured.of("length_ratio")
    inside = same & (measured.of("short_covered") >= INSIDE)
    contains = (inside & (gain >= GAIN)) | (~same & (gain >= STORY_GAIN) & is_story(measured))
    swap = measured.n_prose[:, 0] > measured.n_prose[:, 1]
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
        *_flawed(measured, same, swap, label),
    )  # fmt: skip


def contained(measured: Measured, probability: Floats) -> Contained:
    """Documents that are in their cluster as a part of a longer one, and where they stand in it."""
    rows = np.flatnonzero((probability >= COPY) & (measured.of("short_new_prose") <= OWN_PROSE))
    swap = measured.n_prose[rows, 0] > measured.n_prose[rows, 1]
    first, second = measured.first[rows], measured.second[rows]
    return Contained(
        np.where(swap, second, first), np.where(swap, first, second),
        measured.of("short_at_first")[rows], measured.of("short_at_last")[rows],
        np.minimum(measured.of("title_short"), measured.of("title_long"))[rows] >= SAME_TITLE,
    )  # fmt: skip


def _flawed(measured: Measured, same: Bools, swap: Bools, label: I64) -> tuple[Bools, Bools]:
    """Members that lack prose of the others of their cluster, and those with words that no other has."""
    short, long = (
        np.where(swap, measured.second, measured.first)[same],
        np.where(swap, measured.first, measured.second)[same],
    )
    item, n = np.concatenate([short, long]), len(label)
    n_prose = np.sort(measured.n_prose[same], axis=1)
    lacks = np.concatenate([measured.of("long_new_prose")[same], measured.of("short_new_prose")[same]])
    weight = np.concatenate([n_prose[:, 1], n_prose[:, 0]])
    # Whole numbers, so that the order of the pairs cannot change the sums.
    lack = (
        np.bincount(item, np.rint(lacks * 1e6) * weight, n)
        / np.maximum(1, np.bincount(item, weight, n))
        / 1e6
    )
    own = np.full(n, np.inf)
    np.minimum.at(
        own,
        item,
        np.concatenate([measured.of("short_words_in_gaps")[same], measured.of("long_words_in_gaps")[same]]),
    )
    own[np.isinf(own)] = 0.0
    return np.asarray(_over_best(lack, label) >= CUT), np.asarray(_over_best(own, label) >= WORN)


def _over_best(flaw: Floats, label: I64) -> Floats:
    """The flaw of each document less that of the best one of its cluster."""
    best = np.full(len(label), np.inf)
    np.minimum.at(best, label, flaw)
    return np.asarray(np.round(flaw - best[label], 4))


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
    return np.asarray(_over_best(damage, label) >= DAMAGE)


def is_story(measured: Measured) -> Bools:
    """Pairs whose shorter text stands in the longer one as a whole story does, word by word."""
    return np.asarray(
        (measured.of("short_covered") >= STORY)
        & (measured.of("short_gaps") <= STORY_GAPS)
        & (measured.of("short_numbers_in_gaps") <= STORY_NUMBERS)
        & (measured.of("short_longest_run") >= STORY_RUN)
    )
