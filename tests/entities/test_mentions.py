"""The stage function and `cleancopy tag` on tables and records."""

from __future__ import annotations

from datetime import UTC, datetime
from itertools import pairwise

import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tasks import schema
from tasks.entities.english import seems_english
from tasks.entities.gazetteer import load_gazetteer
from tasks.entities.mentions import tag_documents
from tasks.entities.record import tag_record, tag_records
from tasks.entities.spans import Span
from tasks.errors import UsageError
from tasks.stage import assert_law_of_rows

GAZETTEER = load_gazetteer()
WORDS = st.sampled_from(["Hanoi", "Bui Thanh Son", "Chinese", "$5 million", "on Monday", "3 km", "\u200b", "🙂", "&amp;nbsp;", "14th", ".", "\n",
                         "said", "UN Convention on the Law of the Sea (UNCLOS)", "May 2024", "U.S.", "’s", "(", "١٢٣", "１２"])  # fmt: skip


class Capitals:
    """A tagger that takes every capitalised word for a person."""

    def tag(self, texts):
        """Spans of each text."""
        return [[Span(a, b, "PERSON", 0.5, "model") for a, b in self._words(text)] for text in texts]

    def _words(self, text):
        at = 0
        for word in text.split(" "):
            if word[:1].isupper():
                yield at, at + len(word)
            at += len(word) + 1


class Nothing:
    """A tagger that finds nothing."""

    def tag(self, texts):
        """No spans."""
        return [[] for _ in texts]


def clean(*texts, title=None, doc_ids=None):
    rows = [
        {"doc_id": doc_id, "content_sha256": "", "source": "s", "title": title, "text": text, "raw_path": "", "encoding": "utf-8",
         "batch": "s/2024-02-05", "n_raw_chars": 0, "n_chars": len(text), "n_words": 0,
         "published_at": datetime(2024, 2, 5, tzinfo=UTC)}
        for doc_id, text in zip(doc_ids or [f"d{n}" for n in range(len(texts))], texts, strict=True)
    ]  # fmt: skip
    return pa.Table.from_pylist(rows, schema=schema.CLEAN.schema)


def edits(*rows):
    return pa.Table.from_pylist(
        [{"doc_id": d, "raw_start": a, "raw_end": b, "kind": k, "rule_id": "r", "confidence_frac": 1.0, "removed": o, "inserted": i}
         for d, a, b, k, o, i in rows],
        schema=schema.EDITS.schema,
    )  # fmt: skip


def tag(table, edited=None):
    return tag_documents(table, edited or edits(), Capitals(), GAZETTEER)


def test_a_headline_names_a_storm_as_the_text_does():
    tagged = tag(clean("Rain from Typhoon Malou fell.", title="Two alive as storm Malou nears"))
    found = [row for row in tagged.tables["tagged"].to_pylist() if row["type"] == "EVENT"]
    assert {row["field"] for row in found} == {"title", "text"}
    assert len({row["local_id"] for row in found}) == 1


def test_tables_have_the_schemas_of_the_contract_and_every_document_is_accounted_for():
    result = tag(clean("Hanoi and Beijing met on Monday.", ""))
    assert_law_of_rows("entities", 2, result)
    assert result.kept.schema == schema.ENTITIES_CHECKS.schema
    assert result.tables["tagged"].schema == schema.TAGGED.schema
    assert result.tables["names"].schema == schema.NAMES.schema
    assert result.kept.column("n_mentions").to_pylist()[1] == 0


def test_mentions_of_a_title_have_raw_places_only_where_an_edit_took_the_title_out():
    table = clean("it rained.", title="Hanoi flooded")
    moved = edits(("d0", 2, 15, "title", "Hanoi flooded", ""))
    rows = tag(table, moved).tables["tagged"].to_pylist()
    assert [(r["field"], r["raw_start"], r["raw_end"]) for r in rows] == [("title", 2, 7)]
    rows = tag(table).tables["tagged"].to_pylist()
    assert [(r["field"], r["raw_start"]) for r in rows] == [("title", None)]


def test_names_and_values_do_not_overlap_and_an_ordinal_belongs_to_its_name():
    record = {"id": 1, "text": "The 1982 UN Convention on the Law of the Sea was cited on 5 May 2024."}
    found = tag_record(record, Capitals(), GAZETTEER)["mentions"]
    assert [(record["text"][m["start"] : m["end"]], m["type"]) for m in found if m["type"] in ("LAW", "DATE")] == [
        ("1982 UN Convention on the Law of the Sea", "LAW"), ("5 May 2024", "DATE"),
    ]  # fmt: skip


def test_an_acronym_has_the_type_of_its_name_wherever_it_stands():
    text = "A Code of Conduct in the East Sea (COC) is near. The COC binds."
    found = tag_record({"text": text}, Capitals(), GAZETTEER)["mentions"]
    assert [m["type"] for m in found if text[m["start"] : m["end"]] == "COC"] == ["LAW", "LAW"]
    assert len({m["entity_id"] for m in found if m["type"] == "LAW"}) == 1


def test_a_record_without_text_or_with_another_date_is_refused_by_name():
    with pytest.raises(UsageError, match="'x'"):
        tag_record({"id": "x"}, Capitals(), GAZETTEER)
    with pytest.raises(UsageError, match="published_at"):
        tag_record({"id": "x", "text": "", "published_at": "yesterday"}, Capitals(), GAZETTEER)


def test_many_records_get_the_answers_that_each_gets_alone():
    records = [{"id": n, "text": f"Hanoi met Beijing on {n} May 2024. " * 9} for n in range(1, 20)]
    together = list(tag_records(iter(records), Capitals(), GAZETTEER))
    assert together == [tag_record(record, Capitals(), GAZETTEER) for record in records]


def test_in_another_language_only_listed_names_and_values_are_found():
    text = "Der Kanzler traf Emmanuel Macron in Paris. Das Volumen: 2,5 % von $3 Mio, 500 tỷ đồng."
    found = tag_record({"text": text, "language": "de"}, Capitals(), GAZETTEER)["mentions"]
    assert [(text[m["start"] : m["end"]], m["type"], m["entity_id"]) for m in found if m["entity_id"]] == [
        ("Emmanuel Macron", "PERSON", "Q3052772"),
        ("Paris", "GPE", "Q90"),
    ]
    assert [m["value"] for m in found if m["type"] in ("PERCENT", "MONEY")] == [
        "2.5", "3000000 USD", "500000000000 VND",
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("text", "is_english"),
    [("The minister said that it was on the way to the port. " * 8, True), ("Der Minister sagte, dass er auf dem Weg zum Hafen war. " * 8, False),
     ("Bộ trưởng cho biết ông đang trên đường đến cảng vào hôm qua. " * 8, False), ("Hanoi, Paris, Rome", True), ("", True)],
)  # fmt: skip
def test_a_text_without_a_language_is_judged_by_its_common_words(text, is_english):
    assert seems_english(text) is is_english


def test_a_chinese_adjective_counts_for_china():
    found = tag_record({"text": "the Chinese side"}, Nothing(), GAZETTEER)["mentions"]
    assert [(m["type"], m["entity_id"]) for m in found] == [("NORP", "Q148")]


@settings(max_examples=80, deadline=None)
@given(st.lists(WORDS, max_size=25), st.sampled_from([" ", "", "-"]))
def test_on_any_text_spans_are_inside_unique_and_equal_their_surface(words, joint):
    result = tag(clean(joint.join(words), title=joint.join(words[:4])))
    row = result.kept.to_pylist()[0]
    assert all(
        row[name]
        for name in ("spans_inside", "surfaces_equal", "types_known", "scores_in_range", "spans_unique")
    )
    text_rows = [r for r in result.tables["tagged"].to_pylist() if r["field"] == "text"]
    assert all(a["end"] <= b["start"] for a, b in pairwise(text_rows))


@settings(max_examples=30, deadline=None)
@given(st.lists(st.text(max_size=60), min_size=1, max_size=4))
def test_hostile_text_never_raises_and_the_batch_changes_nothing(texts):
    together = tag(clean(*texts)).tables["tagged"].to_pylist()
    alone = [
        row
        for n, text in enumerate(texts)
        for row in tag(clean(text, doc_ids=[f"d{n}"])).tables["tagged"].to_pylist()
    ]
    assert together == alone


PIECE = st.tuples(
    st.sampled_from(["Hanoi ", "in Beijing ", "said. ", "May 2024 "]),
    st.sampled_from(["", "Advert ", "\n"]),
    st.sampled_from(["", " ", "é"]),
)


@settings(max_examples=60, deadline=None)
@given(st.lists(PIECE, min_size=1, max_size=10))
def test_the_raw_characters_of_a_mention_without_those_cut_are_its_surface(pieces):
    raw = text = ""
    rows = []
    for kept, removed, inserted in pieces:
        raw, text = raw + kept, text + kept
        if removed or inserted:
            rows.append(("d0", len(raw), len(raw) + len(removed), "advert", removed, inserted))
            raw, text = raw + removed, text + inserted
    cut = {at for _, a, b, _, _, _ in rows for at in range(a, b)}
    for row in tag(clean(text), edits(*rows)).tables["tagged"].to_pylist():
        left = "".join(raw[at] for at in range(row["raw_start"], row["raw_end"]) if at not in cut)
        put_in = "".join(i for _, a, _, _, _, i in rows if row["raw_start"] <= a < row["raw_end"])
        assert left == row["surface"] or put_in
