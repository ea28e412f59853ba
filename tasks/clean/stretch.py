"""The stretch of a document that is the article: within it the judge is trusted less to cut, outside it less to keep.

Below an article stand teasers, comments and other stories, prose of which a judge of single lines keeps some; but many
lines that it cuts lie between. The stretch is where what it keeps outweighs what it cuts. By models that had not seen the
site, on folds 0-2, where the numbers were chosen, and on folds 3 and 4: F1 of whole dumps rises from 0.9264 to 0.9286 and
from 0.946 to 0.949 at the same words lost (two documents of three that change for the better); of pages from 0.9552 to
0.9561 with 1.5 % of the words lost instead of 1.6, and there it falls by 0.0005 with 1.6 % instead of 1.8. Light dumps
gain nothing. Small trees that see the stretch, its share and the gaps were no better than these few numbers.

Chosen again for whole dumps when the judge had been trained on the lines that it sees (judge/seen.py): folds 0-2 0.9269
to 0.9292 at 1.5 % of the words lost, folds 3 and 4 0.9511 to 0.9510. With 10 characters for a cut line
instead of 12 F1 is the same and 0.02 points less of the words are lost.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from tasks.clean.draft import Line

MOST_CHARS = 360.0  # of a line: one paragraph does not outweigh a page of menus


class Trust(NamedTuple):
    """How many characters a cut line outweighs, and the probability from which lines stay.

    within: from which a line in the stretch stays that the judge would cut; apart, apart_prose: from which a line and a
    paragraph outside it stay that it would keep.
    """

    cut_chars: float
    within: float
    apart: float
    apart_prose: float


TRUST = {
    "html": Trust(6.0, within=0.3, apart=0.45, apart_prose=0.45),
    "dump": Trust(10.0, within=0.35, apart=0.6, apart_prose=0.6),
    "text": Trust(12.0, within=0.1, apart=0.4, apart_prose=0.15),
}


def by_stretch(
    lines: Sequence[Line], keep: Sequence[float], doubted: Sequence[int], doubts: Sequence[float], kind: str
) -> list[int]:
    """The lines that the judge cuts, once it is known where the article is; in order.

    keep: for each line the judge's probability. doubted: numbers of the lines without a verdict that it would cut.
    doubts: for each line the probability that its form asks for. kind: what the document is, as in TRUST.
    """
    trust, cut = TRUST[kind], set(doubted)
    stays = [line.verdict is None and number not in cut for number, line in enumerate(lines)]
    inside = stretch(
        [
            min(line.weight, MOST_CHARS) * keep_frac if stay else -trust.cut_chars
            for line, keep_frac, stay in zip(lines, keep, stays, strict=True)
        ]
    )
    found: list[int] = []
    for number, (line, keep_frac, stay) in enumerate(zip(lines, keep, stays, strict=True)):
        if stay:
            goes = number not in inside and keep_frac < (trust.apart_prose if line.is_prose else trust.apart)
        else:
            is_article = number in inside and keep_frac >= max(trust.within, doubts[number])
            goes = number in cut and not is_article
        if goes:
            found.append(number)
    return found


def stretch(values: Sequence[float]) -> range:
    """The range of the greatest sum, the first of such; empty where no value is above zero."""
    best, found = 0.0, range(0)
    total, first = 0.0, 0
    for number, value in enumerate(values):
        if total <= 0.0:
            total, first = 0.0, number
        total += value
        if total > best:
            best, found = total, range(first, number + 1)
    return found
