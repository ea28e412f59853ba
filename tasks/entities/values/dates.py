"""Dates written with months, weekdays or digits: `February 5`, `5-7 May 2024`, `2008-2023`, `the 1990s`.

Every finder looks at one place of the text and answers what it found there, or None. Dates without a
year are read against the day of publication; without one their year stays open (`XXXX-02-05`).
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date

from tasks.entities.values import calendar as cal


@dataclass(frozen=True, slots=True)
class Found:
    """What a finder saw: where it ends, its type and its value."""

    end: int
    type: str
    value: str | None


@dataclass(frozen=True, slots=True)
class Place:
    """A place in a text, read against the day of publication."""

    text: str
    pos: int
    anchor: date | None

    def at(self, pos: int) -> Place:
        """Another place of the same text."""
        return Place(self.text, pos, self.anchor)


def spellings(names: dict[str, int]) -> str:
    """Names with a capital or in capitals, longest first, as alternatives of a pattern."""
    forms = sorted(names, key=lambda name: (-len(name), name))
    return "|".join([f.capitalize() for f in forms] + [f.upper() for f in forms])


MONTH = rf"(?:{spellings(cal.MONTHS)})\b"
YEAR = r"(?:1[5-9]|20)\d\d(?![\d%])"
SUFFIX = r"(?:st|nd|rd|th)?"
_TO = r"(?:-to-| ?[-–—] ?| to | and )"
_NOT_MORE = r"(?![\d:%]|[.,]\d|-\d)"
_REL_YEAR = r"(?P<rel>last|this|next) year"

MONTH_DAY = re.compile(
    rf"(?P<m>{MONTH})\.?,? (?P<d>\d{{1,2}}){SUFFIX}(?!\d)(?:(?:(?: ?[-–—] ?)|(?: to ))(?P<d2>\d{{1,2}}){SUFFIX}(?!\d)(?!\w))?"
    rf"(?:,? (?:of )?(?P<y>{YEAR})|,? (?:of )?{_REL_YEAR})?{_NOT_MORE}"
)
MONTH_DAY_MONTH_DAY = re.compile(
    rf"(?P<m>{MONTH})\.? (?P<d>\d{{1,2}}){SUFFIX}(?:,? (?P<y>{YEAR}))? ?[-–—] ?(?P<m2>{MONTH})\.? (?P<d2>\d{{1,2}})"
    rf"{SUFFIX}(?:,? (?P<y2>{YEAR}))?{_NOT_MORE}"
)
DAY_MONTH = re.compile(
    rf"(?P<d>\d{{1,2}}){SUFFIX}(?:{_TO}(?P<d2>\d{{1,2}}){SUFFIX})?(?: of | ?-|,? )(?P<m>{MONTH})\.?"
    rf"(?:-(?P<yd>{YEAR}|\d\d(?!\d))|,? (?:of )?(?P<y>{YEAR})|,? (?:of )?{_REL_YEAR})?"
)
_MONTH_YEAR = (
    rf"(?:,? (?:of |in )?(?P<y>{YEAR})|-(?P<y3>\d\d(?!\d))| ?['’](?P<y2>\d\d)(?!\d)|,? (?:of )?{_REL_YEAR})?"
)
MONTH_YEAR = re.compile(rf"(?P<m>{MONTH})\.?{_MONTH_YEAR}")
MONTHS_YEAR = re.compile(rf"(?P<m>{MONTH})\.?(?P<to>{_TO})(?P<m2>{MONTH})\.?{_MONTH_YEAR}")
ISO_DATE = re.compile(r"(?P<y>\d{4})([-/.])(?P<m>\d{1,2})\2(?P<d>\d{1,2})(?![\d/-]|\.\d)")
CHINESE_DATE = re.compile(r"(?P<y>\d{4})年(?P<m>\d{1,2})月(?P<d>\d{1,2})日")
NUMERIC_DATE = re.compile(r"(?P<a>\d{1,2})([-/.])(?P<b>\d{1,2})\2(?P<y>\d{4}|\d{2})(?![\d/-]|\.\d)")
YEARS = re.compile(
    r"(?P<a>(?:1[5-9]|20)\d\d)(?:(?: ?[-–—] ?|/)(?P<b>(?:1[5-9]|20)\d\d|\d\d))(?![\d/%]|[.,-]\d)(?P<fiscal> (?:fiscal|financial) year\b)?"
)
DECADE = re.compile(r"(?P<y>(?:1[5-9]|20)\d0)['’]?s\b")
YEAR_ONLY = re.compile(rf"(?P<y>{YEAR})(?![:°/]|[.,]\d|-\d|\w)(?: (?:fiscal|financial) year\b)?")


# "2000 people" is a count; "the 2024 elections" is a date.
_COUNTED = re.compile(r" (?:people|men|women|children|soldiers|troops|[a-z]+s)\b")
_YEAR_BEFORE = re.compile(
    r"(?:\b(?:in|since|of|from|by|until|till|during|before|after|the|year|for|early|late|mid|to|through|between|this|fiscal|and)|[(–—-])\s?$",
    re.IGNORECASE,
)
_NUMBER_BEFORE = re.compile(
    r"(?:\b(?:no|nos|number|flight|room|route|resolution|highway|page|section|article|form|model|building|lot|unit|id|code|box|"
    r"ext|tel|phone|fax|fy)\.?\s?|[#+=@])$",
    re.IGNORECASE,
)
_MONTH_BEFORE = re.compile(
    r"\b(?:in|last|next|this|since|until|till|by|of|from|early|mid|late|during|through|for|between|before|after|and|to|every|each|on)[\s-]$",
    re.IGNORECASE,
)
_CLEAR_BEFORE = re.compile(r"\b(?:in|last|next|this|since|until|early|mid|late|during)[\s-]$", re.IGNORECASE)
_NAME_AFTER = re.compile(r" [A-Z][a-z]")


def month_date(place: Place) -> Found | None:
    """A date that starts with a month: with a day, with a year, or the month alone."""
    text, pos = place.text, place.pos
    if (match := MONTH_DAY_MONTH_DAY.match(text, pos)) and (found := _days_over_months(match, place)):
        return found
    if (match := MONTH_DAY.match(text, pos)) and (found := _day_found(match, place)):
        return found
    if (match := MONTHS_YEAR.match(text, pos)) and (found := _months_found(match, place)):
        return found
    match = MONTH_YEAR.match(text, pos)
    return None if match is None else _month_found(match, place)


def day_month_date(place: Place) -> Found | None:
    """`5 February 2024`, `5th of May`, `3-5 May`."""
    match = DAY_MONTH.match(place.text, place.pos)
    return None if match is None else _day_found(match, place)


def numeric_date(place: Place) -> Found | None:
    """`2024-02-05`, `05/02/2024` (the reading nearer to publication), `5.2.2024`, `2024年2月5日`."""
    text, pos = place.text, place.pos
    match = ISO_DATE.match(text, pos) or CHINESE_DATE.match(text, pos)
    if match is not None:
        day = cal.day(int(match["y"]), int(match["m"]), int(match["d"]))
        return None if day is None else Found(match.end(), "DATE", str(day))
    match = NUMERIC_DATE.match(text, pos)
    if match is None or (len(match["y"]) == 2 and match[2] != "/"):
        return None
    first, second, year = int(match["a"]), int(match["b"]), cal.full_year(match["y"], place.anchor)
    days = [d for d in (cal.day(year, second, first), cal.day(year, first, second)) if d]
    if not days or not 1500 <= year <= 2199:
        return None
    anchor = place.anchor
    best = days[0] if anchor is None else min(days, key=lambda d: abs((d - anchor).days))
    return Found(match.end(), "DATE", str(best))


def year_date(place: Place) -> Found | None:
    """A year, a range of years or a decade; None where the digits count something."""
    text, pos = place.text, place.pos
    if match := DECADE.match(text, pos):
        return Found(match.end(), "DATE", match["y"][:3] + "X")
    before = text[max(0, pos - 12) : pos]
    if _NUMBER_BEFORE.search(before):
        return None
    if (match := YEARS.match(text, pos)) and (value := _years_value(match)):
        return Found(match.end(), "DATE", value)
    match = YEAR_ONLY.match(text, pos)
    if match is None or not _is_year(int(match["y"]), text, match.end(), before):
        return None
    return Found(match.end(), "DATE", match["y"])


def _years_value(match: re.Match[str]) -> str | None:
    """`2008-2023` and `2020-21` as intervals, `2020-05` as a month."""
    first, rest = int(match["a"]), match["b"]
    last = int(rest) if len(rest) == 4 else first // 100 * 100 + int(rest)
    if first < last:
        return f"{first}/{last}"
    is_month = len(rest) == 2 and 1 <= int(rest) <= 12 and match[0][4] == "-"
    return f"{first}-{rest}" if is_month else None


def _is_year(year: int, text: str, end: int, before: str) -> bool:
    is_counted = _COUNTED.match(text, end) is not None
    if 1900 <= year <= 2100 and not (is_counted and year % 10 == 0):
        return True
    return _YEAR_BEFORE.search(before) is not None and not (is_counted and not 1900 <= year <= 2100)


def _year_in(match: re.Match[str], place: Place) -> int | None:
    groups = match.groupdict()
    if groups.get("y"):
        return int(groups["y"])
    for name in ("y2", "y3", "yd"):
        if groups.get(name):
            return cal.full_year(groups[name], place.anchor)
    if groups.get("rel") and place.anchor is not None:
        return place.anchor.year + {"last": -1, "this": 0, "next": 1}[groups["rel"]]
    return None


def _days_over_months(match: re.Match[str], place: Place) -> Found | None:
    first, last = cal.MONTHS[match["m"].lower()], cal.MONTHS[match["m2"].lower()]
    year = int(match["y2"] or match["y"] or 0)
    if not year and place.anchor is not None:
        year = cal.year_of_day(place.anchor, last, int(match["d2"]), future=False) or 0
    if not year:
        value = f"XXXX-{first:02d}-{int(match['d']):02d}/XXXX-{last:02d}-{int(match['d2']):02d}"
        return Found(match.end(), "DATE", value)
    start = cal.day(
        int(match["y"] or year) if match["y"] and match["y2"] else year - (first > last),
        first,
        int(match["d"]),
    )
    end = cal.day(year, last, int(match["d2"]))
    return None if start is None or end is None else Found(match.end(), "DATE", f"{start}/{end}")


def _day_found(match: re.Match[str], place: Place) -> Found | None:
    month, number = cal.MONTHS[match["m"].lower()], int(match["d"])
    last = int(match["d2"]) if match["d2"] else None
    if cal.day(2000, month, number) is None or (
        last is not None and (last <= number or cal.day(2000, month, last) is None)
    ):
        return None
    year = _year_in(match, place) or _year_of_range(match, place)
    if year is None and place.anchor is not None:
        future = cal.is_future(place.text, match.start())
        past = cal.is_past(place.text, match.start())
        year = cal.year_of_day(place.anchor, month, number, future=future, past=past)
        year = _not_before(match, place, year, month, number)
    prefix = "XXXX" if year is None else f"{year:04d}"
    value = f"{prefix}-{month:02d}-{number:02d}"
    if last is not None and _is_pair(match, place):  # the second day is found with the month behind it
        return Found(match.end("d"), "DATE", value)
    if last is not None:
        value += f"/{prefix}-{month:02d}-{last:02d}"
    return Found(match.end() - _dot(match), "DATE", value)


_FIRST_OF_RANGE = re.compile(
    rf"\b(?:from|between) (?:(?P<d>\d{{1,2}}){SUFFIX} (?P<m>{MONTH})|(?P<m2>{MONTH})\.? (?P<d2>\d{{1,2}}){SUFFIX})"
    r" (?:to|till|until|through|and) $",
    re.IGNORECASE,
)
_RANGE_CHARS = 40  # `between 14th September and `


def _not_before(match: re.Match[str], place: Place, year: int | None, month: int, number: int) -> int | None:
    """The year of the second day of `from 1 July to 31 August`, which is none before the first day's."""
    start = max(0, match.start() - _RANGE_CHARS)
    first = _FIRST_OF_RANGE.search(place.text[start : match.start()])
    if first is None or year is None or place.anchor is None:
        return year
    month_1, day_1 = cal.MONTHS[(first["m"] or first["m2"]).lower()], int(first["d"] or first["d2"])
    future = cal.is_future(place.text, start + first.start())
    past = cal.is_past(place.text, start + first.start())
    begin = cal.year_of_day(place.anchor, month_1, day_1, future=future, past=past)
    return year if begin is None else begin + ((month, number) < (month_1, day_1))


_BETWEEN = re.compile(r"\bbetween $", re.IGNORECASE)


def _is_pair(match: re.Match[str], place: Place) -> bool:
    """`4 and 11 May` are two days; `between 3 and 5 May` is a time."""
    joined = " and " in match.string[match.end("d") : match.start("d2")]
    return joined and _BETWEEN.search(place.text[max(0, place.pos - 8) : place.pos]) is None


_RANGE_REST = re.compile(
    rf"(?: to | until | through | and | ?[-–—] ?)(?P<m>{MONTH})\.? (?P<d>\d{{1,2}}){SUFFIX},? (?P<y>{YEAR})"
)
_RANGE_REST_DAY_FIRST = re.compile(
    rf"(?: to | until | through | and | ?[-–—] ?)(?P<d>\d{{1,2}}){SUFFIX} (?P<m>{MONTH})\.?,? (?P<y>{YEAR})"
)


_LIST_REST = re.compile(
    rf"(?:(?:,|,? and|,? &|,? or) \d{{1,2}}{SUFFIX}(?!\d)){{1,8}},? (?P<y>{YEAR})"
)  # `June 10 and 12, 2024`


def _year_of_range(match: re.Match[str], place: Place) -> int | None:
    """`October 30 to November 1, 2022`: the first day's year stands behind the second."""
    listed = _LIST_REST.match(place.text, match.end()) if match.re is MONTH_DAY else None
    if listed is not None:
        return int(listed["y"])
    rest = _RANGE_REST.match(place.text, match.end()) or _RANGE_REST_DAY_FIRST.match(place.text, match.end())
    if rest is None:
        return None
    return int(rest["y"]) - (cal.MONTHS[rest["m"].lower()] < cal.MONTHS[match["m"].lower()])


_REST_MONTH = re.compile(rf" (?:to|until|through|and) (?P<m>{MONTH})\.?,? (?P<y>{YEAR})(?!\d)")
_PAIR_BEFORE = re.compile(r"\b(?:from|between) $", re.IGNORECASE)


def _months_found(match: re.Match[str], place: Place) -> Found | None:
    """`January-March 2024` as one interval; not `from January to March`, which are two dates."""
    if _PAIR_BEFORE.search(place.text[max(0, place.pos - 8) : place.pos]) or match["to"] == " and ":
        return None
    first, last = cal.MONTHS[match["m"].lower()], cal.MONTHS[match["m2"].lower()]
    year = _year_in(match, place)
    if year is None and place.anchor is not None:
        year = cal.year_of_month(place.anchor, last, future=cal.is_future(place.text, place.pos))
    if year is None:
        return Found(match.end() - _dot(match), "DATE", f"XXXX-{first:02d}/XXXX-{last:02d}")
    value = f"{cal.month_value(year - (last < first), first)}/{cal.month_value(year, last)}"
    return Found(match.end() - _dot(match), "DATE", value)


def _month_found(match: re.Match[str], place: Place) -> Found | None:
    """One month; alone only where it cannot be a name, a verb or a modal."""
    text, month, end = place.text, cal.MONTHS[match["m"].lower()], match.end() - _dot(match)
    year = _year_in(match, place)
    if year is None and not match["rel"]:
        if not _is_month(match["m"], text, place.pos, end):
            return None
        rest = _REST_MONTH.match(text, end)
        if rest is not None:
            year = int(rest["y"]) - (cal.MONTHS[rest["m"].lower()] < month)
        elif place.anchor is not None:
            year = cal.year_of_month(
                place.anchor, month, future=cal.is_future(text, place.pos), past=cal.is_past(text, place.pos)
            )
    return Found(end, "DATE", f"XXXX-{month:02d}" if year is None else cal.month_value(year, month))


def _is_month(name: str, text: str, pos: int, end: int) -> bool:
    """`in May`, but not `May they`, `March on Rome`, `April Jones`."""
    before = text[max(0, pos - 8) : pos]
    if _NAME_AFTER.match(text, end) is not None:
        return _CLEAR_BEFORE.search(before) is not None
    is_doubtful = len(name) == 3 or name in ("March", "MARCH", "AUGUST")
    return not is_doubtful or _MONTH_BEFORE.search(before) is not None


def _dot(match: re.Match[str]) -> bool:
    return match[0].endswith(".")  # it belongs to the sentence
