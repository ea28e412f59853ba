"""Cuts inside a paragraph that stays: the dateline before it, marks and sign-offs behind it, what rules name."""

from __future__ import annotations

import re
from collections.abc import Sequence
from itertools import islice

from tasks.clean.agencies import agency_of, find_dateline, find_initials, find_sign_off, may_be_sign_off
from tasks.clean.credits import cut_credits_inside, is_captioned
from tasks.clean.draft import MARK, Draft, Line, Part, Verdict
from tasks.clean.rules import Rules

FIRST_SURE, LATER_SURE = 0.6, 0.9  # how sure a dateline must be at the first paragraph, at the two after it
LAST_SURE, MIDDLE_SURE = 0.8, 0.9  # how sure a sign-off must be at the last paragraph, before it
DATELINE_LINES, DATELINE_CHARS = 3, 40  # a dateline opens one of the first paragraphs, short or long
DATED_CHARS, _MAY_OPEN = 60, re.compile(r"[(\[|:]|\s[-–—]+\s|[-–—]{2}|\.-")  # what ends a dateline
MAY_STAY = 2  # lines below the article that no step knew
SIGNED_CHARS = 25  # a shorter line that ends with a name in brackets is a caption or a list item
_OUTLET = re.compile(
    r"(?:[^\W\d_a-z][\w.&’'-]*(?: [^\W\d_a-z][\w.&’'-]*){1,3}|[^\W\d_a-z][\w.]*\.[a-zA-Z]{2,3}) [-–—] (?=[\"“„«]?[^\W\d_a-z])"
)
_TERMINAL = frozenset('.!?…。！？"”»’)')


def cut_datelines(draft: Draft) -> None:
    """Parts for the dateline of the article's beginning; sets agency and place."""
    body = (
        line
        for _, line in draft.kept()
        if line.weight >= DATELINE_CHARS and line.maybe is None and not is_captioned(line.text)
    )
    for number, line in enumerate(islice(body, DATELINE_LINES)):
        _cut_dateline(draft, line, FIRST_SURE if number == 0 else LATER_SURE)


def cut_signatures(draft: Draft) -> None:
    """Verdicts for short lines below the first paragraph that are nothing but a sign-off: "(Reuters)", "- Bernama".

    Below the last paragraph the bare name of an agency is one too.
    """
    first, last = draft.body()
    for number, line in enumerate(draft.lines[first + 1 :], first + 1):
        if line.verdict is not None or line.weight >= SIGNED_CHARS:
            continue
        may_be_signed = line.signs & MARK or may_be_sign_off(line.text)
        found = (find_initials(line.text) or find_sign_off(line.text)) if may_be_signed else None
        agency = found.agency if found is not None else agency_of(line.bare)
        if found is None and (agency is None or number < last):
            continue
        if found is not None and (found.start > 0 or found.confidence_frac < MIDDLE_SURE):
            continue
        draft.agency = draft.agency or agency
        line.verdict = Verdict("end_mark", "agencies.sign_off", MIDDLE_SURE)


def cut_inside(draft: Draft, rules: Rules) -> None:
    """Parts for marks, sign-offs, credits and what rules name inside the lines that stay; sets the agency."""
    kept = [line for _, line in draft.kept()]
    body = [line for line in kept if line.weight >= SIGNED_CHARS]
    closing = {id(line) for line in _closing(draft)}
    _open(draft, kept)
    for line in kept:
        _cut_spans(line, rules)
    for line in body:
        _cut_sign_off(draft, line, LAST_SURE if id(line) in closing else MIDDLE_SURE)
        cut_credits_inside(line)
    for line in kept:
        line.parts = _apart(line.parts)
        if line.parts and not line.rest.strip():
            line.verdict, line.parts = line.parts[0].verdict, []


def _open(draft: Draft, kept: Sequence[Line]) -> None:
    """The dateline of the first paragraph that stayed, where `cut_datelines` took lines above it for the first."""
    first = next((line for line in kept if line.is_prose and line.weight >= DATELINE_CHARS), None)
    if first is None or first.parts or draft.dateline_place:
        return
    head = first.text[:DATED_CHARS]
    if head.split(None, 1)[0].isupper() or _MAY_OPEN.search(head):
        _cut_dateline(draft, first, FIRST_SURE)


def _closing(draft: Draft) -> list[Line]:
    """The lines that may be the article's last: above what is cut, and with a line or two below that no step knew at most."""
    lines = draft.lines
    last = [n for n in range(len(lines)) if lines[n].verdict is None and lines[n].weight >= SIGNED_CHARS]
    return [
        lines[n]
        for n in last[-1 - MAY_STAY :]
        if n == last[-1] or lines[n + 1].verdict is not None or lines[n + 1].weight < SIGNED_CHARS
    ]


def _cut_dateline(draft: Draft, line: Line, enough: float) -> None:
    found = find_dateline(line.text)
    if found is not None and found.confidence_frac >= enough:
        line.parts.append(
            Part(found.start, found.end, Verdict("dateline", "agencies.dateline", found.confidence_frac))
        )
        draft.agency = draft.agency or found.agency
        draft.dateline_place = draft.dateline_place or found.place
        draft.dateline_date = draft.dateline_date or found.date_text
    elif found is None and enough == FIRST_SURE:
        outlet = _OUTLET.match(line.text)
        if outlet is not None and outlet.end() <= 45:
            line.parts.append(Part(0, outlet.end(), Verdict("dateline", "inside.outlet_prefix", 0.7)))


def _cut_spans(line: Line, rules: Rules) -> None:
    if not rules.has_spans(line.near):
        return
    for where in ("prefix", "suffix", "inline"):
        for span in rules.spans(line.text, where, line.near):
            verdict = Verdict(span.rule.kind, span.rule.id, span.rule.confidence_frac)
            line.parts.append(Part(span.start, span.end, verdict))


def _cut_sign_off(draft: Draft, line: Line, enough: float) -> None:
    if not (line.signs & MARK or may_be_sign_off(line.text)):
        return
    end = len(line.text.rstrip())
    found = find_sign_off(line.text)
    if found is None or found.confidence_frac < enough or found.start == 0:
        return
    before = line.text[: found.start].rstrip()
    if enough > LAST_SURE and before[-1:] not in _TERMINAL:
        return
    if line.text.startswith("./.", len(before)) and before[-1:] not in _TERMINAL:
        before += "."  # "1982./." ends a sentence: its full stop stays
    draft.agency = draft.agency or found.agency
    if len(before) < end:
        line.parts.append(
            Part(len(before), end, Verdict(found.kind, "agencies.sign_off", found.confidence_frac))
        )


def _apart(parts: list[Part]) -> list[Part]:
    """Parts in order; of two that overlap, the longer stays."""
    apart: list[Part] = []
    for part in sorted(parts, key=lambda part: (part.start, -part.end)):
        if not apart or part.start >= apart[-1].end:
            apart.append(part)
    return apart
