"""Prefect's own settings, set before it is imported: its database inside the project, nothing phones home."""

from __future__ import annotations

import logging
import os
from pathlib import Path

from flows.serving_address import running_address

CHECKOUT = Path(__file__).parent.parent

DEFAULTS = {
    "PREFECT_HOME": str(CHECKOUT / ".prefect"),
    "PREFECT_SERVER_ANALYTICS_ENABLED": "false",
    "DO_NOT_TRACK": "1",
    # the temporary server takes 17 s here, against a default limit of 20
    "PREFECT_SERVER_EPHEMERAL_STARTUP_TIMEOUT_SECONDS": "120",
    "PREFECT_LOGGING_LEVEL": "WARNING",
    # a run killed with its process is marked Crashed by the automation of `up` and `deploy`, which needs these
    "PREFECT_FLOWS_HEARTBEAT_FREQUENCY": "30",
}


def run_environment(heartbeat_secs: int) -> dict[str, str]:
    """What a run needs in its process.

    It says that it lives as often as the automation expects, waits for a server that is started again, and its
    page shows our lines.
    """
    return {
        "PREFECT_FLOWS_HEARTBEAT_FREQUENCY": str(heartbeat_secs),
        # 2 + 4 + ... + 128 s: as long as a busy machine needs to start a server that died (Prefect: 62 s, then Crashed)
        "PREFECT_CLIENT_MAX_RETRIES": "7",
        "PREFECT_LOGGING_LEVEL": "INFO",
        "PREFECT_LOGGING_EXTRA_LOGGERS": "flows,tasks",
    }


def home() -> Path:
    """Where Prefect keeps its database, and `up` its address."""
    return Path(os.environ.get("PREFECT_HOME") or DEFAULTS["PREFECT_HOME"])


def prepare() -> None:
    """Fills in what the user has not set. Call before the first import of Prefect.

    The server is that of PREFECT_API_URL, else of a running `cleancopy up`, else Prefect's temporary one.
    """
    for name, value in DEFAULTS.items():
        os.environ.setdefault(name, value)
    for name in filter(None, os.environ.get("PREFECT_LOGGING_EXTRA_LOGGERS", "").split(",")):
        logging.getLogger(name.strip()).setLevel(logging.INFO)  # Prefect only hangs its handlers on them
    if not os.environ.get("PREFECT_API_URL") and (address := running_address(home())):
        os.environ["PREFECT_API_URL"], os.environ["PREFECT_UI_URL"] = address.api, address.ui
