"""Small vocabularies that several parts of the room look words up in: date words, name particles."""

from __future__ import annotations

import re
import tomllib
from functools import cache
from pathlib import Path

_TABLE = Path(__file__).parent / "words.toml"
_DIGIT = re.compile(r"[0-9]")
_WORD = re.compile(r"[^\W\d_]+(?:['’-][^\W\d_]+)*")
_TERMINAL = re.compile(r"[.!?…。！？؟۔।॥:;][\"'”’»«“)\]】」』›]*$|[。！？]")
_ENDS = ".!?…。！？؟۔।॥:;"
_CLOSES = "\"')]\n"  # in ASCII, what may stand behind the end of a sentence; the last for `$`
_QUOTES, _FULL_STOPS = "\"'”’»“)]", frozenset(".。।")
_PARTICLES = frozenset(
    {
        "de",
        "da",
        "do",
        "dos",
        "das",
        "del",
        "della",
        "di",
        "la",
        "le",
        "van",
        "von",
        "der",
        "den",
        "ten",
        "ter",
        "bin",
        "al",
        "el",
        "y",
        "e",
        "und",
        "and",
        "of",
        "the",
        "du",
        "des",
        "zu",
        "zum",
        "af",
        "av",
        "và",
        "cùng",
        "for",
        "in",
        "et",
        "los",
        "las",
        "&",
        "on",
    }
)


@cache
def table(name: str) -> frozenset[str]:
    """One vocabulary of words.toml, lower case."""
    with _TABLE.open("rb") as handle:
        return frozenset(tomllib.load(handle)[name])


def has_digit(text: str) -> bool:
    """Whether a digit stands in a text."""
    return _DIGIT.search(text) is not None if text.isascii() else any(map(str.isdigit, text))


def is_date_words(text: str) -> bool:
    """Whether a text has a digit and, besides, only words that dates and times are made of."""
    if not has_digit(text):
        return False
    known = table("date_words")
    return all(word.lower() in known for word in _WORD.findall(text))


def is_name_words(text: str) -> bool:
    """Whether a text may be a person's or a medium's name: at most seven words, each with a capital."""
    words = text.split()
    if not 1 <= len(words) <= 7 or has_digit(text):
        return False
    inner = [word for word in words if word.strip("(),.&/|-–").lower() not in _PARTICLES]
    return bool(inner) and all(_is_capital(word) for word in inner)


def is_site_words(text: str) -> bool:
    """Whether a text may be the name of a medium: at most six words, the first with a capital or a dot inside."""
    words = text.split()
    return 1 <= len(words) <= 6 and (
        _is_capital(words[0]) or "." in words[0][1:-1] or words[0].lower() == "us"
    )


def ends_sentence(text: str) -> bool:
    """Whether a text ends as sentences do."""
    last = text[-1:]
    if last in _ENDS:
        return bool(last)
    tail = text[-6:]
    if tail.isascii() and last not in _CLOSES:  # most other lines: the pattern need not look
        return False
    return _TERMINAL.search(tail) is not None


def has_full_stop(text: str) -> bool:
    """Whether a text ends with a full stop, before a closing quote or bracket or not: notices and labels mostly have none."""
    return text.rstrip(_QUOTES)[-1:] in _FULL_STOPS


def _is_capital(word: str) -> bool:
    first = word.lstrip("(\"'“‘«@/|-–")[:1]
    return not first or not first.islower()
