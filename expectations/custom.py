"""Expectations that Great Expectations lacks. Importing this module registers them."""

from __future__ import annotations

from typing import Any

import pandas as pd
from great_expectations.execution_engine import PandasExecutionEngine
from great_expectations.expectations.expectation import ColumnMapExpectation
from great_expectations.expectations.metrics.map_metric_provider import (
    ColumnMapMetricProvider,
    column_condition_partial,
)


class ColumnValuesFirstOccurrence(ColumnMapMetricProvider):  # type: ignore[misc]  # GX ships no types
    """Metric: True where a value is seen for the first time, in the order of the rows."""

    condition_metric_name = "column_values.first_occurrence"

    @column_condition_partial(engine=PandasExecutionEngine)  # type: ignore[untyped-decorator]
    def _pandas(cls, column: pd.Series, **_: Any) -> pd.Series:  # noqa: ANN401, N805  GX's own signature
        return ~column.duplicated(keep="first")


class ExpectColumnValuesToBeFirstOccurrence(ColumnMapExpectation):  # type: ignore[misc]  # GX ships no types
    """Expect no value to have been seen in an earlier row: unlike `unique`, the first copy passes."""

    map_metric = "column_values.first_occurrence"
