"""Feature columns under their names: how both kinds of lines collect what the trees ask for."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from tasks.clean.judge.lines import Floats, Ints


class Columns:
    """Feature columns under their names."""

    def __init__(self) -> None:
        self.names: list[str] = []
        self.values: list[Floats | Ints] = []  # of shape (n_lines,), or (k, n_lines) for k features

    def add(self, name: str, values: Floats | Ints) -> None:
        """One more feature, shape (n_lines,)."""
        self.names.append(name)
        self.values.append(values)

    def add_rows(self, names: Sequence[str], values: Floats) -> None:
        """One more feature for each row of values, shape (k, n_lines)."""
        self.names += names
        self.values.append(values)

    def add_bits(self, names: Sequence[str], masks: Ints, bits: Sequence[int]) -> None:
        """One more feature for each of these bits of the masks, at once: a call for each would cost more."""
        self.names += names
        self.values.append((masks >> np.array(bits, np.int64)[:, None]) & 1)

    def matrix(self, n: int) -> Floats:
        """All of them, shape (n, n_features)."""
        out = np.empty((len(self.names), n))
        number = 0
        for values in self.values:
            more = 1 if values.ndim == 1 else len(values)
            out[number : number + more] = values
            number += more
        return out.T
