"""The DAG as Prefect's tasks: the one place where `@task` is applied.

CPU work happens in our own processes inside the task: Prefect's process pool costs half a second a task.
Every task is NO_CACHE and unpersisted: the shard results in the data folder are the cache.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Sequence
from typing import Any, cast

from prefect import task
from prefect.cache_policies import NO_CACHE
from prefect.client.schemas.objects import State, TaskRun
from prefect.futures import PrefectFuture
from prefect.tasks import Task
from prefect.utilities.annotations import quote

from flows.engine import Advance, Pool, R, S, Work, cut_tasks
from tasks.errors import TransientError
from tasks.settings import Settings
from tasks.stage import Done

RETRIES = 2
RETRY_DELAY_SECS = 2
IN_FLIGHT = 2  # tasks a worker process: one that it does, one that waits for it


def is_transient(task: Task[Any, Any], run: TaskRun, state: State[Any]) -> bool:  # noqa: ARG001  Prefect's signature
    """Whether a failed task may be tried again: I/O may, a verdict on the data never."""
    return isinstance(
        state.result(raise_on_failure=False), (TransientError, BlockingIOError, ConnectionError, TimeoutError)
    )


class PrefectEngine:
    """Runs work as tasks of the current flow run."""

    def __init__(self, settings: Settings, pool: Pool) -> None:
        self._settings, self._pool = settings, pool

    def map(self, stage: str, work: Work[S], shards: Sequence[S], advance: Advance) -> list[Done]:
        """See flows.engine.Engine.

        Prefect would start a thread for every task at once: in this process each would hold its shard.
        """
        tasks = cut_tasks(shards)
        is_worth = self._pool.is_worth(len(tasks))
        runs = _as_task(stage, self._pool.run if is_worth else self._here)
        limit = IN_FLIGHT * self._settings.workers if is_worth else 1
        flying: deque[tuple[Sequence[S], PrefectFuture[list[Done]]]] = deque()
        results: list[Done] = []

        def land() -> None:
            one, future = flying.popleft()
            results.extend(future.result())
            advance(len(one))

        for one in tasks:
            if len(flying) >= limit:
                land()
            flying.append((one, runs.submit(quote(work), quote(one), label=_label(one))))
        while flying:
            land()
        return results

    def step(self, name: str, work: Callable[..., R], *args: Any) -> R:  # noqa: ANN401
        """See flows.engine.Engine."""
        runs = _as_task(name, work)
        answer: Any = runs(*(quote(arg) for arg in args))
        return cast("R", answer)

    def _here(self, work: Work[S], shards: Sequence[S]) -> list[Done]:
        return work(shards, self._settings)


def _as_task(name: str, work: Callable[..., Any]) -> Task[Any, Any]:
    def run(*args: Any, label: str = "") -> Any:  # noqa: ANN401, ARG001  the label names the run
        return work(*args)

    return task(
        name=name, task_run_name=f"{name} {{label}}", retries=RETRIES, retry_delay_seconds=RETRY_DELAY_SECS,
        retry_condition_fn=is_transient, cache_policy=NO_CACHE, persist_result=False, log_prints=False,
    )(run)  # fmt: skip


def _label(shards: Sequence[S]) -> str:
    first, last = shards[0].batch, shards[-1].batch
    return first if first == last else f"{first} .. {last} ({len(shards)} shards)"
