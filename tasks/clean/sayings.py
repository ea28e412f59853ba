"""Sayings: what boilerplate says, written as plain phrases with slots.

A saying is matched against a whole line without its bullets, white space runs and final punctuation, case
aside. `{n}` is a number, `{date}` a date or time, `{name}` a person's name, `{site}` a medium's name, `{nets}`
one or more social networks, `{url}` an address, `{any}` anything; `[...]` may be missing, `(a|b)` is a
choice. `{any}` right behind a word may also be nothing. Slots are bounded, and at most two wide ones stand
before the end, so that matching is bounded too.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable
from dataclasses import dataclass
from functools import cache
from itertools import takewhile

from tasks.clean.words import is_date_words, is_name_words, is_site_words

MAX_LINE_CHARS = 300  # a longer line is prose or a dump in one line: sayings do not look at it

_NETS = (
    "facebook|twitter|x|instagram|youtube|tiktok|telegram|whatsapp|linkedin|threads|zalo|pinterest|reddit|viber|"
    "bluesky|mastodon|google news|google|apple news|flipboard|line|weibo|wechat|messenger|snapchat|vk|rss|"
    "google tin tức|google noticias|google actualités|spotify|xing|mail|e-mail|email"
)
_SEPARATORS = (
    r"(?: ?[,/|·&+] ?| and | und | et | y | e | og | och | en | và | oder | or | ou | o | i | ve | dan | )"
)
_SLOTS = {
    "n": r"\d[\d.,]{0,8} ?[km]?",
    "time": r"\d{1,2} ?[:.h] ?\d{2}(?: ?[ap]\.?m\.?)?",
    "date": r"(?P<date%d>.{3,60})",
    "name": r"(?P<name%d>.{2,60})",
    "site": r"(?P<site%d>.{2,50})",
    "nets": rf"(?:{_NETS})(?:{_SEPARATORS}(?:{_NETS})){{0,8}}",
    "url": r"(?:https?://|www\.)\S{3,400}",
    "sep": r" ?(?:[:：|»›–—]|>{1,3}|-) ?",
    "any": r".{1,220}",
}
_REST = r"\b.{0,220}"
_REST_BEHIND_SIGN = r"(?!\w).{0,220}"  # a vowel sign of Hindi is no letter to `\b`
_CHECKS: dict[str, Callable[[str], bool]] = {
    "date": is_date_words,
    "name": is_name_words,
    "site": is_site_words,
}
_TOKEN = re.compile(r"\{(\w+)\}|\[([^\[\]]+)\]|\(([^()]+)\)| |[^{\[( ]+")
_WORD = re.compile(r"\w+")
_LETTERS = re.compile(r"[^\W\d_]+")
NUMBER = "0"  # the key of sayings that begin with any number
_FIRST_OPEN, _LAST_OPEN = re.compile(r"[{\[(]"), re.compile(r"[}\])]")
MAX_EDGES = 64  # beginnings or ends of one saying that are told apart
WIDE = "\u2e80"  # sayings with letters of a script without blanks: looked at where a line has any
_WIDE_LETTER = re.compile(r"[\u2e80-\U0010ffff]")
_LEFT = " \t\u00a0\u3000•·*|›▶►▸◆■□●○◦→➤➜#_~=-–—>【"
_RIGHT = " \t\u00a0\u3000:»›→➤|.…!?_~=-–—>•·：。！】।"


class SayingError(ValueError):
    """A saying that cannot be read; the message says why."""


@dataclass(frozen=True, slots=True)
class Saying:
    """A compiled saying with slots. It is filed under `keys`, or under `words` if it may begin with anything.

    keys: beginnings, at most 3 characters, "0" for a number. words: one of them, in lower case, is in every such
    line; an empty one is in all, `WIDE` in those of a script without blanks. need: lower-case characters that every such
    line has; runs: see `may_match`; heads, tails: of which it begins and ends with one. apart: a run of letters that it
    has, or an empty text. labelled: a colon or a bar parts label and text.
    """

    source: str  # compiled when a line first comes near it: most runs meet few of thousands
    keys: tuple[str, ...]
    words: tuple[str, ...]
    need: str
    runs: tuple[tuple[str, ...], ...]
    heads: tuple[str, ...]
    tails: tuple[str, ...]
    apart: str
    labelled: bool
    checks: tuple[tuple[str, Callable[[str], bool]], ...]

    def may_match(self, low: str) -> bool:
        """Whether a line in lower case has all its literals in their order, of each choice one: nearly all others lack one.

        A pattern is compiled when the first line comes near it, which takes as long as a hundred such looks.
        """
        at = 0
        for run in self.runs:
            if len(run) == 1:  # every second
                place = low.find(run[0], at)
                if place < 0:
                    return False
                at = place + len(run[0])
                continue
            ends = [place + len(one) for one in run if (place := low.find(one, at)) >= 0]
            if not ends:
                return False
            at = min(ends)
        return True

    def matches(self, bare: str) -> bool:
        """Whether the whole line, as `bare_line` gives it, is this saying."""
        found = _pattern(self.source).fullmatch(bare)
        return found is not None and all(check(found[group]) for group, check in self.checks if found[group])


def bare_line(text: str) -> str:
    """A line without bullets, white space runs and final punctuation."""
    left = _LEFT if "«" in text else _LEFT + "»"  # »a German quote« is no arrow
    return " ".join(text.split()).lstrip(left).rstrip(_RIGHT)


def is_plain(saying: str) -> bool:
    """Whether a saying has neither slots nor choices: a table look-up is enough."""
    return not any(mark in saying for mark in "{[(")


@cache
def compile_saying(saying: str) -> Saying:
    """The saying as an anchored, bounded pattern. Raises SayingError."""
    parts: list[str] = []
    checks: list[tuple[str, Callable[[str], bool]]] = []
    wide = 0
    for token in _TOKEN.finditer(saying):
        slot, optional, choice = token.groups()
        if slot:
            if slot not in _SLOTS:
                raise SayingError(f"unknown slot {{{slot}}}; there are {', '.join(sorted(_SLOTS))}")
            wide += slot in {"any", "date", "name", "site"} and token.end() < len(saying)
            attached = slot == "any" and parts and parts[-1] not in {" ", _SLOTS["sep"]}
            rest = _rest_behind(saying[token.start() - 1 : token.start()])
            parts.append(
                rest if attached else _SLOTS[slot] % len(checks) if slot in _CHECKS else _SLOTS[slot]
            )
            if slot in _CHECKS:
                checks.append((f"{slot}{len(checks)}", _CHECKS[slot]))
        elif optional:
            parts.append("(?:" + "|".join(_phrase(option) for option in optional.split("|")) + ")?")
        elif choice and "|" in choice:
            parts.append("(?:" + "|".join(_phrase(option) for option in choice.split("|")) + ")")
        elif choice:
            parts.append(r"\(" + _phrase(choice) + r"\)")
        else:
            parts.append(" " if token[0] == " " else _loose(token[0]))
    if wide > 2:
        raise SayingError("at most two wide slots before the end")
    keys, runs = tuple(dict.fromkeys(_keys(saying))), _runs(saying)
    return Saying(
        source="".join(parts),
        keys=tuple(key for key in keys if key),
        words=_open_words(saying) if "" in keys else (),
        need=max((run[0] for run in runs if len(run) == 1), key=len, default=""),
        runs=runs if len(runs) > 1 or (runs and len(runs[0]) > 1) else (),
        heads=_edges(saying)[0],
        tails=_edges(saying)[1],
        apart=max(apart_words(saying), key=len, default=""),
        labelled="{sep}" in saying,
        checks=tuple(checks),
    )


def _rest_behind(char: str) -> str:
    """What `{any}` is right behind a character: not the rest of its word, where the script parts words by blanks."""
    if not char or _is_wide(char):
        return ".{0,220}"
    return _REST_BEHIND_SIGN if unicodedata.category(char)[0] == "M" else _REST


@cache
def _pattern(source: str) -> re.Pattern[str]:
    return re.compile(source, re.IGNORECASE)


def _loose(literal: str) -> str:
    return re.escape(literal).replace(r"\ ", " ").replace("'", "['’]")


def _phrase(inner: str) -> str:
    """The inside of [...] or (...): words and slots that need no check."""
    pieces = re.split(r"\{(\w+)\}", inner)
    if any(piece in _CHECKS or piece not in _SLOTS for piece in pieces[1::2]):
        raise SayingError(f"slot inside brackets: {inner!r}")
    return "".join(_SLOTS[piece] if number % 2 else _loose(piece) for number, piece in enumerate(pieces))


def _keys(saying: str) -> tuple[str, ...]:
    """The first characters of what a saying can begin with; empty text where that is open."""
    first = _TOKEN.match(saying)
    if first is None:
        return ("",)
    slot, optional, choice = first.groups()
    if slot:
        return {"n": (NUMBER,), "time": (NUMBER,), "url": ("htt", "www")}.get(slot, ("",))
    if optional:
        return (*_keys(optional), *_keys(saying[len(optional) + 2 :].lstrip()))
    if choice and "|" in choice:
        return tuple(
            sorted({key for option in choice.split("|") for key in (_keys(option) if option else ("",))})
        )
    return (re.split(r"[{\[(]", saying, maxsplit=1)[0][:3].lower() or "(",)


def _runs(saying: str) -> tuple[tuple[str, ...], ...]:
    """The literals, in their order, that every line with this saying has: of each choice one."""
    runs: list[tuple[str, ...]] = []
    grows = False
    for token in _TOKEN.finditer(saying):
        readings = tuple(_readings(token))
        if len(readings) == 1 and grows:
            runs[-1] = (runs[-1][0] + readings[0],)
        elif readings and all(readings):
            runs.append(readings)
        grows = len(readings) == 1
    return tuple(runs)


def _open_words(saying: str) -> tuple[str, ...]:
    """Words under which a saying with an open beginning is filed: one it needs, or each of those of which it needs one."""
    literals = [token[0] for token in _TOKEN.finditer(saying) if not any(token.groups())]
    literal = max(literals, key=len, default="").strip().lower()
    if any(map(_is_wide, literal)):
        return (WIDE,)
    words = _WORD.findall(literal)
    return (max(words, key=len),) if words else _one_of(saying) or ("",)


def _edges(saying: str) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """What lines with this saying can begin and end with, lower case; an empty text where that is open."""
    tokens = [_readings(token) for token in _TOKEN.finditer(saying)]
    heads, tails = [""], [""]
    for readings in takewhile(bool, tokens):
        if len(heads) * len(readings) > MAX_EDGES:
            break
        heads = [head + more for head in heads for more in readings]
    for readings in takewhile(bool, reversed(tokens)):
        if len(tails) * len(readings) > MAX_EDGES:
            break
        tails = [more + tail for tail in tails for more in readings]
    return tuple(dict.fromkeys(heads)), tuple(dict.fromkeys(tails))


def _readings(token: re.Match[str]) -> list[str]:
    """The literals that a token stands for, as lines in lower case have them; none where it holds a slot."""
    slot, optional, choice = token.groups()
    inner = optional or choice
    if slot or (inner and "{" in inner):
        return []
    if inner is None:
        found = [token[0]]
    elif choice and "|" not in choice:
        found = [f"({choice})"]
    else:
        found = inner.split("|") + [""] * bool(optional)
    return [literal.lower().replace("’", "'") for literal in found]


def _one_of(saying: str) -> tuple[str, ...]:
    """Whole words of a choice that stands apart from its neighbours, the one without short words; empty where there is none."""
    found: tuple[str, ...] = ()
    for token in _TOKEN.finditer(saying):
        slot, _, choice = token.groups()
        options = _NETS if slot == "nets" else choice
        if not options or not _stands_apart(saying[: token.start()], saying[token.end() :]):
            continue
        words = [max(_WORD.findall(option.lower()), key=len, default="") for option in options.split("|")]
        is_whole = all(word and not any(map(_is_wide, word)) for word in words)
        if is_whole and min(map(len, words)) > min(map(len, found), default=0):
            found = tuple(dict.fromkeys(words))
    return found


def _stands_apart(before: str, after: str) -> bool:
    """Whether no letter can touch what stands between these parts of a saying."""
    fine_before = not before or before.endswith("{sep}") or not (before[-1].isalnum() or before[-1] in "}])")
    open_after = after.startswith(("{sep}", "{any}"))
    return fine_before and (not after or open_after or not (after[0].isalnum() or after[0] in "{[(_"))


def _is_wide(letter: str) -> bool:
    """Whether a letter is of a script that does not part words by blanks, or glues endings to them."""
    return letter >= "\u2e80"


def apart_words(saying: str) -> list[str]:
    """Runs of letters of a saying that are runs of letters of every line with it, in lower case: nothing can touch them."""
    found: list[str] = []
    for token in _TOKEN.finditer(saying):
        if any(token.groups()):
            continue
        apart_left = _stands_apart(saying[: token.start()], "")
        apart_right = _stands_apart("", saying[token.end() :])
        found += [
            run[0]
            for run in _LETTERS.finditer(token[0].lower())
            if (run.start() or apart_left) and (run.end() < len(token[0]) or apart_right)
        ]
    return [run for run in found if not any(map(_is_wide, run))]


def heads_of(low: str) -> tuple[str, ...]:
    """All that sayings which a line with this beginning, in lower case, may begin with are filed under."""
    return NUMBER if low[:1].isdigit() else low[:1], *[low[:n] for n in range(2, len(low) + 1)]


def words_of(low: str) -> list[str]:
    """The words under which sayings with an open beginning that a line, in lower case, may be are filed."""
    first, *wide = open_keys(low)
    return [first, *_WORD.findall(low), *wide]


def letters_of(low: str) -> list[str]:
    """The runs of letters of a line in lower case."""
    return _LETTERS.findall(low)


def open_keys(low: str) -> tuple[str, ...]:
    """Those of them that are no words."""
    return ("", WIDE) if not low.isascii() and _WIDE_LETTER.search(low) else ("",)
