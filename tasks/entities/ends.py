"""Where two names part or one goes on that the other rooms do not see: `Ombudsman in Cebu`, `Great Mosque of Mataram`, `Law Society of Kenya`.

And names by their line (`By WAISALE KOROIVULA`), and what is no name at all (`Commissioner for Internal Security`, the X of X-rays).
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace

from tasks.entities.gazetteer import Gazetteer
from tasks.entities.parts import BODY_WORDS
from tasks.entities.spans import Span

SCORE = 0.8
_LOOK_BACK_CHARS = 90
_PLACES = frozenset({"GPE", "LOC"})
_FACILITIES = _PLACES | {"FAC", "ORG"}
_CAP = r"[A-Z][\w’'-]+"

_HOLDER = re.compile(
    r"(?:(?:Acting|Assistant|Deputy|Vice) )?(?:Ambassador|Attorney|Commissioner|Director|Governor|Mayor|Minister|Secretary|Undersecretary) (?:for|of) "
)
_BY = re.compile(r"(?:^|\n)(?:By|BY) $")
_FROM = re.compile(r"(?:^|\n)From $")
_FULL_NAME = re.compile(r"[^\W\d_]{2,}(?:[-’'.][^\W\d_]+)*(?: [^\W\d_]+(?:[-’'.][^\W\d_]*)*){1,3}")
_LINE_ENDS = re.compile(r"\s*(?:$|\n|[,/|]| in [A-Z]| and [A-Z])")
_LOUD_PLACE = re.compile(r"[A-Z]{5,}")
_LOUD_LINE = re.compile(r"\. [A-Z][a-z]")
_IN_PLACE = re.compile(rf"(?P<body>(?:(?!Force|Mission|Operation).)+) in (?P<place>{_CAP}(?: {_CAP})?)")
_SHRINE = re.compile(
    r"(?:.* )?(?:Basilica|Cathedral|Chapel|Convent|Monastery|Mosque|Sanctuary|Shrine|Synagogue|Temple|Tomb)"
)
_OF_SHRINE = re.compile(rf" of (?:the )?{_CAP}(?: {_CAP})*(?: of (?:the )?{_CAP}(?: {_CAP})*)?")
_OF_CHURCH = re.compile(
    rf" of (?:the (?:Holy )?(?:Assumption|Rosary|Nativity|Sepulchre|Annunciation|Resurrection|Sacred Heart|Trinity)|Our Lady|San|Santa|Santo|São|St|Saint)"
    rf"(?: {_CAP})*(?: of (?:the )?{_CAP}(?: {_CAP})*)?"
)
_SOCIETY_OF = re.compile(
    r"(?P<name>(?:[A-Z][\w’'&-]+ ){1,4}(?:Academy|Association|Bar|Chamber|Confederation|Federation|Institute|Institution|Society|Union)) of (?:the )?$"
)
_NO_FIRST = frozenset(
    {"The", "In", "A", "An", "But", "And", "At", "By", "For", "From", "On", "When", "While", "With"}
)
_HEAD_OF = re.compile(
    r"\b(?:chair|chairman|chairperson|chairwoman|chief|coordinator|director|general|head|leader|manager|officer|president|rector|secretary|spokesman|"
    r"spokesperson|spokeswoman) (?:of|at|for) (?:the )?$"
)
_BODY_THEN_PERSON = re.compile(
    rf"(?P<body>(?:{_CAP} ){{1,5}}(?:{'|'.join(sorted(BODY_WORDS | {'Center', 'Centre'}))})) (?P<person>{_CAP}(?: {_CAP}){{1,2}})"
)
_SCHOOL = re.compile(r".+ High(?: School)?")
_NO_SCHOOL = re.compile(r" (?:Court|Commission|Commissioner|Representative|Road|Street)\b")
_INDIAN_BODY = re.compile(
    r".+ (?:Kendra|Mahavidyalaya|Parishad|Samiti|Sangathan|Sansthan|Vidyalaya)|Sangguniang .+"
)
_REST_OF_FIRM = re.compile(r"(?:Construction|Development|General|Services|Sons|Supply|Trading) ")
_DIOCESE = re.compile(r"(?:.* )?(?:Archdiocese|Diocese) of .*")


def with_ends(text: str, spans: Sequence[Span], gazetteer: Gazetteer) -> list[Span]:
    """The spans, sorted, parted, joined and retyped where they end in these ways."""
    kept: list[Span] = []
    for span in spans:
        last = kept[-1] if kept else None
        if last is not None and span.start < last.end:
            continue  # inside what went on
        if last is not None and (kind := _kind_of_both(text, last, span)):
            kept[-1] = replace(last, end=span.end, type=kind)
        elif not _is_none(text, span):
            floor = last.end if last is not None else 0
            kept += _parted(text, _whole(text, _by_its_line(text, span), floor), gazetteer)
    return kept


def _is_none(text: str, span: Span) -> bool:
    """Whether it is an office, not a body, or a letter."""
    if span.end - span.start == 1:
        return text[span.end : span.end + 4] in ("-ray", "-Ray")
    return span.type == "ORG" and _HOLDER.match(text, span.start, span.end) is not None


def _by_its_line(text: str, span: Span) -> Span:
    """A byline's person, a dateline's town."""
    surface = text[span.start : span.end]
    ahead = text[max(0, span.start - 6) : span.start]
    is_by = _BY.search(ahead) is not None
    if is_by or (_FROM.search(ahead) and text[span.end : span.end + 1] in (",", "\n")):
        is_name = _FULL_NAME.fullmatch(surface) and BODY_WORDS.isdisjoint(surface.split())
        if is_name and _LINE_ENDS.match(text, span.end):
            return replace(span, type="PERSON")
    opens = span.start == 0 or text[span.start - 1] == "\n"
    if opens and span.type == "ORG" and _LOUD_PLACE.fullmatch(surface) and _LOUD_LINE.match(text, span.end):
        return replace(span, type="GPE")
    return span


def _whole(text: str, span: Span, floor: int) -> Span:
    """A name with what belongs to it. floor: where the name before it ends."""
    surface = text[span.start : span.end]
    if span.type in _FACILITIES and _SHRINE.fullmatch(surface) and (more := _OF_SHRINE.match(text, span.end)):
        return replace(span, end=more.end(), type="FAC")
    if surface == "Church" and (more := _OF_CHURCH.match(text, span.end)):
        return replace(span, end=more.end(), type="FAC")
    if span.type == "GPE":
        of = _SOCIETY_OF.search(text, max(floor, span.start - _LOOK_BACK_CHARS), span.start)
        if of is not None:
            first = of["name"].partition(" ")[0]
            start = of.start() + (len(first) + 1 if first in _NO_FIRST else 0)
            return replace(span, start=start, type="ORG", score_frac=SCORE, method="rule")
        is_school = _SCHOOL.fullmatch(surface) and not _NO_SCHOOL.match(text, span.end)
        return replace(span, type="ORG") if is_school else span
    if span.type in ("PERSON", "GPE", "LOC") and _INDIAN_BODY.fullmatch(surface):
        return replace(span, type="ORG")
    return span


def _parted(text: str, span: Span, gazetteer: Gazetteer) -> list[Span]:
    """`Office of the Ombudsman in Cebu` is a body and a town, `National Disaster Centre Lusete Mana-Aho` a body and its head."""
    if span.type != "ORG":
        return [span]
    placed = _IN_PLACE.fullmatch(text, span.start, span.end)
    if placed is not None and gazetteer.place(placed["place"]) is not None:
        return [replace(span, end=placed.end("body")), replace(span, start=placed.start("place"), type="GPE")]
    headed = _BODY_THEN_PERSON.fullmatch(text, span.start, span.end)
    is_head = headed is not None and BODY_WORDS.isdisjoint(headed["person"].split())
    if headed is not None and is_head and _HEAD_OF.search(text, max(0, span.start - 30), span.start):
        return [
            replace(span, end=headed.end("body")),
            replace(span, start=headed.start("person"), type="PERSON"),
        ]
    return [span]


def _kind_of_both(text: str, last: Span, span: Span) -> str:
    """The type of the name that two spans with "and" between them are together; empty where they are two."""
    if text[last.end : span.start] != " and ":
        return ""
    first, second = text[last.start : last.end], text[span.start : span.end]
    if last.type == "ORG" and span.type == "ORG" and _REST_OF_FIRM.match(second):
        return "ORG"
    if last.type == "ORG" and span.type in _PLACES and _DIOCESE.fullmatch(first):
        return "ORG"
    return "FAC" if first.endswith(" Convention") and second.startswith("Exhibition Cent") else ""
