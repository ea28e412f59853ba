"""What the store needs from the place its files lie in. `folder.LocalFolder` is the local one."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

import pyarrow as pa


@dataclass(frozen=True, slots=True)
class Stored:
    """One stored file: its key, when it was last written or touched (seconds since 1970), its size."""

    key: str
    mtime: float
    bytes: int


class Backend(Protocol):
    """Files by key (a relative path with slashes), each written whole or not at all.

    An object store fits the same shape: `create` is a put with `If-None-Match: *`, `advance` one with
    `If-Match`, `assemble` copies on the server with a marker put last, `lock` does nothing (there the grace
    period alone keeps retention away from a commit).
    """

    def path(self, key: str) -> Path:
        """Where a person finds the key."""

    def read(self, key: str) -> bytes:
        """The bytes of a file. Raises FileNotFoundError."""

    def open(self, key: str) -> pa.NativeFile:
        """A file for random access. Raises FileNotFoundError."""

    def map(self, key: str) -> pa.NativeFile:
        """A file of which little is read: what is read stays in it where it can be mapped. Raises FileNotFoundError."""

    def read_ranges(self, key: str, ranges: Iterable[tuple[int, int]]) -> list[bytes]:
        """Some pieces of a file, each by its first byte and its size; shorter where the file ends. Raises FileNotFoundError."""

    def put(self, key: str, data: bytes, *, frozen: bool = False, flush: bool = True) -> None:
        """Write or replace a file; `frozen` asks for one that people cannot edit by accident.

        Without `flush` it outlives the process, but a power cut only from `flush` on.
        """

    def flush(self, keys: Iterable[str]) -> None:
        """Files that were put without it are safe from a power cut now. Raises FileNotFoundError."""

    def adopt(self, key: str, path: Path) -> None:
        """Make a written file that of a key, frozen; it goes from where it was. A power cut may lose it."""

    def create(self, key: str, data: bytes) -> bool:
        """Write a frozen file only if there is none; False if there is one."""

    def touch(self, key: str) -> int | None:
        """Make a file young again, so that no sweep takes it. Its size, None if it is not there."""

    def files(self, prefix: str) -> Iterator[Stored]:
        """Every file under a folder, sorted by key; files that vanish meanwhile are left out."""

    def folders(self, prefix: str) -> Sequence[str]:
        """The names of the folders right under a folder, sorted."""

    def delete(self, key: str) -> None:
        """Remove a file, if it is there."""

    def assemble(self, folder: str, files: Mapping[str, str]) -> None:
        """A folder of the frozen files `{name: key}`, seen complete or not at all; mended if it exists, made anew if it has more.

        Raises FileNotFoundError if a key is not there.
        """

    def remove_folder(self, folder: str) -> None:
        """Remove a folder in one step as far as readers can tell."""

    def number(self, key: str) -> int | None:
        """The number a pointer holds; None if it is lost or is no number."""

    def advance(self, key: str, number: int) -> None:
        """Move a pointer forward to a number; never back."""

    def lock(self, *, exclusive: bool) -> AbstractContextManager[None]:
        """Commits share it, retention has it alone. A killed process lets go of it."""

    def stale(self, before: float) -> Iterator[Stored]:
        """Temporary files that a killed process left, last written before a time (seconds since 1970)."""
