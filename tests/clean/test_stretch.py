"""Where the article stands among the lines, and what that changes."""

from __future__ import annotations

import pytest

from tasks.clean.clean import Given, clean_text
from tasks.clean.rules import load_rules
from tasks.clean.stretch import stretch

ONE = "The harbour reopened on Monday after three weeks of repairs, the port authority said in the morning."
TWO = "Two of the four cranes stay closed until the spring, when new cables arrive from a yard in Gdansk."
OTHER = "A baker in the old town has won the prize for the best rye bread of the year, for the third time."
MENU = [f"Item number {n}" for n in range(60)]


def kept(lines, keep, *, html=False):
    """The paragraphs that stay where the model keeps a line with what `keep` says, and others with 0.02."""
    raw = "".join(f"<p>{line}</p>" for line in lines) if html else "\n\n".join(lines)
    return clean_text(
        raw, load_rules(), Given(media_type="html" if html else None),
        lambda draft, _: [keep.get(line.text, 0.02) for line in draft.lines],
    ).text.split("\n\n")  # fmt: skip


def test_another_story_below_a_long_menu_goes_unless_the_model_is_surer():
    lines = [*MENU[:30], ONE, TWO, *MENU[30:], OTHER]
    assert kept(lines, {ONE: 0.9, TWO: 0.9, OTHER: 0.55}) == [ONE, TWO]
    assert kept(lines, {ONE: 0.9, TWO: 0.9, OTHER: 0.65}) == [ONE, TWO, OTHER]


def test_a_paragraph_below_a_few_cut_lines_is_still_the_article_s():
    lines = [*MENU, ONE, TWO, "Ferry fares", "Lamp oil", OTHER]
    assert kept(lines, {ONE: 0.9, TWO: 0.9, OTHER: 0.55}) == [ONE, TWO, OTHER]


def test_a_line_within_the_article_of_a_dump_needs_more_doubt_than_one_outside():
    line = "Tide tables of the northern harbour"
    assert kept([*MENU, ONE, line, TWO], {ONE: 0.9, TWO: 0.9, line: 0.37}) == [ONE, line, TWO]
    assert kept([*MENU, ONE, TWO, line], {ONE: 0.9, TWO: 0.9, line: 0.3}) == [ONE, TWO]


def test_a_line_within_the_article_of_a_page_needs_more_doubt_than_one_outside():
    line = "Tide tables of the northern harbour"
    assert kept([ONE, line, TWO, *MENU], {ONE: 0.9, TWO: 0.9, line: 0.35}, html=True) == [ONE, line, TWO]
    assert kept([ONE, TWO, *MENU, line], {ONE: 0.9, TWO: 0.9, line: 0.35}, html=True) == [ONE, TWO]


@pytest.mark.parametrize(
    ("values", "found"),
    [
        ([], range(0)),
        ([-1.0, -2.0], range(0)),
        ([3.0, -2.0, 4.0, -9.0, 2.0], range(3)),
        ([3.0, -4.0, 3.0], range(1)),  # of equal ones the first
        ([-1.0, 1.0, -0.5, 2.0], range(1, 4)),
    ],
)
def test_the_stretch_is_the_range_of_the_greatest_sum(values, found):
    assert stretch(values) == found
