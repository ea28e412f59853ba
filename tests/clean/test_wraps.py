"""Broken paragraphs are whole before they are judged."""

from __future__ import annotations

import pytest

from tasks.clean.edits import apply_edits
from tasks.clean.wraps import mend_wraps

WRAPPED = """Ferry pilots ask for longer rest

The pilots of the harbour asked the town for longer rest between
two tides, and said that no boat would leave before six in the morn-
ing while the fog lasted.
They want three more hands for the night boats, which carry half of
the fish that is sold in the market before the shops are open, and
a room with a stove.

The town said it would look at the list in the spring, when the new
budget is on the table and the pilots have counted their hours for
the whole of the winter."""


def mended(text: str) -> str:
    return apply_edits(text, mend_wraps(text))


def test_hard_wrapped_paragraphs_become_lines() -> None:
    lines = mended(WRAPPED).split("\n")
    assert lines[0] == "Ferry pilots ask for longer rest"
    assert lines[2].endswith("before six in the morning while the fog lasted.")
    assert lines[3].startswith("They want three more hands")
    assert len(lines) == 6


def test_a_hyphen_stays_where_the_text_writes_the_word_with_one() -> None:
    text = (
        WRAPPED.replace("in the morn-\ning while", "in the late-\nnight hours while")
        + "\n\nThe late-night boats."
    )
    assert "in the late-night hours" in mended(text)


def test_a_link_on_a_line_of_its_own_breaks_no_sentence() -> None:
    text = (
        "A line that has tied three islands to the port of\nArnholm\nfor 71 years will go on sailing.\nMore"
    )
    assert (
        mended(text)
        == "A line that has tied three islands to the port of Arnholm for 71 years will go on sailing.\nMore"
    )


def test_a_comma_follows_a_link_without_a_blank() -> None:
    text = "The owners, who lost money in each year since the\nbridge\n, had planned to stop."
    assert mended(text) == "The owners, who lost money in each year since the bridge, had planned to stop."


@pytest.mark.parametrize(
    "text",
    [
        "Fishermen return after the storm in the northern bay\nSports\nsee all\nTown opens a library in the old salt house",
        "\n".join(
            f"Headline number {n} says that the harbour is {word}"
            for n, word in enumerate(("open", "shut") * 6)
        ),
        "One paragraph that ends here.\nanother that begins in lower case, as some do",
        "",
        "one line",
    ],
)
def test_lists_and_whole_paragraphs_stay(text: str) -> None:
    assert mend_wraps(text) == ()


def test_time_grows_with_the_text() -> None:
    text = "\n".join(
        ["The pilots of the harbour asked the town for longer rest be", "and so on it went"] * 20_000
    )
    assert len(mend_wraps(text)) <= 40_000
