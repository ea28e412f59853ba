"""The report of a version, written when it is published."""

from __future__ import annotations

import logging
from pathlib import Path

from flows.dag import Outcome
from flows.prefect_home import home
from flows.serving_address import known_address
from tasks.collector import sparing_collector
from tasks.errors import CleancopyError
from tasks.report.pages import write_report
from tasks.settings import Settings
from tasks.versions.store import Store

_LOG = logging.getLogger(__name__)


@sparing_collector()
def report_on(outcome: Outcome, settings: Settings) -> Path | None:
    """Writes the page of a new version, its links into the form of the server it runs on.

    A page that cannot be written is told, and undoes nothing.
    """
    if not outcome.committed.is_new:
        return None
    try:
        address = known_address(home())
        link = address.form_link if address else None
        return write_report(Store(settings.data), outcome.committed.manifest, link=link)
    except (OSError, CleancopyError) as error:
        _LOG.warning(
            "version %d is published, its report is not written: %s",
            outcome.committed.manifest.version,
            error,
        )
        return None
