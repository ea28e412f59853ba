"""Short forms of a text's organisations: `Mopani` of Mopani Copper Mines, `the Board` of the Rural Electrification Board, acronyms.

What stands in full, defines an acronym, or acts like a body tells the rest of the text.
"""

from __future__ import annotations

import bisect
import re
from collections.abc import Sequence
from dataclasses import replace

from tasks.entities.gazetteer import Gazetteer
from tasks.entities.spans import Span

SCORE = 0.8
_NO_BODIES = frozenset({"PERSON", "WORK", "PRODUCT"})
_PLACES = frozenset({"GPE", "LOC"})
_FIRM = re.compile(
    r" (?:Aviation|Capital|Cement|Co|Company|Construction|Contracting|Contractors|Corp|Corporation|Developments?|Energy|Enterprises?|Estates?|Exports?|Farms?|"
    r"Foods|Gas|Gold|Group|Holdings?|Inc|Industries|Limited|Lines|LLC|Logistics|Ltd|Lumber|Media|Metals|Mills|Minerals|Mines|Mining|Motors|Oil|Petroleum|"
    r"Pharma|Plantations?|Plc|PLC|Power|Properties|Resources|SA|Securities|Shipping|Solar|Steel|Sugar|Systems|Tbk|Telecom|Textiles|Timber|Tours|Traders|"
    r"Trading|Travel|Works)\.?$"
)
_ACTS = re.compile(
    r"['’]s (?:board|chairman|chief|director|lawyer|manager|owner|shares|spokes)| (?:admitted|also|announced|bought|closed|could|declined|denied|did|"
    r"disputed|employs?|had|has|owns?|paid|pays?|plans?|promised|refused|reported|said|says|sold|told|will|would)\b"
)
_STANDS = re.compile(
    r"\b(?:[Aa]cross|[Aa]round|[Aa]t|[Bb]etween|[Ff]rom|[Ii]n|[Nn]ear|of|[Oo]utside|[Tt]hrough|(?<!belonging )to) $"
)
_MOST_WORDS = 6  # of a firm's first words
_LOOK_BACK_CHARS = 14  # `belonging to `

_BODY = (
    "Administration|Agency|Alliance|Assembly|Association|Authority|Bank|Board|Bureau|Centre|Chamber|Coalition|Commission|Committee|Company|Corporation|"
    "Council|Court|Department|Directorate|Federation|Foundation|Front|Fund|Group|Institute|League|Ministry|Movement|Office|Party|Service|Society|"
    "Tribunal|Trust|Union|Unit|University"
)
_THE_BODY = re.compile(rf"\b[Tt]he (?P<name>{_BODY})(?![\w-]| [A-Z]| of\b| for\b| on\b)")
_ENDS = re.compile(rf"(?:.* )?(?P<last>{_BODY})(?: (?:of|for|on) .*)?")

_LONGEST = 110  # characters of a name before its acronym
_IN_BRACKETS = re.compile(r" ?\((?P<short>[A-Z]{3,8})\)")
_RUN = re.compile(
    r"[A-Z][\w’'.-]*(?:(?:,? (?:and|of|for|on|in|to|against|the|de|des|du|del|la|las|los|et|y|e|da|do|dos|&))* [A-Z][\w’'.-]*|,(?= [A-Z][\w’'-]+ and))+$"
)
_NO_BODY = re.compile(
    r"^Member |\bPark\b|(?:Act|Agreement|Airport|Assessment|Bill|Card|Cent(?:er|re)|Code|Complex|Convention|Disease|Document|Effect|Fever|Index|Law|Machine|Map|"
    r"Number|Officer|Order|Plan|Policy|Price|Product|Protocol|Rate|Scheme|Stadium|Station|Strategy|Syndrome|System|Tax|Test|Treaty|Value|Virus|Zone)$"
)
_CALLED = re.compile(
    r" \((?P<short>[A-Z][^\W\d]{2,12})\)|,? (?:or|(?:also |better )?known as) (?:the )?(?P<named>[A-Z][^\W\d]{2,12})(?=[,.;])"
)
_TOKEN = re.compile(r"(?<![\w-])[A-Z][^\W\d]{2,12}(?![\w-])")
_REPLACED = frozenset({"ORG", "GPE", "LOC", "FAC", "PERSON", "NORP"})
_WORD = re.compile(r"[^\s-]+")
_ACRONYM = re.compile(r"[A-Z]{3,}")
_MOST_OF_PERSON, _MOST_OF_PLACE = (
    4,
    9,
)  # letters of an acronym taken for one; a first name in capitals is longer
_ACTING = re.compile(
    r"(?<![\w&-])[A-Z]{3,7}(?= (?:has|had|said|says|told|warned|denied|described|reported|announced|estimates|expects|confirmed|plans|wants|"
    r"chief|chairman|chairwoman|director|engineer|economist|official|officials|president|secretary|secretary-general|spokesman|spokesperson|spokeswoman|"
    r"leader|lawmaker|delegate|researcher)\b)"
)
_NO_NAMES = frozenset({"AIDS", "CEO", "CFO", "COO", "COVID", "DNA", "GDP", "GMT", "GPS", "HIV", "IPO", "LNG", "MPC", "MRI", "NGO", "PCR", "PDF", "PPE", "RNA", "SIM", "SMS", "THE", "USB", "UTC", "VAT", "VIP"})  # fmt: skip
_DATELINE = re.compile(r"(?: \(\w+\))?(?:[:,]| [-–—])")
_LETTERS = re.compile(r"[^\W\d_]{3,}")
_AROUND_CHARS = 25


def with_shorts(text: str, spans: Sequence[Span], gazetteer: Gazetteer) -> list[Span]:
    """The spans, sorted, with the short forms of organisations that the text names in full."""
    out = _with_firms(text, spans, gazetteer)
    out = _with_called(text, _with_defined(text, out), gazetteer)
    out = _with_acronyms(text, out, gazetteer)
    return _with_bodies(text, out)


def _with_firms(text: str, spans: Sequence[Span], gazetteer: Gazetteer) -> list[Span]:
    """`Mopani has offered`, `Noor Al-Sahel` and `Glenmoor` as the firms whose names they begin; a place only where it never stands as one."""
    begins = _beginnings(text, spans)
    if not begins:
        return list(spans)
    people = {
        word
        for s in spans
        if s.type == "PERSON" and " " in text[s.start : s.end]
        for word in text[s.start : s.end].split()
    }
    firms = _acting(text, spans, {name for name, is_firm in begins.items() if is_firm})

    def is_short(span: Span) -> bool:
        name = text[span.start : span.end]
        if name not in begins or name in people:
            return False
        if span.type not in _NO_BODIES and not (span.type in _PLACES and name in firms):
            return False
        return gazetteer.place(name) is None and gazetteer.people(name) is None

    return [replace(s, type="ORG", method="rule") if is_short(s) else s for s in spans]


def _beginnings(text: str, spans: Sequence[Span]) -> dict[str, bool]:
    """`Lane Xang` and `Lane` of `Lane Xang Minerals`, and whether the full name is a firm's."""
    begins: dict[str, bool] = {}
    for span in spans:
        name = text[span.start : span.end]
        words = name.split() if span.type == "ORG" else []
        for n in range(1, min(len(words), _MOST_WORDS)):
            head = " ".join(words[:n])
            begins[head] = begins.get(head, False) or _FIRM.search(name) is not None
    return begins


def _acting(text: str, spans: Sequence[Span], firms: set[str]) -> set[str]:
    """Those of the firms' first words, taken for places, that once act like a firm and stand like a place nowhere."""
    acting, standing = set(), set()
    for span in spans:
        name = text[span.start : span.end]
        if span.type in _PLACES and name in firms:
            if _STANDS.search(text, max(0, span.start - _LOOK_BACK_CHARS), span.start):
                standing.add(name)
            elif _ACTS.match(text, span.end):
                acting.add(name)
    return acting - standing


def _with_bodies(text: str, spans: Sequence[Span]) -> list[Span]:
    """`the Board`, where the text has a body that is one."""
    names = (text[s.start : s.end] for s in spans if s.type == "ORG")
    bodies = {m["last"] for name in names if " " in name and (m := _ENDS.fullmatch(name))}
    found = [
        Span(*m.span("name"), "ORG", SCORE, "document")
        for m in _THE_BODY.finditer(text)
        if m["name"] in bodies and not _inside(spans, *m.span("name"))
    ]
    return sorted([*spans, *found])


def _inside(spans: Sequence[Span], start: int, end: int) -> Sequence[Span]:
    """Those of sorted spans without overlap that touch a stretch."""
    first = bisect.bisect_right(spans, start, key=lambda s: s.end)
    last = bisect.bisect_left(spans, end, key=lambda s: s.start)
    return spans[first:last]


def _with_defined(text: str, spans: Sequence[Span]) -> list[Span]:
    """The spans, and bodies that nothing tells but the acronym behind them: `the Egyptian Initiative for Personal Rights (EIPR)`."""
    gone: set[Span] = set()
    found: list[Span] = []
    for m in _IN_BRACKETS.finditer(text):
        run = _RUN.search(text, max(0, m.start() - _LONGEST), m.start())
        start = -1 if run is None or _NO_BODY.search(run[0]) else _begin(m["short"], run[0], run.start())
        if start < 0:
            continue
        inside = _inside(spans, start, m.start())
        is_known = any(s.type == "ORG" and (s.start, s.end) == (start, m.start()) for s in inside)
        if is_known or any(s.start < start or s.type not in _REPLACED for s in inside):
            continue
        gone.update(inside, _inside(spans, *m.span("short")))
        found.append(Span(start, m.start(), "ORG", SCORE, "rule"))
        found.append(Span(*m.span("short"), "ORG", SCORE, "rule"))
    return sorted([*(s for s in spans if s not in gone), *found])


def _with_called(text: str, spans: Sequence[Span], gazetteer: Gazetteer) -> list[Span]:
    """The spans, and what stands in brackets or behind `or` after a body, here and in the rest: `Institute of Fisheries, or Inpesca`."""
    bodies = [s.end for s in spans if s.type == "ORG" and " " in text[s.start : s.end]]
    called = {m["short"] or m["named"] for end in bodies if (m := _CALLED.match(text, end))}
    called = {name for name in called if gazetteer.place(name) is None and gazetteer.people(name) is None}
    if not called:
        return list(spans)
    full = {s.start for s in spans if text[s.start : s.end] in called}
    found = [
        Span(m.start(), m.end(), "ORG", SCORE, "document")
        for m in _TOKEN.finditer(text)
        if m[0] in called and m.start() not in full and not _inside(spans, m.start(), m.end())
    ]
    return sorted(
        [
            *(
                replace(s, type="ORG", method="document") if s.start in full and s.type != "ORG" else s
                for s in spans
            ),
            *found,
        ]
    )


def _begin(short: str, run: str, at: int) -> int:
    """Where in the text the words begin whose capitals are the acronym; -1 for nowhere. at: place of the run."""
    capitals = [(m.start(), m[0][0]) for m in _WORD.finditer(run) if m[0][0].isupper()]
    if "".join(c for _, c in capitals).endswith(short):
        return at + capitals[-len(short)][0]
    return -1


def _with_acronyms(text: str, spans: Sequence[Span], gazetteer: Gazetteer) -> list[Span]:
    """The spans with acronyms that no person or place has, and those that act, as ORG: `OCHA described`, `AGEROUTE engineer Solange`."""
    out = []
    for s in spans:
        surface = text[s.start : s.end]
        most = {"PERSON": _MOST_OF_PERSON, "GPE": _MOST_OF_PLACE, "LOC": _MOST_OF_PLACE}.get(s.type, 0)
        is_one = len(surface) <= most and _ACRONYM.fullmatch(surface) is not None
        is_body = is_one and gazetteer.place(surface) is None and _is_in_small(text, s.start, s.end)
        out.append(replace(s, type="ORG", method="rule") if is_body else s)
    found = [
        Span(m.start(), m.end(), "ORG", SCORE, "rule")
        for m in _ACTING.finditer(text)
        if m[0] not in _NO_NAMES
        and not _inside(out, m.start(), m.end())
        and gazetteer.place(m[0]) is None
        and _is_in_small(text, m.start(), m.end())
    ]
    return sorted([*out, *found])


def _is_in_small(text: str, start: int, end: int) -> bool:
    """Whether the words around are in small letters, and it is no dateline."""
    before = text[max(0, start - _AROUND_CHARS) : start].rpartition("\n")[2]
    behind = text[end : end + _AROUND_CHARS].partition("\n")[0]
    if not before.strip() and _DATELINE.match(behind):
        return False
    return any(word.islower() for word in _LETTERS.findall(f"{before} {behind}"))
