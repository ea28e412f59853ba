"""What a cut line is, by its words, from naming.toml: asked of what a model cut, and where a rule has many things under one kind.

Nothing is cut here. The model knows no kinds, its cuts had that of their shape: of the characters cut of two other authors'
boilerplate 17 and 20 of 100 had a wrong one.
"""

from __future__ import annotations

import tomllib
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from functools import cache
from itertools import compress
from pathlib import Path

from tasks.clean.acts import make_act
from tasks.clean.draft import Draft, Line
from tasks.clean.forms import KNOWN_LINES, Form
from tasks.clean.needles import Needles
from tasks.errors import ConfigError

FILE = Path(__file__).with_name("naming.toml")
BY_MODEL = "model"
# Cut for their place: what they say was not asked.
_BY_PLACE = frozenset({"list.item", "title.above", "caption.below_picture"})
_SAID_TWICE = "repeat."  # rules for what the text says again, whatever it is
MOST_CHARS = 170


@dataclass(frozen=True, slots=True)
class Name:
    """One kind of line. instead: kinds of rules that it is surer than."""

    form: Form
    instead: Collection[str]


@cache
def load_names() -> tuple[Name, ...]:
    """All of them, in the order of the file. Raises ConfigError."""
    try:
        entries = tomllib.loads(FILE.read_text(encoding="utf-8"))["act"]
    except (tomllib.TOMLDecodeError, UnicodeDecodeError, KeyError) as error:
        raise ConfigError(f"{FILE}: {error!r}. Fix the file.") from error
    return tuple(
        Name(make_act(entry, f"{FILE}: act {n}").form, frozenset(entry["instead"]))
        for n, entry in enumerate(entries, 1)
    )


def name_cuts(draft: Draft) -> None:
    """Gives cut lines the kind that their words tell: those of the model, and of rules that a name is surer than."""
    lines = [line for line in draft.lines if _may_be_named(line)]
    for line, name in zip(lines, names_of([line.text for line in lines]), strict=True):
        if name is None or line.verdict is None or line.verdict.kind == name.form.kind:
            continue
        by_words = line.verdict.rule_id not in _BY_PLACE and (
            line.verdict.rule_id != BY_MODEL or line.maybe is not None
        )
        if by_words and line.verdict.kind not in name.instead:
            continue
        line.verdict = line.verdict._replace(kind=name.form.kind)
        if line.text in draft.captions:
            draft.captions.remove(line.text)


def names_of(texts: Sequence[str]) -> list[Name | None]:
    """For each line the first that it fits, or None."""
    new = [text for text in dict.fromkeys(texts) if text not in _known]
    if len(_known) + len(new) > KNOWN_LINES:
        _known.clear()
        new = list(dict.fromkeys(texts))
    lows = [text.lower() for text in new]
    near = _needles().near(lows)
    _known.update(dict.fromkeys(new))
    for text, low, mask in compress(zip(new, lows, near, strict=True), near):
        _known[text] = next(
            (
                name
                for number, name in enumerate(load_names())
                if mask & Needles.bit(number) and name.form.fits(text, low)
            ),
            None,
        )
    return [_known[text] for text in texts]


_known: dict[str, Name | None] = {}


@cache
def _needles() -> Needles:
    return Needles([name.form.needles for name in load_names()])


@cache
def _kinds() -> frozenset[str]:
    """Kinds of rules that a name may be surer than."""
    return frozenset().union(*(name.instead for name in load_names()))


def _may_be_named(line: Line) -> bool:
    verdict = line.verdict
    if verdict is None or line.element_kind is not None or len(line.text) > MOST_CHARS:
        return False
    if verdict.rule_id.startswith(_SAID_TWICE):
        return False
    if verdict.rule_id == BY_MODEL or verdict.rule_id in _BY_PLACE:
        return True
    return verdict.kind in _kinds() and verdict.confidence_frac < 1.0  # what a person ruled stays
