"""Linkage: clusters from judged pairs by average linkage, never by a chain of weak links."""

from __future__ import annotations

import heapq
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
from scipy.sparse import coo_array
from scipy.sparse.csgraph import connected_components

from tasks.dedup.words import I64, Bools, Floats

Pair = tuple[int, int, float]
Component = tuple[list[int], list[Pair], list[tuple[int, int]]]  # items, judged pairs, spared pairs

SAME_PLACE = 0.5  # of the shorter of two spans that the other covers
MOST_SPANS = 64  # in one item, that are compared with one another: the cost stays bounded
# Documents that join a cluster by one article, whatever they say of its others: its cuts. Of two greater groups as many pairs are spared
# as speak for them, no more: else a round-up that goes by the headline of one story joined both of its stories.
CUTS = 2
JOIN = 0.5  # mean probability between two groups at which they are one cluster


@dataclass(frozen=True, slots=True)
class Contained:
    """Items that stand in a longer one, with the share of it where they begin and end, and whether both have one headline."""

    short: I64
    long: I64
    start: Floats
    end: Floats
    titled: Bools


def link(  # noqa: PLR0913, PLR0917  pairs as columns
    n: int, first: I64, second: I64, score: Floats, capped: Bools, contained: Contained | None = None
) -> I64:
    """The group of each of n items; groups are named by their smallest item.

    A pair that was not judged counts as 0 inside the mean: the two share nothing. It does not count where both
    items are capped, for then nobody looked. Nor does any weak pair of items that stand in one article, or at the same
    place of any third item: two cuts of one article look like nothing much, but for the article; see CUTS. Ties: the group with the smaller items first.
    """
    label, open_first, open_second, open_score = _complete(n, first, second, score)
    crowded = frozenset(np.flatnonzero(capped).tolist())
    spared = _spared(_Judged(n, open_first, open_second, open_score), capped, contained)
    for component in _components(n, open_first, open_second, open_score, spared):
        for group in _average_linkage(*component, crowded):
            label[group] = min(group)
    return label


def _complete(n: int, first: I64, second: I64, score: Floats) -> tuple[I64, I64, I64, Floats]:
    """Labels of the components all of whose pairs are strong (every mean is at least JOIN), and the pairs of the others."""
    strong = score >= JOIN
    component = connected(n, first[strong], second[strong])
    sizes = np.bincount(component, minlength=1)
    n_strong = np.bincount(component[first[strong]], minlength=len(sizes))
    whole = (2 * n_strong == sizes * (sizes - 1))[component]
    smallest = np.full(len(sizes), n)
    np.minimum.at(smallest, component, np.arange(n))
    left = ~whole[first] & ~whole[second]
    return np.where(whole, smallest[component], np.arange(n)), first[left], second[left], score[left]


class _Judged:
    """Judged pairs, to be looked up by their two items."""

    def __init__(self, n: int, first: I64, second: I64, score: Floats) -> None:
        keys = np.minimum(first, second) * n + np.maximum(first, second)
        order = np.argsort(keys)
        self._n, self._keys, self._strong = n, keys[order], (score >= JOIN)[order]
        self.open, self.weak = np.zeros((2, n), np.bool_)
        self.open[first] = self.open[second] = True
        self.weak[first[score < JOIN]] = self.weak[second[score < JOIN]] = True

    def look_up(self, one: I64, other: I64) -> tuple[Bools, Bools]:
        """Which pairs (smaller item first) are judged and strong, and which judged and weak."""
        keys = one * self._n + other
        at = np.minimum(np.searchsorted(self._keys, keys), len(self._keys) - 1)
        found = self._keys[at] == keys
        return found & self._strong[at], found & ~self._strong[at]


def _spared(judged: _Judged, capped: Bools, contained: Contained | None) -> tuple[I64, I64]:
    """Pairs of items (smaller first) that say nothing: not strong, and at one place of a third item, or in an article.

    Cuts of one article have nothing in common where they are of other places of it; the stories of a round-up have not
    either. An article goes by the headline of one of its cuts, a round-up does not. Of two capped items only what was
    judged says anything. So a crowd costs what was judged in it.
    """
    found = [np.zeros((2, 0), np.int64)]
    n = len(capped)
    if contained is not None and judged.open.any():
        article = np.zeros(n, np.bool_)
        article[contained.long[contained.titled]] = True
        elsewhere = _elsewhere(judged, contained)
        rows = _ordered(contained.long, contained.short)
        rows = rows[judged.open[contained.long[rows]]]
        for left, right in _within(contained.long[rows]):
            i, j = rows[left], rows[right]
            spared = _same_place(contained, i, j) | (
                article[contained.long[i]] & ~elsewhere[i] & ~elsewhere[j]
            )
            one, other = contained.short[i[spared]], contained.short[j[spared]]
            both = capped[one] & capped[other]
            asked = ~both | (judged.weak[one] & judged.weak[other])
            one, other, both = one[asked], other[asked], both[asked]
            strong, weak = judged.look_up(one, other)
            silent = np.where(both, weak, ~strong)
            found.append(np.stack([one[silent], other[silent]]))
    keys = np.unique(np.concatenate([one * n + other for one, other in found]))
    return keys // n, keys % n


def _elsewhere(judged: _Judged, contained: Contained) -> Bools:
    """Items that stand in another one too, which is not strong with the one they stand in: a cut of two articles."""
    rows = _ordered(contained.short, contained.long)
    found = np.zeros(len(rows), np.bool_)
    for left, right in _within(contained.short[rows]):
        i, j = rows[left], rows[right]
        strong, _ = judged.look_up(contained.long[i], contained.long[j])
        found[i[~strong]] = found[j[~strong]] = True
    return found


def _ordered(key: I64, then: I64) -> I64:
    return np.lexsort((then, key))


def _within(key: I64) -> Iterator[tuple[I64, I64]]:
    """Places of every two of the first MOST_SPANS rows with one key, which is sorted."""
    opens = np.flatnonzero(np.diff(key, prepend=-1) != 0)
    rank = np.arange(len(key)) - np.repeat(opens, np.diff(opens, append=len(key)))
    left = np.flatnonzero(rank < MOST_SPANS)
    for step in range(1, MOST_SPANS):
        left = left[(left + step < len(key)) & (rank[left] + step < MOST_SPANS)]
        left = left[key[left + step] == key[left]]
        if not len(left):
            return
        yield left, left + step


def _same_place(contained: Contained, i: I64, j: I64) -> Bools:
    """Whether two rows with one longer item stand at the same place of it."""
    start, end = contained.start, contained.end
    shared = np.minimum(end[i], end[j]) - np.maximum(start[i], start[j])
    return np.asarray(shared >= SAME_PLACE * np.minimum(end[i] - start[i], end[j] - start[j]))


def _components(n: int, first: I64, second: I64, score: Floats, spared: tuple[I64, I64]) -> list[Component]:
    """Items joined by any strong pair, smallest first, with all judged and spared pairs among them."""
    strong = score >= JOIN
    label = connected(n, first[strong], second[strong])
    inside = label[first] == label[second]
    members: dict[int, list[int]] = defaultdict(list)
    pairs: dict[int, list[Pair]] = defaultdict(list)
    apart: dict[int, list[tuple[int, int]]] = defaultdict(list)
    joined = np.flatnonzero(np.bincount(label, minlength=1)[label] > 1) if n else np.zeros(0, np.int64)
    for item in joined.tolist():
        members[int(label[item])].append(item)
    for a, b, s in zip(first[inside].tolist(), second[inside].tolist(), score[inside].tolist(), strict=True):
        pairs[int(label[a])].append((a, b, s))
    for a, b in zip(spared[0].tolist(), spared[1].tolist(), strict=True):
        apart[int(label[a])].append((a, b))
    return [(members[name], pairs[name], apart[name]) for name in sorted(members)]


def connected(n: int, first: I64, second: I64) -> I64:
    """The connected component of each item."""
    graph = coo_array((np.ones(len(first), np.int8), (first, second)), shape=(n, n))
    return np.asarray(connected_components(graph, directed=False)[1], np.int64)


def _average_linkage(
    items: list[int], pairs: list[Pair], spared: list[tuple[int, int]], crowded: frozenset[int]
) -> list[list[int]]:
    """Groups of the items: the two groups with the highest mean are joined, as long as it reaches JOIN."""
    groups = _Groups(items, pairs, spared, crowded)
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
        spared: list[tuple[int, int]],
        crowded: frozenset[int],
    ) -> None:
        self._parent = {item: item for item in items}
        self._size = dict.fromkeys(items, 1)
        self._crowded = {item: int(item in crowded) for item in items}
        # Sum of scores, judged pairs of crowded items, spared pairs of others.
        self._known: dict[int, dict[int, tuple[float, int, int]]] = {item: {} for item in items}
        for a, b, s in pairs:
            self._known[a][b] = self._known[b][a] = (s, self._crowded[a] * self._crowded[b], 0)
        for a, b in spared:
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
        spared = min(n_spared, total) if min(self._size[a], self._size[b]) > CUTS else n_spared
        n_pairs = self._size[a] * self._size[b] - (self._crowded[a] * self._crowded[b] - n_both) - spared
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
