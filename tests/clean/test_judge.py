"""The judge: what it keeps and cuts, that it never raises, and that its trees are evaluated exactly."""

from __future__ import annotations

import time

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tasks.clean.judge.dom import page_features
from tasks.clean.judge.probability import KEEP_AT, judge_page, judge_text, relative, together
from tasks.clean.judge.trees import LEAF_UNIT, Trees
from tasks.clean.page import parse_page

STORY = [
    "The council of the small harbour town voted on Tuesday to rebuild the old pier, which a storm took in March.",
    "Work will begin in the autumn, the mayor said, and cost about four million, half of it paid by the region.",
    "Fishermen had asked for a plan since spring; some of them moved their boats to the next port, an hour away.",
    "A second vote, on the road that leads to the pier, is planned for next month, according to the council.",
]  # fmt: skip
MENU = ["Home", "News", "Sports", "Weather", "Contact us", "Log in"]
FOOT = [
    "Related articles",
    "Storm hits the coast",
    "Subscribe to our newsletter",
    "Privacy policy",
    "All rights reserved",
]


def page_of(story: list[str]) -> str:
    menu = "".join(f"<li><a href='/{i}'>{text}</a></li>" for i, text in enumerate(MENU))
    foot = "".join(f"<li><a href='/f{i}'>{text}</a></li>" for i, text in enumerate(FOOT))
    body = "".join(f"<p>{text}</p>" for text in story)
    return (
        f"<body><nav class='menu'><ul>{menu}</ul></nav><article class='article'><h1>Town rebuilds its pier</h1>"
        f"<div class='article-body'>{body}</div></article><footer><ul>{foot}</ul></footer></body>"
    )


def test_a_doubtful_line_among_siblings_of_the_article_is_drawn_to_them_and_one_sure_to_go_is_not():
    page = parse_page(
        "<ul><li>Home</li></ul><div><p>One.</p><p class='odd'>Two.</p><p>Three.</p><div>Four</div></div>"
    )
    _, _, shape, _ = page_features(page, None)
    doubtful = together(np.array([0.02, 0.96, 0.2, 0.96, 0.2]), shape)
    assert doubtful[2] > KEEP_AT["html"]
    assert doubtful[4] == doubtful[0] * 10 == 0.2
    sure = together(np.array([0.02, 0.96, 0.05, 0.96, 0.2]), shape)
    assert sure[2] == 0.05
    assert sure[1] < 0.96


def spans_of(text: str) -> list[tuple[int, int]]:
    spans, at = [], 0
    for line in text.split("\n"):
        if line.strip():
            spans.append((at, at + len(line)))
        at += len(line) + 1
    return spans


def no_rules(text: str) -> np.ndarray:
    return np.zeros((2, len(spans_of(text))))


def test_paragraphs_of_a_page_are_kept_and_its_menu_and_footer_cut():
    page = parse_page(page_of(STORY))
    keep = judge_page(page, "Town rebuilds its pier")
    found = {page.flat[line.start : line.end]: value for line, value in zip(page.lines, keep, strict=True)}
    assert all(found[text] >= KEEP_AT["html"] for text in STORY)
    assert all(found[text] < KEEP_AT["html"] for text in (*MENU, *FOOT))


def test_paragraphs_of_a_dump_are_kept_and_its_menu_and_foot_cut():
    text = "\n".join([*MENU, "", "Town rebuilds its pier", "", "\n\n".join(STORY), "", *FOOT])
    keep = judge_text(text, spans_of(text), "Town rebuilds its pier", no_rules(text))
    found = {text[a:b]: value for (a, b), value in zip(spans_of(text), keep, strict=True)}
    assert all(found[line] >= KEEP_AT["text"] for line in STORY)
    assert all(found[line] < KEEP_AT["text"] for line in MENU)


def test_nothing_to_judge_gives_nothing():
    assert judge_page(parse_page(""), None).shape == (0,)
    assert judge_text("", [], None, no_rules("")).shape == (0,)


@settings(deadline=None, max_examples=60)
@given(st.text(), st.none() | st.text())
def test_any_text_gets_a_rounded_probability_a_line(text, title):
    keep = judge_text(text, spans_of(text), title, no_rules(text))
    assert keep.shape == (len(spans_of(text)),)
    assert ((keep >= 0) & (keep <= 1) & (keep == np.round(keep, 4))).all()


@settings(deadline=None, max_examples=60)
@given(
    st.lists(
        st.sampled_from(
            ["<p>", "</p>", "<div class=a>", "</div>", "<li>", "<a>x", "text. ", "長い文。", "\n"]
        )
    ).map("".join)
)
def test_any_page_gets_a_rounded_probability_a_line(raw):
    page = parse_page(raw)
    keep = judge_page(page, "text")
    assert keep.shape == (len(page.lines),)
    assert ((keep >= 0) & (keep <= 1) & (keep == np.round(keep, 4))).all()


def test_the_same_page_is_judged_the_same_whatever_came_before():
    page = parse_page(page_of(STORY))
    first = judge_page(page, None)
    judge_page(parse_page(page_of(STORY[::-1] * 3)), "x")
    assert (judge_page(page, None) == first).all()


@pytest.mark.parametrize("line", ["word word. ", "<p>some text, here.</p>", "a\n", "<div><p>x</div>"])
def test_judging_takes_linear_time(line):
    def once(n):
        raw = line * n
        start = time.process_time()
        judge_page(parse_page(raw), "some title")
        judge_text(raw, spans_of(raw), "some title", no_rules(raw))
        return max(time.process_time() - start, 1e-2)

    def seconds(n):  # the best of three: a busy machine only ever adds
        return min(once(n) for _ in range(3))

    seconds(100)
    # Quadratic work would make this 64; the bound leaves room for caches that no longer hold it all.
    assert seconds(16_000) / seconds(2_000) < 32


def test_trees_add_the_leaves_that_their_answers_lead_to():
    trees = Trees(
        names=("a", "b"),
        questions=np.array([0, 1], np.int16),
        borders=np.array([0.5, 2.0], np.float32),
        splits=np.array([[0, 1], [1, 1]], np.int16),
        leaves=np.array([[0, 1, 2, 3], [10, 0, 0, 20]], np.int32) * round(0.1 / LEAF_UNIT),
        bias=0,
    )
    found = trees.probabilities(np.array([[0.0, 0.0], [1.0, 0.0], [0.0, 3.0], [1.0, 3.0]]))
    expected = 1 / (1 + np.exp(-np.array([1.0, 1.1, 2.2, 2.3])))
    assert np.allclose(found, np.round(expected, 4), atol=1e-9)


def test_doubtful_pages_are_judged_by_what_is_likeliest_there():
    keep = relative(np.array([0.4, 0.4, 0.02]), np.array([100.0, 100.0, 10.0]), 0.85)
    assert (keep[:2] > 0.8).all()
    assert keep[2] < 0.1
    sure = np.array([0.99, 0.98, 0.01])
    assert (relative(sure, np.array([100.0, 100.0, 10.0]), 0.85) == sure).all()
