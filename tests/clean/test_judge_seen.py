"""Which lines of a text the judge sees."""

from __future__ import annotations

from tasks.clean.clean import Given, clean_text
from tasks.clean.draft import Verdict, split_lines
from tasks.clean.judge.seen import seen_lines
from tasks.clean.rules import load_rules

PROSE = "The harbour pilots refused the tanker on Monday, and nobody asked them why they did so, word {}."
ADVERT = Verdict("advert", "en.advert", 0.95)


def lines_of(*texts: str, cut: str = "Advertisement", verdict: Verdict = ADVERT):
    lines = split_lines("\n".join(texts))
    for line in lines:
        if line.text == cut:
            line.verdict = verdict
    return lines


def test_what_a_rule_cuts_between_two_paragraphs_is_hidden_with_its_copies():
    lines = lines_of(
        "Advertisement", PROSE.format(1), "Advertisement", PROSE.format(2), "A heading", "Advertisement"
    )
    assert seen_lines(lines) == [1, 3, 4]


def test_what_stands_between_no_two_paragraphs_is_seen():
    lines = lines_of("Home", "Advertisement", PROSE.format(1), "Advertisement", "Most read", PROSE.format(2))
    assert seen_lines(lines) == list(range(6))


def test_what_the_judge_may_overrule_is_seen():
    texts = (PROSE.format(1), "Advertisement", PROSE.format(2))
    unsure = lines_of(*texts, verdict=Verdict("advert", "en.advert", 0.8))
    assert seen_lines(unsure) == [0, 1, 2]
    sentence = lines_of(*texts)
    sentence[1].may_be_sentence = True
    assert seen_lines(sentence) == [0, 1, 2]
    assert seen_lines([]) == []


def test_a_text_reads_the_same_with_adverts_between_its_paragraphs():
    paragraphs = [PROSE.format(number) + f" Then {number * 7} boats left the pier." for number in range(12)]
    plain = clean_text("\n\n".join(paragraphs), load_rules(), Given(title="Pilots refuse a tanker")).text
    parted = "\n\nAdvertisement\n\n".join(paragraphs)
    assert clean_text(parted, load_rules(), Given(title="Pilots refuse a tanker")).text == plain
