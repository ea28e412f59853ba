"""Train the judge: `uv run --group bench --group train python benchmarks/clean/train.py --shared ../shared`.

Writes tasks/clean/judge/models/ (trees, a lexicon and what the features are worth, for each kind, for texts a network) and, with --folds, for each fold a folder of the same files trained on the other folds, for honest figures by bench.py.
Prints scores on the folds. The same set gives the same files. `--kind page` or `--kind text` trains one kind.

Texts are trained on short stories among boilerplate too (stories.py, invented.py), which are in no figure. The second
stage, of plain text, is trained on what first-stage models say of folds they have not seen, the network on what both
stages say of them. Fold 4 was looked at after every experiment: its figures are as optimistic as the others; the
network was chosen on folds 0-2.
"""

from __future__ import annotations

import argparse
import json
import time
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from boosting import fit, to_trees
from dataset import N_FOLDS, Floats, Lines, page_lines, plain_lines, read_rows
from scores import report

from tasks.clean.judge.names import SCORE_UNIT
from tasks.clean.judge.net import LOG_ODDS, Net, log_odds
from tasks.clean.judge.probability import LONG_LINES, NET_SHARE, settled
from tasks.clean.judge.topic import RUN_NAMES, TOPIC_NAMES, around_text
from tasks.clean.judge.trees import MODELS, Trees

# Set once, from a first experiment; a run over numbers of trees and depths was not finished. The second stage,
# which sees the first one's answers, has fewer.
N_TREES, DEPTH, RATE, SEED = {"first": 200, "second": 100}, 6, 0.08, 1
LEXICON_FILE = {"page": "page_names", "text": "text_words"}
EASY_CHARS = 60  # of boilerplate lines this short one in three is trained on, with three times the weight
EASY_STEP = 3
LEAST_TRUST = 0.3
WHOLE_WEIGHT = 2.0  # of whole dumps to the network
TWO_STAGES = frozenset(("text",))


@dataclass(slots=True)
class Stage:
    """One stage cross-validated: predictions for unseen folds, and the models; the last is of all folds."""

    predictions: Floats
    models: list[Trees]
    importance: dict[str, float]


@dataclass(slots=True)
class Nets:
    """The network cross-validated, as a `Stage` is."""

    predictions: Floats
    models: list[Net]


def train_stage(label: str, lines: Lines, features: np.ndarray, names: list[str], trust: Floats) -> Stage:
    """Models for each fold left out, and one of all. trust: what each document's labels are worth."""
    labels = (lines.labels >= 0.5).astype(np.float64)
    width = lines.features[:, 0]
    easy = (labels == 0) & (width < EASY_CHARS)
    taken = ~easy | (np.arange(len(labels)) % EASY_STEP == 0)
    weights = np.where(easy, lines.weights * EASY_STEP, lines.weights) * trust[lines.document]
    predictions = np.zeros(len(labels))
    models: list[Trees] = []
    importance = dict.fromkeys(names, 0.0)
    for left_out in range(N_FOLDS + 1):
        matrix = np.hstack([features, lines.looked_up[left_out]])
        use = taken & (lines.fold != left_out)
        model = fit(
            matrix[use], labels[use], weights[use], n_trees=N_TREES[label], depth=DEPTH, rate=RATE, seed=SEED
        )
        trees = to_trees(model, names)
        models.append(trees)
        for name, value in zip(names, model.get_feature_importance(), strict=True):
            importance[name] += float(value) / (N_FOLDS + 1)
        unseen = lines.fold == left_out
        column = [names.index(name) for name in trees.names]
        predictions[unseen] = trees.probabilities(matrix[unseen][:, column].astype(np.float64))
        print(f"  {lines.kind} {label}: fold {left_out} of {N_FOLDS}", flush=True)
    return Stage(predictions, models, importance)


def train_nets(lines: Lines, more: np.ndarray, more_names: list[str], stages: Mapping[str, Stage]) -> Nets:
    """Networks for each fold left out, and one of all, of the lines' features, `more` of them, and what the stages say."""
    from network import Texts, fit_network  # wants torch, of the group `train`; pages do without

    names = [*lines.names, *more_names, *LOG_ODDS]
    said = [log_odds(stages[label].predictions)[:, None].astype(np.float32) for label in ("first", "second")]
    given = np.array(lines.given)
    labels, bounds = (lines.labels >= 0.5).astype(np.float64), lines.bounds()
    weights = lines.weights * np.where(given == "text_full", WHOLE_WEIGHT, 1.0)[lines.document]
    fold = np.array([row["fold"] for row in lines.rows])
    found = Nets(np.zeros(len(labels)), [])
    for left_out in range(N_FOLDS + 1):
        matrix = np.hstack([lines.features, lines.looked_up[left_out], more, *said])
        use, texts = lines.fold != left_out, fold != left_out
        begins = np.concatenate(([0], np.cumsum(np.diff(bounds)[texts])))
        some = Texts(matrix[use], labels[use], weights[use], begins, given[texts] == "short")
        net = fit_network(some, names, SEED)
        found.models.append(net)
        for number in np.flatnonzero(fold == left_out):
            at = slice(bounds[number], bounds[number + 1])
            found.predictions[at] = net.probabilities(matrix[at].astype(np.float64))
        print(f"  {lines.kind} net: fold {left_out} of {N_FOLDS}", flush=True)
    return found


def trust_in(lines: Lines, predictions: Floats) -> Floats:
    """What each document's labels are worth: little where models of other folds see quite another article.

    Some golds hold a part of the article, or another one; what such a page teaches is wrong.
    """
    n = len(lines.rows)
    labels, weights = lines.labels >= 0.5, lines.weights
    hit = np.bincount(lines.document, weights * labels * predictions, n)
    both = np.bincount(lines.document, weights * (labels + predictions), n)
    return np.maximum(2 * hit / np.maximum(both, 1e-9), LEAST_TRUST)


def around(lines: Lines, first: Floats) -> tuple[np.ndarray, list[str]]:
    """The second stage's features from cross-validated predictions of the first."""
    bounds = lines.bounds()
    words = lines.features[:, lines.names.index("words")].astype(np.float64)
    made = [
        around_text(texts, words[a:b], first[a:b], shape)
        for a, b, texts, shape in zip(bounds[:-1], bounds[1:], lines.texts, lines.shapes, strict=True)
    ]
    return np.concatenate([item[0] for item in made]).astype(np.float32), made[0][1]


def train(lines: Lines, out: Path, folds: Path | None) -> None:
    """The stages of one kind, written and reported; pages have one."""
    n_own = lines.features.shape[1]
    stages = {"first": train_stage("first", lines, lines.features, lines.names, np.ones(len(lines.rows)))}
    mean, nets = stages["first"].predictions, None
    if lines.kind in TWO_STAGES:
        matrix, around_names = around(lines, mean)
        names = [*lines.names[:n_own], *around_names, *lines.names[n_own:]]
        trust = trust_in(lines, mean)
        stages["second"] = train_stage("second", lines, np.hstack([lines.features, matrix]), names, trust)
        seen = [around_names.index(name) for name in (*TOPIC_NAMES, *RUN_NAMES)]
        nets = train_nets(lines, matrix[:, seen], [around_names[at] for at in seen], stages)
        trees = (mean + stages["second"].predictions) / 2
        is_long = (np.diff(lines.bounds()) >= LONG_LINES)[lines.document]
        mean = np.where(is_long, (1 - NET_SHARE) * trees + NET_SHARE * nets.predictions, trees)
    for number in range(N_FOLDS + 1):
        folder = out if number == N_FOLDS else folds / str(number) if folds else None
        if folder is not None:
            folder.mkdir(parents=True, exist_ok=True)
            for label, stage in stages.items():
                stage.models[number].save(folder / f"{lines.kind}_{label}.npz")
            if nets is not None:
                nets.models[number].save(folder / f"{lines.kind}_net.npz")
            # the lexicon of a fold's model is of the other folds only: counted again there
            scores = {token: round(score / SCORE_UNIT) for token, score in lines.lexicons[number].items()}
            path = folder / f"{LEXICON_FILE[lines.kind]}.json"
            path.write_text(json.dumps(scores, ensure_ascii=False, indent=0) + "\n", encoding="utf-8")
    tell_importance(lines.kind, stages, out)
    bounds = lines.bounds()
    kind = "html" if lines.kind == "page" else "text"
    parts = zip(bounds[:-1], bounds[1:], lines.shapes, strict=True)
    told = [settled(mean[a:b], shape, kind) for a, b, shape in parts]
    report(lines, np.concatenate(told), "judge")
    if folds:
        np.savez_compressed(
            folds / f"{lines.kind}_predictions.npz",
            **{label: stage.predictions for label, stage in stages.items()},
            **({} if nets is None else {"net": nets.predictions}),
        )


def tell_importance(kind: str, stages: dict[str, Stage], out: Path) -> None:
    """What each feature is worth to each stage, in percent, the greatest first, beside the models."""
    told = [f"Importance of the features of the judge of {kind}s, percent of each stage, mean of six models."]
    for label, stage in stages.items():
        best = sorted(stage.importance.items(), key=lambda item: (-round(item[1], 2), item[0]))
        told += ["", f"{label} stage", *(f"{value:6.2f}  {name}" for name, value in best if value >= 0.005)]
    (out / f"{kind}_importance.txt").write_text("\n".join(told) + "\n", encoding="utf-8")


def main() -> None:
    """The command line."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--shared", type=Path, required=True, help="folder with bench/clean/dev.jsonl.gz")
    parser.add_argument("--kind", choices=("page", "text"), action="append")
    parser.add_argument("--out", type=Path, default=MODELS)
    parser.add_argument("--folds", type=Path, help="also write the models of each fold here")
    args = parser.parse_args()
    rows = read_rows(args.shared / "bench" / "clean" / "dev.jsonl.gz")
    for kind in args.kind or ("page", "text"):
        start = time.process_time()
        lines = page_lines(rows) if kind == "page" else plain_lines(rows)
        print(f"{kind}: {lines.features.shape[0]} lines, {len(lines.names)} features", flush=True)
        train(lines, args.out, args.folds)
        print(f"{kind}: {time.process_time() - start:.0f} processor seconds", flush=True)


if __name__ == "__main__":
    main()
