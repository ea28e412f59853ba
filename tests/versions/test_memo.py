"""Records of computations, and when they are forgotten."""

from __future__ import annotations

from store_worlds import NEWS, news


def test_a_record_comes_back_with_its_parts_as_parts(store):
    part = store.write_part(NEWS, news(("a", 1)))
    store.remember("clean", "k1", {"parts": {"clean": (part,)}, "counts": {"rows_in": 1}})
    assert store.recall("clean", "k1") == {"parts": {"clean": [part]}, "counts": {"rows_in": 1}}
    assert store.recall("clean", "k2") is None
    assert store.recall("dedup", "k1") is None


def test_a_record_is_forgotten_when_a_part_of_it_is_gone_or_cut_short(store):
    part = store.write_part(NEWS, news(("a", 1)))
    store.remember("clean", "k1", {"parts": [part]})
    path = store.root / part.path
    path.chmod(0o644)
    path.write_bytes(path.read_bytes()[:-1])
    assert store.recall("clean", "k1") is None
    path.unlink()
    assert store.recall("clean", "k1") is None


def test_a_record_that_is_no_json_is_forgotten(store):
    store.remember("clean", "k1", {"n": 1})
    for text in ("", "{", "[]"):
        (store.root / "_data/_results/clean/k1.json").write_text(text)
        assert store.recall("clean", "k1") is None
