"""The process of Prefect's server, started by `up`: on this machine only, its pages kept from the network."""

from __future__ import annotations

import asyncio
import os
import signal
import sys
from collections.abc import Awaitable, Callable, MutableMapping
from contextlib import suppress
from datetime import UTC, datetime
from typing import Any

from flows.prefect_home import home, prepare
from flows.serving_child import end_with_parent
from flows.serving_database import close_failed_cursors, lock_before_counting

Message = MutableMapping[str, Any]  # Any: ASGI's own
Send = Callable[[Message], Awaitable[None]]
Receive = Callable[[], Awaitable[Message]]

HOST = "127.0.0.1"
# Prefect's pages ask a telemetry host by themselves, and fetch any image that a markdown names; here they cannot.
POLICY = (
    b"default-src 'self'; script-src 'self' 'unsafe-inline' 'unsafe-eval' blob:; worker-src 'self' blob:; "
    b"style-src 'self' 'unsafe-inline'; img-src 'self' data: blob:; font-src 'self' data:; connect-src 'self' ws:"
)


class Guard:
    """ASGI: answers only requests that name this machine (no DNS rebinding), and sends pages with a policy."""

    def __init__(self, app: Any) -> None:  # noqa: ANN401  an ASGI app
        self._app = app

    async def __call__(self, scope: Message, receive: Receive, send: Send) -> None:
        """See ASGI."""
        if scope["type"] not in ("http", "websocket"):
            await self._app(scope, receive, send)
            return
        headers = dict(scope["headers"])
        if headers.get(b"host", b"").rsplit(b":", 1)[0] not in (HOST.encode(), b"localhost"):
            await _refuse(scope, send)
            return

        async def guarded(message: Message) -> None:
            if message["type"] == "http.response.start":
                listed = list(message.get("headers", ()))
                if any(k.lower() == b"content-type" and v.startswith(b"text/html") for k, v in listed):
                    message = {**message, "headers": [*listed, (b"content-security-policy", POLICY)]}
            await send(message)

        await self._app(scope, receive, guarded)


async def _refuse(scope: Message, send: Send) -> None:
    if scope["type"] == "websocket":
        await send({"type": "websocket.close", "code": 1008})
        return
    await send({"type": "http.response.start", "status": 421, "headers": [(b"content-type", b"text/plain")]})
    await send({"type": "http.response.body", "body": b"this server answers only to 127.0.0.1\n"})


async def hear_again() -> None:
    """Gives every run the whole time for its next heartbeat: while no server was there, none could be heard.

    Without it a server that was away for longer takes runs that work on for dead, in its first second.
    """
    import sqlalchemy  # noqa: PLC0415  Prefect's own
    from prefect.server.database import provide_database_interface  # noqa: PLC0415

    from flows.alerts import NO_HEARTBEAT, heard_within  # noqa: PLC0415
    from tasks.settings import load_settings  # noqa: PLC0415

    until = datetime.now(UTC) + heard_within(load_settings())
    db = provide_database_interface()
    ours = sqlalchemy.select(db.Automation.id).where(db.Automation.name == NO_HEARTBEAT)
    waiting = sqlalchemy.update(db.AutomationBucket).where(db.AutomationBucket.automation_id.in_(ours))
    with suppress(sqlalchemy.exc.DBAPIError):  # no such table yet
        async with db.session_context(begin_transaction=True) as session:
            await session.execute(waiting.values(end=until))
    await (await db.engine()).dispose()


def main(port: int) -> None:
    """Serves until SIGTERM, or until the process that started it is gone."""
    end_with_parent(lambda: os.kill(os.getpid(), signal.SIGTERM))
    prepare()
    for lock in (home() / "concurrency_leases").glob("*.lock"):
        lock.unlink()  # of a server that was killed, whose number this process may have
    close_failed_cursors()
    asyncio.run(hear_again())
    lock_before_counting()
    import uvicorn  # noqa: PLC0415  after the watch is set
    from prefect.server.api.server import create_app  # noqa: PLC0415

    uvicorn.run(Guard(create_app(final=True)), host=HOST, port=port, log_level="warning")


if __name__ == "__main__":
    main(int(sys.argv[1]))
