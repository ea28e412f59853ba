"""Parts of years and longer periods: quarters, halves, fiscal years, seasons, centuries."""

from __future__ import annotations

import calendar
import re
from collections.abc import Sequence
from datetime import date

from tasks.entities.spans import Span
from tasks.entities.values import calendar as cal
from tasks.entities.values.dates import MONTH, YEAR, Found, Place, day_month_date, month_date
from tasks.entities.values.numbers import ORDINALS, Number, read_number

_YEAR_TAIL = (
    r"(?:,? (?:of |in )?(?:the )?(?:(?:fiscal|financial) (?:year )?)?"
    r"(?:(?P<y>(?:19|20)\d\d)(?:[-–/]\d\d)?(?!\d)|(?:FY ?(?P<fy>\d{4}|\d{2})(?:[-–/]\d\d)?(?!\d))|(?P<rel>last|this|next) year\b|(?P<same>current year|year)\b))"
)
PART_OF_YEAR = re.compile(
    r"(?P<n>first|second|third|fourth|1st|2nd|3rd|4th|final|last|latter|opening)[ -](?:fiscal |financial |calendar )?(?P<k>quarter|half)\b"
    + _YEAR_TAIL
    + "?",
    re.IGNORECASE,
)
FIRST_MONTHS = re.compile(
    r"(?P<n>first|last|final) (?P<c>\w+)[ -](?P<u>month|quarter)s?" + _YEAR_TAIL, re.IGNORECASE
)
QUARTER_CODE = re.compile(
    r"(?P<k>[QH])(?P<n>[1-4])(?:\b|(?=FY))(?:[ /-]?" + _YEAR_TAIL.replace(",? ", "(?:,? )?") + ")?"
)
CODE_QUARTER = re.compile(r"(?P<n>[1-4])(?P<k>[QH]) ?(?:FY ?)?['’]?(?P<y>(?:20)?\d\d)?(?!\w)")
FISCAL = re.compile(
    r"(?:FY|(?:fiscal|financial) (?:year )?) ?['’]?(?P<a>(?:19|20)?\d\d)(?:[-–/](?P<b>(?:20)?\d\d))?(?!\w)",
    re.IGNORECASE,
)
WHOLE_YEAR = re.compile(r"(?:whole|full|entire) (?:year )?(?:of )?(?P<y>(?:19|20)\d\d)(?!\w)", re.IGNORECASE)
_SEASON = r"spring|summer|autumn|winter"
SEASON_YEAR = re.compile(rf"(?P<s>{_SEASON}|fall)(?: of)? (?P<y>(?:19|20)\d\d)(?!\w)", re.IGNORECASE)
CENTURY = re.compile(
    rf"(?:(?P<n>\d{{1,2}})(?:st|nd|rd|th)|(?P<w>(?:twenty-)?(?:{'|'.join(ORDINALS)})))[ -]century\b",
    re.IGNORECASE,
)


_FIRST_MONTHS_ALONE = re.compile(
    r"first (?P<c>\w+)[ -]months(?=[.,;:)]|$|\n| (?:compared|from|against|as|while|up|down|after|with|when|versus|thanks|because|and)\b)",
    re.IGNORECASE,
)
_IN_THE_BEFORE = re.compile(r"\b(?:in|for|during|over) the $", re.IGNORECASE)


def _first_months(place: Place) -> Found | None:
    """`in the first 10 months`, and of nothing else: of the year that is, or the one that just was."""
    match = _FIRST_MONTHS_ALONE.match(place.text, place.pos)
    if match is None or not _IN_THE_BEFORE.search(place.text, max(0, place.pos - 11), place.pos):
        return None
    number = read_number(match["c"], 0)
    if number is None or number.high is not None or number.end != len(match["c"]) or not 1 < number.low <= 12:
        return None
    count = int(number.low)
    if place.anchor is None:
        return Found(match.end(), "DATE", f"XXXX-01/XXXX-{count:02d}")
    year = place.anchor.year - (place.anchor.month < count)
    return Found(match.end(), "DATE", cal.months_interval(year, 1, count))


def part_of_year(place: Place) -> Found | None:
    """`first quarter of 2024`, `second half of the year`, `first 10 months of 2021`."""
    text, pos = place.text, place.pos
    if match := FIRST_MONTHS.match(text, pos):
        number = read_number(match["c"], 0)
        if (
            number is not None
            and number.high is None
            and number.end == len(match["c"])
            and 1 <= number.low <= (12 if match["u"].lower() == "month" else 4)
        ):
            year, count = _tail_year(match, place.anchor), int(number.low)
            count *= 1 if match["u"].lower() == "month" else 3
            months = (1, count) if match["n"].lower() == "first" else (13 - count, 12)
            return Found(match.end(), "DATE", None if year is None else cal.months_interval(year, *months))
    match = PART_OF_YEAR.match(text, pos)
    if match is None:
        return _first_months(place)
    parts = 4 if match["k"].lower() == "quarter" else 2
    name = match["n"].lower()
    number_of = (
        {"final": parts, "last": parts, "latter": 2, "opening": 1}.get(name)
        or ORDINALS.get(name)
        or int(name[0])
    )
    has_year = bool(match["y"] or match["fy"] or match["rel"] or match["same"])
    if not has_year and (found := ended(place, match.end(), 12 // parts)):
        return found
    if (parts == 2 and not has_year) or number_of > parts or (name == "last" and not has_year):
        return None
    return _part_found(match, place, number_of, parts)


_HALF_ALONE = re.compile(r"(?P<n>first|second)[ -]half(?=[.,;:)]|$|\n)", re.IGNORECASE)
_FIGURES = frozenset({"MONEY", "PERCENT"})
_FIGURES_REACH_CHARS = 80


def half_in_figures(place: Place, found: Sequence[Span]) -> Found | None:
    """`rose 7.5% in the first half.`: of the year; without money or percent before it, of a match."""
    match = _HALF_ALONE.match(place.text, place.pos)
    near = [s for s in found[-3:] if s.type in _FIGURES and place.pos - s.end < _FIGURES_REACH_CHARS]
    if match is None or not near or not _IN_THE_BEFORE.search(place.text, max(0, place.pos - 11), place.pos):
        return None
    value = _part_value(None, 1 if match["n"].lower() == "first" else 2, 2, place)
    return Found(match.end(), "DATE", value)


_MONTHS_QUARTER = re.compile(
    rf"(?P<a>{MONTH})(?:(?:-to-| to | through | ?[-–—] ?)(?P<b>{MONTH}))?(?: (?P<y>{YEAR}))? quarter\b"
    rf"(?:,? (?:of |in )?(?P<y2>{YEAR}))?"
)


def months_quarter(place: Place) -> Found | None:
    """`January to March quarter`, `June quarter of 2023`: the three months that are named, or end with the one named."""
    match = _MONTHS_QUARTER.match(place.text, place.pos)
    if match is None:
        return None
    last = cal.MONTHS[(match["b"] or match["a"]).lower()]
    first = cal.MONTHS[match["a"].lower()] if match["b"] else last - 2
    if (last - first) % 12 != 2 or (not match["b"] and last % 3):
        return None
    year = int(match["y"] or match["y2"] or 0)
    if not year and place.anchor is not None:
        year = cal.year_of_month(place.anchor, last, future=cal.is_future(place.text, place.pos))
    if not year:
        return Found(match.end(), "DATE", f"XXXX-{first:02d}/XXXX-{last:02d}")
    value = f"{cal.month_value(year - (last < first), first)}/{cal.month_value(year, last)}"
    return Found(match.end(), "DATE", value)


_HALF_BEFORE = re.compile(r"\b(?:in|for|of|during|since|from|the|vs|versus|with|and|to) $", re.IGNORECASE)
_HALF_AFTER = re.compile(
    r"[.,;:)]|$| (?:was|is|were|of|and|to|results?|profits?|earnings|sales|revenues?|on|as|this|last|at)\b"
)


def quarter_code(place: Place) -> Found | None:
    """`Q3 2024`, `Q3`, `in H1`; not `H1` as a visa or a heading."""
    match = QUARTER_CODE.match(place.text, place.pos)
    if match is None or (match["k"] == "H" and not _is_half(match, place)):
        return None
    return _part_found(match, place, int(match["n"]), 4 if match["k"] == "Q" else 2)


def _is_half(match: re.Match[str], place: Place) -> bool:
    if int(match["n"]) > 2:
        return False
    before = place.text[max(0, place.pos - 8) : place.pos]
    has_year = bool(match["y"] or match["fy"] or match["rel"] or match["same"])
    return has_year or bool(_HALF_BEFORE.search(before) and _HALF_AFTER.match(place.text, match.end()))


def code_quarter(place: Place) -> Found | None:
    """`3Q24`, `1H2024`."""
    match = CODE_QUARTER.match(place.text, place.pos)
    if match is None or (match["k"] == "H" and (int(match["n"]) > 2 or not match["y"])):
        return None
    year = cal.full_year(match["y"], place.anchor) if match["y"] else None
    parts = 4 if match["k"] == "Q" else 2
    return Found(match.end(), "DATE", _part_value(year, int(match["n"]), parts, place))


def _part_found(match: re.Match[str], place: Place, number: int, parts: int) -> Found:
    year = _tail_year(match, place.anchor)
    if match["fy"] and year is not None and (start := _fiscal_start(place)):
        return Found(match.end(), "DATE", _fiscal_part(year, number, 12 // parts, start))
    return Found(match.end(), "DATE", _part_value(year, number, parts, place))


# Where a fiscal year that is called by its last year starts in April (India) or July, by what stands near it.
_FROM_APRIL = re.compile(r"₹|\b(?:Rs|INR|crore|lakh|Indian?|Mumbai|Delhi|Bengaluru)\b")
_FROM_JULY = re.compile(
    r"\b(?:Pakistani?|Karachi|Islamabad|Lahore|PKR|Bangladeshi?|Dhaka|Tk|BDT|Australian?|A\$|Egypt(?:ian)?|EGP)\b"
)
_NEAR_CHARS = 300


def _fiscal_start(place: Place) -> int:
    """The first month of the fiscal year this text counts by, 0 where nothing near tells."""
    near = place.text[max(0, place.pos - _NEAR_CHARS) : place.pos + _NEAR_CHARS]
    return 7 if _FROM_JULY.search(near) else 4 if _FROM_APRIL.search(near) else 0


def _fiscal_part(year: int, number: int, size: int, start: int) -> str:
    first = date(year - 1, start, 1)
    begin, end = cal.shift_months(first, (number - 1) * size), cal.shift_months(first, number * size - 1)
    return f"{cal.month_value(begin.year, begin.month)}/{cal.month_value(end.year, end.month)}"


def _part_value(year: int | None, number: int, parts: int, place: Place) -> str | None:
    size = 12 // parts
    first = (number - 1) * size + 1
    if year is None:
        if place.anchor is None:
            return f"XXXX-{first:02d}/XXXX-{first + size - 1:02d}"
        year = place.anchor.year - (first > place.anchor.month)
        if cal.is_future(place.text, place.pos) and first > place.anchor.month:
            year = place.anchor.year
    return cal.months_interval(year, first, first + size - 1)


def _tail_year(match: re.Match[str], anchor: date | None) -> int | None:
    groups = match.groupdict()
    if groups.get("y"):
        return int(groups["y"])
    if groups.get("fy"):
        return cal.full_year(groups["fy"], anchor)
    if anchor is None or not (groups.get("rel") or groups.get("same")):
        return None
    return anchor.year + {"last": -1, "next": 1}.get((groups.get("rel") or "").lower(), 0)


def fiscal_year(place: Place) -> Found | None:
    """`fiscal 2023` (2023), `FY2023-24` (2023/2024)."""
    match = FISCAL.match(place.text, place.pos)
    if match is None:
        return None
    first = cal.full_year(match["a"], place.anchor)
    if match["b"] is None:
        return Found(match.end(), "DATE", str(first))
    last = int(match["b"]) if len(match["b"]) == 4 else first // 100 * 100 + int(match["b"])
    return Found(match.end(), "DATE", f"{first}/{last}") if last > first else None


def whole_year(place: Place) -> Found | None:
    """`whole year of 2020`, `full-year 2020`."""
    match = WHOLE_YEAR.match(place.text, place.pos)
    return None if match is None else Found(match.end(), "DATE", match["y"])


def season(place: Place) -> Found | None:
    """`summer 2024`, with the season codes of ISO 8601-2."""
    match = SEASON_YEAR.match(place.text, place.pos)
    return (
        None
        if match is None
        else Found(match.end(), "DATE", f"{match['y']}-{cal.SEASONS[match['s'].lower()]}")
    )


def century(place: Place) -> Found | None:
    """`21st century`, `twenty-first century`: 20XX."""
    match = CENTURY.match(place.text, place.pos)
    if match is None:
        return None
    tens, _, last = (match["w"] or "").lower().rpartition("-")
    number = int(match["n"]) if match["n"] else ORDINALS[last] + (20 if tens else 0)
    if not 1 <= number <= 99:
        return None
    return Found(match.end(), "DATE", f"{number - 1:02d}XX")


_ENDED = re.compile(
    r"(?: period)?(?:,? (?:that )?(?:end(?:ed|ing|s)|through|to|up to)(?: on| in)?(?: the)?(?: end of)? )",
    re.IGNORECASE,
)
_PERIOD = re.compile(
    r"(?P<fiscal>(?:fiscal|financial|calendar) )?(?P<u>year|half(?:[ -]year)?|quarter|week)(?=[ ,](?:that )?(?:end|through\b|to\b|up to\b))",
    re.IGNORECASE,
)
_MONTHS_IN = {"month": 1, "quarter": 3, "half": 6, "year": 12}


def period_to(place: Place) -> Found | None:
    """`year ended March 31`, `quarter to June`, from its unit."""
    match = _PERIOD.match(place.text, place.pos)
    if match is None or match["u"].lower() == "week":
        return None
    return ended(
        place,
        match.end(),
        _MONTHS_IN[match["u"].lower()[:4] if match["u"].lower().startswith("half") else match["u"].lower()],
    )


def months_to(place: Place, end: int, unit: str, number: Number) -> Found | None:
    """`three months to June`, `six months ended June 30`: behind the unit, which ends at `end`."""
    if number.high is not None or not 1 <= number.low * _MONTHS_IN.get(unit, 0) <= 36:
        return None
    return ended(place, end, int(number.low) * _MONTHS_IN[unit])


def ended(place: Place, end: int, count: int) -> Found | None:
    """The `count` months that end with the month, or on the day, which stands behind `end`."""
    join = _ENDED.match(place.text, end)
    if join is None:
        return None
    after = place.at(join.end())
    found = month_date(after) or (
        day_month_date(after) if place.text[after.pos : after.pos + 1].isdigit() else None
    )
    if found is None or not found.value or found.value.startswith("X") or "/" in found.value:
        return None
    year, month, *rest = (int(x) for x in found.value.split("-"))
    last = cal.day(year, month, rest[0]) if rest else None
    if last is None or last == cal.shift_months(last, 0).replace(day=calendar.monthrange(year, month)[1]):
        first = cal.shift_months(date(year, month, 1), 1 - count)
        return Found(
            found.end, "DATE", f"{cal.month_value(first.year, first.month)}/{cal.month_value(year, month)}"
        )
    start = cal.shift_days(cal.shift_months(last, -count), 1)
    return None if start is None else Found(found.end, "DATE", f"{start}/{last}")
