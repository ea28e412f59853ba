"""What is seen of a word by itself: hashed parts, its case, its row of the vector table, its gazetteer flags.

All of it depends on the word alone, so it is computed once for each different word and remembered.
"""

from __future__ import annotations

from zlib import crc32

TABLE_BITS = 15
TABLE_ROWS = 1 << TABLE_BITS  # rows of the table of hashed parts; row 0 stays zero
PARTS = 12  # hashed parts of a word, see `parts`
CASES = 16

LOWER, TITLE, CAPS, SINGLE, MIXED, DIGITS, ALNUM, MARK, UNCASED, DOTTED, STOP, OPEN = range(12)
LINE_PLAIN, LINE_CAPS, LINE_TITLE, LINE_LOWER = range(4)
LINE_KINDS = 4


def key(text: str) -> int:
    """A stable 32-bit hash."""
    return crc32(text.encode("utf-8", "surrogatepass"))


def case_of(word: str) -> int:  # noqa: PLR0911 - one line a class reads best
    """How a word is written, one of CASES classes."""
    first = word[0]
    if not first.isalnum():
        if first in ".!?":
            return STOP
        return OPEN if first in "\"'“‘«(" else MARK
    if word.isdigit() or (first.isdigit() and not any(c.isalpha() for c in word)):
        return DIGITS
    if "." in word:
        return DOTTED
    if any(c.isdigit() for c in word):
        return ALNUM
    if word.islower():
        return LOWER
    if word.isupper():
        return SINGLE if len(word) == 1 else CAPS
    if first.isupper() and word[1:].islower():
        return TITLE
    return MIXED if any(c.isupper() or c.islower() for c in word) else UNCASED


def shape_of(word: str) -> str:
    """A word as X x d and marks, repeats shortened to two."""
    out: list[str] = []
    for c in word[:40]:
        kind = "X" if c.isupper() else "x" if c.islower() else "d" if c.isdigit() else c
        if out[-2:] != [kind, kind]:
            out.append(kind)
    return "".join(out)


def parts(word: str, folded: str) -> list[int]:
    """PARTS rows of the hashed table: the word (twice, against collisions), its beginnings, ends and shape."""
    if not word[0].isalnum():
        one = key("w" + folded)
        return [one % (TABLE_ROWS - 1) + 1] + [0] * (PARTS - 1)
    if word[0].isdigit() and not any(c.isalpha() for c in word):
        return [key("d" + shape_of(word)) % (TABLE_ROWS - 1) + 1] + [0] * (PARTS - 1)
    short = folded[:40]
    names = (
        "W" + short,
        "w" + short,
        "1" + short[:1],
        "2" + short[:2],
        "3" + short[:3],
        "4" + short[:4],
        "a" + short[-1:],
        "b" + short[-2:],
        "c" + short[-3:],
        "d" + short[-4:],
        "e" + short[-5:],
        "s" + shape_of(word),
    )
    return [key(n) % (TABLE_ROWS - 1) + 1 for n in names]


def line_kind(cases: list[int]) -> int:
    """How a whole segment is written: capitals only and headlines say nothing by their capitals."""
    lower = cases.count(LOWER)
    caps = cases.count(CAPS)
    title = cases.count(TITLE)
    words = lower + caps + title
    if words < 3:
        return LINE_PLAIN
    if caps >= 0.7 * words and caps >= 3:
        return LINE_CAPS
    if title == 0 and caps == 0:
        return LINE_LOWER
    return LINE_TITLE if title >= 0.6 * words and words >= 5 else LINE_PLAIN
