"""Trains the judge on the development pack and writes tasks/dedup/models/judge.npz.

    python -m benchmarks.dedup.train PACK [--folds]

Deterministic: the same pack, LightGBM version and code give the same bytes. With --folds nothing is written;
each pair is judged by a model that saw neither of its documents' folds (every template family is wholly in one
fold), clusters are made of these judgements, and scored. The weights are held out then; the features, the constants of
the room and the parameters below are not: they were set by looking at this print for the whole pack.
"""

from __future__ import annotations

import argparse
import importlib.util
from pathlib import Path
from types import ModuleType
from typing import Any

import lightgbm as lgb
import numpy as np
from numpy.typing import NDArray

from benchmarks.dedup.pack import FOLDS, MeasuredPack, Pack, labels, measure, read_pack
from tasks.dedup import judge
from tasks.dedup.duplicates import settle
from tasks.dedup.evidence import Measured
from tasks.dedup.features import NAMES

TREES = 100
PARAMETERS = {
    "objective": "binary", "num_leaves": 12, "max_depth": 5, "learning_rate": 0.12, "min_data_in_leaf": 40, "lambda_l2": 5.0,
    "feature_fraction": 0.5, "bagging_fraction": 0.8, "bagging_freq": 1, "max_bin": 127,
    "seed": 1, "deterministic": True, "force_row_wise": True, "num_threads": 1, "verbose": -1,
}  # fmt: skip


def train(features: NDArray[np.float64], copies: NDArray[np.bool_]) -> lgb.Booster:
    """The booster of labelled pairs."""
    return lgb.train(PARAMETERS, lgb.Dataset(features, copies.astype(float)), TREES)


def judge_by_folds(
    measured: Measured, copies: NDArray[np.bool_], folds: NDArray[np.int64]
) -> NDArray[np.float64]:
    """Probability of each pair from a model that saw no pair with a document of its folds."""
    probability = np.zeros(len(copies))
    for one in range(FOLDS):
        for other in range(one, FOLDS):
            held = ((folds[0] == one) & (folds[1] == other)) | ((folds[0] == other) & (folds[1] == one))
            seen = ~np.isin(folds, [one, other]).any(axis=0)
            if held.any():
                probability[held] = train(measured.features[seen], copies[seen]).predict(
                    measured.features[held]
                )
    return np.round(probability, 4)


def export(booster: lgb.Booster, path: Path) -> None:
    """The trees as the flat arrays of tasks.dedup.judge.Forest."""
    nodes: list[tuple[int, float, int, int, float]] = []
    roots = []
    for tree in booster.dump_model()["tree_info"]:
        roots.append(len(nodes))
        _add(tree["tree_structure"], nodes)
    feature, threshold, left, right, value = zip(*nodes, strict=True)
    np.savez_compressed(
        path, names=np.array(NAMES), feature=np.array(feature, np.uint8), threshold=np.array(threshold),
        left=np.array(left, np.uint16), right=np.array(right, np.uint16), value=np.array(value),
        roots=np.array(roots, np.uint16), depth=np.array(PARAMETERS["max_depth"]),
    )  # fmt: skip


def _add(node: dict[str, Any], nodes: list[tuple[int, float, int, int, float]]) -> int:
    place = len(nodes)
    nodes.append((0, 0.0, place, place, node.get("leaf_value", 0.0)))
    if "leaf_value" not in node:
        left, right = _add(node["left_child"], nodes), _add(node["right_child"], nodes)
        nodes[place] = (node["split_feature"], node["threshold"], left, right, 0.0)
    return place


def score_folds(
    folder: Path, pack: Pack, measured: MeasuredPack, probability: NDArray[np.float64]
) -> dict[str, Any]:
    """The pack's own scores of the clusters that these probabilities give."""
    documents, corpus, pairs, capped = measured
    score = load_score(folder)
    label = settle(pairs, probability, capped)
    predicted = {
        documents.ids[row]: str(name)
        for name, group in zip(label.tolist(), corpus.groups, strict=True)
        for row in group
    }
    result, named = score.clusters(dict(pack.gold), predicted)
    return {**result, **score.breakdown(pack.gold, named, pack.meta)}


def load_score(folder: Path) -> ModuleType:
    """The scorer that comes with the pack."""
    spec = importlib.util.spec_from_file_location("score", folder / "score.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def main() -> None:
    """Train and write, or judge by folds and print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("pack", type=Path)
    parser.add_argument("--folds", action="store_true")
    options = parser.parse_args()
    pack = read_pack(options.pack)
    documents, corpus, measured, capped = measure(pack)
    copies, folds = labels(pack, documents, corpus, measured)
    if not options.folds:
        export(train(measured.features, copies), judge.MODELS / "judge.npz")
        return
    probability = judge_by_folds(measured, copies, folds)
    load_score(options.pack).show(
        score_folds(options.pack, pack, (documents, corpus, measured, capped), probability)
    )


if __name__ == "__main__":
    main()
