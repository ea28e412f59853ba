"""The flows by which a person changes what is published: a document goes, an older version comes back.

Their forms look first: each is a dry run until that is switched off.
"""

from __future__ import annotations

from typing import Any

from flows.prefect_home import prepare

prepare()

from prefect import flow

from flows import decisions_pages as pages
from flows import takedown as documents
from flows.ending import Ending, end_of, refusal_left, settings_of_run
from flows.fields import names, needed, switch
from flows.progress import Silent
from flows.request import who
from tasks.counting import counted
from tasks.errors import UsageError
from tasks.settings import Settings
from tasks.versions.store import Store

WHY = "say why; it is kept with the version"


@flow(name="takedown", validate_parameters=False, persist_result=False)
def takedown(
    document: str, reason: str, dry_run: bool = True, lift: bool = False, accept: list[str] | None = None
) -> Any:  # noqa: ANN401  a Prefect state
    """Remove a document from every version that is kept, and never ingest it again.

    Args:
        document: The document: its id, the beginning of the id, its address, or its path in raw/
        reason: Why it goes, or may come back; kept with the version and on the receipt
        dry_run: Only list what would go and what stays; changes nothing
        lift: Take an earlier takedown back instead; a backfill of its batch then brings the document in again
        accept: Rules whose failure is let pass for the version without it, named as its gates name them
    """
    settings = settings_of_run()
    given = {"document": document, "reason": reason, "dry_run": dry_run, "lift": lift, "accept": accept}

    @refusal_left(given, "takedown")
    def run() -> Ending:
        ref = needed("document", document, "name it by its id, address or path in raw/")
        why, looks = needed("reason", reason, WHY), switch("dry_run", dry_run)
        if switch("lift", lift):
            return _lifted(settings, ref, why, looks=looks)
        _, found = documents.find(Store(settings.data), ref, why)
        if looks:
            pages.leave_plan(found, given)
            n, of = counted(len(found.places), "document"), counted(len(found.versions), "version")
            return Ending("DryRun", f"{n} would go from {of}", {})
        done = documents.takedown(settings, found, accept=names("accept", accept), watch=Silent())
        pages.leave_taken_down(done)
        return Ending("Completed", f"version {done.version} is without {found.stone.doc_id}", {"version": done.version})  # fmt: skip

    return end_of("takedown", settings, run)


@flow(name="rollback", validate_parameters=False, persist_result=False)
def rollback(version: str, reason: str, dry_run: bool = True) -> Any:  # noqa: ANN401  a Prefect state
    """Publish a new version with the tables of an older one; the batches that differ are pinned.

    Args:
        version: The version to go back to: a number or a tag
        reason: Why; kept with the version and with each pin
        dry_run: Only show what would change; publishes nothing
    """
    settings = settings_of_run()
    given = {"version": version, "reason": reason, "dry_run": dry_run}

    @refusal_left(given, "rollback")
    def run() -> Ending:
        ref, why = needed("version", version, "a number or a tag"), needed("reason", reason, WHY)
        store = Store(settings.data)
        head = store.begin()
        if head is None:
            raise UsageError(f"no version in {store.root}: there is nothing to go back to")
        found = store.diff(head.version, ref)
        if switch("dry_run", dry_run):
            pages.leave_way_back(found, given)
            return Ending("DryRun", f"the tables of version {found.b} would be published again", {})
        committed = store.rollback(ref, reason=why, by=who())
        new = committed.manifest.version
        if not committed.is_new:
            return Ending("NothingToDo", f"version {new} already has the tables of {ref}", {"version": new})
        pages.leave_difference(store.diff(head.version, new))
        return Ending("Completed", f"version {new} has the tables of version {found.b}", {"version": new})

    return end_of("rollback", settings, run)


def _lifted(settings: Settings, ref: str, why: str, *, looks: bool) -> Ending:
    stone = documents.taken(Store(settings.data), ref)
    if looks:
        return Ending("DryRun", f"{stone.doc_id} might be ingested again", {})
    _, version = documents.lift(settings, ref, reason=why)
    return Ending(
        "Completed", f"version {version}: {stone.doc_id} may be ingested again", {"version": version}
    )
