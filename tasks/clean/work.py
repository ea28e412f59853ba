"""Clean at work: one shard of documents after the other."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial

from tasks.clean.documents import clean_documents
from tasks.clean.rules import load_rules
from tasks.settings import Settings
from tasks.stage import Done, Shard, run_stage
from tasks.versions.store import Store


def clean(shards: Sequence[Shard], settings: Settings) -> list[Done]:
    """Boilerplate out, every cut recorded."""
    store = Store(settings.data)
    work = partial(clean_documents, rules=load_rules(), profile=None)
    return [run_stage(store, shard, work) for shard in shards]
