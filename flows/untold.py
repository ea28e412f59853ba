"""Runs of the command line whose end their server may not have heard: told by the next run, or by `up`.

A run leaves a small file in Prefect's folder, locked as long as its process lives. Where the server or the
process goes away before the end was told, the run stays Running in that server's history, and the file knows better.
"""

from __future__ import annotations

import fcntl
import http.client
import json
import time
import urllib.error
from contextlib import suppress
from pathlib import Path
from typing import IO, TYPE_CHECKING, Any

from flows.prefect_home import home
from flows.serving_api import UNFINISHED, Api

if TYPE_CHECKING:
    from prefect.client.schemas.objects import State

FOLDER = "runs"  # inside PREFECT_HOME
KEPT_SECS = 30 * 24 * 3600  # of a run of a server that was not asked since
NOT_FOUND = 404
LATER = "(told later: the server was gone when the run ended)"
CRASHED = "CRASHED"
GONE = {
    "type": CRASHED,
    "name": "Crashed",
    "message": "its process was gone before it told of an end; run it again, it resumes from the shards that are done",
}

_held: dict[str, IO[bytes]] = {}  # of this process's runs: closed, a file would say that its process is gone


def begin(run_id: str) -> None:
    """From now on the run is known here. Never an error of the run itself: at worst it stays Running in the history."""
    with suppress(OSError):
        path = _path(run_id)
        path.parent.mkdir(parents=True, exist_ok=True)
        fresh = path.with_suffix(
            ".new"
        )  # found only once it is locked: else `tell` takes the run for a dead one
        _held[run_id] = fresh.open("wb", buffering=0)  # nothing is left to fail at its end
        fcntl.flock(_held[run_id], fcntl.LOCK_EX)
        fresh.rename(path)


def end(run_id: str, state: State[Any]) -> None:
    """How it ended, before its server is told."""
    if file := _held.get(run_id):
        kept = {"type": state.type.value, "name": state.name or "", "message": state.message or ""}
        with suppress(OSError):
            file.write(json.dumps(kept).encode())


def forget(run_id: str) -> None:
    """Its server knows how it ended."""
    with suppress(OSError):
        _path(run_id).unlink(missing_ok=True)
    if file := _held.pop(run_id, None):
        file.close()


def tell(api: Api) -> None:
    """Tells a server how the runs ended that it takes for unfinished. What cannot be told stays for the next time."""
    with suppress(OSError, ValueError, http.client.HTTPException):
        for path in sorted((home() / FOLDER).glob("*.json")):
            _tell(api, path)


def _tell(api: Api, path: Path) -> None:
    with path.open(encoding="utf-8") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:  # its process lives
            return
        try:
            run = api.call("GET", f"/flow_runs/{path.stem}")
        except urllib.error.HTTPError as error:
            if error.code != NOT_FOUND:
                raise
            if path.stat().st_mtime < time.time() - KEPT_SECS:
                path.unlink()
            return
        state, end = (run.get("state") or {}).get("type"), _end_of(file.read())
        # a server that was silent misses heartbeats too, and then takes a run that ended for a dead one
        if state in UNFINISHED or (state == CRASHED and end["type"] != CRASHED):
            api.set_state(path.stem, end)
        path.unlink()


def _end_of(left: str) -> dict[str, Any]:
    try:
        state: dict[str, Any] = json.loads(left)
    except ValueError:  # none was left, or half of one
        return GONE
    return {**state, "message": f"{state['message']} {LATER}"}


def _path(run_id: str) -> Path:
    return home() / FOLDER / f"{run_id}.json"
