"""Memory of dedup: what is kept lies in large pages, where the system has them."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

# In a process of its own: it is asked once, and what a test run has in memory lies elsewhere.
TAKES = """
from pathlib import Path
from tasks.dedup.memory import ask_for_large_pages, keep_memory

def asked():
    told = Path("/proc/self/smaps")
    lines = told.read_text().splitlines() if told.exists() else []
    return sum(" hg" in line for line in lines if line.startswith("VmFlags"))

before = asked()
keep_memory()
ask_for_large_pages()
first = asked()
ask_for_large_pages()
print(before, first, asked())
"""


def has_large_pages() -> bool:
    """Whether this system has them, and tells which memory they were asked for."""
    told = Path("/proc/self/smaps")
    return (
        Path("/sys/kernel/mm/transparent_hugepage").exists()
        and told.exists()
        and "VmFlags" in told.read_text()
    )


def test_large_pages_are_asked_for_once_and_cost_nothing_where_there_are_none() -> None:
    """One region more has the mark after the first call, none after the second; elsewhere nothing happens."""
    done = subprocess.run([sys.executable, "-c", TAKES], capture_output=True, text=True, check=True)
    before, first, second = map(int, done.stdout.split())
    assert (first - before, second - first) == (int(has_large_pages()), 0)
