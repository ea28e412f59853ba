"""The purge: every kept version, set-aside row, stored result and page without the documents taken down.

The one exception to "a version never changes": it keeps its number and is marked `redacted`. Alone with the
folder, and safe to be killed at any instant: done again, it goes on where it was.
"""

from __future__ import annotations

from collections.abc import Iterator
from collections.abc import Set as AbstractSet
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from tasks import schema
from tasks.takedown.rewrite import ID_COLUMNS, Rewriter, named, table_of
from tasks.takedown.tables import TablesWithout
from tasks.takedown.targets import Targets, quarantine, targets
from tasks.versions import publish
from tasks.versions.manifest import Manifest, all_parts, manifest_bytes, manifest_key
from tasks.versions.memo import RESULTS, WITH_TEXT, parts_in, read_memo
from tasks.versions.store import Store

REPORTS = "reports"


@dataclass(frozen=True, slots=True)
class Purged:
    """What the purge removed (targets) and changed: versions under their old numbers, and keys of files."""

    targets: Targets
    rewritten: tuple[int, ...]
    deleted: tuple[str, ...]
    set_aside: tuple[str, ...]
    pages: tuple[str, ...]


def purge(store: Store, found: Targets, *, by: str, now: datetime) -> Purged:
    """Takes the documents out of all that is kept, but for the receipts.

    found: what is known to go; what else the tombstone covers by now is looked up here, where nobody can publish.
    Raises CorruptPart if a kept version cannot be read whole: what was not looked into cannot be purged.
    """
    with store.backend.lock(exclusive=True):
        publish.heal_locked(store.backend)
        manifests = [store.manifest(number) for number in store.versions()]
        found = found.joined(targets(store, manifests, found.stone))
        rewriter = Rewriter(store, found)
        mark = {
            "doc_ids": sorted(found.doc_ids),
            "reason": found.stone.reason,
            "by": by,
            "at": now.isoformat(timespec="seconds"),
        }
        rewritten, live = [], set[str]()
        for manifest in manifests:
            changed = _redacted(store, rewriter, manifest, mark)
            if changed is not manifest:
                store.backend.flush(sorted(all_parts(changed).keys() - all_parts(manifest).keys()))
                _hide_release(store, manifest, changed)
                store.backend.put(manifest_key(manifest.version), manifest_bytes(changed), frozen=True)
                rewritten.append(manifest.version)
            store.backend.assemble(publish.release_folder(manifest.version), publish.release_files(changed))
            live.update(all_parts(changed))
        _delete_hidden(store)
        ids = found.doc_ids | {one.doc_id for one in found.aside}
        deleted = tuple(_delete_results(store, ids, live))
        set_aside = tuple(_clear_quarantine(store, found))
        pages = tuple(_delete_pages(store, ids, rewritten))
    return Purged(found, tuple(rewritten), deleted, set_aside, pages)


def _redacted(store: Store, rewriter: Rewriter, manifest: Manifest, mark: dict[str, Any]) -> Manifest:
    tables = TablesWithout(store, rewriter).tables(manifest)
    batches = {name: rewriter.entry(entry) for name, entry in manifest.batches.items()}
    if tables == dict(manifest.tables) and batches == dict(manifest.batches):
        return manifest
    return replace(manifest, tables=tables, batches=batches, redacted=(*manifest.redacted, mark))


def _hide_release(store: Store, manifest: Manifest, changed: Manifest) -> None:
    """The version's plain folder goes before its manifest changes: killed between, `heal` makes it from either.

    A reader sees the old one, none, or the new one.
    """
    if publish.release_files(changed) != publish.release_files(manifest):
        store.backend.remove_folder(publish.release_folder(manifest.version))


def _delete_hidden(store: Store) -> None:
    """What a kill left of a folder that was on its way out, or in: nobody is at work on one, the lock is ours."""
    for stored in list(store.backend.stale(float("inf"))):
        if stored.key.startswith("releases/"):
            store.backend.delete(stored.key)


def _delete_results(store: Store, ids: AbstractSet[str], live: set[str]) -> Iterator[str]:
    """Stored parts that no version lists and that name the documents, or names that might be only theirs; cut lines."""
    gone = pa.array(sorted(ids), pa.string())
    for stored in list(store.backend.files("_data")):
        table = table_of(stored.key)
        if table is None or stored.key in live:
            continue
        if table.name == schema.ENTITIES.name or _names_them(store.backend.path(stored.key), gone):
            store.backend.delete(stored.key)
            yield stored.key
    for stored in [one for name in WITH_TEXT for one in store.backend.files(f"{RESULTS}/{name}")]:
        if any(part.path not in live for part in parts_in(read_memo(store.backend, stored.key))):
            store.backend.delete(stored.key)
            yield stored.key


def _names_them(path: Path, ids: pa.Array) -> bool:
    try:
        file = pq.ParquetFile(path)
        columns = [name for name in ID_COLUMNS if name in file.schema_arrow.names]
        hits = named(file.read(columns), ids) if columns else None
    except (pa.ArrowInvalid, OSError):  # no version lists it and nobody can read it: it goes
        return True
    return hits is not None and bool(pc.any(hits).as_py())


def _clear_quarantine(store: Store, found: Targets) -> Iterator[str]:
    for key, rows in quarantine(store).items():
        hits = found.set_aside(rows)
        if not pc.any(hits).as_py():
            continue
        batch, attempt = key.removeprefix("quarantine/").removesuffix(".parquet").rsplit("/", 1)
        store.write_quarantine(batch, attempt, rows.filter(pc.invert(hits)))
        yield key


def _delete_pages(store: Store, ids: AbstractSet[str], versions: list[int]) -> Iterator[str]:
    """Report pages of the versions that had them, and every page that names them."""
    names = [doc_id.encode() for doc_id in ids]
    pages = {f"{REPORTS}/{number:08d}.html" for number in versions}
    for stored in list(store.backend.files(REPORTS)):
        data = store.backend.read(stored.key)
        if stored.key in pages or any(doc_id in data for doc_id in names):
            store.backend.delete(stored.key)
            yield stored.key
