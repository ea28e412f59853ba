"""Rows of menus and paths, told by the names of sections in them: "Home News Sport Weather", "Harbour Post / News / Economy"."""

from __future__ import annotations

import re

from tasks.clean.words import ends_sentence, table

MOST_CHARS, ITEM_CHARS = 160, 30
ROW_ITEMS, WORDS = 3, 4  # parted by a sign, or by blanks alone
NAMED_FRAC, PARTED_FRAC = 0.6, 0.5
_SIGN = re.compile(r"\s*(?:[|·•»›>→☰]|::|\s/\s|\s[–—-]\s|\s{2,})\s*")


def is_menu(text: str) -> bool:
    """Whether a line is a row of a menu, or a path: most of its items are sections."""
    if len(text) > MOST_CHARS or ends_sentence(text):
        return False
    items = [item for item in _SIGN.split(text) if item]
    if len(items) >= ROW_ITEMS:
        short = all(len(item) <= ITEM_CHARS for item in items)
        return short and _named(items) >= PARTED_FRAC * len(items)
    words = text.split()
    if len(words) < WORDS or any(word[0].islower() or not word[0].isalpha() for word in words):
        return False
    return _named(words) >= NAMED_FRAC * len(words)


def _named(items: list[str]) -> int:
    sections = table("sections")
    return sum(item.lower() in sections for item in items)
