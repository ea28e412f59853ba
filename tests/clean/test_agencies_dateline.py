"""What opens a story: datelines of the world, and lines that only look like one."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tasks.clean.agencies import find_dateline, find_sign_off

FOUND = [
    ("HANOI, Feb 5 (Reuters) - |The", "Hanoi", "Reuters", "Feb 5"),
    ("Beijing (VNA) – |The", "Beijing", "VNA", None),
    ("VOV.VN - |The", None, "VOV", None),
    ("NEW DELHI: |The", "New Delhi", None, None),
    ("(Reuters) - |The", None, "Reuters", None),
    ("WASHINGTON (AP) — |The", "Washington", "AP", None),
    ("WASHINGTON, D.C. (AP) — |The", "Washington, D.C.", "AP", None),
    ("ARNHOLM, Feb. 12 (AP) — |The", "Arnholm", "AP", "Feb. 12"),
    ("Seoul, Sept. 5 (Yonhap) -- |The", "Seoul", "Yonhap", "Sept. 5"),
    ("Arnholm, Feb 12 (PTI) |The", "Arnholm", "PTI", "Feb 12"),
    ("Dubai [UAE], February 12 (ANI): |The", "Dubai, UAE", "ANI", "February 12"),
    ("ARNHOLM, Norway — |The", "Arnholm, Norway", None, None),
    ("TASS, February 12. |The", None, "TASS", "February 12"),
    ("New Delhi: |The council met on Tuesday and agreed on a wall along the river", "New Delhi", None, None),
    ("LA CROSSE, Wis. (AP) — |The", "La Crosse, Wis.", "AP", None),
    ("ST. LOUIS (AP) — |The", "St. Louis", "AP", None),
    ("HANOI, Vietnam (AP) — |The", "Hanoi, Vietnam", "AP", None),
    ("Jakarta, CNN Indonesia -- |Presiden", "Jakarta", None, None),
    ("JAKARTA, KOMPAS.com - |Presiden", "Jakarta", None, None),
    ("Jakarta (ANTARA) - |Presiden", "Jakarta", "Antara", None),
    ("KUALA LUMPUR, Feb 5 (Bernama) -- |The", "Kuala Lumpur", "Bernama", "Feb 5"),
    ("PUTRAJAYA, Nov 22 — |The", "Putrajaya", None, "Nov 22"),
    ("Paris (AFP) - |Le", "Paris", "AFP", None),
    ("Alger, 17 avr (APS)-|Le", "Alger", "APS", "17 avr"),
    ("MADRID, 17 abr. (EFE).- |El", "Madrid", "EFE", "17 abr"),
    ("Lisboa, 17 abr 2021 (Lusa) - |O", "Lisboa", "Lusa", "17 abr 2021"),
    ("Roma, 17 apr. (Adnkronos) - |Il", "Roma", "Adnkronos", "17 apr"),
    ("(ANSA) - ROMA, 17 APR - |Il", "Roma", "ANSA", "17 APR"),
    ("BERLIN (dpa) |Die", "Berlin", "dpa", None),
    ("Berlin/Hamburg (dpa/lno) - |Die", "Berlin/Hamburg", "dpa", None),
    ("RIO DE JANEIRO (Reuters) - |The", "Rio de Janeiro", "Reuters", None),
    ("İSTANBUL (AA) – |Cumhurbaşkanı", "İstanbul", "Anadolu", None),
    ("Hà Nội (TTXVN 5/2) - |Bộ", "Hà Nội", "VNA", "5/2"),
    ("HÀ NỘI — |Thủ", "Hà Nội", None, None),
    ("(Dân trí) - |Bộ", None, None, None),
    ("London, le 3/11 (VNA) – |The", "London", "VNA", "le 3/11"),
    ("GENEVA (Harbour Wire) – |The", "Geneva", None, None),
    ("BERLIN, Feb 10 (Getty Images) - |The", "Berlin", None, "Feb 10"),
    ("Da Nang. |The council met on Tuesday and agreed", "Da Nang", None, None),
    ("KYIV. April 17 (Interfax-Ukraine) - |The", "Kyiv", "Interfax-Ukraine", "April 17"),
    ("New Delhi, Apr 17 (PTI) |The", "New Delhi", "PTI", "Apr 17"),
    ("CHICAGO--(BUSINESS WIRE)--|Acme", "Chicago", "Business Wire", None),
    ("SAN FRANCISCO, April 17, 2021 /PRNewswire/ -- |Acme", "San Francisco", "PR Newswire", "April 17, 2021"),
    ("TOKYO, April 17 (Kyodo) -- |Japan", "Tokyo", "Kyodo", "April 17"),
    ("新华社北京4月17日电 |国家", "北京", "Xinhua", None),
    ("新华社北京4月17日电（记者王小明）|国家", "北京", "Xinhua", None),
    ("（中央社記者王小明台北17日電）|總統", "台北", "CNA", None),
    ("【北京共同】|中国", "北京", "Kyodo", None),
    ("(서울=연합뉴스) 홍길동 기자 = |정부는", "서울", "Yonhap", None),
    ("МОСКВА, 17 апреля. /ТАСС/. |Президент", "Москва", "TASS", "17 апреля"),
    ("МОСКВА, 17 апр — РИА Новости. |Президент", "Москва", "RIA Novosti", "17 апр"),
    ("КИЕВ, 17 апреля (Укринформ) — |Президент", "Киев", "Ukrinform", "17 апреля"),
]

NONE = """
Washington: A History - of the city
Apple - the company - said
BREAKING: The government resigned
UPDATE 1 - Stocks fall
OPINION - We should act
Paris. London. Tokyo. These are cities
Paris is lovely - in spring
NATO - the alliance - said
WHO - the World Health Organization - said
London - the capital - is
In Hanoi, Feb 5 was a holiday - and
Reuters reported that - in fact - it fell
AP said the vote - held on Monday - was
COVID-19 (SARS) - the disease
John Smith (left) - the actor
May 5 - The day
Reading: a love story
Q: What is it?
New York City - a guide
US - China trade
Monday - the first
ACME HQ 2.0: Let there be light
The Times - once a paper - said
Hanoi (VNA)
April 17, 2021 | 11:34
"PARIS - The
Editor’s Note, December 19, 2025: We added what readers asked for in the days since
""".strip().splitlines()


@pytest.mark.parametrize(("line", "place", "agency", "date"), FOUND)
def test_dateline_is_found_with_its_parts(line, place, agency, date):
    cut, rest = line.split("|")
    found = find_dateline(cut + rest)
    assert (found.start, found.end) == (0, len(cut))
    assert (found.place, found.agency, found.date_text) == (place, agency, date)


@pytest.mark.parametrize("line", NONE)
def test_line_that_only_looks_like_a_dateline_is_kept(line):
    assert find_dateline(line) is None


def test_name_of_the_source_is_a_prefix_where_it_is_told():
    line = "Harbour Post - The council met."
    assert find_dateline(line) is None
    assert find_dateline(line, outlets=["Harbour Post"]).end == len("Harbour Post - ")


def test_weak_forms_are_less_sure_than_named_agencies():
    weak = find_dateline("Da Nang. The council met on Tuesday and agreed")
    assert weak.confidence_frac < find_dateline("DA NANG (VNA) - The council").confidence_frac


PIECES = st.sampled_from(
    [
        "HANOI",
        "Paris",
        ",",
        " ",
        "(",
        ")",
        "Reuters",
        "-",
        "–",
        ".",
        "5",
        "Feb",
        "/",
        ":",
        "新华社",
        "日电",
        "【",
        "】",
    ]
)


@given(st.text(max_size=80) | st.lists(PIECES, max_size=25).map("".join))
def test_span_starts_the_line_and_leaves_some_text(line):
    found = find_dateline(line)
    if found:
        assert 0 <= found.start < found.end < len(line)
        assert not line[: found.start].strip()


@pytest.mark.parametrize("unit", ["HANOI, ", "A (", "- ", "X - ", "/a/ ", "新华社", "【", "Da. ", "А, 1 а "])
def test_hostile_lines_end(unit):
    find_dateline(unit * 100_000)


def test_a_place_behind_a_name_in_brackets_is_a_dateline_whoever_has_the_name():
    found = find_dateline("(NBW) OSTERMOUTH – The boats left on Monday after three weeks.")
    assert found is not None
    assert (found.place, found.agency, found.end) == ("Ostermouth", None, 19)
    assert find_dateline("(She left) Nobody – not even him – knew when the boats came.") is None


def test_a_short_name_in_brackets_behind_the_last_sentence_signs_it():
    signed, shortened = (
        find_sign_off("The boats left on Monday. (NBW)"),
        find_sign_off("He left the federation (NBF)."),
    )
    assert signed is not None
    assert signed.confidence_frac == 0.85
    assert shortened is None or shortened.confidence_frac < 0.8
