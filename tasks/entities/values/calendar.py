"""The calendar behind dates in words: anchors, intervals and their ISO 8601 forms."""

from __future__ import annotations

import calendar
import re
from datetime import date, timedelta
from enum import Enum

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
    r"\b(?:by|until|till|before|starting|effective|beginning|as of)(?: on| from)?(?: the| (?:noon|midnight|midday|the end of|\d{1,2}(?:[:.]\d\d)? ?[ap]\.?m\.?)(?: on)?)? $",
    re.IGNORECASE,
)
# verbs that are nouns too: "The Senate votes on Thursday", but not "the two votes on Thursday"
_PLANNED_RIGHT_BEFORE = re.compile(
    r"(?<!the )(?<!two )(?<!its )(?<!new )(?<!their )\b(?:votes?|rules|decides?|plays?|reports?|releases|publishes|presents|delivers|launches|leaves|"
    r"sits|elects?|unveils|sails|retires|celebrates?|marks?|joins?|lands|speaks|airs|swears|closes|tours|fights|signs|debates|hears|reveals|"
    r"announces|addresses|appears|submits|enters|comes|rises|falls|drops|takes|assumes|kick off|start|begin|open|resume|head to)\b"
    r"(?: [\w'’-]+){0,7}? (?:on|from|in|at|this|next)(?: the)? $"
)
_NEW_VERB = re.compile(r"(?:\b(?:and|but|who|which)|,) $")  # "won on Sunday and takes office on December 10"
_PLAN = re.compile(r"\b(?:an?|the|its|his|her|their|had(?: been)?) (?:planned|scheduled|expected|upcoming)\b")
# "said on Sunday they would", "told reporters in Geneva on Friday"; not "said Friday's match will"
_SAID_RIGHT_BEFORE = re.compile(
    r"\b(?:said|told(?: [\w.’'-]+){1,3}?|announced|warned|added|tweeted|wrote)(?: (?:in|at|from)(?: [\w.’'-]+){1,3}?)?(?: (?:late|early))?(?: on)? $"
)
# "will stand trial, the judge ruled on Friday", "had been expected but arrived on Sunday"
_PARTS = re.compile(r", | (?:but|after|who|which|when|because|although) ")
_MOVED_RIGHT_BEFORE = re.compile(
    r"\b(?:adjourned|postponed|moved|delayed|put off|pushed back|deferred|extended|rescheduled|brought forward|set|fixed|suspended)"
    r"(?: from \w+)? (?:to|until|till|for) $"
)
_SINCE = ("ince ", "ince early ", "ince late ", "ince mid-", "ince the ")
_OWNER = re.compile(r"[A-Z][a-z]+['’]s\b")
_DONE_BY = re.compile(
    r"\b(?!need|requir|expect|want)[a-z]+ed by(?: (?:noon|midnight|midday|\d{1,2}(?:[:.]\d\d)? ?[ap]\.?m\.?)(?: on)?)? $"
)  # "votes counted by Sunday"
# the verb behind a date that opens its clause ("On Friday the court will rule", "Police on Monday arrested")
_PAST_AFTER = re.compile(
    PAST.pattern
    + r"|\b(?:said|told|gave|saw|ran|spoke|wrote|chose|drew|drove|flew|grew|knew|led|paid|sent|sold|spent|stood|stole|swore|"
    r"threw|withdrew|beat|brought|built|caught|dealt|fought|found|heard|kept|laid|sought|did|slid|sat|tore|woke)\b"
)
_FUTURE_AFTER = re.compile(
    FUTURE.pattern + r"|\b(?:could|may|might|must|rises|falls|votes?|plays|leaves|rules|marks)\b"
)
_OPENING_WORDS = 3  # `On`, `Police on`, `Late in the`
LOOK_BACK_CHARS = 90  # about fifteen words: the verb of the clause stands nearer than that
SENTENCE_END = re.compile(r"(?<!\b[ap]\.m)(?<!\bMr)(?<!\bMrs)(?<!\bDr)(?<!\bSt)[.!?;]\s|\n")


def is_future(text: str, pos: int) -> bool:
    """Whether the clause around `pos` speaks of something to come."""
    return _tense(text, pos) is _Tense.FUTURE


def is_past(text: str, pos: int) -> bool:
    """Whether the clause around `pos` tells of something that was, and of nothing to come."""
    return _tense(text, pos) is _Tense.PAST


class _Tense(Enum):
    FUTURE, PAST, OPEN = range(3)


def _tense(text: str, pos: int) -> _Tense:
    """By the words before the date in its clause; where no verb stands there, by the first one behind it."""
    clause = _clause(text, pos)
    tense = _tense_right_before(clause, is_owner=_OWNER.match(text, pos) is not None)
    if tense is _Tense.OPEN:
        tense = _tense_of_verbs(_without_plans(clause))
    if tense is _Tense.OPEN and _is_told_after(text, pos, _FUTURE_AFTER, _PAST_AFTER):
        return _Tense.FUTURE
    if tense is _Tense.OPEN and _is_told_after(text, pos, _PAST_AFTER, _FUTURE_AFTER):
        return _Tense.PAST
    return tense


def _tense_right_before(clause: str, *, is_owner: bool) -> _Tense:
    """By what belongs to the date itself: `adjourned to`, `since`, `said on`, `, the judge ruled on`."""
    if _MOVED_RIGHT_BEFORE.search(clause):
        return _Tense.FUTURE
    if clause.endswith(_SINCE) or (_SAID_RIGHT_BEFORE.search(clause) and not is_owner):
        return _Tense.PAST
    last = _PARTS.split(clause)[-1]
    is_told = PAST.search(last) and not FUTURE.search(last) and not FUTURE_RIGHT_BEFORE.search(last)
    return _Tense.PAST if is_told and len(last) < len(clause) else _Tense.OPEN


def _tense_of_verbs(clause: str) -> _Tense:
    if FUTURE.search(clause) or (FUTURE_RIGHT_BEFORE.search(clause) and not _DONE_BY.search(clause)):
        return _Tense.FUTURE
    planned = _PLANNED_RIGHT_BEFORE.search(clause)
    pasts = [m.end() for m in PAST.finditer(clause)]
    if planned and (not pasts or _NEW_VERB.search(clause, pasts[-1], planned.start())):
        return _Tense.FUTURE
    return _Tense.PAST if pasts else _Tense.OPEN


def _without_plans(clause: str) -> str:
    """The clause without `a planned strike`, where a verb before it tells of the past."""
    plan = _PLAN.search(clause)
    is_over = plan is not None and (plan[0].startswith("had") or PAST.search(clause, 0, plan.start()))
    return _PLAN.sub("", clause) if is_over else clause


def _is_told_after(text: str, pos: int, wanted: re.Pattern[str], other: re.Pattern[str]) -> bool:
    """Whether the first verb behind `pos` that tells of a time is of the wanted kind."""
    after = text[pos : pos + LOOK_BACK_CHARS]
    end = SENTENCE_END.search(after)
    after = after[: end.start()] if end else after
    if len(_clause(text, pos).split()) > _OPENING_WORDS:
        after = after.partition(",")[0]  # "may sell their best leaf from July 1, the ministry said"
    first, second = wanted.search(after), other.search(after)
    return first is not None and (second is None or first.start() < second.start())


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
