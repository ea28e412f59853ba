"""The best labelling of each segment, and by how much it is the best, in whole numbers.

Labels: 0 is "no name"; type k (from 0) begins with label 1 + 2 k and goes on with 2 + 2 k. A name can only go on
where it began. Segments are decoded side by side, one word of each at a time.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from tasks.entities.taggers.network import Floats

_NEVER = -1e12  # below any sum of scores: 160 words x 2**17


class Found(NamedTuple):
    """A name among the words of a segment: words first..last, its type's number, and its margin (a score)."""

    first: int
    last: int
    kind: int
    margin: float


def decode(scores: Floats, lengths: NDArray[np.int64]) -> list[list[Found]]:
    """Names of each segment.

    scores: whole numbers, shape (segments, longest, labels), zero after a segment's end.
    lengths: words of each segment, in descending order.
    The margin of a name is the least, over its words, of the best labelling's score minus that of the best
    labelling that gives the word another label.
    """
    forward = _forward(scores, lengths)
    backward = _backward(scores, lengths)
    total = forward + backward
    labels = total.argmax(axis=2)
    best = np.take_along_axis(total, labels[..., None], 2)[..., 0]
    np.put_along_axis(total, labels[..., None], _NEVER, 2)
    margins = best - total.max(axis=2)
    labels = _repaired(labels, forward, lengths, margins)
    return [_names(labels[i, :n].tolist(), margins[i, :n]) for i, n in enumerate(lengths.tolist())]


def _forward(scores: Floats, lengths: NDArray[np.int64]) -> Floats:
    """Score of the best labelling of the words up to each one, by that word's label."""
    out = scores.copy()
    out[:, 0, 2::2] = _NEVER
    for t in range(1, scores.shape[1]):
        live = int(np.searchsorted(-lengths, -t, side="left"))
        before, here = out[:live, t - 1], out[:live, t]
        goes_on = np.maximum(before[:, 1::2], before[:, 2::2])
        here[:, 0] += before.max(axis=1)
        here[:, 1::2] += before.max(axis=1)[:, None]
        here[:, 2::2] += goes_on
    return out


def _backward(scores: Floats, lengths: NDArray[np.int64]) -> Floats:
    """Score of the best labelling of the words after each one, by that word's label."""
    out = np.zeros_like(scores)
    for t in range(scores.shape[1] - 2, -1, -1):
        live = int(np.searchsorted(-lengths, -(t + 1), side="left"))
        ahead = out[:live, t + 1] + scores[:live, t + 1]
        fresh = np.maximum(ahead[:, 0], ahead[:, 1::2].max(axis=1))
        out[:live, t] = fresh[:, None]
        out[:live, t, 1::2] = np.maximum(fresh[:, None], ahead[:, 2::2])
        out[:live, t, 2::2] = out[:live, t, 1::2]
    return out


def _repaired(
    labels: NDArray[np.int64],
    forward: Floats,
    lengths: NDArray[np.int64],
    margins: Floats,
) -> NDArray[np.int64]:
    """Labels of one best path: where two labellings tie, the words' own best labels may not fit together."""
    for i in np.flatnonzero((margins == 0).any(axis=1)).tolist():
        n = int(lengths[i])
        row = labels[i]
        row[n - 1] = forward[i, n - 1].argmax()
        for t in range(n - 2, -1, -1):
            after = int(row[t + 1])
            if after and after % 2 == 0:
                row[t] = after - 1 if forward[i, t, after - 1] >= forward[i, t, after] else after
            else:
                row[t] = forward[i, t].argmax()
    return labels


def _names(labels: list[int], margins: Floats) -> list[Found]:
    """Runs of labels as names."""
    found: list[Found] = []
    at = 0
    while at < len(labels):
        label = labels[at]
        if label == 0:
            at += 1
            continue
        last = at
        while last + 1 < len(labels) and labels[last + 1] and labels[last + 1] % 2 == 0:
            last += 1
        found.append(Found(at, last, (label - 1) // 2, float(margins[at : last + 1].min())))
        at = last + 1
    return found
