"""Lines that are judged with their neighbours: lists below headings, runs of menu items, rules tied to a place."""

from __future__ import annotations

import re

from tasks.clean.acts import act_of
from tasks.clean.between import hours, is_figure
from tasks.clean.bylines import find_byline
from tasks.clean.draft import DIGIT, PROSE_CHARS, Draft, Line, Verdict
from tasks.clean.forms import form_of
from tasks.clean.headers import header_kind, is_dated, is_placed
from tasks.clean.repeats import TEASER_CHARS, has_two_sentences, is_teaser
from tasks.clean.titles import is_headline
from tasks.clean.words import ends_sentence, has_full_stop

ITEMS_INSIDE = 6  # a list of links inside an article is short; at its end it may be of any length
TAG_CHARS = 30  # below "Tags:"
BYLINE_CHARS = 120
TWO_CHARS = 50  # of two sentences, which the last lead of a list seldom has
LEAD_CHARS = 110  # of another story's lead
_NUMBERED = re.compile(
    r"(?:\d{1,2}[.):]\s?|\d{1,2}[:h]\d{2}\s|[•*▪◦→–-]\s?|\d\s)\S|\[[^\]\n]{3,200}\]\(|\d{1,2}\Z"
)
_PLACE = re.compile(r"(\d{1,6})(?:[.):]?\s|\Z)")
_ASKED = re.compile(r"[A-Z][.:]\s[¿\"“„«]?[^\W\d_].*[.?!…][\"”»]?\Z")
_MYSELF = re.compile(r"(?:I|Ich|Je|Yo|Eu|Io|Ik|Jag|Jeg|Tôi|Saya|Я|Ja)(?:['’]\w+)?\s|J['’]")
_CLOCK = re.compile(r"\d{1,2}\s?[:h]\s?\d{2}")
_RUN_KINDS = frozenset(
    {
        "navigation",
        "share",
        "other",
        "newsletter",
        "comments",
        "follow_us",
        "copyright",
        "timestamp",
        "paywall",
        "advert",
        "image_markup",
    }
)
_LIST_KINDS = frozenset(
    {
        "related",
        "image_markup",
        "timestamp",
        "duplicate_block",
        "duplicate_title",
        "caption",
        "credit",
        "advert",
    }
)


def cut_lists(draft: Draft) -> None:
    """A heading such as "Most read" takes the items below it."""
    _, last_prose = draft.body()
    for number, line in enumerate(draft.lines):
        if line.takes and line.verdict is not None:
            _take_items(draft, number, last_prose)
        if line.verdict is not None and line.verdict.kind == "related":
            _take_teaser(draft.lines, number)


def _take_items(draft: Draft, heading: int, last_prose: int) -> None:
    lines, taken, place = draft.lines, 0, 0
    verdict = lines[heading].verdict
    kind = verdict.kind if verdict is not None else "related"
    own_block = heading + 1 < len(lines) and lines[heading + 1].block == lines[heading].block
    blocks = lines[-1].block > 2  # the text parts its paragraphs by blank lines
    for number in range(heading + 1, len(lines)):
        line = lines[number]
        at_end = number > last_prose
        if line.verdict is not None:
            if line.verdict.kind not in _LIST_KINDS or line.takes:
                return
            continue
        if own_block and blocks and line.block != lines[heading].block and not at_end:
            return
        if kind == "navigation" and (line.weight > TAG_CHARS or ends_sentence(line.text)):
            return  # a tag has a word or three
        below = lines[number + 1] if number + 1 < len(lines) else None
        if below is not None and is_figure(line.text) and is_figure(below.text):
            return  # "For: 12", "Against: 9"
        is_item = kind == "navigation" or _is_item(line, lines[number - 1], below, at_end=at_end)
        if not is_item or (taken >= ITEMS_INSIDE and not at_end):
            return
        if (found := _PLACE.match(line.text)) is not None:
            goes_on = int(found[1]) == place + 1
            if place > 1 and not goes_on:
                return  # "38 workers" below "3 The pilots ask for rest" is no fourth story
            place = place + 1 if goes_on else 0
        line.cut(kind, "list.item", 0.85)
        line.may_be_sentence = has_full_stop(line.text)
        taken += 1


def _take_teaser(lines: list[Line], number: int) -> None:
    """A headline and a text that breaks off, right above "Read more", are another story's."""
    if number < 2:
        return
    headline, teaser = lines[number - 2], lines[number - 1]
    if (
        headline.verdict is None
        and teaser.verdict is None
        and is_teaser(teaser.text)
        and is_headline(headline)
    ):
        for line in (headline, teaser):
            line.cut("related", "list.teaser", 0.85)


def _is_led(above: Line, below: Line | None) -> bool:
    """Whether a sentence below the article is a lead: right below a heading or between two items; else it may be the article's last."""
    if above.takes:
        return True
    if below is None or below.verdict is not None or _is_of_site(below.text):
        return False
    return not has_full_stop(below.text) and not has_full_stop(above.text)


def _is_of_site(text: str) -> bool:
    """Whether a line is none of a list: "Follow us on Facebook", "***"."""
    if _NUMBERED.match(text):
        return False
    return form_of(text) is not None or act_of(text) is not None or not any(map(str.isalnum, text))


def _is_lead(line: Line, above: Line, below: Line | None) -> bool:
    """A short sentence between two headlines of a list."""
    is_between = below is not None and below.verdict is None and is_headline(below)
    return is_between and is_headline(above) and line.weight <= LEAD_CHARS


def _is_item(line: Line, above: Line, below: Line | None, *, at_end: bool) -> bool:
    if (
        line.maybe is not None
        or line.weight > TEASER_CHARS
        or _is_paragraph(line)
        or _is_answer(line)
        or _closes(line, below)
    ):
        return False
    if at_end:
        return not has_full_stop(line.text) or _is_led(above, below)
    if is_headline(line) or (_NUMBERED.match(line.text) and not line.is_prose):
        return True
    below_item = above.verdict is not None and above.verdict.rule_id in {"list.item", "repeat.headline_pair"}
    return below_item and (
        is_teaser(line.text) or not ends_sentence(line.text) or _is_lead(line, above, below)
    )


def _is_paragraph(line: Line) -> bool:
    """Whether a line has two sentences and does not break off as teasers do, whatever stands behind the last."""
    return line.weight >= PROSE_CHARS and has_two_sentences(line.text) and not is_teaser(line.text)


def _closes(line: Line, below: Line | None) -> bool:
    """Whether a line of two short sentences has no further item below it."""
    is_two = line.weight >= TWO_CHARS and has_full_stop(line.text) and has_two_sentences(line.text)
    if below is None or _is_of_site(below.text):
        return is_two
    return is_two and not (is_headline(below) or _NUMBERED.match(below.text))


def _is_answer(line: Line) -> bool:
    """Whether somebody speaks of himself in a line: "I did, in 2014. It lasted a weekend."."""
    is_asked = _ASKED.match(line.text) is not None  # "Q. What is a good picture?"
    return is_asked or (_MYSELF.match(line.text) is not None and has_full_stop(line.text))


def settle_needs(draft: Draft) -> None:
    """Decides the rules that need a neighbour or a place."""
    lines = draft.lines
    prose = [number for number, line in draft.kept() if line.is_prose and line.maybe is None]
    top = prose[1] if len(prose) > 1 else len(lines)
    waits = [number for number, line in enumerate(lines) if line.verdict is None and line.maybe is not None]
    while waits and prose and waits[0] < prose[-1] and act_of(lines[prose[-1]].text) is not None:
        prose.pop()  # "If you value our reporting, ..." ends no article
    end = prose[-1] if prose else -1
    for number in waits:
        line = lines[number]
        at_top, at_end = number < top, number > end
        if line.needs == "run":
            fits = _has_neighbour(lines, number)
        else:
            fits = {"top": at_top, "end": at_end, "edge": at_top or at_end}.get(line.needs, True)
        if fits:
            line.verdict = line.maybe
    _fill_runs(lines)


def _has_neighbour(lines: list[Line], number: int) -> bool:
    """Whether the line before or after it goes too, or may go for the same reason."""
    return any(_is_run(lines[other]) for other in (number - 1, number + 1) if 0 <= other < len(lines))


def _is_run(line: Line) -> bool:
    if line.verdict is not None:
        return line.verdict.kind in _RUN_KINDS
    return line.maybe is not None and line.needs == "run"


def _fill_runs(lines: list[Line]) -> None:
    """A word or two between menu items of one block is a menu item."""
    for number in range(1, len(lines) - 1):
        line, above, below = lines[number], lines[number - 1], lines[number + 1]
        if (
            line.verdict is not None
            or line.weight > 25
            or line.text.count(" ") > 2
            or ends_sentence(line.text)
        ):
            continue
        if above.verdict is None or below.verdict is None or not above.block == line.block == below.block:
            continue
        if above.verdict.kind == below.verdict.kind and above.verdict.kind in {"navigation", "share"}:
            line.verdict = Verdict(above.verdict.kind, "list.between", 0.75)


def cut_headers(draft: Draft) -> None:
    """Lines above the article that are a date beside names: what comes below them is its first paragraph."""
    first, _ = draft.body()
    for number, line in draft.kept():
        if number > first:
            return
        kind = header_kind(line.text) if line.bare else None
        if kind is not None:
            line.cut(kind, "list.header_line", 0.88)


def cut_timestamps(draft: Draft) -> None:
    """Lines of date words only: with a time of day anywhere, without one above the article or below it."""
    first, last = draft.body()
    diary = hours(draft.lines, first, last)
    for number, line in draft.kept():
        if not line.signs & DIGIT or number in diary:
            continue
        at_edge = number <= first + 1 or number > last
        dated = is_dated(line.text) or (number < first and is_placed(line.text))
        if line.bare and dated and (_CLOCK.search(line.text) or at_edge):
            line.cut("timestamp", "list.date_line", 0.9)
        elif line.bare and at_edge and (kind := header_kind(line.text)) is not None:
            line.cut(kind, "list.header_line", 0.88)


def cut_bylines(draft: Draft) -> None:
    """Lines that name who wrote the article, above its second paragraph or below its last."""
    prose = [number for number, line in draft.kept() if line.is_prose]
    second, last = (prose[1] if len(prose) > 1 else len(draft.lines)), (prose[-1] if prose else -1)
    for number, line in draft.kept():
        at_edge = bool(line.bare) and (number < second or number > last)
        short = len(line.text) <= BYLINE_CHARS and not ends_sentence(line.text)
        if at_edge and short and find_byline(line.text) is not None:
            line.cut("byline", "list.byline", 0.88)
