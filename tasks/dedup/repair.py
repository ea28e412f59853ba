"""Repair: HTML entities, ligatures and wrongly decoded text, undone before a text is read as words."""

from __future__ import annotations

import html
import re

_CP1252 = "\u0152\u0153\u0160\u0161\u0178\u017d\u017e\u0192\u02c6\u02dc\u2013-\u203a\u20ac\u2122"
_MOJIBAKE = re.compile(f"[\u00c2-\u00f4][\u0080-\u00bf{_CP1252}]{{1,3}}")
_MAC_MOJIBAKE = re.compile("\u201a\u00c4.|\u221a.")  # quotation marks and dashes; letters with accents
_LEADS = "ØÐÎ×Õàãåï"  # first bytes of Arabic, Cyrillic, Greek, Hebrew, Armenian, Indic and Thai, kana, Han
_LOOK_CHARS = 2_000
_LIGATURES = {0xFB00: "ff", 0xFB01: "fi", 0xFB02: "fl", 0xFB03: "ffi", 0xFB04: "ffl"}


def repair(text: str) -> str:
    """The text without HTML entities, ligatures, and UTF-8 that was read as Windows-1252 or Mac Roman, where it has any."""
    if "&" in text and ";" in text:
        text = html.unescape(text)
        if "&#" in text or "&amp;" in text:  # escaped twice
            text = html.unescape(text)
    if text.isascii():
        return text
    stored = text.encode("utf-8", "surrogatepass")  # bytes are searched ten times as fast as characters
    if b"\xc3" in stored or b"\xc2" in stored:
        if "Ã" in text or "â" in text or "Â" in text or _is_misread(text):
            text = _MOJIBAKE.sub(_redecode, text)
        if "‚Ä" in text or "√" in text:
            text = _MAC_MOJIBAKE.sub(_redecode_mac, text)
    # One byte is searched six times as fast as two.
    return text.translate(_LIGATURES) if b"\xef" in stored and b"\xef\xac" in stored else text


def _is_misread(text: str) -> bool:
    """Whether a text of another script than ours was read as Windows-1252: its beginning is full of such pairs."""
    if not any(lead in text for lead in _LEADS):
        return False
    return len(_MOJIBAKE.findall(text[:_LOOK_CHARS])) >= _LOOK_CHARS // 100


def _redecode(match: re.Match[str]) -> str:
    found = match.group()
    try:
        return bytes(_byte(char) for char in found).decode("utf-8")
    except ValueError:
        return found


def _redecode_mac(match: re.Match[str]) -> str:
    try:
        return match.group().encode("mac_roman").decode("utf-8")
    except ValueError:
        return match.group()


def _byte(char: str) -> int:
    return ord(char) if ord(char) < 0x100 else char.encode("cp1252")[0]
