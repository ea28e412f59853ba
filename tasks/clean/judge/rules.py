"""What the rules said of the lines around a line: where much goes by name, what no rule names is likely boilerplate too."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from tasks.clean.draft import Line
from tasks.clean.judge.columns import Columns
from tasks.clean.judge.lines import Floats
from tasks.clean.judge.second import Windows, distance, shift

_FAR = 30.0
_KINDS = {
    "related": 1, "duplicate_block": 1, "navigation": 2, "other": 2, "share": 2, "comments": 2, "follow_us": 2,
    "newsletter": 3, "paywall": 3, "advert": 3, "copyright": 3, "source_link": 3, "title": 4, "duplicate_title": 4,
    "byline": 4, "timestamp": 4, "caption": 5, "credit": 5, "image_markup": 5,
}  # fmt: skip
OPEN, MAYBE, CUT = 0.0, 0.5, 1.0
RELATED, HEAD = 1, 4  # groups of kinds


def ruled_of(lines: Sequence[Line]) -> Floats:
    """What rules said of each line, shape (2, n): OPEN, MAYBE or CUT, and the group of its kind, 0 for none."""
    out = np.zeros((2, len(lines)))
    for number, line in enumerate(lines):
        verdict = line.verdict or line.maybe
        if verdict is not None:
            out[0, number] = CUT if line.verdict is not None else MAYBE
            out[1, number] = _KINDS.get(verdict.kind, 6)
    return out


def rule_features(out: Columns, ruled: Floats) -> None:
    """Features of what `ruled_of` says of the other lines.

    Of the line itself nothing: where a rule is wrong about a sentence of the article, the judge is asked what it thinks
    without it.
    """
    for step in (-2, -1, 1, 2):
        out.add_rows((f"n{step:+}_ruled", f"n{step:+}_ruled_kind"), shift(ruled, step))
    is_cut = ruled[0] == CUT
    marks = np.stack([is_cut, ~is_cut, is_cut & (ruled[1] == RELATED), is_cut & (ruled[1] == HEAD)])
    names = ("cut", "uncut", "related_cut", "head_cut")
    out.add_rows([f"since_{name}" for name in names], _since(marks))
    out.add_rows([f"until_{name}" for name in names], _since(marks[:, ::-1])[:, ::-1])
    around = Windows(np.stack([is_cut, np.ones(len(is_cut))]).astype(np.float64))
    for side, label in ((1, "behind"), (-1, "ahead")):
        for reach in (4, 12):
            n_cut, n_lines = around.sums(reach, side)
            out.add(f"{label}{reach}_cut", n_cut / np.maximum(n_lines, 1.0))
    out.add("cut_share", (is_cut.sum() - is_cut) / max(len(is_cut) - 1, 1))


def _since(marks: NDArray[np.bool_]) -> Floats:
    """How many lines stand between each line and the last mark before it."""
    before = np.zeros_like(marks)
    before[:, 1:] = marks[:, :-1]
    return distance(before, _FAR)
