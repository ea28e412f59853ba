"""What stands behind a paragraph's last full stop and has none itself: a credit, a sign-off, who wrote it, a site's label."""

from __future__ import annotations

import re
from collections.abc import Iterator

from tasks.clean.acts import is_spoken_to_reader
from tasks.clean.agencies import find_sign_off
from tasks.clean.agencies_names import agency_named
from tasks.clean.bylines import find_byline, names_alone
from tasks.clean.credits import find_credit
from tasks.clean.draft import Line
from tasks.clean.forms import is_told
from tasks.clean.words import ends_sentence, is_name_words

HEAD_CHARS = 75  # of the paragraph in front, if it is one sentence; two have
SHORT_HEAD = 40
CAPTION_CHARS = 150  # one sentence of fewer with a credit behind it is a caption
LONG_HEAD = 120  # two sentences of fewer before a call to the reader are the site's too: "She covers the coast. Email: ..."
TAIL_CHARS = 90  # what goes on for longer is a sentence that a dump broke off
NAME_CHARS = 40
_OPEN = frozenset(",;:：、-–—(（…")  # a text that goes on ends so
_SAID = frozenset("\"“„«‘'「『")
_PAIRS = ("()", "（）", "[]", "「」", "『』", "«»", "“”")
# Where a sentence ends and the next begins.
_BOUNDARY = re.compile(
    r"(?<=[^\W\d_]{2}[.!?…؟۔।])\s+(?=\S)|(?<=\d[)%°][.!?।])\s+(?=\S)|(?<=\d{4}[.!?।])\s+(?=\S)|"
    r"(?<=[.!?…।][\"”»’)])\s+(?=\S)|(?<=[。！？])[」』）)]*\s*(?=[^\s」』）)])|(?<=[」』])\s+(?=\S)"
)
# Behind these a full stop ends no sentence.
_SHORTENED = re.compile(
    r"\b(?:Mrs?|Dr|St|Jr|Sr|[Nn]o|vs|Mt|Ms|Gen|Sen|Rep|Gov|Rev|Col|Sgt|Ave|Jan|Feb|Mar|Apr|Aug|Sept?|Oct|Nov|Dec|[Ff]ot|[Zz]dj|[Bb]zw|[Cc]a|[Uu]sw|[Nn]r|[Tt]el|[Ss]ra?|Dña|Av)\.\Z"
)

_BETWEEN_NAMES = re.compile(r"\s(?:avec|with|mit|con|com|met|med|für|for|pour|para|per|dla)\s")
# What no caption begins with.
_GOES_ON = re.compile(
    r"(?:He|She|It|They|We|I|But|And|So|Yet|Then|There|Er|Sie|Es|Wir|Ich|Aber|Und|Doch|Dann|Elle|Ils|Elles|Nous|Mais|Et|Puis|Él|Ella|Ellos|Pero|Y|Luego|"
    r"Lui|Lei|Loro|Ma|Poi|Ele|Ela|Eles|Mas|Depois|Hij|Zij|Ze|Maar|Toen|Han|Hon|Men|Ona|Oni|Ale|Potem|Họ|Nhưng|Dia|Mereka|Tetapi|Он|Она|Они|Но)(?:['’]\w+)?\s"
)


def tail_of(line: Line, below: Line | None) -> int | None:
    """Where the tail of a paragraph begins, or None. below: the next line, which may go on from it.

    A caption with its credit has none: it goes as one.
    """
    text = line.text
    if line.weight < SHORT_HEAD or ends_sentence(text) or text[-1] in _OPEN:
        return None
    bounds = list(_bounds(text, max(0, len(text) - 2 * TAIL_CHARS)))
    if not bounds:
        return None
    end, start = bounds[-1]
    tail = text[start:]
    goes_on = below is not None and below.text[0].islower()
    if len(tail) > TAIL_CHARS or tail[0].islower() or tail[0] in _SAID or goes_on or _is_torn(tail):
        return None
    return start if _is_paragraph(text[:end], line.weight / len(text), tail) else None


def _bounds(text: str, low: int) -> Iterator[tuple[int, int]]:
    """The end of each sentence and the beginning of the next."""
    for bound in _BOUNDARY.finditer(text, low):
        if _SHORTENED.search(text, max(0, bound.start() - 8), bound.start()) is None:
            yield bound.start(), bound.end()


def _is_torn(tail: str) -> bool:
    """Whether it begins within brackets or quotes."""
    return any(tail.count(pair[0]) != tail.count(pair[1]) for pair in _PAIRS)


def _is_paragraph(head: str, scale: float, tail: str) -> bool:
    """Whether what stands before a tail is a paragraph without it; scale: what one of its characters holds."""
    is_one = next(_bounds(head, 0), None) is None
    chars = len(head) * scale
    if chars < SHORT_HEAD:
        return False
    if not _is_signed(f"{head} {tail}", tail):
        return not is_one and chars >= LONG_HEAD
    if not is_one or chars >= CAPTION_CHARS or is_told(head) or _GOES_ON.match(head):
        return True
    return chars >= HEAD_CHARS and find_credit(f"{head} {tail}") is None and agency_named(tail) is None


def _is_signed(text: str, tail: str) -> bool:
    """Whether a tail names who made the text or a picture, or is a mark without a word."""
    if not any(map(str.isalnum, tail)):
        return True
    if find_credit(text) or find_byline(tail) or names_alone(tail) or agency_named(tail):
        return True
    if (sign_off := find_sign_off(text)) is not None and sign_off.start >= len(text) - len(tail):
        return True
    name = tail.strip("()[]（）-–—•/ ")
    is_one = name == tail and name.isalpha() and not name.isupper()  # "Subscribe"
    is_name = is_name_words(_BETWEEN_NAMES.sub(" ", name)) or (name != tail and name.isalpha())
    return len(tail) <= NAME_CHARS and is_name and not is_one and not is_spoken_to_reader(tail)
