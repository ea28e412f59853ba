"""Entities and tables against the version before."""

from __future__ import annotations

from collections.abc import Iterator
from types import SimpleNamespace
from typing import Any

import pyarrow as pa

from tasks.report.difference import difference_section
from tasks.report.growth import Growth, growth_lists, growth_of, signed
from tasks.versions.diff import Renamed
from tests.flows.conftest import World


def documents(corpus: World, version: int) -> dict[str, int]:
    rows = corpus.store.read_table(corpus.store.manifest(version), "entities", ["entity_id", "n_docs"])
    return dict(zip(rows["entity_id"].to_pylist(), rows["n_docs"].to_pylist(), strict=True))


def grown(corpus: World, now: int, before: int, *renamed: Renamed) -> Growth:
    now_, before_ = corpus.store.manifest(now), corpus.store.manifest(before)
    return growth_of(corpus.store, now_, before_, renamed, tuple(documents(corpus, now)))


def test_the_documents_of_the_version_before_are_those_it_had(corpus: World) -> None:
    was, now, growth = documents(corpus, 2), documents(corpus, 3), grown(corpus, 3, 2)
    assert growth.before == {entity: was.get(entity, 0) for entity in now}
    assert (growth.n_new, growth.n_gone) == (len(now.keys() - was.keys()), len(was.keys() - now.keys()))
    assert growth.rose
    assert sum(one.gain for one in growth.rose) == sum(now.values()) - sum(was.values())


def test_the_way_back_shows_what_went(corpus: World) -> None:
    there, back = grown(corpus, 3, 2), grown(corpus, 2, 3)
    assert (back.n_new, back.n_gone) == (there.n_gone, there.n_new)
    assert [(one.name, -one.gain) for one in back.fell] == [(one.name, one.gain) for one in there.rose]


class Two:
    """Two versions of nothing but entities: version -> id -> documents."""

    def __init__(self, versions: dict[int, dict[str, int]]) -> None:
        self.versions = versions

    def iter_table(self, manifest: Any, _name: str, _columns: list[str]) -> Iterator[pa.Table]:
        for entity, n_docs in self.versions[manifest.version].items():
            yield pa.table(
                {"entity_id": [entity], "type": ["ORG"], "name": [entity.upper()], "n_docs": [n_docs]}
            )


def test_an_entity_with_a_new_id_is_followed_and_others_are_new_or_gone() -> None:
    store: Any = Two({1: {"kept": 2, "old": 5, "gone": 3}, 2: {"kept": 2, "new": 9, "fresh": 1}})
    now, before = (SimpleNamespace(version=version) for version in (2, 1))
    growth = growth_of(store, now, before, [Renamed("old", "new", 7), Renamed("gone", "new", 1)], ["new"])  # type: ignore[arg-type]
    assert growth.before == {"new": 5}
    assert [(one.name, one.gain) for one in growth.rose] == [("NEW", 4), ("FRESH", 1)]
    assert [(one.name, one.gain) for one in growth.fell] == [("GONE", -3)]
    assert (growth.n_new, growth.n_gone) == (1, 1)


def test_a_version_against_itself_has_not_moved(corpus: World) -> None:
    growth = grown(corpus, 3, 3)
    assert (growth.rose, growth.fell, growth.n_new, growth.n_gone) == ((), (), 0, 0)
    assert "0 entities are new, 0 are gone" in growth_lists(growth)


def test_the_difference_names_articles_and_draws_each_table_that_changed(corpus: World) -> None:
    said = difference_section(corpus.store, corpus.head(), corpus.store.diff(2, 3))
    assert "Articles new: 1" in said
    assert "New harbour number 21 opens in Hanoi" in said
    assert "gamma/2024-02-06" in said
    assert "rows gone" in said
    revised = difference_section(corpus.store, corpus.store.manifest(2), corpus.store.diff(1, 2))
    assert "Articles changed: 1" in revised


def test_equal_versions_differ_in_nothing(corpus: World) -> None:
    said = difference_section(corpus.store, corpus.head(), corpus.store.diff(3, 3))
    assert "Every table holds the same rows as before." in said
    assert "No batch differs." in said


def test_a_number_shows_its_sign() -> None:
    assert [signed(n) for n in (1200, 0, -3)] == ["+1,200", "0", "−3"]
