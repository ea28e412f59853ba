"""Prefect's own settings, set before it is imported: its database inside the project, nothing phones home."""

from __future__ import annotations

import os
from pathlib import Path

CHECKOUT = Path(__file__).parent.parent

DEFAULTS = {
    "PREFECT_HOME": str(CHECKOUT / ".prefect"),
    "PREFECT_SERVER_ANALYTICS_ENABLED": "false",
    "DO_NOT_TRACK": "1",
    # the temporary server takes 17 s here, against a default limit of 20
    "PREFECT_SERVER_EPHEMERAL_STARTUP_TIMEOUT_SECONDS": "120",
    "PREFECT_LOGGING_LEVEL": "WARNING",
}


def prepare() -> None:
    """Fills in what the user has not set. Call before the first import of Prefect."""
    for name, value in DEFAULTS.items():
        os.environ.setdefault(name, value)
