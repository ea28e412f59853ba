"""Training of symmetric trees, and their change into the project's own form."""

from __future__ import annotations

import json
import tempfile
from pathlib import Path

import numpy as np
from catboost import CatBoostClassifier, Pool
from numpy.typing import NDArray

from tasks.clean.judge.trees import LEAF_UNIT, Trees

Floats = NDArray[np.float64]
BORDERS = 48


def fit(  # noqa: PLR0913 (the parameters of a model)
    features: NDArray[np.float32],
    labels: Floats,
    weights: Floats,
    *,
    n_trees: int,
    depth: int,
    rate: float,
    seed: int,
) -> CatBoostClassifier:
    """A boosted classifier of symmetric trees; the same input gives the same model (one thread, fixed seed)."""
    model = CatBoostClassifier(
        iterations=n_trees, depth=depth, learning_rate=rate, random_seed=seed, border_count=BORDERS, rsm=0.25,
        l2_leaf_reg=10, bootstrap_type="MVS", subsample=0.5, score_function="L2", loss_function="Logloss",
        thread_count=1, verbose=False, allow_writing_files=False,
    )  # fmt: skip
    model.fit(Pool(features, labels, weight=weights))
    return model


def to_trees(model: CatBoostClassifier, names: list[str]) -> Trees:
    """The model in the form that the run-time evaluates."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "model.json"
        model.save_model(str(path), format="json")
        told = json.loads(path.read_text())
    numbers = [item["flat_feature_index"] for item in told["features_info"]["float_features"]]
    scale, (bias,) = told["scale_and_bias"]
    trees = told["oblivious_trees"]
    depth = max(len(tree["splits"]) for tree in trees)
    questions: dict[tuple[int, float], int] = {}
    splits = np.zeros((depth, len(trees)), np.int16)
    leaves = np.zeros((len(trees), 1 << depth), np.int32)
    for number, tree in enumerate(trees):
        asked = [
            (numbers[split["float_feature_index"]], float(np.float32(split["border"])))
            for split in tree["splits"]
        ]
        for bit in range(depth):
            # a tree that asks less repeats its first question: the leaves it cannot reach stay 0
            question = asked[bit] if bit < len(asked) else asked[0]
            splits[bit, number] = questions.setdefault(question, len(questions))
        values = np.round(np.array(tree["leaf_values"]) * scale / LEAF_UNIT).astype(np.int32)
        for leaf in range(1 << depth):
            leaves[number, leaf] = values[leaf & (len(values) - 1)]
    used = sorted({feature for feature, _ in questions})
    place = {feature: at for at, feature in enumerate(used)}
    return Trees(
        names=tuple(names[feature] for feature in used),
        questions=np.array([place[feature] for feature, _ in questions], np.int16),
        borders=np.array([border for _, border in questions], np.float32),
        splits=splits,
        leaves=leaves,
        bias=round(bias / LEAF_UNIT),
    )
