"""Cluster: Dask workers in place of our own processes, on this machine or on many that see the same data folder.

What a worker is given and gives back are references. Before each work it is held against the process that sent it: the
same code, the same libraries, the same folders; else the same documents would not give the same bytes.
"""

from __future__ import annotations

import logging
import threading
import uuid
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from functools import lru_cache
from importlib import import_module
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from types import ModuleType
from typing import Any, Self

from flows.engine import A, R, S, Work
from flows.serving_api import Api
from tasks.errors import ConfigError, TransientError
from tasks.recipes import shared_code
from tasks.settings import Settings
from tasks.versions.folder import scratch_in

CONNECT_SECS = 30
POLL_SECS = 5
LONELY_SECS = 60  # a worker that is started again is there before
# What rounds, compresses and sorts.
LIBRARIES = ("cleancopy", "numpy", "pandas", "pyarrow", "scipy")
# Dask runs as many works in one process as that has threads; they are processor work, and hold shards.
_one_at_a_time = threading.Lock()


@dataclass(frozen=True, slots=True)
class Order:
    """Work as a worker is sent it: the work, and what must be true there. sign: a file in the data folder."""

    work: Work[Any, Any]  # of any stage
    settings: Settings
    made_by: Mapping[str, str]
    sign: Path

    def __call__(self, shards: Sequence[Any]) -> list[Any]:
        """Runs it in this process. Raises ConfigError where this process is not like the one that sent it."""
        if not self.sign.is_file() or not self.settings.raw.is_dir():
            raise ConfigError(
                f"{_here()} does not see the data folder {self.settings.data} and {self.settings.raw}: mount both "
                "there under the same paths"
            )
        ours = made_by(self.settings)
        if differs := sorted(name for name, value in self.made_by.items() if ours.get(name) != value):
            raise ConfigError(
                f"{_here()} would make other bytes, by its {', '.join(differs)}: install the same checkout and "
                "libraries there, and start it again"
            )
        with _one_at_a_time:
            return self.work(shards, self.settings)


class Cluster:
    """See flows.engine.Workers. Connected, or started on this machine, when first needed."""

    def __init__(self, settings: Settings) -> None:
        # a worker was started in another folder
        self._settings = settings.model_copy(
            update={"raw": settings.raw.absolute(), "data": settings.data.absolute()}
        )
        self._address = settings.executor.partition(":")[2]
        self._stack = ExitStack()
        self._client: Any = None  # distributed's, which has no types
        self._sign = Path()
        self._lock = threading.Lock()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._stack.close()
        self._client = None

    @property
    def n_workers(self) -> int:
        """Worker processes at this moment."""
        return max(1, len(self.client.scheduler_info(n_workers=-1)["workers"]))

    @property
    def address(self) -> str:
        """Of the scheduler."""
        return str(self.client.scheduler_info(n_workers=0)["address"])

    @property
    def client(self) -> Any:  # noqa: ANN401  distributed.Client, which has no types
        """The connection to the scheduler. Raises ConfigError, TransientError."""
        self._connect()
        return self._client

    def _connect(self) -> None:
        with self._lock:
            if self._client is None:
                self._client = self._connected()

    def is_worth(self, n_tasks: int) -> bool:
        """See flows.engine.Workers."""
        return n_tasks > 1

    def order(self, work: Work[Any, Any]) -> Order:
        """What a worker is to be sent for this work."""
        self._connect()  # the sign is there from then on
        return Order(work, self._settings, made_by(self._settings), self._sign)

    def run(self, work: Work[S, A], task: Sequence[S]) -> list[A]:
        """See flows.engine.Workers."""
        future = self.client.submit(self.order(work), task, key=_key(work))
        return self.watched(future, future.result)

    def run_all(self, work: Work[S, A], tasks: Sequence[Sequence[S]]) -> Iterator[list[A]]:
        """See flows.engine.Workers."""
        if not self.is_worth(len(tasks)):
            yield from (work(task, self._settings) for task in tasks)
            return
        order = self.order(work)
        futures = [self.client.submit(order, task, key=_key(work)) for task in tasks]
        yield from (self.watched(future, future.result) for future in futures)

    def watched(self, future: Any, ask: Callable[[], R]) -> R:  # noqa: ANN401  distributed.Future, which has no types
        """What `ask` answers when the work of the future is done.

        Raises the work's own error; TransientError if workers or scheduler were lost over it: Dask itself gives work of a
        lost worker to three others, and waits without end where there is none.
        """
        done = threading.Event()
        future.add_done_callback(lambda _: done.set())
        alone = 0
        while not done.wait(POLL_SECS):
            alone = 0 if self._has_workers() else alone + 1
            if alone * POLL_SECS >= LONELY_SECS:
                raise TransientError(
                    f"the Dask scheduler lost all of its workers {LONELY_SECS} s ago: start some and run again, it resumes "
                    "from the shards that are done"
                )
        with lost_workers_told():
            return ask()

    def check_reach(self, url: str) -> None:
        """Raises ConfigError if a worker does not reach Prefect's server, which its tasks tell of themselves."""
        with lost_workers_told():
            answers = self.client.run(_reaches, url)
        _check_all(
            answers,
            f"do not reach Prefect's server at {url}: start one on an address that they see and set PREFECT_API_URL, or run "
            "with --direct",
        )

    def _has_workers(self) -> bool:
        with lost_workers_told():
            return bool(self.client.scheduler_info(n_workers=1)["workers"])

    def _connected(self) -> Any:  # noqa: ANN401  distributed.Client, which has no types
        distributed = library("distributed")
        logging.getLogger("distributed").setLevel(logging.ERROR)  # how it connects, closes and waits
        self._sign = self._stack.enter_context(scratch_in(self._settings.data)) / "sign"
        self._sign.touch()
        if not self._address:
            # memory_limit: from 80 % of it on a worker takes no more work, and would wait for ever
            local = distributed.LocalCluster(
                n_workers=self._settings.workers, threads_per_worker=1, memory_limit=0, dashboard_address=None,
                silence_logs=logging.ERROR,
            )  # fmt: skip
            self._stack.enter_context(local)
            return self._stack.enter_context(distributed.Client(local, set_as_default=False))
        try:
            client = self._stack.enter_context(
                distributed.Client(self._address, set_as_default=False, timeout=CONNECT_SECS)
            )
        except (OSError, ValueError) as error:
            raise ConfigError(
                f"no Dask scheduler answers at {self._address} ({error}): start it, or correct CLEANCOPY_EXECUTOR"
            ) from error
        try:
            client.wait_for_workers(1, timeout=CONNECT_SECS)
        except TimeoutError as error:
            raise TransientError(
                f"the Dask scheduler at {self._address} has no workers: start some "
                f"(`dask worker {self._address} --nthreads 1`) and run again"
            ) from error
        with lost_workers_told():
            found = client.run(version, LIBRARIES[0], on_error="return")  # a function that any worker has
        _check_all(
            {worker: not isinstance(there, PackageNotFoundError) for worker, there in found.items()},
            "run where Cleancopy is not installed: install the same checkout there, and start them again",
        )
        return client


def library(name: str) -> ModuleType:
    """A module of the extra `dask`. Raises ConfigError that says how to install it."""
    try:
        return import_module(name)
    except ImportError as error:
        raise ConfigError(f"executor 'dask' needs more libraries ({error}): uv run --extra dask cleancopy ...") from error  # fmt: skip


@contextmanager
def lost_workers_told() -> Iterator[None]:
    """TransientError for a cluster that lost its workers, or its scheduler, while work was out."""
    from distributed import KilledWorker  # noqa: PLC0415
    from distributed.client import FutureCancelledError  # noqa: PLC0415
    from distributed.comm import CommClosedError  # noqa: PLC0415

    try:
        yield
    except KilledWorker as error:
        raise TransientError(
            "the same work ended one Dask worker after the other (out of memory?): run again, it resumes from the "
            "shards that are done; a smaller CLEANCOPY_SHARD_BYTES needs less memory"
        ) from error
    except (CommClosedError, FutureCancelledError) as error:
        raise TransientError(
            "the Dask scheduler went away: start it and run again, it resumes from the shards that are done"
        ) from error


@lru_cache(maxsize=2)
def made_by(settings: Settings) -> dict[str, str]:
    """What the bytes that this process makes depend on: code, rules and models of the stages, versions of libraries."""
    code = {f"code of {room}": digest for room, digest in shared_code(settings).items()}
    return {**code, **{f"version of {name}": version(name) for name in LIBRARIES}}


def _key(work: Work[Any, Any]) -> str:
    """What Dask calls one task of this work; its dashboard groups them by what stands before the dash."""
    return f"{work.__name__}-{uuid.uuid4().hex}"


def _check_all(answers: Mapping[str, bool], words: str) -> None:
    """Raises ConfigError that says of how many workers, and of which first, something is not true. answers: by worker."""
    if wrong := sorted(worker for worker, is_right in answers.items() if not is_right):
        raise ConfigError(f"{len(wrong)} of {len(answers)} Dask workers, {wrong[0]} the first, {words}")


def _reaches(url: str) -> bool:
    return Api(url).is_healthy()


def _here() -> str:
    from distributed import get_worker  # noqa: PLC0415

    return f"the Dask worker {get_worker().address}"
