"""The DAG as Prefect's tasks: the one place where `@task` is applied.

CPU work happens in our own processes inside the task: Prefect's process pool costs half a second a task. With a Dask
cluster the task itself runs at a worker, by Prefect's runner for Dask, which tells Prefect's server from there.
Every task is NO_CACHE and unpersisted: the shard results in the data folder are the cache.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from contextvars import copy_context
from functools import partial
from typing import Any, cast

from prefect import task
from prefect.cache_policies import NO_CACHE
from prefect.client.schemas.objects import State, TaskRun
from prefect.task_runners import TaskRunner
from prefect.tasks import Task
from prefect.utilities.annotations import quote

from flows.cluster import Cluster, Order, library
from flows.engine import A, Advance, R, S, Work, Workers, cut_tasks
from flows.serving_client import server_of_run
from tasks.errors import TransientError
from tasks.settings import Settings

RETRIES = 2
RETRY_DELAY_SECS = 2
IN_FLIGHT = 2  # tasks a worker process: one that it does, one that waits for it


def is_transient(task: Task[Any, Any], run: TaskRun, state: State[Any]) -> bool:  # noqa: ARG001  Prefect's signature
    """Whether a failed task may be tried again: I/O may, a verdict on the data never."""
    return isinstance(
        state.result(raise_on_failure=False), (TransientError, BlockingIOError, ConnectionError, TimeoutError)
    )


Answer = Callable[[], list[Any]]  # waits for it
Submit = Callable[[Sequence[S]], Answer]


class PrefectEngine:
    """Runs work as tasks of the current flow run."""

    def __init__(self, settings: Settings, workers: Workers) -> None:
        self._settings, self._workers = settings, workers
        self._flow = copy_context()

    def map(self, stage: str, work: Work[S, A], shards: Sequence[S], advance: Advance) -> list[A]:
        """See flows.engine.Engine.

        A step that has pieces done is a task itself. They are tasks of the flow beside it: Prefect would send the step's
        arguments along with each.
        """
        return self._flow.copy().run(self._map, stage, work, shards, advance)

    def _map(self, stage: str, work: Work[S, A], shards: Sequence[S], advance: Advance) -> list[A]:
        """Prefect would start a thread for every task at once: in this process each would hold its shard."""
        tasks = cut_tasks(shards)
        limit = IN_FLIGHT * self._workers.n_workers if self._workers.is_worth(len(tasks)) else 1
        flying: deque[tuple[Sequence[S], Answer]] = deque()
        results: list[A] = []

        def land() -> None:
            one, answer = flying.popleft()
            results.extend(answer())
            advance(len(one))

        with self._submitting(stage, work, len(tasks)) as submit:
            for one in tasks:
                if len(flying) >= limit:
                    land()
                flying.append((one, submit(one)))
            while flying:
                land()
        return results

    def step(self, name: str, work: Callable[..., R], *args: Any) -> R:  # noqa: ANN401
        """See flows.engine.Engine."""
        runs = _as_task(name, work)
        answer: Any = runs(*(quote(arg) for arg in args))
        return cast("R", answer)

    @contextmanager
    def _submitting(self, stage: str, work: Work[S, A], n_tasks: int) -> Iterator[Submit[S]]:
        """What starts the work on some shards as a task: here, in another process, or at a worker of the cluster."""
        if not self._workers.is_worth(n_tasks):
            here = _as_task(stage, lambda shards: work(shards, self._settings))
            yield lambda shards: here.submit(quote(shards), label=_label(shards)).result
        elif isinstance(self._workers, Cluster):
            self._workers.check_reach(server_of_run()[0])
            runner: TaskRunner[Any] = library("prefect_dask").DaskTaskRunner(address=self._workers.address)
            with runner:
                yield partial(_submit_there, runner, self._workers, stage, self._workers.order(work))
        else:
            beside = _as_task(stage, partial(self._workers.run, work))
            yield lambda shards: beside.submit(quote(shards), label=_label(shards)).result


def _submit_there(
    runner: TaskRunner[Any], cluster: Cluster, stage: str, order: Order, shards: Sequence[S]
) -> Answer:
    # the shards inside the task: Dask's futures do not know Prefect's quote
    there = _as_task(stage, partial(order, shards))
    future: Any = runner.submit(there, {"args": (), "label": _label(shards)})
    return partial(cluster.watched, future.wrapped_future, future.result)


def _as_task(name: str, work: Callable[..., Any]) -> Task[Any, Any]:
    def run(*args: Any, label: str = "") -> Any:  # noqa: ANN401, ARG001  the label names the run
        return work(*args)

    return task(
        name=name, task_run_name=f"{name} {{label}}", retries=RETRIES, retry_delay_seconds=RETRY_DELAY_SECS,
        retry_condition_fn=is_transient, cache_policy=NO_CACHE, persist_result=False, log_prints=False,
    )(run)  # fmt: skip


def _label(shards: Sequence[S]) -> str:
    first, last = shards[0].batch, shards[-1].batch
    return first if first == last else f"{first} .. {last} ({len(shards)} together)"
