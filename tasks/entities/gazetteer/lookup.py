"""The gazetteer at run time: a table of folded surfaces, read from `gazetteer.tsv`."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from tasks.errors import ConfigError

TABLE = Path(__file__).with_name("gazetteer.tsv")
PLACES = frozenset({"GPE", "LOC", "FAC"})
_APOSTROPHES = str.maketrans(
    {
        "’": "'",
        "‘": "'",
        "ʼ": "'",
        "`": "'",
        "–": "-",
        "‐": "-",
        "‑": "-",
        "đ": "d",
        "Đ": "D",
        "ł": "l",
        "Ł": "L",
        "ø": "o",
        "Ø": "O",
        "ı": "i",
        "ß": "ss",
    }
)
_ARTICLE = re.compile(r"(?:the|The|THE)\s+(?=\S)")
_POSSESSIVE = re.compile(r"(?:'s|')$")
_SPACES = re.compile(r"[\s_]+")
_SHORT = 5  # up to five letters in capitals is an acronym: "WHO", "ASEAN"


@dataclass(frozen=True, slots=True)
class Entry:
    """One known name: its type, the Wikidata id ("" if unsure) and the name it stands for."""

    surface: str
    type: str
    qid: str
    name: str


def fold(surface: str) -> str:
    """A name as a key: no diacritics, no case, straight apostrophes, one space, no leading *the*, no possessive."""
    plain = surface.translate(_APOSTROPHES)
    if not plain.isascii():
        plain = "".join(c for c in unicodedata.normalize("NFKD", plain) if not unicodedata.combining(c))
    plain = _SPACES.sub(" ", plain).strip(" .,;:\"'“”()[]")
    article = _ARTICLE.match(plain)
    plain = plain[article.end() :] if article else plain
    return _POSSESSIVE.sub("", plain).casefold()


class Gazetteer:
    """Names by folded surface; short acronyms only in the case they are written in."""

    def __init__(self, entries: Mapping[str, tuple[Entry, ...]], acronyms: Mapping[str, Entry]) -> None:
        self._entries = entries
        self._acronyms = acronyms
        self.peoples = frozenset(e.surface for group in entries.values() for e in group if e.type == "NORP")
        self.sure_places = frozenset(
            e.surface
            for group in entries.values()
            for e in group
            if e.type in PLACES and e.qid and len(group) == 1
        )

    def find(self, surface: str, types: frozenset[str]) -> Entry | None:
        """The entry of one of the types that the surface names; None if unknown or of several meanings."""
        acronym = self._acronyms.get(_bare(surface))
        if acronym is not None and acronym.type in types:
            return acronym
        group = [entry for entry in self._entries.get(fold(surface), ()) if entry.type in types]
        if not group:
            return None
        first = group[0]
        if all(entry.qid == first.qid for entry in group):
            return first
        kinds = {entry.type for entry in group}
        return (
            Entry(first.surface, first.type, "", first.name)
            if len(kinds) == 1
            else Entry(first.surface, first.type, "", first.surface)
        )

    def place(self, surface: str) -> Entry | None:
        """The place of that name."""
        return self.find(surface, PLACES)

    def people(self, surface: str) -> Entry | None:
        """The nationality, religion or political adjective of that name."""
        return self.find(surface, frozenset({"NORP"}))


def _bare(surface: str) -> str:
    text = surface.strip(" \"'“”()[]").translate(_APOSTROPHES)
    article = _ARTICLE.match(text)
    return _POSSESSIVE.sub("", text[article.end() :] if article else text)


def is_acronym(surface: str) -> bool:
    """`UN`, `U.S.`, `ASEAN`: short, and nothing but capitals."""
    letters = surface.replace(".", "")
    return 1 < len(letters) <= _SHORT and letters.isupper() and letters.isalpha()


def compact(name: str) -> str:
    """A folded name without spaces, hyphens, dots and apostrophes: `Hu Zhou` is `Huzhou`; `WHO` is not `who`."""
    if is_acronym(name):
        return name.replace(".", "")
    return "".join(char for char in fold(name) if char.isalnum()) or fold(name)


def load_gazetteer(path: Path = TABLE) -> Gazetteer:
    """The gazetteer of a table file (tab-separated: surface, type, qid, name).

    Raises ConfigError if a line has another shape.
    """
    entries: dict[str, list[Entry]] = {}
    acronyms: dict[str, Entry] = {}
    for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), start=1):
        parts = line.split("\t")
        if len(parts) != 4:
            raise ConfigError(
                f"{path}:{number}: expected surface, type, qid, name; rebuild it with tasks/entities/gazetteer/build.py"
            )
        entry = Entry(*parts)
        if is_acronym(entry.surface):
            acronyms[entry.surface] = entry
        else:
            entries.setdefault(fold(entry.surface), []).append(entry)
    return Gazetteer({key: tuple(group) for key, group in entries.items()}, acronyms)
