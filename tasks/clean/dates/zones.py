"""Time zones as newsrooms write them: offsets, "GMT+7", and the abbreviations with their ambiguities."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta, timezone, tzinfo
from functools import lru_cache
from zoneinfo import ZoneInfo

from tasks.errors import ConfigError

# Hours east of UTC. An abbreviation with several meanings has the one most news texts mean (in brackets
# what it could be too); `_LOCAL` gives the other meaning where the source's own zone says so.
_HOURS: dict[str, float] = {
    "UTC": 0, "GMT": 0, "UT": 0, "Z": 0, "WET": 0, "WEST": 1,
    "BST": 1,     # British Summer Time: its newsrooms write it, those of Bangladesh rarely
    "CET": 1, "CEST": 2, "MEZ": 1, "MESZ": 2, "EET": 2, "EEST": 3, "SAST": 2, "CAT": 2, "WAT": 1, "EAT": 3,
    "MSK": 3, "MCK": 3, "МСК": 3, "TRT": 3, "TSİ": 3, "AST": -4, "IRST": 3.5, "GST": 4,
    "PKT": 5, "IST": 5.5,  # India: more news in English than Ireland and Israel together
    "NPT": 5.75, "ICT": 7, "WIB": 7, "WITA": 8, "WIT": 9,
    "SGT": 8, "HKT": 8, "MYT": 8, "PHT": 8, "AWST": 8, "KST": 9, "JST": 9,
    "ACST": 9.5, "AEST": 10, "AEDT": 11, "NZST": 12, "NZDT": 13,
    "EST": -5, "EDT": -4, "CST": -6, "CDT": -5, "MST": -7, "MDT": -6, "PST": -8, "PDT": -7,
    "AKST": -9, "AKDT": -8, "HST": -10, "ADT": -3, "BRT": -3, "COT": -5, "PET": -5,
}  # fmt: skip
_PLACES = {
    "ET": "America/New_York",
    "CT": "America/Chicago",
    "MT": "America/Denver",
    "PT": "America/Los_Angeles",
}
_LOCAL: dict[tuple[str, str], float] = {
    ("CST", "Asia/Shanghai"): 8, ("CST", "Asia/Taipei"): 8, ("CST", "Asia/Hong_Kong"): 8,
    ("BST", "Asia/Dhaka"): 6, ("IST", "Europe/Dublin"): 1, ("IST", "Asia/Jerusalem"): 2,
    ("PST", "Asia/Manila"): 8, ("AST", "Asia/Riyadh"): 3, ("WIT", "Asia/Jakarta"): 7,
}  # fmt: skip

_NAMES = "|".join(sorted((*_HOURS, *_PLACES), key=lambda name: (-len(name), name)))
ZONE = re.compile(
    r"(?:(?:GMT|UTC)\s?(?P<sign>[+-])\s?(?P<hours>\d{1,2}):?(?P<mins>\d{2})?(?!\d)"
    r"|(?P<sign2>[+-])(?P<hours2>\d{2}):?(?P<mins2>\d{2})?(?![\d./-])"
    rf"|(?P<name>{_NAMES})(?!\w))"
)


@lru_cache(maxsize=256)
def zone_of(name: str) -> tzinfo:
    """The IANA zone `name`. Raises ConfigError if there is none."""
    try:
        return ZoneInfo(name)
    except (KeyError, ValueError, OSError) as error:
        raise ConfigError(
            f"time zone {name!r} is not known: use an IANA name such as Asia/Bangkok"
        ) from error


def named_zone(match: re.Match[str], time_zone: str) -> tzinfo | None:
    """The zone that a match of `ZONE` means for a source in `time_zone`; None if out of range."""
    if name := match["name"]:
        if name in _PLACES:
            return zone_of(_PLACES[name])
        return timezone(timedelta(hours=_LOCAL.get((name, time_zone), _HOURS[name])))
    sign, hours, mins = (match[key] or match[key + "2"] for key in ("sign", "hours", "mins"))
    minutes = int(hours) * 60 + int(mins or 0)
    if minutes > 14 * 60:  # Kiribati, the furthest there is
        return None
    return timezone(timedelta(minutes=-minutes if sign == "-" else minutes))


def to_utc(moment: datetime, zone: tzinfo) -> datetime | None:
    """`moment`, naive, in `zone`, as UTC; None where it falls off the calendar."""
    try:
        return moment.replace(tzinfo=zone).astimezone(UTC)
    except (OverflowError, ValueError):
        return None
