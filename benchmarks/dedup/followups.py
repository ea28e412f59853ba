"""Look-alikes whose share in common grows from a little to nearly all, for the stress set: later stories, briefs, round-ups, boxes.

As in lookalikes.py, each family builds one group of (title, text, site) of which no two are copies.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from functools import partial
from random import Random

from benchmarks.dedup import kindred, lookalikes, sequels, tongues
from benchmarks.dedup.cuts import paragraphs, sentences
from benchmarks.dedup.lookalikes import Build, Story, Told, Words, news


class Stories(Iterator[Story]):
    """Articles one after the other, each taken once: whole, or a few paragraphs of one that is left for that."""

    def __init__(self, articles: Iterable[Story]) -> None:
        """articles: (title, text)."""
        self._articles, self._title, self._left = iter(articles), "", list[str]()

    def __next__(self) -> Story:
        """The next article, whole."""
        return next(self._articles)

    def scrap(self, n_chars: float) -> Story:
        """A title and paragraphs, about so many characters and at least one."""
        taken: list[str] = []
        while not taken or sum(map(len, taken)) < n_chars:
            if not self._left:
                self._title, text = next(self)
                self._left = paragraphs(text)
            taken.append(self._left.pop(0))
        return self._title, "\n\n".join(taken)


def _source(
    dice: Random, stories: Stories, known: float = 0.65, among: Iterable[str] | None = None
) -> Stories:
    """Where a group takes its articles from: the pack's, or in the other groups those of another language."""
    if among is None and dice.random() < known:
        return stories
    tongue = dice.choice(sorted(among or tongues.TONGUES))
    return Stories(tongues.article(tongue, f"lookalike {dice.random()}", dice) for _ in range(99))


def _kept(dice: Random, parts: list[str], share: float) -> list[str]:
    """Paragraphs of an old article, a share of them in their order: the last ones, any, or the first with the lead."""
    size = max(1, round(share * len(parts)))
    how = dice.random()
    if how < 0.4:
        return parts[-size:]
    if how < 0.75:
        return [parts[k] for k in sorted(dice.sample(range(len(parts)), size))]
    return parts[:size]


def followup(dice: Random, stories: Iterator[Story], words: Words) -> Told:
    """A story and two later ones: a third to two thirds of each is old, below or between what is new; the headline may stay."""
    assert isinstance(stories, Stories)
    source = _source(dice, stories)
    title, text = next(source)
    told: Told = [(title, text, "")]
    for day in (1, 2):
        old = _kept(dice, paragraphs(text), dice.uniform(0.3, 0.9))
        size = sum(len(part) for part in old) * dice.uniform(0.45, 1.8)
        only = dice.random() < 0.35
        new = (
            [news(dice, text, words, max(2, round(size / 130)) if only else dice.randrange(2, 9))]
            if only or dice.random() < 0.4
            else []
        )
        other = title
        if not only and size > sum(map(len, new)):
            other, more = source.scrap(size - sum(map(len, new)))
            new += paragraphs(more)
        if dice.random() < 0.25 and len(new) > 2:
            old.insert(dice.randrange(len(old) + 1), new.pop())
        later = "\n\n".join([*new, *old])
        head = dice.choice((title, other, f"UPDATE {day}-{title}", sentences(new[0])[0][:80]))
        told.append((head, later, ""))
        if dice.random() < 0.5:
            text = later
    return told


def sequel(dice: Random, stories: Iterator[Story], words: Words) -> Told:  # noqa: ARG001
    """A story and one or two later ones on the same persons and places, in any language."""
    assert isinstance(stories, Stories)
    source = _source(dice, stories, 0.4)
    title, text = next(source)
    text = kindred.short(dice, text) if dice.random() < 0.6 else text
    counts = dice.random() < 0.6
    old = title, kindred.counted(dice, text) if counts else text
    told: Told = [(*old, "")]
    for _ in range(dice.choice((1, 1, 2))):
        later = sequels.sequel(dice, old, partial(_counted, dice, source) if counts else source.scrap)
        told.append((*later, ""))
        old = later if dice.random() < 0.4 else old
    return told


def _counted(dice: Random, source: Stories, n_chars: float) -> Story:
    title, text = source.scrap(n_chars)
    return title, kindred.counted(dice, text)


def alike(dice: Random, stories: Iterator[Story], words: Words) -> Told:  # noqa: ARG001
    """Two to five stories of one making, in any language: reports that are filled in, or such as have some sentences in common."""
    assert isinstance(stories, Stories)
    source = _source(dice, stories, 0.25, tongues.BARE if dice.random() < 0.3 else None)
    title, text = next(source)
    old = title, kindred.short(dice, text) if dice.random() < 0.75 else text
    share = 1.0 if dice.random() < 0.5 else dice.uniform(0.2, 0.95)
    if dice.random() < 0.6:
        old = title, kindred.counted(dice, old[1])
    told: Told = [(*old, "")]
    for _ in range(dice.choice((1, 2, 4))):
        told.append((*kindred.kindred(dice, old, source.scrap, share), ""))
    return told


def stock(dice: Random, stories: Iterator[Story], words: Words) -> Told:  # noqa: ARG001
    """Three to seven different stories of one desk, with some of its stock sentences scattered in each, in any language."""
    assert isinstance(stories, Stories)
    source = _source(dice, stories, 0.4, tongues.BARE if dice.random() < 0.15 else None)
    lines = sentences(source.scrap(dice.randrange(500, 1_800))[1])
    told: Told = []
    for _ in range(dice.randrange(3, 8)):
        title, text = source.scrap(dice.randrange(250, 1_500))
        told.append((title, kindred.stocked(dice, text, lines), ""))
    return told


def listed(dice: Random, stories: Iterator[Story], words: Words) -> Told:  # noqa: ARG001
    """Two to five pages of lines of the same parts in another order, in any language: photo pages, logs, results."""
    assert isinstance(stories, Stories)
    source = _source(dice, stories, 0.4)
    head, text = source.scrap(dice.randrange(600, 2_000))
    slots: list[list[str]] | None = None
    told: Told = []
    for _ in range(dice.randrange(2, 6)):
        lines, slots = kindred.listed(dice, text, dice.randrange(6, 22), slots)
        title = dice.choice((head, source.scrap(40)[0]))
        told.append((title, lines, ""))
    return told


def footed(dice: Random, stories: Iterator[Story], words: Words) -> Told:
    """Briefs under one long footer, half to nine tenths of each, on one site or on several; some under a heading too."""
    assert isinstance(stories, Stories)
    source = _source(dice, stories)
    size, own = 6 * dice.randrange(60, 260), dice.uniform(0.15, 0.8)
    lines = [*dice.sample(words["footer"], len(words["footer"])), *sentences(words["terms"][0])]
    if dice.random() < 0.4:
        lines = sentences(source.scrap(size)[1])
    foot: list[str] = []
    for line in lines:
        if sum(len(one) for one in foot) >= size:
            break
        foot.append(line)
    bare = dice.random() < 0.3  # as a list
    footer = "\n\n".join(line.rstrip(".") for line in foot) if bare else dice.choice((" ", "\n\n")).join(foot)
    head = f"{lines[-1]}\n\n" if dice.random() < 0.3 else ""
    site = dice.choice(("", "Hartsea Argus"))
    told: Told = []
    for _ in range(dice.randrange(3, 6)):
        n_chars = own * len(footer) * dice.uniform(0.7, 1.3)
        title, text = source.scrap(n_chars)
        told.append((title, f"{head}{_lead(text, n_chars)}\n\n{footer}", site))
    return told


def _lead(text: str, n_chars: float) -> str:
    """The first sentences, about so many characters."""
    kept = ""
    for sentence in sentences(text):
        kept += f" {sentence}" if kept else sentence
        if len(kept) >= n_chars:
            break
    return kept


def briefing(dice: Random, stories: Iterator[Story], words: Words) -> Told:  # noqa: ARG001
    """A round-up of two or three longer stories, whole or their beginnings; one of them may stand nowhere else."""
    assert isinstance(stories, Stories)
    source = _source(dice, stories)
    told: Told = []
    items = []
    for _ in range(dice.randint(2, 3)):
        title, text = next(source)
        told.append((title, text, ""))
        part = _lead(text, len(text) * dice.uniform(0.25, 1.0))
        items.append(dice.choice((f"{title}\n\n{part}", part)))
    if len(told) > 2 and dice.random() < 0.5:
        told.pop(dice.randrange(len(told)))
    dice.shuffle(items)
    heads = ("The day in short", "What happened overnight", "Evening edition", "From our desks")
    return [(dice.choice(heads), "\n\n".join(items), ""), *told]


def linked(dice: Random, stories: Iterator[Story], words: Words) -> Told:  # noqa: ARG001
    """An article with the beginnings of two others in boxes, and these."""
    assert isinstance(stories, Stories)
    source = _source(dice, stories)
    (title, text), *others = (next(source) for _ in range(3))
    parts = paragraphs(text)
    for head, other in others:
        parts.insert(dice.randrange(1, len(parts) + 1), f"{head}: {_lead(other, dice.randrange(150, 400))}")
    return [(title, "\n\n".join(parts), ""), *((head, other, "") for head, other in others)]


ROUNDUPS = ("digest", "briefing")  # families
# Times as many groups as of the others.
MORE = {"followup": 4, "footed": 2, "sequel": 6, "alike": 6, "stock": 3, "listed": 3}
# Share of its stories that stand on another site too; of the others a quarter.
OFTEN = {"sequel": 0.6, "alike": 0.4, "stock": 0.4, "listed": 0.4}
# Families with copies by the edits of all groups; with each, some of their stories are aside.
EVERYWHERE = frozenset({"sequel", "alike", "stock", "listed"})
# By their place, the group of edits with which a family is kept aside: those that are alike are five places apart.
FAMILIES: Mapping[str, Build] = {
    **lookalikes.FAMILIES, "footed": footed, "followup": followup, "linked": linked, "briefing": briefing,
    "sequel": sequel, "alike": alike, "stock": stock, "listed": listed,
}  # fmt: skip
