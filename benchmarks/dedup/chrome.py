"""Chrome: what sites set above, within and under an article, for the stress set: in its language, where that is known.

A short cut has more of it than of the article. Every site takes its sentences from one stock, as those of one owner do, and
few are repeated so often by one site that they are known for furniture.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from random import Random

from benchmarks.dedup import tongues
from benchmarks.dedup.cuts import WORDS, is_wide, paragraphs, sentences

Words = Mapping[str, tuple[str, ...]]

_PAPERS = (
    "Post",
    "Echo",
    "Tribune",
    "Record",
    "Star",
    "Dispatch",
    "Argus",
    "Today",
    "Ledger",
    "Bulletin",
    "Wire",
    "Planet",
)
_TOWNS = ("Averdale", "Tarnbeck", "Osterfell", "Penlow", "Drumhaven", "Ravensby", "Lindmoor", "Brockwell")
SITES = (
    *(f"{town} {paper}" for town in _TOWNS for paper in _PAPERS[:5]),
    "quillmouth.example",
    "Hartsea Argus",
)
_LINKS = ("Related stories", "More from {site}", "Read next", "Most popular", "In other news", "")
_MONTHS = ("Jan.", "March", "April", "June", "Aug.", "Oct.", "Dec.")
_DATED = ("{place}, {month} {day} ({paper}) -- ", "{place} -- ", "{place}, {month} {day}: ", "({place}) ")
_NOTES = (
    "Updated {month} {day}",
    "Reading time: {day} minutes",
    "Share  Print  Save",
    "News  Sport  Business  Culture  Weather  Archive",
)
_STOCK = 16  # sentences of another language


class Chrome:
    """Sites of one half of the stress set. headlines: of its articles."""

    def __init__(self, half: int, words: Words, headlines: Sequence[str]) -> None:
        self._half, self._headlines = half, headlines
        self._lines: dict[str, list[str]] = {"": [*words["footer"], *sentences(words["contact"][0])]}

    def dress(self, dice: Random, text: str, site: str, tongue: str = "") -> str:
        """The text inside what the site sets around it, or bare. tongue: of tongues.TONGUES; English without."""
        if dice.random() < 0.3:
            return text
        lines = self._stock(tongue)
        parts, named = paragraphs(text), self._named(dice, site)
        if dice.random() < 0.25:
            parts[0] = named(dice.choice(_DATED)) + parts[0]
        if dice.random() < 0.15:
            parts.insert(
                dice.randrange(1, len(parts) + 1),
                f"{dice.choice(('Read more', 'See also', 'Related'))}: {self._headline(dice, tongue)}",
            )
        top = []
        if dice.random() < 0.25:
            top.append(named(dice.choice(_NOTES)))
        if dice.random() < 0.35:
            top.append(f"{dice.choice(('By', 'From', 'Words:'))} {dice.choice(WORDS['writers'])}")
        if dice.random() < 0.2:
            by = f"({dice.choice(WORDS['writers'])} / {dice.choice(('Pool', 'Staff', 'Handout'))})"
            top.append(f"{self._headline(dice, tongue)} {by}")
        under = []
        if dice.random() < 0.35:
            under.append(named(dice.choice(_LINKS)))
            under += [self._headline(dice, tongue) for _ in range(dice.randrange(2, 7))]
        space = "" if is_wide(lines[0]) else " "
        for _ in range(dice.choice((0, 1, 1, 2, 3))):
            head = f"{site}: " if dice.random() < 0.3 else ""
            under.append(head + space.join(dice.sample(lines, dice.randrange(1, 5))))
        return "\n\n".join(part for part in (*top, *parts, *under) if part)

    def _stock(self, tongue: str) -> list[str]:
        if tongue not in self._lines:
            text = tongues.article(tongue, f"chrome {self._half}", Random(f"{tongue} {self._half}"))[1]
            self._lines[tongue] = sentences(text)[:_STOCK]
        return self._lines[tongue]

    def _headline(self, dice: Random, tongue: str) -> str:
        if not tongue:
            return dice.choice(self._headlines)
        return tongues.article(
            tongue, f"headline {dice.randrange(40)} {self._half}", Random(f"{dice.randrange(40)}")
        )[0]

    @staticmethod
    def _named(dice: Random, site: str) -> Callable[[str], str]:
        """What fills the slots of a line, drawn once a document."""
        values = {
            "place": dice.choice(WORDS["places"]).upper(),
            "month": dice.choice(_MONTHS),
            "day": str(dice.randrange(2, 29)),
            "paper": site,
            "site": site,
        }
        return lambda line: line.format(**values)
