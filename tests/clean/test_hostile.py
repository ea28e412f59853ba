"""The whole of clean on hostile input: time grows with the length, nothing raises, and each says what it is."""

from __future__ import annotations

import time

import pytest

from tasks.clean.clean import Given, clean_text
from tasks.clean.edits import apply_edits
from tasks.clean.rules import load_rules

RULES = load_rules()
SENTENCE = (
    "The harbour reopened on Monday after three weeks of repairs, the port authority said in the morning."
)
TEXTS = (
    "Home\n",
    f"{SENTENCE}\n",
    "12:30\n",
    "By Ana Lima, Rui Ma\n",
    f"{SENTENCE} ",
    "the harbour was, and\n",
    "e\u0301",
)
PAGES = (
    "<p class='a b' id=c>x</p>",
    "<figure><figcaption>a b c",
    "<div>",
    "<ul><li>",
    "<table><tr><td>x",
    "<h1>The harbour opens",
)
SMALL, LARGE = 10_000, 80_000  # characters


@pytest.mark.parametrize(("unit", "media"), [*((u, "text") for u in TEXTS), *((u, "html") for u in PAGES)])
def test_time_grows_with_the_length_and_not_with_its_square(unit: str, media: str) -> None:
    def once(n: int) -> float:
        raw = (unit * (n // len(unit) + 1))[:n]
        started = time.process_time()
        clean_text(raw, RULES, Given(media_type=media))  # type: ignore[arg-type]
        return max(time.process_time() - started, 1e-2)

    once(100)
    # Eight times the length: quadratic work would take 64 times as long; the bound leaves room for a busy machine.
    assert min(once(LARGE) for _ in range(2)) / min(once(SMALL) for _ in range(2)) < 32


@pytest.mark.parametrize(
    ("raw", "media"),
    [
        (SENTENCE + " " + "harbour " * 400_000, "text"),
        ("\x00" * 500_000, "text"),
        ("<div>" * 10_000 + SENTENCE + "</div>" * 10_000, "html"),
        ("<a <b <p " * 50_000 + SENTENCE, "html"),
        ("<h1>Only a headline stands here", "html"),
        ("<p>" + "".join(map(chr, range(1, 32))) * 2_000 + SENTENCE, "html"),
        ("caf\udcc3\udca9 " + SENTENCE, "text"),
    ],
    ids=["one long line", "NUL", "nesting", "broken tags", "headline", "controls", "surrogates"],
)
def test_whatever_comes_is_an_article_or_has_a_reason(raw: str, media: str) -> None:
    answer = clean_text(raw, RULES, Given(media_type=media))  # type: ignore[arg-type]
    assert apply_edits(raw, answer.edits) == answer.text
    assert SENTENCE in answer.text if answer.dropped_reason is None else answer.evidence
