"""Two steps of edits made one: raw -> flat and flat -> clean become raw -> clean.

The runs of changed raw text are taken apart into a piece of raw text, what it becomes, and the edit that owns it. A cut of
the second step owns the markup between its own characters; markup at its border stays markup, so that a cut headline does
not claim the page's whole head. That is done in page/compose.c: a page has a thousand edits.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from tasks.clean.edits import Edit, edit_of
from tasks.clean.page.records import Ints


def compose(first: Sequence[Edit], second: Sequence[Edit], raw: str) -> tuple[Edit, ...]:
    """Edits raw -> clean, exact, with as few edits as can be.

    first: raw -> flat, second: flat -> clean, both in order. A run cut by one second edit takes its kind
    and rule and the markup inside it; neighbouring edits of one kind and rule collapse.
    """
    if not first:
        return tuple(second)
    from tasks.clean.page.program import the_program  # noqa: PLC0415  texts do without wasmtime

    edits, n = [*first, *second], len(first)
    texts = [edit.inserted for edit in edits]
    table = _table(edits, texts, n)
    results, pieces = the_program().compose(table[:n], table[n:], "".join(texts[:n]), len(raw))
    said = [texts[number][start:end] for number, start, end in zip(*pieces, strict=True)]
    return tuple(
        [
            edit_of((start, end, *edits[number][2:5], text))
            for start, end, number, at, n_pieces in zip(*results, strict=True)
            if len(text := said[at] if n_pieces == 1 else "".join(said[at : at + n_pieces])) != end - start
            or text != raw[start:end]
        ]
    )


def _table(edits: Sequence[Edit], texts: Sequence[str], n_first: int) -> Ints:
    """The edits as compose.c has them, shape (n, 6): span, label, whether it is of white space, place and length of the text.

    It asks for the labels of the first step and for the white space of the second.
    """
    labels: dict[tuple[str, str], int] = {}
    table = np.zeros((6, len(edits)), np.int64)
    starts, ends, kinds, rules, *_ = zip(*edits, strict=True)
    table[0], table[1] = starts, ends
    table[2, :n_first] = [
        labels.setdefault(label, len(labels)) for label in zip(kinds[:n_first], rules[:n_first], strict=True)
    ]
    table[3, n_first:] = [kind == "whitespace" for kind in kinds[n_first:]]
    table[5] = np.fromiter(map(len, texts), np.int64, len(texts))
    table[4] = np.cumsum(table[5]) - table[5]
    return table.T
