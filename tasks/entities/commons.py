"""Words that are no names where they stand: common nouns with a sentence's capital (`Salmon farms must close`), days beside a person called so."""

from __future__ import annotations

import re
from collections.abc import Sequence

from tasks.entities.spans import Span

_TYPES = frozenset({"PERSON", "ORG", "GPE", "LOC", "FAC", "WORK", "PRODUCT", "EVENT"})
_SMALL = re.compile(r"(?<![\w’'-])[a-z][^\W\d_]*(?![\w’'-])")
_SENTENCE = re.compile(r"(?:^|[.!?:;]|\n)\s*[\"'“‘]?$")
_DAY = re.compile(
    r"(?:mon|tues|wednes|thurs|fri|satur|sun)day|january|february|april|june|july|august|september|october|november|december",
    re.IGNORECASE,
)
_ON = re.compile(r"\b(?:by|early|every|from|in|last|late|next|on|since|this|until)\s$", re.IGNORECASE)
_LINE_CHARS = 40  # looked at on both sides, to see whether a line is in capitals


def without_commons(text: str, spans: Sequence[Span]) -> list[Span]:
    """The sorted spans without those of one word that begin a sentence or stand in a line of capitals, never elsewhere, and are written small too."""
    single = {
        surface.lower()
        for s in spans
        if s.type in _TYPES and (surface := text[s.start : s.end]).isalpha() and surface[0].isupper()
    }
    small = single & _small_words(text, spans) if single else set()
    if not small:
        return list(spans)
    placed: dict[str, bool] = {}
    for span in spans:
        word = text[span.start : span.end].lower()
        if word in small:
            placed[word] = placed.get(word, True) and _is_placed(text, span)
    return [s for s in spans if s.type not in _TYPES or not placed.get(text[s.start : s.end].lower(), False)]


def without_days(text: str, spans: Sequence[Span]) -> list[Span]:
    """The spans without persons that are a day or a month: `on Sunday` beside `Mr Sunday Adeyemi`."""
    return [
        s
        for s in spans
        if s.type != "PERSON"
        or not _DAY.fullmatch(text, s.start, s.end)
        or not _ON.search(text, max(0, s.start - 7), s.start)
    ]


def _small_words(text: str, spans: Sequence[Span]) -> set[str]:
    """Words in small letters outside all names."""
    found: set[str] = set()
    at = 0
    for span in [*spans, Span(len(text), len(text), "", 0.0, "")]:
        found.update(m[0] for m in _SMALL.finditer(text, at, max(at, span.start)))
        at = max(at, span.end)
    return found


def _is_placed(text: str, span: Span) -> bool:
    """Whether a capital there tells nothing."""
    if _SENTENCE.search(text, max(0, span.start - 4), span.start):
        return True
    line = text[max(0, span.start - _LINE_CHARS) : span.start].rpartition("\n")[2]
    line += text[span.start : span.end + _LINE_CHARS].partition("\n")[0]
    return line.isupper()
