"""Rules on the documents that ingest reads."""

from __future__ import annotations

import great_expectations.expectations as gxe
from great_expectations import ExpectationSuite

from expectations.custom import ExpectColumnValuesToBeFirstOccurrence
from expectations.rules import Reference, build_suite, row, stop, warn


def suite(reference: Reference) -> ExpectationSuite:
    """Rules on the documents, behind ingest."""
    compared = [
        warn(gxe.ExpectColumnValuesToBeBetween, column="rows_ratio", frame="batches", min_value=0.5, max_value=2.0,
             rule="batch_size", why="a source that doubles or halves against the median of its last 7 batches "
             "changed its site, or its scraper did"),
        warn(gxe.ExpectColumnValuesToBeBetween, column="n_missing_sources", max_value=0,
             rule="sources_present", why="a source with more than a twentieth of the published rows has no file left"),
    ]  # fmt: skip
    return build_suite("ingest", [
        stop(gxe.ExpectColumnValuesToNotBeNull, column="doc_id", frame="rows",
             rule="doc_id_present", why="every later table joins on it"),
        stop(gxe.ExpectColumnValuesToMatchRegex, column="doc_id", frame="rows", regex=r"^[0-9a-f]{16}$",
             rule="doc_id_form", why="other programs parse it"),
        stop(gxe.ExpectColumnValuesToNotBeNull, column="content_sha256", frame="rows",
             rule="content_present", why="revisions are told apart by it"),
        stop(gxe.ExpectColumnValuesToMatchRegex, column="content_sha256", frame="rows", regex=r"^[0-9a-f]{64}$",
             rule="content_form", why="revisions are told apart by it"),
        row(ExpectColumnValuesToBeFirstOccurrence, column="doc_id", tolerance=0.0,
            rule="doc_id_once", why="two records with one id: the first stays, the others are shown"),
        row(gxe.ExpectColumnValuesToBeBetween, column="n_bytes", min_value=64, max_value=20_000_000, tolerance=0.02,
            rule="document_size", why="less than 64 bytes holds no sentence, more than 20 MB is no article"),
        row(gxe.ExpectColumnValuesToBeBetween, column="replaced_frac", max_value=0.001, tolerance=0.01,
            rule="decodable", why="one lost character in a thousand is a wrong encoding, not a slip"),
        row(gxe.ExpectColumnValuesToMatchRegex, column="url", regex=r"^https?://[^\s/?#]+\.?[^\s]*$", tolerance=0.01,
            rule="url_form", why="readers open it; null where the record gives none"),
        warn(gxe.ExpectColumnValuesToBeBetween, column="fetched_after_days", frame="rows", max_value=1.0,
             rule="fetched_in_time", why="fetched after the day it landed in: the scraper's clock or its folder is wrong"),
        warn(gxe.ExpectColumnValuesToBeBetween, column="n_vanished", max_value=0,
             rule="raw_missing", why="raw/ is append-only; the published rows of a file that vanished stay"),
        *(compared if reference.rows else []),
    ])  # fmt: skip
