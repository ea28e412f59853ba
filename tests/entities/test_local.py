"""What mentions of one document mean."""

from __future__ import annotations

import pytest

from tasks.entities.gazetteer import load_gazetteer
from tasks.entities.local import resolve_document, stands_for
from tasks.entities.spans import Mention

GAZETTEER = load_gazetteer()


def resolve(text, *found):
    """Local ids of (type, surface) pairs, each at its next place in the text."""
    mentions, at = [], 0
    for kind, surface in found:
        at = text.index(surface, at)
        mentions.append(Mention("text", at, at + len(surface), kind, surface))
        at += len(surface)
    return resolve_document(mentions, {"title": "", "text": text}, GAZETTEER)


def test_a_vietnamese_given_name_and_a_chinese_family_name_mean_the_person_named_in_full():
    text = "Bui Thanh Son met Wang Yi. Son thanked Wang."
    local = resolve(
        text, ("PERSON", "Bui Thanh Son"), ("PERSON", "Wang Yi"), ("PERSON", "Son"), ("PERSON", "Wang")
    )
    assert local.ids == (0, 1, 0, 1)
    assert local.entities[0].name == "Bui Thanh Son"
    assert local.entities[0].aliases == {"Bui Thanh Son", "Son"}


def test_the_last_named_of_two_people_with_one_surname_is_meant():
    text = "Jane Smith left. Smith cried. John Smith came. Smith laughed."
    names = ("PERSON", "Jane Smith"), ("PERSON", "Smith"), ("PERSON", "John Smith"), ("PERSON", "Smith")
    assert resolve(text, *names).ids == (0, 0, 1, 1)


def test_an_acronym_in_brackets_means_the_name_before_it():
    text = "The Code of Conduct in the East Sea (COC) matters. The COC is late."
    local = resolve(text, ("LAW", "Code of Conduct in the East Sea"), ("LAW", "COC"), ("LAW", "COC"))
    assert local.ids == (0, 0, 0)


def test_an_acronym_of_another_language_is_the_organisation_before_it_but_an_agency_is_not():
    text = "The Indonesian Ulema Council (MUI) met. MUI spoke. The Ministry of Health (AFP) said."
    found = (
        ("ORG", "Indonesian Ulema Council"),
        ("ORG", "MUI"),
        ("ORG", "MUI"),
        ("ORG", "Ministry of Health"),
        ("ORG", "AFP"),
    )
    assert resolve(text, *found).ids == (0, 0, 0, 1, 2)


def test_a_demonym_means_its_country_even_where_the_country_is_not_named():
    local = resolve("Vietnam hailed it. A Vietnamese ship. A Chinese one.",
                    ("GPE", "Vietnam"), ("NORP", "Vietnamese"), ("NORP", "Chinese"))  # fmt: skip
    assert local.ids == (0, 0, 1)
    assert [(e.type, e.name, e.qid) for e in local.entities] == [
        ("GPE", "Vietnam", "Q881"),
        ("GPE", "China", "Q148"),
    ]


def test_forms_of_one_place_share_the_wikidata_id():
    local = resolve(
        "Viet Nam, Việt Nam and VIETNAM.", ("GPE", "Viet Nam"), ("GPE", "Việt Nam"), ("GPE", "VIETNAM")
    )
    assert local.ids == (0, 0, 0)


def test_a_name_without_its_middle_name_is_the_same_person():
    local = resolve(
        "Nguyen Phu Trong spoke. Later Phu Trong left.",
        ("PERSON", "Nguyen Phu Trong"),
        ("PERSON", "Phu Trong"),
    )
    assert local.ids == (0, 0)


@pytest.mark.parametrize(
    ("acronym", "name", "expected"),
    [
        ("ASEAN", "Association of Southeast Asian Nations", True),
        ("UNCLOS", "UN Convention on the Law of the Sea", True),
        ("DOC", "Declaration on the Conduct of Parties in the East Sea", True),
        ("NPC", "14th National People's Congress", True),
        ("NPC", "National People's Congress", True),
        ("R", "Bui Thanh Son", False),
        ("VNA", "Reuters", False),
    ],
)
def test_letters_of_an_acronym_are_those_of_its_name(acronym, name, expected):
    assert stands_for(acronym, name) is expected


def test_a_firm_is_its_short_name_but_not_its_daughter():
    text = "Toyota Motor Corporation and Toyota; Amazon and Amazon Web Services."
    found = (
        ("ORG", "Toyota Motor Corporation"),
        ("ORG", "Toyota"),
        ("ORG", "Amazon"),
        ("ORG", "Amazon Web Services"),
    )
    assert len(set(resolve(text, *found).ids[2:])) == 2
    local = resolve(
        "Vina Motor Corporation fell. Vina rose.", ("ORG", "Vina Motor Corporation"), ("ORG", "Vina")
    )
    assert local.ids == (0, 0)


def test_many_mentions_of_one_name_are_resolved_in_linear_time():
    text = "Jane Smith. " + "Smith. " * 20_000
    found = [("PERSON", "Jane Smith")] + [("PERSON", "Smith")] * 20_000
    assert set(resolve(text, *found).ids) == {0}


def test_initials_mean_the_one_organisation_of_the_document_that_has_them():
    text = "The Volta River Authority paid. VRA men came. The UN left."
    found = ("ORG", "Volta River Authority"), ("ORG", "VRA"), ("ORG", "UN")
    assert resolve(text, *found).ids == (0, 0, 1)
    text = "The Volta River Authority met the Vienna Rail Agency. VRA men came."
    found = ("ORG", "Volta River Authority"), ("ORG", "Vienna Rail Agency"), ("ORG", "VRA")
    assert resolve(text, *found).ids == (0, 1, 2)


def test_a_river_is_its_bare_name_but_not_the_town_on_it():
    text = "The Kafue River is dry. The Kafue was full."
    assert resolve(text, ("LOC", "Kafue River"), ("LOC", "Kafue")).ids == (0, 0)
    assert resolve("Isfara lies on the Isfara River.", ("GPE", "Isfara"), ("LOC", "Isfara River")).ids == (
        0,
        1,
    )


@pytest.mark.parametrize(
    ("text", "kind", "surface", "qid"),
    [
        ("Libya shelled Tripoli.", "GPE", "Tripoli", "Q3579"),
        ("Tripoli fell.", "GPE", "Tripoli", "Q3579"),
        ("Lebanon sent troops to Tripoli.", "GPE", "Tripoli", None),
        ("South Korea calls it the East Sea.", "LOC", "East Sea", None),
        ("Vietnam calls it the East Sea.", "LOC", "East Sea", "Q37660"),
        ("They burn the Amazon.", "ORG", "Amazon", None),
        ("They sued Amazon.", "ORG", "Amazon", "Q3884"),
        ("Pumas beat América.", "GPE", "América", None),
        ("Lima, Ohio, has a jail.", "GPE", "Lima", None),
        ("Boston, Mass., has a jail.", "GPE", "Boston", "Q100"),
        ("Niger shut the road.", "GPE", "Niger", "Q1032"),
        ("Floods on the Niger cut it off.", "GPE", "Niger", None),
        ("Fires burn in Washington state.", "GPE", "Washington", None),
        ("Tim Cook, a farmer, denied it.", "PERSON", "Tim Cook", None),
        ("Tim Cook denied it.", "PERSON", "Tim Cook", "Q265852"),
        ("Israel Adeyinka won.", "GPE", "Israel", None),
        ("Israel President Noam Levi won.", "GPE", "Israel", "Q801"),
        ("Armenia and Georgia agree.", "GPE", "Georgia", "Q230"),
        ("Alabama and Georgia agree.", "GPE", "Georgia", None),
        ("Rwanda left Congo.", "GPE", "Congo", "Q974"),
        ("The film Casablanca will be shown.", "GPE", "Casablanca", None),
        ("Fire burned in Denmark, a small town in Western Australia.", "GPE", "Denmark", None),
        ("China plates fetched a fortune.", "GPE", "China", None),
        ("China plans a dam.", "GPE", "China", "Q148"),
        ("Florida shut beaches in Panama City.", "GPE", "Panama City", None),
    ],
)
def test_an_id_is_given_only_where_the_document_does_not_speak_against_it(text, kind, surface, qid):
    named = ("Libya", "Lebanon", "South Korea", "Vietnam", "Armenia", "Alabama", "Rwanda", "Florida")
    countries = [("GPE", c) for c in named if text.startswith(c)]
    local = resolve(text, *countries, (kind, surface))
    assert local.entities[local.ids[-1]].qid == qid


@pytest.mark.parametrize(
    ("text", "found", "expected"),
    [
        ("Han Duck-soo left. Han Duck Soo came.", ["Han Duck-soo", "Han Duck Soo"], (0, 0)),
        ("Premier Li Qiang met Li Hui. Premier Li left.", ["Li Qiang", "Li Hui", "Li"], (0, 1, 0)),
        ("Premier Li Qiang met Li Hui. Li left.", ["Li Qiang", "Li Hui", "Li"], (0, 1, 1)),
        ("Abdel Fattah al-Burhan left. Burhan is away.", ["Abdel Fattah al-Burhan", "Burhan"], (0, 0)),
        ("Volodymyr Petrenskyy left. Petrensky is away.", ["Volodymyr Petrenskyy", "Petrensky"], (0, 0)),
        ("Ali Hassan met Alia Hassani. Hassani left.", ["Ali Hassan", "Alia Hassani", "Hassani"], (0, 1, 1)),
    ],
)
def test_a_short_form_means_the_person_with_its_title_its_sounds_and_without_an_article(
    text, found, expected
):
    assert resolve(text, *(("PERSON", name) for name in found)).ids == expected


def test_a_country_that_is_the_name_of_a_person_of_the_document_gets_no_id():
    text = "Kenya Barris wrote it. Kenya is 50. She was in Kenya."
    local = resolve(text, ("PERSON", "Kenya Barris"), ("GPE", "Kenya"), ("GPE", "Kenya"))
    assert [local.entities[i].qid for i in local.ids] == [None, None, "Q114"]


def test_a_storm_is_one_event_with_its_kind_and_without():
    text = "Typhoon Malou hit Luzon. Malou was weak. Storm Energy and Energy agreed."
    local = resolve(
        text, ("EVENT", "Typhoon Malou"), ("EVENT", "Malou"), ("ORG", "Storm Energy"), ("ORG", "Energy")
    )
    assert local.ids == (0, 0, 1, 2)
    assert local.entities[0].name == "Typhoon Malou"
    text = "Tropical Depression Zed weakened. Zed died."
    assert resolve(text, ("EVENT", "Tropical Depression Zed"), ("EVENT", "Zed")).ids == (0, 0)
