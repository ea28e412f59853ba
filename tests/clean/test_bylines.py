"""Bylines in lines, and authors as metadata gives them. The names are invented."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tasks.clean.bylines import clean_authors, find_byline


@pytest.mark.parametrize(
    ("line", "authors", "agency"),
    [
        ("By Jane Doe and John Roe", ("Jane Doe", "John Roe"), None),
        ("BY JANE VAN DYKE", ("Jane van Dyke",), None),
        ("By Dr. Jane O'Neill", ("Jane O'Neill",), None),
        ("By J. K. Marlowe | April 17, 2021", ("J. K. Marlowe",), None),
        ("By Jane Doe – Updated Sep 9, 2025 at 1:00 PM EST", ("Jane Doe",), None),
        ("By Jane Doe Last Updated: December 6, 2024", ("Jane Doe",), None),
        ("By Jane Doe 12th February 2025", ("Jane Doe",), None),
        ("Von Max Mustermann, 17.04.2021, 11:34 Uhr", ("Max Mustermann",), None),
        ("By Jane Doe Published 3 hours ago", ("Jane Doe",), None),
        ("By Jane Doe, Morning Ledger correspondent", ("Jane Doe",), None),
        ("By Jane Doe, Reuters", ("Jane Doe",), "Reuters"),
        ("By The Associated Press", (), "AP"),
        ("Written by Jane Doe", ("Jane Doe",), None),
        ("Jane Doe - Staff writer", ("Jane Doe",), None),
        ("Von Max Mustermann", ("Max Mustermann",), None),
        ("Von Le Van Hai, Tageskurier", ("Le Van Hai",), None),
        ("Autor: Tran Minh Duc", ("Tran Minh Duc",), None),
        ("Par Jean-Pierre Dupont", ("Jean-Pierre Dupont",), None),
        ("Por María del Carmen Pérez", ("María del Carmen Pérez",), None),
        ("Di Mario Bianchi", ("Mario Bianchi",), None),
        ("Door Jan de Vries", ("Jan de Vries",), None),
        ("Av Erik Lindqvist", ("Erik Lindqvist",), None),
        ("Автор: Иван Петров", ("Иван Петров",), None),
        ("Theo Nguyễn Văn An", ("Nguyễn Văn An",), None),
        ("Theo TTXVN", (), "VNA"),
        ("Theo Omar Haddad / Harbour Post", ("Omar Haddad",), None),
        ("PV Anna Keller", ("Anna Keller",), None),
        ("記者 王小明", ("王小明",), None),
        ("홍길동 기자", ("홍길동",), None),
        ("(Reporting by Khanh Le in Hanoi and Jane Doe; Editing by Max Roe)", ("Khanh Le", "Jane Doe"), None),
        ("Editing by Max Roe", (), None),
    ],
)
def test_byline_names_people_and_agencies_apart(line, authors, agency):
    found = find_byline(f" {line} ")
    assert (found.start, found.end, found.authors, found.agency) == (1, 1 + len(line), authors, agency)


@pytest.mark.parametrize(
    "line",
    """
    By Friday the price had doubled.
    By Friday
    By the time he left, it was over.
    By Law
    By Road and Rail
    By design, the system fails
    Von der Leyen reist nach Kiew
    Von Berlin nach Hamburg
    Par ailleurs, le président est parti
    Por otra parte, el presidente dijo
    Di Maio si dimette
    Theo ông Nguyễn Văn An, giá vàng sẽ tăng
    Reporting by the agency shows that prices fell
    Jane Doe is a reporter in Hanoi
    Standby Power
    """.strip().splitlines(),
)
def test_sentence_that_opens_like_a_byline_is_none(line):
    assert find_byline(line.strip()) is None


@pytest.mark.parametrize(
    ("values", "authors", "agency"),
    [
        (["Jane Doe and John Roe"], ("Jane Doe", "John Roe"), None),
        (["Jane Doe, John Roe & Max Roe"], ("Jane Doe", "John Roe", "Max Roe"), None),
        (["Doe, Jane"], ("Jane Doe",), None),
        (["By Jane Doe, Reuters"], ("Jane Doe",), "Reuters"),
        (["Nguyễn Văn An (theo Reuters)"], ("Nguyễn Văn An",), "Reuters"),
        (["Dr. Jane Doe, PhD"], ("Jane Doe",), None),
        (["Jane Doe @janedoe", "jane@example.com"], ("Jane Doe",), None),
        (["https://social.example/jane"], (), None),
        (["Jane Doe", "jane doe", "JANE DOE"], ("Jane Doe",), None),
        (["Staff", "admin", "Newsroom", "Redaktion", "編集部"], (), None),
        (["AFP"], (), "AFP"),
        (["Thông tấn xã Việt Nam"], (), "VNA"),
        (["Reuters Staff"], (), "Reuters"),
        (["Theo James"], ("Theo James",), None),
        (["Von Max Mustermann"], ("Max Mustermann",), None),
        (["April Doe", "Jane June Roe"], ("April Doe", "Jane June Roe"), None),
        (["Ecocult Staff", "Smartailing Inc", "Verlag und Druck GmbH & Co. KG", "site.de"], (), None),
        (["Jane Doe for Harbour.com", "View all posts by Jane Doe"], ("Jane Doe",), None),
        (
            ["Rui Ma", "Dan Roe", "Jane Doe, MA", "May You"],
            ("Rui Ma", "Dan Roe", "Jane Doe", "May You"),
            None,
        ),
        (["Doe, Jane Q.", "Maria & Katerina"], ("Jane Q Doe", "Maria", "Katerina"), None),
        (["Jane M. Doe (https://doe.example/)", "jane-doe"], ("Jane M. Doe",), None),
        (["Madonna"], ("Madonna",), None),
        (["danah boyd"], ("danah boyd",), None),
        (["王小明"], ("王小明",), None),
        ([], (), None),
        (["", "  ", "12"], (), None),
        (["A,BY"], (), None),
        (["Doe,By"], ("Doe",), None),
    ],
)
def test_authors_of_metadata_are_people_each_once(values, authors, agency):
    assert clean_authors(values) == (authors, agency)


PIECES = st.sampled_from(
    ["By", "Jane", "Doe", " ", ",", "and", "Reuters", ";", "Editing by", "/", "-", "(", ")", "é", "王"]
)
LINES = st.text(max_size=80) | st.lists(PIECES, max_size=20).map(" ".join)


@given(LINES)
def test_span_is_inside_and_authors_are_trimmed_and_unique(line):
    found = find_byline(line)
    if found:
        assert 0 <= found.start < found.end <= len(line)
        assert len(set(found.authors)) == len(found.authors)
        assert all(author == author.strip() and author for author in found.authors)


NAMES = st.text(alphabet="ABYbyvonparDi,. &;:|-/é", max_size=12)


@given(st.lists(LINES | NAMES, max_size=5))
def test_cleaning_authors_twice_changes_nothing(values):
    authors, _ = clean_authors(values)
    assert clean_authors(authors)[0] == authors


@pytest.mark.parametrize("unit", ["By A B ", "and ", ", ", "A. ", "(", "Dr. ", "Reporting by A; "])
def test_hostile_lines_end(unit):
    find_byline(unit * 100_000)
    clean_authors([unit * 100_000] * 1_000)
