"""Resumed: a piece that a run had done before it was killed is not done again; its answer lies beside what it wrote.

The scratch folder is named by all that its pieces follow from, so that a piece is known by its work and its name.
"""

from __future__ import annotations

import pickle
import re
from collections.abc import Callable, Sequence
from functools import wraps
from pathlib import Path
from typing import Protocol, TypeVar

import numpy as np

from tasks.dedup.segments import load, save, whole_file
from tasks.dedup.words import I64
from tasks.settings import Settings


class _Piece(Protocol):
    @property
    def batch(self) -> str:
        """See tasks.crew.Piece."""

    @property
    def folder(self) -> Path:
        """What the pieces of its round share."""


P = TypeVar("P", bound=_Piece)
A = TypeVar("A")


def resumed(
    work: Callable[[Sequence[P], Settings], list[A]],
) -> Callable[[Sequence[P], Settings], list[A]]:
    """The work, of which a piece is done once in its folder."""

    @wraps(work)
    def once(pieces: Sequence[P], settings: Settings) -> list[A]:
        return [_answer(work, piece, settings) for piece in pieces]

    return once


def _answer(work: Callable[[Sequence[P], Settings], list[A]], piece: P, settings: Settings) -> A:
    path = piece.folder / f"done-{work.__name__}-{re.sub(r'[^0-9a-z]+', '-', piece.batch)}"
    if path.exists():
        answer: A = pickle.loads(path.read_bytes())  # noqa: S301  written below, in the data folder
        return answer
    (answer,) = work([piece], settings)
    with whole_file(path) as file:
        pickle.dump(answer, file)
    return answer


def noted(path: Path, numbers: Callable[[], Sequence[int]]) -> I64:
    """Numbers that are found once, and then are in a file: what they are told of may be gone when a run goes on."""
    if not path.exists():
        save(path, np.array(numbers(), np.int64))
    return np.array(load(path))
