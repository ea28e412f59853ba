"""Entities at work: tagging shard by shard, then resolution over the whole corpus."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache, partial
from typing import Any

import pyarrow as pa

from tasks import schema
from tasks.entities.gazetteer.lookup import Gazetteer, load_gazetteer
from tasks.entities.mentions import tag_documents
from tasks.entities.resolve import Resolver
from tasks.entities.taggers import Tagger, load_tagger
from tasks.entities.tally import Tally
from tasks.recipes import tagger_files
from tasks.settings import Settings
from tasks.stage import Done, Shard, content_key, run_stage
from tasks.versions.folder import scratch_in
from tasks.versions.parts import Part
from tasks.versions.store import Store

MAPPED_ROWS = 100_000  # names of some shards, 5 MB, that export looks up at a time
ENTITY_ROWS = 100_000  # of one file of the published table, some 10 MB


@dataclass(frozen=True, slots=True)
class ResolvedRef:
    """The entities of the corpus (schema.ENTITIES) and what each document's own are (schema.RESOLVED).

    mapping: parts, and for how many shards each stands, in the order of the shards.
    """

    entities: tuple[Part, ...]
    mapping: tuple[tuple[Part, int], ...]


def entities(shards: Sequence[Shard], settings: Settings) -> list[Done]:
    """Mentions of names, dates and amounts, with offsets in clean and raw text."""
    store = Store(settings.data)
    tagger, gazetteer = _models(settings.tagger, tagger_files(settings.tagger))
    work = partial(tag_documents, tagger=tagger, gazetteer=gazetteer)
    return [run_stage(store, shard, work) for shard in shards]


def resolve(names: Sequence[Part], recipe: str, settings: Settings) -> ResolvedRef:
    """The same person under two spellings becomes one entity. Names are read a shard at a time."""
    store = Store(settings.data)
    key = content_key((recipe, *(part.sha256 for part in names)))
    stored: Any = store.recall("resolve", key)  # Any: as written below
    if stored:
        return ResolvedRef(tuple(stored["entities"]), tuple((part, n) for part, n in stored["mapping"]))
    resolver = Resolver(store.read_part(part) for part in names)
    with scratch_in(store.root) as scratch:
        tally = Tally(scratch, sum(part.rows for part in names))
        mapping = tuple(_map(store, names, resolver, tally))
        entities = tuple(_write(store, tally))
    ref = ResolvedRef(entities, mapping)
    store.remember("resolve", key, {"entities": ref.entities, "mapping": ref.mapping})
    return ref


def _map(store: Store, names: Sequence[Part], resolver: Resolver, tally: Tally) -> Iterator[tuple[Part, int]]:
    """What the names of some shards are, a part for every MAPPED_ROWS of them. All are counted."""
    held: list[pa.Table] = []
    for number, part in enumerate(names, 1):
        rows = store.read_part(part)
        resolved = resolver.resolve(rows)
        tally.add(rows, resolved.column("entity_id"))
        held.append(resolved)
        if sum(table.num_rows for table in held) >= MAPPED_ROWS or number == len(names):
            yield store.write_part(schema.RESOLVED, pa.concat_tables(held)), len(held)
            held = []


def _write(store: Store, tally: Tally) -> Iterator[Part]:
    """The entities by id, in parts of some ENTITY_ROWS."""
    held = [schema.ENTITIES.empty()]
    for table in tally.entities():
        held.append(table)
        if sum(one.num_rows for one in held) >= ENTITY_ROWS:
            yield store.write_part(schema.ENTITIES, pa.concat_tables(held))
            held = []
    if held:
        yield store.write_part(schema.ENTITIES, pa.concat_tables(held))


@lru_cache(maxsize=1)
def _models(tagger: str, files: str) -> tuple[Tagger, Gazetteer]:  # noqa: ARG001 - a changed pipeline is read again
    return load_tagger(tagger), load_gazetteer()
