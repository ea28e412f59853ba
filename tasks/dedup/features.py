"""Features: what two texts share, and what each has for itself, as numbers a judge can weigh.

Every feature is relative (a share, a ratio) and free of language: the words are only hashes with flags.
One document at a time is the anchor: its runs of three words stand in a small hash table, and all its
partners are looked up in it at once.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from tasks.dedup.words import DIGIT, I64, LAST, PROSE, U64, UPPER, Bools, U8, grams

GRAM = 3
SIDE = (
    "covered", "covered_all", "covered_prose", "known_words", "longest_run", "new_prose", "longest_gap", "gaps",
    "numbers_missing", "names_missing", "long_missing", "numbers_in_gaps", "names_in_gaps", "in_order", "first", "anchor_first", "anchor_last", "lead",
)  # fmt: skip
PAIR = ("length_ratio", "short_words", "title_short", "title_long", "shared_frac")
NAMES = tuple(f"{side}_{name}" for side in ("short", "long") for name in SIDE) + PAIR


@dataclass(frozen=True, slots=True)
class Reading:
    """Words of one document as the judge reads them. own: false in sentences that its source repeats."""

    hashes: U64
    grams: U64
    flags: U8
    own: Bools
    n_chars: I64
    title: U64


def read(hashes: U64, flags: U8, own: Bools, lengths: I64, title: U64) -> Reading:
    """The reading of a document from its words; grams is padded with 0 to the number of words."""
    runs = np.zeros(len(hashes), np.uint64)
    found = grams(hashes, GRAM)
    runs[: len(found)] = found
    return Reading(hashes, runs, flags, own, lengths, np.unique(title))


class Anchor:
    """One document, prepared to be looked up in."""

    def __init__(self, reading: Reading) -> None:
        self.reading = reading
        n = len(reading.hashes)
        bits = max(10, int(16 * n + 1).bit_length())
        self.mask = np.uint64((1 << bits) - 1)
        self.where = np.zeros(1 << bits, np.int32)
        last = n - GRAM + 1
        if last > 0:
            self.where[reading.grams[:last] & self.mask] = np.arange(last, dtype=np.int32)
        self.words = np.zeros(1 << bits, np.int32)
        self.words[reading.hashes & self.mask] = np.arange(n, dtype=np.int32)

    def look_up(self, partners: Sequence[Reading]) -> np.ndarray:
        """Features of each partner as seen from the anchor: float32, shape (partners, len(SIDE) + 1).

        The last column is the characters of the partner that stand in the anchor.
        """
        n = len(self.reading.hashes)
        sizes = np.array([len(p.hashes) for p in partners])
        starts = np.cumsum(sizes) - sizes
        hashes = np.concatenate([p.hashes for p in partners])
        runs = np.concatenate([p.grams for p in partners])
        flags = np.concatenate([p.flags for p in partners])
        own = np.concatenate([p.own for p in partners])
        chars = np.concatenate([p.n_chars for p in partners])
        at = self.where[runs & self.mask]
        hit = (self.reading.grams[at] == runs) & (runs != 0)
        known = self.reading.hashes[self.words[hashes & self.mask]] == hashes
        covered = hit.copy()
        covered[1:] |= hit[:-1]
        covered[2:] |= hit[:-2]
        known |= covered
        return _measure(n, starts, sizes, _Seen(at, hit, covered, known, flags, own, chars))


@dataclass(frozen=True, slots=True)
class _Seen:
    at: np.ndarray
    hit: Bools
    covered: Bools
    known: Bools
    flags: U8
    own: Bools
    chars: I64


def _measure(n: int, starts: I64, sizes: I64, seen: _Seen) -> np.ndarray:
    total = lambda mask: np.add.reduceat(mask, starts, dtype=np.int64)  # noqa: E731
    own, covered, known, flags, hit = seen.own, seen.covered, seen.known, seen.flags, seen.hit
    n_own = np.maximum(1, total(own))
    prose = own & ((flags & PROSE) != 0)
    missing = own & ~known
    digit, upper = (flags & DIGIT) != 0, (flags & UPPER) != 0
    inner = upper.copy()
    inner[1:] &= (flags[:-1] & LAST) == 0
    inner[starts] = False
    long = seen.chars >= 7
    both = hit[:-1] & hit[1:]
    both[starts[1:] - 1] = False
    both = np.append(both, False)
    step = np.append(seen.at[1:] - seen.at[:-1] == 1, False)
    # runs of covered and of new words
    change = np.flatnonzero(covered[1:] != covered[:-1]) + 1
    run_starts = np.union1d(change, starts)
    lengths = np.add.reduceat(own, run_starts, dtype=np.int64)
    run_covered = covered[run_starts]
    first_run = np.searchsorted(run_starts, starts)
    longest = lambda mask: np.maximum.reduceat(np.where(mask, lengths, 0), first_run)  # noqa: E731
    run_prose = np.add.reduceat(prose, run_starts, dtype=np.int64)
    gap = ~run_covered & (lengths > 0)
    short_gap = gap & (lengths <= 6)
    in_gap = np.repeat(short_gap, np.diff(np.append(run_starts, len(own))))
    position = np.cumsum(own) - np.repeat((np.cumsum(own) - own)[starts], sizes)
    lead = own & (position <= 40)
    at_low = np.minimum.reduceat(np.where(hit, seen.at, n), starts)
    at_high = np.maximum.reduceat(np.where(hit, seen.at, 0), starts)
    first = np.minimum.reduceat(np.where(covered & own, position, 1 << 30), starts)
    share = lambda part, whole: total(part) / np.maximum(1, total(whole))  # noqa: E731
    n_prose = np.maximum(1, total(prose))
    columns = [
        total(covered & own) / n_own,
        total(covered) / np.maximum(1, sizes),
        total(covered & prose) / n_prose,
        total(known & own) / n_own,
        longest(run_covered) / n_own,
        np.add.reduceat(np.where(gap & (lengths >= 8), run_prose, 0), first_run) / n_own,
        longest(gap) / n_own,
        np.add.reduceat(short_gap, first_run, dtype=np.int64) / n_own,
        share(missing & digit, own & digit),
        share(missing & inner, own & inner),
        share(missing & long, own & long),
        total(missing & digit & in_gap) / np.maximum(1, total(covered & own)),
        total(missing & inner & in_gap) / np.maximum(1, total(covered & own)),
        share(both & step, both),
        np.minimum(1.0, first / n_own),
        np.minimum(1.0, at_low / max(1, n)),
        at_high / max(1, n),
        share(covered & lead, lead),
        total(np.where(covered & own, seen.chars, 0)),
    ]
    return np.stack([np.asarray(c, np.float64) for c in columns], axis=1)


def pair_features(readings: Mapping[int, Reading], first: I64, second: I64, shared_frac: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Features of each pair, shape (pairs, len(NAMES)), and shared characters of either side, shape (pairs, 2).

    The side with fewer own words is `short`; ties: the first.
    """
    sides = np.zeros((2, len(first), len(SIDE) + 1))
    if not len(first):
        return np.zeros((0, len(NAMES))), np.zeros((0, 2))
    for k, (anchors, targets) in enumerate(((second, first), (first, second))):
        order = np.argsort(anchors, kind="stable")
        cuts = np.flatnonzero(np.diff(anchors[order])) + 1
        for group in np.split(order, cuts):
            if len(group):
                partners = [readings[t] for t in targets[group].tolist()]
                sides[k, group] = Anchor(readings[int(anchors[group[0]])]).look_up(partners)
    n_own = {i: max(1, int(r.own.sum())) for i, r in readings.items()}
    own = np.array([[n_own[i] for i in first.tolist()], [n_own[i] for i in second.tolist()]]).reshape(2, -1)
    swap = own[0] > own[1]
    short = np.where(swap[:, None], sides[1], sides[0])
    long = np.where(swap[:, None], sides[0], sides[1])
    titles = np.array([_titles(readings[a].title, readings[b].title) for a, b in zip(first.tolist(), second.tolist(), strict=True)]).reshape(-1, 2)
    titles = np.where(swap[:, None], titles[:, ::-1], titles)
    least, most = own.min(axis=0), own.max(axis=0)
    pair = np.stack([least / most, np.log2(least), titles[:, 0], titles[:, 1], shared_frac], axis=1)
    return np.concatenate([short[:, :-1], long[:, :-1], pair], axis=1), sides[:, :, -1].T


def _titles(one: U64, other: U64) -> tuple[float, float]:
    if not len(one) or not len(other):
        return 0.0, 0.0
    both = len(np.intersect1d(one, other, assume_unique=True))
    return both / len(one), both / len(other)
