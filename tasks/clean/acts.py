"""Speech acts of a site to its reader, from acts.toml: what is spoken of, and that the reader is spoken to.

Asked only about lines that the judge would keep: they cost more than forms. What they name goes unless it is nearly sure.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cache, lru_cache
from itertools import compress
from pathlib import Path
from typing import Any

from tasks.clean.forms import KNOWN_LINES, Form, is_told, make_form
from tasks.clean.needles import Needles
from tasks.clean.words import has_full_stop
from tasks.errors import ConfigError

FILE = Path(__file__).with_name("acts.toml")
TOPIC_CHARS, TOPIC_LINES = 8, 2  # letters of a word that its forms share; paragraphs that make it a topic
# Where a clause begins: at the start, or behind one of these.
_CLAUSE = r"(?:^|[.!?:;,|>(/…»–—-]\s{0,2})"
_ASCII_CLAUSE = r"(?:^|[.!?:;,|>(/-]\s{0,2})"
# What one quotes is not said by the site, nor is a line of dialogue.
_NOT_SAID = r"(?!\s{0,2}[\"“„«‘'—–])"
_QUOTED = re.compile(
    r"“[^“”]{1,120}”|«[^«»]{1,120}»|„[^„“”]{1,120}[“”]|(?<!\w)\"[^\"]{1,120}\"(?!\w)|「[^「」]{1,80}」|『[^『』]{1,80}』"
)
_QUOTES = '“«„"「『'  # one of which begins each of them
_WORD = re.compile(r"[^\W\d_]+")
_WIDE = re.compile(r"[\u2e80-\U0010ffff]")
_GROUP = re.compile(r"\((?:\?:)?([^()]*)\)(\?)?")
_BREAKS = re.compile(r"\\[a-zA-Z][*+?]?|\[[^\]]*\][*+?]?|\{[^}]*\}|.[?*](?![+?])|[.^$+]|\(\?<?[=!]")
_AHEAD = re.compile(r"\(\?<?[=!][^()]*\)")  # what stands behind or before is no part of a literal
_MAX_READINGS = 400  # of a word with choices
_AT_CLAUSE, _ANYWHERE = ("ask",), ("our", "you", "here", "plea")  # classes of words


@dataclass(frozen=True, slots=True)
class Act:
    """One speech act. nouns: what it is about; signs: literals of its other half, one of which is in every such line."""

    form: Form
    nouns: re.Pattern[str] | None = None
    signs: tuple[str, ...] = ()


@cache
def load_acts() -> tuple[Act, ...]:
    """The speech acts, then the lines that only a site writes. Raises ConfigError."""
    tables = _tables()
    acts = [make_act(entry, f"{FILE}: act {n}") for n, entry in enumerate(tables["act"], 1)]
    forms = [make_form(entry, f"{FILE}: form {n}") for n, entry in enumerate(tables["form"], 1)]
    return (*acts, *map(Act, forms))


def act_of(text: str) -> Form | None:
    """The first act that a line is, or None."""
    if text not in _known and text:
        learn_acts((text,))
    return _known.get(text)


def learn_acts(texts: Iterable[str]) -> None:
    """Finds the acts of many lines at once: their needles are looked for together."""
    new = list(dict.fromkeys(text for text in texts if text and text not in _known))
    if len(_known) + len(new) > KNOWN_LINES:
        _known.clear()
    _known.update(dict.fromkeys(new))
    said = [(text, _unquoted(text)) for text in new]
    asked = [(text, spoken, spoken.lower()) for text, spoken in said if len(spoken) <= _longest()]
    nouns, signs = _needles()
    near = nouns.near([low for *_, low in asked])
    # Few lines speak of one of the things: only they are looked through for the other half.
    asked, near = list(compress(asked, near)), [mask for mask in near if mask]
    for (text, spoken, low), noun, sign in zip(
        asked, near, signs.near([low for *_, low in asked]), strict=True
    ):
        _known[text] = next((form for form in _acts_near(noun & sign) if form.fits(spoken, low)), None)


def _unquoted(text: str) -> str:
    """What is said without what is quoted; most lines quote nothing."""
    if not any(map(text.__contains__, _QUOTES)):
        return text
    return _QUOTED.sub(" ", text) or text


@cache
def _longest() -> int:
    return max(act.form.max_chars for act in load_acts())


_known: dict[str, Form | None] = {}


@cache
def _needles() -> tuple[Needles, Needles]:
    acts = load_acts()
    return Needles([act.form.needles for act in acts]), Needles(
        [act.signs or act.form.needles for act in acts]
    )


@lru_cache(maxsize=4_096)
def _acts_near(near: int) -> tuple[Form, ...]:
    return tuple(act.form for number, act in enumerate(load_acts()) if near & Needles.bit(number))


def act_doubt_of(text: str) -> float:
    """Below which probability of the model a line goes for its act; 0 where it is none, or somebody tells of it."""
    form = act_of(text)
    return 0.0 if form is None or (has_full_stop(text) and is_told(text)) else form.doubt_frac


def speaks_of_topic(text: str, prose: Sequence[str]) -> bool:
    """Whether a line is a speech act about what the article itself is about: a podcast, in a guide to podcasts.

    prose: paragraphs of the article, the line perhaps among them.
    """
    form = act_of(text)
    nouns = next((act.nouns for act in load_acts() if act.form is form), None)
    if nouns is None:
        return False
    stems = {found[0].lower()[:TOPIC_CHARS] for found in nouns.finditer(text)}
    return any(sum(stem in one.lower() for one in prose if one is not text) >= TOPIC_LINES for stem in stems)


def is_spoken_to_reader(text: str) -> bool:
    """Whether a sentence asks its reader for something, or a site speaks of itself in it."""
    return _to_reader().search(text) is not None


@cache
def glued_words() -> frozenset[str]:
    """Words of which one is in sentences of a site, in lower case."""
    return frozenset(_tables()["words"]["glued"].split())


def has_glued_word(text: str) -> bool:
    """Whether one of them stands in a text."""
    return not glued_words().isdisjoint(_WORD.findall(text.lower()))


@cache
def _to_reader() -> re.Pattern[str]:
    words = _tables()["words"]
    anywhere = [word for name in _ANYWHERE for word in words[name]]
    asks = [word for name in _AT_CLAUSE for word in words[name]]
    return re.compile(rf"(?i:{_CLAUSE}(?:{'|'.join(asks)})(?!\w)|{_any_of(anywhere)})")


@cache
def _tables() -> Mapping[str, Any]:
    try:
        return tomllib.loads(FILE.read_text(encoding="utf-8"))
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise ConfigError(f"{FILE}: {error!r}. Fix the file.") from error


def make_act(act: Mapping[str, Any], name: str) -> Act:  # Any: TOML values, checked by `make_form`
    """An act from its entry in a file: its nouns, and of the other half what it names. Raises ConfigError."""
    words: Mapping[str, Sequence[str]] = _tables()["words"]
    nouns: list[str] = act["nouns"]
    signs = [word for kind in act.get("signs", ()) if kind in _ANYWHERE for word in words[kind]]
    signs += act.get("own", ())
    asks = [word for kind in act.get("signs", ()) if kind in _AT_CLAUSE for word in words[kind]]
    asks += act.get("asks", ())
    kept = {key: act[key] for key in ("kind", "max_chars", "doubt_frac", "cut", "keep") if key in act}
    pattern = f"(?i:{_pattern(nouns, signs, asks, _CLAUSE)})"
    form = make_form({**kept, "pattern": pattern, "needles": needles_of(nouns)}, name)
    in_low = re.compile(_pattern(_ascii(nouns), _ascii(signs), _ascii(asks), _ASCII_CLAUSE))
    about = re.compile(f"(?i:{_any_of(nouns)})")
    return Act(replace(form, in_low=in_low), about, tuple(needles_of([*signs, *asks])))


def _pattern(nouns: Sequence[str], signs: Sequence[str], asks: Sequence[str], clause: str) -> str:
    ways = [_any_of(signs)] if signs else []
    ways += [rf"{clause}(?:{'|'.join(asks)})(?!\w)"] if asks else []
    half = rf"(?=.*?(?:{'|'.join(ways)}))" if ways else ""
    return rf"^{_NOT_SAID}(?=.*?{_any_of(nouns)}){half}"


def _ascii(words: Iterable[str]) -> list[str]:
    """The words, or those of their readings, that can be found in ASCII text."""
    plain = [word.replace("['’]", "'") for word in words]
    return [one for word in plain for one in ([word] if word.isascii() else _readings(word)) if one.isascii()]


def _any_of(words: Iterable[str]) -> str:
    """A pattern for any of these words: whole ones, where the script parts words by blanks."""
    wide = [word for word in words if _WIDE.search(word)]
    apart = [word for word in words if not _WIDE.search(word)]
    ways = [rf"(?<!\w)(?:{'|'.join(apart)})(?!\w)"] if apart else []
    return "(?:" + "|".join([*ways, *wide]) + ")"


def needles_of(words: Iterable[str]) -> list[str]:
    """Literals in lower case, of which one stands in whatever the patterns of these words find."""
    seen = [_AHEAD.sub(".", word) for word in words]
    return sorted(
        {needle for word in seen for reading in _readings(word) if (needle := _literal(reading).lower())}
    )


def _readings(word: str) -> list[str]:
    """A word with choices as words without. Raises ValueError for one with too many to look for."""
    group = _GROUP.search(word)
    if group is None or "(?=" in word or "(?!" in word or "(?<" in word:
        return [word]
    options = [*group[1].split("|"), *([""] if group[2] else [])]
    made = [word[: group.start()] + option + word[group.end() :] for option in options]
    if len(made) > _MAX_READINGS:
        raise ValueError(
            f"{word[:60]!r} has {len(made)} choices in one place, at most {_MAX_READINGS} can be looked for"
        )
    return [reading for one in made for reading in _readings(one)]


def _literal(reading: str) -> str:
    """The longest run of plain characters."""
    return max(_BREAKS.sub("\0", reading).replace("\\", "\0").split("\0"), key=len, default="")
