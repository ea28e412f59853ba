"""The kind of a cut line, told by its words: each name is tried on its own examples."""

from __future__ import annotations

import pytest

from tasks.clean.clean import clean_text
from tasks.clean.draft import Draft, Verdict, split_lines
from tasks.clean.kinds import name_cuts
from tasks.clean.menus import is_menu
from tasks.clean.naming import Name, load_names, names_of
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


def test_a_headline_behind_a_label_is_the_headline_again():
    found = clean_text(
        f"Harbour reopens after repairs\n\n{STORY}Up next: Harbour reopens after repairs", load_rules()
    )
    assert found.edits[-1].kind == "duplicate_title"


def test_what_a_site_says_above_the_headline_is_not_the_headline():
    top = "Email this story to a friend\n\nHome News Sport Culture Lifestyle\n\nHarbour reopens after repairs\n\n"
    found = clean_text(top + STORY, load_rules())
    assert found.title == "Harbour reopens after repairs"


@pytest.mark.parametrize(
    "row",
    [
        "Home News Sport Wetter Jobs Immobilien",
        "World | US | UK | Asia | Video | More",
        "Harbour Post / News / Economy",
        "トップ 社会 経済 スポーツ 文化",
    ],
)
def test_a_row_of_sections_is_a_menu(row):
    assert is_menu(row)


@pytest.mark.parametrize(
    "line",
    ["Politics and business in the world of sport", "Sport is life.", "Nine Boats Left In May", "Politics"],
)
def test_a_headline_with_a_section_in_it_is_no_menu(line):
    assert not is_menu(line)


def test_a_headline_behind_listen_is_another_story_and_behind_video_a_players():
    assert _named("Listen: Harbour pilots ask for rest", "other", "en.watch_line") == "related"
    assert _named("Video: Hafenlotsen wollen endlich Ruhe", "credit", "de.credit") == "other"
    assert _named("Foto: Ines Holm", "credit", "de.credit") == "credit"


def test_an_item_of_a_list_of_headlines_that_the_model_cuts_is_of_other_stories():
    judge = lambda draft, _: [0.01 if line.text[0] == "•" else 0.9 for line in draft.lines]  # noqa: E731
    found = clean_text(f"{STORY}• Pilots ask for rest at last", load_rules(), judge=judge)
    assert found.edits[-1].kind == "related"
