"""The algebra of edits: exact, and exact again after composing, mapping and undoing."""

from __future__ import annotations

from html import unescape

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tasks.clean.compose import compose
from tasks.clean.edits import (
    Edit,
    OffsetMap,
    apply_edits,
    check_edits,
    edits_in_order,
    removed_texts,
    undo_edits,
)
from tasks.clean.entity_edits import entities_apart
from tasks.errors import ContractError

TEXT = st.text("ab <\n\u00e9", max_size=30)
KINDS = st.sampled_from(["related", "whitespace", "caption"])


@st.composite
def edits_of(draw, raw, kinds=KINDS):
    """Edits in order over a text."""
    bounds = sorted(draw(st.lists(st.integers(0, len(raw)), max_size=8)))
    edits = []
    for start, end in zip(bounds[::2], bounds[1::2], strict=False):
        if edits and (edits[-1].start, edits[-1].end) == (start, end):
            continue
        edits.append(
            Edit(start, end, draw(kinds), draw(st.sampled_from("xy")), 1.0, draw(st.text("z \n", max_size=3)))
        )
    return tuple(edits)


@st.composite
def raw_and_edits(draw, kinds=KINDS):
    raw = draw(TEXT)
    return raw, draw(edits_of(raw, kinds))


@st.composite
def two_steps(draw):
    raw, first = draw(raw_and_edits(st.just("markup")))
    return raw, first, draw(edits_of(apply_edits(raw, first)))


@settings(max_examples=300, deadline=None)
@given(two_steps())
def test_composing_gives_the_same_text_and_edits_in_order(case):
    raw, first, second = case
    edits = compose(first, second, raw)
    check_edits(raw, edits)
    assert apply_edits(raw, edits) == apply_edits(apply_edits(raw, first), second)
    n_plain = sum(edit.start < edit.end or bool(edit.inserted) for edit in (*first, *second))
    assert len(edits) <= 2 * n_plain + len(second)


@settings(max_examples=300, deadline=None)
@given(raw_and_edits())
def test_undoing_gives_the_raw_text_again(case):
    raw, edits = case
    assert undo_edits(apply_edits(raw, edits), edits, removed_texts(raw, edits)) == raw


@settings(max_examples=300, deadline=None)
@given(raw_and_edits())
def test_every_kept_character_maps_to_itself_and_back(case):
    raw, edits = case
    offsets, clean = OffsetMap(edits), apply_edits(raw, edits)
    for start in range(len(clean)):
        low, high = offsets.to_raw(start, start + 1)
        assert 0 <= low <= high <= len(raw)
        if not any(edit.start <= low < max(edit.end, edit.start + 1) and high <= edit.end for edit in edits):
            assert raw[low:high] == clean[start]
            assert offsets.to_clean(low, high) == (start, start + 1)


@settings(max_examples=200, deadline=None)
@given(raw_and_edits(), st.data())
def test_spans_map_inside_and_in_order(case, data):
    raw, edits = case
    offsets, clean = OffsetMap(edits), apply_edits(raw, edits)
    start, end = sorted(data.draw(st.tuples(*[st.integers(0, len(clean))] * 2)))
    low, high = offsets.to_raw(start, end)
    assert 0 <= low <= high <= len(raw)


def test_a_cut_takes_the_markup_inside_it_and_leaves_the_markup_at_its_border():
    raw = "<p>Read <b>more</b> here</p><p>Text</p>"
    tags = (("<p>", ""), ("<b>", ""), ("</b>", ""), ("</p><p>", "\n"))
    spans = [(raw.index(tag), raw.index(tag) + len(tag), new) for tag, new in tags]
    spans.append((len(raw) - 4, len(raw), ""))
    first = tuple(Edit(start, end, "markup", "html", 1.0, new) for start, end, new in spans)
    second = (Edit(0, 15, "related", "en.read_more", 0.9),)
    edits = compose(first, second, raw)
    assert [(edit.kind, raw[edit.start : edit.end]) for edit in edits] == [
        ("markup", "<p>"), ("related", "Read <b>more</b> here"), ("markup", "</p><p>"), ("markup", "</p>"),
    ]  # fmt: skip


def test_neighbouring_markup_collapses_to_one_edit():
    first = (Edit(0, 3, "markup", "html", 1.0), Edit(3, 6, "markup", "html", 1.0, "x"))
    assert compose(first, (), "<p><b>a") == (Edit(0, 6, "markup", "html", 1.0, "x"),)


def test_a_decoded_entity_inside_a_cut_belongs_to_the_cut():
    first = (Edit(2, 7, "markup", "html", 1.0, "&"),)
    second = (Edit(0, 4, "credit", "any.photo", 1.0),)
    assert compose(first, second, "AT&amp;T says") == (Edit(0, 8, "credit", "any.photo", 1.0),)


@pytest.mark.parametrize(
    "edits",
    [
        [Edit(0, 2, "other", "x", 1.0), Edit(1, 3, "other", "x", 1.0)],
        [Edit(2, 9, "other", "x", 1.0)],
        [Edit(1, 1, "other", "x", 1.0, "a"), Edit(1, 1, "other", "x", 1.0, "b")],
    ],
)
def test_edits_out_of_order_are_refused(edits):
    assert not edits_in_order("abc", edits)
    with pytest.raises(ContractError):
        check_edits("abc", edits)


def test_a_cut_of_a_sign_does_not_claim_the_tags_beside_it():
    raw = "<p>One.</p><p>&copy;<b> 2024 Harbour Post</b></p><p>&laquo;Two&raquo;</p>"
    page = [
        Edit(0, 3, "markup", "page", 1.0), Edit(7, 20, "markup", "page", 1.0, "\n\u00a9"), Edit(20, 23, "markup", "page", 1.0),
        Edit(41, 59, "markup", "page", 1.0, "\n\u00ab"), Edit(62, 73, "markup", "page", 1.0, "\u00bb"),
    ]  # fmt: skip
    flat = apply_edits(raw, page)
    cut = flat.index("\u00a9")
    edits = compose(entities_apart(page, raw), [Edit(cut, cut + 19, "copyright", "en.copyright", 1.0)], raw)
    assert apply_edits(raw, edits) == flat[:cut] + flat[cut + 19 :]
    assert [raw[e.start : e.end] for e in edits if e.kind == "copyright"] == ["&copy;<b> 2024 Harbour Post"]


@given(st.lists(st.sampled_from(["&amp;", "&", "&lt;", "<b>", " ", "x", "&copy", "&#38;", "\n"]), max_size=9))
def test_taking_entities_apart_changes_no_text(pieces):
    raw = "".join(pieces)
    edit = Edit(0, len(raw), "markup", "page", 1.0, unescape(raw.replace("<b>", "")))
    assert apply_edits(raw, entities_apart([edit], raw)) == edit.inserted
