"""What is glued behind a paragraph's last full stop goes alone; the paragraph is judged without it."""

from __future__ import annotations

import pytest

from tasks.clean.clean import clean_text
from tasks.clean.draft import line_of
from tasks.clean.edits import apply_edits
from tasks.clean.narrated import goes_on, tells
from tasks.clean.rules import load_rules
from tasks.clean.tails import tail_of

FIRST = "The harbour of Kestmouth reopened on Monday after three weeks of repairs, the port authority said in the morning."
BODY = "Nine boats left before noon. The pilots, who had waited for two weeks in the customs house, waved from the quay."


def tail(text: str, below: str | None = None) -> str | None:
    """The tail of a paragraph; below: the next line."""
    start = tail_of(line_of(0, text, 0), line_of(len(text), below, 0) if below else None)
    return None if start is None else text[start:]


@pytest.mark.parametrize(
    "signed",
    [
        "Presse-Rhône", "AGZ/Neue Obersulzer", "[nordpress]", "— Dana Whitlock, PA", "(sc/dpa)", "EFE", "***",
        "Gonzalo Barrantes / EFE", "Mathilde Orsini avec AFP",
    ],
)  # fmt: skip
def test_a_name_behind_the_last_full_stop_is_a_tail(signed: str) -> None:
    assert tail(f"{BODY} {signed}") == signed
    raw = f"{FIRST}\n\n{BODY} {signed}"
    found = clean_text(raw, load_rules(), judge=lambda draft, _: [0.9] * len(draft.lines))
    assert apply_edits(raw, found.edits) == found.text
    assert BODY in found.text


@pytest.mark.parametrize(
    ("text", "below"),
    [
        (f"{BODY} They had seen the boats leave before", None),  # a dump broke it off
        (f"{BODY} The old", "quay was empty."),
        (f"{BODY} “We waved", None),
        ("The crane on the quay at noon. Photo: Ines Holm", None),  # a caption goes as one
        ("She covers the coast. Email: news@gazette.example", None),  # and so does a note on who wrote it
        ("Sign up for it. Subscribe", None),
        (BODY, None),
    ],
)
def test_other_lines_have_none(text: str, below: str | None) -> None:
    assert tail(text, below) is None


def test_what_the_model_doubts_goes_without_its_paragraph() -> None:
    raw = f"{FIRST}\n\n{BODY} Presse-Rhône"
    text = clean_text(
        raw,
        load_rules(),
        judge=lambda draft, _: [0.05 if "Presse" in line.text else 0.9 for line in draft.lines],
    ).text
    assert text == f"{FIRST}\n\n{BODY}"


def test_a_sentence_like_a_site_between_two_of_the_article_stays() -> None:
    spoken = "On Tuesday the team plays in Kassberg. Tickets are no longer available, they were gone by noon. The wolves need one more goal."
    raw = f"{FIRST}\n\n{spoken}"
    assert clean_text(raw, load_rules(), judge=lambda *_: [0.9, 0.5]).text == raw


def test_a_call_that_goes_on_as_a_story_stays() -> None:
    called = "Suscríbete y te mando un queso al mes: lo intenté. A los tres meses tenía ochenta quesos en la cueva."
    raw = f"{FIRST}\n\n{called}\n\n{BODY}"
    assert clean_text(raw, load_rules(), judge=lambda *_: [0.9, 0.65, 0.9]).text == raw


def test_a_list_ends_where_its_numbers_do() -> None:
    items = "Most read\n1 Crane falls on quay\n2 Storm closes the harbour\n3 Pilots ask for rest\n38 workers\n610 maps sold last year"
    raw = f"{FIRST}\n{items}\n{BODY}"
    text = clean_text(raw, load_rules(), judge=lambda draft, _: [0.9] * len(draft.lines)).text
    assert "38 workers" in text
    assert "Pilots ask" not in text


def test_a_short_caption_behind_a_paragraph_goes_with_its_credit() -> None:
    caption = "The crane on the northern quay. Photo: Ines Holm"
    raw = f"{FIRST}\n\n{BODY} {caption}\n\n{FIRST[4:]}"
    found = clean_text(raw, load_rules(), judge=lambda draft, _: [0.9] * len(draft.lines))
    assert caption not in found.text
    assert BODY in found.text
    told = raw.replace("The crane on the northern quay.", "The crane had fallen on the quay.")
    kept = clean_text(told, load_rules(), judge=lambda draft, _: [0.9] * len(draft.lines)).text
    assert "The crane had fallen on the quay." in kept
    assert "Ines Holm" not in kept


@pytest.mark.parametrize(
    ("sentence", "story"),
    [
        ("The boats left before noon, and nobody waved.", True),
        ("Der Kran wurde am Montag verkauft, hieß es.", True),
        ("La grúa cayó antes de la noche.", True),
        ("Tàu đã rời cảng trước buổi trưa.", True),
        ("Pilot Ines Holm on the northern quay on Monday.", False),
        ("Die Lotsin Ines Holm am Kai.", False),
    ],
)
def test_a_story_tells_what_happened(sentence: str, *, story: bool) -> None:
    assert tells(sentence) is story


def test_who_goes_on_or_speaks_writes_no_caption() -> None:
    assert goes_on("They waited in the customs house.")
    assert goes_on("Download the chart, they tell me.")
    assert not goes_on("The crew of the play “Gulls” on Monday.")
