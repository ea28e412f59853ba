"""What a takedown means: which documents, in which batches, under which contents and address."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

import pyarrow as pa
import pyarrow.compute as pc

from tasks import schema
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

    stays: copies of it, by cluster, that are other texts or other addresses, and stay.
    """

    stone: Tombstone
    documents: tuple[Target, ...]
    versions: tuple[int, ...]
    stays: tuple[str, ...] = field(default=())

    @property
    def doc_ids(self) -> frozenset[str]:
        """The ids of what goes; the one asked for is always among them."""
        return frozenset({self.stone.doc_id, *(one.doc_id for one in self.documents)})

    def joined(self, later: Targets) -> Targets:
        """With what was found later, under the tombstone as it is then; a text that goes is no copy that stays."""
        documents = tuple(sorted({*self.documents, *later.documents}, key=_order))
        gone = {one.doc_id for one in documents}
        return Targets(
            later.stone, documents, tuple(sorted({*self.versions, *later.versions})),
            tuple(sorted({*self.stays, *later.stays} - gone)),
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
    return Targets(stone, documents, versions, _copies(store, manifests, ids))


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
