"""Lines that say when a story appeared and who made it."""

from __future__ import annotations

import pytest

from tasks.clean.headers import header_kind, is_dated


@pytest.mark.parametrize(
    "text",
    [
        "VNA Monday, March 11, 2024 14:05",
        "KYODO NEWS - Jul 29, 2021 - 16:08 | All, Japan, Feature",
        "May 06, 2022 / Travel",
        "August 22, 2023 by AFP",
        "Published in Harbour Post, April 26th, 2024",
        "Posted on Feb 9, 2026 | Comments Off",
    ],
)
def test_a_date_beside_names_is_a_timestamp(text: str) -> None:
    assert header_kind(text) == "timestamp"


def test_with_a_person_it_is_a_byline() -> None:
    assert (
        header_kind("Amjad Mahmood Rana Published April 26, 2024  Updated April 26, 2024 09:14am") == "byline"
    )


@pytest.mark.parametrize(
    "text",
    [
        "The law of 12 May 2024 in force",
        "Nació el 17 de abril de 2001.",
        "Harbour's plan for June 5, 2023",
        "Jonas Weber",
        "5 boats",
        "",
    ],
)
def test_sentences_and_headlines_are_none(text: str) -> None:
    assert header_kind(text) is None


def test_figures_by_day_are_no_date():
    assert not is_dated("Monday: 27 300. Sunday: 22 100. Saturday: 19 800.")
    assert is_dated("Monday, 12 March 2024, 14:05")
