"""The SQLite of Prefect's server, mended in two places before it serves.

A cursor whose statement failed, or was given up, is freed by whatever thread collects the garbage, mostly the event
loop's. SQLite lets that thread wait until the connection is done, and a connection that waits for a lock is done when
the event loop lets another one commit: the server stood still for the minute that Prefect waits for locks.

A transaction that reads, and then writes what another one has changed meanwhile, is refused at once. Prefect counts events
for its automations so, gives up after the fourth time, a fifth of a second later, and an alert was never told.
"""

from __future__ import annotations

from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from functools import wraps
from typing import Any

import aiosqlite

CALLS = ("execute", "executemany", "fetchall")  # what SQLAlchemy asks of a cursor


def close_failed_cursors() -> None:
    """By the thread of their connection. For this process, once, before its first connection."""
    for name in CALLS:
        setattr(aiosqlite.Cursor, name, _closing(getattr(aiosqlite.Cursor, name)))


def _closing(call: Callable[..., Awaitable[Any]]) -> Callable[..., Awaitable[Any]]:
    @wraps(call)
    async def closing(self: aiosqlite.Cursor, *given: Any) -> Any:  # noqa: ANN401  as the call has it
        try:
            return await call(self, *given)
        except BaseException:  # cancelled, too
            # behind the call itself, and not waited for: a task that is cancelled may not wait
            self._conn._tx.put_nowait((None, self._cursor.close))  # noqa: SLF001  aiosqlite has no other way
            raise

    return closing


def lock_before_counting() -> None:
    """Takes the lock for writing where an event is counted for an automation, before anything is read."""
    from prefect.server.database import provide_database_interface  # noqa: PLC0415  after prepare()
    from prefect.server.events import triggers  # noqa: PLC0415

    @asynccontextmanager
    async def session_of(*, begin_transaction: bool = False) -> AsyncIterator[Any]:  # SQLAlchemy's session
        db = provide_database_interface()
        async with db.session_context(begin_transaction, with_for_update=begin_transaction) as session:
            yield session

    setattr(triggers, "automations_session", session_of)  # noqa: B010  not among what the module exports
