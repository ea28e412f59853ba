"""The flow that learns what is typical of each source; nothing is published, and nothing cleaned before changes."""

from __future__ import annotations

from typing import Any

from flows.prefect_home import prepare

prepare()

from prefect import flow

from flows.artifacts import leave_learned
from flows.ending import Ending, end_of, refusal_left, settings_of_run
from flows.fields import names, needed, switch
from flows.profiles import learn, record, said
from tasks.counting import counted


@flow(name="learn-profiles", validate_parameters=False, persist_result=False)
def learn_profiles(reason: str, sources: list[str] | None = None, dry_run: bool = True) -> Any:  # noqa: ANN401  a Prefect state
    """Learn which lines come again and again in each source: clean cuts them in new documents from then on.

    Args:
        reason: Why; kept with this run
        sources: Only these sources, one a row; none means all
        dry_run: Only show what would be learned; stores nothing
    """
    settings = settings_of_run()
    given = {"reason": reason, "sources": sources, "dry_run": dry_run}

    @refusal_left(given, "learn-profiles")
    def run() -> Ending:
        needed("reason", reason, "say why; it is kept with this run")
        looks = switch("dry_run", dry_run)
        learned = learn(settings, names("sources", sources), dry_run=looks)
        told = [said(one) for one in learned]
        leave_learned(told, given if looks else {})
        n, of = sum(one.changed for one in learned), f"of {counted(len(learned), 'source')}"
        message = (
            f"{counted(n, 'profile')} {of} would change" if looks else f"{counted(n, 'new profile')} {of}"
        )
        name = "DryRun" if looks else "Completed" if n else "NothingToDo"
        return Ending(name, message, {"profiles": [record(one) for one in learned], "said": told})

    return end_of("learn-profiles", settings, run)
