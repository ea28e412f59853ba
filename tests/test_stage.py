"""The stage contract: nothing lost, nothing computed twice, failing rows out of every table."""

from __future__ import annotations

from pathlib import Path

import pyarrow as pa
import pytest

from tasks import schema
from tasks.errors import ContractError
from tasks.stage import Done, Shard, StageResult, run_stage, without_rows, write_result
from tasks.versions.store import Store

DAY = "alpha/2024-02-05"


def names(ids: list[str]) -> pa.Table:
    return pa.table({"doc_id": ids, "local_id": pa.array([0] * len(ids), pa.int32()), "type": ["ORG"] * len(ids), "name": ids,
                     "aliases": pa.array([[]] * len(ids), pa.list_(pa.string())), "wikidata_qid": pa.array([None] * len(ids), pa.string()),
                     "n_mentions": [1] * len(ids)}, schema=schema.NAMES.schema)  # fmt: skip


def checks(ids: list[str]) -> pa.Table:
    flags = {
        field.name: [True] * len(ids)
        for field in schema.ENTITIES_CHECKS.schema
        if pa.types.is_boolean(field.type)
    }
    return pa.table(
        {"doc_id": ids, "batch": [DAY] * len(ids), "n_mentions": [1] * len(ids), **flags},
        schema=schema.ENTITIES_CHECKS.schema,
    )


def result(ids: list[str]) -> StageResult:
    kept = checks(ids)
    tables = {"checks": kept, "tagged": schema.TAGGED.empty(), "names": names(ids)}
    return StageResult(kept, schema.DROPPED.empty(), schema.UNREADABLE.empty(), tables)


@pytest.fixture
def store(tmp_path: Path) -> Store:
    return Store(tmp_path / "data")


def test_a_lost_row_is_a_bug_and_nothing_is_written(store: Store) -> None:
    with pytest.raises(ContractError, match="3 rows in, but 2 kept"):
        write_result(store, "entities", DAY, 3, result(["a", "b"]))
    assert not store.root.exists()


def test_a_shard_is_not_computed_twice_unless_it_is_asked_for_afresh(store: Store) -> None:
    calls = []

    def work(names: pa.Table) -> StageResult:
        calls.append(names.num_rows)
        return result(["a", "b"])

    part = store.write_part(schema.NAMES, names(["a", "b"]))
    shard = Shard("entities", DAY, {"names": part}, ("i", "c", "e"))
    first = run_stage(store, shard, work)
    assert run_stage(store, shard, work) == first
    assert calls == [2]
    assert (
        run_stage(store, Shard("entities", DAY, {"names": part}, ("i", "c", "e"), fresh=True), work) == first
    )
    assert run_stage(store, Shard("entities", DAY, {"names": part}, ("i", "c", "e2")), work) == first
    assert calls == [2, 2, 2]


def test_a_result_whose_part_is_gone_is_computed_again(store: Store) -> None:
    part = store.write_part(schema.NAMES, names(["a"]))
    shard = Shard("entities", DAY, {"names": part}, ("i",))
    done = run_stage(store, shard, lambda **_: result(["a"]))
    (store.root / done.parts["checks"].path).unlink()
    assert run_stage(store, shard, lambda **_: result(["a"])) == done


def test_rows_set_aside_leave_every_table_and_the_law_holds(store: Store) -> None:
    done = write_result(store, "entities", DAY, 3, result(["a", "b", "c"]))
    left = without_rows(store, done, [1])
    assert store.read_part(left.parts["checks"])["doc_id"].to_pylist() == ["a", "c"]
    assert store.read_part(left.parts["names"])["doc_id"].to_pylist() == ["a", "c"]
    assert left.counts == {"rows_in": 3, "kept": 2, "dropped": 0, "quarantined": 1}


def test_the_first_of_two_rows_with_one_id_keeps_what_belongs_to_the_id(store: Store) -> None:
    done = write_result(store, "entities", DAY, 2, result(["a", "a"]))
    left = without_rows(store, done, [1])
    assert store.read_part(left.parts["checks"]).num_rows == 1
    assert store.read_part(left.parts["names"])["doc_id"].to_pylist() == ["a", "a"]


def test_nothing_set_aside_changes_nothing(store: Store) -> None:
    done = write_result(store, "entities", DAY, 1, result(["a"]))
    assert without_rows(store, done, []) is done
    assert isinstance(done, Done)
