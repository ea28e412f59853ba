"""One list of names for a text: patterns, the gazetteer and a tagger's spans put together."""

from __future__ import annotations

import time

import pytest

from tasks.entities.names import refine
from tasks.entities.rules import find_listed, find_patterns, find_peoples
from tasks.entities.spans import Span
from tests.entities.tagged import GAZETTEER, refined


def names(text, *tagged):
    """(surface, type) of the refined names, where the tagger found (type, surface)."""
    return refined(text, *((surface, kind) for kind, surface in tagged))


@pytest.mark.parametrize(
    ("text", "surface", "kind"),
    [
        (
            "the 1982 UN Convention on the Law of the Sea, they said",
            "1982 UN Convention on the Law of the Sea",
            "LAW",
        ),
        ("a Code of Conduct in the East Sea is near", "Code of Conduct in the East Sea", "LAW"),
        ("under the Fisheries Act 2016 he was fined", "Fisheries Act 2016", "LAW"),
        ("the Paris Agreement in Bonn", "Paris Agreement", "LAW"),
        ("over UN Security Council Resolution 2397 again", "UN Security Council Resolution 2397", "LAW"),
        ("the 13th National Party Congress ended", "13th National Party Congress", "EVENT"),
        ("at the 44th ASEAN Summit, leaders", "44th ASEAN Summit", "EVENT"),
        (
            "the 16th Meeting of the Steering Committee for Trade here",
            "16th Meeting of the Steering Committee for Trade",
            "EVENT",
        ),
        ("the 2024 Olympic Games in Paris", "2024 Olympic Games", "EVENT"),
    ],
)
def test_laws_and_events_are_found_by_their_head_word(text, surface, kind):
    assert [(text[s.start : s.end], s.type) for s in find_patterns(text)] == [(surface, kind)]


@pytest.mark.parametrize(
    "text",
    ["the Rule of Law", "The Act was read", "He studied at Harvard Law School", "Mayor Bill de Blasio", "PwC's Code", "the National People's Congress",
     "They signed an agreement", "the World Economic Forum", "The Summit failed"],
)  # fmt: skip
def test_what_only_looks_like_a_law_or_an_event_is_none(text):
    assert find_patterns(text) == []


def test_peoples_are_found_alone_and_in_compounds():
    text = "South Korean and Sino-Vietnamese ties; the New Zealander; a Muslim"
    assert [text[s.start : s.end] for s in find_peoples(text, GAZETTEER)] == [
        "South Korean",
        "Vietnamese",
        "New Zealander",
        "Muslim",
    ]


@pytest.mark.parametrize(
    ("text", "tagged", "expected"),
    [
        ("the Vietnam-China border", [("LOC", "Vietnam-China")], [("Vietnam", "GPE"), ("China", "GPE")]),
        ("Leitrim-Sligo voted", [("LOC", "Leitrim-Sligo")], [("Leitrim-Sligo", "GPE")]),
        ("FM Bui Thanh Son’s visit", [("PERSON", "FM Bui Thanh Son’s")], [("Bui Thanh Son", "PERSON")]),
        ("to Chinese State Councillor Wang Yi", [("ORG", "Chinese State"), ("PERSON", "Wang Yi")], [("Chinese", "NORP"), ("Wang Yi", "PERSON")]),
        ("by Chinese President Xi Jinping", [("PERSON", "Chinese President Xi Jinping")], [("Chinese", "NORP"), ("Xi Jinping", "PERSON")]),
        ("the two Parties agreed", [("NORP", "Parties")], []),
        ("the 14th National Assembly met", [("EVENT", "National Assembly")], [("14th National Assembly", "ORG")]),
        ("South Korean planes", [("LOC", "South")], [("South Korean", "NORP")]),
        ("Uganda's Ministry of Water said", [("ORG", "Uganda's Ministry of Water")], [("Uganda", "GPE"), ("Ministry of Water", "ORG")]),
        ("Kogi State voted", [("ORG", "Kogi State")], [("Kogi State", "GPE")]),
        ("Hyundai Motor 5,500 won", [("ORG", "Hyundai Motor 5,500")], [("Hyundai Motor", "ORG")]),
        ("of Vietnam Bui Thanh Son", [("PERSON", "Bui Thanh Son")], [("Vietnam", "GPE"), ("Bui Thanh Son", "PERSON")]),
        ("the Liberals won", [("ORG", "Liberals")], [("Liberals", "ORG")]),
        ("it was MISC", [("MISC", "MISC")], []),
    ],
)  # fmt: skip
def test_spans_are_trimmed_split_and_typed(text, tagged, expected):
    assert names(text, *tagged) == expected


def test_a_day_is_no_person_beside_one_who_is_called_so():
    text = "Chief Sunday Adeyemi spoke on Sunday. Sunday left in April, and June Oyinlola in July."
    tagged = [
        ("PERSON", one) for one in ("Sunday Adeyemi", "Sunday", "Sunday", "April", "June Oyinlola", "July")
    ]
    assert [name for name, _ in names(text, *tagged)] == ["Sunday Adeyemi", "Sunday", "June Oyinlola"]


def test_a_pattern_goes_over_the_names_inside_it_and_under_the_one_around_it():
    text = "the UN Convention on the Law of the Sea Secretariat and the UN Convention on the Law of the Sea"
    tagged = ("ORG", "UN Convention on the Law of the Sea Secretariat"), ("ORG", "UN"), ("LOC", "Sea")
    assert [kind for _, kind in names(text, *tagged)] == ["ORG", "LAW"]


def test_listed_names_are_found_longest_first_and_only_with_an_id():
    text = "Der FC Barcelona und New York; Emmanuel Macron, Hanoi"
    found = [(text[s.start : s.end], s.type) for s in find_listed(text, GAZETTEER)]
    assert found == [("Emmanuel Macron", "PERSON"), ("Hanoi", "GPE")] or found[0] == ("FC Barcelona", "ORG")


@pytest.mark.parametrize(
    "piece",
    [
        "Alpha Beta ",
        "Act of the Sea and the Land ",
        "Code of Conduct (COC) COC ",
        "Chinese-Vietnamese ",
        "of the and ",
        "A",
        "((“",
        "13th National Party Congress of ",
        "MANILA (AP) - Rain.\n",
        "the tanker Alpha ",
    ],
)
def test_the_cost_is_linear_in_the_length(piece):
    def cpu(times):
        text = piece * times
        tagged = [Span(at, at + 5, "ORG", 0.9, "model") for at in range(0, len(text) - 5, 40)]
        start = time.process_time()
        refine(text, tagged, GAZETTEER)
        return time.process_time() - start

    small = max(cpu(1_000), 0.02)
    # 8 times the text; a quadratic cost would be 64 times, and a busy machine may stumble once
    assert any(cpu(8_000) < 40 * small for _ in range(3))


@pytest.mark.parametrize(
    ("text", "surface", "kind"),
    [
        ("Boats on the Zolta were stopped.", "Zolta", "LOC"),
        ("He fled to Zolta, they said.", "Zolta", "GPE"),
        ("the Zolta court ruled", "Zolta", "GPE"),
        ("Troops left the Philippines.", "Philippines", "GPE"),
        ("They fish in the Songor Lagoon.", "Songor Lagoon", "LOC"),
        ("Rain fell on Gunung Zolta.", "Gunung Zolta", "LOC"),
    ],
)
def test_a_bare_name_behind_an_article_is_a_river_or_a_region(text, surface, kind):
    assert names(text, ("LOC", surface)) == [(surface, kind)]


@pytest.mark.parametrize(
    ("text", "tagged", "expected"),
    [
        ("Typhoon Malou hit. Malou was weak.", [("PERSON", "Typhoon Malou"), ("PERSON", "Malou")], [("Typhoon Malou", "EVENT"), ("Malou", "EVENT")]),
        ("Rain from Hurricane Zed fell.", [("LOC", "Zed")], [("Hurricane Zed", "EVENT")]),
        ("TYPHOON ZED KILLS 9", [("LOC", "TYPHOON ZED")], [("TYPHOON ZED", "EVENT")]),
        ("The National Hurricane Center said so.", [("ORG", "National Hurricane Center")], [("National Hurricane Center", "ORG")]),
        ("The Hurricane Zed Trust paid.", [("ORG", "Hurricane Zed Trust")], [("Hurricane Zed Trust", "ORG")]),
        ("Maria Santos left.", [("PERSON", "Maria Santos")], [("Maria Santos", "PERSON")]),
    ],
)  # fmt: skip
def test_a_storm_is_an_event_whatever_its_name(text, tagged, expected):
    assert names(text, *tagged) == expected


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("Magistrate P Sarulatha fixed it.", "P Sarulatha"),
        ("lawyer K. Nathiya asked", "K. Nathiya"),
        ("Did I Sarulatha say so?", "Sarulatha"),
        ("In Plan A Sarulatha wins.", "Sarulatha"),
    ],
)
def test_an_initial_in_front_belongs_to_the_name(text, name):
    assert names(text, ("PERSON", name.split()[-1])) == [(name, "PERSON")]


@pytest.mark.parametrize(
    ("text", "tagged", "expected"),
    [
        ("The Free Choice of Zolta won.", [("ORG", "Free Choice of"), ("LOC", "Zolta")], [("Free Choice of Zolta", "ORG")]),
        ("Energy and Zolta Ministry", [("ORG", "Energy and"), ("ORG", "Zolta Ministry")], [("Energy and Zolta Ministry", "ORG")]),
        ("The Zolta Bank of the poor", [("ORG", "Zolta Bank of the")], [("Zolta Bank", "ORG")]),
        ("Mina Zolta and Ako Zolta", [("PERSON", "Mina Zolta and"), ("PERSON", "Ako Zolta")], [("Mina Zolta", "PERSON"), ("Ako Zolta", "PERSON")]),
    ],
)  # fmt: skip
def test_no_name_ends_with_a_small_word(text, tagged, expected):
    assert names(text, *tagged) == expected


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("Lumera Group said so.", "Lumera Group"),
        ("Lumera Bank Chairman Ito left.", "Lumera"),
        ("Lumera Party-led talks.", "Lumera Party"),
        ("Lumera group said so.", "Lumera"),
    ],
)
def test_a_head_behind_an_organisation_ends_its_name(text, name):
    assert names(text, ("ORG", "Lumera")) == [(name, "ORG")]


@pytest.mark.parametrize(
    ("text", "tagged", "expected"),
    [
        (
            "The boat left for Gagu, he said. The island of Gagu is far.",
            [("LOC", "Gagu"), ("LOC", "Gagu")],
            [("Gagu", "LOC"), ("Gagu", "LOC")],
        ),
        ("Ash of the Santo Tomino volcano fell", [("LOC", "Santo Tomino")], [("Santo Tomino", "LOC")]),
        ("A ship in the Mozambique Channel sank", [("LOC", "Mozambique")], [("Mozambique Channel", "LOC")]),
        ("He saw Lake Bunyo and Jebel Marro", [("LOC", "Lake Bunyo"), ("LOC", "Jebel Marro")],
         [("Lake Bunyo", "LOC"), ("Jebel Marro", "LOC")]),
        ("In the town of Gagu rain fell", [("LOC", "Gagu")], [("Gagu", "GPE")]),
    ],
)  # fmt: skip
def test_a_landscape_is_told_by_the_nouns_beside_it(text, tagged, expected):
    assert names(text, *tagged) == expected


@pytest.mark.parametrize(
    ("text", "tagged", "expected"),
    [
        ("The tanker Rosa Lind sank. Rosa Lind was old.", [("PERSON", "Rosa Lind"), ("PERSON", "Rosa Lind")],
         [("Rosa Lind", "PRODUCT"), ("Rosa Lind", "PRODUCT")]),
        ("A cargo ship, the Nusa Tiga, sank", [("LOC", "Nusa Tiga")], [("Nusa Tiga", "PRODUCT")]),
        ("The ferry sank off Rosa Lind", [("LOC", "Rosa Lind")], [("Rosa Lind", "GPE")]),
    ],
)  # fmt: skip
def test_what_a_kind_of_ship_stands_before_is_a_ship(text, tagged, expected):
    assert names(text, *tagged) == expected


def test_brackets_of_a_dateline_hold_an_agency():
    text = "KATHMANDU, Oct 9 (RSS): Rain fell in Nepal (RSS) again"
    assert names(text, ("LOC", "KATHMANDU"))[:2] == [("KATHMANDU", "GPE"), ("RSS", "ORG")]
    assert names("He left (RSS): why") == []


def test_a_noun_behind_a_people_leaves_the_name_and_a_common_noun_is_none():
    assert names("in the Thai border town", ("LOC", "Thai border")) == [("Thai", "NORP")]
    assert names("the Thai island of Zolta", ("LOC", "Thai island")) == [("Thai", "NORP")]
    assert names("the Korean peninsula", ("LOC", "Korean peninsula")) == [("Korean peninsula", "LOC")]
    assert names("Opposition lawmakers left", ("ORG", "Opposition")) == []


def test_a_bracket_that_is_not_closed_leaves_the_name():
    text = "The Zolta League (N) won, and Zolta (Asia) Bhd paid."
    assert names(text, ("ORG", "Zolta League (N"), ("ORG", "Zolta (Asia) Bhd")) == [
        ("Zolta League", "ORG"),
        ("Zolta (Asia) Bhd", "ORG"),
    ]


@pytest.mark.parametrize(
    ("text", "tagged", "expected"),
    [
        ("near the Shatt al-Arab, he said", [("LOC", "Shatt al-"), ("NORP", "Arab")], [("Shatt al-Arab", "LOC")]),
        ("near the Shatt al-Arab, he said", [("LOC", "Shatt al")], [("Shatt al-Arab", "LOC")]),
        ("the Asaib Ahl al-Haq met", [("ORG", "Asaib Ahl"), ("PERSON", "al-Haq")], [("Asaib Ahl al-Haq", "ORG")]),
        ("his wife Gil Mi-ran left", [("PERSON", "Gil Mi")], [("Gil Mi-ran", "PERSON")]),
        ("a Xi Jinping-led group", [("PERSON", "Xi Jinping")], [("Xi Jinping", "PERSON")]),
        ("in the Mozambique Channel now", [("ORG", "Mozambique Channel")], [("Mozambique Channel", "LOC")]),
        ("on the Discovery Channel now", [("ORG", "Discovery Channel")], [("Discovery Channel", "ORG")]),
        ("a theft from a van in Kisumu", [("FAC", "van"), ("LOC", "Kisumu")], [("Kisumu", "GPE")]),
    ],
)  # fmt: skip
def test_a_name_has_the_rest_of_its_last_word_and_its_noun(text, tagged, expected):
    assert names(text, *tagged) == expected
