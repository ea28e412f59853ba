"""Short stories among much boilerplate: what scrapers of small sites and agencies drop, and the set has little of.

The beginning of a page's article, with lines around and between its paragraphs that stood outside the articles of
other pages of the same fold. Judged by models of whole pages, such texts lost their last paragraphs. Some paragraphs are
parted into sentences: pages have few paragraphs of one short sentence, and models that had seen few took them for teasers.
"""

from __future__ import annotations

import random
import re
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Any

import numpy as np
from invented import invented_blocks, spaced, with_traps, wording_of

Row = Mapping[str, Any]
SEED = 7
CHARS = (700, 2_600)  # of the article's part
LEAST_PARAGRAPHS = 3
RUN_LINES, RUN_CHARS = 4, 220  # boilerplate comes in runs of neighbours, none longer than a teaser
SENTENCE_CHARS = 120  # longer sentences outside a gold are another story's, or the gold is wrong
ABOVE, BETWEEN, BELOW = (0, 4), (0, 4), (0, 6)  # runs put in at each place, at least and at most
TITLED_FRAC, BARE_FRAC, WORDED_FRAC, TRAPPED_FRAC = 0.7, 0.1, 0.7, 0.4
STORIES = {"en": 2}  # of each page; three quarters of the set is English
OTHER_STORIES = 5
BROKEN_FRAC = 0.3  # of the paragraphs are parted
# Where a sentence ends: not behind an initial, a title or a number.
_END = re.compile(r"(?:(?<=[^\W\d_A-Z]{4})\.|[!?…])[\"”»’“]?\s+(?=[\"“„«¿¡]?[^\W\d_a-z])")


@dataclass(frozen=True, slots=True)
class Story:
    """A made text, its lines, and for each whether it is the article's."""

    row: Row
    text: str
    texts: list[str]
    labels: list[float]


def short_stories(
    rows: Sequence[Row], texts: Sequence[list[str]], labels: Sequence[np.ndarray]
) -> list[Story]:
    """Some stories of each page whose article has paragraphs enough.

    texts, labels: the lines of all whole dumps, then of all light ones, and the share of each that is the gold's.
    """
    rng = random.Random(SEED)
    n_rows = len(rows)
    pool: dict[tuple[int, str], list[list[str]]] = defaultdict(list)
    for row, lines, label in zip(rows, texts[:n_rows], labels[:n_rows], strict=True):
        pool[row["fold"], row["lang"]] += _runs(lines, label, rng)
    made = (
        _story(row, texts[n_rows + number], labels[n_rows + number], pool[row["fold"], row["lang"]], rng)
        for number, row in enumerate(rows)
        for _ in range(STORIES.get(row["lang"], OTHER_STORIES))
    )
    return [story for story in made if story is not None]


def _runs(lines: list[str], label: np.ndarray, rng: random.Random) -> list[list[str]]:
    """Neighbouring lines that no gold holds, cut into runs."""
    runs: list[list[str]] = []
    now: list[str] = []
    for line, share in zip(lines, label, strict=True):
        is_prose = len(line) > SENTENCE_CHARS and line.rstrip().endswith((".", "!", "?"))
        fits = share < 0.1 and len(line.strip()) <= RUN_CHARS and not is_prose
        if fits:
            now.append(line.strip())
        if now and (not fits or len(now) >= rng.randint(1, RUN_LINES)):
            runs.append(now)
            now = []
    return runs


def _story(
    row: Row, lines: list[str], label: np.ndarray, pool: list[list[str]], rng: random.Random
) -> Story | None:
    wanted, article = rng.randint(*CHARS), list[str]()
    for line, share in zip(lines, label, strict=True):
        if share >= 0.9 and sum(map(len, article)) < wanted:
            article.append(line.strip())
    if len(article) < LEAST_PARAGRAPHS or len(pool) < 50:
        return None
    bare = rng.random() < BARE_FRAC
    some = {place: 0 if bare else rng.randint(*places) for place, places in _PLACES.items()}
    blocks: list[tuple[list[str], float]] = [(run, 0.0) for run in rng.sample(pool, some["above"])]
    if row["title"] and rng.random() < TITLED_FRAC:
        blocks.insert(rng.randint(0, len(blocks)), ([row["title"].strip()], 0.0))
    body: list[tuple[list[str], float]] = [
        ([piece], 1.0)
        for line in article
        for piece in (_broken(line, rng) if rng.random() < BROKEN_FRAC else [line])
    ]
    wording = None if bare else wording_of(row["lang"], row["fold"], rng.randint(0, 9))
    if wording is not None and wording.traps and rng.random() < TRAPPED_FRAC:
        with_traps(body, wording.traps, rng)
    for run in rng.sample(pool, some["between"]):
        body.insert(rng.randint(1, len(body)), (run[: rng.randint(1, 2)], 0.0))
    below = [(run, 0.0) for run in rng.sample(pool, some["below"])]
    if wording is not None and rng.random() < WORDED_FRAC:
        blocks += _some(wording.runs["^"], rng)
        below = _some(wording.runs["_"], rng) + below
        for block in _some(wording.runs["~"], rng):
            body.insert(rng.randint(1, len(body)), block)
    blocks += body + below
    return Story(
        {**row, "title": None},
        spaced(blocks, rng),
        [line for run, _ in blocks for line in run],
        [share for run, share in blocks for _ in run],
    )


def invented_stories() -> list[Story]:
    """Stories of invented articles among invented boilerplate."""
    return [
        Story(
            {**row, "title": None},
            text,
            [line for run, _ in blocks for line in run],
            [share for run, share in blocks for _ in run],
        )
        for row, text, blocks in invented_blocks()
    ]


def _some(runs: list[list[str]], rng: random.Random) -> list[tuple[list[str], float]]:
    return [(run, 0.0) for run in rng.sample(runs, min(len(runs), rng.randint(0, 3)))]


def _broken(paragraph: str, rng: random.Random) -> list[str]:
    """A paragraph parted at the end of its first sentence, before its last, or at each."""
    ends = [match.end() for match in _END.finditer(paragraph)]
    if not ends:
        return [paragraph]
    chosen = rng.choice((ends[:1], ends[-1:], ends))
    return [paragraph[a:b].strip() for a, b in pairwise([0, *chosen, len(paragraph)])]


_PLACES = {"above": ABOVE, "between": BETWEEN, "below": BELOW}
