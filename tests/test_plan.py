"""Which batches a run or a backfill works on."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest

from tasks.errors import UsageError
from tasks.plan import Facts, Replay, Selection, plan_backfill, plan_replay, plan_run
from tasks.versions.manifest import Batch, Pinned, Refused
from tasks.versions.parts import Part

RECIPE = {"ingest": "i1", "clean": "c1", "entities": "e1"}
PART = Part("_data/documents/x.parquet", 1, 1, "0" * 64)
DONE = Batch("h1", RECIPE, parts={"documents": (PART,)}, counts={"ingest": {"quarantined": 0}})
HELD = replace(DONE, status="held", refused=Refused("h2", RECIPE, ("text_length",)))
PINNED = replace(DONE, status="pinned", pinned=Pinned("bad rules", "ana", 3))
DAY = "alpha/2024-02-05"
SPAN = Selection(date(2024, 2, 1), date(2024, 2, 29))


def facts(entry: Batch, *, found: str = "h1", recipe: dict[str, str] = RECIPE) -> Facts:
    return Facts({DAY: entry}, {DAY: found}, {DAY: recipe})


def todo(plan) -> list[tuple[str, str, str]]:
    return [(one.batch, one.from_stage, one.why) for one in plan.todo]


def test_a_run_takes_new_and_changed_batches_and_leaves_the_rest() -> None:
    plan = plan_run(
        {"a/2024-01-01": DONE, "a/2024-01-02": DONE},
        {"a/2024-01-01": "h1", "a/2024-01-02": "h9", "b/undated": "h1"},
    )
    assert todo(plan) == [("a/2024-01-02", "ingest", "changed"), ("b/undated", "ingest", "new")]
    assert plan.unchanged == 1


def test_a_run_retries_a_held_batch_only_when_its_inventory_changed() -> None:
    assert plan_run({DAY: HELD}, {DAY: "h2"}).held == (DAY,)
    assert todo(plan_run({DAY: HELD}, {DAY: "h3"})) == [(DAY, "ingest", "changed")]


def test_accepting_the_rule_that_holds_a_batch_tries_it_again() -> None:
    assert todo(plan_run({DAY: HELD}, {DAY: "h2"}, accept=["text_length"])) == [(DAY, "ingest", "retried")]
    assert plan_run({DAY: HELD}, {DAY: "h2"}, accept=["another"]).is_empty


def test_a_run_leaves_a_pinned_batch_alone_even_if_it_changed() -> None:
    plan = plan_run({DAY: PINNED}, {DAY: "h9"})
    assert plan.is_empty
    assert plan.pinned == (DAY,)


def test_a_backfill_of_missing_takes_older_recipes_of_the_chosen_stages() -> None:
    newer_clean = {**RECIPE, "clean": "c2"}
    assert todo(plan_backfill(SPAN, facts(DONE, recipe=newer_clean))) == [(DAY, "ingest", "recipe")]
    from_entities = replace(SPAN, from_stage="entities")
    assert plan_backfill(from_entities, facts(DONE, recipe=newer_clean)).is_empty


def test_a_backfill_of_missing_does_nothing_twice() -> None:
    assert plan_backfill(SPAN, facts(DONE)).unchanged == 1


def test_a_backfill_of_failed_takes_held_batches_and_those_with_quarantined_rows() -> None:
    failed = replace(SPAN, reprocess="failed")
    bad_rows = replace(DONE, counts={"clean": {"quarantined": 2}})
    assert todo(plan_backfill(failed, facts(HELD))) == [(DAY, "ingest", "failed")]
    assert todo(plan_backfill(failed, facts(bad_rows))) == [(DAY, "ingest", "failed")]
    assert plan_backfill(failed, facts(DONE)).is_empty


def test_a_replay_begins_where_rows_were_set_aside_and_held_batches_at_ingest() -> None:
    def asked(entry: Batch, replay: Replay = Replay()) -> list[tuple[str, str, str]]:  # noqa: B008  immutable
        return todo(plan_replay(replay, {DAY: entry}))

    bad_rows = replace(
        DONE,
        counts={"ingest": {"quarantined": 0}, "clean": {"quarantined": 2}, "entities": {"quarantined": 1}},
    )
    assert asked(bad_rows) == [(DAY, "clean", "failed")]
    assert asked(bad_rows, Replay("entities")) == [(DAY, "entities", "failed")]
    assert (
        asked(bad_rows, Replay("ingest")) == asked(bad_rows, Replay(sources=("beta",))) == asked(DONE) == []
    )
    assert asked(HELD) == [(DAY, "ingest", "failed")]
    assert asked(HELD, Replay("ingest")) == []
    pinned = replace(PINNED, counts=bad_rows.counts)
    assert plan_replay(Replay(), {DAY: pinned}).pinned == (DAY,)


def test_only_a_backfill_of_all_lifts_a_pin() -> None:
    assert plan_backfill(SPAN, facts(PINNED, found="h9")).pinned == (DAY,)
    (one,) = plan_backfill(replace(SPAN, reprocess="all"), facts(PINNED)).todo
    assert one.fresh
    assert one.lifts_pin
    (one,) = plan_backfill(replace(SPAN, reprocess="all"), facts(DONE)).todo
    assert not one.lifts_pin


def test_a_batch_without_rows_starts_at_ingest_whatever_was_asked() -> None:
    new = replace(HELD, parts={})
    assert todo(plan_backfill(replace(SPAN, from_stage="entities"), facts(new))) == [(DAY, "ingest", "new")]


def test_days_outside_the_range_and_undated_batches_are_left_out() -> None:
    base = {"alpha/2024-03-01": DONE, "alpha/undated": DONE, DAY: DONE}
    every = Facts(base, {}, dict.fromkeys(base, RECIPE))
    assert [one.batch for one in plan_backfill(replace(SPAN, reprocess="all"), every).todo] == [DAY]
    undated = plan_backfill(replace(SPAN, reprocess="all", undated=True), every)
    assert [one.batch for one in undated.todo] == [DAY, "alpha/undated"]


def test_a_changed_corpus_recipe_alone_is_something_to_do_for_a_backfill() -> None:
    assert plan_backfill(SPAN, replace(facts(DONE), corpus_recipe_changed=True)).corpus_only


@pytest.mark.parametrize(
    ("selection", "words"),
    [
        (replace(SPAN, start=date(2024, 3, 1)), "after the last day"),
        (replace(SPAN, sources=("gamma",)), "unknown source gamma; known are alpha"),
        (replace(SPAN, from_stage="dedup"), "no such stage: dedup"),
        (replace(SPAN, reprocess="some"), "no such mode: some"),
    ],
)
def test_a_selection_that_cannot_be_meant_is_refused_in_plain_words(selection: Selection, words: str) -> None:
    with pytest.raises(UsageError, match=words):
        selection.check({"alpha"})


@pytest.mark.parametrize(
    ("given", "words"),
    [
        ({}, "no batch from 2025-01-01 to 2025-01-31; there is alpha: 2024-02-05 to 2024-02-07 (2 days); "
             "beta: 2024-02-05 and undated. Choose among these days and sources, or add the batches without a day"),
        ({"sources": ("alpha",)}, "no batch of alpha from 2025-01-01 to 2025-01-31; there is alpha: 2024-02-05 to 2024-02-07 (2 days). Choose among these days and sources"),
        ({"end": date(2025, 1, 1)}, "no batch on 2025-01-01; there is"),
        ({"sources": ("alpha",), "undated": True}, "no batch of alpha from 2025-01-01 to 2025-01-31 or without a day"),
    ],
)  # fmt: skip
def test_a_backfill_that_meets_no_batch_says_what_was_asked_what_there_is_and_what_next(given, words) -> None:
    there = ["alpha/2024-02-05", "alpha/2024-02-07", "beta/2024-02-05", "beta/undated"]
    chosen = replace(Selection(date(2025, 1, 1), date(2025, 1, 31)), **given)
    plan = plan_backfill(chosen, Facts({}, dict.fromkeys(there, "h1")))
    assert plan.is_empty
    assert words in plan.missed
    assert not plan_backfill(
        replace(chosen, start=date(2024, 1, 1)), Facts({}, dict.fromkeys(there, "h1"))
    ).missed


def test_many_sources_are_not_all_named_and_none_at_all_is_told() -> None:
    chosen = Selection(date(2025, 1, 1), date(2025, 1, 31))
    many = {f"s{number:02d}/2024-02-05": "h1" for number in range(30)}
    missed = plan_backfill(chosen, Facts({}, many)).missed
    assert "s07: 2024-02-05; and 22 more sources. Choose" in missed
    assert "put documents in raw/" in plan_backfill(chosen, Facts({}, {})).missed
