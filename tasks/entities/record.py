"""`cleancopy tag`: one record in, its mentions out; nothing beyond the record is looked at."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from datetime import UTC, date, datetime, time

from tasks.entities.english import seems_english
from tasks.entities.gazetteer import Gazetteer, compact
from tasks.entities.local import LocalEntity, entity_id, group_of
from tasks.entities.mentions import Tagged, tag_texts
from tasks.entities.taggers import Tagger
from tasks.errors import UsageError

UNKNOWN = "und"  # ISO 639-2: not English, and nobody said what
BATCH_CHARS = 100_000  # then the cost of a call is lost in the cost of the text


def tag_record(record: Mapping[str, object], tagger: Tagger, gazetteer: Gazetteer) -> dict[str, object]:
    """{id, text, published_at?, language?} to {id, mentions: [{start, end, type, score_frac, entity_id, value}]}.

    entity_id: the Wikidata id where sure, else that of the name within this document; null for values. Without a
    language the text decides; in another language than English there are listed names and values only.
    Raises UsageError where the record has no text or its date cannot be read.
    """
    return next(tag_records([record], tagger, gazetteer))


def tag_records(
    records: Iterable[Mapping[str, object]], tagger: Tagger, gazetteer: Gazetteer
) -> Iterator[dict[str, object]]:
    """The same for many records, in order: short ones go to the tagger together, with the same answers."""
    waiting = iter(records)
    while batch := list(_batch(waiting)):
        tagged = tag_texts([document for _, document in batch], tagger, gazetteer)
        yield from (_answer(key, found) for (key, _), found in zip(batch, tagged, strict=True))


def _batch(records: Iterator[Mapping[str, object]]) -> Iterator[tuple[object, dict[str, object]]]:
    """Records until their text is long enough to be worth a call."""
    n_chars = 0
    for record in records:
        document = _document(record)
        n_chars += len(str(document["text"]))
        yield record.get("id"), document
        if n_chars > BATCH_CHARS:
            return


def _document(record: Mapping[str, object]) -> dict[str, object]:
    text = record.get("text")
    if not isinstance(text, str):
        raise UsageError(f'record {record.get("id")!r} has no text: each line needs a string under "text"')
    language = record.get("language") or (None if seems_english(text) else UNKNOWN)
    return {"text": text, "language": language, "published_at": read_published(record)}


def _answer(key: object, tagged: Tagged) -> dict[str, object]:
    ids = {entity.local_id: _entity_id(entity) for entity in tagged.entities}
    part = next(part for part in tagged.fields if part.field == "text")
    mentions = [
        {
            "start": span.start, "end": span.end, "type": span.type, "score_frac": round(span.score_frac, 4),
            "entity_id": None if number is None else ids[number], "value": span.value,
        }
        for span, number in zip(part.spans, part.local_ids, strict=True)
    ]  # fmt: skip
    return {"id": key, "mentions": mentions}


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
