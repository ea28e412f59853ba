"""The tagging half of the stage: every mention of every document, with its place in the raw text.

A pure function of the clean table, the edits, the tagger and the gazetteer: no I/O, no clock, the same
rows whatever the order or the batch.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

import numpy as np
import pyarrow as pa

from tasks import schema
from tasks.entities.gazetteer import Gazetteer
from tasks.entities.local import LocalEntity, resolve_document
from tasks.entities.names import refine
from tasks.entities.offsets import OffsetMap
from tasks.entities.parts import NAMES
from tasks.entities.rules import find_listed
from tasks.entities.spans import Mention, Span
from tasks.entities.storms import storm_names
from tasks.entities.taggers import Tagger
from tasks.entities.values.find import find_values
from tasks.stage import StageResult

FIELDS = ("text", "title")  # the order of the table's key
_METHODS = frozenset({"rule", "gazetteer", "document"})


@dataclass(frozen=True, slots=True)
class TaggedText:
    """Mentions of one field of one document; `local_ids` are None for values."""

    field: str
    spans: tuple[Span, ...]
    local_ids: tuple[int | None, ...]


@dataclass(frozen=True, slots=True)
class Tagged:
    """One document's mentions and the entities behind them."""

    fields: tuple[TaggedText, ...]
    entities: tuple[LocalEntity, ...]


def tag_documents(clean: pa.Table, edits: pa.Table, tagger: Tagger, gazetteer: Gazetteer) -> StageResult:
    """Mentions of a shard.

    clean: schema.CLEAN. edits: schema.EDITS of the same documents, sorted. kept and tables["checks"]:
    schema.ENTITIES_CHECKS, a row a document; tables["tagged"]: schema.TAGGED; tables["names"]: schema.NAMES.
    """
    clean = clean.sort_by("doc_id")
    documents = clean.select(["doc_id", "batch", "title", "text", "language", "published_at"]).to_pylist()
    found = tag_texts(documents, tagger, gazetteer)
    by_document = _edits_by_document(edits)
    mentions: list[dict[str, object]] = []
    names: list[dict[str, object]] = []
    checks: list[dict[str, object]] = []
    for document, tagged in zip(documents, found, strict=True):
        rows = _mention_rows(document, tagged, by_document.get(document["doc_id"]))
        mentions += rows
        names += [_name_row(document["doc_id"], entity) for entity in tagged.entities]
        checks.append(_check_row(document, rows))
    checked = pa.Table.from_pylist(checks, schema=schema.ENTITIES_CHECKS.schema)
    tables = {
        "tagged": pa.Table.from_pylist(mentions, schema=schema.TAGGED.schema),
        "names": pa.Table.from_pylist(names, schema=schema.NAMES.schema),
        "checks": checked,
    }
    return StageResult(checked, schema.DROPPED.empty(), schema.UNREADABLE.empty(), tables)


def tag_texts(
    documents: Sequence[Mapping[str, object]], tagger: Tagger, gazetteer: Gazetteer
) -> list[Tagged]:
    """Mentions of documents given as {title?, text, language?, published_at?}.

    The tagger reads English (or an unknown language); in others there are names of the gazetteer and values only.
    """
    texts = [
        str(document.get(field) or "") if _is_english(document) else ""
        for document in documents
        for field in FIELDS
    ]
    spans = tagger.tag(texts)
    return [
        _tag_document(document, dict(zip(FIELDS, spans[2 * at : 2 * at + 2], strict=True)), gazetteer)
        for at, document in enumerate(documents)
    ]


def _is_english(document: Mapping[str, object]) -> bool:
    return document.get("language") in (None, "en")


def _tag_document(
    document: Mapping[str, object], tagged: Mapping[str, list[Span]], gazetteer: Gazetteer
) -> Tagged:
    texts = {field: str(document.get(field) or "") for field in FIELDS}
    published_at = document.get("published_at")
    language = document.get("language")
    is_english = _is_english(document)
    storms = storm_names(texts["text"]) if is_english else frozenset()
    spans: dict[str, list[Span]] = {}
    for field, text in texts.items():
        names = refine(text, tagged[field], gazetteer, storms) if is_english else find_listed(text, gazetteer)
        values = find_values(
            text,
            published_at if isinstance(published_at, datetime) else None,
            language if isinstance(language, str) else None,
        )
        spans[field] = combine(names, values)
    named = [(field, span) for field in ("title", "text") for span in spans[field] if span.type in NAMES]
    mentions = [Mention(f, s.start, s.end, s.type, texts[f][s.start : s.end]) for f, s in named]
    local = resolve_document(mentions, texts, gazetteer)
    numbers = {(field, span.start): number for (field, span), number in zip(named, local.ids, strict=True)}
    fields = tuple(
        TaggedText(
            field, tuple(spans[field]), tuple(numbers.get((field, span.start)) for span in spans[field])
        )
        for field in FIELDS
    )
    return Tagged(fields, local.entities)


def combine(names: Sequence[Span], values: Sequence[Span]) -> list[Span]:
    """Names and values of a text without overlap: a name wins, unless a value holds it and more (`May 2024`)."""
    kept: list[Span] = []
    pending = sorted(values)
    at = 0
    for name in sorted(names):
        while at < len(pending) and pending[at].end <= name.start:
            kept.append(pending[at])
            at += 1
        swallowed = False
        while at < len(pending) and pending[at].start < name.end:
            value = pending[at]
            if (
                value.start <= name.start
                and value.end >= name.end
                and value.end - value.start > name.end - name.start
            ):
                swallowed = True
                break
            at += 1
        if not swallowed:
            kept.append(name)
    return [*kept, *pending[at:]]


def _edits_by_document(edits: pa.Table) -> dict[str, pa.Table]:
    """Slices of the edits table, one a document."""
    ordered = edits.sort_by(
        [("doc_id", "ascending"), ("raw_start", "ascending"), ("raw_end", "ascending")]
    ).combine_chunks()
    ids = ordered.column("doc_id").to_pylist()
    slices: dict[str, pa.Table] = {}
    start = 0
    for at in range(1, len(ids) + 1):
        if at == len(ids) or ids[at] != ids[start]:
            slices[ids[start]] = ordered.slice(start, at - start)
            start = at
    return slices


def _mention_rows(
    document: Mapping[str, object], tagged: Tagged, edits: pa.Table | None
) -> list[dict[str, object]]:
    rows = []
    for part in tagged.fields:
        text = str(document.get(part.field) or "")
        raw = _raw_spans(part, text, edits)
        for span, local_id, (raw_start, raw_end) in zip(part.spans, part.local_ids, raw, strict=True):
            rows.append({
                "doc_id": document["doc_id"], "start": span.start, "end": span.end, "raw_start": raw_start, "raw_end": raw_end,
                "field": part.field, "surface": text[span.start : span.end], "type": span.type, "score_frac": round(span.score_frac, 4),
                "local_id": local_id, "value": span.value, "method": span.method if span.method in _METHODS else "model",
            })  # fmt: skip
    return rows


def _raw_spans(part: TaggedText, text: str, edits: pa.Table | None) -> list[tuple[int | None, int | None]]:
    """Raw places of a field's mentions; of a title only where an edit took it, whole, out of the text."""
    if not part.spans:
        return []
    if part.field == "title":
        start = None if edits is None else _title_start(text, edits)
        return [
            (None, None) if start is None else (start + span.start, start + span.end) for span in part.spans
        ]
    starts = np.array([span.start for span in part.spans], np.int64)
    ends = np.array([span.end for span in part.spans], np.int64)
    if edits is not None:
        columns = [edits.column(name).to_numpy() for name in ("raw_start", "raw_end")]
        starts, ends = OffsetMap.of(columns[0], columns[1], edits.column("inserted").to_pylist()).to_raw(
            starts, ends
        )
    return list(zip(starts.tolist(), ends.tolist(), strict=True))


def _title_start(title: str, edits: pa.Table) -> int | None:
    kinds = edits.column("kind").to_pylist()
    for at, kind in enumerate(kinds):
        if kind == "title":
            within = str(edits.column("removed")[at].as_py()).find(title)
            if within >= 0:
                return int(edits.column("raw_start")[at].as_py()) + within
    return None


def _name_row(doc_id: object, entity: LocalEntity) -> dict[str, object]:
    return {
        "doc_id": doc_id, "local_id": entity.local_id, "type": entity.type, "name": entity.name,
        "aliases": sorted(entity.aliases), "wikidata_qid": entity.qid, "n_mentions": entity.n_mentions,
    }  # fmt: skip


def _check_row(document: Mapping[str, object], rows: Sequence[Mapping[str, object]]) -> dict[str, object]:
    """What the gate looks at: computed from the rows as they are written, not from how they were made."""
    texts = {field: str(document.get(field) or "") for field in FIELDS}
    places = [(str(r["field"]), int(str(r["start"])), int(str(r["end"]))) for r in rows]
    return {
        "doc_id": document["doc_id"],
        "batch": document["batch"],
        "n_mentions": len(rows),
        "spans_inside": all(0 <= start < end <= len(texts[field]) for field, start, end in places),
        "surfaces_equal": all(
            texts[f][s:e] == r["surface"] for (f, s, e), r in zip(places, rows, strict=True)
        ),
        "types_known": all(r["type"] in schema.ENTITY_TYPES for r in rows),
        "scores_in_range": all(0.0 <= float(str(r["score_frac"])) <= 1.0 for r in rows),
        "spans_unique": len(set(places)) == len(places),
    }
