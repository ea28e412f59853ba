"""`cleancopy tag`: one record in, its mentions out; nothing beyond the record is looked at."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, date, datetime, time

from tasks.entities.aliases import compact
from tasks.entities.gazetteer import Gazetteer
from tasks.entities.local import LocalEntity, group_of
from tasks.entities.mentions import tag_texts
from tasks.entities.resolve import entity_id
from tasks.entities.taggers import Tagger
from tasks.errors import UsageError


def tag_record(record: Mapping[str, object], tagger: Tagger, gazetteer: Gazetteer) -> dict[str, object]:
    """{id, text, published_at?, language?} to {id, mentions: [{start, end, type, score_frac, entity_id, value}]}.

    entity_id: the Wikidata id where sure, else that of the name within this document; null for values.
    Raises UsageError where the record has no text or its date cannot be read.
    """
    text = record.get("text")
    if not isinstance(text, str):
        raise UsageError(f'record {record.get("id")!r} has no text: each line needs a string under "text"')
    document = {"text": text, "language": record.get("language"), "published_at": read_published(record)}
    tagged = tag_texts([document], tagger, gazetteer)[0]
    ids = {entity.local_id: _entity_id(entity) for entity in tagged.entities}
    part = next(part for part in tagged.fields if part.field == "text")
    mentions = [
        {
            "start": span.start, "end": span.end, "type": span.type, "score_frac": round(span.score_frac, 4),
            "entity_id": None if number is None else ids[number], "value": span.value,
        }
        for span, number in zip(part.spans, part.local_ids, strict=True)
    ]  # fmt: skip
    return {"id": record.get("id"), "mentions": mentions}


def read_published(record: Mapping[str, object]) -> datetime | None:
    """The record's `published_at`: an ISO 8601 date or time; a time without a zone is UTC."""
    value = record.get("published_at")
    if value is None or value == "":
        return None
    if isinstance(value, datetime):
        return value if value.tzinfo else value.replace(tzinfo=UTC)
    if isinstance(value, date):
        return datetime.combine(value, time(), UTC)
    try:
        read = datetime.fromisoformat(str(value).strip())
    except ValueError as error:
        raise UsageError(
            f"record {record.get('id')!r}: published_at {value!r} is not an ISO 8601 date or time"
        ) from error
    return read if read.tzinfo else read.replace(tzinfo=UTC)


def _entity_id(entity: LocalEntity) -> str:
    return entity.qid or entity_id((group_of(entity.type), compact(entity.name)))
