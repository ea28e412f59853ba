"""Lines that a person wants to stay (`[[keep]]` in the rules): no rule, no model and no profile cuts them."""

from __future__ import annotations

import re
from html import unescape

from tasks.clean.draft import Draft
from tasks.clean.keep import kept_key
from tasks.clean.rules import Rules

_MARKUP = re.compile(r"<[a-zA-Z/!][^<>]{0,2000}>")


def mark_kept(draft: Draft, rules: Rules) -> None:
    """Marks the lines that stay, so that the steps that follow see them as the article's."""
    if not rules.kept:
        return
    for line in draft.lines:
        if kept_key(line.text) in rules.kept:
            line.stays = True


def restore_kept(draft: Draft, rules: Rules) -> None:
    """Takes back what was decided against lines that stay, and against parts of lines that do."""
    if not rules.kept:
        return
    for line in draft.lines:
        if line.stays:
            line.verdict, line.parts = None, []
        line.parts = [p for p in line.parts if kept_key(line.text[p.start : p.end]) not in rules.kept]


def shown_line(text: str) -> str:
    """A cut as a reader sees it: an edit of a page holds the tags between its words."""
    return unescape(_MARKUP.sub("", text)) if _MARKUP.search(text) else text
