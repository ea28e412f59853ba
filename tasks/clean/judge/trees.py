"""Boosted symmetric trees, evaluated with numpy alone.

In a symmetric tree all nodes of one depth ask the same question, so a tree of depth d is d comparisons and
one look-up, for all lines at once. Leaf values are whole numbers and summed as such: the sum is the same
on every machine and in every order.
"""

from __future__ import annotations

import json
import math
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from tasks.clean.judge.lines import Floats
from tasks.errors import ConfigError

LEAF_UNIT = 1e-5  # log-odds of one step of a leaf value
_STEPS = 10_000  # probabilities are multiples of 1/_STEPS
ROWS_AT_ONCE = 8_192  # bounds the memory that a page of a million lines takes
MODELS = Path(__file__).parent / "models"


@cache
def _steps() -> NDArray[np.int64]:
    """Log-odds in LEAF_UNITs at which the rounded probability goes up: no exponential that differs by machine."""
    halves = ((step + 0.5) / _STEPS for step in range(_STEPS))
    return np.array([round(math.log(half / (1.0 - half)) / LEAF_UNIT) for half in halves], np.int64)


def probability_of(log_odds: NDArray[np.int64]) -> Floats:
    """The probabilities of log-odds in LEAF_UNITs, rounded to 4 decimals."""
    step: Floats = np.searchsorted(_steps(), log_odds, side="right").astype(np.float64)
    return step / _STEPS


@dataclass(frozen=True, slots=True, eq=False)
class Trees:
    """A model of n_trees symmetric trees of one depth.

    names: the features it wants, in their order. questions: (n_questions,) feature numbers, with borders:
    the answer is yes where the feature is above. splits: (depth, n_trees) question numbers, the first is the
    lowest bit of the leaf's number. leaves: (n_trees, 2**depth) in LEAF_UNITs. bias in LEAF_UNITs.
    """

    names: tuple[str, ...]
    questions: NDArray[np.int16]
    borders: NDArray[np.float32]
    splits: NDArray[np.int16]
    leaves: NDArray[np.int32]
    bias: int

    def probabilities(self, features: Floats) -> Floats:
        """Probability of each row of `features`, shape (n, len(names)); rounded to 4 decimals."""
        parts = [self._part(features[at : at + ROWS_AT_ONCE]) for at in range(0, len(features), ROWS_AT_ONCE)]
        return np.concatenate(parts) if parts else np.zeros(0)

    def _part(self, features: Floats) -> Floats:
        columns = np.ascontiguousarray(features.T.astype(np.float32))
        answers = (columns.take(self.questions, axis=0) > self.borders[:, None]).view(np.uint8)
        leaf = answers.take(self.splits[-1], axis=0)
        for split in self.splits[-2::-1]:  # the highest bit first; `take` is five times as fast as brackets
            leaf += leaf
            leaf |= answers.take(split, axis=0)
        n_trees, n_leaves = self.leaves.shape
        at = leaf + np.arange(0, n_trees * n_leaves, n_leaves)[:, None]
        total = self.leaves.ravel().take(at).sum(axis=0, dtype=np.int64) + self.bias
        return probability_of(total)

    def save(self, path: Path) -> None:
        """Write the model; the same model gives the same bytes."""
        header = np.frombuffer(json.dumps({"names": self.names, "bias": self.bias}).encode(), np.uint8)
        np.savez_compressed(
            path,
            header=header,
            questions=self.questions,
            borders=self.borders,
            splits=self.splits,
            leaves=self.leaves,
        )


def model_file(name: str) -> Path:
    """The file `models/<name>.npz`. Raises ConfigError if it is missing."""
    path = MODELS / f"{name}.npz"
    if not path.exists():
        raise ConfigError(
            f"{path} is missing. It is made by benchmarks/clean/train.py and part of the project."
        )
    return path


@cache
def load_trees(name: str) -> Trees:
    """The model `models/<name>.npz`. Raises ConfigError if it is missing."""
    with np.load(model_file(name), allow_pickle=False) as parts:
        header = json.loads(parts["header"].tobytes())
        return Trees(
            tuple(header["names"]),
            parts["questions"],
            parts["borders"],
            parts["splits"],
            parts["leaves"],
            header["bias"],
        )
