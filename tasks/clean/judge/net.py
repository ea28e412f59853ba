"""A small network that reads the lines of a text in their order, evaluated with numpy alone.

Trees see the lines around in windows; convolutions see a run of paragraphs, and where one of teasers begins. All numbers
in it are whole and below 2**24, where float32 holds each exactly: sums are the same on every machine and in every order.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from tasks.clean.judge.lines import Floats
from tasks.clean.judge.trees import ROWS_AT_ONCE, model_file, probability_of

Small = NDArray[np.float32]
MOST_IN, MOST, MOST_WEIGHT = 127, 511, 127  # of what a feature says, of what a cell says, of a weight
REACH = (1, 2, 4, 8)  # lines that each convolution looks up and down
# Products up to which the library of matrices wakes no other threads: waiting for them costs ten times as much.
ALONE = 1 << 18
MEAN_AFTER = 1  # the convolution after which each line hears the mean over the text

LOG_ODDS = ("log_odds_first", "log_odds_second")  # what the stages of trees say, as the network hears it
_SUREST = 0.001


def log_odds(probabilities: Floats) -> Floats:
    """Log-odds of probabilities, none so sure that it drowns the rest."""
    kept = np.clip(probabilities, _SUREST, 1.0 - _SUREST)
    found: Floats = np.log(kept / (1.0 - kept))
    return found


@dataclass(frozen=True, slots=True, eq=False)
class Layer:
    """weights: (n_in, n_out), whole. bias: (n_out,), whole. unit: what one of their sum is worth to the next layer."""

    weights: Small
    bias: Small
    unit: np.float32

    def sums(self, values: Small) -> Small:
        """Before the cells answer, shape (n, n_out)."""
        found = np.empty((len(values), self.weights.shape[1]), np.float32)
        step = max(1, ALONE // self.weights.size)
        for at in range(0, len(values), step):
            np.matmul(values[at : at + step], self.weights, out=found[at : at + step])
        found += self.bias
        return found

    def answers(self, values: Small) -> Small:
        """What the cells say, shape (n, n_out): whole, from 0 to MOST."""
        found = self.sums(values)
        found *= self.unit
        np.rint(found, out=found)
        return np.clip(found, 0, MOST, out=found)


@dataclass(frozen=True, slots=True, eq=False)
class Net:
    """One layer of cells a line, convolutions of REACH, the mean over the text after the second, one answer a line.

    names: the features it wants, in their order; a feature x counts as x / (|x| + usual), less `middle`, times `scale`.
    unit of `leave` is in LEAF_UNITs of log-odds.
    """

    names: tuple[str, ...]
    usual: Small
    middle: Small
    scale: Small
    enter: Layer
    around: tuple[Layer, ...]
    whole: Layer
    leave: Layer

    def probabilities(self, features: Floats) -> Floats:
        """Probability of each line of one text, in order, features of shape (n, len(names)); rounded to 4 decimals."""
        if not len(features):
            return np.zeros(0)
        cells = np.concatenate([self.enter.answers(self._told(part)) for part in _parts(features)])
        for number, (reach, layer) in enumerate(zip(REACH, self.around, strict=True)):
            beside = np.zeros((len(cells) + 2 * reach, cells.shape[1]), np.float32)
            beside[reach:-reach] = cells
            for at in range(0, len(cells), ROWS_AT_ONCE):
                part = cells[at : at + ROWS_AT_ONCE]
                views = [beside[at + step : at + step + len(part)] for step in (0, reach, 2 * reach)]
                part += layer.answers(np.concatenate(views, axis=1))
            if number == MEAN_AFTER:
                mean = np.rint(cells.sum(axis=0, dtype=np.float64) / len(cells)).astype(np.float32)
                cells += self.whole.answers(mean[None])
            np.minimum(cells, MOST, out=cells)
        log_odds = self.leave.sums(cells)[:, 0] * np.float64(self.leave.unit)
        return probability_of(np.rint(log_odds).astype(np.int64))

    def _told(self, features: Floats) -> Small:
        """What the features say, whole, from -MOST_IN to MOST_IN."""
        told = features.astype(np.float32)
        told /= np.abs(told) + self.usual
        told -= self.middle
        told *= self.scale
        np.rint(told, out=told)
        return np.clip(told, -MOST_IN, MOST_IN, out=told)

    def save(self, path: Path) -> None:
        """Write the network; the same one gives the same bytes."""
        header = np.frombuffer(json.dumps({"names": self.names}).encode(), np.uint8)
        parts: dict[str, NDArray[np.generic]] = {
            "header": header, "usual": self.usual, "middle": self.middle, "scale": self.scale,
        }  # fmt: skip
        for name, layer in self._layers().items():
            parts[f"{name}_weights"] = layer.weights.astype(np.int8)
            parts[f"{name}_bias"] = layer.bias.astype(np.int32)
            parts[f"{name}_unit"] = np.array(layer.unit)
        np.savez_compressed(path, **parts)  # type: ignore[arg-type]  # no part is called allow_pickle

    def _layers(self) -> dict[str, Layer]:
        around = {f"around{number}": layer for number, layer in enumerate(self.around)}
        return {"enter": self.enter, **around, "whole": self.whole, "leave": self.leave}


def _parts(rows: Floats) -> Iterator[Floats]:
    return (rows[at : at + ROWS_AT_ONCE] for at in range(0, len(rows), ROWS_AT_ONCE))


@cache
def load_net(name: str) -> Net:
    """The network `models/<name>.npz`. Raises ConfigError if it is missing."""
    with np.load(model_file(name), allow_pickle=False) as parts:

        def layer(which: str) -> Layer:
            weights, bias = (parts[f"{which}_{what}"].astype(np.float32) for what in ("weights", "bias"))
            return Layer(weights, bias, np.float32(parts[f"{which}_unit"]))

        return Net(
            names=tuple(json.loads(parts["header"].tobytes())["names"]),
            usual=parts["usual"],
            middle=parts["middle"],
            scale=parts["scale"],
            enter=layer("enter"),
            around=tuple(layer(f"around{number}") for number in range(len(REACH))),
            whole=layer("whole"),
            leave=layer("leave"),
        )
