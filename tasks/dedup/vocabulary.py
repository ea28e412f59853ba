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


def shared_in(run: Runs, n_old: int, gone: Bools) -> tuple[I64, I32]:
    """Texts, and how many of their words in these runs others have now, less those that others had before; n_old: slots before."""
    are = (run.sizes - run.count(gone[run.docs]) if gone.any() else run.sizes) > 1
    more = np.repeat(are, run.sizes).astype(np.int32)
    if n_old:
        old = run.docs < n_old
        more -= np.repeat(run.count(old) > 1, run.sizes) & old
    return run.docs, more


def grow_vocabulary(known: Vocabulary, told: Iterable[tuple[I64, I32]], counts: I64) -> Vocabulary:
    """What is known with what was told of runs by `shared_in`.

    counts: of all slots, right for the new ones once all was told.
    """
    n_old, n = len(known.sampled), len(counts)
    shared = np.concatenate([known.shared, np.zeros(n - n_old, np.int32)])
    for docs, more in told:
        np.add.at(shared, docs, more)
    return Vocabulary(np.concatenate([known.sampled, counts[n_old:].astype(np.int32)]), shared)
