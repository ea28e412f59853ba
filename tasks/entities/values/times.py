"""Durations, points in the past counted from publication, and times of day."""

from __future__ import annotations

import re
from datetime import date
from decimal import Decimal

from tasks.entities.values import calendar as cal
from tasks.entities.values.dates import Found, Place
from tasks.entities.values.numbers import Number, plain, read_number

UNIT = r"(?P<u>second|minute|hour|day|week|weekend|fortnight|month|quarter|year|decade|centur(?:y|ie))(?P<s>s?)\b"
UNIT_AFTER = re.compile(rf"[ \u00a0-]{UNIT}", re.IGNORECASE)
DURATION_TAIL = re.compile(r"(?P<old>[ -]olds?\b)|(?P<ago> ago\b)", re.IGNORECASE)
A_UNIT_AGO = re.compile(rf"an? {UNIT} ago\b", re.IGNORECASE)
CLOCK = re.compile(
    r"(?P<h>\d{1,2})(?:(?P<sep>[:.h])(?P<m>[0-5]\d))?(?::(?P<sec>[0-5]\d))?(?!\d) ?(?:(?P<ap>[ap])(?:\.m\.|\.?m\b))?(?: ?(?P<z>GMT|UTC|Z)\b)?",
    re.IGNORECASE,
)
MILITARY = re.compile(r"(?P<h>[01]\d|2[0-3])(?P<m>[0-5]\d) (?P<z>GMT|UTC|hours|hrs)\b")
O_CLOCK = re.compile(r"(?P<h>1[0-2]|[1-9]) o['’]clock\b", re.IGNORECASE)
STAMP = re.compile(
    r"\d{4}-[01]\d-[0-3]\dT[0-2]\d:[0-5]\d(?::[0-5]\d(?:\.\d{1,6})?)?(?:Z|[+-][01]\d:?[0-5]\d)?(?!\w)"
)
EARLIEST = 1000  # "5,000 years ago" is not a year
ISO_UNITS = {"day": "D", "week": "W", "month": "M", "year": "Y"}
CLOCK_UNITS = {"hour": "H", "minute": "M", "second": "S"}
MULTIPLES = {
    "fortnight": ("week", 2),
    "quarter": ("month", 3),
    "decade": ("year", 10),
    "century": ("year", 100),
}
DAYS_IN = {"day": 1, "week": 7}


def duration(place: Place, number: Number) -> Found | None:
    """`three years` (P3Y), `48-year-old`, `two years ago` (2022), `10-day`, `five hours` (PT5H)."""
    match = UNIT_AFTER.match(place.text, number.end)
    if match is None or match["u"].lower() == "weekend":
        return None
    unit = match["u"].lower().replace("ie", "y")
    if (
        unit == "quarter"
        and (match[0][0] == "-" or place.text.startswith(" of ", match.end()))
        and match["s"]
    ):
        return None  # `three-quarters of` is a fraction
    end, tail = match.end(), DURATION_TAIL.match(place.text, match.end())
    if tail is not None and tail["ago"]:
        return Found(tail.end(), "TIME" if unit in CLOCK_UNITS else "DATE", _ago(place.anchor, unit, number))
    if tail is not None:
        end = tail.end()
    kind = "TIME" if unit in CLOCK_UNITS else "DATE"
    value = _value_of(unit, number)
    if tail is None and number.high is None:
        end, value = _with_smaller(place.text, end, unit, value)
    return Found(end, kind, value)


def _value_of(unit: str, number: Number) -> str:
    if unit in CLOCK_UNITS:
        return _duration_value(number, "PT", CLOCK_UNITS[unit], 1)
    base, multiple = MULTIPLES.get(unit, (unit, 1))
    return _duration_value(number, "P", ISO_UNITS[base], multiple)


_SMALLER = {"year": ("month",), "month": ("day",), "hour": ("minute",), "minute": ("second",)}
_JOINED = re.compile(r",? and |, | ")


def _with_smaller(text: str, end: int, unit: str, value: str) -> tuple[int, str]:
    """End and value with the smaller unit behind: `two hours and 15 minutes`, `five years and six months`."""
    while unit in _SMALLER and (join := _JOINED.match(text, end)):
        number = read_number(text, join.end())
        if number is None or number.high is not None or number.low >= 60:
            break
        after = UNIT_AFTER.match(text, number.end)
        if (
            after is None
            or after["u"].lower() not in _SMALLER[unit]
            or DURATION_TAIL.match(text, after.end())
        ):
            break
        unit = after["u"].lower()
        value += f"{plain(number.low)}{ISO_UNITS.get(unit) or CLOCK_UNITS[unit]}"
        end = after.end()
    return end, value


def _duration_value(number: Number, prefix: str, letter: str, multiple: int) -> str:
    low = f"{prefix}{plain(number.low * multiple)}{letter}"
    return low if number.high is None else f"{low}/{prefix}{plain(number.high * multiple)}{letter}"


HALF_A_TIME = re.compile(r"half an? (?P<u>hour|minute|second|day|year|decade|century)\b(?!-)", re.IGNORECASE)
_HALVES = {
    "hour": "PT30M",
    "minute": "PT30S",
    "second": "PT0.5S",
    "day": "PT12H",
    "year": "P6M",
    "decade": "P5Y",
    "century": "P50Y",
}


def half_a_time(place: Place) -> Found | None:
    """`half an hour` (PT30M), `half a century` (P50Y)."""
    match = HALF_A_TIME.match(place.text, place.pos)
    if match is None:
        return None
    unit = match["u"].lower()
    return Found(match.end(), "TIME" if unit in CLOCK_UNITS else "DATE", _HALVES[unit])


def a_unit_ago(place: Place) -> Found | None:
    """`a year ago`, `a decade ago`."""
    match = A_UNIT_AGO.match(place.text, place.pos)
    if match is None:
        return None
    unit = match["u"].lower()
    one = Number(Decimal(1), None, 0, in_digits=False)
    return Found(match.end(), "TIME" if unit in CLOCK_UNITS else "DATE", _ago(place.anchor, unit, one))


def _ago(anchor: date | None, unit: str, number: Number) -> str | None:
    """As exact as it was said: years give a year, months a month, weeks and days a day."""
    if anchor is None or number.high is not None or number.low > 10_000:
        return None
    if unit in CLOCK_UNITS:
        return None
    day = _moved(anchor, unit, -int(number.low))
    if day is None or day.year < EARLIEST:
        return None
    base = MULTIPLES.get(unit, (unit, 1))[0]
    return {"year": f"{day.year:04d}", "month": cal.month_value(day.year, day.month)}.get(base, str(day))


def span_of_time(anchor: date | None, number: Number, unit: str, *, ahead: bool) -> str | None:
    """The interval of `number` units that ends (or, `ahead`, starts) on the anchor."""
    if unit in CLOCK_UNITS and number.high is None:
        return _duration_value(number, "PT", CLOCK_UNITS[unit], 1)
    if anchor is None or number.high is not None or unit in CLOCK_UNITS or number.low > 1_000:
        return None
    other = _moved(anchor, unit, int(number.low) if ahead else -int(number.low))
    if other is None:
        return None
    return f"{anchor}/{other}" if ahead else f"{other}/{anchor}"


def _moved(anchor: date, unit: str, count: int) -> date | None:
    unit, multiple = MULTIPLES.get(unit, (unit, 1))
    if unit in DAYS_IN:
        return cal.shift_days(anchor, DAYS_IN[unit] * count * multiple)
    if unit not in ("month", "year"):
        return None
    return cal.shift_months(anchor, count * multiple * (12 if unit == "year" else 1))


def stamp(place: Place) -> Found | None:
    """`2024-05-15T10:00:00Z`, as it stands."""
    match = STAMP.match(place.text, place.pos)
    return None if match is None else Found(match.end(), "TIME", match[0])


def clock(place: Place) -> Found | None:
    """`11:34`, `3 p.m.`, `15:00 GMT`, `1030 GMT`, `7h30`, `5 o'clock`."""
    return _spelt(place) or _on_the_dial(place)


def _spelt(place: Place) -> Found | None:
    if match := O_CLOCK.match(place.text, place.pos):
        return Found(match.end(), "TIME", f"T{int(match['h']):02d}:00")
    match = MILITARY.match(place.text, place.pos)
    if match is None:
        return None
    zone = "Z" if match["z"] in ("GMT", "UTC") else ""
    return Found(match.end(), "TIME", f"T{match['h']}:{match['m']}{zone}")


def _on_the_dial(place: Place) -> Found | None:
    match = CLOCK.match(place.text, place.pos)
    if match is None or not _is_time(match) or place.text.startswith(":", match.end()):
        return None
    hour = int(match["h"])
    if match["ap"]:
        hour = hour % 12 + (12 if match["ap"].lower() == "p" else 0)
    seconds = f":{match['sec']}" if match["sec"] else ""
    zone = "Z" if match["z"] else ""
    end = place.pos + len(match[0].rstrip(" "))
    return Found(end, "TIME", f"T{hour:02d}:{match['m'] or '00'}{seconds}{zone}")


def _is_time(match: re.Match[str]) -> bool:
    """Not a score, a decimal or a count: it needs a.m. or p.m., a colon, or a zone behind minutes."""
    hour = int(match["h"])
    if match["ap"]:
        return 1 <= hour <= 12
    return hour <= 24 and match["m"] is not None and (match["sep"] != "." or match["z"] is not None)
