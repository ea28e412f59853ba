"""Every rule's examples are its tests; rules load strictly and stay quick on long hostile lines."""

from __future__ import annotations

import re
import time

import pytest

from tasks.clean.rule import Rule
from tasks.clean.rules import load_rules, rule_cuts
from tasks.clean.sayings import MAX_LINE_CHARS, bare_line, compile_saying, is_plain
from tasks.errors import ConfigError

RULES = load_rules()
ALL = [*RULES.rules, *(rule for rules in RULES.sources.values() for rule in rules)]
HOSTILE_CHARS = 200_000
_MARK = re.compile(r"\[\[(.*?)\]\](?!\])", re.DOTALL)


def spans_of(rule: Rule, example: str) -> tuple[str, list[tuple[int, int]]]:
    """An example without its marks, and the spans that must go."""
    if rule.where == "line":
        return example, [(0, len(example))]
    text, spans, at = "", [], 0
    for mark in _MARK.finditer(example):
        text += example[at : mark.start()]
        spans.append((len(text), len(text) + len(mark[1])))
        text, at = text + mark[1], mark.end()
    return text + example[at:], spans


@pytest.mark.parametrize("rule", ALL, ids=lambda rule: rule.id)
def test_a_rule_cuts_what_it_says_it_cuts_and_keeps_the_rest(rule):
    for example in rule.cut:
        text, spans = spans_of(rule, example)
        assert rule_cuts(rule, text) == spans, example
    for example in rule.keep:
        assert rule_cuts(rule, example) == [], example


@pytest.mark.parametrize("rule", ALL, ids=lambda rule: rule.id)
def test_no_rule_cuts_whole_lines_that_another_rule_keeps(rule):
    if rule.where == "line" and not rule.needs:
        for other in ALL:
            sentences = [keep for keep in other.keep if keep.endswith((".", "...")) and len(keep) > 20]
            assert [keep for keep in sentences if rule_cuts(rule, keep)] == []


def hostile_lines(rule: Rule) -> list[str]:
    """Long lines that nearly match: the rule's own examples and needles over and over."""
    seeds = [*rule.cut[:1], *rule.says[:2], *rule.needles[:2], "a", ": ", "!["]
    return [(seed * (HOSTILE_CHARS // len(seed) + 1))[:HOSTILE_CHARS] for seed in seeds]


def test_no_rule_is_slow_on_long_hostile_lines():
    """Time of each rule next to one plain scan of a line; a quadratic pattern would take thousands of scans."""
    started = time.process_time()
    re.findall(r"\w+", "harbour " * (HOSTILE_CHARS // 8))
    scan = max(time.process_time() - started, 0.005)
    for rule in ALL:
        lines = hostile_lines(rule)
        started = time.process_time()
        for line in lines:
            rule_cuts(rule, line)
            rule_cuts(rule, line[:299])
        assert time.process_time() - started < 100 * scan * len(lines), rule.id


def test_every_saying_compiles_and_its_slots_are_bounded():
    for rule in ALL:
        for saying in rule.says:
            if not is_plain(saying):
                source = compile_saying(saying).source
                re.compile(source, re.IGNORECASE)
                outside_classes = re.sub(r"\[[^\]]*\]|\\.", "", source)
                assert not {"*", "+"} & set(outside_classes), saying


@pytest.mark.parametrize(
    ("line", "says"),
    [
        ('kind = "relatde"', "kind"),
        ('kind = "related"\nwhere = "anywhere"', "where"),
        ('kind = "related"\nsays = ["read {thing}"]', "slot"),
        ('kind = "related"\npattern = "("\nneedles = ["("]', "unterminated"),
        ('kind = "related"\nsays = ["read more"]\ncolour = "red"', "colour"),
        ('kind = "related"\nsays = ["read more"]', "examples"),
    ],
)
def test_a_wrong_rule_is_refused_with_file_and_name(tmp_path, line, says):
    (tmp_path / "en.toml").write_text(f'[[rule]]\nid = "en.wrong"\nconfidence = 0.9\n{line}\n')
    with pytest.raises(ConfigError, match=rf"en\.toml: rule en\.wrong: .*{says}"):
        load_rules(tmp_path)


def test_bullets_and_final_punctuation_are_no_part_of_a_saying():
    assert bare_line("•  Read   more: »") == "Read more"
    assert bare_line("»Wir bleiben«, sagte sie.") == "»Wir bleiben«, sagte sie"


def test_no_saying_begins_or_ends_with_what_the_bare_line_is_without():
    for rule in ALL:
        for saying in rule.says:
            first, last = re.match(r"\(([^()]*)\)", saying), re.search(r"\(([^()]*)\)$", saying)
            begins = first[1].split("|") if first else [saying]
            ends = last[1].split("|") if last else [saying]
            edges = {*(f"{begin}x" for begin in begins), *(f"x{end}" for end in ends)}
            assert all(bare_line(edge) == edge for edge in edges if edge.strip() == edge), saying


def test_a_source_has_rules_of_its_own(tmp_path):
    (tmp_path / "sources").mkdir()
    (tmp_path / "sources" / "tideway.toml").write_text(
        '[[rule]]\nid = "tideway.slogan"\nkind = "other"\nconfidence = 0.9\nsays = ["tides wait for nobody"]\n'
        'cut = ["Tides wait for nobody"]\nkeep = ["Tides wait."]\n'
    )
    rules = load_rules(tmp_path)
    assert rules.line_rule("Tides wait for nobody", "Tides wait for nobody") is None
    assert rules.for_source("tideway").line_rule("Tides wait for nobody", "Tides wait for nobody") is not None


def test_a_pattern_that_says_so_reaches_lines_longer_than_sayings_do():
    rules = load_rules()
    archive = "Archive " + " ".join(
        f"{month} 20{year} ({year})" for year in range(10, 24) for month in ("May", "June")
    )
    frame = f'<iframe src="https://tags.example.net/?page={"x" * 400}" height="0"></iframe>'
    assert min(len(archive), len(frame)) > MAX_LINE_CHARS
    assert rules.line_rule(archive, "").id == "any.counts_row"
    assert rules.line_rule(frame, "").id == "any.embed_markup"
    assert rules.line_rule(f"He put {frame} into it.", "") is None
