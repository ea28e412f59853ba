"""The filter: one record in, one record out."""

from __future__ import annotations

import json

import pytest

from tasks.clean.lines import clean_record
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
