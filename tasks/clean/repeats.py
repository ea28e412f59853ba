"""What stands twice: doubled lines, headline pairs with their teasers, paragraphs that come again."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator

from tasks.clean.draft import HALF_CHARS, PROSE_CHARS, Draft, Line, doubled
from tasks.clean.titles import fold, is_headline
from tasks.clean.words import ends_sentence, has_full_stop

BLOCK_CHARS = 60  # a shorter line may well stand twice in an article
QUESTION_CHARS = 120  # a question may be quoted again to be answered
TEASER_CHARS = 420
_REFERENCE = "^[†‡"  # a list of references names a book as often as it is used
STEM_CHARS = 5
LEAD_LINES, LEAD_KEY, DATELINE_CHARS = 4, 24, 60
_BEHIND_DATELINE = re.compile(r"[.:)）】|–—/-]\s?")
TAIL_CHARS = 12
# A line that holds so much of its text in paragraphs that stand on their own is the article once more, without its breaks.
SUM_CHARS, SUM_SHARE, SUM_PARTS, MOST_PARTS = 1_500, 0.8, 5, 200
_ELLIPSIS = ("...", "…", "[…]", "[...]", "…]")
_WORD = re.compile(r"\w{5,}")
_LEAD = re.compile(
    r"(?:\d{1,2}[:.h]\d{2}|\d{1,2}[.):]?|Video|Videos?|Photos?|Fotos?|Live|Watch|Podcast|Audio|[•▪►▶–-])\s+"
)
_NEXT_SENTENCE = re.compile(r"[^\W\d_A-ZÀ-Þ]{2}[.!?…।؟۔][\"”»’)]?\s+[\"“«‘„]?[^\W\d_a-z]")
_AGAIN_IN_BRACKETS = (
    re.compile(r"[\[(]([^\[\]()]{8,200})[\])] ?(.{8,200})"),
    re.compile(r"([^\[\]()]{8,200}) [\[(](.{8,200})[\])]"),
)
_LEADS = frozenset("VPFLWA•▪►▶–-")  # what it begins with, or with a digit


def cut_repeats(draft: Draft) -> None:
    """Verdicts `related` and `duplicate_block` for what the document says again."""
    _cut_pairs(draft)
    _cut_leads(draft)
    _cut_blocks(draft)


def cut_sums(draft: Draft) -> None:
    """Verdict `duplicate_block` for the one longest line, if what stays beside it says nearly all that it says.

    It is asked once the judge has spoken: whichever of the two it cut, the other is the article.
    """
    kept = [line for _, line in draft.kept()]
    longest = max(kept, key=lambda line: len(line.text), default=None)
    if longest is None or len(longest.text) < SUM_CHARS:
        return
    parts = [line.text for line in kept if line.is_prose and 2 * len(line.text) < len(longest.text)]
    found = [len(part) for part in parts[:MOST_PARTS] if part in longest.text]
    if len(found) >= SUM_PARTS and sum(found) >= SUM_SHARE * len(longest.text):
        longest.cut("duplicate_block", "repeat.sum", 0.95)


def is_teaser(text: str) -> bool:
    """Whether a text breaks off as teasers do."""
    return text.rstrip(" ]\"'”»").endswith(_ELLIPSIS)


def has_two_sentences(text: str) -> bool:
    """Whether a sentence begins behind another in a text."""
    return _NEXT_SENTENCE.search(text) is not None


def cut_doubled_lines(draft: Draft) -> None:
    """Verdicts for lines that say one thing twice: a link and its picture's text."""
    title = fold(draft.title or "")
    for line in draft.lines:
        half = _twice(line) if line.bare and line.verdict is None else None
        if half is None:
            continue
        kind = "duplicate_title" if title and fold(half) == title else "related"
        line.cut(kind, "repeat.twice_on_line", 0.95)


def _twice(line: Line) -> str | None:
    """What a line says twice, with or without a number, a time or a label before it: "2. Title Title"."""
    text = line.text
    half = doubled(line.bare) or (doubled(text) if text != line.bare else None) or _bracketed(text)
    if half is not None or not (text[0] in _LEADS or text[0].isdigit()):
        return half
    lead = _LEAD.match(text)
    return doubled(text[lead.end() :]) if lead else None


def _bracketed(text: str) -> str | None:
    """What a line says in brackets and without: "[Title] Title", "Title (Title)"."""
    for pattern in _AGAIN_IN_BRACKETS if text[0] in "[(" or text[-1] in "])" else ():
        found = pattern.fullmatch(text)
        if found is not None and fold(found[1]) == fold(found[2]) and " " in found[1]:
            return found[2]
    return None


def _cut_pairs(draft: Draft) -> None:
    """A headline twice in a row is a link with its picture's text; the line after it is its teaser."""
    lines, number = draft.lines, 0
    _, last_prose = draft.body()
    while number + 1 < len(lines):
        one, two = lines[number], lines[number + 1]
        if _is_pair(one, two) and _may_head(one):
            one.cut("related", "repeat.headline_pair", 0.93)
            two.cut("related", "repeat.headline_pair", 0.93)
            number += 1 + _cut_teaser(draft, number + 2, one, at_end=number + 2 >= last_prose)
        number += 1


def _may_head(line: Line) -> bool:
    """Whether a line may be a link's text: no sentence, and no paragraph that ends with a quotation."""
    if line.is_prose and has_two_sentences(line.text):
        return False
    return is_headline(line) or not ends_sentence(line.text)


def _is_pair(one: Line, two: Line) -> bool:
    if one.verdict is not None or two.verdict is not None or not one.bare or len(one.text) < HALF_CHARS:
        return False
    first = one.text[0]
    return (not first.isalnum() or two.may_begin(first.lower()[:1])) and one.key == two.key


def _cut_teaser(draft: Draft, number: int, headline: Line, *, at_end: bool) -> int:
    """Cuts the teaser that follows a headline pair; how many lines that were."""
    if number >= len(draft.lines):
        return 0
    line, rest = draft.lines[number], draft.lines[number + 1 : number + 3]
    pair_follows = len(rest) == 2 and rest[0].key == rest[1].key
    shares = bool(_stems(line.text) & _stems(headline.text))
    known = is_teaser(line.text) or pair_follows or at_end or shares
    if line.verdict is None and len(line.text) <= TEASER_CHARS and known:
        line.cut("related", "repeat.teaser", 0.85)
        return 1
    return 0


def _stems(text: str) -> set[str]:
    return {word[:STEM_CHARS] for word in _WORD.findall(text.lower())}


def _cut_blocks(draft: Draft) -> None:
    """A paragraph that comes again word for word goes the second time, a teaser cut from one goes at once."""
    seen: set[str] = set()
    longest: dict[str, str] = {}
    for line in draft.lines:
        if line.verdict is None and len(line.text) >= BLOCK_CHARS:
            head = line.text[:BLOCK_CHARS]
            longest[head] = max(longest.get(head, ""), line.text, key=len)
    blocks = [line for line in draft.lines if _is_block(line)]
    tails = [_tail(line) for line in blocks]
    again = Counter(tails)
    for line, tail in zip(blocks, tails, strict=True):
        if (
            again[tail] > 1
            and line.key in seen
            and (ends_sentence(line.text) or len(line.text) >= PROSE_CHARS)
        ):
            line.cut("duplicate_block", "repeat.block", 0.93)
        elif is_teaser(line.text) and _is_head_of(line.text, longest.get(line.text[:BLOCK_CHARS], "")):
            line.cut("duplicate_block", "repeat.lead_as_teaser", 0.9)
        if again[tail] > 1:
            seen.update((line.key, key_of_rest(line)))


def _cut_leads(draft: Draft) -> None:
    """The beginning of one of the first paragraphs where it stands again, whole or broken off, without the dateline."""
    prose = [line for _, line in draft.kept() if line.is_prose][:LEAD_LINES]
    begins = {line.text[:LEAD_KEY] for line in draft.lines if line.verdict is None and _may_be_lead(line)}
    places = [
        (line, at) for line in prose for at in _starts(line.text) if line.text[at : at + LEAD_KEY] in begins
    ]
    if not places:
        return
    for line in draft.lines:
        if line.verdict is None and _may_be_lead(line) and any(_is_lead_of(line, *place) for place in places):
            line.cut("duplicate_block", "repeat.lead_as_teaser", 0.9)


def _starts(text: str) -> Iterator[int]:
    """Where a lead may begin in a paragraph: at once, or behind a dateline."""
    yield 0
    for found in _BEHIND_DATELINE.finditer(text, 0, DATELINE_CHARS):
        yield found.end()


def _may_be_lead(line: Line) -> bool:
    if is_teaser(line.text):
        return line.weight >= LEAD_KEY
    return line.weight >= BLOCK_CHARS and has_full_stop(line.text)


def _is_lead_of(line: Line, paragraph: Line, at: int) -> bool:
    if line is paragraph or len(line.text) > len(paragraph.text) - at + len("[...]"):
        return False
    if is_teaser(line.text):
        return _is_head_of(line.text, paragraph.text[at:])
    rest = paragraph.text[at:]
    return rest.startswith(line.text) and (at > 0 or len(rest) > len(line.text))


def _is_block(line: Line) -> bool:
    if line.verdict is not None or line.weight < BLOCK_CHARS:
        return False
    return line.text[0] not in _REFERENCE and (line.text[-1] != "?" or len(line.text) >= QUESTION_CHARS)


def _tail(line: Line) -> str:
    """The end of a line's key, with or without a dateline: keys are long, and nearly all differ there."""
    if not line.bare:
        return line.text[-TAIL_CHARS:]
    tail = fold(line.text[-2 * TAIL_CHARS :])
    return (tail if len(tail) > TAIL_CHARS else line.key)[-TAIL_CHARS:]


def key_of_rest(line: Line) -> str:
    """The key of a line without its dateline."""
    return (fold(line.rest) if line.bare else line.rest) if line.parts else line.key


def _is_head_of(teaser: str, other: str) -> bool:
    beginning = teaser.rstrip(" ]\"'”».…[")[:-1]
    return len(other) > len(teaser) and other.startswith(beginning)
