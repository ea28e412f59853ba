"""The second pass: what a document says of a name in one place holds in the others."""

from __future__ import annotations

from tasks.entities.spans import Span
from tasks.entities.taggers.document import agree
from tasks.entities.taggers.words import segments


def spans_of(text, *found):
    """Spans of (surface, type, score), in the order of the text."""
    out, at = [], 0
    for surface, kind, score in found:
        start = text.index(surface, at)
        at = start + len(surface)
        out.append(Span(start, start + len(surface), kind, score, "cleancopy"))
    return sorted(out)


def after(text, *found):
    spans = agree(list(segments(text)), spans_of(text, *found))
    return [(text[s.start : s.end], s.type, s.method) for s in spans]


def test_a_surname_is_the_person_whose_full_name_was_seen():
    text = "Kofi Asante spoke. Later Asante left."
    assert after(text, ("Kofi Asante", "PERSON", 0.99), ("Asante", "LOC", 0.6))[1][1] == "PERSON"


def test_a_missed_surname_is_found():
    text = "Kofi Asante spoke. Later, Asante left."
    assert after(text, ("Kofi Asante", "PERSON", 0.99))[1] == ("Asante", "PERSON", "document")


def test_a_surname_beside_another_capitalised_word_is_left_alone():
    text = "Kofi Asante spoke. The Asante Market closed."
    assert len(after(text, ("Kofi Asante", "PERSON", 0.99))) == 1


def test_a_word_that_the_document_also_writes_small_is_no_surname():
    text = "Ban Long spoke of the long road. Long is the way."
    assert len(after(text, ("Ban Long", "PERSON", 0.99))) == 1


def test_a_place_stays_a_place_where_the_first_pass_is_sure():
    text = "Denzel Washington flew to Washington."
    assert after(text, ("Denzel Washington", "PERSON", 0.99), ("Washington", "LOC", 0.97))[1][1] == "LOC"


def test_a_surface_has_the_type_of_most_of_its_mentions():
    text = "Lotus grew. Lotus fell. Lotus rose."
    found = after(text, ("Lotus", "ORG", 0.9), ("Lotus", "ORG", 0.9), ("Lotus", "LOC", 0.95))
    assert [t for _, t, _ in found] == ["ORG", "ORG", "ORG"]


def test_an_acronym_in_brackets_has_the_type_of_its_name():
    text = "The National Union of Teachers (NUT) met. NUT will strike."
    found = after(
        text, ("National Union of Teachers", "ORG", 0.95), ("NUT", "LOC", 0.5), ("NUT", "PERSON", 0.5)
    )
    assert {t for _, t, _ in found} == {"ORG"}


def test_an_acronym_is_found_where_the_first_pass_missed_it():
    text = "The National Union of Teachers (NUT) met. NUT will strike."
    found = after(text, ("National Union of Teachers", "ORG", 0.95))
    assert [x[0] for x in found] == ["National Union of Teachers", "NUT", "NUT"]


def test_a_headline_in_capitals_gets_the_names_of_the_text():
    text = "AMINA YUSUF WINS\n\nAmina Yusuf won."
    assert after(text, ("Amina Yusuf", "PERSON", 0.99))[0] == ("AMINA YUSUF", "PERSON", "document")


def test_nothing_found_stays_nothing():
    assert agree(list(segments("Nobody here.")), []) == []


def test_the_short_name_of_a_firm_is_no_person():
    text = "Hilton Hotels grew. Hilton pays. Hilton is rich."
    found = after(text, ("Hilton Hotels", "ORG", 0.9), ("Hilton", "PERSON", 0.9), ("Hilton", "PERSON", 0.9))
    assert [t for _, t, _ in found] == ["ORG", "ORG", "ORG"]


def test_a_founder_named_in_full_keeps_the_name_of_the_firm():
    text = "Conrad Hilton of Hilton Hotels spoke. Hilton left."
    found = after(
        text, ("Conrad Hilton", "PERSON", 0.99), ("Hilton Hotels", "ORG", 0.9), ("Hilton", "PERSON", 0.9)
    )
    assert [t for _, t, _ in found] == ["PERSON", "ORG", "PERSON"]
