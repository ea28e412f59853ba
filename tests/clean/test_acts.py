"""Speech acts of a site to its reader: each is tried on its own examples, and none may be slow."""

from __future__ import annotations

import time

import pytest

from tasks.clean.acts import (
    Act,
    act_doubt_of,
    act_of,
    glued_words,
    is_spoken_to_reader,
    load_acts,
    needles_of,
    speaks_of_topic,
)
from tasks.clean.clean import clean_text
from tasks.clean.rules import load_rules

ACTS = load_acts()


@pytest.mark.parametrize("act", ACTS, ids=lambda act: f"{act.form.kind}-{act.form.cut[0][:20]}")
def test_examples(act: Act) -> None:
    form = act.form
    assert all(form.fits(line, line.lower()) for line in form.cut)
    assert not any(form.fits(line, line.lower()) for line in form.keep)


@pytest.mark.parametrize("act", ACTS, ids=lambda act: f"{act.form.kind}-{act.form.cut[0][:20]}")
@pytest.mark.parametrize("piece", ["a", "a ", "the ", "our ", "news ", ": ", "é.", "1 "])
def test_no_line_takes_long(act: Act, piece: str) -> None:
    line = (piece * act.form.max_chars)[: act.form.max_chars - 1] + "\\"
    start = time.process_time()
    act.form.pattern.search(line)
    assert time.process_time() - start < 1  # a pattern that backtracks takes minutes


def test_what_is_found_for_all_lines_at_once_is_what_each_line_is():
    lines = [line for act in ACTS for line in (*act.form.cut, *act.form.keep)]
    for line in lines:
        first = next((act.form for act in ACTS if act.form.fits(line, line.lower())), None)
        assert act_of(line) is first, line  # its nouns or its signs would be missing


def test_needles_are_of_each_choice():
    assert needles_of(["(?:new|old) episodes?", "abonn\\w+"]) == ["abonn", "new episode", "old episode"]


def test_what_is_told_or_quoted_is_no_act():
    assert act_doubt_of("Listen to our podcast Low Water on Spotify.") > 0.8
    assert act_doubt_of("Listen to our podcast, she said to nobody.") == 0
    assert act_of("On the wall hung “Listen to our podcast on Spotify”, in red.") is None
    assert act_of("—Listen to our podcast —she cried from the pier.") is None


def test_what_an_article_is_about_is_no_offer():
    line = "Find your podcast a quiet room."
    prose = ["A podcast needs a microphone.", "Most podcasts end after nine episodes.", line]
    assert speaks_of_topic("Listen to a podcast every day.", prose)
    assert not speaks_of_topic("Listen to a podcast every day.", ["The harbour was closed.", line])


def test_who_is_spoken_to():
    assert is_spoken_to_reader("Abonnieren Sie den Hafenbrief.")
    assert is_spoken_to_reader("The boats are ours, and this is our paper.")
    assert not is_spoken_to_reader("The boats left at noon.")
    assert {"subscribe", "abonnieren", "suscríbete"} <= glued_words()


BEFORE = "The town hall of Kestmouth will host its first open-air opera in August, the council decided on Monday after a long debate."
AFTER = "The last performance of this kind in the region was in 1987, when rain ended the second act before the tenor had died."


@pytest.mark.parametrize(
    "statement",
    [
        "Tickets are on sale now at the town hall and cost nine pounds; children under ten go free.",
        "Subscribers can read the programme a week early, and members of the choir get two seats each.",
        "The opera's podcast has 4,000 listeners, and new episodes come out every Thursday.",
        "The council has updated its app, and parents now get alerts when the pool closes.",
        "Comments on the plan can be sent to the council until 9 June, and a public meeting is to follow.",
        "The website will be free, but readers will be asked for a donation of five pounds a month.",
    ],
)
def test_statements_of_an_article_stay(statement: str) -> None:
    assert statement in clean_text(f"{BEFORE}\n\n{statement}\n\n{AFTER}", load_rules()).text


@pytest.mark.parametrize(
    "appeal",
    [
        "Follow our WhatsApp channel so that you never miss a storm.",
        "Join our Telegram group for updates from the quay.",
        "Spotted an error? Let us know.",
    ],
)
def test_appeals_of_a_site_go(appeal: str) -> None:
    text = clean_text(f"{BEFORE}\n\n{appeal}\n\n{AFTER}", load_rules()).text
    assert appeal not in text
    assert BEFORE in text
    assert AFTER in text


def test_a_word_with_too_many_choices_is_refused_and_not_missed_in_silence():
    choices = "|".join(f"n{number}" for number in range(401))
    with pytest.raises(ValueError, match="401 choices"):
        needles_of([f"our ({choices}) page"])
