"""Publish a candidate, whole or not at all, and finish what a killed publisher left undone.

Creating `versions/N.json` is the one step that publishes. The release folder and the pointer LATEST follow from it,
so they can be redone by anyone at any time: `heal`.
"""

from __future__ import annotations

import logging
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from tasks.errors import CleancopyError, ContractError, CorruptPart, TransientError, VersionConflict
from tasks.versions.backend import Backend
from tasks.versions.manifest import (
    Candidate,
    Manifest,
    all_parts,
    manifest_bytes,
    manifest_key,
    read_manifest,
    same_state,
    table_parts,
)

logger = logging.getLogger(__name__)
LATEST = "LATEST"
TRIES = 3  # as often as a run tries again (the design's number)
MADE_AGAIN = "made again by `cleancopy backfill --from 0001-01-01 --to 9999-12-31 --undated --reprocess all --reason TEXT`"


class HeadMoved(TransientError):  # noqa: N818  named like the others in tasks.errors
    """Another version was published on the same base: merge with `head`, gate again, commit again."""

    def __init__(self, head: Manifest) -> None:
        super().__init__(head)
        self.head = head

    def __str__(self) -> str:
        return f"version {self.head.version} was published meanwhile: run again"


@dataclass(frozen=True, slots=True)
class Committed:
    """The version that now stands; `is_new` is False where the candidate was equal to its base."""

    manifest: Manifest
    is_new: bool


def version_numbers(backend: Backend) -> list[int]:
    """The versions that exist, ascending."""
    names = (stored.key.removeprefix("versions/") for stored in backend.files("versions"))
    return sorted(int(name[:-5]) for name in names if name.endswith(".json") and name[:-5].isdigit())


def load_manifest(backend: Backend, version: int) -> Manifest:
    """The manifest of a version. Raises FileNotFoundError, CorruptPart."""
    key = manifest_key(version)
    return read_manifest(backend.read(key), str(backend.path(key)))


def load_head(backend: Backend) -> Manifest | None:
    """The newest version; None before the first."""
    while numbers := version_numbers(backend):
        try:
            return load_manifest(backend, numbers[-1])
        except FileNotFoundError:  # retention took it after the listing: a newer one stands
            continue
    return None


def commit(backend: Backend, candidate: Candidate, now: datetime) -> Committed:
    """Publish the candidate as the version after its base.

    A candidate equal to its base publishes nothing. Raises HeadMoved if its place is taken by another version;
    CorruptPart if a part it lists is gone; ContractError if a table has no file.
    """
    with backend.lock(exclusive=False):
        stays = candidate.base is not None and same_state(candidate, candidate.base)
        heal_locked(backend, mending=not stays)  # a new version needs no part that only the head lists
        if candidate.base and stays:
            return Committed(candidate.base, is_new=False)
        _check_place(backend, candidate)  # first: a takedown that was faster took parts away
        _check_parts(backend, candidate)
        manifest = candidate.as_manifest(now.isoformat(timespec="seconds"))
        if not backend.create(manifest_key(manifest.version), manifest_bytes(manifest)):
            manifest = _holder(backend, candidate)
        _finish_or_explain(backend, manifest)
    logger.info("versions: published version %d", manifest.version)
    return Committed(manifest, is_new=True)


def commit_on_head(
    backend: Backend, candidate_of: Callable[[Manifest | None], Candidate], now: datetime
) -> Committed:
    """Publish what `candidate_of` makes of the newest version, made again where another version was faster.

    For what needs no gates. Raises VersionConflict if other runs publish all the time.
    """
    heal(backend)
    for _ in range(TRIES):
        try:
            return commit(backend, candidate_of(load_head(backend)), now)
        except HeadMoved:
            continue
    head = load_head(backend)
    raise VersionConflict((), head.version if head else 0)


def heal(backend: Backend, *, mending: bool = False) -> None:
    """Complete every release folder and move LATEST to the newest version. Writes nothing if all is well.

    Raises CorruptPart where the newest lists a part that is gone; unless `mending`: the caller makes it again.
    """
    if _unfinished(backend):
        with backend.lock(exclusive=False):
            heal_locked(backend, mending=mending)


def heal_locked(backend: Backend, *, mending: bool = False) -> None:
    """`heal` for a caller that holds the lock."""
    unfinished = _unfinished(backend)
    for version in unfinished:
        try:
            _finish(backend, load_manifest(backend, version))
        except FileNotFoundError:  # retention took it meanwhile
            continue
        except CorruptPart as error:
            is_head = version == version_numbers(backend)[-1]
            if is_head and not mending:
                raise
            if not is_head:
                logger.warning("versions: an old version stays without its release folder: %s", error)
        else:
            logger.info("versions: completed version %d", version)


def release_folder(version: int) -> str:
    """The plain folder of a version."""
    return f"releases/{version:08d}"


def release_files(manifest: Manifest) -> dict[str, str]:
    """The files of a release folder: name inside it -> key of the part."""
    parts = [part for entry in manifest.tables.values() for part in table_parts(entry)]
    return {part.path.removeprefix("_data/"): part.path for part in parts}


def released_versions(backend: Backend) -> set[int]:
    """Versions that have a release folder, complete or not."""
    return {int(name) for name in backend.folders("releases") if name.isdigit()}


def _check_place(backend: Backend, candidate: Candidate) -> None:
    head = load_head(backend)
    if head is None and candidate.base:
        raise CorruptPart(
            f"{backend.path('versions')} is empty, but this run began at version {candidate.base.version}: "
            "put the folder back from a copy"
        )
    if head is not None and head.version >= candidate.number and not _is_ours(backend, candidate):
        raise HeadMoved(head)


def _is_ours(backend: Backend, candidate: Candidate) -> bool:
    """Whether the version is there already because the answer to an earlier try was lost."""
    try:
        return load_manifest(backend, candidate.number).txn == candidate.txn
    except FileNotFoundError:
        return False


def _holder(backend: Backend, candidate: Candidate) -> Manifest:
    """The manifest that has the candidate's place, if it is ours. Raises HeadMoved."""
    holder = load_manifest(backend, candidate.number)  # cannot vanish: retention waits for our lock
    if holder.txn != candidate.txn:
        raise HeadMoved(load_head(backend) or holder)
    return holder


def _check_parts(backend: Backend, candidate: Candidate) -> None:
    """Every part is there, and is made young (a sweep in another process leaves it alone); new ones are flushed."""
    bare = sorted(name for name, entry in candidate.tables.items() if not any(table_parts(entry)))
    if bare:
        raise ContractError(f"tables {bare} have no file: build their entries with Store.entry")
    listed = all_parts(candidate)
    for part in listed.values():
        size = backend.touch(part.path)
        if size != part.bytes:
            how = "is gone" if size is None else f"has {size} bytes, not {part.bytes}"
            raise CorruptPart(
                f"{backend.path(part.path)} {how}: nothing was published. Run again; if it happens again, "
                f"put it back from a copy of the data folder, or delete it and have it {MADE_AGAIN}"
            )
    backend.flush(sorted(listed.keys() - (all_parts(candidate.base).keys() if candidate.base else set())))


def _finish_or_explain(backend: Backend, manifest: Manifest) -> None:
    try:
        _finish(backend, manifest)
    except CleancopyError as error:
        raise CleancopyError(
            f"version {manifest.version} is published, but its release folder is not ready: {error}. "
            "LATEST still names the version before; the next command completes it"
        ) from error


def _finish(backend: Backend, manifest: Manifest) -> None:
    try:
        backend.assemble(release_folder(manifest.version), release_files(manifest))
    except FileNotFoundError as error:
        raise CorruptPart(
            f"version {manifest.version} lists a part that is gone ({error}): put it back from a copy of the "
            f"data folder, or have it {MADE_AGAIN}"
        ) from error
    backend.advance(LATEST, manifest.version)


def _unfinished(backend: Backend) -> list[int]:
    """Versions without a release folder, and the newest if its files are others or LATEST does not name it."""
    head = load_head(backend)
    if head is None:
        return []
    missing = set(version_numbers(backend)) - released_versions(backend)
    folder = release_folder(head.version)
    held = {stored.key for stored in backend.files(folder)}
    wanted = {f"{folder}/{name}" for name in release_files(head)}
    if held != wanted or (backend.number(LATEST) or 0) < head.version:
        missing.add(head.version)
    return sorted(missing)
