"""The flows on a Prefect server: state names, artifacts of a verdict, retries for I/O only."""

from __future__ import annotations

import json
import time
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from tests.flows.conftest import World, article, note
from tests.flows.prefect_database import flows_on_a_server

pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def server(prefect_database: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    with flows_on_a_server(prefect_database, tmp_path_factory.mktemp("prefect")):
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


def test_what_was_set_aside_is_replayed_after_a_look(flows: World, monkeypatch: pytest.MonkeyPatch) -> None:
    from flows.backfill import replay

    monkeypatch.setenv("CLEANCOPY_RECORD_MAX_BYTES", "4000")
    title, _, text = article(2).partition("\n")
    flows.put("alpha/2024-02-01/feed.jsonl", json.dumps({"title": title, "text": "\n\n".join([text] * 9)}))
    flows.put("alpha/2024-02-01/1.txt", article(1))
    assert corpus().name == "Completed"
    looked = replay(return_state=True)
    assert (looked.name, looked.message) == ("DryRun", "1 batch would be redone")
    monkeypatch.delenv("CLEANCOPY_RECORD_MAX_BYTES")
    refused = replay(dry_run=False, return_state=True)
    assert (refused.type.value, "say why" in str(refused.message)) == ("FAILED", True)
    done = replay("ingest", dry_run=False, reason="long records are read now", return_state=True)
    assert done.result()["replayed"] == {"batches": 1, "set_aside_before": 1, "set_aside_now": 0}
    assert replay(dry_run=False, reason="again", return_state=True).name == "NothingToDo"


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

    monkeypatch.setattr(dedup_work, "audit", bad_audit)
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


@pytest.mark.parametrize(
    ("left", "becomes"),
    [
        ('{"type": "FAILED", "name": "GateStopped", "message": "gate dedup"}', "FAILED GateStopped: gate dedup (told later: "),
        ('{"type": "FAI', "CRASHED Crashed: its process was gone"),
    ],
)  # fmt: skip
def test_a_run_whose_end_was_not_told_is_told_by_the_next(flows: World, left: str, becomes: str) -> None:
    from prefect.client.orchestration import get_client
    from prefect.states import Running

    from flows import untold
    from flows.backfill import backfill as flow

    with get_client(sync_client=True) as client:
        lost, living = (client.create_flow_run(flow, state=Running()).id for _ in range(2))
        untold.begin(str(lost))
        untold._held.pop(str(lost)).close()  # as when its process ends
        untold._path(str(lost)).write_text(left)
        untold.begin(str(living))
        untold.begin("00000000-0000-0000-0000-000000000000")  # of another server
        untold._held.pop("00000000-0000-0000-0000-000000000000").close()
        assert backfill(start=date(2024, 12, 31), end=date(2024, 1, 1)).name == "Failed"
        state = client.read_flow_run(lost).state
        assert f"{state.type.value} {state.name}: {state.message}".startswith(becomes)
        assert client.read_flow_run(living).state.name == "Running"
    assert not untold._path(str(lost)).exists()
    assert untold._path(str(living)).exists()
    untold.forget(str(living))
    assert not untold._path(str(living)).exists()


def pages() -> dict[str, str]:
    """Key -> markdown of the newest artifact of each key."""
    from prefect.client.orchestration import get_client

    with get_client(sync_client=True) as client:
        return {one.key: str(one.data) for one in client.read_latest_artifacts()}


def test_a_backfill_over_days_without_a_batch_says_what_there_is(flows: World) -> None:
    flows.put("alpha/2024-02-01/1.txt", article(1))
    flows.run()
    for dry_run in (True, False):
        state = backfill(start=date(2025, 1, 1), end=date(2025, 1, 2), dry_run=dry_run)
        assert (state.name, state.type.value) == ("NothingToDo", "COMPLETED")
        assert "no batch from 2025-01-01 to 2025-01-02; there is alpha: 2024-02-01" in state.message
    assert "there is alpha" in pages()["refused"]


def test_a_document_goes_and_an_older_version_comes_back_each_after_a_look(flows: World) -> None:
    from flows.decisions import rollback, takedown

    for seed in range(3):
        flows.put(f"alpha/2024-02-01/{seed}.txt", article(seed))
    flows.run()
    asked = {"document": "alpha/2024-02-01/1.txt", "reason": "the author asked", "return_state": True}
    looked = takedown(**asked)
    assert (looked.name, flows.head().version) == ("DryRun", 1)
    assert "alpha" in pages()["plan"]
    assert takedown(**asked, dry_run=False).message.startswith("version 2 is without ")
    assert "delete them yourself" in pages()["takedown"]
    assert len(flows.rows("articles")) == 2
    lifted = takedown(**asked | {"document": flows.head().decisions[0]["doc_id"]}, dry_run=False, lift=True)
    assert lifted.message.endswith("may be ingested again")
    flows.put("alpha/2024-02-02/9.txt", article(9))
    flows.run()
    assert rollback("2", "a test", return_state=True).name == "DryRun"
    assert flows.head().version == 4
    assert (
        rollback("2", "a test", dry_run=False, return_state=True).message
        == "version 5 has the tables of version 2"
    )
    assert [one["raw_path"][-5:] for one in flows.rows("articles")] == ["0.txt", "2.txt"]
    assert rollback("5", "a test", dry_run=False, return_state=True).name == "NothingToDo"


def test_profiles_are_learned_after_a_look(flows: World) -> None:
    from flows.learn_profiles import learn_profiles
    from tasks.profiles import current_profiles

    for seed in range(12):
        flows.put(
            f"alpha/2024-02-01/{seed}.txt",
            article(seed) + "\n\nThe harbour office opens at nine on weekdays.\n",
        )
    flows.run()
    looked = learn_profiles("new notes", return_state=True)
    assert (looked.name, looked.message) == ("DryRun", "1 profile of 1 source would change")
    assert current_profiles(flows.settings.data) == {}
    done = learn_profiles("new notes", dry_run=False, return_state=True)
    assert (done.name, done.message) == ("Completed", "1 new profile of 1 source")
    assert "alpha: new profile" in pages()["profiles"].replace("&#58;", ":")
    assert learn_profiles("again", dry_run=False, return_state=True).name == "NothingToDo"


@pytest.mark.parametrize(
    ("name", "given", "words"),
    [
        ("takedown", {"document": "1.txt", "reason": " "}, "reason: say why"),
        ("takedown", {"document": "", "reason": "a test"}, "document: name it"),
        ("takedown", {"document": "nothing", "reason": "a test"}, "nothing"),
        ("takedown", {"document": "nothing", "reason": "a test", "lift": True}, "nothing is not taken down"),
        ("rollback", {"version": "7", "reason": "a test"}, "7"),
        ("rollback", {"version": "1", "reason": ""}, "reason: say why"),
        ("rollback", {"version": "1", "reason": "a test", "dry_run": "no"}, "dry_run: 'no' is neither true nor false"),
        ("learn_profiles", {"reason": ""}, "reason: say why"),
        ("learn_profiles", {"reason": "a test", "sources": ["gamma"]}, "no articles of gamma"),
    ],
)  # fmt: skip
def test_a_decision_that_cannot_be_meant_changes_nothing_and_says_why(
    flows: World, name: str, given: dict[str, Any], words: str
) -> None:
    from flows import decisions
    from flows.learn_profiles import learn_profiles

    flows.put("alpha/2024-02-01/1.txt", article(1))
    flows.run()
    flow = learn_profiles if name == "learn_profiles" else getattr(decisions, name)
    state = flow(**given, return_state=True)
    assert state.type.value == "FAILED"
    assert words in state.message
    assert flows.store.versions() == [1]


def test_the_form_defaults_to_a_dry_run_that_publishes_nothing(flows: World) -> None:
    flows.put("alpha/2024-02-01/1.txt", article(1))
    state = backfill()
    assert state.name == "DryRun"
    assert [one["batch"] for one in state.result()["todo"]] == ["alpha/2024-02-01"]
    assert flows.store.versions() == []


@pytest.mark.parametrize(
    ("given", "words"),
    [
        (
            {"start": "2024-12-31", "end": "2024-12-30"},
            "the first day 2024-12-31 is after the last day 2024-12-30: swap them",
        ),
        ({"start": "2024-13-45"}, "start: '2024-13-45' is no day; pick one"),
        ({"sources": ["gamma"]}, "unknown source gamma; known are alpha"),
        ({"from_stage": "dedup"}, "no such stage: dedup; a backfill starts from ingest, clean, entities"),
        ({"reprocess": "all", "dry_run": False}, "say why with --reason TEXT"),
        ({"dry_run": "no"}, "dry_run: 'no' is neither true nor false"),
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
