"""From the edits of a document to where every character of its clean text comes from."""

from __future__ import annotations

import codecs
from bisect import bisect_right
from collections.abc import Sequence
from dataclasses import dataclass

from tasks.errors import UsageError
from tasks.report.reading import Row


@dataclass(frozen=True, slots=True)
class Span:
    """A run of the raw text and what it became. edit: number of the edit, None where it was kept as it is."""

    raw_start: int
    raw_end: int
    clean_start: int
    clean_end: int
    edit: int | None


@dataclass(frozen=True, slots=True)
class Encoded:
    """How a file that is one document was decoded, and its size."""

    encoding: str
    n_bytes: int


@dataclass(frozen=True, slots=True)
class Character:
    """One character of the clean text explained.

    raw_start, raw_end: where it stands in the raw text; for an inserted one, all that its edit replaced.
    byte_start, byte_end: the same in the file's bytes, None where that is not known. edit: the edit that
    put it in, None for a kept one. before, after: the nearest edits on either side.
    """

    position: int
    char: str
    raw_start: int
    raw_end: int
    byte_start: int | None
    byte_end: int | None
    edit: Row | None
    before: Row | None
    after: Row | None


def spans_of(n_raw: int, edits: Sequence[Row]) -> list[Span]:
    """The whole raw text in order, kept and changed runs in turn. `edits` are sorted, as in the table."""
    spans: list[Span] = []
    raw_at = clean_at = 0
    for number, edit in enumerate(edits):
        kept = edit["raw_start"] - raw_at
        if kept > 0:
            spans.append(Span(raw_at, edit["raw_start"], clean_at, clean_at + kept, None))
            clean_at += kept
        put = len(edit["inserted"])
        spans.append(Span(edit["raw_start"], edit["raw_end"], clean_at, clean_at + put, number))
        raw_at, clean_at = edit["raw_end"], clean_at + put
    if n_raw > raw_at:
        spans.append(Span(raw_at, n_raw, clean_at, clean_at + n_raw - raw_at, None))
    return spans


def clean_text(raw: str, edits: Sequence[Row]) -> str:
    """The text after the edits."""
    return "".join(
        raw[span.raw_start : span.raw_end] if span.edit is None else edits[span.edit]["inserted"]
        for span in spans_of(len(raw), edits)
    )


def explain_char(
    raw: str, edits: Sequence[Row], position: int, encoded: Encoded | None = None
) -> Character:  # fmt: skip
    """Where the character at a position of the clean text comes from. Raises UsageError if there is none."""
    spans = spans_of(len(raw), edits)
    n_clean = spans[-1].clean_end if spans else 0
    if not 0 <= position < n_clean:
        raise UsageError(f"--char {position}: the clean text has the positions 0 to {n_clean - 1}")
    at = bisect_right(spans, position, key=lambda span: span.clean_start) - 1
    span = spans[at]
    before = next((s.edit for s in reversed(spans[:at]) if s.edit is not None), None)
    after = next((s.edit for s in spans[at + 1 :] if s.edit is not None), None)
    edit = None if span.edit is None else edits[span.edit]
    if edit is None:
        start = span.raw_start + position - span.clean_start
        end, char = start + 1, raw[start]
    else:
        start, end = span.raw_start, span.raw_end
        char = edit["inserted"][position - span.clean_start]
    low, high = byte_span(raw, start, end, encoded)
    return Character(
        position, char, start, end, low, high, edit,
        None if before is None else edits[before], None if after is None else edits[after],
    )  # fmt: skip


def byte_span(raw: str, start: int, end: int, encoded: Encoded | None) -> tuple[int | None, int | None]:
    """The bytes of a raw span; (None, None) unless encoding the raw text gives the item's bytes back.

    A replacement character before the span may stand for any number of bytes that could not be decoded.
    """
    if encoded is None or "\ufffd" in raw[:end]:
        return None, None
    try:
        if len(raw.encode(encoded.encoding)) != encoded.n_bytes and "\ufffd" not in raw:
            return None, None
        coder = codecs.getincrementalencoder(encoded.encoding)()
        low = len(coder.encode(raw[:start]))  # not final: no reset at the end; a byte order mark counts
        return low, low + len(coder.encode(raw[start:end]))
    except (LookupError, UnicodeError):
        return None, None
