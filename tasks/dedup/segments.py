"""Segments: what one piece of the corpus hands on to many others, in files; each of these reads its own out of all of them.

A file is there whole or not at all, and a piece that is done twice, after a worker was lost, writes the same bytes.
"""

from __future__ import annotations

import os
import uuid
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any, BinaryIO, TypeVar

import numpy as np
import numpy.typing as npt

from tasks.dedup.memory import mapped
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
    return mapped(np.load(path, mmap_mode="r", allow_pickle=False))


def put_down(folder: Path, values: npt.NDArray[_Kind]) -> npt.NDArray[_Kind]:
    """The same array, in a file of the folder and not in memory."""
    return np.asarray(load(save(folder / f"array-{uuid.uuid4().hex}", values)))


def write_segments(path: Path, segments: Sequence[npt.NDArray[np.generic] | bytes]) -> None:
    """One segment behind the other, and before them where each begins, in bytes."""
    stored = [segment if isinstance(segment, bytes) else segment.tobytes() for segment in segments]
    with whole_file(path) as file:
        file.write(np.cumsum([0, *map(len, stored)]).astype("<i8").tobytes())
        file.writelines(stored)


def read_segments(
    paths: Sequence[Path], n: int, first: int, last: int, kind: np.dtype[_Kind]
) -> Iterator[npt.NDArray[_Kind]]:
    """Of the segments first to last (it not), in turn, what all files have, in their order. n: segments of each file."""
    held = []
    for path in paths:
        ends = np.fromfile(path, "<i8", last - first + 1, offset=8 * first)
        start, size = int(ends[0]), int(ends[-1] - ends[0]) // kind.itemsize
        values = np.fromfile(path, kind, size, offset=8 * (n + 1) + start)
        held.append((values, ((ends - start) // kind.itemsize).tolist()))
    for at in range(last - first):
        yield np.concatenate([np.zeros(0, kind), *(values[ends[at] : ends[at + 1]] for values, ends in held)])


def append_file(path: Path, file: BinaryIO) -> None:
    """Copy a file behind another; by the kernel where it can."""
    with path.open("rb") as source:
        left = os.fstat(source.fileno()).st_size
        while left:
            left -= os.sendfile(file.fileno(), source.fileno(), None, left)


def joined(paths: Sequence[Path], path: Path) -> Any:  # noqa: ANN401  numbers of the kind that was saved
    """Saved arrays one behind the other in one file, which takes their place; it stays in the file."""
    if path.exists():  # a killed run had come so far
        return load(path)
    parts = [np.load(one, mmap_mode="r", allow_pickle=False) for one in paths]
    shape = (sum(len(one) for one in parts), *parts[0].shape[1:])
    with whole_file(path) as file:
        header = {
            "descr": np.lib.format.dtype_to_descr(parts[0].dtype),
            "fortran_order": False,
            "shape": shape,
        }
        np.lib.format.write_array_header_1_0(file, header)
        for one in parts:
            file.write(one.data)
    for one in paths:
        one.unlink()
    return load(path)
