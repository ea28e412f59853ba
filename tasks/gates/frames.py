"""From the stages' narrow checks to the frames a gate judges, and to the figures the next version compares with.

Per-batch counters are additive: the profile of a version is the sum over its batches, so it depends on the
state of the corpus and not on the runs that led there.
"""

from __future__ import annotations

import statistics
from collections import Counter
from collections.abc import Iterable, Mapping

import pyarrow as pa
import pyarrow.compute as pc

from tasks.gates.judge import Frames

Counters = Mapping[str, Mapping[str, int]]

OVERCUT = 0.98  # the share of a document's text above which nothing but chrome was found
LARGE_SOURCE = 0.05  # a source with more than a twentieth of the rows is missed when it is gone
ENOUGH_ROWS = 5  # the mean cuts of fewer documents say nothing of a site
MEDIAN_OVER = 7  # batches: a week of a daily source


def ingest_frames(
    checks: pa.Table, base: Mapping[str, Counters], *, n_vanished: int, present: Iterable[str]
) -> Frames:
    """checks: INGEST_CHECKS of all batches. base: profile of every batch of the last version. present: sources in raw/."""
    counts = Counter(checks.column("batch").to_pylist())
    rows = sorted(counts.items())
    ratios = [n / typical if (typical := _typical_rows(batch, base)) else 1.0 for batch, n in rows]
    batches = pa.table({"batch": [batch for batch, _ in rows], "rows_ratio": pa.array(ratios, pa.float64())})
    missing = _large_sources(base) - set(present)
    return Frames({"n_vanished": n_vanished, "n_missing_sources": len(missing)}, checks, batches)


def clean_frames(
    checks: pa.Table,
    n_unaccounted: int,
    reference: Mapping[str, float],
    expected: Mapping[str, float] | None = None,
) -> Frames:
    """checks: CLEAN_CHECKS of all batches. reference: figures of `clean_figures` for the last version.

    expected: cuts in a document by source, as its profile has them.
    """
    overcut = checks.append_column(
        "overcut", pc.cast(pc.greater(checks.column("cut_frac"), OVERCUT), pa.float64())
    )
    by_batch = (
        overcut.group_by("batch")
        .aggregate([("overcut", "mean"), ("n_cuts", "mean"), ([], "count_all")])
        .sort_by("batch")
    )
    batches = pa.table({
        "batch": by_batch.column("batch"),
        "overcut_frac": by_batch.column("overcut_mean"),
        "cuts_of_profile": pa.array([_of_profile(one, expected or {}) for one in by_batch.to_pylist()], pa.float64()),
    })  # fmt: skip
    figures = clean_figures([clean_counters(checks)])
    corpus = {
        "n_unaccounted": n_unaccounted,
        "title_frac": figures.get("title_frac", 1.0),
        "published_frac": figures.get("published_frac", 1.0),
        "cuts_ratio": _ratio(figures.get("cuts_mean"), reference.get("cuts_mean")),
        "language_distance": distance(figures, reference, "language:"),
    }
    return Frames(corpus, checks, batches)


def _of_profile(one: Mapping[str, float | str], expected: Mapping[str, float]) -> float:
    """Cuts in a document of a batch, of what its source's profile expects; 1 where there is nothing to say."""
    usual = expected.get(str(one["batch"]).rsplit("/", 1)[0])
    if not usual or int(one["count_all"]) < ENOUGH_ROWS:
        return 1.0
    return round(float(one["n_cuts_mean"]) / usual, 4)


def dedup_frames(profile: Mapping[str, float], reference: Mapping[str, float]) -> Frames:
    """profile: what dedup counted over the whole corpus."""
    n = profile["n_articles"]
    limit = max(1_000.0, 0.05 * n)
    corpus = {
        **profile,
        "capped_frac": round(profile["n_capped_apart"] / max(1.0, n), 4),
        "largest_over_limit": max(0.0, profile["largest_cluster_texts"] - limit),
        "duplicates_change": round(
            profile["duplicates_frac"] - reference.get("duplicates_frac", profile["duplicates_frac"]), 4
        ),
        "largest_ratio": _ratio(profile["largest_cluster_texts"], reference.get("largest_cluster_texts")),
    }
    return Frames(corpus)


def entities_frames(
    checks: pa.Table, n_untagged: int, types: Mapping[str, int], reference: Mapping[str, float]
) -> Frames:
    """checks: ENTITIES_CHECKS of all batches. types: mentions of these batches by type."""
    n_mentions = checks.column("n_mentions")
    silent = pc.sum(pc.equal(n_mentions, 0)).as_py() or 0
    figures = _shares(types, "type:")
    corpus = {
        "n_untagged": n_untagged,
        "no_mentions_frac": round(silent / checks.num_rows, 4) if checks.num_rows else 0.0,
        "type_distance": distance(figures, reference, "type:"),
    }
    return Frames(corpus, checks)


def export_frames(findings: Mapping[str, float]) -> Frames:
    """findings: what the audit of the candidate's files counted."""
    return Frames(dict(findings))


def clean_counters(checks: pa.Table) -> dict[str, int]:
    """Additive counters of a batch's articles."""
    counters = {
        "n_documents": checks.num_rows,
        "n_cuts": int(pc.sum(checks.column("n_cuts")).as_py() or 0),
        "n_titles": checks.num_rows - checks.column("title_chars").null_count,
        "n_published": int(pc.sum(checks.column("has_date")).as_py() or 0),
    }
    languages = Counter(language or "unknown" for language in checks.column("language").to_pylist())
    return {**counters, **{f"language:{name}": n for name, n in sorted(languages.items())}}


def clean_figures(counters: Iterable[Mapping[str, int]]) -> dict[str, float]:
    """The counters of several batches as means and shares."""
    total = add_up(counters)
    n = total.get("n_documents", 0)
    if not n:
        return {}
    figures = {
        "cuts_mean": round(total["n_cuts"] / n, 4),
        "title_frac": round(total["n_titles"] / n, 4),
        "published_frac": round(total["n_published"] / n, 4),
    }
    languages = {k.removeprefix("language:"): v for k, v in total.items() if k.startswith("language:")}
    return {**figures, **_shares(languages, "language:")}


def type_figures(counters: Iterable[Mapping[str, int]]) -> dict[str, float]:
    """Mentions by type of several batches as shares."""
    return _shares(add_up(counters), "type:")


def add_up(counters: Iterable[Mapping[str, int]]) -> dict[str, int]:
    """The sum of counters, by name."""
    total: Counter[str] = Counter()
    for one in counters:
        total.update(one)
    return dict(sorted(total.items()))


def distance(figures: Mapping[str, float], reference: Mapping[str, float], prefix: str) -> float:
    """Total variation distance of two mixes, 0..1; 0 where one of them is not known."""
    ours = {k: v for k, v in figures.items() if k.startswith(prefix)}
    theirs = {k: v for k, v in reference.items() if k.startswith(prefix)}
    if not ours or not theirs:
        return 0.0
    return round(sum(abs(ours.get(k, 0.0) - theirs.get(k, 0.0)) for k in sorted({*ours, *theirs})) / 2, 4)


def _shares(counts: Mapping[str, int], prefix: str) -> dict[str, float]:
    total = sum(counts.values())
    return {f"{prefix}{name}": round(n / total, 4) for name, n in sorted(counts.items())} if total else {}


def _ratio(ours: float | None, theirs: float | None) -> float:
    return round(ours / theirs, 4) if ours and theirs else 1.0


def _rows(counters: Counters) -> int:
    return counters.get("clean", {}).get("n_documents", 0)


def _typical_rows(batch: str, base: Mapping[str, Counters]) -> float:
    """The median rows of the source's last batches in the last version; 0 if there are none."""
    source = batch.rsplit("/", 1)[0]
    others = [
        _rows(base[name]) for name in sorted(base) if name.rsplit("/", 1)[0] == source and name != batch
    ]
    return statistics.median(others[-MEDIAN_OVER:]) if others else 0.0


def _large_sources(base: Mapping[str, Counters]) -> set[str]:
    totals: Counter[str] = Counter()
    for batch, counters in base.items():
        totals[batch.rsplit("/", 1)[0]] += _rows(counters)
    return {source for source, n in totals.items() if n > LARGE_SOURCE * totals.total()}
