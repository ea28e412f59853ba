"""More training text than the pack has.

Our own news sentences filled with names of all regions, and the pack's own texts with their names exchanged for
others of the same kind.
"""

from __future__ import annotations

import random
import re
from collections.abc import Callable
from itertools import pairwise
from pathlib import Path

from benchmarks.entities.corpus import Record
from benchmarks.entities.lexicon import DEMONYMS, Lexicon, Person

_SMALL_WORD = re.compile(r"[a-z,] ([a-z]{3,})(?= [a-z])")
_CHOICE = re.compile(r"\[([^\[\]]*)\]")
_SLOT = re.compile(r"\{([A-Za-z]2?)\}")
_MONTHS = (
    "January",
    "February",
    "March",
    "April",
    "May",
    "June",
    "July",
    "August",
    "September",
    "October",
    "November",
    "December",
)
_DAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
IN_CAPITALS, AS_HEADLINE, SMALL_START = 0.05, 0.04, 0.03  # of records
SHORTENED = 0.2  # of invented organisations get their acronym in brackets
_KINDS = {"M": "ministry", "B": "agency", "K": "company", "Q": "party", "S": "society", "J": "media"}
_OTHER = {"E": ("EVENT", "event"), "A": ("LAW", "law"), "W": ("WORK", "work"), "R": ("PRODUCT", "product")}


def load_templates(path: Path) -> list[str]:
    """Patterns of the template file."""
    lines = path.read_text(encoding="utf8").splitlines()
    return [line for line in lines if line and not line.startswith("#")]


class Writer:
    """Writes labelled sentences."""

    def __init__(self, lexicon: Lexicon, templates: list[str]) -> None:
        self.lexicon = lexicon
        self.rnd = lexicon.rnd
        self.templates = templates
        self.slots = self._slots()

    def record(self, weight: float) -> Record:
        """One to three patterns about the same two people, in one line."""
        rnd = self.rnd
        cast = (self.lexicon.person(), self.lexicon.person())
        out: list[str] = []
        entities: list[tuple[int, int, str]] = []
        at = 0
        for _ in range(rnd.choice((1, 1, 2, 3))):
            pattern = rnd.choice(self.templates)
            while _CHOICE.search(pattern):
                pattern = _CHOICE.sub(lambda m: rnd.choice(m.group(1).split("|")), pattern, count=1)
            pos = 0
            first = {"P", "P2"}
            for m in _SLOT.finditer(pattern):
                piece = pattern[pos : m.start()]
                text, kind = self._fill(m.group(1), cast, first)
                out += [piece, text]
                at += len(piece)
                if kind:
                    entities.append((at, at + len(text), kind))
                at += len(text)
                short = acronym(text) if kind in ("ORG", "LAW") and rnd.random() < SHORTENED else ""
                if short:
                    out.append(f" ({short})")
                    entities.append((at + 2, at + 2 + len(short), kind))
                    at += 3 + len(short)
                pos = m.end()
            tail = pattern[pos:] + " "
            out.append(tail)
            at += len(tail)
        text = "".join(out).rstrip()
        record = Record(text, tuple(entities), "full", weight)
        return respelled(record, rnd)

    def _fill(self, slot: str, cast: tuple[Person, Person], first: set[str]) -> tuple[str, str]:
        """Text for a slot and the type it is labelled with, empty for none."""
        rnd, lex = self.rnd, self.lexicon
        if slot in {"P", "P2"}:
            person = cast[slot == "P2"] if slot in first else lex.person()
            first.discard(slot)
            return person.full, "PERSON"
        if slot in {"p", "p2"}:
            return cast[slot == "p2"].short, "PERSON"
        if slot in _KINDS:
            real = slot in "BKQS" and rnd.random() < 0.2
            return (rnd.choice(lex.real_orgs) if real else lex.org(_KINDS[slot])), "ORG"
        if slot in _OTHER:
            kind, name = _OTHER[slot]
            return lex.other(name), kind
        make, kind = self.slots[slot]
        return make(), kind

    def _slots(self) -> dict[str, tuple[Callable[[], str], str]]:
        rnd, lex = self.rnd, self.lexicon
        return {
            "L": (lex.place, "LOC"),
            "C": (lex.country, "LOC"),
            "Y": (lex.city, "LOC"),
            "U": (lambda: lex.city().upper(), "LOC"),
            "G": (
                lambda: (
                    lex.region() if rnd.random() < 0.7 else lex.fill(rnd.choice(lex.orgs["place"]["gpe"]))
                ),
                "LOC",
            ),
            "F": (lex.facility, "FAC"),
            "O": (lambda: rnd.choice(lex.real_orgs) if rnd.random() < 0.5 else lex.org(), "ORG"),
            "N": (lex.city, "ORG"),  # a club called by its city alone
            "k": (lambda: lex.region() if rnd.random() < 0.5 else lex.city(), "ORG"),  # the same of a state
            "s": (lambda: rnd.choice(lex.lists["team"]), "ORG"),
            "X": (lex.coined, "ORG"),
            "w": (lex.brand, "ORG"),
            "i": (lambda: rnd.choice(lex.lists["body"]), "ORG"),
            "x": (lambda: rnd.choice(lex.lists["term"]), ""),
            "Z": (lex.letters, "ORG"),
            "u": (lex.unit, "ORG"),
            "j": (lambda: rnd.choice(lex.lists["paper"]), "ORG"),
            "r": (lambda: rnd.choice(lex.lists["river"]), "LOC"),
            "H": (lex.people, "NORP"),
            "I": (lex.ship, "PRODUCT"),
            "h": (lambda: rnd.choice(lex.lists["job"]), ""),
            "V": (lambda: rnd.choice(lex.lists["wire"]), "ORG"),
            "D": (lambda: rnd.choice(DEMONYMS), "NORP"),
            "T": (lambda: rnd.choice(lex.lists["title"]), ""),
            "t": (lambda: rnd.choice(lex.lists["role"]), ""),
            "c": (lambda: rnd.choice(lex.lists["currency"]), ""),
            "n": (lambda: str(rnd.choice((rnd.randint(2, 90), rnd.randint(2, 900)))), ""),
            "m": (self._money, ""),
            "d": (self._day, ""),
        }

    def _money(self) -> str:
        rnd, lists = self.rnd, self.lexicon.lists
        scale = rnd.choice(("", "m", "bn", *(f" {x}" for x in lists["scale"])))
        return f"{rnd.choice(lists['sum'])}{rnd.choice(('', '', ' '))}{rnd.randint(1, 900)}{scale}"

    def _day(self) -> str:
        rnd = self.rnd
        month, day = rnd.choice(_MONTHS), rnd.randint(1, 28)
        return rnd.choice(
            (rnd.choice(_DAYS), f"{month} {day}", f"{day} {month}", str(rnd.randint(1990, 2027)))
        )


def acronym(name: str) -> str:
    """Capitals of a name of three words or more; empty where it makes none."""
    words = [w for w in re.split(r"[ -]", name) if w[:1].isupper()]
    return "".join(w[0] for w in words) if 2 < len(words) < 7 else ""


def uppercase(record: Record) -> Record:
    """A record in capitals, where that keeps its length; else as it was."""
    upper = record.text.upper()
    if len(upper) != len(record.text):
        return record
    return Record(upper, record.entities, record.policy, record.weight)


_SMALL = frozenset({"a", "an", "the", "of", "in", "on", "at", "to", "for", "and", "as", "by", "is"})


def headline(record: Record) -> Record:
    """A record with a capital in front of every word, or of all but the smallest."""
    keep = frozenset() if record.text[:1] < "M" else _SMALL
    text = re.sub(
        r"(?<![\w'’])[a-z][\w'’]*",
        lambda m: m.group() if m.group() in keep else m.group()[0].upper() + m.group()[1:],
        record.text,
    )
    return Record(text, record.entities, record.policy, record.weight)


def respelled(record: Record, rnd: random.Random) -> Record:
    """Most records as they are; some in capitals, as a headline, or begun with a small letter."""
    chance = rnd.random()
    if chance < IN_CAPITALS:
        return uppercase(record)
    if chance < IN_CAPITALS + AS_HEADLINE and len(record.text) < 160:
        return headline(record)
    if chance > 1 - SMALL_START and not any(s == 0 for s, *_ in record.entities):
        return Record(
            record.text[:1].lower() + record.text[1:], record.entities, record.policy, record.weight
        )
    return record


def broken(record: Record, rnd: random.Random) -> Record:
    """A record cut before one of its small words, or with a full stop in front of one: a capital there tells nothing."""
    taken = [(s, e) for s, e, _ in record.entities]
    places = [
        m.start(1)
        for m in _SMALL_WORD.finditer(record.text)
        if not any(s - 1 <= m.start(1) <= e for s, e in taken)
    ]
    if not places:
        return record
    at = rnd.choice(places)
    if rnd.random() < 0.5 and len(record.text) - at > 40:
        head, gap = "", -at
    else:
        head, gap = record.text[:at].rstrip(" ,") + ". ", 0
        gap = len(head) - at
    text = head + record.text[at].upper() + record.text[at + 1 :]
    entities = tuple(
        (s + gap, e + gap, kind) if s > at else (s, e, kind)
        for s, e, kind in record.entities
        if head or s > at
    )
    return Record(text, entities, record.policy, record.weight)


class Swapper:
    """Exchanges the names of a record for others of the same kind, the same for the same."""

    def __init__(self, lexicon: Lexicon) -> None:
        self.lexicon = lexicon
        self.rnd = lexicon.rnd
        self.countries = {c.lower() for c in lexicon.countries}
        self.cities = {c.lower() for c in lexicon.cities}
        self.demonym = re.compile(r"\b(?:" + "|".join(DEMONYMS) + r")\b")

    def swap(self, record: Record) -> Record:
        """The record with most of its names exchanged. Nested or overlapping spans: unchanged."""
        spans = sorted(record.entities)
        if any(a[1] > b[0] for a, b in pairwise(spans)):
            return record
        share = self.rnd.choice((0.5, 0.8, 1.0))
        made: dict[str, str] = {}
        people: list[tuple[list[str], Person]] = []
        demonyms: dict[str, str] = {}
        out: list[str] = []
        entities: list[tuple[int, int, str]] = []
        at = pos = 0
        for s, e, kind in [*spans, (len(record.text), len(record.text), "")]:
            gap = record.text[pos:s]
            if share == 1.0 and not any(k == "NORP" for *_, k in spans):
                gap = self.demonym.sub(
                    lambda m: demonyms.setdefault(m.group(), self.rnd.choice(DEMONYMS)), gap
                )
            out.append(gap)
            at += len(gap)
            if not kind:
                break
            old = record.text[s:e]
            if old not in made:
                made[old] = self._other(old, kind, people) if self.rnd.random() < share else old
            new = made[old]
            out.append(new)
            entities.append((at, at + len(new), kind))
            at += len(new)
            pos = e
        return Record("".join(out), tuple(entities), record.policy, record.weight)

    def _other(self, old: str, kind: str, people: list[tuple[list[str], Person]]) -> str:
        caps = old.isupper() and len(old) > 5
        new = self._same_kind(old, kind, people)
        return new.upper() if caps and len(new.upper()) == len(new) else new

    def _same_kind(self, old: str, kind: str, people: list[tuple[list[str], Person]]) -> str:
        if old[0] in "@#" or not old[0].isalnum() or old.islower():
            return old
        if kind in {"PER", "PERSON"}:
            return self._person(old.split(), people)
        if kind in {"LOC", "GPE"}:
            return self._place(old.lower().removeprefix("the "))
        if kind == "NORP":
            return self.rnd.choice(DEMONYMS) if old in DEMONYMS else old
        if kind == "FAC":
            return self.lexicon.facility() if self.rnd.random() < 0.5 else old
        return self._org(old) if kind == "ORG" else old

    def _person(self, words: list[str], people: list[tuple[list[str], Person]]) -> str:
        for known, person in people:
            if len(words) == 1 and words[0] in known:
                given = known[0] == words[0] and len(known) > 1
                return person.full.split()[0] if given else person.short
        person = self.lexicon.person()
        people.append((words, person))
        return person.full if len(words) > 1 else person.short

    def _place(self, old: str) -> str:
        if old in self.countries:
            return self.lexicon.country()
        if old in self.cities or self.rnd.random() < 0.4:
            return self.lexicon.city()
        return self.lexicon.place()

    def _org(self, old: str) -> str:
        lex, rnd = self.lexicon, self.rnd
        if old.isupper() and len(old) < 7:
            return rnd.choice([o for o in rnd.choices(lex.real_orgs, k=12) if o.isupper()] or [old])
        words = old.split()
        for i, word in enumerate(words):
            new = ""
            if word.lower() in self.countries:
                new = lex.country()
            elif word.lower() in self.cities and len(words) > 1:
                new = lex.city()
            elif word in DEMONYMS:
                new = rnd.choice(DEMONYMS)
            if new:
                return " ".join([*words[:i], new, *words[i + 1 :]])
        return lex.org() if rnd.random() < 0.5 else old
