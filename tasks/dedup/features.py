"""Features: what two texts share, and what each has for itself, as numbers a judge can weigh.

Every feature is a share or a ratio and free of language: words are hashes with flags. Each pair is looked at
from both sides.
"""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from tasks.dedup.readings import Readings
from tasks.dedup.runs import Look, Runs, batches, find_runs
from tasks.dedup.words import I64, U64, Floats

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
    "numbers_apart",  # share of the numbers that stand in short gaps, whatever the other has elsewhere: a template
    "names_apart",
    "names_known",  # share of the names in gaps that the other has: the same story goes on
    "numbers_known",  # the same of numbers: a lead told anew has those of the old one, the next day's has others
    "in_order",  # share of covered runs that follow one another in both
    "first",  # words before the first covered one
    "lead",  # covered share of the first 40 words
    "tail",  # covered share of the last 40 words
    "at_first",  # where in the other the first covered run stands
    "at_last",
    "words_in_gaps",  # words that the other lacks, in short gaps: OCR, other spelling, another event
    "solid",  # share of words in covered runs of 12 words and more, wherever they stand
    "density",  # covered words, of those between the first and the last covered place in the other
    "run_words",  # words of the longest covered run, as a logarithm: no share of a short text says as much
    "opening",  # words before the first covered run that is no mere phrase, as a logarithm
    "closing",  # words behind the last one
    "fresh",  # words in gaps of 8 words and more, as a logarithm
    "known_in_gaps",  # share of the words in long gaps that the other has anywhere: a lead that was rewritten, or other news
    "inner",  # words in such gaps between the first covered run that is no mere phrase and the last, as a logarithm: what was put in
    "alike",  # of words in short gaps that are not the other's there, the share that looks like these
)  # of the own words in prose, where nothing else is said
BOTH = (
    "opening",
    "closing",
    "fresh",
)  # of SIDE: what is so on either side, the next day's story has and no cut
PAIR = (
    "length_ratio", "short_words", "title_short", "title_long",
    "lead_either",  # the greater lead
    *(f"{name}_both" for name in BOTH),  # the smaller one of each
    "turned",  # words before the first covered run of one, or in long gaps of the other, where these are fewer: a story goes on
    "turned_share",  # the same as shares of both texts
    "gap_both",  # the smaller one of the longest gaps
    "new_both",  # the smaller share of prose in long gaps: the next day's story, not a copy of what another copy left out
    "names_both",  # the smaller share of names, and of numbers, that the other has nowhere
    "numbers_both",
    "numbers_apart_both",  # the smaller one of either
    "names_apart_both",
    "known_either",  # the greater one of known_in_gaps, and of numbers_known
    "numbers_either",
    "lead_both",  # the smaller lead
    "inner_both",  # the smaller one: of a later story and the old one each has something between what they share
)  # fmt: skip
NAMES = tuple(f"{side}_{name}" for side in ("short", "long") for name in SIDE) + PAIR

LONG_GAP, SHORT_GAP, LEAD, SOLID = 8, 6, 40, 12  # words
PLACED = 8  # words of a run that says where in the other a text stands: a phrase of three may stand anywhere


def pair_features(readings: Readings, first: I64, second: I64) -> tuple[Floats, I64]:
    """Features of each pair, shape (pairs, len(NAMES)), and shared characters of either side, shape (pairs, 2).

    The side with fewer words of prose is `short`; ties: the first.
    """
    n = len(first)
    anchors, targets = np.concatenate([second, first]), np.concatenate([first, second])
    sides = np.zeros((2 * n, len(SIDE)))
    chars = np.zeros(2 * n, np.int64)
    for rows in batches(readings, anchors, targets):
        runs = find_runs(readings, Look(readings, anchors[rows], targets[rows]))
        n_anchor = readings.size[anchors[rows]]
        sides[rows] = _measure(runs, readings.n_prose[targets[rows]], n_anchor)
        chars[rows] = np.add.reduceat(np.where(runs.covered, runs.chars, 0), runs.begin)
    sizes = readings.n_prose[first], readings.n_prose[second]
    swap = (sizes[0] > sizes[1])[:, None]
    titles = _titles(readings.titles, first, second)
    titles = np.where(swap, titles[:, ::-1], titles)
    least, most = np.maximum(1, np.minimum(*sizes)), np.maximum(1, np.maximum(*sizes))
    short, long = np.where(swap, sides[n:], sides[:n]), np.where(swap, sides[:n], sides[n:])
    lead, both = SIDE.index("lead"), [SIDE.index(name) for name in BOTH]
    either = np.maximum(short[:, lead], long[:, lead])
    pair = np.stack([least / most, np.log2(least), titles[:, 0], titles[:, 1], either], axis=1)
    opening, fresh = SIDE.index("opening"), SIDE.index("fresh")
    turned = np.maximum(
        np.minimum(short[:, opening], long[:, fresh]), np.minimum(long[:, opening], short[:, fresh])
    )
    begins = np.exp2(short[:, opening]) - 1, np.exp2(long[:, opening]) - 1
    new = SIDE.index("new_prose")
    shares = np.maximum(
        np.minimum(begins[0] / least, long[:, new]), np.minimum(begins[1] / most, short[:, new])
    )
    gaps = [SIDE.index("longest_gap"), SIDE.index("new_prose")]
    less = np.minimum(short[:, gaps], long[:, gaps])
    missing = [
        SIDE.index(name) for name in ("names_missing", "numbers_missing", "numbers_apart", "names_apart")
    ]
    known = [SIDE.index("known_in_gaps"), SIDE.index("numbers_known")]
    told = np.minimum(short[:, missing], long[:, missing]), np.maximum(short[:, known], long[:, known])
    few = [lead, SIDE.index("inner")]
    added = np.minimum(short[:, both], long[:, both]), np.stack([turned, shares], axis=1), less, *told
    pair = np.concatenate([pair, *added, np.minimum(short[:, few], long[:, few])], axis=1)
    return np.concatenate([short, long, pair], axis=1), np.stack([chars[:n], chars[n:]], axis=1)


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
    long_gap = in_gap >= LONG_GAP
    all_covered, n_new, n_numbers, n_names = (
        total(part) for part in (in_run, np.where(long_gap, words, 0), runs.numbers, runs.names)
    )
    n_covered = np.maximum(1, all_covered)
    per_pair = np.diff(begin, append=len(covered))
    before = np.cumsum(words) - words
    before -= np.repeat(before[begin], per_pair)
    lead = np.clip(LEAD - before, 0, words)
    tail = np.clip(before + words - np.maximum(0, np.repeat(n, per_pair) - LEAD), 0, words)
    gap_names = np.where(covered, 0, runs.names)
    gap_numbers = np.where(covered, 0, runs.numbers)
    anchor = np.maximum(1, n_anchor)
    longest = np.maximum.reduceat(in_run, begin)
    placed = covered & (in_run >= np.repeat(np.minimum(PLACED, longest), per_pair))
    low = np.minimum.reduceat(np.where(placed, runs.at, 1 << 30), begin)
    high = np.maximum.reduceat(np.where(placed, runs.at_end, 0), begin)
    opens = np.minimum.reduceat(np.where(placed, before, 1 << 30), begin)
    closes = np.maximum.reduceat(np.where(placed, before + words, 0), begin)
    is_inner = long_gap & (before >= np.repeat(opens, per_pair)) & (before < np.repeat(closes, per_pair))
    columns = (
        all_covered / n,
        share(np.where(covered, runs.own, 0), runs.own),
        1 - total(runs.new) / n,
        longest / n,
        n_new / n,
        np.maximum.reduceat(in_gap, begin) / n,
        total(short_gap) / n,
        total(runs.new_numbers) / np.maximum(1, n_numbers),
        total(runs.new_names) / np.maximum(1, n_names),
        total(np.where(short_gap, runs.new_numbers, 0)) / n_covered,
        total(np.where(short_gap, runs.new_names, 0)) / n_covered,
        total(np.where(short_gap, runs.numbers, 0)) / np.maximum(1, n_numbers),
        total(np.where(short_gap, runs.names, 0)) / np.maximum(1, n_names),
        share(gap_names - np.where(covered, 0, runs.new_names), gap_names),
        _share_or_all(total(gap_numbers - np.where(covered, 0, runs.new_numbers)), total(gap_numbers)),
        _in_order(runs),
        np.minimum(1.0, np.minimum.reduceat(np.where(in_run > 0, before, 1 << 30), begin) / n),
        share(np.where(covered, lead, 0), lead),
        share(np.where(covered, tail, 0), tail),
        np.minimum(1.0, low / anchor),
        high / anchor,
        total(np.where(short_gap, runs.new, 0)) / n,
        total(np.where(in_run >= SOLID, words, 0)) / n,
        np.minimum(1.0, all_covered / np.maximum(1, high - low + 1)),
        np.log2(1 + longest),
        np.log2(1 + np.minimum(n, opens)),
        np.log2(1 + np.maximum(0, n - closes)),
        np.log2(1 + n_new),
        _share_or_all(total(np.where(long_gap, words - runs.new, 0)), n_new),
        np.log2(1 + total(np.where(is_inner, words, 0))),
        _share_or_all(total(np.where(short_gap, runs.alike, 0)), total(np.where(short_gap, runs.other, 0))),
    )
    return np.stack(columns, axis=1)


def _share_or_all(part: I64, whole: I64) -> Floats:
    return np.where(whole > 0, part / np.maximum(1, whole), 1.0)


def _in_order(runs: Runs) -> Floats:
    """Share of the covered runs that begin, in the anchor, behind the end of the covered run before."""
    where = np.flatnonzero(runs.covered)
    n = len(runs.begin)
    pair = np.repeat(np.arange(n), np.diff(runs.begin, append=len(runs.covered))).take(where)
    same = pair[1:] == pair[:-1]
    follows = same & (runs.at.take(where[1:]) >= runs.at_end.take(where[:-1]) - 3)
    steps = np.bincount(pair[1:][same], minlength=n)
    good = np.bincount(pair[1:][follows], minlength=n)
    return np.where(steps > 0, good / np.maximum(1, steps), 1.0)


def _titles(titles: U64, first: I64, second: I64) -> Floats:
    """Share of the words of either title that stand in the other, shape (pairs, 2)."""
    both = np.bitwise_count(titles[first] & titles[second]).sum(axis=1, dtype=np.int64)
    sizes = np.maximum(1, np.bitwise_count(titles).sum(axis=1, dtype=np.int64))
    return np.stack([both / sizes[first], both / sizes[second]], axis=1)
