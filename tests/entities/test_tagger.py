"""The tagger: offsets hold, nothing depends on the batch, hostile text is only text."""

from __future__ import annotations

import subprocess
import sys
from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tasks.entities.taggers import load_tagger
from tasks.entities.taggers.words import fold, segments
from tasks.errors import ConfigError

NEWS = [
    "HANOI, June 3 (VNA) - Foreign Minister Tran Quoc Bao met his Kenyan counterpart Wanjiru Otieno in Nairobi on Monday.",
    "Shares of Lotus Holdings Berhad fell 3 percent in Kuala Lumpur.\n\nThe company did not comment.",
    "POLICE IN LAGOS ARREST CHINEDU OKAFOR",
    "it rained all day",
    "",
]


@pytest.fixture(scope="module")
def tagger():
    return load_tagger("cleancopy")


def surfaces(tagger, text):
    return {(text[s.start : s.end], s.type) for s in tagger.tag([text])[0]}


def test_people_and_places_of_a_plain_sentence_are_found(tagger):
    found = surfaces(tagger, NEWS[0])
    assert ("Tran Quoc Bao", "PERSON") in found
    assert ("Wanjiru Otieno", "PERSON") in found
    assert ("Nairobi", "LOC") in found


def test_a_headline_in_capitals_has_names_too(tagger):
    assert ("LAGOS", "LOC") in surfaces(tagger, NEWS[2])


def test_text_without_names_has_none(tagger):
    assert tagger.tag(["it rained all day", "", "\n\n", "123 456", "."]) == [[], [], [], [], []]


def test_the_batch_and_its_order_change_nothing(tagger):
    alone = [tagger.tag([t])[0] for t in NEWS]
    assert tagger.tag(NEWS) == alone
    assert tagger.tag(NEWS[::-1]) == alone[::-1]
    assert tagger.tag(NEWS * 60)[5:10] == alone


def test_another_process_finds_the_same(tagger):
    code = f"from tasks.entities.taggers import load_tagger; print(load_tagger('cleancopy').tag({NEWS!r}))"
    out = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert out.stdout.strip() == str(tagger.tag(NEWS))


@settings(max_examples=150, deadline=None)
@given(st.text(alphabet=st.characters(), max_size=200))
def test_any_text_gets_sorted_spans_inside_it(tagger, text):
    spans = tagger.tag([text])[0]
    assert all(0 <= s.start < s.end <= len(text) for s in spans)
    assert all(0.0 <= s.score_frac <= 1.0 and round(s.score_frac, 4) == s.score_frac for s in spans)
    assert all(a.end <= b.start for a, b in pairwise(spans))


@settings(max_examples=150, deadline=None)
@given(st.text(alphabet=st.characters(), max_size=200))
def test_words_cover_every_visible_character_once(text):
    words = [
        (s, e, w) for seg in segments(text) for w, s, e in zip(seg.words, seg.starts, seg.ends, strict=True)
    ]
    assert all(text[s:e] == w for s, e, w in words)
    assert all(a[1] <= b[0] for a, b in pairwise(words))
    left = [c for i, c in enumerate(text) if not any(s <= i < e for s, e, _ in words)]
    assert all(c.isspace() for c in left)


def test_a_very_long_line_without_full_stops_is_read_to_its_end(tagger):
    text = "and then " * 60_000 + "we met Kofi Mensah in Accra"
    assert ("Accra", "LOC") in surfaces(tagger, text)


def test_other_scripts_emoji_and_hidden_characters_do_not_stop_it(tagger):
    for text in (
        "习近平在北京会见了客人。",
        "นายกรัฐมนตรี",
        "प्रधानमंत्री ने कहा",
        "🇻🇳🎉👨‍👩‍👧",
        "a\u200bb\ufeff",
        "\ud800",
    ):
        tagger.tag([text * 50])


def test_diacritics_case_and_hidden_characters_fold_away():
    assert fold("Nguyễn") == fold("NGUYEN") == fold("Ng\u200buyen") == "nguyen"
    assert fold("Đà") == "da"


def test_an_unknown_tagger_is_refused_with_the_names_that_exist():
    with pytest.raises(ConfigError, match="cleancopy"):
        load_tagger("nobody")


def test_missing_weights_say_what_to_do(tmp_path):
    from tasks.entities.taggers.cleancopy import CleancopyTagger

    with pytest.raises(ConfigError, match="restore"):
        CleancopyTagger(tmp_path / "none.npz")
