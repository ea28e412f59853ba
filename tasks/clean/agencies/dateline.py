"""The dateline that opens a story: place, date, agency, and the dash that ends it."""

from __future__ import annotations

import re
from collections.abc import Collection
from dataclasses import dataclass, replace

from tasks.clean.agencies.dateline_scripts import DOTTED, LOWER, Dateline, other_scripts, place_title
from tasks.clean.agencies.names import agency_credited, agency_named, agency_of, is_outlet, is_outlet_like
from tasks.clean.agencies.places import fold_place, load_places
from tasks.clean.dates.names import load_names
from tasks.clean.words import table


@dataclass(frozen=True, slots=True)
class _Head:
    """What stands before the dash, in parts. `bracket`: it had a name in brackets."""

    places: tuple[str, ...]
    agency: str | None
    date: str | None
    outlet: bool
    bracket: bool


REACH_CHARS = 110  # "PHNOM PENH, Cambodia, April 17, 2021 (Xinhua/Agence Kampuchea Presse) -- " has 72
STOP_FRAC = 0.6  # a city and a full stop: "Da Nang. The ..."
LONE_FRAC, LONE_CHARS = 0.65, 40  # enough at the first paragraph, where a sentence follows
LONE_NAME = 4  # "VOV - " is a station
_BRAND = re.compile(r"[a-z][A-Z]|\.|\d")  # "VietNamNet", "Site.vn"
GLUED_CHARS = 30  # a city of three words
COLON_CHARS = 60  # "Delhi: " opens a paragraph; "London: A Biography" is a title
MAX_PLACES = 3  # city, region, country

_DASH = re.compile(
    r"\s?[.,]?\s?(?:--+|[-–—―_])\s+|\s?\|\s+|(?<=\))\s?[-–—]+|\s?(?:—|--)(?=\w)|\.-+\s*|\s?[:：]\s+|\.(?:\s+(?=[^\W\d_])|(?=[^\W\d_a-z]))|(?<=\))\s+(?=[^\W\d_])"
)
BRACKETED_FRAC = 0.85  # a place and a dash behind a name in brackets
_FIRST = re.compile(r"\((?P<name>[^\W\d_][^()\d\n]{1,38})\)\s+(?=[^\W\d_a-z])")
_BRACKET = re.compile(r"(?:\((?P<name>[^()]{2,60})\)|(?:(?<=\s)|^)/(?P<slashed>[^/\s]{2,20})/)\s*\.?$")
_COMMA = re.compile(r"\s*,\s*|(?<=\w\w\w)\.\s+(?!\d)")  # "Feb. 12" is one part
_SQUARED = re.compile(
    r"\[(?P<place>[^\W\d_a-z][^\[\]\d.!?]{2,30})\]\s+(?=[\"“„«]?[^\W\d_a-z])"
)  # "[CALDER BAY] The"
_IN_SQUARES = re.compile(r"\s?\[([^\W\d_][\w. ]{1,30})\]")  # "Dubai [UAE], February 12 (ANI)"
_BARRED = re.compile(
    r"(?P<place>[^\W\d_a-z][^|.\d]{2,25}?)\s?\|\s?(?P<name>[A-Z][\w .]{1,20}?)\s?\|\s?(?=[\"“„«]?[^\W\d_a-z])"
)
_SLASHED = re.compile(r"(?<=[^\W\d_])\s/\s([A-Za-z][\w.-]{1,12})\Z")  # "Leipzig / dts"
_NUMBER = re.compile(r"\d{1,4}(?:st|nd|rd|th|er)?\.?")
_SHORT_DATE = re.compile(
    r"(?:le |ngày |el |den |on )?(?:0?[1-9]|[12]\d|3[01])[/.-](?:0?[1-9]|[12]\d|3[01])(?:[/.-]\d{2,4})?\.?"
)
_QUOTES = frozenset('"“„«‘')
_JOINS = frozenset(["de", "le", "ngày", "tháng", "of", "el", "den", "on"])
_SERVICE = re.compile(r"[a-z]{2,4}(?:/[a-z]{2,4})?")  # "Lindenau (npa) - "
_NAME = re.compile(r"[^\W\d_a-zà-öø-ÿ][\w.+&'’-]*(?:\s[\w.+&'’-]+){0,3}")


def find_dateline(line: str, *, outlets: Collection[str] = ()) -> Dateline | None:
    """The dateline that opens the line, or None. `outlets`: further names of papers, such as the source's own.

    Strict, because what it finds is cut: there must be a known agency or outlet, or a date, or a known city
    before the dash. The place is in title case; `agency` only for wire services.
    """
    low = len(line) - len(line.lstrip())
    head = line[low : low + REACH_CHARS]
    if not head or head[0] in "\"'“«„0123456789-–—•*#":
        return None
    found = (
        _squared(head)
        or _glued(head)
        or _barred(head)
        or other_scripts(head)
        or _agency_first(head, frozenset(name.casefold() for name in outlets))
        or _latin(head, frozenset(name.casefold() for name in outlets))
    )
    if found is None or low + found.end >= len(line.rstrip()):
        return None  # a dateline opens a text: alone on a line it is something else
    return replace(found, start=low, end=low + found.end)


def _squared(head: str) -> Dateline | None:
    """A place in capitals in square brackets."""
    match = _SQUARED.match(head)
    place = match["place"] if match is not None else ""
    if (
        match is None
        or not _is_capitals(place)
        or not _is_place(place)
        or place.lower() in table("story_labels")
    ):
        return None
    return Dateline(0, match.end(), place_title(match["place"]), None, None, LONE_FRAC)


def _glued(head: str) -> Dateline | None:
    """A city that the dump ran into the first word: "Hà NộiỞ tuổi 83"."""
    for at in range(2, min(GLUED_CHARS, len(head))):
        if head[at].isupper() and head[at - 1].islower():
            return Dateline(0, at, head[:at], None, None, 0.9) if _is_city(head[:at]) else None
    return None


def _agency_first(head: str, outlets: Collection[str]) -> Dateline | None:
    """An agency in brackets before the place, known or not: "(NBW) OSTERMOUTH – "."""
    match = _FIRST.match(head)
    service = match["name"] if match is not None else ""
    if (
        match is not None
        and (agency_named(service) or _SERVICE.fullmatch(service))
        and head[match.end() :].strip()
    ):
        alone = Dateline(0, match.end(), None, agency_named(service), None, LONE_FRAC)
    else:
        alone = None
    rest = _latin(head[match.end() :], outlets) if match is not None else None
    if match is None or rest is None or rest.place is None:
        return alone
    agency = agency_named(match["name"]) or rest.agency
    sure = max(rest.confidence_frac, BRACKETED_FRAC)
    return replace(rest, end=match.end() + rest.end, agency=agency, confidence_frac=sure)


def _barred(head: str) -> Dateline | None:
    """A place in capitals and who reports, each behind a bar: "MANILA | CNA | "."""
    match = _BARRED.match(head)
    if match is None or not (_is_city(match["place"]) or _is_capitals(match["place"])):
        return None
    return Dateline(0, match.end(), place_title(match["place"]), agency_of(match["name"].strip()), None, 0.9)


def _latin(head: str, outlets: Collection[str]) -> Dateline | None:
    weak: Dateline | None = None
    for dash in _DASH.finditer(head):
        before, mark = head[: dash.start()].rstrip(" ."), dash[0].strip() or " "
        if head[dash.start() : dash.start() + 1] == "." and _is_abbreviated(before):
            before += "."
        if not before:
            return None
        parts = _parts(before, outlets)
        sure = _judge(parts, mark, head[dash.end() :]) if parts else 0.0
        if parts and sure > STOP_FRAC:
            return _with_second(head, dash.end(), parts, sure, outlets)
        if parts and sure and weak is None:  # "KYIV. " may go on: "April 17 (Interfax-Ukraine) - "
            weak = _with_second(head, dash.end(), parts, sure, outlets)
    return weak


def _with_second(head: str, end: int, parts: _Head, sure: float, outlets: Collection[str]) -> Dateline:
    """The dateline, and the one after it: "(ANSA) - ROMA, 17 APR - "."""
    names_paper = len(parts.places) == 1 and not parts.bracket and is_outlet_like(parts.places[0])
    place = None if names_paper else ", ".join(place_title(one) for one in parts.places) or None
    first = Dateline(0, end, place, parts.agency, parts.date, sure)
    second = _latin(head[end:], outlets) if place is None and (parts.agency or parts.outlet) else None
    if second is None or second.place is None:
        return first
    agency = parts.agency or second.agency
    return Dateline(0, end + second.end, second.place, agency, second.date_text, sure)


def _is_abbreviated(before: str) -> bool:
    return bool(re.search(r"(?:^|[\s.])[A-Z]$|\b\w{3,4}$", before)) and before[-1:].isalpha()


def _parts(before: str, outlets: Collection[str]) -> _Head | None:
    """What stands before a dash, if all of it is place, date, agency or outlet."""
    before = _SLASHED.sub(r" (\1)", _IN_SQUARES.sub(r", \1", before))
    match = _BRACKET.search(before)
    name = (match["name"] or match["slashed"]) if match else None
    agency, date, outlet = _named(name, outlets) if name else (None, None, False)
    if name and not (agency or outlet or date or _NAME.fullmatch(name) or _SERVICE.fullmatch(name)):
        return None
    places: list[str] = []
    for piece in _COMMA.split((before[: match.start()] if match else before).strip(" ,-–—")):
        part = piece if DOTTED.fullmatch(piece) else piece.rstrip(".")
        if not part:
            continue
        if one := agency_of(part.strip(" .")):
            agency = agency or one
        elif part.casefold() in outlets or is_outlet(part):
            outlet = True
        elif _is_date(part):
            date = f"{date}, {part}" if date else part
        elif (split := _place_and_date(part)) and not date:
            places, date = [*places, split[0]], split[1]
        elif _is_place(part):
            places.append(piece if places else part)  # "LA CROSSE, Wis."
        else:
            return None
    if len(places) > MAX_PLACES:
        return None
    return _Head(tuple(places), agency, date, outlet, name is not None)


def _named(name: str, outlets: Collection[str]) -> tuple[str | None, str | None, bool]:
    """Agency, date and whether an outlet is named in a bracket such as "TTXVN 5/2" or "AFP, 17 April"."""
    agency = agency_credited(name)
    outlet = name.casefold() in outlets or is_outlet(name) or is_outlet_like(name)
    date: str | None = None
    if not agency and not outlet:
        first, _, rest = name.partition(" ")
        if (found := agency_of(first.rstrip(",;"))) and _is_date(rest.strip(" ,-")):
            agency, date = found, rest.strip(" ,-")
    return agency, date, outlet


def _judge(parts: _Head, mark: str, rest: str) -> float:
    """How sure it is a dateline, 0 if it is none. `mark` is the dash, colon, stop or blank that ends it."""
    known = bool(parts.places) and _is_city(parts.places[0])
    capitals = bool(parts.places) and _is_capitals(parts.places[0])
    if mark == " ":
        return _judge_bracket(parts, rest, known=known, capitals=capitals)
    if mark.startswith("."):
        return _judge_stop(parts, mark, known=known, capitals=capitals, rest=rest)
    if mark == "|":
        return LONE_FRAC if _is_lone(parts, rest, capitals=capitals) else 0.0
    if mark in (":", "："):
        return _judge_colon(parts, rest, known=known, capitals=capitals)
    if parts.agency and (parts.bracket or parts.date or not parts.places or known or capitals):
        return 0.95
    return _judge_unnamed(parts, rest, known=known, capitals=capitals)


def _judge_bracket(parts: _Head, rest: str, *, known: bool, capitals: bool) -> float:
    """The closing bracket as the dash: "BERLIN (dpa) Die ...", "EKVIK (NB) En ..."."""
    if not (parts.bracket and (capitals or known or parts.date) and rest[:1].isupper()):
        return 0.0
    return 0.9 if parts.agency else LONE_FRAC if capitals and len(rest) >= LONE_CHARS else 0.0


def _judge_colon(parts: _Head, rest: str, *, known: bool, capitals: bool) -> float:
    """A colon as the dash: "NEW DELHI: The ...", "Berlin (dpa): Die ..."."""
    named = parts.date or (parts.agency and parts.bracket)
    wired = parts.agency and parts.bracket and parts.date
    if (known and (capitals or named)) or (capitals and named) or wired:
        return 0.9
    if capitals and parts.bracket and rest[:1].isupper():  # "ANSTEY (Northwire): "
        return BRACKETED_FRAC
    if capitals and _is_lone(parts, rest, capitals=True):
        return LONE_FRAC
    lone = known and len(parts.places) == 1 and len(rest) >= COLON_CHARS and rest[:1].isupper()
    return 0.65 if lone else 0.0


def _judge_unnamed(parts: _Head, rest: str, *, known: bool, capitals: bool) -> float:
    """Before a dash, with no wire service: an outlet, a name that no list has, a date, a city in capitals."""
    if parts.outlet or (parts.date and (known or capitals)):
        return 0.9
    dated = parts.date and len(parts.places) == 1 and rest[:1].isupper()  # "Rạch Vọp, ngày 10/8/2023 - "
    if dated or (parts.bracket and not parts.places):
        return 0.65
    if capitals and len(parts.places) > 1:  # "ARNHOLM, Norway - "
        return 0.85 if rest[:1].isupper() or rest[:1] in _QUOTES else 0.0
    if not parts.bracket and _names_paper(parts, known=known):
        return 0.7 if rest[:1].isupper() else 0.0
    if [known, capitals, parts.bracket].count(True) >= 2:
        return 0.85
    signed = parts.bracket and len(parts.places) == 1 and " " not in parts.places[0] and not parts.date
    opens = signed and len(rest) >= LONE_CHARS and rest[:1].isupper()  # "Lindenau (npa) - Die ..."
    return LONE_FRAC if opens or _is_lone(parts, rest, capitals=capitals) else 0.0


def _names_paper(parts: _Head, *, known: bool) -> bool:
    """Whether a paper stands alone or beside its city: "Makassar, Harbour Post - ", "Harbour Voice, Makassar - "."""
    if len(parts.places) == 2:
        return (known and is_outlet_like(parts.places[1])) or _is_city(parts.places[1])
    return len(parts.places) == 1 and is_outlet_like(parts.places[0])


def _is_lone(parts: _Head, rest: str, *, capitals: bool) -> bool:
    """A place that no list has, alone before a dash and a whole sentence: "OOSTERWOLD - De ...", "Lindenau – Die ..."."""
    alone = len(parts.places) == 1 and not (parts.bracket or parts.agency or parts.outlet or parts.date)
    opens = len(rest) >= LONE_CHARS and (rest[:1].isupper() or rest[:1] in _QUOTES)
    if not (alone and opens and (capitals or " " not in parts.places[0])):
        return False
    place = parts.places[0]
    return len(place) >= LONE_NAME and not _BRAND.search(place) and place.lower() not in table("story_labels")


def _judge_stop(parts: _Head, mark: str, *, known: bool, capitals: bool, rest: str) -> float:
    """A full stop as the dash: "MADRID, 17 abr. (EFE).- ", "Da Nang. The ..."."""
    if "-" in mark:
        if parts.agency or ((known or capitals) and (parts.date or parts.bracket)):
            return 0.95
        if parts.date and parts.bracket and parts.places:
            return BRACKETED_FRAC
        return LONE_FRAC if len(parts.places) == 1 and rest[:1].isupper() and len(rest) >= LONE_CHARS else 0.0
    if parts.agency and ((parts.bracket and (known or capitals)) or (parts.date and not parts.places)):
        return 0.9
    if capitals and parts.date and rest[:1].isupper():  # "LITTLE ANSTEY, 3 March. "
        return 0.9
    lone = len(parts.places) == 1 and not (parts.date or parts.outlet or parts.agency or parts.bracket)
    is_city = known or (capitals and len(parts.places[0]) > LONE_NAME and len(rest) >= LONE_CHARS)
    return STOP_FRAC if lone and is_city and rest[:1].isupper() and "." not in rest[:30] else 0.0


def _is_capitals(place: str) -> bool:
    letters = [c for c in place if c.isalpha()]
    return len(letters) >= 3 and all(c.isupper() for c in letters)


def _is_city(place: str) -> bool:
    """Whether it is a known city, or cities parted by slashes."""
    return all(fold_place(one) in load_places() for one in place.split("/"))


def _is_place(part: str) -> bool:
    """One to five words with capitals, without digits: the look of a place, not more."""
    words = part.replace("/", " ").split()
    if not 1 <= len(words) <= 5 or len(part) > 40 or any(c.isdigit() or c in '?!"“”:;…|@#' for c in part):
        return False
    proper = [word for word in words if word[:1].isupper() or (word[:1].isalpha() and not word[:1].islower())]
    return bool(proper) and all(word in proper or word.lower() in LOWER for word in words)


def _is_date(part: str) -> bool:
    """Whether a part is a date without need of a year: "Feb 5", "17 abr.", "5/2", "le 3/11", "2021", "Monday"."""
    if _SHORT_DATE.fullmatch(part):
        return True
    words = part.split()
    if not 1 <= len(words) <= 5:
        return False
    named = numbers = 0
    for word in words:
        if _NUMBER.fullmatch(word):
            numbers += 1
        elif load_names().month(word.strip(".,"), None) or load_names().is_day(word.strip(".,")):
            named += 1
        elif word.lower() not in _JOINS:
            return False
    return (numbers >= 1 and (named >= 1 or words == ["2", "0"])) or (
        numbers == 1 and len(words) == 1 and len(part) == 4
    )


def _place_and_date(part: str) -> tuple[str, str] | None:
    """The form "HANOI Feb 5", "Paris 17 avr"."""
    words = part.split()
    for at in range(1, min(4, len(words))):
        place, date = " ".join(words[:at]), " ".join(words[at:])
        if _is_date(date) and _is_place(place):
            return place, date
    return None
