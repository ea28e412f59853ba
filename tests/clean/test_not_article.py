"""What is no article is dropped with its own reason; what only looks like it stays."""

from __future__ import annotations

import pytest

from tasks.clean.clean import Given, clean_text
from tasks.clean.rules import load_rules

RULES = load_rules()
SENTENCES = (
    "The harbour reopened on Monday after three weeks of repairs, the port authority said in the morning.",
    "Two of the four cranes will stay closed until the spring, when new cables arrive from a yard in Gdansk.",
    "Fishermen had asked for a shorter closure, because the herring season ends in the second week of March.",
    "A spokeswoman for the council said that nobody had been hurt and that the cost would be borne by the town.",
    "The old lighthouse keeper, who is ninety, watched from his kitchen and found all of it rather too loud.",
    "By the evening the first three boats had left, with twelve crates of ice and a dog on board each of them.",
)
TITLE = "Harbour reopens after three weeks of repairs"


def page(title: str, *parts: str, head: str = "") -> str:
    return f"<html><head><title>{title}</title>{head}</head><body><main><h1>{title}</h1>{''.join(parts)}</main></body></html>"


def para(*lines: str) -> str:
    return "".join(f"<p>{line}</p>" for line in lines)


def schema(kind: str, **more: object) -> str:
    fields = "".join(f', "{key}": {str(value).lower()}' for key, value in more.items())
    return f'<script type="application/ld+json">{{"@type": "{kind}"{fields}}}</script>'


def live(n: int, clock: str = "{h}:{m:02d}") -> list[str]:
    return [f"<h3>{clock.format(h=9 + i, m=7 * i)}</h3>{para(SENTENCES[i % 6])}" for i in range(n)]


COOKIES = (
    "We and our 842 partners store and access information on your device, such as cookies, to show personalised ads.",
    "You can withdraw your consent at any time in the privacy settings at the bottom of every page of this site.",
)
SLIDES = "".join(
    f"<figure><figcaption>Boat number {n} leaves the quay.</figcaption></figure><p>{n} of 8</p>"
    for n in range(1, 9)
)
LINKS = "".join(f'<li><a href="/{n}">Ferry number {n} leaves from the new quay</a></li>' for n in range(20))

NO_ARTICLE = [
    ("index page", page("Harbour news", f"<ul>{LINKS}</ul>")),
    ("error page", page("Page not found", para("The page you are looking for was moved or never existed. Try the search."))),
    ("error page", page("Seite nicht gefunden", para("Die Seite wurde nicht gefunden. Bitte nutzen Sie die Suche."))),
    ("error page", page("Just a moment...", para("Checking your browser before you go on. This takes five seconds."))),
    ("cookie wall", page("Tide Gazette", para(*COOKIES), "<button>Accept all</button><button>Manage</button>")),
    ("cookie wall", page("Küstenbote", para("Mit Ihrer Einwilligung verwenden wir Cookies und verarbeiten personenbezogene Daten, um Werbung zu zeigen."), "<p>Alle akzeptieren</p>")),
    ("paywall stub", page(TITLE, para(SENTENCES[0], "This article is for subscribers only."))),
    ("paywall stub", page(TITLE, para(SENTENCES[0]), head=schema("NewsArticle", isAccessibleForFree=False))),
    ("live blog", page("Harbour reopening: live updates", *live(6))),
    ("live blog", page("Wiedereröffnung im Liveticker", *live(6, "{h}.{m:02d} Uhr"))),
    ("live blog", page(TITLE, *live(5), head=schema("LiveBlogPosting"))),
    ("gallery", page("In pictures: the harbour reopens", SLIDES)),
    ("gallery", page("Bildergalerie: Der Hafen", SLIDES.replace(" of ", " von "))),
]  # fmt: skip
ARTICLES = [
    page("Council bans cookies at the harbour school", para(*SENTENCES)),
    page("New law on cookies and consent takes effect", para(*COOKIES, *SENTENCES)),
    page("Live: the harbour choir sings again", para(*SENTENCES)),
    page("A night on the quay, hour by hour", *live(6)),
    page("In pictures: a book on the harbour", para(*SENTENCES), "<figure><figcaption>The cover.</figcaption></figure>"),
    page("Error 404, a novel on getting lost", para(*SENTENCES, "The page you are looking for is the last one, he writes.")),
    page(TITLE, para(*SENTENCES), head=schema("NewsArticle", isAccessibleForFree=False)),
    page(TITLE, para(*SENTENCES), f"<ul>{LINKS}</ul>"),
    page(TITLE, para(*SENTENCES[:2])),
]  # fmt: skip


def cleaned(raw: str, judge: object = None):
    return clean_text(raw, RULES, Given(media_type="html"), judge)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("why", "raw"), NO_ARTICLE, ids=[f"{why}-{n}" for n, (why, _) in enumerate(NO_ARTICLE)]
)
def test_a_page_that_is_no_article_is_dropped_with_its_own_reason(why: str, raw: str) -> None:
    answer = cleaned(raw)
    assert answer.dropped_reason in {"not_article", "empty"}
    assert (answer.evidence or "").startswith(why), answer.evidence


@pytest.mark.parametrize("raw", ARTICLES, ids=range(len(ARTICLES)))
def test_an_article_that_looks_like_one_of_them_stays(raw: str) -> None:
    answer = cleaned(raw)
    assert (answer.dropped_reason, answer.evidence) == (None, None)


def test_sentences_broken_at_every_tag_are_no_list_of_links() -> None:
    broken = "\n".join(sentence.replace(", ", ",\n").replace(" that ", "\nthat ") for sentence in SENTENCES)
    answer = clean_text(f"{TITLE}\n\n{broken}\n{broken.lower()}", RULES, Given(), None)
    assert answer.dropped_reason is None


@pytest.mark.parametrize("unit", ["12:30\n", "cookies ", "3 of 9\n", "live blog ", "12:30 Accept cookies. "])
def test_hostile_texts_end(unit: str) -> None:
    clean_text(unit * 60_000, RULES, Given(), None)
