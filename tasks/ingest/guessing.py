"""The encoding of bytes that say nothing true about themselves, by letter statistics."""

from __future__ import annotations

from charset_normalizer import from_bytes

# mac_roman is left out on purpose: it took the typographic quotes of windows-1252 for letters in 10 of 60 English
# texts. The encodings of https://encoding.spec.whatwg.org that Python has and that news was written in, the more
# frequent first: where the statistics tie, the earlier one is taken.
CANDIDATES = (
    "cp1252", "cp1251", "gb18030", "cp932", "euc_jp", "cp949", "big5", "cp1250", "iso8859_2", "cp1254", "cp1256",
    "cp1255", "cp1253", "iso8859_7", "koi8_r", "koi8_u", "cp1257", "cp1258", "cp874", "iso8859_15", "iso8859_5",
    "iso8859_6", "iso8859_8", "cp866",
)  # fmt: skip
TIE = 1e-9  # charset-normalizer's own scores of one text under cp1250 and cp1252 differ by 0 where both read well


def guess_encoding(sample: bytes) -> str | None:
    """Python's name of the likeliest encoding of a bounded sample; None where nothing fits."""
    matches = from_bytes(sample, cp_isolation=list(CANDIDATES), enable_fallback=False)
    best = matches.best()
    if best is None:
        return None
    tied = {
        name
        for match in matches
        if abs(match.chaos - best.chaos) <= TIE and match.coherence >= best.coherence - TIE
        for name in match.could_be_from_charset
    }
    return next((name for name in CANDIDATES if name in tied), best.encoding)
