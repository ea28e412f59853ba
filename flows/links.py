"""Links from what a run leaves to the forms of the UI and to the reports."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from flows.prefect_home import home
from flows.serving_address import Address, known_address
from tasks.report.batches import form_of
from tasks.settings import Settings


@dataclass(frozen=True, slots=True)
class Links:
    """Links into the UI and to the reports; plain words where no `up` or `deploy` has left an address."""

    address: Address | None

    def form(self, words: str, parameters: Mapping[str, object], of: str = "backfill") -> str:
        """A link to a form, filled in."""
        link = self.address.form_link(parameters, of) if self.address else ""
        return f"[{words}]({link})" if link else ""

    def batch(self, name: str, reprocess: str, from_stage: str = "ingest") -> str:
        """The link that opens the form for one batch."""
        return self.form("backfill", form_of(name, reprocess, from_stage))

    def report(self, settings: Settings, version: int) -> str:
        """The link to a version's report, where it was built and is served."""
        name = f"{version:08d}.html"
        if not (settings.data / "reports" / name).is_file():
            return ""
        link = self.address.report_link(name) if self.address else ""
        return (
            f"[Report of version {version}]({link})"
            if link
            else f"Report: `reports/{name}` in the data folder"
        )


def links() -> Links:
    """Into the server that has the deployments."""
    return Links(known_address(home()))
