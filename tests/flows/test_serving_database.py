"""A failed statement of Prefect's server must not stop its event loop when Python frees it."""

from __future__ import annotations

import asyncio
import gc
import sqlite3
from pathlib import Path

import aiosqlite
import pytest

from flows.serving_database import CALLS, close_failed_cursors

LOCK_SECS = 5


@pytest.fixture
def closed_in_time(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in CALLS:  # to be taken back
        monkeypatch.setattr(aiosqlite.Cursor, name, getattr(aiosqlite.Cursor, name))
    close_failed_cursors()


@pytest.mark.usefixtures("closed_in_time")
def test_a_failed_statement_is_freed_while_its_connection_waits_for_a_lock(tmp_path: Path) -> None:
    """Else the loop stands still, the lock is never given back, and the wait for it fails."""
    asyncio.run(_fail_and_wait(tmp_path / "server.db"))


async def _fail_and_wait(path: Path) -> None:
    async with (
        aiosqlite.connect(path, timeout=LOCK_SECS, isolation_level=None) as waiting,
        aiosqlite.connect(path, timeout=LOCK_SECS, isolation_level=None) as holding,
    ):
        await waiting.execute("pragma journal_mode = wal")
        await waiting.execute("create table rows (id primary key)")
        await waiting.execute("insert into rows values (1)")
        failed = await waiting.cursor()
        with pytest.raises(sqlite3.IntegrityError):
            await failed.execute("insert into rows values (1)")
        await waiting.rollback()  # its thread holds what it answered last

        await holding.execute("begin immediate")
        insert = asyncio.create_task(waiting.execute("insert into rows values (2)"))
        await asyncio.sleep(0.5)  # it waits for the lock now, in its thread
        del failed
        gc.collect()
        await holding.commit()
        await insert
