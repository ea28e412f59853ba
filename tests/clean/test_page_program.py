"""The compiled part of reading pages: the shipped file is what its sources say, and no page leaves it broken."""

from __future__ import annotations

import multiprocessing
import subprocess
import sys
from concurrent.futures import ProcessPoolExecutor, ThreadPoolExecutor
from importlib.util import find_spec
from pathlib import Path

import pytest

from tasks.clean.compose import compose
from tasks.clean.edits import Edit, apply_edits
from tasks.clean.page import parse_page
from tasks.clean.page.build import PROGRAM, build
from tasks.clean.page.program import Program, the_program

CHECKOUT = Path(__file__).parents[2]
PAGE = "<div class='nav'><a href=x>Home</a></div><p>Rain &amp; wind, <b>again</b></p>"


@pytest.mark.skipif(find_spec("ziglang") is None, reason="needs a compiler: uv sync --group wasm")
def test_shipped_program_is_what_its_sources_compile_to(tmp_path):
    build(tmp_path / "page.wasm")
    assert (tmp_path / "page.wasm").read_bytes() == PROGRAM.read_bytes()


def test_the_program_is_part_of_the_recipe():
    from tasks.recipes import _room

    assert "page/page.wasm" in {name for name, _, _ in _room("clean")}


def flats(raws: list[str]) -> list[str]:
    return [parse_page(raw).flat for raw in raws]


def test_threads_read_their_own_pages():
    raws = [f"<p>page {number}</p>" * (number + 1) for number in range(40)]
    with ThreadPoolExecutor(8) as threads:
        found = list(threads.map(parse_page, raws * 5))
    assert [page.flat for page in found] == flats(raws) * 5


@pytest.mark.parametrize("method", ["fork", "spawn"])
def test_processes_started_later_read_pages(method):
    if method not in multiprocessing.get_all_start_methods():
        pytest.skip(f"no {method} here")
    expected = flats([PAGE])
    with ProcessPoolExecutor(1, mp_context=multiprocessing.get_context(method)) as processes:
        assert processes.submit(flats, [PAGE]).result(60) == expected


@pytest.mark.skipif(sys.platform != "linux", reason="other systems take no such limit")
def test_pages_are_read_where_addresses_are_limited():
    code = (
        "import resource; resource.setrlimit(resource.RLIMIT_AS, (4 << 30, 4 << 30))\n"
        f"from tasks.clean.page import parse_page; print(parse_page({PAGE!r}).flat.splitlines())"
    )
    done = subprocess.run(
        [sys.executable, "-c", code], cwd=CHECKOUT, capture_output=True, text=True, check=False
    )
    assert done.stdout.strip() == str(flats([PAGE])[0].splitlines()), done.stderr


def test_memory_of_a_large_page_is_given_back():
    program = the_program()
    parse_page("<p>a b" * 600_000)
    assert program.held_bytes() > 1 << 26
    parse_page(PAGE)
    assert program.held_bytes() < 1 << 23


def test_a_page_that_finds_no_memory_raises_and_the_next_is_read():
    program = Program()
    program.limit(1 << 22)
    with pytest.raises(MemoryError, match="record_max_bytes"):
        program.read_page("<p>a b" * 600_000, str)
    with pytest.raises(MemoryError, match="record_max_bytes"):
        program.read_page("<" * 100_000 + "<p>a" * 50_000, str)
    assert program.read_page(PAGE, lambda _: "&").flat == "Home\nRain & wind, again"


def test_two_steps_of_edits_over_any_text_are_one():
    raw = "<b>one</b> &amp; <i>\ud800two</i>\0"
    first = (
        Edit(0, 3, "markup", "html.markup", 1.0), Edit(6, 10, "markup", "html.markup", 1.0, ""),
        Edit(11, 16, "markup", "html.markup", 1.0, "&"), Edit(17, 20, "markup", "html.markup", 1.0, "\n"),
    )  # fmt: skip
    flat = apply_edits(raw, first)
    for start in range(len(flat)):
        for end in range(start, len(flat) + 1):
            second = (Edit(start, end, "related", "any.related", 0.9, "-"),)
            edits = compose(first, second, raw)
            assert apply_edits(raw, edits) == apply_edits(flat, second)
