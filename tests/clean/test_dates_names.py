"""The table of month and weekday names."""

import json

import pytest

from tasks.clean.dates.names import FILE, from_cldr, load_names

ASKED = [
    "en",
    "vi",
    "de",
    "fr",
    "es",
    "it",
    "pt",
    "nl",
    "da",
    "nb",
    "sv",
    "fi",
    "pl",
    "cs",
    "tr",
    "id",
    "ms",
    "ru",
    "uk",
    "hi",
    "th",
    "el",
    "hu",
    "ro",
    "he",
    "ar",
]


def test_stored_table_is_what_cldr_and_our_additions_give():
    assert json.loads(FILE.read_text(encoding="utf-8")) == from_cldr()


@pytest.mark.parametrize("language", ASKED)
def test_every_month_of_the_asked_languages_is_known(language):
    from babel import Locale

    code = {"nb": "no"}.get(language, language)
    for month, name in Locale.parse(language).months["format"]["wide"].items():
        if not any(c.isdigit() for c in name):
            assert load_names().month(name, code) == month


def test_language_decides_a_name_of_two_months():
    names = load_names()
    assert (names.month("listopada", "hr"), names.month("listopada", "pl")) == (10, 11)


@pytest.mark.parametrize("word", ["Hanoi", "the", "price", "1", "", "Berlin"])
def test_other_words_are_no_months(word):
    assert load_names().month(word, None) is None
