"""The room as a whole, on small texts: what goes, what stays, and which fields it leaves."""

from __future__ import annotations

import gc
from datetime import date

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tasks.clean.clean import Given, clean_text
from tasks.clean.edits import OffsetMap, apply_edits, check_edits, removed_texts, undo_edits
from tasks.clean.rules import load_rules

RULES = load_rules()
ONE = "The harbour reopened on Monday after three weeks of repairs, the port authority said in the morning."
TWO = (
    "Two of the four cranes will stay closed until the spring, when new cables arrive from a yard in Gdansk."
)
THREE = (
    "Fishermen had asked for a shorter closure, because the herring season ends in the second week of March."
)


def cleaned(raw, **fields):
    """A text cleaned by the rules alone."""
    return clean_text(raw, RULES, Given(**fields), judge=None)


def kinds(raw, **fields):
    """Kind and text of every cut that a reader sees."""
    unseen = {"whitespace", "join_paragraph", "encoding", "markup"}
    return [
        (edit.kind, raw[edit.start : edit.end])
        for edit in cleaned(raw, **fields).edits
        if edit.kind not in unseen
    ]


def test_the_headline_moves_to_its_field_and_its_repetitions_go():
    raw = f"Harbour reopens after repairs\n\n{ONE}\n\nHarbour reopens after repairs | Tide Gazette\n\n{TWO}"
    assert kinds(raw) == [
        ("title", "Harbour reopens after repairs"),
        ("duplicate_title", "Harbour reopens after repairs | Tide Gazette"),
    ]
    assert cleaned(raw).title == "Harbour reopens after repairs"


def test_a_text_without_a_headline_has_none():
    assert cleaned(f"{ONE}\n\n{TWO}").title is None


def test_a_related_list_goes_with_its_heading_and_the_article_goes_on():
    raw = f"{ONE}\n\nMost read\n1. Ferry fares to rise\n2. Old crane finds a museum\n\n{TWO}"
    assert cleaned(raw).text == f"{ONE}\n\n{TWO}"


@pytest.mark.parametrize(
    "items",
    [
        ["- Bakers end their strike after nine days", "- Why the herring came late"],
        ["1", "Bakers end their strike after nine days", "2", "Why the herring came late this year"],
        [
            "[Bakers end their strike](https://a.example/1)",
            "[Why the herring came late](https://a.example/2)",
        ],
    ],
)
def test_a_related_list_goes_however_its_items_are_marked(items):
    block = "\n".join(["Related stories:", *items])
    assert cleaned(f"{ONE}\n\n{block}\n\n{TWO}").text == f"{ONE}\n\n{TWO}"


def test_tags_below_their_heading_go_and_the_next_sentence_stays():
    answer = cleaned(f"{ONE}\n\n{TWO}\n\nTags:\nharbour\ncranes\n\n{THREE}")
    assert answer.text == f"{ONE}\n\n{TWO}\n\n{THREE}"


def test_a_story_above_its_read_more_goes():
    teaser = "Bakers of Delta end their strike\nThe union and the owners agreed on a raise, and the first loaves were in…"
    assert cleaned(f"{ONE}\n\n{teaser}\nRead more\n\n{TWO}").text == f"{ONE}\n\n{TWO}"


def test_a_headline_pair_with_its_teaser_goes_without_a_heading():
    pair = "Ferry fares to rise in May\nFerry fares to rise in May\nThe ferry company blames the price of ..."
    assert cleaned(f"{ONE}\n\n{TWO}\n\n{pair}").text == f"{ONE}\n\n{TWO}"


def test_a_paragraph_that_comes_again_goes_the_second_time():
    assert cleaned(f"{ONE}\n\n{TWO}\n\n{ONE}").text == f"{ONE}\n\n{TWO}"


def test_a_line_that_says_one_thing_twice_is_a_link():
    assert kinds(f"{ONE}\n\nFerry fares to rise Ferry fares to rise\n\n{TWO}")[0][0] == "related"


def test_captions_and_credits_become_fields():
    answer = cleaned(f"{ONE}\n\nThe pier at noon. Photo: Ana Lima\n\n{TWO}\n\n(Photo: Reuters)\n\n{THREE}")
    assert answer.text == f"{ONE}\n\n{TWO}\n\n{THREE}"
    assert (answer.captions, answer.credits) == (
        ("The pier at noon. Photo: Ana Lima",),
        ("Ana Lima", "Reuters"),
    )


@pytest.mark.parametrize(
    "line",
    [
        "Text, pictures & video: 3,999 a month",
        "Hardened images: security that everybody can check",
        "Purse (credit/debit cards, cash)",
    ],
)
def test_a_list_item_whose_label_ends_a_phrase_is_no_caption(line):
    assert line in cleaned(f"{ONE}\n\n{line}\n\n{TWO}").text


def test_an_alternative_text_glued_to_its_caption_is_a_caption_and_names_the_article():
    answer = cleaned(f"Harbour reopens after repairs hinh anh 1The pier at noon\n{ONE}\n{TWO}")
    assert (answer.title, answer.captions, answer.text) == (
        "Harbour reopens after repairs",
        ("The pier at noon",),
        f"{ONE}\n\n{TWO}",
    )


def test_dateline_and_sign_off_go_and_name_agency_and_place():
    answer = cleaned(f"HANOI, Feb 5 (Reuters) - {ONE}\n\n{TWO} (Reuters)")
    assert (answer.agency, answer.dateline_place, answer.text) == ("Reuters", "Hanoi", f"{ONE}\n\n{TWO}")


@pytest.mark.parametrize("mark", ["/.", " ./.", " -30-", " (END)", " ■", " ###", " /VNA/"])
def test_end_marks_go_and_the_full_stop_stays(mark):
    assert cleaned(f"{ONE}\n\n{TWO}{mark}").text == f"{ONE}\n\n{TWO}"


@pytest.mark.parametrize(
    ("mark", "agency"), [("(Reuters)", "Reuters"), ("- Bernama", "Bernama"), ("[END]", None), ("dpa", "dpa")]
)
def test_a_sign_off_on_a_line_of_its_own_goes(mark, agency):
    answer = cleaned(f"{ONE}\n\n{TWO}\n\n{mark}")
    assert answer.text == f"{ONE}\n\n{TWO}"
    assert answer.agency == agency
    assert kinds(f"{ONE}\n\n{TWO}\n\n{mark}") == [("end_mark", mark)]


def test_the_name_of_an_agency_between_paragraphs_may_be_a_subheading():
    assert "EFE" in cleaned(f"{ONE}\n\nEFE\n\n{TWO}").text


def test_broken_sentences_are_joined_and_hyphens_mended():
    head, tail = ONE[:60].rstrip(), ONE[60:].lstrip()
    assert cleaned(f"{head}\n{tail}\n\n{TWO}").text == f"{ONE}\n\n{TWO}"
    broken = TWO.replace("cables", "ca-\nbles")
    assert cleaned(f"{ONE}\n\n{broken}").text == f"{ONE}\n\n{TWO}"


def test_wrapped_text_is_one_paragraph_a_block():
    words, lines = f"{ONE} {TWO} {THREE}".split(), [""]
    for word in words * 3:
        lines[-1:] = [f"{lines[-1]} {word}".strip()] if len(lines[-1]) + len(word) < 72 else [lines[-1], word]
    assert cleaned("\n".join(lines)).text == " ".join(words * 3)


@pytest.mark.parametrize(
    "trap",
    [
        '"Follow us," the guide told the hikers on the pier.',
        '"No comment."',
        "Why did the price rise?",
        "Three people were hurt.",
        "She was born on April 17, 2001.",
        "The photo of the signing was shown in court on Monday.",
        "The source of the leak, a report says, was a broken valve...",
        "Readers can share the cost of a ticket with a friend, the museum said.",
    ],
)
def test_sentences_that_look_like_boilerplate_stay(trap):
    assert cleaned(f"{ONE}\n\n{trap}\n\n{TWO}").text == f"{ONE}\n\n{trap}\n\n{TWO}"


def test_the_date_line_gives_the_date_and_a_birthday_does_not():
    answer = cleaned(
        f"Harbour reopens after repairs\nApril 17, 2021 | 11:34\n\n{ONE}\n\nShe was born on April 1, 1950."
    )
    assert str(answer.dating.published_at) == "2021-04-17 11:34:00+00:00"
    assert answer.dating.published_from == "text"


@pytest.mark.parametrize(
    ("dateline", "batch_day", "day"),
    [
        ("LIMA, Feb. 12, 2024 (AP) — ", None, "2024-02-12"),
        ("LIMA, Feb. 12 (AP) — ", date(2024, 2, 14), "2024-02-12"),
        ("LIMA, Dec 30 (Reuters) - ", date(2024, 1, 2), "2023-12-30"),
        ("LIMA, Feb. 12 (AP) — ", date(2024, 9, 1), None),
        ("LIMA, Feb. 12 (AP) — ", None, None),
    ],
)
def test_the_date_of_a_dateline_is_the_storys_where_its_year_can_be_told(dateline, batch_day, day):
    dating = cleaned(f"{dateline}{ONE}\n\n{TWO}", batch_day=batch_day).dating
    found = dating.published_at.date().isoformat() if dating.published_at else None
    assert found == day


def test_a_date_behind_its_place_above_the_story_is_its_date():
    answer = cleaned(f"Harbour reopens after repairs\n\nManila, February 12, 2024\n\n{ONE}\n\n{TWO}")
    assert answer.dating.published_at.date().isoformat() == "2024-02-12"
    assert answer.text == f"{ONE}\n\n{TWO}"


def test_the_address_of_the_source_line_is_the_url():
    assert (
        cleaned(f"{ONE}\n\nSource: https://news.example.org/harbour-post1.html").url
        == "https://news.example.org/harbour-post1.html"
    )


@pytest.mark.parametrize(
    ("raw", "reason", "words"),
    [
        ("", "empty", "no visible character"),
        ("Menu\nSearch\nLog in", "empty", "nothing left"),
        ("404 Not Found\nThe page you are looking for does not exist.", "not_article", "error page"),
        ("\n".join(f"Ferry number {n} leaves" for n in range(9)), "not_article", "index page"),
        (f"{ONE}\n\nThis article is for subscribers only.", "not_article", "paywall"),
    ],
)
def test_what_is_no_article_is_dropped_with_its_evidence(raw, reason, words):
    answer = cleaned(raw)
    assert answer.dropped_reason == reason
    assert words in (answer.evidence or "")


def test_mojibake_control_characters_and_decomposed_letters_are_made_right():
    raw = (
        f"{ONE}\x00 The caf\u0065\u0301 \u00e2\u20ac\u201c or bar \u00e2\u20ac\u201c\u200b is shut.\n\n{TWO}"
    )
    answer = cleaned(raw)
    assert "The caf\u00e9 \u2013 or bar \u2013 is shut." in answer.text
    assert {edit.kind for edit in answer.edits} == {"encoding"}


def test_a_joiner_that_joins_nothing_is_no_paragraph_and_one_within_a_word_stays():
    persian = "این خانه\u200cها در کنار ساحل قرار دارند و مردم هنوز در آن\u200cها زندگی می\u200cکنند."
    answer = cleaned(f"{ONE}\n\n\u200d\n\n{persian}\n\n\u200e\u200d \u200d\n\n{TWO}")
    assert answer.text == f"{ONE}\n\n{persian}\n\n{TWO}"
    assert {edit.kind for edit in answer.edits} <= {"encoding", "whitespace"}


def test_right_to_left_and_unspaced_text_without_rules_stays_whole():
    for text in (
        "افتتح الميناء يوم الاثنين بعد ثلاثة أسابيع من الإصلاحات، كما قالت سلطة الميناء في الصباح.",
        "港口在三个星期的维修之后于星期一重新开放。" * 3,
    ):
        assert cleaned(f"{text}\n\n{text[::-1]}").text.split("\n\n")[0] == text


PIECES = st.sampled_from(
    [ONE, TWO, THREE, "Related", "Ferry fares to rise", "Share", "Facebook", "By Ana Lima", "Photo: VNA", "![]() |", "HANOI (VNA) – " + ONE,
     "April 17, 2021 | 11:34", "Comments (0)", "e\u0301\u200b", "\u00c3\u00a9" * 4, "ends in a-", "x /.", "", "(", "\ud800", "İ İ İ"]
)  # fmt: skip


@settings(max_examples=150, deadline=None)
@given(st.lists(PIECES, max_size=14), st.sampled_from(["\n", "\n\n", "\r\n", "\u2028"]))
def test_every_text_replays_can_be_undone_and_maps_back(pieces, gap):
    raw = gap.join(pieces)
    answer = cleaned(raw)
    check_edits(raw, answer.edits)
    assert apply_edits(raw, answer.edits) == answer.text == answer.text.strip()
    assert undo_edits(answer.text, answer.edits, removed_texts(raw, answer.edits)) == raw
    low, high = OffsetMap(answer.edits).to_raw(0, len(answer.text))
    assert 0 <= low <= high <= len(raw)


@settings(max_examples=60, deadline=None)
@given(
    st.lists(
        st.sampled_from([ONE, TWO, THREE, "Related", "Share this article", "Comments (3)"]),
        min_size=1,
        max_size=8,
    )
)
def test_cleaning_the_clean_text_changes_nothing_more(pieces):
    once = cleaned("\n\n".join(pieces))
    if once.dropped_reason is None:
        assert cleaned(once.text).text == once.text


def test_an_embedded_post_goes_with_its_signature_and_a_quotation_stays():
    post = "<p>The first boats are already back in the harbour.</p>&mdash; Tide Gazette (@tide) May 3, 2026"
    raw = f"<p>{ONE}</p><blockquote class='twitter-tweet' lang=en>{post}</blockquote><blockquote class=quote><p>{TWO}</p></blockquote>"
    assert cleaned(raw, media_type="html").text == f"{ONE}\n\n{TWO}"
    assert {edit.rule_id for edit in cleaned(raw, media_type="html").edits if edit.kind == "other"} == {
        "page.embed"
    }


def test_a_caption_below_a_picture_goes_however_sure_the_model_is_of_it():
    raw = f"Harbour reopens after repairs\n\n{ONE}\n\n![]() |\nA crane waits for its cables.\n\n{TWO}\n\n{THREE}"
    found = clean_text(raw, RULES, Given(), lambda draft, _: [0.99] * len(draft.lines))
    assert found.captions == ("A crane waits for its cables.",)
    assert "crane waits" not in found.text


def test_a_paragraph_signed_by_its_agency_is_no_caption():
    raw = f"Harbour reopens after repairs\n\n{ONE}\n\n{TWO} \u2014 Xinhua\n\n{THREE}"
    found = cleaned(raw)
    assert TWO in found.text
    assert found.captions == ()


def test_the_search_for_cycles_rests_during_a_document_and_goes_on_after_it():
    seen = []

    def judge(draft, page):
        seen.append(gc.isenabled())
        return [1.0] * len(draft.lines)

    clean_text("One line.", RULES, judge=judge)
    assert (seen, gc.isenabled()) == ([False], True)


@pytest.mark.parametrize(
    "line",
    [
        "The ferry leaves from the third berth at seven and at nine.",
        "Adults: 4 euros",
        "Question: who pays for the crane?",
    ],
)
def test_a_long_sentence_a_question_and_a_figure_below_a_picture_are_no_captions(line):
    title = "Kestmouth harbour reopens after repairs"
    text = cleaned(f"{title}\n{ONE}\n{TWO}\n{title}\n{line}\n{THREE}").text
    assert line in text
    assert "caption" in [kind for kind, _ in kinds(f"{ONE}\n{TWO}\n[photo]\nThe quay at noon.\n{THREE}")]


@pytest.mark.parametrize("below", ["Follow us on Facebook", "***"])
def test_the_last_sentence_of_an_article_below_a_list_stays(below):
    items = "Most read\n1. Ferry runs aground near Kestmouth\n2. Council votes on the old crane"
    last = "The second berth opens when the cables have come."
    assert last in cleaned(f"{ONE}\n{TWO}\n{items}\n{last}\n{below}").text
    assert last not in cleaned(f"{ONE}\n{TWO}\n{items}\n{last}\n3. Storm fells an oak in the park").text


def test_results_below_a_list_of_links_are_none_of_it():
    items = "Most read\nFerry runs aground near Kestmouth\nCouncil votes on the old crane"
    text = cleaned(f"{ONE}\n{items}\nKestmouth 3 - Averham 1\nKestmouth 2 - Tarn 0\n{TWO}").text
    assert "Kestmouth 3 - Averham 1\nKestmouth 2 - Tarn 0" in text.replace("\n\n", "\n")
    assert "oak" not in text


def test_a_lead_that_ends_with_a_quoted_name_is_no_headline():
    lead = "Mayor Ines Holm said that she was as tall as the old crane on “The Quay at Night.”"
    assert lead in cleaned(f"{lead[:70]}... no, on “The Quay.”\n{lead}\n{ONE}\n{TWO}").text
