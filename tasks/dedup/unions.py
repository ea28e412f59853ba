"""Unions: which items hang together by links that come some at a time; of an item nothing but one number is held."""

from __future__ import annotations

import numpy as np

from tasks.dedup.linkage import connected
from tasks.dedup.readings import I32
from tasks.dedup.words import I64

_AT_ONCE = 1_000_000  # items looked up together: 8 MB


class Unions:
    """Components of items that are linked, named by their smallest item. parent: of each item one before it, or itself."""

    def __init__(self, n: int) -> None:
        """n: items."""
        self._parent = np.arange(n, dtype=np.int32)

    def link(self, one: I32, other: I32) -> None:
        """Some more links."""
        ends = self.of(np.concatenate([one, other]))
        roots, place = np.unique(ends, return_inverse=True)
        component = connected(len(roots), *np.split(place, 2))
        smallest = np.full(len(roots), len(self._parent), np.int32)
        np.minimum.at(smallest, component, roots)
        self._parent[roots] = smallest[component]

    def of(self, items: I32 | I64) -> I32:
        """The component of some items."""
        found = self._parent.take(items)
        while True:
            above = self._parent.take(found)
            if np.array_equal(above, found):
                return found
            found = above

    def all(self) -> I32:
        """The component of each item; no link can be added afterwards."""
        for start in range(0, len(self._parent), _AT_ONCE):
            piece = self._parent[start : start + _AT_ONCE]
            piece[:] = self.of(piece)
        return self._parent
