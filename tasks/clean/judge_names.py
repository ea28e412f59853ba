"""What class names and ids have meant on other sites: a lexicon learned from the development set.

A token's score is the log-odds that text below an element of that name belongs to the article, counted by
site, so that no site weighs more than another. Names seen on few sites are not in it.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from functools import cache, lru_cache

import numpy as np

from tasks.clean.judge_lines import Floats, Ints
from tasks.clean.judge_trees import MODELS
from tasks.clean.page import Lines

_PART = re.compile(r"[A-Z]?[a-z0-9]++|[A-Z]++")
_NUMBER = re.compile(r"\d{3}")  # generated names
_MAX_TOKEN_CHARS = 40
SCORE_UNIT = 0.01  # log-odds of one step in the file
UP = 6  # containers above a line that are looked at one by one


@lru_cache(maxsize=20_000)
def name_tokens(names: str) -> tuple[str, ...]:
    """Whole names and, marked with ~, their parts; sorted, without generated ones."""
    found = {x for x in _spelled(names) if not x[1:].isdigit() or x[0] != "~"}
    return tuple(sorted(x for x in found if len(x) < _MAX_TOKEN_CHARS and not _NUMBER.search(x)))


def _spelled(names: str) -> list[str]:
    """Whole names and their parts as they stand."""
    return [*names.lower().split(), *["~" + part.lower() for part in _PART.findall(names)]]


@cache
def read_lexicon(name: str) -> Mapping[str, float]:
    """Scores by token from `models/<name>.json`."""
    told: dict[str, int] = json.loads((MODELS / f"{name}.json").read_text(encoding="utf-8"))
    return {token: score * SCORE_UNIT for token, score in told.items()}


def load_names() -> Mapping[str, float]:
    """Scores of the shipped lexicon, `models/page_names.json`."""
    return read_lexicon("page_names")


def name_features(lines: Lines, branch: Ints, lexicon: Mapping[str, float]) -> tuple[Floats, list[str]]:
    """Scores of the containers of each line, shape (n_lines, k), and their names.

    branch: for each container the one at which its way leaves the way to the main container.
    """
    nodes = lines.nodes
    mean, low, high = _node_scores(nodes.names, lexicon)
    parents = nodes.parent.tolist()
    least, total = low.tolist(), mean.tolist()
    for number in range(1, len(parents)):
        up = parents[number]
        total[number] += total[up]
        least[number] = min(least[number], least[up])
    here = lines.node
    near_low, near_high = np.zeros(len(here)), np.zeros(len(here))
    near_sum = np.zeros(len(here))
    columns: list[Floats] = []
    for step in range(UP):
        if step < 4:
            columns.append(mean[here])
        near_low, near_high = np.minimum(near_low, low[here]), np.maximum(near_high, high[here])
        near_sum += mean[here]
        here = nodes.parent[here]
    side = branch[lines.node]
    columns += [near_low, near_high, near_sum, np.array(least)[lines.node], np.array(total)[lines.node]]
    columns += [mean[side], low[side], high[side]]
    names = [
        "name0", "name1", "name2", "name3", "name_low", "name_high", "name_sum", "name_least", "name_total",
        "name_branch", "name_branch_low", "name_branch_high",
    ]  # fmt: skip
    return np.stack(columns, axis=1), names


def _node_scores(names: tuple[str, ...], lexicon: Mapping[str, float]) -> tuple[Floats, Floats, Floats]:
    known: dict[str, tuple[float, float, float]] = {"": (0.0, 0.0, 0.0)}
    scores: list[tuple[float, float, float]] = []
    for text in names:
        found = known.get(text)
        if found is None:
            told = {token for token in _spelled(text) if token in lexicon}  # those left out are not in it
            values = [lexicon[token] for token in sorted(told)]
            found = (sum(values) / len(values), min(values), max(values)) if values else (0.0, 0.0, 0.0)
            known[text] = found
        scores.append(found)
    table = np.array(scores, np.float64)
    return table[:, 0], table[:, 1], table[:, 2]
