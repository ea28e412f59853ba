"""Features: what two texts share, and what each has for itself, as numbers a judge can weigh.

Every feature is a share or a ratio and free of language: words are hashes with flags. Each pair is looked at
from both sides: the runs of three words of one document (the anchor) stand in a hash table, the words of the
other (the target) are looked up in it, hundreds of pairs at once. From there on the target is a short list of
runs, covered by the anchor or not.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from tasks.dedup.readings import GRAM_WORDS, MAX_WORDS, OWN, Readings
from tasks.dedup.words import DIGIT, I64, NAME, PROSE, U64, Bools, Floats

SIDE = (
    "covered",  # share of words in a run of three that the other has
    "covered_all",  # the same with headlines, captions and lists
    "known",  # share of words that the other has anywhere
    "longest_run",  # longest covered run
    "new_prose",  # share of words in gaps of 8 words and more
    "longest_gap",
    "gaps",  # gaps of up to 6 words, per word: a copy that was edited, or a template
    "numbers_missing",  # share of numbers that the other has nowhere
    "names_missing",
    "numbers_in_gaps",  # numbers that the other lacks, in short gaps, per covered word: a template
    "names_in_gaps",
    "names_known",  # share of the names in gaps that the other has: the same story goes on
    "in_order",  # share of covered runs that follow one another in both
    "first",  # words before the first covered one
    "lead",  # covered share of the first 40 words
    "tail",  # covered share of the last 40 words
    "at_first",  # where in the other the first covered run stands
    "at_last",
)  # of the own words in prose, where nothing else is said
PAIR = ("length_ratio", "short_words", "title_short", "title_long")
NAMES = tuple(f"{side}_{name}" for side in ("short", "long") for name in SIDE) + PAIR

LONG_GAP, SHORT_GAP, LEAD = 8, 6, 40  # words
GLANCE = 96  # runs of three looked at before a pair is measured in full
BATCH_WORDS = 400_000  # looked up at once; measured: arrays of 3 MB, near the cache
_BITS = 16
_FIELD = np.uint64(0xFFFF)


@dataclass(frozen=True, slots=True)
class Runs:
    """Runs of words of the targets, covered or not, pair after pair.

    begin: first run of each pair. covered: of each run. own, prose, names, numbers: how many of its words are
    (the last two in prose). new, new_names, new_numbers: words of prose that the anchor has nowhere.
    at, at_end: place in the anchor of its first and last word, where covered. chars: its characters.
    """

    begin: I64
    covered: Bools
    own: I64
    prose: I64
    names: I64
    numbers: I64
    new: I64
    new_names: I64
    new_numbers: I64
    at: I64
    at_end: I64
    chars: I64


def glance(readings: Readings, first: I64, second: I64) -> Floats:
    """Roughly which share of the own prose of the shorter document of each pair stands in the longer one.

    Looks at GLANCE runs, evenly spread: enough to leave out pairs that share a footer or a phrase.
    """
    swap = readings.n_prose[first] > readings.n_prose[second]
    targets, anchors = np.where(swap, second, first), np.where(swap, first, second)
    share = np.zeros(len(first))
    for rows, bits in _batches(readings, anchors, targets, GLANCE):
        look = _Look(readings, anchors[rows], targets[rows], bits)
        size = readings.size[targets[rows]]
        step = np.maximum(1, size // GLANCE)
        n_runs = np.maximum(1, np.minimum(size, size // step))
        at = _slices(np.zeros(len(rows), np.int64), n_runs) * np.repeat(step, n_runs)
        at += np.repeat(readings.begin[targets[rows]], n_runs)
        grams = readings.packed.grams[at]
        hit = look.grams[np.repeat(look.table_of << bits, n_runs) + (grams & look.mask)] == grams
        counted = (readings.packed.flags[at] & (OWN | PROSE)) == OWN | PROSE
        begin = np.cumsum(n_runs) - n_runs
        n_hits = np.add.reduceat(hit & counted & (grams != 0), begin, dtype=np.int64)
        share[rows] = n_hits / np.maximum(1, np.add.reduceat(counted, begin, dtype=np.int64))
    return share


def pair_features(readings: Readings, first: I64, second: I64) -> tuple[Floats, I64]:
    """Features of each pair, shape (pairs, len(NAMES)), and shared characters of either side, shape (pairs, 2).

    The side with fewer words of prose is `short`; ties: the first.
    """
    n = len(first)
    anchors, targets = np.concatenate([second, first]), np.concatenate([first, second])
    sides = np.zeros((2 * n, len(SIDE)))
    chars = np.zeros(2 * n, np.int64)
    for rows, bits in _batches(readings, anchors, targets):
        runs = _runs(readings, _Look(readings, anchors[rows], targets[rows], bits))
        n_anchor = readings.size[anchors[rows]]
        sides[rows] = _measure(runs, readings.n_prose[targets[rows]], n_anchor)
        chars[rows] = np.add.reduceat(np.where(runs.covered, runs.chars, 0), runs.begin)
    sizes = readings.n_prose[first], readings.n_prose[second]
    swap = (sizes[0] > sizes[1])[:, None]
    titles = _titles(readings.titles, first, second)
    titles = np.where(swap, titles[:, ::-1], titles)
    least, most = np.maximum(1, np.minimum(*sizes)), np.maximum(1, np.maximum(*sizes))
    short, long = np.where(swap, sides[n:], sides[:n]), np.where(swap, sides[:n], sides[n:])
    pair = np.stack([least / most, np.log2(least), titles[:, 0], titles[:, 1]], axis=1)
    return np.concatenate([short, long, pair], axis=1), np.stack([chars[:n], chars[n:]], axis=1)


def _batches(readings: Readings, anchors: I64, targets: I64, most: int = MAX_WORDS) -> Iterator[tuple[I64, int]]:
    """Rows of pairs to look up at once, grouped by anchor, and the size of a hash table in bits.

    most: words of a target that are looked up, at most.
    A document without words cannot be a candidate and must not be in a pair.
    """
    sizes = readings.size
    bits = np.maximum(10, np.ceil(np.log2(8 * sizes + 1)).astype(np.int64))  # load up to 1/8: 1 run in 16 is lost
    order = np.lexsort((anchors, bits[anchors]))
    opens = np.ones(len(order), np.bool_)
    opens[1:] = anchors[order[1:]] != anchors[order[:-1]]
    cost = np.minimum(most, sizes[targets[order]]) + np.where(opens, sizes[anchors[order]] + (1 << bits[anchors[order]]) // 8, 0)
    piece = np.cumsum(cost) // BATCH_WORDS
    new = np.flatnonzero((np.diff(piece) != 0) | (np.diff(bits[anchors[order]]) != 0)) + 1
    for rows in np.split(order, new) if len(order) else []:
        yield rows, int(bits[anchors[rows[0]]])


def _slices(starts: I64, sizes: I64) -> I64:
    """Indices of several slices, one after the other."""
    ends = np.cumsum(sizes)
    return np.arange(int(ends[-1])) + np.repeat(starts - ends + sizes, sizes)


class _Look:
    """Hash tables of the runs of a few anchors, one behind the other, and the pairs that look into them.

    A run is in the cell of its low bits; the last of those that meet there wins.
    """

    def __init__(self, readings: Readings, anchors: I64, targets: I64, bits: int) -> None:
        """`anchors` is grouped: equal ones stand together."""
        opens = np.ones(len(anchors), np.bool_)
        opens[1:] = anchors[1:] != anchors[:-1]
        distinct = anchors[opens]
        sizes = readings.size[distinct]
        self.targets, self.bits = targets, bits
        self.table_of = np.cumsum(opens) - 1
        self.mask = np.uint32((1 << bits) - 1)
        self.n_cells = len(distinct) << bits
        self.flat = _slices(readings.begin[distinct], sizes)
        self.region = np.repeat(np.arange(len(distinct)) << bits, sizes)
        self.starts = np.cumsum(sizes) - sizes
        values = readings.packed.grams[self.flat]
        self.cells = (values & self.mask) + self.region
        self.grams = np.zeros(self.n_cells, np.uint32)
        self.grams[self.cells] = values

    def places(self, cells: I64, pairs: I64) -> I64:
        """Place in its anchor of the run that stands in each cell, looked up for a pair."""
        place = np.zeros(self.n_cells, np.int32)
        place[self.cells] = np.arange(len(self.cells), dtype=np.int32)
        return place[cells] - self.starts[self.table_of[pairs]]

    def known(self, readings: Readings, words: npt.NDArray[np.uint32], pairs: I64) -> Bools:
        """Whether the anchor has each word anywhere."""
        values = readings.packed.words[self.flat]
        table = np.zeros(self.n_cells, np.uint32)
        table[(values & self.mask) + self.region] = values
        found = table[(words & self.mask) + (self.table_of[pairs] << self.bits)]
        return np.asarray(found == words)


def _runs(readings: Readings, look: _Look) -> Runs:
    """The runs of each target in its anchor."""
    packed, targets = readings.packed, look.targets
    offsets, sizes = readings.begin[targets], readings.size[targets]
    starts = np.cumsum(sizes) - sizes
    grams, flags = _gather(packed.grams, offsets, sizes), _gather(packed.flags, offsets, sizes)
    cells = np.repeat(look.table_of << look.bits, sizes)
    cells += grams & look.mask
    hit = look.grams[cells] == grams
    hit[starts + sizes - 1] = hit[np.maximum(starts, starts + sizes - 2)] = False  # no run begins there
    covered = hit.copy()
    covered[1:] |= hit[:-1]
    covered[2:] |= hit[:-2]

    change = np.empty(len(covered), np.bool_)
    change[1:] = covered[1:] != covered[:-1]
    change[starts] = True
    begins = np.flatnonzero(change)
    lengths = np.diff(begins, append=len(covered))
    run_covered = covered[begins]
    begin = np.searchsorted(begins, starts)
    pair = np.repeat(np.arange(len(starts)), np.diff(begin, append=len(begins)))
    shift = (offsets - starts)[pair]

    fields = np.take(_FIELDS, flags)
    totals = np.add.reduceat(fields, begins)
    missing = np.zeros(len(begins), np.uint64)
    new = np.flatnonzero(~covered)
    if len(new):
        gaps = lengths[~run_covered]
        wanted = packed.words[new + np.repeat(shift[~run_covered], gaps)]
        known = look.known(readings, wanted, np.repeat(pair[~run_covered], gaps))
        missing[~run_covered] = np.add.reduceat(np.where(known, np.uint64(0), fields[new]), np.cumsum(gaps) - gaps)

    flat = begins + shift
    ends = np.minimum(flat + lengths, len(packed.starts) - 1)
    last = flat + lengths == (offsets + sizes)[pair]
    chars = np.where(last, readings.n_chars[targets][pair], packed.starts[ends]) - packed.starts[flat]
    final = np.maximum(begins, begins + lengths - GRAM_WORDS)
    places = look.places(np.concatenate([cells[begins], cells[final]]), np.concatenate([pair, pair]))
    own, prose, names, numbers = _unpack(totals)
    _, new_prose, new_names, new_numbers = _unpack(missing)
    return Runs(
        begin, run_covered, own, prose, names, numbers, new_prose, new_names, new_numbers,
        places[: len(begins)], places[len(begins) :] + GRAM_WORDS - 1, chars,
    )  # fmt: skip


def _gather(values: npt.NDArray[Any], begin: I64, size: I64) -> npt.NDArray[Any]:
    """Several slices of the values, one after the other."""
    return np.concatenate([values[start : start + n] for start, n in zip(begin.tolist(), size.tolist(), strict=True)])


def _fields() -> npt.NDArray[np.uint64]:
    """For each value of the flags: 1 in each field the word counts in: own, and in prose all, names, numbers."""
    flags = np.arange(256)
    own = (flags & OWN) != 0
    prose = own & ((flags & PROSE) != 0)
    parts = [own, prose, prose & ((flags & NAME) != 0), prose & ((flags & DIGIT) != 0)]
    return np.sum([part.astype(np.uint64) << np.uint64(_BITS * k) for k, part in enumerate(parts)], axis=0, dtype=np.uint64)


_FIELDS = _fields()


def _unpack(fields: npt.NDArray[np.uint64]) -> tuple[I64, I64, I64, I64]:
    one, two, three, four = ((fields >> np.uint64(_BITS * k) & _FIELD).astype(np.int64) for k in range(4))
    return one, two, three, four


def _measure(runs: Runs, n_prose: I64, n_anchor: I64) -> Floats:
    """The features of SIDE for each pair of `runs`."""
    begin, covered = runs.begin, runs.covered

    def total(values: npt.NDArray[np.generic]) -> I64:
        return np.add.reduceat(values, begin, dtype=np.int64)

    def share(part: npt.NDArray[np.generic], whole: npt.NDArray[np.generic]) -> Floats:
        return total(part) / np.maximum(1, total(whole))

    n = np.maximum(1, n_prose)
    words = runs.prose
    in_run = np.where(covered, words, 0)
    in_gap = np.where(covered, 0, words)
    short_gap = (in_gap > 0) & (in_gap <= SHORT_GAP)
    n_covered = np.maximum(1, total(in_run))
    per_pair = np.diff(begin, append=len(covered))
    before = np.cumsum(words) - words
    before -= np.repeat(before[begin], per_pair)
    lead = np.clip(LEAD - before, 0, words)
    tail = np.clip(before + words - np.maximum(0, np.repeat(n, per_pair) - LEAD), 0, words)
    gap_names = np.where(covered, 0, runs.names)
    anchor = np.maximum(1, n_anchor)
    low = np.minimum.reduceat(np.where(covered, runs.at, 1 << 30), begin)
    high = np.maximum.reduceat(np.where(covered, runs.at_end, 0), begin)
    columns = (
        total(in_run) / n,
        share(np.where(covered, runs.own, 0), runs.own),
        1 - total(runs.new) / n,
        np.maximum.reduceat(in_run, begin) / n,
        total(np.where(in_gap >= LONG_GAP, words, 0)) / n,
        np.maximum.reduceat(in_gap, begin) / n,
        total(short_gap) / n,
        share(runs.new_numbers, runs.numbers),
        share(runs.new_names, runs.names),
        total(np.where(short_gap, runs.new_numbers, 0)) / n_covered,
        total(np.where(short_gap, runs.new_names, 0)) / n_covered,
        share(gap_names - np.where(covered, 0, runs.new_names), gap_names),
        _in_order(runs),
        np.minimum(1.0, np.minimum.reduceat(np.where(in_run > 0, before, 1 << 30), begin) / n),
        share(np.where(covered, lead, 0), lead),
        share(np.where(covered, tail, 0), tail),
        np.minimum(1.0, low / anchor),
        high / anchor,
    )
    return np.stack(columns, axis=1)


def _in_order(runs: Runs) -> Floats:
    """Share of the covered runs that begin, in the anchor, behind the end of the covered run before."""
    where = np.flatnonzero(runs.covered)
    pair = np.searchsorted(runs.begin, where, side="right") - 1
    same = pair[1:] == pair[:-1]
    follows = same & (runs.at[where[1:]] >= runs.at_end[where[:-1]] - 3)
    n = len(runs.begin)
    steps = np.bincount(pair[1:][same], minlength=n)
    good = np.bincount(pair[1:][follows], minlength=n)
    return np.where(steps > 0, good / np.maximum(1, steps), 1.0)


def _titles(titles: U64, first: I64, second: I64) -> Floats:
    """Share of the words of either title that stand in the other, shape (pairs, 2)."""
    both = np.bitwise_count(titles[first] & titles[second]).sum(axis=1, dtype=np.int64)
    sizes = np.maximum(1, np.bitwise_count(titles).sum(axis=1, dtype=np.int64))
    return np.stack([both / sizes[first], both / sizes[second]], axis=1)
