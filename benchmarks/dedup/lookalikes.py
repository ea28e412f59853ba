"""Look-alikes: articles that share long passages and are not copies, for the stress set.

Each family builds one group of (title, text, site) from other articles, taken from `stories` one after the other;
no two of a group are copies. An empty site means any.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from random import Random

from benchmarks.dedup.cuts import paragraphs, sentences
from benchmarks.dedup.reports import fill

Story = tuple[str, str]
Told = list[tuple[str, str, str]]
Words = Mapping[str, tuple[str, ...]]
Build = Callable[[Random, Iterator[Story], Words], Told]

NEWS = (
    "{name} changed course on {day}, {saying|arguing|telling reporters} that the {plan|matter|case} would be {delayed|reopened|settled} by {month}.",
    "A {court|committee|panel} in {city} {voted|ruled|agreed} on {day} to {take up|drop|widen} the question, by {4:9} to {1:3}.",
    "{person}, who had kept silent until now, {called|described} the {move|decision|delay} “{overdue|a mistake|a first step}”.",
    "{city} has {asked|sued|paid} {name} for {10:900} million, {person} {said|confirmed|wrote} on {day}.",
    "By {day} evening, {2:48} of them had {left|signed|been named}, and {person} said that more would follow.",
    "{name} {denied|would not discuss|welcomed} a report that {firm} had {offered|withheld|lent} the money.",
    "Two weeks before the vote, a poll put {name} at {21:62} percent, {3:11} points {up|down} from {month}.",
    "A judge in {city} {refused|set|lifted} bail of ${100:900},000 and told both sides to come back on {day}.",
    "What had been {a rumor|a plan|a threat} became {law|fact|policy} at midnight, when {person} {signed|published|read out} the text.",
    "Rescuers reached the last {3:40} of those {missing|trapped|stranded} on {day}; {person} called it {luck|a miracle|hard work}.",
    "The {union|company|ministry} and {name} {met|talked|sat together} for {3:19} hours in {city} and parted without {a deal|a word|a date}.",
    "Shares of {firm} {fell|rose} {2:29} percent in the first hour, and {person} {stepped down|kept the post|sold}.",
    "{person}, {28:79}, who saw it all from a window on {street} Street, said {nobody|everybody|one man} had been warned.",
    "It was the {second|third|fourth} time since {month} that {name} {was|went|came} to {city} for this.",
    "Schools in {city} stay {shut|open} until {day}, and {4:60} flights were {cancelled|delayed|turned round}.",
    "The number of those {affected|involved|named} has {risen|grown|fallen} to {12:980} since {day}, according to new figures from {city}.",
    "{name} is to {travel to|speak in|testify in} {city} on {day}, a spokesman said, and {person} will {attend|stay away}.",
    "New {documents|letters|pictures} released on {day} show that {person} knew of it as early as {month}.",
    "The announcement came {hours|two days|a week} after {1000:9000} people {marched|signed|gathered} in {city}.",
    "“We {did not|never} {expect|ask for|plan} this,” {person} said in {city} on {day}. “Now we must {act|wait|explain}.”",
)
EVENT = (
    ("{city=c} fire leaves {20:90=n} homeless", "{city=c} fire: what we know"),
    (
        "A fire that began before dawn on {day=d} in a four-story building on {street=s} Street in {city=c} left {20:90=n} people without homes, the fire department said.",
        "Crews needed {2:9=h} hours to put out the flames. {person=p}, who heads the department, said that an old heater was the likely cause.",
        "Two residents were taken to hospital with burns. The school on {street=s} Street has been opened as a shelter, and the {firm=f} foundation promised ${20:90=m},000.",
        "“I ran down with my daughter in my arms and nothing else,” said {person=w}, {30:70=a}, who lived on the third floor for eleven years.",
    ),
    (
        "{20:90=n} tenants of {street=s} Street are sleeping in a gymnasium after flames went through their building early {day=d}.",
        "What started it is not certain yet; Chief {person=p} points at a heater that should have been replaced long ago. His men and women fought it for {2:9=h} hours.",
        "{person=w}, {30:70=a}, stood at the tape in slippers. “I ran down with my daughter in my arms and nothing else,” said the mother, one of many who lost everything.",
        "Help is on its way: {firm=f} has pledged ${20:90=m},000, and neighbors brought blankets, soup and toys. Both of the injured are expected to recover, doctors in {city=c} say.",
    ),
)
BIO = (
    "{person=p} is a senior fellow at the {city} Institute and a columnist of {firm=f}. The author of {3:9} books, among them a history "
    "of the {city} canal and a life of {person}, {person=p} lives in {city} with two dogs and too many bicycles, "
    "and has written this column every {day=d} since {1985:2012=y}. Readers may write to the address below; every letter is read, and few "
    "are answered. Past columns are collected in the archive. The views expressed here are the writer's own."
)
OPENING = (
    "Every {day=d} for as long as this page has been printed, {person=p} has answered what readers want to know. Keep your questions short, "
    "give your town, and say if you want your name left out. Here is what came in the mail this week."
)


def news(dice: Random, text: str, words: Words, n: int) -> str:
    """So many sentences of news, at most all of NEWS, on persons and places that the text names."""
    names = re.findall(r"(?<=[a-z] )[A-Z][a-z]+ [A-Z][a-z]+", text) or ["The ministry"]
    lines = dice.sample(NEWS, min(n, len(NEWS)))
    return " ".join(fill(dice, line, {**words, "name": tuple(names)}) for line in lines)


def _cut(text: str, n_words: int) -> str:
    """The first sentences, about so many words."""
    kept: list[str] = []
    for sentence in sentences(text):
        kept.append(sentence)
        if sum(len(one.split()) for one in kept) >= n_words:
            break
    return " ".join(kept)


def running(dice: Random, stories: Iterator[Story], words: Words) -> Told:
    """A story over three days: new facts on top, some old ones below, the background of the first day at the end."""
    title, text = next(stories)
    parts = paragraphs(text)
    background = "\n\n".join(parts[len(parts) // 2 :])
    told, before = [("", title, text)], "\n\n".join(parts[: len(parts) // 4])
    for _ in range(2):
        size = max(90, round(dice.uniform(0.5, 1.1) * len(background.split())))
        other = next(stories)[1]
        new = news(dice, text, words, 4) + "\n\n" + _cut(other, max(20, size - 70))
        told.append(
            (
                "",
                f"{title.split(':')[0]}: what is new",
                f"{new}\n\n{before[:400].rpartition('.')[0]}.\n\n{background}",
            )
        )
        before = new
    return [(title, text, site) for site, title, text in told]


def quoted(dice: Random, stories: Iterator[Story], words: Words) -> Told:  # noqa: ARG001
    """Three articles with one long statement in each."""
    statement = _cut(next(stories)[1], dice.randrange(90, 220))
    told: Told = []
    for _ in range(3):
        title, text = next(stories)
        parts = paragraphs(text)
        parts.insert(dice.randrange(1, len(parts)), f"The statement in full: “{statement}”")
        told.append((title, "\n\n".join(parts), ""))
    return told


def digest(dice: Random, stories: Iterator[Story], words: Words) -> Told:  # noqa: ARG001
    """A round-up and its two to five stories; of long ones it has the beginnings."""
    told, items = [], []
    for _ in range(dice.randint(2, 5)):
        title, text = next(stories)
        short = _cut(text, dice.randrange(60, 160))
        told.append((title, short, ""))
        items.append(dice.choice((f"{title}\n\n{short}", short, f"{title.upper()}: {short}")))
    return [
        (
            dice.choice(("The week in brief", "Five things to know", "Morning digest", "News in short")),
            "\n\n".join(items),
            "",
        ),
        *told,
    ]


def columns(dice: Random, stories: Iterator[Story], words: Words) -> Told:
    """Four columns of one writer: the same opening and life at the end, about half of each."""
    known: dict[str, str] = {}
    opening, bio = fill(dice, OPENING, words, known), fill(dice, BIO, words, known)
    told: Told = []
    for _ in range(4):
        title, text = next(stories)
        told.append(
            (
                f"Ask {known['p']}: {title}",
                f"{opening}\n\n{_cut(text, dice.randrange(80, 200))}\n\n{bio}",
                "Hartsea Argus",
            )
        )
    return told


def signed(dice: Random, stories: Iterator[Story], words: Words) -> Told:
    """Short opinions with the same life of their author, on different sites."""
    bio = fill(dice, BIO, words)
    return [
        (title, f"{_cut(text, dice.randrange(60, 180))}\n\n{bio}", "")
        for title, text in (next(stories) for _ in range(4))
    ]


def terms(dice: Random, stories: Iterator[Story], words: Words) -> Told:
    """Company news on different sites under the same long legal text."""
    told: Told = []
    for _ in range(5):
        _, text = next(stories)
        news = fill(
            dice,
            "{city} -- {firm=f} said on {day} that it will {close|open|sell|enlarge} its {plant|office|mill} in {city}.",
            words,
        )
        told.append((news[:70], f"{news} {_cut(text, dice.randrange(50, 140))}\n\n{words['terms'][0]}", ""))
    return told


def contact(dice: Random, stories: Iterator[Story], words: Words) -> Told:
    """Briefs of one site above its long address."""
    site = dice.choice(("Lindmoor Dispatch", "Tarnbeck Echo"))
    return [
        (title, f"{_cut(text, dice.randrange(40, 120))}\n\n{words['contact'][0]}", site)
        for title, text in (next(stories) for _ in range(4))
    ]


def witnessed(dice: Random, stories: Iterator[Story], words: Words) -> Told:  # noqa: ARG001
    """Two writers on one event: the same facts and one quotation, in other words."""
    known: dict[str, str] = {}
    titles, *versions = EVENT
    return [
        (fill(dice, title, words, known), "\n\n".join(fill(dice, line, words, known) for line in lines), "")
        for title, lines in zip(titles, versions, strict=True)
    ]


def passage(dice: Random, stories: Iterator[Story], words: Words) -> Told:  # noqa: ARG001
    """Three articles with one passage, a quarter to three fifths of each, at the beginning, at the end or between.

    One group in three without a capital and without a figure: then the prose alone can tell.
    """
    shared = _cut(next(stories)[1], dice.randrange(50, 250))
    bare = dice.random() < 0.3
    told: Told = []
    for _ in range(3):
        title, text = next(stories)
        own = paragraphs(_cut(text, round(len(shared.split()) * dice.uniform(0.7, 3))))
        own.insert(dice.choice((0, len(own), dice.randrange(len(own) + 1))), shared)
        text = "\n\n".join(own)
        told.append((title, re.sub(r"\d+", "some", text).lower() if bare else text, ""))
    return told


FAMILIES: Mapping[str, Build] = {
    "running": running, "quoted": quoted, "digest": digest, "columns": columns, "signed": signed, "terms": terms,
    "contact": contact, "witnessed": witnessed, "passage": passage,
}  # fmt: skip
