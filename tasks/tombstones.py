"""Tombstones: what was taken down is not ingested again, under whatever name it is delivered."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

import pyarrow as pa

from tasks import schema
from tasks.stage import StageResult

KIND = "takedown"
REASON = "taken_down"
Row = Mapping[str, Any]  # a row of schema.DOCUMENTS


@dataclass(frozen=True, slots=True)
class Tombstone:
    """What one takedown keeps out: the document, every content it had, and its address if the record gave one."""

    doc_id: str
    contents: frozenset[str]
    url: str | None
    reason: str = ""

    def covers(self, row: Row) -> bool:
        """Whether a document (doc_id, content_sha256, url) is the one taken down, or the same under another name."""
        if row["doc_id"] == self.doc_id or row["content_sha256"] in self.contents:
            return True
        return self.url is not None and row["url"] == self.url

    @property
    def evidence(self) -> str:
        """What a dropped row says."""
        return f"takedown of {self.doc_id}: {self.reason}"


def tombstones(decisions: Iterable[Mapping[str, Any]]) -> tuple[Tombstone, ...]:
    """The takedowns among the decisions of a version, in the order of doc_id."""
    found = [
        Tombstone(one["doc_id"], frozenset(one["content_sha256"]), one["url"], one["reason"])
        for one in decisions
        if one["kind"] == KIND
    ]
    return tuple(sorted(found, key=lambda one: one.doc_id))


def digest(stones: Iterable[Tombstone]) -> str:
    """A hash of all of them: results read under other tombstones are not theirs. Empty for none."""
    listed = [[one.doc_id, sorted(one.contents), one.url, one.reason] for one in stones]
    return hashlib.sha256(json.dumps(listed).encode()).hexdigest() if listed else ""


def covering(documents: pa.Table, stones: Iterable[Tombstone]) -> Iterator[Tombstone | None]:
    """Per row of schema.DOCUMENTS (or of its three columns) the tombstone that covers it."""
    listed = tuple(stones)
    for row in documents.select(["doc_id", "content_sha256", "url"]).to_pylist():
        yield next((one for one in listed if one.covers(row)), None)


def honour(result: StageResult, stones: tuple[Tombstone, ...]) -> StageResult:
    """The result of reading without what was taken down, which is dropped before anything of it is written.

    result: as in `documents.Chunk`; kept and `checks` have one row a document, in the same order.
    """
    if not stones:
        return result
    hits = list(covering(result.kept, stones))
    if not any(hits):
        return result
    stays = pa.array([hit is None for hit in hits], pa.bool_())
    gone = result.kept.select(["doc_id", "source", "batch", "raw_path"]).to_pylist()
    rows = [dropped_row(row, hit) for row, hit in zip(gone, hits, strict=True) if hit]
    dropped = pa.Table.from_pylist(rows, schema=schema.DROPPED.schema)
    return StageResult(
        kept=result.kept.filter(stays),
        dropped=pa.concat_tables([result.dropped, dropped]),
        quarantined=result.quarantined,
        tables={**result.tables, "checks": result.tables["checks"].filter(stays)},
    )


def dropped_row(row: Row, stone: Tombstone) -> dict[str, Any]:
    """A row of schema.DROPPED for a document (doc_id, source, batch, raw_path) taken down."""
    place = {name: row[name] for name in ("doc_id", "source", "batch", "raw_path")}
    return place | {"stage": "ingest", "reason": REASON, "evidence": stone.evidence}
