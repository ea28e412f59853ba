"""Which documents the report shows: not those that nobody would read, but pages however much markup they have."""

from __future__ import annotations

import pyarrow as pa

from tasks.report.cuts import SAMPLE_CHARS, SourceCuts


def edits(*rows: tuple[str, str, int, int]) -> pa.Table:
    names = ("doc_id", "kind", "raw_start", "raw_end")
    listed = [
        dict(zip(names, row, strict=True)) | {"rule_id": "r", "confidence_frac": 0.9, "removed": "Home"}
        for row in rows
    ]
    return pa.Table.from_pylist(listed)


def test_the_markup_of_a_page_does_not_keep_it_out() -> None:
    cuts = SourceCuts("a")
    cuts.add(
        edits(
            ("page", "markup", 0, 300_000),
            ("page", "navigation", 300_000, 300_100),
            ("long", "navigation", 0, 100),
        ),
        {"page": 301_000, "long": SAMPLE_CHARS + 1},
        "a/2024-02-01",
    )
    assert [(one.doc_id, one.cut_frac) for one in cuts.most_cut] == [("page", 0.1)]
    assert [one.doc_id for one in cuts.least_sure] == ["page"]
