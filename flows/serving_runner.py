"""The process of Prefect's runner, started by `up`: registers the deployments and the alerts, then runs what is due."""

from __future__ import annotations

import asyncio
import os
import signal
import sys
from dataclasses import replace
from datetime import timedelta

from flows.prefect_home import home, prepare
from flows.serving_address import Address, leave_address
from flows.serving_api import Api
from flows.serving_child import end_with_parent
from flows.untold import tell

LATE_AT_ONCE = timedelta(seconds=10)  # Prefect's least; the server of `up` waits late_after_mins before
LEFT_OVER = (
    "left unfinished by an earlier `cleancopy up`; run it again, it resumes from the shards that are done"
)


async def serve(address: Address) -> None:
    """Registers everything on the server at `address`, leaves the address, and serves until told to end."""
    from prefect.runner import Runner  # noqa: PLC0415  after prepare()

    from flows.alerts import register_alerts  # noqa: PLC0415
    from flows.serving_deployments import deployments  # noqa: PLC0415
    from tasks.settings import load_settings  # noqa: PLC0415

    settings = load_settings()
    runner = Runner(
        name="cleancopy", pause_on_shutdown=False, limit=2, heartbeat_seconds=settings.heartbeat_secs
    )
    ids = {one.name: str(await runner.aadd_deployment(one)) for one in deployments(settings)}
    Api(address.api).crash(
        tuple(ids.values()), LEFT_OVER
    )  # nobody else serves these deployments: who holds them is dead
    tell(Api(address.api))
    await register_alerts(settings, LATE_AT_ONCE)
    leave_address(home(), replace(address, deployments=ids))
    await runner.start()


def main(ui: str, reports: str, up_pid: int) -> None:
    """Ends with a message and the error's exit code where it cannot begin."""
    end_with_parent(lambda: os.killpg(0, signal.SIGKILL))
    prepare()
    try:
        asyncio.run(serve(Address(ui, {}, reports, up_pid)))
    except KeyboardInterrupt:  # the end that `up` asks for
        return


if __name__ == "__main__":
    main(sys.argv[1], sys.argv[2], int(sys.argv[3]))
