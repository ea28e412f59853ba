"""Feature columns under their names: how both kinds of lines collect what the trees ask for."""

from __future__ import annotations

import numpy as np

from tasks.clean.judge_lines import Floats, Ints


class Columns:
    """Feature columns under their names."""

    def __init__(self) -> None:
        self.names: list[str] = []
        self.values: list[Floats | Ints] = []

    def add(self, name: str, values: Floats | Ints) -> None:
        """One more feature, shape (n_lines,)."""
        self.names.append(name)
        self.values.append(values)

    def matrix(self, n: int) -> Floats:
        """All of them, shape (n, n_features)."""
        out = np.empty((len(self.values), n))
        for number, values in enumerate(self.values):
            out[number] = values
        return out.T
