"""`clean --diff`: what an editor sees of a cleaned document."""

from __future__ import annotations

from hypothesis import given as examples
from hypothesis import strategies as st
from rich.console import Console

from tasks.clean.clean import Given, clean_text
from tasks.clean.rules import load_rules
from tasks.clean.show import show_diff, shown_lines

RULES = load_rules()
BODY = "The harbour reopened on Monday after three weeks of repairs, the port authority said in the morning."
MORE = "Two of the four cranes will stay closed until the spring, when new cables arrive from a yard in Gdansk. (END)"
TEXT = f"Harbour reopens after repairs\n\nLIMA, March 5 (Reuters) - {BODY}\n{MORE}\n\nShare this article\n"
PAGE = (
    f"<html><body><nav><a>Home</a><a>News</a></nav><h1>Harbour reopens</h1><p>{BODY}</p><p>&ldquo;{MORE}&rdquo;</p>"
    "<p>&copy; 2024 Harbour <b>Post</b>. All rights reserved.</p></body></html>"
)


def shown(raw: str, *, marks: bool, html: bool = False) -> str:
    cleaned = clean_text(raw, RULES, Given(media_type="html" if html else "text"), None)
    console = Console(width=150, force_terminal=not marks, no_color=marks, legacy_windows=False)
    with console.capture() as out:
        console.print(show_diff(raw, cleaned, marks=marks))
    return "\n".join(line.rstrip() for line in out.get().splitlines())


def test_a_line_that_goes_has_its_kind_before_it_and_its_rule_behind_it() -> None:
    lines = shown(TEXT, marks=True).splitlines()
    assert "share             Share this article en.share 0.97" in lines
    assert any(line.startswith("title             Harbour reopens after repairs") for line in lines)


def test_a_part_that_goes_is_marked_inside_its_line() -> None:
    told = shown(TEXT, marks=True)
    assert "~dateline         [-LIMA, March 5 (Reuters) -" in told
    assert BODY in " ".join(told.split())


def test_colour_strikes_what_goes() -> None:
    assert "\x1b[9;3" in shown(TEXT, marks=False)


def test_a_page_is_shown_as_text_one_block_a_line() -> None:
    lines = shown(PAGE, marks=True, html=True).splitlines()
    assert "copyright         \u00a9 2024 Harbour Post. All rights reserved. en.copyright 0.97" in lines
    assert not [line for line in lines if "<" in line or "&" in line]
    assert "\u201cTwo of the four cranes" in " ".join(" ".join(lines).split())


def test_fields_come_first_and_figures_last() -> None:
    lines = shown(TEXT, marks=True).splitlines()
    assert lines[0] == "Title     Harbour reopens after repairs"
    assert "Agency    Reuters" in lines
    assert lines[-1].startswith(f"{len(TEXT)} characters raw, ")


def test_what_is_dropped_says_why() -> None:
    assert shown("Menu\nSearch\n", marks=True).startswith("Dropped  empty: nothing left")


def test_a_document_does_not_move_the_cursor() -> None:
    assert "\x1b[31m" not in shown(f"{BODY}\x1b[31m\n{MORE}\x9b2J", marks=True)


@examples(st.text(max_size=200))
def test_every_word_that_stays_is_shown(text: str) -> None:
    raw = f"{BODY}\n{text}"
    cleaned = clean_text(raw, RULES, Given(), None)
    kept = "".join(
        piece.text
        for line in shown_lines(raw, cleaned)
        for piece in line.pieces
        if piece.edit is None or piece.comes
    )
    assert "".join(cleaned.text.split()) == "".join(kept.replace("\u23ce", "").split())
