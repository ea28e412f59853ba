"""What a new rule on one line would change in a version: the places, without cleaning anything again."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from html import unescape

from tasks.report.reading import batch_parts
from tasks.versions.manifest import Manifest
from tasks.versions.store import Store

_MARKUP = re.compile(r"<[a-zA-Z/!][^<>]{0,2000}>")


@dataclass(frozen=True, slots=True)
class Effect:
    """Where a line was cut, or stands in articles. rules: how often each rule cut it."""

    n_places: int
    documents: tuple[str, ...]
    batches: tuple[str, ...]
    rules: Mapping[str, int]

    @property
    def n_documents(self) -> int:
        """Documents that would change."""
        return len(self.documents)


def plain_line(text: str) -> str:
    """A line or a cut in one spelling: tags, white space runs, quotes and case aside."""
    return " ".join(plain_markup(text).split()).casefold().replace("’", "'")


def plain_markup(text: str) -> str:
    """A cut of a page without the tags between its words."""
    return unescape(_MARKUP.sub("", text)) if _MARKUP.search(text) else text


def effect_of(store: Store, manifest: Manifest, line: str, *, source: str | None, restores: bool) -> Effect:
    """The cuts that are this line (`restores`), or the articles that have it as a line of their own."""
    wanted = plain_line(line)
    documents: set[str] = set()
    batches: set[str] = set()
    rules: Counter[str] = Counter()
    for batch in sorted(manifest.batches):
        if source is not None and batch.rsplit("/", 1)[0] != source:
            continue
        hits = _cuts(store, manifest, batch, wanted) if restores else _lines(store, manifest, batch, wanted)
        for doc_id, rule in hits:
            documents.add(doc_id)
            batches.add(batch)
            rules[rule] += 1
    named = dict(sorted(rules.items(), key=lambda one: (-one[1], one[0])))
    return Effect(sum(rules.values()), tuple(sorted(documents)), tuple(sorted(batches)), named)


def _cuts(store: Store, manifest: Manifest, batch: str, wanted: str) -> Iterator[tuple[str, str]]:
    for part in batch_parts(manifest, batch, "edits"):
        rows = store.read_part(part, ["doc_id", "rule_id", "removed"])
        for doc_id, rule, removed in zip(*(column.to_pylist() for column in rows.columns), strict=True):
            if removed and plain_line(removed) == wanted:
                yield doc_id, rule


def _lines(store: Store, manifest: Manifest, batch: str, wanted: str) -> Iterator[tuple[str, str]]:
    for part in batch_parts(manifest, batch, "clean"):
        rows = store.read_part(part, ["doc_id", "text"])
        for doc_id, text in zip(*(column.to_pylist() for column in rows.columns), strict=True):
            yield from ((doc_id, "") for line in text.split("\n") if plain_line(line) == wanted)
