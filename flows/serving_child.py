"""Processes of `up`: each in a session of its own, so that the terminal's Ctrl-C does not reach it, and none outlives `up`."""

from __future__ import annotations

import contextlib
import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Mapping
from pathlib import Path

POLL_SECS = 0.1
STDIN = 0


class Child:
    """`python -m MODULE ARGS`, with everything it starts."""

    def __init__(self, module: str, *args: str, env: Mapping[str, str], log: Path | None = None) -> None:
        out = log.open("ab") if log else None
        self.process = subprocess.Popen(  # noqa: S603  our own modules
            [sys.executable, "-m", module, *args],
            stdin=subprocess.PIPE, stdout=out, stderr=out, env=dict(env), start_new_session=True,
        )  # fmt: skip
        if out:
            out.close()

    @property
    def is_alive(self) -> bool:
        """Whether the process itself runs."""
        return self.process.poll() is None

    def wait(self, secs: float) -> bool:
        """Whether it ended within so many seconds."""
        with contextlib.suppress(subprocess.TimeoutExpired):
            self.process.wait(secs)
        return not self.is_alive

    def signal(self, number: signal.Signals) -> None:
        """To the process alone."""
        if self.is_alive:
            self.process.send_signal(number)

    def end_group(self, grace_secs: float) -> None:
        """Ends it and everything it started: asked first and killed after the grace; without one at once.

        A run that is asked tells its server an end of its own, in words that say less than ours.
        """
        deadline = time.monotonic() + grace_secs
        if grace_secs and self._to_group(signal.SIGTERM):
            while time.monotonic() < deadline and self._to_group(0):
                self.process.poll()  # a zombie leader would keep its group in being
                time.sleep(POLL_SECS)
        self._to_group(signal.SIGKILL)
        self.process.wait()

    def _to_group(self, number: int) -> bool:
        try:
            os.killpg(self.process.pid, number)
        except (ProcessLookupError, PermissionError):  # macOS says EPERM for a group of zombies
            return False
        return True


def end_with_parent(end: Callable[[], None]) -> None:
    """Calls `end` when the parent is gone, however it went: its end of our standard input closes."""

    def watch() -> None:
        while os.read(STDIN, 1):  # not sys.stdin: its lock, held here, is fatal at the interpreter's end
            pass
        end()

    threading.Thread(target=watch, name="parent-watch", daemon=True).start()
