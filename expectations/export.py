"""Rules on the candidate version, before it is published."""

from __future__ import annotations

import great_expectations.expectations as gxe
from great_expectations import ExpectationSuite

from expectations.rules import Reference, build_suite, stop, warn


def suite(reference: Reference) -> ExpectationSuite:
    """Rules on the tables of the candidate, behind export."""
    compared = [
        warn(gxe.ExpectColumnValuesToBeBetween, column="rows_change", min_value=-0.05, max_value=0.50,
             rule="rows_change", why="more than a twentieth lost or half as much again: look before readers do"),
    ]  # fmt: skip
    must_be_none = {
        "n_schema_errors": ("schema_equals", "readers take the first file's schema for all"),
        "n_rows_missing": ("rows_add_up", "the sum over partitions is the number of rows that went in"),
        "n_repeated_ids": ("doc_id_unique", "joins multiply rows otherwise"),
        "n_wrong_month": ("partition_equals_month", "readers prune by the folder's name"),
        "n_bad_files": ("files_intact", "every file has the bytes its manifest names"),
    }
    return build_suite("export", [
        *(stop(gxe.ExpectColumnValuesToBeBetween, column=column, min_value=0, max_value=0, rule=rule, why=why)
          for column, (rule, why) in must_be_none.items()),
        *(compared if reference.rows else []),
    ])  # fmt: skip
