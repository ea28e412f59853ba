"""What a person asks a run or a backfill to do is checked before anything is done, and refused in their words."""

from __future__ import annotations

import re
from datetime import date
from typing import Any

import pytest

from flows.request import backfill_request, run_request
from flows.summary import planned
from tasks.errors import UsageError
from tasks.plan import Selection
from tasks.versions.store import Store
from tests.flows.conftest import World, article

YEAR = {"start": date(2024, 1, 1), "end": date(2024, 12, 31)}


@pytest.fixture
def published(world: World) -> World:
    for day in (1, 2):
        world.put(f"alpha/2024-02-0{day}/1.txt", article(day))
    world.put("beta/2024-02-01/1.txt", article(3))
    world.run()
    return world


def refused(world: World, selection: dict[str, Any], **given: Any) -> str:
    with pytest.raises(UsageError) as error:
        backfill_request(world.settings, Selection(**{**YEAR, **selection}), **given)
    return str(error.value)


@pytest.mark.parametrize(
    ("selection", "words"),
    [
        ({"start": date(2024, 2, 2), "end": date(2024, 2, 1)}, "the first day 2024-02-02 is after the last day 2024-02-01: swap them"),
        ({"sources": ("beta", "gamma", "delta")}, "unknown source delta, gamma; known are alpha, beta"),
        ({"from_stage": "dedup"}, "no such stage: dedup; a backfill starts from ingest, clean, entities"),
        ({"reprocess": "some"}, "no such mode: some; choose missing, failed or all"),
    ],
)  # fmt: skip
@pytest.mark.parametrize("dry_run", [True, False])
def test_a_selection_that_cannot_be_meant_is_refused(
    world: World, selection: dict[str, Any], words: str, *, dry_run: bool
) -> None:
    world.put("alpha/2024-02-01/1.txt", article(1))
    world.put("beta/2024-02-01/1.txt", article(2))
    assert refused(world, selection, dry_run=dry_run) == words


def test_published_rows_are_replaced_with_a_reason_only(published: World) -> None:
    for reason in ("", " \n"):
        said = refused(published, {"reprocess": "all"}, reason=reason)
        assert (
            "3 published batches would be replaced (alpha/2024-02-01, alpha/2024-02-02, beta/2024-02-01)"
            in said
        )
        assert "say why with --reason TEXT, in the form under reason" in said
    request = backfill_request(published.settings, Selection(**YEAR, reprocess="all"), reason="new rules")
    assert [one.batch for one in request.plan.todo if one.replaces] == [
        "alpha/2024-02-01",
        "alpha/2024-02-02",
        "beta/2024-02-01",
    ]


def test_the_pin_of_a_batch_that_a_rollback_emptied_is_lifted_with_a_reason_only(published: World) -> None:
    published.put("gamma/2024-02-05/1.txt", article(4))
    published.run()
    Store(published.settings.data).rollback(1, "bad source", "ana")
    day = {"start": date(2024, 2, 5), "end": date(2024, 2, 5), "reprocess": "all"}
    said = refused(published, day)
    assert said.startswith(
        "1 pin of a rollback would be lifted (gamma/2024-02-05): say why with --reason TEXT"
    )
    backfill_request(published.settings, Selection(**day), dry_run=True)
    backfill_request(published.settings, Selection(**day), reason="mended")


def test_a_data_folder_inside_raw_is_refused(world: World) -> None:
    world.put("alpha/2024-02-01/1.txt", article(1))
    for data in (world.settings.raw / "data", world.settings.raw):
        inside = world.settings.model_copy(update={"data": data})
        with pytest.raises(UsageError, match="is inside the raw folder"):
            run_request(inside)
        assert not (data / "_data").exists()


def test_a_rule_that_does_not_exist_is_refused_before_anything_is_done(published: World) -> None:
    for dry_run in (True, False):
        said = refused(published, {}, accept=["text_lenght"], reason="a slip", dry_run=dry_run)
        assert said.startswith("no such rule: text_lenght; did you mean text_length?")
        assert re.search(r"Rules are .*\btext_length\b", said)
    with pytest.raises(UsageError, match="no such rule: text_lenght"):
        run_request(published.settings, accept=["text_lenght"], reason="a slip")


def test_a_rule_is_accepted_with_a_reason_only(published: World) -> None:
    assert "a rule is accepted: say why" in refused(published, {}, accept=["text_length"])
    with pytest.raises(UsageError, match="a rule is accepted with a reason"):
        run_request(published.settings, accept=["text_length"])


def test_a_dry_run_lists_what_it_would_do_and_changes_nothing(published: World) -> None:
    published.put("beta/2024-02-03/1.txt", article(4))
    before = published.bytes_of_tables()
    plan = planned(
        backfill_request(published.settings, Selection(**YEAR, reprocess="all"), dry_run=True).plan
    )
    assert [(one["batch"], one["replaces"]) for one in plan["todo"]] == [
        ("alpha/2024-02-01", True), ("alpha/2024-02-02", True), ("beta/2024-02-01", True), ("beta/2024-02-03", False),
    ]  # fmt: skip
    assert published.head().version == 1
    assert published.bytes_of_tables() == before
