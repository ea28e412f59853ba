"""Lines that say when a story appeared and who made it, in whatever order: "VNA Monday, March 11, 2024 14:05"."""

from __future__ import annotations

import re
from functools import lru_cache

from tasks.clean.agencies.names import agency_named, is_outlet_like
from tasks.clean.bylines import find_byline, person_name
from tasks.clean.dates.text import dates_in_text
from tasks.clean.forms import form_of
from tasks.clean.words import has_digit, is_date_words, is_name_words, table

DATE_CHARS = 70
DATE_DIGITS = 24  # published and updated, with times; more is a row of a table
HEADER_CHARS = 120
SECTION_WORDS = 4  # "in World News", "All, Japan, Feature"
_PARTS = re.compile(r"\s*[|•·/–—]\s*|\s+-\s+|\s{2,}|\n")
_EDGES = " \t\u00a0,.:;|•·/–—-()[]"
_CLOCK = re.compile(r"\d[\d:.h]*(?:am|pm|[ap]\.m\.|h|z)?", re.IGNORECASE)
_IN = re.compile(r"(?:in|en|on|dans|trong)\s+", re.IGNORECASE)
# "Monday: 27 300. Sunday: 22 100." is a table of the article's.
_ROWS = re.compile(r"(?:[^\W\d_][^:：.।]{1,20}[:：]\s?\d[\d ,–-]{0,10}[.।]\s?){2,}")
_PLACED = re.compile(r"[^\W\d_a-z][\w .'’-]{1,30}, (?=.{0,20}\d)")  # "Manila, February 12, 2024"


def is_dated(text: str) -> bool:
    """Whether a line is nothing but a date or a time of day."""
    return len(text) <= DATE_CHARS and _is_timestamp(text)


def is_placed(text: str) -> bool:
    """Whether a text is a place and a date."""
    placed = _PLACED.match(text)
    return placed is not None and _is_timestamp(text[placed.end() :])


def _is_timestamp(text: str) -> bool:
    n_digits = sum(map(str.isdigit, text))
    may_be = 3 <= n_digits <= DATE_DIGITS and n_digits < len(text) and is_date_words(text)
    return may_be and _ROWS.fullmatch(text) is None


@lru_cache(maxsize=4_096)  # asked of a line up to four times
def header_kind(text: str) -> str | None:
    """`timestamp` or `byline` if a line is a full date beside names, agencies and sections; else None."""
    if len(text) > HEADER_CHARS or not has_digit(text) or text[-1] == ".":
        return None
    dates = [found for found in dates_in_text(text) if found.precision != "month"]
    if not dates:
        return None
    masked = text
    for found in reversed(dates):
        masked = f"{masked[: found.start]} | {masked[found.end :]}"
    kinds = {_part_kind(part) for part in _PARTS.split(masked)}
    if None in kinds:
        return None
    return "byline" if "byline" in kinds else "timestamp"


def _part_kind(part: str) -> str | None:
    """What a part beside the date is: `byline`, `timestamp` for a name of anything else, None for a sentence's."""
    words = part.strip(_EDGES).split()
    while words and _is_date_word(words[0]):
        words.pop(0)
    while words and _is_date_word(words[-1]):
        words.pop()
    rest = " ".join(words).strip(_EDGES)
    form = form_of(rest) if rest else None
    if not rest or agency_named(rest) or is_outlet_like(rest) or form is not None:
        return "timestamp"
    if person_name(rest) or find_byline(rest):
        return "byline"
    named = _IN.sub("", rest, count=1)
    return "timestamp" if len(words) <= SECTION_WORDS and is_name_words(named) else None


def _is_date_word(word: str) -> bool:
    bare = word.strip(_EDGES).lower()
    return not bare or bare in table("date_words") or _CLOCK.fullmatch(bare) is not None
