"""Datelines in Chinese, Japanese, Korean and Russian, which have forms of their own; and how places are written."""

from __future__ import annotations

import re
from dataclasses import dataclass

from tasks.clean.agencies.names import agency_of


@dataclass(frozen=True, slots=True)
class Dateline:
    """A span at the start of a line, white space after its dash included; what it names."""

    start: int
    end: int
    place: str | None
    agency: str | None
    date_text: str | None
    confidence_frac: float


DOTTED = re.compile(r"(?:\w\.)+")
_ACRONYMS = frozenset(["US", "UN", "UK", "DC", "HCM", "HCMC", "TP", "UAE", "USA", "EU"])
LOWER = frozenset(
    [
        "de",
        "del",
        "la",
        "las",
        "los",
        "el",
        "le",
        "les",
        "da",
        "do",
        "dos",
        "du",
        "d",
        "of",
        "and",
        "the",
        "upon",
        "sur",
        "am",
        "an",
        "der",
        "im",
        "in",
        "a",
        "i",
        "y",
        "e",
        "und",
        "et",
        "al",
        "di",
        "on",
        "'ndrangheta",
    ]
)
_CJK = re.compile(
    r"[（(【\[]?(?:(?P<cna>中央社)記者[^\s\d（）]{2,12}?(?P<cna_place>[^\s\d（）]{2})\d{1,2}日電|(?P<agency>[新中共韩法美路俄塔埃安央][^\s\d，。（）()【】]{1,8}?[社网視视闻])(?P<place>[^\s\d，。（）()【】]{1,8}?)?"
    r"(?:\d{1,2}月)?\d{1,2}日?[电電讯訊])"
    r"[）)】\]]?(?:[（(](?:记者|記者)[^（）()]{1,40}[）)])?[\s　:：]*"
)
_JAPANESE = re.compile(
    r"(?:【(?P<place>[^【】\s＝=]{1,12}?)[＝=]?(?P<agency>共同|時事|ロイター|AFP=時事|AFP時事|AP|聯合ニュース)】"
    r"|[\[［](?P<place2>[^\[\]\s]{1,12})\s+(?P<date>\d{1,2}日)\s+(?P<agency2>ロイター)[\]］]\s*[-－―–—]*)[\s　]*"
)
# "【港町】港町市の ...": a place is named again in the first sentence; other words in such brackets are labels.
_JAPANESE_LONE = re.compile(
    r"【(?P<place>[\u4e00-\u9fff]{2,5})(?:＝[^【】\s]{1,12})?】[\s　]*(?=.{0,60}(?P=place))"
)
_KOREAN = re.compile(
    r"[(\[](?P<place>[가-힣·]{2,10})=(?P<agency>연합뉴스|뉴시스|뉴스1|로이터|AFP|AP)[)\]]\s*(?:[가-힣]{2,4}(?:[·,\s]+[가-힣]{2,4}){0,3}\s?(?:기자|특파원)\s*)?=?\s*"
)
_RUSSIAN = re.compile(
    r"(?P<place>[А-ЯЁІЇЄ][А-Яа-яёіїє-]+(?:[ -][А-ЯЁІЇЄ][А-Яа-яёіїє-]+)?)[.,]\s+(?P<date>\d{1,2}\s[а-яіїє]{3,9})\.?\s*"
    r"(?:/(?P<slashed>[^/\s]{3,20})/\.?|[-–—]\s(?P<dashed>РИА Новости|ИНТЕРФАКС|Sputnik|ТАСС)[^.\s]{0,12}(?:,\s[^.\d]{3,40})?\.|"
    r"(?P<plain>INTERFAX\.RU|ИНТЕРФАКС|Интерфакс)\s?[-–—]|[(](?P<bracketed>[^()]{3,20})[)]\s?[-–—])\s+"
)


def other_scripts(head: str) -> Dateline | None:
    """The dateline that opens `head` in a form of these scripts, or None; spans from 0."""
    if head.isascii():
        return None
    for pattern, place, agency in (
        (_CJK, ("place", "cna_place"), ("agency", "cna")),
        (_JAPANESE, ("place", "place2"), ("agency", "agency2")),
        (_KOREAN, ("place",), ("agency",)),
        (_RUSSIAN, ("place",), ("slashed", "dashed", "plain", "bracketed")),
    ):
        match = pattern.match(head)
        if match is None:
            continue
        groups = match.groupdict()
        name = next(groups[key] for key in agency if groups[key])
        where = next((groups[key] for key in place if groups[key]), None)
        if known := agency_of(name):
            return Dateline(0, match.end(), where and place_title(where), known, groups.get("date"), 0.95)
    lone = _JAPANESE_LONE.match(head)
    return Dateline(0, lone.end(), lone["place"], None, None, 0.75) if lone is not None else None


def place_title(place: str) -> str:
    """The place in title case: "RIO DE JANEIRO" is Rio de Janeiro, "D.C." stays."""
    return re.sub(r"[^\s/-]+", lambda word: _title_word(word[0], first=word.start() == 0), place)


def _title_word(word: str, *, first: bool) -> str:
    if not word.isupper() or DOTTED.fullmatch(word) or word in _ACRONYMS:
        return word
    if not first and word.lower() in LOWER:
        return word.lower()
    return word[0] + word[1:].replace("İ", "i").lower()
