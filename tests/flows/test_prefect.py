"""The flows on a Prefect server: state names, artifacts of a verdict, retries for I/O only."""

from __future__ import annotations

import time
from collections.abc import Iterator
from datetime import date
from typing import Any

import pytest

from tests.flows.conftest import World, article, note

pytestmark = pytest.mark.slow


@pytest.fixture(scope="session")
def server() -> Iterator[None]:
    from flows.prefect_home import prepare

    prepare()
    from prefect.testing.utilities import prefect_test_harness

    with prefect_test_harness(server_startup_timeout=120):
        yield


@pytest.fixture
def flows(server: None, world: World, monkeypatch: pytest.MonkeyPatch) -> World:
    """A world that the flows find by their settings."""
    monkeypatch.setenv("CLEANCOPY_RAW", str(world.settings.raw))
    monkeypatch.setenv("CLEANCOPY_DATA", str(world.settings.data))
    monkeypatch.setenv("CLEANCOPY_WORKERS", "1")
    return world


def corpus(**given: Any) -> Any:
    from flows.corpus import corpus as flow

    return flow(**given, return_state=True)


def backfill(**given: Any) -> Any:
    from flows.backfill import backfill as flow

    return flow(**{"start": date(2024, 1, 1), "end": date(2024, 12, 31), **given}, return_state=True)


def test_a_run_completes_and_the_next_finds_nothing_to_do(flows: World) -> None:
    flows.put("alpha/2024-02-01/1.txt", article(1))
    first, second = corpus(), corpus()
    assert (first.name, first.type.value) == ("Completed", "COMPLETED")
    assert flows.head().lineage["flow_run"]
    assert (second.name, second.type.value) == ("NothingToDo", "COMPLETED")


def test_the_flow_publishes_the_same_bytes_as_a_direct_run(flows: World, new_world) -> None:
    direct: World = new_world("direct")
    for world in (flows, direct):
        for seed in range(4):
            world.put(f"alpha/2024-02-0{seed % 2 + 1}/{seed}.txt", article(seed))
    corpus()
    direct.run()
    assert flows.bytes_of_tables() == direct.bytes_of_tables()


def test_tasks_of_one_process_come_one_after_the_other(flows: World, monkeypatch: pytest.MonkeyPatch) -> None:
    from flows import dag, engine

    clean, running, most = dag.clean, [0], [0]

    def counted(*given: Any) -> Any:
        running[0] += 1
        most[0] = max(most[0], running[0])
        time.sleep(0.1)
        done = clean(*given)
        running[0] -= 1
        return done

    monkeypatch.setattr(engine, "TASK_BYTES", 1)
    monkeypatch.setattr(dag, "clean", counted)
    for seed in range(4):
        flows.put(f"alpha/2024-02-0{seed + 1}/{seed}.txt", article(seed))
    assert corpus().name == "Completed"
    assert most == [1]


def test_held_batches_give_a_completed_run_a_name_of_its_own(flows: World) -> None:
    flows.put("alpha/2024-02-01/1.txt", article(1))
    for seed in range(8):
        flows.put(
            f"beta/2024-02-01/{seed}.txt",
            note(seed),
        )
    state = corpus()
    assert (state.name, state.type.value) == ("BatchesHeld", "COMPLETED")
    assert state.result()["batches"]["held"] == {"beta/2024-02-01": ["text_length"]}


def test_a_stop_fails_under_its_own_name_and_is_never_retried(
    flows: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    import tasks.dedup.work as dedup_work
    from tasks.errors import GateStopped

    calls = []

    def bad_audit(*_: object) -> dict[str, int]:
        calls.append(1)
        return {
            "n_articles": 1,
            "n_unclustered": 1,
            "n_clustered_twice": 0,
            "n_bad_canonical": 0,
            "n_unknown_pair_ids": 0,
        }

    monkeypatch.setattr(dedup_work, "_audit", bad_audit)
    flows.put("alpha/2024-02-01/1.txt", article(1))
    state = corpus()
    assert (state.name, state.type.value, len(calls)) == ("GateStopped", "FAILED", 1)
    with pytest.raises(GateStopped):
        state.result()
    assert flows.store.versions() == []


def test_an_io_error_is_tried_again(flows: World, monkeypatch: pytest.MonkeyPatch) -> None:
    import flows.prefect_engine as engine
    import tasks.export.work as export_work
    from tasks.errors import TransientError

    calls = []
    real = export_work.assemble

    def flaky(*args: Any) -> Any:
        calls.append(1)
        if len(calls) == 1:
            raise TransientError("the disk was busy")
        return real(*args)

    monkeypatch.setattr(engine, "RETRY_DELAY_SECS", 0)
    monkeypatch.setattr(export_work, "assemble", flaky)
    flows.put("alpha/2024-02-01/1.txt", article(1))
    assert corpus().name == "Completed"
    assert len(calls) == 2


def test_the_form_defaults_to_a_dry_run_that_publishes_nothing(flows: World) -> None:
    flows.put("alpha/2024-02-01/1.txt", article(1))
    state = backfill()
    assert state.name == "DryRun"
    assert [one["batch"] for one in state.result()["todo"]] == ["alpha/2024-02-01"]
    assert flows.store.versions() == []


@pytest.mark.parametrize(
    ("given", "words"),
    [
        ({"start": date(2025, 1, 1)}, "after the last day"),
        ({"sources": ["gamma"]}, "unknown source gamma"),
        ({"reprocess": "all", "dry_run": False}, "say why"),
    ],
)
def test_a_backfill_that_cannot_be_meant_fails_in_plain_words(
    flows: World, given: dict[str, Any], words: str
) -> None:
    flows.put("alpha/2024-02-01/1.txt", article(1))
    flows.run()
    state = backfill(**given)
    assert state.type.value == "FAILED"
    assert words in state.message
