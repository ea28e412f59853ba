"""Persons of one document: which full name a short form means, and which full forms are one name."""

from __future__ import annotations

import bisect
import re
from collections.abc import Mapping, Sequence

from tasks.entities.gazetteer import compact, fold
from tasks.entities.spans import Key, Mention

MOST_NAMES = 400  # with more persons it is a list of names, not an article, and all pairs are not compared
_INITIAL = re.compile(r"^[a-z]\.?$")
_ARTICLE = re.compile(r"^(?:al|el|as|ash|an|ad|ar|at|az)-(?=[a-z]{3})")
_LAST_SOUND = re.compile(r"(?:yy|iy|ij|ii|yi|yj|ey|ei)$")
_TITLE = re.compile(r"([A-Z][a-z]{2,})\.? $")
_PLAIN_TITLES = frozenset(
    {"mrs", "miss", "the", "and", "but", "for", "with", "that", "when", "while", "after", "then"}
)
_TITLE_CHARS = 24

Place = tuple[str, str]  # ("last" | "first" | "any", token)


class Persons:
    """Full names of a document, and which of them a short form means."""

    def __init__(self, mentions: Sequence[Mention], keys: Sequence[Key], texts: Mapping[str, str]) -> None:
        self._keys = keys
        self._tokens: dict[Key, list[str]] = {}
        self._single: dict[int, str] = {}
        self._titles: dict[int, str] = {}
        for at, mention in enumerate(mentions):
            if mention.type != "PERSON":
                continue
            self._titles[at] = title_before(texts[mention.field], mention.start)
            tokens = person_tokens(mention.surface)
            if len(tokens) > 1:
                self._tokens.setdefault(keys[at], tokens)
            elif tokens:
                self._single[at] = tokens[0]
        self._full = self._fuller()
        self._named: dict[Place, list[tuple[int, Key]]] = {}
        self._titled: dict[tuple[str, str], set[Key]] = {}
        for at, mention in enumerate(mentions):
            if mention.type == "PERSON" and keys[at] in self._full:
                self._remember(at, self._full[keys[at]])

    def _fuller(self) -> dict[Key, Key]:
        """For each full name the longest one with all its tokens in order, the first or the last the same."""
        if len(self._tokens) > MOST_NAMES:
            return {key: key for key in self._tokens}
        alike: dict[str, Key] = {}  # `Han Duck-soo` and `Han Duck Soo`
        for key, tokens in self._tokens.items():
            alike.setdefault(compact(" ".join(tokens)), key)
        found = {}
        for key, tokens in self._tokens.items():
            longer = [
                other
                for other, parts in self._tokens.items()
                if len(parts) > len(tokens)
                and _in_order(tokens, parts)
                and (parts[-1] == tokens[-1] or parts[0] == tokens[0])
            ]
            best = max(longer, key=lambda k: (len(self._tokens[k]), k)) if longer else key
            found[key] = best if best[0] == "Q" else alike[compact(" ".join(self._tokens[best]))]
        return found

    def _remember(self, at: int, key: Key) -> None:
        tokens = self._tokens[key]
        places = [("last", tokens[-1]), ("first", tokens[0]), *(("any", t) for t in tokens[1:-1])]
        places += [("heard", heard(t)) for t in tokens]
        for place in places:
            self._named.setdefault(place, []).append((at, key))
        if title := self._titles.get(at, ""):
            for token in tokens:
                self._titled.setdefault((title, token), set()).add(key)

    def full(self, at: int) -> Key:
        """The key of the person that mention `at` means: the one with its title, the last one named before it, or the next.

        A last token goes first (`Biden`, and `Son` of Bui Thanh Son), then a first one (`Xi` of Xi Jinping), at last one
        that is written another way (`Zelensky`, `Zelenskyy`; `Burhan`, `al-Burhan`).
        """
        key = self._keys[at]
        if key in self._full:
            return self._full[key]
        token = self._single.get(at, "")
        titled = self._titled.get((self._titles.get(at, ""), token), set())
        if len(titled) == 1:
            return next(iter(titled))
        for place in (("last", token), ("first", token), ("any", token), ("heard", heard(token))):
            if named := self._named.get(place):
                return named[max(0, bisect.bisect_left(named, (at, ("", ""))) - 1)][1]
        return key


def title_before(text: str, start: int) -> str:
    """The word with a capital right in front of a name, in small letters: `premier`; empty for `Mrs` and small words."""
    match = _TITLE.search(text[max(0, start - _TITLE_CHARS) : start])
    word = match[1].lower() if match else ""
    return "" if word in _PLAIN_TITLES else word


def heard(token: str) -> str:
    """A part of a name without an Arabic article, its last sound spelt one way: `zelenskyy` is `zelensky`."""
    bare = _ARTICLE.sub("", token)
    return _LAST_SOUND.sub("y", bare) if len(bare) > len("Andrei") - 1 else bare


def person_tokens(surface: str) -> list[str]:
    """Folded parts of a person's name, initials left out where other parts remain."""
    parts = [part for part in re.split(r"[\s.]+", fold(surface)) if part]
    return [p for p in parts if not _INITIAL.match(p)] or parts


def _in_order(short: list[str], long: list[str]) -> bool:
    at = iter(long)
    return all(token in at for token in short)
