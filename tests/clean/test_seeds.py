"""The five real articles: paragraphs, cuts with their kinds, and fields, exactly."""

from __future__ import annotations

import json

import pytest

from tasks.clean.clean import clean_text
from tasks.clean.edits import apply_edits, check_edits, removed_texts, undo_edits
from tasks.clean.rules import load_rules

SEEDS = [
    "000_b16561aa0ec278fb",
    "001_3aef5ee0a213f8b3",
    "002_10f4246fd664ccda",
    "003_e31c4b51b5153807",
    "004_d4031eb014a138c4",
]
UNSEEN = {"whitespace", "encoding", "join_paragraph"}


@pytest.fixture(params=SEEDS)
def seed(request, shared):
    """Raw text, gold and our answer for one seed."""
    raw = (shared / "seeds" / f"{request.param}.txt").read_text(encoding="utf-8")
    gold = json.loads((shared / "seeds" / "gold" / f"{request.param}.json").read_text(encoding="utf-8"))
    return raw, gold, clean_text(raw, load_rules())


def test_the_paragraphs_of_a_seed_are_exactly_the_gold(seed):
    _, gold, cleaned = seed
    assert cleaned.text.split("\n\n") == gold["paragraphs"]


def test_the_cuts_of_a_seed_have_the_spans_and_kinds_of_the_gold(seed):
    _, gold, cleaned = seed
    cuts = [(edit.start, edit.end, edit.kind) for edit in cleaned.edits if edit.kind not in UNSEEN]
    assert cuts == [(cut["start"], cut["end"], cut["kind"]) for cut in gold["cuts"]]


def test_the_fields_of_a_seed_are_those_of_the_gold(seed):
    _, gold, cleaned = seed
    for name in ("title", "url", "agency", "dateline_place"):
        assert getattr(cleaned, name) == gold[name], name
    assert list(cleaned.captions) == gold["captions"]
    moment = cleaned.dating.published_at
    assert (moment and moment.strftime("%Y-%m-%dT%H:%M")) == gold["published"]
    assert (cleaned.dating.published_from, cleaned.dating.published_precision) == (
        gold["published_from"],
        gold["published_precision"],
    )


def test_a_seed_replays_and_can_be_undone_exactly(seed):
    raw, _, cleaned = seed
    check_edits(raw, cleaned.edits)
    assert apply_edits(raw, cleaned.edits) == cleaned.text
    assert undo_edits(cleaned.text, cleaned.edits, removed_texts(raw, cleaned.edits)) == raw
