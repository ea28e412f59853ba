"""A Dask cluster does the stages' work: one of the run's own, and one started elsewhere that loses workers or is not like us."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager, suppress
from pathlib import Path
from typing import Any

import pytest

from flows.progress import Silent
from tasks.errors import ConfigError, TransientError
from tests.flows.conftest import World, article
from tests.flows.prefect_database import flows_on_a_server

pytestmark = pytest.mark.slow

N_BATCHES = 3
PATIENCE_SECS = 120
DASK = (str(Path(sys.executable).with_name("dask")),)


class Dask:
    """A scheduler and workers in processes of their own, started in a folder that is not ours."""

    def __init__(self, folder: Path) -> None:
        self.workers: list[subprocess.Popen[bytes]] = []
        self._folder, self._stack = folder, ExitStack()
        file = folder / "scheduler.json"
        self._start("scheduler", "--scheduler-file", str(file), "--port", "0", "--no-dashboard")
        self.address = self._address_in(file)

    @staticmethod
    def _address_in(file: Path) -> str:
        """What the scheduler writes when it is there; Dask's own client may read half of it."""
        deadline = time.monotonic() + PATIENCE_SECS
        while time.monotonic() < deadline:
            with suppress(OSError, ValueError):
                return str(json.loads(file.read_text())["address"])
            time.sleep(0.1)
        raise TimeoutError(file)

    def _start(
        self, *args: str, program: tuple[str, ...] = DASK, **environment: str
    ) -> subprocess.Popen[bytes]:
        process = subprocess.Popen(
            [*program, *args], cwd=self._folder, env={**os.environ, **environment},
            stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
        )  # fmt: skip
        self._stack.callback(process.wait)
        self._stack.callback(process.kill)
        return process

    def add_workers(self, n: int, **started: Any) -> None:
        """More workers, of one process each, without a nanny that would start them again."""
        for _ in range(n):
            self.workers.append(
                self._start("worker", self.address, "--no-nanny", "--nthreads", "1", "--no-dashboard",
                            "--local-directory", str(self._folder), **started)
            )  # fmt: skip
        self._wait_for_workers()

    def have_workers(self, n: int) -> None:
        """Exactly n: of those that live as many as are needed, which have everything imported, and new ones."""
        self.workers = [worker for worker in self.workers if worker.poll() is None]
        for worker in self.workers[n:]:
            worker.kill()
            worker.wait()
        del self.workers[n:]
        self.add_workers(n - len(self.workers))

    def _wait_for_workers(self) -> None:
        from distributed import Client

        deadline = time.monotonic() + PATIENCE_SECS
        with Client(self.address, set_as_default=False) as client:
            while len(client.scheduler_info(n_workers=-1)["workers"]) != len(self.workers):
                assert time.monotonic() < deadline, "waited in vain for the workers to come or go"
                time.sleep(0.1)

    def close(self) -> None:
        self._stack.close()


@pytest.fixture(scope="module")
def dask(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Dask]:
    """One for all tests; each says how many workers it has."""
    cluster = Dask(tmp_path_factory.mktemp("elsewhere"))
    yield cluster
    cluster.close()


@pytest.fixture
def filled(new_world: Callable[..., World], monkeypatch: pytest.MonkeyPatch) -> Callable[..., World]:
    """Makes worlds of the same articles, in which every batch is a task of its own."""
    from flows import engine

    monkeypatch.setattr(engine, "TASK_BYTES", 1)

    def make(name: str, **settings: Any) -> World:
        world = new_world(name, **settings)
        for seed in range(N_BATCHES):
            world.put(f"alpha/2024-02-0{seed + 1}/{seed}.txt", article(seed))
            world.put(f"alpha/2024-02-0{seed + 1}/{seed}-again.txt", article(seed).replace("paid", "given"))
            world.put(f"beta/2024-02-0{seed + 1}/{seed}.txt", article(seed - seed % 2))
        return world

    return make


@pytest.fixture
def expected(filled: Callable[..., World], known: dict[str, str]) -> dict[str, str]:
    """The bytes that a run without any cluster publishes."""
    if not known:
        world = filled("alone")
        world.run()
        known.update(world.bytes_of_tables())
    return known


@pytest.fixture(scope="module")
def known() -> dict[str, str]:
    """Kept for the next test."""
    return {}


@pytest.fixture
def in_pieces(expected: dict[str, str], monkeypatch: pytest.MonkeyPatch) -> dict[str, str]:
    """Even a few articles are exchanged and judged in pieces from here on; what is published without."""
    from tasks.dedup import corpus, growing, packed, regions, settling, work

    for room, name, value in (
        (corpus, "PIECED", 0), (packed, "ENTRIES", 100), (growing, "DEALT_TEXTS", 2), (growing, "MET_BYTES", 2_000),
        (regions, "REGION_WORDS", 300), (regions, "DEALT_TEXTS", 2), (settling, "SETTLED_PAIRS", 1),
        (settling, "KNOWN_PAIRS", 1), (work, "MANY_DOCUMENTS", 0),
    ):  # fmt: skip
        monkeypatch.setattr(room, name, value)
    monkeypatch.setattr("tasks.dedup.evidence.GROUP_DOCS", 1)
    monkeypatch.setattr("tasks.dedup.evidence.GROUP_WORDS", 300)
    return expected


def test_no_scheduler_and_no_workers_are_told(
    filled: Callable[..., World], dask: Dask, monkeypatch: pytest.MonkeyPatch
) -> None:
    from flows import cluster

    dask.have_workers(0)
    monkeypatch.setattr(cluster, "CONNECT_SECS", 2)
    with pytest.raises(ConfigError, match=r"no Dask scheduler answers at tcp://127\.0\.0\.1:1 "):
        filled("nobody", executor="dask:tcp://127.0.0.1:1").run()
    with pytest.raises(
        TransientError, match=rf"at {dask.address} has no workers: start some \(`dask worker "
    ):
        filled("empty", executor=f"dask:{dask.address}").run()


def test_the_pieces_of_dedup_are_done_by_several_workers_and_publish_the_same_bytes(
    filled: Callable[..., World], in_pieces: dict[str, str], dask: Dask
) -> None:
    from distributed import Client, get_task_stream

    dask.have_workers(2)
    world = filled("pieces", executor=f"dask:{dask.address}")
    with Client(dask.address, set_as_default=False) as client, get_task_stream(client) as stream:
        world.run()
    assert world.bytes_of_tables() == in_pieces
    done = Counter(one["key"].partition("-")[0] for one in stream.data)
    assert {name for name in ("deal", "meet", "deal_texts", "judge_regions") if done[name] > 1} == {
        "deal", "meet", "deal_texts", "judge_regions",
    }, done  # fmt: skip
    assert len({one["worker"] for one in stream.data if one["key"].startswith("meet-")}) == 2


def test_a_cluster_of_the_runs_own_publishes_the_same_bytes(
    filled: Callable[..., World], in_pieces: dict[str, str]
) -> None:
    world = filled("own", executor="dask", workers=2)
    world.run()
    assert world.bytes_of_tables() == in_pieces


@pytest.fixture
def server(prefect_database: Path, tmp_path: Path) -> Iterator[None]:
    with flows_on_a_server(prefect_database, tmp_path / "prefect"):
        yield


@pytest.mark.usefixtures("server")
def test_a_flow_on_a_cluster_elsewhere_publishes_the_same_bytes(
    filled: Callable[..., World], in_pieces: dict[str, str], dask: Dask, monkeypatch: pytest.MonkeyPatch
) -> None:
    from prefect.client.orchestration import get_client

    from flows.corpus import corpus

    dask.have_workers(2)
    world = filled("flow")
    for name, value in (
        ("RAW", world.settings.raw), ("DATA", world.settings.data), ("EXECUTOR", f"dask:{dask.address}"),
    ):  # fmt: skip
        monkeypatch.setenv(f"CLEANCOPY_{name}", str(value))
    assert corpus(return_state=True).name == "Completed"
    with get_client(sync_client=True) as client:
        names = [run.name.split()[0] for run in client.read_task_runs() if run.state_name == "Completed"]
    assert world.bytes_of_tables() == in_pieces
    assert [names.count(stage) for stage in ("clean", "dedup")] == [2 * N_BATCHES, 1]
    assert names.count("dedup:") > 4


@pytest.mark.parametrize("stage", ["clean", "dedup: buckets"])
def test_a_worker_that_is_killed_costs_its_work_again_and_nothing_else(
    filled: Callable[..., World], in_pieces: dict[str, str], dask: Dask, stage: str
) -> None:
    dask.have_workers(2)
    world = filled("killed", executor=f"dask:{dask.address}")
    with _killing(dask.workers[0], stage):
        world.run()
    assert dask.workers[0].poll() is not None
    assert world.bytes_of_tables() == in_pieces
    assert not list((world.settings.data / "_data").glob(".tmp-*"))


def test_a_cluster_that_loses_all_workers_ends_the_run(
    filled: Callable[..., World], expected: dict[str, str], dask: Dask, monkeypatch: pytest.MonkeyPatch
) -> None:
    from flows import cluster

    monkeypatch.setattr(cluster, "POLL_SECS", 0.5)
    monkeypatch.setattr(cluster, "LONELY_SECS", 2)
    dask.have_workers(1)
    world = filled("lost", executor=f"dask:{dask.address}")
    with (
        _killing(dask.workers[0], "clean"),
        pytest.raises(TransientError, match="lost all of its workers 2 s ago"),
    ):
        world.run()
    assert world.store.versions() == []
    dask.have_workers(1)
    world.run()
    assert world.bytes_of_tables() == expected


def test_a_worker_that_does_not_see_the_folders_or_has_other_code_is_refused(
    filled: Callable[..., World], dask: Dask
) -> None:
    from flows import cluster

    dask.have_workers(1)
    world = filled("other", executor=f"dask:{dask.address}")
    real = cluster.made_by
    other = {"version of pyarrow": "0.1", "code of clean": "x"}
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(cluster, "made_by", lambda settings: {**real(settings), **other})
        with pytest.raises(
            ConfigError, match="would make other bytes, by its code of clean, version of pyarrow: "
        ):
            world.run()
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(cluster.Order, "__reduce__", _without_its_sign)
        with pytest.raises(ConfigError, match=f"does not see the data folder {world.settings.data} and "):
            world.run()
    assert world.store.versions() == []


def test_a_worker_without_cleancopy_is_refused(
    filled: Callable[..., World], dask: Dask, tmp_path: Path
) -> None:
    """Beside one that has it."""
    libraries = tmp_path / "libraries"
    libraries.mkdir()
    for path in Path(pytest.__file__).parent.parent.iterdir():
        if "cleancopy" not in path.name:
            (libraries / path.name).symlink_to(path)
    dask.have_workers(1)
    dask.add_workers(1, program=(sys.executable, "-S", "-m", "dask"), PYTHONPATH=str(libraries))
    world = filled("without", executor=f"dask:{dask.address}")
    with pytest.raises(ConfigError, match=r"^1 of 2 Dask workers, tcp://.* where Cleancopy is not installed"):
        world.run()
    assert world.store.versions() == []


def test_a_worker_that_does_not_reach_prefects_server_is_told(
    filled: Callable[..., World], dask: Dask
) -> None:
    from flows.cluster import Cluster

    dask.have_workers(1)
    world = filled("far", executor=f"dask:{dask.address}")
    with (
        Cluster(world.settings) as workers,
        pytest.raises(
            ConfigError, match=r"^1 of 1 Dask workers, tcp://.* do not reach Prefect's server at http://127"
        ),
    ):
        workers.check_reach("http://127.0.0.1:1/api")


def _without_its_sign(order: Any) -> Any:
    return type(order), (order.work, order.settings, order.made_by, order.sign.with_name("elsewhere"))


@contextmanager
def _killing(worker: subprocess.Popen[bytes], at: str) -> Iterator[None]:
    """Kills a worker when that stage begins."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(Silent, "begin", lambda _self, stage, _n: stage == at and worker.kill())
        yield
