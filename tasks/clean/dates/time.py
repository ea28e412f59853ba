"""The time of day beside a date, with its zone."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import tzinfo

from tasks.clean.dates.names import load_names
from tasks.clean.dates.zones import ZONE, named_zone

_HALF = r"[ap]\.?\s?m(?![^\W_])\.?|SA(?!\w)|CH(?!\w)|sáng|chiều|tối|午前|午後|오전|오후|上午|下午|晚上|凌晨|π\.?μ\.?|μ\.?μ\.?|öö|ös"
_LATE = re.compile(r"p|ch|chiều|tối|午後|오후|下午|晚上|μ", re.IGNORECASE)
_TIME = (
    rf"(?P<half1>{_HALF})?\s?(?<!\d)(?P<hour>\d{{1,2}})"
    r"(?:\s?(?:[:.h]|giờ|時|时|点|點|시)\s?(?P<minute>\d{2})(?!\d)(?::(?P<second>\d{2})(?!\d)(?:[.,]\d{1,9})?)?"
    rf"(?:\s?(?:phút|分|분|min(?!\w)))?|(?=\s?(?:{_HALF}))|\s?(?:h|giờ|uhr|時|时|시)(?!\w))"
    rf"\s?(?P<half>{_HALF})?(?:\s?(?:uhr|uur|hrs?|hours|น\.|น(?!\w)|h)(?!\w))?"
)
_JOIN = (
    r"(?:at|um|ob|à|a|às|as|las|la|kl|klo|alle|ore|o|ora|saat|pukul|jam|om|в|о|u|lúc|vào|v|ve|w|στις|الساعة|في|בשעה|s|"
    r"ngày|on|il|le|el|am|den|dne|d|pada|tanggal|เวลา)"
)
_AFTER = re.compile(
    rf"\.?(?:\s?\([^()\d]{{1,14}}\))?[\sT,.|·•@/(–—-]{{0,6}}(?:{_JOIN}\.?\s{{1,2}}){{0,2}}{_TIME}",
    re.IGNORECASE,
)
_BEFORE = re.compile(_TIME, re.IGNORECASE)
_JOINED = re.compile(rf"[\s,|·•/()–—-]{{0,6}}(?:{_JOIN}\.?\s{{1,2}}){{0,2}}", re.IGNORECASE)
_WORDS = re.compile(r"[^\s\d,;:()\[\]|/<>–—-]+")
_NEXT_WORD = re.compile(r"[\s,|]{0,3}([^\s\d,;:()\[\]|/<>–—-]{2,24})")
_NUMBERED_DAY = re.compile(r"th(?:ứ)?\.? ?[2-8][\s,.-]{0,3}(?:ngày\s)?", re.IGNORECASE)
_GAP = re.compile(r"\s?[(\[]?\s?")
REACH_CHARS = 48  # how far before a date its time may stand: "11:34 PM EDT, Wednesday, " is 26


@dataclass(frozen=True, slots=True)
class Clock:
    """A time of day at a span. `zone` is None where the text names none."""

    start: int
    end: int
    hour: int
    minute: int
    second: int
    zone: tzinfo | None

    @property
    def is_midnight_by_default(self) -> bool:
        """Whether it is what machines write for a day alone: 00:00 in no zone, or in UTC."""
        midnight = self.hour == self.minute == self.second == 0
        return midnight and (self.zone is None or not self.zone.utcoffset(None))


def clock_after(line: str, at: int, time_zone: str) -> Clock | None:
    """The time that follows a date ending at `at`."""
    match = _AFTER.match(line, at, at + 60)
    if match is None and (word := _NEXT_WORD.match(line, at)) and load_names().is_day(word[1]):
        match = _AFTER.match(line, word.end(), word.end() + 60)
    return _clock(line, match, time_zone) if match else None


def clock_before(line: str, low: int, at: int, time_zone: str) -> Clock | None:
    """The time that stands before a date starting at `at`, a weekday between them or not."""
    low = max(low, at - REACH_CHARS)
    for match in _BEFORE.finditer(line, low, at):
        clock = _clock(line, match, time_zone)
        if clock and clock.end <= at and _only_joins(line[clock.end : at]):
            return clock
    return None


def _only_joins(between: str) -> bool:
    rest = _NUMBERED_DAY.sub("", between[_JOINED.match(between).end() :])  # type: ignore[union-attr]  # may be empty
    rest = _JOINED.sub("", rest, count=1) if not _WORDS.search(rest) else rest
    words = _WORDS.findall(rest)
    return not words or load_names().is_day(" ".join(words)) or load_names().is_day(words[0])


def _clock(line: str, match: re.Match[str], time_zone: str) -> Clock | None:
    hour, minute, second = int(match["hour"]), int(match["minute"] or 0), int(match["second"] or 0)
    if (half := match["half"] or match["half1"]) and hour <= 12:
        hour = hour % 12 + (12 if _LATE.match(half) else 0)
    if hour > 23 or minute > 59 or second > 59:
        return None
    end, zone = match.end(), None
    gap = _GAP.match(line, end)
    found = ZONE.match(line, gap.end()) if gap else None
    if found and (zone := named_zone(found, time_zone)):
        end = found.end() + (
            line[found.end() : found.end() + 1] in (")", "]") and line[end : found.start()].strip() != ""
        )
    return Clock(
        match.start("half1") if match["half1"] else match.start("hour"), end, hour, minute, second, zone
    )
