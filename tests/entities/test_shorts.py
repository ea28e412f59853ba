"""Short forms of organisations, acronyms that act, and common nouns with a capital."""

from __future__ import annotations

import time

from tasks.entities.gazetteer import load_gazetteer
from tasks.entities.names import refine
from tasks.entities.spans import Span
from tests.entities.tagged import refined


def test_the_first_words_of_a_firm_are_the_firm():
    text = "Glenmor Estates closed. Glenmor has sold Vanti Mines. Vanti did not say why."
    tagged = [("Glenmor Estates", "ORG"), ("Glenmor", "PERSON"), ("Vanti Mines", "ORG"), ("Vanti", "LOC")]
    assert refined(text, *tagged) == [
        ("Glenmor Estates", "ORG"),
        ("Glenmor", "ORG"),
        ("Vanti Mines", "ORG"),
        ("Vanti", "ORG"),
    ]


def test_a_place_that_a_firm_is_called_by_stays_one_where_it_stands_as_one():
    text = "Vanti Mines opened. People in Vanti came. Vanti has a road."
    tagged = [("Vanti Mines", "ORG"), ("Vanti", "LOC"), ("Vanti", "LOC")]
    assert refined(text, *tagged) == [("Vanti Mines", "ORG"), ("Vanti", "GPE"), ("Vanti", "GPE")]


def test_the_board_is_a_name_where_the_text_has_one():
    text = "The Tano River Board met. Villagers asked the Board to wait."
    assert refined(text, ("Tano River Board", "ORG")) == [("Tano River Board", "ORG"), ("Board", "ORG")]
    assert refined("Villagers of Tano Ltd asked the Board to wait.", ("Tano Ltd", "ORG")) == [
        ("Tano Ltd", "ORG")
    ]


def test_capitals_in_brackets_tell_the_body_in_front_of_them():
    text = "the Vantian Initiative for Personal Rights (VIPR) has counted. VIPR says more."
    assert refined(text) == [
        ("Vantian Initiative for Personal Rights", "ORG"),
        ("VIPR", "ORG"),
        ("VIPR", "ORG"),
    ]
    assert refined("the gross Vantian Domestic Product (VDP) rose.") == []


def test_another_name_of_a_body_is_the_body_in_the_whole_text():
    text = "The Vantian Institute of Fisheries, or Inpesca, paid. Inpesca did not reply."
    tagged = [("Vantian Institute of Fisheries", "ORG"), ("Inpesca", "PERSON")]
    assert refined(text, *tagged) == [
        ("Vantian Institute of Fisheries", "ORG"),
        ("Inpesca", "ORG"),
        ("Inpesca", "ORG"),
    ]


def test_capitals_that_act_are_a_body_and_a_dateline_none():
    assert refined("The road is closed. OCZA described it.") == [("OCZA", "ORG")]
    assert refined("The GDP has risen.") == []
    assert refined("KAPZAN: Workers struck.", ("KAPZAN", "LOC")) == [("KAPZAN", "GPE")]


def test_a_common_noun_with_a_capital_is_no_name():
    text = "Salmon farms must close. The salmon of Aysenia die."
    assert refined(text, ("Salmon", "ORG"), ("Aysenia", "LOC")) == [("Aysenia", "GPE")]
    text = "Salmon won. A salmon jumped. They met Salmon."
    found = refined(text, ("Salmon", "PERSON"), ("Salmon", "PERSON"))
    assert found == [("Salmon", "PERSON"), ("Salmon", "PERSON")]


def test_long_texts_take_linear_time():
    def seconds(copies):
        text = (
            "Mopan Mines (MPN) said the Board of Laura Tembo-Zulu, or Xira, has met. Tembo-Zulu left. "
            * copies
        )
        spans, at = [], 0
        while (at := text.find("Mopan Mines", at)) >= 0:
            spans.append(Span(at, at + 11, "ORG", 0.9, "model"))
            at += 11
        start = time.process_time()
        refine(text, spans, load_gazetteer())
        return time.process_time() - start

    seconds(50)
    assert seconds(3000) < 40 * seconds(300) + 0.5
