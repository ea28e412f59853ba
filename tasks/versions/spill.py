"""Spill: rows that are dealt out on disk, so that what belongs together can be taken up alone."""

from __future__ import annotations

from pathlib import Path

import pyarrow as pa

MAX_OPEN = 64  # files at once: an archive of a century has 1,200 months, macOS lets a process open 256 files

Key = int | str


class Spill:
    """Rows in files of a folder, by what they belong to; one schema, each key in one file or more."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._pieces: dict[Key, list[Path]] = {}
        self._open: dict[Key, pa.RecordBatchFileWriter] = {}  # the longest unused first

    def add(self, key: Key, rows: pa.Table) -> None:
        """Rows of the key, behind those it has; metadata of their schema goes."""
        writer = self._open.pop(key, None) or self._begin(key, rows.schema.remove_metadata())
        self._open[key] = writer
        writer.write_table(rows.replace_schema_metadata(None))

    def _begin(self, key: Key, kind: pa.Schema) -> pa.RecordBatchFileWriter:
        """A new file of a key, in place of the one unused for the longest time where too many are open."""
        if len(self._open) >= MAX_OPEN:
            self._open.pop(next(iter(self._open))).close()
        pieces = self._pieces.setdefault(key, [])
        pieces.append(self._folder / f"{key}-{len(pieces)}.arrow")
        return pa.ipc.new_file(str(pieces[-1]), kind)

    def close(self) -> None:
        """Nothing can be added afterwards, and everything be taken."""
        for writer in self._open.values():
            writer.close()

    def take(self, key: Key, empty: pa.Table) -> pa.Table:
        """The rows of a key in the order they came, once: their files are gone. empty: what a key has that got none."""
        read = []
        for piece in self._pieces.pop(key, ()):
            with pa.ipc.open_file(str(piece)) as reader:
                read.append(reader.read_all())
            piece.unlink()
        return pa.concat_tables(read) if read else empty
