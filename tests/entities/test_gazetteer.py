"""Known names: folding, ambiguity, types, and the table that ships."""

from __future__ import annotations

import pytest

from tasks.entities.gazetteer import fold, load_gazetteer
from tasks.entities.gazetteer.lookup import TABLE
from tasks.entities.parts import place_type
from tasks.errors import ConfigError

GAZETTEER = load_gazetteer()


@pytest.mark.parametrize(
    ("surface", "folded"),
    [("Nguyễn Minh Vũ", "nguyen minh vu"), ("the Netherlands", "netherlands"), ("China’s", "china"), ("Đà Nẵng", "da nang"),
     ("  Hồ  Chí Minh ", "ho chi minh"), ("THE HAGUE", "hague")],
)  # fmt: skip
def test_a_folded_name_has_no_case_diacritics_article_or_possessive(surface, folded):
    assert fold(surface) == folded


@pytest.mark.parametrize(
    ("surface", "qid"),
    [("Vietnam", "Q881"), ("Viet Nam", "Q881"), ("the United States", "Q30"), ("U.S.", "Q30"), ("Myanmar", "Q836"), ("Türkiye", "Q43"),
     ("Hanoi", "Q1858"), ("South Korea", "Q884"), ("Ivory Coast", "Q1008"), ("Kyiv", "Q1899"), ("East Sea", "Q37660"), ("Texas", "Q1439")],
)  # fmt: skip
def test_places_have_the_id_of_wikidata(surface, qid):
    assert GAZETTEER.place(surface).qid == qid


@pytest.mark.parametrize("surface", ["Georgia", "Congo", "New York", "Victoria", "Punjab"])
def test_a_name_of_several_places_has_no_id(surface):
    assert GAZETTEER.place(surface).qid == ""


def test_an_acronym_is_known_only_in_capitals():
    assert GAZETTEER.place("US") is not None
    assert GAZETTEER.place("us") is None
    assert GAZETTEER.find("who", frozenset({"ORG"})) is None


def test_demonyms_stand_for_their_country():
    assert GAZETTEER.people("Vietnamese").qid == "Q881"
    assert GAZETTEER.people("Muslim").qid == ""


@pytest.mark.parametrize(
    ("text", "surface", "kind"),
    [("Tan Son Nhat International Airport", "Tan Son Nhat International Airport", "FAC"), ("the Red River", "Red River", "LOC"),
     ("Lake Toba", "Lake Toba", "LOC"), ("Quang Xuong district", "Quang Xuong", "GPE"), ("the Thu Thiem bridge", "Thu Thiem", "FAC"),
     ("Springfield", "Springfield", "GPE"), ("Mekong Delta", "Mekong Delta", "LOC")],
)  # fmt: skip
def test_places_are_told_apart_by_their_head_word_or_the_noun_behind(text, surface, kind):
    start = text.index(surface)
    assert place_type(text, start, start + len(surface), GAZETTEER) == kind


def test_every_row_of_the_table_has_four_columns_and_ids_are_ids(tmp_path):
    rows = [line.split("\t") for line in TABLE.read_text(encoding="utf-8").splitlines()]
    assert all(len(row) == 4 for row in rows)
    assert all(qid == "" or (qid[0] == "Q" and qid[1:].isdigit()) for _, _, qid, _ in rows)
    assert rows == sorted(rows, key=lambda row: (row[0], row[1], row[2]))
    broken = tmp_path / "gazetteer.tsv"
    broken.write_text("Hanoi\tGPE\n", encoding="utf-8")
    with pytest.raises(ConfigError, match="gazetteer"):
        load_gazetteer(broken)
