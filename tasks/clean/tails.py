"""What stands behind a paragraph's last full stop and has none itself: a credit, a sign-off, who wrote it, a site's label."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from tasks.clean.acts import act_of, is_spoken_to_reader
from tasks.clean.agencies import find_sign_off
from tasks.clean.agencies.names import agency_named
from tasks.clean.bylines import find_byline, names_alone, person_name
from tasks.clean.credits import find_credit
from tasks.clean.draft import Line
from tasks.clean.forms import form_of
from tasks.clean.narrated import goes_on, tells
from tasks.clean.words import ends_sentence, is_name_words

HEAD_CHARS = 75  # of the paragraph in front, if it is one sentence; two have
SHORT_HEAD, CLOSING_HEAD = 40, 24
CAPTION_CHARS = 110  # one sentence of fewer with a credit behind it is a caption
LONG_HEAD = 120  # two sentences of fewer before a call to the reader are the site's too: "She covers the coast. Email: ..."
GLUED_CAPTION = 60
TAIL_CHARS = 90  # what goes on for longer is a sentence that a dump broke off
NAME_CHARS = 40
_OPEN = frozenset(",;:：、-–—(（…")  # a text that goes on ends so
_SAID = frozenset("\"“„«‘'「『")
_SIGNED_KINDS = frozenset({"byline", "credit", "source_link", "end_mark"})
_PICTURE = re.compile(r"©|photo|foto|bild|image|imagen|imagem|picture|ảnh|фото|写真", re.IGNORECASE)
_PAIRS = ("()", "（）", "[]", "「」", "『』", "«»", "“”")
# Where a sentence ends and the next begins.
_BOUNDARY = re.compile(
    r"(?<=[^\W\d_]{2}[.!?…؟۔।])\s+(?=\S)|(?<=\d[)%°][.!?।])\s+(?=\S)|(?<=(?:\d\d)[.!?।])\s+(?=[^\W\d_a-z]|\W)|"
    r"(?<=[.!?…।][\"”»’)])\s+(?=\S)|(?<=[^\W\dA-ZÀ-Þ_]{2}[.!?…])(?=[A-ZÀ-Þ©*(])|(?<=[.!?…][\"”»])(?=[A-ZÀ-Þ©*(])|(?<=[^\W\dA-ZÀ-Þ_]{2}[\"”»][.!?…])(?=[A-ZÀ-Þ©*(])|(?<=[。！？])[」』）)]*\s*(?=[^\s」』）)])|(?<=[」』])\s+(?=\S)"
)
# Behind these a full stop ends no sentence.
_SHORTENED = re.compile(
    r"\b(?:Mrs?|Dr|St|Jr|Sr|[Nn]o|vs|Mt|Ms|Gen|Sen|Rep|Gov|Rev|Col|Sgt|Ave|Jan|Feb|Mar|Apr|Aug|Sept?|Oct|Nov|Dec|[Ff]ot|[Zz]dj|[Bb]zw|[Cc]a|[Uu]sw|[Nn]r|[Tt]el|[Ss]ra?|Dña|Av)\.\Z"
)

_BETWEEN_NAMES = re.compile(r"\s(?:avec|with|mit|con|com|met|med|für|for|pour|para|per|dla)\s")


def tail_of(line: Line, below: Line | None, *, closes: bool = False) -> int | None:
    """Where the tail of a paragraph begins, or None. below: the next line, which may go on from it.

    closes: no paragraph of the article stands below it, where pictures seldom do.

    A caption with its credit has none: it goes as one.
    """
    text = line.text
    if line.weight < (CLOSING_HEAD if closes else SHORT_HEAD) or ends_sentence(text) or text[-1] in _OPEN:
        return None
    bounds = list(_bounds(text, max(0, len(text) - 2 * TAIL_CHARS)))
    if not bounds:
        return None
    end, start = bounds[-1]
    tail = text[start:]
    is_half = below is not None and below.text[0].islower()
    if (
        len(tail) > TAIL_CHARS
        or (tail[0].islower() and find_byline(tail) is None)
        or tail[0] in _SAID
        or is_half
        or _is_torn(tail)
    ):
        return None
    sign_off = find_sign_off(text)
    if sign_off is not None and sign_off.start > start and ends_sentence(text[: sign_off.start].rstrip()):
        return None  # "... ignored./IANS": only the sign-off goes, see `inside`
    scale = line.weight / len(text)
    short = closes and end * scale >= CLOSING_HEAD and _is_signed(text, tail)
    if not short and not _is_paragraph(text[:end], scale, tail):
        return None
    return _caption_start(text, bounds, scale) or start


def _caption_start(text: str, bounds: Sequence[tuple[int, int]], scale: float) -> int | None:
    """Where a caption with its credit begins at the end of a paragraph: the short sentence before what says "photo"."""
    credit = find_credit(text) if len(bounds) > 1 else None
    if credit is None or not (_PICTURE.search(credit[0]) or ":" in credit[0]):
        return None
    start, end = bounds[-2][1], bounds[-1][0]
    caption = text[start:end]
    is_long = start * scale >= LONG_HEAD or (start * scale >= HEAD_CHARS and len(bounds) > 2)
    fits = is_long and len(caption) * scale <= GLUED_CAPTION and not goes_on(caption) and not tells(caption)
    return start if fits else None


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
    if not is_one or chars >= CAPTION_CHARS or goes_on(head):
        return True
    is_credit = find_credit(f"{head} {tail}") or agency_named(tail) or person_name(tail.strip("()[]"))
    return chars >= HEAD_CHARS and (tells(head) or not is_credit)


def _is_signed(text: str, tail: str) -> bool:
    """Whether a tail names who made the text or a picture, or is a mark without a word."""
    if not any(map(str.isalnum, tail)):
        return True
    if find_credit(text) or find_byline(tail) or names_alone(tail) or agency_named(tail):
        return True
    if (sign_off := find_sign_off(text)) is not None and sign_off.start >= len(text) - len(tail):
        return True
    forms = (form_of(tail), act_of(tail)) if "@" not in tail else ()
    if any(form is not None and form.kind in _SIGNED_KINDS for form in forms):
        return True
    label, colon, maker = tail.partition(":")
    if colon and len(label) <= NAME_CHARS and person_name(maker.strip()) is not None:
        return True  # "Additional reporting: Ines Holm"
    name = tail.strip("()[]（）-–—•/ ")
    is_one = name == tail and name.isalpha() and not name.isupper()  # "Subscribe"
    is_name = is_name_words(_BETWEEN_NAMES.sub(" ", name)) or (name != tail and name.isalpha())
    return len(tail) <= NAME_CHARS and is_name and not is_one and not is_spoken_to_reader(tail)
