"""The order in which the server of `up` takes its events: as Prefect's own, but a late run is told at once.

Prefect keeps an event back until the one that it follows was seen, 15 minutes at most. A late run made less than
five minutes before follows the event of its scheduling, which Prefect never sends for a run that a schedule made.
The server's setting `events.causal_ordering` names this module.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from prefect.server.events.ordering import memory

if TYPE_CHECKING:
    from prefect.server.events.schemas.events import ReceivedEvent

LATE = "prefect.flow-run.Late"


class CausalOrdering(memory.CausalOrdering):
    """Waits for what an event follows, except for a late run."""

    async def wait_for_leader(self, event: ReceivedEvent) -> None:
        """See Prefect."""
        if event.event != LATE:
            await super().wait_for_leader(event)
