"""Going back, and what it pins."""

from __future__ import annotations

import pytest
from store_worlds import batch, candidate, publish, read_plain

from tasks.errors import UsageError
from tasks.versions.manifest import Pinned, Refused

OLD, NEW = "agency/2024-01-05", "agency/2024-02-06"


def test_a_rollback_is_a_new_version_with_the_old_tables(store):
    first = publish(store, 1, [OLD]).manifest
    publish(store, 2, [OLD])
    done = store.rollback(1, "wrong rules", "ana")
    assert (done.is_new, done.manifest.version, done.manifest.parent) == (True, 3, 2)
    assert done.manifest.tables == first.tables
    assert read_plain(store.root)[:2] == (3, {1})
    assert done.manifest.decisions == (
        {"kind": "rollback", "version": 1, "reason": "wrong rules", "by": "ana", "batches": [OLD]},
    )


def test_batches_that_differed_are_pinned_and_the_others_are_not(store):
    publish(store, 1, [OLD, "steady/undated"])
    publish(store, 2, [OLD, NEW])
    batches = store.rollback("1", "wrong rules", "ana").manifest.batches
    assert {name: one.status for name, one in batches.items()} == {
        OLD: "pinned", NEW: "pinned", "steady/undated": "published",
    }  # fmt: skip
    assert batches[OLD].pinned == Pinned("wrong rules", "ana", 1)
    assert (batches[NEW].inventory_hash, dict(batches[NEW].parts)) == (None, {})


def test_a_batch_held_since_keeps_what_the_gate_refused(store):
    from dataclasses import replace

    head = publish(store, 1, [OLD]).manifest
    held = replace(
        head.batches[OLD], status="held", refused=Refused("newer", {"clean": "c2"}, ("cut_share",))
    )
    store.commit(candidate(store, head, {OLD: held, NEW: batch(store, NEW, 2)}))
    assert store.rollback(1, "wrong rules", "ana").manifest.batches[OLD] == held


def test_a_rollback_to_what_stands_changes_nothing(store):
    publish(store, 1)
    publish(store, 2)
    assert not store.rollback("latest", "why not", "ana").is_new
    store.rollback(1, "wrong rules", "ana")
    assert not store.rollback(1, "again", "ana").is_new
    assert store.versions() == [1, 2, 3]


def test_a_rollback_can_itself_be_rolled_back(store):
    publish(store, 1)
    publish(store, 2)
    store.rollback(1, "wrong rules", "ana")
    assert store.rollback(2, "they were right", "ben").manifest.version == 4
    assert read_plain(store.root)[:2] == (4, {2})
    assert len(store.head().decisions) == 2


def test_a_rollback_needs_a_reason_and_a_version(store):
    publish(store, 1)
    with pytest.raises(UsageError, match="--reason"):
        store.rollback(1, "  ", "ana")
    with pytest.raises(UsageError, match="Versions: 1"):
        store.rollback(9, "why", "ana")


def test_a_rollback_that_meets_another_run_pins_what_that_run_published(store, monkeypatch):
    publish(store, 1, [OLD])
    publish(store, 2, [OLD])
    real, calls = store.backend.create, []

    def late(key, data):
        if not calls:
            calls.append(key)
            monkeypatch.setattr(store.backend, "create", real)
            publish(store, 3, [NEW])
        return real(key, data)

    monkeypatch.setattr(store.backend, "create", late)
    done = store.rollback(1, "wrong rules", "ana").manifest
    assert (done.version, done.batches[NEW].status, read_plain(store.root)[1]) == (4, "pinned", {1})
