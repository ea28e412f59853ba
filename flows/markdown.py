"""Markdown of text from outside: it shows just that text, whatever the text would like to be."""

from __future__ import annotations

import string
import unicodedata
from collections.abc import Iterable, Sequence
from itertools import islice

MAX_ROWS = 100  # in one table: a page is read, not searched
CELL_CHARS = 120  # one long cell pushes the others out of sight
TEXT_CHARS = 600

_ENTITIES = {ord(c): f"&#{ord(c)};" for c in string.punctuation if c not in ",;"}
_BREAKS = {"Cc", "Zl", "Zp"}
_UNSEEN = {"Cf", "Cs"}  # bidirectional overrides and the like turn a line round


def plain(text: object, max_chars: int = CELL_CHARS) -> str:
    """Any text as markdown that shows just that text, on one line, cut to `max_chars`."""
    kinds = ((char, unicodedata.category(char)) for char in str(text)[: 2 * max_chars])
    line = "".join(" " if kind in _BREAKS else char for char, kind in kinds if kind not in _UNSEEN)
    line = " ".join(line.split())
    cut = line if len(line) <= max_chars and len(str(text)) <= 2 * max_chars else line[: max_chars - 1] + "…"
    return cut.translate(_ENTITIES)


def table(head: Sequence[str], rows: Iterable[Sequence[str]], total: int = 0) -> str:
    """A markdown table of cells that are markdown already; says how many of `total` rows it leaves out."""
    listed = list(islice(rows, MAX_ROWS))
    lines = [_line(head), _line(["---"] * len(head)), *(_line(row) for row in listed)]
    left = max(0, total - len(listed))
    return "\n".join(lines) + (f"\n\n… and {left:,} more." if left else "")


def _line(cells: Sequence[str]) -> str:
    return "| " + " | ".join(cells) + " |"
