"""The deployments: `corpus` by cron, the others by hand with a form; one run of each at a time.

Import it after `prefect_home.prepare()`.
"""

from __future__ import annotations

from prefect.client.schemas.objects import ConcurrencyLimitConfig, ConcurrencyLimitStrategy
from prefect.deployments.runner import RunnerDeployment
from prefect.schedules import Cron
from prefect.types.entrypoint import EntrypointType

from flows.backfill import backfill, replay
from flows.corpus import corpus
from flows.decisions import rollback, takedown
from flows.learn_profiles import learn_profiles
from flows.serving_address import BY_CRON, TAG
from tasks.settings import Settings

BY_HAND = (backfill, replay, takedown, rollback, learn_profiles)


def deployments(settings: Settings) -> tuple[RunnerDeployment, ...]:
    """Each flow under its own name, for a runner here or a worker elsewhere.

    Module entrypoints: file entrypoints leave a second folder on `sys.path`. Runs beyond the one wait their
    turn; a publication is safe without that, by the store's own commit.
    """
    one_at_a_time = ConcurrencyLimitConfig(limit=1, collision_strategy=ConcurrencyLimitStrategy.ENQUEUE)
    by_cron = Cron(settings.schedule, timezone="UTC")
    return tuple(
        RunnerDeployment.from_flow(
            one, name=one.name, schedule=by_cron if one.name == BY_CRON else None, paused=False, tags=[TAG],
            concurrency_limit=one_at_a_time, entrypoint_type=EntrypointType.MODULE_PATH,
        )
        for one in (corpus, *BY_HAND)
    )  # fmt: skip
