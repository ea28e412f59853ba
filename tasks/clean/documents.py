"""The clean stage on a table of documents: articles, what was dropped and why, edits, and what the gate looks at."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Mapping, Sequence
from datetime import UTC, date, datetime
from itertools import pairwise
from typing import Any

import pyarrow as pa

from tasks import schema
from tasks.clean.clean import Cleaned, Given, clean_text
from tasks.clean.decide import Judge, learned_judge
from tasks.clean.edits import Edit, apply_edits, edits_in_order, removed_texts
from tasks.clean.repair import has_hidden, has_mojibake
from tasks.clean.rules import Rules
from tasks.collector import without_collector
from tasks.profiles import Profile
from tasks.stage import StageResult

Row = Mapping[str, Any]  # one row of schema.DOCUMENTS as Python values
_WORD = re.compile(r"\w+")
_TAG = re.compile(r"</?[a-zA-Z][^<>\n]{0,200}>|&(?:[a-zA-Z]{2,8}|#\d{1,6}|#x[0-9a-fA-F]{1,5});")
_DAY = re.compile(r"/(\d{4})-(\d\d)-(\d\d)\Z")
_PLAIN = ("doc_id", "content_sha256", "source", "raw_path", "encoding", "batch", "fetched_at")


def clean_documents(
    documents: pa.Table,
    rules: Rules,
    profile: Profile | None = None,
    judge: Judge | None = learned_judge,
) -> StageResult:
    """Boilerplate out, every cut recorded.

    documents: schema.DOCUMENTS. kept: schema.CLEAN, dropped: schema.DROPPED, both by doc_id; tables: `edits`
    (schema.EDITS, of kept documents) and `checks` (schema.CLEAN_CHECKS, rows as in kept). profile: what is
    typical of their source, where it was learned. Pure; a row never depends on another.
    """
    kept: list[dict[str, object]] = []
    dropped: list[dict[str, object]] = []
    edits: list[dict[str, object]] = []
    checks: list[dict[str, object]] = []
    with without_collector():  # each document would end with a search through the rows of all before it
        for row in sorted(_rows(documents), key=lambda row: str(row["doc_id"])):
            cleaned = clean_text(row["raw_text"], rules, given_of(row), judge, profile)
            if cleaned.dropped_reason is not None:
                dropped.append(_dropped(row, cleaned))
                continue
            kept.append(_kept(row, cleaned))
            edits.extend(_edit_rows(row, cleaned.edits))
            checks.append(_checks(row, cleaned))
    return StageResult(
        _table(schema.CLEAN, kept),
        _table(schema.DROPPED, dropped),
        schema.UNREADABLE.empty(),
        {"edits": _table(schema.EDITS, edits), "checks": _table(schema.CLEAN_CHECKS, checks)},
    )


def given_of(row: Row) -> Given:
    """What the record says of a document."""
    return Given(
        media_type="html" if row["media_type"] == "html" else "text",
        source=row["source"],
        url=row["url"],
        title=row["title"],
        published=row["published"],
        authors=tuple(row["authors"] or ()),
        section=row["section"],
        language=row["language"],
        raw_path=row["raw_path"],
        batch_day=batch_day(row["batch"]),
        time_zone=row["time_zone"],
    )


def batch_day(batch: str) -> date | None:
    """The day of a batch such as `example/2024-05-01`; None for `undated`."""
    found = _DAY.search(batch)
    return date(*(int(part) for part in found.groups())) if found else None


def _rows(documents: pa.Table) -> Iterable[Row]:
    for batch in documents.to_batches(max_chunksize=256):  # bounds what is held as Python objects
        yield from batch.to_pylist()


def _table(table: schema.Table, rows: Sequence[Mapping[str, object]]) -> pa.Table:
    return pa.Table.from_pylist(list(rows), schema=table.schema)


def _dropped(row: Row, cleaned: Cleaned) -> dict[str, object]:
    names = ("doc_id", "source", "batch", "raw_path")
    return {
        **{name: row[name] for name in names},
        "stage": "clean",
        "reason": cleaned.dropped_reason,
        "evidence": cleaned.evidence,
    }


def _kept(row: Row, cleaned: Cleaned) -> dict[str, object]:
    dating = cleaned.dating
    return {
        **{name: row[name] for name in _PLAIN},
        "url": cleaned.url,
        "title": cleaned.title,
        "text": cleaned.text,
        "language": cleaned.language,
        "published_at": dating.published_at,
        "published_from": dating.published_from,
        "published_precision": dating.published_precision,
        "published_confidence_frac": dating.published_confidence_frac,
        "date_candidates": [
            {"value": one.value, "from": one.origin, "precision": one.precision} for one in dating.candidates
        ],
        "authors": list(cleaned.authors),
        "agency": cleaned.agency,
        "dateline_place": cleaned.dateline_place,
        "captions": list(cleaned.captions),
        "credits": list(cleaned.credits),
        "section": cleaned.section,
        "n_raw_chars": len(row["raw_text"]),
        "n_chars": len(cleaned.text),
        "n_words": len(_WORD.findall(cleaned.text)),
    }


def _edit_rows(row: Row, edits: Sequence[Edit]) -> list[dict[str, object]]:
    removed = removed_texts(row["raw_text"], edits)
    return [
        {
            "doc_id": row["doc_id"],
            "raw_start": edit.start,
            "raw_end": edit.end,
            "kind": edit.kind,
            "rule_id": edit.rule_id,
            "confidence_frac": round(edit.confidence_frac, 4),
            "removed": gone,
            "inserted": edit.inserted,
        }
        for edit, gone in zip(edits, removed, strict=True)
    ]


def _checks(row: Row, cleaned: Cleaned) -> dict[str, object]:
    raw, text, edits = row["raw_text"], cleaned.text, cleaned.edits
    in_order = edits_in_order(raw, edits)
    cuts = [edit for edit in edits if edit.kind not in {"markup", "whitespace"}]
    n_cut = sum(edit.end - edit.start for edit in edits if edit.kind != "markup")
    n_markup = sum(edit.end - edit.start for edit in edits if edit.kind == "markup")
    return {
        "doc_id": row["doc_id"],
        "batch": row["batch"],
        "n_chars": len(text),
        "title_chars": len(cleaned.title) if cleaned.title is not None else None,
        "language": cleaned.language,
        "has_markup": _TAG.search(text) is not None,
        "has_mojibake": has_mojibake(text),
        "has_control": has_hidden(text),
        "is_trimmed_nfc": text == text.strip() and unicodedata.is_normalized("NFC", text),
        "edits_in_order": in_order and all(one.end <= two.start for one, two in pairwise(edits)),
        "replay_exact": in_order and apply_edits(raw, edits) == text,
        "has_date": cleaned.dating.published_at is not None,
        "published_after_days": _days_after(batch_day(row["batch"]), cleaned.dating.published_at),
        "cut_frac": round(n_cut / max(1, len(raw) - n_markup), 4),
        "n_cuts": len(cuts),
    }


def _days_after(day: date | None, moment: datetime | None) -> float | None:
    if day is None or moment is None:
        return None
    start = datetime(day.year, day.month, day.day, tzinfo=UTC)
    return round((moment - start).total_seconds() / 86_400, 4)
