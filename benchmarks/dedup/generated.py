"""Generated news by the million: own templates and made-up words, with copies, furniture and template families.

Document i is a function of (seed, i) alone, so that any shard can be made by itself and a corpus of 10,000 is the
beginning of one of 1,000,000. What is like real news: length (60 to 600 words, mean about 230), words by Zipf's law,
stock phrases that many articles share, two footers a source, one article in six a copy (another footer, a cut, edits of
1 to 8 % of words, or exact), one in twenty-five a report from a template. What is not: sentences have no grammar, and
copies lie within WINDOW documents of their original.
"""

from __future__ import annotations

import random
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cache
from itertools import accumulate

WINDOW = 4_000  # a copy stands at most so many documents behind its original
COPY_FRAC, TEMPLATE_FRAC = 0.16, 0.04
DOCS_A_DAY = 2_000
_SYLLABLES = [a + b for a in ("b", "br", "d", "f", "g", "k", "l", "m", "n", "p", "r", "s", "st", "t", "v") for b in "aeiou"]  # fmt: skip
_N_WORDS, _N_PHRASES, _N_SOURCES = 30_000, 4_000, 200


@dataclass(frozen=True, slots=True)
class Article:
    """One generated document. original: number of the document it is a copy of; its own where it is none."""

    number: int
    original: int
    source: str
    day: int
    title: str
    text: str

    @property
    def doc_id(self) -> str:
        """16 hex digits; says nothing of the order."""
        return f"{(self.number * 0x9E3779B97F4A7C15) % 2**64:016x}"


def generate(start: int, end: int, seed: int = 0) -> Iterator[Article]:
    """Documents start to end of the corpus of this seed."""
    return (_article(number, seed) for number in range(start, end))


def _article(number: int, seed: int) -> Article:
    dice = random.Random(seed * 1_000_003 + number)
    kind = dice.random()
    original = number
    if kind < COPY_FRAC and number:
        original = _root(number - 1 - dice.randrange(min(WINDOW, number)), seed)
    source = dice.randrange(_N_SOURCES)
    if kind > 1 - TEMPLATE_FRAC:
        title, body = _report(dice)
    else:
        title, body = _story(original, seed)
        if original != number:
            title, body = _copied(dice, title, body)
    text = "\n\n".join([*body, *_footers(source)]) if dice.random() < 0.7 else "\n\n".join(body)
    return Article(number, original, f"source-{source:03d}", number // DOCS_A_DAY, title, text)


def _root(number: int, seed: int) -> int:
    """An original at or before this number: copies and reports are passed over."""
    while number:
        kind = random.Random(seed * 1_000_003 + number).random()
        if COPY_FRAC <= kind <= 1 - TEMPLATE_FRAC:
            break
        number -= 1
    return number


def _story(number: int, seed: int) -> tuple[str, list[str]]:
    dice = random.Random(seed * 1_000_003 + number + 2**40)
    words, weights = _vocabulary()
    n_words = min(600, max(60, int(dice.lognormvariate(5.3, 0.5))))
    drawn = dice.choices(words, cum_weights=weights, k=n_words)
    names = [dice.choice(words).capitalize() for _ in range(4)]
    sentences, place = [], 0
    while place < n_words:
        size = dice.randint(8, 26)
        parts = drawn[place : place + size]
        if dice.random() < 0.3:
            parts = [*_phrases()[min(_N_PHRASES - 1, int(dice.paretovariate(0.6)) - 1)], *parts]
        parts[dice.randrange(len(parts))] = dice.choice(names)
        if dice.random() < 0.2:
            parts[dice.randrange(len(parts))] = str(dice.randint(2, 4_000))
        sentences.append(_sentence(parts))
        place += size
    title = " ".join(dice.choices(words, cum_weights=weights, k=7)).capitalize()
    return title, [" ".join(sentences[at : at + 3]) for at in range(0, len(sentences), 3)]


def _copied(dice: random.Random, title: str, body: list[str]) -> tuple[str, list[str]]:
    kind = dice.random()
    if kind < 0.2:
        return title, body
    if kind < 0.5 and len(body) > 2:
        body = body[: max(1, int(len(body) * dice.uniform(0.3, 0.9)))]
    if kind > 0.35:
        words, weights = _vocabulary()
        rate = dice.choice((0.01, 0.03, 0.08))
        body = [" ".join(dice.choices(words, cum_weights=weights)[0] if dice.random() < rate else word
                         for word in part.split(" ")) for part in body]  # fmt: skip
    return " ".join(dice.choices(_vocabulary()[0], k=6)).capitalize(), body


def _report(dice: random.Random) -> tuple[str, list[str]]:
    """A report from one of 40 templates: four fifths of its words are those of every other."""
    words, sentences = _vocabulary()[0], _templates()[dice.randrange(40)]
    filled = [_sentence([dice.choice(words) if part == "?" else str(dice.randint(2, 900)) if part == "#" else part
                         for part in parts]) for parts in sentences]  # fmt: skip
    return filled[0][:50], [" ".join(filled[at : at + 3]) for at in range(0, len(filled), 3)]


def _sentence(parts: Sequence[str]) -> str:
    text = " ".join(parts)
    return text[:1].upper() + text[1:] + "."


@cache
def _vocabulary() -> tuple[list[str], list[float]]:
    """Made-up words, and the sums of their weights by Zipf's law."""
    dice = random.Random(7)
    words: dict[str, None] = {}
    while len(words) < _N_WORDS:
        words["".join(dice.choices(_SYLLABLES, k=1 + min(4, len(words).bit_length() // 4)))] = None
    return list(words), list(accumulate(1 / (rank + 5) for rank in range(_N_WORDS)))


@cache
def _phrases() -> list[list[str]]:
    """Stock phrases of 5 to 9 words."""
    dice = random.Random(11)
    words, weights = _vocabulary()
    return [dice.choices(words, cum_weights=weights, k=dice.randint(5, 9)) for _ in range(_N_PHRASES)]


@cache
def _templates() -> list[list[list[str]]]:
    dice = random.Random(13)
    words, weights = _vocabulary()

    def slot(word: str) -> str:
        return dice.choice("?#") if dice.random() < 0.2 else word

    return [
        [
            [slot(word) for word in dice.choices(words, cum_weights=weights, k=dice.randint(9, 20))]
            for _ in range(9)
        ]
        for _ in range(40)
    ]


@cache
def _footers(source: int) -> tuple[str, str]:
    dice = random.Random(f"footer {source}")
    words, weights = _vocabulary()
    one, two = (_sentence(dice.choices(words, cum_weights=weights, k=k)) for k in (14, 22))
    return one, two
