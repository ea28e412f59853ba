"""The verdict on each line: what a rule says, what a model thinks, and what happens when they differ.

Rules name the cut; where no rule speaks, the model decides; when unsure, keep.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence

from tasks.clean.draft import Draft, Line, Verdict
from tasks.clean.judge import KEEP_AT, judge_page, judge_text
from tasks.clean.judge_trees import MODELS
from tasks.clean.page import Page
from tasks.clean.rules import Rule, Rules
from tasks.clean.sayings import bare_line
from tasks.clean.titles import is_headline
from tasks.clean.words import ends_sentence

Judge = Callable[
    [Draft, Page | None], Sequence[float]
]  # for each line the probability that it is the article's
CUT_BELOW = dict(KEEP_AT)  # the model alone cuts a line it keeps with less than this
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
    """The model that ships with the project. Without its files every line is kept: see benchmarks/clean/train.py."""
    kind = "page" if page is not None else "text"
    if not (MODELS / f"{kind}_first.npz").exists():  # until the first models are trained
        return [1.0] * len(draft.lines)
    if page is None:
        return [
            float(p)
            for p in judge_text(draft.text, [(line.start, line.end) for line in draft.lines], draft.title)
        ]
    keep = judge_page(page, draft.title)
    return [float(keep[number]) for number in draft.page_lines]


def ask_judge(draft: Draft, judge: Judge, page: Page | None) -> None:
    """The model's part: it cuts what no rule names, and overrules weak rules where it is nearly certain."""
    enough = CUT_BELOW["html" if page is not None else "text"]
    for line, keep_frac in zip(draft.lines, judge(draft, page), strict=True):
        verdict = line.verdict
        if verdict is None and keep_frac < enough:
            line.verdict = Verdict(_kind(line), "model", round(1 - keep_frac, 4))
        elif verdict is not None and verdict.confidence_frac < WEAK_RULE and KEEP_ABOVE < keep_frac < 1.0:
            line.verdict = None


def _kind(line: Line) -> str:
    """The likeliest kind of a line that only the model cuts."""
    if line.maybe is not None:
        return line.maybe.kind
    if line.element_kind is not None:
        return line.element_kind
    if is_headline(line) or line.text.rstrip().endswith(("...", "…")):
        return "related"
    return "navigation" if not ends_sentence(line.text) and line.weight < 40 else "other"
