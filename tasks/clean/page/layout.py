"""Text laid out in lines: which raw characters stay, what stands between them, where each line ends."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from tasks.clean.page.records import Ints, Lines, Nodes

CELL_BREAK = "\t"  # between cells of a row that hold one line each
_SEVERAL = 9  # lines in a cell: any number above one
_N_FIELDS = 11  # of a line


class LineBook:
    """Lines as they come. Numbers of each line in the order that `columns` takes them apart; gaps are the edits-to-be."""

    def __init__(self, raw: str) -> None:
        self.raw = raw
        self.out: list[str] = []
        self.size = 0  # characters laid out
        self.kept_end = 0  # raw end of the last kept character
        self.pending = ""  # inserted since then
        self.gaps: list[tuple[int, int, str]] = []
        self.lines: list[int] = []  # _N_FIELDS of each
        self.n_lines = 0
        self.joins: list[tuple[int, int, int]] = []  # of the line's cell break: line, place in out, in gaps
        self.open = 0  # 1 while the current line has text
        self.space = False
        self.pre = 0
        self.linked = False
        self.bold = 0
        self.images = 0
        self.links = 0
        self.inline = 0
        self.node = self.mask = 0
        self.gap = 2
        self.line_start = self.line_node = self.line_mask = self.link_chars = self.bold_chars = 0
        self.line_gap = 0
        self.cell_lines = _SEVERAL
        self.can_join = self.joined = False

    def plain(self, text: str, at: int, bare: str) -> None:
        """Raw text at raw offset `at` without anything to decode or collapse, but for its two ends. bare: without them."""
        if self.pre:
            if self.open or not text.isspace():
                self.keep(text, at)
            return
        if not bare:
            self.space = True
            return
        if len(bare) != len(text):
            lead = len(text) - len(text.lstrip())
            if lead:
                self.space = True
            self.keep(bare, at + lead)
            self.space = lead + len(bare) != len(text)
        else:
            self.keep(bare, at)

    def keep(self, text: str, at: int) -> None:
        """These raw characters stay."""
        between = self.part(len(text))
        if between or self.pending or at != self.kept_end:
            inserted = self.pending + between
            start, end = self.kept_end, at
            if between and not self.pending and between != CELL_BREAK:
                # A space or line break that stands in the raw text anyway stays where it stands.
                if self.raw.startswith(between, start, end):
                    start, inserted = start + 1, ""
                elif self.raw.startswith(between, end - 1, end):
                    end, inserted = end - 1, ""
            if start < end or inserted:
                self.gaps.append((start, end, inserted))
            if between:
                self.out.append(between)
            self.pending = ""
        self.out.append(text)
        self.kept_end = at + len(text)

    def insert(self, text: str, end: int) -> None:
        """The raw characters up to `end` read as `text`."""
        between = self.part(len(text))
        self.gaps.append((self.kept_end, end, self.pending + between + text))
        self.out.append(between + text)
        self.pending = ""
        self.kept_end = end

    def part(self, n_chars: int) -> str:
        """What stands before the next n characters; the line they are in is opened, and counts them."""
        between = ""
        if not self.open:
            between = self._begin()
        elif self.space:
            between = " "
            self.size += 1
        self.space = False
        self.size += n_chars
        if self.linked:
            self.link_chars += n_chars
        if self.bold:
            self.bold_chars += n_chars
        return between

    def _begin(self) -> str:
        self.open = 1
        self.joined = False
        between = "\n" if self.size else ""
        if self.cell_lines == 0 and self.can_join and self.size:
            between, self.joined = CELL_BREAK, True
            self.joins.append((self.n_lines, len(self.out), len(self.gaps)))
        elif self.cell_lines == 1 and self.joins and self.joins[-1][0] == self.n_lines - 1:
            self._unjoin()
        self.cell_lines += 1
        self.size += len(between)
        self.line_start, self.line_node, self.line_mask = self.size, self.node, self.mask
        self.line_gap = self.gap
        return between

    def _unjoin(self) -> None:
        """The cell has a second line: its first goes on a line of its own after all."""
        line, place, gap = self.joins.pop()
        self.out[place] = self.out[place].replace(CELL_BREAK, "\n", 1)
        start, end, inserted = self.gaps[gap]
        self.gaps[gap] = (start, end, inserted.replace(CELL_BREAK, "\n", 1))
        self.lines[_N_FIELDS * line + _N_FIELDS - 1] = 0

    def end_line(self, gap: int) -> None:
        """A line break (1) or the edge of a block (2)."""
        self.space = False
        if not self.open:
            self.gap = gap if gap > self.gap else self.gap  # noqa: FURB136 (max costs a call, here 1,000 times a page)
            return
        self.n_lines += 1
        self.lines += (
            self.line_start, self.size, self.line_node, self.line_mask, self.inline, self.link_chars,
            self.bold_chars, self.links, self.line_gap, self.images, int(self.joined),
        )  # fmt: skip
        self.open = self.inline = self.link_chars = self.bold_chars = self.links = 0
        self.gap = gap

    def next_cell(self) -> None:
        """A cell begins: on the line of the cell before it, if that held one line."""
        self.end_line(2)
        if self.cell_lines:
            self.can_join = self.cell_lines == 1
        self.cell_lines = 0

    def end_row(self, *, nested: bool) -> None:
        """A row begins or ends. nested: a table does, so the cell around it holds several lines."""
        self.end_line(2)
        self.cell_lines = _SEVERAL if nested else 2 * _SEVERAL
        self.can_join = False

    def finish(self) -> None:
        """The end of the page: the last line ends, and what follows it goes."""
        self.end_line(2)
        end = len(self.raw)
        if self.kept_end < end or self.pending:
            self.gaps.append((self.kept_end, end, self.pending))

    def flat(self) -> str:
        """The laid-out text."""
        return "".join(self.out)

    def columns(self, nodes: Nodes) -> Lines:
        """The lines as columns, cells of a row made one line; the containers' line numbers follow."""
        table = np.array(self.lines, np.int64).reshape(-1, _N_FIELDS)
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
        start, end, node, mask, inline, link, bold, links, gap, images, _ = (
            np.ascontiguousarray(column) for column in table.T
        )
        return Lines(start, end, node, mask, inline, link, bold, links, gap, images, nodes)

    @staticmethod
    def level_one(lines: Lines) -> Iterator[tuple[int, int]]:
        """Spans of the lines in an h1."""
        level: Ints = lines.nodes.level[lines.node]
        for index in np.flatnonzero(level == 1)[:20]:
            yield int(lines.start[index]), int(lines.end[index])
