"""Weekdays (`Monday`, `from Monday to Friday`, `Monday night`), and the other days of `June 10, 12 and 15`."""

from __future__ import annotations

import re
from datetime import date

from tasks.entities.values import calendar as cal
from tasks.entities.values.dates import (
    MONTH,
    SUFFIX,
    YEAR,
    Found,
    Place,
    day_month_date,
    month_date,
    numeric_date,
    spellings,
)
from tasks.entities.values.numbers import ORDINALS

_FULL_WEEKDAYS = {name: n for name, n in cal.WEEKDAYS.items() if name.endswith("day")}
WEEKDAY = re.compile(rf"(?P<w>{spellings(cal.WEEKDAYS)})\b\.?")
WEEKDAY_JOIN = re.compile(r",? (?:the )?(?P<open>\()?")
_FEAST_BEFORE = re.compile(r"\b(?:Black|Good|Holy|Ash|Super|Cyber|Palm|Easter) $")

_OF_WEEK = re.compile(r",? (?:of )?(?P<r>last|this|next) week\b")
_WEEKDAY_PAIR = re.compile(
    rf"(?P<how>\b[Ff]rom |\b[Bb]etween )?(?P<w>{spellings(_FULL_WEEKDAYS)})(?P<to> to | until | through | and |[-–])$"
)
_PAIR_CHARS = 28  # `between Wednesday through `


def weekday_date(place: Place) -> Found | None:
    """`Monday`, `Monday last week`, or `Monday, February 5, 2024` as one date."""
    match = WEEKDAY.match(place.text, place.pos)
    if match is None:
        return None
    name = match["w"].lower()
    if dated := _with_date(place, match.end()):
        return dated
    if name not in _FULL_WEEKDAYS or _FEAST_BEFORE.search(place.text, max(0, place.pos - 7), place.pos):
        return None
    end = match.end() - match[0].endswith(".")
    if place.anchor is None:
        return Found(end, "DATE", None)
    if week := _OF_WEEK.match(place.text, end):
        monday = cal.shift_days(place.anchor, -place.anchor.weekday())
        weeks = {"last": -7, "this": 0, "next": 7}[week["r"]]
        day = None if monday is None else cal.shift_days(monday, weeks + cal.WEEKDAYS[name])
        return Found(week.end(), "DATE", None if day is None else str(day))
    day = _after_weekday(place, cal.WEEKDAYS[name]) or cal.weekday_date(
        place.anchor, cal.WEEKDAYS[name], future=cal.is_future(place.text, place.pos)
    )
    return Found(end, "DATE", None if day is None else str(day))


def _with_date(place: Place, end: int) -> Found | None:
    """The date behind a weekday: `Monday, February 5`, `Monday (February 5)`."""
    join = WEEKDAY_JOIN.match(place.text, end)
    if join is None:
        return None
    after = place.at(join.end())
    found = month_date(after) or day_month_date(after) or numeric_date(after)
    if found is None or not found.value or len(found.value) != len("2024-02-05"):
        return None
    if join["open"] is None:
        return found
    return Found(found.end + 1, "DATE", found.value) if place.text.startswith(")", found.end) else None


def _after_weekday(place: Place, weekday: int) -> date | None:
    """The second day of `from Monday to Friday`, which is the first such day behind the first."""
    start = max(0, place.pos - _PAIR_CHARS)
    match = _WEEKDAY_PAIR.search(place.text[start : place.pos])
    if match is None or place.anchor is None or (match["to"] == " and " and not match["how"]):
        return None
    first = cal.WEEKDAYS[match["w"].lower()]
    day = cal.weekday_date(place.anchor, first, future=cal.is_future(place.text, start + match.start("w")))
    return None if day is None else cal.shift_days(day, (weekday - first) % 7)


_OF_MONTH = re.compile(rf"(?P<n>{'|'.join(ORDINALS)}) of (?P<m>{MONTH})(?:,? (?P<y>{YEAR}))?", re.IGNORECASE)


def day_of_month(place: Place) -> Found | None:
    """`Fourth of July`, from its ordinal."""
    match = _OF_MONTH.match(place.text, place.pos)
    if match is None or not match["m"][0].isupper():
        return None
    month, number = cal.MONTHS[match["m"].lower()], ORDINALS[match["n"].lower()]
    year = int(match["y"]) if match["y"] else None
    if cal.day(year or 2000, month, number) is None:
        return None
    if year is None and place.anchor is not None:
        future, past = cal.is_future(place.text, place.pos), cal.is_past(place.text, place.pos)
        year = cal.year_of_day(place.anchor, month, number, future=future, past=past)
    prefix = "XXXX" if year is None else f"{year:04d}"
    return Found(match.end(), "DATE", f"{prefix}-{month:02d}-{number:02d}")


_NTH = re.compile(
    rf"(?P<n>first|second|third|fourth|last) (?P<w>{spellings(_FULL_WEEKDAYS)}) (?:of|in) (?P<rest>(?P<m>{MONTH})(?:,? (?P<y>{YEAR}))?)"
)
_NTH_OF = {"first": 0, "second": 1, "third": 2, "fourth": 3}


def nth_weekday(place: Place) -> Found | None:
    """`first Monday of September 2026`, from its ordinal."""
    match = _NTH.match(place.text, place.pos)
    if match is None:
        return None
    month, year = cal.MONTHS[match["m"].lower()], int(match["y"] or 0)
    if not year and place.anchor is None:
        return Found(match.end(), "DATE", None)
    if not year and place.anchor is not None:
        year = cal.year_of_month(place.anchor, month, future=cal.is_future(place.text, place.pos))
    first = date(year, month, 1)
    offset = (cal.WEEKDAYS[match["w"].lower()] - first.weekday()) % 7
    days = [d for week in range(5) if (d := cal.day(year, month, 1 + offset + 7 * week))]
    return Found(match.end(), "DATE", str(days[-1] if match["n"] == "last" else days[_NTH_OF[match["n"]]]))


# behind `Monday`, `today`, `tomorrow`
_PART_OF_DAY = re.compile(r"(?<=day|row) (?:morning|afternoon|evening|night)\b")


def with_part_of_day(found: Found | None, text: str) -> Found | None:
    """`last Monday night`, `yesterday morning`: a time, whose value is the day that was found in front of it."""
    part = None if found is None else _PART_OF_DAY.match(text, found.end)
    return found if found is None or part is None else Found(part.end(), "TIME", found.value)


_LISTED = re.compile(
    rf"(?P<m>{MONTH})\.? \d{{1,2}}{SUFFIX}(?:(?:,|,? and|,? &|,? or) \d{{1,2}}{SUFFIX}){{0,8}}(?:,|,? and|,? &|,? or) $"
)
_LISTED_CHARS = 72
_LISTED_DAY = re.compile(
    rf"(?P<d>\d{{1,2}}){SUFFIX}(?:,? (?P<y>{YEAR}))?(?=[.;:)]|$|,? (?:and|or|&) \d{{1,2}}\b|, \d{{1,2}}(?:,|,? and) |, (?:and|but)\b|"
    r",? (?:for|in|at|to|on|by|with|as|after|before|because|when|while|were|was|this|last|next|during|of|from|respectively)\b)"
)
_LISTED_REST = re.compile(
    rf"\d{{1,2}}{SUFFIX}(?:(?:,|,? and|,? &|,? or) \d{{1,2}}{SUFFIX}(?!\d)){{0,8}},? (?P<y>{YEAR})"
)


def listed_day(place: Place) -> Found | None:
    """The other days of `June 10, 12 and 15`, from their digits."""
    match = _LISTED_DAY.match(place.text, place.pos)
    before = match and _LISTED.search(place.text[max(0, place.pos - _LISTED_CHARS) : place.pos])
    if match is None or not before:
        return None
    month, number = cal.MONTHS[before["m"].lower()], int(match["d"])
    if cal.day(2000, month, number) is None:
        return None
    rest = _LISTED_REST.match(place.text, place.pos)
    year = int(rest["y"]) if rest else None
    if year is None and place.anchor is not None:
        start = place.pos - len(before[0])
        year = cal.year_of_day(place.anchor, month, number, future=cal.is_future(place.text, start))
    prefix = "XXXX" if year is None else f"{year:04d}"
    return Found(match.end(), "DATE", f"{prefix}-{month:02d}-{number:02d}")
