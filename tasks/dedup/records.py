"""Records: deduplication as a filter over plain records, for the command and for benchmarks."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping, Sequence
from typing import Any, TypedDict

import pyarrow as pa

from tasks import schema
from tasks.dedup.duplicates import Policy, Text, find_duplicates
from tasks.dedup.signatures import sign_texts
from tasks.errors import UsageError


class Clustered(TypedDict):
    """One line of `cleancopy dedup`."""

    id: str
    cluster_id: str
    is_canonical: bool
    canonical_id: str


def dedup_records(
    records: Iterable[Mapping[str, Any]], policy: Policy | None = None  # records come from JSON
) -> tuple[list[Clustered], list[dict[str, Any]]]:
    """Cluster of each record {id, title?, text, source?, published_at?}, in input order, and the pairs.

    Records count as undated: the smallest id names the cluster. Raises UsageError for a record without
    an id, or with an id seen before.
    """
    given = [_checked(record, place) for place, record in enumerate(records)]
    texts = {record["id"]: Text(record["title"], record["text"]) for record in given}
    if len(texts) != len(given):
        raise UsageError(f"dedup: id {_repeated([record['id'] for record in given])!r} comes twice; ids must be unique")
    signatures = sign_texts(pa.Table.from_pylist([_columns(record) for record in given], schema=_SCHEMA))
    found = find_duplicates(signatures, lambda ids: {doc_id: texts[doc_id] for doc_id in ids}, policy or Policy())
    clusters = found.clusters.to_pylist()
    canonical = {row["cluster_id"]: row["doc_id"] for row in clusters if row["is_canonical"]}
    cluster = {row["doc_id"]: row["cluster_id"] for row in clusters}
    lines = [_line(record["id"], cluster[record["id"]], canonical) for record in given]
    return lines, found.pairs.to_pylist()


_SCHEMA = pa.schema([schema.CLEAN.schema.field(name) for name in ("doc_id", "source", "title", "text", "published_at", "agency", "batch", "n_chars")])  # fmt: skip


def _line(doc_id: str, cluster_id: str, canonical: Mapping[str, str]) -> Clustered:
    chosen = canonical[cluster_id]
    return {"id": doc_id, "cluster_id": cluster_id, "is_canonical": chosen == doc_id, "canonical_id": chosen}


def _checked(record: Mapping[str, Any], place: int) -> dict[str, Any]:
    if record.get("id") in (None, ""):
        raise UsageError(f"dedup: record {place + 1} has no id; every record needs one")
    return {
        "id": str(record["id"]),
        "title": _text(record.get("title")) or None,
        "text": _text(record.get("text")),
        "source": _text(record.get("source")),
        "published_at": parse_time(_text(record.get("published_at"))),
    }


def _text(value: object) -> str:
    return "" if value is None else str(value)


def parse_time(text: str) -> dt.datetime | None:
    """An ISO date or time in UTC (a time without zone counts as UTC); None for anything else."""
    try:
        time = dt.datetime.fromisoformat(text)
    except ValueError:
        return None
    try:
        return time.replace(tzinfo=dt.UTC) if time.tzinfo is None else time.astimezone(dt.UTC)
    except OverflowError:
        return None


def _repeated(ids: Sequence[str]) -> str:
    return next(doc_id for place, doc_id in enumerate(ids) if doc_id in ids[:place])


def _columns(record: Mapping[str, Any]) -> dict[str, Any]:
    return {
        "doc_id": record["id"],
        "source": record["source"],
        "title": record["title"],
        "text": record["text"],
        "published_at": record["published_at"],
        "agency": None,
        "batch": f"{record['source']}/undated",
        "n_chars": len(record["text"]),
    }
