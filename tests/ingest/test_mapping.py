"""The fields of a record: times, names and codes as they come."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tasks.ingest.items import Document, Empty, Unreadable
from tasks.ingest.mapping import language_code, read_time, record_document
from tasks.ingest.sources import Source

NOON = datetime(2026, 1, 2, 12, tzinfo=UTC)


@pytest.mark.parametrize(
    ("given", "zone"),
    [
        ("2026-01-02T12:00:00Z", "Asia/Tokyo"), ("2026-01-02T13:00:00+01:00", "UTC"), ("2026-01-02 21:00", "Asia/Tokyo"),
        ("20260102120000", "Asia/Tokyo"), (1767355200, "UTC"), (1767355200.0, "UTC"), ("1767355200", "UTC"),
        (1767355200000, "UTC"), ("1767355200000000", "UTC"), (NOON, "UTC"), (NOON.replace(tzinfo=None), "UTC"),
        ("Fri, 02 Jan 2026 12:00:00 GMT", "UTC"), ("Fri, 02 Jan 2026 07:00:00 -0500", "Asia/Tokyo"),
    ],
)  # fmt: skip
def test_times_are_read_in_every_common_form(given, zone):
    assert read_time(given, zone) == NOON


def test_a_day_alone_is_not_shifted():
    assert read_time("2026-01-02", "Asia/Tokyo") == datetime(2026, 1, 2, tzinfo=UTC)


@pytest.mark.parametrize(
    "given",
    [
        None,
        "",
        "soon",
        True,
        2026,
        "2026",
        float("nan"),
        float("inf"),
        10**30,
        "9" * 400,
        [],
        {},
        "0001-01-01T00:00:00+14:00",
    ],
)
def test_what_is_no_time_is_none(given):
    assert read_time(given, "Asia/Tokyo") is None


@pytest.mark.parametrize(
    ("given", "code"),
    [("en", "en"), ("EN-us", "en"), ("pt_BR", "pt"), ("eng", "en"), ("ger", "de"), ("French", "fr"), ("xx-long-unknown" * 9, None),
     ("klingonese", None), ("", None), (None, None)],
)  # fmt: skip
def test_languages_become_two_letters(given, code):
    assert language_code(given) == code


@pytest.mark.parametrize(
    ("given", "names"),
    [
        ("By A. Reporter, B. Other", ["By A. Reporter, B. Other"]),
        (["A", "", None, "B"], ["A", "B"]),
        ([{"name": "A"}, {"id": 1}], ["A"]),
        ({"name": "A"}, ["A"]),
        ([], None),
        (7, None),
    ],
)
def test_authors_are_kept_as_written(given, names):
    found = record_document({"text": "x", "authors": given}, 1, "utf-8", Source("a"))
    assert (list(found.authors) if found.authors else None) == names


def test_other_fields_are_text_or_nothing():
    record = {
        "text": "x",
        "url": ["u1", "u2"],
        "title": {"a": 1},
        "date": 1767355200,
        "section": ["sport"],
        "lang": "en-GB",
    }
    found = record_document(record, 1, "utf-8", Source("a"))
    assert (found.url, found.title, found.published, found.section, found.language) == (
        "u1",
        None,
        "1767355200",
        "sport",
        "en",
    )


anything = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=3), inner, max_size=3),
    max_leaves=6,
)
KEYS = ("id", "text", "html", "body", "url", "title", "date", "authors", "section", "language", "fetched_at")


@given(
    st.fixed_dictionaries({}, optional=dict.fromkeys(KEYS, anything)),
    st.sampled_from(["UTC", "Asia/Kathmandu"]),
)
def test_any_record_is_a_document_or_says_why_not(record, zone):
    found = record_document(record, 3, "utf-8", Source("a", zone))
    assert isinstance(found, Document | Empty | Unreadable)
    assert found == record_document(record, 3, "utf-8", Source("a", zone)) or "nan" in str(record)
