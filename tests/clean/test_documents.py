"""The clean stage on tables: accounted for, order-free, twice the same bytes, never raising."""

from __future__ import annotations

import pyarrow as pa
from hypothesis import given, settings
from hypothesis import strategies as st

from tasks import schema
from tasks.clean.documents import clean_documents
from tasks.clean.rules import load_rules
from tasks.stage import assert_law_of_rows

BODY = "The harbour reopened on Monday after three weeks of repairs, the port authority said in the morning."


def documents(*texts, **fields):
    """A table of documents with these raw texts."""
    rows = [
        {
            "doc_id": f"{number:016x}", "content_sha256": "0" * 64, "source": "example", "batch": "example/2024-05-02",
            "raw_path": f"example/2024-05-02/{number}.txt", "file_path": f"example/2024-05-02/{number}.txt",
            "media_type": "text", "encoding": "utf-8", "time_zone": "UTC", "n_bytes": len(text), "n_replaced": 0,
            "raw_text": text, **fields,
        }
        for number, text in enumerate(texts)
    ]  # fmt: skip
    return pa.Table.from_pylist(rows, schema=schema.DOCUMENTS.schema)


def test_tables_have_the_schemas_of_the_contract_and_every_row_is_accounted_for():
    result = clean_documents(documents(BODY, "", "Menu\nSearch"), load_rules())
    assert_law_of_rows("clean", 3, result)
    assert result.kept.schema == schema.CLEAN.schema
    assert result.dropped.schema == schema.DROPPED.schema
    assert result.tables["edits"].schema == schema.EDITS.schema
    assert result.tables["checks"].schema == schema.CLEAN_CHECKS.schema
    assert result.dropped.column("reason").to_pylist() == ["empty", "empty"]


def test_the_order_of_the_documents_does_not_change_the_result():
    table = documents(BODY, f"Harbour reopens\n\n{BODY}\n\nRelated\nShip sinks off the coast", BODY * 3)
    backwards = table.take([2, 1, 0])
    one, two = clean_documents(table, load_rules()), clean_documents(backwards, load_rules())
    assert one.kept.equals(two.kept)
    assert one.tables["edits"].equals(two.tables["edits"])


def test_checks_stand_in_the_order_of_the_kept_rows_and_say_that_the_replay_is_exact():
    result = clean_documents(documents(f"Menu\nSearch\n\n{BODY}\n", BODY), load_rules())
    checks = result.tables["checks"]
    assert checks.column("doc_id").to_pylist() == result.kept.column("doc_id").to_pylist()
    assert set(checks.column("replay_exact").to_pylist()) == {True}


@settings(max_examples=60, deadline=None)
@given(
    st.lists(st.text(st.characters(exclude_categories=["Cs"]), max_size=200), max_size=4),
    st.sampled_from(["text", "html"]),
)
def test_hostile_text_never_raises_and_every_edit_replays(texts, media_type):
    result = clean_documents(documents(*texts, media_type=media_type), load_rules())
    assert_law_of_rows("clean", len(texts), result)
    for flag in ("replay_exact", "edits_in_order", "is_trimmed_nfc"):
        assert set(result.tables["checks"].column(flag).to_pylist()) <= {True}
