"""Dates that lean on the day of publication: `yesterday`, `last week`, `next Monday`, `the past three years`."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import date
from decimal import Decimal

from tasks.entities.values import calendar as cal
from tasks.entities.values import dates, days
from tasks.entities.values.dates import Found, Place
from tasks.entities.values.numbers import Number, read_number
from tasks.entities.values.times import CLOCK_UNITS, UNIT, UNIT_AFTER, span_of_time

RELATIVE = re.compile(
    r"(?P<r>last|past|previous|this|next|coming|current|upcoming)[ -]"
    rf"(?:{UNIT}|(?P<part>morning|afternoon|evening|night)\b|(?P<season>spring|summer|autumn|winter)\b|(?P<fiscal>(?:fiscal|financial) year)\b)",
    re.IGNORECASE,
)
RELATIVE_NUMBER = re.compile(
    r"(?P<r>last|past|previous|next|coming)[ -](?P<few>few |couple of |several )?", re.IGNORECASE
)
_THIS = re.compile(r"this ", re.IGNORECASE)
PART_PREFIX = re.compile(
    r"(?:end|start|beginning|middle) of (?:the )?|(?:early|mid|late|end)[ -](?:to[ -](?:mid|late)[ -])?|"
    r"(?:earlier|later) (?=(?:this|last|next) (?:week|month|quarter|year|decade|century)\b)|"
    r"(?:earlier|later) in the (?=(?:week|month|year|decade|century)\b(?! of\b))",
    re.IGNORECASE,
)
_THE_UNIT = re.compile(r"(?P<u>year|month|week|quarter|decade|century)\b")
_OVERNIGHT_BEFORE = re.compile(
    r"\b(?:an|the|his|her|their|its|this|of|to|become|became|becoming) $", re.IGNORECASE
)
# what tells of a night that was: "landed overnight", not "let it rest overnight"
_OVERNIGHT_PAST = re.compile(
    r"\b(?:\w{2,20}ed|fell|hit|struck|rose|shot|broke|was|were|had|came|went|fought|fled|lost|won)\b[^.!?;\n]*$"
)
_OVERNIGHT_AFTER = re.compile(
    r"[.,;:)]|$| (?:in|on|at|into|to|from|by|as|and|after|when|with|for|near|but|that|because|before|between|local)\b"
)
RELATIVE_DAYS = {"today": 0, "yesterday": -1, "tomorrow": 1}
_NEXT_BUT_ONE = re.compile(r"day (?:before (?P<y>yesterday)|after tomorrow)\b", re.IGNORECASE)
_WEEKEND_BEFORE = re.compile(r"\b(?:over|at|on|during|of|through|throughout|since) the $", re.IGNORECASE)
_WEEKEND_AFTER = re.compile(r"(?: of\b| [a-z]+s\b(?<!was)(?<!as)|-)")


def relative_day(place: Place, word: str) -> Found:
    """`today`, `yesterday`, `tomorrow`."""
    day = None if place.anchor is None else cal.shift_days(place.anchor, RELATIVE_DAYS[word])
    return Found(place.pos + len(word), "DATE", None if day is None else str(day))


def next_but_one(place: Place) -> Found | None:
    """`day before yesterday`, `day after tomorrow`."""
    match = _NEXT_BUT_ONE.match(place.text, place.pos)
    if match is None:
        return None
    day = None if place.anchor is None else cal.shift_days(place.anchor, -2 if match["y"] else 2)
    return Found(match.end(), "DATE", None if day is None else str(day))


_YEAR_END = re.compile(r"year[- ]end\b(?!ing)")
_YEAR_END_BEFORE = re.compile(r"\b(?:by|at|before|until|since|of|last|this|next) $")


def year_end(place: Place) -> Found | None:
    """`by year-end`: the year of publication."""
    match = _YEAR_END.match(place.text, place.pos)
    if match is None or not _YEAR_END_BEFORE.search(place.text, max(0, place.pos - 7), place.pos):
        return None
    return Found(match.end(), "DATE", None if place.anchor is None else f"{place.anchor.year:04d}")


def weekend(place: Place) -> Found | None:
    """`over the weekend`: the one before publication, or where its clause looks ahead the one to come."""
    end = place.pos + len("weekend")
    before = place.text[max(0, place.pos - 16) : place.pos]
    if not _WEEKEND_BEFORE.search(before) or _WEEKEND_AFTER.match(place.text, end):
        return None
    if place.anchor is None:
        return Found(end, "DATE", None)
    ahead = cal.is_future(place.text, place.pos) or place.anchor.weekday() > cal.WEEKDAYS["friday"]
    return Found(end, "DATE", cal.weekend_interval(place.anchor, 0 if ahead else -1))


def relative(place: Place) -> Found | None:
    """`last week`, `this year`, `next Monday`, `the past three months`, `last January`."""
    match = RELATIVE.match(place.text, place.pos)
    if match is not None and not match.group("s"):
        return _relative_unit(match, place.anchor)
    match = RELATIVE_NUMBER.match(place.text, place.pos)
    if match is None:
        return _this_weekday(place)
    number = None if match["few"] else read_number(place.text, match.end())
    unit = UNIT_AFTER.match(place.text, (number.end if number else match.end() - 1))
    if unit is None or (number is None and not match["few"]):
        return _relative_name(place, match)
    kind = "TIME" if unit["u"].lower() in CLOCK_UNITS else "DATE"
    value = (
        None
        if number is None
        else span_of_time(
            place.anchor, number, unit["u"].lower(), ahead=match["r"].lower() in ("next", "coming")
        )
    )
    return Found(unit.end(), kind, value)


def _this_weekday(place: Place) -> Found | None:
    match = _THIS.match(place.text, place.pos)
    return None if match is None else _named_after(place, match.end(), "this")


def _relative_name(place: Place, match: re.Match[str]) -> Found | None:
    word = match["r"].lower()
    return None if match["few"] or word in ("past", "previous") else _named_after(place, match.end(), word)


def _named_after(place: Place, pos: int, word: str) -> Found | None:
    """A weekday or month behind `last`, `this`, `next`."""
    found = days.weekday_date(place.at(pos)) or dates.month_date(place.at(pos))
    if found is None or place.anchor is None or found.value is None:
        return None if found is None else Found(found.end, "DATE", found.value)
    name = re.match(r"[A-Za-z]+", place.text[pos : pos + 12])
    key = name[0].lower() if name else ""
    if key in cal.WEEKDAYS:
        day = cal.weekday_date(place.anchor, cal.WEEKDAYS[key], future=word != "last")
        if day == place.anchor and word != "this":
            day = cal.shift_days(place.anchor, -7 if word == "last" else 7)
        return Found(found.end, "DATE", None if day is None else str(day))
    if key in cal.MONTHS and len(found.value) == len("2024-02"):
        month, anchor = cal.MONTHS[key], place.anchor
        year = {"last": anchor.year - (month >= anchor.month), "this": anchor.year}.get(
            word, anchor.year + (month <= anchor.month)
        )
        return Found(found.end, "DATE", cal.month_value(year, month))
    return found


def _relative_unit(match: re.Match[str], anchor: date | None) -> Found | None:
    word, unit = match["r"].lower(), (match["u"] or "").lower()
    if match["part"]:
        return _part_of_day(match, anchor)
    if unit in ("day", "second", "minute", "hour") or (word in ("coming", "upcoming") and unit == "century"):
        return None
    kind = "TIME" if unit in CLOCK_UNITS else "DATE"
    if anchor is None or word == "previous":
        return Found(match.end(), kind, None)
    steps = {"last": -1, "past": -1, "this": 0, "current": 0, "next": 1, "coming": 1, "upcoming": 1}[word]
    if word == "past":
        return Found(
            match.end(),
            kind,
            span_of_time(anchor, Number(Decimal(1), None, 0, in_digits=False), unit or "year", ahead=False),
        )
    return Found(match.end(), kind, _unit_value(match, anchor, steps))


def _unit_value(match: re.Match[str], anchor: date, steps: int) -> str | None:
    """The value of a unit that lies `steps` after the one the anchor is in."""
    if match["season"]:
        return f"{anchor.year + steps}-{cal.SEASONS[match['season'].lower()]}"
    unit = "year" if match["fiscal"] else match["u"].lower()
    values: dict[str, Callable[[date, int], str]] = {
        "year": lambda day, n: f"{day.year + n:04d}",
        "month": _month,
        "quarter": _quarter,
        "week": cal.week_interval,
        "weekend": cal.weekend_interval,
        "decade": lambda day, n: f"{day.year // 10 + n}X",
        "century": lambda day, n: f"{day.year // 100 + n}XX",
    }
    return values[unit](anchor, steps) if unit in values else None


def _month(anchor: date, steps: int) -> str:
    moved = cal.shift_months(anchor.replace(day=1), steps)
    return cal.month_value(moved.year, moved.month)


def _quarter(anchor: date, steps: int) -> str:
    moved = cal.shift_months(anchor.replace(day=1), 3 * steps)
    first = (moved.month - 1) // 3 * 3 + 1
    return cal.months_interval(moved.year, first, first + 2)


def _part_of_day(match: re.Match[str], anchor: date | None) -> Found | None:
    word = match["r"].lower()
    steps = {"this": 0, "last": -1, "next": None}.get(word)
    if steps is None:
        return None
    day = None if anchor is None else cal.shift_days(anchor, steps)
    return Found(match.end(), "TIME", None if day is None else str(day))


def around(place: Place) -> Found | None:
    """`mid-2023`, `early March`, `late last year`: the date behind, with the word in front of it."""
    match = PART_PREFIX.match(place.text, place.pos)
    if match is None:
        return None
    after = place.at(match.end())
    found = dates.year_date(after) if place.text[match.end() : match.end() + 1].isdigit() else None
    found = found or dates.month_date(after) or relative(after) or _the_unit(after)
    return found if found is not None and found.type == "DATE" else None


def _the_unit(place: Place) -> Found | None:
    """`the year` behind `end of`: the one of publication."""
    match = _THE_UNIT.match(place.text, place.pos) if place.text.endswith("the ", 0, place.pos) else None
    if match is None:
        return None
    if place.anchor is None:
        return Found(match.end(), "DATE", None)
    year, month = place.anchor.year, place.anchor.month
    values = {
        "year": f"{year:04d}",
        "month": cal.month_value(year, month),
        "week": cal.week_interval(place.anchor, 0),
        "quarter": _quarter(place.anchor, 0),
        "decade": f"{year // 10}X",
        "century": f"{year // 100}XX",
    }
    return Found(match.end(), "DATE", values[match["u"]])


def overnight(place: Place) -> Found | None:
    """`overnight`, as an adverb; where its clause tells of the past, from the day before to that of publication."""
    end = place.pos + len("overnight")
    before = place.text[max(0, place.pos - 60) : place.pos]
    if _OVERNIGHT_BEFORE.search(before) or not _OVERNIGHT_AFTER.match(place.text, end):
        return None
    anchor = place.anchor if _OVERNIGHT_PAST.search(before) else None
    day = None if anchor is None else cal.shift_days(anchor, -1)
    return Found(end, "TIME", None if day is None else f"{day}/{place.anchor}")
