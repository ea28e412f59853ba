"""Rules on the mentions that entities finds."""

from __future__ import annotations

import great_expectations.expectations as gxe
from great_expectations import ExpectationSuite

from expectations.rules import Reference, build_suite, stop, warn


def suite(reference: Reference) -> ExpectationSuite:
    """Rules on the mentions of every document, behind entities."""
    compared = [
        warn(gxe.ExpectColumnValuesToBeBetween, column="type_distance", max_value=0.10,
             rule="type_mix", why="total variation distance of the types: a tenth of the mentions changed their kind"),
    ]  # fmt: skip
    flags = {
        "spans_inside": "0 <= start < end <= length, or offsets mean nothing",
        "surfaces_equal": "the surface is what stands at the offsets",
        "types_known": "readers filter by type",
        "scores_in_range": "readers filter by score",
        "spans_unique": "two mentions of one span are counted twice",
    }
    return build_suite("entities", [
        stop(gxe.ExpectColumnValuesToBeBetween, column="n_untagged", min_value=0, max_value=0,
             rule="documents_tagged", why="every article goes through the tagger"),
        *(stop(gxe.ExpectColumnValuesToBeInSet, column=column, frame="rows", value_set=[True], rule=column, why=why)
          for column, why in flags.items()),
        warn(gxe.ExpectColumnValuesToBeBetween, column="no_mentions_frac", max_value=0.20,
             rule="mentions_present", why="news names somebody: one article in five without a mention is a tagger that does not know the language"),
        *(compared if reference.rows else []),
    ])  # fmt: skip
