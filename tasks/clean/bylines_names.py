"""What a person's name looks like, in any script: words with capitals, particles, initials, nothing else."""

from __future__ import annotations

import re
import unicodedata

MAX_NAME_CHARS = 60
MAX_NAME_WORDS = 6  # María del Carmen Pérez de la Cruz has 7 with particles, which do not count

_PARTICLES = frozenset(
    [
        "de",
        "del",
        "della",
        "der",
        "den",
        "des",
        "di",
        "da",
        "do",
        "dos",
        "das",
        "du",
        "d",
        "la",
        "le",
        "van",
        "von",
        "vom",
        "zu",
        "zum",
        "zur",
        "ten",
        "ter",
        "bin",
        "ibn",
        "bint",
        "al",
        "el",
        "y",
        "e",
        "i",
        "und",
        "af",
        "av",
        "mac",
        "o",
        "abu",
        "ben",
        "ap",
        "san",
        "st",
        "dal",
        "dalla",
        "degli",
        "lo",
    ]
)
_TITLES = re.compile(
    r"^(?:(?:dr|prof|professor|mr|mrs|ms|sir|dame|rev|fr|hon|lt|col|gen|maj|capt|sgt|mag|dipl|ing|th\.?s|ts|gs|pgs|bs|nhà báo|pv|"
    r"phóng viên|ctv|staff writer|reporter|senior writer|journalist|ông|bà)\.?(?:-ing\.)?\s+)+",
    re.IGNORECASE,
)
_TITLES_AFTER = re.compile(  # "Rui Ma" is a name, "Jane Doe, MA" a degree
    r"(?:,?\s+(?:[Pp][Hh]\.?[Dd]|[Jj][Rr]|[Ss][Rr]|Esq|MBA|CFA|CFP|III?)\.?|,\s*(?:M\.?D|M\.?[ASD]c?|B\.?A|RN|RD|CPA|CEPF)\.?®?)+$"
)
_WORD = re.compile(
    r"[^\W\d_](?:[\w'’`.-]|[\u0300-\u036f\u0900-\u0dff\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff])*"
)
_NOBODY = re.compile(
    r"(?<!\w)(?:staff|newsroom|editors?|editorial|redaktion|redaktion\w*|rédaction|redacción|redação|redazione|redactie|redaksi|"
    r"admin|administrator|webmaster|webdesk|desk|team|bureau|agency|agencies|agences|agencias|agenzia|wires?|news|online|web|"
    r"correspondents?|reporters?|contributors?|contributing|guest|writers?|columnist|unknown|anonymous|none|null|undefined|n/a|"
    r"author|autor|user|media|magazine|press|times|post|daily|journal|gazette|tribune|herald|newspaper|courrier|diario|kurier|ledger|zeitung|tv|radio|"
    r"editor|producer|photographer|service|company|inc|ltd|llc|gmbh|university|institute|foundation|council|ministry|department|"
    r"committee|association|group|network|research|report|tòa soạn|ban biên tập|phóng viên|tổng hợp|báo|编辑部|本报|編集部|"
    r"редакция|редакції|редакція|haber merkezi|editorji|toimitus|redaktionen|redaksjonen)(?!\w)",
    re.IGNORECASE,
)
# Words with a capital that open a sentence or a heading, never a name: "By Friday the", "Von Montag an".
_NO_NAME = frozenset(
    [
        "monday",
        "tuesday",
        "wednesday",
        "thursday",
        "friday",
        "saturday",
        "sunday",
        "january",
        "february",
        "march",
        "july",
        "september",
        "october",
        "november",
        "december",
        "montag",
        "dienstag",
        "mittwoch",
        "donnerstag",
        "freitag",
        "samstag",
        "sonntag",
        "lundi",
        "mardi",
        "mercredi",
        "jeudi",
        "vendredi",
        "samedi",
        "dimanche",
        "lunes",
        "martes",
        "miércoles",
        "jueves",
        "viernes",
        "sábado",
        "domingo",
        "today",
        "tomorrow",
        "yesterday",
        "now",
        "then",
        "the",
        "this",
        "that",
        "these",
        "those",
        "it",
        "its",
        "his",
        "her",
        "their",
        "our",
        "your",
        "my",
        "we",
        "you",
        "he",
        "she",
        "they",
        "some",
        "all",
        "any",
        "every",
        "no",
        "more",
        "most",
        "far",
        "law",
        "default",
        "contrast",
        "comparison",
        "design",
        "mistake",
        "accident",
        "chance",
        "then",
        "anfang",
        "beginn",
        "haus",
        "der",
        "die",
        "das",
        "ein",
        "eine",
        "exemple",
        "ailleurs",
        "contre",
        "conséquent",
        "ejemplo",
        "favor",
        "supuesto",
        "exemplo",
        "isso",
        "più",
        "solito",
        "cookies",
        "subscribe",
        "newsletter",
        "read",
    ]
)
_NOT_A_NAME = re.compile(r"\d|_|\w\.(?:com|org|net|de|fr|it|es|co|vn|uk|io|tv)(?!\w)", re.IGNORECASE)
_COMPANY = re.compile(
    r"(?<!\w)(?:GmbH|Co\. KG|AG|Inc|LLC|Ltd|Corp|Corporation|S\.A|Verlag|University|Universität)(?!\w)"
)
_BETWEEN = re.compile(
    r"\s*(?:[,;/|•·、，；]|\s[-–—]\s|(?<=\s)(?:for|für|pour|para|and|und|et|y|e|i|en|og|och|ja|ve|și|és|dan|và|with|mit|avec|con|и|та|і|و)(?=\s)|&)\s*",
    re.IGNORECASE,
)


def split_names(text: str) -> list[str]:
    """The parts of a list of names: by commas, slashes and the "and" of many languages."""
    text = re.sub(r"\(([^()]{0,60})\)", r", \1", text)
    parts = (
        part.strip(' \t\u00a0.,:;-–—|·•*"“”') if not part.endswith(("Jr.", "Sr.")) else part.strip()
        for part in _BETWEEN.split(text)
    )
    return [part for part in parts if part]


def is_company(text: str) -> bool:
    """Whether an author's value is a company or a school: "Verlag und Druck GmbH & Co. KG" is no two people."""
    return bool(_COMPANY.search(text))


def person_name(text: str, *, single: bool = False) -> str | None:
    """The name that `text` is, without titles and with plain spaces; None if it is not a person's name.

    single: also one word alone (a pen name, or a family name in metadata).
    """
    name = " ".join(_TITLES_AFTER.sub("", _TITLES.sub("", text, count=1)).split()).strip(' ,;:|·•*"“”')
    if not 2 <= len(name) <= MAX_NAME_CHARS or _NOBODY.search(name) or _NOT_A_NAME.search(name):
        return None
    if not any(c.isupper() or c.islower() for c in name):
        return _caseless(name)
    words = name.split()
    proper = [word for word in words if word not in _PARTICLES]
    least = 1 if single else 2
    if not least <= len(proper) <= MAX_NAME_WORDS or not all(map(_is_name_word, words)):
        return None
    if (not single and any(word.lower() in _NO_NAME for word in proper)) or not _has_capitals(
        proper, single=single
    ):
        return None
    return _cased(words) if name.isupper() and len(name) > 4 else name


def _is_name_word(word: str) -> bool:
    return bool(_WORD.fullmatch(word))


def _has_capitals(proper: list[str], *, single: bool) -> bool:
    """Whether each word has its capital: Jane, O'Neill, J.-P., al-Masri; danah boyd only in metadata."""
    if single and len(proper) == 1 and proper[0].islower() and "-" in proper[0]:
        return False  # the slug of an address
    if single and len(proper) <= 2 and (len(proper) == 1 or all(word.islower() for word in proper)):
        return True
    return all(any(c.isupper() for c in word[:4]) for word in proper)


def _cased(words: list[str]) -> str:
    """JANE VAN DYKE as Jane van Dyke; initials stay."""
    return " ".join(
        word if "." in word or len(word) == 1
        else word.lower() if word.lower() in _PARTICLES and at else "-".join(part[:1] + part[1:].lower() for part in word.split("-"))
        for at, word in enumerate(words)
    )  # fmt: skip


def _caseless(name: str) -> str | None:
    """A name in a script without capitals: two to four syllables in Han and Hangul, two to five words else."""
    plain = name.replace("·", "").replace("・", "")
    if all("\u3400" <= c <= "\u9fff" or "\uac00" <= c <= "\ud7a3" for c in plain.replace(" ", "")):
        return name if 2 <= len(plain.replace(" ", "")) <= 6 else None
    if all("\u3040" <= c <= "\u30ff" or "\u3400" <= c <= "\u9fff" for c in plain.replace(" ", "")):
        return name if 2 <= len(plain) <= 12 else None
    return name if 2 <= len(name.split()) <= 5 and all(map(_is_name_word, name.split())) else None


def fold_author(name: str) -> str:
    """A name without case, accents and dots: to see that two are one."""
    plain = unicodedata.normalize("NFKD", name.casefold())
    return " ".join("".join(c for c in plain if not unicodedata.combining(c) and c not in ".-'’").split())
