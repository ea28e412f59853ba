"""Encodings: what the bytes really are wins over what they say."""

from __future__ import annotations

import time
import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tasks.ingest.decoding import SAMPLE_BYTES, _sample, codec_of, decode, is_binary

FRENCH = "Le ministre a présenté jeudi à l’Assemblée un projet très attendu ; « nous irons jusqu’au bout », a-t-il dit."
POLISH = "Rząd zapowiedział wczoraj zmiany w ustawie o szkolnictwie wyższym. Posłowie zagłosują w środę przed świętami."
RUSSIAN = "Правительство объявило вчера о новых мерах поддержки бизнеса. По словам министра, деньги получат тысячи людей."
JAPANESE = "政府は昨日、中小企業を支援するための新しい対策を発表した。大臣は来年度の予算を倍増すると述べた。"
CHINESE = "政府昨日宣布了支持小企业的新措施。部长在新闻发布会上表示，明年的预算将增加一倍，反对党则表示怀疑。"
KOREAN = "정부는 어제 중소기업을 지원하기 위한 새로운 대책을 발표했다. 장관은 내년 예산을 두 배로 늘리겠다고 말했다."
VIETNAMESE = (
    "Chính phủ hôm qua công bố các biện pháp mới để hỗ trợ doanh nghiệp nhỏ, theo lời bộ trưởng tài chính."
)
GREEK = (
    "Η κυβέρνηση ανακοίνωσε χθες νέα μέτρα για τη στήριξη των μικρών επιχειρήσεων, όπως δήλωσε ο υπουργός."
)
ARABIC = (
    "أعلنت الحكومة أمس عن إجراءات جديدة لدعم الشركات الصغيرة، وقال الوزير إن المبلغ سيتضاعف العام المقبل."
)
ENGLISH = "The bridge won’t reopen until spring. “It’s a blow,” said Zoë Müller, who runs a café nearby."


def cp1258(text: str) -> bytes:
    """Vietnamese in windows-1258, which writes the tone of a vowel as a character of its own."""
    written = []
    for char in unicodedata.normalize("NFC", text):
        base, *marks = unicodedata.normalize("NFD", char)
        tones = [mark for mark in marks if mark in "\u0300\u0301\u0303\u0309\u0323"]
        vowel = unicodedata.normalize("NFC", base + "".join(mark for mark in marks if mark not in tones))
        written.append(vowel + "".join(tones))
    return "".join(written).encode("cp1258")


@pytest.mark.parametrize(
    ("text", "encoding"),
    [
        (FRENCH, "cp1252"), (ENGLISH, "cp1252"), (POLISH, "cp1250"), (POLISH, "iso8859_2"), (RUSSIAN, "cp1251"),
        (RUSSIAN, "koi8_r"), (JAPANESE, "shift_jis"), (JAPANESE, "euc_jp"), (CHINESE, "gb18030"), (CHINESE, "gbk"),
        (KOREAN, "euc_kr"), (GREEK, "cp1253"), (ARABIC, "cp1256"),
    ],
)  # fmt: skip
def test_an_unlabelled_text_in_an_old_encoding_is_read(text, encoding):
    assert decode(text.encode(encoding)).text == text


def test_vietnamese_in_windows_1258_is_read():
    assert unicodedata.normalize("NFC", decode(cp1258(VIETNAMESE)).text) == VIETNAMESE


@pytest.mark.parametrize("text", [ENGLISH, RUSSIAN, CHINESE, JAPANESE, KOREAN + "\n", GREEK])
@pytest.mark.parametrize("encoding", ["utf-16-le", "utf-16-be"])
def test_utf16_without_a_mark_is_read(text, encoding):
    found = decode(f"{text}\n{text}".encode(encoding))
    assert (found.text, found.encoding) == (f"{text}\n{text}", encoding)


@pytest.mark.parametrize("encoding", ["utf-8-sig", "utf-16", "utf-32"])
def test_a_byte_order_mark_is_believed_and_not_part_of_the_text(encoding):
    found = decode(FRENCH.encode(encoding))
    assert (found.text, found.encoding) == (FRENCH, encoding)


@pytest.mark.parametrize(
    ("label", "encoding", "text"),
    [
        ("iso-8859-1", "utf-8", FRENCH),  # says latin-1, is UTF-8
        ("us-ascii", "utf-8", RUSSIAN),
        ("iso-8859-1", "cp1252", FRENCH),  # browsers read it as windows-1252
        ("gb2312", "gb18030", CHINESE + "镕"),
        ("x-sjis", "cp932", JAPANESE + "①"),
        ("windows-1257", "cp1257", "Valdība vakar paziņoja par jauniem pasākumiem."),
        ("utf-16", "utf-8", ENGLISH),  # whoever read the label was not reading UTF-16
        ("utf-8", "cp1252", FRENCH),  # says UTF-8, is not
        ("nonsense", "cp1252", FRENCH),
        ("rot13", "cp1252", FRENCH),
        ("iso-2022-jp", "iso2022_jp", JAPANESE),
    ],
)
def test_the_label_of_a_page_counts_only_if_it_is_true(label, encoding, text):
    page = f'<html><head><meta charset="{label}"></head><p>{text}</p>'
    found = decode(page.encode(encoding), html=True)
    assert (found.text, found.encoding) == (page, encoding)


@pytest.mark.parametrize(
    "head",
    ['<meta http-equiv="Content-Type" content="text/html; charset=windows-1257">', "<META CHARSET=windows-1257>",
     "<?xml version='1.0' encoding='windows-1257'?>", "<meta charset = 'windows-1257' />"],
)  # fmt: skip
def test_every_way_to_write_a_label_is_understood(head):
    page = f"{head}<p>Valdība paziņoja</p>"
    assert decode(page.encode("cp1257"), html=True).encoding == "cp1257"


def test_a_label_of_the_carrier_comes_before_that_of_the_page():
    page = '<meta charset="windows-1251"><p>Valdība paziņoja</p>'
    assert decode(page.encode("cp1257"), label="windows-1257", html=True).text == page


def test_utf8_cut_in_the_middle_of_a_character_is_utf8():
    found = decode(JAPANESE.encode()[:-1])
    assert found.encoding == "utf-8"
    assert found.text == JAPANESE[:-1] + "\ufffd"


def test_utf8_with_one_bad_byte_stays_utf8():
    found = decode(FRENCH.encode() + b" \xe9 " + RUSSIAN.encode())
    assert (found.encoding, found.text.count("\ufffd")) == ("utf-8", 1)


def test_line_ends_and_zero_bytes_stay():
    assert decode(b"a\r\nb\rc\0d").text == "a\r\nb\rc\0d"


def test_a_long_text_is_guessed_from_a_bounded_sample():
    data = (RUSSIAN + "\n").encode("koi8_r") * 40_000
    assert len(_sample(data)) <= SAMPLE_BYTES + 10
    began = time.process_time()
    assert decode(data).encoding == "koi8_r"
    assert time.process_time() - began < 20  # CPU; unbounded it is minutes


def test_a_sample_cuts_no_character():
    text = (JAPANESE + " ") * 3_000
    _sample(text.encode("cp932")).decode("cp932")


@given(st.binary(max_size=400), st.booleans())
def test_any_bytes_are_read_and_the_encoding_reproduces_the_text(data, html):
    found = decode(data, html=html)
    found.text.encode()  # storable: no lone surrogate
    assert found.text == data.decode(found.encoding, "replace")
    is_binary(data, found.encoding)


@given(st.text(max_size=200))
def test_utf8_is_read_as_it_was_written(text):
    data = text.encode("utf-8", "replace")
    if b"\0" not in data and not text.startswith("\ufeff"):
        assert decode(data).text == data.decode()


@given(st.text(max_size=30))
def test_any_label_is_a_codec_or_none(label):
    name = codec_of(label)
    assert name is None or b"abc".decode(name, "replace") is not None


@pytest.mark.parametrize("size", [20_000, 40_000])
def test_hostile_heads_take_linear_time(size):
    for data in (b"<meta " * size, b"<?xml " * size, b"<meta charset=" * size, b"\xff" * size, b"\0" * size):
        decode(data, html=True)
