"""The receipt of a takedown: the proof for who asked, and the mark that it is finished."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

from tasks.tombstones import tombstones
from tasks.versions.manifest import Manifest
from tasks.versions.store import Store

if TYPE_CHECKING:
    from tasks.takedown.purge import Purged
    from tasks.takedown.targets import Targets

RECEIPTS = "takedowns"


def receipt_key(doc_id: str) -> str:
    """Where the receipt of a takedown lies."""
    return f"{RECEIPTS}/{doc_id}.json"


def write_receipt(store: Store, targets: Targets, purged: Purged, facts: Mapping[str, Any]) -> Path:
    """Writes what was taken down, from where, and what stays; none of its text.

    facts: who, when and the first version without it; those of an earlier receipt stand.
    """
    key = receipt_key(targets.stone.doc_id)
    earlier = _earlier(store, key)
    receipt = {
        "doc_id": targets.stone.doc_id,
        "reason": targets.stone.reason,
        **{name: earlier.get(name, fact) for name, fact in facts.items()},
        "content_sha256": sorted(targets.stone.contents),
        "url": targets.stone.url,
        "documents": sorted({*earlier.get("documents", ()), *(one.doc_id for one in targets.places)}),
        "raw_paths": sorted({*earlier.get("raw_paths", ()), *(one.raw_path for one in targets.places)}),
        "versions_rewritten": sorted({*earlier.get("versions_rewritten", ()), *purged.rewritten}),
        "files_deleted": sorted({*earlier.get("files_deleted", ()), *purged.deleted}),
        "quarantine_rewritten": sorted({*earlier.get("quarantine_rewritten", ()), *purged.set_aside}),
        "pages_deleted": sorted({*earlier.get("pages_deleted", ()), *purged.pages}),
        "copies_that_stay": list(targets.stays) or earlier.get("copies_that_stay", []),
    }
    store.backend.put(key, (json.dumps(receipt, indent=1, ensure_ascii=False) + "\n").encode())
    return store.backend.path(key)


def unfinished(store: Store, head: Manifest) -> list[str]:
    """Takedowns that were published and then killed before the purge was through, by doc_id."""
    stones = tombstones(head.decisions)
    return [one.doc_id for one in stones if not store.backend.path(receipt_key(one.doc_id)).is_file()]


def _earlier(store: Store, key: str) -> dict[str, Any]:
    try:
        found: dict[str, Any] = json.loads(store.backend.read(key))
    except (FileNotFoundError, ValueError):
        return {}
    return found
