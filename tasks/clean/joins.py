"""Sentences broken over lines: where two kept lines are one paragraph, and how they are joined."""

from __future__ import annotations

import re
from dataclasses import dataclass
from itertools import pairwise

from tasks.clean.draft import Draft, Line
from tasks.clean.words import ends_sentence, table

BROKEN_CHARS = 40  # a shorter line without a full stop is a subheading or a list item
WRAP_LINES, WRAP_FRAC = 8, 0.7  # hard-wrapped text: so many lines, this share of them of nearly one length
WRAP_WIDTH = (50, 120)
WRAP_SLACK = 18
TAIL_CHARS, HYPHENS = (
    60,
    "-\u2010\u00ad",
)  # a last word is no longer; searched from the start it costs the whole line
_LAST_WORD = re.compile(r"([^\W\d_]+)\W*\Z")
_HYPHENED = re.compile(r"([^\W\d_]{2,})[-\u2010\u00ad]\Z")
_FIRST_WORD = re.compile(r"[^\W\d_]+")


@dataclass(frozen=True, slots=True)
class Join:
    """Two kept lines that are one paragraph. drop: characters to take from the first one's end; glue: between them."""

    drop: int
    glue: str


def find_joins(draft: Draft) -> dict[int, Join]:
    """Joins by the number of their first line."""
    kept = list(draft.kept())
    width = _wrap_width([line for _, line in kept])
    joins: dict[int, Join] = {}
    for (number, line), (_, after) in pairwise(kept):
        if any(part.end >= len(line.text) for part in line.parts) or any(
            part.start == 0 for part in after.parts
        ):
            continue
        hyphen = (
            _HYPHENED.search(line.text, len(line.text) - TAIL_CHARS) if line.text[-1] in HYPHENS else None
        )
        if (
            hyphen
            and after.text[0].islower()
            and len(line.text) >= BROKEN_CHARS
            and after.block == line.block
        ):
            joins[number] = mend_hyphen(draft.text, hyphen[1], after.text)
        elif _is_broken(line, after) or (width and _is_wrapped(line, after, width)):
            joins[number] = Join(0, " ")
    return joins


def _is_broken(line: Line, after: Line) -> bool:
    """Whether a sentence goes on in the next line."""
    if (
        len(line.text) < BROKEN_CHARS
        or ends_sentence(line.text)
        or " " not in line.text
        or line.text[-1] in ":;|"
    ):
        return False
    first = after.text[0]
    if first.islower():
        return " " in after.text
    if len(line.text) < 2 * BROKEN_CHARS or not first.isalnum() or not after.is_prose:
        return False
    return line.text[-1] == "," or (line.text[-1].isalpha() and _ends_open(line.text))


def _ends_open(text: str) -> bool:
    """Whether a text ends with a word that asks for another."""
    last = _LAST_WORD.search(text, len(text) - TAIL_CHARS)
    return last is not None and last[1] in table("open_words")


def mend_hyphen(text: str, before: str, after: str) -> Join:
    """The hyphen between two halves of a word goes, unless the text itself writes the word with one."""
    word = _FIRST_WORD.match(after)
    hyphened = f"{before}-{word[0] if word else ''}"
    return Join(0, "") if hyphened in text else Join(1, "")


def _wrap_width(lines: list[Line]) -> int:
    """The width a text was wrapped at, or 0 if it was not."""
    pairs = [one for one, two in pairwise(lines) if one.block == two.block]
    if len(pairs) < WRAP_LINES:
        return 0
    widest = max(len(line.text) for line in lines)
    if not WRAP_WIDTH[0] <= widest <= WRAP_WIDTH[1]:
        return 0
    full = sum(widest - WRAP_SLACK <= len(line.text) for line in pairs)
    unfinished = sum(not ends_sentence(line.text) for line in pairs)
    return widest if min(full, unfinished) >= WRAP_FRAC * len(pairs) else 0


def _is_wrapped(line: Line, after: Line, width: int) -> bool:
    """Whether the next line's first word would not have fitted: the line was full."""
    word = after.text.split(maxsplit=1)[0]
    return line.block == after.block and len(line.text) + 1 + len(word) > width
