"""Taggers: what finds names in a text. A new one is a module here and one line in `REGISTRY`."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Protocol

from tasks.entities.spans import Span
from tasks.errors import ConfigError


class Tagger(Protocol):
    """Finds the names of texts."""

    def tag(self, texts: Sequence[str]) -> list[list[Span]]:
        """Mentions of each text, sorted, not overlapping, the same whatever the batch or the order."""
        ...


def _cleancopy(argument: str) -> Tagger:
    from tasks.entities.taggers.cleancopy import CleancopyTagger  # noqa: PLC0415 - numpy only where it is used

    if argument:
        raise ConfigError(f"tagger 'cleancopy' takes no argument, got {argument!r}")
    return CleancopyTagger()


def _spacy(argument: str) -> Tagger:
    from tasks.entities.taggers.spacy import SpacyTagger  # noqa: PLC0415 - as above

    return SpacyTagger(argument)


def _hugging_face(argument: str) -> Tagger:
    from tasks.entities.taggers.huggingface import HuggingFaceTagger  # noqa: PLC0415 - as above

    return HuggingFaceTagger(argument)


def _gliner(argument: str) -> Tagger:
    from tasks.entities.taggers.gliner import GlinerTagger  # noqa: PLC0415 - as above

    return GlinerTagger(argument)


def _stanza(argument: str) -> Tagger:
    from tasks.entities.taggers.stanza import StanzaTagger  # noqa: PLC0415 - as above

    return StanzaTagger(argument)


REGISTRY: dict[str, Callable[[str], Tagger]] = {
    "cleancopy": _cleancopy,
    "gliner": _gliner,
    "hf": _hugging_face,
    "spacy": _spacy,
    "stanza": _stanza,
}


def load_tagger(name: str) -> Tagger:
    """A tagger by its setting: a registered name, with an argument after a colon where it takes one.

    Raises ConfigError that lists what exists, or says what is missing.
    """
    kind, _, argument = name.partition(":")
    make = REGISTRY.get(kind)
    if make is None:
        raise ConfigError(f"no tagger {name!r}: choose one of {', '.join(sorted(REGISTRY))}")
    return make(argument)
