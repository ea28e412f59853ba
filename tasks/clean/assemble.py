"""From verdicts to edits: every cut line and part, the white space between and inside what stays, the joins."""

from __future__ import annotations

import re
from collections.abc import Iterator

from tasks.clean.draft import Draft, Line, Part
from tasks.clean.edits import Edit, edit_of
from tasks.clean.joins import Join

PARAGRAPH = "\n\n"
NO_GAP, NEW_PARAGRAPH = Join(0, ""), Join(0, PARAGRAPH)
_BLANKS = re.compile(
    r"[ \t\u00a0\u1680\u2000-\u200a\u202f\u205f]{2,}|[\t\u00a0\u1680\u2000-\u200a\u202f\u205f]"
)


def edits_of(draft: Draft, joins: dict[int, Join]) -> tuple[Edit, ...]:
    """The edits flat text -> clean text, in order. joins: see `find_joins`."""
    edits: list[Edit] = []
    last_kept = max((number for number, _ in draft.kept()), default=-1)
    at, gap = 0, NO_GAP
    for number, line in enumerate(draft.lines):
        if draft.text[at : line.start] != gap.glue:
            edits.append(_gap(at, line.start, gap))
        gap = NO_GAP
        at = line.end
        if line.verdict is not None:
            verdict = line.verdict
            edits.append(edit_of((line.start, line.end, *verdict, "")))
            continue
        join = joins.get(number)
        gap = join or NEW_PARAGRAPH
        if number == last_kept:
            gap = NO_GAP
        at -= gap.drop
        if line.parts or _has_blanks(line.text):  # few lines
            edits.extend(_inside(line, gap.drop))
    if draft.text[at:] != gap.glue:
        edits.append(_gap(at, len(draft.text), gap))
    return tuple(edits)


def _gap(start: int, end: int, gap: Join) -> Edit:
    """What stands between two lines becomes a paragraph break, a blank or nothing."""
    joined = gap.glue != PARAGRAPH and (gap.glue or gap.drop)
    kind, rule_id = ("join_paragraph", "joins.broken") if joined else ("whitespace", "any.blank")
    return edit_of((start, end, kind, rule_id, 0.9 if joined else 1.0, gap.glue))


def _inside(line: Line, drop: int) -> Iterator[Edit]:
    """Cut parts and white space runs inside a line that stays, in order."""
    at = 0
    for start, end, part in _spans(line.text, line.parts):
        yield from _blanks(line, at, start)
        verdict = part.verdict
        low, high = line.start + start, line.start + end
        yield Edit(low, high, verdict.kind, verdict.rule_id, verdict.confidence_frac)
        at = end
    yield from _blanks(line, at, len(line.text) - drop)


def _spans(text: str, parts: list[Part]) -> list[tuple[int, int, Part]]:
    """Parts with the white space that would be left over at the line's ends or doubled inside."""
    spans = [(part.start, part.end, part) for part in parts]
    for number in range(len(spans) - 1, -1, -1):
        start, end, part = spans[number]
        after = spans[number + 1][0] if number + 1 < len(spans) else len(text)
        is_last = number + 1 == len(spans) or (
            spans[number + 1][1] == len(text) and not text[end:after].strip()
        )
        if is_last and not text[end:after].strip():
            end, start = after, len(text[:start].rstrip())
        spans[number] = (start, end, part)
    out: list[tuple[int, int, Part]] = []
    for start, end, part in spans:
        low = max(start, out[-1][1] if out else 0)
        high = end
        if not text[:low].strip() or (text[low - 1].isspace() and end < len(text)):
            high = end + len(text[end:]) - len(text[end:].lstrip())
            low = low if text[:low].strip() else (out[-1][1] if out else 0)
        if high > low:
            out.append((low, high, part))
    return out


def _has_blanks(text: str) -> bool:
    """Whether white space in a line may be other than single blanks."""
    return "  " in text or ("\t" in text if text.isascii() else " ".join(text.split()) != text)


def _blanks(line: Line, start: int, end: int) -> Iterator[Edit]:
    for found in _BLANKS.finditer(line.text, start, end):
        yield Edit(line.start + found.start(), line.start + found.end(), "whitespace", "any.blanks", 1.0, " ")
