"""Runs: where the words of one document stand in another, for hundreds of pairs at once.

The runs of three words of one document (the anchor) stand in a hash table, the words of the other (the target)
are looked up in it. From there on the target is a short list of runs, covered by the anchor or not.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from tasks.dedup.gaps import look_at_gaps
from tasks.dedup.packed import slices
from tasks.dedup.readings import FIELD_BITS, FIELDS, GRAM_WORDS, I32, MAX_WORDS, OWN, U32, Readings
from tasks.dedup.words import I64, PROSE, Bools, Floats

GLANCE = 96  # runs of three looked at before a pair is measured in full
# Looked up at once: with 400,000 a tenth slower, with 1,600,000 as much faster and 50 MB more.
BATCH_WORDS = 800_000
# Up to so many, tables of all sizes are looked up together: a small batch has few pairs of each size. And fewer words at
# once: memory that is touched first costs it more than calls do, 0.01 of 0.33 seconds.
MIXED_WORDS, MIXED_AT_ONCE = 4 * BATCH_WORDS, BATCH_WORDS // 4
LOOK_ON = (1, 3, 8)  # words on, where a run begins with words that stand in several places
_FIELD = np.uint64(0xFFFF)
_SPARE = 2  # bits fewer for the spare cells: one value in a thousand meets another there too

Shift = U32  # by how many bits each value is shifted, so that its cell is left; one number where all tables have one size


@dataclass(frozen=True, slots=True)
class Runs:
    """Runs of words of the targets, covered or not, pair after pair.

    begin: first run of each pair. covered: of each run. own, prose, names, numbers: how many of its words are
    (the last two in prose). new, new_names, new_numbers: words of prose that the anchor has nowhere.
    at, at_end: place in the anchor of its first and last word, where covered. chars: its characters. other, alike: of the words of
    a gap those that are not the anchor's at the same place, and of these those that look like them; see gaps.py. Where the
    anchor has not as many words there, all are other.
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
    alike: I64
    other: I64


def glance(readings: Readings, first: I64, second: I64) -> Floats:
    """Roughly which share of the own prose of the shorter document of each pair stands in the longer one.

    Looks at GLANCE runs, evenly spread: enough to leave out pairs that share a footer or a phrase.
    """
    swap = readings.n_prose[first] > readings.n_prose[second]
    targets, anchors = np.where(swap, second, first), np.where(swap, first, second)
    share = np.zeros(len(first))
    for rows in batches(readings, anchors, targets, GLANCE):
        look = Look(readings, anchors[rows], targets[rows])
        size = readings.size[targets[rows]]
        step = np.maximum(1, size // GLANCE)
        n_runs = np.maximum(1, np.minimum(size, size // step))
        at = slices(np.zeros(len(rows), np.int64), n_runs) * np.repeat(step, n_runs)
        at += np.repeat(readings.begin[targets[rows]], n_runs)
        grams = readings.packed.grams.take(at)
        tables, shift = look.spread(n_runs)
        hit = look.grams.take(tables + (grams >> shift)) == grams
        counted = (readings.packed.flags.take(at) & (OWN | PROSE)) == OWN | PROSE
        begin = np.cumsum(n_runs) - n_runs
        n_hits = np.add.reduceat(hit & counted & (grams != 0), begin, dtype=np.int64)
        share[rows] = n_hits / np.maximum(1, np.add.reduceat(counted, begin, dtype=np.int64))
    return share


def batches(readings: Readings, anchors: I64, targets: I64, most: int = MAX_WORDS) -> Iterator[I64]:
    """Rows of pairs to look up at once, grouped by anchor; where there are many, with tables of one size.

    most: words of a target that are looked up, at most.
    A document without words cannot be a candidate and must not be in a pair.
    """
    sizes = readings.size
    bits = table_bits(sizes)
    order = np.lexsort((anchors, bits[anchors]))
    opens = np.ones(len(order), np.bool_)
    opens[1:] = anchors[order[1:]] != anchors[order[:-1]]
    cost = np.minimum(most, sizes[targets[order]]) + np.where(
        opens, sizes[anchors[order]] + (1 << bits[anchors[order]]) // 8, 0
    )
    total = np.cumsum(cost)
    are_few = not len(order) or total[-1] <= MIXED_WORDS
    new = np.diff(total // (MIXED_AT_ONCE if are_few else BATCH_WORDS)) != 0
    if not are_few:
        new |= np.diff(bits[anchors[order]]) != 0
    yield from np.split(order, np.flatnonzero(new) + 1) if len(order) else []


def table_bits(sizes: I64) -> I64:
    """The size of the hash table of a text with so many words, in bits: a load of up to 1/8."""
    return np.maximum(10, np.ceil(np.log2(8 * sizes + 1)).astype(np.int64))


class Look:
    """Hash tables of the runs of a few anchors, one behind the other, and the pairs that look into them.

    A run is in the cell of its leading bits; of those that meet there, all but the last are in the spare cells behind all
    tables, by their last bits. Without these 1 run in 16 was lost, of a template the same ones in all of its reports.
    """

    def __init__(self, readings: Readings, anchors: I64, targets: I64) -> None:
        """`anchors` is grouped: equal ones stand together."""
        opens = np.ones(len(anchors), np.bool_)
        opens[1:] = anchors[1:] != anchors[:-1]
        distinct = anchors[opens]
        sizes = readings.size[distinct]
        bits = table_bits(sizes)
        self.anchors, self.targets = anchors, targets
        self.table_of = np.cumsum(opens) - 1
        ends = np.cumsum(1 << bits)
        self._begin, self.n_cells = ends - (1 << bits), int(ends[-1])
        self._shift = (32 - bits).astype(np.uint32)
        self._is_one_size = bool((bits == bits[0]).all())
        self.flat = slices(readings.begin[distinct], sizes)
        self.region, self.shift = np.repeat(self._begin, sizes), self._each_shift(np.arange(len(bits)), sizes)
        self.starts = np.cumsum(sizes) - sizes
        values = readings.packed.grams.take(self.flat)
        n_all = self.n_cells + (self.n_cells >> _SPARE) + 1
        # the last cell is for the last words of a text, where no run begins
        self.cells = np.where(values == 0, n_all - 1, (values >> self.shift) + self.region)
        self.grams = np.zeros(n_all, np.uint32)
        self.lost, self.spare = self._fill(self.cells, values)

    def spread(self, sizes: I64) -> tuple[I32, U32]:
        """For so many words of each pair where the table of its anchor begins, and how far a value is shifted there; see `Shift`."""
        # of a few million cells
        return np.repeat(self._begin.astype(np.int32)[self.table_of], sizes), self._each_shift(
            self.table_of, sizes
        )

    def _each_shift(self, tables: I64, sizes: I64) -> Shift:
        return self._shift[:1] if self._is_one_size else np.repeat(self._shift[tables], sizes)

    def _fill(self, cells: npt.NDArray[Any], values: U32) -> tuple[I64, I64]:
        """Put the values in their cells; which met another there, and their spare cells."""
        self.grams[cells] = values
        lost = np.flatnonzero(self.grams.take(cells) != values)
        spare = self._spare(values[lost], self.region[lost], _some(self.shift, lost))
        self.grams[spare] = values[lost]
        return lost, spare

    def _spare(self, values: U32, regions: I64 | I32, shift: Shift) -> I64:
        """The spare cell of each value; its last bit is always set in a run."""
        last = values >> np.uint32(1) & (np.uint32(1) << np.uint32(32 - _SPARE) - shift) - np.uint32(1)
        return np.asarray(self.n_cells + (regions >> _SPARE) + last, np.int64)

    def find(self, cells: I32, values: U32, regions: I32, shift: Shift) -> Bools:
        """Which values stand in a table. cells: where they are looked for; becomes where they were found, in place."""
        met = self.grams.take(cells)
        hit = met == values
        again = np.flatnonzero(np.greater(met != 0, hit))  # of truths: the one and not the other
        wanted = values.take(again)
        spare = self._spare(wanted, regions.take(again), _some(shift, again))
        found = np.flatnonzero(self.grams.take(spare) == wanted)
        again = again.take(found)
        hit[again], cells[again] = True, spare.take(found)
        return np.asarray(hit)

    def places(self) -> tuple[I32, Bools]:
        """Of each cell the place in the tables of the run of three that stands there, the last; and whether it stands there once."""
        place = np.empty(len(self.grams), np.int32)  # no other cell is asked for
        numbers = np.arange(len(self.cells), dtype=np.int32)
        place[self.cells] = numbers
        again = place.take(self.cells) != numbers
        again[self.lost] = False
        place[self.spare] = self.lost
        once = np.ones(len(self.grams), np.bool_)
        once[self.cells.compress(again)] = False
        once[self.spare.compress(place.take(self.spare) != self.lost)] = False
        return place, once

    def unknown(self, readings: Readings, at: I64, regions: I32, shift: Shift) -> Bools:
        """Which words the anchor has nowhere. at: place of each in the packed words; regions, shift: of its anchor's table.

        Once, when no run is asked for any more: the table of runs makes room for that of words.
        """
        words, values = readings.packed.words.take(at), readings.packed.words.take(self.flat)
        self.grams[: self.n_cells].fill(0)
        self.grams[self.spare] = 0
        self._fill((values >> self.shift) + self.region, values)
        return ~self.find(regions + (words >> shift).view(np.int32), words, regions, shift)


def _some(shift: Shift, words: I64) -> Shift:
    return shift if len(shift) == 1 else shift.take(words)


def find_runs(readings: Readings, look: Look) -> Runs:
    """The runs of each target in its anchor."""
    packed, targets = readings.packed, look.targets
    offsets, sizes = readings.begin[targets], readings.size[targets]
    starts = np.cumsum(sizes) - sizes
    grams = _gather(packed.grams, offsets, sizes)
    tables, table_shift = look.spread(sizes)
    cells = tables + (grams >> table_shift).view(np.int32)
    hit = look.find(cells, grams, tables, table_shift)
    hit[starts + sizes - 1] = hit[np.maximum(starts, starts + sizes - 2)] = False  # no run begins there
    covered = hit.copy()
    covered[1:] |= hit[:-1]
    covered[2:] |= hit[:-2]

    change = np.empty(len(covered), np.bool_)
    change[1:] = covered[1:] != covered[:-1]
    change[starts] = True
    begins = np.flatnonzero(change)
    lengths = np.diff(begins, append=len(covered))
    run_covered = covered.take(begins)
    begin = np.searchsorted(begins, starts)
    pair = np.repeat(np.arange(len(starts)), np.diff(begin, append=len(begins)))
    shift = (offsets - starts).take(pair)

    flat = begins + shift
    totals = readings.fields.take(flat + lengths) - readings.fields.take(flat)
    missing = _missing(readings, look, (begins, shift, lengths), ~covered, (tables, table_shift))

    # Where a run stands, and how long it is, is asked of covered ones alone.
    own = np.flatnonzero(run_covered)
    chars, at, at_end = np.zeros((3, len(begins)), np.int64)
    own_begins, own_pair, own_flat, own_lengths = (of.take(own) for of in (begins, pair, flat, lengths))
    own_ends = own_flat + own_lengths
    last = own_ends == (offsets + sizes).take(own_pair)
    ends = packed.starts.take(np.minimum(own_ends, len(packed.starts) - 1))
    chars[own] = np.where(last, readings.n_chars[targets].take(own_pair), ends) - packed.starts.take(own_flat)
    final = np.maximum(own_begins, own_begins + own_lengths - GRAM_WORDS)
    begin_of = look.starts[look.table_of].take(own_pair)
    places = (cells, hit, *look.places())
    at[own] = _place(places, (own_begins, final, 1)) - begin_of
    at_end[own] = _place(places, (final, own_begins, -1)) - begin_of + GRAM_WORDS - 1
    alike, other = look_at_gaps(
        readings, (flat, lengths, run_covered, pair), (at, at_end), readings.begin[look.anchors]
    )
    own_words, prose, names, numbers = _unpack(totals)
    _, new_prose, new_names, new_numbers = _unpack(missing)
    return Runs(
        begin,
        run_covered,
        own_words,
        prose,
        names,
        numbers,
        new_prose,
        new_names,
        new_numbers,
        at,
        at_end,
        chars,
        alike,
        other,
    )


def _place(places: tuple[I32, Bools, I32, Bools], ends: tuple[I64, I64, int]) -> I64:
    """Where in the tables each run begins or ends: told by the first of some runs of three that stands there once.

    places: the cell of each run of three, whether it stands in a table, and what `Look.places` says of cells. ends: where to
    look first, up to where, and in which direction. A name or a phrase that the anchor has again later has one place, its last: a
    story seemed to stand where its dateline stood again.
    """
    (cells, hit, place, once), (near, far, way) = places, ends
    first = cells.take(near)
    found = place.take(first).astype(np.int64)
    left = np.flatnonzero(~once.take(first))
    for step in LOOK_ON:
        left = left.compress(np.abs(far - near).take(left) >= step)
        at = near.take(left) + way * step
        is_told = hit.take(at)
        is_told &= once.take(np.where(is_told, cells.take(at), 0))
        found[left.compress(is_told)] = place.take(cells.take(at.compress(is_told))) - way * step
        left = left.compress(~is_told)
    return found


def _missing(
    readings: Readings, look: Look, runs: tuple[I64, I64, I64], in_gap: Bools, tables: tuple[I32, Shift]
) -> npt.NDArray[np.uint64]:
    """The fields of the words of own prose, in each run, that the anchor has nowhere; none in covered runs.

    runs: where each begins, how far behind that it stands in the packed words, and its words. in_gap, tables: of each word.
    """
    begins, shift, lengths = runs
    words = np.flatnonzero(in_gap)
    lengths = np.where(in_gap.take(begins), lengths, 0)
    flat = words + np.repeat(shift, lengths)
    flags = readings.packed.flags.take(flat)
    told = np.flatnonzero(flags & (OWN | PROSE) == OWN | PROSE)  # two of three
    words = words.take(told)
    is_alone = look.unknown(readings, flat.take(told), tables[0].take(words), _some(tables[1], words))
    new = told.compress(is_alone)
    running = np.zeros(len(new) + 1, np.uint64)
    np.cumsum(FIELDS.take(flags.take(new)), out=running[1:])
    n_new, is_new = np.zeros(len(flat) + 1, np.int32), np.zeros(len(flat), np.bool_)
    is_new[new] = True
    np.cumsum(is_new, out=n_new[1:], dtype=np.int32)
    return np.asarray(np.diff(running.take(n_new.take(np.cumsum(lengths))), prepend=np.uint64(0)))


def _gather(values: npt.NDArray[Any], begin: I64, size: I64) -> npt.NDArray[Any]:
    """Several slices of the values, one after the other."""
    return np.concatenate(
        [values[start : start + n] for start, n in zip(begin.tolist(), size.tolist(), strict=True)]
    )


def _unpack(fields: npt.NDArray[np.uint64]) -> tuple[I64, I64, I64, I64]:
    one, two, three, four = (
        (fields >> np.uint64(FIELD_BITS * k) & _FIELD).astype(np.int64) for k in range(4)
    )
    return one, two, three, four
