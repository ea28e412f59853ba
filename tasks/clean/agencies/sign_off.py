"""What closes a story: the agency's name, an end mark, the author's initials."""

from __future__ import annotations

import re
from dataclasses import dataclass

from tasks.clean.agencies.names import agency_named, agency_of, is_outlet


@dataclass(frozen=True, slots=True)
class SignOff:
    """A span at the end of a line; `agency` if it names one. `kind` is the kind of edit it makes."""

    start: int
    end: int
    agency: str | None
    kind: str
    confidence_frac: float


REACH_CHARS = 120  # a sign-off with agency, initials and end mark has 40
MAX_MARKS = 4  # "./. (VNA/VNP) END"
_ENDED = re.compile(r"(?:^|[.!?…。！？\"”»।۔])\s*$")

_MARK = re.compile(
    r"(?:(?<![^\s.!?…])\./\.|(?<=[^\s.!?…]\.)/\.|(?<=[.!?…]\s)/\.|/\./|(?<=\.)\s?//+|[■□◼▪●◆∎]|(?:-\s?)?#\s?#\s?#|-\s?30\s?-"
    r"|[-–—/*(\[（【]{1,3}\s?(?:END|Ends?|ENDS|HẾT|Hết|FIN|Fin|FINE|ENDE|ende|KONIEC|完|终|終|끝|了)\s?[-–—/*)\]）】]{1,3}|"
    r"(?<=[.!?…。]\s)(?:END|ENDS|ENDITEM|Enditem|EINDE|SLUT|KONIEC|FINE|FIN|ENDE|LOPPU|TAMAT|HẾT)\.?)\s*$"
)
_BRACKETED = re.compile(r"\s*[(\[/（【]\s?(?P<name>[^()\[\]（）【】]{2,48}?)\s?[)\]/）】]\s*[.。]?\s*$")
_DASHED = re.compile(r"\s*(?P<dash>[-–—]{1,2})\s?(?P<name>[^\s()–—-][^()–—\n]{1,40})\s*$")
_BARE = re.compile(r"(?<=[.!?…。”\"»])\s*(?P<name>[^\s.!?…。”\"»][^.!?…。”\"»]{1,24})\s*$")
_INITIALS = re.compile(
    r"(?<=[.!?…”\"»)])\s*(?:/\s?[a-zäöü]{2,4}(?:/[a-zäöü]{2,4})*/?|[(\[][a-zäöü]{2,4}(?:/[a-zäöü]{2,4})*[)\]]|(?<=\s)(?:[a-zäöü]{2,3}|[A-Z]{2,3})/[a-zäöü]{2,3}\d?)\s*$"
)
_NAME = re.compile(r"[^\W\d_a-z][\w&.+'’-]*(?:\s[^\W\d_a-z][\w&.+'’-]*){0,2}")
_SOURCED = re.compile(
    r"(?:\(\s*)?(?:theo|nguồn|source|quelle|fuente|fonte|sumber|bron|kilde|kilder|källa|kaynak|źródło|zdroj|forrás|источник|"
    r"джерело|来源|來源|출처|المصدر)\s*[:：]?\s+(?P<name>[^()\n]{2,60}?)\s*\)?\s*\.?\s*$",
    re.IGNORECASE,
)
_SOURCE_INITIALS = frozenset("(tnsqfbkźzид来來출ا")  # of what _SOURCED matches


def find_sign_off(line: str) -> SignOff | None:
    """The sign-off at the end of a line, meant for the last paragraph of a story; None if it has none.

    The span begins at its first character, white space before it left out. Several in a row are one span. A full stop that ends
    the sentence stays: of "1982./." the span is "/.".
    """
    end = len(line.rstrip())
    low = max(0, end - REACH_CHARS)
    tail = line[low:end]
    if found := _source_line(line):
        return found
    at, agency, sure = len(tail), None, 0.0
    for _ in range(MAX_MARKS):
        step = _last_mark(tail[:at]) if _may_end_with_mark(tail[:at]) else None
        if step is None:
            break
        at, named, confidence = step
        agency, sure = named or agency, max(sure, confidence)
    if at == len(tail):
        return None
    start = low + at
    while start < end and line[start].isspace():
        start += 1
    if line[start] in "([" and line[end - 1] == "." and not _ENDED.search(line, max(0, start - 3), start):
        end -= 1  # "he said (AFP)." : the full stop is the sentence's
    return SignOff(start, end, agency, "end_mark", sure)


def find_initials(line: str) -> SignOff | None:
    """A whole line of initials, with or without an agency among them: "mst/dpa", "(sc/dpa)", "hd/jph/gil", "[sc]"."""
    text = line.strip()
    match = _SIGNED.fullmatch(text)
    if match is None:
        return None
    agency = next((found for part in match["parts"].split("/") if (found := agency_of(part))), None)
    start = line.index(text)
    return SignOff(start, start + len(text), agency, "end_mark", 0.92)


# One pair of initials alone needs brackets: "km" and "usa" end tables too.
_SIGNED = re.compile(
    r"(?:[(\[]\s?(?=[^()\[\]]+[)\]]\Z)|(?=\S+/))(?P<parts>[a-zäöü]{2,4}\d?(?:/[a-zäöü]{2,5}\d?){0,3})\s?[)\]]?"
)


def may_be_sign_off(line: str) -> bool:
    """Whether a line without any of MARK_SIGNS may be a sign-off at all."""
    return line[:1].lower() in _SOURCE_INITIALS


def _source_line(line: str) -> SignOff | None:
    """A whole line such as "Theo TTXVN" or "Source: VNA"."""
    if len(line) > REACH_CHARS:
        return None
    text = line.strip()
    if text[:1].lower() not in _SOURCE_INITIALS:
        return None
    match = _SOURCED.fullmatch(text)
    agency = agency_named(match["name"]) if match else None
    if match is None or not (agency or is_outlet(match["name"])):
        return None
    start = line.index(text)
    return SignOff(start, start + len(text), agency, "source_link", 0.95)


def _may_end_with_mark(tail: str) -> bool:
    """Whether something of which marks are made stands near the end: in few ordinary sentences, headings and menu items."""
    signs = _MAY_HOLD if tail[-1:] in _FULL_STOPS else _MAY_PART
    return signs.search(tail, max(0, len(tail) - 64)) is not None


def _last_mark(tail: str) -> tuple[int, str | None, float] | None:
    """Where the last mark of `tail` begins, the agency it names, and how sure it is one.

    Each pattern looks only where a character that it needs stands: six looks at every line cost most of this step.
    """
    visible = tail.rstrip()
    last = visible[-1:]
    if _may_be_mark(tail[-24:], last) and (match := _MARK.search(tail, max(0, len(tail) - 24))):
        return match.start(), None, 0.95
    bracket = visible[:-1].rstrip()[-1:] if last in _STOPS else last
    if bracket in _BRACKETS and (match := _BRACKETED.search(tail, max(0, len(tail) - 60))):
        if agency := agency_named(match["name"]):
            return match.start(), agency, 0.95
        if is_outlet(match["name"]) and "(" in match[0]:  # "[site.net]" and "site.net/" end a link
            return match.start(), None, 0.9
    if last in _BRACKETS or "/" in tail[-20:]:
        match = _INITIALS.search(tail, max(0, len(tail) - 20))
        if match:
            return match.start(), None, 0.8
    has_dash = any(map(tail.__contains__, "-–—"))
    for pattern in (_DASHED,) * has_dash + (_BARE,) * (last not in _SENTENCE_ENDS):
        match = pattern.search(tail, max(0, len(tail) - 50))
        if match and (agency := _agency_or_pair(match["name"])):
            return match.start(), agency, 0.9
    return _unknown_name(tail) if has_dash or last == ")" else None


def _may_be_mark(end: str, last: str) -> bool:
    """Whether the end of a line, whose last visible character this is, may match _MARK."""
    if last in _WORDS_END:
        return end[-4:].rstrip()[-2:].isupper()
    if last in _WORD_ENDS:  # of every sentence, and of four marks
        return "/" in end or "END" in end or "nditem" in end
    return last in _MARK_ENDS


_WORDS_END = frozenset("ETCNUẾ")  # "EINDE", "SLUT"
_WORD_ENDS, _MARK_ENDS = frozenset(".DSMm"), frozenset("/■□◼▪●◆∎#-–—*)]）】")
_STOPS, _BRACKETS = frozenset(".。"), frozenset(")]/）】")
_SENTENCE_ENDS = frozenset('.!?…。”"»')


_FULL_STOPS = frozenset('.!?…。”"»’')
# What a mark is made of, or what parts it from the text: each pattern needs one of them.
MARK_SIGNS = '.!?…。”"»)/■□◼▪●◆∎#–—([（【）】*]-'
_MAY_PART = re.compile(f"[{re.escape(MARK_SIGNS)}]")
_MAY_HOLD = re.compile(r"[(\[/（【)\]）】#■□◼▪●◆∎–—-]|[.!?…。]\s(?:END|Enditem)|\s\.")


def _agency_or_pair(name: str) -> str | None:
    """An agency's name on its own, or several parted by slashes, with nothing else."""
    parts = [agency_of(part.strip()) for part in name.strip().split("/")]
    return parts[0] if all(parts) else None


def _unknown_name(tail: str) -> tuple[int, str | None, float] | None:
    """A capitalised name in brackets or behind a dash after the last sentence: an outlet that no list has, or a writer."""
    if led := _LED.search(tail, max(0, len(tail) - 90)):
        return led.start(), None, 0.85
    match = _UNKNOWN.search(tail, max(0, len(tail) - 60))
    if match is None:
        return None
    names = (match["name"] or match["dashed"]).split("/")
    if not all(_NAME.fullmatch(name) or _SIGNED_BY.fullmatch(name) for name in names) or names[0].islower():
        return None
    told = (
        len(names) > 1
        or (match["name"] and " " in names[0])
        or _ACRONYM.fullmatch(match["name"] or "")
        or _SERVICE.search(names[0])
    )
    return match.start(), None, 0.85 if told else 0.5


_LED = re.compile(  # "(Quelle: Textdienst)", "Thu Ha (theo Thông tấn Bắc Hà)"
    r"(?<=[.!?…。”\"»])\s*(?:[^\W\d_a-z][\w'’-]+(?: [^\W\d_a-z][\w'’-]+){1,3}\s)?"
    r"\((?i:theo|nguồn|quelle|source|fuente|fonte|bron|källa|kilde|kaynak|źródło|sumber|avec|mit|con|com|met|with|via)\s?:?\s"
    r"[^\W\d_a-z][^()\[\]]{2,46}(?<![.!?])\)\s*$"
)
_ACRONYM = re.compile(r"[A-Z]{2,6}")  # what an article shortens in brackets stands before the full stop
_SIGNED_BY = re.compile(r"[a-zäöü]{2,4}")  # "(AFP/au)"
_SERVICE = re.compile(  # words that agencies and papers are called by
    r"(?<!\w)(?:Wire|News|Press|Presse|Agency|Agencia|Agência|Agence|Agenzia|Agentur|Service|Post|Times|Today|Daily|Media|Network|"
    r"Bureau|Radio|TV|Herald|Tribune|Gazette|Chronicle|Courier|Echo|Argus|Diario|Jornal|Gazeta|Kurier|Bote)(?!\w)"
)
_UNKNOWN = re.compile(
    r"(?:(?<=[.!?…。”\"»])\s*\((?P<name>[^()\[\]]{2,48})\)|(?<=[.!?…”\"»])\s+[-–—]\s?(?P<dashed>[^\W\d_][\w.]{1,20}(?: [^\W\d_a-z][\w.]{1,20}){0,3}))\s*$"
)
