"""What a takedown means: which documents, in which batches, under which contents and address."""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from tasks import schema
from tasks.errors import CorruptPart
from tasks.tombstones import Tombstone, covering
from tasks.versions.manifest import Batch, Manifest
from tasks.versions.parts import Part
from tasks.versions.store import Store

PLACE = ["doc_id", "source", "batch", "raw_path"]
COLUMNS = [*PLACE, "content_sha256", "url"]


@dataclass(frozen=True, slots=True)
class Target:
    """One document that has to go, as one version or another has it. Row of schema.DOCUMENTS, text apart."""

    doc_id: str
    source: str
    batch: str
    raw_path: str


@dataclass(frozen=True, slots=True)
class Targets:
    """All that one tombstone covers in the kept versions.

    stays: copies of it, by cluster, that are other texts or other addresses, and stay. aside: what it covers beside
    the versions, in stored results that none of them lists (of a batch that was held, say) and in quarantine.
    """

    stone: Tombstone
    documents: tuple[Target, ...]
    versions: tuple[int, ...]
    stays: tuple[str, ...] = field(default=())
    aside: tuple[Target, ...] = field(default=())

    @property
    def doc_ids(self) -> frozenset[str]:
        """The ids of what goes from the versions; the one asked for is always among them."""
        return frozenset({self.stone.doc_id, *(one.doc_id for one in self.documents)})

    @property
    def places(self) -> tuple[Target, ...]:
        """All that goes, from the versions or from beside them."""
        return tuple(sorted({*self.documents, *self.aside}, key=_order))

    def set_aside(self, rows: pa.Table) -> pa.Array:
        """Per row of schema.QUARANTINE whether it goes: by its id, or by what the row it holds says."""
        beside = {one.doc_id for one in self.aside}
        kept = [json.loads(text or "{}") for text in rows["row_json"].to_pylist()]
        return pa.array([
            doc_id in self.doc_ids
            or self.stone.covers({name: row.get(name) for name in ("doc_id", "content_sha256", "url")})
            or ("content_sha256" not in row and doc_id in beside)  # a later stage's row: its id is all it says
            for doc_id, row in zip(rows["doc_id"].to_pylist(), kept, strict=True)
        ], pa.bool_())  # fmt: skip

    def joined(self, later: Targets) -> Targets:
        """With what was found later, under the tombstone as it is then; a text that goes is no copy that stays."""
        documents = tuple(sorted({*self.documents, *later.documents}, key=_order))
        gone = {one.doc_id for one in documents}
        return Targets(
            later.stone, documents, tuple(sorted({*self.versions, *later.versions})),
            tuple(sorted({*self.stays, *later.stays} - gone)),
            tuple(sorted({*self.aside, *later.aside} - set(documents), key=_order)),
        )  # fmt: skip


def tombstone(store: Store, manifests: Iterable[Manifest], doc_id: str, reason: str = "") -> Tombstone:
    """The tombstone of a document: every content it had in these versions, and its newest address."""
    contents, url = set[str](), None
    for part in _documents(manifests):
        rows = store.read_part(part, ["doc_id", "content_sha256", "url"])
        for row in rows.filter(pc.equal(rows["doc_id"], doc_id)).to_pylist():
            contents.add(row["content_sha256"])
            url = row["url"] or url
    return Tombstone(doc_id, frozenset(contents), url, reason)


def targets(store: Store, manifests: Sequence[Manifest], stone: Tombstone) -> Targets:
    """Everything the tombstone covers, which versions hold it, and which copies of it stay."""
    covered: dict[str, set[Target]] = {}
    for part in _documents(manifests):
        rows = store.read_part(part, COLUMNS)
        hits = pa.array([hit is not None for hit in covering(rows, (stone,))], pa.bool_())
        found = {Target(**row) for row in rows.filter(hits).select(PLACE).to_pylist()}
        if found:
            covered[part.path] = found
    documents = tuple(sorted(set().union(*covered.values()), key=_order))
    versions = tuple(
        one.version for one in manifests if any(part.path in covered for part in _documents([one]))
    )
    ids = {stone.doc_id, *(one.doc_id for one in documents)}
    known = Targets(stone, documents, versions, _copies(store, manifests, ids))
    beside = _unlisted(store, {part.path for part in _documents(manifests)}, stone)
    known = replace(known, aside=tuple(sorted(beside - set(documents), key=_order)))
    quarantined = {
        Target(**row)
        for rows in quarantine(store).values()
        for row in rows.filter(known.set_aside(rows)).select(PLACE).to_pylist()
    }
    return replace(known, aside=tuple(sorted((beside | quarantined) - set(documents), key=_order)))


def quarantine(store: Store) -> dict[str, pa.Table]:
    """Key of a file -> its rows set aside. Raises CorruptPart if one cannot be read."""
    found = {}
    for stored in list(store.backend.files("quarantine")):
        if not stored.key.endswith(".parquet"):
            continue
        path = store.backend.path(stored.key)
        try:
            found[stored.key] = pq.ParquetFile(path).read()
        except FileNotFoundError:  # retention took it after the listing
            continue
        except pa.ArrowInvalid as error:
            raise CorruptPart(f"{path} cannot be read ({error}): delete it") from error
    return found


def _unlisted(store: Store, listed: set[str], stone: Tombstone) -> set[Target]:
    """What the tombstone covers in stored raw texts that no version lists."""
    found: set[Target] = set()
    for stored in list(store.backend.files(f"_data/{schema.DOCUMENTS.name}")):
        if stored.key in listed or not stored.key.endswith(".parquet"):
            continue
        try:
            rows = pq.ParquetFile(store.backend.path(stored.key)).read(COLUMNS)
        except (pa.ArrowInvalid, OSError):  # nobody can read it: the purge deletes it
            continue
        hits = pa.array([hit is not None for hit in covering(rows, (stone,))], pa.bool_())
        found.update(Target(**row) for row in rows.filter(hits).select(PLACE).to_pylist())
    return found


def _order(one: Target) -> tuple[str, str]:
    return one.doc_id, one.batch


def _documents(manifests: Iterable[Manifest]) -> list[Part]:
    """The parts with raw texts of these versions, each once, the oldest version's first."""
    entries: list[Batch] = [entry for one in manifests for entry in one.batches.values()]
    return list({part.path: part for e in entries for part in e.parts.get("documents", ())}.values())


def _copies(store: Store, manifests: Sequence[Manifest], ids: set[str]) -> tuple[str, ...]:
    """Members of the same clusters, in the newest version that has one of the documents."""
    for manifest in reversed(manifests):
        rows = store.read_table(manifest, schema.CLUSTERS.name, ["cluster_id", "doc_id"])
        mine = pc.is_in(rows["doc_id"], value_set=pa.array(sorted(ids), pa.string()))
        clusters = pc.unique(rows.filter(mine)["cluster_id"])
        if len(clusters):
            members = rows.filter(pc.is_in(rows["cluster_id"], value_set=clusters))["doc_id"].to_pylist()
            return tuple(sorted(set(members) - ids))
    return ()
