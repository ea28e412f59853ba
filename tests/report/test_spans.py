"""Every character of the clean text has a place in the raw text and, where the encoding is known, in the bytes."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tasks.errors import UsageError
from tasks.report.spans import Encoded, clean_text, explain_char, spans_of

ENCODINGS = ("utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-32", "gb18030")
TEXT = st.text(st.characters(codec="utf-8", exclude_characters="\ufffd\ufeff"), min_size=1, max_size=60)


@st.composite
def edited(draw: Any) -> tuple[str, list[dict[str, Any]]]:
    """A raw text and edits of it, sorted, not overlapping."""
    raw = draw(TEXT)
    cuts = sorted(draw(st.lists(st.integers(0, len(raw)), max_size=8, unique=True)))
    edits = [
        {"raw_start": start, "raw_end": end, "kind": "other", "rule_id": "r", "confidence_frac": 1.0,
         "removed": raw[start:end], "inserted": draw(st.text(max_size=4))}
        for start, end in zip(cuts[::2], cuts[1::2], strict=False)
    ]  # fmt: skip
    return raw, edits


@given(edited())
def test_each_clean_character_stands_in_the_raw_text_or_was_put_in_by_an_edit(document: Any) -> None:
    raw, edits = document
    for position, char in enumerate(clean_text(raw, edits)):
        found = explain_char(raw, edits, position)
        assert found.char == char
        if found.edit is None:
            assert raw[found.raw_start : found.raw_end] == char
        else:
            assert char in found.edit["inserted"]


@given(edited())
def test_the_spans_tile_the_raw_text_and_the_clean_text(document: Any) -> None:
    raw, edits = document
    raw_at = clean_at = 0
    for span in spans_of(len(raw), edits):
        assert (span.raw_start, span.clean_start) == (raw_at, clean_at)
        raw_at, clean_at = span.raw_end, span.clean_end
    assert (raw_at, clean_at) == (len(raw), len(clean_text(raw, edits)))


@given(TEXT, st.sampled_from(ENCODINGS), st.data())
def test_the_bytes_of_a_character_decode_to_it(raw: str, encoding: str, data: Any) -> None:
    position = data.draw(st.integers(0, len(raw) - 1))
    stored = raw.encode(encoding)
    found = explain_char(raw, [], position, Encoded(encoding, len(stored)))
    assert found.byte_start is not None
    plain = {"utf-16": "utf-16-le", "utf-32": "utf-32-le", "utf-8-sig": "utf-8"}.get(encoding, encoding)
    assert stored[found.byte_start : found.byte_end].decode(plain) == raw[position]


def test_bytes_that_could_not_be_decoded_make_later_offsets_unknown() -> None:
    raw = b"caf\xe9 and tea".decode("utf-8", "replace")
    assert explain_char(raw, [], 2, Encoded("utf-8", 12)).byte_start == 2
    assert explain_char(raw, [], 8, Encoded("utf-8", 12)).byte_start is None


def test_a_position_outside_the_text_is_told_with_the_range_there_is() -> None:
    with pytest.raises(UsageError, match="0 to 2"):
        explain_char("abc", [], 3)
