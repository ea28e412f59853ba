"""A run of the command line on Prefect's server: what is asked of the server before, and what if it goes away."""

from __future__ import annotations

import http.client
import logging
import os
import sys
import time
import urllib.error
from collections.abc import Iterator, Mapping
from typing import Any

from flows.serving_api import HEALTH_TIMEOUT_SECS, Api
from tasks.errors import TransientError, UsageError

# What Prefect itself says again and again, with tracebacks, while it waits for a server that is gone.
NOISY = ("prefect.events.clients", "prefect._internal.concurrency", "prefect.flow_runs", "prefect.task_runs", "EventsWorker")  # fmt: skip
LOST_WORDS = ("Unable to connect to", "failed to process item", "Still processing items")

# A server that is started again answers after 17-25 s here, and nobody should sit longer before a run that is done.
PATIENCE_SECS = 25
POLL_SECS = 0.5


def check_server(url: str) -> None:
    """Asks Prefect's API at `url` one thing. Raises UsageError that says why it cannot be used."""
    try:
        Api(url).call("POST", "/flows/filter", {"limit": 1})
    except urllib.error.HTTPError as error:
        raise UsageError(f"{url} {_told(error.code)}") from error
    except (OSError, ValueError, http.client.HTTPException) as error:
        reason = getattr(error, "reason", error)
        raise UsageError(f"no Prefect server answers at {url} ({reason}): start it, or correct PREFECT_API_URL") from error  # fmt: skip


def _told(status: int) -> str:
    if status in {401, 403}:
        wrong = "does not take the one given" if os.environ.get("PREFECT_API_AUTH_STRING") else "wants one"
        return f"is protected by a password and {wrong}: set PREFECT_API_AUTH_STRING to user:password, as on the server"  # fmt: skip
    if status >= 500:
        return f"is in trouble (HTTP {status}): see the server's log, and try again"
    return f"is no Prefect API (HTTP {status}): PREFECT_API_URL ends in /api"


def run_on_server(flow: Any, given: Mapping[str, object]) -> dict[str, Any]:  # noqa: ANN401  Prefect's flow
    """Runs a flow in this process, as a run of its server; the summary it ended with.

    Prefect is imported by the flow's module, after its settings were made. Raises the error the run failed with,
    as itself; TransientError if the server went away before the run was done. One that goes away later has
    missed the end, and nothing else.
    """
    from prefect import tags  # noqa: PLC0415
    from prefect.events.worker import EventsWorker  # noqa: PLC0415

    from flows import untold  # noqa: PLC0415
    from flows.ending import ends, interrupts  # noqa: PLC0415
    from flows.logs import tell_once  # noqa: PLC0415
    from flows.serving_address import TAG  # noqa: PLC0415
    from flows.serving_events import Events  # noqa: PLC0415

    EventsWorker.set_client_override(Events)
    tell_once()
    logging.raiseExceptions = False  # else a log line that no server takes is an error on the terminal
    for name in NOISY:
        logging.getLogger(name).addFilter(lambda record: not _is_of_a_lost_server(record))
    try:
        with tags(TAG):
            state = flow(**given, return_state=True)
    except Exception as error:
        if interrupts:  # the terminal's Ctrl-C ended the temporary server too, and Prefect tells of that
            raise interrupts[-1] from error
        if not is_lost(error):
            raise
        state = _end_without_server(ends, error)
    else:
        untold.forget(str(state.state_details.flow_run_id))
    summary: dict[str, Any] = state.result()
    return summary


def _end_without_server(ends: list[Any], error: Exception) -> Any:  # noqa: ANN401  Prefect's state
    given = os.environ.get("PREFECT_API_URL")
    url = given or "Prefect's temporary server"
    if not ends:
        again = (
            "Start the server again, or leave it out with --direct, and run again" if given else "Run again"
        )
        raise TransientError(
            f"{url} stopped answering during the run; the last version is whole. {again}: it resumes from the shards "
            "that are done"
        ) from error
    told = f"warning: {url} stopped answering, so the run's page there stays unfinished until the next run. The run itself ended:"
    print(told, file=sys.stderr)  # noqa: T201
    return ends[-1]


def still_answers() -> bool:
    """Whether the server of this run answers, or does so again before long. Call it in a flow, before its end.

    Where it does not, Prefect no longer tries again or waits long either: its own retries take a minute for each
    thing that it has to tell, four minutes in all, measured, and a server that takes a call and is silent as long.
    A run of a deployment is left to them: nobody sits before it.
    """
    from prefect.context import FlowRunContext  # noqa: PLC0415
    from prefect.settings import get_current_settings  # noqa: PLC0415

    context = FlowRunContext.get()
    run = context.flow_run if context else None
    if run is None or run.deployment_id:  # `prefect.runtime` would ask the server
        return True
    if get_current_settings().client.max_retries == 0:
        return False
    url, is_dead = server_of_run()
    deadline = time.monotonic() + (0 if is_dead else PATIENCE_SECS)
    while not Api(url).is_healthy():
        if time.monotonic() > deadline:
            try_once()
            return False
        time.sleep(POLL_SECS)
    return True


def try_once() -> None:
    """From now on Prefect tries once, and not for long, to tell the server of this run anything."""
    from prefect.context import SyncClientContext  # noqa: PLC0415
    from prefect.settings import get_current_settings  # noqa: PLC0415

    get_current_settings().client.max_retries = 0
    if connection := SyncClientContext.get():
        connection.client._client.timeout = HEALTH_TIMEOUT_SECS  # noqa: SLF001  60 s, and Prefect has no other way


def server_of_run() -> tuple[str, bool]:
    """The URL of the API that this process's runs are on, and whether its process is known to be dead."""
    from prefect.settings import PREFECT_API_URL  # noqa: PLC0415

    if url := PREFECT_API_URL.value():
        return str(url), False
    from prefect.server.api.server import SubprocessASGIServer  # noqa: PLC0415  the whole server, 3 s of processor time

    temporary = SubprocessASGIServer()  # the one of this process
    temporary.start()
    return temporary.api_url, temporary.server_process is None or temporary.server_process.poll() is not None


def is_lost(error: BaseException) -> bool:
    """Whether a server that does not answer, or only with its own trouble, is behind an error of Prefect's."""
    import httpx  # noqa: PLC0415  Prefect's own

    return any(
        isinstance(one, httpx.TransportError)
        or (isinstance(one, httpx.HTTPStatusError) and one.response.status_code >= 500)
        for one in _causes(error)
    )


def _is_of_a_lost_server(record: logging.LogRecord) -> bool:
    error = record.exc_info[1] if record.exc_info else None
    return any(words in record.getMessage() for words in LOST_WORDS) or (error is not None and is_lost(error))


def _causes(error: BaseException | None) -> Iterator[BaseException]:
    while error is not None:
        yield error
        if isinstance(error, BaseExceptionGroup):
            for one in error.exceptions:
                yield from _causes(one)
        error = error.__cause__ or error.__context__
