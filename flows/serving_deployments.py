"""The two deployments: `corpus` by cron, `backfill` by hand; one run of each at a time.

Import it after `prefect_home.prepare()`.
"""

from __future__ import annotations

from prefect.client.schemas.objects import ConcurrencyLimitConfig, ConcurrencyLimitStrategy
from prefect.deployments.runner import RunnerDeployment
from prefect.schedules import Cron
from prefect.types.entrypoint import EntrypointType

from flows.backfill import backfill
from flows.corpus import corpus
from tasks.settings import Settings

TAG = "cleancopy"  # on every run of ours, also those of the command line


def deployments(settings: Settings) -> tuple[RunnerDeployment, RunnerDeployment]:
    """`corpus` and `backfill`, for a runner here or a worker elsewhere.

    Module entrypoints: file entrypoints leave a second folder on `sys.path`. Runs beyond the one wait their
    turn; a publication is safe without that, by the store's own commit.
    """
    one_at_a_time = ConcurrencyLimitConfig(limit=1, collision_strategy=ConcurrencyLimitStrategy.ENQUEUE)
    return (
        RunnerDeployment.from_flow(
            corpus, name="corpus", schedule=Cron(settings.schedule, timezone="UTC"), paused=False, tags=[TAG],
            concurrency_limit=one_at_a_time, entrypoint_type=EntrypointType.MODULE_PATH,
        ),
        RunnerDeployment.from_flow(
            backfill, name="backfill", paused=False, tags=[TAG],
            concurrency_limit=one_at_a_time, entrypoint_type=EntrypointType.MODULE_PATH,
        ),
    )  # fmt: skip
