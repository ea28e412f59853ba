"""The tables: names, columns, types and what each column means.

The dataset card, the file metadata and the schema check are made from here. `PUBLISHED` are the tables
of a version; the others travel between the stages as shard results (`parts` in the manifest).
"""

from __future__ import annotations

from dataclasses import dataclass

import pyarrow as pa

TIME = pa.timestamp("us", tz="UTC")
STRINGS = pa.list_(pa.string())
DATE_CANDIDATES = pa.list_(
    pa.struct([pa.field("value", TIME), pa.field("from", pa.string()), pa.field("precision", pa.string())])
)

EDIT_KINDS = (
    "title", "navigation", "related", "caption", "credit", "dateline", "byline", "timestamp", "follow_us",
    "share", "newsletter", "comments", "source_link", "image_markup", "end_mark", "advert", "copyright",
    "paywall", "duplicate_block", "duplicate_title", "whitespace", "join_paragraph", "encoding", "markup",
    "other",
)  # fmt: skip
ENTITY_TYPES = (
    "PERSON", "ORG", "GPE", "LOC", "FAC", "NORP", "EVENT", "LAW", "WORK", "PRODUCT",
    "DATE", "TIME", "MONEY", "PERCENT", "QUANTITY", "ORDINAL", "CARDINAL",
)  # fmt: skip
RELATIONS = ("exact", "near", "contains")


@dataclass(frozen=True, slots=True)
class Table:
    """One table: its columns, the key that is unique in it, and the order of its rows.

    distinct: columns (as Parquet names their leaves) whose values hardly repeat; they are written without a dictionary.
    page_bytes: of the values of one page, before packing; small where single rows are read (see versions/pages.py).
    loose: columns that are not packed, as they would stay as large. level: of zstd, for the others.
    """

    name: str
    schema: pa.Schema
    key: tuple[str, ...]
    sort: tuple[str, ...]
    partitioned: bool = False
    row_group_rows: int = 65_536
    distinct: tuple[str, ...] = ()
    page_bytes: int = 1 << 20
    loose: tuple[str, ...] = ()
    level: int = 3  # what the layout was measured with: 560 MB of articles in memory became 190 MB

    def empty(self) -> pa.Table:
        """The table without rows."""
        return self.schema.empty_table()


def _field(name: str, kind: pa.DataType, about: str, *, nullable: bool = True) -> pa.Field:
    return pa.field(name, kind, nullable=nullable, metadata={"description": about})


def _key(name: str, about: str, kind: pa.DataType | None = None) -> pa.Field:
    return _field(name, kind or pa.string(), about, nullable=False)


_DOC_ID = _key("doc_id", "16 hex digits: SHA-256 of source and the document's stable name in raw/")
_SOURCE = _key("source", "first folder in raw/")
_BATCH = _key("batch", "the source and day the document landed in: source/YYYY-MM-DD, or source/undated")
_RAW_PATH = _key("raw_path", "path inside raw/; for a record followed by # and its own id or number")
_CONTENT = _key("content_sha256", "SHA-256 of the item's bytes; for a record, of its canonical JSON")

INVENTORY = Table(
    "inventory",
    pa.schema([
        _key("path", "path inside raw/; for a kept record that left its file, path#record"),
        _key("sha256", "SHA-256 of the file's bytes; for a kept record its content_sha256"),
        _key("n_bytes", "size of the file in bytes", pa.int64()),
        _key("kept", "true where the item is no longer in raw/ and its stored document stays", pa.bool_()),
    ]),
    key=("path",),
    sort=("path",),
)  # fmt: skip

DOCUMENTS = Table(
    "documents",
    pa.schema([
        _DOC_ID, _CONTENT, _SOURCE, _BATCH, _RAW_PATH,
        _key("file_path", "path of the file inside raw/ that held the document"),
        _key("media_type", "text or html: what the raw text is"),
        _key("encoding", "encoding the bytes were decoded with"),
        _field("url", pa.string(), "address the record gives"),
        _field("title", pa.string(), "title the record gives"),
        _field("published", pa.string(), "publication date as the record gives it, unparsed"),
        _field("authors", STRINGS, "authors the record gives"),
        _field("section", pa.string(), "section the record gives"),
        _field("language", pa.string(), "language the record gives, ISO 639-1"),
        _field("fetched_at", TIME, "when the record says it was fetched"),
        _key("time_zone", "IANA zone of the source, for dates without one"),
        _key("n_bytes", "size of the item in bytes", pa.int64()),
        _key("n_replaced", "characters that could not be decoded", pa.int64()),
        _key("raw_text", "the item's text before any normalisation", pa.large_string()),
    ]),
    key=("doc_id",),
    sort=("doc_id",),
    row_group_rows=2_048,
)  # fmt: skip

_ARTICLE_FIELDS = [
    _DOC_ID, _CONTENT, _SOURCE,
    _field("url", pa.string(), "address of the article, from the record or the page"),
    _field("title", pa.string(), "headline"),
    _key("text", "the clean text; paragraphs are parted by a blank line", pa.large_string()),
    _field("language", pa.string(), "ISO 639-1 code found from the text"),
    _field("published_at", TIME, "publication time in UTC; a day alone is 00:00 UTC"),
    _field("published_from", pa.string(), "where the date was read: meta, jsonld, url, text or path"),
    _field("published_precision", pa.string(), "minute, day or month"),
    _field("published_confidence_frac", pa.float64(), "how sure the date is, 0..1"),
    _field("date_candidates", DATE_CANDIDATES, "every date found, with its place and precision"),
    _field("authors", STRINGS, "people named as authors; never an agency"),
    _field("agency", pa.string(), "wire service the copy came from"),
    _field("dateline_place", pa.string(), "place named in the dateline"),
    _field("captions", STRINGS, "image captions, in order"),
    _field("credits", STRINGS, "image credits, in order"),
    _field("section", pa.string(), "section of the site"),
    _RAW_PATH,
    _key("encoding", "encoding the bytes were decoded with"),
    _BATCH,
    _field("fetched_at", TIME, "when the record says it was fetched; never a file time"),
    _key("n_raw_chars", "length of the raw text in code points", pa.int64()),
    _key("n_chars", "length of the clean text in code points", pa.int64()),
    _key("n_words", "words of the clean text", pa.int64()),
]  # fmt: skip

CLEAN = Table(
    "clean",
    pa.schema(_ARTICLE_FIELDS),
    key=("doc_id",),
    sort=("doc_id",),
    row_group_rows=2_048,
    distinct=("text",),
)

ARTICLES = Table(
    "articles",
    pa.schema([
        *_ARTICLE_FIELDS,
        _key("cluster_id", "the cluster of copies this article is in"),
        _key("is_canonical", "true for the one article that stands for its cluster", pa.bool_()),
        _key("canonical_doc_id", "the article that stands for the cluster"),
        _key("n_mentions", "mentions found in title and text", pa.int64()),
    ]),
    key=("doc_id",),
    sort=("published_at", "doc_id"),
    partitioned=True,
    row_group_rows=2_048,
)  # fmt: skip

EDITS = Table(
    "edits",
    pa.schema([
        _DOC_ID,
        _key("raw_start", "first code point of the raw text that is replaced", pa.int64()),
        _key("raw_end", "one past the last code point replaced", pa.int64()),
        _key("kind", "what the span is: " + ", ".join(EDIT_KINDS)),
        _key("rule_id", "the rule that named it, or model"),
        _key("confidence_frac", "how sure the rule or the model was, 0..1", pa.float64()),
        _key("removed", "the raw characters taken out; empty for kind markup, the raw text holds them"),
        _key("inserted", "the characters put in their place"),
    ]),
    key=("doc_id", "raw_start", "raw_end"),
    sort=("doc_id", "raw_start", "raw_end"),
    partitioned=True,
)  # fmt: skip

DROPPED = Table(
    "dropped",
    pa.schema([
        _DOC_ID, _SOURCE, _BATCH, _RAW_PATH,
        _key("stage", "stage that dropped the document"),
        _key("reason", "empty, not_article or taken_down"),
        _field("evidence", pa.string(), "what the decision rests on"),
    ]),
    key=("doc_id",),
    sort=("doc_id",),
)  # fmt: skip

QUARANTINE = Table(
    "quarantine",
    pa.schema([
        _DOC_ID, _SOURCE, _BATCH, _RAW_PATH,
        _key("stage", "stage behind which the row was set aside"),
        _field("rules", STRINGS, "every rule the row failed, or why it could not be read"),
        _field("base_version", pa.int64(), "published version the run stood on; null before the first"),
        _field("code_version", pa.string(), "version of the code that judged"),
        _field("row_json", pa.string(), "the whole row as JSON, to be replayed"),
    ]),
    key=("doc_id", "stage"),
    sort=("doc_id", "stage"),
)  # fmt: skip

UNREADABLE = Table(
    "unreadable",
    pa.schema([
        _DOC_ID, _SOURCE, _BATCH, _RAW_PATH,
        _key("rule", "why the item could not be read"),
        _field("detail", pa.string(), "the reader's own words, and what to do"),
    ]),
    key=("doc_id",),
    sort=("doc_id",),
)  # fmt: skip

PAIRS = Table(
    "pairs",
    pa.schema([
        _key("doc_id_a", "contains: the document that contains b; else the smaller id"),
        _key("doc_id_b", "the other document"),
        _key("relation", "exact, near or contains"),
        _key("joins", "true where the relation is a duplicate link", pa.bool_()),
        _key("similarity_frac", "share of both texts that is shared, 0..1", pa.float64()),
        _key("containment_frac", "share of b that stands in a, 0..1", pa.float64()),
        _key("shared_chars", "characters the two texts share", pa.int64()),
        _key("method", "how the relation was found"),
    ]),
    key=("doc_id_a", "doc_id_b"),
    sort=("doc_id_a", "doc_id_b"),
    distinct=("doc_id_a", "doc_id_b", "similarity_frac", "containment_frac", "shared_chars"),
    level=1,  # both together: a quarter less time to write, and no more space
)  # fmt: skip

CLUSTERS = Table(
    "clusters",
    pa.schema([
        _key("cluster_id", "doc_id of the member whose batch is earliest"),
        _DOC_ID,
        _key("is_canonical", "true for the one member that stands for the cluster", pa.bool_()),
        _field("why_canonical", pa.string(), "the policy that chose it; null for the others"),
    ]),
    key=("doc_id",),
    sort=("cluster_id", "doc_id"),
    distinct=("cluster_id", "doc_id"),  # a third less time to write, a sixth less space
    level=1,  # the same again for ids, and a sixteenth less space than with 3
)  # fmt: skip

_MENTION_FIELDS = [
    _DOC_ID,
    _key("start", "first code point of the mention in its field", pa.int64()),
    _key("end", "one past its last code point", pa.int64()),
    _field("raw_start", pa.int64(), "first code point in the raw text; null where the field has none"),
    _field("raw_end", pa.int64(), "one past the last code point in the raw text"),
    _key("field", "title or text"),
    _key("surface", "the characters of the mention"),
    _key("type", "one of " + ", ".join(ENTITY_TYPES)),
    _key("score_frac", "how sure the tagger was, 0..1", pa.float64()),
]  # fmt: skip

TAGGED = Table(
    "tagged",
    pa.schema([
        *_MENTION_FIELDS,
        _field("local_id", pa.int32(), "number of the entity inside its document; null for values"),
        _field("value", pa.string(), "ISO date or interval, amount with currency, or number"),
        _key("method", "model, rule, gazetteer or document"),
    ]),
    key=("doc_id", "field", "start", "end"),
    sort=("doc_id", "field", "start", "end"),
)  # fmt: skip

MENTIONS = Table(
    "mentions",
    pa.schema([
        *_MENTION_FIELDS,
        _field("entity_id", pa.string(), "the entity meant; null for dates, amounts and numbers"),
        _field("value", pa.string(), "ISO date or interval, amount with currency, or number"),
        _key("method", "model, rule, gazetteer or document"),
    ]),
    key=("doc_id", "field", "start", "end"),
    sort=("doc_id", "field", "start", "end"),
    partitioned=True,
)  # fmt: skip

NAMES = Table(
    "names",
    pa.schema([
        _DOC_ID,
        _key("local_id", "number of the entity inside its document", pa.int32()),
        _key("type", "entity type"),
        _key("name", "fullest form of the name in the document"),
        _field("aliases", STRINGS, "every form of the name in the document, sorted"),
        _field("wikidata_qid", pa.string(), "where the gazetteer is sure of it"),
        _key("n_mentions", "mentions in this document", pa.int64()),
    ]),
    key=("doc_id", "local_id"),
    sort=("doc_id", "local_id"),
)  # fmt: skip

RESOLVED = Table(
    "resolved",
    pa.schema([
        _DOC_ID,
        _key("local_id", "number of the entity inside its document", pa.int32()),
        _key("entity_id", "the entity it is in the whole corpus"),
    ]),
    key=("doc_id", "local_id"),
    sort=("doc_id", "local_id"),
)  # fmt: skip

ENTITIES = Table(
    "entities",
    pa.schema([
        _key("entity_id", "Wikidata QID, else a hash of type and the smallest folded alias"),
        _key("type", "entity type"),
        _key("name", "most frequent full form"),
        _field("aliases", STRINGS, "every form seen, sorted"),
        _field("wikidata_qid", pa.string(), "Wikidata id, where known"),
        _key("n_mentions", "mentions in all documents", pa.int64()),
        _key("n_docs", "documents that mention it", pa.int64()),
    ]),
    key=("entity_id",),
    sort=("entity_id",),
)  # fmt: skip

PUBLISHED: dict[str, Table] = {
    table.name: table for table in (ARTICLES, EDITS, MENTIONS, PAIRS, CLUSTERS, ENTITIES, DROPPED)
}

# What the gates look at: one narrow row a document, computed by the stage, never the text itself.
INGEST_CHECKS = Table(
    "ingest_checks",
    pa.schema([
        _DOC_ID, _CONTENT, _BATCH,
        _key("n_bytes", "size of the item in bytes", pa.int64()),
        _key("replaced_frac", "share of characters that could not be decoded", pa.float64()),
        _field("url", pa.string(), "address the record gives"),
        _field("fetched_after_days", pa.float64(), "days from the batch's day to fetched_at"),
    ]),
    key=("doc_id",),
    sort=("doc_id",),
)  # fmt: skip

CLEAN_CHECKS = Table(
    "clean_checks",
    pa.schema([
        _DOC_ID, _BATCH,
        _key("n_chars", "length of the clean text", pa.int64()),
        _field("title_chars", pa.int64(), "length of the title; null without one"),
        _field("language", pa.string(), "ISO 639-1 code found from the text"),
        _key("has_markup", "tags or entities are left in the text", pa.bool_()),
        _key("has_mojibake", "wrongly decoded sequences are left", pa.bool_()),
        _key("has_control", "control characters are left", pa.bool_()),
        _key("is_trimmed_nfc", "text is NFC, without outer white space", pa.bool_()),
        _key("edits_in_order", "edits are sorted, inside the raw text, not overlapping", pa.bool_()),
        _key("replay_exact", "raw text and edits give the clean text exactly", pa.bool_()),
        _key("has_date", "published_at is known", pa.bool_()),
        _field("published_after_days", pa.float64(), "days from the batch's day to published_at"),
        _key("cut_frac", "share of the raw characters cut, kind markup apart", pa.float64()),
        _key("n_cuts", "edits that are not markup or whitespace", pa.int64()),
    ]),
    key=("doc_id",),
    sort=("doc_id",),
)  # fmt: skip

ENTITIES_CHECKS = Table(
    "entities_checks",
    pa.schema([
        _DOC_ID, _BATCH,
        _key("n_mentions", "mentions found", pa.int64()),
        _key("spans_inside", "0 <= start < end <= length for all of them", pa.bool_()),
        _key("surfaces_equal", "every surface equals its span", pa.bool_()),
        _key("types_known", "every type is in the contract", pa.bool_()),
        _key("scores_in_range", "every score is in 0..1", pa.bool_()),
        _key("spans_unique", "no two mentions have the same field and span", pa.bool_()),
    ]),
    key=("doc_id",),
    sort=("doc_id",),
)  # fmt: skip

SIGNATURES = Table(
    "signatures",
    pa.schema([
        _DOC_ID, _SOURCE, _BATCH,
        _field("published_at", TIME, "publication time, for the canonical policy"),
        _field("agency", pa.string(), "wire service, for the canonical policy"),
        _key("n_chars", "length of the clean text", pa.int64()),
        _key("content_hash", "hash of title and text, 32 hex digits: evidence about pairs is kept under it"),
        _key("text_hash", "hash of the folded words, 32 hex digits: equal for exact copies; empty without words"),
        _key("n_words", "words as dedup counts them", pa.int64()),
        _field("shingles", pa.list_(pa.uint64()), "sampled word shingles, sorted"),
        _field("sentences", pa.list_(pa.uint64()), "hash of each folded sentence, in order"),
        _field("words", pa.list_(pa.uint64()), "sampled lower-case words"),
        _key("odd_frac", "share of words that look broken, more if the text had to be repaired", pa.float64()),
        _key("transcript", "what the judge reads: all words as hashes, no text", pa.large_binary()),
    ]),
    key=("doc_id",),
    sort=("doc_id",),
    row_group_rows=8_192,
    page_bytes=16_384,  # some 16 transcripts: of a part, few are read
    loose=("transcript",),  # packed it is a tenth smaller, and takes twice the time to write
    distinct=("doc_id", "content_hash", "text_hash", "transcript", *(f"{name}.list.element" for name in ("shingles", "sentences", "words"))),
)  # fmt: skip
