"""What a run of the command line tells Prefect's server of its tasks, without waiting for one that is gone.

Import it after `prefect_home.prepare()`.
"""

from __future__ import annotations

from prefect.events.clients import PrefectEventsClient
from prefect.events.schemas.events import Event

from flows.serving_client import server_of_run


class Events(PrefectEventsClient):
    """Waits for a server that is gone once (7 s), and not again for each of the events that are left.

    What could not be told is kept, and told as soon as the server answers again.
    """

    def __init__(self) -> None:
        super().__init__(server_of_run()[0])
        self._patient = self._reconnection_attempts

    async def _emit(self, event: Event) -> None:
        try:
            await super()._emit(event)
        except Exception:
            self._reconnection_attempts = 0
            raise
        self._reconnection_attempts = self._patient
