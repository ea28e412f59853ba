"""Is what a version lists still there, byte for byte? Every file is held against the SHA-256 of its manifest.

A run only looks at what it reads: damage in a file that no run opens is found by this alone.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from dataclasses import dataclass

from tasks.versions.backend import Backend
from tasks.versions.manifest import Manifest, all_parts
from tasks.versions.parts import Part
from tasks.versions.publish import release_files, release_folder


@dataclass(frozen=True, slots=True)
class Damage:
    """One file that is not what the version says: where it lies, what is wrong, the versions that list it."""

    path: str
    how: str
    versions: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Verified:
    """What was looked at, and what is wrong with it."""

    versions: tuple[int, ...]
    n_files: int
    n_bytes: int
    damaged: tuple[Damage, ...]


def verify_versions(backend: Backend, manifests: Iterable[Manifest]) -> Verified:
    """Reads every file of the versions once: tables, stored results, and the releases that plain readers open.

    A file of a release that is a hard link to its part is the same bytes, and not read again; both names are damaged then.
    """
    found: dict[str, tuple[str, list[int]]] = {}
    checked: dict[str, int] = {}
    numbers: list[int] = []

    def look_at(key: str, part: Part, version: int, *, link_of: str | None = None) -> None:
        if key not in checked:
            checked[key] = part.bytes
            linked = link_of is not None and _is_link(backend, key, link_of)
            how = found.get(link_of or "", ("",))[0] if linked else _wrong(backend, key, part)
            if how:
                found[key] = (how, [])
        if key in found:
            found[key][1].append(version)

    for manifest in manifests:
        numbers.append(manifest.version)
        parts = all_parts(manifest)
        for key, part in sorted(parts.items()):
            look_at(key, part, manifest.version)
        folder = release_folder(manifest.version)
        files = release_files(manifest)
        for name, key in sorted(files.items()):
            look_at(f"{folder}/{name}", parts[key], manifest.version, link_of=key)
        for stored in backend.files(folder):
            if stored.key.removeprefix(f"{folder}/") not in files:
                found[stored.key] = ("is not part of the version", [manifest.version])
    damaged = tuple(
        Damage(str(backend.path(key)), how, tuple(versions)) for key, (how, versions) in sorted(found.items())
    )
    return Verified(tuple(numbers), len(checked), sum(checked.values()), damaged)


def _is_link(backend: Backend, key: str, other: str) -> bool:
    one, two = backend.path(key), backend.path(other)
    return one.exists() and two.exists() and one.samefile(two)


def _wrong(backend: Backend, key: str, part: Part) -> str:
    """What is wrong with the file of a part; empty if nothing is."""
    try:
        data = backend.read(key)
    except FileNotFoundError:
        return "is missing"
    if len(data) != part.bytes:
        return f"has {len(data):,} bytes, not {part.bytes:,}"
    digest = hashlib.sha256(data).hexdigest()
    return "" if digest == part.sha256 else f"has SHA-256 {digest}, not {part.sha256}"
