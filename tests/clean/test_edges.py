"""What is glued to a paragraph goes without it; what only looks like it stays, and so does the paragraph."""

from __future__ import annotations

import pytest

from tasks.clean.clean import clean_text
from tasks.clean.draft import Draft, split_lines
from tasks.clean.edges import part_edges, rejoin_edges
from tasks.clean.edits import apply_edits
from tasks.clean.rules import load_rules

RULES = load_rules()
FIRST = "The harbour of Kestmouth reopened on Monday after three weeks of repairs, the port authority said in the morning."
LONG = "Nine boats left before noon, and the pilots, who had waited for two weeks in the old customs house, waved from the quay."
LAST = "The next storm is expected on Thursday, and the crane that fell in the last one still lies across the northern pier."


def _cleaned(paragraph: str) -> str:
    raw = f"{FIRST}\n\n{paragraph}\n\n{LAST}"
    found = clean_text(raw, RULES)
    assert apply_edits(raw, found.edits) == found.text
    return found.text


@pytest.mark.parametrize(
    "glued",
    [
        "Read more: Why the old crane fell twice",
        "Subscribe to our newsletter and never miss a story.",
        "Follow us on WhatsApp for the latest news from the harbour!",
    ],
)
def test_a_glued_sentence_goes(glued: str) -> None:
    for paragraph in (f"{LONG} {glued}", f"{LONG}  {glued}"):
        text = _cleaned(paragraph)
        assert LONG in text
        assert glued not in text
        assert len(text.split("\n\n")) == 3


@pytest.mark.parametrize(
    "own",
    [
        "The newsletter of the port, which a pilot has written for years, stays too.",
        "You can follow the river to the mill, he said.",
        "“Subscribe to our newsletter,” it said on the wall.",
        "Nobody read more than the first page of the report.",
    ],
)
def test_a_sentence_of_the_article_stays(own: str) -> None:
    assert f"{LONG} {own}" in _cleaned(f"{LONG} {own}")


def test_parted_lines_become_their_paragraph_again() -> None:
    glued = "Subscribe to our newsletter and never miss a story."
    body = f"{LONG} {LAST} {LONG}"
    raw = f"{FIRST}\n\n{glued} {body} {glued}"
    draft = Draft(raw, split_lines(raw))
    part_edges(draft, RULES)
    assert [line.text for line in draft.lines] == [FIRST, glued, body, glued]
    assert all(raw[line.start : line.end] == line.text for line in draft.lines)
    draft.lines[1].cut("newsletter", "test", 0.9)
    rejoin_edges(draft)
    assert [line.text for line in draft.lines] == [FIRST, f"{glued} {body} {glued}"]
    assert draft.lines[1].rest.strip() == f"{body} {glued}"


def test_of_a_caption_glued_without_a_full_stop_nothing_stays() -> None:
    text = _cleaned(f"{LONG} The crane before its fall (Photo: Ines Holm/Tidewire)")
    assert LONG in text
    assert "crane before its fall" not in text


def test_a_paragraph_with_a_credit_is_no_caption() -> None:
    paragraph = f"{LONG} Nobody asked the pilots, who had seen it all, for their view of the repairs. Photo: Ines Holm"
    text = _cleaned(paragraph)
    assert paragraph.removesuffix(" Photo: Ines Holm") in text


def test_many_lines_are_left_alone() -> None:
    raw = "\n".join([FIRST, f"{LONG} Subscribe to our newsletter today.", *(["Harbour"] * 80)])
    draft = Draft(raw, split_lines(raw))
    part_edges(draft, RULES)
    assert len(draft.lines) == 82


@pytest.mark.parametrize("head", ["The fair opens in May.", "Nobody was hurt, the port said on Monday."])
def test_a_link_behind_one_short_sentence_goes_without_it(head: str) -> None:
    text = _cleaned(f"{head} Read more: Why the old crane fell twice")
    assert head in text
    assert "Why the old crane" not in text


def test_a_link_behind_what_a_site_asks_goes_with_it() -> None:
    assert "newsletter" not in _cleaned(
        "Subscribe to our newsletter. Read more: Why the old crane fell twice"
    )


def test_a_sentence_of_which_the_sign_off_has_no_space_before_it_stays() -> None:
    line = "The port counts on the ferry, and the ferry counts on the port. Nobody counts on the crane./IANS"
    assert "Nobody counts on the crane." in _cleaned(line)
