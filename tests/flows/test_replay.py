"""What was set aside goes back into the stages once a rule, a recipe or a file was mended."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from flows.dag import Dag
from flows.engine import DirectEngine, workers_of
from flows.progress import Silent
from flows.request import Request, replay_request
from flows.summary import summarize
from tasks.errors import UsageError
from tasks.plan import Replay
from tasks.settings import Settings
from tests.flows.conftest import World, article

DAY = "alpha/2024-02-05"
TIGHT = 4_000  # bytes of a record


def record(number: int, n_paragraphs: int) -> str:
    title, _, text = article(number).partition("\n")
    return json.dumps({"id": str(number), "title": title, "text": "\n\n".join([text.strip()] * n_paragraphs)})


@pytest.fixture
def aside(tmp_path: Path) -> World:
    """Two records longer than the setting allows, one that is cut off, a story that is fine; and another batch."""
    (tmp_path / "raw").mkdir()
    settings = Settings(raw=tmp_path / "raw", data=tmp_path / "data", workers=1, record_max_bytes=TIGHT)
    world = World(settings)
    world.put(f"{DAY}/feed.jsonl", "\n".join([record(2, 9), record(3, 8), '{"id": ']))
    world.put(f"{DAY}/1.txt", article(1))
    world.put("beta/2024-02-05/1.txt", article(4))
    world.run()
    return world


def carried_out(world: World, request: Request) -> dict[str, int]:
    with workers_of(world.settings) as workers:
        outcome = Dag(request, world.settings, DirectEngine(workers), Silent()).run()
    replayed = summarize(outcome, world.settings)["replayed"]
    assert isinstance(replayed, dict)
    return replayed


def test_rows_set_aside_come_in_with_their_day_once_what_kept_them_out_is_mended(aside: World) -> None:
    assert len(aside.rows("articles")) == 2
    mended = World(aside.settings.model_copy(update={"record_max_bytes": 10 * TIGHT}))
    request = replay_request(mended.settings, Replay(), reason="long ones are read now")
    assert [(one.batch, one.from_stage) for one in request.plan.todo] == [(DAY, "ingest")]
    assert carried_out(mended, request) == {"batches": 1, "set_aside_before": 3, "set_aside_now": 1}
    assert sorted(row["batch"] for row in aside.rows("articles")) == [DAY, DAY, DAY, "beta/2024-02-05"]
    assert aside.head().batches[DAY].n_set_aside == 1  # half a record is no record, whatever its fields


def test_a_replay_with_nothing_mended_publishes_nothing(aside: World) -> None:
    before = aside.head()
    request = replay_request(aside.settings, Replay(), reason="again")
    assert carried_out(aside, request) == {"batches": 1, "set_aside_before": 3, "set_aside_now": 3}
    assert aside.head() == before


def test_a_replay_is_for_one_stage_or_source_where_that_is_asked(aside: World) -> None:
    assert replay_request(aside.settings, Replay("clean"), dry_run=True).plan.is_empty
    assert replay_request(aside.settings, Replay(sources=("beta",)), dry_run=True).plan.unchanged == 1
    assert not replay_request(aside.settings, Replay("ingest", ("alpha",)), dry_run=True).plan.is_empty


@pytest.mark.parametrize(
    ("replay", "given", "words"),
    [
        (Replay("dedup"), {"dry_run": True}, "no such stage: dedup; rows are set aside by ingest, clean, entities"),  # type: ignore[arg-type]
        (Replay(sources=("gamma",)), {"dry_run": True}, "unknown source gamma; known are alpha, beta"),
        (Replay(), {}, "1 published batch would be replaced"),
        (Replay("clean"), {"accept": ["text_length"]}, "a rule is accepted: say why"),
        (Replay(), {"accept": ["nonsense"], "reason": "why"}, "nonsense"),
    ],
)  # fmt: skip
def test_a_replay_that_cannot_be_meant_is_refused(
    aside: World, replay: Replay, given: dict[str, object], words: str
) -> None:
    with pytest.raises(UsageError, match=words):
        replay_request(aside.settings, replay, **given)  # type: ignore[arg-type]
