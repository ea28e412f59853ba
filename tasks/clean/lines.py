"""Clean as a filter: one record in, one record out; nothing in the data folder is read or written."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from tasks.clean.clean import Cleaned, Given, clean_text
from tasks.clean.decide import Judge, learned_judge
from tasks.clean.edits import Edit
from tasks.clean.rules import Rules, load_rules
from tasks.errors import UsageError


def clean_record(
    record: Mapping[str, Any], rules: Rules | None = None, judge: Judge | None = learned_judge
) -> dict[str, Any]:
    """One line of the filter: {id, text | html, url?, title?, published?, source?} cleaned, with its edits.

    Raises UsageError unless the record has `text` or `html` as a string. An empty or useless text is no
    error: the answer then has `dropped_reason`.
    """
    media_type, raw = _raw(record)
    given = Given(
        media_type="html" if media_type == "html" else "text",
        source=_text(record, "source"),
        url=_text(record, "url"),
        title=_text(record, "title"),
        published=_text(record, "published"),
        time_zone=_text(record, "time_zone") or "UTC",
    )
    return record_of(record.get("id"), clean_text(raw, rules or load_rules(), given, judge))


def _raw(record: Mapping[str, Any]) -> tuple[str, str]:
    for media_type in ("text", "html"):
        if isinstance(record.get(media_type), str):
            return media_type, str(record[media_type])
    raise UsageError(
        f"record {record.get('id')!r} has neither `text` nor `html` as a string: add one of them"
    )


def _text(record: Mapping[str, Any], name: str) -> str | None:
    value = record.get(name)
    return value if isinstance(value, str) and value.strip() else None


def record_of(identity: object, cleaned: Cleaned) -> dict[str, Any]:
    """The answer of the filter as JSON values; times in ISO 8601."""
    dating = cleaned.dating
    answer: dict[str, Any] = {
        "id": identity,
        "title": cleaned.title,
        "text": cleaned.text,
        "url": cleaned.url,
        "language": cleaned.language,
        "published_at": dating.published_at.isoformat() if dating.published_at else None,
        "published_from": dating.published_from,
        "published_precision": dating.published_precision,
        "published_confidence_frac": dating.published_confidence_frac,
        "date_candidates": [
            {"value": one.value.isoformat(), "from": one.origin, "precision": one.precision}
            for one in dating.candidates
        ],
        "authors": list(cleaned.authors),
        "agency": cleaned.agency,
        "dateline_place": cleaned.dateline_place,
        "captions": list(cleaned.captions),
        "credits": list(cleaned.credits),
        "section": cleaned.section,
        "edits": [_edit(edit) for edit in cleaned.edits],
    }
    if cleaned.dropped_reason is not None:
        answer |= {"dropped_reason": cleaned.dropped_reason, "evidence": cleaned.evidence}
    return answer


def _edit(edit: Edit) -> dict[str, Any]:
    return {
        "raw_start": edit.start,
        "raw_end": edit.end,
        "kind": edit.kind,
        "rule_id": edit.rule_id,
        "confidence_frac": round(edit.confidence_frac, 4),
        "inserted": edit.inserted,
    }
