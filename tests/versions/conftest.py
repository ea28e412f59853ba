"""Fixtures of the store's tests; the small tables they publish are in `store_worlds`."""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
from pathlib import Path

import pytest

HERE = Path(__file__).parent
sys.path.insert(0, str(HERE))


@pytest.fixture
def store(tmp_path):
    from tasks.versions.store import Store

    return Store(tmp_path / "data")


@pytest.fixture
def start():
    """Start `store_processes.py` with the words given; whoever still runs at the end is killed."""
    running = []

    def run(*words):
        command = [sys.executable, str(HERE / "store_processes.py"), *map(str, words)]
        checkout = (
            HERE.parent.parent
        )  # first on the path: the code beside these tests, wherever it is installed
        options = {"cwd": checkout, "env": os.environ | {"PYTHONPATH": str(checkout)}}
        running.append(subprocess.Popen(command, stdout=subprocess.PIPE, text=True, **options))
        return running[-1]

    yield run
    for process in running:
        process.kill()
        process.wait()


@pytest.fixture
def quick_path(tmp_path):
    """A folder in memory where there is one: a flush costs nothing there, and a kill is survived all the same."""
    memory = Path("/dev/shm")
    if not os.access(memory, os.W_OK):
        yield tmp_path
        return
    with tempfile.TemporaryDirectory(dir=memory, ignore_cleanup_errors=True) as folder:
        yield Path(folder)


@pytest.fixture
def tiny_disk(tmp_path):
    """A file system of 2 MB; needs the right to mount one."""
    folder = tmp_path / "disk"
    folder.mkdir()
    done = subprocess.run(
        ["mount", "-t", "tmpfs", "-o", "size=2m", "tmpfs", folder],
        capture_output=True,
        text=True,
        check=False,
    )
    if done.returncode:
        pytest.skip(f"needs root: mount -t tmpfs -o size=2m tmpfs {folder} said {done.stderr.strip()}")
    yield folder
    subprocess.run(["umount", folder], check=True)
