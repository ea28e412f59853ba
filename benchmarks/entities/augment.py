"""More training text than the pack has: our own news sentences filled with names of all regions, and the pack's own
texts with their names exchanged for others of the same kind."""

from __future__ import annotations

import random
import re
from pathlib import Path

from corpus import Record
from lexicon import DEMONYMS, Lexicon, Person, plain

_CHOICE = re.compile(r"\[([^\[\]]*)\]")
_SLOT = re.compile(r"\{([A-Za-z]2?)\}")
_TITLES = (
    "President|Prime Minister|Foreign Minister|Finance Minister|Defence Minister|Health Minister|Interior Minister|Governor|Mayor|Deputy Minister|"
    "Vice President|Senator|Deputy PM|PM|FM|State Counsellor|State Councillor|General Secretary|Party Secretary|Chairman|Speaker|Ambassador|"
    "Cabinet Secretary|Chief Minister|Attorney General|Police Commissioner|Army Chief|General|Education Minister|Trade Minister|Minister|Secretary-General|"
    "Deputy Governor|Home Affairs Minister|Energy Minister|Justice Minister|Agriculture Minister|Transport Minister|Public Security Minister|Deputy Prime Minister|"
    "Minister of Health|Minister of Foreign Affairs|Minister of Industry and Trade|Chief Justice|Lieutenant-General|Congressman|Congresswoman|Representative|Lawmaker|Regent"
).split("|")
_ROLES = (
    "minister|governor|mayor|spokesman|spokesperson|spokeswoman|director|chairman|chairwoman|lawmaker|senator|commissioner|chief executive|president|"
    "managing director|head|deputy director|secretary-general|district chief|village chief|mayor|engineer|economist|lawyer|police chief|researcher|opposition leader|"
    "general|colonel|bishop|coach|captain|pilot|doctor|nurse|teacher|activist|businessman|singer|actress|farmer"
).split("|")
_MONTHS = "January February March April May June July August September October November December".split()
_DAYS = "Monday Tuesday Wednesday Thursday Friday Saturday Sunday".split()
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
        return uppercase(record) if rnd.random() < 0.05 else record

    def _fill(self, slot: str, cast: tuple[Person, Person], first: set[str]) -> tuple[str, str]:
        rnd, lex = self.rnd, self.lexicon
        if slot in ("P", "P2"):
            if slot in first:
                first.discard(slot)
                person = cast[slot == "P2"]
            else:
                person = lex.person()
            return person.full, "PERSON"
        if slot in ("p", "p2"):
            return cast[slot == "p2"].short, "PERSON"
        if slot in _KINDS:
            real = slot in "BKQS" and rnd.random() < 0.2
            return (rnd.choice(lex.real_orgs) if real else lex.org(_KINDS[slot])), "ORG"
        if slot in _OTHER:
            kind, name = _OTHER[slot]
            return lex.other(name), kind
        match slot:
            case "L":
                return lex.place(), "LOC"
            case "C":
                return lex.country(), "LOC"
            case "Y":
                return lex.city(), "LOC"
            case "G":
                return (lex.region() if rnd.random() < 0.7 else lex.fill(rnd.choice(lex.orgs["place"]["gpe"]))), "LOC"
            case "F":
                return lex.facility(), "FAC"
            case "O":
                return (rnd.choice(lex.real_orgs) if rnd.random() < 0.5 else lex.org()), "ORG"
            case "D":
                return rnd.choice(DEMONYMS), "NORP"
            case "T":
                return rnd.choice(_TITLES), ""
            case "t":
                return rnd.choice(_ROLES), ""
            case "n":
                return str(rnd.choice((rnd.randint(2, 90), rnd.randint(2, 900)))), ""
            case "m":
                return rnd.choice(("$", "US$", "€", "Rs ", "N", "RM", "R", "KSh", "₹")) + f"{rnd.randint(1, 900)}" + rnd.choice((" million", " billion", "m", "bn", " crore", "")), ""
            case "d":
                return rnd.choice((rnd.choice(_DAYS), f"{rnd.choice(_MONTHS)} {rnd.randint(1, 28)}", str(rnd.randint(1990, 2027)), f"{rnd.randint(1, 28)} {rnd.choice(_MONTHS)}")), ""
        raise KeyError(slot)


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
        if any(a[1] > b[0] for a, b in zip(spans, spans[1:], strict=False)):
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
            if share == 1.0 and record.policy != "full":
                gap = self.demonym.sub(lambda m: demonyms.setdefault(m.group(), self.rnd.choice(DEMONYMS)), gap)
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
        lex, rnd = self.lexicon, self.rnd
        if old[0] in "@#" or not old[0].isalnum() or old.islower():
            return old
        if kind in ("PER", "PERSON"):
            words = old.split()
            for known, person in people:
                if len(words) == 1 and words[0] in known:
                    return person.short if known[0] != words[0] or len(known) == 1 else person.full.split()[0]
            person = lex.person()
            people.append((words, person))
            return person.full if len(words) > 1 else person.short
        if kind in ("LOC", "GPE"):
            low = old.lower().removeprefix("the ")
            if low in self.countries:
                return lex.country()
            if low in self.cities or rnd.random() < 0.4:
                return lex.city()
            return lex.place()
        if kind == "ORG":
            if old.isupper() and len(old) < 7:
                return rnd.choice([o for o in (rnd.choice(lex.real_orgs) for _ in range(12)) if o.isupper()] or [old])
            words = old.split()
            for i, word in enumerate(words):
                if word.lower() in self.countries:
                    words[i] = lex.country()
                    return " ".join(words)
                if word.lower() in self.cities and len(words) > 1:
                    words[i] = lex.city()
                    return " ".join(words)
                if word in DEMONYMS:
                    words[i] = rnd.choice(DEMONYMS)
                    return " ".join(words)
            return lex.org() if rnd.random() < 0.5 else old
        return old


__all__ = ["Swapper", "Writer", "load_templates", "plain", "random", "uppercase"]
