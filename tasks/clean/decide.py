"""The verdict on each line: what a rule says, what a model thinks, and what happens when they differ.

Rules name the cut; where no rule speaks, the model decides; when unsure, keep.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence

from tasks.clean.draft import Draft, Line, Verdict
from tasks.clean.judge import judge_page, judge_text
from tasks.clean.page import Page
from tasks.clean.rules import Rule, Rules
from tasks.clean.sayings import bare_line
from tasks.clean.titles import is_headline
from tasks.clean.words import ends_sentence

Judge = Callable[
    [Draft, Page | None], Sequence[float]
]  # for each line the probability that it is the article's
# A line the model keeps with less is cut. With models that had not seen the site (folds 0-3): of 0.2 to 0.5, plain
# text at 0.3 loses 2.3 % of a light dump's words for an F1 of 0.948; at 0.4 the same F1 costs 3.4 %.
KEEP_AT = {"html": 0.4, "text": 0.3}
# Sentences need more doubt. In a text where the model doubts less than DOUBT of what no rule names it is mostly wrong,
# and so it is about a sentence whose neighbours it trusts. On articles with known boilerplate put in this lowered
# article characters lost from 94 to 2 of 10,000 and traps lost from 16 to 0 of 89, and raised F1 of both dumps.
DOUBT = {"html": 0.0, "text": 0.25}
CLEAN_AT = {"html": 0.4, "text": 0.05}
ALONE_AT = {"html": 0.1, "text": 0.05}
KEEP_ABOVE = 0.97  # so sure a model overrules a rule that is less sure than WEAK_RULE
WEAK_RULE = 0.9
ROW_CHARS, ROW_ITEMS = 160, 12
_BETWEEN = re.compile(r"\s*[·|•/]\s*")
_ROW_KINDS = frozenset({"navigation", "share", "comments", "newsletter", "other", "copyright"})


def ask_rules(draft: Draft, rules: Rules) -> None:
    """Verdicts of the rules for whole lines; rules tied to a place or to neighbours wait in `maybe`."""
    for line in draft.lines:
        if not line.bare and len(line.text) > 0 and line.verdict is not None:
            continue
        rule = rules.line_rule(line.text, line.bare) or _row_rule(line, rules)
        if rule is None:
            continue
        verdict = Verdict(rule.kind, rule.id, rule.confidence_frac)
        if rule.needs:
            line.maybe, line.needs = verdict, rule.needs
        else:
            line.verdict, line.takes = verdict, rule.takes == "items"


def _row_rule(line: Line, rules: Rules) -> Rule | None:
    """The rule for a row of menu items such as "Privacy · Contact": one names each of them."""
    items = _BETWEEN.split(line.bare) if len(line.text) <= ROW_CHARS else []
    if not 2 <= len(items) <= ROW_ITEMS:
        return None
    found = [rules.line_rule(item, bare_line(item)) for item in items]
    return found[0] if all(rule is not None and rule.kind in _ROW_KINDS for rule in found) else None


def learned_judge(draft: Draft, page: Page | None) -> Sequence[float]:
    """The model that ships with the project."""
    if page is None:
        spans = [(line.start, line.end) for line in draft.lines]
        return [float(keep_frac) for keep_frac in judge_text(draft.text, spans, draft.title)]
    keep = judge_page(page, draft.title)
    return [float(keep[number]) for number in draft.page_lines]


def ask_judge(draft: Draft, judge: Judge, page: Page | None) -> None:
    """The model's part: it cuts what no rule names, and overrules weak rules where it is nearly certain."""
    kind = "html" if page is not None else "text"
    keep = list(judge(draft, page))
    sentence_at = _sentence_at(draft.lines, keep, kind)
    for line, keep_frac, enough in zip(draft.lines, keep, sentence_at, strict=True):
        verdict = line.verdict
        if verdict is None and keep_frac < (enough if ends_sentence(line.text) else KEEP_AT[kind]):
            line.verdict = Verdict(_kind(line), "model", round(1 - keep_frac, 4))
        elif verdict is not None and verdict.confidence_frac < WEAK_RULE and keep_frac > KEEP_ABOVE:
            line.verdict = None


def _sentence_at(lines: Sequence[Line], keep: Sequence[float], kind: str) -> list[float]:
    """The probability from which each line stays if it is a sentence."""
    open_lines = [number for number, line in enumerate(lines) if line.verdict is None]
    doubted = sum(keep[number] < KEEP_AT[kind] for number in open_lines)
    clean = doubted < DOUBT[kind] * len(open_lines)
    at = [CLEAN_AT[kind] if clean else KEEP_AT[kind]] * len(lines)
    for place, number in enumerate(open_lines):
        around = open_lines[max(0, place - 1) : place] + open_lines[place + 1 : place + 2]
        if around and all(keep[other] >= KEEP_AT[kind] for other in around):
            at[number] = min(at[number], ALONE_AT[kind])
    return at


def _kind(line: Line) -> str:
    """The likeliest kind of a line that only the model cuts."""
    if line.maybe is not None:
        return line.maybe.kind
    if line.element_kind is not None:
        return line.element_kind
    if is_headline(line) or line.text.rstrip().endswith(("...", "…")):
        return "related"
    return "navigation" if not ends_sentence(line.text) and line.weight < 40 else "other"
