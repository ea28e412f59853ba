"""Lines that stay because a person said so, as the rule files have them."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Keep:
    """A line, or a part of one, that a person wants to stay."""

    id: str
    line: str
    about: str


def kept_key(text: str) -> str:
    """What two spellings of a line that stays have in common: white space runs, quotes and case aside."""
    return " ".join(text.split()).casefold().replace("’", "'")
