"""Names of versions."""

from __future__ import annotations

import pytest
from store_worlds import publish

from tasks.errors import CorruptPart, UsageError


def test_a_version_is_found_by_number_tag_or_latest(store):
    publish(store, 1)
    publish(store, 2)
    store.tag(1, "paper")
    assert [store.resolve(ref) for ref in (1, "1", "00000001", "paper", "latest")] == [1, 1, 1, 1, 2]
    assert store.tags() == {"paper": 1}
    assert store.manifest("paper").version == 1


def test_what_does_not_exist_is_answered_with_what_does(store):
    with pytest.raises(UsageError, match="none yet: `cleancopy run`"):
        store.resolve("latest")
    publish(store, 1)
    store.tag(1, "paper")
    for ref in ("2", "papers", "", "-1", "1e0", "../versions/1", "9" * 30):
        with pytest.raises(UsageError, match=r"Versions: 1\. Tags: paper"):
            store.manifest(ref)


def test_a_tag_does_not_move(store):
    publish(store, 1)
    publish(store, 2)
    store.tag(1, "paper")
    store.tag(1, "paper")
    with pytest.raises(UsageError, match="stands for version 1 already"):
        store.tag(2, "paper")
    assert store.tags() == {"paper": 1}


def test_an_editors_copy_of_a_tag_is_no_tag_and_a_damaged_one_is_named(store):
    publish(store, 1)
    store.tag(1, "paper")
    folder = store.root / "tags"
    (folder / "paper.json~").write_bytes((folder / "paper.json").read_bytes())
    assert store.tags() == {"paper": 1}
    (folder / "broken.json").write_text("{}")
    with pytest.raises(CorruptPart, match=r"broken\.json is no tag"):
        store.resolve("latest")


@pytest.mark.parametrize("name", ["latest", "7", "", "a/b", "../x", ".hidden", "a b", "ünı/"])
def test_what_could_be_mistaken_is_no_tag(store, name):
    publish(store, 1)
    with pytest.raises(UsageError, match="cannot be a tag"):
        store.tag(1, name)
    assert store.tags() == {}
