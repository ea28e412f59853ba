"""What stands twice: leads and headlines put in again, with what makes them differ from the first time."""

from __future__ import annotations

import pytest

from tasks.clean.clean import clean_text
from tasks.clean.rules import load_rules

TITLE = "Pilots ask for a rest before the spring tides"
LEAD = "The pilots of Kestmouth have asked the port for two days of rest before the spring tides, their union said on Monday."
NEXT = "Nine of them guided four hundred ships through the fog in March, and two fell asleep at the wheel of their own cars."
LAST = "The port said that it would answer by Friday, and that no ship had been late."


def cleaned(*lines: str) -> str:
    return clean_text("\n\n".join(lines), load_rules()).text


def test_a_lead_that_breaks_off_goes_though_its_paragraph_has_a_dateline():
    teaser = "The pilots of Kestmouth have asked the port for two days of..."
    assert (
        cleaned(TITLE, teaser, f"KESTMOUTH (Reuters) - {LEAD}", NEXT, LAST) == f"{LEAD}\n\n{NEXT}\n\n{LAST}"
    )


def test_a_first_sentence_put_in_again_goes():
    again = f"{LEAD} {NEXT}"
    assert cleaned(TITLE, again, LAST, LEAD) == f"{again}\n\n{LAST}"


def test_a_headline_that_stands_again_is_the_title_whatever_stands_above_it():
    found = clean_text(
        f"Harbour Weather Tides Ferries\n\n{TITLE}\n\n{LEAD}\n\n{NEXT}\n\n{TITLE}\n\n{LAST}", load_rules()
    )
    assert found.title == TITLE
    assert TITLE not in found.text


@pytest.mark.parametrize(
    "credit", [" (Photo: Ines Holm)", ". - Nordwind pic", " © Nordwind", ". Image: Supplied"]
)
def test_a_headline_with_a_credit_behind_it_is_a_caption(credit):
    assert cleaned(TITLE, LEAD, f"{TITLE}{credit}", NEXT, LAST) == f"{LEAD}\n\n{NEXT}\n\n{LAST}"


def test_a_sentence_that_goes_on_from_the_headline_stays():
    sentence = f"{TITLE}, and the port said nothing for a week."
    assert sentence in cleaned(TITLE, LEAD, sentence, NEXT, LAST)


def test_a_sentence_below_a_headline_put_in_is_no_caption_and_a_phrase_is():
    told = "The tide was late."
    assert told in cleaned(TITLE, LEAD, f"{TITLE}\n{told}", NEXT, LAST)
    assert "the quay at noon" not in cleaned(TITLE, LEAD, f"{TITLE}\nPilots on the quay at noon.", NEXT, LAST)


def test_the_articles_last_sentence_below_a_list_stays():
    listed = ["Most read", "1. Ferry fares to rise", "2. Lamp oil runs out", "3. A gull wins a prize"]
    assert (
        cleaned(TITLE, LEAD, NEXT, *listed, "Seven ships waited outside the bar.")
        == f"{LEAD}\n\n{NEXT}\n\nSeven ships waited outside the bar."
    )


@pytest.mark.parametrize(
    "twice",
    [
        "[Lamp oil runs out] Lamp oil runs out",
        "Lamp oil runs out (Lamp oil runs out)",
        "Lamp oil runs out … Lamp oil runs out",
    ],
)
def test_a_link_that_says_one_thing_twice_goes_with_brackets_or_dots_between(twice):
    assert cleaned(TITLE, LEAD, NEXT, twice, LAST) == f"{LEAD}\n\n{NEXT}\n\n{LAST}"


@pytest.mark.parametrize(
    "dateline", ["(Belga) ", "MANILA | CNA | ", "Leipzig / dpa - ", "Suara Nusa, Makassar - "]
)
def test_datelines_of_other_houses_go(dateline):
    assert cleaned(TITLE, f"{dateline}{LEAD}", NEXT, LAST) == f"{LEAD}\n\n{NEXT}\n\n{LAST}"


def test_a_paragraph_below_a_pictures_sign_is_no_caption():
    told = "Nobody had told the pilots, who were asleep in the boathouse below the light."
    assert told in cleaned(TITLE, LEAD, f"[image]\n{told}", NEXT, LAST)
    assert "at noon" not in cleaned(TITLE, LEAD, "[image]\nThe pilots on the quay at noon.", NEXT, LAST)
