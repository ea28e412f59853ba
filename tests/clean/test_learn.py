"""Profiles: what comes again and again in a source, and what clean does with it."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given as examples
from hypothesis import strategies as st

from tasks.clean.clean import Given, clean_text
from tasks.clean.learn import learn_profile
from tasks.clean.repeated import line_key
from tasks.clean.rules import Rules
from tasks.profiles import Profile, SeenLine

GIVEN = Given(source="harbourline")
BIO = "Marlow Finch has covered the waterfront since 2009, and he keeps bees on the roof of the old customs house."
QUOTE = (
    "The council voted nine to four on Monday to keep the old lighthouse open to visitors all winter long."
)
NO_RULES = Rules(())


def story(seed: int, *extra: str) -> str:
    """A made-up article whose sentences no other seed has, with lines added to its end."""
    words = (
        "ferry",
        "lantern",
        "granite",
        "meadow",
        "compass",
        "thunder",
        "orchard",
        "violin",
        "copper",
        "kitchen",
    )
    body = [
        f"The {words[(seed + n) % 10]} of street {seed * 31 + n} was sold to the {words[(seed * 3 + n) % 10]} makers, "
        f"whose {words[(seed * 7 + n + 1) % 10]} had stood {'very ' * (seed % 4)}empty since the {seed}th of the month."
        for n in range(4)
    ]
    return "\n".join([f"Street {seed} gets a {words[seed % 10]}", *body, *extra])


@pytest.fixture(scope="module")
def profile() -> Profile:
    """Twenty stories; all have the author's note, six the line on moorings, two the quoted sentence."""
    texts = []
    for seed in range(20):
        extra = (
            [BIO] + ["Moorings for sale"] * (seed < 6) + ["Ask the pilot"] * (seed < 3) + [QUOTE] * (seed < 2)
        )
        texts.append((story(seed, *extra), GIVEN))
    found = learn_profile("harbourline", texts, NO_RULES, judge=None)
    assert found is not None
    return found


def cleaned(text: str, profile: Profile | None) -> str:
    return clean_text(text, NO_RULES, GIVEN, None, profile).text


def test_a_sentence_in_every_story_of_the_source_is_cut_with_its_counts(profile: Profile) -> None:
    found = clean_text(story(77, BIO), NO_RULES, GIVEN, None, profile)
    assert BIO not in found.text
    (edit,) = [one for one in found.edits if one.rule_id.startswith("source.repeated_line")]
    assert (edit.rule_id, edit.confidence_frac) == ("source.repeated_line:20/20", 0.9545)


def test_without_a_profile_nothing_is_cut_for_being_repeated(profile: Profile) -> None:
    assert BIO in cleaned(story(77, BIO), None)


def test_a_sentence_quoted_in_two_stories_stays(profile: Profile) -> None:
    text = story(77).replace("\n", f"\n{QUOTE}\n", 2)
    assert QUOTE in cleaned(text, profile)


def test_a_short_line_goes_when_a_third_of_the_stories_have_it_and_stays_when_three_have(
    profile: Profile,
) -> None:
    text = cleaned(story(77, "Moorings for sale", "Ask the pilot"), profile)
    assert "Moorings for sale" not in text
    assert "Ask the pilot" in text


def test_the_lead_that_other_pages_tease_stays_in_its_own_story(profile: Profile) -> None:
    title, lead = story(77).split("\n")[:2]
    seen = {line_key(title): SeenLine(20, 0.9, "related", False, title),
            line_key(lead): SeenLine(20, 0.9, "related", True, lead)}  # fmt: skip
    assert lead in cleaned(story(77), replace(profile, lines=seen))


def test_the_name_of_the_site_is_no_headline() -> None:
    name = "Your Tides And Your Town"
    texts = [(f"{name}\n{story(seed)}", GIVEN) for seed in range(8)]
    found = learn_profile("harbourline", texts, NO_RULES, None)
    assert clean_text(texts[0][0], NO_RULES, GIVEN, None).title == name
    known = clean_text(f"{name}\n{story(77)}", NO_RULES, GIVEN, None, found)
    assert known.title == story(77).split("\n")[0]
    assert name not in known.text


def test_numbers_do_not_part_lines_and_numbers_alone_are_no_line() -> None:
    assert line_key("128 people like this") == line_key("4,031 people LIKE  this")
    assert line_key("12:30 - 14") == line_key("x") == ""


def test_the_profile_is_the_same_whatever_the_order_of_documents(profile: Profile) -> None:
    texts = [(story(seed, BIO), GIVEN) for seed in range(8)]
    one, two = (learn_profile("s", order, NO_RULES, None) for order in (texts, texts[::-1]))
    assert one is not None
    assert two is not None
    assert (one.hash, one.to_bytes()) == (two.hash, two.to_bytes())


def test_four_stories_are_no_habit() -> None:
    assert learn_profile("s", [(story(seed, BIO), GIVEN) for seed in range(4)], NO_RULES, None) is None


def test_expected_cuts_count_what_the_profile_itself_will_cut(profile: Profile) -> None:
    plain = [clean_text(story(seed), NO_RULES, GIVEN, None).edits for seed in range(20)]
    n_cuts = sum(edit.kind not in {"whitespace", "join_paragraph"} for edits in plain for edit in edits)
    assert profile.cuts_mean == round((n_cuts + 20 + 6) / 20, 2)


@examples(st.text(max_size=300))
def test_any_text_is_cleaned_with_a_profile_and_replays(profile: Profile, text: str) -> None:
    cleaned(text + "\n" + BIO, profile)
