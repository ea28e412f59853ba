"""Round-ups: documents in which two different stories begin. What stands in them is found, and does not join."""

from __future__ import annotations

import numpy as np

from tasks.dedup.evidence import Measured
from tasks.dedup.linkage import link
from tasks.dedup.relations import SAME_TITLE, contained
from tasks.dedup.words import I64, Bools, Floats

# Set by looking at the folds of the development set and of the stress set's `tune` part.
STORY = (0.06, 0.92)  # share of the round-up that one of its stories may take
STORY_WORDS = 20  # of prose that it has there at least
BEGINS = 0.8  # share of a story's first 40 words that stand in the round-up: a quotation has none of them
# The same for a story that stands there word by word, GAPS short gaps a word at most: it may have a caption before its lead.
BEGINS_SOUND, GAPS = 0.5, 0.001
WHOLE = 0.75  # share of a round-up that a copy of it has at least, if the copy looks like a round-up too
ALMOST = 0.92  # and if it does not


def settle(measured: Measured, probability: Floats, capped: Bools) -> I64:
    """The cluster of each document, named by its smallest place; stories of a round-up are set apart from it."""
    pairs = measured.first, measured.second
    label = link(len(capped), *pairs, probability, capped, contained(measured, probability))
    apart = part_stories(measured, probability, label)
    if (apart == probability).all():
        return label
    return link(len(capped), *pairs, apart, capped, contained(measured, apart))


def part_stories(measured: Measured, probability: Floats, label: I64) -> Floats:
    """The probabilities, with 0 where one document is a round-up and the other only a story in it.

    label: clusters by the probabilities alone. No single pair can tell a round-up from an article and its
    first third; that another story begins in the rest can.
    """
    swap = measured.n_prose[:, 0] > measured.n_prose[:, 1]
    short = np.where(swap, measured.second, measured.first)
    long = np.where(swap, measured.first, measured.second)
    roundup = _begins_twice(measured, short, long, label)
    most = np.where(roundup[long] & roundup[short], WHOLE, ALMOST)
    part = roundup[long] & (measured.of("long_covered") < most)
    part |= roundup[short] & (measured.of("short_covered") < most)
    return np.where(part, 0.0, probability)


def _begins_twice(measured: Measured, short: I64, long: I64, label: I64) -> Bools:
    """Documents in which stories of two clusters begin, one behind the other, and no story goes by their headline."""
    document, story = np.concatenate([long, short]), np.concatenate([short, long])
    starts = np.concatenate([measured.of("short_at_first"), measured.of("long_at_first")])
    ends = np.concatenate([measured.of("short_at_last"), measured.of("long_at_last")])
    covered = np.concatenate([measured.of("long_covered"), measured.of("short_covered")])
    lead = np.concatenate([measured.of("short_lead"), measured.of("long_lead")])
    title = np.minimum(measured.of("title_short"), measured.of("title_long"))
    n_words = covered * np.concatenate([measured.n_prose.max(axis=1), measured.n_prose.min(axis=1)])
    sound = np.tile(measured.of("short_gaps") <= GAPS, 2)
    begins = lead >= np.where(sound, BEGINS_SOUND, BEGINS)
    told = np.flatnonzero((n_words >= STORY_WORDS) & (covered >= STORY[0]) & (covered <= STORY[1]) & begins)
    titled = np.zeros(len(label), np.bool_)
    titled[document[told[title[told % len(title)] >= SAME_TITLE]]] = True
    told = told[~titled[document[told]]]
    told = _fullest(told, document[told], label[story[told]], n_words[told])
    return _apart(document[told], starts[told], ends[told], len(label))


def _fullest(rows: I64, document: I64, label: I64, n_words: Floats) -> I64:
    """Of the rows of each document and label that with the most words: a lesser copy may have a phrase anywhere."""
    order = np.lexsort((rows, -n_words, label, document))
    opens = np.ones(len(order), np.bool_)
    change = np.diff(document[order]) != 0
    opens[1:] = change | (np.diff(label[order]) != 0)
    return np.asarray(rows[order[opens]])


def _apart(document: I64, starts: Floats, ends: Floats, n: int) -> Bools:  # columns of the same rows
    """Documents in which one span lies behind another."""
    end, start = np.full(n, np.inf), np.full(n, -np.inf)
    np.minimum.at(end, document, ends)
    np.maximum.at(start, document, starts)
    return np.asarray((np.bincount(document, minlength=n) > 1) & (start >= end))
