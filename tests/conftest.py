"""Fixtures that every room's tests share."""

from __future__ import annotations

import os
import signal
from pathlib import Path

import pytest
from hypothesis import settings

# The same examples on every machine: a failure is the change's, not the day's. Search on with `--hypothesis-profile=default`.
settings.register_profile("same", derandomize=True, deadline=None)
settings.load_profile("same")

CHECKOUT = Path(__file__).parent.parent
MAX_WORKERS = 8
LONGEST = {
    "test_deploy.py",
    "test_up.py",
    "test_cluster.py",
    "test_readme.py",
    "test_browser.py",
}  # minutes each, most of it waiting


@pytest.fixture(scope="session")
def shared() -> Path:
    """The folder with the real articles and development sets; only our own machines have it."""
    folder = Path(os.environ.get("CLEANCOPY_SHARED", CHECKOUT.parent / "shared"))
    if not (folder / "seeds").is_dir():
        if os.environ.get("CI"):
            pytest.fail(f"{folder} is missing: in CI nothing is skipped")
        pytest.skip(f"{folder} is not here: the real articles are not part of the project")
    return folder


def pytest_configure() -> None:
    """A shell starts its background jobs deaf to Ctrl-C, and what the tests start would inherit it."""
    if signal.getsignal(signal.SIGINT) is signal.SIG_IGN:
        signal.signal(signal.SIGINT, signal.default_int_handler)


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """The longest files go first, then those that start processes: with `-n auto` no worker is left alone at the end."""
    slow = {item.path for item in items if item.get_closest_marker("slow")}
    items.sort(key=lambda item: (item.path.name not in LONGEST, item.path not in slow))


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_auto_num_workers() -> int:
    """For `-n auto`: one more than there are cores, as many tests wait; each worker takes up to a gigabyte."""
    return min(len(os.sched_getaffinity(0)) + 1, MAX_WORKERS)


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """In CI a skipped test is a missing install step: name it, loudly."""
    if os.environ.get("CI") and terminalreporter.stats.get("skipped"):
        terminalreporter.write_sep("=", "skipped in CI, where nothing may be", red=True)


@pytest.hookimpl(trylast=True)
def pytest_sessionfinish(session: pytest.Session, exitstatus: int) -> None:
    """In CI a run with a skipped test fails."""
    reporter = session.config.pluginmanager.get_plugin("terminalreporter")
    if os.environ.get("CI") and exitstatus == 0 and reporter and reporter.stats.get("skipped"):
        session.exitstatus = pytest.ExitCode.TESTS_FAILED
