"""The kinds of cut lines, told at last by their words: of what a model cut, and where a rule has many things under one kind.

Nothing is cut here. The model knows no kinds, its cuts had that of their shape: of the characters cut of two other authors'
boilerplate 17 and 20 of 100 had a wrong one, where now 5 and 7 have. Names as a reason to cut what the judge keeps with less
than 0.8 or 0.9 found 0.1 to 1 % more of the spans of six draws, at no article character or trap; but in 173 dumps 38 lines of
the article went for 16 of the page's (0.9), so they cut nothing.
"""

from __future__ import annotations

import re
from functools import cache

from tasks.clean.draft import Draft, Line, Verdict
from tasks.clean.menus import is_menu
from tasks.clean.naming import MOST_CHARS, Name, load_names, names_of
from tasks.clean.titles import says_title

BY_MODEL = "model"
# Cut for their place: what they say was not asked.
_BY_PLACE = frozenset({"list.item", "title.above", "caption.below_picture"})
_SAID_TWICE = "repeat."  # rules for what the text says again, whatever it is
_TITLED = frozenset({"caption", "credit", "related", "other", "source_link", "image_markup", "navigation"})
_CAPTIONED = "title.captioned"  # a caption for the judge
_GLUED = "caption.glued"  # a caption stands behind it
_TEASED = re.compile(r"\W{0,3}(?i:listen|podcast|gallery|(?:in )?(?:pictures|photos)) ?[:|>»]{1,3} ?\S.{14,}")
_PLAYED = re.compile(r"\W{0,3}(?i:vid[eé]o|vídeo|wideo|film) ?: ?(?:\S+ ){3,}\S+|(?:動画|视频)[:：].{8,}")


def name_cuts(draft: Draft) -> None:
    """Gives cut lines the kind that their words tell: those of the model, and of rules that a name is surer than."""
    _name_titles(draft)
    lines = [line for line in draft.lines if _may_be_named(line)]
    for line, name in zip(lines, names_of([line.text for line in lines]), strict=True):
        kind = _kind(line, name)
        if kind is not None and line.verdict is not None and line.verdict.kind != kind:
            line.verdict = line.verdict._replace(kind=kind)
            _forget(draft, line)


def _name_titles(draft: Draft) -> None:
    """Lines that were cut for a label or a credit and say the headline are the headline again."""
    says = says_title(draft)
    for line in draft.lines:
        verdict = line.verdict
        if verdict is None or verdict.kind not in _TITLED or verdict.confidence_frac >= 1.0:
            continue
        if verdict.rule_id == _CAPTIONED or (verdict.rule_id != _GLUED and says(line)):
            line.verdict = verdict._replace(kind="duplicate_title")
            _forget(draft, line)


def _forget(draft: Draft, line: Line) -> None:
    if line.text in draft.captions:
        draft.captions.remove(line.text)


def _kind(line: Line, name: Name | None) -> str | None:
    verdict = line.verdict
    if verdict is None:
        return None
    if name is None:
        return _kind_of_shape(line.text, verdict)
    by_words = verdict.rule_id not in _BY_PLACE and (verdict.rule_id != BY_MODEL or line.maybe is not None)
    return name.form.kind if not by_words or verdict.kind in name.instead else None


def _kind_of_shape(text: str, verdict: Verdict) -> str | None:
    """Told by no name: a row of sections; a headline behind "Listen:", another story, or behind "Video:", a player's."""
    if verdict.rule_id in {BY_MODEL, *_BY_PLACE} or verdict.kind in {"related", "caption"}:
        return "navigation" if is_menu(text) else None
    if verdict.kind == "other" and _TEASED.fullmatch(text):
        return "related"
    return "other" if verdict.kind == "credit" and _PLAYED.fullmatch(text) else None


@cache
def _kinds() -> frozenset[str]:
    """Kinds of rules that a name may be surer than."""
    return frozenset().union(*(name.instead for name in load_names()))


def _may_be_named(line: Line) -> bool:
    verdict = line.verdict
    if verdict is None or line.element_kind is not None or len(line.text) > MOST_CHARS:
        return False
    if verdict.rule_id.startswith(_SAID_TWICE):
        return False
    if verdict.rule_id == BY_MODEL or verdict.rule_id in _BY_PLACE:
        return True
    return verdict.kind in _kinds() and verdict.confidence_frac < 1.0  # what a person ruled stays
