"""What the words beside a name say of its type: `the search agency Basarnas`, `Tetteh, 46,`, `the town of Durán`.

The tagger guesses a name it never met from how it is written; a common noun right beside it knows better. What one
mention is told holds for the same name in the whole text.
"""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from tasks.entities.gazetteer import Gazetteer
from tasks.entities.parts import BODY_WORDS
from tasks.entities.spans import Span

_LOOK_BACK_CHARS = 70  # `a spokesman for the Karen armed group, `
_PLACES = frozenset({"GPE", "LOC", "FAC"})
_TYPED = _PLACES | {"PERSON", "ORG", "WORK", "PRODUCT"}
_NO_BODY = _TYPED - {"ORG"}
_NO_PERSON = _PLACES | {"WORK", "PRODUCT"}
_PERSON, _NAMED = frozenset({"PERSON"}), frozenset({"PERSON", "ORG"})

_BODIES = (
    "agency|airline|alliance|association|bank|brewer|broadcaster|carrier|charity|club|coalition|company|conglomerate|consultancy|"
    "cartel|contractor|cooperative|daily|developer|federation|firm|foundation|gang|group|haulier|insurer|league|lender|maker|manufacturer|militia|miner|movement|"
    "newspaper|NGO|operator|organisation|organization|outlet|party|producer|publisher|refiner|regulator|retailer|startup|start-up|"
    "station|think tank|think-tank|union|utility|watchdog|website|weekly"
)
_SURE_BODIES = (
    "agency|airline|alliance|association|bank|cartel|charity|club|company|conglomerate|consultancy|cooperative|federation|firm|foundation|gang|group|"
    "insurer|league|militia|movement|newspaper|NGO|organisation|organization|party|startup|start-up|think tank|union|website|workshop"
)  # which nobody calls a person
_MAKERS = (
    "auctioneer|automaker|bakery|brewery|broker|brokerage|builder|carmaker|chain|chipmaker|co-op|dairy|distributor|drugmaker|exporter|importer|"
    "journal|lessor|magazine|promoter|shipbuilder|shipper|smelter|steelmaker|subcontractor|subsidiary|supplier|toolmaker|venture"
)  # of persons too
_ROLES = (
    r"(?:activist|actor|actress|analyst|author|captain|chairman|chairwoman|chief executive|coach|commander|commissioner|deputy|director|"
    r"driver|economist|engineer|farmer|fisherman|goalkeeper|governor|headmaster|journalist|judge|lawmaker|lawyer|manager|mayor|midfielder|"
    r"minister|novelist|nurse|photographer|politician|president|professor|prosecutor|researcher|resident|scientist|secretary|senator|singer|"
    r"spokesman|spokesperson|spokeswoman|striker|teacher|trader|villager|winger)"
)
_TOWNS = "commune|county|district|municipality|prefecture|province|suburb|township|village"
_LANDS = (
    "archipelago|atoll|basin|delta|desert|estuary|forest|glacier|highlands|hills|islands?|lagoon|lake|mountains?|oilfield|peninsula|"
    "plateau|reef|river|strait|swamp|valley|volcano|wetlands"
)
_DONE_BY = r" (?:founded|led|ran|runs|leads|heads|headed|owns|owned|set up|built|started|works|worked|once|and his|and her|'s)\b"
_APPOSED = (
    r", (?:an?|the) (?:(?!and\b|at\b|by\b|for\b|from\b|in\b|of\b|on\b|to\b|who\b|with\b)[\w’'-]+ ){0,3}"
)
_APPOSED_ENDS = r"(?:[,.;:]|$| (?:based|backed|behind|for|in|led|of|run|that|which|with)\b)"
_NO_NOUN = r"[,.;:)]|$| (?:and|as|at|for|has|in|is|near|on|or|rose|to|towards|was|when|where|while|with)\b"
_ACTS = r"(?<=Municipality) (?:(?:has|had|will|would) )?(?:announced|said|says|told|plans|denied|warned|issued|approved|began|launched|closed|opened)\b"
_IN_TOWN = (
    r"\b(?:[a-z]+ed|born|caught|court|found|held|hospital|live|lives|lost|market|meeting|met|office|police|protest|rally|school|shot|"
    r"talks) in $"
)


@dataclass(frozen=True, slots=True)
class Cue:
    """Words before a name (a pattern that ends with it) and behind it, and the type they tell of the types they may change."""

    kind: str
    of: frozenset[str]
    before: re.Pattern[str]
    behind: re.Pattern[str]
    is_plain: bool = False  # only of one word that is no acronym and in no person's name


def _cue(kind: str, of: frozenset[str], before: str = "", behind: str = "", *, is_plain: bool = False) -> Cue:
    return Cue(kind, of, re.compile(before), re.compile(behind), is_plain)


# The first that fits speaks.
CUES = (
    _cue("PERSON", _TYPED, behind=r", (?:aged )?(?:1[4-9]|[2-9]\d)(?:, (?=[a-z])|\.(?!\d)|,? (?:of|from)\b)"),
    _cue(
        "PERSON",
        _TYPED,
        r"\b(?:aunt|brother|cousin|daughter|father|grandson|husband|mother|nephew|niece|sister|son|uncle|widow|widower|wife),? $",
    ),
    _cue("", _TYPED, rf"\b(?:{_BODIES}) $", _DONE_BY),  # `the company Hassan founded`
    _cue("ORG", _TYPED, rf"\b(?:{_BODIES})(?: called)? $"),
    _cue("ORG", _TYPED, rf"(?<![A-Za-z] )\b(?i:{_BODIES}|{_MAKERS})(?<=[a-z]) $", is_plain=True),
    _cue("ORG", _TYPED, rf"\b(?:{_MAKERS}) $", is_plain=True),
    _cue("ORG", _TYPED, rf"\b(?:{_MAKERS}), $", ",", is_plain=True),
    _cue("ORG", _TYPED - {"GPE"}, behind=rf"{_APPOSED}(?:{_BODIES}|cooperative|co-operative){_APPOSED_ENDS}"),
    _cue("ORG", _TYPED - {"GPE"}, behind=rf"{_APPOSED}(?:{_MAKERS}){_APPOSED_ENDS}", is_plain=True),
    _cue("ORG", frozenset({"GPE"}), r"\b(?:chief executive|CEO|managing director) of $"),
    _cue("PERSON", _PERSON, rf"\b{_ROLES} (?:of|for|at) (?:[\w’'-]+ ){{0,5}}[\w’'-]+, $", r", "),  # a spokesman for the armed group, X,
    _cue(
        "ORG",
        _TYPED - {"ORG"},
        rf"\b(?:[Aa]n?|[Tt]he|[Oo]ne|[Hh]is|[Hh]er|[Ii]ts|[Tt]heir|[Oo]ur|[a-z]+s['’])(?: [A-Z][a-z]+)? (?:[a-z-]+ ){{0,3}}(?:{_SURE_BODIES}|body|fund|office), $",
        r"[,.;]",
    ),
    _cue("ORG", frozenset({"GPE"}), rf"\b(?:[Aa]n?|[Tt]he) (?:[a-z-]+ ){{0,3}}(?:{_BODIES}), $", r", [a-z]"),
    _cue("ORG", frozenset({"GPE", "PERSON"}), r"\b(?:(?:[Oo]wner|[Ff]ounder|[Cc]o-founder|[Cc]hief executive|CEO) of|[Ss]takes? in) $", is_plain=True),
    _cue("ORG", _TYPED, rf"\b(?:[Hh]is|[Hh]er|[Tt]heir|[Oo]ur) (?:{_BODIES}), $"),
    _cue("ORG", _TYPED, r"\b(?:[Mm]embers? of|[Ss]hares (?:of|in)|[Ee]mployees of) $"),
    _cue(
        "ORG", _PERSON, behind=r" (?:militia|militiamen|militants|rebels|insurgents|newspaper|fighters|shareholders|newsroom)\b"
    ),
    _cue("PERSON", _NO_PERSON, rf"\b{_ROLES} $"),
    _cue("PERSON", _NO_PERSON, rf"\b{_ROLES}(?: (?:of|for|at) (?:[\w’'-]+ ){{0,5}}[\w’'-]+)?, $", r", "),
    _cue(
        "ORG",
        frozenset({"GPE", "PERSON"}),
        behind=r" (?:president|chairman|chairwoman|chief executive|CEO|managing director|spokesman|spokeswoman|spokesperson) [A-Z]",
        is_plain=True,
    ),
    _cue("ORG", frozenset({"WORK", "PRODUCT"}), behind=r" (?:candidate|lawmaker|leader|MP|senator),? [A-Z]"),
    _cue("NORP", _NO_BODY, behind=r" (?:people|tribe|tribes|tribesmen|tribespeople|clan|minority|ethnic group)\b"),
    _cue("NORP", _NO_BODY, r"\b(?:ethnic|[Ii]ndigenous) $"),
    _cue(
        "GPE",
        _NAMED,
        r"\b(?:[Cc]hiefs?|[Ee]lders|[Ff]armers|[Ff]ishermen|[Tt]raders|[Mm]ayor|[Rr]esidents|[Vv]illagers|[Pp]eople|[Ss]enator|[Ll]awmaker|[Gg]overnor) (?:of|for|from) $",
        is_plain=True,
    ),
    _cue(
        "GPE", _NAMED, r"\b(?:Mayor|Governor|Senator|Lawmaker|Councillor) (?:[A-Z][\w’'-]+ ){1,4}(?:of|from) $", r"(?! [A-Z])", is_plain=True
    ),
    _cue("GPE", _NAMED, r"\b(?:post|clinic|market|hall|depot|mine|bridge|checkpoint|junction|jetty|airstrip) (?:at|in) $", _NO_NOUN, is_plain=True),
    _cue("GPE", _PERSON, r"\b(?:[Rr]oads?|highway|trains?|flights?|bus|buses|ferry|ferries|convoys?) (?:to|from) $", _NO_NOUN, is_plain=True),
    _cue("ORG", _PLACES, r"\b(?<![Ii]n )[Tt]he $", _ACTS),
    _cue("GPE", _TYPED, rf"\b(?:borough|city|hamlet|neighbou?rhood|port|settlement|town|{_TOWNS}) of $"),
    _cue("GPE", _NO_BODY, behind=rf" (?:{_TOWNS})\b(?!['’])"),
    _cue("LOC", _TYPED, r"\b(?:island|islands|lake|mountain|peninsula|river|valley|volcano) (?:of )?$"),
    _cue("LOC", _NO_BODY, behind=rf" (?:{_LANDS})\b"),
    _cue(
        "GPE",
        _PERSON,
        r"\b(?:km|kilometres|kilometers|miles|(?:north|south)?(?:east|west)|north|south) (?:of|from) $|\b(?:outskirts of|[Nn]ear) $",
    ),
    _cue("LOC", _PERSON, r"\b(?:along|across|crossed|in|into|up|down|over|on) the $", _NO_NOUN),
    _cue("GPE", _PERSON, _IN_TOWN, _NO_NOUN, is_plain=True),
    _cue("GPE", _PERSON, r"\b(?:at|in|from|near|of|to) $", behind=rf", an? (?:[a-z-]+ ){{0,2}}(?:city|community|hamlet|neighbou?rhood|settlement|town|{_TOWNS})\b"),
)  # fmt: skip
_MAYBE_PERSON = tuple(
    cue for cue in CUES if cue.of == _NO_PERSON
)  # told to a body too, if it is called like a person

_NAMED_SO = frozenset({"PERSON", "GPE", "WORK", "PRODUCT"})
_SHORT_FOR = re.compile(r", (?:or|(?:also |better )?known as|called|abbreviated as|formerly)(?: the)? ")
_LIST = re.compile(r"(?P<comma>, )|,? and ")
_GOES_ON = re.compile(r"(?:,? and|,) [A-Z]")
_LIST_OF_TOWNS = re.compile(
    r"\b(?:[Ii]n|[Ff]rom|[Bb]etween|[Nn]ear|across|to|(?:[Cc]hiefs|[Pp]eople|[Rr]esidents|[Vv]illages|[Tt]owns) of) $"
)
_FULL_NAME = re.compile(r"[^\W\d_]+(?:[-’'][^\W\d_]+)*(?: [^\W\d_]+(?:[-’'][^\W\d_]+)*){1,3}")


def with_cues(text: str, spans: Sequence[Span], gazetteer: Gazetteer) -> list[Span]:
    """The spans, retyped where the words beside one of the mentions say so."""
    told: dict[str, Counter[str]] = defaultdict(Counter)
    people = {word for s in spans if s.type == "PERSON" for word in text[s.start : s.end].split()[1:]}
    listed = False
    for last, span in zip([None, *spans], spans, strict=False):
        surface = text[span.start : span.end]
        if (
            last is not None
            and last.type == "ORG"
            and span.type in _NAMED_SO
            and _is_short_for(text, last, span)
        ):
            told[surface]["ORG"] += 2
        listed = last is not None and _goes_on_list(text, last, span, listed)
        is_plain = surface.isalpha() and not surface.isupper() and surface not in people
        kind = _told(text, span, is_plain=is_plain)
        if not kind and listed and is_plain and span.type in _NAMED:
            kind = "GPE"
        if kind and not _is_known(surface, kind, gazetteer):
            told[surface][kind] += 1
    types = {surface: max(sorted(kinds), key=kinds.__getitem__) for surface, kinds in told.items()}
    return [_retyped(text, span, types) for span in spans]


def _told(text: str, span: Span, *, is_plain: bool) -> str:
    """The type that the words beside a span say it has; empty for nothing."""
    before = text[max(0, span.start - _LOOK_BACK_CHARS) : span.start]
    for cue in CUES:
        fits = span.type in cue.of and (is_plain or not cue.is_plain)
        if fits and cue.behind.match(text, span.end) and cue.before.search(before):
            return cue.kind
    if span.type == "ORG" and _is_called_like_a_person(text[span.start : span.end]):
        for cue in _MAYBE_PERSON:
            if cue.behind.match(text, span.end) and cue.before.search(before):
                return "PERSON"
    return ""


def _is_short_for(text: str, last: Span, span: Span) -> bool:
    """`National Union of Metalworkers, or Numsa,`: another name of the organisation in front."""
    return (
        _SHORT_FOR.fullmatch(text, last.end, span.start) is not None
        and text[span.end : span.end + 1] in ",.);"
    )


def _is_called_like_a_person(surface: str) -> bool:
    """Two to four words with capitals, none of which says that it is a body."""
    words = surface.split()
    return (
        _FULL_NAME.fullmatch(surface) is not None
        and all(word[0].isupper() and not word.isupper() for word in words)
        and BODY_WORDS.isdisjoint(words)
    )


def _goes_on_list(text: str, last: Span, span: Span, listed: bool) -> bool:  # noqa: FBT001
    """Whether a span goes on with a list of towns: `in Dedza and Ntcheu`, `from A, B and C`."""
    joint = _LIST.fullmatch(text, last.end, span.start)
    if joint is None or (joint["comma"] and not _GOES_ON.match(text, span.end)):
        return False
    return listed or bool(
        last.type == "GPE" and _LIST_OF_TOWNS.search(text, max(0, last.start - 12), last.start)
    )


def _is_known(surface: str, kind: str, gazetteer: Gazetteer) -> bool:
    """A place with an entry of its own is not retyped throughout for what one mention says."""
    place = gazetteer.place(surface)
    return kind not in _PLACES and place is not None and bool(place.qid)


def _retyped(text: str, span: Span, types: Mapping[str, str]) -> Span:
    kind = types.get(text[span.start : span.end])
    if kind is None or span.type == kind or span.type not in _TYPED or {span.type, kind} <= _PLACES:
        return span
    return replace(span, type=kind, method="rule")
