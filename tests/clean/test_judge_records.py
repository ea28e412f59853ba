"""Records, such as the stories of a stream: they go whole where the judge cuts most of their lines."""

from __future__ import annotations

import numpy as np

from tasks.clean.judge.dom import page_features
from tasks.clean.judge.probability import KEEP_AT, settled
from tasks.clean.judge.records import records_of
from tasks.clean.page import Page, parse_page

PARAGRAPH = (
    "The council of the harbour town voted on Tuesday to rebuild the pier that a storm took in March. " * 3
)
TEASER = "Fishermen had asked for a new light on the mole since spring; now one of them pays for it himself."
STORY = f"<div><p>{PARAGRAPH}</p><p>{PARAGRAPH}</p><p>{PARAGRAPH}</p></div>"


def stream(*lines: str) -> str:
    items = ("".join(f"<div>{line} {number}</div>" for line in lines) for number in range(4))
    return (
        "<ul>"
        + "".join(f"<li class='item' id='post-{k}'>{item}</li>" for k, item in enumerate(items))
        + "</ul>"
    )


def kept(page: Page, keep: dict[str, float]) -> list[bool]:
    """What is kept of each line of a page, told what the trees think of lines that begin with these words."""
    _, _, shape, _ = page_features(page, None)
    texts = [page.flat[line.start : line.end] for line in page.lines]
    first = np.array([next(value for word, value in keep.items() if text.startswith(word)) for text in texts])
    return (settled(first, shape, "html") >= KEEP_AT["html"]).tolist()


def test_a_paragraph_of_another_story_goes_with_the_lines_of_its_record():
    page = parse_page(STORY + stream("Save", TEASER, "Share", "More"))
    told = {"The council": 0.97, "Fishermen": 0.6, "Save": 0.05, "Share": 0.02, "More": 0.02}
    assert kept(page, told) == [True] * 3 + [False] * 16


def test_records_that_are_mostly_kept_stay():
    page = parse_page(STORY + stream("Step", TEASER, "Share"))
    told = {"The council": 0.97, "Fishermen": 0.6, "Step": 0.6, "Share": 0.02}
    assert kept(page, told) == [True] * 3 + [True, True, False] * 4


def test_what_the_trees_are_sure_of_stays_in_any_record():
    page = parse_page(STORY + stream("Save", TEASER, "Share", "More"))
    told = {"The council": 0.97, "Fishermen": 0.85, "Save": 0.05, "Share": 0.02, "More": 0.02}
    assert sum(kept(page, told)) == 3 + 4


def test_a_page_that_is_nothing_but_records_keeps_their_paragraphs():
    page = parse_page(stream("Save", TEASER, "Share", "More"))
    told = {"Fishermen": 0.6, "Save": 0.05, "Share": 0.02, "More": 0.02}
    assert sum(kept(page, told)) == 4


def test_records_are_alike_but_for_numbers_in_their_names_and_have_more_than_a_line():
    lines = parse_page(STORY + stream("Save", TEASER) + "<p>One</p><p>Two</p><p>Three</p>").lines
    record = records_of(lines.nodes, lines.node)
    assert record[:3].max() == record[-3:].max() == -1
    assert len(set(record[3:-3].tolist())) == 1
    assert not len(records_of(parse_page("").lines.nodes, parse_page("").lines.node))
