"""Edits: what is done to a text when it is published again, written for the stress set and not from the pack.

Every edit takes a generator and a text (paragraphs parted by blank lines) and gives a text. Each stands in one
group; stress.py gives a story copies of one group only, so that a fold can keep a group aside with its stories.
"""

from __future__ import annotations

import codecs
import re
import tomllib
import unicodedata
from collections.abc import Callable, Sequence
from pathlib import Path
from random import Random

Edit = Callable[[Random, str], str]

_SENTENCE = re.compile(r"[^.!?。！？؟]*[.!?。！？؟]+[\"'”’」)]*\s*|[^.!?。！？؟]+$")
_TOKEN = re.compile(r"\w+|\W+")
_WIDE = re.compile(r"[\u0e00-\u0eff\u3040-\u30ff\u3400-\u9fff]")

WORDS = tomllib.loads((Path(__file__).parent / "edits.toml").read_text(encoding="utf-8"))
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


def _as_latin1(error: UnicodeError) -> tuple[str, int]:
    """What browsers do with the five bytes that Windows-1252 leaves open."""
    assert isinstance(error, UnicodeDecodeError)
    return error.object[error.start : error.end].decode("latin-1"), error.end


codecs.register_error("as_latin1", _as_latin1)


def paragraphs(text: str) -> list[str]:
    """Its paragraphs, without empty ones."""
    return [part.strip() for part in text.split("\n\n") if part.strip()]


def sentences(text: str) -> list[str]:
    """Sentences as a stop or the end of a paragraph parts them."""
    return [found.strip() for part in paragraphs(text) for found in _SENTENCE.findall(part) if found.strip()]


def is_wide(text: str) -> bool:
    """Whether the text is written without spaces between words."""
    return len(_WIDE.findall(text)) > 0.3 * len(text)


def _join(parts: list[str]) -> str:
    return "\n\n".join(parts)


def _first(text: str, frac: float) -> str:
    """The first sentences up to a share of the characters, at least one, paragraphs kept."""
    left, kept = frac * len(text), []
    for part in paragraphs(text):
        inside = []
        for found in _SENTENCE.findall(part):
            if left <= 0:
                break
            inside.append(found)
            left -= len(found)
        if inside:
            kept.append("".join(inside).strip())
    return _join(kept)


def _about(low: float, high: float) -> Edit:
    return lambda dice, text: _first(text, dice.uniform(low, high))


def _teaser(dice: Random, text: str) -> str:
    """One or two sentences: 18 words at least, for less says nothing."""
    kept, found = "", sentences(text)
    for place, sentence in enumerate(found):
        kept += " " + sentence
        size = len(kept) / 2.5 if is_wide(kept) else len(kept.split())
        if size >= 18 and (place >= 1 or dice.random() < 0.4):
            break
    return kept.strip() + dice.choice(("", " ...", " […]", "\n\nRead the full story"))


def _excerpt(dice: Random, text: str) -> str:
    parts = paragraphs(text)
    size = max(1, round(len(parts) * dice.uniform(0.4, 0.6)))
    start = dice.randrange(len(parts) - size + 1)
    return _join(parts[start : start + size])


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


def _condense(dice: Random, text: str) -> str:
    """A quarter to a half of the sentences left out, and the ends of some others."""
    share, kept = dice.uniform(0.25, 0.5), []
    for part in paragraphs(text):
        inside = [found for found in sentences(part) if dice.random() > share]
        inside = [s.rsplit(",", 1)[0] + "." if "," in s and dice.random() < 0.3 else s for s in inside]
        kept += [" ".join(inside)] if inside else []
    return _join(kept) if len(_join(kept)) > 0.3 * len(text) else text


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


def _shuffle(dice: Random, text: str) -> str:
    head, *rest = paragraphs(text)
    for _ in range(max(1, len(rest) // 2)):
        if len(rest) > 1:
            rest.insert(dice.randrange(len(rest)), rest.pop(dice.randrange(len(rest))))
    return _join([head, *rest])


def _local_lead(dice: Random, text: str) -> str:
    """One to three sentences of a local desk in place of, or before, the first ones: a fifth of the text at most."""
    lead = " ".join(_say(dice, line) for line in dice.sample(WORDS["leads"], dice.randrange(1, 4)))
    found = sentences(text)
    drop = 0
    while dice.random() < 0.6 and drop < len(found) // 6:
        drop += 1
    body = text
    for sentence in found[:drop]:
        body = body.replace(sentence, "", 1)
    return lead[: max(60, len(text) // 5)].rsplit(" ", 1)[0] + ".\n\n" + _join(paragraphs(body))


def _say(dice: Random, line: str) -> str:
    return line.format(
        dice.choice(WORDS["places"]), dice.choice(WORDS["days"]), dice.choice(WORDS["writers"])
    )


def _insert(lines: Sequence[str], most: int) -> Edit:
    def edit(dice: Random, text: str) -> str:
        parts = paragraphs(text)
        for _ in range(dice.randrange(1, most + 1)):
            parts.insert(dice.randrange(len(parts) + 1), _say(dice, dice.choice(lines)))
        return _join(parts)

    return edit


def _both(one: Edit, other: Edit) -> Edit:
    return lambda dice, text: other(dice, one(dice, text))


GROUPS: dict[str, dict[str, Edit]] = {
    "cuts": {"third": _about(0.28, 0.4), "fifth": _about(0.15, 0.25), "two_thirds": _about(0.6, 0.8), "blurb": _teaser,
             "excerpt": _excerpt, "condensed": _condense},
    "scans": {"scan10": _scan(0.1), "scan20": _scan(0.2), "noise20": _noisy(0.2), "hyphens": _hyphens, "spaces": _spaces,
              "scan_cut": _both(_about(0.25, 0.5), _scan(0.15)), "scan_blurb": _both(_teaser, _scan(0.1))},
    "edits": {"words5": _replaced(0.02), "words15": _replaced(0.12), "figures": _figures, "house": _house,
              "house_cut": _both(_about(0.4, 0.8), _both(_house, _replaced(0.04)))},
    "forms": {"capitals": _upper, "typography": _typography, "transliterated": _transliterated, "decoded": _decoded,
              "plain": _plain, "plain_cut": _both(_about(0.3, 0.6), _typography)},
    "layout": {"shuffled": _shuffle, "local_lead": _local_lead, "captions": _insert(WORDS["captions"], 4), "inserts": _insert(WORDS["inserts"], 4),
               "local_cut": _both(_local_lead, _about(0.4, 0.7)), "local_scan": _both(_local_lead, _scan(0.08))},
}  # fmt: skip
CUTS = frozenset(
    {"third", "fifth", "two_thirds", "blurb", "excerpt", "scan_cut", "scan_blurb", "house_cut", "plain_cut"}
)
