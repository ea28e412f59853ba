"""What a line is by its words, if it is boilerplate at all, from naming.toml. Nothing is cut by these: see `kinds`."""

from __future__ import annotations

import tomllib
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from functools import cache
from itertools import compress
from pathlib import Path

from tasks.clean.acts import make_act
from tasks.clean.forms import KNOWN_LINES, Form
from tasks.clean.needles import Needles
from tasks.errors import ConfigError

FILE = Path(__file__).with_name("naming.toml")
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
