"""The file that a run leaves of itself; what is made of it on a server: test_prefect."""

from __future__ import annotations

import fcntl
from pathlib import Path

import pytest

from flows import untold


def test_a_living_run_is_never_seen_without_its_lock(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PREFECT_HOME", str(tmp_path))
    seen: list[bool] = []
    lock = fcntl.flock

    def locked(file: object, how: int) -> None:
        seen.append(untold._path("run").exists())
        lock(file, how)  # type: ignore[arg-type]  # whatever untold locks

    monkeypatch.setattr(fcntl, "flock", locked)
    untold.begin("run")
    assert seen == [False]
    assert untold._path("run").exists()
    with untold._path("run").open("rb") as other, pytest.raises(BlockingIOError):
        lock(other, fcntl.LOCK_EX | fcntl.LOCK_NB)
    untold.forget("run")
    assert list((tmp_path / untold.FOLDER).iterdir()) == []
