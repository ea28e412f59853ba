"""What a source's profile says of lines that rules and the model keep: those that many of its stories have go."""

from __future__ import annotations

import hashlib
import re

from tasks.clean.draft import Draft, Line
from tasks.profiles import Profile, SeenLine

RULE = "source.repeated_line"  # in an edit followed by its evidence: `source.repeated_line:41/60` stories have it
MENU_CHARS = 40  # a shorter line that nobody named is a menu item, a longer one anything
MIN_CHARS, MAX_CHARS = 2, 1_000
_NUMBER = re.compile(r"\d+(?:[.,:]\d+)*")


def line_key(text: str) -> str:
    """What two lines that say the same have in common, numbers aside: 16 hex digits.

    Empty for a line that is no evidence: of one character, of numbers alone, or longer than any repeated line.
    """
    if not MIN_CHARS <= len(text) <= MAX_CHARS:
        return ""
    folded = _NUMBER.sub("0", " ".join(text.casefold().split()))
    if not folded.strip("0 .,:;|/-–—"):
        return ""
    return hashlib.sha256(folded.encode("utf-8", "backslashreplace")).hexdigest()[:16]


def cut_mastheads(draft: Draft, profile: Profile) -> None:
    """Cuts lines that were taken for the headline of many stories: the name of the site, before a title is looked for."""
    for _, line in draft.kept():
        seen = profile.lines.get(line_key(line.text))
        if seen is not None and seen.kind == "title" and profile.says_boilerplate(seen):
            _cut(line, seen, profile, "navigation")


def cut_repeated(draft: Draft, profile: Profile) -> None:
    """Cuts kept lines that the profile knows as boilerplate; the rule's name ends with the stories that have it.

    A document whose headline other stories have too is teased in them, with its lead: its sentences stay.
    """
    is_teased = bool(draft.title) and line_key(draft.title or "") in profile.lines
    for _, line in draft.kept():
        seen = profile.lines.get(line_key(line.text))
        if seen is not None and profile.says_boilerplate(seen) and not (line.is_prose and is_teased):
            _cut(line, seen, profile, "other" if line.is_prose or line.weight >= MENU_CHARS else "navigation")


def _cut(line: Line, seen: SeenLine, profile: Profile, kind: str) -> None:
    """The edit names the stories that have the line, and is as sure as Laplace's rule: n of n were boilerplate."""
    n, of = seen.n_stories, profile.n_stories
    known = seen.kind if seen.kind != "title" else None
    line.cut(known or kind, f"{RULE}:{n}/{of}", round((n + 1) / (n + 2), 4))
