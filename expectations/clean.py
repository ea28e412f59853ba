"""Rules on the articles that clean lets through."""

from __future__ import annotations

import great_expectations.expectations as gxe
from great_expectations import ExpectationSuite

from expectations.rules import Reference, build_suite, hold, row, stop, warn


def suite(reference: Reference) -> ExpectationSuite:
    """Rules on the articles, behind clean."""
    compared = [
        warn(gxe.ExpectColumnValuesToBeBetween, column="cuts_ratio", min_value=0.5, max_value=2.0,
             rule="cuts_per_document", why="twice or half the cuts of the last version: a site was redesigned or a rule runs wild"),
        warn(gxe.ExpectColumnValuesToBeBetween, column="language_distance", max_value=0.15,
             rule="language_mix", why="total variation distance of the languages; 0.15 is one document in seven that moved"),
    ]  # fmt: skip
    return build_suite("clean", [
        stop(gxe.ExpectColumnValuesToBeBetween, column="n_unaccounted", min_value=0, max_value=0,
             rule="documents_accounted", why="in = kept + dropped + quarantined"),
        row(gxe.ExpectColumnValuesToBeBetween, column="n_chars", min_value=200, max_value=200_000, tolerance=0.03,
            rule="text_length", why="shorter texts are teasers and captions, longer ones are whole sites"),
        row(gxe.ExpectColumnValuesToBeInSet, column="has_markup", value_set=[False], tolerance=0.005,
            rule="no_markup", why="a tag left in the text is a page that was not understood"),
        row(gxe.ExpectColumnValuesToBeInSet, column="has_mojibake", value_set=[False], tolerance=0.005,
            rule="no_mojibake", why="wrongly decoded text breaks every search"),
        row(gxe.ExpectColumnValuesToBeInSet, column="has_control", value_set=[False], tolerance=0.005,
            rule="no_control_characters", why="they break terminals and parsers downstream"),
        stop(gxe.ExpectColumnValuesToBeInSet, column="is_trimmed_nfc", frame="rows", value_set=[True],
             rule="trimmed_nfc", why="our own code does it: a failure is a bug"),
        stop(gxe.ExpectColumnValuesToBeInSet, column="edits_in_order", frame="rows", value_set=[True],
             rule="edits_in_order", why="every offset of the product is computed from them"),
        stop(gxe.ExpectColumnValuesToBeInSet, column="replay_exact", frame="rows", value_set=[True],
             rule="replay_exact", why="raw text and edits must give the clean text, to the character"),
        row(gxe.ExpectColumnValuesToBeBetween, column="title_chars", min_value=5, max_value=300, tolerance=0.02,
            rule="title_length", why="outside lies a section name or a paragraph; null where there is no title"),
        row(gxe.ExpectColumnValuesToBeBetween, column="published_after_days", max_value=1.0, tolerance=0.01,
            rule="published_in_time", why="a date after the day the document landed in was read from the wrong place"),
        hold(gxe.ExpectColumnValuesToBeBetween, column="overcut_frac", max_value=0.5,
             rule="not_overcut", why="more than 98 % of the text cut in half of the documents: the site changed, or the rules broke"),
        warn(gxe.ExpectColumnValuesToBeBetween, column="cuts_of_profile", min_value=0.5, max_value=2.0, frame="batches",
             rule="cuts_like_profile", why="half or twice the cuts that the source's profile expects: the site was redesigned, or its profile is old"),
        warn(gxe.ExpectColumnValuesToBeBetween, column="title_frac", min_value=0.98,
             rule="titles_present", why="nearly every article has a headline; dumps cut from the story container may not"),
        warn(gxe.ExpectColumnValuesToBeBetween, column="published_frac", min_value=0.60,
             rule="dates_present", why="a page without a date is common in text dumps, not in pages"),
        *(compared if reference.rows else []),
    ])  # fmt: skip
