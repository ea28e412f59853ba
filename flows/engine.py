"""Engines: what runs the work of the DAG. In this process, in other processes, or as Prefect's tasks.

An engine knows nothing of documents; it is given work and references, and gives back references. Work is a stage's, on
shards, or that of a step over the whole corpus, on pieces of it.
"""

from __future__ import annotations

import multiprocessing
import os
import signal
import threading
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import Future, ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from typing import Any, Protocol, Self, TypeVar

from tasks.crew import Piece
from tasks.errors import TransientError
from tasks.settings import Settings

# A task holds this many bytes of input: many seconds of work against 7 ms of Prefect's own.
TASK_BYTES = 4_000_000


S = TypeVar("S", bound=Piece)  # a shard of any stage, or a piece of a step
A = TypeVar("A")  # what is told of it: references
R = TypeVar("R")
Work = Callable[[Sequence[S], Settings], list[A]]
Advance = Callable[[int], None]


class Engine(Protocol):
    """Runs work on many shards or pieces, or one step over the whole corpus, which may have pieces done."""

    def map(self, stage: str, work: Work[S, A], shards: Sequence[S], advance: Advance) -> list[A]:
        """The results of all shards or pieces, in their order. `advance` is told the number of those finished."""

    def step(self, name: str, work: Callable[..., R], *args: Any) -> R:  # noqa: ANN401  the work's own arguments
        """The result of one step over the whole corpus."""


def cut_tasks(shards: Sequence[S]) -> list[tuple[S, ...]]:
    """One big shard, or several small ones, a task; the cut does not change any result."""
    tasks: list[list[S]] = []
    filled = 0
    for shard in shards:
        if not tasks or filled + shard.n_bytes > TASK_BYTES:
            tasks.append([])
            filled = 0
        tasks[-1].append(shard)
        filled += shard.n_bytes
    return [tuple(task) for task in tasks]


class Workers(Protocol):
    """Other processes that do the stages' work; a context manager, left when the run ends."""

    def __enter__(self) -> Self: ...

    def __exit__(self, kind: type[BaseException] | None, *_: object) -> None: ...

    @property
    def n_workers(self) -> int:
        """How many there are."""

    def is_worth(self, n_tasks: int) -> bool:
        """Whether the tasks go to other processes: one task alone would only wait for their start."""

    def run(self, work: Work[S, A], task: Sequence[S]) -> list[A]:
        """One task in another process. Raises TransientError if that process was killed."""

    def run_all(self, work: Work[S, A], tasks: Sequence[Sequence[S]]) -> Iterator[list[A]]:
        """The answer of every task, in order; in this process where others are not worth it."""


def workers_of(settings: Settings) -> Workers:
    """The workers that the setting `executor` names."""
    if settings.executor == "processes":
        return Pool(settings)
    from flows.cluster import Cluster  # noqa: PLC0415  it builds on this module

    return Cluster(settings)


class Pool:
    """Processes for the stages' work; started when first needed, kept for the whole run."""

    def __init__(self, settings: Settings) -> None:
        self._settings = settings
        self._executor: ProcessPoolExecutor | None = None
        self._lock = threading.Lock()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, *_: object) -> None:
        if self._executor is None:
            return
        if kind is not None:  # an error or Ctrl-C: nobody waits for what the others are doing
            for process in list((self._executor._processes or {}).values()):  # noqa: SLF001  public from Python 3.14 on
                process.terminate()
        self._executor.shutdown(wait=True, cancel_futures=True)
        self._executor = None

    @property
    def n_workers(self) -> int:
        """See Workers."""
        return self._settings.workers

    def is_worth(self, n_tasks: int) -> bool:
        """See Workers."""
        return min(self._settings.workers, n_tasks) > 1

    def run(self, work: Work[S, A], task: Sequence[S]) -> list[A]:
        """See Workers."""
        return _answer(self._submit(work, task))

    def run_all(self, work: Work[S, A], tasks: Sequence[Sequence[S]]) -> Iterator[list[A]]:
        """See Workers."""
        if not self.is_worth(len(tasks)):
            yield from (work(task, self._settings) for task in tasks)
            return
        futures = [self._submit(work, task) for task in tasks]
        yield from (_answer(future) for future in futures)

    def _submit(self, work: Work[S, A], task: Sequence[S]) -> Future[list[A]]:
        with self._lock:
            try:
                return self._started().submit(work, task, self._settings)
            except BrokenProcessPool:  # a worker was killed, and this is another try
                self._executor = None
                return self._started().submit(work, task, self._settings)

    def _started(self) -> ProcessPoolExecutor:
        if self._executor is None:
            # spawn: fork copies the locks of Prefect's and Arrow's threads in whatever state they are
            context = multiprocessing.get_context("spawn")
            self._executor = ProcessPoolExecutor(
                self._settings.workers, mp_context=context, initializer=_follow_the_parent
            )
        return self._executor


def _follow_the_parent() -> None:
    """In a worker: Ctrl-C is the parent's to answer, and a parent that was killed takes its workers along."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    parent = multiprocessing.parent_process()

    def watch() -> None:
        if parent is not None:
            parent.join()
            os._exit(1)

    threading.Thread(target=watch, daemon=True).start()


def _answer(future: Future[list[A]]) -> list[A]:
    try:
        return future.result()
    except BrokenProcessPool as error:
        raise TransientError(
            "a worker process was killed (out of memory?): run again, it resumes from the shards that are done; "
            "fewer CLEANCOPY_WORKERS or a smaller CLEANCOPY_SHARD_BYTES need less memory"
        ) from error


class DirectEngine:
    """The DAG without Prefect."""

    def __init__(self, workers: Workers) -> None:
        self._workers = workers

    def map(self, stage: str, work: Work[S, A], shards: Sequence[S], advance: Advance) -> list[A]:  # noqa: ARG002  Prefect names its tasks by it
        """See Engine."""
        tasks = cut_tasks(shards)
        results: list[A] = []
        for task, answer in zip(tasks, self._workers.run_all(work, tasks), strict=True):
            results += answer
            advance(len(task))
        return results

    def step(self, name: str, work: Callable[..., R], *args: Any) -> R:  # noqa: ANN401, ARG002
        """See Engine."""
        return work(*args)
