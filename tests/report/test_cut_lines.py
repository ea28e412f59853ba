"""The lines a person may want back, and the command that brings them."""

from __future__ import annotations

import shlex

import pytest

from tasks.clean.keep import kept_key
from tasks.clean.own_rules import Wish, add_rule
from tasks.clean.rules import load_rules
from tasks.report.cut_lines import cut_lines, restoring_command
from tasks.report.cuts import SourceCuts


def test_the_least_sure_line_comes_first_with_its_command() -> None:
    cuts = SourceCuts("alpha")
    cuts._lines = {
        ("Tides and bells", "other", "model"): (9, 0.71),
        ("Share this", "share", "en.share"): (40, 0.97),
    }
    shown = cut_lines(cuts, is_open=True)
    assert shown.index("Tides and bells") < shown.index("Share this")
    assert "cleancopy rules add --keep &#x27;Tides and bells&#x27; --source alpha" in shown


def test_a_line_cut_twice_does_not_hide_those_cut_a_thousand_times() -> None:
    cuts = SourceCuts("alpha")
    cuts._lines = {(f"Headline {n}", "related", "list.item"): (2, 0.85) for n in range(40)}
    cuts._lines |= {("All rights reserved", "copyright", "en.copyright"): (1_667, 0.97)}
    shown = cut_lines(cuts, is_open=True)
    assert "All rights reserved" in shown
    assert "Headline" not in shown


@pytest.mark.parametrize(
    "line", ["It's $(rm -rf ~) `now`", 'He said "no"; rm x', 'Tides <a href="/x">and</a> bells', "-–— dashes"]
)
def test_the_command_is_one_safe_shell_line_that_keeps_the_line(line: str, tmp_path) -> None:
    words = shlex.split(restoring_command(line, "mekong post"))
    assert words[:4] == ["cleancopy", "rules", "add", "--keep"]
    assert words[5:] == ["--source", "mekong post", "--reason", "why"]
    add_rule(Wish(words[4], "keep", "why", "alpha"), tmp_path)
    assert kept_key(words[4]) in load_rules(tmp_path).for_source("alpha").kept
