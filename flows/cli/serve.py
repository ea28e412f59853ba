"""`up` and `deploy`."""

from __future__ import annotations

import os
import shlex
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
    """Serve the flows on this machine: Prefect's server and UI, the schedule, the forms. Ctrl-C ends it."""
    from flows.cli.render import console  # noqa: PLC0415
    from flows.serving import Up  # noqa: PLC0415

    settings = _settings(raw, data)
    out = console()
    Up(settings, port or settings.port, lambda line: out.print(line, markup=False, soft_wrap=True)).run()


@app.command()
def deploy(
    pool: Annotated[str | None, typer.Option("--pool", metavar="NAME", help="Work pool of type process; made where the server has none of that name.", show_default="cleancopy")] = None,
    raw: Raw = None, data: Data = None,
) -> None:  # fmt: skip
    """Register the flows on the server of PREFECT_API_URL, for a worker on the machine with the data.

    Again after a change of the schedule, the webhook or the code: it brings up to date what is there.
    """
    from flows.cli.render import console  # noqa: PLC0415
    from flows.serving_address import BY_CRON, NAME_WIDTH, forms  # noqa: PLC0415
    from flows.serving_deploy import deploy as register  # noqa: PLC0415
    from tasks.settings import load_settings  # noqa: PLC0415

    settings = load_settings(work_pool=pool, raw=raw, data=data)
    done = register(settings)
    lines = [
        f"Registered at {done.address.ui}, for the work pool {settings.work_pool}:",
        f'  {BY_CRON:<{NAME_WIDTH}}by the schedule "{settings.schedule}" (UTC)',
        *forms(done.address),
        f"  {'alerts':<{NAME_WIDTH}}{'to the webhook' if settings.alert_webhook else 'on the page of events; CLEANCOPY_ALERT_WEBHOOK names who is told'}",
        "They run once a worker does. Start it on the machine with raw/ and data/, in this project's environment:",
        f"  {_worker_command(settings)}",
    ]
    if done.is_paused:
        lines.append(f"The pool is paused, nothing runs until: prefect work-pool resume {settings.work_pool}")
    for line in lines:
        console().print(line, markup=False, soft_wrap=True)


def _worker_command(settings: Settings) -> str:
    """The line that starts a worker: it works in folders of its own, so every path is absolute."""
    from tasks.settings import settings_file  # noqa: PLC0415

    given = {"PREFECT_API_URL": os.environ["PREFECT_API_URL"], "CLEANCOPY_RAW": str(settings.raw.absolute()),
             "CLEANCOPY_DATA": str(settings.data.absolute())}  # fmt: skip
    if settings_file().is_file():
        given["CLEANCOPY_SETTINGS"] = str(settings_file().absolute())
    words = [f"{name}={shlex.quote(value)}" for name, value in given.items()]
    return " ".join([*words, f"uv run prefect worker start --pool {shlex.quote(settings.work_pool)}"])


def _settings(raw: Path | None, data: Path | None) -> Settings:
    """The settings, with folders that mean the same in every process."""
    from tasks.settings import load_settings  # noqa: PLC0415

    settings = load_settings(raw=raw, data=data)
    settings = settings.model_copy(update={"raw": settings.raw.absolute(), "data": settings.data.absolute()})
    os.environ["CLEANCOPY_RAW"], os.environ["CLEANCOPY_DATA"] = str(settings.raw), str(settings.data)
    return settings
