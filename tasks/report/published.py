"""A document's rows of the published tables, put together where they are quickest to find.

A published file holds the rows of thousands of documents. What a document's batch left beside them holds the same
rows among a few hundred: only the columns that the whole corpus decides (cluster, entity) are read from the tables.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence

from tasks import schema
from tasks.report.reading import Reader, Row, batch_parts, month_of
from tasks.versions.manifest import Manifest, table_parts

# What articles has beside schema.CLEAN, and mentions beside schema.TAGGED.
OF_CORPUS = tuple(name for name in schema.ARTICLES.schema.names if name not in schema.CLEAN.schema.names)
ENTITY = "entity_id"


def article_of(reader: Reader, manifest: Manifest, batch: str, doc_id: str) -> Row | None:
    """The row of schema.ARTICLES; None where the document is no article."""
    cleaned = cleaned_of(reader, manifest, batch, doc_id)
    if cleaned is None:
        return None
    listed = manifest.tables["articles"].partitions.get(month_of(cleaned), ())
    found = reader.rows(listed, "doc_id", doc_id, OF_CORPUS)
    return {**cleaned, **{name: found[0][name] for name in OF_CORPUS}} if found else None


def cleaned_of(reader: Reader, manifest: Manifest, batch: str, doc_id: str) -> Row | None:
    """The row of schema.CLEAN."""
    rows = reader.rows(batch_parts(manifest, batch, "clean"), "doc_id", doc_id)
    return dict(rows[0]) if rows else None


def edits_of(reader: Reader, manifest: Manifest, batch: str, doc_id: str) -> list[Row]:
    """Its rows of schema.EDITS."""
    return reader.rows(batch_parts(manifest, batch, "edits"), "doc_id", doc_id)


def mentions_of(reader: Reader, manifest: Manifest, batch: str, doc_id: str) -> list[Row]:
    """Its rows of schema.MENTIONS."""
    tagged = reader.rows(batch_parts(manifest, batch, "tagged"), "doc_id", doc_id)
    cleaned = cleaned_of(reader, manifest, batch, doc_id)
    if not tagged or cleaned is None:
        return []
    listed = manifest.tables["mentions"].partitions.get(month_of(cleaned), ())
    entities = reader.rows(listed, "doc_id", doc_id, (ENTITY,))
    names = schema.MENTIONS.schema.names
    return [
        {name: entity[name] if name == ENTITY else row[name] for name in names}
        for row, entity in zip(tagged, entities, strict=True)  # both sorted as the tables are
    ]


def fetch(reader: Reader, versions: Sequence[Manifest], documents: Mapping[str, str]) -> None:
    """Reads at once what the functions above will ask for one by one. documents: doc_id -> batch."""
    for manifest in versions:
        by_batch: dict[str, list[str]] = {}
        for doc_id, batch in documents.items():
            by_batch.setdefault(batch, []).append(doc_id)
        by_month: dict[str, list[str]] = {}
        for batch, ids in by_batch.items():
            for name in ("clean", "edits", "tagged"):
                reader.fetch(batch_parts(manifest, batch, name), "doc_id", ids)
            for doc_id in ids:
                cleaned = cleaned_of(reader, manifest, batch, doc_id)
                if cleaned:
                    by_month.setdefault(month_of(cleaned), []).append(doc_id)
        for table, columns in (("articles", OF_CORPUS), ("mentions", (ENTITY,))):
            for month, ids in by_month.items():
                reader.fetch(manifest.tables[table].partitions.get(month, ()), "doc_id", ids, columns)


def articles_of(
    reader: Reader, manifest: Manifest, doc_ids: Collection[str], columns: Sequence[str]
) -> dict[str, Row]:
    """Columns of articles whose batch is not known, by doc_id; those that are none are left out."""
    listed = tuple(table_parts(manifest.tables["articles"]))
    known = ("batch", *OF_CORPUS)
    reader.fetch(listed, "doc_id", doc_ids, known)
    places = {one: rows[0] for one in doc_ids if (rows := reader.rows(listed, "doc_id", one, known))}
    cleaned = tuple(name for name in columns if name not in OF_CORPUS)
    by_batch: dict[str, list[str]] = {}
    for doc_id, place in places.items():
        by_batch.setdefault(place["batch"], []).append(doc_id)
    found = {}
    for batch, ids in by_batch.items():
        parts = batch_parts(manifest, batch, "clean")
        reader.fetch(parts, "doc_id", ids, cleaned)
        for doc_id in ids:
            rows = reader.rows(parts, "doc_id", doc_id, cleaned)
            found[doc_id] = {name: ({**places[doc_id], **rows[0]})[name] for name in columns}
    return found
