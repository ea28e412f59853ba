"""The development pack: documents, gold, and folds in which no story and no family stands on both sides."""

from __future__ import annotations

import gzip
import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from benchmarks.dedup.edits import GROUPS
from tasks.dedup.corpus import Corpus
from tasks.dedup.documents import Documents
from tasks.dedup.evidence import Measured, measure_pairs
from tasks.dedup.records import checked, prepare_records
from tasks.dedup.words import Bools

FOLDS = 5

MeasuredPack = tuple[Documents, Corpus, Measured, Bools]


@dataclass(frozen=True, slots=True)
class Pack:
    """records, sorted by id; gold cluster and meta (kind, family, group) by id."""

    records: list[dict[str, Any]]
    gold: Mapping[str, str]
    meta: Mapping[str, Mapping[str, str]]

    def fold(self, doc_id: str) -> int:
        """Fold of a document: a template family is in one fold, as are stories that follow one another.

        Of the stress set, a whole group of edits and families, with its stories.
        """
        meta = self.meta[doc_id]
        if "part" in meta:
            return sorted(GROUPS).index(meta["part"]) % FOLDS
        if meta["family"].startswith("template"):
            families = sorted({m["family"] for m in self.meta.values() if m["family"].startswith("template")})
            return families.index(meta["family"]) % FOLDS
        name = meta.get("group") or self.gold[doc_id]
        return int(hashlib.md5(name.encode()).hexdigest(), 16) % FOLDS


def read_pack(folder: Path) -> Pack:
    """The pack of a folder, as its README describes it."""
    with gzip.open(folder / "dev_docs.jsonl.gz", "rt", encoding="utf-8") as lines:
        records = sorted((json.loads(line) for line in lines), key=lambda record: str(record["id"]))
    gold = {row["id"]: row["cluster"] for row in _rows(folder / "dev_gold.jsonl")}
    return Pack(records, gold, {row["id"]: row for row in _rows(folder / "dev_meta.jsonl")})


def measure(pack: Pack) -> MeasuredPack:
    """Every candidate pair of the pack, measured, and which documents are capped."""
    documents, corpus, reader = prepare_records(
        [checked(record, place) for place, record in enumerate(pack.records)]
    )
    found = corpus.candidates
    return documents, corpus, measure_pairs(reader, found.first, found.second), found.capped


def labels(
    pack: Pack, documents: Documents, corpus: Corpus, measured: Measured
) -> tuple[np.ndarray, np.ndarray]:
    """Whether each pair is one of copies, and the folds of its two documents, shape (2, pairs)."""
    ids = documents.columns.column("doc_id").take(corpus.rows).to_pylist()
    gold = np.array([pack.gold[doc_id] for doc_id in ids])
    fold = np.array([pack.fold(doc_id) for doc_id in ids])
    return gold[measured.first] == gold[measured.second], np.stack(
        [fold[measured.first], fold[measured.second]]
    )


def _rows(path: Path) -> list[dict[str, Any]]:
    with path.open(encoding="utf-8") as lines:
        return [json.loads(line) for line in lines if line.strip()]
