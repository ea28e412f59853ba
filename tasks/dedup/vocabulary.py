"""Vocabulary: how many of a text's words other texts have too. Scan errors make words that nobody else has."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np

from tasks.dedup.packed import Runs
from tasks.dedup.readings import I32
from tasks.dedup.words import I64, Bools, Floats


@dataclass(frozen=True, slots=True)
class Vocabulary:
    """By slot: distinct sampled words, and how many of them another text has."""

    sampled: I32
    shared: I32

    @property
    def alone_frac(self) -> Floats:
        """Share of the sampled words that no other text has."""
        return np.asarray(1 - self.shared / np.maximum(1, self.sampled))


def no_words() -> Vocabulary:
    """Of no text."""
    return Vocabulary(np.zeros(0, np.int32), np.zeros(0, np.int32))


def grow_vocabulary(known: Vocabulary, runs: Iterable[Runs], counts: I64, gone: Bools) -> Vocabulary:
    """What is known with the runs of new texts in it, and without the texts that are gone.

    counts: of all slots, right for the new ones once the runs were read.
    """
    n_old, n = len(known.sampled), len(counts)
    shared = np.concatenate([known.shared, np.zeros(n - n_old, np.int32)])
    for run in runs:
        are = (run.sizes - run.count(gone[run.docs]) if gone.any() else run.sizes) > 1
        more = np.repeat(are, run.sizes).astype(np.int32)
        if n_old:
            old = run.docs < n_old
            more -= np.repeat(run.count(old) > 1, run.sizes) & old
        shared += np.bincount(run.docs, more, n).astype(np.int32)
    return Vocabulary(np.concatenate([known.sampled, counts[n_old:].astype(np.int32)]), shared)
