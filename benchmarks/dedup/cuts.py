"""Cuts and layout: edits of whole sentences and paragraphs, for edits.py.

Every edit takes a generator and a text (paragraphs parted by blank lines) and gives a text.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Callable, Sequence
from pathlib import Path
from random import Random

Edit = Callable[[Random, str], str]

_SENTENCE = re.compile(r"[^.!?。！？؟]*[.!?。！？؟]+[\"'”’」)]*\s*|[^.!?。！？؟]+$")
_WIDE = re.compile(r"[\u0e00-\u0eff\u3040-\u30ff\u3400-\u9fff]")

WORDS = tomllib.loads((Path(__file__).parent / "edits.toml").read_text(encoding="utf-8"))


def paragraphs(text: str) -> list[str]:
    """Its paragraphs, without empty ones."""
    return [part.strip() for part in text.split("\n\n") if part.strip()]


def sentences(text: str) -> list[str]:
    """Sentences as a stop or the end of a paragraph parts them."""
    return [found.strip() for part in paragraphs(text) for found in _SENTENCE.findall(part) if found.strip()]


def is_wide(text: str) -> bool:
    """Whether the text is written without spaces between words."""
    return len(_WIDE.findall(text)) > 0.3 * len(text)


def _join(parts: list[str]) -> str:
    return "\n\n".join(parts)


def _first(text: str, frac: float) -> str:
    """The first sentences up to a share of the characters, at least one, paragraphs kept."""
    left, kept = frac * len(text), []
    for part in paragraphs(text):
        inside = []
        for found in _SENTENCE.findall(part):
            if left <= 0:
                break
            inside.append(found)
            left -= len(found)
        if inside:
            kept.append("".join(inside).strip())
    return _join(kept)


def about(low: float, high: float) -> Edit:
    """An edit that leaves the first part of a text, a share of its characters between the two."""
    return lambda dice, text: _first(text, dice.uniform(low, high))


def teaser(dice: Random, text: str) -> str:
    """One or two sentences: 18 words at least, for less says nothing."""
    kept, found = "", sentences(text)
    for place, sentence in enumerate(found):
        kept += " " + sentence
        size = len(kept) / 2.5 if is_wide(kept) else len(kept.split())
        if size >= 18 and (place >= 1 or dice.random() < 0.4):
            break
    return kept.strip() + dice.choice(("", " ...", " […]", "\n\nRead the full story"))


def excerpt(dice: Random, text: str) -> str:
    """Two fifths to three fifths of the paragraphs, from anywhere."""
    parts = paragraphs(text)
    size = max(1, round(len(parts) * dice.uniform(0.4, 0.6)))
    start = dice.randrange(len(parts) - size + 1)
    return _join(parts[start : start + size])


def condense(dice: Random, text: str) -> str:
    """A quarter to a half of the sentences left out, and the ends of some others."""
    share, kept = dice.uniform(0.25, 0.5), []
    for part in paragraphs(text):
        inside = [found for found in sentences(part) if dice.random() > share]
        inside = [s.rsplit(",", 1)[0] + "." if "," in s and dice.random() < 0.3 else s for s in inside]
        kept += [" ".join(inside)] if inside else []
    return _join(kept) if len(_join(kept)) > 0.3 * len(text) else text


def tail(dice: Random, text: str) -> str:
    """The last third to two thirds of the paragraphs."""
    parts = paragraphs(text)
    return _join(parts[-max(1, round(len(parts) * dice.uniform(0.33, 0.66))) :])


def picked(dice: Random, text: str) -> str:
    """The first paragraph and a third to a half of the others."""
    head, *rest = paragraphs(text)
    kept = sorted(dice.sample(range(len(rest)), round(len(rest) * dice.uniform(0.33, 0.5))))
    return _join([head, *(rest[k] for k in kept)])


def late_start(dice: Random, text: str) -> str:
    """Without its first sentences: up to a quarter of the text."""
    found, n_chars = sentences(text), 0
    most = dice.uniform(0.08, 0.25) * len(text)
    for sentence in found[:-1]:
        if n_chars and n_chars + len(sentence) > most:
            break
        n_chars += len(sentence)
        text = text.replace(sentence, "", 1)
    return _join(paragraphs(text))


def local_end(dice: Random, text: str) -> str:
    """Sentences of a local desk behind the text, or between two paragraphs."""
    parts = paragraphs(text)
    added = " ".join(_say(dice, line) for line in dice.sample(WORDS["leads"], dice.randrange(1, 4)))
    parts.insert(
        dice.choice((len(parts), dice.randrange(1, len(parts) + 1))), added[: max(60, len(text) // 5)]
    )
    return _join(parts)


def shuffle(dice: Random, text: str) -> str:
    """The first paragraph, and half of the others moved."""
    head, *rest = paragraphs(text)
    for _ in range(max(1, len(rest) // 2)):
        if len(rest) > 1:
            rest.insert(dice.randrange(len(rest)), rest.pop(dice.randrange(len(rest))))
    return _join([head, *rest])


def local_lead(dice: Random, text: str) -> str:
    """One or two sentences of a local desk in place of, or before, the first ones: a fifth of the text at most."""
    lead = " ".join(_say(dice, line) for line in dice.sample(WORDS["leads"], dice.randrange(1, 3)))
    found = sentences(text)
    drop = 0
    while dice.random() < 0.6 and drop < len(found) // 6:
        drop += 1
    body = text
    for sentence in found[:drop]:
        body = body.replace(sentence, "", 1)
    return lead[: max(60, len(text) // 5)].rsplit(" ", 1)[0] + ".\n\n" + _join(paragraphs(body))


def _say(dice: Random, line: str) -> str:
    return line.format(
        dice.choice(WORDS["places"]), dice.choice(WORDS["days"]), dice.choice(WORDS["writers"])
    )


def insert(lines: Sequence[str], most: int) -> Edit:
    """An edit that puts up to `most` of these lines between the paragraphs."""

    def edit(dice: Random, text: str) -> str:
        parts = paragraphs(text)
        for _ in range(dice.randrange(1, most + 1)):
            parts.insert(dice.randrange(len(parts) + 1), _say(dice, dice.choice(lines)))
        return _join(parts)

    return edit


def both(one: Edit, other: Edit) -> Edit:
    """One edit after the other."""
    return lambda dice, text: other(dice, one(dice, text))
