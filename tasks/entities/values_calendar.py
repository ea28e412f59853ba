"""The calendar behind dates in words: anchors, intervals and their ISO 8601 forms."""

from __future__ import annotations

import calendar
import re
from datetime import date, timedelta

_MONTH_NAMES = (
    ("january", "jan"), ("february", "feb"), ("march", "mar"), ("april", "apr"), ("may",), ("june", "jun"),
    ("july", "jul"), ("august", "aug"), ("september", "sept", "sep"), ("october", "oct"), ("november", "nov"),
    ("december", "dec"),
)  # fmt: skip
MONTHS = {name: number for number, names in enumerate(_MONTH_NAMES, start=1) for name in names}
WEEKDAYS = {
    name: number
    for number, names in enumerate((
        ("monday", "mon"), ("tuesday", "tues", "tue"), ("wednesday", "wed"), ("thursday", "thurs", "thu"),
        ("friday", "fri"), ("saturday", "sat"), ("sunday", "sun"),
    ))
    for name in names
}  # fmt: skip
SEASONS = {"spring": 21, "summer": 22, "autumn": 23, "fall": 23, "winter": 24}  # ISO 8601-2 (EDTF) codes

# Words in the same clause, before a date without a year or week, that put it in the future ...
FUTURE = re.compile(
    r"\b(?:will|would|shall|scheduled|slated|planned|plans?|planning|expected|expects?|upcoming|deadline|set to|set for|"
    r"to be|is to|are to|going to|ahead of|hopes?|aims?|intends?|begins|opens|starts|resumes|kicks off|takes effect|"
    r"tak(?:e|ing) place|due|meets?|goes|go|resumes?|hosts|faces|holds|visits|arrives|returns|flies|travels|departs|reopens|reconvenes|convenes|expires|concludes|ends)\b",
    re.IGNORECASE,
)
# Words in the same clause that put such a date in the past.
PAST = re.compile(
    r"\b(?:was|were|had|began|took|came|held|won|lost|fell|rose|died|left|met|went|made|fled|struck|broke|sank|shot|got|became|[a-z]{2,}ed(?<!scheduled)(?<!need))\b"
)
# ... and words that do so only right in front of it: "by Friday", but not "rose by 3 percent on Friday".
FUTURE_RIGHT_BEFORE = re.compile(
    r"\b(?:by|until|till|before|starting|effective|as of)(?: the| (?:noon|midnight|midday|the end of|\d{1,2}(?:[:.]\d\d)? ?[ap]\.?m\.?)(?: on)?)? $",
    re.IGNORECASE,
)
LOOK_BACK_CHARS = 90  # about fifteen words: the verb of the clause stands nearer than that
SENTENCE_END = re.compile(r"[.!?;]\s|\n")


def is_future(text: str, pos: int) -> bool:
    """Whether the clause before `pos` speaks of something to come."""
    clause = _clause(text, pos)
    return FUTURE_RIGHT_BEFORE.search(clause) is not None or FUTURE.search(clause) is not None


def is_past(text: str, pos: int) -> bool:
    """Whether the clause before `pos` tells of something that was, and of nothing to come."""
    return PAST.search(_clause(text, pos)) is not None and not is_future(text, pos)


def _clause(text: str, pos: int) -> str:
    before = text[max(0, pos - LOOK_BACK_CHARS) : pos]
    ends = [m.end() for m in SENTENCE_END.finditer(before)]
    return before[ends[-1] :] if ends else before


def day(year: int, month: int, number: int) -> date | None:
    """The date, or None if the calendar has no such day."""
    if (
        not 1 <= year <= 9999
        or not 1 <= month <= 12
        or not 1 <= number <= calendar.monthrange(year, month)[1]
    ):
        return None
    return date(year, month, number)


def month_value(year: int, month: int) -> str:
    """`2024-02`."""
    return f"{year:04d}-{month:02d}"


def months_interval(year: int, first: int, last: int) -> str:
    """`2024-01/2024-03`."""
    return f"{month_value(year, first)}/{month_value(year, last)}"


def week_interval(anchor: date, weeks: int) -> str:
    """Monday to Sunday of the week that lies `weeks` after the one of `anchor`."""
    monday = anchor - timedelta(days=anchor.weekday()) + timedelta(weeks=weeks)
    return f"{monday}/{monday + timedelta(days=6)}"


def weekend_interval(anchor: date, weeks: int) -> str:
    """Saturday to Sunday of the week that lies `weeks` after the one of `anchor`."""
    saturday = anchor - timedelta(days=anchor.weekday()) + timedelta(days=5, weeks=weeks)
    return f"{saturday}/{saturday + timedelta(days=1)}"


def shift_months(anchor: date, months: int) -> date:
    """The same day of another month, or that month's last day."""
    count = anchor.year * 12 + anchor.month - 1 + months
    year, month = min(max(count // 12, 1), 9999), count % 12 + 1
    return date(year, month, min(anchor.day, calendar.monthrange(year, month)[1]))


def shift_days(anchor: date, days: int) -> date | None:
    """None where the calendar ends."""
    try:
        return anchor + timedelta(days=days)
    except OverflowError:
        return None


def year_of_day(anchor: date, month: int, number: int, *, future: bool, past: bool = False) -> int | None:
    """The year a day without one means: the nearest, where the side nobody speaks of counts double.

    News looks back: "December 28" in January is last month, "March 15" in October was in spring. With `past` it is none
    of the days to come.
    """
    candidates = [
        d for year in (anchor.year, anchor.year - 1, anchor.year + 1) if (d := day(year, month, number))
    ]
    weight = (2, 1) if future else (1, 20) if past else (1, 2)

    def cost(candidate: date) -> int:
        days = (candidate - anchor).days
        return -days * weight[0] if days < 0 else days * weight[1]

    return min(candidates, key=cost).year if candidates else None


def year_of_month(anchor: date, month: int, *, future: bool, past: bool = False) -> int:
    """The year a month without one means, by the same rule, in months."""
    weight = (2, 1) if future else (1, 20) if past else (1, 2)

    def cost(year: int) -> int:
        months = (year - anchor.year) * 12 + month - anchor.month
        return -months * weight[0] if months < 0 else months * weight[1]

    return min((anchor.year, anchor.year - 1, anchor.year + 1), key=cost)


def weekday_date(anchor: date, weekday: int, *, future: bool) -> date | None:
    """The latest such day up to the anchor; with `future` the first one from the anchor on."""
    if future:
        return shift_days(anchor, (weekday - anchor.weekday()) % 7)
    return shift_days(anchor, -((anchor.weekday() - weekday) % 7))


def full_year(digits: str, anchor: date | None) -> int:
    """`24` is 2024, `98` is 1998: at most ten years ahead of the anchor (2026 without one)."""
    if len(digits) == 4:
        return int(digits)
    now = anchor.year if anchor else 2026  # the year these rules were written: only the century hangs on it
    year = now // 100 * 100 + int(digits)
    return year - 100 if year > now + 10 else year
