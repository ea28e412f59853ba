"""One run of the pipeline in this process, with a watch on where its time goes. Started by `bench.py`.

Prints one JSON object: what start-up, stages, gates and the rest took. A line `mark NAME SECS` goes to standard error
whenever something begins, so that who samples the memory of this process knows what it was doing.
"""

from __future__ import annotations

import argparse
import json
import sys
import threading
import time
from collections import defaultdict
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

STARTED = time.monotonic()
_lock = threading.Lock()
work_secs: dict[str, float] = defaultdict(float)  # processor time inside the work of each stage or step
spans: dict[str, list[float]] = defaultdict(
    lambda: [0.0, 0.0]
)  # wall and processor time, outermost spans only
_depth = 0


def mark(name: str) -> None:
    """Tells that something begins."""
    print(f"mark {name} {time.monotonic():.3f}", file=sys.stderr, flush=True)


@contextmanager
def span(name: str) -> Iterator[None]:
    """Counts the time inside, unless it lies in another span."""
    global _depth  # noqa: PLW0603
    _depth += 1
    if _depth == 1:
        mark(name)
    wall, processor = time.monotonic(), time.process_time()
    try:
        yield
    finally:
        _depth -= 1
        if not _depth:
            spans[name][0] += time.monotonic() - wall
            spans[name][1] += time.process_time() - processor
            mark("between")


def watched(place: Any, name: str, called: str) -> None:
    """The function counts as a span from here on."""
    call = getattr(place, name)

    def run(*args: Any, **options: Any) -> Any:
        with span(called):
            return call(*args, **options)

    setattr(place, name, run)


def timed(stage: str, work: Callable[..., Any]) -> Callable[..., Any]:
    """The work, its processor time added to the stage's.

    Arrow's threads work for the stage too, but where Prefect runs tasks in threads its own cannot be told from them.
    """
    clock = time.thread_time if "prefect" in sys.modules else time.process_time

    def run(*args: Any) -> Any:
        began = clock()
        try:
            return work(*args)
        finally:
            with _lock:
                work_secs[stage] += clock() - began

    return run


def watch_everything() -> None:
    """Puts watches on the stages, the gates, and what a run does beside them."""
    import flows.dag
    import flows.engine
    import tasks.gates.keeper

    for name in ("judge_batches", "judge_corpus"):
        watched(tasks.gates.keeper.Keeper, name, "gates")
    watched(flows.dag.Store, "commit", "commit")
    map_stage, run_step = flows.dag.Dag._map, flows.dag.Dag._step  # noqa: SLF001  where the watch sits

    def _map(dag: Any, stage: str, work: Any, shards: Sequence[Any]) -> Any:
        with span(stage):
            return map_stage(dag, stage, timed(stage, work) if dag.settings.workers == 1 else work, shards)

    def _step(dag: Any, name: str, work: Any, *args: Any) -> Any:
        with span(name):
            return run_step(dag, name, timed(name, work), *args)

    flows.dag.Dag._map, flows.dag.Dag._step = _map, _step  # type: ignore[method-assign]  # noqa: SLF001


def start_up(settings: Any, *, with_prefect: bool) -> dict[str, float]:
    """Imports and models that every run pays once, and Prefect's temporary server. Seconds of each."""
    took = {}
    began = time.monotonic()
    import great_expectations  # noqa: F401

    import expectations.rules  # noqa: F401
    import flows.dag
    import flows.reporting
    import flows.request
    import flows.summary  # noqa: F401
    from tasks.gates.judge import check_rules

    check_rules(())  # imports every suite
    took["imports"] = time.monotonic() - began
    began = time.monotonic()
    from tasks.clean.rules import load_rules
    from tasks.entities.work import entities

    load_rules()
    entities((), settings)
    took["models"] = time.monotonic() - began
    if with_prefect:
        began = time.monotonic()
        from flows.prefect_home import prepare

        prepare()
        from prefect import flow, task

        @flow
        def nothing() -> int:
            return task(lambda: 1)()

        nothing()
        took["prefect"] = time.monotonic() - began
    return took


def direct(settings: Any) -> Any:
    """What `cleancopy run --direct` does."""
    from flows.dag import Dag
    from flows.engine import DirectEngine, workers_of
    from flows.progress import Silent
    from flows.reporting import report_on
    from flows.request import run_request
    from flows.summary import summarize

    with span("plan"):
        request = run_request(settings)
    if request.plan.is_empty:
        return None
    with workers_of(settings) as workers:
        outcome = Dag(request, settings, DirectEngine(workers), Silent()).run()
    with span("report"):
        return summarize(outcome, settings, report_on(outcome, settings))


def with_prefect() -> Any:
    """What `cleancopy run` does: the flow, its request made again inside."""
    import flows.corpus
    import flows.ending

    watched(flows.corpus, "run_request", "plan")
    watched(flows.ending, "summarize", "report")
    watched(flows.ending, "report_on", "report")
    for name in ("leave_published", "leave_nothing"):
        watched(flows.ending, name, "artifacts")
    return flows.corpus.corpus(return_state=True).result()


def main() -> None:
    """One run."""
    parser = argparse.ArgumentParser()
    parser.add_argument("raw", type=Path)
    parser.add_argument("data", type=Path)
    parser.add_argument("--prefect", action="store_true")
    parser.add_argument("--workers", type=int, default=1)
    given = parser.parse_args()
    import os

    import pyarrow as pa

    pa.set_cpu_count(1)
    pa.set_io_thread_count(1)
    os.environ.update(
        CLEANCOPY_RAW=str(given.raw), CLEANCOPY_DATA=str(given.data), CLEANCOPY_WORKERS=str(given.workers)
    )
    from tasks.settings import load_settings

    settings = load_settings()
    mark("start-up")
    started = start_up(settings, with_prefect=given.prefect)
    watch_everything()
    wall, processor = time.monotonic(), time.process_time()
    mark("between")
    summary = with_prefect() if given.prefect else direct(settings)
    mark("end")
    json.dump(
        {
            "startup": started, "wall": time.monotonic() - wall, "processor": time.process_time() - processor,
            "spans": dict(spans), "work": dict(work_secs),
            "articles": summary and summary.get("tables", {}).get("articles"),
        }, sys.stdout,
    )  # fmt: skip


if __name__ == "__main__":
    main()
