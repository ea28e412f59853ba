"""The judge: how probable it is that two documents are copies of one article, from their features.

A small gradient boosting machine, trained by benchmarks/dedup/train.py and shipped as arrays. It is walked
with numpy: the same sums in the same order everywhere.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import numpy as np
import numpy.typing as npt

from tasks.dedup.readings import I32
from tasks.dedup.words import U8, Bools, Floats
from tasks.errors import ConfigError

MODELS = Path(__file__).parent / "models"
_ROWS = 16_384  # pairs at once: a column of them stays in the cache
# Pairs: then each split costs more than what it does, and some trees are walked at once; 1,000 in a quarter of the time.
_FEW, _TREES = 2_048, 25
_NODES = 256  # of one tree at most, so that a byte numbers its leaves
MILLIONTHS = 1e6  # features have 6 decimals: as whole numbers nothing is lost


@dataclass(frozen=True, slots=True)
class Forest:
    """Trees as flat arrays. A leaf points to itself; `value` is the log odds it adds.

    feature, left, right: int, per node. threshold: per node, the greatest feature in millionths that goes left.
    value: float64, per node. roots: first node of each tree.
    """

    names: tuple[str, ...]
    feature: npt.NDArray[np.int64]
    threshold: I32
    left: npt.NDArray[np.int64]
    right: npt.NDArray[np.int64]
    value: Floats
    roots: npt.NDArray[np.int64]
    depth: int


@cache
def load_forest(name: str) -> Forest:
    """The shipped forest. Raises ConfigError if its file cannot be read."""
    path = MODELS / f"{name}.npz"
    try:
        with np.load(path, allow_pickle=False) as stored:
            arrays = {key: stored[key] for key in stored.files}
    except (OSError, ValueError) as error:
        raise ConfigError(
            f"dedup model {path}: {error}. Train it again with benchmarks/dedup/train.py"
        ) from error
    return Forest(
        names=tuple(arrays["names"].tolist()),
        feature=arrays["feature"].astype(np.int64),
        threshold=_in_millionths(arrays["threshold"].astype(np.float64)),
        left=arrays["left"].astype(np.int64),
        right=arrays["right"].astype(np.int64),
        value=arrays["value"].astype(np.float64),
        roots=arrays["roots"].astype(np.int64),
        depth=int(arrays["depth"]),
    )


def probabilities(forest: Forest, millionths: I32) -> Floats:
    """Probability of each row, 0..1, rounded to 4 decimals. millionths: features, shape (n, len(forest.names)).

    Every split is tried on all rows at once, and the rows of each leaf marked; no row is walked down alone. Of few rows,
    all trees are walked at once.
    """
    scores = np.zeros(len(millionths))
    if len(millionths) <= _FEW:
        for values in _values(forest, millionths):
            scores += values
        return _logistic(scores)
    for start in range(0, len(millionths), _ROWS):
        part = scores[start : start + _ROWS]
        columns = np.ascontiguousarray(millionths[start : start + _ROWS].T)
        for root in forest.roots.tolist():
            leaf = np.zeros(len(part), np.uint8)
            _mark_leaves(forest, (root, root), columns, np.ones(len(part), np.bool_), leaf)
            part += forest.value[root : root + _NODES].take(leaf)
    return _logistic(scores)


def _logistic(scores: Floats) -> Floats:
    return np.asarray(np.round(1.0 / (1.0 + np.exp(-scores)), 4))


def _values(forest: Forest, millionths: I32) -> Iterator[Floats]:
    """What each tree in turn says of each row: some trees are walked down at once."""
    n, width = millionths.shape
    flat, row = np.ascontiguousarray(millionths).reshape(-1), width * np.arange(n)
    children = np.stack([forest.right, forest.left], axis=1).reshape(-1)
    for start in range(0, len(forest.roots), _TREES):
        node = np.repeat(forest.roots[start : start + _TREES, None], n, axis=1)
        for _ in range(forest.depth):
            below = flat.take(forest.feature.take(node) + row) <= forest.threshold.take(node)
            node = children.take(2 * node + below)
        yield from forest.value.take(node)


def _in_millionths(thresholds: Floats) -> I32:
    """The greatest whole number of millionths that is not above each threshold, as floating point has it."""
    whole = np.floor(thresholds * MILLIONTHS)
    whole += (whole + 1) / MILLIONTHS <= thresholds
    whole -= whole / MILLIONTHS > thresholds
    return whole.astype(np.int32)


def _mark_leaves(forest: Forest, at: tuple[int, int], columns: I32, here: Bools, leaf: U8) -> None:
    """Number the leaf of the rows that are `here`, in place. at: node, and the root that leaves are counted from."""
    node, root = at
    left = int(forest.left[node])
    if left == node:
        leaf |= here.view(np.uint8) * np.uint8(node - root)
        return
    below = columns[forest.feature[node]] <= forest.threshold[node]
    below &= here
    _mark_leaves(forest, (left, root), columns, below, leaf)
    _mark_leaves(forest, (int(forest.right[node]), root), columns, here ^ below, leaf)
