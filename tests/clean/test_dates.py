"""Strings that are meant to be dates, and dates in addresses."""

from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tasks.clean.dates import date_candidates, dates_in_path, dates_in_url, parse_date

MINUTE = (datetime(2021, 4, 17, 11, 34, tzinfo=UTC), "minute")
DAY = (datetime(2021, 4, 17, tzinfo=UTC), "day")
MONTH = (datetime(2021, 4, 1, tzinfo=UTC), "month")


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("2021-04-17T11:34Z", MINUTE),
        ("2021-04-17T18:34:00+07:00", MINUTE),
        ("2021-04-17T18:34+07", MINUTE),
        ("2021-04-17 18:34:00 +0700", MINUTE),
        ("2021-04-17T11:34:00.123456", MINUTE),
        ("2021-04-17T18:34:00+07:00[Asia/Ho_Chi_Minh]", MINUTE),
        ("20210417T113400Z", MINUTE),
        ("202104171134", MINUTE),
        ("1618659240", MINUTE),
        ("1618659240123", MINUTE),
        ("Sat, 17 Apr 2021 18:34:00 +0700", MINUTE),
        ("Sat Apr 17 07:34:00 EDT 2021", MINUTE),
        ("  April 17, 2021 at 11:34 AM ", MINUTE),
        ("20210417", DAY),
        ("2021-04-17", DAY),
        ("2021-04-17T00:00:00", DAY),
        ("2021-04-17T00:00:00Z", DAY),
        ("2021-04", MONTH),
        ("04/2021", MONTH),
        ("April 2021", MONTH),
        ("avril 2021", MONTH),
        ("tháng tư 2021", MONTH),
        ("2021年4月", MONTH),
    ],
)
def test_common_forms_are_read(text, value):
    assert parse_date(text) == value


@pytest.mark.parametrize(
    "text",
    [
        "",
        "yesterday",
        "2 hours ago",
        "0001-01-01T00:00:00Z",
        "0000-00-00",
        "123",
        "99999999",
        "Apple 3.0",
        "null",
        "12345678901",
    ],
)
def test_what_is_no_date_is_none(text):
    assert parse_date(text) is None


def test_time_without_zone_is_in_the_sources_zone_and_summer_time():
    assert parse_date("2021-04-17T13:34:00", time_zone="Europe/Berlin") == MINUTE
    assert parse_date("2021-01-17T12:34:00", time_zone="Europe/Berlin") == (
        datetime(2021, 1, 17, 11, 34, tzinfo=UTC),
        "minute",
    )


def test_midnight_in_another_zone_is_a_time_of_the_day_before():
    assert parse_date("2021-04-17T00:00:00+07:00") == (datetime(2021, 4, 16, 17, tzinfo=UTC), "minute")


def test_published_comes_before_updated_in_one_value():
    value = parse_date("Updated April 18, 2021 Published April 17, 2021")
    assert value == DAY


def test_doubtful_order_gives_two_candidates():
    found = date_candidates("04/05/2021", "meta", kind="published", language="en")
    assert [(one.value.month, one.doubt) for one in found] == [(4, 1), (5, 2)]


@pytest.mark.parametrize(
    ("url", "day", "precision"),
    [
        ("https://a.example/2021/04/17/story", "2021-04-17", "day"),
        ("https://a.example/2021/4/17/story", "2021-04-17", "day"),
        ("https://a.example/world/2021/apr/17/story", "2021-04-17", "day"),
        ("https://a.example/story-20210417-p57k.html", "2021-04-17", "day"),
        ("https://a.example/2021-04-17-story", "2021-04-17", "day"),
        ("https://a.example/n1/2021/0417/c1002-32.html", "2021-04-17", "day"),
        ("https://a.example/202104/17/t20210417_1.html", "2021-04-17", "day"),
        ("https://a.example/story-17-04-2021.html", "2021-04-17", "day"),
        ("https://a.example/a/20210417113456", "2021-04-17", "day"),
        ("https://a.example/2021/04/story", "2021-04-01", "month"),
        ("https://a.example/202104/story", "2021-04-01", "month"),
    ],
)
def test_address_gives_its_date(url, day, precision):
    (found,) = dates_in_url(url)
    assert (found.value.date().isoformat(), found.precision, found.origin) == (day, precision, "url")


@pytest.mark.parametrize(
    "url",
    [
        "https://a.example/story-4263218.html",
        "https://a.example/best-of-2024-10-things/",
        "https://a.example/unpacked-2024-juli-leak",
        "https://a.example/202113/x",
        "https://a.example/1821/04/17/x",
        "https://a.example/#/2021/04/17/",
        "",
    ],
)
def test_address_without_a_date_gives_none(url):
    assert dates_in_url(url) == []


def test_path_of_the_raw_file_is_its_own_origin():
    (found,) = dates_in_path("vnexpress/2021-04-17/a.html")
    assert (found.origin, found.kind, found.value) == ("path", "unknown", DAY[0])


@given(st.text(max_size=120) | st.from_regex(r"[0-9TZ:+./ -]{0,40}", fullmatch=True))
def test_nothing_raises(text):
    parse_date(text)
    dates_in_url(text)
    dates_in_path(text)


@given(
    st.datetimes(DAY[0].replace(1990, tzinfo=None), DAY[0].replace(2099, tzinfo=None)), st.integers(-12, 14)
)
def test_iso_forms_round_trip(moment, hours):
    text = f"{moment:%Y-%m-%dT%H:%M:%S}{hours:+03d}:00"
    value, _ = parse_date(text)
    assert value == datetime.fromisoformat(text).replace(microsecond=0)
