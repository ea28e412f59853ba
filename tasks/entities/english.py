"""Whether a text that says nothing of its language is English: by the share of its commonest words."""

from __future__ import annotations

import re

COMMON = frozenset(
    ["the", "of", "and", "to", "that", "for", "is", "was", "with", "said", "by", "from", "it", "he", "his", "her", "they", "their", "has",
     "have", "had", "be", "are", "were", "this", "which", "not", "at", "as", "on", "a", "in", "an", "will", "would", "but", "or", "who", "after",
     "about"]
)  # fmt: skip
# Of 859 pages in 20 languages, English ones had 0.13 or more of these words, the others 0.084 or less.
LEAST_FRAC = 0.10
LEAST_WORDS = 60  # a short text can be a list of names in any language
MOST_CHARS = 6_000  # the beginning tells

_WORD = re.compile(r"[^\W\d_]+")


def seems_english(text: str) -> bool:
    """True unless a text of some length has hardly any common English word."""
    words = [match[0].lower() for match in _WORD.finditer(text[:MOST_CHARS])]
    return len(words) < LEAST_WORDS or sum(word in COMMON for word in words) >= LEAST_FRAC * len(words)
