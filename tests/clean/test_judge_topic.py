"""What a line shares with the likely article, and the run of likely lines it is in."""

from __future__ import annotations

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from tasks.clean.judge.topic import RUN_NAMES, TOPIC_NAMES, run_features, topic_features

LINES = [
    "The harbour pilots refused the tanker.",
    "Two pilots boarded another tanker in the harbour.",
    "A singer cancels concerts",
    "More singers and their concerts",
]
FIRST = np.array([0.9, 0.9, 0.1, 0.1])


def column(found, names, name):
    return found[:, names.index(name)].tolist()


def test_words_of_the_article_are_told_from_words_of_the_rest():
    found = topic_features(LINES, FIRST)
    article = column(found, TOPIC_NAMES, "topic_article")
    rest = column(found, TOPIC_NAMES, "topic_rest")
    assert min(article[:2]) > 0.5 > max(article[2:])
    assert max(rest[:2]) < 0.5 < min(rest[2:])


def test_a_line_without_longer_words_says_nothing():
    assert topic_features(["Go on", *LINES], np.append(0.5, FIRST))[0].tolist() == [-1, -1, -1, 0, 0]


def test_a_line_does_not_vouch_for_itself():
    alone = topic_features(["Unheard remarkable syllables", "x"], np.array([1.0, 1.0]))
    assert column(alone, TOPIC_NAMES, "topic_article")[0] == 0.0


def test_lines_know_their_run_and_how_far_the_greatest_is():
    first = np.array([0.0, 0.9, 0.9, 0.0, 0.0, 0.0, 0.0, 0.9, 0.0])
    found = run_features(first, np.full(9, 10.0))
    assert column(found, RUN_NAMES, "run_distance") == [-1, 0, 0, 1, 2, 3, 4, 5, 6]
    assert np.allclose(column(found, RUN_NAMES, "run_mass")[:3], [0, 2 / 3, 2 / 3])
    assert set(column(found, RUN_NAMES, "runs")) == {2}


@settings(deadline=None)
@given(st.lists(st.tuples(st.text(), st.integers(0, 10_000)), max_size=30))
def test_any_lines_have_finite_features_that_no_order_of_words_changes(lines):
    texts, first = [text for text, _ in lines], np.array([value / 10_000 for _, value in lines])
    turned = [" ".join(reversed(text.split())) for text in texts]
    found = topic_features(texts, first)
    assert found.shape == (len(lines), len(TOPIC_NAMES))
    assert (found == topic_features(turned, first)).all()
    assert np.isfinite(np.hstack([found, run_features(first, np.ones(len(lines)))])).all()
