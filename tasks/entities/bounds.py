"""Where a name ends: `Ministry of Employment and Labor`, `Tanker Owners' Association`, `Ma. Cristina Reyes`, `Ning'er county`.

The tagger cuts names at `and`, at a plural's apostrophe and at the dot of a short first name; what stands on both sides says
that they are one.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

from tasks.entities.parts import BODY_WORDS
from tasks.entities.spans import Span

_WORDS = tomllib.loads(Path(__file__).with_name("name_words.toml").read_text(encoding="utf-8"))
_TASK = "|".join(_WORDS["tasks"])
_HEADED = re.compile(
    r"(?:[A-Z][\w’'.-]*,? (?:and |& )?){0,6}?(?:Ministry|Department|Bureau|Institute|Authority|Agency|Administration|Commission|Council|Committee|"
    r"Board|Directorate|Secretariat|Office|Cent(?:re|er)|Faculty|Chamber|Association|Union|Federation|Academy|Service|College|School)"
    r" (?:of|for|on) "
)
_MORE_TASKS = re.compile(
    rf"(?:,? (?:and|&) |, )(?:{_TASK})(?: (?:{_TASK}))*(?!\w)(?! (?:[Mm]inist|[Ss]ecretary|[Dd]epartment))"
)
_OWNERS = re.compile(r"s[’'] ?")
_SHORT_FIRST = re.compile(r"(?<![\w.])(?:Ma|Md|Mohd|Muhd|Abd|Moh)\. $")
_OF_OWNER = re.compile(
    r"(?P<body>[^,;()]{0,60}(?:Committee|Council|Department|Assembly|Government|Congress)) of (?P<owner>[A-Z][\w-]+(?: [A-Z][\w-]+)?)"
)
# `Kenya Medical Practitioners, ` and `Pharmacists and Dentists Union`
_REST_OF_TRADES = re.compile(
    r"[A-Z][a-z]+s and (?:[A-Z][a-z]+ ){1,4}(?:Union|Association|Federation|Society|Board|Council)\b"
)
_BODY_AND_NOUN = re.compile(
    rf"(?:{'|'.join(sorted(BODY_WORDS))}|Organi[sz]ation)(?P<noun> (?!of|for|and|on|in|the)[a-z]+)$"
)
_NUMBERED = re.compile(
    r"(?:.* )?(?:Area|Block|Camp|Comuna|District|Gate|Lot|Sector|Site|Terminal|Ward|Zone)$"
)
_NUMBER = re.compile(r" \d{1,3}(?![\d.,%]*\d|[\w%])")
_FULL_STOP = re.compile(
    r"(?<=[a-z]{4})\. (?=[A-Z])(?<!Corp\. )(?<!Dept\. )(?<!Univ\. )(?<!Assn\. )"
)  # `European Union. Infrastructure`
_OF_A_COUNTRY = frozenset({"Bank", "Church", "Union", "University", "Federation", "Association", "Chamber"})
_SMALL_TOWN = re.compile(
    r" (?:county|district|province|prefecture|municipality|township|commune|village|town|city|state)$"
)
_LINE = re.compile(
    r"[A-Z][\w’'.]+(?:[-–][A-Z][\w’'.]+)+ (?:[A-Z]\w+ )?(?:Railway|Expressway|Highway|Motorway|Pipeline|Canal|Bridge|Corridor|Road|Tunnel)"
)


def with_bounds(text: str, spans: Sequence[Span]) -> list[Span]:
    """The spans, sorted, joined and cut where the words around them tell their ends."""
    kept: list[Span] = []
    for at, span in enumerate(spans):
        last = kept[-1] if kept else None
        if last is not None and span.start < last.end:
            continue  # `Labor` inside `Ministry of Employment and Labor`
        if last is not None and _is_one(text, last, span):
            joined = replace(last, end=span.end, type="PERSON" if span.type == "PERSON" else "ORG")
            kept[-1] = _bounded(text, joined, spans[at + 1 : at + 4])
        else:
            kept += _without_owner(text, _bounded(text, span, spans[at + 1 : at + 4]), spans[at + 1 : at + 2])
    return kept


def _without_owner(text: str, span: Span, behind: Sequence[Span]) -> list[Span]:
    """`Party Committee` and `China` of `Party Committee of China's Guangxi`."""
    owned = _OF_OWNER.fullmatch(text, span.start, span.end) if span.type == "ORG" else None
    is_owner = any(s.type == "GPE" and text[span.end : s.start] in ("'s ", "’s ") for s in behind)
    if owned is None or not is_owner:
        return [span]
    return [replace(span, end=owned.end("body")), replace(span, start=owned.start("owner"), type="GPE")]


def _is_one(text: str, last: Span, span: Span) -> bool:
    """Whether what stands between two spans joins them."""
    between = text[last.end : span.start]
    if (
        between == ", "
        and last.type == span.type == "ORG"
        and _REST_OF_TRADES.match(text, span.start, span.end)
    ):
        return text[last.start : last.end].rpartition(" ")[2] not in BODY_WORDS
    if between == " of " and last.type == "ORG" and span.type == "GPE":
        return text[last.start : last.end].rpartition(" ")[2] in _OF_A_COUNTRY
    if between == " " and last.type == span.type == "PERSON":
        words = text[last.start : last.end], text[span.start : span.end]  # `Xolile` and `Nqatha`
        return all(" " not in word and not word.isupper() for word in words)
    if between == ". " and last.type == span.type == "PERSON":
        return _SHORT_FIRST.search(text[max(0, last.start - 1) : span.start]) is not None
    owner = text[last.end - 1 : span.start]
    is_body = span.type == "ORG" and text[span.start : span.end].rpartition(" ")[2] in BODY_WORDS
    return is_body and last.type != "PERSON" and _OWNERS.fullmatch(owner) is not None


def _bounded(text: str, span: Span, behind: Sequence[Span]) -> Span:
    if span.type == "ORG":
        return _whole_body(text, span, behind)
    if span.type == "PERSON" and (short := _SHORT_FIRST.search(text, max(0, span.start - 6), span.start)):
        return replace(span, start=short.start())
    if span.type == "GPE" and (noun := _SMALL_TOWN.search(text[span.start : span.end])):
        return replace(span, end=span.start + noun.start())
    is_numbered = span.type in ("GPE", "LOC", "FAC") and _NUMBERED.fullmatch(text, span.start, span.end)
    number = _NUMBER.match(text, span.end) if is_numbered else None
    return span if number is None else replace(span, end=number.end())


def _whole_body(text: str, span: Span, behind: Sequence[Span]) -> Span:
    """An organisation with all its tasks; a line between two places is no organisation."""
    surface = text[span.start : span.end]
    if len(surface) == len("X.") and surface[-1] == ".":
        return replace(span, end=span.end - 1)
    if stop := _FULL_STOP.search(surface):
        return replace(span, end=span.start + stop.start())
    if _LINE.fullmatch(surface):
        return replace(span, type="FAC")
    if noun := _BODY_AND_NOUN.search(surface):
        return replace(span, end=span.start + noun.start("noun"))
    if not _HEADED.match(surface):
        return span
    end = span.end
    while (more := _MORE_TASKS.match(text, end)) and not any(s.start < more.end() < s.end for s in behind):
        end = more.end()
    return span if end == span.end else replace(span, end=end)
