"""The gate: each defect fires exactly its rule, and every failing row is named."""

from __future__ import annotations

import pickle
from collections.abc import Callable
from typing import Any

import pyarrow as pa
import pytest

from expectations.rules import Reference, build_suite, row, stop
from tasks import schema
from tasks.errors import GateStopped
from tasks.gates.frames import clean_frames, dedup_frames, entities_frames, export_frames, ingest_frames
from tasks.gates.judge import Frames, judge

N = 40
BATCH = "alpha/2024-02-05"


def ingest_checks(n: int = N, batch: str = BATCH, **columns: list[Any]) -> pa.Table:
    defaults = {
        "doc_id": [f"{i:016x}" for i in range(n)],
        "content_sha256": [f"{i:064x}" for i in range(n)],
        "batch": [batch] * n,
        "n_bytes": [2_000] * n,
        "replaced_frac": [0.0] * n,
        "url": [f"https://alpha.example/{i}" for i in range(n)],
        "fetched_after_days": [0.5] * n,
    }
    return pa.table({**defaults, **columns}, schema=schema.INGEST_CHECKS.schema)


def clean_checks(n: int = N, batch: str = BATCH, **columns: list[Any]) -> pa.Table:
    defaults = {
        "doc_id": [f"{i:016x}" for i in range(n)],
        "batch": [batch] * n,
        "n_chars": [1_500] * n,
        "title_chars": [40] * n,
        "language": ["en"] * n,
        "has_markup": [False] * n,
        "has_mojibake": [False] * n,
        "has_control": [False] * n,
        "is_trimmed_nfc": [True] * n,
        "edits_in_order": [True] * n,
        "replay_exact": [True] * n,
        "has_date": [True] * n,
        "published_after_days": [0.1] * n,
        "cut_frac": [0.2] * n,
        "n_cuts": [4] * n,
    }
    return pa.table({**defaults, **columns}, schema=schema.CLEAN_CHECKS.schema)


def entities_checks(n: int = N, **columns: list[Any]) -> pa.Table:
    flags = ("spans_inside", "surfaces_equal", "types_known", "scores_in_range", "spans_unique")
    defaults = {
        "doc_id": [f"{i:016x}" for i in range(n)],
        "batch": [BATCH] * n,
        "n_mentions": [9] * n,
        **{flag: [True] * n for flag in flags},
    }
    return pa.table({**defaults, **columns}, schema=schema.ENTITIES_CHECKS.schema)


DEDUP = {
    "n_articles": 900, "n_unclustered": 0, "n_clustered_twice": 0, "n_bad_canonical": 0, "n_unknown_pair_ids": 0,
    "largest_cluster_texts": 12, "duplicates_frac": 0.1, "n_capped_apart": 18,
}  # fmt: skip
EXPORT = {
    "n_schema_errors": 0, "n_rows_missing": 0, "n_repeated_ids": 0, "n_wrong_month": 0, "n_bad_files": 0,
    "n_articles": 900, "rows_change": 0.0,
}  # fmt: skip
BASE = Reference(5_000, {"clean": {"cuts_mean": 4.0, "language:en": 1.0}, "entities": {"type:GPE": 1.0},
                         "dedup": {"duplicates_frac": 0.1, "largest_cluster_texts": 12}})  # fmt: skip


def spoilt(value: Any, default: list[Any], at: int = 3) -> list[Any]:
    return [*default[:at], value, *default[at + 1 :]]


def ingest(
    reference: Reference = BASE, *, n_vanished: int = 0, base: Any = None, **columns: list[Any]
) -> Any:
    frames = ingest_frames(ingest_checks(**columns), base or {}, n_vanished=n_vanished, present=["alpha"])
    return judge("ingest", frames, reference)


def clean(
    reference: Reference = BASE, *, n_unaccounted: int = 0, expected: Any = None, **columns: list[Any]
) -> Any:
    checks = clean_checks(**columns)
    known = reference.profile.get("clean", {})
    return judge("clean", clean_frames(checks, n_unaccounted, known, expected or {}), reference)


def entities(
    reference: Reference = BASE, *, n_untagged: int = 0, types: Any = None, **columns: list[Any]
) -> Any:
    checks = entities_checks(**columns)
    known = reference.profile.get("entities", {})
    return judge("entities", entities_frames(checks, n_untagged, types or {"GPE": 9}, known), reference)


def dedup(reference: Reference = BASE, **figures: float) -> Any:
    return judge("dedup", dedup_frames({**DEDUP, **figures}, reference.profile.get("dedup", {})), reference)


def export(reference: Reference = BASE, **figures: float) -> Any:
    return judge("export", export_frames({**EXPORT, **figures}), reference)


IDS = [f"{i:016x}" for i in range(N)]
MUTATIONS: list[tuple[str, str, Callable[[], Any]]] = [
    ("doc_id_form", "stopped", lambda: ingest(doc_id=spoilt("UPPER", IDS))),
    ("content_form", "stopped", lambda: ingest(content_sha256=spoilt("short", [f"{i:064x}" for i in range(N)]))),
    ("doc_id_once", "quarantined", lambda: ingest(doc_id=spoilt(IDS[2], IDS))),
    ("document_size", "quarantined", lambda: ingest(n_bytes=spoilt(63, [64] * N))),
    ("document_size", "quarantined", lambda: ingest(n_bytes=spoilt(20_000_001, [20_000_000] * N))),
    ("decodable", "quarantined", lambda: ingest(replaced_frac=spoilt(0.0011, [0.001] * N))),
    ("url_form", "quarantined", lambda: ingest(url=spoilt("javascript:alert(1)", [None] * N))),
    ("fetched_in_time", "warned", lambda: ingest(fetched_after_days=spoilt(1.2, [1.0] * N))),
    ("raw_missing", "warned", lambda: ingest(n_vanished=2)),
    ("batch_size", "warned", lambda: ingest(base={"alpha/2024-02-04": {"clean": {"n_documents": 100}}})),
    ("sources_present", "warned", lambda: ingest(base={"gone/2024-02-04": {"clean": {"n_documents": 100}}})),
    ("documents_accounted", "stopped", lambda: clean(n_unaccounted=1)),
    ("text_length", "quarantined", lambda: clean(n_chars=spoilt(199, [200] * N))),
    ("text_length", "quarantined", lambda: clean(n_chars=spoilt(200_001, [200_000] * N))),
    ("no_markup", "quarantined", lambda: clean(has_markup=spoilt(True, [False] * N))),
    ("no_mojibake", "quarantined", lambda: clean(has_mojibake=spoilt(True, [False] * N))),
    ("no_control_characters", "quarantined", lambda: clean(has_control=spoilt(True, [False] * N))),
    ("trimmed_nfc", "stopped", lambda: clean(is_trimmed_nfc=spoilt(False, [True] * N))),
    ("edits_in_order", "stopped", lambda: clean(edits_in_order=spoilt(False, [True] * N))),
    ("replay_exact", "stopped", lambda: clean(replay_exact=spoilt(False, [True] * N))),
    ("title_length", "quarantined", lambda: clean(title_chars=spoilt(4, [5] * N))),
    ("published_in_time", "quarantined", lambda: clean(published_after_days=spoilt(1.5, [1.0] * N))),
    ("not_overcut", "held", lambda: clean(cut_frac=[0.99] * (N // 2 + 1) + [0.98] * (N // 2 - 1))),
    ("titles_present", "warned", lambda: clean(title_chars=spoilt(None, [40] * N))),
    ("dates_present", "warned", lambda: clean(has_date=[True] * 23 + [False] * 17)),
    ("cuts_per_document", "warned", lambda: clean(n_cuts=[9] * N)),
    ("cuts_like_profile", "warned", lambda: clean(expected={"alpha": 9.0})),
    ("language_mix", "warned", lambda: clean(language=["vi"] * 7 + ["en"] * (N - 7))),
    ("every_article_clustered", "stopped", lambda: dedup(n_unclustered=1)),
    ("one_cluster_each", "stopped", lambda: dedup(n_clustered_twice=1)),
    ("one_canonical_each", "stopped", lambda: dedup(n_bad_canonical=1)),
    ("pairs_exist", "stopped", lambda: dedup(n_unknown_pair_ids=1)),
    ("largest_cluster", "stopped", lambda: dedup(Reference(), n_articles=3_000, largest_cluster_texts=1_001)),
    ("few_articles_capped", "warned", lambda: dedup(n_capped_apart=19)),
    ("duplicates_share", "warned", lambda: dedup(duplicates_frac=0.21)),
    ("largest_cluster_growth", "warned", lambda: dedup(largest_cluster_texts=25)),
    ("documents_tagged", "stopped", lambda: entities(n_untagged=1)),
    ("spans_inside", "stopped", lambda: entities(spans_inside=spoilt(False, [True] * N))),
    ("surfaces_equal", "stopped", lambda: entities(surfaces_equal=spoilt(False, [True] * N))),
    ("types_known", "stopped", lambda: entities(types_known=spoilt(False, [True] * N))),
    ("scores_in_range", "stopped", lambda: entities(scores_in_range=spoilt(False, [True] * N))),
    ("spans_unique", "stopped", lambda: entities(spans_unique=spoilt(False, [True] * N))),
    ("mentions_present", "warned", lambda: entities(n_mentions=[0] * 9 + [3] * (N - 9))),
    ("type_mix", "warned", lambda: entities(types={"GPE": 8, "PERSON": 2})),
    ("schema_equals", "stopped", lambda: export(n_schema_errors=1)),
    ("rows_add_up", "stopped", lambda: export(n_rows_missing=1)),
    ("doc_id_unique", "stopped", lambda: export(n_repeated_ids=1)),
    ("partition_equals_month", "stopped", lambda: export(n_wrong_month=1)),
    ("files_intact", "stopped", lambda: export(n_bad_files=1)),
    ("rows_change", "warned", lambda: export(rows_change=-0.06)),
]  # fmt: skip


def fired(report: Any) -> dict[str, str]:
    return {verdict.rule: verdict.status for verdict in report.verdicts if verdict.status != "passed"}


@pytest.mark.parametrize(
    ("rule", "status", "gate"), MUTATIONS, ids=[f"{r}-{i}" for i, (r, _, _) in enumerate(MUTATIONS)]
)
def test_each_defect_fires_exactly_its_rule(rule: str, status: str, gate: Callable[[], Any]) -> None:
    assert fired(gate()) == {rule: status}


def test_every_rule_that_can_fail_has_a_defect_that_fires_it() -> None:
    from tasks.gates.judge import load_suite

    stages = ("ingest", "clean", "dedup", "entities", "export")
    rules = {e.meta["rule"] for stage in stages for e in load_suite(stage, BASE).expectations}
    impossible = {
        "doc_id_present",
        "content_present",
    }  # the schema forbids nulls there: they stand as partners
    assert rules - {rule for rule, _, _ in MUTATIONS} == impossible


@pytest.mark.parametrize("gate", [ingest, clean, dedup, entities, export])
def test_good_data_passes_every_rule(gate: Callable[[], Any]) -> None:
    assert fired(gate()) == {}


def test_failing_rows_are_named_by_batch_and_position() -> None:
    first = ingest_checks(4, "alpha/2024-02-05")
    second = ingest_checks(4, "beta/2024-02-05", doc_id=IDS[4:8], n_bytes=[1, 64, 64, 2])
    frames = ingest_frames(pa.concat_tables([first, second]), {}, n_vanished=0, present=())
    report = judge("ingest", frames, Reference())
    assert report.failing == {"beta/2024-02-05": {0: ("document_size",), 3: ("document_size",)}}


def test_more_than_two_hundred_failing_rows_are_all_named() -> None:
    n = 3_000
    report = ingest(n=n, doc_id=[f"{i:016x}" for i in range(n)], n_bytes=[1] * n)
    assert len(report.failing[BATCH]) == n
    assert report.held == {BATCH: ("document_size",)}


def test_a_batch_beyond_its_tolerance_is_held_and_the_other_is_not() -> None:
    bad = ingest_checks(100, "alpha/2024-02-05", n_bytes=[1] * 6 + [64] * 94)
    good = ingest_checks(100, "beta/2024-02-05", doc_id=[f"{i:016x}" for i in range(100, 200)])
    frames = ingest_frames(pa.concat_tables([bad, good]), {}, n_vanished=0, present=())
    report = judge("ingest", frames, Reference())
    assert report.held == {"alpha/2024-02-05": ("document_size",)}


def test_five_failing_rows_are_tolerated_in_a_small_batch() -> None:
    assert clean(n_chars=[1] * 5 + [1_500] * (N - 5)).held == {}
    assert clean(n_chars=[1] * 6 + [1_500] * (N - 6)).held == {BATCH: ("text_length",)}


def test_a_rule_that_cannot_be_evaluated_stops() -> None:
    frames = Frames(
        {"n_vanished": 0},
        ingest_checks().drop_columns(["n_bytes"]),
        pa.table({"batch": [BATCH], "rows_ratio": [1.0]}),
    )
    report = judge("ingest", frames, Reference())
    assert {verdict.rule for verdict in report.stops} == {"document_size"}
    assert "could not be evaluated" in report.stops[0].observed


def test_two_rules_of_one_name_are_refused() -> None:
    import great_expectations.expectations as gxe

    rule = {"rule": "same", "why": "", "column": "x", "min_value": 0}
    with pytest.raises(ValueError, match="one name each"):
        build_suite(
            "s",
            [
                stop(gxe.ExpectColumnValuesToBeBetween, **rule),
                row(gxe.ExpectColumnValuesToBeBetween, tolerance=0.1, **rule),
            ],
        )
    with pytest.raises(ValueError, match="one name each"):
        build_suite("s", [])


def test_the_stop_pickles_with_its_evidence() -> None:
    report = dedup(n_unclustered=1)
    error = GateStopped("dedup", tuple(v.told() for v in report.stops))
    again = pickle.loads(pickle.dumps(error))
    assert (again.stage, again.reasons, again.exit_code) == ("dedup", error.reasons, 3)
    assert "every_article_clustered" in str(again)
