"""A page read: its text in lines, its containers, both with their evidence, and what it says of itself."""

from __future__ import annotations

from collections.abc import Iterator
from functools import lru_cache
from html import unescape
from typing import TYPE_CHECKING

import numpy as np

from tasks.clean.edits import Edit, edit_of
from tasks.clean.page.elements import NAMES
from tasks.clean.page.meta import Notes, read_meta
from tasks.clean.page.records import Ints, Lines, Nodes, Page

if TYPE_CHECKING:
    from tasks.clean.page.program import Found

_BETWEEN = (
    "",
    " ",
    "\n",
    "\t",
)  # two kept pieces; a tab stands between cells of a row that hold one line each
_AUTHOR_LINK, _TIME, _SAYS_OF_PAGE = range(3)  # events


def parse_page(raw: str) -> Page:
    """An HTML page as flat text with its lines, containers and metadata.

    raw: the decoded page, any string. Every kept character keeps its raw offset: `apply_edits(raw, page.edits)`
    is `page.flat`, all edits of kind `markup`. Scripts, styles, comments, noscript, templates, drawings and
    options of a form are left out; hidden elements stay and are marked. Linear in len(raw); raises nothing but
    MemoryError, for a page that takes more than 4 GB to read.
    """
    from tasks.clean.page.program import the_program  # noqa: PLC0415  texts do without wasmtime

    found = the_program().read_page(raw, _decoded)
    nodes = _nodes(raw, found)
    lines = _lines(found.lines, nodes)
    headings = [found.flat[start:end] for start, end in _level_one(lines)]
    return Page(found.flat, _edits(found), lines, read_meta(_notes(raw, found), found.flat, headings))


@lru_cache(maxsize=4_096)
def _decoded(spelled: str) -> str:
    """A character reference, as browsers decode it."""
    return unescape(spelled)


def _edits(found: Found) -> tuple[Edit, ...]:
    """Raw -> flat. What is put in stands between two pieces, or is what a reference is read as, or both."""
    starts, ends, between, numbers = found.gaps
    references = found.references
    inserted = [
        _BETWEEN[sign] if number < 0 else _BETWEEN[sign] + references[number]
        for sign, number in zip(between, numbers, strict=True)
    ]
    return tuple(
        [
            edit_of((start, end, "markup", "html.markup", 1.0, text))
            for start, end, text in zip(starts, ends, inserted, strict=True)
        ]
    )


def _notes(raw: str, found: Found) -> Notes:
    """What the page's tags say of it, set aside in the walk."""
    notes = Notes()
    for what, element, tag_start, tag_end, start, end in zip(*found.events, strict=True):
        if what == _AUTHOR_LINK:
            notes.author_links.append((start, end))
        elif what == _TIME:
            notes.times.append((raw[tag_start:tag_end], start, end))
        else:
            notes.tags.append((NAMES[element], raw[tag_start:tag_end]))
    return notes


def _nodes(raw: str, found: Found) -> Nodes:
    """The containers as columns."""
    parent, own, mask, depth, level, first, end, image, last_image = found.nodes.T.copy()
    elements, name_starts, name_ends, firsts, counts = found.texts
    starts, ends, *_ = found.names
    return Nodes(
        parent=parent,
        tag=tuple(
            [
                NAMES[element] if element >= 0 else raw[low:high].lower()
                for element, low, high in zip(elements, name_starts, name_ends, strict=True)
            ]
        ),
        names=tuple(
            [
                (
                    raw[starts[at] : ends[at]]
                    if n == 1
                    else " ".join([raw[starts[i] : ends[i]] for i in range(at, at + n)])
                )
                if n
                else ""
                for at, n in zip(firsts, counts, strict=True)
            ]
        ),
        own=own,
        mask=mask,
        depth=depth,
        level=level,
        first_line=first,
        end_line=end,
        images=last_image - image,
    )


def _lines(table: Ints, nodes: Nodes) -> Lines:
    """The lines as columns, cells of a row made one line; the containers' line numbers follow."""
    joined = table[:, 10] > 0
    if joined.any():
        begin = np.flatnonzero(~joined)
        last = np.append(begin[1:], len(table)) - 1
        whole = table[begin]
        whole[:, 1] = table[last, 1]
        whole[:, 9] = table[last, 9]
        for column in (5, 6, 7):
            whole[:, column] = np.add.reduceat(table[:, column], begin)
        whole[:, 4] = np.bitwise_or.reduceat(table[:, 4], begin)
        renumber = np.append(np.cumsum(~joined) - 1, len(begin))
        nodes.first_line[:] = renumber[nodes.first_line]
        inside = nodes.end_line - 1
        nodes.end_line[:] = np.where(inside >= 0, renumber[np.maximum(inside, 0)] + 1, 0)
        table = whole
    start, end, node, mask, inline, link, bold, links, gap, images, _ = table.T.copy()
    return Lines(start, end, node, mask, inline, link, bold, links, gap, images, nodes)


def _level_one(lines: Lines) -> Iterator[tuple[int, int]]:
    """Spans of the lines in an h1."""
    level: Ints = lines.nodes.level[lines.node]
    for index in np.flatnonzero(level == 1)[:20]:
        yield int(lines.start[index]), int(lines.end[index])
