"""A small corpus with one document of every fate, run three times, and a browser to look at its pages."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
from pathlib import Path

import pytest

from tasks.settings import Settings
from tests.flows.conftest import World, article

CHROMIUM = ("chromium", "chromium-browser", "google-chrome")
FLAGS = (
    "--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run",
    "--disable-background-networking", "--disable-component-update", "--disable-sync",
)  # fmt: skip

PWN = '</pre></title><script>document.documentElement.dataset.pwned = 1</script><img src=x onerror="document.documentElement.dataset.pwned = 1">'
HOSTILE = """Quiet title <script>document.documentElement.dataset.pwned = 1</script>

</pre></div></section></table><script>document.documentElement.dataset.pwned = 1</script> The mayor of Lagos said on
Monday that the bridge would be closed until the end of the year, and that the ferry would be free until then.

<img src=x onerror="document.documentElement.dataset.pwned = 1"> **bold** [link](javascript:alert(1)) `code` # heading
The engineer told the council that the old steel was thinner than a coin in four places, and that she would not cross.

\u202eright to left\u202c and \x1b[31mred\x1b[0m and a bell \x07 were found in the letter that reached the town on Friday.

"><svg onload="document.documentElement.dataset.pwned = 1"></style></title><base href="https://example.org/">
The council meets again in June, when the second report is due and the budget of the harbour has been read twice.

Share this article on Facebook
"""
LONG_LINE = "The harbour said that the ferry was late again and that nobody had been told. " * 1300
SHORT = "A line that is much too short."


def fill(world: World) -> None:
    """Articles, a copy, an empty file, something that is no article, a broken record, a page, hostile ones."""
    for seed in range(4):
        world.put(f"alpha/2024-02-01/{seed}.txt", article(seed))
    world.put("beta/2024-02-02/copy.txt", article(1))
    world.put("beta/2024-02-02/more.txt", article(1, paragraphs=7) + "\n\nShare this article on Facebook\n")
    world.put("beta/2024-02-02/empty.txt", "")
    world.put("beta/2024-02-02/menu.txt", "Home\nNews\nSport\nHome | News | Sport\nContact us\n" * 4)
    world.put("beta/2024-02-02/old.txt", article(33).replace("Oslo", "Tromsø").encode("cp1252"))
    records = [
        {"id": "W1", "text": article(9), "url": "https://wire.example/1"},
        {
            "id": "W3",
            "title": PWN,
            "text": article(13),
            "url": f"javascript:{PWN}",
            "authors": [PWN],
            "section": PWN,
        },
    ]
    lines = "\n".join(map(json.dumps, records))
    world.put("wire/2024-02-03/w.jsonl", f'{lines}\n{{"id": "W2", "te\n')
    world.put("site/2024-02-03/page.html", f"<html><head><title>Page &amp; co</title></head><body><nav>Home | News</nav><h1>Page &amp; co</h1>{''.join(f'<p>{line}</p>' for line in article(11).splitlines() if line)}<p>Share this article on Facebook</p></body></html>")  # fmt: skip
    world.put("evil/2024-02-04/hostile.txt", HOSTILE)
    world.put("evil/2024-02-04/long.txt", "A line of a hundred thousand characters\n\n" + LONG_LINE)


@pytest.fixture(scope="session")
def corpus(tmp_path_factory: pytest.TempPathFactory) -> World:
    """Version 1 of the corpus; version 2 with one article revised; version 3 with a batch that a gate holds."""
    folder = tmp_path_factory.mktemp("report")
    world = World(Settings(raw=folder / "raw", data=folder / "data", workers=1))
    fill(world)
    world.run()
    world.put("alpha/2024-02-01/0.txt", article(0) + "\nThe council added one more sentence about the lantern on Friday.\n")  # fmt: skip
    world.run(reason="a sentence more")
    for number in range(9):
        world.put(
            f"gamma/2024-02-05/g{number}.txt", f"Short {number}\n\n{SHORT} Number {number} of the town.\n"
        )
    world.put("gamma/2024-02-06/fine.txt", article(21))
    world.run()
    return world


@pytest.fixture(scope="session")
def chromium() -> str:
    """The browser. Only CI must have one."""
    found = next((path for name in CHROMIUM if (path := shutil.which(name))), None)
    if found is None:
        if os.environ.get("CI"):
            pytest.fail("no Chromium: in CI nothing is skipped; apt-get install -y chromium")
        pytest.skip("no Chromium: apt-get install -y chromium")
    return found


@pytest.fixture
def dom(chromium: str, tmp_path: Path):
    """The document as the browser has it after loading a page."""

    def load(page: Path) -> str:
        call = [chromium, *FLAGS, f"--user-data-dir={tmp_path / 'profile'}", "--dump-dom", page.as_uri()]
        return subprocess.run(call, capture_output=True, text=True, timeout=120, check=True).stdout

    return load


@pytest.fixture
def new_world(tmp_path: Path):
    """Makes a world of its own for one test."""

    def make() -> World:
        (tmp_path / "raw").mkdir()
        return World(Settings(raw=tmp_path / "raw", data=tmp_path / "data", workers=1))

    return make
