"""The scheduled flow: everything new in raw/ through the DAG, and one new version or none."""

from __future__ import annotations

from typing import Any

from flows.prefect_home import prepare

prepare()

from prefect import flow
from prefect.runtime import flow_run

from flows.ending import Ending, end_of, published, settings_of_run
from flows.request import run_request


@flow(name="corpus", validate_parameters=True, persist_result=False)
def corpus(accept: list[str] | None = None, reason: str = "") -> Any:  # noqa: ANN401  a Prefect state
    """Ingest, clean, dedup, tag and export what is new in raw/, and publish one version.

    Args:
        accept: Rules whose failure is accepted in this run, e.g. text_length
        reason: Why; kept with the version. Required where a rule is accepted
    """
    settings = settings_of_run()

    def run() -> Ending:
        request = run_request(settings, accept=accept or (), reason=reason)
        return published(
            request, settings, {"flow_run": flow_run.id, "parameters": {"accept": accept, "reason": reason}}
        )

    return end_of("corpus", settings, run)
