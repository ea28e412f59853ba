"""`cleancopy deploy`: the deployments and the alerts on the server of PREFECT_API_URL, for a worker to run."""

from __future__ import annotations

import asyncio
import os
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

from flows.last_runs import due_after, expect
from flows.prefect_home import home, prepare, run_environment
from flows.serving_address import Address, leave_address, running_address
from flows.serving_client import check_server
from tasks.errors import CleancopyError, UsageError
from tasks.settings import Settings

if TYPE_CHECKING:
    from prefect.client.orchestration import PrefectClient

POOL_TYPE = "process"  # the flows run where this project is installed, not in an image


@dataclass(frozen=True, slots=True)
class Deployed:
    """Where the deployments are now; is_paused: the pool is, so that no worker takes their runs."""

    address: Address
    is_paused: bool


def deploy(settings: Settings) -> Deployed:
    """Registers everything, or brings it up to date.

    Raises UsageError if no server is named, none answers there, it wants a password, it is an `up`, or the
    pool is of another type; CleancopyError if it refuses.
    """
    due_after(settings.schedule, datetime.now(UTC))
    url = os.environ.get("PREFECT_API_URL", "").rstrip("/")
    up = running_address(home())
    _check(url, up)
    prepare()
    import httpx  # noqa: PLC0415  Prefect's own
    from prefect.deployments.runner import DeploymentApplyError  # noqa: PLC0415  after prepare()
    from prefect.exceptions import PrefectHTTPStatusError  # noqa: PLC0415

    try:
        ids, is_paused = asyncio.run(_register(settings))
    except (PrefectHTTPStatusError, DeploymentApplyError, httpx.HTTPError) as error:
        raise CleancopyError(
            f"the server at {url} refused: {error}. Nothing is lost: run `cleancopy deploy` again"
        ) from error
    address = Address(os.environ.get("PREFECT_UI_URL") or url.removesuffix("/api"), ids)
    if up is None:  # else the links of this project stay those of its own server
        leave_address(home(), address)
    expect(settings)
    return Deployed(address, is_paused)


def _check(url: str, up: Address | None) -> None:
    if not url:
        raise UsageError(
            "PREFECT_API_URL names no server: set it, e.g. to http://prefect.example:4200/api, "
            "or use `cleancopy up`, which brings its own"
        )
    if up and up.api == url:
        raise UsageError(
            f"{up.ui} is the `cleancopy up` of this project, which serves the flows already: no worker is needed"
        )
    check_server(url)


async def _register(settings: Settings) -> tuple[dict[str, str], bool]:
    from prefect.client.orchestration import get_client  # noqa: PLC0415  after prepare()

    from flows.alerts import register_alerts  # noqa: PLC0415
    from flows.serving_deployments import deployments  # noqa: PLC0415

    async with get_client() as client:
        is_paused = await _pool(client, settings.work_pool)
    ids = {}
    for one in deployments(settings):
        one.job_variables = {"env": run_environment(settings.heartbeat_secs)}
        ids[one.name] = str(await one.aapply(work_pool_name=settings.work_pool))
    await register_alerts(settings, timedelta(minutes=settings.late_after_mins))
    return ids, is_paused


async def _pool(client: PrefectClient, name: str) -> bool:
    """Makes the pool where the server has none of that name; whether it is paused."""
    from prefect.client.schemas.actions import WorkPoolCreate  # noqa: PLC0415
    from prefect.exceptions import ObjectNotFound  # noqa: PLC0415

    try:
        pool = await client.read_work_pool(name)
    except ObjectNotFound:
        pool = await client.create_work_pool(WorkPoolCreate(name=name, type=POOL_TYPE))
    if pool.type != POOL_TYPE:
        raise UsageError(
            f"work pool {name} is of type {pool.type}, and the flows need one of type {POOL_TYPE}: "
            "name another with --pool NAME or CLEANCOPY_WORK_POOL; it is made where it is missing"
        )
    return pool.is_paused
