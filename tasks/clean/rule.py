"""One rule, and where its pattern stands in a line."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import islice

from tasks.clean.sayings import MAX_LINE_CHARS

EDGE_CHARS = 160  # how much of a line's beginning or end prefix and suffix rules see, unless they say `reach`
_BRACKETED = r"\s?[(\[]"  # patterns that begin with it are tried at brackets alone: 20 times as fast as at each character
_BRACKET = re.compile(r"[(\[]")
_INNER = (re.compile(r"\\."), re.compile(r"\[\^?\]?[^\]]*\]"), re.compile(r"\([^()]*\)"))


@dataclass(frozen=True, slots=True)
class Rule:
    """One rule. `says` are compiled by `Rules`; `pattern` is tried only where one of `needles` occurs."""

    id: str
    kind: str
    where: str
    says: tuple[str, ...]
    pattern: re.Pattern[str] | None
    needles: tuple[str, ...]
    confidence_frac: float
    needs: str = ""
    takes: str = ""
    max_chars: int = MAX_LINE_CHARS
    cut: tuple[str, ...] = ()
    keep: tuple[str, ...] = ()
    about: str = ""
    reach: int = EDGE_CHARS
    bracketed: bool = False  # see `begins_with_bracket`


@dataclass(frozen=True, slots=True)
class Span:
    """A part of a line that a prefix, suffix or inline rule names."""

    start: int
    end: int
    rule: Rule


def begins_with_bracket(pattern: str) -> bool:
    """Whether all that a pattern matches begins with a bracket and at most a blank before it."""
    inner = pattern
    for part in _INNER[:2]:
        inner = part.sub("", inner)
    while (outer := _INNER[2].sub("", inner)) != inner:
        inner = outer
    return pattern.startswith(_BRACKETED) and "|" not in inner


def spans_of(rules: Sequence[Rule], text: str, where: str) -> list[Span]:
    """Parts of a line that these rules name, in order, not overlapping."""
    found = [
        Span(low + match.start(), low + match.end(), rule)
        for rule in rules
        for low, part in (_seen(rule, text, where),)
        if has_needle(rule, part)
        for match in _matches(rule, part, where)
        if match[0]
    ]
    found.sort(key=lambda span: (span.start, -span.end))
    apart: list[Span] = []
    for span in found:
        if not apart or span.start >= apart[-1].end:
            apart.append(span)
    return apart


def has_needle(rule: Rule, text: str) -> bool:
    """Whether one of the rule's needles occurs."""
    for needle in rule.needles:  # noqa: SIM110  `any` costs three times as much, and this runs for every line
        if needle in text:
            return True
    return False


def _seen(rule: Rule, text: str, where: str) -> tuple[int, str]:
    """The part of a line that a rule looks at, and where it begins."""
    if where == "prefix":
        return 0, text[: rule.reach]
    low = max(0, len(text) - rule.reach) if where == "suffix" else 0
    return low, text[low:]


def _matches(rule: Rule, part: str, where: str) -> Iterator[re.Match[str]]:
    """Where the pattern matches, as often as the place allows."""
    pattern = rule.pattern
    if pattern is None:
        return
    if where == "prefix":
        match = pattern.match(part)
        matches = iter((match,) if match is not None else ())
    elif not rule.bracketed:
        matches = pattern.finditer(part)
    else:
        matches = _at_brackets(pattern, part)
    yield from matches if where == "inline" else islice(matches, 1)


def _at_brackets(pattern: re.Pattern[str], part: str) -> Iterator[re.Match[str]]:
    """What `finditer` gives, of a pattern that begins with a bracket."""
    if "(" not in part and "[" not in part:
        return
    at = 0
    for bracket in _BRACKET.finditer(part):
        start = bracket.start()
        if start < at:
            continue
        match = pattern.match(part, start - (start > at and part[start - 1].isspace()))
        if match is not None:
            at = match.end()
            yield match
