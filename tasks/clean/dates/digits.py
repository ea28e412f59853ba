"""Digits of all scripts, and the day that three numbers name."""

from __future__ import annotations

import re
import unicodedata
from datetime import UTC, datetime


def plain_digits(text: str) -> str:
    """The text with every script's digits as 0-9 and typographic signs as ASCII; same length."""
    if text.isascii():
        return text
    text = text.translate(_PLAIN)
    if not _OTHER_DIGIT.search(text):
        return text
    return "".join(str(unicodedata.decimal(c)) if c.isdecimal() else c for c in text)


_PLAIN = str.maketrans({"：": ":", "\u00a0": " ", "\u202f": " ", "−": "-", "／": "/", "．": ".", "－": "-", "‐": "-",
                        "‑": "-", "（": "(", "）": ")", "\u200e": " ", "\u200f": " "})  # fmt: skip
_OTHER_DIGIT = re.compile(r"(?![0-9])\d")


def calendar_day(year: int, month: int, day: int) -> datetime | None:
    """00:00 UTC of the day, or None if there is no such day or its year is not of the news' time.

    A Buddhist year (Thai 2564) is 543 ahead.
    """
    if 2443 <= year <= 2643:
        year -= 543
    if not 1900 <= year <= 2100:
        return None
    try:
        return datetime(year, month, day, tzinfo=UTC)
    except ValueError:
        return None
