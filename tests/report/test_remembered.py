"""What earlier pages read and counted is used again, and changes no byte of a page."""

from __future__ import annotations

import shutil
from pathlib import Path
from typing import Any

import pytest

from tasks.report import figures, reading
from tasks.report.pages import write_report
from tasks.versions.memo import RESULTS, SHOWN
from tests.flows.conftest import World, article


@pytest.fixture
def grown(new_world: Any) -> World:
    """Two versions with copies and cuts; the second has one batch more."""
    world = new_world()
    for day in (1, 2):
        for seed in range(3):
            world.put(
                f"alpha/2024-02-0{day}/{seed}.txt", f"{article(seed)}\n\nShare this article on Facebook\n"
            )
        world.run()
        write_report(world.store, world.head())
    return world


def pages(world: World, out: Path) -> dict[str, bytes]:
    """The page and its traces."""
    write_report(world.store, world.head(), out / "page.html")
    return {path.name: path.read_bytes() for path in sorted(out.rglob("*.html"))}


def test_pages_made_of_what_was_kept_have_the_bytes_of_those_made_anew(grown: World, tmp_path: Path) -> None:
    results = grown.settings.data / RESULTS
    kept = pages(grown, tmp_path)
    for name in (SHOWN, figures.ARTICLES, figures.TOGETHER):
        assert list((results / name).iterdir())
        shutil.rmtree(results / name)
    assert pages(grown, tmp_path) == kept
    assert len(kept) > 1


def test_the_page_of_a_version_that_was_shown_looks_no_row_up(
    grown: World, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    kept = pages(grown, tmp_path)
    asked: list[str] = []
    real = reading.rows_where

    def look(store: Any, listed: Any, column: str, values: Any, columns: Any = None) -> Any:
        asked.extend(part.path for part in listed)
        return real(store, listed, column, values, columns)

    monkeypatch.setattr(reading, "rows_where", look)
    assert pages(grown, tmp_path) == kept
    assert asked == []
