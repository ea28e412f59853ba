"""What a stage returns, and the law of rows."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

import pyarrow as pa

from tasks.errors import ContractError


@dataclass(frozen=True, slots=True)
class StageResult:
    """Rows that go on, rows that leave with a reason, and what else the stage found.

    kept: the stage's own table. dropped: schema.DROPPED. quarantined: schema.UNREADABLE (what could
    not be read). tables: further tables by name; `checks` is what the gate looks at.
    """

    kept: pa.Table
    dropped: pa.Table
    quarantined: pa.Table
    tables: Mapping[str, pa.Table] = field(default_factory=dict)


def assert_law_of_rows(stage: str, n_in: int, result: StageResult) -> None:
    """Raises ContractError unless in = kept + dropped + quarantined."""
    n_out = result.kept.num_rows + result.dropped.num_rows + result.quarantined.num_rows
    if n_in != n_out:
        raise ContractError(
            f"{stage}: {n_in} rows in, but {result.kept.num_rows} kept + {result.dropped.num_rows} dropped "
            f"+ {result.quarantined.num_rows} quarantined = {n_out}. Nothing was written; this is a bug in the stage."
        )
