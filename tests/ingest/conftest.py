"""A small raw/ that tests fill, and the one way they read it."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

import pyarrow as pa
import pytest

from tasks.ingest.documents import Chunk, read_documents
from tasks.ingest.inventory import RawFile, take_inventory
from tasks.ingest.sources import Sources


@dataclass
class Raw:
    """raw/ of one test."""

    folder: Path

    def put(self, path: str, data: bytes | str) -> None:
        """Writes a file."""
        at = self.folder / path
        at.parent.mkdir(parents=True, exist_ok=True)
        at.write_bytes(data.encode() if isinstance(data, str) else data)

    def files(self) -> tuple[RawFile, ...]:
        """What the inventory finds."""
        return take_inventory(self.folder, {})[0].files

    def chunks(self, files: Iterable[RawFile] | None = None, **options) -> list[Chunk]:
        """The files, or all there are, read."""
        bounds = {"chunk_rows": 1_000, "chunk_bytes": 10_000_000, "record_max_bytes": 1_000_000} | options
        sources = bounds.pop("sources", Sources())
        chosen = self.files() if files is None else list(files)
        return list(read_documents(self.folder, chosen, sources, **bounds))

    def read(self, files: Iterable[RawFile] | None = None, **options) -> Rows:
        """The rows of all chunks."""
        return Rows(self.chunks(files, **options))


class Rows:
    """The rows of all chunks, as lists of dicts."""

    def __init__(self, chunks: list[Chunk]) -> None:
        self.n_in = sum(chunk.n_in for chunk in chunks)
        self.kept = _joined(chunk.result.kept for chunk in chunks)
        self.dropped = _joined(chunk.result.dropped for chunk in chunks)
        self.quarantined = _joined(chunk.result.quarantined for chunk in chunks)
        self.checks = _joined(chunk.result.tables["checks"] for chunk in chunks)
        self.inventory = _joined(chunk.result.tables["inventory"] for chunk in chunks)

    @property
    def texts(self) -> list[str]:
        """The raw texts."""
        return [row["raw_text"] for row in self.kept]

    @property
    def rules(self) -> list[str]:
        """Why items could not be read."""
        return [row["rule"] for row in self.quarantined]


def _joined(tables: Iterable[pa.Table]) -> list[dict]:
    return [row for table in tables for row in table.to_pylist()]


@pytest.fixture
def raw(tmp_path: Path) -> Raw:
    (tmp_path / "raw").mkdir()
    return Raw(tmp_path / "raw")
