"""Dedup in many runs gives the bytes of one run: whatever came, went or changed before, and however memory is cut."""

from __future__ import annotations

import random
from pathlib import Path
from tempfile import TemporaryDirectory

import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from benchmarks.dedup.generated import generate
from benchmarks.dedup.scale import clean_table
from tasks import schema
from tasks.dedup import packed, texts, work
from tasks.dedup.work import dedup, signatures
from tasks.settings import Settings
from tasks.stage import Shard
from tasks.versions.store import Store

ARTICLES = list(generate(0, 400))
FOOTER = "Every reader of this paper may write to the editors of the evening desk by post."


def batch(number: int, variant: int) -> pa.Table:
    """Twenty generated articles, in a variant with footers, other texts or fewer rows."""
    table = clean_table(ARTICLES[number * 20 : number * 20 + 20 - 5 * (variant == 2)])
    if variant == 1:
        longer = [f"{text}\n\n{FOOTER}" for text in table["text"].to_pylist()]
        at = schema.CLEAN.schema.get_field_index("text")
        table = table.set_column(at, schema.CLEAN.schema.field("text"), pa.array(longer, pa.large_string()))
    return table


def run(folder: Path, batches: dict[int, int], order: list[int]) -> tuple[object, ...]:
    """Duplicates of the batches {number: variant} in this order, in a data folder that may know much already."""
    store, given_settings = Store(folder), Settings(data=folder)
    cleaned = [store.write_part(schema.CLEAN, batch(number, batches[number])) for number in order]
    done = signatures([Shard("signatures", "b", {"clean": part}, ("r",)) for part in cleaned], given_settings)
    found = dedup([one.parts["signatures"] for one in done], cleaned, "r", given_settings)
    return found.pairs, found.clusters, dict(found.profile)


@settings(max_examples=6)
@given(
    st.lists(st.tuples(st.integers(0, 9), st.sampled_from([None, 0, 1, 2])), min_size=2, max_size=5),
    st.randoms(),
)
def test_runs_backfills_and_withdrawals_give_the_bytes_of_one_full_run(steps, dice):
    with TemporaryDirectory() as one, TemporaryDirectory() as other:
        batches = dict.fromkeys(range(10), 0)
        for number, variant in steps:
            batches.pop(number, None)
            if variant is not None:
                batches[number] = variant
            found = run(Path(one), batches, dice.sample(sorted(batches), len(batches)))
        assert found == run(Path(other), batches, sorted(batches))


def test_pairs_that_are_known_are_not_read_again(tmp_path, monkeypatch):
    batches = dict.fromkeys(range(10), 0)
    whole = run(tmp_path, batches, list(range(10)))
    monkeypatch.setattr(work.PartTexts, "read", lambda *_: pytest.fail("a text was read"))
    assert run(tmp_path, batches, list(range(9, -1, -1))) == whole


def test_pairs_of_documents_too_long_to_be_signed_whole_are_read_each_time(tmp_path, monkeypatch):
    monkeypatch.setattr("tasks.dedup.judged.MAX_SENTENCES", 1)
    batches = dict.fromkeys(range(10), 0)
    whole = run(tmp_path, batches, list(range(10)))
    assert work._known(Store(tmp_path), "r") == []
    assert run(tmp_path, batches, list(range(9, -1, -1))) == whole


def test_buckets_and_texts_in_files_give_the_same_bytes(tmp_path, monkeypatch):
    batches = dict.fromkeys(range(20), 0)
    whole = run(tmp_path / "a", batches, list(range(20)))
    monkeypatch.setattr(packed, "ENTRIES", 1_000)
    monkeypatch.setattr(work, "HELD_ENTRIES", 0)
    monkeypatch.setattr(texts, "REGION_WORDS", 2_000)
    monkeypatch.setattr("tasks.dedup.evidence.GROUP_DOCS", 16)
    assert run(tmp_path / "b", batches, random.Random(3).sample(range(20), 20)) == whole


def test_judged_pairs_nobody_asks_for_are_let_go(tmp_path, monkeypatch):
    monkeypatch.setattr(work, "JUDGED_PARTS", 2)
    for first in range(5):
        run(tmp_path, dict.fromkeys(range(first, first + 10), 0), list(range(first, first + 10)))
    store = Store(tmp_path)
    known = sum(part.rows for part in work._known(store, "r"))
    run(tmp_path / "fresh", dict.fromkeys(range(4, 14), 0), list(range(4, 14)))
    assert known < 2 * sum(part.rows for part in work._known(Store(tmp_path / "fresh"), "r"))
