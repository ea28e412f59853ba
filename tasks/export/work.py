"""Export at work: the candidate's tables laid out and audited."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from tasks import schema
from tasks.export.assemble import CorpusRef, Partitions, assemble
from tasks.export.audit import audit, paths
from tasks.settings import Settings
from tasks.versions.manifest import Manifest
from tasks.versions.store import Store


@dataclass(frozen=True, slots=True)
class ExportRef:
    """The candidate's tables by partition, and what the gate looks at."""

    tables: Mapping[str, Partitions]
    findings: Mapping[str, float]


def export(corpus: CorpusRef, base: Manifest | None, settings: Settings) -> ExportRef:
    """Lays out every published table and audits its files."""
    store = Store(settings.data)
    assembled = assemble(store, corpus)
    published = paths({name: entry.partitions for name, entry in base.tables.items()}) if base else set()
    base_rows = base.tables[schema.ARTICLES.name].rows if base else 0
    return ExportRef(assembled.tables, audit(store, assembled, published, base_rows))
