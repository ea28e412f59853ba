"""The tree of a page's containers, as the judge looks at it."""

from __future__ import annotations

import numpy as np

from tasks.clean.judge.lines import Floats, Ints
from tasks.clean.page import Nodes


class Sums:
    """Sums over the lines inside each container, shape (n_nodes,): the lines of a container follow each other."""

    def __init__(self, nodes: Nodes, width: Floats, plain: Floats, prose: Floats) -> None:
        self._first, self._end = nodes.first_line, nodes.end_line
        self.width = self._inside(width)
        self.link = 1.0 - self._inside(plain) / np.maximum(self.width, 1.0)
        self.prose = self._inside(prose)
        self.lines = (nodes.end_line - nodes.first_line).astype(np.float64)

    def _inside(self, values: Floats) -> Floats:
        total = np.concatenate(([0.0], np.cumsum(values)))
        return np.asarray(total[self._end] - total[self._first])


def main_of(nodes: Nodes, node: Ints, prose: Floats) -> int:
    """The container whose own paragraphs hold the most text; those of its children count half."""
    parent = nodes.parent[node]
    n = len(nodes.parent)
    return int((np.bincount(parent, prose, n) + np.bincount(nodes.parent[parent], prose / 2, n)).argmax())


def holder_of(prose_share: Floats, bound: float) -> int:
    """The deepest container that holds at least this share of the prose; the page if none does."""
    fits = np.flatnonzero(prose_share >= bound)
    return int(fits[-1]) if len(fits) else 0


def common_depth(nodes: Nodes, target: int) -> tuple[Ints, Ints, int]:
    """Where each container's way from the page leaves the way to `target`.

    Returns the depth of the last container they share, the first one they do not (itself where there is
    none), and target's depth.
    """
    on_path = np.zeros(len(nodes.parent), np.bool_)
    here = target
    while here:
        on_path[here] = True
        here = int(nodes.parent[here])
    on_path[0] = True
    # Containers are in document order: all below one follow it at once, so the last start at or before is the branch.
    starts = on_path | on_path[nodes.parent]
    branch = np.maximum.accumulate(np.where(starts, np.arange(len(on_path)), 0))
    common = np.where(on_path, nodes.depth, nodes.depth[nodes.parent[branch]])
    return common, branch, int(nodes.depth[target])


def styles(nodes: Nodes) -> tuple[Ints, Ints]:
    """Numbers of each container's path of tags and class names, and of its own and its parent's alone."""
    kinds: dict[tuple[str, str], int] = {}
    kind = [kinds.setdefault(key, len(kinds)) for key in zip(nodes.tag, nodes.names, strict=True)]
    parents = nodes.parent.tolist()
    n = len(kind)
    looks: dict[int, int] = {}
    look = [looks.setdefault(own * n + kind[up], len(looks)) for own, up in zip(kind, parents, strict=True)]
    paths: dict[int, int] = {}
    style = [0] * n
    for number in range(1, n):
        style[number] = paths.setdefault(style[parents[number]] * n + kind[number], len(paths) + 1)
    return np.array(style, np.int64), np.array(look, np.int64)
