"""Take a document down: publish a version without it, then purge it from every version that is kept."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from flows.dag import MAX_TRIES, Dag
from flows.engine import DirectEngine, workers_of
from flows.progress import Watch
from flows.request import Request, lineage_of, who
from tasks.errors import AmbiguousReference, UsageError, VersionConflict
from tasks.ingest.inventory import Inventory
from tasks.plan import Plan
from tasks.report.identify import Identity, identify
from tasks.report.pages import write_report
from tasks.settings import Settings
from tasks.takedown.purge import Purged, purge
from tasks.takedown.receipt import receipt_key, write_receipt
from tasks.takedown.rewrite import Rewriter
from tasks.takedown.targets import Targets, targets, tombstone
from tasks.tombstones import KIND, Tombstone, tombstones
from tasks.versions.manifest import Candidate, Manifest
from tasks.versions.publish import HeadMoved
from tasks.versions.store import Store, utc_now


@dataclass(frozen=True, slots=True)
class TakenDown:
    """What a takedown did. version: the first one without the documents. receipt: where the proof lies."""

    targets: Targets
    version: int
    purged: Purged
    receipt: Path


def find(store: Store, ref: str, reason: str = "") -> tuple[Identity, Targets]:
    """The document that `ref` (doc_id, url or path in raw/) means, and all that goes with it.

    Looks into the newest version first, then into older ones, then into takedowns made before.
    Raises UsageError if no version knows it. reason: why it goes; one taken down before keeps its own.
    """
    manifests = _kept(store)
    known = _identity(store, manifests, ref)
    return known, _found(store, manifests, known.doc_id, reason)


def takedown(settings: Settings, found: Targets, *, accept: Sequence[str] = (), watch: Watch) -> TakenDown:
    """Publishes a version without the documents, purges the older ones, writes their pages again and the receipt.

    What goes is looked up again on the version it is published on, and under the lock of the purge: a run may have
    published a copy since `found` was. Done again after it was killed, it finishes. Raises UsageError without a
    reason, GateStopped, VersionConflict; after the last two nothing was changed.
    """
    if not found.stone.reason.strip():
        raise UsageError("a takedown needs a reason, which is kept with the version: add --reason TEXT")
    store = Store(settings.data)
    found, version = _published(settings, found, accept, watch)
    purged = purge(store, found, by=who(), now=utc_now())
    found = purged.targets
    for number in sorted({*purged.rewritten, version} & set(store.versions())):
        write_report(store, store.manifest(number))
    facts = {"by": who(), "at": utc_now().isoformat(timespec="seconds"), "first_version_without": version}
    return TakenDown(found, version, purged, write_receipt(store, found, purged, facts))


def lift(settings: Settings, ref: str, *, reason: str) -> tuple[Tombstone, int]:
    """Lets a document that was taken down be ingested again; a backfill of its batch brings it back.

    Publishes a version without the decision. Raises UsageError if there is no such takedown, or no reason.
    """
    if not reason.strip():
        raise UsageError(
            "lifting a takedown needs a reason, which is kept with the version: add --reason TEXT"
        )
    store = Store(settings.data)
    stone = taken(store, ref)
    done = store.commit_on_head(lambda head: _lifted(head, stone, reason, lineage_of(settings)))
    store.backend.delete(receipt_key(stone.doc_id))
    return stone, done.manifest.version


def taken(store: Store, ref: str) -> Tombstone:
    """The takedown that `ref` (doc_id, its beginning, url, or path in raw/) means.

    Raises UsageError if there is none, or if the beginning of an id is that of several.
    """
    head = store.begin()
    stones = tombstones(head.decisions if head else ())
    found = [one for one in stones if ref in (one.doc_id, one.url)]
    found = found or [one for one in stones if ref and one.doc_id.startswith(ref)]
    if not found and head is not None:
        try:  # a path: what was taken down stands among the dropped
            known = identify(store, head, ref).doc_id
        except AmbiguousReference:
            raise
        except UsageError:
            known = ""
        found = [one for one in stones if one.doc_id == known]
    if len(found) == 1:
        return found[0]
    if found:
        raise UsageError(f"{ref} means {len(found)} takedowns: {_ids(found)}. Name one of them")
    raise UsageError(f"{ref} is not taken down; taken down are {_ids(stones) or 'none'}")


def _ids(stones: Iterable[Tombstone]) -> str:
    return ", ".join(one.doc_id for one in stones)


def _identity(store: Store, manifests: Sequence[Manifest], ref: str) -> Identity:
    for manifest in reversed(manifests):
        try:
            known = identify(store, manifest, ref)
        except AmbiguousReference:  # the person has to choose
            raise
        except UsageError:
            continue
        return known
    taken = [one.doc_id for one in tombstones(manifests[-1].decisions) if ref in (one.doc_id, one.url)]
    if taken:
        return Identity(taken[0], "", "", "dropped")
    return identify(store, manifests[-1], ref)  # raises, with what is near


def _kept(store: Store) -> list[Manifest]:
    manifests = [store.manifest(number) for number in store.versions()]
    if not manifests:
        raise UsageError(f"no version in {store.root}: there is nothing to take down")
    return manifests


def _found(store: Store, manifests: Sequence[Manifest], doc_id: str, reason: str) -> Targets:
    before = next((one for one in tombstones(manifests[-1].decisions) if one.doc_id == doc_id), None)
    return targets(store, manifests, before or tombstone(store, manifests, doc_id, reason))


def _published(
    settings: Settings, found: Targets, accept: Sequence[str], watch: Watch
) -> tuple[Targets, int]:
    """What goes, as the version has it that the takedown was published on, and the first version without it.

    Looked up again where another run was faster. Raises VersionConflict if runs publish all the time.
    """
    store, stone = Store(settings.data), found.stone
    for _ in range(MAX_TRIES):
        store.heal()
        manifests = _kept(store)
        found = found.joined(_found(store, manifests, stone.doc_id, stone.reason))
        version = _first_without(store, found.stone)
        if version is not None:
            return found, version
        try:
            return found, _publish(settings, _request(settings, manifests[-1], found, accept), watch)
        except HeadMoved:
            continue
    raise VersionConflict((), store.versions()[-1])


def _first_without(store: Store, stone: Tombstone) -> int | None:
    """The version that the takedown was published as, if it stands in the newest."""
    first = None
    for number in reversed(store.versions()):
        if stone not in tombstones(store.manifest(number).decisions):
            break
        first = number
    return first


def _request(settings: Settings, head: Manifest, found: Targets, accept: Sequence[str]) -> Request:
    rewriter = Rewriter(Store(settings.data), found)
    entries = {name: rewriter.entry(entry) for name, entry in head.batches.items()}
    stone = found.stone
    return Request(
        plan=Plan(), inventory=Inventory((), 0, ()), base=head, reason=stone.reason, accept=tuple(accept), by=who(),
        lineage={**lineage_of(settings), "takedown": stone.doc_id},
        entries={name: entry for name, entry in entries.items() if entry != head.batches[name]},
        decisions=(_decision(stone),),
    )  # fmt: skip


def _publish(settings: Settings, request: Request, watch: Watch) -> int:
    with workers_of(settings) as workers:
        outcome = Dag(request, settings, DirectEngine(workers), watch).run()
    return outcome.committed.manifest.version


def _decision(stone: Tombstone) -> dict[str, Any]:
    return {
        "kind": KIND, "doc_id": stone.doc_id, "content_sha256": sorted(stone.contents), "url": stone.url,
        "reason": stone.reason, "by": who(),
    }  # fmt: skip


def _lifted(head: Manifest | None, stone: Tombstone, reason: str, lineage: Mapping[str, object]) -> Candidate:
    if head is None:
        raise UsageError(f"the versions are gone: there is no takedown of {stone.doc_id} to lift")
    kept = tuple(one for one in head.decisions if tombstones((one,)) != (stone,))
    return Candidate(
        base=head, batches=head.batches, corpus_recipe=head.corpus_recipe, tables=head.tables, decisions=kept,
        gates=head.gates, lineage={**lineage, "takedown_lifted": stone.doc_id}, reason=reason, profile=head.profile,
    )  # fmt: skip
