"""Round-ups: documents in which two different stories begin. What stands in them is found, and does not join."""

from __future__ import annotations

import numpy as np

from tasks.dedup.evidence import Measured
from tasks.dedup.words import I64, Bools, Floats

# Set by looking at the whole development set, none of it kept aside: 66 of 93 round-ups found, 8 other documents.
STORY = (0.12, 0.8)  # share of the round-up that one of its stories may take
BEGINS = 0.8  # share of a story's first 40 words that stand in the round-up: a quotation has none of them
OVERLAP = 0.05  # of the round-up: two stories may share this much of it
WHOLE = 0.75  # share of a round-up that a copy of it has at least


def part_stories(measured: Measured, probability: Floats, label: I64) -> Floats:
    """The probabilities, with 0 where one document is a round-up and the other only a story in it.

    label: clusters by the probabilities alone. No single pair can tell a round-up from an article and its
    first third; that another story begins in the rest can.
    """
    swap = measured.n_prose[:, 0] > measured.n_prose[:, 1]
    short = np.where(swap, measured.second, measured.first)
    long = np.where(swap, measured.first, measured.second)
    roundup = _begins_twice(measured, short, long, label)
    part = roundup[long] & (measured.of("long_covered") < WHOLE)
    part |= roundup[short] & (measured.of("short_covered") < WHOLE)
    return np.where(part, 0.0, probability)


def _begins_twice(measured: Measured, short: I64, long: I64, label: I64) -> Bools:
    """Documents in which stories of two clusters begin, one behind the other."""
    document, story = np.concatenate([long, short]), np.concatenate([short, long])
    starts = np.concatenate([measured.of("short_at_first"), measured.of("long_at_first")])
    ends = np.concatenate([measured.of("short_at_last"), measured.of("long_at_last")])
    covered = np.concatenate([measured.of("long_covered"), measured.of("short_covered")])
    lead = np.concatenate([measured.of("short_lead"), measured.of("long_lead")])
    told = np.flatnonzero((covered >= STORY[0]) & (covered <= STORY[1]) & (lead >= BEGINS))
    told = told[np.argsort(document[told], kind="stable")]
    found = np.zeros(len(label), np.bool_)
    for rows in np.split(told, np.flatnonzero(np.diff(document[told])) + 1) if len(told) else []:
        found[document[rows[0]]] = _apart(label[story[rows]], starts[rows], ends[rows])
    return found


def _apart(label: I64, starts: Floats, ends: Floats) -> bool:
    """Whether a span of one label lies behind a span of another."""
    names, place = np.unique(label, return_inverse=True)
    if len(names) < 2:
        return False
    first_end, last_start = np.full(len(names), np.inf), np.full(len(names), -np.inf)
    np.minimum.at(first_end, place, ends)
    np.maximum.at(last_start, place, starts)
    for early in np.argsort(first_end, kind="stable")[:2].tolist():
        if np.delete(last_start, early).max() >= first_end[early] - OVERLAP:
            return True
    return False
