"""Characters made right before the lines are read: control characters out, NFC, mojibake where it is certain.

A first step of edits, raw -> repaired; nearly all documents need none.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from functools import cache

import numpy as np
from numpy.typing import NDArray

from tasks.clean.edits import Edit, apply_edits
from tasks.clean.judge.lines import TABLE_SIZE, codes_of

# Control and format characters that no reader sees and no search matches. Joiners and direction marks stay:
# Persian, Indic scripts and emoji need them. U+0085 and U+2028 are line breaks.
_HIDDEN = re.compile(
    "[\x00-\x08\x0e-\x1b\x1f\x7f-\x84\x86-\x9f\u00ad\u200b\u2060-\u2064\ufeff\ufff9-\ufffb\ud800-\udfff]+"
)
# A joiner or a direction mark with nothing beside it is no letter's: site builders fill empty paragraphs with them.
_JOINERS = "\u200c\u200d\u200e\u200f"
_ALONE = re.compile(f"(?<!\\S)[{_JOINERS}]+(?!\\S)")
_CP1252 = "€‚ƒ„…†‡ˆ‰Š‹ŒŽ‘’“”•–—˜™š›œžŸ"
_TAIL = f"[\u0080-\u00bf{_CP1252}]"
_LONG = re.compile(f"(?:[\u00e1-\u00ef]{_TAIL}{{2}}|\u00f0{_TAIL}{{3}})+")
_SHORT = re.compile(f"(?:[\u00c2-\u00c5\u00c9-\u00cb\u00d0\u00d1]{_TAIL})+")
_LEAD = re.compile("[\u00c2\u00c3]")
_LEADS = "".join(map(chr, [*range(0xC2, 0xC6), *range(0xC9, 0xCC), 0xD0, 0xD1, *range(0xE1, 0xF1)]))
_IS_LEAD, _IS_TAIL = 1, 2
SHORT_COUNT, SHORT_FRAC = (
    3,
    0.8,
)  # two-byte mojibake is certain where nearly every Â and Ã of the text is part of it
_PART = re.compile(
    r"[^\u0300-\u036f\u1161-\u11ff]?[\u0300-\u036f\u1161-\u11ff]+|[\u0340-\u0344\u0374\u037e\u0387\u0958-\u09df\u0a33-\u0a5e\u0b5c\u0b5d\u0f43-\u0fb9\u1f71-\u1fff\u2000\u2001\u2126\u212a\u212b\u2329\u232a\uf900-\ufad9\ufb1d-\ufb4e]"
)


def repair(raw: str) -> tuple[Edit, ...]:
    """Edits of kind `encoding` after which the text has no hidden characters, is NFC and free of sure mojibake."""
    edits = sorted([*_hidden(raw), *_mojibake(raw)])
    apart: list[Edit] = []
    for edit in edits:
        if not apart or edit.start >= apart[-1].end:
            apart.append(edit)
    return tuple(apart)


def normalise(text: str) -> tuple[Edit, ...]:
    """Edits of kind `encoding` that make a text NFC: each composed character by itself, else whole lines."""
    if unicodedata.is_normalized("NFC", text):
        return ()
    edits = [_composed(found) for found in _PART.finditer(text)]
    edits = [edit for edit in edits if edit.inserted != text[edit.start : edit.end]]
    if unicodedata.is_normalized("NFC", apply_edits(text, edits)):
        return tuple(edits)
    return tuple(_lines(text))


def has_hidden(text: str) -> bool:
    """Whether control or invisible characters are left."""
    return _HIDDEN.search(text) is not None


def has_mojibake(text: str) -> bool:
    """Whether wrongly decoded sequences are left."""
    return next(_mojibake(text), None) is not None


def _hidden(raw: str) -> Iterator[Edit]:
    if raw.replace("\n", "").isprintable():  # ten times as fast as the pattern, and true of most texts
        return
    for found in _HIDDEN.finditer(raw):
        yield Edit(found.start(), found.end(), "encoding", "any.hidden", 1.0)
    if any(map(raw.__contains__, _JOINERS)):
        for found in _ALONE.finditer(raw):
            yield Edit(found.start(), found.end(), "encoding", "any.hidden", 1.0)


def _mojibake(raw: str) -> Iterator[Edit]:
    if raw.isascii() or not _may_hold_mojibake(raw):
        return
    for found in _LONG.finditer(raw):
        yield from _decoded(found)
    runs = list(_SHORT.finditer(raw))
    n_leads = sum(len(run[0]) // 2 for run in runs)
    if n_leads >= SHORT_COUNT and n_leads >= SHORT_FRAC * len(_LEAD.findall(raw)):
        for found in runs:
            yield from _decoded(found)


def _may_hold_mojibake(raw: str) -> bool:
    """Whether a character that begins such a sequence stands before one that goes on: it saves most texts two slow scans."""
    told = _places().take(codes_of(raw), mode="clip")  # beyond the table there is none
    return bool(((told[:-1] & _IS_LEAD) & (told[1:] >> 1)).any())


@cache
def _places() -> NDArray[np.uint8]:
    table = np.zeros(TABLE_SIZE, np.uint8)
    table[[*range(0x80, 0xC0), *map(ord, _CP1252)]] = _IS_TAIL
    table[[*map(ord, _LEADS)]] |= _IS_LEAD
    return table


def _decoded(found: re.Match[str]) -> Iterator[Edit]:
    """The characters that the bytes stood for, where they are valid UTF-8."""
    try:
        text = b"".join(_byte(letter) for letter in found[0]).decode("utf-8")
    except UnicodeError:
        return
    yield Edit(found.start(), found.end(), "encoding", "any.mojibake", 0.95, _HIDDEN.sub("", text))


def _byte(letter: str) -> bytes:
    return letter.encode("cp1252") if letter in _CP1252 else letter.encode("latin-1")


def _composed(found: re.Match[str]) -> Edit:
    return Edit(
        found.start(), found.end(), "encoding", "any.nfc", 1.0, unicodedata.normalize("NFC", found[0])
    )


def _lines(text: str) -> Iterator[Edit]:
    at = 0
    for line in text.split("\n"):
        if not unicodedata.is_normalized("NFC", line):
            yield Edit(
                at, at + len(line), "encoding", "any.nfc_line", 1.0, unicodedata.normalize("NFC", line)
            )
        at += len(line) + 1
