"""Dates that lean on the one told before them: `the following day`, `a year earlier`, `the month before`."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from datetime import date

from tasks.entities.spans import Span
from tasks.entities.values import calendar as cal
from tasks.entities.values.dates import Found, Place
from tasks.entities.values.numbers import Number

_UNITS = "day|week|fortnight|month|quarter|year|decade"
_NEXT_TO = re.compile(
    rf"(?P<r>following|next|previous|preceding) (?P<u>{_UNITS}|morning|afternoon|evening|night)\b(?!-|[’']s)",
    re.IGNORECASE,
)
_BEFORE = re.compile(
    r"(?P<u>day|night|week|month|year) (?P<r>before|after)(?=[.,;:)!?\"”]|$|\n| (?:and|but|when|while|as|in|at|by)\b)"
)
_SAME = re.compile(r"same (?P<u>day|night|week|month|year)\b(?=[.,;:)!?\"”]|$|\n)", re.IGNORECASE)
_A_UNIT = re.compile(
    rf"an? (?P<u>{_UNITS}) (?P<r>earlier|later|before(?=[.,;:)!?]|$|\n))\b(?! than\b)", re.IGNORECASE
)
_REACH_CHARS = 250  # two sentences: farther back another date is meant
_MONTHS = {"month": 1, "quarter": 3, "year": 12, "decade": 120}
_DAYS = {"day": 1, "week": 7, "fortnight": 14}
_AHEAD = frozenset({"following", "next", "after", "later"})
_LENGTHS = {"year": len("2024"), "month": len("2024-02"), "day": len("2024-02-05")}
_PRECISION = {length: unit for unit, length in _LENGTHS.items()}


def next_to_told(place: Place, found: Sequence[Span]) -> Found | None:
    """`the following day`, `the previous year`: the unit beside the one of the date before."""
    match = _NEXT_TO.match(place.text, place.pos)
    if match is None or place.text[max(0, place.pos - 4) : place.pos].lower() != "the ":
        return None
    unit = match["u"].lower()
    is_time = unit not in _UNITS.split("|")
    if match["r"].lower() == "next" and not (is_time or unit == "day"):
        return None  # `the next week` leans on the day of publication
    return _beside(place, match, found, "day" if is_time else unit, "TIME" if is_time else "DATE")


def before_told(place: Place, found: Sequence[Span]) -> Found | None:
    """`the day before,`: the end of a clause, or its beginning with a comma."""
    match = _BEFORE.match(place.text, place.pos)
    if match is None or place.text[max(0, place.pos - 4) : place.pos].lower() != "the ":
        return None
    is_time = match["u"] == "night"
    return _beside(place, match, found, "day" if is_time else match["u"], "TIME" if is_time else "DATE")


def same_as_told(place: Place, found: Sequence[Span]) -> Found | None:
    """`flown out the same day.`: the date before."""
    match = _SAME.match(place.text, place.pos)
    if match is None:
        return None
    unit = "day" if match["u"] == "night" else match["u"]
    told = next(_told(place, found, unit), None)
    if told is None or "/" in told:
        return None
    value = _unit_beside(told, unit, 0) if unit == "week" else told[: _LENGTHS[unit]]
    return Found(match.end(), "TIME" if match["u"] == "night" else "DATE", value)


def a_unit_from_told(place: Place, found: Sequence[Span]) -> Found | None:
    """`a year earlier`: the date before, one year back, as exact as it was told; with none told, from publication."""
    match = _A_UNIT.match(place.text, place.pos)
    if match is None:
        return None
    unit, steps = match["u"].lower(), 1 if match["r"].lower() in _AHEAD else -1
    told = next(_told(place, found, unit), None)
    if told is None and unit in ("year", "decade") and steps < 0 and place.anchor is not None:
        told = f"{place.anchor.year:04d}"
    return Found(match.end(), "DATE", None if told is None else _shifted(told, unit, steps))


_LATER = re.compile(
    r"[ -](?P<u>day|week|fortnight|month|year|decade)s? (?P<r>later|earlier)\b(?! than\b)", re.IGNORECASE
)


def units_from_told(place: Place, number: Number, found: Sequence[Span]) -> Found | None:
    """`two days later`, behind the number: counted from the date before; with none told, a length of time."""
    match = _LATER.match(place.text, number.end)
    if (
        match is None
        or number.high is not None
        or number.low != number.low.to_integral_value()
        or number.low > 1_000
    ):
        return None
    unit, steps = match["u"].lower(), int(number.low) * (1 if match["r"].lower() in _AHEAD else -1)
    told = next(_told(place, found, unit), None)
    value = None if told is None else _shifted(told, unit, steps)
    return None if value is None else Found(match.end(), "DATE", value)


def _told(place: Place, found: Sequence[Span], unit: str) -> Iterator[str]:
    """Values of the dates before, the nearest first, that are exact enough to count such units from."""
    for span in reversed(found[-6:]):
        if place.pos - span.end > _REACH_CHARS:
            return
        value = span.value or ""
        first = value.split("/")[0]
        precision = _PRECISION.get(len(first))
        if span.type not in ("DATE", "TIME") or precision is None or not first.replace("-", "").isdecimal():
            continue
        if precision == "day" or unit not in _DAYS:
            yield value


def _beside(place: Place, match: re.Match[str], found: Sequence[Span], unit: str, kind: str) -> Found:
    told = next(_told(place, found, unit), None)
    if told is None:
        return Found(match.end(), kind, None)
    steps = 1 if match["r"].lower() in _AHEAD else -1
    parts = told.split("/")
    edge = parts[-1] if steps > 0 else parts[0]
    return Found(match.end(), kind, _unit_beside(edge, unit, steps))


def _unit_beside(edge: str, unit: str, steps: int) -> str | None:
    """The whole week, month or year behind or before the one that `edge` is in."""
    year, month, number = _numbers(edge)
    if unit == "week":
        return cal.week_interval(date(year, month, number), steps)
    if unit in ("month", "quarter"):
        return _shifted(edge[: len("2024-02")], unit, steps) if len(edge) > len("2024") else None
    if unit in ("year", "decade"):
        return f"{year + steps * (10 if unit == 'decade' else 1):04d}"
    return _shifted(edge, unit, steps)


def _numbers(value: str) -> tuple[int, int, int]:
    year, month, number = (*(int(x) for x in value.split("-")), 1, 1)[:3]
    return year, month, number


def _shifted(told: str, unit: str, steps: int) -> str | None:
    """A date or interval moved by one unit; a day that is moved by months or years gives the month or the year."""
    values = [_one_shifted(part, unit, steps) for part in told.split("/")]
    return None if None in values else "/".join(v for v in values if v)


def _one_shifted(part: str, unit: str, steps: int) -> str | None:
    year, month, number = _numbers(part)
    if cal.day(year, month, number) is None:
        return None
    if unit in _DAYS:
        day = cal.shift_days(date(year, month, number), steps * _DAYS[unit])
        return None if day is None else str(day)
    moved = cal.shift_months(date(year, month, 1), steps * _MONTHS[unit])
    if unit in ("year", "decade") and len(part) != len("2024-02"):
        return f"{moved.year:04d}"
    return cal.month_value(moved.year, moved.month) if len(part) > len("2024") else f"{moved.year:04d}"
