"""Bytes to text: which encoding a text or page is really in, whatever it says.

Labels are often wrong, and valid UTF-8 with any accent in it is hardly ever anything else, so the order is:
byte order mark; UTF-16 told by its zero bytes; UTF-8 if it decodes; the page's own label if it decodes; a
guess from letter statistics; windows-1252. The names kept are Python's, so that for the bytes of a file
`data.decode(encoding, "replace")` is its raw text.
"""

from __future__ import annotations

import codecs
import re
from dataclasses import dataclass

from tasks.ingest.items import REPLACEMENT, storable

LABEL_BYTES = 4_096
SAMPLE_BYTES = 1 << 16  # charset-normalizer takes about a second for a megabyte
SAMPLE_SLICES = 8
LABEL_BAD_FRAC = 0.001  # as much as the gate on ingest lets through
CONTROL_FRAC = 0.08  # random bytes hold 10.2 % of them, text hardly any
NUL_FRAC = 0.5

# A byte order mark and the codec that takes it off; the longer ones first, they begin like the shorter.
MARKS = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF32_LE, "utf-32"),
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
MAGIC = (b"%PDF-", b"PK\x03\x04", b"\x89PNG", b"\xff\xd8\xff", b"GIF8", b"\x1f\x8b", b"\x28\xb5\x2f\xfd", b"PAR1",
         b"\xd0\xcf\x11\xe0", b"7z\xbc\xaf", b"BZh", b"\xfd7zXZ", b"\x7fELF")  # fmt: skip

# https://encoding.spec.whatwg.org/#names-and-labels: a label stands for the superset that browsers read.
SUPERSETS = {
    "ascii": "cp1252", "iso8859-1": "cp1252", "latin-1": "cp1252", "iso8859-9": "cp1254", "iso8859-11": "cp874",
    "tis-620": "cp874", "gb2312": "gb18030", "gbk": "gb18030", "shift_jis": "cp932", "euc_kr": "cp949",
    "big5": "big5hkscs",
}  # fmt: skip
# Labels of the standard that Python does not know.
ALIASES = {
    "x-sjis": "cp932", "windows-31j": "cp932", "windows-949": "cp949", "x-gbk": "gb18030", "x-cp1250": "cp1250",
    "x-cp1251": "cp1251", "x-cp1252": "cp1252", "x-cp1254": "cp1254", "x-mac-cyrillic": "mac-cyrillic",
    "x-mac-roman": "mac-roman", "iso-8859-8-i": "iso8859-8", "x-euc-jp": "euc_jp", "x-x-big5": "big5hkscs",
    "dos-874": "cp874", "cn-big5": "big5hkscs",
}  # fmt: skip
SEVEN_BIT = ("iso2022_jp",)  # its bytes are valid UTF-8, so a label for it is believed first
# All that the standard lets a page name, UTF-16 apart: whoever could read the label was not reading that.
LABELS = frozenset((
    "utf-8", "cp1250", "cp1251", "cp1252", "cp1253", "cp1254", "cp1255", "cp1256", "cp1257", "cp1258", "cp866",
    "cp874", "cp932", "cp949", "big5hkscs", "euc_jp", "gb18030", "iso2022_jp", "koi8-r", "koi8-u", "mac-roman",
    "mac-cyrillic", *(f"iso8859-{part}" for part in (2, 3, 4, 5, 6, 7, 8, 10, 13, 14, 15, 16)),
))  # fmt: skip

_LABEL = re.compile(
    rb"""<meta[^>]{0,400}?charset\s{0,9}=\s{0,9}["']?\s{0,9}([\w.:-]{2,40})|<\?xml[^>]{0,200}?encoding\s{0,9}=\s{0,9}["']([\w.:-]{2,40})""",
    re.IGNORECASE,
)
_CONTROL = bytes(byte for byte in (*range(1, 32), 127) if byte not in b"\t\n\v\f\r\x1b")


@dataclass(frozen=True, slots=True)
class Decoded:
    """The text and the encoding it was really in. What could not be decoded is U+FFFD in it."""

    text: str
    encoding: str


def decode(data: bytes, *, label: str | None = None, html: bool = False) -> Decoded:
    """The text of a whole item. A byte order mark is not part of it; every other byte is.

    label: what the carrier says (an HTTP header); for html the page's own meta tag or XML declaration counts
    where there is none. Never raises: what no encoding can read becomes U+FFFD.
    """
    said = codec_of(label) or (page_label(data) if html else None)
    encoding = find_encoding(data, said)
    return Decoded(storable(data.decode(encoding, "replace")), encoding)


def find_encoding(data: bytes, label: str | None) -> str:
    """The encoding of the bytes, in the order of the module's docstring. `label` is a Python codec."""
    for mark, codec in MARKS:
        if data.startswith(mark):
            return codec
    if label in SEVEN_BIT and _decodes(data, label):
        return label
    if b"\0" in data and (wide := _wide(data[:SAMPLE_BYTES])):
        return wide
    if _is_utf8(data):
        return "utf-8"
    if label is not None and _decodes(data, label):
        return label
    return _guess(data)


def record_encoding(data: bytes, fallback: str | None) -> str:
    """The encoding of one record: UTF-8 if it is, else that of an earlier record of the file, else found anew."""
    for encoding in ("utf-8", fallback):
        if encoding is None:
            continue
        try:
            data.decode(encoding)
        except UnicodeDecodeError:
            continue
        return encoding
    return find_encoding(data, None)


def codec_of(label: str | None) -> str | None:
    """Python's name for a label, as browsers understand it; None if no page can mean it."""
    if not label:
        return None
    try:
        codec = codecs.lookup(ALIASES.get(label.strip().lower(), label.strip()))
    except (LookupError, ValueError):
        return None
    name = SUPERSETS.get(codec.name, codec.name)
    return name if name in LABELS else None


def page_label(data: bytes) -> str | None:
    """The codec that a page names in its first 4 kB."""
    found = _LABEL.search(data[:LABEL_BYTES])
    return codec_of((found[1] or found[2]).decode("ascii", "replace")) if found else None


def is_binary(data: bytes, encoding: str) -> bool:
    """Whether the bytes are no text at all: a known file type, mostly zeros, or full of control characters."""
    if data.startswith(MAGIC):
        return True
    if encoding.startswith(("utf-16", "utf-32")):
        return False
    sample = data if len(data) <= SAMPLE_BYTES else _sample(data)
    n_control = len(sample) - len(sample.translate(None, _CONTROL))
    return sample.count(0) > NUL_FRAC * len(sample) or n_control > CONTROL_FRAC * len(sample)


def _is_utf8(data: bytes) -> bool:
    """Valid UTF-8, or plainly meant as such: cut at its end, or damaged in few places."""
    try:
        data.decode()
    except UnicodeDecodeError as error:
        if error.reason == "unexpected end of data" and error.start > 0:
            return True
    else:
        return True
    text = data.decode("utf-8", "replace")
    n_bad = text.count(REPLACEMENT)
    n_good = len(text) - len(text.encode("ascii", "ignore")) - n_bad
    return n_good > 4 * n_bad  # other encodings read as UTF-8 are nearly all bad


def _decodes(data: bytes, codec: str) -> bool:
    try:
        text = data.decode(codec, "replace")
    except (LookupError, UnicodeError):
        return False
    return text.count(REPLACEMENT) <= LABEL_BAD_FRAC * len(text)


def _wide(sample: bytes) -> str | None:
    """UTF-16 without a mark: the byte order whose text has the more spaces and line ends, if it has some."""
    sample = sample[: len(sample) // 2 * 2]
    marks = {codec: _separators(sample, codec) for codec in ("utf-16-le", "utf-16-be")}
    best = max(marks, key=lambda codec: marks[codec])
    return best if marks[best] >= max(1, len(sample) // 200) else None  # 1 in 100 characters


def _separators(sample: bytes, codec: str) -> int:
    text = sample.decode(codec, "replace")
    if text.count(REPLACEMENT) + text.count("\0") > LABEL_BAD_FRAC * len(text) + 1:
        return 0
    return sum(map(text.count, " \n\r.,。，、"))


def _guess(data: bytes) -> str:
    # Imported where it is needed: most corpora are UTF-8 from end to end.
    from tasks.ingest.guessing import guess_encoding  # noqa: PLC0415

    return guess_encoding(_sample(data)) or "cp1252"


def _sample(data: bytes) -> bytes:
    """At most 64 kB, in slices taken evenly, each from one ASCII space or `>` on: no character is cut."""
    if len(data) <= SAMPLE_BYTES:
        end = max(data.rfind(byte) for byte in b" \n>") + 1  # a file may be cut inside a character
        return data[:end] if end > len(data) // 2 else data
    size, step = SAMPLE_BYTES // SAMPLE_SLICES, len(data) // SAMPLE_SLICES
    slices = (data[start : start + size] for start in range(0, step * SAMPLE_SLICES, step))
    return b" ".join(_whole_characters(each) for each in slices)


def _whole_characters(data: bytes) -> bytes:
    """The slice between its first and last byte that is no part of a longer character in any encoding."""
    first = min((at for byte in b" \n>" if (at := data.find(byte)) >= 0), default=0)
    last = max(data.rfind(byte) for byte in b" \n>")
    return data[first : last + 1] if last > first else data
