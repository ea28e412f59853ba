"""Numbers, amounts and dates of a text, by rules: DATE TIME MONEY PERCENT QUANTITY ORDINAL CARDINAL.

`find_values` goes once over the words; only words and digits that can start a value are looked at closer, so that
the cost is linear and small. Values: ISO 8601 dates, intervals and durations (open parts as in ISO 8601-2: `198X`,
`XXXX-02-05`), `amount CODE` (ISO 4217), plain numbers, `number unit`; ranges have a slash.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import datetime

from tasks.entities.spans import Span
from tasks.entities.values import calendar as cal
from tasks.entities.values import dates, days, eras, periods, times, told
from tasks.entities.values import relative as rel
from tasks.entities.values.dates import Found, Place
from tasks.entities.values.money import CODES, DOLLARS, PREFIXES, SYMBOLS, money_before
from tasks.entities.values.numbers import ORDINALS, TENS, UNITS, from_words, read_number
from tasks.entities.values.scan import Finder, Scan
from tasks.entities.values.units import half_a_point, half_a_unit, magnitude

_ORDINAL_WORDS = re.compile(rf"(?:(?:{'|'.join(TENS)})-)?(?:{'|'.join(ORDINALS)})\b", re.IGNORECASE)
_NOT_ORDINAL = re.compile(
    r" (?:Lady|Ladies|Minister|Nations?|World|Amendment|Republic|Reich|Baptist|Class|Division)\b|s\b|-hand|-class"
)
_SECOND_OF_TIME = re.compile(r"\b(?:a|per|each|every|split|one) $", re.IGNORECASE)
_PRONOUN_ONE = re.compile(
    r"\b(?:the|this|that|no|any|every|each|which|some|another|a|an|only|good|bad|new|old) $", re.IGNORECASE
)
_ONE_AFTER = re.compile(
    r" (?:another|else|who|can|could|should|must|is|was|has|would|may|might|will|day|by one)\b|['’]s\b|-on-|-off\b|-sided\b|[,.;!?]"
)

# Languages that write 1.234,5 (CLDR decimal separator); the others write 1,234.5
COMMA_LANGUAGES = frozenset(
    ["vi", "de", "fr", "es", "it", "pt", "id", "ru", "uk", "pl", "nl", "sv", "da", "no", "nb", "fi", "cs", "sk", "hu", "ro", "bg", "hr", "sr",
     "sl", "tr", "el", "et", "lv", "lt", "ca", "be", "is", "az", "kk", "gl", "eu"]
)  # fmt: skip
_COMMA_NUMBER = re.compile(r"(?<![\d.,])(?:\d{1,3}(?:\.\d{3})+(?:,\d{1,9})?|\d{1,9},\d{1,9})(?![\d.,]\d|\d)")
_SWAP = str.maketrans(",.", ".,")


def find_values(text: str, published_at: datetime | None, language: str | None) -> list[Span]:
    """Values of one text, sorted, not overlapping.

    published_at: the day relative dates lean on; without it they have no value. language: ISO 639-1; in
    other languages than English only digits, symbols, codes and the months of some are read, no other words. None counts as English.
    """
    anchor = None if published_at is None else published_at.date()
    is_english = language in (None, "en")
    if is_english:
        return Scan(text, anchor, words=True).run(_STARTERS)
    if language in COMMA_LANGUAGES:
        text = _COMMA_NUMBER.sub(
            lambda match: match[0].translate(_SWAP), text
        )  # as long as before: offsets hold
    return Scan(text, anchor, words=False, language=language).run(_ANY_LANGUAGE)


def _at(find: Callable[[Place], Found | None]) -> Finder:
    return lambda scan, pos: find(scan.place(pos))


def _day(find: Callable[[Place], Found | None]) -> Finder:
    return lambda scan, pos: days.with_part_of_day(find(scan.place(pos)), scan.text)


def _told(find: Callable[[Place, list[Span]], Found | None]) -> Finder:
    return lambda scan, pos: find(scan.place(pos), scan.found)


def _relative_day(word: str) -> Finder:
    return _day(lambda place: rel.relative_day(place, word))


def _time(word: str, value: str) -> Finder:
    return lambda _scan, pos: Found(pos + len(word), "TIME", value)


def _tonight(scan: Scan, pos: int) -> Found:
    return Found(pos + len("tonight"), "TIME", None if scan.anchor is None else str(scan.anchor))


def _money(scan: Scan, pos: int) -> Found | None:
    hit = money_before(scan.text, pos)
    return None if hit is None else Found(hit[0], "MONEY", hit[1])


def _magnitude(scan: Scan, pos: int) -> Found | None:
    hit = magnitude(scan.text, pos)
    return None if hit is None else Found(hit[0], "QUANTITY", hit[1])


def _half(scan: Scan, pos: int) -> Found | None:
    """`half a percentage point`, `half a mile`, `half an hour`."""
    if hit := half_a_point(scan.text, pos):
        return Found(hit[0], "PERCENT", hit[1])
    if hit := half_a_unit(scan.text, pos):
        return Found(hit[0], "QUANTITY", hit[1])
    return times.half_a_time(scan.place(pos))


def _number_words(scan: Scan, pos: int) -> Found | None:
    """`three`, `two dozen`, `five million dollars`; not the pronoun *one*, not the start of `twenty-first`."""
    text = scan.text
    single = read_number(text, pos)
    if single is None:
        return None
    ordinal = _ORDINAL_WORDS.match(text, pos)
    if ordinal is not None and ordinal.end() > single.end:
        return None
    if (share := scan.share(single)) is not None:
        return share
    number = scan.widen(single)
    found = scan.amount(pos, number) or (scan.amount(pos, single) if number is not single else None)
    if found is not None:
        return found
    return None if _is_pronoun(text, pos, number.end) else scan.cardinal(pos, number, "")


def _is_pronoun(text: str, pos: int, end: int) -> bool:
    if text[pos:end].lower() != "one":
        return False
    return bool(_PRONOUN_ONE.search(text[max(0, pos - 8) : pos]) or _ONE_AFTER.match(text, end))


def _ordinal_words(scan: Scan, pos: int) -> Found | None:
    match = _ORDINAL_WORDS.match(scan.text, pos)
    if match is None or _NOT_ORDINAL.match(scan.text, match.end()):
        return None
    words = match[0].lower()
    if words == "second" and _SECOND_OF_TIME.search(scan.text[max(0, pos - 7) : pos]):
        return None
    tens, _, last = words.rpartition("-")
    if (found := periods.century(scan.place(pos))) is not None:
        return found
    value = (int(from_words(tens)[0]) if tens else 0) + ORDINALS[last]
    return Found(match.end(), "ORDINAL", str(value))


_A_FRACTION = re.compile(r"a (third|quarter|fifth|tenth)\b(?= of\b|[.,;])", re.IGNORECASE)
_BY_A_FRACTION = re.compile(
    r"a (third|quarter|fifth|tenth)\b(?! (?:party|parties|person|country|man|woman|group|team|candidate|court)\b|-)"
)


def _a_fraction(scan: Scan, pos: int) -> Found | None:
    match = _A_FRACTION.match(scan.text, pos)
    if match is None and scan.text.endswith((" by ", " than "), 0, pos):
        match = _BY_A_FRACTION.match(scan.text, pos)
    if match is None:
        return None
    return Found(
        match.end(), "CARDINAL", f"1/{4 if match[1].lower() == 'quarter' else ORDINALS[match[1].lower()]}"
    )


def _english() -> dict[str, tuple[Finder, ...]]:
    """Finders by the word they start with; months and weekdays only with a capital, the others in any case."""
    month, weekday = (_at(periods.months_quarter), _at(dates.month_date)), (_day(days.weekday_date),)
    relative = (_day(rel.relative),)
    part, around, whole = (_at(periods.part_of_year),), (_at(rel.around),), (_at(periods.whole_year),)
    quarter, fiscal, season = (
        (_at(periods.quarter_code),),
        (_at(periods.fiscal_year),),
        (_at(periods.season),),
    )
    table: dict[str, tuple[Finder, ...]] = {}
    for names, finders in ((cal.MONTHS, month), (cal.WEEKDAYS, weekday)):
        table |= {form: finders for name in names for form in (name.capitalize(), name.upper())}
    table |= dict.fromkeys(UNITS, (_number_words,))
    nth, of_month = _at(days.nth_weekday), _at(days.day_of_month)
    half_told = _told(periods.half_in_figures)
    table |= dict.fromkeys(ORDINALS, (nth, of_month, *part, half_told, _ordinal_words))
    table |= dict.fromkeys(TENS, (_number_words, _ordinal_words))
    beside = _told(told.next_to_told)
    table |= dict.fromkeys(("this", "coming", "current", "upcoming", "past"), relative)
    table |= dict.fromkeys(("next", "previous", "following", "preceding"), (beside, *relative))
    table |= dict.fromkeys(("final", "latter", "opening"), part) | {"last": (nth, *part, *relative)}
    table |= dict.fromkeys(
        ("early", "mid", "late", "end", "start", "beginning", "middle"), around
    ) | dict.fromkeys(("whole", "full", "entire"), whole)
    table |= dict.fromkeys(("Q", "H"), quarter) | dict.fromkeys(
        ("FY", "fiscal", "financial"), (_at(periods.period_to), *fiscal)
    )
    table |= dict.fromkeys(("spring", "summer", "autumn", "winter", "fall"), season)
    table |= {word: (_relative_day(word),) for word in rel.RELATIVE_DAYS}
    table |= {
        "tonight": (_tonight,),
        "overnight": (_at(rel.overnight),),
        "magnitude": (_magnitude,),
        "noon": (_time("noon", "T12:00"),),
        "midnight": (_time("midnight", "T00:00"),),
    }
    before = _told(told.before_told)
    table["same"] = (_told(told.same_as_told),)
    table |= dict.fromkeys(("night", "week", "month"), (before,))
    table |= dict.fromkeys(
        ("a", "an"),
        (_half, _at(times.a_unit_ago), _told(told.a_unit_from_told), _a_fraction, _number_words),
    ) | {
        "half": (_at(periods.period_to), _half, _number_words),
        "quarter": (_at(periods.period_to), _half),
        "year": (_at(periods.period_to), _at(rel.year_end), before),
        "day": (_at(rel.next_but_one), before),
        "weekend": (_at(rel.weekend),),
        "midday": (_time("midday", "T12:00"),),
    }
    table |= dict.fromkeys(("earlier", "later"), around)
    table["three"] = (_half, _number_words)
    return table | dict.fromkeys(("'", "’"), (_at(eras.short_decade),))


_LETTERS_FIRST = re.compile(r"([A-Za-z]++Đ?+).+")  # the scan's word of `U.S.`, `GH¢`, `S/`
_ANY_LANGUAGE: dict[str, tuple[Finder, ...]] = {
    _LETTERS_FIRST.sub(r"\1", name): (_money,) for name in (*SYMBOLS, *CODES, *DOLLARS, *PREFIXES)
}
_STARTERS = _english()
_STARTERS |= {  # `A$5` and `A third of`
    name: (*finders, *_STARTERS.get(name, _STARTERS.get(name.lower(), ())))
    for name, finders in _ANY_LANGUAGE.items()
}
