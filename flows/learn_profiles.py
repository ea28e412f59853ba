"""The flow that learns what is typical of each source; nothing is published, and nothing cleaned before changes."""

from __future__ import annotations

from typing import Any

from flows.prefect_home import prepare

prepare()

from prefect import flow  # noqa: E402  after prepare()

from flows.ending import Ending, end_of  # noqa: E402
from flows.profiles import learn, record, said  # noqa: E402
from tasks.settings import load_settings  # noqa: E402


@flow(name="learn-profiles", validate_parameters=True, persist_result=False)
def learn_profiles(sources: list[str] | None = None) -> Any:  # noqa: ANN401  a Prefect state
    """Learn which lines come again and again in each source. A backfill from clean then uses it for what is there.

    Args:
        sources: Only these sources; none means all
    """
    settings = load_settings()

    def run() -> Ending:
        learned = learn(settings, [name.strip() for name in sources or () if name.strip()])
        changed = sum(one.changed for one in learned)
        return Ending(
            "Completed" if changed else "NothingToDo",
            f"{changed} new profiles of {len(learned)} sources",
            {"profiles": [record(one) for one in learned], "said": [said(one) for one in learned]},
        )

    return end_of("learn-profiles", settings, run)
