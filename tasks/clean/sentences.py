"""Sentences on which rules and judge differ: those that a rule names and that stay, those that the judge would keep and that ask."""

from __future__ import annotations

import re
from collections.abc import Sequence

from tasks.clean.acts import (
    act_doubt_of,
    act_of,
    has_glued_word,
    is_spoken_to_reader,
    learn_acts,
    speaks_of_topic,
)
from tasks.clean.captions import WITH_CREDIT
from tasks.clean.draft import Draft, Line
from tasks.clean.forms import is_told
from tasks.clean.narrated import tells
from tasks.clean.rule import Rule
from tasks.clean.words import ends_sentence, has_full_stop

TRUSTED = 0.5  # the judge's probability of a paragraph that it trusts
# "Sponsored by nobody, the team slept in the van." begins like a label and is a sentence: one within the article of a
# text that the model keeps with so much stays, whatever rule of these kinds names it; so does one below "Most read".
# On articles with boilerplate of other authors' wording 56, 102, 146 and 219 of 10,000 characters are lost instead of
# 67, 116, 151 and 309, and 24 traps of 569 instead of 36; it costs three cuts of 3,700, and F1 of both dumps 0.0001.
SENTENCE_KINDS = frozenset(
    "copyright advert related credit caption byline newsletter navigation share comments".split()  # noqa: SIM905  one line, not 10
)
SENTENCE_STAYS = 0.6
# So does a paragraph of so many characters, or in which somebody is quoted, whatever it says at one end; a shorter one if
# the model is sure of it. Of 7,800 cuts on articles with other authors' boilerplate that takes back three, of captions
# glued to paragraphs, and of ten paragraphs that rules of these kinds cut there nine stay.
LONG_KINDS = SENTENCE_KINDS | {"follow_us", "other", "paywall", "source_link"}
LONG_CHARS, LONG_STAYS, CAPTION_STAYS, PROSE_STAYS = 120, 0.6, 0.8, 0.9
FIRST_STAYS = 0.9
LISTED, LISTED_STAYS = "list.item", 0.3  # other stories' leads have less
# "Subscribe and I'll send you a cheese, I promised. By May I had eighty cheeses.": a site goes on about what it offers.
MIXED_KINDS = LONG_KINDS - {"copyright", "credit", "caption", "byline", "other"}
MIXED_STAYS = 0.6
AGREED_KINDS = LONG_KINDS - {"caption", "credit", "byline", "source_link"}
PLEA_AT = 0.1  # of the judge's probability; above it as many are the article's
PICTURED = frozenset(
    {"any.image_token", "any.caption_label", "any.caption_counted"}
)  # of a picture by what they say
_STAYS = {LISTED: LISTED_STAYS, WITH_CREDIT: CAPTION_STAYS}
_NEXT = re.compile(r"(?<=[^\W\d_][.!?…])[\"”»’)]?\s+(?=\S)|(?<=[。！？])[」』）)]*\s*(?=[^\s」』）)])")
_PRICE = re.compile(
    r"\d\s?(?:€|\$|£|¥|₫|₩|₺|zł|kr|euro|kronor|kroner|円|元|원|đồng|rp)|(?:€|\$|£|¥|₫|₩|₺|rp)\s?\d|\d\s?%",
    re.IGNORECASE,
)
HEARD_BELOW, HEARD_CHARS = 0.94, 300  # no act says more or is longer


def may_be_sentence(line: Line, rule: Rule) -> bool:
    """Whether a line that a shipped rule names may be a sentence: it ends with a full stop. What a person ruled goes."""
    if rule.takes or rule.confidence_frac >= 1.0 or rule.id in PICTURED:
        return False
    if line.whole is not None or (rule.kind in SENTENCE_KINDS and has_full_stop(line.text)):
        return True
    return rule.kind in LONG_KINDS and (line.is_prose or is_told(line.text) or _is_mixed(line, rule.kind))


def spare_sentences(draft: Draft, keep: Sequence[float]) -> None:
    """Takes back a rule's verdict on sentences between trusted paragraphs that the model keeps; below a heading anywhere."""
    lines = draft.lines
    trusted = trusted_of(lines, keep)
    for number, line in enumerate(lines):
        if line.verdict is None or not line.may_be_sentence or not trusted:
            continue
        if number < trusted[0] and not _may_be_first(line, keep[number]):
            continue  # above the article only what the judge is sure of, its first paragraph
        if line.verdict.rule_id in _STAYS:
            stays = keep[number] >= _STAYS[line.verdict.rule_id]
        elif line.whole is not None:
            stays = keep[number] >= SENTENCE_STAYS
        elif line.verdict.kind in SENTENCE_KINDS and has_full_stop(line.text):
            stays = number < trusted[-1] and keep[number] >= SENTENCE_STAYS
        else:
            stays = keep[number] >= _long_stays(line)
        if (
            stays
            and (line.maybe is None or line.verdict is line.maybe)
            and not _is_agreed(line, keep[number])
        ):
            if line.text in draft.captions:
                draft.captions.remove(line.text)
            line.verdict = None


def _may_be_first(line: Line, keep_frac: float) -> bool:
    is_sure = line.weight >= LONG_CHARS and keep_frac >= FIRST_STAYS and line.whole is None
    return is_sure and not is_spoken_to_reader(line.text)


def _is_agreed(line: Line, keep_frac: float) -> bool:
    """Whether a line that a rule names is a speech act of a site too, for which it goes with so much."""
    is_short = (
        line.verdict is not None and len(line.text) <= HEARD_CHARS and line.verdict.kind in AGREED_KINDS
    )
    is_act = is_short and act_doubt_of(line.text) > keep_frac
    return is_act and not (
        _is_framed(line.text) or _is_mixed(line, line.verdict.kind if line.verdict else "")
    )


def pleads(line: Line, keep_frac: float, *, above: bool) -> bool:
    """Whether a sentence above the article, or one below it that the judge doubts, speaks to the reader of what a site offers."""
    if is_told(line.text) or not is_spoken_to_reader(line.text):
        return False
    return above or (keep_frac < PLEA_AT and has_glued_word(line.text))


def _long_stays(line: Line) -> float:
    """The probability from which a paragraph stays that a rule of LONG_KINDS names."""
    if line.verdict is not None and _is_mixed(line, line.verdict.kind):
        return MIXED_STAYS
    return LONG_STAYS if line.weight >= LONG_CHARS or is_told(line.text) else PROSE_STAYS


def _is_mixed(line: Line, kind: str) -> bool:
    """Whether a paragraph goes on with a sentence in which no site speaks, of what it offers or to its reader."""
    if kind not in MIXED_KINDS or not has_full_stop(line.text):
        return False
    bounds = list(_NEXT.finditer(line.text))
    last = line.text[bounds[-1].end() :] if bounds else ""
    return bool(last) and not (_PRICE.search(last) or is_spoken_to_reader(last))


def _is_framed(text: str) -> bool:
    """Whether what sounds like a site stands between two sentences of a paragraph in which none speaks."""
    bounds = list(_NEXT.finditer(text)) if has_full_stop(text) else []
    if len(bounds) < 2:
        return False
    edges = (text[: bounds[0].start()], text[bounds[-1].end() :])
    return not any(is_spoken_to_reader(one) or act_of(one) for one in edges)


def _ends_as_story(text: str) -> bool:
    """Whether a call to the reader goes on with a sentence that tells what happened, as no site does."""
    form = act_of(text)
    bounds = list(_NEXT.finditer(text)) if form is not None and form.kind in MIXED_KINDS else []
    last = text[bounds[-1].end() :] if bounds and has_full_stop(text) else ""
    return (
        bool(last) and tells(last) and not (_PRICE.search(last) or is_spoken_to_reader(last) or act_of(last))
    )


def trusted_of(lines: Sequence[Line], keep: Sequence[float]) -> list[int]:
    """Numbers of the paragraphs that no rule cuts and the model keeps."""
    return [
        n for n, line in enumerate(lines) if line.verdict is None and line.is_prose and keep[n] >= TRUSTED
    ]


def hear(
    lines: Sequence[Line], keep: Sequence[float], doubts: list[float], trusted: Sequence[int], enough: float
) -> None:
    """Raises the doubt of lines that would stay and in which a site speaks to its reader, but of what the article is about."""
    heard = [
        number
        for number, (line, keep_frac) in enumerate(zip(lines, keep, strict=True))
        if line.verdict is None
        and keep_frac < HEARD_BELOW
        and len(line.text) <= HEARD_CHARS
        and (keep_frac >= enough or ends_sentence(line.text))
    ]
    learn_acts(lines[number].text for number in heard)
    prose = [lines[number].text for number in trusted]
    for number in heard:
        lines[number].heard = True
        doubt = act_doubt_of(lines[number].text)
        if doubt > max(keep[number], doubts[number]) and not (
            speaks_of_topic(lines[number].text, prose)
            or _is_framed(lines[number].text)
            or (keep[number] >= enough and _ends_as_story(lines[number].text))
        ):
            doubts[number] = doubt
