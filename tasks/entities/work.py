"""Entities at work: tagging shard by shard, then resolution over the whole corpus."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache, partial

from tasks import schema
from tasks.entities.gazetteer.lookup import Gazetteer, load_gazetteer
from tasks.entities.mentions import tag_documents
from tasks.entities.resolve import resolve_entities
from tasks.entities.taggers import Tagger, load_tagger
from tasks.recipes import tagger_files
from tasks.settings import Settings
from tasks.stage import Done, Shard, content_key, run_stage
from tasks.versions.parts import Part
from tasks.versions.store import Store


@dataclass(frozen=True, slots=True)
class ResolvedRef:
    """The entities of the corpus (schema.ENTITIES) and what each document's own are (schema.RESOLVED)."""

    entities: Part
    mapping: Part


def entities(shards: Sequence[Shard], settings: Settings) -> list[Done]:
    """Mentions of names, dates and amounts, with offsets in clean and raw text."""
    store = Store(settings.data)
    tagger, gazetteer = _models(settings.tagger, tagger_files(settings.tagger))
    work = partial(tag_documents, tagger=tagger, gazetteer=gazetteer)
    return [run_stage(store, shard, work) for shard in shards]


def resolve(names: Sequence[Part], recipe: str, settings: Settings) -> ResolvedRef:
    """The same person under two spellings becomes one entity."""
    store = Store(settings.data)
    key = content_key((recipe, *(part.sha256 for part in names)))
    stored = store.recall("resolve", key)
    if stored and isinstance(stored["entities"], Part) and isinstance(stored["mapping"], Part):
        return ResolvedRef(stored["entities"], stored["mapping"])
    resolved = resolve_entities(store.read_parts(schema.NAMES, names))
    ref = ResolvedRef(
        store.write_part(schema.ENTITIES, resolved.entities),
        store.write_part(schema.RESOLVED, resolved.mapping),
    )
    store.remember("resolve", key, {"entities": ref.entities, "mapping": ref.mapping})
    return ref


@lru_cache(maxsize=1)
def _models(tagger: str, files: str) -> tuple[Tagger, Gazetteer]:  # noqa: ARG001 - a changed pipeline is read again
    return load_tagger(tagger), load_gazetteer()
