"""The dates that a record, a page or an address names."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from datetime import UTC, date, datetime, timedelta

from tasks.clean.dates.choice import DateCandidate, Origin
from tasks.clean.dates.digits import calendar_day, plain_digits
from tasks.clean.dates.labels import Kind
from tasks.clean.dates.names import load_names
from tasks.clean.dates.text import (
    DateMatch,
    Precision,
    dates_in_text,
)
from tasks.clean.dates.zones import ZONE, named_zone, to_utc, zone_of

DATELINE_DAYS = 31  # a story is fetched within a month, or it is an old one
_YEAR = re.compile(r"(?<!\d)(?:19|20)\d\d(?!\d)")
MAX_DATE_CHARS = 200  # the longest forms (JavaScript's, with the zone's name) have 70
_COMPACT = re.compile(r"(\d{4})(\d\d)(\d\d)(?:[T ]?(\d\d)(\d\d)(\d\d)?(?:\.\d{1,9})?)?\s?")
_EPOCH = re.compile(r"(\d{9,10}|\d{13}|\d{16})(?:\.\d{1,9})?")
_UNIX = re.compile(
    r"[^\W\d_]{3} +([^\W\d_]{3}) +(\d{1,2}) +(\d\d):(\d\d)(?::(\d\d))? +(?:([A-Z]{2,5}|[+-]\d{4}) +)?(\d{4})"
)
_MONTH_NUMBERS = re.compile(
    r"(\d{4})[-/.](\d{1,2})|(\d{1,2})[-/.](\d{4})|(\d{4})\s?[年년]\s?(\d{1,2})\s?[月월]"
)
_MONTH_WORDS = re.compile(r"([^\d]{3,40}?)[\s,./-]*(\d{4})\.?|(\d{4})[\s,./-]*([^\d]{3,40})")
_BEGIN, _END = datetime(1990, 1, 1, tzinfo=UTC), datetime(2100, 1, 1, tzinfo=UTC)


def parse_date(
    text: str, *, time_zone: str = "UTC", language: str | None = None
) -> tuple[datetime, Precision] | None:
    """A string that is meant to be a date: ISO 8601, RFC 2822, seconds since 1970, or what people write.

    A time without a zone is in `time_zone`; a day alone is 00:00 UTC, a month alone its first day.
    None if it is no date. Raises ConfigError only if `time_zone` is not known.
    """
    matches = _read(text, time_zone, language)
    return (matches[0].value, matches[0].precision) if matches else None


def date_candidates(
    text: str, origin: Origin, *, kind: Kind = "unknown", time_zone: str = "UTC", language: str | None = None
) -> list[DateCandidate]:
    """The candidates in a value meant to be a date, or in a line; both readings where the order is in doubt.

    `kind` is what the place says (the name of the meta field); where it says nothing, the line's own label.
    """
    matches = _read(text, time_zone, language)
    return candidates_of(matches if origin == "text" else matches[:1], origin, kind=kind)


def date_of_dateline(
    text: str, batch_day: date | None, *, time_zone: str = "UTC", language: str | None = None
) -> list[DateCandidate]:
    """The candidates in the date of a dateline, which mostly names no year: "Feb. 12".

    The year is then the one that puts it within DATELINE_DAYS before the day the document was fetched; none without it.
    """
    if _YEAR.search(text):
        return date_candidates(text, "text", time_zone=time_zone, language=language)
    if batch_day is None:
        return []
    latest = datetime(batch_day.year, batch_day.month, batch_day.day, tzinfo=UTC) + timedelta(days=1)
    read = [
        one
        for year in (batch_day.year, batch_day.year - 1)
        for one in date_candidates(f"{text} {year}", "text", time_zone=time_zone, language=language)
    ]
    return [one for one in read if latest - timedelta(days=DATELINE_DAYS) <= one.value <= latest]


def candidates_of(
    matches: Iterable[DateMatch], origin: Origin, *, kind: Kind = "unknown"
) -> list[DateCandidate]:
    """Matches as candidates: doubt 0 for one reading, 1 and 2 for the likelier and the other of two."""
    found: list[DateCandidate] = []
    for match in matches:
        what = match.kind if kind == "unknown" else kind
        found.append(DateCandidate(match.value, origin, match.precision, what, int(match.other is not None)))
        if match.other is not None:
            found.append(DateCandidate(match.other, origin, match.precision, what, 2))
    return found


def _read(text: str, time_zone: str, language: str | None) -> list[DateMatch]:
    line = plain_digits(text[:MAX_DATE_CHARS]).strip()
    if machine := _epoch(line) or _compact(line, time_zone) or _unix(line, time_zone):
        return [DateMatch(0, len(text), *machine)]
    if matches := dates_in_text(line, time_zone=time_zone, language=language):
        return sorted(matches, key=lambda match: match.kind == "modified")
    month = _month(line, language)
    return [DateMatch(0, len(text), month, "month")] if month else []


def _epoch(line: str) -> tuple[datetime, Precision] | None:
    match = _EPOCH.fullmatch(line)
    if not match:
        return None
    moment = datetime.fromtimestamp(int(match[1][:10] if len(match[1]) > 10 else match[1]), UTC)
    return (moment, "minute") if _BEGIN <= moment < _END else None


def _compact(line: str, time_zone: str) -> tuple[datetime, Precision] | None:
    """20210417, 20210417T113400Z, 202104171134."""
    match = _COMPACT.match(line)
    day = calendar_day(int(match[1]), int(match[2]), int(match[3])) if match else None
    if match is None or day is None:
        return None
    rest = line[match.end() :]
    zone = ZONE.fullmatch(rest)
    if rest and not zone:
        return None
    if match[4] is None:
        return None if rest else (day, "day")
    return _at(day, match.group(4, 5, 6), rest, time_zone)


def _unix(line: str, time_zone: str) -> tuple[datetime, Precision] | None:
    """What `date` and C's asctime print: Sat Apr 17 11:34:00 EDT 2021."""
    match = _UNIX.fullmatch(line)
    month = load_names().month(match[1], "en") if match else None
    day = calendar_day(int(match[7]), month, int(match[2])) if match and month else None
    return _at(day, match.group(3, 4, 5), match[6] or "", time_zone) if match and day else None


def _at(
    day: datetime, clock: tuple[str | None, ...], zone: str, time_zone: str
) -> tuple[datetime, Precision] | None:
    hour, minute, second = (int(part or 0) for part in clock)
    if hour > 23 or minute > 59 or second > 59:
        return None
    found = ZONE.fullmatch(zone)
    where = named_zone(found, time_zone) if found else None
    moment = to_utc(
        day.replace(tzinfo=None, hour=hour, minute=minute, second=second), where or zone_of(time_zone)
    )
    return (moment, "minute") if moment else None


def _month(line: str, language: str | None) -> datetime | None:
    """A month alone: 2021-04, 04/2021, April 2021."""
    if match := _MONTH_NUMBERS.fullmatch(line):
        year, month, month2, year2, year3, month3 = match.groups()
        return calendar_day(int(year or year2 or year3), int(month or month2 or month3), 1)
    if match := _MONTH_WORDS.fullmatch(line):
        words, year, year2, words2 = match.groups()
        number = load_names().month(" ".join((words or words2).split()).strip(" .,"), language)
        return calendar_day(int(year or year2), number, 1) if number else None
    return None


MAX_URL_CHARS = 2_000  # what browsers and servers commonly bear
_URL_DAYS = (
    re.compile(r"(?<!\d)(?P<y>(?:19|20)\d\d)[/_.-](?P<m>\d{1,2})[/_.-](?P<d>\d{1,2})(?!\d)"),
    re.compile(r"[/_-](?P<y>(?:19|20)\d\d)[/_-](?P<m>[a-z]{3,9})[/_-](?P<d>\d{1,2})(?!\d)"),
    re.compile(r"(?<!\d)(?P<y>(?:19|20)\d\d)[/-]?(?P<m>\d\d)[/-]?(?P<d>\d\d)(?:[01]\d[0-5]\d|[0-2]\d[0-5]\d[0-5]\d)?(?!\d)"),
    re.compile(r"(?<![\d])(?P<d>\d{1,2})[/_.-](?P<m>\d{1,2})[/_.-](?P<y>(?:19|20)\d\d)(?!\d)"),
    re.compile(r"[/_-](?P<d>\d{1,2})[/_-](?P<m>[a-z]{3,9})[/_-](?P<y>(?:19|20)\d\d)(?!\d)"),
)  # fmt: skip
# Between slashes only: "/best-of-2024-10-things/" is no October.
_URL_MONTHS = (
    re.compile(r"/(?P<y>(?:19|20)\d\d)[/_-]?(?P<m>\d\d)(?=/|$|\?)"),
    re.compile(r"/(?P<y>(?:19|20)\d\d)[/_-](?P<m>[a-z]{3,9})(?=/|$|\?)"),
)


def dates_in_url(url: str) -> list[DateCandidate]:
    """Dates in an address, the first pattern that fits; of month precision where it has no day."""
    return _dates_in_address(url.partition("#")[0], "url", "published")


def dates_in_path(path: str) -> list[DateCandidate]:
    """Dates in the path of a raw file: mostly the day it was fetched, so the weakest of all."""
    return _dates_in_address("/" + path.replace("\\", "/"), "path", "unknown")


def _dates_in_address(address: str, origin: Origin, kind: Kind) -> list[DateCandidate]:
    address = address[:MAX_URL_CHARS].lower()
    for patterns, precision in ((_URL_DAYS, "day"), (_URL_MONTHS, "month")):
        for pattern in patterns:
            values = sorted({value for match in pattern.finditer(address) for value in _address_day(match)})
            if values:
                return [DateCandidate(value, origin, precision, kind) for value in values]  # type: ignore[arg-type]
    return []


def _address_day(match: re.Match[str]) -> Iterator[datetime]:
    groups = match.groupdict()
    month = int(groups["m"]) if groups["m"].isdigit() else load_names().month(groups["m"], "en")
    value = calendar_day(int(groups["y"]), month, int(groups.get("d") or 1)) if month else None
    if value and value >= _BEGIN:
        yield value
