"""What is told for all lines of a document at once is what each line by itself would tell."""

from __future__ import annotations

import re

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from tasks.clean.credits import find_credit, glued_parts, may_be_credited
from tasks.clean.draft import BETWEEN, DIGIT, SIGNS_BETWEEN, Draft, folded, split_lines
from tasks.clean.judge.second import Windows
from tasks.clean.judge.spellings import Known, joined, numbers_of
from tasks.clean.repair import has_mojibake
from tasks.clean.rule import begins_with_bracket, spans_of
from tasks.clean.rules import load_rules
from tasks.clean.sayings import bare_line
from tasks.clean.signs import mark_signs

WORD = st.text(min_size=1, max_size=8)
TEXT = st.lists(
    st.sampled_from(
        [
            "Photo: Jane Doe",
            "[AFP]",
            "image 3Caption",
            "7 May",
            "a | b",
            "Süd·Nord",
            "𝟜",
            "×",
            "\n",
            " ",
            "¼",
            "x",
        ]
    ),
    max_size=12,
).map("".join)


@given(st.lists(WORD, min_size=1, max_size=6))
def test_texts_have_one_number_if_and_only_if_they_are_spelled_alike(words):
    numbers = numbers_of(words).tolist()
    assert all(
        (one == two) == (numbers[i] == numbers[j])
        for i, one in enumerate(words)
        for j, two in enumerate(words)
    )


@given(WORD, WORD)
def test_numbers_of_two_texts_make_that_of_both_together(head, tail):
    numbers = numbers_of([head, tail, head + tail])
    assert joined(numbers[:1], len(head), numbers[1:2]) == numbers[2]


@given(st.sets(WORD, max_size=6), st.lists(WORD, min_size=1, max_size=6))
def test_known_spellings_are_found_with_their_places_and_no_others(known, asked):
    table = sorted(known)
    which, place = Known(table).places(numbers_of(asked))
    assert which.tolist() == [number for number, word in enumerate(asked) if word in known]
    assert [table[at] for at in place.tolist()] == [asked[number] for number in which.tolist()]


@given(TEXT)
def test_lines_know_their_signs(text):
    draft = Draft(text, split_lines(text))
    mark_signs(draft)
    for line in draft.lines:
        assert bool(line.signs & DIGIT) == any(map(str.isdigit, line.text))
        assert bool(line.signs & BETWEEN) == any(sign in line.text for sign in SIGNS_BETWEEN)
        assert may_be_credited(line) or find_credit(line.text) is None
        assert line.signs & DIGIT or not glued_parts(line.text)


@given(st.text(alphabet=st.characters(max_codepoint=0x17F), max_size=40))
def test_folding_takes_words_whatever_the_letters(text):
    assert folded(text) == " ".join(re.findall(r"\w+", text.lower()))


@given(st.lists(st.integers(0, 9), min_size=1, max_size=12), st.integers(1, 15))
def test_windows_sum_the_lines_within_reach(values, reach):
    windows = Windows(np.array(values, np.float64))
    for at in range(len(values)):
        before, after = values[max(0, at - reach) : at], values[at + 1 : at + 1 + reach]
        sums = sum(before) + values[at] + sum(after), sum(before), sum(after)
        assert tuple(windows.sums(reach, side)[at] for side in (0, 1, -1)) == sums


@given(
    st.lists(
        st.sampled_from(
            ["(Read more: x)", "[see video]", " ", "((", "[ADVERTISEMENT]", ")", "a", " (anzeige)", "]"]
        ),
        max_size=10,
    ).map("".join)
)
def test_patterns_in_brackets_find_at_brackets_what_they_find_everywhere(text):
    bracketed = [rule for rule in load_rules().rules if rule.bracketed and rule.where == "inline"]
    assert len(bracketed) > 1
    for rule in bracketed:
        found = [(span.start, span.end) for span in spans_of([rule], text, "inline")]
        assert found == [match.span() for match in rule.pattern.finditer(text)]


def test_a_pattern_with_another_reading_outside_the_brackets_does_not_begin_with_one():
    assert begins_with_bracket(r"\s?[(\[](?:a|b[|])[)\]]")
    assert not begins_with_bracket(r"\s?[(\[]a|b")
    assert not begins_with_bracket(r"(?:\s?[(\[]a)")


def test_a_saying_that_matches_a_line_may_match_it():
    filed = [
        (saying, rule)
        for entries in load_rules()._filed._headed.values()
        for _, (_, _, _, saying, rule) in entries
    ]
    near = 0
    for saying, rule in filed:
        for example in rule.cut:
            bare = bare_line(example)
            if saying.matches(bare):
                near += 1
                low = bare.replace("İ", "I").lower().replace("’", "'")
                assert saying.may_match(low), (saying.source, example)
                found = load_rules()._filed.near(low)
                assert any(one is saying for one, _ in found), (saying.source, example)
    assert near > 100


def test_no_saying_meets_every_line():
    filed = load_rules()._filed
    assert not [saying.source for _, _, _, saying, _ in filed._worded.get("", [])]


def test_words_found_once_lead_to_the_sayings_that_each_line_by_itself_leads_to():
    lines = [example for rule in load_rules().rules for example in (*rule.cut, *rule.keep)]
    lines = [line for line in lines if line.strip() and "\n" not in line]
    filed = load_rules()._filed
    worded = 0
    for line, runs in zip(lines, filed.runs(lines), strict=True):
        bare = bare_line(line)
        low = bare.lower().replace("’", "'")
        found = [saying for saying, _ in filed.near(low, runs) if saying.matches(bare)]
        worded += bool(runs) and bool(found)
        alone = [saying for saying, _ in filed.near(low) if saying.matches(bare)]
        assert list(dict.fromkeys(found)) == list(dict.fromkeys(alone)), line
    assert worded > 100


def test_mojibake_is_seen_wherever_it_stands():
    assert has_mojibake("naÃ¯ve cafÃ© dÃ©tail")
    assert not has_mojibake("naïve café “déjà vu” — Über")
