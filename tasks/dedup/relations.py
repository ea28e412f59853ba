"""Relations: what a judged pair is called, whether it joins, and which members are cut or damaged."""

from __future__ import annotations

from dataclasses import dataclass
from typing import NamedTuple

import numpy as np

from tasks.dedup.evidence import Judged
from tasks.dedup.features import NAMES
from tasks.dedup.words import I64

INSIDE = 0.85  # share of the shorter text's words that stand in the longer one: a cut inside its original
CUT = 0.9  # and the shorter has at most this share of the longer one's words
_COVERED, _RATIO = NAMES.index("short_known"), NAMES.index("length_ratio")


class Pair(NamedTuple):
    """One relation between two positions of the corpus; for contains the first contains the second."""

    first: int
    second: int
    relation: str
    joins: bool
    similarity: float
    containment: float
    shared_chars: int


@dataclass(frozen=True, slots=True)
class Relations:
    """pairs; members that another member contains; members with broken words; the widest that contains each."""

    pairs: list[Pair]
    cut: set[int]
    damaged: set[int]
    widest: dict[int, int]


def relate(judged: Judged, label: I64) -> Relations:
    """Relations of the judged pairs, given the cluster of each document."""
    same = label[judged.first] == label[judged.second]
    covered, ratio = judged.features[:, _COVERED], judged.features[:, _RATIO]
    inside = (covered >= INSIDE) & (ratio <= CUT)
    pairs, cut, widest = [], set(), {}
    for row in np.flatnonzero(inside | (same & (judged.probability >= 0.5))).tolist():
        pair = _pair(judged, row, bool(inside[row]), bool(same[row]))
        pairs.append(pair)
        if pair.relation == "contains":
            if pair.joins:
                cut.add(pair.second)
            widest[pair.second] = pair.first
    return Relations(pairs, cut, set(), widest)


def _pair(judged: Judged, row: int, inside: bool, same: bool) -> Pair:
    first, second = int(judged.first[row]), int(judged.second[row])
    shared, chars = judged.shared_chars[row].tolist(), judged.n_chars[row].tolist()
    if inside and chars[0] < chars[1]:
        first, second = second, first
        shared, chars = shared[::-1], chars[::-1]
    similarity = round(sum(shared) / max(1, sum(chars)), 4)
    containment = round(shared[1] / max(1, chars[1]), 4)
    return Pair(first, second, "contains" if inside else "near", same, similarity, containment, min(shared))
