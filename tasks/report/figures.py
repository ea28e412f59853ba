"""Figures of published files: counted once, kept beside the other results, added up by every later page.

A file never changes, and most of a version's files are those of the version before. A record names the file it was
counted from, so that retention keeps it as long as a version lists that; it holds counts and ids, no text.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field, fields
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from tasks.errors import CleancopyError
from tasks.stage import content_key
from tasks.versions.parts import Part
from tasks.versions.store import Store

COUNTED = "1"  # raised when a file is counted in another way
ARTICLES, TOGETHER = "articles", "together"  # the records' names
COLUMNS = ("n_raw_chars", "n_chars", "is_canonical", "published_at", "published_from", "language", "agency")


@dataclass(slots=True)
class ArticleFigures:
    """Counts over articles; "" stands for none."""

    n_raw_chars: int = 0
    n_chars: int = 0
    canonical: Counter[str] = field(default_factory=Counter)
    days: Counter[str] = field(default_factory=Counter)
    dated_from: Counter[str] = field(default_factory=Counter)
    languages: Counter[str] = field(default_factory=Counter)
    agencies: Counter[str] = field(default_factory=Counter)

    def add(self, other: ArticleFigures) -> None:
        """The figures of more articles."""
        for one in fields(self):
            setattr(self, one.name, getattr(self, one.name) + getattr(other, one.name))

    def record(self) -> dict[str, Any]:
        """As a record keeps them."""
        return {one.name: getattr(self, one.name) for one in fields(self)}

    @classmethod
    def of_record(cls, known: Mapping[str, Any]) -> ArticleFigures:
        """The figures that were kept."""
        found = cls()
        for one in fields(cls):
            setattr(found, one.name, type(getattr(found, one.name))(known[one.name]))
        return found


def article_figures(store: Store, files: Sequence[Part]) -> ArticleFigures:
    """The figures of several files of articles. Raises CorruptPart."""
    total = ArticleFigures()
    for part in files:
        known = _known(store, ARTICLES, part)
        if known is None:
            found = _count_articles(store.read_part(part, COLUMNS))
            _keep(store, ARTICLES, part, found.record())
        else:
            found = ArticleFigures.of_record(known)
        total.add(found)
    return total


def _count_articles(rows: pa.Table) -> ArticleFigures:
    return ArticleFigures(
        pc.sum(rows["n_raw_chars"]).as_py() or 0,
        pc.sum(rows["n_chars"]).as_py() or 0,
        counted(rows["is_canonical"].cast(pa.string())),
        counted(pc.strftime(rows["published_at"], format="%Y-%m-%d")),
        counted(rows["published_from"]),
        counted(rows["language"]),
        counted(rows["agency"]),
    )


def counted(values: pa.ChunkedArray) -> Counter[str]:
    """Value -> rows, by value; "" for none."""
    found = {one["values"] or "": one["counts"] for one in values.value_counts().to_pylist()}
    return Counter(dict(sorted(found.items())))


def together(store: Store, files: Sequence[Part], ids: Sequence[str], wider: Sequence[str]) -> np.ndarray:
    """Documents that mention both of two entities: int64, shape (n, n), the diagonal documents of one.

    files: parts of schema.MENTIONS; all mentions of a document are in one. wider: further ids that are counted with
    them, so that a file need not be counted again as soon as another of these is asked for. Raises CorruptPart.
    """
    total = np.zeros((len(ids), len(ids)), np.int64)
    for part in files if len(ids) else ():
        known = _known(store, TOGETHER, part)
        if known is None or not set(ids) <= set(known["ids"]):
            asked = sorted({*ids, *wider})
            found = _count_together(store, part, asked)
            pairs = [[int(row), int(column), int(found[row, column])] for row, column in zip(*np.nonzero(np.triu(found)), strict=True)]  # fmt: skip
            known = {"ids": asked, "pairs": pairs}
            _keep(store, TOGETHER, part, known)
        total += _matrix(known, ids)
    return total


def _matrix(known: dict[str, Any], ids: Sequence[str]) -> np.ndarray:
    """What is known of some of the ids."""
    size = len(known["ids"])
    whole = np.zeros((size, size), np.int64)
    for row, column, n in known["pairs"]:
        whole[row, column] = whole[column, row] = n
    at = {one: number for number, one in enumerate(known["ids"])}
    chosen = [at[one] for one in ids]
    found: np.ndarray = whole[np.ix_(chosen, chosen)]
    return found


def _count_together(store: Store, part: Part, ids: Sequence[str]) -> np.ndarray:
    wanted = pa.array(ids, pa.string())
    rows = pa.concat_tables(
        [piece.filter(pc.is_in(piece["entity_id"], value_set=wanted)) for piece in store.iter_part(part, ["doc_id", "entity_id"])]
    )  # fmt: skip
    docs = rows["doc_id"].combine_chunks().dictionary_encode()
    here = np.zeros((len(docs.dictionary), len(ids)), np.int64)
    here[docs.indices.to_numpy(), pc.index_in(rows["entity_id"], value_set=wanted).to_numpy()] = 1
    found: np.ndarray = here.T @ here
    return found


def _known(store: Store, name: str, part: Part) -> dict[str, Any] | None:
    return store.look_up(name, content_key((COUNTED, part.sha256)))


def _keep(store: Store, name: str, part: Part, record: dict[str, Any]) -> None:
    with suppress(CleancopyError):  # a folder that cannot be written: counted again the next time
        store.remember(name, content_key((COUNTED, part.sha256)), {**record, "of": part})
