"""How far one name goes: `Mariem` goes on with `mint Cheikh`, `Task Force` with `on Markets`, `Oyo` with `State` before its governor.

And what is not of it: `Operator` of `Operator Woodside Energy`, `river` of `Ivondro river`.
"""

from __future__ import annotations

import re
import tomllib
from dataclasses import replace
from pathlib import Path

from tasks.entities.gazetteer import Gazetteer
from tasks.entities.spans import Span

NAMED = frozenset({"PERSON", "ORG", "GPE", "LOC", "FAC", "WORK", "PRODUCT"})
PARTICLE = (
    r"(?:ag|anak|ap|arap|a/l|a/p|ben|bin|bint|binti|bte|da|das|de|del|della|den|der|di|dos|do|d/o|du|el|ibn|la|mint|ould|s/o|ter|van|von|wa|walad|"
    r"ya|y)"
)
_NAME = r"[^\W\d_a-z][\w’'-]*"
_GOES_ON = re.compile(rf" (?:{PARTICLE} )+(?:al-|el-|[LlDd]['’])?{_NAME}")
_HYPHENED = re.compile(r"-(?P<name>[^\W\d_]{2,})(?![\w’'])")
_DOUBLE = re.compile(r"(?<![\w’'-])[^\W\d_a-z]\w+ (?P<double>[^\W\d_a-z]\w*-[^\W\d_a-z]\w+)")
_NOT_OF_PERSON = re.compile(r"(?<=\w),? (?:CBE|KC|MBE|MLA|MP|OBE|PhD|QC|SAN|SC)$")
_OF_HOME = re.compile(r"(?P<name>[A-Z][\w’'-]+(?: [\w’'.-]+){1,4}) of (?P<home>[A-Z][\w’'-]+)")
_KOREAN_PLACE = re.compile(r"-(?:dong|eup|gu|gun|myeon|ri)(?![\w-])")
_NUMERAL = re.compile(r" (?:II|III|IV|VI{0,3}|I?X)(?![\w.-])")
_JUNIOR = re.compile(r"(?<=[ ,][JS]r)\.")
_NICKNAME = re.compile(rf" (?:\"[^\"\n]{{2,30}}\"|“[^”\n]{{2,30}}”) {_NAME}(?: {_NAME}){{0,2}}")
_NICKNAME_ENDS = re.compile(rf"[\"”] {_NAME}(?: {_NAME}){{0,2}}")
_QUOTE = re.compile(r"[\"“”]")
_TASKED = re.compile(
    r"(?:.* )?(?:Task Force|Agency|Alliance|Association|Authority|Board|Campaign|Cent(?:re|er)|Coalition|Commission|Committee|Conference|Council|"
    r"Department|Foundation|Fund|Institute|Network|Office|Panel|Society|Union|Working Group)"
)
_TASK = re.compile(
    r" (?:on|for|against)(?: the)? (?!(?:Mon|Tues|Wednes|Thurs|Fri|Satur|Sun)day|January|February|March|April|May|June|July|August|September|October|"
    r"November|December)(?P<task>[A-Z][a-z]+(?:-[A-Z][a-z]+)?(?:(?: and| of|,? &)? [A-Z][a-z]+)*)(?![\w’'-])"
)
_OFFICE = re.compile(
    r"Office of the(?: [A-Z][a-z]+)+(?: (?:of|for)(?: the)?(?: [A-Z][a-z]+)+)?(?: and(?: [A-Z][a-z]+)+)?(?![\w-])"
)
LEGAL = (
    r"(?:AB|AG|ASA|BV|Bhd|Co\., Ltd|Co\.?,? Ltd|Corp|GmbH|Inc|JSC|Kft|LLC|LLP|Limited|Ltda?|NV|OOO|Oyj|PJSC|PLC|plc|PT|Pte Ltd|Pty Ltd|Pvt Ltd|SA|SAC|SAS|"
    r"SARL|SRL|SpA|Sdn Bhd|Tbk|Zrt|shpk)"
)
_LEGAL_BEHIND = re.compile(rf" {LEGAL}(?![\w-])|(?<=Co)\.,? Ltd(?!\w)|(?<=Co\.),? Ltd(?!\w)")
_LEGAL_END = re.compile(rf".* {LEGAL}\.?")
_FIRM_LAST = re.compile(
    r"(?!(?:East|Left|North|Right|South|West) Bank$).+ (?:Airlines|Airways|Aviation|Bank|Capital|Cement|Contracting|Contractors|Copper|Dairy|Enterprises?|"
    r"Finance|Foods|Holdings?|Industries|Insurance|Logistics|Manufacturing|Media|Minerals|Mining|Motors|Petroleum|Pharma|Properties|Property|Securities|"
    r"Shipping|Steel|Technologies|Telecom|Textiles|Trading)"
)
_TEAM = (
    r"(?:Athletic|Blues|Bulls|Dragons|Dolphins|Eagles|Falcons|Giants|Gladiators|Hawks|Hurricanes|Kings|Knights|Lions|Panthers|Reds|Rovers|Royals|Sharks|"
    r"Sixers|Stars|Strikers|Sunrisers|Thunder|Tigers|Titans|United|Wanderers|Warriors|Whites|Zalmi)"
)
_TEAM_LAST = re.compile(rf".+ {_TEAM}")
_TEAM_BEHIND = re.compile(rf" {_TEAM}(?![\w-]| [A-Z])")
_DOT = re.compile(r"(?<= (?:Inc|Ltd))\.(?= [a-z]|[,)])|(?<= Corp)\.(?= [a-z]|[,)])|(?<= Co)\.(?= [a-z]|[,)])")
_NUMBERED = re.compile(r"(?<= No)\. \d{1,4}(?![\w.,]*\d)")
_FIRM_END = re.compile(
    rf" (?:Aviation|Contracting|Energy|Holdings|Logistics|Mining|Motors|Shipping|{LEGAL}|& [A-Z]\w+)$"
)
_STATE = re.compile(
    r" (?:County|Province|Region|State)(?= (?:Administrator|Attorney|Chief|Commissioner|Deputy|Governor|Minister|Police|Premier|Senator)\b)"
)
_HOSPITAL = re.compile(r".* (?:Hospital|Infirmary|Clinic)")
_NATURE = re.compile(r"(?<=[\w’']{3}) (?:basin|creek|forest|lagoon|lake|peninsula|river|valley)$")
_DASH = re.compile(r" [-–—] ")
_DATELINE = re.compile(
    r"(?:^|\n)[A-Z][A-Z’'. -]{2,}, $|(?:^|\n)By [^\n]{4,}, $"
)  # `SOURE, Pará - Thieves took`
_SMALL_NOUN = re.compile(
    r" (?:army|base|branch|council|government|mission|office|officials|peacekeepers|police|soldiers|team|troops|union|unit|women|Correspondent|Reporter)$"
)
_SENTENCE = re.compile(r"(?:^|[.!?:;\n\"“])\s?$")
_TITLED_FIRST = re.compile(
    r"\b(?:Brig|Capt|Col|Cpl|Dr|Gen|Hon|Insp|Lt|Maj|Mr|Mrs|Ms|Prof|Rev|Sen|Sgt)\.? (?P<first>[A-Z][a-z]+ )$"
)
_WORDS = tomllib.loads(Path(__file__).with_name("name_words.toml").read_text(encoding="utf-8"))
_JOB_FIRST = re.compile(
    rf"(?:(?P<job>{'|'.join(_WORDS['first_jobs'])})|{'|'.join(_WORDS['first_firms'])}) (?=[A-Z])"
)
_TITLE_CHARS = 40


def doubles_of(text: str) -> frozenset[str]:
    """The double names that the text has behind a first name: `Nampota-Chirwa`."""
    return frozenset(m["double"] for m in _DOUBLE.finditer(text))


def whole(text: str, span: Span, gazetteer: Gazetteer, doubles: frozenset[str]) -> list[Span]:
    """A span with what belongs to its name, and without what does not: one, or two where it held two. doubles: see `doubles_of`."""
    if span.type not in NAMED:
        return [span]
    surface = text[span.start : span.end]
    firm = _numbered_or_firm(text, span, surface)
    if firm is not None:
        return [firm]
    if span.type == "PERSON":
        return _person_parts(text, _without_job(text, span), doubles)
    if span.type == "ORG":
        named = _without_job(text, span)
        return _parted(text, named, gazetteer) if named.type == "ORG" else [named]
    return [_whole_place(text, span, surface, gazetteer)]


def _numbered_or_firm(text: str, span: Span, surface: str) -> Span | None:
    """`Golden Carp Investment Co., Ltd`, `Bougainville Copper`, `Liceo No. 3`; None for any other name."""
    if legal := _LEGAL_BEHIND.match(text, span.end) or _DOT.match(text, span.end):
        return replace(span, end=legal.end(), type="ORG")
    if number := _NUMBERED.match(text, span.end):
        return replace(span, end=number.end())
    is_firm = _LEGAL_END.fullmatch(surface) or (
        span.type not in ("FAC", "ORG") and _FIRM_LAST.fullmatch(surface)
    )
    return replace(span, type="ORG") if is_firm else None


def _without_job(text: str, span: Span) -> Span:
    """`Spinner Tanvir` and `Operator Woodside Energy` at the start of a sentence without their first word; `Maj. Rhea Lyn` with the first name."""
    if span.type == "PERSON" and (
        left := _TITLED_FIRST.search(text, max(0, span.start - _TITLE_CHARS), span.start)
    ):
        return replace(span, start=left.start("first"))
    first = _JOB_FIRST.match(text, span.start, span.end)
    if first is None or _SENTENCE.search(text, max(0, span.start - 3), span.start) is None:
        return span
    return replace(span, start=first.end(), type="PERSON" if first["job"] else "ORG")


def _parted(text: str, span: Span, gazetteer: Gazetteer) -> list[Span]:
    """`Astral Aviation of Kenya` is a firm and a place, `University of Lagos` one body; `pro-Kurdish DEM Party` is two too."""
    surface = text[span.start : span.end]
    if text[max(0, span.start - 5) : span.start].endswith(("pro-", "anti-")) and " " in surface:
        return [_whole_body(text, replace(span, start=span.start + surface.index(" ") + 1))]
    head, of, place = surface.rpartition(" of ")
    if not of or gazetteer.place(place) is None or not _FIRM_END.search(head):
        return [_whole_body(text, span)]
    return [replace(span, end=span.start + len(head)), replace(span, start=span.end - len(place), type="GPE")]


def _whole_body(text: str, span: Span) -> Span:
    surface = text[span.start : span.end]
    if _HOSPITAL.fullmatch(surface):
        return replace(span, type="FAC")
    if office := _OFFICE.match(text, span.start):
        return replace(span, end=max(span.end, office.end()))
    if noun := _SMALL_NOUN.search(surface):
        return replace(span, end=span.start + noun.start())
    task = _TASK.match(text, span.end) if _TASKED.fullmatch(surface) else None
    return span if task is None else replace(span, end=task.end("task"))


def _whole_place(text: str, span: Span, surface: str, gazetteer: Gazetteer) -> Span:
    if (dash := _DASH.search(surface)) and not surface.isupper():
        is_dateline = _DATELINE.search(text, max(0, span.start - _TITLE_CHARS), span.start)
        if is_dateline or surface[: dash.start()].isupper():
            return replace(span, end=span.start + dash.start())
    if span.type == "FAC":
        return span
    if _TEAM_LAST.fullmatch(surface):
        return replace(span, type="ORG")
    if team := _TEAM_BEHIND.match(text, span.end):
        return replace(span, end=team.end(), type="ORG")
    nature = _NATURE.search(surface)
    if nature is not None and gazetteer.people(surface[: nature.start()]) is None:
        return replace(span, end=span.start + nature.start())
    noun = _STATE.match(text, span.end)
    return span if noun is None else replace(span, end=noun.end())


def _person_parts(text: str, span: Span, doubles: frozenset[str]) -> list[Span]:
    """`Jaciara Lins of PSOL` is a person and a party, `Hekkie Preez of Uitenhage` a person and a town."""
    home = _OF_HOME.fullmatch(text, span.start, span.end)
    if home is None:
        return [_whole_person(text, span, doubles)]
    kind = "ORG" if home["home"].isupper() else "GPE"
    return [replace(span, end=home.end("name")), replace(span, start=home.start("home"), type=kind)]


def _whole_person(text: str, span: Span, doubles: frozenset[str]) -> Span:
    """A person with the rest of the name, as far as it goes, and without letters of honour and a home."""
    surface = text[span.start : span.end]
    if behind := _NOT_OF_PERSON.search(surface):
        return replace(span, end=span.start + behind.start())
    if " " not in text[span.start : span.end] and (place := _KOREAN_PLACE.match(text, span.end)):
        return replace(span, end=place.end(), type="GPE")
    end = span.end
    called = _NICKNAME if not _QUOTE.search(text[span.start : end]) else _NICKNAME_ENDS
    while True:
        more = (
            called.match(text, end)
            or _GOES_ON.match(text, end)
            or _NUMERAL.match(text, end)
            or _JUNIOR.match(text, end)
        )
        if more is None and (hyphened := _HYPHENED.match(text, end)) and hyphened["name"][0].isupper():
            is_double = " " in text[span.start : end] or text[span.start : hyphened.end()] in doubles
            more = hyphened if is_double else None
        if more is None:
            return span if end == span.end else replace(span, end=end)
        end = more.end()
