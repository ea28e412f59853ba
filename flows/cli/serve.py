"""`up` and `deploy`."""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from flows.cli import app

if TYPE_CHECKING:
    from tasks.settings import Settings

Raw = Annotated[Path | None, typer.Option("--raw", help="Landing zone: raw/<source>/<YYYY-MM-DD>/...", show_default="raw")]  # fmt: skip
Data = Annotated[Path | None, typer.Option("--data", help="Data folder: versions, releases, quarantine.", show_default="data")]  # fmt: skip


@app.command()
def up(
    port: Annotated[int | None, typer.Option("--port", metavar="N", min=1, max=65_534, help="Port of Prefect's server; the reports are one above.", show_default="4200")] = None,
    raw: Raw = None, data: Data = None,
) -> None:  # fmt: skip
    """Serve the flows on this machine: Prefect's server and UI, the schedule, the backfill form. Ctrl-C ends it."""
    from flows.cli.render import console  # noqa: PLC0415
    from flows.serving import Up  # noqa: PLC0415

    settings = _settings(raw, data)
    out = console()
    Up(settings, port or settings.port, lambda line: out.print(line, markup=False, soft_wrap=True)).run()


@app.command()
def deploy(
    pool: Annotated[str | None, typer.Option("--pool", metavar="NAME", help="Work pool; made, for processes, where the server has none of that name.", show_default="cleancopy")] = None,
) -> None:  # fmt: skip
    """Register the flows on the server of PREFECT_API_URL, for a worker on the machine with the data."""
    from flows.cli.render import console  # noqa: PLC0415
    from flows.serving_deploy import deploy as register  # noqa: PLC0415
    from tasks.settings import load_settings  # noqa: PLC0415

    settings = load_settings(work_pool=pool)
    address = register(settings)
    lines = (
        f"Registered corpus and backfill at {address.ui}, work pool {settings.work_pool}.",
        f"  backfill  {address.form_link()}",
        "Where raw/ and data/ are, in this project's environment, start the worker:",
        f"  CLEANCOPY_RAW=... CLEANCOPY_DATA=... prefect worker start --pool {settings.work_pool}",
    )
    for line in lines:
        console().print(line, markup=False, soft_wrap=True)


def _settings(raw: Path | None, data: Path | None) -> Settings:
    """The settings, with folders that mean the same in every process."""
    from tasks.settings import load_settings  # noqa: PLC0415

    settings = load_settings(raw=raw, data=data)
    settings = settings.model_copy(update={"raw": settings.raw.absolute(), "data": settings.data.absolute()})
    os.environ["CLEANCOPY_RAW"], os.environ["CLEANCOPY_DATA"] = str(settings.raw), str(settings.data)
    return settings
