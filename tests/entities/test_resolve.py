"""Which names of different documents are one entity."""

from __future__ import annotations

import random
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory

import pyarrow as pa
import pyarrow.compute as pc
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tasks import schema
from tasks.entities import tally
from tasks.entities.aliases import Aliases, load_aliases
from tasks.entities.resolve import Resolver
from tasks.entities.tally import Tally
from tasks.errors import ConfigError

NOTHING = Aliases()


def names(*rows):
    """A table of names from (doc_id, type, name, aliases, qid)."""
    counts = {}
    out = []
    for doc_id, kind, name, aliases, qid in rows:
        number = counts[doc_id] = counts.get(doc_id, -1) + 1
        out.append({"doc_id": doc_id, "local_id": number, "type": kind, "name": name,
                    "aliases": sorted({name, *aliases}), "wikidata_qid": qid, "n_mentions": 1})  # fmt: skip
    return pa.Table.from_pylist(out, schema=schema.NAMES.schema)


@dataclass
class Resolved:
    """Both tables of a resolution."""

    entities: pa.Table
    mapping: pa.Table


def resolve_entities(parts, aliases):
    """Both tables, of names in one table or in several with whole documents in each."""
    tables = [parts] if isinstance(parts, pa.Table) else list(parts)
    resolver = Resolver(tables, aliases)
    with TemporaryDirectory() as folder:
        counted = Tally(Path(folder), sum(table.num_rows for table in tables))
        mapping = []
        for table in tables:
            mapping.append(resolver.resolve(table))
            counted.add(table, mapping[-1].column("entity_id"))
        entities = pa.concat_tables([schema.ENTITIES.empty(), *counted.entities()])
    order = [("doc_id", "ascending"), ("local_id", "ascending")]
    return Resolved(entities.combine_chunks(), pa.concat_tables(mapping).sort_by(order).combine_chunks())


def ids(resolved):
    return [row["entity_id"] for row in resolved.mapping.to_pylist()]


def test_tables_have_the_schemas_of_the_contract():
    resolved = resolve_entities(names(("a", "PERSON", "Wang Yi", [], None)), NOTHING)
    assert resolved.entities.schema == schema.ENTITIES.schema
    assert resolved.mapping.schema == schema.RESOLVED.schema


def test_diacritics_spaces_and_hyphens_do_not_part_a_name():
    table = names(("a", "PERSON", "Nguyễn Minh Vũ", [], None), ("b", "PERSON", "Nguyen Minh Vu", [], None),
                  ("a", "GPE", "Hu Zhou", [], None), ("b", "GPE", "Huzhou", [], None),
                  ("a", "PERSON", "Kim Jong-un", [], None), ("b", "PERSON", "Kim Jong Un", [], None))  # fmt: skip
    found = ids(resolve_entities(table, NOTHING))
    assert found[:3] == found[3:]
    assert len(set(found)) == 3


def test_single_words_never_join_persons_of_two_documents():
    table = names(("a", "PERSON", "Son", [], None), ("b", "PERSON", "Son", [], None))
    assert len(set(ids(resolve_entities(table, NOTHING)))) == 2


def test_persons_with_the_same_short_form_stay_two():
    table = names(("a", "PERSON", "Tran Son", ["Son"], None), ("b", "PERSON", "Vo Son", ["Son"], None))
    assert len(set(ids(resolve_entities(table, NOTHING)))) == 2


def test_a_place_and_a_person_of_one_name_stay_two():
    table = names(("a", "PERSON", "San Jose", [], None), ("b", "GPE", "San Jose", [], None))
    assert len(set(ids(resolve_entities(table, NOTHING)))) == 2


def test_a_known_id_is_the_entity_id_and_joins_names():
    table = names(("a", "GPE", "Vietnam", [], "Q881"), ("b", "GPE", "Viet Nam", [], "Q881"))
    resolved = resolve_entities(table, NOTHING)
    assert ids(resolved) == ["Q881", "Q881"]
    assert resolved.entities.to_pylist()[0]["n_docs"] == 2


def test_two_different_ids_never_become_one_entity():
    table = names(
        ("a", "GPE", "Congo", [], "Q971"), ("b", "GPE", "Congo", [], "Q974"), ("c", "GPE", "Congo", [], None)
    )
    assert len(set(ids(resolve_entities(table, NOTHING))) & {"Q971", "Q974"}) == 2


def test_an_acronym_joins_the_one_name_it_was_defined_for():
    table = names(("a", "ORG", "Ministry of Public Works", ["MPW"], None), ("b", "ORG", "MPW", [], None))
    assert len(set(ids(resolve_entities(table, NOTHING)))) == 1
    other = names(("a", "ORG", "Ministry of Public Works", ["MPW"], None), ("b", "ORG", "MPW", [], None),
                  ("c", "ORG", "Museum of Palm Wine", ["MPW"], None))  # fmt: skip
    assert len(set(ids(resolve_entities(other, NOTHING)))) == 3


def test_an_acronym_is_not_a_word_of_the_same_letters():
    table = names(("a", "ORG", "WHO", [], None), ("b", "ORG", "Who", [], None))
    assert len(set(ids(resolve_entities(table, NOTHING)))) == 2


def aliases_of(tmp_path, text):
    path = tmp_path / "aliases.toml"
    path.write_text(text, encoding="utf-8")
    return load_aliases(path)


def test_a_merge_joins_and_taking_it_out_undoes_it(tmp_path):
    table = names(("a", "PERSON", "Wang Yi", [], None), ("b", "PERSON", "Vuong Nghi", [], None))
    merge = '[[merge]]\ntype = "PERSON"\nnames = ["Wang Yi", "Vuong Nghi"]\nreason = "Vietnamese reading"\n'
    assert len(set(ids(resolve_entities(table, aliases_of(tmp_path, merge))))) == 1
    assert len(set(ids(resolve_entities(table, aliases_of(tmp_path, ""))))) == 2


def test_names_kept_apart_do_not_join_by_an_acronym(tmp_path):
    apart = '[[apart]]\ntype = "ORG"\nnames = ["MPW", "Ministry of Public Works"]\nreason = "another one is meant"\n'
    table = names(("a", "ORG", "Ministry of Public Works", ["MPW"], None), ("b", "ORG", "MPW", [], None))
    assert len(set(ids(resolve_entities(table, aliases_of(tmp_path, apart))))) == 2


@pytest.mark.parametrize(
    "text",
    ["[[merge]]\nnames = ['A', 'B']\nreason = 'because'\n", "[[merged]]\n", "merge = 3\n", "[[merge]\n"],
)
def test_a_file_of_another_shape_is_refused(tmp_path, text):
    with pytest.raises(ConfigError, match=r"aliases\.toml"):
        aliases_of(tmp_path, text)


def test_the_file_that_ships_can_be_read():
    assert load_aliases().merges


ROWS = st.lists(
    st.tuples(st.sampled_from("abcd"), st.sampled_from(["PERSON", "ORG", "GPE", "LOC"]), st.text("xyé -", min_size=1, max_size=4),
              st.lists(st.sampled_from(["XY", "ÉX"]), max_size=1), st.sampled_from([None, None, "Q1", "Q2"])),
    max_size=12,
)  # fmt: skip


@settings(max_examples=60, deadline=None)
@given(ROWS, st.randoms(use_true_random=False))
def test_the_order_of_rows_changes_nothing_and_every_name_has_one_entity(rows, order):
    table = names(*rows)
    first = resolve_entities(table, NOTHING)
    indices = list(range(table.num_rows))
    random.Random(order.random()).shuffle(indices)
    mixed = table.take(pa.array(indices, pa.int64()))
    parts = (
        mixed.filter(pc.is_in(mixed["doc_id"], value_set=pa.array(docs))) for docs in (["b", "c"], ["a", "d"])
    )
    second = resolve_entities(parts, NOTHING)
    assert first.entities.equals(second.entities)
    assert first.mapping.equals(second.mapping)
    assert first.mapping.num_rows == table.num_rows
    known = set(first.entities.column("entity_id").to_pylist())
    assert set(first.mapping.column("entity_id").to_pylist()) == known
    assert len(known) == first.entities.num_rows


@settings(max_examples=30, deadline=None)
@given(ROWS)
def test_entities_are_the_same_counted_at_once_or_file_by_file(rows):
    table = names(*rows)
    at_once = resolve_entities(table, NOTHING)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(tally, "DEALT_ROWS", 1)
        patch.setattr(tally, "READ_ROWS", 2)
        by_file = resolve_entities(table, NOTHING)
    assert by_file.entities.equals(at_once.entities)
