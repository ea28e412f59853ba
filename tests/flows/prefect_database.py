"""A home of Prefect whose database is there: an empty one is migrated through all of Prefect's past, half a minute of work.

What a newcomer's first run does in an empty home is shown by tests/test_readme.py, and what `up` does there by test_up.
"""

from __future__ import annotations

import fcntl
import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

NAME = "prefect.db"
MAKE = "import asyncio, prefect.server.database as d; asyncio.run(d.provide_database_interface().create_db())"


def migrated(folder: Path) -> Path:
    """The database as Prefect makes it in an empty home, made once for all processes that name the same folder."""
    home = folder / "prefect-home"
    home.mkdir(exist_ok=True)
    with (home / "lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not (home / "done").exists():
            environment = {k: v for k, v in os.environ.items() if not k.startswith("PREFECT_")}
            subprocess.run(
                [sys.executable, "-c", MAKE], env={**environment, "PREFECT_HOME": str(home)}, check=True
            )
            (home / "done").touch()
    assert not (home / f"{NAME}-wal").exists(), "a copy would lack what is in the log"
    return home / NAME


def put_database(made: Path, home: Path) -> None:
    """A copy of it in a home."""
    home.mkdir(parents=True, exist_ok=True)
    shutil.copyfile(made, home / NAME)


@contextmanager
def flows_on_a_server(made: Path, home: Path) -> Iterator[None]:
    """Flows of this process run on a server of their own, which has a copy of the database."""
    from flows.prefect_home import prepare

    prepare()
    from prefect.testing import utilities

    folder = tempfile.mkdtemp()  # the harness makes one, and deletes it at the end
    shutil.copyfile(made, Path(folder) / "prefect-test.db")
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("PREFECT_HOME", str(home))
        patch.setattr(utilities, "mkdtemp", lambda: folder)
        with utilities.prefect_test_harness(server_startup_timeout=120):
            yield
