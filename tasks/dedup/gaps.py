"""Gaps: what stands in one text between two runs that another text has, beside what stands there in the other.

A word that was misread, mistyped or spelled otherwise is about as long as the other's word there and begins and ends much like it;
the name, figure or verb of another event seldom is.
"""

from __future__ import annotations

import numpy as np

from tasks.dedup.packed import slices
from tasks.dedup.readings import Readings
from tasks.dedup.words import HEAD, I64, TAIL, Bools

GAP_WORDS = 6  # of a gap that is looked at, at most
MOST_STEPS = 1  # characters by which a word that looks like another is longer or shorter, at most
_LOOKS = np.uint8(HEAD | TAIL)


def look_at_gaps(
    readings: Readings, runs: tuple[I64, I64, Bools, I64], places: tuple[I64, I64], begin: I64
) -> tuple[I64, I64]:
    """`alike` and `other` of runs.Runs.

    runs: of each where it begins in the packed words, its words, whether it is covered, and its pair. places: of covered ones
    where they begin and end in their anchor. begin: where the anchor of each pair begins.
    """
    flat, lengths, covered, pair = runs
    alike, other = np.zeros(len(flat), np.int64), np.where(covered, 0, lengths)
    gap = np.flatnonzero(~covered[1:-1] & (lengths[1:-1] <= GAP_WORDS)) + 1
    gap = gap.take(np.flatnonzero(pair.take(gap - 1) == pair.take(gap + 1)))
    size, after = lengths.take(gap), places[1].take(gap - 1) + 1
    as_many = np.flatnonzero(places[0].take(gap + 1) - after == size)
    if not len(as_many):
        return alike, other
    gap, size, after = gap.take(as_many), size.take(as_many), after.take(as_many)
    at, anchor = slices(flat.take(gap), size), slices(after + begin.take(pair.take(gap)), size)
    words, flags, starts = readings.packed.words, readings.packed.flags, readings.packed.starts
    differ = words.take(at) != words.take(anchor)
    looks = (flags.take(at) ^ flags.take(anchor)) & _LOOKS == 0
    longer = starts.take(at + 1) - starts.take(at) - starts.take(anchor + 1) + starts.take(anchor)
    begins = np.cumsum(size) - size
    other[gap] = np.add.reduceat(differ, begins, dtype=np.int64)
    alike[gap] = np.add.reduceat(differ & looks & (np.abs(longer) <= MOST_STEPS), begins, dtype=np.int64)
    return alike, other
