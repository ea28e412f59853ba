"""`cleancopy` in processes of its own: killed at the n-th write, raced, met by a full disk.

One warm process forks a child for every command, so that a test does not pay for Great Expectations' import
each time; the child then is the command line, `main()` with everything behind it. A request is a list of
commands that start together; the answer has exit code (negative: the signal), output and figures of each.
"""

from __future__ import annotations

import errno
import gc
import importlib
import itertools
import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Self

CHECKOUT = Path(__file__).parents[2]
# Every call by which the store changes the disk.
MOMENTS = ("rename", "replace", "link", "fsync", "unlink", "rmdir", "mkdir")
# The pure functions: what a resumed run should not call again for what is there.
STAGES = {
    "tasks.ingest.work": "read_documents",
    "tasks.clean.work": "clean_documents",
    "tasks.entities.work": "tag_documents",
    "tasks.dedup.work": "sign_documents",
}
PATIENCE_SECS = 120.0


@dataclass(frozen=True)
class Command:
    """One call of the command line.

    die_at: SIGKILL itself before or after this call that changes the disk. meet: a name shared by commands
    that wait for each other right before they commit; meet_n: how many they are. vanish: a file that is
    deleted once the inventory was taken, or that holds `becomes` from then on. lose_an_article: dedup forgets one,
    which its gate must see. full_at: from the n-th call that changes the disk on there is no room on it.
    """

    args: tuple[str, ...]
    cwd: str = "/"
    environment: tuple[tuple[str, str], ...] = ()
    die_at: int = 0
    meet: str = ""
    meet_n: int = 2
    vanish: str = ""
    becomes: str = ""
    full_at: int = 0
    lose_an_article: bool = False


@dataclass(frozen=True)
class Answer:
    """What came of it. moments: calls that changed the disk; calls: stage functions that came to their end."""

    code: int
    stdout: str
    stderr: str
    moments: int
    calls: dict[str, int]

    @property
    def json(self) -> Any:
        return json.loads(self.stdout)


class Commands:
    """The warm process, from the test's side."""

    def __init__(self, folder: Path) -> None:
        environment = {**os.environ, "NO_COLOR": "1", "OMP_NUM_THREADS": "1", "PYTHONPATH": str(CHECKOUT)}
        self._process = subprocess.Popen(
            [sys.executable, __file__, str(folder)], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True,
            env=environment, cwd=folder,
        )  # fmt: skip

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        assert self._process.stdin is not None
        self._process.stdin.close()
        self._process.wait(timeout=PATIENCE_SECS)

    def together(self, *commands: Command) -> list[Answer]:
        """Starts all of them at once and waits for all."""
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        self._process.stdin.write(json.dumps([vars(one) for one in commands]) + "\n")
        self._process.stdin.flush()
        line = self._process.stdout.readline()
        assert line, f"the warm process died with {self._process.wait()}"
        return [Answer(**one) for one in json.loads(line)]

    def __call__(self, *args: object, **given: Any) -> Answer:
        return self.together(Command(tuple(map(str, args)), **given))[0]


# the other side


def main(scratch: Path) -> None:
    """Answers requests until standard input ends."""
    _warm(scratch)
    numbers = itertools.count()
    for line in sys.stdin:
        started = [_start(Command(**one), scratch / str(next(numbers))) for one in json.loads(line)]
        sys.stdout.write(json.dumps([_end(pid, folder) for pid, folder in started]) + "\n")
        sys.stdout.flush()


def _warm(scratch: Path) -> None:
    """One run in this process: every child finds the modules, rules and models of one loaded."""
    import pyarrow as pa

    pa.set_cpu_count(1)
    pa.set_io_thread_count(1)
    from flows.cli import COMMANDS

    for name in COMMANDS:
        importlib.import_module(f"flows.cli.{name}")
    from flows.cli import render  # noqa: F401
    from flows.dag import Dag
    from flows.engine import DirectEngine, workers_of
    from flows.progress import Silent
    from flows.reporting import report_on
    from flows.request import run_request
    from flows.summary import summarize
    from tasks.settings import Settings
    from tests.flows.conftest import article

    folder = scratch / "warm"
    for seed in range(2):
        file = folder / f"raw/alpha/2024-02-0{seed + 1}/{seed}.txt"
        file.parent.mkdir(parents=True)
        file.write_text(article(seed))
    settings = Settings(raw=folder / "raw", data=folder / "data", workers=1)
    with workers_of(settings) as workers:
        outcome = Dag(run_request(settings), settings, DirectEngine(workers), Silent()).run()
    summarize(outcome, settings, report_on(outcome, settings))
    gc.collect()
    gc.freeze()  # a child's collector leaves the pages that it shares with this process alone


def _start(command: Command, folder: Path) -> tuple[int, Path]:
    folder.mkdir(parents=True)
    pid = os.fork()
    if pid == 0:
        code = 70
        try:
            code = _be(command, folder)
        finally:
            os._exit(code)
    return pid, folder


def _end(pid: int, folder: Path) -> dict[str, Any]:
    code = os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1])
    calls: dict[str, int] = {}
    log = folder / "calls"
    for name in log.read_text().split() if log.exists() else ():
        calls[name] = calls.get(name, 0) + 1
    moments = folder / "moments"
    return {
        "code": code, "stdout": (folder / "out").read_text(), "stderr": (folder / "err").read_text(), "calls": calls,
        "moments": int(moments.read_text()) if moments.exists() else 0,
    }  # fmt: skip


def _be(command: Command, folder: Path) -> int:
    """The command line, in the forked child."""
    os.setsid()
    os.chdir(command.cwd)
    os.environ.update(dict(command.environment))
    for number, name, flags in ((0, os.devnull, os.O_RDONLY), (1, folder / "out", os.O_WRONLY | os.O_CREAT),
                                (2, folder / "err", os.O_WRONLY | os.O_CREAT)):  # fmt: skip
        os.dup2(os.open(name, flags), number)
    sys.stdin, sys.stdout, sys.stderr = os.fdopen(0), os.fdopen(1, "w"), os.fdopen(2, "w")
    _log_calls(folder / "calls")
    if command.vanish:
        _vanish_after_the_inventory(command.vanish, command.becomes)
    if command.lose_an_article:
        _lose_an_article()
    if command.meet:
        _meet_before_the_commit(folder.parent / command.meet, command.meet_n)
    moments = _die_at(command.die_at, command.full_at)
    from flows import cli

    sys.argv = ["cleancopy", *command.args]
    code: object = 70
    try:
        cli.main()
    except SystemExit as done:
        code = done.code
    except BaseException:  # noqa: BLE001  what a bare interpreter would do
        import traceback

        traceback.print_exc()
        code = 1
    (folder / "moments").write_text(str(moments()))
    sys.stdout.flush()
    sys.stderr.flush()
    return code if isinstance(code, int) else 0 if code is None else 1


def _die_at(nth: int, full_at: int) -> Callable[[], int]:
    """SIGKILL at the n-th moment, or a full disk from then on; gives the number of moments so far."""
    counted, here = [0], Path.cwd()

    def needs_room(name: str, at: Any) -> bool:  # in this folder; that of temporary files has room
        return name not in {"unlink", "rmdir"} and (
            isinstance(at, int) or Path(at).absolute().is_relative_to(here)
        )

    def tick() -> None:
        counted[0] += 1
        if counted[0] == nth:
            os.kill(os.getpid(), signal.SIGKILL)

    def watched(call: Callable[..., Any]) -> Callable[..., Any]:
        def run(*args: Any, **options: Any) -> Any:
            tick()
            if full_at and counted[0] >= full_at and needs_room(call.__name__, args[0]):
                raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC), str(args[0]))
            try:
                return call(*args, **options)
            finally:
                tick()

        return run

    os.fsync = lambda _: None  # a moment like the others; but SIGKILL loses nothing that was written
    for name in MOMENTS:
        setattr(os, name, watched(getattr(os, name)))
    return lambda: counted[0]


def _log_calls(log: Path) -> None:
    """Each stage function that comes to its end writes its name down."""
    handle = os.open(log, os.O_WRONLY | os.O_CREAT | os.O_APPEND)

    def logged(name: str, call: Callable[..., Any]) -> Callable[..., Any]:
        def run(*args: Any, **options: Any) -> Any:
            answer = call(*args, **options)
            if name == "read_documents":  # an iterator: done when it was read
                answer = list(answer)
            os.write(handle, f"{name}\n".encode())
            return answer

        return run

    for module, name in STAGES.items():
        place = importlib.import_module(module)
        setattr(place, name, logged(name, getattr(place, name)))


def _meet_before_the_commit(folder: Path, n: int) -> None:
    """The first commit of every process waits until all of them stand there."""
    from tasks.versions.store import Store

    commit, met = Store.commit, [False]

    def wait_and_commit(store: Any, candidate: Any) -> Any:
        if not met[0]:
            met[0] = True
            folder.mkdir(exist_ok=True)
            (folder / str(os.getpid())).touch()
            give_up = time.monotonic() + PATIENCE_SECS
            while len(list(folder.iterdir())) < n and time.monotonic() < give_up:
                time.sleep(0.01)
        return commit(store, candidate)

    Store.commit = wait_and_commit  # type: ignore[method-assign]


def _vanish_after_the_inventory(path: str, becomes: str) -> None:
    from flows import request

    take = request.take_inventory

    def take_and_delete(*args: Any) -> Any:
        answer = take(*args)
        Path(path).unlink()
        if becomes:
            Path(path).write_text(becomes)
        return answer

    request.take_inventory = take_and_delete


def _lose_an_article() -> None:
    from dataclasses import replace

    from tasks.dedup import work

    find = work._find

    def find_less(*args: Any) -> Any:
        found, kept = find(*args)
        return replace(found, clusters=found.clusters.slice(1)), kept

    work._find = find_less


if __name__ == "__main__":
    main(Path(sys.argv[1]))
