"""Segments: what one piece of the corpus hands on to many others, in files; each of these reads its own out of all of them.

A file is there whole or not at all, and a piece that is done twice, after a worker was lost, writes the same bytes.
"""

from __future__ import annotations

import os
import uuid
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any, BinaryIO, Generic, TypeVar

import numpy as np
import numpy.typing as npt

from tasks.versions.folder import explained

_Kind = TypeVar("_Kind", bound=np.generic)


@contextmanager
def whole_file(path: Path) -> Iterator[BinaryIO]:
    """A file that gets its name when all of it is written. A full disk is explained."""
    temporary = path.with_name(f"{path.name}-{uuid.uuid4().hex}")
    try:
        with explained("write", path):
            with temporary.open("xb") as file:
                yield file
            temporary.replace(path)
    finally:
        with suppress(FileNotFoundError):
            temporary.unlink()


def save(path: Path, values: npt.NDArray[np.generic]) -> Path:
    """Write an array."""
    with whole_file(path) as file:
        np.save(file, values, allow_pickle=False)
    return path


def load(path: Path) -> Any:  # noqa: ANN401  numbers of the kind that was saved
    """A saved array; it stays in the file."""
    return np.asarray(np.load(path, mmap_mode="r", allow_pickle=False))


def write_segments(path: Path, segments: Sequence[npt.NDArray[np.generic] | bytes]) -> None:
    """One segment behind the other, and before them where each begins, in bytes."""
    stored = [segment if isinstance(segment, bytes) else segment.tobytes() for segment in segments]
    with whole_file(path) as file:
        file.write(np.cumsum([0, *map(len, stored)]).astype("<i8").tobytes())
        file.writelines(stored)


@dataclass(frozen=True)
class Segments(Generic[_Kind]):
    """Files of so many segments each, of numbers of one kind."""

    paths: Sequence[Path]
    n: int
    kind: np.dtype[_Kind]

    def __post_init__(self) -> None:
        ends = [np.fromfile(path, "<i8", self.n + 1) for path in self.paths]
        object.__setattr__(self, "_ends", np.array(ends, np.int64).reshape(len(ends), self.n + 1))

    def of(self, number: int) -> Iterator[npt.NDArray[_Kind]]:
        """A segment of every file that has something in it."""
        ends: npt.NDArray[np.int64] = self._ends  # type: ignore[attr-defined]  # set above
        for place in np.flatnonzero(ends[:, number + 1] > ends[:, number]).tolist():
            start, end = ends[place, number : number + 2].tolist()
            count = (end - start) // self.kind.itemsize
            yield np.fromfile(self.paths[place], self.kind, count, offset=8 * (self.n + 1) + start)


def append_file(path: Path, file: BinaryIO) -> None:
    """Copy a file behind another; by the kernel where it can."""
    with path.open("rb") as source:
        left = os.fstat(source.fileno()).st_size
        while left:
            left -= os.sendfile(file.fileno(), source.fileno(), None, left)
