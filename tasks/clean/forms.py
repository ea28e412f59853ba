"""What a short line's words say of its kind, from forms.toml: weaker than a rule, for any site's wording.

A form names what the model cuts; some let a line go that the model is not nearly sure of.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cache, lru_cache
from pathlib import Path
from typing import Any

from tasks.clean.needles import Needles
from tasks.clean.words import has_full_stop
from tasks.errors import ConfigError
from tasks.schema import EDIT_KINDS

FILE = Path(__file__).with_name("forms.toml")
MAX_CHARS = 120  # of a line that a form without `max_chars` is looked for in
# On 120 articles with boilerplate of another author's wording, lines of a form that the model keeps with 0.25 to 0.6:
# 35 of boilerplate, and of the article only sentences.
DOUBT_FRAC = 0.6
KNOWN_LINES = 20_000  # answers held
# What counts where case does not: a capital, one written by its number, a letter that is another's in ASCII.
_CASED = re.compile(r"(?<!\\)[A-Z\u0130\u0131\u017f\u212a]|\\[xuUN]")
_TOLD = re.compile(
    r"(?<!\w)(?:said|told|says|added|asked|argued|sagte[n]?|sagt|erklärte[n]?|meinte|a dit|déclaré|affirm[eé]|assure|dijo|dijeron|dice|"
    r"aseguró|explicó|ha detto|disse|dice|racconta|disse|disseram|diz|conta|afirmou|zei|zegt|vertelde|sa|säger|sade|berättar|powiedział[a]?|"
    r"mówi|dodał[a]?|gritó|gritou|gridò|cried|shouted|replied|rief|schrie|riep|ropade|krzyknął|bağırdı|respondió|respondeu|rispose|"
    r"dedi|söyledi|diyen|diyor|anlattı|cho biết|nói|kể|kata|ujar|tutur)(?!\w)"
)
# Verbs that sites use too are somebody's words only behind a comma or a quote: "Download the app, they tell me."
_ASIDE = re.compile(
    r"(?:[,”\"»’]\s|[–—]\s?)(?:[^\s,.;:!?]{1,15}\s){0,2}(?:say|says|tell|tells|explains?|explained|recalls?|recalled|insists?|insisted|promises|promised|warn(?:s|ed)|joke[ds]|"
    r"wrote|writes|thought|begg?e?(?:d|s)|laughs|laughed|admits|admitted|sage|sag|ruft|fragte?|schreibt|schrieb|lachte?|scherzte?|erinnert|erzählte?|denke|dachte|"
    r"stand auf|steht auf|heißt es|hieß es|dit|disait|explique|raconte|lance|lançait|plaisantait|plaisante|ajoute|répond|écrit|sourit|crie|confie|insiste|témoigne|rappelle|"
    r"decía|dicen|explica|cuenta|recuerda|bromea|bromeó|afirma|insiste|señaló|digo|dije|escribió|diceva|dicono|spiega|ricorda|scherza|risponde|assicura|dico|"
    r"dizia|dizem|lembra|brinca|explicou|digo|lacht|grapte|schreef|stond op|staat op|zeg|vindt|mówił[a]?|mówią|mówię|śmieje się|żartuje|pyta|wyjaśnia|"
    r"säger|sier|siger|fortæller|forteller|skrev|menar|mener|minns|anlatıyor|anlattı|derdi|dedim|diye|đùa|hỏi|bảo|jelas|ungkap|tegas|"
    r"сказал[аи]?|говорит|говорят|заявил[аи]?|рассказал[аи]?|отметил[аи]?|пишет|отвечает|шутит|вспоминает)(?!\w)"
)
_TOLD_WIDE = re.compile(
    r"と(?:話|語|述べ|笑|振り返|言[うっ]|い[うっ]|明か|説明し)|[」』]と|[说說道][，：,:“「]|表示[，：,:“「]|(?:말했|전했|밝혔|설명했|덧붙였)다|ने कहा|ने बताया|(?<!\w)و?(?:قال|قالت|أضاف|أوضح)(?!\w)"
)
_DIALOGUE = re.compile(r"[—–]\s?[^—–]{2,200}\s[—–]\s?[a-zà-ỹ]")  # "—Follow us —she cried from the pier."
_KEYS = frozenset({"kind", "pattern", "needles", "max_chars", "doubt_frac", "cut", "keep"})


@dataclass(frozen=True, slots=True)
class Form:
    """One form. doubt_frac: a line of it goes if the model keeps it with less; 0 for what `doubt_of` takes then.

    needles: lower-case literals, of which one is in every line that the pattern is found in.
    """

    kind: str
    pattern: re.Pattern[str]
    needles: tuple[str, ...]
    max_chars: int
    doubt_frac: float
    cut: tuple[str, ...]
    keep: tuple[str, ...]
    in_low: re.Pattern[str] | None = None  # see `_without_case`

    def fits(self, text: str, low: str) -> bool:
        """Whether a line has this form. low: the line in lower case."""
        if len(text) > self.max_chars:
            return False
        for needle in self.needles:  # a loop: `any` costs three times as much
            if needle in low:
                if self.in_low is not None and text.isascii():
                    return self.in_low.search(low) is not None
                return self.pattern.search(text) is not None
        return False


@cache
def load_forms(path: Path = FILE) -> tuple[Form, ...]:
    """The forms in the order of the file. Raises ConfigError, naming the form, for what is not as it should be."""
    try:
        entries = tomllib.loads(path.read_text(encoding="utf-8"))["form"]
    except (tomllib.TOMLDecodeError, UnicodeDecodeError, KeyError) as error:
        raise ConfigError(f"{path}: {error!r}. Fix the file.") from error
    return tuple(make_form(entry, f"{path}: form {number}") for number, entry in enumerate(entries, 1))


def make_form(entry: Mapping[str, Any], name: str) -> Form:  # Any: TOML values, checked here
    """A form from its entry in a file. Raises ConfigError, naming the form."""
    if strange := set(entry) - _KEYS:
        raise ConfigError(f"{name}: unknown keys {sorted(strange)}; known are {sorted(_KEYS)}")
    if entry.get("kind") not in EDIT_KINDS:
        raise ConfigError(f"{name}: kind {entry.get('kind')!r} is not one of {', '.join(EDIT_KINDS)}")
    if not all(entry.get(key) for key in ("pattern", "needles", "cut", "keep")):
        raise ConfigError(f"{name}: it needs a pattern, needles and examples `cut` and `keep`")
    try:
        pattern = re.compile(entry["pattern"])
    except re.error as error:
        raise ConfigError(f"{name}: {error}") from error
    return Form(
        entry["kind"],
        pattern,
        tuple(entry["needles"]),
        int(entry.get("max_chars", MAX_CHARS)),
        float(entry.get("doubt_frac", 0.0)),
        tuple(entry["cut"]),
        tuple(entry["keep"]),
        _without_case(entry["pattern"]),
    )


def _without_case(source: str) -> re.Pattern[str] | None:
    """What finds in ASCII text in lower case what a pattern `(?i:...)` finds in the text; None for other patterns.

    Where case counts, a choice of words is passed over by its first letters: a search takes a third of the time.
    """
    body = source[4:-1]
    is_plain = source.startswith("(?i:") and source.endswith(")") and not _CASED.search(body)
    try:
        return re.compile(body) if is_plain else None
    except re.error:  # the first group ends before the last does
        return None


def form_of(text: str) -> Form | None:
    """The first form that a line has, or None."""
    if text not in _known and text:
        low = text.lower()
        _hold(text, next((form for form in load_forms() if form.fits(text, low)), None))
    return _known.get(text)


def learn_forms(texts: Iterable[str]) -> None:
    """Finds the forms of many lines at once, so that `form_of` knows them: their needles are looked for together."""
    new = [text for text in texts if text and text not in _known]
    lows = [text.lower() for text in new]
    for text, low, near in zip(new, lows, _needles().near(lows), strict=True):
        form = None
        for one in _forms_near(near):  # a loop: a generator costs twice as much
            if one.fits(text, low):
                form = one
                break
        _hold(text, form)


def _hold(text: str, form: Form | None) -> None:
    if len(_known) >= KNOWN_LINES:
        _known.clear()
    _known[text] = form


_known: dict[str, Form | None] = {}  # menus come again in every document of a source


@cache
def _needles() -> Needles:
    return Needles([form.needles for form in load_forms()])


@lru_cache(maxsize=4_096)  # a few masks serve nearly all lines
def _forms_near(near: int) -> tuple[Form, ...]:
    """The forms of a mask, in the order of the file."""
    return tuple([form for bit, form in _by_bit() if near & bit])


@cache
def _by_bit() -> tuple[tuple[int, Form], ...]:
    return tuple((Needles.bit(number), form) for number, form in enumerate(load_forms()))


@cache
def most_doubt() -> float:
    """The greatest that `doubt_of` says of any line."""
    return max(DOUBT_FRAC, *(form.doubt_frac for form in load_forms()))


def doubt_of(text: str) -> float:
    """Below which probability of the model a line goes for its form; 0 where its form says nothing.

    What ends with a full stop may be a sentence of the article: it needs a form that says so itself.
    """
    form = form_of(text)
    if form is None:
        return 0.0
    if not has_full_stop(text):
        return form.doubt_frac or DOUBT_FRAC
    return 0.0 if is_told(text) else form.doubt_frac


def is_told(text: str) -> bool:
    """Whether a sentence reports what somebody said: "The newsletter never came, she said." is the article's."""
    low = text.lower()
    return (
        _TOLD.search(low) is not None
        or _ASIDE.search(low) is not None
        or _DIALOGUE.match(text) is not None
        or (not text.isascii() and _TOLD_WIDE.search(text) is not None)
    )
