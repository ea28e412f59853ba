"""The learning curve of the judge: `uv run --group bench python benchmarks/clean/curve.py --shared ../shared [--kind page|text]`.

The first stage is trained on a quarter, a half and all of the sites of folds 0 to 3, lexicons included, and keeps
lines of fold 4, whose sites it has not seen. Where the curve is flat more pages of the same kind would not help:
pages, 160, 313 and 608 sites: F1 0.957, 0.961, 0.963.
"""

from __future__ import annotations

import argparse
import hashlib
from collections.abc import Sequence
from pathlib import Path

import numpy as np
from boosting import fit, to_trees
from dataset import Floats, Lines, Row, page_lines, plain_lines, read_rows
from scores import DocScore, grouped, score
from train import DEPTH, EASY_CHARS, EASY_STEP, N_TREES, RATE, SEED

from tasks.clean.judge.probability import SURE, relative

UNSEEN = 4
PARTS = (0.25, 0.5, 1.0)
KEEP_AT = 0.4


def some(rows: Sequence[Row], part: float) -> list[Row]:
    """Fold 4, and of the other folds the sites whose hash is in the part."""
    return [row for row in rows if row["fold"] == UNSEEN or _place(row["site"]) < part]


def _place(site: str) -> float:
    return int(hashlib.sha256(site.encode()).hexdigest()[:8], 16) / 16**8


def unseen_predictions(lines: Lines) -> Floats:
    """What a first stage trained on the other folds says of each line; only fold 4's are meant."""
    matrix = np.hstack([lines.features, lines.looked_up[UNSEEN]])
    labels = (lines.labels >= 0.5).astype(np.float64)
    easy = (labels == 0) & (lines.features[:, 0] < EASY_CHARS)
    use = (lines.fold != UNSEEN) & (~easy | (np.arange(len(labels)) % EASY_STEP == 0))
    weights = np.where(easy, lines.weights * EASY_STEP, lines.weights)
    trees = to_trees(
        fit(
            matrix[use],
            labels[use],
            weights[use],
            n_trees=N_TREES["first"],
            depth=DEPTH,
            rate=RATE,
            seed=SEED,
        ),
        lines.names,
    )
    columns = [lines.names.index(name) for name in trees.names]
    return trees.probabilities(matrix[:, columns].astype(np.float64))


def figures(lines: Lines, predictions: Floats) -> dict[str, dict[str, float]]:
    """Macro figures on fold 4 by input."""
    bounds = lines.bounds()
    docs: dict[str, dict[str, DocScore]] = {}
    for number, row in enumerate(lines.rows):
        if row["fold"] != UNSEEN or lines.given[number] == "short":  # made texts are trained on, not scored
            continue
        low, high = bounds[number], bounds[number + 1]
        sure = SURE["html" if lines.kind == "page" else "text"]
        keep = relative(predictions[low:high], lines.shapes[number].weight, sure) >= KEEP_AT
        text = "\n".join(line for line, stays in zip(lines.texts[number], keep, strict=True) if stays)
        given = lines.given[number]
        held = row["text_full" if given == "html" else given]
        docs.setdefault(given, {})[row["id"]] = score(row["gold_text"], held, text)
    set_of = {row["id"]: row["set"] for row in lines.rows}
    return {given: grouped(found, set_of.__getitem__)["macro"] for given, found in docs.items()}


def main() -> None:
    """The command line."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--shared", type=Path, required=True, help="folder with bench/clean/dev.jsonl.gz")
    parser.add_argument("--kind", choices=("page", "text"), action="append")
    args = parser.parse_args()
    rows = read_rows(args.shared / "bench" / "clean" / "dev.jsonl.gz")
    for kind in args.kind or ("page", "text"):
        for part in PARTS:
            chosen = some(rows, part)
            lines = page_lines(chosen) if kind == "page" else plain_lines(chosen)
            n_sites = len({row["site"] for row in chosen if row["fold"] != UNSEEN})
            for given, macro in figures(lines, unseen_predictions(lines)).items():
                print(
                    f"{given:<10} {part:4.0%} of the sites ({n_sites}): F1 {macro['F1']:.4f}  lost {macro['lost']:.4f}  left {macro['left']:.4f}",
                    flush=True,
                )


if __name__ == "__main__":
    main()
