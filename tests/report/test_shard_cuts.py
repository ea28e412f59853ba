"""The cuts of a shard are counted once, and every later page reads what was kept of them."""

from __future__ import annotations

import shutil
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pyarrow as pa
import pytest

from tasks.errors import CleancopyError
from tasks.report import shard_cuts
from tasks.report.cuts import SourceCuts
from tasks.report.pages import write_report
from tasks.report.shard_cuts import SHARD_LINES, count_cuts
from tasks.versions.memo import CUTS, RESULTS
from tasks.versions.store import Store
from tests.flows.conftest import World, article

SHARE = "Share this article on Facebook"


def written(world: World, out: Path) -> bytes:
    return write_report(world.store, world.head(), out / "page.html").read_bytes()


@pytest.fixture
def grown(new_world: Any) -> World:
    """Two versions; the second has one batch more."""
    world = new_world()
    for day in (1, 2):
        for seed in range(2):
            world.put(f"alpha/2024-02-0{day}/{seed}.txt", f"{article(4 * day + seed)}\n\n{SHARE}\n")
        world.run()
        write_report(world.store, world.head())
    return world


def test_a_page_from_kept_counts_has_the_bytes_of_one_counted_anew(grown: World, tmp_path: Path) -> None:
    kept = written(grown, tmp_path)
    shutil.rmtree(grown.settings.data / RESULTS / CUTS)
    assert written(grown, tmp_path) == kept
    assert SHARE.encode() in kept


def test_only_the_new_batch_is_counted(grown: World, monkeypatch: pytest.MonkeyPatch) -> None:
    counted: list[str] = []

    def count(edits: pa.Table, sizes: pa.Table, batch: str) -> Any:
        counted.append(batch)
        return count_cuts(edits, sizes, batch)

    monkeypatch.setattr(shard_cuts, "count_cuts", count)
    grown.put("alpha/2024-02-09/new.txt", article(30))
    grown.run()
    write_report(grown.store, grown.head())
    assert counted == ["alpha/2024-02-09"]


def test_retention_keeps_the_counts_of_what_a_kept_version_lists(grown: World) -> None:
    later = Store(grown.settings.data, clock=lambda: datetime.now(UTC) + timedelta(days=9))
    records = sorted((grown.settings.data / RESULTS / CUTS).iterdir())
    grown.put("alpha/2024-02-01/0.txt", f"{article(20)}\n\n{SHARE}\n")
    grown.run()
    later.retention(1, 0, 60)
    left = sorted((grown.settings.data / RESULTS / CUTS).iterdir())
    assert len(left) == len(records) - 1  # one of the two batches was revised
    assert set(left) < set(records)


def test_counts_that_cannot_be_kept_are_no_error(
    grown: World, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(*_: Any) -> None:
        raise CleancopyError("cannot write: Read-only file system")

    shutil.rmtree(grown.settings.data / RESULTS / CUTS)
    monkeypatch.setattr(Store, "remember", refuse)
    assert SHARE.encode() in written(grown, tmp_path)


def test_of_many_lines_the_rarest_are_forgotten_and_told() -> None:
    lines = [f"Line {number}" for number in range(SHARD_LINES + 5)] + ["Often"] * 3
    edits = pa.table({
        "doc_id": ["d"] * len(lines), "kind": ["share"] * len(lines), "rule_id": ["r"] * len(lines),
        "confidence_frac": [0.9] * len(lines), "raw_start": [0] * len(lines), "raw_end": [5] * len(lines), "removed": lines,
    })  # fmt: skip
    cuts = SourceCuts("alpha")
    cuts.add(count_cuts(edits, pa.table({"doc_id": ["d"], "n_raw_chars": [9_000]}), "alpha/2024-02-01"))
    assert (cuts.n_lines, cuts.forgot) == (SHARD_LINES, 6)
    assert cuts.lines(1)[0].text == "Often"
