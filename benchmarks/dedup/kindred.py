"""Kindred stories: another event told by the sentences of an article, in any language: for look-alikes.

Names, figures and some other words are exchanged, each for the same one throughout; of the sentences all stay, as in reports
that are filled in, or some, among others.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from random import Random

from benchmarks.dedup.cuts import is_wide, paragraphs, sentences
from benchmarks.dedup.sequels import pieces

_WORD = re.compile(r"\d+|[^\W\d_]+")
_DIGITS = re.compile(r"\d+")
_WIDE_WORD = re.compile(
    r"\d+|[\u4e00-\u9fff\u30a0-\u30ff]{2,4}|[\u0e00-\u0e7f]{3,8}|[A-Za-z]+"
)  # taken for a word where no space parts them


def _words(text: str) -> re.Pattern[str]:
    return _WIDE_WORD if is_wide(text) else _WORD


def exchanged(dice: Random, text: str, other: str) -> dict[str, str]:
    """What stands for what in the other event: two fifths to all of the figures, half to all of the names, some more words."""
    pattern, found = _words(text), sorted(set(_words(text).findall(text)))
    instead = [word for word in sorted(set(pattern.findall(other))) if not word.isdigit()] or found
    named = [word for word in instead if word[0].isupper() and not word.isupper()] or instead
    cased = any(
        word[0].isupper() for word in found
    )  # without capitals it is the other words that tell the event
    share, more, counts = dice.uniform(0.5, 1.0), dice.uniform(0.02, 0.12), dice.uniform(0.4, 1.0)
    more += 0 if cased else 0.06
    figures = [word for word in found if word.isdigit()]
    table: dict[str, str] = {}
    for word in found:
        if word.isdigit():
            low = 10 ** (len(word) - 1)
            if dice.random() < counts:  # by chance, one that stands elsewhere too
                table[word] = (
                    str(dice.randrange(low, 10 * low)) if dice.random() < 0.7 else dice.choice(figures)
                )
        elif word[0].isupper() and not word.isupper():
            if dice.random() < share:
                table[word] = dice.choice(named)
        elif len(word) > 2 and dice.random() < more:
            table[word] = dice.choice(instead)
    return table


def counted(dice: Random, text: str) -> str:
    """The text with figures for some of its words, as reports have them."""
    share = dice.uniform(0.02, 0.12)

    def figure(match: re.Match[str]) -> str:
        if dice.random() >= share:
            return match[0]
        whole = dice.randrange(10 ** dice.randrange(1, 5))
        return f"{whole}.{dice.randrange(100)}" if dice.random() < 0.3 else str(whole)

    return _words(text).sub(figure, text)


def told_of(text: str, table: dict[str, str]) -> str:
    """The text with its words exchanged."""
    return _words(text).sub(lambda match: table.get(match[0], match[0]), text)


def kindred(
    dice: Random, old: tuple[str, str], scrap: Callable[[float], tuple[str, str]], share: float
) -> tuple[str, str]:
    """Another event's title and text. share: of the sentences that stay; scrap: other ones, about so many characters."""
    title, text = old
    other = scrap(len(text))[1]
    table = exchanged(dice, text, other)
    new = sentences(other)
    dice.shuffle(new)
    parts = []
    for part in paragraphs(text):
        told = []
        for sentence in sentences(part):
            if dice.random() < share:
                told.append(told_of(sentence, table))
            elif new and dice.random() < 0.7:
                told.append(new.pop())
        parts += [("" if is_wide(text) else " ").join(told)] if told else []
    if share < 1 and dice.random() < 0.4:
        rest = parts[1:]
        dice.shuffle(rest)
        parts = [*parts[:1], *rest]
    return dice.choice((told_of(title, table), title)), "\n\n".join(parts or [told_of(text, table)])


def stocked(dice: Random, text: str, lines: list[str]) -> str:
    """A text with some of its desk's stock sentences between its own: a tenth to two fifths of it, figures and names exchanged or not."""
    own = sentences(text)
    left = sum(map(len, own)) * dice.uniform(0.1, 0.66)
    table = exchanged(dice, " ".join(lines), text) if dice.random() < 0.5 else {}
    for line in dice.sample(lines, len(lines)):
        if left < len(line) / 2:
            break
        own.insert(dice.randrange(len(own) + 1), told_of(line, table))
        left -= len(line)
    size, space = dice.randrange(1, 4), "" if is_wide(text) else " "
    return "\n\n".join(space.join(own[k : k + size]) for k in range(0, len(own), size))


def short(dice: Random, text: str, low: int = 250, high: int = 1_400) -> str:
    """The first sentences of a text, as a brief has: each a paragraph of its own, or two or three together."""
    most, kept, n_chars = dice.uniform(low, high) / (3 if is_wide(text) else 1), list[str](), 0
    for sentence in sentences(text):
        if n_chars + len(sentence) > most and len(kept) > 1:
            break
        kept.append(sentence)
        n_chars += len(sentence)
    size = dice.randrange(1, 4)
    space = "" if is_wide(text) else " "
    return "\n\n".join(space.join(kept[k : k + size]) for k in range(0, len(kept), size))


def listed(
    dice: Random, text: str, n_lines: int, slots: list[list[str]] | None = None
) -> tuple[str, list[list[str]]]:
    """A page of lines put together from interchangeable parts, as captions and logs are; and the parts, for the next page.

    slots: those of a page before; none: three to five, of words of the text.
    """
    space = "" if is_wide(text) else " "
    if slots is None:
        words, slots = pieces(text), []
        for _ in range(dice.randrange(3, 6)):
            size = dice.randrange(1, 8)
            starts = [dice.randrange(max(1, len(words) - size)) for _ in range(dice.randrange(4, 16))]
            slots.append([space.join(words[at : at + size]).strip(" .,;:") for at in starts])
    lines = [space.join(dice.choice(slot) for slot in slots) for _ in range(n_lines)]
    stop = dice.choice(("", ".", "."))
    return dice.choice(("\n\n", "\n", "\n\n")).join(f"{line}{stop}" for line in lines), slots
