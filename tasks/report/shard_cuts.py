"""What the page tells of the cuts of one shard: counted once, kept beside the other results, read by every later page.

A record names the edits it was counted from, so that retention keeps it as long as a version lists these; it holds
lines of the raw text, so a takedown deletes it with them.
"""

from __future__ import annotations

from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass
from heapq import nsmallest
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc

from tasks.errors import CleancopyError
from tasks.report.showing import FAMILIES, QUIET, one_line
from tasks.stage import content_key
from tasks.versions.memo import CUTS
from tasks.versions.parts import Part
from tasks.versions.store import Store

COUNTED = "2"  # raised when a shard is counted in another way
LINE_CHARS = 200  # longer cuts do not come twice; they show in the samples
SHARD_LINES = 250  # of one shard; beyond, the rarest are forgotten: a line of every page is not among them
SAMPLES = 3  # documents of each sort
SAMPLE_CHARS = 60_000  # markup apart: a longer document is no sample, nobody reads it
SAMPLE_RAW_CHARS = 2_000_000  # with its markup, which the pages of news sites mostly are
COLUMNS = ("doc_id", "kind", "rule_id", "confidence_frac", "raw_start", "raw_end", "removed")
_COUNTS = [("confidence_frac", "min"), ([], "count_all")]

LineKey = tuple[str, str, str]  # text, kind, rule


@dataclass(frozen=True, slots=True)
class Sample:
    """A document to look at. cut_frac: share of its text, markup apart, that was cut. least: surest at least."""

    doc_id: str
    batch: str
    cut_frac: float
    least_frac: float


@dataclass(frozen=True, slots=True)
class ShardCuts:
    """The cuts of one shard.

    kinds: kind -> edits and raw characters. lines: a text that was cut -> how often, how sure at the least.
    forgot: different lines left out.
    """

    n_documents: int
    kinds: Mapping[str, tuple[int, int]]
    lines: Mapping[LineKey, tuple[int, float]]
    forgot: int
    most_cut: tuple[Sample, ...]
    least_sure: tuple[Sample, ...]


def shard_cuts(store: Store, batch: str, clean: Part, edits: Part) -> ShardCuts:
    """The cuts of the shard of a batch with these articles and edits, counted or looked up. Raises CorruptPart."""
    key = content_key((COUNTED, clean.sha256, edits.sha256))
    known = store.look_up(CUTS, key)
    if known is not None:
        return _revived(known, batch)
    sizes = store.read_part(clean, ["doc_id", "n_raw_chars"])
    found = count_cuts(store.read_part(edits, COLUMNS), sizes, batch)
    with suppress(CleancopyError):  # a folder that cannot be written: counted again the next time
        store.remember(CUTS, key, {**_record(found), "of": edits})
    return found


def count_cuts(edits: pa.Table, sizes: pa.Table, batch: str) -> ShardCuts:
    """Counts the edits of a shard. edits: COLUMNS; sizes: doc_id and n_raw_chars of its articles."""
    edits = edits.append_column("n", pc.subtract(edits["raw_end"], edits["raw_start"]))
    kinds = edits.group_by("kind").aggregate([("n", "sum"), ([], "count_all")]).to_pylist()
    loud = edits.filter(pc.invert(pc.is_in(edits["kind"], value_set=pa.array(QUIET))))
    moved = pc.is_in(loud["kind"], value_set=pa.array(FAMILIES["moved"]))
    short = pc.less_equal(pc.utf8_length(loud["removed"]), LINE_CHARS)
    lines = _lines(loud.filter(pc.and_(short, pc.invert(moved))))
    kept = dict(most_frequent(lines, SHARD_LINES))
    samples = _samples(edits.filter(pc.equal(edits["kind"], "markup")), loud, sizes, batch)
    return ShardCuts(
        sizes.num_rows,
        {one["kind"]: (one["count_all"], one["n_sum"]) for one in sorted(kinds, key=lambda one: one["kind"])},
        kept,
        len(lines) - len(kept),
        most_cut(samples),
        least_sure(samples),
    )


def most_frequent(
    lines: Mapping[LineKey, tuple[int, float]], n: int
) -> list[tuple[LineKey, tuple[int, float]]]:
    """The n most frequent lines, equally frequent ones by their text."""
    return nsmallest(n, lines.items(), key=lambda one: (-one[1][0], one[0]))


def most_cut(samples: list[Sample]) -> tuple[Sample, ...]:
    """The documents of which most was cut."""
    return tuple(sorted(samples, key=lambda one: (-one.cut_frac, one.doc_id))[:SAMPLES])


def least_sure(samples: list[Sample]) -> tuple[Sample, ...]:
    """The documents with the cuts the rules were least sure of."""
    return tuple(sorted(samples, key=lambda one: (one.least_frac, -one.cut_frac, one.doc_id))[:SAMPLES])


def _lines(short: pa.Table) -> dict[LineKey, tuple[int, float]]:
    lines: dict[LineKey, tuple[int, float]] = {}
    for one in short.group_by(["removed", "kind", "rule_id"]).aggregate(_COUNTS).to_pylist():
        text = one_line(one["removed"])
        if text:
            key = (text, one["kind"], one["rule_id"])
            n, sure = lines.get(key, (0, 1.0))
            lines[key] = (n + one["count_all"], min(sure, one["confidence_frac_min"]))
    return lines


def _samples(markup: pa.Table, loud: pa.Table, sizes: pa.Table, batch: str) -> list[Sample]:
    hidden = _sums(markup)
    raw_chars = dict(zip(sizes["doc_id"].to_pylist(), sizes["n_raw_chars"].to_pylist(), strict=True))
    grouped = loud.group_by("doc_id").aggregate([("n", "sum"), ("confidence_frac", "min")])
    samples = []
    for one in grouped.to_pylist():
        doc_id, n_raw = one["doc_id"], raw_chars.get(one["doc_id"], 0)
        shown = max(1, n_raw - hidden.get(doc_id, 0))
        if 0 < n_raw <= SAMPLE_RAW_CHARS and shown <= SAMPLE_CHARS:
            cut = round(min(1.0, one["n_sum"] / shown), 4)
            samples.append(Sample(doc_id, batch, cut, one["confidence_frac_min"]))
    return samples


def _sums(edits: pa.Table) -> dict[str, int]:
    grouped = edits.group_by("doc_id").aggregate([("n", "sum")])
    return dict(zip(grouped["doc_id"].to_pylist(), grouped["n_sum"].to_pylist(), strict=True))


def _record(cuts: ShardCuts) -> dict[str, Any]:
    return {
        "n_documents": cuts.n_documents,
        "kinds": {kind: list(counts) for kind, counts in cuts.kinds.items()},
        "lines": [[*key, *counts] for key, counts in cuts.lines.items()],
        "forgot": cuts.forgot,
        **{name: [[s.doc_id, s.cut_frac, s.least_frac] for s in getattr(cuts, name)] for name in ("most_cut", "least_sure")},
    }  # fmt: skip


def _revived(record: Mapping[str, Any], batch: str) -> ShardCuts:
    return ShardCuts(
        record["n_documents"],
        {kind: (n, chars) for kind, (n, chars) in record["kinds"].items()},
        {(text, kind, rule): (n, sure) for text, kind, rule, n, sure in record["lines"]},
        record["forgot"],
        tuple(Sample(doc_id, batch, *fracs) for doc_id, *fracs in record["most_cut"]),
        tuple(Sample(doc_id, batch, *fracs) for doc_id, *fracs in record["least_sure"]),
    )
