"""Linkage: clusters from judged pairs by average linkage, never by a chain of weak links."""

from __future__ import annotations

import heapq
from collections import defaultdict

import numpy as np
import numpy.typing as npt
from scipy.sparse import coo_array
from scipy.sparse.csgraph import connected_components

from tasks.dedup.words import I64

Floats = npt.NDArray[np.float64]
Pair = tuple[int, int, float]

JOIN = 0.5  # mean probability between two groups at which they are one cluster


def link(n: int, first: I64, second: I64, score: Floats) -> I64:
    """The group of each of n items; groups are named by their smallest item.

    A pair that was not judged counts as 0 inside the mean. Ties: the group with the smaller items first.
    """
    label = np.arange(n)
    for items, pairs in _components(n, first, second, score):
        for group in _average_linkage(items, pairs):
            label[group] = min(group)
    return label


def _components(n: int, first: I64, second: I64, score: Floats) -> list[tuple[list[int], list[Pair]]]:
    """Items joined by any strong pair, smallest first, with all judged pairs among them."""
    strong = score >= JOIN
    graph = coo_array((np.ones(int(strong.sum()), np.int8), (first[strong], second[strong])), shape=(n, n))
    _, label = connected_components(graph, directed=False)
    inside = label[first] == label[second]
    members: dict[int, list[int]] = defaultdict(list)
    pairs: dict[int, list[Pair]] = defaultdict(list)
    joined = np.flatnonzero(np.bincount(label, minlength=1)[label] > 1) if n else np.zeros(0, np.int64)
    for item in joined.tolist():
        members[int(label[item])].append(item)
    for a, b, s in zip(first[inside].tolist(), second[inside].tolist(), score[inside].tolist(), strict=True):
        pairs[int(label[a])].append((a, b, s))
    return [(members[name], pairs[name]) for name in sorted(members)]


def _average_linkage(items: list[int], pairs: list[Pair]) -> list[list[int]]:
    """Groups of the items: the two groups with the highest mean are joined, as long as it reaches JOIN."""
    if 2 * len(pairs) == len(items) * (len(items) - 1) and all(s >= JOIN for _, _, s in pairs):
        return [items]  # every mean is at least JOIN
    groups = {item: [item] for item in items}
    total: dict[int, dict[int, float]] = {item: {} for item in items}
    version = dict.fromkeys(items, 0)
    for a, b, s in pairs:
        total[a][b] = total[b][a] = s
    heap = [(-s, min(a, b), max(a, b), 0, 0) for a, b, s in pairs if s >= JOIN]
    heapq.heapify(heap)
    while heap:
        _, a, b, version_a, version_b = heapq.heappop(heap)
        if version.get(a) != version_a or version.get(b) != version_b:
            continue
        groups[a] += groups.pop(b)
        version[a] += 1
        del version[b], total[a][b]
        for c, s in total.pop(b).items():
            if c != a:
                del total[c][b]
                total[a][c] = total[c][a] = total[a].get(c, 0.0) + s
        for c, s in total[a].items():
            mean = round(s / (len(groups[a]) * len(groups[c])), 9)
            if mean >= JOIN:
                low, high = min(a, c), max(a, c)
                heapq.heappush(heap, (-mean, low, high, version[low], version[high]))
    return list(groups.values())
