"""Dates in other languages that begin with digits and name their month: `5 tháng 2 năm 2024`, `5 de febrero de 2024`.

Month names are CLDR's (Unicode licence), format style, wide; only dates that no English reading could be are taken.
"""

from __future__ import annotations

import re

from tasks.entities.values import calendar as cal
from tasks.entities.values.dates import Found, Place

_MONTHS = {
    "es": "enero febrero marzo abril mayo junio julio agosto septiembre octubre noviembre diciembre",
    "pt": "janeiro fevereiro março abril maio junho julho agosto setembro outubro novembro dezembro",
    "fr": "janvier février mars avril mai juin juillet août septembre octobre novembre décembre",
    "it": "gennaio febbraio marzo aprile maggio giugno luglio agosto settembre ottobre novembre dicembre",
    "de": "Januar Februar März April Mai Juni Juli August September Oktober November Dezember",
    "id": "Januari Februari Maret April Mei Juni Juli Agustus September Oktober November Desember",
    "ms": "Januari Februari Mac April Mei Jun Julai Ogos September Oktober November Disember",
    "vi": " ".join(f"tháng-{n}" for n in range(1, 13)),
}  # fmt: skip
_JOINT = r"(?:\.|er|º|o)? (?:de |del |tháng )?"
_YEAR = r"(?:,? (?:de |del |năm )?(?P<y>(?:1[5-9]|20)\d\d)(?!\d))?"


def _numbered(names: str) -> dict[str, int]:
    return {name.lower().replace("-", " "): n for n, name in enumerate(names.split(), start=1)}


MONTHS = {language: _numbered(names) for language, names in _MONTHS.items()}


def _pattern(names: dict[str, int]) -> re.Pattern[str]:
    months = "|".join(sorted(map(re.escape, names), key=lambda name: (-len(name), name)))
    joint = r" " if "tháng 1" in names else _JOINT
    return re.compile(rf"(?P<d>\d{{1,2}}){joint}(?P<m>{months})(?!\w){_YEAR}", re.IGNORECASE)


_PATTERNS = {language: _pattern(names) for language, names in MONTHS.items()}


def foreign_date(place: Place, language: str | None) -> Found | None:
    """A day and its month in the words of `language`; languages without a list have none."""
    pattern = _PATTERNS.get(language or "")
    match = pattern.match(place.text, place.pos) if pattern else None
    if match is None:
        return None
    month, number = MONTHS[language or ""][match["m"].lower()], int(match["d"])
    if cal.day(int(match["y"] or 2000), month, number) is None:
        return None
    year = int(match["y"]) if match["y"] else None
    if year is None and place.anchor is not None:
        year = cal.year_of_day(place.anchor, month, number, future=False)
    prefix = "XXXX" if year is None else f"{year:04d}"
    return Found(match.end(), "DATE", f"{prefix}-{month:02d}-{number:02d}")
