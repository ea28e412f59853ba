"""What terminal and page share: text made safe to look at, families of cuts, shared passages, short forms."""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import datetime
from typing import Any

# Control characters would act in a terminal, and bidirectional ones turn a line round: they are shown, not done.
ACTIVE = re.compile(
    "[\x00-\x08\x0b-\x1f\x7f-\x9f\u061c\u200e\u200f\u2028\u2029\u202a-\u202e\u2066-\u2069\ufeff]"
)
_ESCAPE = 0x2400  # Unicode's pictures of the control characters
_WORDS = re.compile(r"\w+")
_TAGS = re.compile(r"<[a-zA-Z/!][^<>]{0,2000}>")
WORD_CHARS = 20  # how far a cut in the middle of a word is moved to its border
SHINGLE_WORDS = 4  # as short as a run that two texts share by copying, hardly by chance

# Kinds of edits by what they mean to a reader; the order is that of legends.
FAMILIES: dict[str, tuple[str, ...]] = {
    "moved": ("title", "byline", "dateline", "timestamp", "caption", "credit"),
    "links": ("navigation", "related", "source_link", "duplicate_block", "duplicate_title"),
    "prompts": ("follow_us", "share", "newsletter", "comments", "advert", "copyright", "paywall"),
    "layout": ("markup", "whitespace", "join_paragraph", "encoding", "image_markup", "end_mark"),
    "other": ("other",),
}
FAMILY_TELLS = {
    "moved": "moved to a field", "links": "navigation and repeats", "prompts": "addressed to the reader",
    "layout": "layout and markup", "other": "other",
}  # fmt: skip
QUIET = (
    "markup",
    "whitespace",
    "encoding",
    "join_paragraph",
)  # kinds that are counted, not listed, in short views
_FAMILY_OF = {kind: family for family, kinds in FAMILIES.items() for kind in kinds}


def family_of(kind: str) -> str:
    """The family a kind of edit is coloured as."""
    return _FAMILY_OF.get(kind, "other")


def visible(text: str) -> str:
    """The text with every active character shown: a picture for control characters, else its code point."""
    return ACTIVE.sub(lambda found: _picture(found[0]), text)


def _picture(char: str) -> str:
    code = ord(char)
    if code < 0x20:
        return chr(_ESCAPE + code)
    return "␡" if code == 0x7F else f"‹U+{code:04X}›"


def shortened(text: str, n_chars: int) -> str:
    """At most so many characters, cut in the middle with the number left out."""
    head, tail = kept_ends(text, n_chars)
    left_out = tail - head
    return f"{text[:head]} … {left_out:,} characters … {text[tail:]}" if left_out else text


def kept_ends(text: str, n_chars: int) -> tuple[int, int]:
    """Where the middle that is left out begins and ends, between words where there are any; equal for nothing."""
    if len(text) <= n_chars:
        return len(text), len(text)
    head, tail = n_chars * 2 // 3, len(text) - (n_chars - n_chars * 2 // 3)
    before, after = text.rfind(" ", head - WORD_CHARS, head), text.find(" ", tail, tail + WORD_CHARS)
    return (before if before > 0 else head), (after + 1 if after > 0 else tail)


def clipped(text: str, n_chars: int) -> str:
    """At most so many characters, the last an ellipsis where some are missing: for labels."""
    return text if len(text) <= n_chars else text[: n_chars - 1].rstrip() + "…"


def without_tags(page: str) -> tuple[str, int]:
    """What a reader sees of a piece of an HTML page, and how many characters of markup that leaves out."""
    seen = _TAGS.sub(" ", page)
    return " ".join(seen.split()), sum(len(found[0]) for found in _TAGS.finditer(page))


def one_line(text: str) -> str:
    """The text with every run of white space as one space."""
    return " ".join(text.split())


def shared_runs(text: str, other: str) -> list[tuple[int, int, bool]]:
    """The text in runs (start, end, shared): shared where four words in a row stand in the other text too.

    Linear in both texts.
    """
    words = [(found.start(), found.end(), found[0].casefold()) for found in _WORDS.finditer(text)]
    theirs = _shingles([found[0].casefold() for found in _WORDS.finditer(other)])
    shared = [False] * len(words)
    mine = [word for _, _, word in words]
    size = min(SHINGLE_WORDS, max(1, len(mine)))
    for at in range(len(mine) - size + 1):
        if tuple(mine[at : at + size]) in theirs:
            shared[at : at + size] = [True] * size
    runs: list[tuple[int, int, bool]] = []
    begin = 0
    for number, (_, end, _) in enumerate(words):
        last = number + 1 == len(words)
        if last or shared[number + 1] != shared[number]:
            stop = len(text) if last else (end if shared[number] else words[number + 1][0])
            runs.append((begin, stop, shared[number]))
            begin = stop
    return runs or [(0, len(text), False)]


def _shingles(words: Sequence[str]) -> set[tuple[str, ...]]:
    return {
        tuple(words[at : at + size])
        for size in range(1, SHINGLE_WORDS + 1)
        if size == SHINGLE_WORDS or len(words) == size
        for at in range(len(words) - size + 1)
    }


def when(time: datetime | None, precision: str | None = None) -> str:
    """A time in UTC, as precise as it is known."""
    if time is None:
        return "unknown"
    shape = {"day": "%Y-%m-%d", "month": "%Y-%m"}.get(precision or "", "%Y-%m-%d %H:%M UTC")
    return time.strftime(shape)


def value_text(value: Any) -> str:  # noqa: ANN401  any column's value
    """A field's value in one line; a dash where there is none."""
    if value is None or value in ([], ""):
        return "–"
    if isinstance(value, datetime):
        return when(value)
    if isinstance(value, (list, tuple)):
        return "; ".join(value_text(one) for one in value)
    return str(value)


def percent(share: float) -> str:
    """A share for people: no more digits than it can carry, never 0 % or 100 % by rounding."""
    if share in (0, 1):
        return f"{share:.0%}"
    return f"{share:.1%}" if 0.001 <= share <= 0.999 else ("<0.1%" if share < 0.5 else ">99.9%")
