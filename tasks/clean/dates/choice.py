"""The choice of one publication date among all that were found."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Literal

from tasks.clean.dates.labels import Kind
from tasks.clean.dates.text import Precision

Origin = Literal["meta", "jsonld", "url", "text", "path"]

# How far a place is to be trusted on its own, best first; the order is the order of choice. Metadata is
# made for machines; a date in the text may be another article's; a path mostly tells the day of the crawl.
TRUST: dict[tuple[str, str], float] = {
    ("jsonld", "published"): 0.95, ("meta", "published"): 0.94,
    ("jsonld", "unknown"): 0.85, ("meta", "unknown"): 0.8,
    ("text", "published"): 0.85, ("text", "unknown"): 0.75,
    ("url", "published"): 0.75, ("url", "unknown"): 0.75,
    ("jsonld", "modified"): 0.5, ("meta", "modified"): 0.5, ("text", "modified"): 0.45, ("url", "modified"): 0.4,
    ("path", "published"): 0.3, ("path", "unknown"): 0.3, ("path", "modified"): 0.3,
}  # fmt: skip
_ORDER = {place: rank for rank, place in enumerate(TRUST)}
FIRST_DAY = date(1990, 1, 1)  # before, a date is a default of some program (1970-01-01) or a quoted event
SLACK = timedelta(days=1)  # one day in two time zones
AGREE, DISAGREE, DOUBT, IMPLAUSIBLE = 0.5, 0.8, 0.7, 0.2  # factors: of what is missing to 1, of the rest


@dataclass(frozen=True, slots=True)
class DateCandidate:
    """A date that some place names. `doubt`: 0 one reading; 1 the likelier of two, 2 the other."""

    value: datetime
    origin: Origin
    precision: Precision
    kind: Kind
    doubt: int = 0


@dataclass(frozen=True, slots=True)
class Dating:
    """The date chosen, where it was read and how sure it is; and every candidate, in order."""

    published_at: datetime | None
    published_from: str | None
    published_precision: str | None
    published_confidence_frac: float | None
    candidates: tuple[DateCandidate, ...]


def choose_date(candidates: Sequence[DateCandidate], batch_day: date | None) -> Dating:
    """The publication date: published before modified, metadata before text before URL before path.

    batch_day: the day the document landed; nothing later than the day after it is chosen while another
    candidate is plausible. Candidates before 1990 are never chosen. Between equals, the first given.
    """
    kept = tuple(sorted(set(candidates), key=_sort_key))
    recent = [one for one in dict.fromkeys(candidates) if one.value.date() >= FIRST_DAY]
    in_time = [one for one in recent if batch_day is None or one.value.date() <= batch_day + SLACK]
    likely = _read_by_agreement(in_time or recent)
    if not likely:
        return Dating(None, None, None, None, kept)
    chosen = _finer(min(likely, key=lambda one: (_ORDER[one.origin, one.kind], one.doubt)), likely)
    sure = _confidence(chosen, likely) * (1.0 if in_time else IMPLAUSIBLE)
    return Dating(chosen.value, chosen.origin, chosen.precision, round(sure, 4), kept)


def _sort_key(one: DateCandidate) -> tuple[datetime, int, str, int]:
    return one.value, _ORDER[one.origin, one.kind], one.precision, one.doubt


def _read_by_agreement(candidates: list[DateCandidate]) -> list[DateCandidate]:
    """Without the likelier readings that no other place supports where the other reading has support."""
    certain = [one for one in candidates if not one.doubt]
    backed = {one.doubt for one in candidates if one.doubt and any(_agree(one, other) for other in certain)}
    if len(backed) != 1:
        return candidates
    return [one for one in candidates if not one.doubt or one.doubt in backed]


def _agree(one: DateCandidate, other: DateCandidate) -> bool:
    if "month" in (one.precision, other.precision):
        return (one.value.year, one.value.month) == (other.value.year, other.value.month)
    return abs(one.value - other.value) <= SLACK


def _finer(chosen: DateCandidate, candidates: list[DateCandidate]) -> DateCandidate:
    """The minute of the same day, where the place chosen has only the day; the day of its month."""
    if chosen.precision == "minute":
        return chosen
    same = [
        one for one in candidates
        if one.precision == "minute" and one.kind != "modified" and not one.doubt and _holds(chosen, one)
    ]  # fmt: skip
    return min(same, key=lambda one: _ORDER[one.origin, one.kind], default=chosen)


def _holds(chosen: DateCandidate, one: DateCandidate) -> bool:
    """Whether the moment lies in the day or month chosen, in UTC."""
    if chosen.precision == "month":
        return _agree(chosen, one)
    return chosen.value.date() == one.value.date()


def _confidence(chosen: DateCandidate, candidates: list[DateCandidate]) -> float:
    """Trust in the place, raised by each other place that agrees, lowered by each that does not."""
    sure = TRUST[chosen.origin, chosen.kind]
    if chosen.precision == "month":
        sure *= DOUBT
    others = [one for one in candidates if one.origin != chosen.origin and one.kind != "modified"]
    for origin in sorted({one.origin for one in others}):
        if any(_agree(chosen, one) for one in others if one.origin == origin):
            sure = 1 - (1 - sure) * AGREE
        elif origin != "path":  # fetched later than published is no contradiction
            sure *= DISAGREE
    in_doubt = chosen.doubt and any(one.doubt != chosen.doubt for one in candidates if one.doubt)
    return sure * DOUBT if in_doubt else sure
