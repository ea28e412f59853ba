"""The README's pictures, taken where the environment's CLEANCOPY_SHOTS names a folder."""

from __future__ import annotations

import io
import os
import re
import subprocess
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING

from tests.flows.up_process import CLEANCOPY

if TYPE_CHECKING:
    from playwright.sync_api import Page

FOLDER = os.environ.get("CLEANCOPY_SHOTS", "")
WIDTH, HEIGHT = 1280, 1000
REPORT_WIDTH = 1100
LINES = 46  # of the terminal
COLUMN_PX = 10.4


def shoot(page: Page, name: str, *, height: int = HEIGHT) -> None:
    """What is on the page."""
    if FOLDER:
        page.set_viewport_size({"width": WIDTH, "height": height})
        page.mouse.move(0, 0)
        page.wait_for_timeout(2_000)  # fonts, and the picture of the tasks, which grows into its place
        page.screenshot(path=_path(name))
        page.set_viewport_size({"width": WIDTH, "height": HEIGHT})


def shoot_report(page: Page, address: str) -> None:
    """The head of a report, and those of its sections that are more than figures."""
    if FOLDER:
        page.set_viewport_size({"width": REPORT_WIDTH, "height": 1_260})
        page.goto(address)
        page.screenshot(path=_path("report"))
        for section in ("samples", "copies", "entities"):
            box = page.locator(f"#{section}").bounding_box()
            assert box is not None
            clip = {"x": 0, "y": box["y"] - 24, "width": REPORT_WIDTH, "height": min(box["height"] + 40, 900)}
            page.screenshot(path=_path(f"report-{section}"), full_page=True, clip=clip)  # type: ignore[arg-type]  # a mapping of four numbers
        page.set_viewport_size({"width": WIDTH, "height": HEIGHT})


def shoot_terminal(
    page: Page, command: str, columns: int, folder: Path, environment: Mapping[str, str]
) -> None:
    """A command in a terminal of so many columns, and what it says there, its colours with it."""
    from rich.console import Console
    from rich.text import Text

    inside = {**environment, "NO_COLOR": "", "COLUMNS": str(columns), "LINES": "60", "TERM": "xterm-256color"}
    typed = f"{CLEANCOPY} {command.removeprefix('cleancopy ')} 2>/dev/null"
    done = subprocess.run(
        ["script", "-qec", typed, "/dev/null"],
        cwd=folder,
        env=inside,
        capture_output=True,
        text=True,
        check=True,
    )
    window = Console(record=True, width=columns, file=io.StringIO())
    shown = "\n".join(done.stdout.replace("\r", "").strip().splitlines()[:LINES])
    window.print(Text.from_ansi(f"$ {command}\n\n{shown}"))
    drawn = window.export_svg(title=" ".join(command.split()[:2]))
    drawn = re.sub(r"@font-face\s*\{.*?\}", "", drawn, flags=re.DOTALL).replace(
        "Fira Code", "DejaVu Sans Mono"
    )
    page.set_content(f"<body style='margin:0;width:{columns * COLUMN_PX:.0f}px'>{drawn}</body>")
    page.locator("svg").first.screenshot(path=_path(command.split()[1]))


def _path(name: str) -> Path:
    return Path(FOLDER) / f"{name}.png"
