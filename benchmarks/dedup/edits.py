"""Edits: what is done to a text when it is published again, written for the stress set and not from the pack.

Every edit takes a generator and a text (paragraphs parted by blank lines) and gives a text. Each stands in one
group; stress.py gives a story copies of one group only, so that a fold can keep a group aside with its stories.
"""

from __future__ import annotations

import codecs
import re
import unicodedata
from collections.abc import Callable
from random import Random

from benchmarks.dedup.cuts import (
    WORDS,
    Edit,
    about,
    both,
    condense,
    excerpt,
    insert,
    is_wide,
    late_start,
    local_end,
    local_lead,
    picked,
    shuffle,
    tail,
    teaser,
)
from benchmarks.dedup.sequels import retold

_TOKEN = re.compile(r"\w+|\W+")

SYNONYMS = {
    one: other
    for pair in WORDS["swaps"]
    for one, other in (tuple(pair.split()), tuple(reversed(pair.split())))
    if one != other
}
BRITISH = (("ization", "isation"), ("izing", "ising"), ("ized", "ised"), ("olor", "olour"), ("avor", "avour"),
           ("enter ", "entre "), ("efense", "efence"), ("eling", "elling"), ("ogram ", "ogramme "))  # fmt: skip
SHORT = (
    ("n't", " not"),
    ("'re", " are"),
    ("'ve", " have"),
    ("'ll", " will"),
    ("it's", "it is"),
    ("It's", "It is"),
)


KEYBOARD = {
    0x06A9: "\u0643",
    0x06CC: "\u064a",
    0x0649: "\u064a",
    0x06C0: "\u0647",
    0x2019: "'",
    0x0491: "\u0433",
    0x0451: "\u0435",
}


def _as_latin1(error: UnicodeError) -> tuple[str, int]:
    """What browsers do with the five bytes that Windows-1252 leaves open."""
    assert isinstance(error, UnicodeDecodeError)
    return error.object[error.start : error.end].decode("latin-1"), error.end


codecs.register_error("as_latin1", _as_latin1)


def _tokens(dice: Random, text: str, share: float, change: Callable[[Random, str], str]) -> str:
    """A share of the words changed; of wide scripts, pieces of three characters are words."""
    wide = is_wide(text)
    pieces = [text[k : k + 3] for k in range(0, len(text), 3)] if wide else _TOKEN.findall(text)
    return "".join(
        change(dice, piece) if piece[0].isalnum() and dice.random() < share else piece for piece in pieces
    )


def _misread(dice: Random, word: str) -> str:
    at = dice.randrange(len(word))
    return (
        word[:at] + WORDS["looks"].get(word[at], dice.choice(word) if is_wide(word) else "~") + word[at + 1 :]
    )


def _noise(dice: Random, word: str) -> str:
    at = dice.randrange(len(word))
    what = dice.choice(("", word[at] * 2, dice.choice(word), dice.choice("|!¡.,;:^*")))
    return word[:at] + what + word[at + 1 :]


def _scan(share: float) -> Edit:
    return lambda dice, text: _tokens(dice, text, share, _misread)


def _noisy(share: float) -> Edit:
    return lambda dice, text: _tokens(dice, text, share, _noise)


def _hyphens(dice: Random, text: str) -> str:
    """Lines of a column; one line in two ends inside a word, and the hyphen stays."""
    width, lines, line = dice.randrange(28, 60), [], ""
    for word in text.split():
        if len(line) + len(word) > width and len(word) > 5 and dice.random() < 0.5:
            at = dice.randrange(2, len(word) - 2)
            lines.append(f"{line} {word[:at]}-".strip())
            line = word[at:]
        elif len(line) + len(word) > width:
            lines.append(line)
            line = word
        else:
            line = f"{line} {word}".strip()
    return dice.choice(("\n", " ")).join([*lines, line])


def _spaces(dice: Random, text: str) -> str:
    """Spaces lost between words, and some words broken in two."""
    lost, broken = dice.uniform(0.03, 0.1), dice.uniform(0.01, 0.05)
    text = "".join("" if char == " " and dice.random() < lost else char for char in text)
    return _tokens(dice, text, broken, lambda _, w: w[: len(w) // 2] + " " + w[len(w) // 2 :])


def _other_word(_: Random, word: str) -> str:
    known = SYNONYMS.get(word.lower())
    if known:
        return known.capitalize() if word[0].isupper() else known
    return word


def _replaced(share: float) -> Edit:
    """Words of the list swapped, then others replaced by words of the text up to the share."""

    def edit(dice: Random, text: str) -> str:
        text = _tokens(dice, text, 0.8, _other_word)
        pool = _TOKEN.findall(text)[::2] or ["also"]
        wide = is_wide(text)

        def other(d: Random, w: str) -> str:
            if wide:
                return w[0] + d.choice(text) + w[2:]
            return d.choice(pool).lower() if w.islower() else w

        return _tokens(dice, text, share, other)

    return edit


def _figures(dice: Random, text: str) -> str:
    """Numbers, dates and currencies in another house style."""
    style = dice.randrange(3)
    text = re.sub(
        r"(\d),(\d{3})", r"\1\2" if style == 0 else "\\1\u202f\\2" if style == 1 else r"\1.\2", text
    )
    text = re.sub(r"\b(\d{1,2})\b", lambda m: WORDS["numbers"][int(m[1])] if int(m[1]) < 13 else m[1], text)
    for one, other in (("percent", "per cent"), ("$", "US$"), (" million", "m"), (" billion", "bn"), ("a.m.", "am"), ("p.m.", "pm")):  # fmt: skip
        text = text.replace(one, other)
    return re.sub(r"\b([A-Z][a-z]{2,8})\.? (\d{1,2}), (\d{4})", r"\2 \1 \3", text)


def _house(dice: Random, text: str) -> str:
    """British for American spelling, short forms written out, titles left out, sentences joined."""
    for one, other in BRITISH + SHORT:
        text = text.replace(one, other)
    text = re.sub(r"\b(?:Mr|Mrs|Ms|Sen|Rep|Dr|Gov)\.? ", "", text)
    return re.sub(r"(\w)\. (The|But|And|He|She|It|They) ", lambda m: f"{m[1]}, and {m[2].lower()} " if dice.random() < 0.4 else m[0], text)  # fmt: skip


def _typography(dice: Random, text: str) -> str:
    """Quotation marks, dashes, ligatures, soft hyphens and no-break spaces of another system."""
    left, right, dash = dice.choice(
        (("«\u202f", "\u202f»", "–"), ("„", "“", " - "), ("``", "''", "--"), ("「", "」", "―"))
    )
    text = re.sub(r'[“"](?=\w)', left, text)
    text = re.sub(r'[”"]', right, text)
    for one, other in (("—", dash), (" – ", dash), ("...", "…"), ("fi", "ﬁ"), ("fl", "ﬂ"), ("'", "’"), ("’", dice.choice("'’´`"))):  # fmt: skip
        text = text.replace(one, other)
    text = re.sub(r"(\w{4})(\w{4})", lambda m: f"{m[1]}\u00ad{m[2]}" if dice.random() < 0.2 else m[0], text)
    return text.replace(" ", "\u00a0") if dice.random() < 0.2 else text


def _transliterated(dice: Random, text: str) -> str:
    """Punctuation of another script, digits of full width or Arabic."""
    zero = dice.choice((0xFF10, 0x0660))
    table = {ord("0") + k: zero + k for k in range(10)}
    return text.translate(table | {ord(","): "，", ord(";"): "；", ord("?"): "？", ord(":"): "："})


def _decoded(dice: Random, text: str) -> str:
    """Read in the wrong 8-bit encoding, or twice escaped."""
    how = dice.randrange(3)
    if how == 0:
        return text.encode("utf-8").decode("cp1252", "replace" if dice.random() < 0.3 else "as_latin1")
    if how == 1 and sum(ord(char) > 0x24F for char in text) < 0.2 * len(text):
        return text.encode("utf-8").decode("mac_roman")
    return re.sub(r"[\"'“”’—–éñü&]", lambda m: f"&amp;#{ord(m[0])};", text)


def _upper(_: Random, text: str) -> str:
    return text.upper()


def _plain(_: Random, text: str) -> str:
    """ASCII where it can be: accents gone, all else dropped; lower case."""
    bare = "".join(c for c in unicodedata.normalize("NFKD", text) if not unicodedata.combining(c))
    return bare.lower()


def _keyboard(dice: Random, text: str) -> str:
    """Letters of another keyboard: Arabic for Persian ones, joints and vowel signs left out or written, no accents."""
    text = text.translate(KEYBOARD)
    text = text.replace("\u200c", dice.choice(("", " ", "\u200c")))
    text = re.sub(
        "(?<=[\u0628-\u064a])(?=[\u0628-\u064a])",
        lambda _: dice.choice(("\u064e", "\u0640", "", "", "", "")),
        text,
    )
    return unicodedata.normalize(
        "NFC", "".join(c for c in unicodedata.normalize("NFD", text) if not 0x300 <= ord(c) <= 0x36F)
    )


GROUPS: dict[str, dict[str, Edit]] = {
    "cuts": {"third": about(0.28, 0.4), "fifth": about(0.15, 0.25), "two_thirds": about(0.6, 0.8), "blurb": teaser,
             "excerpt": excerpt, "condensed": condense, "tail": tail, "picked": picked, "retold": retold},
    "scans": {"scan10": _scan(0.1), "scan20": _scan(0.2), "noise20": _noisy(0.2), "hyphens": _hyphens, "spaces": _spaces,
              "scan_cut": both(about(0.25, 0.5), _scan(0.15)), "scan_blurb": both(teaser, _scan(0.1))},
    "edits": {"words5": _replaced(0.02), "words15": _replaced(0.12), "figures": _figures, "house": _house,
              "house_cut": both(about(0.4, 0.8), both(_house, _replaced(0.04)))},
    "forms": {"capitals": _upper, "typography": _typography, "transliterated": _transliterated, "decoded": _decoded,
              "plain": _plain, "keyboard": _keyboard, "plain_cut": both(about(0.3, 0.6), _typography)},
    "layout": {"shuffled": shuffle, "local_lead": local_lead, "captions": insert(WORDS["captions"], 4), "inserts": insert(WORDS["inserts"], 4),
               "late_start": late_start, "local_end": local_end,
               "local_scan": both(local_lead, _scan(0.08))},
}  # fmt: skip
CUTS = frozenset(
    {
        "third",
        "fifth",
        "two_thirds",
        "blurb",
        "excerpt",
        "tail",
        "picked",
        "scan_cut",
        "scan_blurb",
        "house_cut",
        "plain_cut",
    }
)
# Edits that leave every sentence, or nearly; or the lead is another.
WHOLE = frozenset(
    {
        "retold",
        "scan10",
        "scan20",
        "noise20",
        "hyphens",
        "words5",
        "words15",
        "figures",
        "house",
        "capitals",
        "typography",
        "decoded",
        "plain",
        "captions",
        "inserts",
    }
)
