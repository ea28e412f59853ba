"""Invented articles and boilerplate, `invented.txt`, and stories made of them: in wordings and languages the set has little of.

The file has articles (`@ language author headline`, its paragraphs `=`, captions `c`) and for each author and language
(`# language author`) what stands above (`^`), between (`~`) and below (`_`) articles, and sentences of an article that look
like boilerplate (`!`). ` ⏎ ` parts lines. An author's wording is in one fold alone, so that each fold's models are
measured on wording they have not seen.
"""

from __future__ import annotations

import random
import re
from collections import defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import Any

FILE = Path(__file__).parent / "invented.txt"
SEED = 11
STORIES, COUNTED = 8, 4  # of each article; those whose words the lexicon knows
BREAK = " ⏎ "
FOLD = {"1": 0, "2": 1, "3": 2, "wa": 3, "wb": 4, "wc": 3, "wd": 4}
ABOVE, BETWEEN, BELOW = (0, 6), (0, 4), (1, 7)  # blocks put in at each place, at least and at most
BARE_FRAC, TITLED_FRAC, CAPTION_FRAC, AGAIN_FRAC, QUOTE_FRAC, BLOCK_FRAC, TRAP_FRAC = (
    0.1,
    0.6,
    0.6,
    0.3,
    0.25,
    0.1,
    0.5,
)
STYLES = (("\n\n", "\n"), ("\n\n", "\n\n"), ("\n", "\n"))  # between blocks, and between the lines of one
_SENTENCE = re.compile(r"[^.!?]{40,160}[.!?][\"”»]?(?=\s|\Z)")
_QUOTED = re.compile(r"[“«„\"][^”»“\"]{20,140}[”»“\"]")

Block = tuple[list[str], float]


@dataclass(slots=True)
class Article:
    """An invented article and its pictures' captions, each of one or more lines."""

    language: str
    author: str
    title: str
    paragraphs: list[str] = field(default_factory=list)
    captions: list[list[str]] = field(default_factory=list)


@dataclass(slots=True)
class Wording:
    """What one author puts around articles of one language: runs of lines by place, and sentences that only look so."""

    runs: dict[str, list[list[str]]] = field(default_factory=lambda: defaultdict(list))
    traps: list[str] = field(default_factory=list)


@cache
def read_invented(path: Path = FILE) -> tuple[list[Article], Mapping[tuple[str, str], Wording]]:
    """The articles, and the wording by language and author."""
    articles: list[Article] = []
    wordings: dict[tuple[str, str], Wording] = defaultdict(Wording)
    here = Wording()
    for line in path.read_text(encoding="utf-8").splitlines():
        sign, _, text = line.partition(" ")
        if sign == "@":
            articles.append(Article(*text.split(" ", 2)))
        elif sign == "=":
            articles[-1].paragraphs.append(text)
        elif sign == "c":
            articles[-1].captions.append(text.split(BREAK))
        elif sign == "#":
            language, author = text.split()
            here = wordings[language, author]
        elif sign == "!":
            here.traps.append(text)
        else:
            here.runs[sign].append(text.split(BREAK))
    return articles, wordings


def wording_of(language: str, fold: int, number: int) -> Wording | None:
    """What one of the authors of this fold puts around articles, or None."""
    _, wordings = read_invented()
    found = [wordings[key] for key in sorted(wordings) if key[0] == language and FOLD[key[1]] == fold]
    return found[number % len(found)] if found else None


def invented_blocks() -> Iterator[tuple[dict[str, Any], str, list[Block]]]:
    """Stories as (row, text, blocks): each block's lines, and whether they are the article's."""
    rng = random.Random(SEED)
    articles, wordings = read_invented()
    for number, article in enumerate(articles):
        for turn in range(STORIES):
            row = {
                "id": f"invented-{number}-{turn}", "set": "invented", "site": f"invented-{number}", "is_counted": turn < COUNTED,
                "fold": FOLD[article.author], "lang": article.language, "title": article.title,
            }  # fmt: skip
            blocks = _blocks(article, wordings[article.language, article.author], rng)
            yield row, spaced(blocks, rng), blocks


def spaced(blocks: list[Block], rng: random.Random) -> str:
    """The text of blocks, in one of the ways in which dumps part lines."""
    between, within = rng.choice(STYLES)
    return between.join(within.join(lines) for lines, _ in blocks)


def with_traps(body: list[Block], traps: list[str], rng: random.Random) -> None:
    """Puts sentences of the article that look like boilerplate into it, alone or at a paragraph's end."""
    for trap in rng.sample(traps, min(len(traps), rng.randint(1, 3))):
        at = rng.randrange(len(body))
        if rng.random() < 0.6:
            body.insert(at + 1, ([trap], 1.0))
        else:
            body[at] = ([*body[at][0][:-1], f"{body[at][0][-1]} {trap}"], 1.0)


def _blocks(article: Article, wording: Wording, rng: random.Random) -> list[Block]:
    body: list[Block] = [([paragraph], 1.0) for paragraph in article.paragraphs]
    if rng.random() < 0.3:
        body = body[: max(3, len(body) // 2)]
    if wording.traps and rng.random() < TRAP_FRAC:
        with_traps(body, wording.traps, rng)
    bare = rng.random() < BARE_FRAC

    def some(place: str, bounds: tuple[int, int]) -> list[Block]:
        runs = wording.runs[place]
        return [] if bare else [(run, 0.0) for run in rng.sample(runs, min(len(runs), rng.randint(*bounds)))]

    above, below = some("^", ABOVE), some("_", BELOW)
    title = article.title
    if rng.random() < TITLED_FRAC:
        above.insert(rng.randint(0, len(above)), ([title], 0.0))
    middle = some("~", BETWEEN)
    if not bare:
        middle += [
            (run, 0.0)
            for run in article.captions
            if rng.random() < CAPTION_FRAC / max(1, len(article.captions) - 1)
        ]
        middle += _again(article, rng)
    for block in middle:
        body.insert(rng.randint(0, len(body)), block)
    return above + body + below


def _again(article: Article, rng: random.Random) -> list[Block]:
    """The headline, a quotation or a paragraph once more."""
    found: list[Block] = []
    if rng.random() < AGAIN_FRAC:
        title = rng.choice(
            (article.title, article.title.upper(), f"{article.title} | Gazette", f"Gazette: {article.title}")
        )
        found.append(([title], 0.0))
    paragraph = rng.choice(article.paragraphs)
    if rng.random() < QUOTE_FRAC:
        quotes = _QUOTED.findall(paragraph) or _SENTENCE.findall(paragraph)
        found += [([quotes[0].strip()], 0.0)] if quotes else []
    if rng.random() < BLOCK_FRAC:
        found.append(([rng.choice(article.paragraphs)], 0.0))
    return found
