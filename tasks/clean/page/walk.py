"""The walk over a page's tags: text into lines, elements into containers, both with their evidence."""

from __future__ import annotations

import re
from html import unescape
from itertools import accumulate

import numpy as np

from tasks.clean.edits import Edit, edit_of
from tasks.clean.page.evidence import Bit
from tasks.clean.page.layout import LineBook
from tasks.clean.page.meta import Notes, read_meta
from tasks.clean.page.nesting import (
    CELL_STOPS,
    CELLS,
    CLOSES,
    HEADINGS,
    MAX_CLIMB,
    NO_STOPS,
    TABLE_PARTS,
    TABLE_STOPS,
)
from tasks.clean.page.records import Nodes, Page
from tasks.clean.page.tokens import Code, Op, read_tag, split_tags

_OPEN, _CLOSE = Code.OPEN, Code.CLOSE  # module names: looked up a thousand times a page
_SKIP, _PRE = 1 << Bit.SKIP, 1 << Bit.PRE
# Collapsed white space (no-break spaces too: in news they are layout) and character references.
_SPECIAL = re.compile(
    r"[ \t\n\r\f\xa0]{2,}+|[\t\n\r\f\xa0]"
    r"|&(?:#[0-9]{1,300}+;?+|#[xX][0-9a-fA-F]{1,300}+;?+|[^\t\n\f <&#;]{1,32}+;?+)"
)
_PRE_SPECIAL = re.compile(
    r"\r\n|[\n\r]|&(?:#[0-9]{1,300}+;?+|#[xX][0-9a-fA-F]{1,300}+;?+|[^\t\n\f <&#;]{1,32}+;?+)"
)
# Tags read before, in this process: pages of a site share most of theirs. Links are nearly all different.
_known: dict[str, Op] = {}
_MAX_KNOWN, _MAX_KNOWN_CHARS = 20_000, 200
_N_TOLD = 8  # numbers of a container


class _Walk:
    """State of one pass. `book` keeps the text and its lines; the element stack is kept here."""

    def __init__(self, raw: str) -> None:
        self.raw = raw
        self.book = LineBook(raw)
        self.notes = Notes()
        self.names: list[str] = []
        self.stack: list[int] = [0]
        self.masks: list[int] = [0]
        self.ops: list[Op] = [Op(Code.OPEN)]
        # of each container, one behind the other: parent, mask, depth, level, first line, end line, first image, end image
        self.records: list[int] = [0] * _N_TOLD
        self.time_from = -1
        self.author_from = -1

    def run(self) -> None:  # noqa: C901 (the hot loop: calls would double its cost)
        """The whole page. One dictionary look-up a tag: most tags of a page are alike."""
        parts = split_tags(self.raw)
        known = _known
        if len(known) > _MAX_KNOWN:
            known.clear()
        places = list(accumulate(map(len, parts), initial=0))
        book, tags = self.book, parts[1::2]
        for text, at, tag, told in zip(parts[::2], places[::2], tags, map(known.get, tags), strict=False):
            op = told
            if text:
                if not book.pre and text.isspace():
                    book.space = True
                elif not book.mask & _SKIP:
                    self.text(text, at)
            if op is None:
                op = read_tag(tag)
                if len(tag) < _MAX_KNOWN_CHARS and op.code != Code.LINK:
                    known[tag] = op
            code = op.code
            if code == _OPEN:
                self.open(op)
            elif code == _CLOSE:
                self.close(op)
            elif code:
                self.apply(op, tag)
        if parts[-1] and not book.mask & _SKIP:
            self.text(parts[-1], places[-2])
        book.finish()
        while len(self.stack) > 1:
            self.pop()
        self.records[5], self.records[7] = book.n_lines, book.images

    def text(self, text: str, at: int) -> None:
        """Text between two tags, its white space collapsed and its character references decoded."""
        book = self.book
        if not book.pre:
            bare = text.strip()
            # Most texts: nothing to decode or collapse inside. Of white space only the blank is printable.
            if bare.isprintable() and "&" not in bare and "  " not in bare:
                book.plain(text, at, bare)
                return
        pattern = _PRE_SPECIAL if book.pre else _SPECIAL
        last = 0
        for match in pattern.finditer(text):
            start = match.start()
            if start > last:
                book.plain(text[last:start], at + last, text[last:start].strip())
            last = match.end()
            found = match.group()
            if found[0] == "&":
                self.reference(found, at + start)
            elif book.pre:
                book.end_line(2)
            else:
                book.space = True
        if last < len(text):
            book.plain(text[last:], at + last, text[last:].strip())

    def reference(self, found: str, at: int) -> None:
        """A character reference, as browsers decode it."""
        decoded = unescape(found)
        if decoded == found:
            self.book.plain(found, at, found)
        elif decoded.isspace():
            self.book.space = True
        elif decoded:
            self.book.insert(decoded, at + len(found))

    def apply(self, op: Op, tag: str) -> None:
        """What a tag does to lines and stack."""
        code, book = op.code, self.book
        if code == Code.LINK:
            book.linked = True
            book.links += 1
            if op.mask:
                self.author_from = book.size
        elif code == Code.LINK_END:
            book.linked = False
            if self.author_from >= 0:
                self.notes.author_links.append((self.author_from, book.size))
                self.author_from = -1
        elif code == Code.BREAK:
            book.end_line(2 if op.name == "hr" else 1)
        elif code == Code.INLINE:
            book.inline |= op.mask
        elif code == Code.BOLD:
            book.bold += 1
        elif code == Code.BOLD_END:
            book.bold -= book.bold > 0
        elif code == Code.IMAGE:
            book.images += 1
        else:
            self.note(op, tag)

    def note(self, op: Op, tag: str) -> None:
        """A tag that says something about the page."""
        if op.code == Code.TIME:
            self.time_from = self.book.size
            self.notes.times.append((tag, self.time_from, self.time_from))
        elif op.code == Code.TIME_END:
            if self.time_from >= 0:
                self.notes.times[-1] = (*self.notes.times[-1][:2], self.book.size)
            self.time_from = -1
        else:
            self.notes.tags.append((op.name, tag))

    def open(self, op: Op) -> None:
        """An element begins: what it closes by itself is closed, its line breaks, it goes on the stack."""
        name, book = op.name, self.book
        names = self.names
        if op.breaks:
            if names and ((names[-1] == "p" and op.ends_p) or names[-1] == "option"):
                self.pop()
            if op.special:
                self.begin_special(name)
            elif book.open:
                book.end_line(2)
            else:
                book.space, book.gap = False, 2
        node = len(self.ops)
        mask = book.mask | op.mask
        parent = book.node
        level = op.level or self.records[_N_TOLD * parent + 3]
        self.ops.append(op)
        self.records += (
            parent, mask, len(self.stack), level, book.n_lines + book.open, 0, book.images, 0,
        )  # fmt: skip
        self.stack.append(node)
        self.masks.append(mask)
        names.append(name)
        book.node, book.mask, book.pre = node, mask, mask & _PRE

    def begin_special(self, name: str) -> None:
        """An element begins that ends others, or that is part of a table."""
        names, book = self.names, self.book
        if name in CLOSES:
            self.climb(*CLOSES[name])
        elif name in HEADINGS and names and names[-1] in HEADINGS:
            self.pop()
        if name in CELLS:
            book.next_cell()
        elif name in TABLE_PARTS:
            book.end_row(nested=name == "table")
        else:
            book.end_line(2)

    def close(self, op: Op) -> None:
        """An end tag: closes the nearest such element and what was left open in it; else is ignored."""
        name, book = op.name, self.book
        if op.breaks:
            if op.special:
                book.end_row(nested=name == "table")
            elif book.open:
                book.end_line(2)
            else:
                book.space, book.gap = False, 2
        if self.names and self.names[-1] == name:
            self.pop()
        elif name in HEADINGS:
            self.climb(HEADINGS, CELL_STOPS)
        elif name in self.names[-MAX_CLIMB:]:
            wanted = frozenset((name,))
            self.climb(
                wanted,
                NO_STOPS if name == "table" else TABLE_STOPS if name in TABLE_PARTS else CELL_STOPS,
            )

    def climb(self, wanted: frozenset[str], stops: frozenset[str]) -> None:
        """Close up to the nearest open element of a wanted name, unless a stop comes first."""
        names = self.names
        if wanted.isdisjoint(names[-MAX_CLIMB:]):
            return
        for index in range(len(names) - 1, max(-1, len(names) - 1 - MAX_CLIMB), -1):
            if names[index] in wanted:
                while len(names) > index:
                    self.pop()
                return
            if names[index] in stops:
                return

    def pop(self) -> None:
        """The innermost element ends."""
        at = _N_TOLD * self.stack.pop()
        self.masks.pop()
        self.names.pop()
        book, records = self.book, self.records
        records[at + 5], records[at + 7] = book.n_lines + book.open, book.images
        mask = self.masks[-1]
        book.node, book.mask, book.pre = self.stack[-1], mask, mask & _PRE

    def nodes(self) -> Nodes:
        """The containers as columns."""
        told = np.array(self.records, np.int64).reshape(-1, _N_TOLD)
        parent, mask, depth, level, first, end, image, last_image = told.T.copy()
        return Nodes(
            parent=parent,
            tag=tuple([op.name for op in self.ops]),
            names=tuple([op.names for op in self.ops]),
            own=np.array([op.mask for op in self.ops], np.int64),
            mask=mask,
            depth=depth,
            level=level,
            first_line=first,
            end_line=end,
            images=last_image - image,
        )


def parse_page(raw: str) -> Page:
    """An HTML page as flat text with its lines, containers and metadata.

    raw: the decoded page, any string. Every kept character keeps its raw offset: `apply_edits(raw, page.edits)`
    is `page.flat`, all edits of kind `markup`. Scripts, styles, comments, noscript, templates, drawings and
    options of a form are left out; hidden elements stay and are marked. Linear in len(raw); never raises.
    """
    walk = _Walk(raw)
    walk.run()
    book, nodes = walk.book, walk.nodes()
    flat = book.flat()
    lines = book.columns(nodes)
    headings = [flat[start:end] for start, end in book.level_one(lines)]
    return Page(flat, _edits(book), lines, read_meta(walk.notes, flat, headings))


def _edits(book: LineBook) -> tuple[Edit, ...]:
    return tuple(
        [edit_of((start, end, "markup", "html.markup", 1.0, inserted)) for start, end, inserted in book.gaps]
    )
