"""Dates in lines of text: forms, languages, orders, zones, traps."""

from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tasks.clean.dates import dates_in_text, is_date_line
from tasks.errors import ConfigError

MINUTE = datetime(2021, 4, 17, 11, 34, tzinfo=UTC)
DAY = datetime(2021, 4, 17, tzinfo=UTC)

WITH_TIME = """
April 17, 2021 | 11:34
Thứ Sáu, 17/04/2021, 18:34 (GMT+7)
Thứ 6, 17/04/2021 11:34
Lúc 11:34 ngày 17/4/2021
17 avril 2021 à 11h34
Le samedi 17 avril 2021 à 11 h 34
2021年4月17日 11:34
2021年4月17日（土） 11時34分
2021年04月17日 上午11:34
2021년 4월 17일 오전 11:34
2021-04-17 11:34
2021-04-17T11:34:00Z
2021-04-17T18:34:00.000+0700
2021/04/17 11:34
17.04.2021 um 11:34 Uhr
Samstag, 17. April 2021, 11:34 Uhr
Sábado, 17 de abril de 2021 a las 11:34
17 de abril de 2021 às 11h34
sabato 17 aprile 2021 alle 11:34
zaterdag 17 april 2021 om 11:34
Lördag 17 april 2021 kl. 11.34
la 17.4.2021 klo 11.34
sobota, 17 kwietnia 2021, 11:34
17. dubna 2021 v 11:34
17 Nisan 2021 Cumartesi 11:34
Sabtu, 17 Apr 2021 18:34 WIB
17 апреля 2021, 11:34
17 квітня 2021 о 11:34
17 เม.ย. 2564 11:34 น.
17 เมษายน 2564 เวลา 11:34 น.
17 Απριλίου 2021, 11:34
2021. április 17. 11:34
Apr 17, 2021 7:34 AM EDT
7:34 AM EDT, Sat April 17, 2021
11:34 | 17.04.2021
11:34 GMT, 17 April 2021
Sat Apr 17 2021 18:34:00 GMT+0700 (Indochina Time)
Sat, 17 Apr 2021 11:34:00 GMT
17-04-2021 08:34 PM KST
""".strip().splitlines()

DAYS = (
    """
17.04.2021|17/04/2021|04/17/2021|2021-04-17|2021.04.17|2021. 4. 17.|17-Apr-2021|17-Apr-21|17.04.21|17 Apr 2021|April 17th, 2021
17th of April 2021|ngày 17 tháng 4 năm 2021|17 Tháng Tư, 2021|17. april 2021|17 d’abril de 2021|17 באפריל 2021
١٧ أبريل ٢٠٢١|17 نيسان 2021|१७ अप्रैल २०२१|令和3年4月17日|民國110年4月17日|2021년 4월 17일|17 aprilie 2021|17 huhtikuuta 2021
""".strip()
    .replace("\n", "|")
    .split("|")
)


@pytest.mark.parametrize("line", [line for line in WITH_TIME if "PM KST" not in line])
def test_date_and_time_are_read_in_many_languages(line):
    (match,) = dates_in_text(line)
    assert (match.value, match.precision) == (MINUTE, "minute")


@pytest.mark.parametrize("line", DAYS)
def test_day_alone_is_midnight_utc_whatever_the_zone(line):
    (match,) = dates_in_text(line, time_zone="Asia/Ho_Chi_Minh")
    assert (match.value, match.precision, match.start, match.end) == (
        DAY,
        "day",
        0,
        len(line.rstrip(".")) + line.endswith("."),
    )


def test_afternoon_in_a_named_zone_is_converted():
    (match,) = dates_in_text("17-04-2021 08:34 PM KST")
    assert match.value == MINUTE


@pytest.mark.parametrize(
    ("line", "zone", "hour"),
    [
        ("17 April 2021 18:34", "Asia/Ho_Chi_Minh", 11),
        ("17 April 2021 12:34 BST", "UTC", 11),
        ("17 April 2021 17:34 BST", "Asia/Dhaka", 11),
        ("17 April 2021 13:34 CEST", "UTC", 11),
        ("17 April 2021 17:04 IST", "UTC", 11),
        ("17 April 2021 19:34 CST", "Asia/Shanghai", 11),
        ("17 April 2021 7:34 am ET", "UTC", 11),
    ],
)
def test_time_zone_is_the_texts_else_the_sources(line, zone, hour):
    assert dates_in_text(line, time_zone=zone)[0].value.hour == hour


@pytest.mark.parametrize(
    ("line", "language", "zone", "month", "doubtful"),
    [
        ("04/05/2021", "en", "UTC", 4, True),
        ("04/05/2021", None, "UTC", 5, True),
        ("04/05/2021", "en", "America/New_York", 4, False),
        ("04/05/2021", "en", "Europe/London", 5, False),
        ("04/05/2021", "en", "Asia/Kolkata", 5, False),
        ("04/05/2021", "vi", "UTC", 5, False),
        ("04.05.2021", "en", "UTC", 5, False),
        ("04/05/2021 13:55 GMT+1", "en", "UTC", 5, False),
        ("04/05/2021 10:55 EST", "en", "UTC", 4, False),
        ("04/05/2021, updated 17/05/2021", "en", "UTC", 5, False),
        ("04/05/2021, updated 05/17/2021", None, "UTC", 4, False),
        ("05/05/2021", "en", "UTC", 5, False),
    ],
)
def test_order_of_day_and_month_follows_language_zone_and_line(line, language, zone, month, doubtful):
    match = dates_in_text(line, language=language, time_zone=zone)[0]
    assert (match.value.month, match.other is not None) == (month, doubtful)


@pytest.mark.parametrize(
    ("line", "kinds"),
    [
        ("Published April 17, 2021 Updated April 18, 2021", ["published", "modified"]),
        ("Cập nhật lúc 22:19 ngày 28.06.2021", ["modified"]),
        ("Veröffentlicht am 14.06.2023 um 07:21", ["published"]),
        ("Actualizado: 18.12.2022 - 07:43", ["modified"]),
        ("最終更新 2021年4月17日", ["modified"]),
        ("입력 2021.04.17. 오전 11:34 수정 2021.04.17. 오후 2:10", ["published", "modified"]),
        ("April 17, 2021", ["unknown"]),
    ],
)
def test_label_before_a_date_says_its_kind(line, kinds):
    assert [match.kind for match in dates_in_text(line)] == kinds


@pytest.mark.parametrize(
    "line",
    [
        "from 2008-2023 and 10 million in 2021",
        "Version 1.2.21 is out",
        "Call 01.45.67.89.10 or 020 7946 0958",
        "Address 192.168.10.20",
        "Article 19, paragraph 3, 1982 Convention",
        "In April 2021 prices rose",
        "17 people in 2021",
        "31 February 2021",
        "2021-13-45",
        "May 5 - The day",
        "12 may 1",
        "",
    ],
)
def test_other_numbers_are_no_dates(line):
    assert dates_in_text(line) == []


def test_weekday_and_zone_in_brackets_belong_to_the_span():
    line = "Thứ Sáu, 17/04/2021, 11:34 (GMT+7)"
    (match,) = dates_in_text("Tin mới | " + line + " | In")
    assert (match.start, match.end) == (10, 10 + len(line))


@pytest.mark.parametrize(
    ("line", "only"),
    [
        ("Published: 27 March 2023 at 12:43", True),
        ("Cập nhật lúc 22:19 ngày 28.06.2021", True),
        ("Veröffentlicht am 14.06.2023 um 07:21 Uhr", True),
        ("Published April 17, 2021 | Updated April 18, 2021", True),
        ("April 17, 2021 | 11:34", True),
        ("The treaty of 17 April 2021", False),
        ("By Jane Doe, 17 April 2021", False),
        ("Published in 2021", False),
    ],
)
def test_line_of_nothing_but_dates_is_told_from_a_sentence(line, only):
    assert is_date_line(line, dates_in_text(line)) == only


def test_unknown_time_zone_is_a_configuration_error():
    with pytest.raises(ConfigError, match="Mars"):
        dates_in_text("17/04/2021 11:34", time_zone="Mars/Base")


PIECES = st.sampled_from(
    [
        "17",
        "4",
        "2021",
        "21",
        "/",
        "-",
        ".",
        ":",
        " ",
        "April",
        "tháng",
        "年",
        "月",
        "日",
        "11:34",
        "GMT+7",
        "(",
        ")",
        "٢",
        "h",
        "T",
    ]
)


@given(st.lists(PIECES, max_size=30).map("".join) | st.text(max_size=80))
def test_spans_lie_inside_the_text_in_order_and_nothing_raises(text):
    at = 0
    for match in dates_in_text(text):
        assert at <= match.start < match.end <= len(text)
        assert match.value.tzinfo is UTC
        at = match.end


@pytest.mark.parametrize(
    "unit",
    ["17 ", "17/04/2021 ", "1 a 2021 ", "a" * 9 + "2021 ", "17 tháng ", "2021 Apr 1", "11:34 ", "(((2021"],
)
def test_hostile_lines_end(unit):
    dates_in_text(unit * (300_000 // len(unit)))
