"""One pass over a text: the words that can start a value, and the digits, are looked at closer."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from datetime import date

from tasks.entities.spans import Span
from tasks.entities.values import dates, days, eras, periods, times, told
from tasks.entities.values.dates import Found, Place
from tasks.entities.values.foreign import foreign_date
from tasks.entities.values.money import SYMBOLS, money_after
from tasks.entities.values.numbers import FRACTIONS, RANGE, Number, join_range, plain, read_number
from tasks.entities.values.units import percent, quantity

RULE_SCORE = 1.0  # a rule fires or does not
_MAX_DIGITS = 24  # longer runs are identifiers, not numbers
_LOOK_BACK_CHARS = 16

_TOKEN = re.compile(r"[A-Za-z]+Đ?|\d[\d.,]*|[" + "".join(SYMBOLS) + r"]|['’](?=\d0s)")
_ADDRESS = re.compile(r"(?:https?://|www\.)\S+", re.IGNORECASE)
_ORDINAL = re.compile(r"(\d{1,3}(?:,\d{3})+|\d{1,6})(?:st|nd|rd|th)\b", re.IGNORECASE)
_FRACTION = re.compile(r"[ -](half|halves|thirds?|quarters?|fifths?)\b", re.IGNORECASE)
_DIGIT_FRACTION = re.compile(r"([1-9]\d?)/([1-9]\d?)(?![\d/])")
_SCORE = re.compile(r"\d{1,3}(?: ?[-–] ?|:)\d{1,3}(?![\d.,]*\d| ?(?:%|per ?cent|[a-z]))")
_SCORE_WORD = re.compile(
    r"\d{1,3}[-–]\d{1,3} (?:win|wins|victory|defeat|loss|draw|lead|aggregate|triumph|thrashing|scoreline|away|home|at|over|"
    r"against|on|in|to|up|down|and|vote|ruling|decision|after|from|before|with|as|by|for|thanks|despite|when|while)\b"
)
_SCORE_DIGITS = re.compile(r"[\d–-]+")
_CODE_BEFORE = re.compile(r"[A-Za-z0-9][-–/_.:]$|[A-Za-z_#@+:\\]$|\d[.,:/-]$")
_NAMED_BEFORE = re.compile(
    r"\b(?:No|Nos|no|[Aa]rticle|[Ss]ection|[Cc]hapter|[Rr]esolution|[Ff]light|[Rr]oute|[Hh]ighway|[Rr]oom|[Pp]hase|[Cc]lass|"
    r"[Gg]rade|[Ll]evel|[Ll]ine|[Bb]us|[Gg]ate|[Pp]age|[Vv]ersion|[Vv]ol|[Ii]ssue|[Cc]lause|[Ii]tem|[Bb]ox|[Uu]nit|[Aa]nnex|"
    r"[Pp]art|[Tt]ype|[Mm]odel|[Bb]oeing|[Aa]irbus|iPhone|Galaxy|Windows|PlayStation|Xbox|[Cc]omment|[Pp]hoto|[Aa]nh|Tel|[Pp]hone|"
    r"[Ff]igure|[Ff]ig|[Tt]able|[Cc]hapters|[Ss]ections|[Pp]ages|Fax|Hotline|ISBN|ISSN|Apollo|Formula|Interstate|Code|Protocol|Agenda|Category|CATEGORY|Covid|COVID|District|Ward|Block|Channel|[Tt]erminal|[Ss]tage|[Tt]ier|[Pp]latform|[Rr]unway|Zone|Camp|Lane|Pier|Appendix|Exhibit|Studio|[Ss]tep|Group)"
    r"\.?[ :-]{1,2}$"
)
_PHONE = re.compile(r"\d{1,4}(?:[ .-](?:\(\d{2,4}\)|\d{2,4})){2,5}(?!\d)")
_VERSION = re.compile(r"\d+(?:\.\d+){2,}")
_GLUED_AFTER = re.compile(
    r"-(?!year|month|week|day|hour|minute|second|decade|way|time|fold|strong|member|point|term|part|party|nation|country|state|"
    r"storey|story|seat|man|person|people|run|goal|set|thirds|game|match|vote|page|room|bed|mile|nil|all|bn|million|billion)\w"
)


class Scan:
    """One pass over one text; `found` grows in order, without overlap."""

    def __init__(self, text: str, anchor: date | None, *, words: bool, language: str | None = None) -> None:
        self.text = text
        self.anchor = anchor
        self.words = words
        self.language = language
        self.found: list[Span] = []
        self.end = 0

    def run(self, starters: Mapping[str, tuple[Finder, ...]]) -> list[Span]:
        """Spans of the text. starters: finders by the word they start with."""
        text = self.text
        addresses = iter([*((m.start(), m.end()) for m in _ADDRESS.finditer(text)), (len(text) + 1, 0)])
        from_, to = next(addresses)
        for match in _TOKEN.finditer(text):
            pos = match.start()
            if pos < self.end:
                continue
            while pos >= from_ and pos >= to:
                from_, to = next(addresses)
            if pos >= from_:
                continue
            token = match[0]
            if token[0].isdigit():
                self._digits(pos, token)
            elif (finders := starters.get(token) or starters.get(token.lower())) and self._is_whole(
                pos, match.end()
            ):
                self._first(finders, pos)
        return self.found

    def place(self, pos: int) -> Place:
        """A place of this text, for the finders of dates."""
        return Place(self.text, pos, self.anchor)

    def _is_whole(self, pos: int, end: int) -> bool:
        """Whether the letters from `pos` to `end` are not a part of a longer word."""
        text = self.text
        if pos and is_word(text[pos - 1]):
            return False
        return not (end < len(text) and text[end - 1].isalpha() and text[end].isalpha())

    def _first(self, finders: tuple[Finder, ...], pos: int) -> None:
        for finder in finders:
            found = finder(self, pos)
            if found is not None:
                self._keep(pos, found)
                return

    def _keep(self, pos: int, found: Found) -> None:
        if (found.value or "").startswith("-") and found.type in ("PERCENT", "QUANTITY"):
            pos -= len("minus ") if self.text[pos - 1] == " " else len("-")
        self.found.append(Span(pos, found.end, found.type, RULE_SCORE, "rule", found.value))
        self.end = found.end

    def _digits(self, pos: int, token: str) -> None:
        text = self.text
        before = text[max(0, pos - _LOOK_BACK_CHARS) : pos]
        if (
            len(token) > _MAX_DIGITS
            or not token.isascii()
            or (before and (before[-1].isalpha() or before[-1] == "_"))
        ):
            self.end = pos + len(token.rstrip(".,"))  # `A380`, an identifier, or digits of another script
            return
        found = self._calendar(pos) or self._counted(pos, before)
        if found is not None:
            self._keep(pos, found)
        else:
            self.end = max(self.end, pos + len(token.rstrip(".,")))

    def _calendar(self, pos: int) -> Found | None:
        """Dates and times that start with digits; the end moves past telephone and version numbers."""
        place = self.place(pos)
        found = times.stamp(place) or dates.numeric_date(place)
        if found is None and dates.YEARS.match(self.text, pos) is None:
            other = _VERSION.match(self.text, pos) or _PHONE.match(self.text, pos)
            if other is not None and not _is_one_number(other[0]):
                self.end = other.end()
                return None
        if found is None and self.words:
            found = (
                days.listed_day(place)
                or dates.day_month_date(place)
                or eras.era_year(place)
                or eras.bare_decade(place)
                or self._ordinal(pos)
            )
        if found is None and not self.words:
            found = foreign_date(place, self.language)
        return found or times.clock(place) or periods.code_quarter(place)

    def _ordinal(self, pos: int) -> Found | None:
        match = _ORDINAL.match(self.text, pos)
        if match is None:
            return None
        place = self.place(pos)
        return (
            periods.century(place)
            or periods.part_of_year(place)
            or Found(match.end(), "ORDINAL", match[1].replace(",", ""))
        )

    def _counted(self, pos: int, before: str) -> Found | None:
        """A number and what it counts: percent, money, unit, time, a year, or nothing."""
        if self.end > pos:
            return None
        single = read_number(self.text, pos)
        if single is None:
            return None
        if (share := self.share(single)) is not None:
            return share
        number = self.widen(single)
        found = self.amount(pos, number)
        if found is None and number is not single:
            found = self.amount(pos, single)
        found = found or self._short_scale(pos, single)
        if found is None and single.in_digits:
            found = dates.year_date(self.place(pos))
        return found or self.cardinal(pos, number, before)

    def _short_scale(self, pos: int, single: Number) -> Found | None:
        """`5m euros`, `2.5m working days`, `10k followers`: a letter for the scale, without a space."""
        short = read_number(self.text, pos, money=True)
        if short is None or short.end != single.end + 1:
            return None
        if money := money_after(self.text, short):
            return Found(money[0], "MONEY", money[1])
        if unit := quantity(self.text, short):
            return Found(unit[0], "QUANTITY", unit[1])
        return Found(short.end, "CARDINAL", short.value())

    def share(self, single: Number) -> Found | None:
        """`one in five`, `9 out of 10`, `one of every four`; not `two in five minutes`, `one in 2019`."""
        step = _SHARE.match(self.text, single.end)
        whole = None if step is None or single.scale != 1 else read_number(self.text, step.end())
        if whole is None or whole.high is not None or not _is_share(single, whole):
            return None
        if step is not None and step[0] == " of " and single.low == 1:
            return None  # `one of four shops` is one shop
        if times.UNIT_AFTER.match(self.text, whole.end) or self.text.startswith("-", whole.end):
            return None
        return Found(whole.end, "CARDINAL", f"{plain(single.low)}/{plain(whole.low)}")

    def widen(self, low: Number) -> Number:
        """The range that starts with this number, else the number itself."""
        step = RANGE.match(self.text, low.end)
        high = None if step is None else read_number(self.text, step.end())
        if high is None or high.in_digits != low.in_digits:
            return low
        return join_range(low, high) or low

    def amount(self, pos: int, number: Number) -> Found | None:
        """A number with a percent sign, a currency, a unit or a unit of time behind it."""
        text = self.text
        is_negative = self._is_negative(pos)
        if hit := percent(text, number, negative=is_negative):
            return Found(hit[0], "PERCENT", hit[1])
        if hit := money_after(text, number):
            return Found(hit[0], "MONEY", hit[1])
        if hit := quantity(text, number, negative=is_negative):
            return Found(hit[0], "QUANTITY", hit[1])
        if not self.words:
            return None
        place = self.place(pos)
        return (
            told.units_from_told(place, number, self.found)
            or self._period(pos, number)
            or times.duration(place, number)
        )

    def _period(self, pos: int, number: Number) -> Found | None:
        """`three months to June`."""
        unit = times.UNIT_AFTER.match(self.text, number.end)
        if unit is None:
            return None
        return periods.months_to(self.place(pos), unit.end(), unit["u"].lower(), number)

    def _is_negative(self, pos: int) -> bool:
        before = self.text[max(0, pos - 6) : pos]
        return before.lower() == "minus " or (
            before[-1:] in ("-", "−") and before[-2:-1] in ("", " ", "(", "\n")
        )

    def cardinal(self, pos: int, number: Number, before: str) -> Found | None:
        """A number that counts; not a code, a score, or the number of a flight or a room."""
        text = self.text
        if number.in_digits:
            if number.scale == 1 and (
                _CODE_BEFORE.search(before) or _NAMED_BEFORE.search(before) or self._is_label(pos, number.end)
            ):
                return None
            if match := _DIGIT_FRACTION.match(text, pos):
                return Found(match.end(), "CARDINAL", match[0]) if int(match[1]) < int(match[2]) else None
            if match := _SCORE.match(text, pos) or (
                _SCORE_WORD.match(text, pos) and _SCORE_DIGITS.match(text, pos)
            ):
                self.end = match.end()
                return None
            after = text[number.end : number.end + 1]
            if (after and (is_word(after) or after in "/°")) or _GLUED_AFTER.match(text, number.end):
                return None
        elif match := _FRACTION.match(text, number.end):
            parts = FRACTIONS.get(match[1].lower())
            if number.low < 20 and parts:
                return Found(match.end(), "CARDINAL", f"{plain(number.low)}/{parts}")
        return Found(number.end, "CARDINAL", number.value())

    def _is_label(self, pos: int, end: int) -> bool:
        """`[20]`, and `3.` at the start of a line: the number of a note or of an item."""
        text = self.text
        if text[end : end + 1] == "]" and text[pos - 1 : pos] == "[":
            return True
        return text[end : end + 2] in (". ", ") ") and (pos == 0 or text[pos - 1] == "\n")


Finder = Callable[[Scan, int], "Found | None"]

_SHARE = re.compile(r" (?:in|out of|of)(?: every)? (?=\w)")


def _is_share(part: Number, whole: Number) -> bool:
    is_round = (
        whole.low <= 20 or (whole.low <= 100 and whole.low % 5 == 0) or whole.low in (1_000, 10_000, 100_000)
    )
    return part.low < whole.low and is_round and part.low == part.low.to_integral_value()


def _is_one_number(text: str) -> bool:
    """`1.500.000` or `1 500 000`: groups of three, not a version or a telephone number."""
    groups = re.split(r"[ .]", text)
    return (
        len(groups) > 1
        and "-" not in text
        and len(groups[0]) <= 3
        and all(len(group) == 3 for group in groups[1:])
    )


def is_word(char: str) -> bool:
    """Letters, digits and the underscore of any script."""
    return char.isalnum() or char == "_"
