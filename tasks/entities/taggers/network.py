"""The tagger's network in exact arithmetic: word vectors, three layers of neighbours, scores of labels.

Every number is an integer held in float64, and every sum stays below 2**53, so that no order of additions, batch
or library changes a bit of the result. Weights are fixed-point with WEIGHT_BITS, activations with VALUE_BITS.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from tasks.entities.taggers.features import CASES, LINE_KINDS, TABLE_ROWS

Floats = NDArray[np.float64]

VALUE_BITS = 10
WEIGHT_BITS = 12
VALUE = float(1 << VALUE_BITS)
WEIGHT = float(1 << WEIGHT_BITS)
LIMIT = float(1 << 17)  # activations are cut at +-128: 1024 inputs x 2**17 x 2**16 < 2**53
FLAGS = 8  # gazetteer bits of a word


@dataclass(frozen=True, slots=True)
class Layer:
    """One layer: `reach` neighbours on each side are put side by side, mixed, rectified, added and normalised."""

    reach: int
    mix: Floats
    bias: Floats
    gain: Floats
    shift: Floats


@dataclass(frozen=True, slots=True)
class Network:
    """All weights, as integers in float64 (the big tables as stored)."""

    vector_keys: NDArray[np.uint32]  # sorted
    vectors: NDArray[np.uint8]  # two 4-bit values a byte
    vector_steps: NDArray[np.int16]  # 16 levels of a 4-bit value
    project: Floats
    flag_keys: NDArray[np.uint32]  # sorted
    flags: NDArray[np.uint8]
    flag_rows: Floats
    table: NDArray[np.int8]
    table_steps: Floats
    case_rows: Floats
    line_rows: Floats
    edge: Floats
    first_gain: Floats
    first_shift: Floats
    layers: tuple[Layer, ...]
    out: Floats
    out_bias: Floats

    @property
    def width(self) -> int:
        """Numbers a word is held in."""
        return int(self.project.shape[1])


def normalise(rows: Floats, gain: Floats, shift: Floats) -> Floats:
    """Rows with mean 0 and deviation 1, then scaled and shifted; exact but for one division, rounded at the end."""
    rows = rows - np.rint(rows.mean(axis=1, keepdims=True))
    variance = (rows * rows).sum(axis=1, keepdims=True) / rows.shape[1]
    scaled = rows * (VALUE / np.sqrt(variance + 1.0))
    mixed: Floats = np.rint(np.rint(scaled) * gain / WEIGHT) + shift
    return mixed


def cut(rows: Floats) -> Floats:
    """Products of values and weights brought back to values."""
    return np.clip(np.rint(rows / WEIGHT), -LIMIT, LIMIT)


def lookup(keys: NDArray[np.uint32], wanted: NDArray[np.uint32]) -> NDArray[np.int64]:
    """Row of each wanted key, -1 where it is missing."""
    at = np.minimum(np.searchsorted(keys, wanted), len(keys) - 1)
    return np.where(keys[at] == wanted, at, -1)


def embed(
    net: Network, keys: NDArray[np.uint32], parts: NDArray[np.int64], cases: NDArray[np.int64]
) -> Floats:
    """Vectors of words by themselves, before their neighbours are seen. Shape (words, width)."""
    rows = net.table_steps * net.table[parts].sum(axis=1, dtype=np.float64)
    rows += net.case_rows[cases]
    at = lookup(net.vector_keys, keys)
    packed = net.vectors[np.maximum(at, 0)]
    levels = np.empty((len(keys), 2 * packed.shape[1]), np.uint8)
    levels[:, 0::2] = packed >> 4
    levels[:, 1::2] = packed & 15
    values = net.vector_steps[levels[:, : net.project.shape[0] - 1]].astype(np.float64)
    values[at < 0] = 0.0
    known = (at >= 0).astype(np.float64)[:, None] * VALUE
    rows += cut(np.concatenate([values, known], axis=1) @ net.project)
    found = lookup(net.flag_keys, keys)
    bits = np.where(found >= 0, net.flags[np.maximum(found, 0)], 0).astype(np.uint8)
    rows += np.unpackbits(bits[:, None], axis=1, bitorder="little").astype(np.float64) @ net.flag_rows
    embedded: Floats = np.clip(rows, -LIMIT, LIMIT)
    return embedded


def scores(net: Network, rows: Floats, inner: NDArray[np.bool_]) -> Floats:
    """Scores of labels for words in a row, with gaps between segments.

    rows: shape (n, width); inner: False on the gaps, which must be as long as the widest reach.
    Returns integers in float64, shape (n, labels).
    """
    outer = ~inner
    rows = normalise(rows, net.first_gain, net.first_shift)
    rows[outer] = net.edge
    for layer in net.layers:
        rows = rows + np.maximum(cut(beside(rows, layer.reach) @ layer.mix) + layer.bias, 0.0)
        rows = normalise(rows, layer.gain, layer.shift)
        rows[outer] = net.edge
    return np.asarray(np.rint(rows @ net.out / WEIGHT) + net.out_bias)


def beside(rows: Floats, reach: int) -> Floats:
    """Each row with its neighbours beside it; outside the array there is zero. Shape (n, (2 reach + 1) width)."""
    n, width = rows.shape
    padded = np.zeros((n + 2 * reach, width))
    padded[reach : reach + n] = rows
    step = padded.strides[0]
    view = np.lib.stride_tricks.as_strided(padded, (n, (2 * reach + 1) * width), (step, padded.strides[1]))
    return np.ascontiguousarray(view)


def from_arrays(arrays: Mapping[str, NDArray[np.generic]]) -> Network:
    """A network from stored arrays; integers become float64, tables stay as they are."""

    def wide(name: str) -> Floats:
        return np.asarray(arrays[name]).astype(np.float64)

    layers: list[Layer] = []
    while f"mix{len(layers)}" in arrays:
        i = len(layers)
        mix = wide(f"mix{i}")
        layers.append(
            Layer(
                mix.shape[0] // mix.shape[1] // 2, mix, wide(f"bias{i}"), wide(f"gain{i}"), wide(f"shift{i}")
            )
        )
    net = Network(
        vector_keys=np.asarray(arrays["vector_keys"], np.uint32),
        vectors=np.asarray(arrays["vectors"], np.uint8),
        vector_steps=np.asarray(arrays["vector_steps"], np.int16),
        project=wide("project"),
        flag_keys=np.asarray(arrays["flag_keys"], np.uint32),
        flags=np.asarray(arrays["flags"], np.uint8),
        flag_rows=wide("flag_rows"),
        table=np.asarray(arrays["table"], np.int8),
        table_steps=wide("table_steps"),
        case_rows=wide("case_rows"),
        line_rows=wide("line_rows"),
        edge=wide("edge"),
        first_gain=wide("first_gain"),
        first_shift=wide("first_shift"),
        layers=tuple(layers),
        out=wide("out"),
        out_bias=wide("out_bias"),
    )
    if net.table.shape[0] != TABLE_ROWS or len(net.case_rows) != CASES or len(net.line_rows) != LINE_KINDS:
        raise ValueError("tables of another size")
    return net
