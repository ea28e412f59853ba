"""Rules on the pairs and clusters that dedup finds."""

from __future__ import annotations

import great_expectations.expectations as gxe
from great_expectations import ExpectationSuite

from expectations.rules import Reference, build_suite, stop, warn


def suite(reference: Reference) -> ExpectationSuite:
    """Rules on pairs and clusters of the whole corpus, behind dedup."""
    compared = [
        warn(gxe.ExpectColumnValuesToBeBetween, column="duplicates_change", min_value=-0.1, max_value=0.1,
             rule="duplicates_share", why="the share of duplicates moves slowly: a jump is a template taken for copies, or copies missed"),
        warn(gxe.ExpectColumnValuesToBeBetween, column="largest_ratio", max_value=2.0,
             rule="largest_cluster_growth", why="a cluster that doubles between two versions swallowed another story"),
    ]  # fmt: skip
    return build_suite("dedup", [
        stop(gxe.ExpectColumnValuesToBeBetween, column="n_unclustered", min_value=0, max_value=0,
             rule="every_article_clustered", why="an article without a cluster vanishes from every join"),
        stop(gxe.ExpectColumnValuesToBeBetween, column="n_clustered_twice", min_value=0, max_value=0,
             rule="one_cluster_each", why="an article in two clusters is counted twice"),
        stop(gxe.ExpectColumnValuesToBeBetween, column="n_bad_canonical", min_value=0, max_value=0,
             rule="one_canonical_each", why="a cluster has one canonical article, and it is a member"),
        stop(gxe.ExpectColumnValuesToBeBetween, column="n_unknown_pair_ids", min_value=0, max_value=0,
             rule="pairs_exist", why="evidence about a document that is not there explains nothing"),
        stop(gxe.ExpectColumnValuesToBeBetween, column="largest_over_limit", max_value=0,
             rule="largest_cluster", why="more than max(1,000, 5 % of rows) near copies of one story: templates chained together"),
        warn(gxe.ExpectColumnValuesToBeBetween, column="capped_frac", max_value=0.02,
             rule="few_articles_capped", why="share of articles compared with 4 neighbours in each of 8 buckets and not with the rest of a crowd of more than 48, which they did not join either: copies among them may be missed"),
        *(compared if reference.rows else []),
    ])  # fmt: skip
