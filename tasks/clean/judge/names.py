"""What class names and ids have meant on other sites: a lexicon learned from the development set.

A token's score is the log-odds that text below an element of that name belongs to the article, counted by
site, so that no site weighs more than another. Names seen on few sites are not in it.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache, lru_cache
from itertools import chain
from typing import NamedTuple

import numpy as np

from tasks.clean.judge.lines import Floats, Ints
from tasks.clean.judge.spellings import Known, Numbers
from tasks.clean.judge.tokens import distinct, numbered
from tasks.clean.judge.trees import MODELS
from tasks.clean.page import Lines, Nodes

_PART = re.compile(r"[A-Z]?[a-z0-9]++|[A-Z]++")
_NUMBER = re.compile(r"\d{3}")  # generated names
_MAX_TOKEN_CHARS = 40
SCORE_UNIT = 0.01  # log-odds of one step in the file
MAX_ANSWERS = 20_000  # held: 5 MB
UP = 6  # containers above a line that are looked at one by one


@lru_cache(maxsize=20_000)
def name_tokens(names: str) -> tuple[str, ...]:
    """Whole names and, marked with ~, their parts; sorted, without generated ones."""
    found = {x for x in _spelled(names) if not x[1:].isdigit() or x[0] != "~"}
    return tuple(sorted(x for x in found if len(x) < _MAX_TOKEN_CHARS and not _NUMBER.search(x)))


def _spelled(names: str) -> list[str]:
    """Whole names and their parts as they stand."""
    return [*names.lower().split(), *["~" + part.lower() for part in _PART.findall(names)]]


@dataclass(frozen=True, slots=True, eq=False)
class Lexicon:
    """Scores of tokens. A token's rank is its place among all in order of spelling; scores by rank.

    Sums of floats depend on their order: by rank they are the same in every process.
    """

    rank: Mapping[str, int]
    known: Known  # ranks by numbers of spellings
    score: Floats
    answers: dict[str, list[float]] = field(default_factory=dict)  # of names of containers asked before

    @classmethod
    def of(cls, scores: Mapping[str, float] | Lexicon) -> Lexicon:
        """The lexicon of these scores."""
        if isinstance(scores, Lexicon):
            return scores
        told = sorted(scores)
        return cls(
            {token: at for at, token in enumerate(told)},
            Known(told),
            np.array([scores[token] for token in told], np.float64),
        )

    def told(self, tokens: Sequence[str], where: Ints) -> Told:
        """What is known of the tokens that stand in each place, shape (n_tokens,): each once a place."""
        rank = self.rank.get
        ranks = np.array([rank(token, -1) for token in tokens], np.int64)
        known = ranks >= 0
        return self._told(where[known], ranks[known])

    def told_by_number(self, numbers: Numbers, where: Ints) -> Told:
        """The same of the tokens whose spellings have these numbers."""
        which, ranks = self.known.places(numbers)
        return self._told(where[which], ranks)

    def _told(self, where: Ints, ranks: Ints) -> Told:
        place, number = distinct(where, ranks)
        score = self.score[number]
        begin = np.flatnonzero(np.diff(place, prepend=-1))
        n_known = np.diff(begin, append=len(place))
        total: Floats = np.bincount(place, score)[place[begin]].astype(np.float64)
        low = np.minimum.reduceat(score, begin) if len(begin) else score
        high = np.maximum.reduceat(score, begin) if len(begin) else score
        return Told(place[begin], total / n_known, low, high, total, n_known)


class Told(NamedTuple):
    """Of each place of which something is known, shape (n,): mean, least, greatest and sum of scores, and how many."""

    place: Ints
    mean: Floats
    low: Floats
    high: Floats
    total: Floats
    n_known: Ints


@cache
def read_lexicon(name: str) -> Lexicon:
    """Scores by token from `models/<name>.json`."""
    told: dict[str, int] = json.loads((MODELS / f"{name}.json").read_text(encoding="utf-8"))
    return Lexicon.of({token: score * SCORE_UNIT for token, score in told.items()})


def load_names() -> Lexicon:
    """Scores of the shipped lexicon, `models/page_names.json`."""
    return read_lexicon("page_names")


def name_features(
    lines: Lines, branch: Ints, lexicon: Mapping[str, float] | Lexicon
) -> tuple[Floats, list[str]]:
    """Scores of the containers of each line, shape (n_lines, k), and their names.

    branch: for each container the one at which its way leaves the way to the main container.
    """
    nodes = lines.nodes
    mean, low, high = _node_scores(nodes, Lexicon.of(lexicon))
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


def _node_scores(nodes: Nodes, lexicon: Lexicon) -> Floats:
    """Mean, least and greatest score of the names of each container that holds lines, shape (3, n_nodes); else 0."""
    holds = np.flatnonzero(nodes.end_line > nodes.first_line)
    number, names = numbered([nodes.names[at] for at in holds.tolist()])
    if len(lexicon.answers) > MAX_ANSWERS:
        lexicon.answers.clear()
    new = [text for text in names if text not in lexicon.answers]  # pages of a site share most of theirs
    lexicon.answers.update(zip(new, _told(new, lexicon).T.tolist(), strict=True))
    table = np.array([lexicon.answers[text] for text in names]).reshape(-1, 3).T
    found = np.zeros((3, len(nodes.parent)))
    found[:, holds] = table[:, number]
    return found


def _told(names: Sequence[str], lexicon: Lexicon) -> Floats:
    """Mean, least and greatest score of these names of containers, shape (3, n)."""
    spelled = [_spelled(text) for text in names]  # those that `name_tokens` leaves out are not in the lexicon
    where = np.repeat(np.arange(len(spelled)), [len(tokens) for tokens in spelled])
    told = lexicon.told(list(chain.from_iterable(spelled)), where)
    table = np.zeros((3, len(spelled)))
    table[:, told.place] = told.mean, told.low, told.high
    return table
