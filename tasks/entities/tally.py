"""The entities of a corpus counted: every form and the mentions of each, a shard at a time.

What a shard says of each entity is dealt out to files by the first digits of the entity's id, and each file is then
added up alone: memory is bounded by one shard and one file, not by the corpus.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from itertools import groupby
from operator import itemgetter
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc

from tasks import schema
from tasks.entities.gazetteer import is_acronym
from tasks.versions.spill import Spill

DEALT_ROWS = 150_000  # names that are dealt out to one file
READ_ROWS = 4_096  # rows that are Python's at a time
DIGITS = "0123456789abcdef"
LINKED = "Q"  # how Wikidata ids begin, and no other
# What one shard says of an entity: a row for each type and name; documents and forms are told in the first of them.
_SAID = pa.schema([
    ("entity_id", pa.string()), ("type", pa.string()), ("name", pa.string()), ("n_mentions", pa.int64()),
    ("n_docs", pa.int64()), ("aliases", schema.STRINGS),
])  # fmt: skip

Row = tuple[Any, ...]  # Any: the values of _SAID's columns


class Tally:
    """Counts entities. folder: where files may be put; n_names: rows of schema.NAMES that will be added."""

    def __init__(self, folder: Path, n_names: int) -> None:
        n_digits = 0
        while n_names > DEALT_ROWS * len(DIGITS) ** n_digits:
            n_digits += 1
        self._beginnings = _beginnings(n_digits)
        self._spill = Spill(folder)

    def add(self, names: pa.Table, entity_ids: pa.ChunkedArray) -> None:
        """Counts names; all those of a document at once. entity_ids: the entity of each of them."""
        said = _said(names, entity_ids)
        for beginning in self._beginnings:
            rows = said.filter(pc.starts_with(said.column("entity_id"), beginning))
            if rows.num_rows:
                self._spill.add(beginning, rows)

    def entities(self) -> Iterator[pa.Table]:
        """schema.ENTITIES by id, in several tables. Nothing can be added afterwards."""
        self._spill.close()
        for beginning in self._beginnings:
            said = self._spill.take(beginning, _SAID.empty_table())
            if said.num_rows:
                yield _added_up(said)


def _beginnings(n_digits: int) -> list[str]:
    """What ids begin with, in their order: one empty beginning, or digits, and the one of Wikidata ids."""
    found = [""]
    for _ in range(n_digits):
        found = [f"{beginning}{digit}" for beginning in found for digit in DIGITS]
    return sorted([*found, LINKED]) if n_digits else found


def _said(names: pa.Table, entity_ids: pa.ChunkedArray) -> pa.Table:
    columns = ["type", "name", "n_mentions", "doc_id", "aliases"]
    table = names.select(columns).add_column(0, "entity_id", entity_ids)
    rows: list[Row] = []
    for entity_id, found in _by_entity(table):
        counts: Counter[tuple[str, str]] = Counter()
        for _, kind, name, n_mentions, _, _ in found:
            counts[kind, name] += n_mentions
        n_docs = len({row[4] for row in found})
        forms = sorted({form for row in found for form in (*(row[5] or ()), row[2])})
        for (kind, name), n_mentions in counts.items():
            rows.append((entity_id, kind, name, n_mentions, n_docs, forms))
            n_docs, forms = 0, []
    return pa.table([list(column) for column in zip(*rows, strict=True)] or [[]] * len(_SAID), schema=_SAID)


def _added_up(said: pa.Table) -> pa.Table:
    rows = [_entity(entity_id, found) for entity_id, found in _by_entity(said)]
    return pa.Table.from_pylist(rows, schema=schema.ENTITIES.schema)


def _entity(entity_id: str, said: Sequence[Row]) -> dict[str, object]:
    """One row of schema.ENTITIES: the set's id, its commonest type and full form, every form."""
    mentions: Counter[str] = Counter()
    kinds: Counter[str] = Counter()
    for _, kind, name, n_mentions, _, _ in said:
        mentions[name] += n_mentions
        kinds[kind] += n_mentions
    return {
        "entity_id": entity_id,
        "type": min(kinds, key=lambda kind: (-kinds[kind], kind)),
        "name": min(mentions, key=lambda name: (is_acronym(name), -mentions[name], -len(name), name)),
        "aliases": sorted({form for row in said for form in row[5]}),
        "wikidata_qid": entity_id if entity_id.startswith(LINKED) else None,
        "n_mentions": sum(row[3] for row in said),
        "n_docs": sum(row[4] for row in said),
    }


def _by_entity(table: pa.Table) -> Iterator[tuple[str, list[Row]]]:
    """The rows of each entity, by its id, which is the first column."""
    table = table.take(pc.sort_indices(table.column("entity_id")))
    rows = (
        row for start in range(0, table.num_rows, READ_ROWS) for row in _rows(table.slice(start, READ_ROWS))
    )
    for entity_id, found in groupby(rows, key=itemgetter(0)):
        yield entity_id, list(found)


def _rows(table: pa.Table) -> Iterator[Row]:
    return zip(*(column.to_pylist() for column in table.columns), strict=True)
