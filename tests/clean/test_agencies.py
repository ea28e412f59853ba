"""Agencies named in credits, and what closes a story."""

import tomllib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tasks.clean.agencies import agency_named, find_sign_off
from tasks.clean.agencies.names import FILE, load_names
from tasks.clean.agencies.places import FILE as PLACES
from tasks.clean.agencies.places import from_geonames


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("Reuters", "Reuters"),
        ("REUTERS", "Reuters"),
        ("(Reuters)", "Reuters"),
        ("By The Associated Press", "AP"),
        ("Source: VNA", "VNA"),
        ("Theo TTXVN", "VNA"),
        ("Thông tấn xã Việt Nam", "VNA"),
        ("TTXVN/Vietnam+", "VNA"),
        ("AFP/Getty Images", "AFP"),
        ("AP and Reuters", "AP"),
        ("dpa/lno", "dpa"),
        ("© Reuters 2021", "Reuters"),
        ("Reuters Staff", "Reuters"),
        ("新华社", "Xinhua"),
        ("共同通信", "Kyodo"),
        ("연합뉴스", "Yonhap"),
        ("РИА Новости", "RIA Novosti"),
        ("وكالة أنباء الشرق الأوسط", "MENA"),
        ("Agência Brasil", "Agência Brasil"),
        ("VOV.VN", "VOV"),
    ],
)
def test_credit_names_its_agency(text, name):
    assert agency_named(text) == name


@pytest.mark.parametrize(
    "text",
    [
        "",
        "Map",
        "app",
        "Apple",
        "Jane Doe, Reuters",
        "Reuters reported that prices rose",
        "The map of AP courses",
        "Getty Images",
        "Nap",
    ],
)
def test_other_text_names_no_agency(text):
    assert agency_named(text) is None


def test_there_are_many_agencies_of_many_countries_and_no_spelling_is_twice():
    stored = tomllib.loads(FILE.read_text(encoding="utf-8"))["agency"]
    spellings = [spelling for agency in stored for spelling in agency["spellings"]]
    assert len(stored) >= 150
    assert len(spellings) == len(set(spellings))
    assert len({agency["country"] for agency in stored}) >= 100
    assert all(agency_named(agency["spellings"][0]) == agency["name"] for agency in stored)


def test_every_asked_agency_has_its_canonical_name():
    asked = [
        "Reuters",
        "AP",
        "AFP",
        "dpa",
        "EFE",
        "ANSA",
        "Xinhua",
        "VNA",
        "Kyodo",
        "Yonhap",
        "PTI",
        "ANI",
        "IANS",
        "Bernama",
        "Antara",
        "TASS",
        "Interfax",
        "Ukrinform",
        "PAP",
        "CTK",
        "MTI",
        "Anadolu",
        "IRNA",
        "SPA",
        "WAM",
        "MENA",
        "APS",
        "MAP",
        "ANP",
        "Belga",
        "TT",
        "NTB",
        "Ritzau",
        "STT",
        "Lusa",
        "Notimex",
        "Télam",
        "NAN",
        "GNA",
        "KNA",
        "SAPA",
        "CNA",
        "PNA",
        "AKP",
        "TNA",
        "UNB",
        "BSS",
        "APP",
    ]
    assert set(asked) | {"RIA Novosti", "Agência Brasil", "Prensa Latina", "Lao KPL"} <= set(
        load_names().countries
    )


def test_stored_places_are_what_geonames_gives():
    assert PLACES.read_text(encoding="utf-8").splitlines() == from_geonames()


@pytest.mark.parametrize(
    ("line", "span", "agency"),
    [
        ("The talks ended. (Reuters)", "(Reuters)", "Reuters"),
        ("The talks ended /VNA/", "/VNA/", "VNA"),
        ("The talks ended. - AFP", "- AFP", "AFP"),
        ("The talks ended. — dpa", "— dpa", "dpa"),
        ("The talks ended – Bernama", "– Bernama", "Bernama"),
        ("The talks ended. VNA/VNP", "VNA/VNP", "VNA"),
        ("Las conversaciones acabaron. EFE", "EFE", "EFE"),
        ("The talks ended (AFP).", "(AFP)", "AFP"),
        ("The talks ended. (AFP/Reuters).", "(AFP/Reuters).", "AFP"),
        ("The talks ended. (END)", "(END)", None),
        ("The talks ended.  ■", "■", None),
        ("The talks ended. -30-", "-30-", None),
        ("The talks ended. ###", "###", None),
        ("Die Gespräche endeten. /abc", "/abc", None),
        ("in force since 1982./.", "/.", None),
        ("The talks ended. ./.", "./.", None),
        ("The talks ended./. (VNA)", "/. (VNA)", "VNA"),
        ("会谈结束。（完）", "（完）", None),
        ("The talks ended. (Harbour Wire)", "(Harbour Wire)", None),
        ("(TTXVN)", "(TTXVN)", "VNA"),
    ],
)
def test_sign_off_at_the_end_of_a_line_is_found(line, span, agency):
    found = find_sign_off(line)
    assert (line[found.start : found.end], found.agency, found.kind) == (span, agency, "end_mark")


@pytest.mark.parametrize(
    ("line", "agency"), [("Theo TTXVN", "VNA"), ("Source: Reuters", "Reuters"), ("(Theo VTV.vn)", None)]
)
def test_source_line_is_a_source_link(line, agency):
    found = find_sign_off(line)
    assert (found.start, found.end, found.agency, found.kind) == (0, len(line), agency, "source_link")


@pytest.mark.parametrize(
    "line",
    [
        "The talks ended.",
        "the Law of the Sea (UNCLOS)",
        "the Code of Conduct in the East Sea (DOC).",
        "He works for AFP",
        "It can be watched on site https://site.com/",
        "They fled to another world. [MP3]",
        "The UN (AP) said so",
        "It was the end",
        "and/or.",
        "See the weekend",
        "",
        "   ",
    ],
)
def test_ordinary_ends_are_no_sign_off(line):
    assert find_sign_off(line) is None


@given(
    st.text(max_size=120)
    | st.lists(st.sampled_from(["(", ")", "/", "VNA", ".", "-", " ", "END", "a"]), max_size=30).map("".join)
)
def test_span_is_the_end_of_the_line_and_nothing_raises(line):
    agency_named(line)
    if found := find_sign_off(line):
        assert 0 <= found.start < found.end <= len(line)
        assert line[found.end :].strip() in ("", ".")


@pytest.mark.parametrize("unit", ["(", "/", "- ", ". ", "./.", "(a) ", "VNA/", "Theo "])
def test_hostile_lines_end(unit):
    find_sign_off(unit * 100_000)
    agency_named(unit * 100_000)
