"""What a rule names at the beginning of a paragraph that goes on: a picture's credit, its sign, a notice of adverts.

The rule names the whole line: "Photo: Ines Holm The fair was full. It ends on Sunday." Only what it names by itself goes.
In two draws of one author's boilerplate into 150 texts that took 262 characters of articles, in five lines.
"""

from __future__ import annotations

import re
from collections.abc import Mapping

from tasks.clean.acts import is_spoken_to_reader
from tasks.clean.draft import Draft, Line, Verdict
from tasks.clean.edges import pieces
from tasks.clean.narrated import tells
from tasks.clean.repeats import has_two_sentences
from tasks.clean.rule import Rule
from tasks.clean.rules import Rules
from tasks.clean.sayings import bare_line
from tasks.clean.words import has_full_stop

LEAST_CHARS, MOST_CHARS = 40, 60  # of such a line; of what a rule names
_KINDS = frozenset({"advert", "image_markup", "credit"})
# Behind a bracket, a file's name, or where a capital begins a sentence without a full stop before it.
_GOES_ON = re.compile(
    r"(?<=[\]）])\s+|(?<=\.(?:jpg|png|gif))\s+|(?<=\.(?:jpeg|webp))\s+|"
    r"(?<=[^\W_])\s+(?=[A-ZÀ-Þ][a-zß-ÿ]{1,2}\s[A-ZÀ-Þ][^\s.:]+\s[a-zß-ÿ]|[A-ZÀ-Þ][^\s.:]*\s[a-zß-ÿ])"
)


def opening_of(line: Line, rule: Rule, rules: Rules) -> int | None:
    """Where the article goes on in a line that a rule names as a whole; None if it does not."""
    text = line.text
    may_go_on = rule.kind in _KINDS and line.whole is None and not line.stays
    if not may_go_on or not has_full_stop(text) or line.weight < LEAST_CHARS:
        return None
    for found in _GOES_ON.finditer(text, 0, MOST_CHARS):
        head, rest = text[: found.start()], text[found.end() :]
        named = rules.line_rule(head, bare_line(head))
        # What one sentence says behind a picture's sign is its caption.
        is_told = has_two_sentences(rest) or (rule.kind != "image_markup" and tells(rest))
        if named is not None and named.kind in _KINDS and is_told and not is_spoken_to_reader(rest):
            return found.end()
    return None


def part_openings(draft: Draft, opened: Mapping[int, tuple[int, Verdict]]) -> None:
    """Makes two lines of each line that goes on. opened: by where a line begins, where it goes on and why the rest goes."""
    lines: list[Line] = []
    for line in draft.lines:
        if line.start not in opened:
            lines.append(line)
            continue
        end, verdict = opened[line.start]
        parted = list(pieces(line, [(0, end)]))
        parted[0].verdict = verdict
        lines += parted
    draft.lines = lines
