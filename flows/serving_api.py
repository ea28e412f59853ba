"""The few calls to Prefect's REST API that must not pay for importing Prefect (3.5 s)."""

from __future__ import annotations

import base64
import http.client
import json
import os
import time
import urllib.error
import urllib.request
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

TIMEOUT_SECS = 10
HEALTH_TIMEOUT_SECS = 3
BUSY = 503  # what the server says of a locked SQLite
BUSY_PAUSES_SECS = (0.2, 1, 3)
PAGE = 200  # rows the server answers at once, at most

UNFINISHED = ("RUNNING", "PENDING", "CANCELLING")


@dataclass(frozen=True, slots=True)
class Api:
    """Prefect's API at `url`. Calls raise OSError where it does not answer or refuses."""

    url: str

    def is_healthy(self) -> bool:
        """Whether a server answers there."""
        try:
            self.call("GET", "/health", timeout=HEALTH_TIMEOUT_SECS)
        except (OSError, ValueError, http.client.HTTPException):
            return False
        return True

    def call(self, method: str, path: str, body: object = None, timeout: float = TIMEOUT_SECS) -> Any:  # noqa: ANN401  JSON
        """One call; the answer's JSON."""
        request = urllib.request.Request(self.url + path, method=method)  # noqa: S310  the operator's own server
        request.add_header("Content-Type", "application/json")
        if auth := os.environ.get("PREFECT_API_AUTH_STRING"):
            request.add_header("Authorization", "Basic " + base64.b64encode(auth.encode()).decode())
        data = None if body is None else json.dumps(body).encode()
        for pause_secs in (*BUSY_PAUSES_SECS, None):
            try:
                with urllib.request.urlopen(request, data, timeout=timeout) as answer:  # noqa: S310
                    text = answer.read()
                return json.loads(text) if text else None
            except urllib.error.HTTPError as error:
                if error.code != BUSY or pause_secs is None:
                    raise
                time.sleep(pause_secs)
        return None

    def unfinished(self, deployments: Sequence[str]) -> list[dict[str, Any]]:
        """The runs of these deployments that a process should be working on."""
        wanted = {"deployment_id": {"any_": list(deployments)}, "state": {"type": {"any_": list(UNFINISHED)}}}
        runs: list[dict[str, Any]] = self.call(
            "POST", "/flow_runs/filter", {"flow_runs": wanted, "limit": PAGE}
        )
        return runs

    def crash(self, deployments: Sequence[str], message: str) -> list[str]:
        """Marks every unfinished run of these deployments Crashed; their names."""
        state = {"type": "CRASHED", "name": "Crashed", "message": message}
        runs = self.unfinished(deployments)
        for run in runs:
            self.set_state(run["id"], state)
        return [run["name"] for run in runs]

    def set_state(self, run_id: str, state: Mapping[str, str]) -> None:
        """Puts a run into a state (type, name, message), whatever it was in."""
        self.call("POST", f"/flow_runs/{run_id}/set_state", {"state": dict(state), "force": True})

    def pause(self, deployments: Sequence[str]) -> None:
        """Stops the schedules: nothing new begins, nothing piles up."""
        for one in deployments:
            self.call("POST", f"/deployments/{one}/pause_deployment")
