"""The trace of one document: raw text -> edits -> cluster and evidence -> mentions -> gates -> versions."""

from __future__ import annotations

import json
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass

from tasks.report import published
from tasks.report.aside import batch_quarantine, earlier
from tasks.report.history import Appearance, history
from tasks.report.identify import Identity, identify
from tasks.report.reading import Reader, Row, batch_parts
from tasks.report.spans import Encoded, Span, spans_of
from tasks.tombstones import REASON
from tasks.versions.manifest import Batch, Manifest, table_parts
from tasks.versions.parts import Part
from tasks.versions.store import Store

ARTICLE_COLUMNS = (
    "doc_id", "source", "batch", "raw_path", "title", "text", "language", "published_at", "agency", "is_canonical", "n_chars",
)  # fmt: skip
# What clean found beside the text, in the order a reader looks for it.
FIELDS = (
    "title", "authors", "agency", "dateline_place", "section", "language", "captions", "credits", "url",
)  # fmt: skip
MAX_PAIRS = 20  # a story that every site printed has thousands; the rest is counted


@dataclass(frozen=True, slots=True)
class Evidence:
    """One pair the document is in, and the other document's row in articles."""

    pair: Row
    other: Row


@dataclass(frozen=True, slots=True)
class Cluster:
    """The copies a document belongs to. why: the policy that chose the canonical one. n_pairs: all there are."""

    cluster_id: str
    canonical_doc_id: str
    why: str
    members: tuple[Row, ...]
    pairs: tuple[Evidence, ...]
    n_pairs: int


@dataclass(frozen=True, slots=True)
class Trace:
    """All that a version and the raw text it keeps say about one document.

    document: the row of schema.DOCUMENTS without the raw text; None where it could not be read. article: the
    row of schema.ARTICLES; for a row set aside behind clean, that row. edits, mentions: rows of their tables.
    spans: the whole raw text and what became of it; empty where the edits are not kept. left: why it is in no
    table of articles (stage, and reason with evidence or rules). gates: the last verdicts on its batch.
    """

    identity: Identity
    version: int
    batch: Batch | None
    document: Row | None
    file_sha256: str | None
    raw_text: str | None
    article: Row | None
    edits: tuple[Row, ...]
    spans: tuple[Span, ...]
    mentions: tuple[Row, ...]
    entities: dict[str, Row]
    cluster: Cluster | None
    left: Row | None
    gates: tuple[Row, ...]
    versions: tuple[Appearance, ...]

    @property
    def encoded(self) -> Encoded | None:
        """How the raw text lies in the bytes of its file; None for a record, which is a value inside one."""
        if self.document is None or self.document["raw_path"] != self.document["file_path"]:
            return None
        return Encoded(self.document["encoding"], self.document["n_bytes"])


def trace_document(store: Store, manifest: Manifest, ref: str) -> Trace:
    """The trace of the document that `ref` means, in this version and those before it.

    Raises UsageError if no document, or more than one, is meant; CorruptPart if a stored file is broken.
    """
    return Tracer(store, manifest).trace(identify(store, manifest, ref))


class Tracer:
    """Traces of one version; what several documents need is read once."""

    def __init__(self, store: Store, manifest: Manifest, reader: Reader | None = None) -> None:
        self.store, self.manifest = store, manifest
        self.reader = reader or Reader(store)
        self.older = earlier(store, manifest)
        self._others: dict[str, Row | None] = {}

    def fetch(self, documents: Mapping[str, str]) -> None:
        """Reads at once what the traces of several articles will ask for one by one. documents: doc_id -> batch."""
        published.fetch(self.reader, (self.manifest, *self.older), documents)
        at = self.reader, self.manifest
        articles = [row for one, batch in documents.items() if (row := published.article_of(*at, batch, one))]
        mentions = [row for one, batch in documents.items() for row in published.mentions_of(*at, batch, one)]
        tables = {name: tuple(table_parts(self.manifest.tables[name])) for name in ("pairs", "clusters", "entities")}  # fmt: skip
        for side in ("doc_id_a", "doc_id_b"):
            self.reader.fetch(tables["pairs"], side, documents)
        self.articles(sorted({other for one in documents for other, _ in self._pairs(one)[:MAX_PAIRS]}))
        self.reader.fetch(tables["clusters"], "cluster_id", {row["cluster_id"] for row in articles})
        self.reader.fetch(tables["entities"], "entity_id", {row["entity_id"] for row in mentions if row["entity_id"]})  # fmt: skip

    def trace(self, identity: Identity) -> Trace:
        """The trace of an identified document."""
        doc_id, batch = identity.doc_id, identity.batch
        document = self._one(batch_parts(self.manifest, batch, "documents"), doc_id)
        raw_text = document.pop("raw_text") if document else None
        article, edits, mentions = self._published(identity)
        left = None if identity.state == "published" else self._left(identity)
        if left and article is None and left["stage"] != "ingest":
            article = left.get("row")
        if document is None and left and "raw_text" in left.get("row", {}):  # set aside behind ingest
            document = dict(left["row"])
            raw_text = document.pop("raw_text")
        published = identity.state == "published" and raw_text is not None
        return Trace(
            identity=identity, version=self.manifest.version, batch=self.manifest.batches.get(batch),
            document=document, file_sha256=self._file_sha256(batch, document, identity.raw_path),
            raw_text=raw_text, article=article, edits=tuple(edits),
            spans=tuple(spans_of(len(raw_text), edits)) if published and raw_text is not None else (),
            mentions=tuple(mentions), entities=self._entities(mentions),
            cluster=self._cluster(article) if identity.state == "published" and article else None,
            left=left, gates=tuple(self._gates(batch)),
            versions=history(self.reader, [*reversed(self.older), self.manifest], doc_id, batch),
        )  # fmt: skip

    def trace_article(self, doc_id: str, batch: str) -> Trace:
        """The trace of an article whose batch is known."""
        row = self._one(batch_parts(self.manifest, batch, "clean"), doc_id) or {}
        return self.trace(Identity(doc_id, batch, row.get("raw_path", ""), "published"))

    def _published(self, identity: Identity) -> tuple[Row | None, list[Row], list[Row]]:
        if identity.state != "published":
            return None, [], []
        of = self.reader, self.manifest, identity.batch, identity.doc_id
        return published.article_of(*of), published.edits_of(*of), published.mentions_of(*of)

    def _one(self, parts: Sequence[Part], doc_id: str) -> Row | None:
        rows = self.reader.rows(parts, "doc_id", doc_id)
        return dict(rows[0]) if rows else None

    def _file_sha256(self, batch: str, document: Row | None, raw_path: str) -> str | None:
        path = document["file_path"] if document else raw_path.split("#", 1)[0]
        rows = self.reader.rows(batch_parts(self.manifest, batch, "inventory"), "path", path)
        return rows[0]["sha256"] if rows else None

    def _left(self, identity: Identity) -> Row:
        """Why a document is no article: the stage, and the reason or the rules, with the evidence."""
        if identity.state == "dropped":
            return self.reader.table_rows(self.manifest, "dropped", identity.doc_id)[0]
        entries = [
            one.batches[identity.batch]
            for one in (self.manifest, *self.older)
            if identity.batch in one.batches
        ]
        rows = batch_quarantine(self.store, identity.batch, entries)
        row = next(one for one in rows if one["doc_id"] == identity.doc_id)
        kept = json.loads(row["row_json"] or "{}")
        return {**{name: row[name] for name in row if name != "row_json"}, "evidence": kept.get("detail"), "row": kept}  # fmt: skip

    def _entities(self, mentions: Sequence[Row]) -> dict[str, Row]:
        ids = sorted({one["entity_id"] for one in mentions if one["entity_id"]})
        parts = tuple(table_parts(self.manifest.tables["entities"]))
        self.reader.fetch(parts, "entity_id", ids)
        return {one: row for one in ids for row in self.reader.rows(parts, "entity_id", one)}

    def _cluster(self, article: Row) -> Cluster:
        tables = self.manifest.tables
        members = self.reader.rows(table_parts(tables["clusters"]), "cluster_id", article["cluster_id"])
        pairs = self._pairs(article["doc_id"])
        others = self.articles([other for other, _ in pairs[:MAX_PAIRS]])
        why = next((row["why_canonical"] for row in members if row["is_canonical"]), None) or ""
        evidence = tuple(Evidence(pair, others[one]) for one, pair in pairs[:MAX_PAIRS] if one in others)
        return Cluster(article["cluster_id"], article["canonical_doc_id"], why, tuple(members), evidence, len(pairs))  # fmt: skip

    def _pairs(self, doc_id: str) -> list[tuple[str, Row]]:
        """The pairs a document is in, each behind the other's id: first those that join, the longest first."""
        parts = tuple(table_parts(self.manifest.tables["pairs"]))
        rows = [row for side in ("doc_id_a", "doc_id_b") for row in self.reader.rows(parts, side, doc_id)]
        rows.sort(key=lambda row: (not row["joins"], -row["shared_chars"], row["doc_id_a"], row["doc_id_b"]))
        return [(row["doc_id_b"] if row["doc_id_a"] == doc_id else row["doc_id_a"], row) for row in rows]

    def articles(self, ids: Collection[str]) -> dict[str, Row]:
        """ARTICLE_COLUMNS of those that are there."""
        missing = [one for one in ids if one not in self._others]
        found_now = published.articles_of(self.reader, self.manifest, missing, ARTICLE_COLUMNS)
        self._others |= {one: found_now.get(one) for one in missing}
        found = ((one, self._others[one]) for one in ids)
        return {one: row for one, row in found if row is not None}

    def _gates(self, batch: str) -> list[Row]:
        """The verdicts on the batch from the version that judged it last, and those on the whole version."""
        for manifest in (self.manifest, *self.older):
            judged = [dict(one, version=manifest.version) for one in manifest.gates if one["batch"] == batch]
            if judged:
                break
        else:
            judged = []
        whole = [
            dict(one, version=self.manifest.version) for one in self.manifest.gates if one["batch"] is None
        ]
        return judged + whole


def why_left(left: Row) -> str:
    """The heading over why a document is no article of the version."""
    taken = left.get("reason") == REASON
    return "Why it was taken down" if taken else "Why it is no article"
