"""What the taggers of other libraries share: the library, the folder, the types of their labels, long texts."""

from __future__ import annotations

import logging
from collections.abc import Iterable, Iterator
from importlib import import_module
from pathlib import Path
from types import ModuleType
from typing import NamedTuple

from tasks.entities.spans import Span
from tasks.errors import ConfigError

logger = logging.getLogger(__name__)

# OntoNotes 5 (spaCy's English pipelines), CoNLL-2003 (most token classifiers), and the words of both in full.
# CoNLL's MISC and OntoNotes' LANGUAGE have no type in the contract.
TYPES = {
    "PERSON": "PERSON", "PER": "PERSON", "ORG": "ORG", "ORGANIZATION": "ORG", "ORGANISATION": "ORG", "GPE": "GPE",
    "LOC": "LOC", "LOCATION": "LOC", "FAC": "FAC", "FACILITY": "FAC", "NORP": "NORP", "EVENT": "EVENT", "LAW": "LAW",
    "WORK_OF_ART": "WORK", "WORK": "WORK", "PRODUCT": "PRODUCT", "DATE": "DATE", "TIME": "TIME", "MONEY": "MONEY",
    "PERCENT": "PERCENT", "QUANTITY": "QUANTITY", "ORDINAL": "ORDINAL", "CARDINAL": "CARDINAL",
}  # fmt: skip
_BORDERS = ("\n\n", "\n", ". ", " ")


class Labelled(NamedTuple):
    """A mention as a library gives it: half-open code points, its own label, 0..1."""

    start: int
    end: int
    label: str
    score_frac: float


def library(name: str, extra: str) -> ModuleType:
    """The imported library. Raises ConfigError that says how to install it."""
    try:
        return import_module(name)
    except ImportError as error:
        raise ConfigError(
            f"tagger {extra!r} needs the library {name} ({error}): uv run --extra {extra} cleancopy ..."
        ) from error


def pipeline_folder(kind: str, argument: str, mark: str) -> Path:
    """The folder after the colon, which must hold the file `mark`. Raises ConfigError, naming the path."""
    folder = Path(argument)
    if not argument or not (folder / mark).is_file():
        raise ConfigError(
            f"tagger '{kind}:{argument}': {argument or 'the path'} is no {kind} pipeline, a folder with {mark}; "
            f'set CLEANCOPY_TAGGER="{kind}:/path/to/pipeline" (nothing is downloaded)'
        )
    return folder


def pieces(text: str, limit_chars: int) -> Iterator[tuple[int, str]]:
    """The text in pieces of at most `limit_chars`, with their starts; cut at paragraphs, else as late as can be.

    White space alone is left out. A lone surrogate, which no library takes, becomes one question mark.
    """
    text = text.encode("utf-8", "replace").decode("utf-8")
    start = 0
    while start < len(text):
        end = _border(text, start, start + limit_chars)
        piece = text[start:end]
        if not piece.isspace():
            yield start, piece
        start = end


def _border(text: str, start: int, stop: int) -> int:
    if stop >= len(text):
        return len(text)
    for border in _BORDERS:
        at = text.rfind(border, start, stop)
        if at >= 0:
            return at + len(border)
    return stop


class Labels:
    """Turns a library's mentions into spans; a label without a type is told once, and its mentions left out."""

    def __init__(self, method: str) -> None:
        self._method = method
        self._told: set[str] = set()

    def spans(self, text: str, found: Iterable[Labelled]) -> list[Span]:
        """Spans of a text, sorted, not overlapping (the first and longest wins), without white space around."""
        spans: list[Span] = []
        for one in sorted(found, key=lambda one: (one.start, -one.end, one.label)):
            kind = self._type(one.label)
            start, end = _stripped(text, max(one.start, 0), min(one.end, len(text)))
            if kind and start < end and (not spans or spans[-1].end <= start):
                spans.append(
                    Span(start, end, kind, round(min(max(one.score_frac, 0.0), 1.0), 4), self._method)
                )
        return spans

    def _type(self, label: str) -> str | None:
        kind = TYPES.get(label.upper())
        if kind is None and label not in self._told:
            self._told.add(label)
            logger.warning(
                "tagger %s: label %s has no type here; its mentions are left out", self._method, label
            )
        return kind


def _stripped(text: str, start: int, end: int) -> tuple[int, int]:
    while start < end and text[start].isspace():
        start += 1
    while end > start and text[end - 1].isspace():
        end -= 1
    return start, end
