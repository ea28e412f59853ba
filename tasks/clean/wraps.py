"""Paragraphs that a dump broke over lines, made whole before any line is judged: a hard-wrapped text, a line per link.

A line judged alone is a fragment, and fragments look like menu items. `joins.py` mends what is seen only after the cuts.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from functools import partial
from itertools import pairwise
from typing import NamedTuple

from tasks.clean.edits import Edit
from tasks.clean.joins import BROKEN_CHARS, Join, mend_hyphen
from tasks.clean.words import ends_sentence, table

WIDTH = (45, 120)  # characters of a full line of hard-wrapped text
SLACK = 18  # a full line may be shorter by the word that did not fit
SURE_LINES = 6  # so many full lines go on in lower case
SURE_FRAC = 0.8  # this share of them of nearly one length
GOES_ON_BLANKS = 2  # words in lower case that go on have as many blanks at least; "view all" has one
LINK_CHARS = 60  # a longer line between two halves of a sentence is no link
_HYPHENED = re.compile(r"([^\W\d_]{2,})[-\u2010]\Z")
_CLOSES = frozenset(",.;:)!?’”")
_CONFIDENCE = 0.9


class _Piece(NamedTuple):
    start: int
    end: int
    text: str
    block: int


# Of its four values in a tuple, in half the time: see `edit_of`.
_piece_of: Callable[[tuple[int, int, str, int]], _Piece] = partial(tuple.__new__, _Piece)


def mend_wraps(text: str) -> tuple[Edit, ...]:
    """Edits of kind `join_paragraph` that make broken paragraphs lines of their own. Linear in the text."""
    pieces = list(_pieces(text))
    # What may go on from a line above begins so; few lines do, and only they are looked at.
    going_on = [
        number
        for number, (_, _, line, _) in enumerate(pieces)
        if (line[0].islower() or line[0] in _CLOSES) and number
    ]
    if not going_on:
        return ()
    width = _width(pieces, going_on)
    joined = [width > 0 and _is_full(line, after, width) for line, after in pairwise(pieces)]
    if width:
        _drop_unsure(pieces, joined)
    _join_links(pieces, joined, going_on)
    return tuple(
        _join(text, line, after)
        for (line, after), is_joined in zip(pairwise(pieces), joined, strict=True)
        if is_joined
    )


def _pieces(text: str) -> Iterator[_Piece]:
    at = block = 0
    for raw in text.split("\n"):
        stripped, n_chars = raw.strip(), len(raw)
        if stripped:
            n_bare = len(stripped)
            low = at if n_bare == n_chars else at + n_chars - len(raw.lstrip())
            yield _piece_of((low, low + n_bare, stripped, block))
        else:
            block += 1
        at += n_chars + 1


def _width(pieces: list[_Piece], going_on: Sequence[int]) -> int:
    """The width a text was wrapped at, or 0: its sentences go on in the next line, in lines of nearly one length."""
    lengths = [
        len(line.text)
        for line, after in ((pieces[number - 1], pieces[number]) for number in going_on)
        if line.block == after.block and WIDTH[0] <= len(line.text) <= WIDTH[1] and _goes_on(line, after)
    ]
    if len(lengths) < SURE_LINES:
        return 0
    width = max(lengths)
    return width if sum(width - SLACK <= length for length in lengths) >= SURE_FRAC * len(lengths) else 0


def _goes_on(line: _Piece, after: _Piece) -> bool:
    """Whether a sentence surely goes on in the next line: it begins in lower case, and is no menu item."""
    return (
        after.text[0].islower() and after.text.count(" ") >= GOES_ON_BLANKS and not ends_sentence(line.text)
    )


def _is_full(line: _Piece, after: _Piece, width: int) -> bool:
    """Whether a line of a wrapped text may go on in the next one."""
    if line.block != after.block or not width - SLACK <= len(line.text) <= width or len(after.text) > width:
        return False
    if _goes_on(line, after):
        return True
    return len(line.text) + 1 + len(after.text.split(maxsplit=1)[0]) > width


def _drop_unsure(pieces: list[_Piece], joined: list[bool]) -> None:
    """Runs of which no line goes on in lower case are lists of headlines of one length."""
    start = 0
    while start < len(joined):
        end = start
        while end < len(joined) and joined[end]:
            end += 1
        if end > start and not any(_goes_on(pieces[n], pieces[n + 1]) for n in range(start, end)):
            joined[start:end] = [False] * (end - start)
        start = end + 1


def _join_links(pieces: list[_Piece], joined: list[bool], going_on: Sequence[int]) -> None:
    """A sentence that a link's line of its own breaks: "... to the port of", "Fukue", "for 71 years ..."."""
    for number in (number - 2 for number in going_on if number > 1):
        line, link, after = pieces[number : number + 3]
        if line.block != after.block or len(link.text) > LINK_CHARS or len(link.text) >= len(line.text):
            continue
        opens = (len(line.text) >= BROKEN_CHARS or (number > 0 and joined[number - 1])) and line.text[
            -1
        ].isalpha()
        goes_on = after.text[0].islower() and " " in after.text and _is_open(line.text)
        closes = after.text[0] in _CLOSES and after.text[1:2] in {"", " "}  # ".NET" opens a line
        if opens and (goes_on or closes) and link.text[-1].isalnum():
            joined[number] = joined[number + 1] = True


def _is_open(text: str) -> bool:
    """Whether a line ends with a word that ends no heading: "the", "of"."""
    return text.rsplit(maxsplit=1)[-1].lower() in table("open_words")


def _join(text: str, line: _Piece, after: _Piece) -> Edit:
    """The break becomes a blank; a hyphen at it goes, unless the text itself writes the word with one."""
    join = Join(0, "" if after.text[0] in _CLOSES else " ")
    hyphen = _HYPHENED.search(line.text, max(0, len(line.text) - LINK_CHARS))
    if hyphen is not None and after.text[0].islower():
        join = mend_hyphen(text, hyphen[1], after.text)
    return Edit(line.end - join.drop, after.start, "join_paragraph", "joins.wrapped", _CONFIDENCE, join.glue)
