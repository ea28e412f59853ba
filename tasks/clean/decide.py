"""The verdict on each line: what a rule says, what a model thinks, and what happens when they differ.

Rules name the cut; where no rule speaks, the model decides; when unsure, keep.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

from tasks.clean.draft import Draft, Line, Verdict
from tasks.clean.rules import Rules
from tasks.clean.titles import is_headline
from tasks.clean.words import ends_sentence

Judge = Callable[[Draft], Sequence[float]]  # the probability, for each line, that it belongs to the article
CUT_BELOW = 0.3  # the model alone cuts a line it keeps with less than this
KEEP_ABOVE = 0.97  # so sure a model overrules a rule that is less sure than WEAK_RULE
WEAK_RULE = 0.9


def ask_rules(draft: Draft, rules: Rules) -> None:
    """Verdicts of the rules for whole lines; rules tied to a place or to neighbours wait in `maybe`."""
    for line in draft.lines:
        if not line.bare and len(line.text) > 0 and line.verdict is not None:
            continue
        rule = rules.line_rule(line.text, line.bare)
        if rule is None:
            continue
        verdict = Verdict(rule.kind, rule.id, rule.confidence_frac)
        if rule.needs:
            line.maybe, line.needs = verdict, rule.needs
        else:
            line.verdict, line.takes = verdict, rule.takes == "items"


def ask_judge(draft: Draft, judge: Judge) -> None:
    """The model's part: it cuts what no rule names, and overrules weak rules where it is nearly certain."""
    for line, keep_frac in zip(draft.lines, judge(draft), strict=True):
        verdict = line.verdict
        if verdict is None and keep_frac < CUT_BELOW:
            line.verdict = Verdict(_kind(line), "model", round(1 - keep_frac, 4))
        elif verdict is not None and verdict.confidence_frac < WEAK_RULE and keep_frac > KEEP_ABOVE:
            line.verdict = None


def _kind(line: Line) -> str:
    """The likeliest kind of a line that only the model cuts."""
    if line.maybe is not None:
        return line.maybe.kind
    if is_headline(line) or line.text.rstrip().endswith(("...", "…")):
        return "related"
    return "navigation" if not ends_sentence(line.text) and line.weight < 40 else "other"
