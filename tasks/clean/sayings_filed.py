"""Sayings filed so that a line meets only the few, of thousands, that it may be."""

from __future__ import annotations

from collections.abc import Sequence
from operator import itemgetter
from typing import Generic, TypeVar

from tasks.clean.judge.spellings import Known
from tasks.clean.judge.tokens import words_of as words_in
from tasks.clean.sayings import NUMBER, WIDE, Saying, heads_of, letters_of, open_keys, words_of

R = TypeVar("R")
_KNOWN_HEADS = 20_000  # answers held for the first characters of lines
_HEAD_CHARS = 6  # of a line that a saying's beginnings are filed by
_LAST = 9  # the place of what is filed by beginnings for want of a word: behind all keys
_Entry = tuple[
    str, tuple[str, ...], tuple[str, ...], Saying, R
]  # need, heads and tails of the saying; see there
Runs = tuple[int, ...] | None  # places of runs of letters, in their order; None where nobody looked


class Filed(Generic[R]):
    """Sayings with slots, each with its rule, by what lines begin with and by a word that they have."""

    def __init__(self, pairs: Sequence[tuple[Saying, R]]) -> None:
        self._headed: dict[str, list[tuple[tuple[int, int], _Entry[R]]]] = {}  # each with its place
        self._worded: dict[str, list[_Entry[R]]] = {}
        # Some hundred begin with a number: most of them are filed by a word that they have besides.
        self._numbered: dict[str, list[tuple[int, _Entry[R]]]] = {"": []}
        for number, (saying, rule) in enumerate(pairs):
            entry = (saying.need, saying.heads, saying.tails, saying, rule)
            for key in saying.keys:
                if key == NUMBER:
                    self._numbered.setdefault(saying.apart, []).append((number, entry))
                else:
                    for head in _heads_under(key, saying.heads):
                        self._headed.setdefault(head, []).append(((len(key), number), entry))
            for word in saying.words:
                if word or not all(map(_is_head, saying.heads)):
                    self._worded.setdefault(word, []).append(entry)
                    continue
                for head in dict.fromkeys(head[:_HEAD_CHARS] for head in saying.heads):
                    self._headed.setdefault(head, []).append(((_LAST, number), entry))
        words = set(self._worded) - {"", WIDE}
        by_run: dict[str, list[_Entry[R]]] = {}
        for word in sorted(words):
            for run in letters_of(word):
                by_run.setdefault(run, []).extend(self._worded[word])
        runs = sorted(by_run)
        self._known, self._by_run = Known(runs), [by_run[run] for run in runs]
        self._all_have_runs = all(map(letters_of, words))
        self._by_head: dict[str, list[_Entry[R]]] = {}

    def runs(self, texts: Sequence[str]) -> list[Runs]:
        """For each line of a document the runs of letters under which sayings are filed; most have none."""
        if not self._all_have_runs:
            return [None] * len(texts)
        found: list[tuple[int, ...]] = [()] * len(texts)
        words = words_in(texts)
        which, places = self._known.places(words.number)
        for number, place in zip(words.line[which].tolist(), places.tolist(), strict=True):
            if place not in found[number]:
                found[number] += (place,)
        return [*found]

    def near(self, low: str, runs: Runs = None) -> list[tuple[Saying, R]]:
        """The few sayings whose literals a line in lower case has, in the order of filing. runs: see there."""
        entries = self._beginning(low[:_HEAD_CHARS])
        if low[:1].isdigit():
            entries = self._with_number(low) + entries
        if runs is None:
            for word in words_of(low)[1:]:
                if word in self._worded:
                    entries = entries + self._worded[word]
        elif runs or not low.isascii():
            for run in runs:
                entries = entries + self._by_run[run]
            for key in open_keys(low)[1:]:
                entries = entries + self._worded.get(key, [])
        if not entries:  # two lines of three
            return []
        return [
            (saying, rule)
            for need, heads, tails, saying, rule in entries
            if need in low and low.startswith(heads) and low.endswith(tails) and saying.may_match(low)
        ]

    def _with_number(self, low: str) -> list[_Entry[R]]:
        """What begins with any number, and has no other word than the line."""
        words = {"", *letters_of(low)}
        found = [pair for word in words if word in self._numbered for pair in self._numbered[word]]
        return [entry for _, entry in sorted(found, key=itemgetter(0))]

    def _beginning(self, head: str) -> list[_Entry[R]]:
        """What is filed under the first characters of a line, and what any line may be."""
        if head not in self._by_head:
            if len(self._by_head) >= _KNOWN_HEADS:
                self._by_head.clear()
            found = [pair for key in heads_of(head) for pair in self._headed.get(key, ())]
            begun = [entry for _, entry in sorted(found, key=itemgetter(0))]
            self._by_head[head] = begun + self._worded.get("", [])
        return self._by_head[head]


def _is_head(head: str) -> bool:
    """Whether `heads_of` of every line with this beginning has it."""
    return bool(head) and not head[0].isdigit()


def _heads_under(key: str, heads: Sequence[str]) -> list[str]:
    """What a saying is filed by under one of its keys: its beginnings with that key, as far as they go."""
    if any(key.startswith(head) for head in heads):
        return [key]
    return list(dict.fromkeys(head[:_HEAD_CHARS] for head in heads if head.startswith(key))) or [key]
