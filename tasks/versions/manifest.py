"""The manifest: one immutable JSON file that says all of one version. Small, indented, keys sorted.

Paths are relative to the data folder, so the folder can be moved.
"""

from __future__ import annotations

import json
import uuid
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, fields, is_dataclass
from functools import lru_cache
from typing import Any, Literal

from tasks.errors import ContractError, CorruptPart
from tasks.versions.parts import Part

FORMAT = 1
Status = Literal["published", "held", "pinned"]
Raw = Mapping[str, Any]  # Any: what json.loads returned, typed by the readers below


@dataclass(frozen=True, slots=True)
class Refused:
    """What a gate held last: the inventory and recipe it judged, and the rules that failed."""

    inventory_hash: str
    recipe: Mapping[str, str]
    rules: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Pinned:
    """Why a person fixed a batch at what `version` had of it."""

    reason: str
    by: str
    version: int


@dataclass(frozen=True, slots=True)
class Batch:
    """One entry of the batch map: what the published rows of a batch come from.

    inventory_hash: None where nothing of the batch is published. recipe: a hash for ingest, clean, entities.
    parts: shard results by table. counts: stage -> rows_in, kept, dropped, quarantined.
    profile: additive counters (languages, kinds of cut, mention types) by name.
    """

    inventory_hash: str | None
    recipe: Mapping[str, str]
    status: Status = "published"
    refused: Refused | None = None
    parts: Mapping[str, tuple[Part, ...]] = field(default_factory=dict)
    counts: Mapping[str, Mapping[str, int]] = field(default_factory=dict)
    profile: Mapping[str, Mapping[str, int]] = field(default_factory=dict)
    pinned: Pinned | None = None

    @property
    def n_set_aside(self) -> int:
        """Rows in quarantine, over all stages."""
        return sum(counts.get("quarantined", 0) for counts in self.counts.values())


@dataclass(frozen=True, slots=True)
class TableEntry:
    """One table of a version.

    schema: `column: type`, in order. partitions: month -> files; a table without partitions has the one key
    "", which no month can be. Never without a file: a table without rows has an empty one.
    """

    schema: tuple[str, ...]
    key: tuple[str, ...]
    rows: int
    partitions: Mapping[str, tuple[Part, ...]]


@dataclass(frozen=True, slots=True)
class Manifest:
    """All of one version. `decisions` and `gates` are records of plain values.

    redacted: takedowns since it was published: which documents, why, by whom, when. Nothing else changes it.
    """

    version: int
    parent: int | None
    txn: str
    committed_at: str
    reason: str
    lineage: Mapping[str, object]
    batches: Mapping[str, Batch]
    corpus_recipe: str
    decisions: tuple[Mapping[str, object], ...]
    gates: tuple[Mapping[str, object], ...]
    tables: Mapping[str, TableEntry]
    profile: Mapping[str, object]
    format: int = FORMAT
    redacted: tuple[Mapping[str, object], ...] = ()


@dataclass(frozen=True, slots=True)
class Candidate:
    """A version that nobody else sees yet: gates read it like any other. `txn` names the attempt to publish."""

    base: Manifest | None
    batches: Mapping[str, Batch]
    corpus_recipe: str
    tables: Mapping[str, TableEntry]
    decisions: tuple[Mapping[str, object], ...] = ()
    gates: tuple[Mapping[str, object], ...] = ()
    lineage: Mapping[str, object] = field(default_factory=dict)
    reason: str = ""
    profile: Mapping[str, object] = field(default_factory=dict)
    txn: str = field(default_factory=lambda: uuid.uuid4().hex)

    @property
    def number(self) -> int:
        """The version it would become."""
        return self.base.version + 1 if self.base else 1

    def as_manifest(self, committed_at: str) -> Manifest:
        """The manifest it is published as."""
        return Manifest(
            version=self.number,
            parent=self.base.version if self.base else None,
            txn=self.txn,
            committed_at=committed_at,
            reason=self.reason,
            lineage=self.lineage,
            batches=self.batches,
            corpus_recipe=self.corpus_recipe,
            decisions=self.decisions,
            gates=self.gates,
            tables=self.tables,
            profile=self.profile,
        )


def plain(value: object) -> object:
    """Records, mappings and sequences as what JSON has; equal states give equal values."""
    if isinstance(value, (str, int, float)):  # most of all
        return value
    if is_dataclass(value) and not isinstance(value, type):
        return {one.name: plain(getattr(value, one.name)) for one in fields(value)}
    if isinstance(value, Mapping):
        return {str(name): plain(one) for name, one in value.items()}
    if isinstance(value, (list, tuple)):
        return [plain(one) for one in value]
    return value


def same_state(one: Manifest | Candidate, other: Manifest | Candidate) -> bool:
    """Whether two versions would publish the same: tables, batch map, corpus recipe and decisions."""
    names = ("tables", "batches", "corpus_recipe", "decisions")
    return all(plain(getattr(one, name)) == plain(getattr(other, name)) for name in names)


def table_parts(entry: TableEntry) -> Iterator[Part]:
    """The files of a table, partitions in order."""
    for partition in sorted(entry.partitions):
        yield from entry.partitions[partition]


def all_parts(version: Manifest | Candidate) -> dict[str, Part]:
    """Every part a version lists, by path: its tables' files and its batches' shard results."""
    listed = [part for entry in version.tables.values() for part in table_parts(entry)]
    listed += [part for batch in version.batches.values() for parts in batch.parts.values() for part in parts]
    return {part.path: part for part in listed}


def manifest_key(version: int) -> str:
    """Where a version's manifest lies."""
    return f"versions/{version:08d}.json"


def manifest_bytes(manifest: Manifest) -> bytes:
    """The manifest as JSON for people and programs."""
    return (json.dumps(plain(manifest), indent=1, sort_keys=True, ensure_ascii=False) + "\n").encode()


@lru_cache(maxsize=2)
def read_manifest(data: bytes, where: str) -> Manifest:
    """The manifest in a file. Raises CorruptPart if it is none, ContractError if it is from newer code.

    A run reads its base five times and what it published twice: the last two files are remembered by their bytes.
    """
    try:
        raw = json.loads(data)
        if raw["format"] != FORMAT:
            raise ContractError(
                f"{where} has format {raw['format']}, this Cleancopy reads {FORMAT}: update Cleancopy"
            )
        return _manifest(raw)
    except (ValueError, KeyError, TypeError, AttributeError) as error:
        raise CorruptPart(
            f"{where} is not a manifest ({error!r}): it was changed by hand; put it back from a copy"
        ) from error


def _manifest(raw: Raw) -> Manifest:
    known = {one.name for one in fields(Manifest)} - {"batches", "decisions", "gates", "tables", "redacted"}
    return Manifest(
        batches={name: _batch(one) for name, one in raw["batches"].items()},
        decisions=tuple(raw["decisions"]),
        gates=tuple(raw["gates"]),
        redacted=tuple(raw.get("redacted", ())),
        tables={name: _entry(one) for name, one in raw["tables"].items()},
        **{name: raw[name] for name in known},
    )


def _batch(raw: Raw) -> Batch:
    refused, pinned = raw["refused"], raw["pinned"]
    return Batch(
        inventory_hash=raw["inventory_hash"],
        recipe=raw["recipe"],
        status=raw["status"],
        refused=refused and Refused(refused["inventory_hash"], refused["recipe"], tuple(refused["rules"])),
        parts=_parts(raw["parts"]),
        counts=raw["counts"],
        profile=raw["profile"],
        pinned=pinned and Pinned(**pinned),
    )


def _entry(raw: Raw) -> TableEntry:
    return TableEntry(tuple(raw["schema"]), tuple(raw["key"]), raw["rows"], _parts(raw["partitions"]))


def _parts(raw: Raw) -> dict[str, tuple[Part, ...]]:
    return {name: tuple(Part(**one) for one in parts) for name, parts in raw.items()}
