"""Linkage: clusters from judged pairs by average linkage, never by a chain of weak links."""

from __future__ import annotations

import heapq
from collections import defaultdict
from collections.abc import Set as AbstractSet
from dataclasses import dataclass

import numpy as np
from scipy.sparse import coo_array
from scipy.sparse.csgraph import connected_components

from tasks.dedup.words import I64, Bools, Floats

Pair = tuple[int, int, float]

Spans = dict[int, list[tuple[int, float, float]]]

SAME_PLACE = 0.5  # of the shorter of two spans that the other covers
MOST_SPANS = 64  # in one item, that are compared with one another: the cost stays bounded
JOIN = 0.5  # mean probability between two groups at which they are one cluster


@dataclass(frozen=True, slots=True)
class Contained:
    """Items that stand in a longer one, with the share of it where they begin and end."""

    short: I64
    long: I64
    start: Floats
    end: Floats


def link(  # noqa: PLR0913, PLR0917  pairs as columns
    n: int, first: I64, second: I64, score: Floats, capped: Bools, contained: Contained | None = None
) -> I64:
    """The group of each of n items; groups are named by their smallest item.

    A pair that was not judged counts as 0 inside the mean: the two share nothing. It does not count where both
    items are capped, for then nobody looked. Nor does any weak pair of items that stand at the same place of a third:
    two cuts of one article look like nothing much, but for the article. Ties: the group with the smaller items first.
    """
    label, open_first, open_second, open_score = _complete(n, first, second, score)
    crowded = frozenset(np.flatnonzero(capped).tolist())
    spans = _spans(contained)
    for items, pairs in _components(n, open_first, open_second, open_score):
        for group in _average_linkage(items, pairs, crowded, spans):
            label[group] = min(group)
    return label


def _complete(n: int, first: I64, second: I64, score: Floats) -> tuple[I64, I64, I64, Floats]:
    """Labels of the components all of whose pairs are strong (every mean is at least JOIN), and the pairs of the others."""
    strong = score >= JOIN
    component = _connected(n, first[strong], second[strong])
    sizes = np.bincount(component, minlength=1)
    n_strong = np.bincount(component[first[strong]], minlength=len(sizes))
    whole = (2 * n_strong == sizes * (sizes - 1))[component]
    smallest = np.full(len(sizes), n)
    np.minimum.at(smallest, component, np.arange(n))
    left = ~whole[first] & ~whole[second]
    return np.where(whole, smallest[component], np.arange(n)), first[left], second[left], score[left]


def _spans(contained: Contained | None) -> Spans:
    """For each item the items that stand in it, with their places."""
    spans: Spans = defaultdict(list)
    if contained is not None:
        columns = (contained.short, contained.long, contained.start, contained.end)
        for short, long, start, end in zip(*(column.tolist() for column in columns), strict=True):
            spans[long].append((short, start, end))
    return spans


def _spared(items: list[int], pairs: list[Pair], spans: Spans) -> set[tuple[int, int]]:
    """Pairs of items (smaller first) that say nothing: weak, and at one place of a third item."""
    strong = {(min(a, b), max(a, b)) for a, b, s in pairs if s >= JOIN}
    spared = set()
    for item in items:
        inside = sorted(spans[item])[:MOST_SPANS] if item in spans else []
        for place, (one, start, end) in enumerate(inside):
            for other, begin, stop in inside[place + 1 :]:
                shared = min(end, stop) - max(start, begin)
                if shared >= SAME_PLACE * min(end - start, stop - begin) and (one, other) not in strong:
                    spared.add((one, other))
    return spared


def _components(n: int, first: I64, second: I64, score: Floats) -> list[tuple[list[int], list[Pair]]]:
    """Items joined by any strong pair, smallest first, with all judged pairs among them."""
    strong = score >= JOIN
    label = _connected(n, first[strong], second[strong])
    inside = label[first] == label[second]
    members: dict[int, list[int]] = defaultdict(list)
    pairs: dict[int, list[Pair]] = defaultdict(list)
    joined = np.flatnonzero(np.bincount(label, minlength=1)[label] > 1) if n else np.zeros(0, np.int64)
    for item in joined.tolist():
        members[int(label[item])].append(item)
    for a, b, s in zip(first[inside].tolist(), second[inside].tolist(), score[inside].tolist(), strict=True):
        pairs[int(label[a])].append((a, b, s))
    return [(members[name], pairs[name]) for name in sorted(members)]


def _connected(n: int, first: I64, second: I64) -> I64:
    """The connected component of each item."""
    graph = coo_array((np.ones(len(first), np.int8), (first, second)), shape=(n, n))
    return np.asarray(connected_components(graph, directed=False)[1], np.int64)


def _average_linkage(
    items: list[int], pairs: list[Pair], crowded: frozenset[int], spans: Spans
) -> list[list[int]]:
    """Groups of the items: the two groups with the highest mean are joined, as long as it reaches JOIN."""
    groups = _Groups(items, pairs, crowded, _spared(items, pairs, spans))
    heap = [(-s, a, b) for a, b, s in pairs if s >= JOIN]
    heapq.heapify(heap)
    while heap:
        entry = heapq.heappop(heap)
        a, b = groups.root(entry[1]), groups.root(entry[2])
        if a == b:
            continue
        # The mean of a joined group lies between those of its parts: an old entry is never too low.
        now = (-groups.mean(a, b), min(a, b), max(a, b))
        if now == entry:
            groups.join(a, b)
        elif -now[0] >= JOIN:
            heapq.heappush(heap, now)
    return groups.all()


class _Groups:
    """Groups of items, with the sum and the number of the judged pairs between any two that have some."""

    def __init__(
        self,
        items: list[int],
        pairs: list[Pair],
        crowded: frozenset[int],
        spared: AbstractSet[tuple[int, int]],
    ) -> None:
        self._parent = {item: item for item in items}
        self._size = dict.fromkeys(items, 1)
        self._crowded = {item: int(item in crowded) for item in items}
        # Sum of scores, judged pairs of crowded items, spared pairs of others.
        self._known: dict[int, dict[int, tuple[float, int, int]]] = {item: {} for item in items}
        for a, b, s in pairs:
            self._known[a][b] = self._known[b][a] = (s, self._crowded[a] * self._crowded[b], 0)
        for a, b in sorted(spared):
            self._known[a][b] = self._known[b][a] = (0.0, 0, 1 - self._crowded[a] * self._crowded[b])

    def root(self, item: int) -> int:
        """The item that names the group."""
        while self._parent[item] != item:
            self._parent[item] = self._parent[self._parent[item]]
            item = self._parent[item]
        return item

    def mean(self, a: int, b: int) -> float:
        """Mean score between two groups that have a judged pair; pairs of crowded items count where judged."""
        total, n_both, n_spared = self._known[a][b]
        n_pairs = self._size[a] * self._size[b] - (self._crowded[a] * self._crowded[b] - n_both) - n_spared
        return round(total / max(1, n_pairs), 9)

    def join(self, a: int, b: int) -> None:
        """Join two groups; the one that knows more goes on, ties: the smaller item."""
        new, old = (a, b) if (-len(self._known[a]), a) < (-len(self._known[b]), b) else (b, a)
        self._parent[old] = new
        self._size[new] += self._size.pop(old)
        self._crowded[new] += self._crowded.pop(old)
        del self._known[new][old]
        for other, (s, n_both, n_spared) in self._known.pop(old).items():
            if other != new:
                del self._known[other][old]
                before = self._known[new].get(other, (0.0, 0, 0))
                both = (before[0] + s, before[1] + n_both, before[2] + n_spared)
                self._known[new][other] = self._known[other][new] = both

    def all(self) -> list[list[int]]:
        """The members of each group."""
        members: dict[int, list[int]] = defaultdict(list)
        for item in self._parent:
            members[self.root(item)].append(item)
        return list(members.values())
