"""Amounts of money: symbol, code or name of the currency, before or behind the number.

The value is the plain decimal amount and the ISO 4217 code: `133650000000 USD`. Where only a family is
named (`pesos`, `crowns`) the countries the text speaks of decide; if they do not, the code is `XXX`.
"""

from __future__ import annotations

import re
from collections.abc import Mapping

from tasks.entities.values_numbers import RANGE, Number, join_range, read_number

SYMBOLS = {
    "$": "USD", "€": "EUR", "£": "GBP", "¥": "JPY", "￥": "JPY", "₹": "INR", "₩": "KRW", "₫": "VND", "₦": "NGN", "₱": "PHP", "฿": "THB",
    "₺": "TRY", "₽": "RUB", "₴": "UAH", "₪": "ILS", "₵": "GHS", "₡": "CRC", "₲": "PYG", "₸": "KZT", "៛": "KHR", "₭": "LAK",
}  # fmt: skip
DOLLARS = {
    "US": "USD", "U.S.": "USD", "USD": "USD", "A": "AUD", "AU": "AUD", "AUD": "AUD", "C": "CAD", "CA": "CAD", "CAD": "CAD", "HK": "HKD",
    "S": "SGD", "SG": "SGD", "NT": "TWD", "NZ": "NZD", "R": "BRL", "Z": "ZWL", "J": "JMD", "TT": "TTD", "MX": "MXN", "EC": "XCD", "FJ": "FJD",
    "N": "NAD", "B": "BND", "M": "MXN", "CN": "CNY", "RD": "DOP", "CLP": "CLP",
}  # fmt: skip
# Codes that stand before a number without a space or with one: `RM5 million`, `Rp 3 trillion`, `Rs 500 crore`.
PREFIXES = {
    "RM": "MYR", "Rp": "IDR", "Rs": "INR", "Rs.": "INR", "Re": "INR", "VND": "VND", "VNĐ": "VND", "RMB": "CNY", "CHF": "CHF", "R": "ZAR", "Tk": "BDT",
    "Ksh": "KES", "KSh": "KES", "Sh": "KES", "USh": "UGX", "TSh": "TZS", "GHC": "GHS", "Bs": "BOB", "kr": "SEK", "SFr": "CHF", "Dh": "AED",
    "Dhs": "AED", "SR": "SAR", "KD": "KWD", "LE": "EGP", "PhP": "PHP", "P": "PHP", "N": "NGN", "K": "ZMW", "B": "THB", "QR": "QAR",
}  # fmt: skip
CODES = frozenset(
    [
        "AED",
        "AFN",
        "ALL",
        "AMD",
        "ANG",
        "AOA",
        "ARS",
        "AUD",
        "AWG",
        "AZN",
        "BAM",
        "BBD",
        "BDT",
        "BGN",
        "BHD",
        "BIF",
        "BMD",
        "BND",
        "BOB",
        "BRL",
        "BSD",
        "BTN",
        "BWP",
        "BYN",
        "BZD",
        "CAD",
        "CDF",
        "CHF",
        "CLP",
        "CNY",
        "COP",
        "CRC",
        "CUP",
        "CVE",
        "CZK",
        "DJF",
        "DKK",
        "DOP",
        "DZD",
        "EGP",
        "ERN",
        "ETB",
        "EUR",
        "FJD",
        "GBP",
        "GEL",
        "GHS",
        "GIP",
        "GMD",
        "GNF",
        "GTQ",
        "GYD",
        "HKD",
        "HNL",
        "HTG",
        "HUF",
        "IDR",
        "ILS",
        "INR",
        "IQD",
        "IRR",
        "ISK",
        "JMD",
        "JOD",
        "JPY",
        "KES",
        "KGS",
        "KHR",
        "KMF",
        "KPW",
        "KRW",
        "KWD",
        "KYD",
        "KZT",
        "LAK",
        "LBP",
        "LKR",
        "LRD",
        "LSL",
        "LYD",
        "MAD",
        "MDL",
        "MGA",
        "MKD",
        "MMK",
        "MNT",
        "MOP",
        "MRU",
        "MUR",
        "MVR",
        "MWK",
        "MXN",
        "MYR",
        "MZN",
        "NAD",
        "NGN",
        "NIO",
        "NOK",
        "NPR",
        "NZD",
        "OMR",
        "PAB",
        "PEN",
        "PGK",
        "PHP",
        "PKR",
        "PLN",
        "PYG",
        "QAR",
        "RON",
        "RSD",
        "RUB",
        "RWF",
        "SAR",
        "SBD",
        "SCR",
        "SDG",
        "SEK",
        "SGD",
        "SLE",
        "SOS",
        "SRD",
        "SSP",
        "STN",
        "SYP",
        "SZL",
        "THB",
        "TJS",
        "TMT",
        "TND",
        "TRY",
        "TTD",
        "TWD",
        "TZS",
        "UAH",
        "UGX",
        "USD",
        "UYU",
        "UZS",
        "VES",
        "VND",
        "VUV",
        "WST",
        "XAF",
        "XCD",
        "XOF",
        "XPF",
        "YER",
        "ZAR",
        "ZMW",
        "ZWL",
    ]
)
CODE_ALIASES = {
    "RMB": "CNY",
    "VNĐ": "VND",
    "CNH": "CNY",
    "NTD": "TWD",
    "MYR": "MYR",
    "RM": "MYR",
    "Rs": "INR",
    "EURO": "EUR",
    "Tk": "BDT",
}
NAMES = {
    "dollar": "USD", "euro": "EUR", "yen": "JPY", "yuan": "CNY", "renminbi": "CNY", "won": "KRW", "baht": "THB", "ringgit": "MYR", "rupiah": "IDR",
    "dong": "VND", "dongs": "VND", "đồng": "VND", "taka": "BDT", "kip": "LAK", "riel": "KHR", "kyat": "MMK", "rand": "ZAR", "naira": "NGN", "cedi": "GHS",
    "birr": "ETB", "rouble": "RUB", "ruble": "RUB", "hryvnia": "UAH", "hryvnias": "UAH", "zloty": "PLN", "zlotys": "PLN", "forint": "HUF", "shekel": "ILS",
    "real": "BRL", "reais": "BRL", "tenge": "KZT", "afghani": "AFN", "bolivar": "VES", "guarani": "PYG", "kwanza": "AOA", "kwacha": "ZMW",
    "tugrik": "MNT", "pula": "BWP", "quetzal": "GTQ", "lempira": "HNL", "ngultrum": "BTN", "sol": "PEN", "soles": "PEN", "dirham": "AED",
    "riyal": "SAR", "rial": "IRR", "lira": "TRY", "lire": "ITL", "peso": "", "rupee": "INR", "franc": "CHF", "crown": "", "krona": "SEK",
    "kronor": "SEK", "kronur": "ISK", "krone": "", "kroner": "", "koruna": "CZK", "dinar": "", "shilling": "", "pound": "GBP", "sterling": "GBP",
    "leu": "RON", "lei": "RON", "lev": "BGN", "leva": "BGN", "lari": "GEL", "dram": "AMD", "manat": "AZN", "pataca": "MOP", "kina": "PGK", "metical": "MZN",
}  # fmt: skip
# Nationality or country stem -> code, by family; the first letters are enough to recognise both.
FAMILIES: Mapping[str, Mapping[str, str]] = {
    "dollar": {"US": "USD", "U.S.": "USD", "American": "USD", "Australia": "AUD", "Canad": "CAD", "Hong Kong": "HKD", "Singapore": "SGD", "Taiwan": "TWD",
               "New Taiwan": "TWD", "New Zealand": "NZD", "Jamaica": "JMD", "Zimbabwe": "ZWL", "Namibia": "NAD", "Fiji": "FJD", "Brunei": "BND", "Trinidad": "TTD",
               "Barbad": "BBD", "Guyan": "GYD", "Liberia": "LRD"},
    "peso": {"Mexic": "MXN", "Philippin": "PHP", "Argentin": "ARS", "Chile": "CLP", "Colombia": "COP", "Uruguay": "UYU", "Cuba": "CUP", "Dominican": "DOP",
             "Manila": "PHP", "Buenos Aires": "ARS", "Bogot": "COP"},
    "rupee": {"Pakistan": "PKR", "Sri Lanka": "LKR", "Nepal": "NPR", "Maurit": "MUR", "Seychell": "SCR", "India": "INR"},
    "franc": {"Swiss": "CHF", "Switzerland": "CHF", "CFA": "XOF", "Congo": "CDF", "Rwanda": "RWF", "Burundi": "BIF", "Guinea": "GNF", "Djibouti": "DJF",
              "Senegal": "XOF", "Ivory Coast": "XOF", "Ivorian": "XOF", "Mali": "XOF", "Cameroon": "XAF", "Gabon": "XAF", "French": "FRF"},
    "crown": {"Swed": "SEK", "Norw": "NOK", "Danish": "DKK", "Denmark": "DKK", "Czech": "CZK", "Iceland": "ISK"},
    "dinar": {"Kuwait": "KWD", "Iraq": "IQD", "Jordan": "JOD", "Algeria": "DZD", "Serbia": "RSD", "Libya": "LYD", "Tunisia": "TND", "Bahrain": "BHD"},
    "shilling": {"Kenya": "KES", "Uganda": "UGX", "Tanzania": "TZS", "Somali": "SOS"},
    "pound": {"Egypt": "EGP", "Leban": "LBP", "Sudan": "SDG", "South Sudan": "SSP", "Syria": "SYP", "British": "GBP", "sterling": "GBP"},
    "dirham": {"Moroc": "MAD", "UAE": "AED", "Emirati": "AED"},
    "riyal": {"Qatar": "QAR", "Saudi": "SAR", "Yemen": "YER", "Iran": "IRR"},
    "rial": {"Iran": "IRR", "Oman": "OMR", "Yemen": "YER"},
    "won": {"North Korea": "KPW", "South Korea": "KRW", "Korea": "KRW"},
    "lira": {"Turk": "TRY", "Ital": "ITL", "Leban": "LBP", "Syria": "SYP"},
    "real": {"Brazil": "BRL"}, "leu": {"Moldova": "MDL", "Romania": "RON"}, "kwacha": {"Malawi": "MWK", "Zambia": "ZMW"},
}  # fmt: skip
_FAMILY_OF = {
    "krone": "crown",
    "kroner": "crown",
    "koruna": "crown",
    "krona": "crown",
    "kronor": "crown",
    "soles": "sol",
    "reais": "real",
    "lei": "leu",
}

_DOLLAR_PREFIX = "|".join(sorted((re.escape(p) for p in DOLLARS), key=lambda p: (-len(p), p)))
_OTHER_PREFIX = "|".join(sorted({re.escape(p) for p in PREFIXES} | CODES, key=lambda p: (-len(p), p)))
_SYMBOL = "[" + "".join(SYMBOLS) + "]"
BEFORE = re.compile(
    rf"(?:(?P<dollars>{_DOLLAR_PREFIX})\$|(?P<symbol>(?:CN|RMB)?{_SYMBOL})|(?P<code>{_OTHER_PREFIX})(?=[ \u00a0\d]))[ \u00a0]?(?=\d)"
)
_STEMS = sorted({stem for family in FAMILIES.values() for stem in family}, key=lambda s: (-len(s), s))
_NAME = "|".join(
    sorted((f"{name}s?" if not name.endswith("s") else name for name in NAMES), key=lambda n: (-len(n), n))
)
AFTER_NAME = re.compile(
    rf"[ \u00a0-](?:(?P<stem>{'|'.join(re.escape(s) for s in _STEMS)})(?P<rest>[a-z]{{0,6}}) )?(?P<name>{_NAME})\b(?P<sterling> sterling\b)?"
)
AFTER_CODE = re.compile(
    rf"[ \u00a0]?(?:(?P<code>{'|'.join(sorted(CODES | set(CODE_ALIASES)))})\b|(?P<symbol>US\$|[€₫£₽₺₴₸₪]))"
)
AFTER_CENTS = re.compile(r"[ \u00a0-](?P<cent>cents?|pence|sen|paise)\b")
REPEATED = re.compile(r"[ \u00a0](?:US dollars?|U\.S\. dollars?|USD|dollars?)\b", re.IGNORECASE)
_CENTS = {"pence": "GBP", "sen": "MYR", "paise": "INR"}
# Round steps: "won", "pound" and "real" are words too; they are money only behind a scale or a big number.
_DOUBTFUL = {
    "won": 100,
    "pound": 1_000,
    "real": 1_000,
    "sol": 1_000,
    "rand": 10,
    "crown": 100,
    "lev": 100,
    "kip": 100,
    "franc": 2,
    "dram": 100,
    "dong": 100,
}


def money_before(text: str, pos: int) -> tuple[int, str] | None:
    """End and value of an amount whose currency stands at `pos`: `$2.5 billion`, `Rs 500 crore`, `RM5m`."""
    sign = BEFORE.match(text, pos)
    if sign is None:
        return None
    number = read_number(text, sign.end(), money=True)
    if number is None:
        return None
    code = _code_of_sign(sign, text)
    if sign["code"] in ("R", "N", "K", "P", "B") and (sign[0].endswith(" ") or number.low < 10):
        return None  # "R 5", "P 7", "B2": a letter and a number, not rand, pesos or baht
    number = _upper_end(text, number, sign)
    end = number.end
    repeated = REPEATED.match(text, end) if code.endswith("D") else None
    return (repeated.end() if repeated else end), f"{number.value()} {code}"


def _code_of_sign(sign: re.Match[str], text: str) -> str:
    if sign["dollars"]:
        return DOLLARS[sign["dollars"]]
    if sign["code"]:
        code = PREFIXES.get(sign["code"], sign["code"])
        return _by_country("rupee", text, default="INR") if sign["code"] in ("Rs", "Rs.", "Re") else code
    if len(sign["symbol"]) > 1:
        return "CNY"
    if sign["symbol"] in "¥￥" and re.search(r"\b(?:yuan|RMB|renminbi)\b", text):
        return "CNY"
    return SYMBOLS[sign["symbol"]]


def _upper_end(text: str, low: Number, sign: re.Match[str]) -> Number:
    """`$2-3 billion`, `$2 billion to $3 billion`; the lower number alone if there is no range."""
    step = RANGE.match(text, low.end)
    if step is None:
        return low
    again = BEFORE.match(text, step.end())
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
        if match["symbol"]:
            return (
                match.end(),
                f"{number.value()} {'USD' if match['symbol'] == 'US$' else SYMBOLS[match['symbol']]}",
            )
        return match.end(), f"{number.value()} {CODE_ALIASES.get(match['code'], match['code'])}"
    if match := AFTER_CENTS.match(text, number.end):
        share = Number(
            number.low / 100,
            None if number.high is None else number.high / 100,
            match.end(),
            number.in_digits,
        )
        return match.end(), f"{share.value()} {_CENTS.get(match['cent'], 'USD')}"
    match = AFTER_NAME.match(text, number.end)
    if match is None:
        return None
    name = match["name"] if match["name"] in NAMES else match["name"].removesuffix("s")
    if not match["stem"] and not match["sterling"] and _is_doubtful(name, number, text, match.end()):
        return None
    return match.end(), f"{number.value()} {_code_of_name(match, name, text)}"


def _is_doubtful(name: str, number: Number, text: str, end: int) -> bool:
    least = _DOUBTFUL.get(name)
    if least is None or number.scale >= 1_000:
        return False
    if name == "pound" and ("£" in text or "sterling" in text) and not text.startswith(" of ", end):
        return False
    return number.low < least


def _code_of_name(match: re.Match[str], name: str, text: str) -> str:
    family = _FAMILY_OF.get(name, name)
    if match["stem"]:
        return FAMILIES.get(family, {}).get(match["stem"]) or NAMES[name] or "XXX"
    if name == "dollar":
        return "USD"
    return _by_country(family, text, default=NAMES[name])


def _by_country(family: str, text: str, *, default: str) -> str:
    """The one currency of the family whose country the text names; the default if none or several."""
    named = {code for stem, code in FAMILIES.get(family, {}).items() if stem in text}
    if len(named) == 1:
        return named.pop()
    return default or "XXX"
