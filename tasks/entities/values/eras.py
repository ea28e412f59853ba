"""Decades in short (`'90s`, `in the 90s`) and years of an era (`776 BC`)."""

from __future__ import annotations

import re

from tasks.entities.values import calendar as cal
from tasks.entities.values.dates import Found, Place

SHORT_DECADE = re.compile(r"['’](?P<y>[1-9]0)s\b")
ERA_YEAR = re.compile(r"(?P<y>[1-9]\d{0,3}) (?P<e>BCE?|B\.C\.|AD|A\.D\.|CE)(?!\w)")


def era_year(place: Place) -> Found | None:
    """`776 BC`: -0775, as ISO 8601 counts with a year 0; `394 AD`: 0394."""
    match = ERA_YEAR.match(place.text, place.pos)
    if match is None:
        return None
    year = int(match["y"])
    value = f"-{year - 1:04d}" if match["e"].startswith("B") else f"{year:04d}"
    return Found(match.end(), "DATE", value)


_THE_BEFORE = re.compile(r"\b(?:in|of|from|since|until|during|throughout) the (?:early |late |mid-)?$")
_BARE_DECADE = re.compile(r"(?P<y>[1-9]0)s\b")


def bare_decade(place: Place) -> Found | None:
    """`in the 90s`, from its digits; not `in her 90s`, nor of heat."""
    match = _BARE_DECADE.match(place.text, place.pos)
    before = place.text[max(0, place.pos - 60) : place.pos]
    if match is None or not _THE_BEFORE.search(before) or "emperature" in before:
        return None
    return Found(match.end(), "DATE", _decade(match, place))


def short_decade(place: Place) -> Found | None:
    """`'90s`, from its apostrophe."""
    match = SHORT_DECADE.match(place.text, place.pos)
    if match is None:
        return None
    return Found(match.end(), "DATE", _decade(match, place))


def _decade(match: re.Match[str], place: Place) -> str:
    return f"{cal.full_year(match['y'], place.anchor)}"[:3] + "X"
