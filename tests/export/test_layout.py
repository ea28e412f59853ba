"""Where a row goes depends on the documents alone."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pyarrow as pa
from hypothesis import given, settings
from hypothesis import strategies as st

from tasks.export import layout
from tasks.export.layout import files_of, index_articles
from tasks.schema import TIME

START = datetime(2024, 1, 20, tzinfo=UTC)


def keys(rows: list[tuple[str, datetime | None]]) -> pa.Table:
    ids, times = [row[0] for row in rows], [row[1] for row in rows]
    return pa.table({"doc_id": pa.array(ids, pa.string()), "published_at": pa.array(times, TIME)})


def many(n: int) -> list[tuple[str, datetime | None]]:
    return [
        (f"{i * 2654435761 % 2**64:016x}", START + timedelta(minutes=i) if i % 9 else None) for i in range(n)
    ]


def contents(tables: list[pa.Table], by: tuple[str, ...]) -> list[tuple[str, list[str]]]:
    index = index_articles(tables, by=by)
    return [(index.months[n], index.doc_ids[run.start : run.stop].to_pylist()) for n, run in files_of(index)]


@settings(max_examples=20, deadline=None)
@given(st.integers(0, 60), st.randoms(use_true_random=False))
def test_the_cut_does_not_depend_on_the_order_or_the_shards(n: int, random) -> None:
    rows = many(n)
    mixed = list(rows)
    random.shuffle(mixed)
    cut = random.randint(0, n)
    for by in (("published_at", "doc_id"), ("doc_id",)):
        assert contents([keys(rows)], by) == contents([keys(mixed[:cut]), keys(mixed[cut:])], by)


def test_a_file_never_spans_two_months_and_dates_unknown_have_their_own() -> None:
    found = contents([keys(many(400))], ("published_at", "doc_id"))
    assert {month for month, _ in found} == {"2024-01", "unknown"}
    assert sum(len(ids) for _, ids in found) == 400


def test_a_new_document_changes_one_file_only() -> None:
    rows = many(30_000)
    before = contents([keys(rows)], ("doc_id",))
    after = contents([keys([*rows, ("8000000000000001", START)])], ("doc_id",))
    assert len(before) > 4
    assert sum(one not in before for one in after) == 1


def test_a_run_without_a_cutting_document_is_cut_by_the_cap(monkeypatch) -> None:
    monkeypatch.setattr(layout, "MAX_DOCUMENTS", 10)
    rows = [(f"{i:08x}00000001", START) for i in range(35)]
    assert [len(ids) for _, ids in contents([keys(rows)], ("doc_id",))] == [10, 10, 10, 5]


def test_no_article_gives_no_file() -> None:
    assert contents([], ("doc_id",)) == []
    assert contents([keys([])], ("doc_id",)) == []


def test_a_repeated_id_is_counted() -> None:
    assert index_articles([keys([("a" * 16, START)] * 3)], by=("doc_id",)).n_repeated == 2
