"""Dates in a line of text, in the languages and orders of the news."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from itertools import pairwise
from typing import Literal

from tasks.clean.dates.digits import calendar_day, plain_digits
from tasks.clean.dates.labels import Kind, is_label_word, label_of
from tasks.clean.dates.names import load_names
from tasks.clean.dates.order import day_and_month, habit_of
from tasks.clean.dates.time import Clock, clock_after, clock_before
from tasks.clean.dates.zones import to_utc, zone_of

Precision = Literal["minute", "day", "month"]

MAX_DATE_LINE_CHARS, MAX_LABEL_WORDS = (
    160,
    5,
)  # two dates with labels and zones; "Bài viết cập nhật lúc" has 5
_LINE_WORD = re.compile(r"[^\s\d:|,.;·•()\[\]/–—-]+")
MAX_LINE_CHARS = 20_000  # a longer line is looked at up to here: dates of a page stand in short lines


@dataclass(frozen=True, slots=True)
class DateMatch:
    """A date in a text: its span, its value in UTC, and what the words around it say.

    `other` is the second reading where day and month could be exchanged (04/05/2021 in English).
    """

    start: int
    end: int
    value: datetime
    precision: Precision
    kind: Kind = "unknown"
    other: datetime | None = None


@dataclass(frozen=True, slots=True)
class _Day:
    """A calendar day found at a span; `other` is the second reading."""

    start: int
    end: int
    value: datetime
    other: datetime | None = None


_PROMISING = re.compile(r"\d{4}|\d\d[./-]\d\d[./-]\d\d|\d[年년]|元年|[-'’]\d\d(?!\w)")
_WORD_BREAK = re.compile(r"[\s,/'’–—-]+|\.(?=\w{3})")

# (day, anything without digits, year): the middle holds the month, or the month stands before the day.
# The year may run into the same date again: "6 Feb 20246 Feb 2024".
_DAY_YEAR = re.compile(r"(?<![\d.,:/])(\d{1,2})([^\d;:()\[\]|<>]{1,40})(\d{4})(?!\d(?!\d? [^\W\d_]{3}))")
_YEAR_DAY = re.compile(r"(?<![\d/.-])(\d{4})([^\d;:()\[\]|<>]{3,30})(\d{1,2})(?![\d:h/])")
_SHORT_YEAR = re.compile(r"(?<![\d.,:/])(\d{1,2})([ -][^\W\d_]{3,9}\.?(?:,? ?['’]|-))(\d{2})(?![\d:./-])")
_YMD = re.compile(r"(?<![\d/.-])(\d{4})(\s?[./-]\s?)(\d{1,2})\s?[./-]\s?(\d{1,2})(?!\d)")
_DMY = re.compile(
    r"(?<![\d/-])(?<!\d[.,])(\d{1,2})\s?([./-])\s?(\d{1,2})\s?\2\s?(\d{4}|\d{2})(?!\d)(?![./-]\d)"
)
_CJK = re.compile(
    r"(?:(令和|平成|昭和|民國|民国)\s?(\d{1,3}|元)|(?<!\d)(\d{4}))\s?[年년]\s?(\d{1,2})\s?[月월]\s?(\d{1,2})\s?[日일号號]?"
)
_VIETNAMESE = re.compile(
    r"(?<!\d)(\d{1,2})\s?,?\s?(?:tháng|thg\.?|th)\s?(\d{1,2})\s?[,./-]?\s?(?:năm\s)?\s?(\d{4})(?!\d)"
    r"|(?:tháng|thg)\s?(\d{1,2})\s(\d{1,2}),\s?(\d{4})(?!\d)",
    re.IGNORECASE,
)
_ERAS = {"令和": 2018, "平成": 1988, "昭和": 1925, "民國": 1911, "民国": 1911}

_FILLERS = frozenset(
    [
        "de",
        "del",
        "of",
        "the",
        "d",
        "di",
        "do",
        "da",
        "ng",
        "an",
        "st",
        "nd",
        "rd",
        "th",
        "er",
        "re",
        "e",
        "º",
        "ª",
        "°",
        "o",
        "a",
        "os",
        "as",
        "m",
        "r",
        "г",
        "р",
        "năm",
        "le",
        "la",
        "den",
        "le",
        "ta",
        "στις",
        "του",
        "in",
    ]
)


def dates_in_text(text: str, *, time_zone: str = "UTC", language: str | None = None) -> list[DateMatch]:
    """Full dates (day, month and year) in a line, in order, not overlapping.

    A time beside the date belongs to it; without a zone it is in `time_zone` (IANA), a day alone is
    00:00 UTC. `language` (ISO 639-1) decides between orders and between months of one name.
    Raises ConfigError only if `time_zone` is not known.
    """
    if not _PROMISING.search(text):
        return []
    line = plain_digits(text[:MAX_LINE_CHARS])
    matches: list[DateMatch] = []
    at = 0
    for day in _days(line, time_zone, language):
        if day.start >= at:
            matches.append(_with_clock(line, at, day, time_zone))
            at = matches[-1].end
    return matches


def is_date_line(line: str, matches: Sequence[DateMatch]) -> bool:
    """Whether a line is nothing but its dates and words that label or join them ("Published: ... at ...")."""
    if not matches or len(line) > MAX_DATE_LINE_CHARS:
        return False
    spans = pairwise((0, *(edge for match in matches for edge in (match.start, match.end)), len(line)))
    between = " ".join(line[start:end] for start, end in list(spans)[::2])
    words = _LINE_WORD.findall(between)
    return len(words) <= MAX_LABEL_WORDS * len(matches) and all(map(is_label_word, words))


def _days(line: str, time_zone: str, language: str | None) -> list[_Day]:
    habit = habit_of(line, language, time_zone)
    found = [
        *_cjk_days(line), *_vietnamese_days(line), *_numeric_days(line, language, habit),
        *_worded_days(line, language),
    ]  # fmt: skip
    return sorted(found, key=lambda day: (day.start, -day.end))


def _year(digits: str) -> int:
    """Two digits are 1969 to 2068, as POSIX reads them."""
    year = int(digits)
    return year if len(digits) > 2 else year + (2000 if year < 69 else 1900)


def _day(match: re.Match[str], year: int, month: int, day: int, start: int | None = None) -> Iterator[_Day]:
    if value := calendar_day(year, month, day):
        yield _Day(match.start() if start is None else start, match.end(), value)


def _cjk_days(line: str) -> Iterator[_Day]:
    if "年" not in line and "년" not in line:
        return
    for match in _CJK.finditer(line):
        era, of_era, year, month, day = match.groups()
        number = _ERAS[era] + (1 if of_era == "元" else int(of_era)) if era else int(year)
        yield from _day(match, number, int(month), int(day))


def _vietnamese_days(line: str) -> Iterator[_Day]:
    for match in _VIETNAMESE.finditer(line):
        day, month, year, month2, day2, year2 = match.groups()
        yield from _day(match, int(year or year2), int(month or month2), int(day or day2))


def _numeric_days(line: str, language: str | None, habit: str | None) -> Iterator[_Day]:
    for match in _YMD.finditer(line):
        dotted = match[2].strip() == "." == line[match.end() : match.end() + 1]  # Korean "2021. 4. 17."
        for found in _day(match, int(match[1]), int(match[3]), int(match[4])):
            yield replace(found, end=found.end + dotted)
    for match in _DMY.finditer(line):
        one, sep, two, year = int(match[1]), match[2], int(match[3]), _year(match[4])
        if len(match[4]) == 2 and not len(match[1]) == len(match[3]) == 2:
            continue  # 1.2.21 is a version, 01.02.21 a date
        reading = day_and_month(one, two, sep, language, habit)
        for found in _day(match, year, reading.month, reading.day):
            other = calendar_day(year, reading.day, reading.month) if reading.doubtful else None
            yield replace(found, other=other)


def _worded_days(line: str, language: str | None) -> Iterator[_Day]:
    for match in _DAY_YEAR.finditer(line):
        words = _words(match[2])
        if words and (month := load_names().month(" ".join(words), language)):
            yield from _day(match, int(match[3]), month, int(match[1]))
        elif not words and (before := _month_before(line, match.start(), language)):
            yield from _day(match, int(match[3]), before[1], int(match[1]), before[0])
    for pattern, year, day in ((_YEAR_DAY, 1, 3), (_SHORT_YEAR, 3, 1)):
        for match in pattern.finditer(line):
            words = _words(match[2])
            if words and (month := load_names().month(" ".join(words), language)):
                yield from _day(match, _year(match[year]), month, int(match[day]))


def _words(middle: str) -> list[str]:
    """The words between day and year without those that only join them."""
    words = (word.strip(".") for word in _WORD_BREAK.split(middle))
    return [word for word in words if word and word.lower() not in _FILLERS]


_LAST_WORDS = re.compile(r"[^\s\d,;:()\[\]|/<>–—-]{2,24}")


def _month_before(line: str, at: int, language: str | None) -> tuple[int, int] | None:
    """Where the month that ends before `at` starts, and its number. Two words at most ("tháng tư")."""
    low = max(0, at - 40)
    words = list(_LAST_WORDS.finditer(line, low, at))
    if not words or line[words[-1].end() : at].strip(" .-/"):
        return None
    for first in words[-2:]:
        if month := load_names().month(" ".join(line[first.start() : at].strip(" .-/").split()), language):
            return first.start(), month
    return None


def _with_clock(line: str, low: int, day: _Day, time_zone: str) -> DateMatch:
    """The day with the time beside it, if there is one, and the kind its label names."""
    clock = clock_after(line, day.end, time_zone) or clock_before(line, low, day.start, time_zone)
    start, end = _outer_span(line, low, day, clock)
    value, precision = _moment(day.value, clock, time_zone)
    other = _moment(day.other, clock, time_zone)[0] if day.other else None
    return DateMatch(start, end, value, precision, label_of(line[max(low, start - 40) : start]), other)


def _outer_span(line: str, low: int, day: _Day, clock: Clock | None) -> tuple[int, int]:
    start, end = day.start, day.end
    if clock:
        start, end = min(start, clock.start), max(end, clock.end)
    return _weekday_start(line, low, start), end


def _moment(day: datetime, clock: Clock | None, time_zone: str) -> tuple[datetime, Precision]:
    if clock is None or clock.is_midnight_by_default:
        return day, "day"
    naive = day.replace(tzinfo=None, hour=clock.hour, minute=clock.minute, second=clock.second)
    moment = to_utc(naive, clock.zone or zone_of(time_zone))
    return (moment, "minute") if moment else (day, "day")


_NUMBERED_DAY = re.compile(r"(?<!\w)th(?:ứ)?\.? ?[2-8][\s,.-]{0,3}(?:ngày\s)?$", re.IGNORECASE)


def _weekday_start(line: str, low: int, start: int) -> int:
    """Where the weekday before `start` begins, or `start`."""
    low = max(low, start - 30)
    if match := _NUMBERED_DAY.search(line[low:start]):
        return low + match.start()
    words = list(_LAST_WORDS.finditer(line, low, start))
    if words and words[-1][0].lower() in {"ngày", "den", "le", "the", "el", "de"}:
        start, words = words[-1].start(), words[:-1]
    if not words or line[words[-1].end() : start].strip(" ,.-|/"):
        return start
    for first in words[-2:]:
        if load_names().is_day(" ".join(line[first.start() : words[-1].end()].strip(" .").split())):
            return first.start()
    return start
