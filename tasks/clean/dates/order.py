"""Day and month in a date of numbers: which is which."""

from __future__ import annotations

import re
from dataclasses import dataclass

# Where English is written month first: the United States, and the Philippines after them.
_MONTH_FIRST_ZONES = re.compile(
    r"US/|Asia/Manila|Pacific/(?:Honolulu|Guam)|America/(?:New_York|Chicago|Denver|Los_Angeles|Phoenix|Detroit|"
    r"Anchorage|Boise|Puerto_Rico|Indiana|Kentucky|North_Dakota|Juneau)"
)
# Canada writes both; UTC is only the default. Neither says anything.
_SILENT_ZONES = re.compile(
    r"UTC|Etc/|GMT|America/(?:Toronto|Vancouver|Edmonton|Winnipeg|Halifax|Regina|St_Johns)|Canada/"
)
# A zone named beside the date says where it was written.
_MONTH_FIRST_WORDS = re.compile(r"(?<!\w)(?:[ECMP][SD]?T|AK[SD]T|HST)(?!\w)")
_DAY_FIRST_WORDS = re.compile(
    r"(?<!\w)(?:(?:GMT|UTC)\s?\+\s?\d|BST|CES?T|EES?T|WES?T|IST|MSK|ICT|WIB|SGT|AE[SD]T|NZ[SD]T|SAST|WAT|EAT)"
)
_SLASHED = re.compile(r"(?<![\d/.-])(\d{1,2})([/-])(\d{1,2})\2\d{4}(?!\d)")


@dataclass(frozen=True, slots=True)
class Reading:
    """Day and month as read; `doubtful` where they may be the other way round."""

    day: int
    month: int
    doubtful: bool


def line_order(line: str) -> str | None:
    """Either "day" or "month": what an unambiguous date of the line has first; None if none says, or both do."""
    orders = {
        "day" if int(one) > 12 else "month"
        for one, _, two in _SLASHED.findall(line)
        if (12 < int(one) <= 31) != (12 < int(two) <= 31)
    }
    return orders.pop() if len(orders) == 1 else None


def day_and_month(one: int, two: int, sep: str, language: str | None, habit: str | None) -> Reading:
    """The reading of `one` and `two` before a year. `habit`: what comes first here, see `habit_of`.

    Day first, everywhere but in English that says nothing else: dots (04.05.2021 is never American), the
    other dates of the line, the source's zone. English in no zone is month first, in doubt.
    """
    day_first = Reading(one, two, doubtful=False)
    if two > 12 >= one:
        return Reading(two, one, doubtful=False)
    if one > 12 or one == two or sep == ".":
        return day_first
    if habit:
        return Reading(two, one, doubtful=False) if habit == "month" else day_first
    if language not in {"en", None}:
        return day_first
    return Reading(two, one, doubtful=True) if language == "en" else Reading(one, two, doubtful=True)


def habit_of(line: str, language: str | None, time_zone: str) -> str | None:
    """Either "day" or "month": which comes first, as other dates of the line, the source's zone or the line's own say."""
    if (order := line_order(line)) or language not in {"en", None}:
        return order
    if _MONTH_FIRST_ZONES.match(time_zone) or _MONTH_FIRST_WORDS.search(line):
        return "month"
    if _DAY_FIRST_WORDS.search(line):
        return "day"
    return None if _SILENT_ZONES.match(time_zone) else "day"
