"""Who wrote a story: bylines in a line of text, and authors as pages and records give them.

`bylines_names` says what a person's name looks like; `person_name` is it, for a line that is only a name.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache

from tasks.clean.agencies.names import agency_named, is_outlet
from tasks.clean.bylines_names import fold_author, is_company, person_name, split_names
from tasks.clean.dates.labels import is_label_word
from tasks.clean.dates.text import dates_in_text

__all__ = ["Byline", "clean_authors", "find_byline", "names_alone", "person_name"]

MAX_ALONE, MAX_ALONE_CHARS = 3, 80  # a longer list of names is a cast or a team
MAX_BYLINE_CHARS = 160  # three authors with their desks have 120; longer lines are sentences


@dataclass(frozen=True, slots=True)
class Byline:
    """A line that names who wrote it. `agency` where a wire service is named beside or instead."""

    start: int
    end: int
    authors: tuple[str, ...]
    agency: str | None


# Words that open a byline. Each may be followed by a colon; those marked here need none.
_BY = (
    r"(?:(?:written|reported|compiled|story|text|words|analysis|opinion|interview)\s+by|by|von|par|por|di|door|av|af|"
    r"przez|od|autor|oleh|theo|text\s+von|ein\s+(?:kommentar|gastbeitrag|interview)\s+von|propos\s+recueillis\s+par|"
    r"thực\s+hiện|bài|pv|phóng\s+viên|bởi)"
)
_LABEL = (
    r"(?:autor(?:in|en|es|a|as|i)?|author(?:s|\(s\))?|auteur(?:s|e)?|writer|reporter|byline|journalist|redaktion|redactor(?:a)?|"
    r"penulis|pewarta|reportase|laporan|wartawan|tác\s+giả|автор(?:ы)?|текст|журналист|autore|autori|autorzy|szerző|kirjoittaja|"
    r"skribent|toimittaja|yazar|haber|muhabir|작성자|글|기자|作者|文|記者|记者|編輯|撰文|撰稿|الكاتب|كتب|बाय|लेखक|כתב)"
)
_OPENING = re.compile(
    rf"\s*(?:[•|·–—-]\s*)?(?:{_LABEL}\s*[:：]\s*|{_BY}\s*[:：]?\s+|(?:記者|记者)\s*[/／:：]?\s*)",
    re.IGNORECASE,
)
_REUTERS = re.compile(
    r"\s*[(\[]?\s*(?:(?:additional |further )?(?:reporting|writing|editing|translated|compiled|graphics?)\s+(?:and \w+ )?"
    r"(?:by|in \w+ by)\s)",
    re.IGNORECASE,
)
_ROLE_CLAUSE = re.compile(r"\s*[;.]\s*")
_WRITES = re.compile(
    r"\s*(?:additional |further )?(?:reporting|writing|written|reported)(?: and (?:writing|reporting|editing))?\s+(?:in \S+ )?by\s+",
    re.IGNORECASE,
)
_ROLE_AFTER = re.compile(
    r"\s*[,|–—-]\s*(?:(?:senior|chief|special|staff|political|business|sports?|foreign)\s+){0,3}"
    r"(?:staff(?:\s+(?:writer|reporter))?|writer|reporter|correspondent|editor|columnist|contributor|redakteur(?:in)?|korrespondent(?:in)?)\s*$",
    re.IGNORECASE,
)
_TRAILING_DATE = re.compile(r"\s*[|•·–—,-]?\s*\S{0,12}\s?\d.*$")
# "Le Monde avec AFP", "Mit Material von dpa und AFP", "Agence Littoral, with Reuters"
_SHARED = re.compile(
    r"(?:(?:[^\W\d_a-z][\w.’'-]*,? ){1,4}(?:avec|with|mit|con|com|met|med|og|och)|mit material (?:von|der)|avec|con (?:información|informazioni) (?:de|di)|"
    r"com informações (?:da|do|de)) (?P<agency>[^\n]{2,40})",
    re.IGNORECASE,
)
_KOREAN = re.compile(r"\s*([가-힣]{2,4})\s?(?:선임)?기자(?:\s*=\s*)?(?:\s*[\w.+-]+@[\w.-]+)?\s*")


@lru_cache(maxsize=4_096)  # asked of a line up to three times
def find_byline(line: str) -> Byline | None:
    """The byline that the whole line is, or None. "By Friday the price ..." and other sentences are none.

    The span leaves outer white space out. Authors are people; agencies go to `agency`, outlets nowhere.
    """
    text = line.strip()
    if not text or len(text) > 3 * MAX_BYLINE_CHARS:
        return None
    start = line.index(text)
    found = _reuters(text) or (_opened(text) if len(text) <= MAX_BYLINE_CHARS else None) or _closed(text)
    return Byline(start, start + len(text), *found) if found else None


def names_alone(line: str) -> Byline | None:
    """A line of nothing but full names, perhaps with their paper: "Hong Van - Trung Pham / Tide Gazette".

    Menus and headlines look so too: ask it only of lines that stand where bylines do.
    """
    text = line.strip()
    names = split_names(text.partition(" / ")[0]) if len(text) <= MAX_ALONE_CHARS else []
    people = [name for part in names if (name := person_name(part)) and " " in name]
    if not people or len(people) != len(names) or len(people) > MAX_ALONE:
        return None
    start = line.index(text)
    return Byline(start, start + len(text), _unique(people), None)


_Found = tuple[tuple[str, ...], str | None]


def _opened(text: str) -> _Found | None:
    """The form "By Jane Doe and John Roe, Morning Ledger correspondent"."""
    match = _OPENING.match(text)
    if not match:
        return None
    rest = text[match.end() :].partition(" / ")[0].strip()  # what follows the slash is the paper
    if agency := agency_named(rest):
        return (), agency
    return _people(rest) or _people(_before_date(rest)) or _people(_TRAILING_DATE.sub("", rest))


def _before_date(rest: str) -> str:
    """What stands before the first date and its label: "Jane Doe Last updated: 6 December 2024"."""
    dates = dates_in_text(rest)
    words = rest[: dates[0].start].split() if dates else []
    while words and (not words[-1].strip("|•·–—,:;-") or is_label_word(words[-1].strip("|•·–—,:;-"))):
        words.pop()
    return " ".join(words)


def _closed(text: str) -> _Found | None:
    """The form "Sara Holm - Staff writer", "홍길동 기자"."""
    if korean := _KOREAN.fullmatch(text):
        return (korean[1],), None
    if (shared := _SHARED.fullmatch(text)) and (agency := agency_named(shared["agency"])):
        return (), agency
    match = _ROLE_AFTER.search(text) if len(text) <= MAX_BYLINE_CHARS else None
    return _people(text[: match.start()]) if match else None


def _people(rest: str) -> _Found | None:
    """The people of a list, if all of it is people, desks and agencies and at least one is a person."""
    authors: list[str] = []
    agency: str | None = None
    for at, part in enumerate(split_names(rest)):
        if named := agency_named(part):
            agency = agency or named
        elif name := person_name(part):
            authors.append(name)
        elif at == 0 or not _is_aside(part):
            return None
    return (_unique(authors), agency) if authors else None


_ASIDE = re.compile(
    r"(?:(?:for|für|pour|para|per|at|in|of|aus)\s+)?(?:the\s+)?[^\W\d_][^.!?;:\d]{0,48}", re.IGNORECASE
)


def _is_aside(part: str) -> bool:
    """Whether what follows a name may be its desk, paper or place: a few words, mostly capitalised."""
    words = part.split()
    return bool(_ASIDE.fullmatch(part)) and len(words) <= 6 and (
        is_outlet(part) or sum(word[0].isupper() for word in words) * 2 >= len(words) or bool(_DESK.search(part))
    )  # fmt: skip


_DESK = re.compile(
    r"staff|writer|reporter|correspond|editor|columnist|redak|desk|bureau|contribut|journalist|producer",
    re.IGNORECASE,
)


def _reuters(text: str) -> _Found | None:
    """The form "(Reporting by X in Hanoi and Y; Editing by Z)": who reports and writes are the authors."""
    if not _REUTERS.match(text):
        return None
    inner = text.strip("()[] ")
    authors: list[str] = []
    for clause in _ROLE_CLAUSE.split(inner):
        if match := _WRITES.match(clause):
            names = [_PLACE_AFTER.sub("", part) for part in split_names(clause[match.end() :])]
            authors += [name for part in names if (name := person_name(part))]
    agency = next((found for clause in _ROLE_CLAUSE.split(inner) if (found := agency_named(clause))), None)
    return (_unique(authors), agency) if authors or _EDITED.match(inner) else None


_PLACE_AFTER = re.compile(r"\s+in\s+[^\W\d_].*$")
_EDITED = re.compile(
    r"(?:(?i:editing|translated|compiled|graphics?))\s(?:and \w+ )?by\s[^\W\d_a-z][^.!?]{2,60}$"
)


def _unique(names: Iterable[str]) -> tuple[str, ...]:
    seen: dict[str, str] = {}
    for name in names:
        seen.setdefault(fold_author(name), name)
    return tuple(seen.values())


_EMAIL = re.compile(r"\S+@\S+\.\S+|(?<!\w)@\w{2,30}")
_URL = re.compile(r"(?:https?:)?//\S+|www\.\S+", re.IGNORECASE)
# In metadata "Theo", "Di" and "Von" may be names: they lead only where two words follow, Theo never.
_LEAD = re.compile(
    rf"(?:{_LABEL}\s*[:：]\s*|(?:(?:written|reported|text|words|story|view\s+all\s+posts|posts?)\s+)?by\s*:?\s+|(?:von|par|por|door|di|oleh)\s+(?=\S+\s+\S))+",
    re.IGNORECASE,
)
_GIVEN = re.compile(r"[^\W\d_][\w'’-]*(?: [^\W\d_]\.?)*")  # "Doe, Jane Q.": the given name comes second
MAX_VALUE_CHARS = 400  # a list of ten authors; what is longer is a biography
MAX_VALUES = 200
MAX_PASSES = 4  # "Dr. By" is "By" first, then nobody


def clean_authors(values: Iterable[str]) -> tuple[tuple[str, ...], str | None]:
    """People and wire service in the authors that a page or a record gives; order kept, each once.

    "By A and B" is two people; titles, desks, e-mails, handles and addresses go; "Staff" and the like are nobody. A single
    name stays as it is: metadata may have it where a line of text may not. What comes out is clean: cleaned again, it
    is the same.
    """
    authors, agency = _read_authors(values)
    for _ in range(MAX_PASSES):
        again, also = _read_authors(authors)
        if again == authors:
            break
        authors, agency = again, agency or also
    return authors, agency


def _read_authors(values: Iterable[str]) -> tuple[tuple[str, ...], str | None]:
    authors: list[str] = []
    agency: str | None = None
    for _, value in zip(range(MAX_VALUES), values, strict=False):
        text = " ".join(_URL.sub(" ", _EMAIL.sub(" ", value[:MAX_VALUE_CHARS])).split())
        text = text.strip(" ,;|/·•-–—").rstrip(" (")
        if not text or is_company(text):
            continue
        if named := agency_named(text):
            agency = agency or named
            continue
        parts = [_LEAD.sub("", part, count=1) if _LEAD.match(part) else part for part in split_names(text)]
        parts = [part for part in parts if part.casefold() != "by"]
        if len(parts) == 2 and "," in text and " " not in parts[0] and _GIVEN.fullmatch(parts[1]):
            turned = " ".join(reversed(parts))  # "Doe, Jane"
            parts = parts if _LEAD.match(turned) else [turned]
        alone = not any(" " in part for part in parts)  # "Maria & Katerina"
        for at, part in enumerate(parts):
            named = agency_named(part)
            agency = agency or named
            name = None if named or is_outlet(part) else person_name(part, single=at == 0 or alone)
            if name:
                authors.append(name)
    return _unique(authors), agency
