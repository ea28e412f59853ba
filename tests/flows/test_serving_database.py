"""What flows/serving_database.py mends in Prefect's server, against real SQLite."""

from __future__ import annotations

import asyncio
import gc
import sqlite3
from pathlib import Path

import aiosqlite
import pytest

from flows.serving_database import CALLS, close_failed_cursors, lock_before_counting

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


def test_two_events_that_are_counted_at_once_are_both_counted(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """By Prefect itself the second is refused: it read before the first one wrote."""
    from prefect.server.events import triggers

    monkeypatch.setattr(triggers, "automations_session", triggers.automations_session)  # to be taken back
    lock_before_counting()
    assert asyncio.run(_count_twice(tmp_path / "server.db")) == 2


async def _count_twice(path: Path) -> int:
    import sqlalchemy
    from prefect.server.database import provide_database_interface
    from prefect.server.database.configurations import AioSqliteConfiguration
    from prefect.server.database.dependencies import temporary_database_config
    from prefect.server.events import triggers

    async def count() -> None:
        async with triggers.automations_session(begin_transaction=True) as session:
            counted = (await session.execute(sqlalchemy.text("select n from counts"))).scalar_one()
            await asyncio.sleep(0.2)  # the other one has read by now, if it may
            await session.execute(sqlalchemy.text(f"update counts set n = {counted + 1}"))

    with temporary_database_config(AioSqliteConfiguration(connection_url=f"sqlite+aiosqlite:///{path}")):
        async with triggers.automations_session(begin_transaction=True) as session:
            await session.execute(sqlalchemy.text("create table counts (n integer)"))
            await session.execute(sqlalchemy.text("insert into counts values (0)"))
        await asyncio.gather(count(), count())
        async with triggers.automations_session() as session:
            counted = (await session.execute(sqlalchemy.text("select n from counts"))).scalar_one()
        await (await provide_database_interface().engine()).dispose()
    return int(counted)
