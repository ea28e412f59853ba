"""The SQLite of Prefect's server: a cursor whose statement failed, or was given up, is closed by its connection's thread.

Python frees it in whatever thread collects the garbage, which is mostly the event loop's. SQLite lets that thread wait
until the connection is done, and a connection that waits for a lock is done when the event loop lets another one
commit: the server stood still for the whole minute that Prefect waits for locks, and answered "database is locked".
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from functools import wraps
from typing import Any

import aiosqlite

CALLS = ("execute", "executemany", "fetchall")  # what SQLAlchemy asks of a cursor


def close_failed_cursors() -> None:
    """For this process, once, before its first connection."""
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
