"""Sweep: drop old versions, then every file that no kept version lists and that is old enough.

What was remembered under the corpus recipe of the newest version (dedup's index and judged pairs) is kept as it is: no
manifest lists it, and a run that comes after the grace period would have to compute it again.
"""

from __future__ import annotations

import logging
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from tasks.errors import UsageError
from tasks.versions.backend import Backend, Stored
from tasks.versions.manifest import all_parts, manifest_key
from tasks.versions.memo import RESULTS, parts_in, read_memo
from tasks.versions.publish import (
    heal_locked,
    load_manifest,
    release_folder,
    released_versions,
    version_numbers,
)
from tasks.versions.tags import tags

logger = logging.getLogger(__name__)
AGED = ("quarantine", "reports")


@dataclass(frozen=True, slots=True)
class Keep:
    """What retention keeps: the last `versions`, those newer than `days`, the tagged.

    grace_secs: age before an unlisted file is swept; longer than any run and any reader takes.
    aged_days: age at which quarantine and reports are swept; None keeps them.
    """

    versions: int
    days: float
    grace_secs: float
    aged_days: float | None = None


@dataclass(frozen=True, slots=True)
class Swept:
    """What was swept, or would be (`dry_run`): versions, files by kind, and the bytes of the files."""

    versions: tuple[int, ...]
    kept: tuple[int, ...]
    files: Mapping[str, int]
    bytes: int
    dry_run: bool


def sweep(backend: Backend, keep: Keep, now: datetime, *, dry_run: bool = False) -> Swept:
    """Keep what `keep` says and sweep the rest, alone with the folder. A dry run writes nothing.

    Raises UsageError if no version would be kept; CorruptPart, having swept nothing, if a manifest is broken.
    """
    if keep.versions < 1:
        raise UsageError("retention keeps at least one version: --keep 1")
    if dry_run:
        return _plan(backend, keep, now)[0]
    if not version_numbers(backend) and not any(backend.folders("")):
        return Swept((), (), {}, 0, dry_run=False)
    with backend.lock(exclusive=True):
        heal_locked(backend)  # else LATEST of a killed publisher could name a version that goes
        planned, doomed = _plan(backend, keep, now)
        for version in planned.versions:  # manifests first: a killed sweep leaves orphans, never gaps
            backend.delete(manifest_key(version))
        for version in released_versions(backend) - set(planned.kept):
            backend.remove_folder(release_folder(version))
        for stored in doomed:
            backend.delete(stored.key)
    logger.info("versions: swept %d versions, %d bytes", len(planned.versions), planned.bytes)
    return Swept(planned.versions, planned.kept, planned.files, planned.bytes, dry_run=False)


def _plan(backend: Backend, keep: Keep, now: datetime) -> tuple[Swept, list[Stored]]:
    numbers = version_numbers(backend)
    kept = _kept(backend, keep, now, numbers)
    live: set[str] = set()
    for version in kept:
        live.update(all_parts(load_manifest(backend, version)))
    if kept:
        live.update(_remembered(backend, load_manifest(backend, kept[-1]).corpus_recipe))
    doomed = list(_doomed(backend, keep, now.timestamp(), live))
    kinds = Counter(kind for kind, _ in doomed)
    files = [stored for _, stored in doomed]
    gone = tuple(version for version in numbers if version not in kept)
    swept = Swept(gone, tuple(kept), dict(kinds), sum(one.bytes for one in files), dry_run=True)
    return swept, files


def _remembered(backend: Backend, corpus_recipe: str) -> Iterator[str]:
    """Parts that records under the newest version's corpus recipe name: what the next run need not compute again."""
    for stored in backend.files(RESULTS):
        if stored.key.endswith(f"/{corpus_recipe}.json"):
            yield from (part.path for part in parts_in(read_memo(backend, stored.key) or {}))


def _kept(backend: Backend, keep: Keep, now: datetime, numbers: list[int]) -> list[int]:
    sure = {*numbers[-keep.versions :], *tags(backend).values()}
    newest_gone = now - timedelta(days=keep.days)
    return [version for version in numbers if version in sure or _committed(backend, version) >= newest_gone]


def _committed(backend: Backend, version: int) -> datetime:
    return datetime.fromisoformat(load_manifest(backend, version).committed_at)


def _doomed(backend: Backend, keep: Keep, now_secs: float, live: set[str]) -> Iterator[tuple[str, Stored]]:
    """Files to sweep with their kind. Age is the time of the last write or touch."""
    unlisted_before = now_secs - keep.grace_secs
    for stored in backend.files("_data"):
        if stored.mtime >= unlisted_before or stored.key in live:
            continue
        if not stored.key.startswith(f"{RESULTS}/"):
            yield "parts", stored
        elif not _is_useful(backend, stored.key, live):
            yield "results", stored
    for stored in backend.stale(unlisted_before):
        yield "temporary", stored
    if keep.aged_days is not None:
        for folder in AGED:
            for stored in backend.files(folder):
                if stored.mtime < now_secs - keep.aged_days * 86_400:
                    yield folder, stored


def _is_useful(backend: Backend, key: str, live: set[str]) -> bool:
    """Whether a record of a computation still names parts, all of which a kept version lists."""
    listed = [part.path for part in parts_in(read_memo(backend, key) or {})]
    return bool(listed) and live.issuperset(listed)
