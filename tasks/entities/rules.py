"""Names that patterns and the gazetteer find: laws and treaties, events, peoples, sure places.

The tagger knows persons, organisations and places; what it was not taught stands here. Every pattern
starts from a head word (`Convention`, `Summit`) and grows over the capitalised words around it.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from tasks.entities.gazetteer import Gazetteer
from tasks.entities.spans import Span

LAW_SCORE = 0.9  # a pattern is less sure than a list; the numbers order, they are not calibrated
EVENT_SCORE = 0.85
KNOWN_SCORE = 0.95
_LISTED = frozenset({"PERSON", "ORG", "GPE", "LOC", "FAC"})
_LOOK_LEFT_CHARS = 110  # the longest names of treaties on the left side of their head are below that
_MAX_WORDS_LEFT = 8

_LAW_HEADS = (
    "Convention|Treaty|Act|Accords?|Protocol|Declaration|Constitution|Charter|Code of Conduct|Covenant|Pact|"
    "Memorandum of Understanding|Bill of Rights|Bill|Free Trade Agreement|Agreement|Law|Code|Ordinance|Decree|Joint Statement|Communique|Communiqué"
)
_EVENT_HEADS = (
    "Summit|Olympics|Olympic Games|Paralympics|Games|World Cup|Championships?|Party Congress|Congress|Festival|Grand Prix|"
    "War|Revolution|Uprising|Meeting|Session|Dialogue|Conference|Open|Expo|Exhibition|Marathon|Forum"
)
_LAW = re.compile(rf"\b(?:{_LAW_HEADS})\b(?!’s|'s)")
_EVENT = re.compile(rf"\b(?:{_EVENT_HEADS})\b")
_RESOLUTION = re.compile(
    r"\b(?:(?:UN |U\.N\. )?(?:Security Council |General Assembly )?Resolution|Executive Order|Directive|Decree|Circular|Article) (?:No\. ?)?\d[\d/.-]*\d\b|\bArticle \d+\b"
)
_CAP = r"[A-Z][\w’'&-]*"
_AFTER_OF = re.compile(
    rf" (?:of|on|for|to|against|concerning|governing|relating to)(?: the)?(?: {_CAP})+(?: and(?: {_CAP})+)?"
)
_AFTER_IN = re.compile(rf" in(?: the)?(?: {_CAP})+")
_YEAR_AFTER = re.compile(r" (?:of )?(?:1[5-9]|20)\d\d(?![\d-])")
_TWO_WORDS = frozenset({"Law", "Code", "Bill"})  # "Group Law", "PwC Code" are not laws; "Clean Air Bill" is
_CODES = re.compile(
    r"(?:Penal|Criminal|Civil|Labou?r|Tax|Commercial|Family|Martial|Sharia|Land|Press) (?:Code|Law)$"
)
_EVENT_AFTER = re.compile(
    rf" (?:of|on|for)(?: the)?(?: {_CAP})+(?: (?:for|of|on)(?: the)?(?: {_CAP})+)?|,? (?:19|20)\d\d(?!\d)"
)
_ORDINAL = re.compile(r"\d+(?:st|nd|rd|th)$")
_YEAR = re.compile(r"(?:1[5-9]|20)\d\d$")
_JOINERS = frozenset({"of", "the", "on", "and", "for", "&", "in", "against", "to"})
_STARTERS = frozenset(
    [
        "The",
        "A",
        "An",
        "This",
        "That",
        "These",
        "Those",
        "In",
        "On",
        "At",
        "Under",
        "For",
        "With",
        "But",
        "And",
        "As",
        "By",
        "From",
        "After",
        "Before",
        "Since",
        "Its",
        "His",
        "Her",
        "Their",
        "Our",
        "Both",
        "Its",
        "Such",
        "No",
        "When",
        "While",
        "If",
        "According",
        "Former",
        "Any",
        "Every",
        "Each",
        "All",
        "Most",
        "Another",
        "Following",
        "Despite",
        "During",
        "Through",
    ]
)
_PEOPLES = frozenset({"People", "Women", "Children", "Men", "King", "Queen"})  # in a name, not its owner
_NEEDS_ORDINAL = frozenset(
    {"Meeting", "Session", "Congress", "Conference", "Dialogue", "Forum", "Games", "Open", "Exhibition"}
)
_WORLD = re.compile(
    r"\b(?:Asian|SEA|Southeast Asian|Olympic|Commonwealth|Winter|Summer|European|Pan American|Asia|World|Global|International|Boao|Shangri-La|Munich|Davos)\b"
)
_ORG_CONGRESS = re.compile(
    r"People[’']s Congress$|(?:National|Indian|Labou?r|U\.?S\.?|Trades Union) Congress$"
)
_WORD = re.compile(r"[A-Z][^\W\d_]+(?:[’'-][^\W\d_]+)*")


def find_patterns(text: str) -> list[Span]:
    """Laws and events of one text, sorted, not overlapping."""
    return longest([*_laws(text), *_events(text)])


def find_peoples(text: str, gazetteer: Gazetteer) -> list[Span]:
    """Nationalities and religions (NORP), word by word; two-word ones first."""
    found: list[Span] = []
    last: tuple[int, int] | None = None
    peoples = gazetteer.peoples
    for match in _WORD.finditer(text):
        start, end = match.span()
        word = match[0]
        if last is not None and start == last[1] + 1 and text[last[0] : end] in peoples:
            if found and found[-1].start == last[0]:
                found.pop()
            found.append(Span(last[0], end, "NORP", KNOWN_SCORE, "gazetteer"))
        elif word in peoples or (word.isupper() and word.capitalize() in peoples):
            found.append(Span(start, end, "NORP", KNOWN_SCORE, "gazetteer"))
        elif "-" in word:
            found += _hyphenated(start, word, peoples)
        last = (start, end)
    return found


def find_places(text: str, gazetteer: Gazetteer, names: Sequence[Span] = ()) -> list[Span]:
    """Countries and capitals that can be nothing else, where no capitalised word touches them but that of another name.

    names: the names that were found already.
    """
    starts, ends = {span.start for span in names}, {span.end for span in names}
    found = []
    for match in _WORD.finditer(text):
        if match[0] not in gazetteer.sure_places:
            continue
        start, end = match.span()
        is_free_left = start - 1 in ends or not _CAP_BEFORE.search(text, max(0, start - 20), start)
        is_free_right = end + 1 in starts or not _CAP_AFTER.match(text, end)
        entry = gazetteer.place(match[0]) if is_free_left and is_free_right else None
        if entry is not None:
            found.append(Span(start, end, entry.type, KNOWN_SCORE, "gazetteer"))
    return found


def find_listed(text: str, gazetteer: Gazetteer) -> list[Span]:
    """Names of the gazetteer that have a Wikidata id, up to three words long, the longest first.

    All that is looked for in a language the tagger was not trained on.
    """
    words = [match.span() for match in _WORD.finditer(text)]
    found: list[Span] = []
    at = 0
    while at < len(words):
        n_words, span = _listed_at(text, words[at : at + 3], gazetteer)
        if span is not None:
            found.append(span)
        at += n_words
    return found


def _listed_at(text: str, words: Sequence[tuple[int, int]], gazetteer: Gazetteer) -> tuple[int, Span | None]:
    start = words[0][0]
    for count in range(len(words), 0, -1):
        end = words[count - 1][1]
        if count > 1 and end - start != sum(b - a + 1 for a, b in words[:count]) - 1:
            continue  # not one space between them
        entry = gazetteer.find(text[start:end], _LISTED)
        if entry is not None and entry.qid:
            return count, Span(start, end, entry.type, KNOWN_SCORE, "gazetteer")
    return 1, None


def _hyphenated(start: int, word: str, peoples: frozenset[str]) -> list[Span]:
    spans, at = [], start
    for part in word.split("-"):
        if part in peoples:
            spans.append(Span(at, at + len(part), "NORP", KNOWN_SCORE, "gazetteer"))
        at += len(part) + 1
    return spans


_CAP_BEFORE = re.compile(r"[A-Z][\w’'.-]*[ -]$")
_CAP_AFTER = re.compile(r"[ -][A-Z]")


def _laws(text: str) -> list[Span]:
    spans = [Span(m.start(), m.end(), "LAW", LAW_SCORE, "rule") for m in _RESOLUTION.finditer(text)]
    for match in _LAW.finditer(text):
        start, end = _grow_left(text, match.start()), _grow_right(text, match.end())
        year = _YEAR_AFTER.match(text, end)
        end = year.end() if year else end
        if _is_law(text, match, start, end):
            spans.append(Span(start, end, "LAW", LAW_SCORE, "rule"))
    return spans


def _is_law(text: str, head: re.Match[str], start: int, end: int) -> bool:
    """A named law, not the word alone, `Rule of Law`, `Law School` or a person called Bill."""
    left, has_right = text[start : head.start()].split(), end > head.end()
    if not left and not has_right:
        return False
    if head[0] in _TWO_WORDS and not has_right and len(left) < 2 and not _CODES.search(text[start:end]):
        return False
    if "Rule" in left or (head[0] == "Bill" and not _BILL_AFTER.match(text, end)):
        return False
    last = text.rfind(" ", start, end)
    return not _OFFICE_AFTER.match(text, end) and not (last > 0 and _OFFICE_AFTER.match(text, last))


_BILL_AFTER = re.compile(
    r"[,.;:)]|$| (?:was|is|would|will|has|had|and|in|to|into|before|by|passed|which|that|could|on)\b"
)
_OFFICE_AFTER = re.compile(
    r" (?:School|Firm|Faculty|Commission|Committee|Enforcement|Society|Center|Centre|Institute|Council|Secretariat|Review|Office|Department)\b"
)


def _events(text: str) -> list[Span]:
    spans = []
    for match in _EVENT.finditer(text):
        start, head = _grow_left(text, match.start()), match[0]
        name = text[start : match.end()]
        first = name.split(" ", 1)[0]
        has_ordinal = bool(_ORDINAL.match(first) or _YEAR.match(first))
        if start == match.start() or _ORG_CONGRESS.search(name):
            continue
        if head in _NEEDS_ORDINAL and not has_ordinal and not _WORLD.search(name):
            continue
        if head == "Forum" and not has_ordinal:
            continue
        after = _EVENT_AFTER.match(text, match.end())
        end = (
            after.end()
            if after and (head in ("Meeting", "Session", "Conference", "Congress") or after[0][-1].isdigit())
            else match.end()
        )
        spans.append(Span(start, end, "EVENT", EVENT_SCORE, "rule"))
    return spans


def _grow_left(text: str, pos: int) -> int:
    """Start of the capitalised words that end right before `pos`."""
    floor = max(0, pos - _LOOK_LEFT_CHARS)
    line = max(text.rfind("\n", floor, pos) + 1, floor)
    start, at, words = pos, pos, 0
    while at - 1 >= line and text[at - 1] == " " and words < _MAX_WORDS_LEFT:
        begin = text.rfind(" ", line, at - 1) + 1 or line
        word = text[begin : at - 1]
        if (
            not word
            or (word[-1] in '.,;:)!?”"' and word not in ("U.S.", "U.N."))
            or (floor and begin == floor)
        ):
            break
        if word in _STARTERS or (word[-2:] in ("'s", "’s") and word[:-2] not in _PEOPLES):
            break
        if word[0].isupper() or _ORDINAL.match(word) or _YEAR.match(word):
            start = begin
            if word[0].isdigit():
                break
        elif word not in _JOINERS or word in ("in", "to", "on", "against", "the", "for", "and"):
            break
        at, words = begin, words + 1
    while start < pos and text[start] in "(“\"‘'":
        start += 1
    return start


def _grow_right(text: str, pos: int) -> int:
    """End of `on the Law of the Sea`, `of Conduct in the East Sea` behind a head word."""
    end = pos
    for _ in range(4):
        match = _AFTER_OF.match(text, end)
        if match is None:
            break
        end = match.end()
    if (end > pos or text[max(0, pos - 7) : pos] == "Conduct") and (match := _AFTER_IN.match(text, end)):
        end = match.end()
    return end - 2 if text[end - 2 : end] in ("’s", "'s") else end


def longest(spans: list[Span]) -> list[Span]:
    """Of spans that overlap their neighbour, the longer; sorted."""
    kept: list[Span] = []
    for span in sorted(spans):
        if not kept or span.start >= kept[-1].end:
            kept.append(span)
        elif span.end - span.start > kept[-1].end - kept[-1].start:
            kept[-1] = span
    return kept
