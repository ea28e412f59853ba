"""What a line says again, and what rules said of the lines around it."""

from __future__ import annotations

import numpy as np

from tasks.clean.draft import Verdict, split_lines
from tasks.clean.judge.columns import Columns
from tasks.clean.judge.copies import COPY_NAMES, copy_features
from tasks.clean.judge.rules import CUT, MAYBE, OPEN, rule_features, ruled_of

PARAGRAPH = "The harbour pilots refused the tanker on Monday, and nobody asked them why they did."


def test_a_quotation_taken_from_a_paragraph_is_all_copied_and_the_paragraph_in_part():
    copied, above, n_words = copy_features(
        [PARAGRAPH, "Nobody asked them why they did", "A singer cancels all concerts"]
    )
    assert copied[1] == above[1] == 1.0
    assert 0 < copied[0] < 0.5
    assert above[0] == 0
    assert copied[2] == n_words[2] == 0


def test_a_line_of_few_words_says_nothing():
    found = copy_features(["Go on", "Go on"])
    assert found.shape == (len(COPY_NAMES), 2)
    assert (found == -1).all()
    assert copy_features([]).shape == (len(COPY_NAMES), 0)


def ruled_lines():
    lines = split_lines("Home\nMost read\nFerry fares to rise\nThe pier is open.")
    lines[1].verdict = Verdict("related", "x", 0.9)
    lines[2].maybe = Verdict("navigation", "y", 0.9)
    return lines


def test_lines_say_what_rules_said_of_them():
    assert ruled_of(ruled_lines()).tolist() == [[OPEN, CUT, MAYBE, OPEN], [0, 1, 2, 0]]


def test_a_line_is_told_what_rules_said_of_the_others_and_not_of_itself():
    ruled = ruled_of(ruled_lines())
    found = Columns()
    rule_features(found, ruled)
    matrix = found.matrix(4)
    told = {name: matrix[:, number].tolist() for number, name in enumerate(found.names)}
    assert told["n-1_ruled"] == [-1, OPEN, CUT, MAYBE]
    assert told["since_related_cut"] == [30, 30, 0, 1]
    ruled[0, 1] = OPEN
    again = Columns()
    rule_features(again, ruled)
    assert np.array_equal(again.matrix(4)[1], matrix[1])
