"""Which documents the report shows: not those that nobody would read, but pages however much markup they have."""

from __future__ import annotations

import pyarrow as pa

from tasks.report.shard_cuts import SAMPLE_CHARS, count_cuts


def edits(*rows: tuple[str, str, int, int]) -> pa.Table:
    names = ("doc_id", "kind", "raw_start", "raw_end")
    listed = [
        dict(zip(names, row, strict=True)) | {"rule_id": "r", "confidence_frac": 0.9, "removed": "Home"}
        for row in rows
    ]
    return pa.Table.from_pylist(listed)


def test_the_markup_of_a_page_does_not_keep_it_out() -> None:
    cuts = count_cuts(
        edits(
            ("page", "markup", 0, 300_000),
            ("page", "navigation", 300_000, 300_100),
            ("long", "navigation", 0, 100),
        ),
        pa.table({"doc_id": ["page", "long"], "n_raw_chars": [301_000, SAMPLE_CHARS + 1]}),
        "a/2024-02-01",
    )
    assert [(one.doc_id, one.cut_frac) for one in cuts.most_cut] == [("page", 0.1)]
    assert [one.doc_id for one in cuts.least_sure] == ["page"]
