"""Crew: who does the pieces of a step over the whole corpus: this process, others beside it, or the workers of a cluster.

A piece is small: what it is about, and where in the data folder it reads and writes. So is its answer. What pieces hand
on lies in files, so that nobody holds more than a piece, and a piece done twice writes the same bytes.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Protocol, TypeVar

from tasks.settings import Settings


class Piece(Protocol):
    """A piece of a step, as far as who does it looks at it."""

    @property
    def batch(self) -> str:
        """Which one, in a word or two."""

    @property
    def n_bytes(self) -> int:
        """Bytes it reads, about."""


P = TypeVar("P", bound=Piece)
A = TypeVar("A")


class Crew(Protocol):
    """Does the pieces of a part of a step that has this name; their answers, in their order."""

    def __call__(
        self, name: str, work: Callable[[Sequence[P], Settings], list[A]], pieces: Sequence[P]
    ) -> list[A]:
        """See above."""


def alone(settings: Settings) -> Crew:
    """This process, one piece after the other."""

    def crew(name: str, work: Callable[[Sequence[P], Settings], list[A]], pieces: Sequence[P]) -> list[A]:  # noqa: ARG001  others tell of it
        return [answer for piece in pieces for answer in work([piece], settings)]

    return crew
