"""Entities beside tags: `</p><p>&copy;` is two edits, so that a cut of the sign does not claim the tags."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from html import unescape

from tasks.clean.edits import Edit

_ENTITY = re.compile(r"&(?:#\d{1,7}|#[xX][0-9a-fA-F]{1,6}|[a-zA-Z][a-zA-Z0-9]{1,31});?")
MAX_ENTITY_CHARS = 34


def entities_apart(edits: Sequence[Edit], raw: str) -> tuple[Edit, ...]:
    """The same edits raw -> flat, with entities that stand at the end or the beginning of one in edits of their own."""
    apart: list[Edit] = []
    for edit in edits:
        if not edit.inserted or edit.inserted.isspace() or edit.end - edit.start < 2:  # tags, nearly always
            apart.append(edit)
        else:
            apart.extend(_pieces(edit, raw))
    return tuple(apart)


def _pieces(edit: Edit, raw: str) -> Iterator[Edit]:
    head, tail = [], []
    while (low := _head(edit, raw)) and low < edit.end:
        text = unescape(raw[edit.start : low])
        head.append(edit._replace(end=low, inserted=text))
        edit = edit._replace(start=low, inserted=edit.inserted[len(text) :])
    while (high := _tail(edit, raw)) and high > edit.start:
        text = unescape(raw[high : edit.end])
        tail.append(edit._replace(start=high, inserted=text))
        edit = edit._replace(end=high, inserted=edit.inserted[: len(edit.inserted) - len(text)])
    yield from head
    if edit.inserted != raw[edit.start : edit.end]:
        yield edit
    yield from reversed(tail)


def _head(edit: Edit, raw: str) -> int:
    """Where the entity ends that the edit begins with, if the inserted text begins with what it means; else 0."""
    found = _ENTITY.match(raw, edit.start, edit.end)
    return found.end() if found and _means(found[0], edit.inserted.startswith) else 0


def _tail(edit: Edit, raw: str) -> int:
    """Where the entity starts that the edit ends with, if the inserted text ends with what it means; else 0."""
    at = raw.rfind("&", max(edit.start, edit.end - MAX_ENTITY_CHARS), edit.end)
    found = _ENTITY.fullmatch(raw, at, edit.end) if at > 0 else None
    return at if found and _means(found[0], edit.inserted.endswith) else 0


def _means(entity: str, borders: Callable[[str], bool]) -> bool:
    text = unescape(entity)
    return text != entity and bool(text.strip()) and borders(text)
