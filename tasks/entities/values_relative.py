"""Dates that lean on the day of publication, parts of years, durations and times of day."""

from __future__ import annotations

import re
from datetime import date
from decimal import Decimal

from tasks.entities import values_calendar as cal
from tasks.entities import values_dates as dates
from tasks.entities.values_dates import Found, Place
from tasks.entities.values_numbers import FRACTIONS, ORDINALS, Number, plain, read_number

_UNIT = r"(?P<u>second|minute|hour|day|week|weekend|fortnight|month|quarter|year|decade|century|centurie)(?P<s>s?)\b"
_SEASON = r"spring|summer|autumn|winter"
RELATIVE = re.compile(
    r"(?P<r>last|past|previous|this|next|coming|current|upcoming)[ -]"
    rf"(?:{_UNIT}|(?P<part>morning|afternoon|evening|night)\b|(?P<season>{_SEASON})\b|(?P<fiscal>(?:fiscal|financial) year)\b)",
    re.IGNORECASE,
)
RELATIVE_NUMBER = re.compile(
    r"(?P<r>last|past|previous|next|coming)[ -](?P<few>few |couple of |several )?", re.IGNORECASE
)
UNIT_AFTER = re.compile(rf"[ \u00a0-]{_UNIT}", re.IGNORECASE)
DURATION_TAIL = re.compile(r"(?P<old>[ -]olds?\b)|(?P<ago> ago\b)", re.IGNORECASE)
A_UNIT_AGO = re.compile(rf"an? {_UNIT} ago\b", re.IGNORECASE)
_YEAR_TAIL = (
    r"(?:,? (?:of |in )?(?:the )?(?:(?:fiscal|financial) (?:year )?)?"
    r"(?:(?P<y>(?:19|20)\d\d)(?:[-–/]\d\d)?(?!\d)|(?:FY ?(?P<fy>\d{2}|\d{4})(?!\d))|(?P<rel>last|this|next) year\b|(?P<same>current year|year)\b))"
)
PART_OF_YEAR = re.compile(
    r"(?P<n>first|second|third|fourth|1st|2nd|3rd|4th|final|last|latter|opening)[ -](?P<k>quarter|half)\b"
    + _YEAR_TAIL
    + "?",
    re.IGNORECASE,
)
FIRST_MONTHS = re.compile(r"(?P<n>first|last|final) (?P<c>\w+)[ -](?P<u>month)s?" + _YEAR_TAIL, re.IGNORECASE)
QUARTER_CODE = re.compile(
    r"(?P<k>[QH])(?P<n>[1-4])\b(?:[ /-]?" + _YEAR_TAIL.replace(",? ", "(?:,? )?") + ")?"
)
CODE_QUARTER = re.compile(r"(?P<n>[1-4])(?P<k>[QH]) ?['’]?(?P<y>(?:20)?\d\d)?(?!\w)")
FISCAL = re.compile(
    r"(?:FY|(?:fiscal|financial) (?:year )?) ?['’]?(?P<a>(?:19|20)?\d\d)(?:[-–/](?P<b>(?:20)?\d\d))?(?!\w)",
    re.IGNORECASE,
)
PART_PREFIX = re.compile(r"(?:early|mid|late|end)[ -](?:to[ -](?:mid|late)[ -])?", re.IGNORECASE)
WHOLE_YEAR = re.compile(r"(?:whole|full|entire) (?:year )?(?:of )?(?P<y>(?:19|20)\d\d)(?!\w)", re.IGNORECASE)
SEASON_YEAR = re.compile(rf"(?P<s>{_SEASON}|fall)(?: of)? (?P<y>(?:19|20)\d\d)(?!\w)", re.IGNORECASE)
CENTURY = re.compile(r"(?P<n>\d{1,2})(?:st|nd|rd|th)[ -]century\b", re.IGNORECASE)
CLOCK = re.compile(
    r"(?P<h>\d{1,2})(?:(?P<sep>[:.h])(?P<m>[0-5]\d))?(?::(?P<sec>[0-5]\d))?(?!\d) ?(?:(?P<ap>[ap])(?:\.m\.|\.?m\b))?(?: ?(?P<z>GMT|UTC|Z)\b)?",
    re.IGNORECASE,
)
MILITARY = re.compile(r"(?P<h>[01]\d|2[0-3])(?P<m>[0-5]\d) (?P<z>GMT|UTC|hours|hrs)\b")
EARLIEST = 1000  # "5,000 years ago" is not a year
RELATIVE_DAYS = {"today": 0, "yesterday": -1, "tomorrow": 1}
ISO_UNITS = {"day": "D", "week": "W", "month": "M", "year": "Y"}
CLOCK_UNITS = {"hour": "H", "minute": "M", "second": "S"}
MULTIPLES = {
    "fortnight": ("week", 2),
    "quarter": ("month", 3),
    "decade": ("year", 10),
    "century": ("year", 100),
}
DAYS_IN = {"day": 1, "week": 7}


def relative_day(place: Place, word: str) -> Found:
    """`today`, `yesterday`, `tomorrow`."""
    day = None if place.anchor is None else cal.shift_days(place.anchor, RELATIVE_DAYS[word])
    return Found(place.pos + len(word), "DATE", None if day is None else str(day))


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
        else _span_of_time(
            place.anchor, number, unit["u"].lower(), ahead=match["r"].lower() in ("next", "coming")
        )
    )
    return Found(unit.end(), kind, value)


def _this_weekday(place: Place) -> Found | None:
    match = re.compile(r"this ", re.IGNORECASE).match(place.text, place.pos)
    return None if match is None else _named_after(place, match.end(), "this")


def _relative_name(place: Place, match: re.Match[str]) -> Found | None:
    word = match["r"].lower()
    return None if match["few"] or word in ("past", "previous") else _named_after(place, match.end(), word)


def _named_after(place: Place, pos: int, word: str) -> Found | None:
    """A weekday or month behind `last`, `this`, `next`."""
    found = dates.weekday_date(place.at(pos)) or dates.month_date(place.at(pos))
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
            _span_of_time(anchor, Number(Decimal(1), None, 0, in_digits=False), unit or "year", ahead=False),
        )
    return Found(match.end(), kind, _unit_value(match, anchor, steps))


def _unit_value(match: re.Match[str], anchor: date, steps: int) -> str | None:
    unit = (match["u"] or "").lower()
    if match["season"]:
        return f"{anchor.year + steps}-{cal.SEASONS[match['season'].lower()]}"
    if match["fiscal"] or unit == "year":
        return f"{anchor.year + steps:04d}"
    if unit == "week":
        return cal.week_interval(anchor, steps)
    if unit == "fortnight":
        return None
    if unit == "weekend":
        return cal.weekend_interval(anchor, steps)
    if unit == "month":
        moved = cal.shift_months(anchor.replace(day=1), steps)
        return cal.month_value(moved.year, moved.month)
    if unit == "quarter":
        moved = cal.shift_months(anchor.replace(day=1), 3 * steps)
        first = (moved.month - 1) // 3 * 3 + 1
        return cal.months_interval(moved.year, first, first + 2)
    if unit == "decade":
        return f"{anchor.year // 10 + steps}X"
    return f"{anchor.year // 100 + steps}XX" if unit == "century" else None


def _part_of_day(match: re.Match[str], anchor: date | None) -> Found | None:
    word = match["r"].lower()
    steps = {"this": 0, "last": -1, "next": None}.get(word)
    if steps is None:
        return None
    day = None if anchor is None else cal.shift_days(anchor, steps)
    return Found(match.end(), "TIME", None if day is None else str(day))


def _span_of_time(anchor: date | None, number: Number, unit: str, *, ahead: bool) -> str | None:
    """The interval of `number` units that ends (or, `ahead`, starts) on the anchor."""
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


def duration(place: Place, number: Number) -> Found | None:
    """`three years` (P3Y), `48-year-old`, `two years ago` (2022), `10-day`, `five hours` (PT5H)."""
    match = UNIT_AFTER.match(place.text, number.end)
    if match is None or match["u"].lower() in ("centurie", "weekend"):
        return None
    unit = match["u"].lower()
    end, tail = match.end(), DURATION_TAIL.match(place.text, match.end())
    if tail is not None and tail["ago"]:
        return Found(tail.end(), "TIME" if unit in CLOCK_UNITS else "DATE", _ago(place.anchor, unit, number))
    if tail is not None:
        end = tail.end()
    if unit in CLOCK_UNITS:
        return Found(end, "TIME", _duration_value(number, "PT", CLOCK_UNITS[unit], 1))
    base, multiple = MULTIPLES.get(unit, (unit, 1))
    return Found(end, "DATE", _duration_value(number, "P", ISO_UNITS[base], multiple))


def _duration_value(number: Number, prefix: str, letter: str, multiple: int) -> str:
    low = f"{prefix}{plain(number.low * multiple)}{letter}"
    return low if number.high is None else f"{low}/{prefix}{plain(number.high * multiple)}{letter}"


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


def a_unit_ago(place: Place) -> Found | None:
    """`a year ago`, `a decade ago`."""
    match = A_UNIT_AGO.match(place.text, place.pos)
    if match is None:
        return None
    unit = match["u"].lower()
    one = Number(Decimal(1), None, 0, in_digits=False)
    return Found(match.end(), "TIME" if unit in CLOCK_UNITS else "DATE", _ago(place.anchor, unit, one))


def part_of_year(place: Place) -> Found | None:
    """`first quarter of 2024`, `second half of the year`, `first 10 months of 2021`."""
    text, pos = place.text, place.pos
    if match := FIRST_MONTHS.match(text, pos):
        number = read_number(match["c"], 0)
        if (
            number is not None
            and number.high is None
            and number.end == len(match["c"])
            and 1 <= number.low <= 12
        ):
            year, count = _tail_year(match, place.anchor), int(number.low)
            months = (1, count) if match["n"].lower() == "first" else (13 - count, 12)
            return Found(match.end(), "DATE", None if year is None else cal.months_interval(year, *months))
    match = PART_OF_YEAR.match(text, pos)
    if match is None:
        return None
    parts = 4 if match["k"].lower() == "quarter" else 2
    name = match["n"].lower()
    number_of = (
        {"final": parts, "last": parts, "latter": 2, "opening": 1}.get(name)
        or ORDINALS.get(name)
        or int(name[0])
    )
    has_year = bool(match["y"] or match["fy"] or match["rel"] or match["same"])
    if (parts == 2 and not has_year) or number_of > parts or (name == "last" and not has_year):
        return None
    return _part_found(match, place, number_of, parts)


def quarter_code(place: Place) -> Found | None:
    """`Q3 2024`, `H1`, `Q3`."""
    match = QUARTER_CODE.match(place.text, place.pos)
    if match is None or (match["k"] == "H" and (int(match["n"]) > 2 or not match["y"])):
        return None
    return _part_found(match, place, int(match["n"]), 4 if match["k"] == "Q" else 2)


def code_quarter(place: Place) -> Found | None:
    """`3Q24`, `1H2024`."""
    match = CODE_QUARTER.match(place.text, place.pos)
    if match is None or (match["k"] == "H" and (int(match["n"]) > 2 or not match["y"])):
        return None
    year = cal.full_year(match["y"], place.anchor) if match["y"] else None
    parts = 4 if match["k"] == "Q" else 2
    return Found(match.end(), "DATE", _part_value(year, int(match["n"]), parts, place))


def _part_found(match: re.Match[str], place: Place, number: int, parts: int) -> Found:
    return Found(match.end(), "DATE", _part_value(_tail_year(match, place.anchor), number, parts, place))


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


def around(place: Place) -> Found | None:
    """`mid-2023`, `early March`, `late last year`: the date behind, with the word in front of it."""
    match = PART_PREFIX.match(place.text, place.pos)
    if match is None:
        return None
    after = place.at(match.end())
    found = dates.year_date(after) if place.text[match.end() : match.end() + 1].isdigit() else None
    found = found or dates.month_date(after) or relative(after)
    return found if found is not None and found.type == "DATE" else None


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
    """`21st century`: 20XX."""
    match = CENTURY.match(place.text, place.pos)
    if match is None or not 1 <= int(match["n"]) <= 99:
        return None
    return Found(match.end(), "DATE", f"{int(match['n']) - 1:02d}XX")


def clock(place: Place) -> Found | None:
    """`11:34`, `3 p.m.`, `15:00 GMT`, `1030 GMT`, `7h30`."""
    text, pos = place.text, place.pos
    if match := MILITARY.match(text, pos):
        zone = "Z" if match["z"] in ("GMT", "UTC") else ""
        return Found(match.end(), "TIME", f"T{match['h']}:{match['m']}{zone}")
    match = CLOCK.match(text, pos)
    if match is None or not (match["ap"] or match["sep"] in (":", "h", "H") or match["z"]):
        return None
    if not match["ap"] and (match["m"] is None or (match["sep"] == "." and not match["z"])):
        return None
    hour = int(match["h"])
    if match["ap"]:
        if not 1 <= hour <= 12:
            return None
        hour = hour % 12 + (12 if match["ap"].lower() == "p" else 0)
    if hour > 24 or text[match.end() : match.end() + 2][:1] == ":":
        return None
    end = pos + len(match[0].rstrip(" "))
    seconds = f":{match['sec']}" if match["sec"] else ""
    zone = "Z" if match["z"] else ""
    return Found(end, "TIME", f"T{hour:02d}:{match['m'] or '00'}{seconds}{zone}")


def fraction_name(word: str) -> int | None:
    """`third` is 3, for `two thirds`."""
    return FRACTIONS.get(word.lower())
