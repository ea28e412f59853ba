"""The tagger's network for training (torch), and its export to the exact form that ships."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np
import torch
import torch.nn.functional as nnf
from numpy.typing import NDArray
from torch import Tensor, nn

from benchmarks.entities.corpus import LABELS
from tasks.entities.taggers import features
from tasks.entities.taggers.network import VALUE, WEIGHT
from tasks.entities.taggers.words import fold

WIDTH = 128
REACHES = (2, 2, 2)  # three layers that see two neighbours on each side: six words in all


class Words:
    """All different words met in training, with what the network sees of each."""

    def __init__(self, vectors: tuple[NDArray, NDArray, NDArray], flags: tuple[NDArray, NDArray]) -> None:
        self.vector_keys, self.vector_levels, self.vector_steps = vectors
        self.flag_keys, self.flag_bits = flags
        self.number: dict[str, int] = {}
        self.parts: list[list[int]] = []
        self.cases: list[int] = []
        self.keys: list[int] = []
        self._tensors: tuple[Tensor, Tensor, Tensor, Tensor] | None = None

    def numbers(self, words: Sequence[str]) -> list[int]:
        """Number of each word, new ones added."""
        out = []
        for word in words:
            n = self.number.get(word)
            if n is None:
                n = self.number[word] = len(self.parts)
                folded = fold(word)
                self.parts.append(features.parts(word, folded))
                self.cases.append(features.case_of(word))
                self.keys.append(features.key(folded))
                self._tensors = None
            out.append(n)
        return out

    def tensors(self) -> tuple[Tensor, Tensor, Tensor, Tensor]:
        """Parts, case, vector (with a 1 behind it if known) and flags of every word."""
        if self._tensors is None:
            keys = np.array(self.keys, np.uint32)
            at = np.minimum(np.searchsorted(self.vector_keys, keys), len(self.vector_keys) - 1)
            known = (self.vector_keys[at] == keys)[:, None]
            vectors = np.where(known, self.vector_steps[self.vector_levels[at]] / VALUE, 0.0)
            flag_at = np.minimum(np.searchsorted(self.flag_keys, keys), len(self.flag_keys) - 1)
            bits = np.where(self.flag_keys[flag_at] == keys, self.flag_bits[flag_at], 0).astype(np.uint8)
            self._tensors = (
                torch.tensor(self.parts),
                torch.tensor(self.cases),
                torch.from_numpy(np.concatenate([vectors, known], 1).astype(np.float32)),
                torch.from_numpy(np.unpackbits(bits[:, None], axis=1, bitorder="little").astype(np.float32)),
            )
        return self._tensors


class Net(nn.Module):
    """Word parts, vector, case and flags added up; then layers that mix neighbours; then scores of labels."""

    def __init__(self, reaches: Sequence[int] = REACHES, width: int = WIDTH, vector: int = 51) -> None:
        super().__init__()
        self.reaches = tuple(reaches)
        self.table = nn.Embedding(features.TABLE_ROWS, width, padding_idx=0)
        self.case = nn.Embedding(features.CASES, width)
        self.line = nn.Embedding(features.LINE_KINDS, width)
        nn.init.normal_(self.table.weight, std=0.15)
        nn.init.normal_(self.case.weight, std=0.3)
        nn.init.normal_(self.line.weight, std=0.1)
        with torch.no_grad():
            self.table.weight[0] = 0
        self.project = nn.Linear(vector, width, bias=False)
        self.flag = nn.Linear(8, width, bias=False)
        self.edge = nn.Parameter(torch.zeros(width))
        self.first = nn.LayerNorm(width)
        self.mix = nn.ModuleList(nn.Linear((2 * r + 1) * width, width) for r in reaches)
        self.norm = nn.ModuleList(nn.LayerNorm(width) for _ in reaches)
        for layer in self.mix:
            nn.init.kaiming_uniform_(layer.weight, nonlinearity="relu")
        self.out = nn.Linear(width, LABELS)

    def forward(
        self, words: tuple[Tensor, ...], line: Tensor, inner: Tensor, drop: float, word_drop: float
    ) -> Tensor:
        """Scores, shape (n, labels); `inner` is False on the gaps between segments."""
        parts, case, vector, flags = words
        if self.training:
            n = len(parts)
            parts = parts.clone()
            parts[torch.rand(n) < word_drop, :2] = 0  # the word itself, not its beginnings and ends
            vector = vector * (torch.rand(n, 1) >= 0.1)
            flags = flags * (torch.rand(n, 1) >= 0.4)  # names at run time are often in no list
        x = nnf.embedding_bag(parts, self.table.weight, mode="sum", padding_idx=0)
        x = self.first(x + self.case(case) + self.line(line) + self.project(vector) + self.flag(flags))
        inner = inner[:, None]
        x = nnf.dropout(torch.where(inner, x, self.edge), drop, self.training)
        for reach, mix, norm in zip(self.reaches, self.mix, self.norm, strict=True):
            n = len(x)
            padded = nnf.pad(x, (0, 0, reach, reach))
            beside = torch.cat([padded[k : k + n] for k in range(2 * reach + 1)], 1)
            x = norm(x + nnf.dropout(nnf.relu(mix(beside)), drop, self.training))
            x = torch.where(inner, x, self.edge)
        return self.out(x)


def exported(net: Net, words: Words) -> dict[str, NDArray]:
    """The network as whole numbers, by the names that `tasks.entities.taggers.network` reads."""

    def whole(tensor: Tensor, scale: float) -> NDArray:
        values = np.rint(tensor.detach().double().numpy() * scale)
        small = np.abs(values).max() < 32768
        return values.astype(np.int16 if small else np.int32)

    table = net.table.weight.detach().double().numpy() * VALUE
    steps = np.maximum(np.ceil(np.quantile(np.abs(table), 0.9999, axis=0) / 127), 1.0)
    stored = np.clip(np.rint(table / steps), -127, 127).astype(np.int8)
    stored[0] = 0
    levels = words.vector_levels
    arrays = {
        "vector_keys": words.vector_keys,
        "vectors": ((levels[:, 0::2] << 4) | levels[:, 1::2]).astype(np.uint8),
        "vector_steps": words.vector_steps,
        "project": whole(net.project.weight.T, WEIGHT),
        "flag_keys": words.flag_keys,
        "flags": words.flag_bits,
        "flag_rows": whole(net.flag.weight.T, VALUE),
        "table": stored,
        "table_steps": steps.astype(np.int16),
        "case_rows": whole(net.case.weight, VALUE),
        "line_rows": whole(net.line.weight, VALUE),
        "edge": whole(net.edge, VALUE),
        "first_gain": whole(net.first.weight, WEIGHT),
        "first_shift": whole(net.first.bias, VALUE),
        "out": whole(net.out.weight.T, WEIGHT),
        "out_bias": whole(net.out.bias, VALUE),
    }
    for i, (mix, norm) in enumerate(zip(net.mix, net.norm, strict=True)):
        arrays |= {
            f"mix{i}": whole(mix.weight.T, WEIGHT),
            f"bias{i}": whole(mix.bias, VALUE),
            f"gain{i}": whole(norm.weight, WEIGHT),
            f"shift{i}": whole(norm.bias, VALUE),
        }
    return arrays


@torch.no_grad()
def resumed(net: Net, stored: Mapping[str, NDArray]) -> None:
    """Puts stored weights into the network: `exported`, the other way."""

    def put(target: Tensor, name: str, scale: float) -> None:
        target.copy_(torch.from_numpy(stored[name].astype(np.float64) / scale))

    net.table.weight.copy_(
        torch.from_numpy(stored["table"].astype(np.float64) * stored["table_steps"] / VALUE)
    )
    for target, name, scale in (
        (net.project.weight.T, "project", WEIGHT),
        (net.flag.weight.T, "flag_rows", VALUE),
        (net.case.weight, "case_rows", VALUE),
        (net.line.weight, "line_rows", VALUE),
        (net.edge, "edge", VALUE),
        (net.first.weight, "first_gain", WEIGHT),
        (net.first.bias, "first_shift", VALUE),
        (net.out.weight.T, "out", WEIGHT),
        (net.out.bias, "out_bias", VALUE),
    ):
        put(target, name, scale)
    for i, (mix, norm) in enumerate(zip(net.mix, net.norm, strict=True)):
        put(mix.weight.T, f"mix{i}", WEIGHT)
        put(mix.bias, f"bias{i}", VALUE)
        put(norm.weight, f"gain{i}", WEIGHT)
        put(norm.bias, f"shift{i}", VALUE)
