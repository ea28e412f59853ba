"""Where this project's Prefect server is, as `up` and `deploy` leave it, and links into its forms."""

from __future__ import annotations

import http.client
import json
import os
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from pathlib import Path
from urllib.parse import quote

from flows.serving_api import Api

FILE = "cleancopy.json"  # inside PREFECT_HOME
BY_CRON = "corpus"
NAME_WIDTH = 16  # of learn-profiles, and two
TAG = "cleancopy"  # on every deployment and every run of ours, also those of the command line


@dataclass(frozen=True, slots=True)
class Address:
    """ui: the server's root URL. deployments: name -> id. reports: root URL of the reports, or empty.

    pid: the process of the `up` that runs; 0 after its end, and for a server that `up` did not start.
    """

    ui: str
    deployments: Mapping[str, str]
    reports: str = ""
    pid: int = 0

    @property
    def api(self) -> str:
        """The URL of Prefect's API."""
        return f"{self.ui}/api"

    def form_link(self, parameters: Mapping[str, object] | None = None, of: str = "backfill") -> str:
        """The form of a deployment, filled in; empty where the server has none of that name."""
        if of not in self.deployments:
            return ""
        form = f"{self.ui}/v2/deployments/deployment/{self.deployments[of]}/run"
        filled = json.dumps(parameters or {}, ensure_ascii=False, separators=(",", ":"))
        return f"{form}?parameters={quote(filled, safe='')}" if parameters else form

    def report_link(self, name: str) -> str:
        """A file of the reports folder; empty where nobody serves it."""
        return f"{self.reports}/{quote(name)}" if self.reports else ""


def forms(address: Address) -> list[str]:
    """A line for each flow that is started by hand, with its form."""
    names = [name for name in address.deployments if name != BY_CRON]
    return [f"  {name:<{NAME_WIDTH}}by hand: {address.form_link(of=name)}" for name in names]


def last_address(folder: Path) -> Address | None:
    """The address last left in `folder` (PREFECT_HOME), whether its server runs or not."""
    try:
        return Address(**json.loads((folder / FILE).read_text(encoding="utf-8")))
    except (OSError, ValueError, TypeError):  # none yet, or of another release: written anew by the next `up`
        return None


def known_address(folder: Path) -> Address | None:
    """Where links lead: the server of PREFECT_API_URL where it has the deployments, else the address last left.

    A worker's machine may be another than the one that `deploy` was run on.
    """
    address, api = last_address(folder), os.environ.get("PREFECT_API_URL", "").rstrip("/")
    if not api or (address and address.api == api):
        return address
    try:
        found = Api(api).call("POST", "/deployments/filter", {"deployments": {"tags": {"all_": [TAG]}}})
    except (OSError, ValueError, http.client.HTTPException):
        return address
    if not found:
        return address
    ids = {one["name"]: one["id"] for one in found}
    return Address(os.environ.get("PREFECT_UI_URL") or api.removesuffix("/api"), ids)


def running_address(folder: Path) -> Address | None:
    """The address of an `up` of this project that answers."""
    address = last_address(folder)
    return address if address and address.pid and Api(address.api).is_healthy() else None


def leave_address(folder: Path, address: Address) -> None:
    """Writes the address for others to find."""
    folder.mkdir(parents=True, exist_ok=True)
    fresh = folder / f"{FILE}.{os.getpid()}"
    fresh.write_text(json.dumps(asdict(address), indent=1) + "\n", encoding="utf-8")
    fresh.replace(folder / FILE)
