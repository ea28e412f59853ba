"""Rules and model together: who decides what."""

from __future__ import annotations

import pytest

from tasks.clean import decide
from tasks.clean.clean import Given, clean_text
from tasks.clean.draft import split_lines
from tasks.clean.rules import load_rules
from tasks.clean.stretch import TRUST

ONE = "The harbour reopened on Monday after three weeks of repairs, the port authority said in the morning."
TWO = (
    "Two of the four cranes will stay closed until the spring, when new cables arrive from a yard in Gdansk."
)


def cleaned_with(raw, keep_of):
    """The clean text where the model keeps each line with the probability `keep_of` says."""
    return clean_text(
        raw, load_rules(), judge=lambda draft, _: [keep_of(line.text) for line in draft.lines]
    ).text


def test_what_only_the_model_doubts_goes():
    raw = f"{ONE}\n\nTide tables and lamp oil\n\n{TWO}"
    assert cleaned_with(raw, lambda text: 0.02 if text.startswith("Tide") else 0.9) == f"{ONE}\n\n{TWO}"


def test_a_few_words_alone_between_two_paragraphs_are_a_subheading_unless_the_model_is_sure():
    raw = f"{ONE}\n\nTide tables and lamp oil\n\n{TWO}"
    assert cleaned_with(raw, lambda text: 0.1 if text.startswith("Tide") else 0.9) == raw
    more = raw.replace("lamp oil", "lamp oil\n\nFerry fares to rise")
    assert cleaned_with(more, lambda text: 0.9 if text in {ONE, TWO} else 0.1) == f"{ONE}\n\n{TWO}"


def test_a_text_of_which_most_goes_is_judged_more_strictly():
    menu = "\n".join(f"Item number {n}" for n in range(60))
    body = f"{ONE}\n\nTide tables and lamp oil\n\n{TWO}"

    def keep_of(text):
        return 0.1 if text.startswith("Item") else 0.2 if text.startswith("Tide") else 0.9

    assert cleaned_with(body, keep_of) == body
    assert cleaned_with(f"{menu}\n\n{body}", keep_of) == f"{ONE}\n\n{TWO}"


def test_a_paragraph_needs_more_doubt_than_a_line_but_in_a_dump():
    menu = "\n".join(f"Item number {n}" for n in range(12))
    body = f"{ONE}\n\nTide tables\n\n{TWO}"

    def keep_of(text):
        return 0.9 if text == ONE else 0.14 if text != sold else 0.08

    sold = "The cranes and the newsletter of the port will be sold at the end of the year, and nothing else with them."
    assert cleaned_with(f"{body}\n\n{sold}", keep_of) == f"{ONE}\n\n{TWO}\n\n{sold}"
    assert cleaned_with(f"{menu}\n\n{body}\n\n{sold}", keep_of) == f"{ONE}\n\n{TWO}"


def test_a_lone_sentence_needs_more_doubt_than_a_lone_line():
    raw = f"{ONE}\n\nThree people were hurt.\n\n{TWO}"
    assert cleaned_with(raw, lambda text: 0.1 if text.startswith("Three") else 0.9) == raw
    assert cleaned_with(raw, lambda text: 0.01 if text.startswith("Three") else 0.9) == f"{ONE}\n\n{TWO}"


def test_a_certain_model_overrules_a_weak_rule_but_no_strong_one():
    raw = f"{ONE}\n\n{TWO}\n\nMost read\nFerry fares to rise in May\n\nComments (3)"
    assert cleaned_with(raw, lambda _: 0.99) == f"{ONE}\n\n{TWO}\n\nFerry fares to rise in May"


def test_a_sentence_that_begins_like_a_label_stays_within_the_article():
    label = "Share this with your neighbours, the warden told the crews in early May."
    raw = f"{ONE}\n\n{label}\n\n{TWO}"
    assert cleaned_with(raw, lambda _: 0.8) == raw
    assert cleaned_with(raw, lambda text: 0.5 if text == label else 0.8) == f"{ONE}\n\n{TWO}"
    assert cleaned_with(f"{ONE}\n\n{TWO}\n\n{label}", lambda _: 0.8) == f"{ONE}\n\n{TWO}"


def test_a_sentence_that_begins_like_a_share_button_stays_within_the_article():
    raw = f"{ONE}\n\n– Dela med dig, brukade min far säga, och sedan tog han den största biten.\n\n{TWO}"
    assert cleaned_with(raw, lambda _: 0.8) == raw
    assert cleaned_with(raw, lambda text: 0.5 if "Dela" in text else 0.8) == f"{ONE}\n\n{TWO}"


def test_a_sentence_of_the_article_below_a_heading_of_links_stays():
    said = "“Nobody rang,” the warden said."
    raw = f"{ONE}\n\nMost read\nFerry fares to rise in May\n{said}\n\n{TWO}"
    assert cleaned_with(raw, lambda text: 0.7 if text == said else 0.9) == f"{ONE}\n\n{said}\n\n{TWO}"


def test_what_a_dump_broke_off_within_a_sentence_stays_with_the_rest_of_it():
    half = "The council of the small harbour town on the northern shore voted on Tuesday to"
    rest = f"rebuild the old pier. {TWO}"
    doubtful = lambda text: 0.1 if text in {half, "Ferry fares to rise"} else 0.9  # noqa: E731
    assert cleaned_with(f"{half}\n{rest}\n\n{ONE}", doubtful) == f"{half} {rest}\n\n{ONE}"
    assert cleaned_with(f"Ferry fares to rise\n{ONE}\n\n{TWO}", doubtful) == f"{ONE}\n\n{TWO}"


def test_a_row_of_menu_items_is_one_line_of_navigation():
    assert cleaned_with(f"{ONE}\n\nPrivacy · Contact · Sitemap\n\n{TWO}", lambda _: 1.0) == f"{ONE}\n\n{TWO}"


def page_with(box):
    """The clean text of a page whose model keeps two paragraphs, doubts what begins with Pier and cuts the menu."""
    keep = {"Pier": 0.1, "Menu": 0.01, "Lamp": 0.1}
    raw = f"<div><p>{ONE}</p>{box}<p>{TWO}</p></div><ul><li>Menu of the week<li>Lamp oil</ul>"
    return clean_text(
        raw, load_rules(), Given(media_type="html"),
        lambda draft, _: [keep.get(line.text[:4], 0.9) for line in draft.lines],
    ).text.split("\n\n")  # fmt: skip


def test_much_of_the_container_that_holds_the_article_is_not_cut_by_the_model_alone():
    rows = [f"Pier {n} has room for a long ship" for n in range(4)]
    assert page_with("".join(f"<p>{row}" for row in rows)) == [ONE, *rows, TWO]


def test_a_small_box_inside_the_article_goes():
    assert page_with("<p>Pier 1 has room for a long ship") == [ONE, TWO]


def test_what_the_model_is_sure_of_goes_however_much_it_is():
    rows = [f"Menu {n} has room for a long ship" for n in range(4)]
    assert page_with("".join(f"<p>{row}" for row in rows)) == [ONE, TWO]


def of_page(raw, keep_of):
    """The paragraphs left of a page whose model keeps each line as `keep_of` says of its text and number."""
    return clean_text(
        raw, load_rules(), Given(media_type="html"),
        lambda draft, _: [keep_of(line.text, number) for number, line in enumerate(draft.lines)],
    ).text.split("\n\n")  # fmt: skip


def test_of_two_copies_on_a_page_the_one_that_the_model_keeps_stays():
    raw = f"<aside><p>{ONE}</p></aside><div><p>{ONE}</p><p>{TWO}</p></div>"
    assert of_page(raw, lambda _, number: 0.02 if number == 0 else 0.9) == [ONE, TWO]
    assert of_page(raw, lambda *_: 0.9) == [ONE, TWO]
    assert of_page(raw, lambda text, _: 0.02 if text == ONE else 0.9) == [TWO]


def test_of_three_copies_on_a_page_the_model_keeps_one():
    raw = f"<aside><p>{ONE}</p></aside><div><p>{ONE}</p><p>{TWO}</p><p>{ONE}</p></div>"
    assert of_page(raw, lambda _, number: 0.02 if number == 0 else 0.9) == [ONE, TWO]


def test_what_a_page_says_twice_stays_where_the_model_is_sure_of_both_but_no_whole_article_does():
    again = f"<div><p>{ONE}</p><p>{TWO}</p><p>{ONE}</p></div>"
    assert of_page(again, lambda *_: 0.98) == [ONE, TWO, ONE]
    assert of_page(again, lambda _, number: 0.9 if number == 0 else 0.98) == [ONE, TWO]
    story = [f"{ONE[:-1]}, and on pier {n} the lamps were lit before six." for n in "ABCDE"]
    whole = "".join(f"<p>{text}</p>" for text in story)
    assert of_page(f"<div>{whole}</div><div>{whole}</div>", lambda *_: 0.98) == story


def test_an_article_that_stands_once_more_in_one_line_is_cut_there_and_stays_if_it_stands_nowhere_else():
    story = [f"{ONE[:-1]}, and on pier {n} {40 * 'lamp '}were lit before six." for n in "ABCDEF"]
    raw = "".join(f"<p>{text}</p>" for text in story) + f"<div>{' '.join(story)}</div>"
    assert of_page(raw, lambda *_: 0.9) == story
    assert of_page(raw, lambda text, _: 0.9 if len(text) > 1_500 else 0.02) == [" ".join(story)]
    assert of_page(raw, lambda text, _: 0.02 if text in story[2:] else 0.9) == [*story[:2], " ".join(story)]


def test_a_list_of_links_by_its_form_stays_on_a_page_whose_model_keeps_it():
    items = [f"Harbour cranes get new cables, pier {n}" for n in "ABCDEF"]
    raw = f"<p>{ONE}</p><p>{TWO}</p><h2>Related</h2><ul>{''.join(f'<li>{item}' for item in items)}</ul>"

    def keep_of(sure):
        return lambda text, _: sure if text in items else 0.0 if text == "Related" else 0.99

    assert of_page(raw, keep_of(0.65))[-6:] == items
    assert of_page(raw, keep_of(0.55)) == [ONE, TWO]


def test_lines_know_their_blocks_and_places():
    lines = split_lines("a b\n c\n\n\nd")
    assert [(line.text, line.start, line.block) for line in lines] == [
        ("a b", 0, 0),
        ("c", 5, 0),
        ("d", 9, 1),
    ]


@pytest.mark.parametrize("kind", ["html", "text"])
def test_no_line_stays_with_less_than_what_lines_that_go_anyhow_have(kind):
    stays_at = [decide.KEEP_AT[kind], decide.CLEAN_AT[kind], decide.PROSE_AT[kind], TRUST[kind].within]
    if kind == "text":
        stays_at += [decide.KEEP_AT_DUMP, decide.BODY_AT, decide.BODY_AT_DUMP, decide.BELOW_AT]
        stays_at.append(TRUST["dump"].within)
    assert min(stays_at) >= decide.ALONE_AT[kind]


def test_a_line_is_of_one_kind_whatever_documents_came_before():
    line = "If you value this newsroom, please think of becoming a member today, Zorbek"  # a site's plea, told by no form

    def kinds(keep_frac):
        judge = lambda draft, _: [keep_frac if one.text == line else 0.9 for one in draft.lines]  # noqa: E731
        return [
            edit.kind for edit in clean_text(f"{ONE}\n\n{line}\n\n{TWO}", load_rules(), judge=judge).edits
        ]

    before = kinds(0.01)
    assert "other" in before
    assert kinds(0.5) == before  # a line that may stay is heard, one that goes anyhow is named
    assert kinds(0.01) == before
