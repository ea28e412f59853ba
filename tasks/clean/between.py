"""What stands between an article's paragraphs and looks like menus: subheadings, the lists that a paragraph introduces."""

from __future__ import annotations

import re
from collections.abc import Collection, Sequence

from tasks.clean.acts import act_of, has_glued_word, is_spoken_to_reader
from tasks.clean.bylines import find_byline
from tasks.clean.credits import find_credit
from tasks.clean.draft import DIGIT, Line
from tasks.clean.forms import form_of
from tasks.clean.headers import header_kind, is_dated
from tasks.clean.words import ends_sentence, is_name_words

HEADING_CHARS = 45  # a longer line alone between two paragraphs is as often another story's headline
_HEADING = re.compile(r"[^\W\d_a-z][^\d:|@#<>{}\[\]/\n]*[^\W_]\s?\??")
# What was put between a paragraph and the subheading of the next; below links to other stories a headline is one more.
_PUT_IN = frozenset(
    "image_markup caption credit advert newsletter follow_us share comments paywall duplicate_block duplicate_title".split()  # noqa: SIM905  one line, not 10
)
_PICTURED = frozenset({"image_markup", "caption", "credit"})
REACH, ABOVE_AT = 6, 0.15  # so many lines of it; what the judge says of a sentence above it at least
# Above a list, right below a paragraph: "Also on show".
LIST_AT, HEADED_AT, UNSURE = 0.3, 0.09, 0.6
# "They agreed on five:" Of other authors' articles the items of such lists were 58 of the 81 lines that the model cut.
INTRO_CHARS, INTRO_AT = 16, 0.1
ITEM_CHARS, ITEM_AT, MOST_ITEMS = 120, 0.02, 30
STRANGE = 0.35
# A short line that only the judge cuts, between two that stay: of nine authors' articles one of 23 was the site's with none
# of these signs, and 13 were subheadings, answers, names; with a sign all but two of 140 were the site's.
SHORT_CHARS, MOST_ALONE = 60, 3
MOST_FIGURES = 5
_FIGURE = re.compile(  # "Attendance: 3,116", "Tore: 1:0 Wencke (31.)", "観衆 412人"
    r"[^\W\d_][^:：\d]{1,30}[:：]\s?[£$€]?\d[\d.,]{0,9}(?:\s?(?!min|phút|分|sec|dk|сек|мин)[^\W\d_%]{1,12}|\s?%)?(?:\s?\([^()]{1,40}\))?|[\u3040-\u9fff]{2,6}[ 　:：]\d[\d,]{0,6}[^\W\d_分]|"
    r"[^\W\d_]{2,20}\s?[:：　 ]\s?.{0,80}\d{1,3}(?:['’′]|\.\)|分 ).{0,60}"
)
# Results of a match: two teams, what each scored, who scored and when.
_SCORE = re.compile(
    r"(?P<teams>[^\d:：,]{3,40}?)\s?\d{1,2}(?:\s?[-–―:]\s?\d{1,2})?(?:\s?\([^()]{0,60}\d[^()]{0,12}\)|(?P<other>[^\d:：,.]{2,30})\d{0,2})?"
)
ALONE_AT, BESIDE_AT, SURELY_AT = (
    0.03,
    0.15,
    0.5,
)  # the judge's probability of such a line, and of those around it
_TERM = re.compile(r"[^\W_][^:：]{0,40}[:：]\s?[^:：]{1,40}")
_LABELLED = re.compile(
    r"[^:：|]{2,30}\s?[:：|]\s[\"“„«]?[^\W\d_a-z]\S*(?:\s\S+){3,}|.*\(\d+\)\Z|\W*(?:>|→|»|•)"
)
# "37 coins", "準決勝 三勝〇敗": only in rows.
_COUNTED = re.compile(
    r"\d(?:[\d.,]{0,8}\d)?\s[a-zA-ZÀ-ỹ]\S{2,20}(?:\s[a-zA-ZÀ-ỹ]\S{2,20})?|[\u3040-\u9fff]{2,6}[ 　:：][\d〇一二三四五六七八九十][^。、\s]{0,7}"
)
MOST_ROWS = 8
_HOUR, HOUR_CHARS = re.compile(r"\d{1,2}\s?[:.h]\s?\d{2}"), 7
_INTRO_ENDS = (":", "：")


def subheadings(lines: Sequence[Line], keep: Sequence[float], trusted: Sequence[int]) -> frozenset[int]:
    """A few words right above a trusted paragraph, and below a sentence, that no rule and no form names; or between such and a list.

    keep: for each line the judge's probability. trusted: numbers of the paragraphs it trusts.
    """
    known = set(trusted)
    found: set[int] = set()
    for number in range(1, len(lines) - 1):
        above_list = HEADED_AT <= keep[number] < UNSURE and keep[number + 1] >= LIST_AT
        if (number + 1 in known or (above_list and lines[number + 1].verdict is None)) and _heads(
            lines, keep, known, number
        ):
            found.add(number)
    return frozenset(found)


def _heads(lines: Sequence[Line], keep: Sequence[float], known: Collection[int], number: int) -> bool:
    """Whether a line with a paragraph or a list below it is its heading."""
    if not _is_heading(lines[number]):
        return False
    if number + 1 not in known:
        return _paragraph_above(lines, number, _PICTURED) in known and act_of(lines[number].text) is None
    above = _paragraph_above(lines, number, _PUT_IN)
    return above in known or (above >= 0 and keep[above] >= ABOVE_AT and _may_be_body(lines[above]))


def _may_be_body(line: Line) -> bool:
    return line.verdict is None and ends_sentence(line.text) and form_of(line.text) is None


def _is_heading(line: Line) -> bool:
    is_short = line.verdict is None and line.weight <= HEADING_CHARS
    text = line.text.strip("#* ")
    fits = is_short and _HEADING.fullmatch(text) is not None and form_of(text) is None
    return fits and find_byline(text) is None


def _paragraph_above(lines: Sequence[Line], number: int, put_in: Collection[str]) -> int:
    """The nearest line above that was not put in there, of one of these kinds."""
    for above in range(number - 1, max(-1, number - 2 - REACH), -1):
        verdict = lines[above].verdict
        if verdict is None or verdict.kind not in put_in:
            return above
    return -1


def unsigned(lines: Sequence[Line], keep: Sequence[float], doubted: Sequence[int]) -> frozenset[int]:
    """Of the doubted lines the short ones between two of the article in which nothing says that a site wrote them.

    One alone, or up to three that name a thing and its price or hour each, such as "Children: 1 euro".
    """
    cut, at, found = frozenset(doubted), 0, set[int]()
    while at < len(doubted):
        first = last = doubted[at]
        while last + 1 in cut:
            last += 1
        at += last - first + 1
        run = lines[first : last + 1]
        if last + 1 == len(lines):
            continue
        below = _below(lines, last + 1)
        goes_on = first > 0 and lines[first - 1].verdict is None and is_figure(lines[first - 1].text)
        stands = below < len(lines) and _stand(lines, keep, (below, below))
        if _is_table(run) and (stands or (goes_on and keep[first - 1] >= BESIDE_AT)):
            found.update(range(first, last + 1))
        around = (first - 1, last + 1)
        if first == 0 or any(lines[n].verdict is not None or keep[n] < BESIDE_AT for n in around):
            continue
        alone = len(run) == 1 and _is_unsigned(run[0]) and _surely(keep, around)
        if (alone or _is_listed(lines, first, last)) and min(keep[first : last + 1]) >= ALONE_AT:
            found.update(range(first, last + 1))
    return frozenset(found)


def _below(lines: Sequence[Line], number: int) -> int:
    """The first line from this one that is no figure and no picture's."""
    while number < len(lines) and (
        is_figure(lines[number].text)
        if (verdict := lines[number].verdict) is None
        else verdict.kind in _PICTURED
    ):
        number += 1
    return number


def rows(lines: Sequence[Line], doubted: Collection[int]) -> frozenset[int]:
    """Two to eight lines of figures one below another between sentences that stay: "For: 12", "Against: 9".

    doubted: numbers of the lines that go unless they are such.
    """
    told = [n for n, line in enumerate(lines) if n not in doubted and _may_be_body(line)]
    found: set[int] = set()
    if not doubted or not told:
        return frozenset()
    number, last = told[0] + 1, told[-1]
    while number < last:
        end = number
        while end < last and _is_open_row(lines[end]):
            end += 1
        if 2 <= end - number <= MOST_ROWS:
            found.update(range(number, end))
        number = end + 1
    return frozenset(found)


def _is_open_row(line: Line) -> bool:
    is_open = line.verdict is None and line.maybe is None and _is_row(line.text)
    return is_open and form_of(line.text) is None and act_of(line.text) is None and not is_dated(line.text)


def _is_row(text: str) -> bool:
    """Whether a line may be one of a table: a name and its figure, or a figure and what it counts."""
    return is_figure(text) or _COUNTED.fullmatch(text) is not None


def _is_listed(lines: Sequence[Line], first: int, last: int) -> bool:
    """Whether lines each name a thing and what it is, in a row or beside one that stays: "Children: 1 euro"."""
    run = lines[first : last + 1]
    if len(run) > MOST_ALONE or not all(_TERM.fullmatch(line.text) for line in run):
        return False
    beside = any(_TERM.fullmatch(lines[n].text) for n in (first - 1, last + 1))
    return (len(run) > 1 or beside) and not any(map(_has_label, run))


def _has_label(line: Line) -> bool:
    form = form_of(line.text)
    named = form is not None and form.kind != "paywall"  # "Subscribers: 31,000"
    return (
        named
        or line.maybe is not None
        or find_byline(line.text) is not None
        or find_credit(line.text) is not None
    )


def _is_table(run: Sequence[Line]) -> bool:
    """Whether lines above a paragraph are figures of it: "Attendance: 3,116", "Tarn Rovers 2 (Okafor 89)"."""
    strict = sum(is_figure(line.text) for line in run)
    loose = all(is_figure(line.text) or _SCORE.fullmatch(line.text) for line in run)
    return (
        len(run) <= MOST_FIGURES
        and loose
        and 2 * strict > len(run)
        and not any(
            line.maybe is not None or form_of(line.text) is not None or is_dated(line.text) for line in run
        )
    )


def is_figure(text: str) -> bool:
    """Whether a line names a thing and its figure, or teams and what they scored: "Attendance: 3,116"."""
    score = _SCORE.fullmatch(text)
    is_score = score is not None and is_name_words(
        f"{score['teams']} {score['other'] or ''}".replace(" - ", " ")
    )
    return is_score or _FIGURE.fullmatch(text) is not None


def _stand(lines: Sequence[Line], keep: Sequence[float], around: tuple[int, int]) -> bool:
    """Whether the lines around stay, one of them without doubt."""
    return all(lines[n].verdict is None for n in around) and _surely(keep, around)


def _surely(keep: Sequence[float], around: tuple[int, int]) -> bool:
    return min(keep[n] for n in around) >= BESIDE_AT and max(keep[n] for n in around) >= SURELY_AT


def _is_unsigned(line: Line) -> bool:
    text = line.text
    if (
        line.verdict is not None
        or line.maybe is not None
        or line.weight >= SHORT_CHARS
        or line.whole is not None
    ):
        return False
    if _LABELLED.match(text) or is_spoken_to_reader(text) or has_glued_word(text):
        return False
    if "/" in text and is_name_words(text):  # "Ines Holm/Nordwind"
        return False
    if form_of(text) is not None or act_of(text) is not None or find_byline(text) is not None:
        return False
    return not (line.signs & DIGIT and (is_dated(text) or header_kind(text))) and find_credit(text) is None


def hours(lines: Sequence[Line], first: int, last: int) -> frozenset[int]:
    """Two or more times of day alone above paragraphs of the article, as a diary has them: "22:40".

    first, last: numbers of the article's first and last paragraph.
    """
    found = [
        number
        for number in range(first + 1, last)
        if lines[number].weight <= HOUR_CHARS
        and _HOUR.fullmatch(lines[number].text)
        and _is_open_prose(lines[number + 1])
    ]
    return frozenset(found if len(found) > 1 else ())


def _is_open_prose(line: Line) -> bool:
    return line.is_prose and line.verdict is None


def introduced(lines: Sequence[Line], keep: Sequence[float], doubted: Collection[int]) -> frozenset[int]:
    """Items of lists that a line of the article ends with a colon before: up to the next paragraph.

    doubted: numbers of the lines that go unless they are such; without any there is nothing to look for.
    """
    if not doubted:
        return frozenset()
    goes = frozenset(doubted)
    items: set[int] = set()
    for number, line in enumerate(lines[:-1]):
        if number in items or not line.text.endswith(_INTRO_ENDS):
            continue
        if line.verdict is not None or line.weight < INTRO_CHARS or keep[number] < INTRO_AT:
            continue
        found = _items(lines, keep, number + 1, goes)
        if not goes.isdisjoint(found) and form_of(line.text) is None:
            items.update(found)
    return frozenset(items)


def _items(lines: Sequence[Line], keep: Sequence[float], first: int, goes: Collection[int]) -> range:
    """The lines from the first on that may be a list's items, without a last one that the judge trusts far less than the others."""
    last = first
    most = min(first + MOST_ITEMS, len(lines))
    while last < most and _is_item(lines[last], keep[last], goes=last in goes):
        if last > first + 1 and lines[first].block == lines[first + 1].block != lines[last].block:
            break
        last += 1
    strange = last - first > 2 and keep[last - 1] < STRANGE * min(keep[first : last - 1])
    return range(first, last - strange)


def _is_item(line: Line, keep_frac: float, *, goes: bool) -> bool:
    if line.verdict is not None or line.maybe is not None or line.is_prose:
        return False
    may_be = line.weight <= ITEM_CHARS and keep_frac >= ITEM_AT
    return may_be and not (goes and form_of(line.text) is not None)
