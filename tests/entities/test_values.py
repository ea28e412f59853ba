"""Numbers, amounts and dates: a table of cases, a third of them held out, and properties on any text."""

from __future__ import annotations

import re
import time
from datetime import UTC, datetime
from itertools import pairwise
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tasks.entities.values.find import find_values

TABLE = Path(__file__).with_name("values_cases.tsv")
MARK = re.compile(r"\[([^|\]]+)\|([A-Z]+)\|([^\]]*)\]")
WORDS = st.sampled_from(
    [
        "on",
        "Monday",
        "February",
        "5",
        ",",
        "2024",
        "$",
        "2.5",
        "billion",
        "-",
        "to",
        "3",
        "%",
        "km",
        "last",
        "next",
        "week",
        "two",
        "three",
        "years",
        "ago",
        "first",
        "quarter",
        "of",
        "Q3",
        "the",
        "Rs",
        "crore",
        "lakh",
        "1,000",
        "and",
        "a",
        "half",
        "million",
        "May",
        "11:34",
        "p.m.",
        "2020-21",
        "15th",
        "US$",
        "half",
        "an",
        "hour",
        "1/2",
        "199",
        "0s",
        "'",
        "\u200b",
        "🙂",
        "١٢",
        "from",
        "magnitude",
        "overnight",
        "end",
        "H1",
        "GH¢",
        "Ⅷ",
        "½",
    ]
)


def cases():
    """(held out, publication date, text, expected spans) of every row of the table."""
    for line in TABLE.read_text(encoding="utf-8").splitlines():
        if not line or line.startswith("#"):
            continue
        *held, published, marked = line.split("\t")
        spans, text, at = [], "", 0
        for match in MARK.finditer(marked):
            text += marked[at : match.start()]
            spans.append((len(text), len(text) + len(match[1]), match[2], match[3] or None))
            text, at = text + match[1], match.end()
        day = None if published == "-" else datetime.fromisoformat(published).replace(tzinfo=UTC)
        yield bool(held), day, text + marked[at:], spans


def found(text, day):
    return [(s.start, s.end, s.type, s.value) for s in find_values(text, day, None)]


@pytest.mark.parametrize(("day", "text", "expected"), [case[1:] for case in cases() if not case[0]])
def test_every_value_of_a_case_is_found_with_its_value_and_nothing_else(day, text, expected):
    assert found(text, day) == expected


def test_of_the_cases_held_out_nineteen_in_twenty_are_right():
    held = [case[1:] for case in cases() if case[0]]
    right = sum(found(text, day) == expected for day, text, expected in held)
    assert len(held) >= 50
    assert right / len(held) >= 0.95


@pytest.mark.parametrize(
    ("language", "text", "types"),
    [
        ("vi", "Ngày 5/2/2024 giá tăng 2,5% lên $3.5 hôm thứ hai", ["DATE", "PERCENT", "MONEY"]),
        ("de", "Am Monday two 20 %", ["PERCENT"]),
    ],
)
def test_in_other_languages_only_digits_symbols_and_codes_are_read(language, text, types):
    spans = find_values(text, datetime(2024, 2, 6, tzinfo=UTC), language)
    assert [span.type for span in spans if span.type != "CARDINAL"] == types


@pytest.mark.parametrize(
    ("language", "text", "surface", "value"),
    [
        ("vi", "Ngày 5 tháng 2 năm 2024 mưa", "5 tháng 2 năm 2024", "2024-02-05"),
        ("vi", "hôm 31 tháng 12 mưa", "31 tháng 12", "2023-12-31"),
        ("es", "el 1º de marzo de 2023 llovió", "1º de marzo de 2023", "2023-03-01"),
        ("id", "pada 3 Mei 2022 hujan", "3 Mei 2022", "2022-05-03"),
        ("de", "am 5. März regnete es", "5. März", "2024-03-05"),
    ],
)
def test_a_day_with_the_month_of_its_language_is_a_date(language, text, surface, value):
    (span,) = find_values(text, datetime(2024, 2, 6, tzinfo=UTC), language)
    assert (text[span.start : span.end], span.type, span.value) == (surface, "DATE", value)


@settings(max_examples=300, deadline=None)
@given(
    st.lists(WORDS, max_size=20),
    st.sampled_from([" ", "", "\n", "-"]),
    st.sampled_from([None, datetime(2024, 2, 29, tzinfo=UTC)]),
)
def test_on_any_text_values_are_sorted_inside_and_apart(words, joint, day):
    text = joint.join(words)
    spans = find_values(text, day, None)
    assert spans == sorted(spans)
    assert all(0 <= span.start < span.end <= len(text) for span in spans)
    assert all(first.end <= second.start for first, second in pairwise(spans))
    assert find_values(text, day, None) == spans


@settings(max_examples=200, deadline=None)
@given(st.text(max_size=200))
def test_hostile_text_never_raises(text):
    find_values(text, datetime(1, 1, 1, tzinfo=UTC), None)
    find_values(text, datetime(9999, 12, 31, tzinfo=UTC), "xx")


@pytest.mark.parametrize(
    "piece",
    [
        "1",
        "1,",
        "1.",
        "five ",
        "five hundred ",
        "$",
        "-",
        "last ",
        "January ",
        "a",
        "1 - ",
        "1 2 ",
        "Rs 5 ",
        "5 pounds ",
        "http://",
        "Monday, ",
        "June 10, 12, ",
        "Monday to ",
        "end of ",
        "two years, ",
        "three months to ",
        "year ended ",
        "1 100 ",
        "from 5 to ",
        "half a ",
        "the weekend ",
    ],
)
def test_the_cost_is_linear_in_the_length(piece):
    def cpu(times):
        start = time.process_time()
        find_values(piece * times, datetime(2024, 2, 29, tzinfo=UTC), None)
        return time.process_time() - start

    times = 3_000 if cpu(1_000) < 0.1 else 1_000  # of what costs much fewer show how it grows
    small = max(cpu(times), 0.01)
    assert cpu(8 * times) < 40 * small  # 8 times the text; a quadratic cost would be 64 times
