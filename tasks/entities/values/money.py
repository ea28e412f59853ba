"""Amounts of money: symbol, code or name of the currency, before or behind the number.

The value is the plain decimal amount and the ISO 4217 code: `133650000000 USD`. Where only a family is
named (`pesos`, `crowns`) the countries the text speaks of decide; if they do not, the code is `XXX`.
"""

from __future__ import annotations

import re
import tomllib
from collections import Counter
from collections.abc import Mapping
from decimal import Decimal
from functools import lru_cache
from pathlib import Path
from typing import Any

from tasks.entities.values.numbers import RANGE, Number, join_range, read_number


def _read(path: Path) -> dict[str, Any]:  # Any: what TOML holds
    return tomllib.loads(path.read_text(encoding="utf-8"))


TABLE = Path(__file__).with_name("currencies.toml")
_TABLE = _read(TABLE)
CODES: frozenset[str] = frozenset(_TABLE["codes"])
SYMBOLS: Mapping[str, str] = _TABLE["symbol"]
DOLLARS: Mapping[str, str] = _TABLE["dollar"]
PREFIXES: Mapping[str, str] = _TABLE["prefix"]
CODE_ALIASES: Mapping[str, str] = _TABLE["alias"]
NAMES: Mapping[str, str] = _TABLE["name"]
FAMILIES: Mapping[str, Mapping[str, str]] = _TABLE["family"]
_FAMILY_OF: Mapping[str, str] = _TABLE["family_of"]
_CENTS: Mapping[str, str] = _TABLE["cent"]
_LEAST: Mapping[str, int] = _TABLE["least"]
_PREFIX_FAMILY: Mapping[str, str] = _TABLE["prefix_family"]

# letters and short words that stand before other numbers too
_LETTERS = frozenset(
    {"R", "N", "K", "P", "B", "Q", "Br", "Le", "Ar", "BD", "RO", "Nu", "MK", "Kz", "MT", "Mt", "VT", "Vt", "B/", "Bt", "TL", "Ks", "Rf"}
)  # fmt: skip
# currencies of countries that write 150.000 for 150,000
_DOTTED = frozenset({"IDR", "VND"})
_DOLLAR_PREFIX = "|".join(sorted((re.escape(p) for p in DOLLARS), key=lambda p: (-len(p), p)))
_OTHER_PREFIX = "|".join(sorted({re.escape(p) for p in PREFIXES} | CODES, key=lambda p: (-len(p), p)))
_SYMBOL = "[" + "".join(SYMBOLS) + "]"
BEFORE = re.compile(
    rf"(?:(?P<dollars>{_DOLLAR_PREFIX})\$|(?P<apart>US|U\.S\.|USD|CAD|AUD|NZD|HKD|SGD) \$|(?P<symbol>(?:CN|RMB)?{_SYMBOL})|(?P<code>{_OTHER_PREFIX})(?=[ \u00a0\d]))[ \u00a0]?(?=\d)"
)
_STEMS = sorted({stem for family in FAMILIES.values() for stem in family}, key=lambda s: (-len(s), s))
_NAME = "|".join(
    sorted((f"{name}s?" if not name.endswith("s") else name for name in NAMES), key=lambda n: (-len(n), n))
)
AFTER_NAME = re.compile(
    rf"[ \u00a0-](?:(?P<stem>{'|'.join(re.escape(s) for s in _STEMS)})(?P<rest>[a-z]{{0,6}}) )?(?P<name>{_NAME})\b(?P<sterling> sterling\b)?"
)
AFTER_CODE = re.compile(
    rf"[ \u00a0]?(?:(?P<code>{'|'.join(sorted(CODES | set(CODE_ALIASES)))})\b(?! francs?\b)|(?P<symbol>US\$|[€₫£₽₺₴₸₪]))"
)
AFTER_CENTS = re.compile(
    rf"[ \u00a0-](?:(?P<stem>US|U\.S\.|euro|{'|'.join(re.escape(s) for s in _STEMS)})(?:[a-z]{{0,6}}) )?(?P<cent>cents?|pence|sen|paise)\b|(?P<p>p)\b(?!\.)"
)
_NEAR_CHARS = 100  # a sentence back
REPEATED = re.compile(r"[ \u00a0](?:US dollars?|U\.S\. dollars?|USD|dollars?)\b", re.IGNORECASE)
OTHER_DOLLARS = re.compile(
    r"[ \u00a0](?:(?P<code>CAD|AUD|NZD|HKD|SGD|TWD|NAD|FJD|JMD|TTD|BBD)\b|\(?(?P<stem>Canadian|Australian|Singaporean)\b(?! [a-z]*s\b)\)?)"
)


def money_before(text: str, pos: int) -> tuple[int, str] | None:
    """End and value of an amount whose currency stands at `pos`: `$2.5 billion`, `Rs 500 crore`, `RM5m`."""
    sign = BEFORE.match(text, pos)
    if sign is None:
        return None
    number = read_number(text, sign.end(), money=True)
    if number is None:
        return None
    code = _code_of_sign(sign, text)
    if sign[0] == "COP" and _SUMMIT.match(text, pos):
        return None
    if sign["code"] in _LETTERS and not _is_money(sign, number, text):
        return None
    if code in _DOTTED and number.scale == 1 and (match := _ONE_DOT.match(text, sign.end())):
        number = Number(Decimal(match[0].replace(".", "")), None, match.end(), in_digits=True)
    number = _upper_end(text, number, sign)
    end = number.end
    if sign[0].strip() == "$" and (other := OTHER_DOLLARS.match(text, end)):
        return other.end(), f"{number.value()} {other['code'] or FAMILIES['dollar'][_stem_of(other['stem'])]}"
    repeated = REPEATED.match(text, end) if code.endswith("D") else None
    return (repeated.end() if repeated else end), f"{number.value()} {code}"


_SUMMIT = re.compile(r"COP[1-9]\d(?![\d,.]*\d)")  # COP28 is a conference
_ONE_DOT = re.compile(r"\d{1,3}(?:\.\d{3})+(?![\d.,]*\d)")


def _stem_of(word: str) -> str:
    return next(stem for stem in FAMILIES["dollar"] if word.startswith(stem))


def _is_money(sign: re.Match[str], number: Number, text: str) -> bool:
    """Not `R 5`, `P 7`, `N53`: a letter and a number; with the country named, or with cents, small sums count too."""
    family = _PREFIX_FAMILY.get(sign["code"])
    is_large, is_apart = number.scale >= 1_000, sign[0][-1] in " \u00a0"
    if is_apart:
        return is_large and (len(sign["code"]) > 1 or bool(family and _named_currency(family, text)))
    has_cents = sign["code"] == "R" and text[number.end - 3 : number.end - 2] == "."
    return is_large or has_cents or number.low >= 100 or bool(family and _named_currency(family, text))


def _code_of_sign(sign: re.Match[str], text: str) -> str:
    if sign["dollars"] or sign["apart"]:
        return DOLLARS[sign["dollars"] or sign["apart"]]
    if sign["code"]:
        code = PREFIXES.get(sign["code"], sign["code"])
        family = _PREFIX_FAMILY.get(sign["code"])
        return _by_country(family, text, sign.start(), default=code) if family else code
    if len(sign["symbol"]) > 1:
        return "CNY"
    if sign["symbol"] in "¥￥" and _speaks_of(r"\b(?:yuan|RMB|renminbi)\b", text):
        return "CNY"
    return SYMBOLS[sign["symbol"]]


# "rose from $2 billion to $3 billion" are two amounts, "anywhere from $2 billion to $3 billion" is a range
_CHANGED_FROM = re.compile(
    r"\b(?:rose|ris(?:es?|en|ing)|fell|fall(?:s|en|ing)?|gr[eo]w(?:s|n|th|ing)?|up|down|jump\w*|climb\w*|drop\w*|slip\w*|surg\w*|soar\w*|"
    r"plung\w*|increas\w*|decreas\w*|declin\w*|rais\w*|lower\w*|reduc\w*|cut|hike\w*|widen\w*|narrow\w*|doubl\w*|tripl\w*|swell\w*|"
    r"shrank|shrunk|shrink\w*|slash\w*|chang\w*|improv\w*|w[eo]nt|revis\w*)\b[^.;\n]{0,45}\bfrom $",
    re.IGNORECASE,
)


def _upper_end(text: str, low: Number, sign: re.Match[str]) -> Number:
    """`$2-3 billion`, `$2 billion to $3 billion`; the lower number alone if there is no range."""
    step = RANGE.match(text, low.end)
    if step is None:
        return low
    again = BEFORE.match(text, step.end())
    is_change = _CHANGED_FROM.search(text, max(0, sign.start() - 60), sign.start()) or (
        step[0] == " to " and text.endswith(" by ", 0, sign.start())  # "raised petrol by Rs8 to Rs266"
    )
    if again is not None and is_change:
        return low
    if (
        again is None
        and step[0] in (" or ", " to ")
        and low.scale == 1
        and not text[step.end() : step.end() + 1].isdecimal()
    ):
        return low
    if again is not None and again[0].strip() != sign[0].strip():
        return low
    high = read_number(text, again.end() if again else step.end(), money=True)
    if high is None:
        return low
    return join_range(low, high) or low


def money_after(text: str, number: Number) -> tuple[int, str] | None:
    """End and value of an amount whose currency stands behind the number: `20 million CNY`, `500 rupees`."""
    if match := AFTER_CODE.match(text, number.end):
        return match.end(), f"{number.value()} {_code_behind(match, text)}"
    match = AFTER_CENTS.match(text, number.end)
    if match and (
        not match["p"] or (number.in_digits and _speaks_of("£|\\b(?:London|British|Britain|UK)\\b", text))
    ):
        share = Number(
            number.low / 100,
            None if number.high is None else number.high / 100,
            match.end(),
            number.in_digits,
        )
        return match.end(), f"{share.value()} {_code_of_cents(match)}"
    match = AFTER_NAME.match(text, number.end)
    if match is None:
        return None
    name = match["name"] if match["name"] in NAMES else match["name"].removesuffix("s")
    if not match["stem"] and not match["sterling"] and _is_doubtful(name, number, text, match.end()):
        return None
    return match.end(), f"{number.value()} {_code_of_name(match, name, text)}"


def _code_behind(match: re.Match[str], text: str) -> str:
    if match["symbol"]:
        return "USD" if match["symbol"] == "US$" else SYMBOLS[match["symbol"]]
    code = CODE_ALIASES.get(match["code"], match["code"])
    family = _PREFIX_FAMILY.get(match["code"])
    return _by_country(family, text, match.start(), default=code) if family else code


def _code_of_cents(match: re.Match[str]) -> str:
    if match["p"]:
        return "GBP"
    if match["stem"] == "euro":
        return "EUR"
    return FAMILIES["dollar"].get(match["stem"] or "") or _CENTS.get(match["cent"], "USD")


def _is_doubtful(name: str, number: Number, text: str, end: int) -> bool:
    least = _LEAST.get(name)
    if least is None or number.scale >= 1_000:
        return False
    if name == "pound" and _speaks_of("£|sterling", text) and not text.startswith(" of ", end):
        return False
    return number.low < least


def _code_of_name(match: re.Match[str], name: str, text: str) -> str:
    family = _FAMILY_OF.get(name, name)
    if match["stem"] == "CFA":
        return _by_country("CFA", text, match.start(), default="XOF")
    if match["stem"]:
        return FAMILIES.get(family, {}).get(match["stem"]) or NAMES[name] or "XXX"
    if name == "dollar":
        return "USD"
    return _by_country(family, text, match.start(), default=NAMES[name])


def _by_country(family: str, text: str, pos: int, *, default: str) -> str:
    """The currency of the family whose countries the text names most; of several alike, the one named last before `pos`."""
    return _named_currency(family, text) or _currency_before(family, text, pos) or default or "XXX"


def _currency_before(family: str, text: str, pos: int) -> str:
    near = text[max(0, pos - _NEAR_CHARS) : pos]
    places = [(near.rfind(stem), code) for stem, code in FAMILIES.get(family, {}).items() if stem in near]
    return max(places)[1] if places else ""


@lru_cache(maxsize=8)  # one text has many amounts; reading it again for each would be quadratic
def _named_currency(family: str, text: str) -> str:
    often: Counter[str] = Counter()
    for stem, code in FAMILIES.get(family, {}).items():
        often[code] += text.count(stem)
    (first, most), *others = [*often.most_common(2), ("", 0)]
    return first if most and (not others or others[0][1] < most) else ""


@lru_cache(maxsize=8)
def _speaks_of(words: str, text: str) -> bool:
    return re.search(words, text) is not None
