"""Rows dealt out on disk."""

from __future__ import annotations

import resource
from collections.abc import Iterator
from pathlib import Path

import pyarrow as pa
import pytest

from tasks.versions.spill import Spill

MACOS_FILES = 256  # what a process may open there, if nobody asked for more
N_FILES = 300


@pytest.fixture
def few_files() -> Iterator[None]:
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (MACOS_FILES, hard))
    yield
    resource.setrlimit(resource.RLIMIT_NOFILE, (soft, hard))


@pytest.mark.usefixtures("few_files")
def test_rows_of_more_files_than_a_process_may_open_are_dealt_out(tmp_path: Path) -> None:
    spill = Spill(tmp_path)
    for shard in range(2):
        for number in range(N_FILES):
            spill.add(number, pa.table({"row": [f"{number} of {shard}"]}))
    spill.close()
    nothing = pa.table({"row": pa.array([], pa.string())})
    for number in range(N_FILES):
        assert spill.take(number, nothing)["row"].to_pylist() == [f"{number} of 0", f"{number} of 1"]
    assert spill.take(N_FILES, nothing) is nothing
