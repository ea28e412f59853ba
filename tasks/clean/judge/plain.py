"""Features of the lines of a plain text: the line, its neighbours, its place, what it shares with the rest."""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import cache

import numpy as np
from numpy.typing import NDArray

from tasks.clean.judge.columns import Columns
from tasks.clean.judge.copies import COPY_NAMES, copy_features
from tasks.clean.judge.lines import (
    BRACKET,
    COMMA,
    DIGIT,
    LOWER,
    QUOTE,
    SIGN,
    SPACE,
    STOP,
    UPPER,
    Floats,
    Ints,
    LineChars,
    codes_of,
    looked_up,
    read_lines,
    table_of,
    title_overlap,
)
from tasks.clean.judge.rules import rule_features
from tasks.clean.judge.second import Shape, Windows, distance, shift
from tasks.clean.judge.tokens import LongWords, Words, long_words_of, words_of
from tasks.clean.judge.words import NAMES, word_groups

_PROSE_CHARS = 80.0
_FAR = 30.0
_CAPITAL = re.compile(r"[^\W\d_a-zß-öø-ÿа-яё]")  # a word that begins with it does not begin in lower case
_IS_CAPITAL, _BLANK = 1, 2
_CAPITALS_CHARS = 300  # longer lines are not looked at
_WATCHED = ("related", "comment", "subscribe", "share", "menu", "legal", "author", "advert", "read")


def plain_features(
    text: str, lines: Sequence[tuple[int, int]], title: str | None, ruled: Floats
) -> tuple[Floats, list[str], Shape]:
    """Features of shape (n_lines, n_features), their names, and the shape for the second stage.

    lines: half-open spans in `text`, in order, not overlapping, none empty. ruled: what rules said of each, as
    `rules.ruled_of` tells it.
    """
    spans = np.array(lines, np.int64).reshape(-1, 2)
    start, end = spans[:, 0], spans[:, 1]
    n = len(start)
    texts = [text[a:b] for a, b in lines]
    chars = read_lines(text, start, end)
    width = np.maximum(chars.width, 1.0)
    stops, commas = chars.counts[:, STOP], chars.counts[:, COMMA]
    prose = np.where((width >= _PROSE_CHARS) & (stops + commas > 0), width, 0.0)
    out = Columns()
    _line(out, chars, width, texts)
    out.add("capitals", _capitals(text, start, end) / chars.words)
    _title(out, texts, title, n)
    _place(out, width, prose)
    gaps = _gaps(text, start, end)
    out.add("gap_before", gaps[:-1])
    out.add("gap_after", gaps[1:])
    between = np.sort(gaps[1:-1])
    out.add(
        "gap_usual", gaps[:-1] - (between[(n - 1) // 2] + between[(n - 2) // 2]) / 2 if n > 1 else np.zeros(n)
    )
    words = words_of(texts)
    n_groups = _words(out, texts, words, width)
    _shared(out, long_words_of(texts), n)
    out.add_rows(COPY_NAMES, copy_features(texts))
    _around(out, chars, width, prose, n_groups)
    rule_features(out, ruled)
    shape = Shape(width, np.zeros((0, n), np.int64), start[:0], start[:0], np.zeros(n, np.int64), 1)
    return out.matrix(n), out.names, shape


def _line(out: Columns, chars: LineChars, width: Floats, texts: list[str]) -> None:
    """What the line's own characters tell."""
    out.add("width", width)
    out.add("words", chars.words)
    for name, kind in (("stops", STOP), ("commas", COMMA), ("quotes", QUOTE), ("brackets", BRACKET)):
        out.add(name, chars.counts[:, kind])
    for name, kind in (
        ("digits", DIGIT),
        ("upper", UPPER),
        ("signs", SIGN),
        ("spaces", SPACE),
        ("lower", LOWER),
    ):
        out.add(name, chars.counts[:, kind] / width)
    out.add("stop_rate", chars.counts[:, STOP] / chars.words)
    out.add("first", chars.first)
    out.add("last", chars.last)
    whole = "\n".join(texts)
    out.add("address", _how_many(texts, whole, ("http", "@", "www.")))
    out.add("bar", _how_many(texts, whole, "|»›·"))
    out.add("dots", np.array([text.endswith(("...", "…")) for text in texts], np.float64))
    out.add("colon", np.array([text.rstrip().endswith((":", "：")) for text in texts], np.float64))


def _how_many(texts: list[str], whole: str, signs: Sequence[str]) -> Floats:
    """How many of the signs stand in each text; most stand in no line of a document."""
    found = np.zeros(len(texts))
    for sign in signs:
        if sign in whole:
            found += [sign in text for text in texts]
    return found


def _capitals(text: str, start: Ints, end: Ints) -> Floats:
    """How many words of each line do not begin in lower case; -1 for a long line."""
    told = looked_up(codes_of(text), _capital_letters(), _is_capital)
    is_first = np.ones(len(told), np.bool_)
    np.equal(told[:-1], _BLANK, out=is_first[1:])
    is_first[start] = True
    capitals = np.flatnonzero(is_first & (told == _IS_CAPITAL))
    n_capitals = np.searchsorted(capitals, end) - np.searchsorted(capitals, start)
    counts: Floats = np.where(end - start <= _CAPITALS_CHARS, n_capitals, -1.0)
    return counts


@cache
def _capital_letters() -> NDArray[np.uint8]:
    return table_of(_is_capital, np.uint8)


def _is_capital(char: str) -> int:
    return _BLANK if char.isspace() else _IS_CAPITAL * (_CAPITAL.match(char) is not None)


def _title(out: Columns, texts: list[str], title: str | None, n: int) -> None:
    """How much of the title the line holds, and where lines with the title are."""
    share, cover = title_overlap(texts, title)
    out.add("title_share", share)
    out.add("title_cover", cover)
    is_title = cover > 0.8
    out.add("since_title", distance(is_title, _FAR))
    out.add("until_title", distance(is_title[::-1], _FAR)[::-1])
    out.add("titles_before", np.minimum(np.cumsum(is_title), 3))
    out.add("has_title", np.full(n, float(title is not None and is_title.any())))


def _place(out: Columns, width: Floats, prose: Floats) -> None:
    """Where the line stands, by lines and by text."""
    n = len(width)
    at = np.arange(n, dtype=np.float64)
    total = max(float(prose.sum()), 1.0)
    before = np.cumsum(prose) - prose
    out.add("place", at / max(n, 1))
    out.add("lines_before", np.minimum(at, _FAR))
    out.add("lines_left", np.minimum(n - 1 - at, _FAR))
    out.add("width_before", (np.cumsum(width) - width) / max(float(width.sum()), 1.0))
    out.add("prose_before", before / total)
    out.add("prose_left", (total - before - prose) / total)
    out.add("prose_share", np.full(n, total / max(float(width.sum()), 1.0)))


def _gaps(text: str, start: Ints, end: Ints) -> Floats:
    """Line breaks before each line, and after the last: 1 the next line, 2 a blank line between."""
    edges = [
        text.count("\n", a, b) for a, b in zip([0, *end.tolist()], [*start.tolist(), len(text)], strict=True)
    ]
    return np.minimum(np.array(edges, np.float64), 4.0)


def _words(out: Columns, texts: list[str], words: Words, width: Floats) -> Floats:
    """Telling words, and how far the last line with them is."""
    groups = word_groups(texts, words)
    out.add_bits([f"word_{group}" for group in NAMES], groups, range(len(NAMES)))
    watched = [NAMES.index(group) for group in _WATCHED]
    near = (groups >> np.array(watched)[:, None] & 1 > 0) & (width < 60)
    out.add_rows([f"since_{group}" for group in _WATCHED], distance(near, _FAR))
    n_groups: Floats = np.bitwise_count(groups).astype(np.float64)
    out.add("groups", n_groups)
    seen: dict[str, int] = {}
    first: list[float] = []
    for text in texts:
        first.append(float(seen.get(text, 0)))
        seen[text] = seen.get(text, 0) + 1
    out.add("copies", np.array([seen[text] for text in texts], np.float64))
    out.add("seen_before", np.array(first))
    return n_groups


def _shared(out: Columns, words: LongWords, n: int) -> None:
    """Share of the line's long words that stand in other lines too: teasers of other stories share few."""
    line, number = words.line, words.number
    n_long = np.bincount(line, minlength=n)
    n_lines = np.bincount(number, minlength=1)[number]
    out.add("long_words", n_long)
    out.add("shared", np.bincount(line[n_lines > 1], minlength=n) / np.maximum(n_long, 1.0))
    out.add("shared_often", np.bincount(line[n_lines > 3], minlength=n) / np.maximum(n_long, 1.0))


def _around(out: Columns, chars: LineChars, width: Floats, prose: Floats, n_groups: Floats) -> None:
    """The lines before and after."""
    ends = (chars.last == STOP).astype(np.float64)
    told = np.stack([width, ends, n_groups, chars.counts[:, UPPER] / width])
    for step in (-3, -2, -1, 1, 2, 3):
        out.add_rows(
            [f"n{step:+}_{what}" for what in ("width", "ends", "groups", "upper")], shift(told, step)
        )
    # A line that another goes on from, or that goes on from another: a dump broke the sentence.
    open_end = chars.last != STOP
    is_lower = chars.first == LOWER
    out.add("goes_on", (shift(is_lower.astype(np.float64), 1) > 0) & open_end)
    out.add("went_on", (shift(open_end.astype(np.float64), -1) > 0) & is_lower)
    is_prose = prose > 0
    out.add("since_prose", distance(is_prose, _FAR))
    out.add("until_prose", distance(is_prose[::-1], _FAR)[::-1])
    out.add("since_short", distance(width < _PROSE_CHARS, _FAR))
    out.add("until_short", distance((width < _PROSE_CHARS)[::-1], _FAR)[::-1])
    around = Windows(np.stack([prose, width < 40, n_groups, ends, np.ones(len(width))]))
    for reach in (3, 8, 20):
        for side, label in ((1, "behind"), (-1, "ahead")):
            sums = around.sums(reach, side)
            means = sums[:-1] / np.maximum(sums[-1], 1.0)
            out.add_rows([f"{label}{reach}_{what}" for what in ("prose", "short", "groups", "ends")], means)
