"""A generated corpus for speed and memory: text dumps, HTML pages and record files, with menus, copies and names.

The same number of documents and the same seed give the same bytes. Sentences are our own; whoever is named is made up.
Not for quality: its articles are plainer than real ones.
"""

from __future__ import annotations

import json
import random
import tomllib
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from html import escape
from pathlib import Path

FIRST_DAY = date(2024, 1, 1)
PER_BATCH = 170  # documents of one source on one day
COPIES, CUT_COPIES = 0.10, 0.04  # shares that repeat another story, whole or without its end

_WORDS = {
    name: words.split()
    for name, words in tomllib.loads((Path(__file__).parent / "words.toml").read_text()).items()
}
GIVEN, FAMILY, PLACES, DAYS = (_WORDS[name] for name in ("given", "family", "places", "days"))
ADJECTIVES, NOUNS, PLURALS, VERBS = (_WORDS[name] for name in ("adjectives", "nouns", "plurals", "verbs"))
ENDINGS = ("", "son", "ez", "ova", "adi", "mann", "escu", "wala", "ini", "stad")  # with them, 6,760 people
BODIES = [
    f"{a} {b}"
    for a in ("National", "Coastal", "Northern", "Central", "United", "Metropolitan")
    for b in ("Water Board", "Bank", "Railways", "Farmers Union", "Health Authority", "University", "Energy")
]
TIMES = [
    f"{a} {b}"
    for a in ("before", "after", "during", "until", "since")
    for b in ("the spring floods", "last week's vote", "the long strike", "the second hearing", "the summer break", "the storm in May", "the harvest festival", "a night of talks")
]  # fmt: skip
QUOTES = (
    "We cannot {v} a {n} that nobody in {c} has asked for",
    "My {p} waited {k} months for one {j} {n}",
    "Every {n} here is older than the {j} one in {c}",
    "The {p} did what the {o} would not",
    "If they {v} the {n}, we will {v2} the {n2} ourselves",
)
FRAMES = (
    "The {o} will {v} the {j} {n} near {c} {t}, {a} told {p} who had waited {k} weeks for an answer.",
    "{p1} in {c} say a {j} {n} cost them {k} thousand dollars, twice what the {n2} next to it had cost.",
    '"{q}," {a} said, while {p} from {c2} stood around the {n}.',
    "According to {a2}, who leads the {o}, some {k} {p} were asked to {v} their {n} {t}.",
    "{a2} has promised to {v} every {j} {n} in {c2} and to {v2} the {n2} that {p} built in {y}.",
    "A report of {k} pages found that the {n} had been left {j} for {k2} years, and that no {n2} was ever {j2}.",
    "By {w} about {k} {p} had signed a letter that asks the {o} to {v} its {j2} {n}.",
    "The {n} of {c} opened in {y} with {k} seats; {p} still call it the {j} {n2}.",
    "Prices for a {j} {n} rose {k2} percent in {c} {t}, the {o} said on {w}.",
    "{a} grew up beside the {n} in {c2} and worked with {p} there {t}.",
    "None of the {k} {p} who came to {v} the {n} had seen a {n2} as {j} as this one.",
    "Courts in {c} and {c2} must now decide whether the {o} may {v} the {n} or has to {v2} it.",
)
HEADLINES = (
    "{o} to {v} {j} {n} in {c}",
    "{p1} of {c} fight for their {n}",
    "{c} waits for a {j} {n} after {k} weeks",
    "{p1} refuse to {v} {n} near {c}",
)


@dataclass(frozen=True, slots=True)
class Story:
    """What an article tells: headline, paragraphs, who wrote it where."""

    title: str
    paragraphs: tuple[str, ...]
    author: str
    place: str


def tell(rng: random.Random) -> Story:
    """A story of five to fourteen paragraphs about the same three people and two bodies."""
    people = [f"{rng.choice(GIVEN)} {rng.choice(FAMILY)}{rng.choice(ENDINGS)}" for _ in range(3)]
    bodies, places = rng.sample(BODIES, 2), rng.sample(PLACES, 3)

    def fill(frame: str) -> str:
        plural = rng.choice(PLURALS)
        return frame.format(
            q=rng.choice(QUOTES) if "{q}" in frame else "", a=rng.choice(people), a2=people[0], o=rng.choice(bodies),
            c=places[0], c2=rng.choice(places), n=rng.choice(NOUNS), n2=rng.choice(NOUNS), j=rng.choice(ADJECTIVES),
            j2=rng.choice(ADJECTIVES), v=rng.choice(VERBS), v2=rng.choice(VERBS), p=plural, p1=plural.capitalize(),
            t=rng.choice(TIMES), k=rng.randint(3, 980), k2=rng.randint(2, 48), y=rng.randint(1890, 2019), w=rng.choice(DAYS),
        )  # fmt: skip

    def sentence() -> str:
        return fill(fill(rng.choice(FRAMES))) if rng.random() < 0.9 else fill(rng.choice(FRAMES[:2]))

    paragraphs = tuple(
        " ".join(sentence() for _ in range(rng.randint(1, 3))) for _ in range(rng.randint(5, 14))
    )
    return Story(fill(rng.choice(HEADLINES)), paragraphs, rng.choice(people), places[0])


def shortened(story: Story) -> Story:
    """The same story without its last paragraphs."""
    return Story(
        story.title, story.paragraphs[: max(3, len(story.paragraphs) * 2 // 3)], story.author, story.place
    )


def as_text(story: Story, day: date, rng: random.Random) -> str:
    """A dump of a page as text: menu, dateline, a box of links in the middle, a footer."""
    lines = [
        "Home",
        "News",
        "Sport",
        "Business",
        "",
        story.title,
        "",
        f"By {story.author}",
        f"{day:%B} {day.day}, {day.year}",
        "",
    ]
    for number, paragraph in enumerate(story.paragraphs):
        lines += [
            f"{story.place.upper()}, {day:%B} {day.day} (Reuters) - {paragraph}" if not number else paragraph,
            "",
        ]
        if number == 2:
            lines += ["Related:", *_links(rng), ""]
    return "\n".join(
        [
            *lines,
            "Follow us on Facebook and Twitter",
            "Sign up for our newsletter",
            f"© {day.year} The Harbour Gazette. All rights reserved.",
            "",
        ]
    )


def as_page(story: Story, day: date, rng: random.Random, site: str) -> str:
    """An HTML page with its menu, meta data, share buttons, a picture, a box of links and a footer."""
    body = "\n".join(
        f"<p>{escape(paragraph)}</p>"
        + (
            '\n<figure><img src="/p.jpg" alt=""><figcaption>A '
            + rng.choice(ADJECTIVES)
            + " "
            + rng.choice(NOUNS)
            + " in "
            + story.place
            + ". Photo: "
            + story.author
            + "</figcaption></figure>"
            if number == 1
            else ""
        )
        for number, paragraph in enumerate(story.paragraphs)
    )
    links = "".join(
        f'<li><a href="/{number}">{escape(title)}</a></li>' for number, title in enumerate(_links(rng))
    )
    menu = "".join(
        f'<a href="/{name.lower()}">{name}</a> ' for name in ("Home", "World", "Business", "Sport", "Opinion")
    )
    return (
        f'<!DOCTYPE html><html lang="en"><head><meta charset="utf-8"><title>{escape(story.title)} | {site}</title>'
        f'<meta property="og:title" content="{escape(story.title)}"><meta property="article:published_time" '
        f'content="{day}T{rng.randint(5, 22):02d}:15:00Z"></head><body><nav>{menu}</nav><main><article><h1>{escape(story.title)}</h1>'
        f'<p class="byline">By {story.author}</p><div class="share">Share on Facebook Share on X</div>\n{body}\n</article>'
        f'<aside><h3>Related stories</h3><ul>{links}</ul></aside></main><footer><p>© {day.year} {site}</p>'
        f'<p>Subscribe to our newsletter</p></footer></body></html>'
    )  # fmt: skip


def _links(rng: random.Random) -> list[str]:
    return [tell_headline(rng) for _ in range(4)]


def tell_headline(rng: random.Random) -> str:
    """The headline of some other story."""
    return f"{rng.choice(PLURALS).capitalize()} {rng.choice(('miss', 'want', 'find', 'save'))} the {rng.choice(ADJECTIVES)} {rng.choice(NOUNS)} of {rng.choice(PLACES)}"


SOURCES = (
    "gazette",
    "courier",
    "herald",
    "observer",
    "tribune",
    "wire",
)  # two of text, two of pages, pages, records


def documents(n: int, seed: int = 1, first_day: date = FIRST_DAY) -> Iterator[tuple[str, str, Story, date]]:
    """Source, number, story and day of n documents: a day's batch of every source, then the next day's."""
    rng = random.Random(f"{seed} {first_day}")
    past: list[Story] = []
    for number in range(n):
        day = first_day + timedelta(days=number // (PER_BATCH * len(SOURCES)))
        roll = rng.random()
        if past and roll < COPIES + CUT_COPIES:
            story = rng.choice(past)
            story = shortened(story) if roll < CUT_COPIES else story
        else:
            story = tell(rng)
            if number % 3 == 0:
                past = [*past[-1_000:], story]
        yield SOURCES[number % len(SOURCES)], f"{number:06d}", story, day


def write_corpus(raw: Path, n: int, seed: int = 1, first_day: date = FIRST_DAY) -> int:
    """Writes n documents below raw/; gives the number of bytes."""
    rng = random.Random(seed)
    records: dict[Path, list[str]] = {}
    n_bytes = 0
    for source, number, story, day in documents(n, seed, first_day):
        folder = raw / source / day.isoformat()
        folder.mkdir(parents=True, exist_ok=True)
        if source == "wire":
            record = {
                "id": number,
                "title": story.title,
                "text": "\n\n".join(story.paragraphs),
                "published": day.isoformat(),
                "url": f"https://wire.example/{number}",
            }
            records.setdefault(folder / "stories.jsonl", []).append(json.dumps(record))
            continue
        is_text = source in ("gazette", "courier")
        content = as_text(story, day, rng) if is_text else as_page(story, day, rng, source.capitalize())
        n_bytes += (folder / f"{number}.{'txt' if is_text else 'html'}").write_text(content, encoding="utf-8")
    for path, lines in records.items():
        n_bytes += path.write_text("\n".join(lines) + "\n", encoding="utf-8")
    return n_bytes
