"""Numbers as news writes them: digits, words, scales and ranges, read at one place of a text.

All amounts are exact decimals. Nothing here looks at what follows the number: units, currencies and
months are the business of the modules beside it.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from decimal import Decimal

UNITS = {
    word: number
    for number, word in enumerate(
        [
            "zero",
            "one",
            "two",
            "three",
            "four",
            "five",
            "six",
            "seven",
            "eight",
            "nine",
            "ten",
            "eleven",
            "twelve",
            "thirteen",
            "fourteen",
            "fifteen",
            "sixteen",
            "seventeen",
            "eighteen",
            "nineteen",
        ]
    )
}
TENS = {
    word: 10 * number
    for number, word in enumerate(
        ["twenty", "thirty", "forty", "fifty", "sixty", "seventy", "eighty", "ninety"], start=2
    )
}
SCALES = {
    "hundred": Decimal(100), "thousand": Decimal(1_000), "million": Decimal(10**6), "billion": Decimal(10**9),
    "trillion": Decimal(10**12), "quadrillion": Decimal(10**15), "lakh": Decimal(10**5), "lakhs": Decimal(10**5), "crore": Decimal(10**7),
    "crores": Decimal(10**7), "dozen": Decimal(12), "mn": Decimal(10**6), "mln": Decimal(10**6),
    "mil": Decimal(10**6), "bil": Decimal(10**9), "tril": Decimal(10**12), "bn": Decimal(10**9), "bln": Decimal(10**9), "tn": Decimal(10**12), "trn": Decimal(10**12),
    "lac": Decimal(10**5), "lacs": Decimal(10**5),
}  # fmt: skip
# What other languages write behind digits; no word among them means another number in English.
FOREIGN_SCALES = {
    "mio": 10**6, "mrd": 10**9, "millionen": 10**6, "milliarden": 10**9, "millions": 10**6, "milliards": 10**9, "millones": 10**6,
    "milhões": 10**6, "bilhões": 10**9, "milioni": 10**6, "miliardi": 10**9, "miljoen": 10**6, "miljard": 10**9, "nghìn": 10**3,
    "triệu": 10**6, "tỷ": 10**9, "tỉ": 10**9, "ribu": 10**3, "juta": 10**6, "miliar": 10**9, "triliun": 10**12,
}  # fmt: skip
SCALES |= {word: Decimal(size) for word, size in FOREIGN_SCALES.items()}
MONEY_SCALES = {
    "k": Decimal(1_000),
    "m": Decimal(10**6),
    "b": Decimal(10**9),
    "t": Decimal(10**12),
    "tr": Decimal(10**12),
    "cr": Decimal(10**7),
}
ORDINALS = {
    word: number
    for number, word in enumerate(
        ["first", "second", "third", "fourth", "fifth", "sixth", "seventh", "eighth", "ninth", "tenth", "eleventh", "twelfth", "thirteenth", "fourteenth", "fifteenth", "sixteenth", "seventeenth", "eighteenth", "nineteenth", "twentieth"],
        start=1,
    )
} | {"thirtieth": 30, "fortieth": 40, "fiftieth": 50, "sixtieth": 60, "seventieth": 70, "eightieth": 80,
     "ninetieth": 90, "hundredth": 100, "thousandth": 1_000}  # fmt: skip
FRACTIONS = {
    "half": 2,
    "halves": 2,
    "third": 3,
    "thirds": 3,
    "quarter": 4,
    "quarters": 4,
    "fifth": 5,
    "fifths": 5,
}

_SMALL = "|".join([*UNITS, *TENS])
_SCALE = "hundred|thousand|million|billion|trillion|quadrillion|lakhs?|lacs?|crores?|dozen"
_SHORT = "|".join(
    [
        "mln",
        "mn",
        "mil",
        "bln",
        "bn",
        "bil",
        "trn",
        "tn",
        "tril",
        *sorted(FOREIGN_SCALES, key=lambda word: (-len(word), word)),
    ]
)
# 1,234,567.8; 12,34,567 as India writes; 1 234 567 as southern Africa does; 2,5 in front of a scale; 1234.5
_DIGITS = (
    r"\d{1,3}(?:,\d{3}){1,6}(?!,?\d)(?:\.\d{1,9})?|\d{1,2}(?:,\d{2}){1,6},\d{3}(?!,?\d)(?:\.\d{1,9})?"
    r"|\d{1,3}(?:[\u00a0\u202f]\d{3}){1,6}(?!\d)|\d{1,3}(?: \d{3}){2,6}(?! ?\d)"
    rf"|\d{{1,3}},\d{{1,2}}(?= ?(?:thousand|[mb]illion|trillion|[mb]n|{'|'.join(FOREIGN_SCALES)})\b)"
    r"|\d{1,18}(?:\.\d{1,9})?"
)
# one group behind a space, which other numbers may be too
_ONE_GROUP = re.compile(r"\d{1,3} \d{3}(?! ?[\d/]|[-.,]\d|:)")
_GAP = r"[ \u00a0\u202f-]"

# At most a dozen words, so that a match stays short whatever the text is.
WORDS = re.compile(
    rf"(?:{_SMALL}|an?(?={_GAP}(?:{_SCALE})\b))(?:{_GAP}(?:and )?(?:{_SMALL}|{_SCALE})\b){{0,12}}(?!\w)",
    re.IGNORECASE,
)
DIGITS = re.compile(rf"(?:{_DIGITS})(?![\d])")
SCALE_AFTER = re.compile(rf"{_GAP}?(?:(lakh[ -]crore)|({_SCALE}|{_SHORT})(?:(?<=illion)s)?)\b", re.IGNORECASE)
MONEY_SCALE_AFTER = re.compile(r" ?(tr|cr|[kmbt])\b(?!²)", re.IGNORECASE)
RANGE = re.compile(r"-(?:to|or)-| ?[-–—] ?| (?:to|or) ")
ONE = Decimal(1)
HALF = re.compile(r"half an? (dozen|thousand|million|billion|trillion)\b", re.IGNORECASE)
AND_A_HALF = re.compile(r"[ -]and[ -]a[ -]half\b", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Number:
    """A number or a rising range, where its text ends, and the scale word it had (1 without one)."""

    low: Decimal
    high: Decimal | None
    end: int
    in_digits: bool
    scale: Decimal = ONE

    def value(self) -> str:
        """`1500000`, or `2/3` for a range."""
        return plain(self.low) if self.high is None else f"{plain(self.low)}/{plain(self.high)}"

    def times(self, factor: Decimal, end: int) -> Number:
        """The same number in another scale."""
        high = None if self.high is None else self.high * factor
        return Number(self.low * factor, high, end, self.in_digits, self.scale * factor)


def plain(amount: Decimal) -> str:
    """A decimal without exponent and without zeros at the end."""
    text = format(amount, "f")
    return text.rstrip("0").rstrip(".") if "." in text else text


def from_words(words: str) -> tuple[Decimal, Decimal]:
    """Value and last scale of a number in English words: `two hundred thousand` is 200000, 1000."""
    total, group, scale = Decimal(0), Decimal(0), ONE
    for word in re.split(r"[\s-]+", words.lower()):
        if word in UNITS:
            group += UNITS[word]
        elif word in TENS:
            group += TENS[word]
        elif word in ("a", "an"):
            group += 1
        elif word in ("hundred", "dozen"):
            group = max(group, ONE) * SCALES[word]
        elif word in SCALES:
            scale = SCALES[word]
            total = (total + group) * scale if not total and group else total + max(group, ONE) * scale
            group = Decimal(0)
    return total + group, scale


def read_number(text: str, pos: int, *, money: bool = False) -> Number | None:
    """The one number that starts at `pos`, with its scale word; None if there is none.

    money: also take `m`, `k`, `bn` directly behind the digits.
    """
    if text[pos : pos + 1].isdecimal():
        match = DIGITS.match(text, pos)
        if match is None or not match[0].translate(_GAPS).isascii():
            return None
        if (group := _ONE_GROUP.match(text, pos)) and (money or _is_grouped(text, pos, group.end())):
            match = group
        number = Number(_decimal(match[0]), None, match.end(), in_digits=True)
        return _scaled(text, number, money=money)
    half = HALF.match(text, pos)
    if half is not None:
        scale = SCALES[half[1].lower()]
        return Number(scale / 2, None, half.end(), in_digits=False, scale=scale)
    match = WORDS.match(text, pos)
    if match is None:
        return None
    amount, scale = from_words(match[0])
    number = Number(amount, None, match.end(), in_digits=False, scale=scale)
    more = AND_A_HALF.match(text, number.end)
    if more is None:
        return number
    return _scaled(text, Number(amount + Decimal("0.5"), None, more.end(), in_digits=False), money=False)


_GAPS = str.maketrans({"\u00a0": " ", "\u202f": " "})
_GROUP_BEFORE = re.compile(r"(?:^|[a-z] |\()$")
_GROUP_AFTER = re.compile(r" (?!and\b|or\b|to\b|of\b|in\b|on\b|at\b|am\b|pm\b)[a-z]{3,}")
_COMMA = re.compile(r"\d{1,3},\d{1,2}")


def _is_grouped(text: str, pos: int, end: int) -> bool:
    """`some 1 200 people`, `1 000`; not `May 5 200 people` or `Route 5 100 km`."""
    is_free = _GROUP_BEFORE.search(text[max(0, pos - 2) : pos]) is not None
    return is_free and (text[end - 3] == "0" or _GROUP_AFTER.match(text, end) is not None)


def _decimal(digits: str) -> Decimal:
    """The number that digits with separators mean."""
    if _COMMA.fullmatch(digits):
        return Decimal(digits.replace(",", "."))
    return Decimal(re.sub(r"[,\s]", "", digits))


def _scaled(text: str, number: Number, *, money: bool) -> Number:
    match = SCALE_AFTER.match(text, number.end)
    if match is not None:
        factor = SCALES["lakh"] * SCALES["crore"] if match[1] else SCALES[match[2].lower()]
        return number.times(factor, match.end())
    match = MONEY_SCALE_AFTER.match(text, number.end) if money else None
    return number if match is None else number.times(MONEY_SCALES[match[1].lower()], match.end())


def join_range(low: Number, high: Number) -> Number | None:
    """`2` and `3 million` as the range 2 to 3 million; None if it does not rise."""
    start = low.low
    if low.scale == 1 and high.scale != 1 and start < high.low / high.scale:
        start *= high.scale
    if start >= high.low:
        return None
    return Number(start, high.low, high.end, low.in_digits, high.scale)
