"""Round-ups: documents in which two different stories begin. What stands in them is found, and does not join."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from tasks.dedup.evidence import Measured
from tasks.dedup.judge import MILLIONTHS
from tasks.dedup.linkage import link
from tasks.dedup.relations import SAME_TITLE, contained
from tasks.dedup.words import I64, Bools, Floats

# Set by looking at the folds of the development set and of the stress set's `tune` part.
STORY = (0.06, 0.92)  # share of the round-up that one of its stories may take
STORY_WORDS = 20  # of prose that it has there at least
BEGINS = 0.8  # share of a story's first 40 words that stand in the round-up: a quotation has none of them
# The same for a story that stands there word by word, GAPS short gaps a word at most: it may have a caption before its lead.
BEGINS_SOUND, GAPS = 0.5, 0.001
FULL = 0.75  # of the words that the copy with the most has there: of such copies the one that stands in one place says where
# A document that stories fill, side by side, is a round-up also where one of them goes by its headline, as the first one may: each takes
# PART of it, at least, and no more than SPAN from its first word to its last; KEPT of each stands there; together they take FILLED.
# KEPT of any story: the development set's round-ups have the beginnings of long ones, 50 wrong pairs for 2.
PART, SPAN, KEPT, FILLED = 0.15, 0.85, 0.35, (0.7, 1.1)
CROWD_ODDS = 4.0  # by which a pair of a crowd is less probable than its two texts say
WHOLE = 0.75  # share of a round-up that a copy of it has at least, if the copy looks like a round-up too
ALMOST = 0.92  # and if it does not


def settle(measured: Measured, probability: Floats, capped: Bools) -> I64:
    """The cluster of each document, named by its smallest place; stories of a round-up are set apart from it."""
    pairs = measured.first, measured.second
    probability = in_a_crowd(probability, capped[measured.first] & capped[measured.second])
    label = link(len(capped), *pairs, probability, capped, contained(measured, probability))
    apart = part_stories(measured, probability, _roundups(_stories(measured), label))
    if (apart == probability).all():
        return label
    return link(len(capped), *pairs, apart, capped, contained(measured, apart))


def in_a_crowd(probability: Floats, both: Bools) -> Floats:
    """The probabilities, less where both documents are of a crowd: so many are alike there that to be alike says less.

    Nor is every pair of a crowd looked at: one that is wrong joins what stands on either side of it. By folds 21, 16 and 15 wrong pairs
    of templates become 10, 4 and 9 on the development set (three seeds), and 3 right ones in 20,000 go; 9 times less is as good.
    """
    odds = probability + CROWD_ODDS * (1.0 - probability)
    return np.where(both, np.round(probability / odds, 4), probability)


def part_stories(measured: Measured, probability: Floats, roundup: Bools) -> Floats:
    """The probabilities, with 0 where one document is a round-up and the other only a story in it.

    No single pair can tell a round-up from an article and its first third; that another story begins in the rest can.
    """
    swap = measured.n_prose[:, 0] > measured.n_prose[:, 1]
    short = np.where(swap, measured.second, measured.first)
    long = np.where(swap, measured.first, measured.second)
    most = np.where(roundup[long] & roundup[short], WHOLE, ALMOST)
    part = roundup[long] & (measured.of("long_covered") < most)
    part |= roundup[short] & (measured.of("short_covered") < most)
    return np.where(part, 0.0, probability)


@dataclass(frozen=True, slots=True)
class _Stories:
    """Documents, and others that begin in them: rows.

    starts, ends: where in the document. covered: of the document, n_words: its words. titled: both have one headline. side: it may be
    one of those that fill the document.
    """

    document: I64
    story: I64
    starts: Floats
    ends: Floats
    covered: Floats
    n_words: Floats
    titled: Bools
    side: Bools


def _stories(measured: Measured) -> _Stories:
    swap = measured.n_prose[:, 0] > measured.n_prose[:, 1]
    short = np.where(swap, measured.second, measured.first)
    long = np.where(swap, measured.first, measured.second)

    def both(name: str, *, of_story: bool) -> Floats:
        sides = ("short", "long") if of_story else ("long", "short")
        return np.concatenate([measured.of(f"{side}_{name}") for side in sides])

    starts, ends = both("at_first", of_story=True), both("at_last", of_story=True)
    covered, lead, kept = (
        both("covered", of_story=False),
        both("lead", of_story=True),
        both("covered", of_story=True),
    )
    n_words = covered * np.concatenate([measured.n_prose.max(axis=1), measured.n_prose.min(axis=1)])
    sound = np.tile(measured.of("short_gaps") <= GAPS, 2)
    begins = lead >= np.where(sound, BEGINS_SOUND, BEGINS)
    title = np.tile(np.minimum(measured.of("title_short"), measured.of("title_long")), 2)
    side = (covered >= PART) & (kept >= KEPT) & (lead >= BEGINS) & (ends - starts <= SPAN)
    begins &= ends > starts
    rows = np.flatnonzero((n_words >= STORY_WORDS) & (covered >= STORY[0]) & (covered <= STORY[1]) & begins)
    columns = np.concatenate([long, short]), np.concatenate([short, long]), starts, ends, covered, n_words
    return _Stories(*(column[rows] for column in (*columns, title >= SAME_TITLE, side)))  # type: ignore[arg-type]


def _roundups(stories: _Stories, label: I64) -> Bools:
    """Documents in which stories of two clusters begin, one behind the other.

    No story goes by their headline, or stories fill them. A round-up that stands in another one is no story of it: yesterday's has
    the same headline, and a copy was taken for one that takes all of it.
    """
    several = _twice(stories, np.ones(len(stories.document), np.bool_), label)
    titled = np.zeros(len(label), np.bool_)
    titled[stories.document[stories.titled & ~(several[stories.story] & (stories.covered < WHOLE))]] = True
    roundup = np.zeros(len(label), np.bool_)
    for _ in range(2):
        story = ~roundup[stories.story]
        roundup |= _twice(stories, story & ~titled[stories.document], label)
        roundup |= _beside(stories, story & stories.side, label)
    return roundup


def _twice(stories: _Stories, chosen: Bools, label: I64) -> Bools:
    """Documents in which two of the chosen stories stand, one behind the other."""
    rows = _fullest(stories, chosen, label)
    return _apart(stories.document[rows], stories.starts[rows], stories.ends[rows], len(label))


def _beside(stories: _Stories, chosen: Bools, label: I64) -> Bools:
    """The same, and the chosen stories fill them."""
    rows, n = _fullest(stories, chosen, label), len(label)
    filled = np.bincount(stories.document[rows], np.rint(MILLIONTHS * stories.covered[rows]), n) / MILLIONTHS
    beside = _apart(stories.document[rows], stories.starts[rows], stories.ends[rows], n)
    return np.asarray(beside & (filled >= FILLED[0]) & (filled <= FILLED[1]))


def _fullest(stories: _Stories, chosen: Bools, label: I64) -> I64:
    """Of the chosen rows of each document and label that with the most words: a lesser copy may have a phrase anywhere.

    Of those with nearly as many, that with the shortest span: what was edited may have a phrase elsewhere too.
    """
    rows = np.flatnonzero(chosen)
    document, of, n_words = stories.document[rows], label[stories.story[rows]], stories.n_words[rows]
    span = np.round(stories.ends - stories.starts, 6)[rows]
    order = np.lexsort((-n_words, of, document))
    opens = np.flatnonzero(
        np.concatenate([[True], (np.diff(document[order]) != 0) | (np.diff(of[order]) != 0)])[: len(rows)]
    )
    most = np.empty(len(rows))
    most[order] = np.repeat(n_words[order[opens]], np.diff(opens, append=len(rows)))
    order = np.lexsort((rows, -n_words, span, n_words < FULL * most, of, document))
    return np.asarray(rows[order[opens]])


def _apart(document: I64, starts: Floats, ends: Floats, n: int) -> Bools:  # columns of the same rows
    """Documents in which one span lies behind another."""
    end, start = np.full(n, np.inf), np.full(n, -np.inf)
    np.minimum.at(end, document, ends)
    np.maximum.at(start, document, starts)
    return np.asarray((np.bincount(document, minlength=n) > 1) & (start >= end))
