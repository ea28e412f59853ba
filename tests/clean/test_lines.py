"""The filter: one record in, one record out."""

from __future__ import annotations

import json

import pytest

from tasks.clean.clean import clean_text
from tasks.clean.edits import Edit
from tasks.clean.lines import clean_record, show_diff
from tasks.clean.rules import load_rules
from tasks.errors import UsageError

BODY = "The harbour reopened on Monday after three weeks of repairs, the port authority said in the morning."


def test_a_record_comes_back_with_its_id_text_title_and_edits_as_json_values():
    answer = clean_record({"id": 7, "text": f"Harbour reopens after repairs\n\n{BODY}\n\nComments (0)"})
    assert (answer["id"], answer["title"], answer["text"]) == (7, "Harbour reopens after repairs", BODY)
    assert [edit["kind"] for edit in answer["edits"] if edit["kind"] != "whitespace"] == ["title", "comments"]
    json.dumps(answer)


def test_a_page_comes_back_as_its_article():
    answer = clean_record(
        {"id": "a", "html": f"<html><body><h1>Harbour reopens after repairs</h1><p>{BODY}</p></body></html>"}
    )
    assert answer["text"] == BODY


def test_a_record_without_text_says_so():
    with pytest.raises(UsageError, match="neither"):
        clean_record({"id": 1, "text": None})


def test_an_empty_text_is_dropped_with_its_reason():
    assert clean_record({"id": 1, "text": "  \n "})["dropped_reason"] == "empty"


def test_the_diff_shows_cuts_with_their_rules_and_keeps_the_rest_plain():
    shown = show_diff("ab cd", [Edit(0, 3, "related", "en.x", 0.9)])
    assert shown.plain == "ab  [related: en.x 0.90]cd"
    assert any("strike" in str(span.style) for span in shown.spans)


def test_the_diff_of_a_document_holds_all_of_its_words():
    raw = f"Harbour reopens after repairs\n{BODY}\nShare this article\n"
    shown = show_diff(raw, clean_text(raw, load_rules()).edits).plain
    assert BODY in shown
    assert "Share this article" in shown
