"""What the tagger found in two pieces and is one name: `Gusti Raden Mas` and `Haryo Seno`, `Forbes` & `Walker`, `US Food` and `Drug Administration`."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace

from tasks.entities.gazetteer import Gazetteer
from tasks.entities.parts import BODY_WORDS
from tasks.entities.spans import Span
from tasks.entities.wholes import NAMED, PARTICLE, doubles_of, whole

_OPEN_PARTICLE = re.compile(rf" {PARTICLE}$")
_WHOLE = BODY_WORDS | {"Administration", "Army", "Assembly", "Brigade", "Bureau", "Command", "Congress", "Forces", "House", "Nations", "Parliament", "Police", "Programme", "Senate"}  # fmt: skip
_THE = re.compile(r"\b[Tt]he $")
_PARTY = frozenset({"Conservative", "Democrat", "Labour", "Liberal", "Republican", "Tory"})
_PLACES = frozenset({"GPE", "LOC"})
_MOST_WORDS = 5  # of a person's name


def with_joints(text: str, spans: Sequence[Span], gazetteer: Gazetteer) -> list[Span]:
    """The spans, sorted, with those joined that are one name, and each as far as its name goes."""
    doubles = doubles_of(text)
    kept: list[Span] = []
    for span in spans:
        last = kept[-1] if kept else None
        if last is not None and span.start < last.end:
            if last.type == span.type == "PERSON" and span.end > last.end:
                kept[-1] = replace(last, end=span.end)
            continue  # inside what went on
        kind = _kind_of_both(text, last, span, gazetteer) if last is not None else ""
        if last is not None and kind:
            kept[-1:] = whole(text, replace(last, end=span.end, type=kind), gazetteer, doubles)
        else:
            kept += whole(text, span, gazetteer, doubles)
    return kept


def _kind_of_both(text: str, last: Span, span: Span, gazetteer: Gazetteer) -> str:
    """The type of the name that two spans are together; empty where they are two."""
    between = text[last.end : span.start] if span.start - last.end <= len(" and ") else ""
    first, second = text[last.start : last.end], text[span.start : span.end]
    if between == " " and span.type == "PERSON":
        return "PERSON" if _is_person_of_two(last, first, second, gazetteer) else ""
    if between == " " and last.type == "ORG" and first[-1].isdigit():
        return "ORG" if span.type in _PLACES | {"ORG"} else ""  # `SMP Negeri 3` and `Talibura`
    if between == " " and last.type == "PERSON":
        return "PERSON" if _OPEN_PARTICLE.search(first) else ""
    if between == "-" and last.type == "ORG" and span.type in _PLACES | {"ORG", "FAC"}:
        return "ORG" if first.isupper() else span.type if first.endswith("-e") else ""
    if between == " & ":
        return "ORG" if "ORG" in (last.type, span.type) and {last.type, span.type} <= NAMED else ""
    is_body = (
        between == " and " and last.type == span.type == "ORG" and _is_body_of_two(text, last, first, second)
    )
    return "ORG" if is_body else ""


def _is_person_of_two(last: Span, first: str, second: str, gazetteer: Gazetteer) -> bool:
    """`Gusti Raden Mas` and `Haryo Seno`; `Purna`, a town or firm that nobody knows, and `Bahadur Chaudhary`."""
    if last.type == "PERSON":
        is_short = first.count(" ") + second.count(" ") < _MOST_WORDS - 1
        return _OPEN_PARTICLE.search(first) is not None or (" " in first and is_short)
    is_word = first.isalpha() and first[1:].islower() and first not in _PARTY
    return is_word and last.type in _PLACES | {"ORG"} and gazetteer.place(first) is None


def _is_body_of_two(text: str, last: Span, first: str, second: str) -> bool:
    """`the US Food` and `Drug Administration`: what is left of "and" is no body by itself."""
    return (
        _THE.search(text, max(0, last.start - 5), last.start) is not None
        and " " in first
        and " " in second
        and _WHOLE.isdisjoint(first.split())
        and not first.isupper()
        and second.rpartition(" ")[2] in _WHOLE
    )
