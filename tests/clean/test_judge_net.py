"""The network of the judge of texts: whole numbers, evaluated exactly, for texts of any length."""

from __future__ import annotations

import numpy as np
import pytest

from tasks.clean.judge import net as judge_net
from tasks.clean.judge import trees as judge_trees
from tasks.clean.judge.net import MEAN_AFTER, MOST, MOST_IN, REACH, Layer, Net, load_net, log_odds
from tasks.errors import ConfigError

N_CELLS = 4


def layer(rng: np.random.Generator, n_in: int, n_out: int, unit: float) -> Layer:
    weights = rng.integers(-127, 128, (n_in, n_out)).astype(np.float32)
    return Layer(weights, rng.integers(-500, 500, n_out).astype(np.float32), np.float32(unit))


@pytest.fixture
def net() -> Net:
    rng = np.random.default_rng(5)
    around = tuple(layer(rng, 3 * N_CELLS, N_CELLS, 0.002) for _ in REACH)
    usual, middle, scale = (np.array(row, np.float32) for row in ([1, 5], [0.5, 0.1], [120, 90]))
    return Net(
        ("a", "b"), usual, middle, scale, enter=layer(rng, 2, N_CELLS, 0.02), around=around,
        whole=layer(rng, N_CELLS, N_CELLS, 0.003), leave=layer(rng, N_CELLS, 1, 2.5),
    )  # fmt: skip


def by_hand(net: Net, features: np.ndarray) -> list[float]:
    """The same with Python's own whole numbers, cell by cell."""
    values = features.astype(np.float32)
    told = np.rint((values / (np.abs(values) + net.usual) - net.middle) * net.scale).clip(-MOST_IN, MOST_IN)

    def sums(one: Layer, row: list[int]) -> list[int]:
        columns = zip(*one.weights.astype(int).tolist(), strict=True)
        return [
            sum(x * w for x, w in zip(row, column, strict=True)) + int(bias)
            for column, bias in zip(columns, one.bias, strict=True)
        ]

    def answers(one: Layer, row: list[int]) -> list[int]:
        return [min(max(int(np.rint(np.float32(x) * one.unit)), 0), MOST) for x in sums(one, row)]

    rows = [answers(net.enter, list(map(int, row))) for row in told]
    none = [0] * N_CELLS
    for number, (reach, one) in enumerate(zip(REACH, net.around, strict=True)):
        padded = [none] * reach + rows + [none] * reach
        rows = [
            [x + y for x, y in zip(row, answers(one, padded[i] + row + padded[i + 2 * reach]), strict=True)]
            for i, row in enumerate(rows)
        ]
        if number == MEAN_AFTER:
            mean = [int(np.rint(sum(column) / len(rows))) for column in zip(*rows, strict=True)]
            rows = [[x + y for x, y in zip(row, answers(net.whole, mean), strict=True)] for row in rows]
        rows = [[min(x, MOST) for x in row] for row in rows]
    odds = [sums(net.leave, row)[0] * float(net.leave.unit) * judge_trees.LEAF_UNIT for row in rows]
    return [round(1 / (1 + float(np.exp(-x))), 4) for x in odds]


@pytest.mark.parametrize("n", [1, 2, 7, 40])
def test_the_network_counts_as_one_counts_by_hand(net, n):
    features = np.random.default_rng(n).normal(0, 20, (n, 2))
    assert net.probabilities(features) == pytest.approx(by_hand(net, features), abs=1.01e-4)


def test_a_long_text_is_read_in_parts_without_a_seam(net, monkeypatch):
    features = np.random.default_rng(3).normal(0, 20, (300, 2))
    whole = net.probabilities(features)
    monkeypatch.setattr(judge_net, "ROWS_AT_ONCE", 17)
    monkeypatch.setattr(judge_net, "ALONE", 1)
    assert (net.probabilities(features) == whole).all()


def test_no_lines_have_no_answers(net):
    assert net.probabilities(np.zeros((0, 2))).shape == (0,)


def test_a_network_is_read_as_it_was_written(net, tmp_path, monkeypatch):
    net.save(tmp_path / "some.npz")
    monkeypatch.setattr(judge_trees, "MODELS", tmp_path)
    features = np.random.default_rng(4).normal(0, 20, (30, 2))
    assert (load_net("some").probabilities(features) == net.probabilities(features)).all()
    with pytest.raises(ConfigError, match=r"train\.py"):
        load_net("none")


def test_no_sum_of_the_shipped_network_leaves_the_whole_numbers_of_float32():
    net = load_net("text_net")
    for one, most in ((net.enter, MOST_IN), *((one, MOST) for one in (*net.around, net.whole, net.leave))):
        assert (np.abs(one.weights).sum(axis=0) * most + np.abs(one.bias)).max() < 2**24


def test_the_surest_answers_of_the_first_stage_are_no_louder_than_the_sure_ones():
    assert log_odds(np.array([0.0, 0.001, 0.5, 0.999, 1.0])).tolist() == pytest.approx(
        [-6.9068, -6.9068, 0.0, 6.9068, 6.9068], abs=1e-3
    )
