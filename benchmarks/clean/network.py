"""Training of the network that reads a text's lines in order, and its change into the whole numbers it ships as."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace

import numpy as np
import torch
from dataset import Floats
from numpy.typing import NDArray
from torch import nn
from torch.nn import functional

from tasks.clean.judge.net import MEAN_AFTER, MOST, MOST_IN, MOST_WEIGHT, REACH, Layer, Net
from tasks.clean.judge.trees import LEAF_UNIT

CELLS, EPOCHS, RATE, DECAY, WARM_STEPS = 32, 8, 4e-3, 0.02, 50
DROPPED, DROPPED_LAST = 0.15, 0.1  # features and cells that each step goes without
BATCH_LINES, MAX_LINES = 6_000, 1_500  # of a batch, padding included; of a text
SIDE_FRAC = 0.3  # of the texts that are in no figure each epoch sees so many
FAR = 4.0  # standard deviations from the middle at which a feature says the most it can


@dataclass(frozen=True, slots=True)
class Texts:
    """All lines of some texts.

    features: (n, k); labels, weights: (n,); bounds: where each text begins, and the end; aside: (n_texts,), those of
    which an epoch sees SIDE_FRAC.
    """

    features: NDArray[np.float32]
    labels: Floats
    weights: Floats
    bounds: NDArray[np.int64]
    aside: NDArray[np.bool_]

    def batch(self, chosen: list[int]) -> tuple[torch.Tensor, ...]:
        """Features, which lines there are, labels and weights of some texts, padded to the longest."""
        lengths = [min(int(self.bounds[i + 1] - self.bounds[i]), MAX_LINES) for i in chosen]
        most = max(lengths)
        features = np.zeros((len(chosen), most, self.features.shape[1]), np.float32)
        there, labels, weights = (np.zeros((len(chosen), most), np.float32) for _ in range(3))
        for row, (number, n) in enumerate(zip(chosen, lengths, strict=True)):
            at = slice(int(self.bounds[number]), int(self.bounds[number]) + n)
            features[row, :n], labels[row, :n], weights[row, :n] = (
                self.features[at],
                self.labels[at],
                self.weights[at],
            )
            there[row, :n] = 1.0
        return tuple(map(torch.from_numpy, (features, there, labels, weights)))


class Cells(nn.Module):
    """The network in floating point, as `Net` has it."""

    def __init__(self, n_features: int) -> None:
        super().__init__()
        self.enter = nn.Linear(n_features, CELLS)
        self.around = nn.ModuleList(
            nn.Conv1d(CELLS, CELLS, 3, padding=reach, dilation=reach) for reach in REACH
        )
        self.whole = nn.Linear(CELLS, CELLS)
        self.leave = nn.Linear(CELLS, 1)

    def steps(self, features: torch.Tensor, there: torch.Tensor) -> Iterator[torch.Tensor]:
        """The cells after each layer, shape (n_texts, n_cells, n_lines); last the log-odds, (n_texts, n_lines)."""
        here = there[:, None, :]
        told = functional.dropout(features, DROPPED, self.training)
        cells = functional.relu(self.enter(told)).transpose(1, 2) * here
        yield cells
        for number, layer in enumerate(self.around):
            cells = (cells + functional.relu(layer(cells))) * here
            if number == MEAN_AFTER:
                yield cells
                mean = cells.sum(2) / here.sum(2).clamp(min=1)
                cells = (cells + functional.relu(self.whole(mean))[:, :, None]) * here
            yield cells
        last = functional.dropout(cells, DROPPED_LAST, self.training)
        yield self.leave(last.transpose(1, 2)).squeeze(-1)


def fit_network(texts: Texts, names: list[str], seed: int) -> Net:
    """A network for texts whose lines have features of these names; the same input gives the same one.

    One thread, and `seed` fixed.
    """
    torch.set_num_threads(1)
    torch.manual_seed(seed)
    rng = np.random.default_rng(seed)
    size = np.abs(texts.features)
    usual = np.array(
        [np.median(column[column > 0]) if column.any() else 1.0 for column in size.T], np.float32
    )
    told = texts.features / (size + usual)
    middle, spread = told.mean(axis=0), told.std(axis=0) + np.float32(1e-3)
    told = np.clip((told - middle) / spread, -FAR, FAR)
    texts = replace(texts, features=told)
    cells = Cells(told.shape[1])
    optimiser = torch.optim.AdamW(cells.parameters(), lr=RATE, weight_decay=DECAY)
    batches = [batch for _ in range(EPOCHS) for batch in _epoch(texts, rng)]
    cells.train()
    for step, chosen in enumerate(batches):
        rate = max(0.02, 0.5 + 0.5 * np.cos(np.pi * step / len(batches))) * min(1.0, (step + 1) / WARM_STEPS)
        for group in optimiser.param_groups:
            group["lr"] = RATE * rate
        told_of, there, wanted, weight = texts.batch(chosen)
        *_, log_odds = cells.steps(told_of, there)
        each = functional.binary_cross_entropy_with_logits(log_odds, wanted, reduction="none")
        optimiser.zero_grad()
        ((each * weight).sum() / weight.sum()).backward()
        nn.utils.clip_grad_norm_(cells.parameters(), 1.0)
        optimiser.step()
    cells.eval()
    scale = np.float32(MOST_IN / FAR) / spread
    return to_net(cells, texts, names, (usual, middle, scale))


def _epoch(texts: Texts, rng: np.random.Generator) -> list[list[int]]:
    """The texts of one turn in batches of about one length, in no order."""
    lengths = np.minimum(np.diff(texts.bounds), MAX_LINES)
    seen = (lengths > 0) & (~texts.aside | (rng.random(len(lengths)) < SIDE_FRAC))
    order = np.argsort(lengths * (1 + 0.3 * rng.random(len(lengths))), kind="stable")
    batches: list[list[int]] = [[]]
    for number in order[seen[order]].tolist():
        if batches[-1] and lengths[number] * (len(batches[-1]) + 1) > BATCH_LINES:
            batches.append([])
        batches[-1].append(number)
    return [batches[at] for at in rng.permutation(len(batches))]


@torch.no_grad()
def to_net(cells: Cells, texts: Texts, names: list[str], told: tuple[NDArray[np.float32], ...]) -> Net:
    """The network in whole numbers: what cells say at most is measured on some of the texts."""
    lengths = np.diff(texts.bounds)
    most = 0.0
    for number in np.flatnonzero(lengths > 0)[::7].tolist():
        features, there, _, _ = texts.batch([number])
        *layers, _ = cells.steps(features, there)
        most = max(most, *(float(layer.max()) for layer in layers))
    unit = most / MOST  # what one step of a cell is worth

    def layer(weights: torch.Tensor, bias: torch.Tensor, unit_in: float, unit_out: float) -> Layer:
        # weights as (n_in, n_out)
        step = float(weights.abs().max()) / MOST_WEIGHT
        whole = np.rint(weights.numpy() / step).astype(np.float32)
        return Layer(
            whole,
            np.rint(bias.numpy() / (step * unit_in)).astype(np.float32),
            np.float32(step * unit_in / unit_out),
        )

    around = tuple(
        layer(one.weight.permute(2, 1, 0).reshape(-1, CELLS), one.bias, unit, unit) for one in cells.around
    )
    return Net(
        tuple(names),
        *told,
        enter=layer(cells.enter.weight.T, cells.enter.bias, FAR / MOST_IN, unit),
        around=around,
        whole=layer(cells.whole.weight.T, cells.whole.bias, unit, unit),
        leave=layer(cells.leave.weight.T, cells.leave.bias, unit, LEAF_UNIT),
    )
