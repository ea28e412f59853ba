"""Features of the second stage: what the first stage thinks of the lines around a line."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from tasks.clean.judge.lines import Floats, Ints

_SURE = 0.6
_LONG_CHARS = 40.0
_MOST_LINES = 20.0


@dataclass(frozen=True, slots=True)
class Shape:
    """Where each line stands: what it weighs, its containers, the lines that look like it.

    weight: (n,) characters outside links. chain: (k, n) container, its parent, ...; k is 0 for plain text.
    first_line, end_line: lines inside each container. style: (n,), lines with one number look the same. kin: (n,), lines with one
    number stand in containers of one tag in one parent; width: (n,) characters; record: (n,), see judge/records.py; all three
    are None for plain text.
    """

    weight: Floats
    chain: Ints
    first_line: Ints
    end_line: Ints
    style: Ints
    n_styles: int
    kin: Ints | None = None
    width: Floats | None = None
    record: Ints | None = None


def second_features(first: Floats, shape: Shape) -> tuple[Floats, list[str]]:
    """Features of shape (n_lines, k) from the first stage's probabilities, and their names."""
    n = len(first)
    weight = shape.weight + 1.0
    mass = first * weight
    total = max(float(mass.sum()), 1e-9)
    both = Windows(np.stack([mass, weight]))
    columns: list[Floats] = [first]
    names = ["p"]
    for step in (-3, -2, -1, 1, 2, 3):
        columns.append(shift(first, step))
        names.append(f"p{step:+}")
    for reach in (2, 5, 15):
        for side, label in ((0, "near"), (1, "behind"), (-1, "ahead")):
            near, heavy = both.sums(reach, side)
            columns.append(near / np.maximum(heavy, 1.0))
            names.append(f"p_{label}{reach}")
    before = np.cumsum(mass) - mass
    columns += [before / total, (total - before - mass) / total]
    names += ["mass_before", "mass_left"]
    sure = (first >= _SURE) & (shape.weight >= _LONG_CHARS)
    columns += [distance(sure, _MOST_LINES), distance(sure[::-1], _MOST_LINES)[::-1]]
    names += ["since_sure", "until_sure"]
    mass_sum = np.concatenate(([0.0], np.cumsum(mass)))
    weight_sum = np.concatenate(([0.0], np.cumsum(weight)))
    for step, node in enumerate(shape.chain):
        low, high = shape.first_line[node], shape.end_line[node]
        held = mass_sum[high] - mass_sum[low]
        columns += [held / np.maximum(weight_sum[high] - weight_sum[low], 1.0), held / total]
        names += [f"p_c{step}", f"mass_c{step}"]
    style_mass = np.bincount(shape.style, mass, shape.n_styles)
    style_weight = np.bincount(shape.style, weight, shape.n_styles)
    columns += [(style_mass / np.maximum(style_weight, 1.0))[shape.style], (style_mass / total)[shape.style]]
    names += ["p_style", "mass_style"]
    return np.stack(columns, axis=1) if n else np.zeros((0, len(columns))), names


def shift(values: Floats, step: int) -> Floats:
    """values[..., i + step]; -1 beyond the ends. Of one row of lines, or of several at once."""
    out = np.full(values.shape, -1.0)
    if abs(step) < values.shape[-1]:
        if step > 0:
            out[..., :-step] = values[..., step:]
        else:
            out[..., -step:] = values[..., :step]
    return out


def distance(marks: NDArray[np.bool_], most: float) -> Floats:
    """Lines since the last mark, of one row of lines or of several; `most` where there is none that near."""
    n = marks.shape[-1]
    at = np.arange(n)
    last = np.maximum.accumulate(np.where(marks, at, -n - int(most)), axis=-1)
    return np.minimum(at - last, most).astype(np.float64)


class Windows:
    """Sums over the lines around a line, of one row of lines or of several at once."""

    def __init__(self, values: Floats) -> None:
        self._n = values.shape[-1]
        self._total = np.zeros((*values.shape[:-1], self._n + 1))
        np.cumsum(values, axis=-1, out=self._total[..., 1:])

    def sums(self, reach: int, side: int = 0) -> Floats:
        """Those within reach: both sides (0), those before (1) or after (-1), itself left out there."""
        n, total = self._n, self._total
        at = np.arange(n)
        low = np.maximum(at - reach, 0) if side >= 0 else at + 1
        high = np.minimum(at + reach + 1, n) if side <= 0 else at
        found: Floats = total.take(np.maximum(high, low), axis=-1) - total.take(low, axis=-1)
        return found
