"""What stands in each line, told for all lines of a document at once: who looks for a sign in lines skips those without.

Asking each of some hundred lines for a digit, a bar or one of a hundred words, step by step, cost a tenth of the time.
"""

from __future__ import annotations

from functools import cache

import numpy as np
from numpy.typing import NDArray

from tasks.clean.acts import glued_words
from tasks.clean.agencies.sign_off import MARK_SIGNS
from tasks.clean.credits import WORDS
from tasks.clean.draft import BETWEEN, BRACKET, CREDIT_WORD, DIGIT, MARK, SIGNS_BETWEEN, SITE_WORD, Draft
from tasks.clean.judge.lines import codes_of, looked_up, table_of
from tasks.clean.judge.spellings import Known
from tasks.clean.judge.tokens import words_of


def mark_signs(draft: Draft) -> None:
    """Sets `signs` of every line."""
    if not draft.lines:
        return
    texts = [line.text for line in draft.lines]
    found = looked_up(codes_of("\n".join(texts)), _table(), _sign)
    length = np.fromiter(map(len, texts), np.int64, len(texts)) + 1
    signs = np.bitwise_or.reduceat(found, np.cumsum(length) - length)
    words = words_of(texts)
    known, told = _telling_words()
    which, place = known.places(words.number)
    np.bitwise_or.at(signs, words.line.take(which), told.take(place))
    for line, sign in zip(draft.lines, signs.tolist(), strict=True):
        line.signs = sign


@cache
def _table() -> NDArray[np.uint8]:
    return table_of(_sign, np.uint8)


def _sign(char: str) -> int:
    brackets = BRACKET * (char in "]©＝影信聞写") | MARK * (char in MARK_SIGNS)
    return DIGIT * char.isdigit() | BETWEEN * (char in SIGNS_BETWEEN) | brackets


@cache
def _telling_words() -> tuple[Known, NDArray[np.uint8]]:
    """Words of credits and of sites, and the sign of each."""
    site = glued_words()
    words = sorted(WORDS | site)
    told = [CREDIT_WORD * (word in WORDS) | SITE_WORD * (word in site) for word in words]
    return Known(words), np.array(told, np.uint8)
