"""Names of months and weekdays in the languages of the news.

`dates/names.json` is made from CLDR by `python -m tasks.clean.dates.names` (babel is the source); reading
the file takes 2 ms where babel's own import takes 40. What CLDR lacks and newsrooms write is in `_ALSO`.
"""

from __future__ import annotations

import json
import re
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

FILE = Path(__file__).with_name("names.json")

# Order decides a name that means two months ("listopad" is October in Croatian, November in Czech and
# Polish) when the language is not known: languages with more news first.
LANGUAGES = [
    "en",
    "es",
    "fr",
    "de",
    "pt",
    "it",
    "nl",
    "pl",
    "ru",
    "vi",
    "id",
    "ms",
    "tr",
    "cs",
    "sv",
    "da",
    "nb",
    "fi",
    "uk",
    "el",
    "hu",
    "ro",
    "bg",
    "sr",
    "sr_Latn",
    "hr",
    "sk",
    "sl",
    "lt",
    "lv",
    "et",
    "ca",
    "eu",
    "gl",
    "is",
    "ga",
    "sq",
    "mk",
    "bs",
    "be",
    "ka",
    "hy",
    "az",
    "kk",
    "uz",
    "ky",
    "mn",
    "he",
    "ar",
    "fa",
    "ur",
    "ps",
    "hi",
    "bn",
    "mr",
    "ne",
    "ta",
    "te",
    "ml",
    "kn",
    "gu",
    "pa",
    "or",
    "si",
    "th",
    "lo",
    "my",
    "km",
    "fil",
    "sw",
    "af",
    "zu",
    "xh",
    "am",
    "so",
    "ha",
    "yo",
    "ig",
    "ja",
    "ko",
    "zh",
]

# Spellings newsrooms use and CLDR does not have: English four-letter forms, Vietnamese months in words,
# Levantine and Maghreb months, Hebrew and Czech cases, Lithuanian and Latvian cases.
_ALSO: dict[str, dict[int, str]] = {
    "en": {6: "june", 7: "july", 9: "sept", 3: "march", 4: "april"},
    "vi": {1: "tháng giêng", 2: "tháng hai", 3: "tháng ba", 4: "tháng tư", 5: "tháng năm", 6: "tháng sáu",
           7: "tháng bảy", 8: "tháng tám", 9: "tháng chín", 10: "tháng mười", 11: "tháng mười một",
           12: "tháng chạp|tháng mười hai"},
    "ar": {1: "كانون الثاني|جانفي", 2: "شباط|فيفري", 3: "آذار", 4: "نيسان|أفريل|ابريل", 5: "أيار|ماي",
           6: "حزيران|جوان", 7: "تموز|جويلية|يوليوز", 8: "آب|أوت|غشت|اغسطس", 9: "أيلول|شتنبر",
           10: "تشرين الأول|اكتوبر", 11: "تشرين الثاني|نونبر", 12: "كانون الأول|دجنبر"},
    "de": {1: "jänner", 2: "feber|febr", 9: "sept", 3: "maerz|mrz"},
    "es": {9: "setiembre|sept|set", 1: "ene", 4: "abr", 8: "ago", 12: "dic"},
    "fr": {2: "fév", 7: "juill", 9: "sept"},
    "pt": {3: "mar", 5: "mai", 9: "set", 10: "out", 12: "dez"},
    "it": {9: "sett", 6: "giu", 7: "lug"},
    "ru": {5: "май|мая", 9: "сент", 11: "нояб", 2: "февр"},
    "tr": {8: "ağu", 10: "eki", 11: "kas", 12: "ara"},
    "id": {8: "agustus|agu|agt", 11: "nopember", 5: "mei", 2: "pebruari"},
    "ms": {3: "mac", 8: "ogos", 7: "julai", 12: "disember", 10: "oktober"},
    "lt": {1: "sausio", 2: "vasario", 3: "kovo", 4: "balandžio", 5: "gegužės", 6: "birželio", 7: "liepos",
           8: "rugpjūčio", 9: "rugsėjo", 10: "spalio", 11: "lapkričio", 12: "gruodžio"},
    "fil": {1: "enero", 2: "pebrero", 3: "marso", 4: "abril", 5: "mayo", 6: "hunyo", 7: "hulyo", 8: "agosto",
            9: "setyembre", 10: "oktubre", 11: "nobyembre", 12: "disyembre"},
    "hi": {1: "जन", 2: "फर|फरवरी", 9: "सितंबर|सितम्बर", 11: "नवंबर|नवम्बर", 12: "दिसंबर|दिसम्बर", 7: "जुलाई", 8: "अगस्त"},
    "he": {3: "מרס|מארס"},
}  # fmt: skip

_ACCENTS = re.compile("[.\u0300-\u036f\u064b-\u065f\u0670]+")  # Latin, Greek, Cyrillic; Arabic
_PLACED = ["ל", "ב", "מ"]  # Hebrew prefixes a month with a letter: "17 באפריל"


@dataclass(frozen=True, slots=True)
class Names:
    """Folded names: month name -> {language: 1..12}, and the weekdays' names."""

    months: Mapping[str, Mapping[str, int]]
    days: frozenset[str]

    def month(self, word: str, language: str | None) -> int | None:
        """The month that `word` names, 1..12, or None. `language` decides where languages differ."""
        found = self.months.get(fold_name(word))
        if not found:
            return None
        return found.get(language or "") or next(iter(found.values()))

    def is_day(self, word: str) -> bool:
        """Whether `word` names a day of the week, in any language."""
        return fold_name(word) in self.days


def fold_name(word: str) -> str:
    """A name without case, accents and inner dots: the key of the tables.

    Vowel signs of Thai and the scripts of India stay: without them January and March are one word in Thai.
    """
    if word.isascii():
        return word.lower().replace(".", "")
    plain = unicodedata.normalize("NFKD", word.casefold())
    return _ACCENTS.sub("", plain).replace("ı", "i")


@lru_cache(maxsize=1)
def load_names() -> Names:
    """The tables of `dates/names.json`, read once."""
    stored: dict[str, dict[str, dict[str, int]] | list[str]] = json.loads(FILE.read_text(encoding="utf-8"))
    months, days = stored["months"], stored["days"]
    assert isinstance(months, dict)  # noqa: S101  the file is ours; this is for mypy
    return Names(months, frozenset(days))


def _add(months: dict[str, dict[str, int]], name: str, language: str, month: int) -> None:
    key = " ".join(fold_name(name).split())
    key = key.removeprefix("de ")  # Catalan CLDR has "de gener"
    if len(key) > 1 and not any(c.isdigit() for c in key):
        months.setdefault(key, {}).setdefault(language, month)


def from_cldr() -> dict[str, object]:
    """The content of `dates/names.json`: months and weekdays, from babel's CLDR and from `_ALSO`."""
    from babel import Locale  # noqa: PLC0415  40 ms, and only the person who makes the file pays it

    months: dict[str, dict[str, int]] = {}
    days: set[str] = set()
    for code in LANGUAGES:
        locale, language = Locale.parse(code), {"nb": "no", "sr_Latn": "sr"}.get(code, code)
        for form in ("format", "stand-alone"):
            for width in ("wide", "abbreviated"):
                for month, name in sorted(locale.months[form][width].items()):
                    _add(months, name, language, month)
                    if language == "he":
                        for prefix in _PLACED:
                            _add(months, prefix + name, language, month)
                days |= {fold_name(name) for name in locale.days[form][width].values() if len(name) > 1}
        for month, names in _ALSO.get(code, {}).items():
            for name in names.split("|"):
                _add(months, name, language, month)
    return {"months": dict(sorted(months.items())), "days": sorted(days)}


if __name__ == "__main__":
    FILE.write_text(json.dumps(from_cldr(), ensure_ascii=False, indent=0) + "\n", encoding="utf-8")
