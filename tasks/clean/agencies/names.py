"""The names of wire services and outlets, from `agencies.toml`."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from tasks.errors import ConfigError

FILE = Path(__file__).with_name("agencies.toml")
SHORT_NAME = 7  # of a desk or a station beside an agency: "ec(ao)", "WKTB"
MAX_NAME_CHARS = 80  # "Agence d'information du Burkina" has 31; longer strings are sentences

_CREDIT = re.compile(
    r"(?:©|\(c\)|copyright|source|nguồn|quelle|fuente|fonte|sumber|bron|kilde|källa|lähde|kaynak|źródło|zdroj|forrás|"
    r"источник|джерело|来源|來源|出典|출처|المصدر|by|von|par|por|theo|via|from|oleh|door|di|da|av|af)\s*[:：]?\s+",
    re.IGNORECASE,
)
_TAIL = re.compile(
    r"(?:[\s,]+(?:staff|news agency|newswire|news service|wire|international|online|correspondents?|reporters?|writers?|"
    r"editors?|contributors?|\d{4}))+$",
    re.IGNORECASE,
)
_PARTS = re.compile(
    r"\s*(?:[/,;&+|=＝]|\s-\s|\s–\s|\sand\s|\sund\s|\set\s|\sy\s|\se\s|\sи\s|\svà\s|\bmit\b|\bwith\b)\s*"
)
# Picture agencies: they stand beside a wire service, and write no copy.
_PICTURES = frozenset(
    [
        "Getty",
        "Getty Images",
        "EPA",
        "EPA-EFE",
        "NurPhoto",
        "Shutterstock",
        "Alamy",
        "SIPA",
        "Sipa USA",
        "ZUMA",
        "ZUMA Press",
        "Imago",
        "IMAGO",
        "picture alliance",
        "Pool",
        "Scanpix",
        "Lehtikuva",
        "Keystone",
        "AFP Photo",
        "Handout",
        "File",
        "lno",
        "tmn",
        "lby",
        "lsw",
        "lhe",
        "lnw",
        "lni",
    ]
)
_EDGES = " \t\u00a0.,:;-–—()[]{}<>/|*\"'“”«»【】（）"


@dataclass(frozen=True, slots=True)
class Names:
    """Spelling -> canonical name: as written, and folded for the spellings that are long enough."""

    exact: Mapping[str, str]
    folded: Mapping[str, str]
    outlets: frozenset[str]
    countries: Mapping[str, str]


@lru_cache(maxsize=1)
def load_names() -> Names:
    """The tables. Raises ConfigError if a spelling names two agencies."""
    stored = tomllib.loads(FILE.read_text(encoding="utf-8"))
    exact: dict[str, str] = {}
    folded: dict[str, str] = {}
    for agency in stored["agency"]:
        for spelling in agency["spellings"]:
            if exact.setdefault(spelling, agency["name"]) != agency["name"]:
                raise ConfigError(
                    f"{FILE.name}: {spelling!r} names both {exact[spelling]} and {agency['name']}"
                )
            if len(spelling) >= 5 or spelling in _ANY_CASE:
                folded.setdefault(spelling.casefold(), agency["name"])
    outlets = frozenset(name.casefold() for name in stored["outlets"])
    return Names(exact, folded, outlets, {one["name"]: one["country"] for one in stored["agency"]})


_ANY_CASE = frozenset(
    {"AFP", "DPA", "EFE", "ANSA", "Lusa", "VNA", "PTI", "UPI", "IANS", "ТАСС", "STT", "NTB"}
)


def agency_of(name: str) -> str | None:
    """The canonical name of the wire service that is spelled exactly `name`, or None."""
    if len(name) > MAX_NAME_CHARS:
        return None
    names = load_names()
    return names.exact.get(name) or names.folded.get(name.casefold())


def is_outlet(name: str) -> bool:
    """Whether `name` is a known paper or station, or an address such as VOV.VN."""
    name = name.strip(_EDGES)
    return name.casefold() in load_names().outlets or bool(_SITE.fullmatch(name))


def is_outlet_like(name: str) -> bool:
    """Whether `name`, on no list, has a word that papers are called by: "Diario Norte", "Hafenblatt"."""
    words = name.split()
    return 1 <= len(words) <= 4 and words[0][:1].isupper() and bool(_PAPER.search(name))


_PAPER = re.compile(
    r"(?<!\w)(?:diario|courrier|journal|herald|tribune|gazette|ledger|chronicle|observer|examiner|gazeta|jornal|correo|corriere|"
    r"gazzetta|dagblad|báo|tạp chí|tin tức|thông tấn|hãng tin|la voz|harian|koran|daily news|the\s\w+\s(?:post|times))(?!\w)"
    r"|\w(?:blatt|kurier|zeitung|anzeiger|bladet|posten|tidning(?:en)?|lehti)(?!\w)",
    re.IGNORECASE,
)


_SITE = re.compile(
    r"[A-Za-zÀ-ỹ0-9-]{2,30}\.(?:vn|com|com\.vn|co\.id|id|net|org|tv|gov\.vn|ru|RU|VN|COM|CO\.ID|ID|TV)"
)


def agency_credited(text: str) -> str | None:
    """The wire service that a source line names, also where an editor's initials follow: "Reuters/ec(ao)", "WKTB/AP"."""
    parts = [part.strip(_EDGES) for part in text.split("/")]
    found = next((agency for part in parts if (agency := agency_of(part))), None) if len(parts) <= 3 else None
    short = all(len(part) <= SHORT_NAME or agency_of(part) for part in parts)
    return agency_named(text) or (found if short else None)


def agency_named(text: str) -> str | None:
    """The wire service that a credit, a source line or an author's name consists of; None for other text.

    "(Reuters)", "By The Associated Press", "Source: VNA", "AFP/Getty", "Reuters Staff" name one; a sentence
    with an agency in it does not. Of several the first.
    """
    text = text.strip(_EDGES)
    if not text or len(text) > MAX_NAME_CHARS:
        return None
    if found := agency_of(text):
        return found
    text = _TAIL.sub("", _CREDIT.sub("", text, count=1) if _CREDIT.match(text) else text).strip(_EDGES)
    if found := agency_of(text):
        return found
    parts = [_TAIL.sub("", part.strip(_EDGES)) for part in _PARTS.split(text)]
    named = [agency_of(part) for part in parts]
    if not all(
        agency or is_outlet(part) or part in _PICTURES for agency, part in zip(named, parts, strict=True)
    ):
        return None
    return next((agency for agency in named if agency), None)
