"""What stands between an article's paragraphs and looks like menus."""

from __future__ import annotations

import pytest

from tasks.clean.between import rows
from tasks.clean.clean import clean_text
from tasks.clean.draft import split_lines
from tasks.clean.forms import doubt_of
from tasks.clean.rules import load_rules

ONE = "The harbour reopened on Monday after three weeks of repairs, the port authority said in the morning."
TWO = (
    "Two of the four cranes will stay closed until the spring, when new cables arrive from a yard in Gdansk."
)
AGREED = "The old pilots tried to name the berths again from memory, and agreed on only three of them:"


def parted(raw: str) -> str:
    """A text with each line a paragraph, as clean texts are."""
    return "\n\n".join(line for line in raw.splitlines() if line)


def cleaned_with(raw: str, doubted: dict[str, float]) -> str:
    """The clean text where the model keeps each line with 0.9, or as `doubted` says."""
    return clean_text(
        raw, load_rules(), judge=lambda draft, _: [doubted.get(line.text, 0.9) for line in draft.lines]
    ).text


@pytest.mark.parametrize(
    "items", [("Gallows Quay", "Cooper's Row", "Eel Steps"), ("Flour 2 kg, Rina", "Soap 1")]
)
def test_a_list_that_a_paragraph_introduces_stays(items: tuple[str, ...]) -> None:
    raw = f"{ONE}\n\n{AGREED}\n\n" + "\n".join(items) + f"\n\n{TWO}"
    assert cleaned_with(raw, dict.fromkeys(items, 0.05)) == parted(raw)
    without = f"{ONE}\n\n{TWO}\n\n{ONE[4:]}"
    unasked = without.replace(TWO, TWO + "\n\n" + "\n".join(items))
    assert cleaned_with(unasked, dict.fromkeys(items, 0.05)) == without


def test_what_stands_behind_a_list_or_is_named_by_a_rule_is_none_of_its_items() -> None:
    items = ["Gallows Quay", "Cooper's Row", "Eel Steps"]
    raw = f"{ONE}\n\n{AGREED}\n\n" + "\n".join(items) + f"\n\n{TWO}"
    below = raw.replace("Eel Steps", "Eel Steps\n\nLamp oil and rope")
    assert cleaned_with(below, {**dict.fromkeys(items, 0.1), "Lamp oil and rope": 0.1}) == parted(raw)
    strange = raw.replace("Eel Steps", "Eel Steps\nLamp oil and rope")
    assert cleaned_with(strange, {**dict.fromkeys(items, 0.12), "Lamp oil and rope": 0.03}) == parted(raw)
    shared = raw.replace("Eel Steps", "Eel Steps\nShare on Facebook")
    assert cleaned_with(shared, dict.fromkeys(items, 0.1)) == parted(raw)


def test_a_subheading_below_what_was_put_in_stays_but_not_below_links() -> None:
    heading = "A bell for every berth"
    raw = f"{ONE}\n\n{heading}\n\n{TWO}"
    put_in = raw.replace(heading, f"Advertisement\n\n{heading}")
    assert cleaned_with(put_in, {heading: 0.06}) == raw
    links = raw.replace(heading, f"Most read\nFerry fares to rise in May\n{heading}")
    assert cleaned_with(links, {heading: 0.06}) == f"{ONE}\n\n{TWO}"


def test_a_diary_keeps_its_hours() -> None:
    raw = f"{ONE}\n\n22:40\n\n{TWO}\n\n01:15\n\n{ONE[4:]}"
    assert cleaned_with(raw, {"22:40": 0.1, "01:15": 0.1}) == raw
    once = raw.replace("01:15\n\n", "")
    assert cleaned_with(once, {"22:40": 0.1}) == once.replace("22:40\n\n", "")


def test_a_sentence_stays_with_a_sign_off_behind_it() -> None:
    last = "Nobody is counting the boats now."
    raw = f"{ONE}\n\n{TWO}\n\n{last} (NBW)"
    assert cleaned_with(raw, {f"{last} (NBW)": 0.08}) == f"{ONE}\n\n{TWO}\n\n{last}"


def test_a_sign_off_goes_where_lines_below_it_stay() -> None:
    raw = f"{ONE}\n\n{TWO} – Kestrel Wire\n\nTags: Harbour, Cranes\n\nOur tide calendar is out"
    assert cleaned_with(raw, {}) == f"{ONE}\n\n{TWO}\n\nOur tide calendar is out"


def test_the_dateline_goes_below_lines_that_only_the_model_cuts() -> None:
    above = "Lamp oil and rope for sale at the old chandler behind the quay"
    raw = f"{above}\n\nOOSTERWOLD - {ONE}\n\n{TWO}"
    assert cleaned_with(raw, {above: 0.01}) == f"{ONE}\n\n{TWO}"


def test_a_paragraph_below_links_stays_and_leads_between_headlines_go() -> None:
    lead = "It does eleven miles an hour and is never late."
    links = f"Most read\nFerry fares to rise in May\n{lead}\nThe last milk float in the vale"
    raw = f"{ONE}\n\n{links}\n\n{TWO}"
    assert cleaned_with(raw, {lead: 0.2}) == f"{ONE}\n\n{TWO}"
    two_sentences = (
        "He has kept the log by hand since May. The council may print it in the spring, if it can. (NBW)"
    )
    assert two_sentences[:-6] in cleaned_with(
        f"{ONE}\n\n{TWO}\n\nMost read\nFerry fares\n{two_sentences}", {}
    )


def test_what_somebody_said_is_no_plea_of_the_site() -> None:
    plea = "Get our free newsletter in your inbox every morning."
    assert doubt_of(plea) > 0
    assert doubt_of(f"“{plea[:-1]},” the warden said.") == 0


@pytest.mark.parametrize(
    "lines",
    [("What is still unknown",), ("Rina Moloro",), ("Children: 1 euro", "Dogs: free on the last Sunday")],
)
def test_short_lines_between_paragraphs_stay_where_no_word_is_a_site_s(lines: tuple[str, ...]) -> None:
    raw = f"{ONE}\n\n{ONE[4:]}\n\n" + "\n\n".join(lines) + f"\n\n{TWO}"
    assert cleaned_with(raw, dict.fromkeys(lines, 0.06)) == raw


@pytest.mark.parametrize(
    "lines",
    [
        ("Share this story",),
        ("Feature: The clockmaker who sells no clock",),
        ("Crane falls on quay", "Pilots ask for rest"),
    ],
)
def test_short_lines_with_a_sign_or_in_a_row_go(lines: tuple[str, ...]) -> None:
    raw = f"{ONE}\n\n{ONE[4:]}\n\n" + "\n\n".join(lines) + f"\n\n{TWO}"
    assert cleaned_with(raw, dict.fromkeys(lines, 0.06)) == f"{ONE}\n\n{ONE[4:]}\n\n{TWO}"


def test_above_the_article_a_plea_goes_that_stays_within_it() -> None:
    plea = "You may ask us about the tides of the harbour on any day."
    assert cleaned_with(f"{plea}\n\n{ONE}\n\n{TWO}", {plea: 0.1}) == f"{ONE}\n\n{TWO}"
    within = f"{ONE}\n\n{plea}\n\n{TWO}"
    assert cleaned_with(within, {plea: 0.1}) == within


def test_a_subheading_below_a_short_paragraph_is_no_headline() -> None:
    raw = f"The boats had left before noon on Monday.\n\nWhat the pilots say about it\n\n{ONE}\n\n{TWO}"
    assert clean_text(raw, load_rules(), judge=lambda draft, _: [0.9] * len(draft.lines)).text == raw


@pytest.mark.parametrize(
    "line",
    [
        "The crane fell twice in one night – Harbour – The Kestmouth Ledger",
        "Kran stürzt zweimal um | Kestmunder Anzeiger",
        "The crane at noon on Monday. | Ines Holm",
        "The minister on the quay on Tuesday. (Ines Holm/Tide Gazette)",
        "クレーンを見上げる職人＝堤達也撮影",
        "クレーンを見上げる職人（共同通信）",
    ],
)
def test_a_headline_with_its_site_and_a_caption_with_its_maker_go_within_the_article(line: str) -> None:
    text = cleaned_with(f"{ONE}\n\n{line}\n\n{TWO}", {})
    assert text == f"{ONE}\n\n{TWO}"


@pytest.mark.parametrize(
    "line",
    [
        "The pilots waved – nobody knew why – and left",
        "The crane had fallen on the quay in the night, the owner told the court. (Ines Holm/Tide Gazette)",
    ],
)
def test_a_dash_or_a_name_in_brackets_alone_makes_neither(line: str) -> None:
    assert line.partition(" (")[0] in cleaned_with(f"{ONE}\n\n{line}\n\n{TWO}", {})


def test_figures_above_the_article_and_items_of_a_list_stay() -> None:
    figures = ("Tarn Rovers 2 (Ballantyne 31, Okafor 89)", "Wick Athletic 1 (Moss 54)", "Attendance: 3,116")
    raw = "\n\n".join((*figures, ONE, TWO))
    assert cleaned_with(raw, dict.fromkeys(figures, 0.05)) == raw
    items = ("Garden waste: £48 a year", "Library fines: abolished")
    raw = "\n\n".join((ONE, ONE[4:], *items, TWO))
    assert cleaned_with(raw, dict.fromkeys(items, 0.1)) == raw


def test_a_sign_that_is_quoted_in_the_first_paragraph_does_not_cut_it() -> None:
    first = 'A bakery at the university has been told to take down a sign reading "This site uses cookies" after a complaint that it breached the code.'
    assert cleaned_with(f"{first}\n\n{ONE}\n\n{TWO}", {first: 0.95}) == f"{first}\n\n{ONE}\n\n{TWO}"


def test_a_name_behind_the_last_sentence_goes_alone() -> None:
    for signed in ("© RIPRODUZIONE RISERVATA", "Texto y fotos: Nieves Lorca"):
        text = cleaned_with(f"{ONE}\n\n{TWO}\n\nEl próximo sale en Navidad.{signed}", {signed: 0.1})
        assert text.endswith("El próximo sale en Navidad.")


def test_a_list_of_links_with_their_sites_is_the_articles() -> None:
    links = [
        "Who may train on whose pictures of harbours | Kestmouth Ledger",
        "Cranes, clauses and the pilots of the bay - Tide Gazette",
        "What the owners were asked on Monday night | Tide Gazette",
    ]
    text = cleaned_with("\n\n".join([ONE, *links, TWO]), {})
    assert all(link in text for link in links)


def test_rows_of_figures_between_sentences_of_the_article_stay():
    lines = split_lines(
        "The council voted late.\nFor: 12\nAgainst: 9\nThe mayor left before.\nFor: 12\nAgainst: 9"
    )
    assert rows(lines, [1, 2, 4, 5]) == {1, 2}


def test_one_figure_alone_and_a_menu_are_no_rows():
    lines = split_lines("The council voted late.\nFor: 12\nPolitics\nSports\nThe mayor left before.")
    assert rows(lines, [1, 2, 3]) == set()
