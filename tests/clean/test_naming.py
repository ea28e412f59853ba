"""The kind of a cut line, told by its words: each name is tried on its own examples."""

from __future__ import annotations

import pytest

from tasks.clean.clean import clean_text
from tasks.clean.draft import Draft, Verdict, split_lines
from tasks.clean.naming import Name, load_names, name_cuts, names_of
from tasks.clean.rules import load_rules

NAMES = load_names()
STORY = (
    "The harbour of Lindenau reopened on Monday after nine weeks of repairs, the port authority said.\n\n"
    "Nine boats left in the first hour, and two of them came back with more herring than anyone had seen since 1987.\n\n"
    "The repairs cost 1.2 million euros, of which the county paid half; the rest came from the fishermen themselves.\n\n"
)


def _named(text: str, kind: str, rule_id: str, confidence_frac: float = 0.9) -> str:
    draft = Draft(text, split_lines(text))
    draft.lines[0].verdict = Verdict(kind, rule_id, confidence_frac)
    name_cuts(draft)
    return draft.lines[0].verdict.kind


@pytest.mark.parametrize("name", NAMES, ids=lambda name: f"{name.form.kind}-{name.form.cut[0][:20]}")
def test_examples(name: Name) -> None:
    assert all(name.form.fits(line, line.lower()) for line in name.form.cut)
    assert not any(name.form.fits(line, line.lower()) for line in name.form.keep)


def test_what_is_found_for_all_lines_at_once_is_what_each_line_is():
    lines = [line for name in NAMES for line in (*name.form.cut, *name.form.keep)]
    for line, found in zip(lines, names_of(lines), strict=True):
        first = next((name for name in NAMES if name.form.fits(line, line.lower())), None)
        assert found is first, line  # its nouns would be missing


def test_what_the_model_cuts_is_named_by_its_words_and_not_by_its_shape():
    assert _named("Submit a correction suggestion", "related", "model") == "other"
    assert _named("Stay connected: Facebook | YouTube | TikTok", "related", "model") == "follow_us"
    assert _named("Harbour pilots ask for rest", "related", "model") == "related"


def test_a_rule_of_many_things_gives_way_to_a_name_that_says_so():
    assert _named("Get the app", "follow_us", "en.follow") == "other"
    assert _named("Zoom image", "other", "en.player") == "image_markup"
    assert _named("Get the app", "title", "title.first_line") == "title"


def test_what_a_person_ruled_and_what_a_text_says_twice_keep_their_kind():
    assert _named("Get the app", "follow_us", "own.app", 1.0) == "follow_us"
    assert _named("Get the appGet the app", "related", "repeat.twice_on_line") == "related"


def test_a_headline_below_a_picture_is_the_headline_again():
    found = clean_text(
        "Harbour reopens after repairs\n\n" + STORY + "Harbour reopens after repairs (Photo: Ines Holm)",
        load_rules(),
    )
    assert found.edits[-1].kind == "duplicate_title"
