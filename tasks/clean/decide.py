"""The verdict on each line: what a rule says, what a model thinks, and what happens when they differ.

Rules name the cut; where no rule speaks, the model decides; when unsure, keep.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence

from tasks.clean.acts import act_of, has_glued_word, is_spoken_to_reader, learn_acts
from tasks.clean.agencies import SignOff, find_sign_off
from tasks.clean.between import hours, introduced, rows, subheadings, unsigned
from tasks.clean.bylines import find_byline, names_alone
from tasks.clean.contained import spared
from tasks.clean.credits import find_credit, may_be_credited
from tasks.clean.draft import BETWEEN, DIGIT, MARK, Draft, Line, Verdict
from tasks.clean.forms import doubt_of, form_of, learn_forms, most_doubt
from tasks.clean.headers import header_kind, is_dated
from tasks.clean.judge.probability import judge_page, judge_text
from tasks.clean.judge.rules import ruled_of
from tasks.clean.judge.seen import seen_lines
from tasks.clean.openings import opening_of, part_openings
from tasks.clean.overruled import overrule
from tasks.clean.page import Page
from tasks.clean.repeats import has_two_sentences, is_teaser
from tasks.clean.rule import Rule
from tasks.clean.rules import Rules
from tasks.clean.sayings import bare_line
from tasks.clean.sentences import hear, may_be_sentence, pleads, spare_sentences, trusted_of
from tasks.clean.stretch import by_stretch
from tasks.clean.titles import is_headline
from tasks.clean.words import ends_sentence, has_full_stop

Judge = Callable[
    [Draft, Page | None], Sequence[float]
]  # for each line the probability that it is the article's
# A line the model keeps with less is cut. All by models that had not seen the site, folds 0-3. A text of which
# MOSTLY_CUT goes is the dump of a whole page, and its judge is to be strict: with 0.3 everywhere F1 of whole dumps falls
# by 0.008. Elsewhere 0.15 loses 3, 60, 45 and 124 article characters of 10,000 to boilerplate of unseen authors' wording,
# where 0.25 loses 21, 92, 57 and 159 and finds 0.4 to 2 % more of the spans; F1 of both dumps is the same.
KEEP_AT = {"html": 0.45, "text": 0.15}
KEEP_AT_DUMP = 0.42
# In a text of fewer than SHORT_LINES, since the judge was trained on the lines that it sees: 0.2 to 1.1 % more of the spans
# of four authors' boilerplate are found than with 0.15 at the same characters and traps lost; with 0.25 0.4 to 1.6 % more,
# and 10, 24, 58 and 37 characters of 10,000 are lost instead of 10, 16, 55 and 27.
KEEP_AT_SHORT = 0.2
# Share of the lines that a rule cuts, or that the model keeps with less than LIKELY_CUT; a text of fewer than SHORT_LINES
# is seldom such a dump, more often a short story among much boilerplate.
MOSTLY_CUT, MOSTLY_CUT_SHORT, SHORT_LINES = 0.7, 0.85, 50
LIKELY_CUT = 0.3
# Sentences need more doubt. In a text where the model doubts less than DOUBT of what no rule names it is mostly wrong,
# and so it is about a sentence whose neighbours it trusts. On articles with known boilerplate put in this lowered
# article characters lost from 94 to 2 of 10,000 and traps lost from 16 to 0 of 89, and raised F1 of both dumps. In a
# short text that is no dump the model doubts sentences of unseen authors' stories too often: with CLEAN_AT for all of them
# 21, 92, 57 and 178 characters are lost instead of 85, 155, 116 and 316, and 0.008 to 0.013 of the spans are missed more;
# in long texts it would cost F1 0.025.
DOUBT = {"html": 0.0, "text": 0.25}
CLEAN_AT = {"html": 0.45, "text": 0.05}
ALONE_AT = {"html": 0.1, "text": 0.03}
# So does a paragraph, but in the dump of a whole page, where paragraphs of other stories stand: light dumps lose
# 1.5 % of their words instead of 1.8, whole ones 2.4 instead of 2.8, at the same F1; pages 4.6 % instead of 4.9.
PROSE_AT = {"html": 0.3, "text": 0.12}
# Within the article of a text a sentence or a paragraph needs more doubt still: on articles with boilerplate of other
# authors' wording that lost 66, 116 and 152 of 10,000 characters instead of 79, 126 and 176; whole dumps lost 2.2 % of
# their words instead of 2.5, at 0.001 less F1.
BODY_AT, BODY_AT_DUMP, BELOW_AT, BODY_CHARS = 0.03, 0.2, 0.03, 20
KEEP_ABOVE = 0.97  # so sure a model overrules a rule that is less sure than WEAK_RULE
WEAK_RULE = 0.9
# What a dump broke off within a sentence is no shorter. Kept with its other half, by models that had not seen the author,
# 55, 115 and 109 characters of 10,000 are lost instead of 83, 159 and 158.
HALF_CHARS = 60
# In a short text of which nearly all is cut, a sentence in which no site speaks stays with as little as in others.
STORY_AT, TWO_AT = 0.1, 0.05
SIGNED_CHARS = 25  # shorter ones are captions
ROW_CHARS, ROW_ITEMS = 160, 12
MAKERS_ABOVE, MAKERS_BELOW = 8, 3  # lines above and below the article in which its author is named
MENU_CHARS = 40  # a longer line is no menu item
_BARE_NAME = re.compile(
    r"(?<=\w{4}[.!?…”\"»])\s+[^\W\d_a-z][\w’'-]+(?: [^\W\d_a-z][\w’'-]+)?\Z"
)  # "... in May. Presse-Rhône"
_ITEM = re.compile(r"(?:[•·*–»-]|\d{1,2}[.)]?)\s+[^\W\d_a-z]\S*(?:\s\S+){3,}")  # of a list of headlines
_BETWEEN = re.compile(r"\s*[·|•/]\s*")
_ROW_KINDS = frozenset({"navigation", "share", "comments", "newsletter", "other", "copyright"})


def ask_rules(draft: Draft, rules: Rules) -> None:
    """Verdicts of the rules for whole lines; rules tied to a place or to neighbours wait in `maybe`."""
    texts = [line.text for line in draft.lines]
    opened: dict[int, tuple[int, Verdict]] = {}
    for line, mask, runs in zip(draft.lines, rules.near(texts), rules.runs(texts), strict=True):
        line.near = mask
        if not line.bare and len(line.text) > 0 and line.verdict is not None:
            continue
        rule = rules.line_rule(line.text, line.bare, mask, runs)
        if rule is None and line.signs & BETWEEN:
            rule = _row_rule(line, rules)
        if rule is None:
            continue
        verdict = Verdict(rule.kind, rule.id, rule.confidence_frac)
        if not draft.page_lines and (start := opening_of(line, rule, rules)) is not None:
            opened[line.start] = start, verdict
            continue
        if rule.needs:
            line.maybe, line.needs = verdict, rule.needs
        else:
            line.verdict, line.takes = verdict, rule.takes == "items"
        line.may_be_sentence = may_be_sentence(line, rule)
    if opened:
        part_openings(draft, opened)


def _row_rule(line: Line, rules: Rules) -> Rule | None:
    """The rule for a row of menu items such as "Privacy · Contact": one names each of them."""
    if len(line.text) > ROW_CHARS:
        return None
    items = _BETWEEN.split(line.bare)
    if not 2 <= len(items) <= ROW_ITEMS:
        return None
    first: Rule | None = None
    for item in items:
        rule = rules.line_rule(item, bare_line(item))
        if rule is None or rule.kind not in _ROW_KINDS:
            return None
        first = first or rule
    return first


def learned_judge(draft: Draft, page: Page | None) -> Sequence[float]:
    """The model that ships with the project."""
    if page is None:
        seen = seen_lines(draft.lines)
        lines = [draft.lines[number] for number in seen]
        spans = [(line.start, line.end) for line in lines]
        told = judge_text(draft.text, spans, draft.title, ruled_of(lines)).tolist()
        keep_of = dict(zip(seen, told, strict=True))
        return [keep_of.get(number, 0.0) for number in range(len(draft.lines))]
    keep = judge_page(page, draft.title).tolist()
    return [keep[number] for number in draft.page_lines]


def ask_judge(draft: Draft, judge: Judge, page: Page | None) -> None:
    """The model's part: it cuts what no rule names, and overrules weak rules where it is nearly certain."""
    kind = "html" if page is not None else "text"
    keep = list(judge(draft, page))
    if page is None:
        spare_sentences(draft, keep)
    else:
        overrule(draft.lines, keep)
    enough = _keep_at(draft.lines, keep, kind)
    sentence_at = _sentence_at(draft.lines, keep, kind, enough)
    may_head = page is None and enough != KEEP_AT_DUMP
    doubts = _doubts(draft.lines, keep, ALONE_AT[kind])
    trusted = trusted_of(draft.lines, keep)
    if page is None:
        hear(draft.lines, keep, doubts, trusted, enough)
    headings = subheadings(draft.lines, keep, trusted) if may_head else frozenset()
    doubted: list[int] = []
    for number, (line, keep_frac, doubt) in enumerate(zip(draft.lines, keep, doubts, strict=True)):
        verdict = line.verdict
        if verdict is None and keep_frac < max(enough, doubt):
            is_whole = _is_sentence(line) or number in headings
            whole = keep_frac >= sentence_at[number] and is_whole and keep_frac >= doubt
            above = bool(trusted) and number < trusted[0]
            asks = (
                may_head
                and (above or number > trusted[-1] if trusted else False)
                and pleads(line, keep_frac, above=above)
            )
            doubted += [] if whole and not asks else [number]
        elif verdict is not None and verdict.confidence_frac < WEAK_RULE and keep_frac > KEEP_ABOVE:
            line.verdict = None
    if page is not None or len(draft.lines) >= SHORT_LINES:
        what = "dump" if enough == KEEP_AT_DUMP else kind
        doubted = by_stretch(draft.lines, keep, doubted, doubts, what)
    if page is not None:
        stays = spared(draft, page, doubted, keep)
    else:
        stays = _stay_in_text(draft, keep, doubted, is_dump=not may_head)
    cut = [number for number in doubted if number not in stays]
    learn_acts(draft.lines[number].text for number in cut)
    for number in cut:
        line = draft.lines[number]
        line.verdict = Verdict(_kind(line), "model", round(1 - keep[number], 4))


def _stay_in_text(
    draft: Draft, keep: Sequence[float], doubted: Sequence[int], *, is_dump: bool
) -> frozenset[int]:
    """Of the doubted lines of a text those that stay for what is around them, or for what was run into them."""
    lines = draft.lines
    heads = frozenset(
        number for number in doubted if lines[number].whole is not None and _may_be_head(lines[number])
    )
    stays = _halves(lines, doubted) | heads | hours(lines, *draft.body())
    if not is_dump or len(lines) < SHORT_LINES:
        stays |= rows(lines, frozenset(doubted))
    if not is_dump:
        stays |= introduced(lines, keep, doubted) | unsigned(lines, keep, doubted)
    return stays


def _doubts(lines: Sequence[Line], keep: Sequence[float], surely: float) -> list[float]:
    """Below which probability each line goes for its form; 0 for one kept with less than `surely`: it goes anyhow."""
    unsure = most_doubt()
    open_lines = [
        (line, keep_frac)
        for line, keep_frac in zip(lines, keep, strict=True)
        if line.verdict is None and keep_frac < unsure
    ]
    # Of those that go anyhow only the ones of which nothing else tells the kind are looked at.
    learn_forms(
        line.text
        for line, keep_frac in open_lines
        if keep_frac >= surely or (line.maybe is None and line.element_kind is None)
    )
    return [
        doubt_of(line.text) if line.verdict is None and surely <= keep_frac < unsure else 0.0
        for line, keep_frac in zip(lines, keep, strict=True)
    ]


def _halves(lines: Sequence[Line], doubted: Sequence[int]) -> frozenset[int]:
    """Of the doubted lines those that a dump broke off within a sentence: the next line, which stays, goes on from them."""
    cut = set(doubted)
    stays: set[int] = set()
    for number in reversed(doubted):
        below = number + 1
        goes_on = below < len(lines) and lines[below].verdict is None and (below not in cut or below in stays)
        whole = ends_sentence(lines[number].text) or lines[number].weight < HALF_CHARS
        if goes_on and not whole and lines[below].text[0].islower():
            stays.add(number)
    return frozenset(stays)


def name_makers(draft: Draft) -> None:
    """Lines of names alone that the model cut right below the headline or the article are its bylines."""
    kept = [number for number, _ in draft.kept()]
    if not kept:
        return
    title = next(
        (n for n, line in enumerate(draft.lines) if line.verdict and line.verdict.kind == "title"), -1
    )
    below = range(kept[-1] + 1, min(kept[-1] + 1 + MAKERS_BELOW, len(draft.lines)))
    for number in (*range(max(title + 1, kept[0] - MAKERS_ABOVE), kept[0]), *below):
        line = draft.lines[number]
        verdict = line.verdict
        if verdict is not None and verdict.rule_id == "model" and names_alone(line.text) is not None:
            line.verdict = verdict._replace(kind="byline")


def _keep_at(lines: Sequence[Line], keep: Sequence[float], kind: str) -> float:
    """The probability from which a line stays."""
    n_cut = sum(
        line.verdict is not None or value < LIKELY_CUT for line, value in zip(lines, keep, strict=True)
    )
    mostly = MOSTLY_CUT if len(lines) >= SHORT_LINES else MOSTLY_CUT_SHORT
    is_dump = kind == "text" and n_cut >= mostly * len(lines)
    if is_dump:
        return KEEP_AT_DUMP
    return KEEP_AT_SHORT if kind == "text" and len(lines) < SHORT_LINES else KEEP_AT[kind]


def _sentence_at(lines: Sequence[Line], keep: Sequence[float], kind: str, enough: float) -> list[float]:
    """The probability from which each line stays if it is a sentence; enough: if it is none."""
    open_lines = [number for number, line in enumerate(lines) if line.verdict is None]
    doubted = sum(keep[number] < enough for number in open_lines)
    is_short = kind == "text" and enough != KEEP_AT_DUMP and len(lines) < SHORT_LINES
    clean = is_short or doubted < DOUBT[kind] * len(open_lines)
    usual = CLEAN_AT[kind] if clean else enough
    prose = usual if enough == KEEP_AT_DUMP else min(usual, PROSE_AT[kind])
    at = [prose if line.is_prose else usual for line in lines]
    if enough == KEEP_AT_DUMP and len(lines) < SHORT_LINES:
        at = [
            min(value, TWO_AT if has_two_sentences(line.text) else STORY_AT) if _is_story(line) else value
            for line, value in zip(lines, at, strict=True)
        ]
    if kind == "text":
        _spare_body(lines, keep, at, BODY_AT_DUMP if enough == KEEP_AT_DUMP else BODY_AT)
    trusted = [keep[number] >= enough for number in open_lines]
    if len(trusted) < 2:
        return at
    # The lines before and after; the first and the last have one.
    for number, *around in zip(open_lines, [trusted[1], *trusted], [*trusted[1:], trusted[-2]], strict=False):
        if all(around):
            at[number] = min(at[number], ALONE_AT[kind])
    return at


def _is_story(line: Line) -> bool:
    """Whether a line is a sentence in which no site speaks, of what it offers or to its reader."""
    text = line.text
    whole = line.verdict is None and line.weight >= BODY_CHARS and has_full_stop(text) and not is_teaser(text)
    return whole and form_of(text) is None and not (is_spoken_to_reader(text) or has_glued_word(text))


def _may_be_head(line: Line) -> bool:
    """Whether a sentence is what is left of a paragraph that something was run into: the judge is seldom right against it."""
    whole = line.verdict is None and line.weight >= BODY_CHARS and has_full_stop(line.text)
    if not whole or is_teaser(line.text) or is_spoken_to_reader(line.text):
        return False
    return form_of(line.text) is None and act_of(line.text) is None


def _spare_body(lines: Sequence[Line], keep: Sequence[float], at: list[float], enough: float) -> None:
    """Lowers `at` for lines from the first trusted paragraph to the last, and for sentences right below that."""
    trusted = trusted_of(lines, keep)
    if len(trusted) < 2:
        return
    for number in range(trusted[0], trusted[-1] + 1):
        if lines[number].weight >= BODY_CHARS:
            at[number] = min(at[number], enough)
    for number in range(trusted[-1] + 1, len(lines)):
        line = lines[number]
        goes_on = line.verdict is None and line.weight >= BODY_CHARS and keep[number] >= BELOW_AT
        if not goes_on or not _is_sentence(line):
            return
        at[number] = min(at[number], BELOW_AT)


def _is_sentence(line: Line) -> bool:
    """Whether a line is a paragraph or ends as sentences do, perhaps with a sign-off behind."""
    if line.is_prose or ends_sentence(line.text):
        return True
    if (
        not line.signs & MARK
        or line.weight < SIGNED_CHARS
        or (may_be_credited(line) and find_credit(line.text))
    ):
        return False
    signed = find_sign_off(line.text) or _BARE_NAME.search(line.text)
    start = signed.start if isinstance(signed, SignOff) else signed.start() if signed else 0
    return ends_sentence(line.text[:start].rstrip())


def _kind(line: Line) -> str:
    """The likeliest kind of a line that only the model cuts: what its place, its elements or its words say."""
    if line.maybe is not None:
        return line.maybe.kind
    if line.element_kind is not None:
        return line.element_kind
    return _kind_of_words(line) or _kind_of_shape(line)


def _kind_of_words(line: Line) -> str | None:
    """What the words of a line say of its kind, if it is boilerplate at all; None where they say nothing."""
    text, has_digit = line.text, line.signs & DIGIT  # no date is without
    if find_byline(text) is not None:
        return "byline"
    if has_digit and is_dated(text):
        return header_kind(text) or "timestamp"
    if may_be_credited(line) and (credit := find_credit(text)) is not None:
        return "caption" if credit.start() > 0 else "credit"
    act = act_of(text)
    form = act or form_of(text)
    return form.kind if form is not None else header_kind(text) if has_digit else None


def _kind_of_shape(line: Line) -> str:
    if line.text.endswith(("...", "…")) or is_headline(line) or _ITEM.match(line.text):
        return "related"
    return "navigation" if line.weight < MENU_CHARS and not ends_sentence(line.text) else "other"
