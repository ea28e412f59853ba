"""`cleancopy deploy`: the deployments and the alerts on the server of PREFECT_API_URL, for a worker to run."""

from __future__ import annotations

import asyncio
import os
import urllib.error
from datetime import UTC, datetime

from flows.last_runs import due_after, expect
from flows.prefect_home import home, prepare
from flows.serving_address import Address, leave_address, running_address
from flows.serving_api import Api
from tasks.errors import CleancopyError, UsageError
from tasks.settings import Settings


def deploy(settings: Settings) -> Address:
    """Registers everything; the server's address, with the deployments' ids.

    Raises UsageError if no server is named, none answers there, it wants a password, or it is an `up`;
    CleancopyError if it refuses.
    """
    due_after(settings.schedule, datetime.now(UTC))
    url = os.environ.get("PREFECT_API_URL", "").rstrip("/")
    up = running_address(home())
    _check(url, up)
    prepare()
    from prefect.exceptions import PrefectHTTPStatusError  # noqa: PLC0415  after prepare()

    try:
        corpus, backfill = asyncio.run(_register(settings))
    except PrefectHTTPStatusError as error:
        raise CleancopyError(f"the server at {url} refused: {error}") from error
    address = Address(url.removesuffix("/api"), backfill, corpus=corpus)
    if up is None:  # else the links of this project stay those of its own server
        leave_address(home(), address)
    expect(settings)
    return address


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
    try:
        Api(url).call("POST", "/flows/filter", {"limit": 1})
    except urllib.error.HTTPError as error:
        if error.code in {401, 403}:
            raise UsageError(
                f"{url} wants a password: set PREFECT_API_AUTH_STRING to user:password"
            ) from error
        raise UsageError(f"{url} is no Prefect API (HTTP {error.code}): it ends in /api") from error
    except (OSError, ValueError) as error:
        raise UsageError(f"no Prefect server answers at {url} ({error}): start it, or correct PREFECT_API_URL") from error  # fmt: skip


async def _register(settings: Settings) -> tuple[str, str]:
    from prefect.client.orchestration import get_client  # noqa: PLC0415  after prepare()
    from prefect.client.schemas.actions import WorkPoolCreate  # noqa: PLC0415
    from prefect.exceptions import ObjectNotFound  # noqa: PLC0415

    from flows.alerts import register_alerts  # noqa: PLC0415
    from flows.serving_deployments import deployments  # noqa: PLC0415

    async with get_client() as client:
        try:
            await client.read_work_pool(settings.work_pool)
        except ObjectNotFound:
            await client.create_work_pool(WorkPoolCreate(name=settings.work_pool, type="process"))
    corpus, backfill = deployments(settings)
    ids = (
        await corpus.aapply(work_pool_name=settings.work_pool),
        await backfill.aapply(work_pool_name=settings.work_pool),
    )
    await register_alerts(settings)
    return str(ids[0]), str(ids[1])
