"""Sequels: later stories on the persons and places of an older one, and the same story with its lead told anew, in any language.

A later story has names of the old one, but says something else of them; a lead told anew says the same with other words. What
either has of the other is drawn evenly, so that no amount of it belongs to one of the two alone.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from random import Random

from benchmarks.dedup.cuts import is_wide, paragraphs, sentences

BRIEF_WORDS = 250
_WIDE_CHARS = 4  # of a script without spaces, that are taken for a word
_BARE = str.maketrans("", "", ".,;:!?。、，؟։।“”\"'()")


def pieces(text: str) -> list[str]:
    """Its words; of a script without spaces, so many characters each."""
    if not is_wide(text):
        return text.split()
    return [text[k : k + _WIDE_CHARS] for k in range(0, len(text), _WIDE_CHARS)]


def _said(text: str, words: Sequence[str]) -> str:
    return ("" if is_wide(text) else " ").join(words)


def is_told(word: str) -> bool:
    """Whether a word names or counts: it has a figure, or a capital."""
    return _has_figure(word) or any(char.isupper() for char in word)


def _has_figure(word: str) -> bool:
    return any(char.isdigit() for char in word)


def invented(dice: Random, word: str, other: str) -> str:
    """A word that stands nowhere else: the beginning of one and the end of another."""
    if len(word) < 4 or len(other) < 4:
        return word
    made = word[: len(word) // 2] + other[len(other) // 2 :]
    return made if made not in {word, other} else made + dice.choice(made)


def retold(dice: Random, text: str) -> str:
    """A lead told anew, in place of the first sentences or, one time in four, before them.

    A fifth of the text at most, of a brief a quarter.
    """
    top = 0.2 if len(pieces(text)) > BRIEF_WORDS else 0.25
    found, most = sentences(text), dice.uniform(0.05, top) * len(text)
    lead: list[str] = []
    for sentence in found[:-1]:
        if lead and sum(map(len, lead)) + len(sentence) > most:
            break
        lead.append(sentence)
    if not lead or sum(map(len, lead)) > (top + 0.05) * len(text):
        return text
    body = text
    if dice.random() < 0.75:
        for sentence in lead:
            body = body.replace(sentence, "", 1)
    return "\n\n".join([reworded(dice, " ".join(lead), text), *paragraphs(body)])


def reworded(dice: Random, lead: str, text: str) -> str:
    """The names and figures of a lead among other words, in another order; some of its words stay."""
    names, others = dice.uniform(0.6, 1.0), dice.uniform(0.15, 0.7)
    words, known = pieces(lead), pieces(text)
    told: list[str] = []
    for word in words:
        stays = dice.random() < (0.95 if _has_figure(word) else names if is_told(word) else others)
        new = dice.choice(known)
        told.append(
            word.translate(_BARE)
            if stays
            else invented(dice, word, new)
            if dice.random() < 0.5
            else new.lower()
        )
    size = dice.randrange(2, 7)
    turned = [told[k : k + size] for k in range(0, len(told), size)]
    dice.shuffle(turned)
    words = [word for part in turned for word in part if word]
    return _said(lead, [words[0].capitalize(), *words[1:]]).rstrip(" .,;") + "."


def about_them(dice: Random, new: str, old: str) -> str:
    """A passage of another story, with persons and places of the old one for some or all of its own; its figures are its own."""
    share = dice.choice((0.0, 0.3, 0.6, 1.0))
    names = [word for word in pieces(old) if len(word) > 2 and word[:1].isupper() and not word[1:2].isupper()]
    if not names:
        names = dice.sample(pieces(old), min(12, len(pieces(old))))
    cased = any(word[:1].isupper() for word in pieces(new))

    def other(word: str) -> str:
        named = word[:1].isupper() if cased else dice.random() < 0.1
        return dice.choice(names).translate(_BARE) if named and dice.random() < share else word

    return "\n\n".join(_said(part, [other(word) for word in pieces(part)]) for part in paragraphs(new))


def below(dice: Random, old: list[str], n_chars: float) -> list[str]:
    """What a later story keeps of an old one: its first paragraphs, its last ones, those after the lead, or some, in their order."""
    how = dice.random()
    if how < 0.25:
        old = list(reversed(old))  # noqa: FURB187  the caller's stays as it is
    elif how < 0.4:
        old = old[1:]
    elif how < 0.55:
        old = [old[k] for k in sorted(dice.sample(range(len(old)), max(1, round(0.7 * len(old)))))]
    kept: list[str] = []
    for part in old:
        if kept and sum(map(len, kept)) + len(part) / 2 > n_chars:
            break
        kept.append(part)
    return kept[::-1] if how < 0.25 else kept


def sequel(dice: Random, old: tuple[str, str], scrap: Callable[[float], tuple[str, str]]) -> tuple[str, str]:
    """A later story: a quarter to three fifths of it new and above, between or around what it keeps of the old one.

    scrap: a title and paragraphs of another article, about so many characters.
    """
    title, text = old
    kept = below(dice, paragraphs(text), dice.uniform(0.35, 0.9) * len(text))
    share = dice.uniform(0.27, 0.62)
    size = share / (1 - share) * sum(map(len, kept))
    head, new = scrap(size)
    parts = paragraphs(about_them(dice, _shortened(new, size), text))
    later = dice.choice((title, head, f"{title}: {head[:30]}", sentences(parts[0])[0][:80]))
    if dice.random() < 0.35:
        kept = lower(dice, kept)
    if dice.random() < 0.35:
        kept = between(dice, kept, parts)
    end = [parts.pop()] if dice.random() < 0.2 and len(parts) > 1 else []
    if dice.random() < 0.15 and len(parts) > 1:
        kept.insert(dice.randrange(len(kept) + 1), parts.pop())
    return later, "\n\n".join([*parts, *kept, *end])


def lower(dice: Random, kept: Sequence[str]) -> list[str]:
    """The paragraphs with the first one or two further down, sentence by sentence or not, or in any order."""
    if dice.random() < 0.3:
        return dice.sample(kept, len(kept))
    top = dice.choice((1, 1, 2))
    moved, others = [one for part in kept[:top] for one in sentences(part)], list(kept[top:])
    if dice.random() < 0.5:
        moved = [" ".join(moved)]
    at = dice.randrange(len(others) + 1)
    return [*others[:at], *moved, *others[at:]]


def between(dice: Random, kept: Sequence[str], parts: list[str]) -> list[str]:
    """The paragraphs with single sentences between them, taken from the end of `parts`, whose first sentence stays."""
    found = list(kept)
    for _ in range(dice.randrange(1, 5)):
        *inside, last = sentences(parts[-1])
        if not inside and len(parts) < 2:
            break
        parts[-1:] = [" ".join(inside)] if inside else []
        found.insert(dice.randrange(1, len(found) + 1), last)
    return found


def _shortened(text: str, n_chars: float) -> str:
    """The first sentences, about so many characters, paragraphs kept."""
    left, kept = n_chars, list[str]()
    for part in paragraphs(text):
        inside: list[str] = []
        for sentence in sentences(part):
            if (kept or inside) and len(sentence) / 2 > left:
                break
            inside.append(sentence)
            left -= len(sentence)
        kept += [" ".join(inside)] if inside else []
    return "\n\n".join(kept)
