"""Names for versions, and what a person may call a version."""

from __future__ import annotations

import json
import re
from contextlib import suppress

from tasks.errors import CorruptPart, UsageError
from tasks.versions.backend import Backend
from tasks.versions.publish import version_numbers


def tags(backend: Backend) -> dict[str, int]:
    """Tag -> version, sorted by name. What else lies in the folder, an editor's copy of a tag, is none."""
    found = {}
    for stored in backend.files("tags"):
        name = stored.key.removeprefix("tags/").removesuffix(".json")
        if stored.key == tag_key(name):
            with suppress(FileNotFoundError):  # deleted meanwhile
                found[name] = _tagged(backend, name)
    return found


def tag_key(name: str) -> str:
    """Where a tag lies."""
    return f"tags/{name}.json"


def tag(backend: Backend, ref: str, name: str) -> None:
    """Name a version. The same again does nothing.

    Raises UsageError if the name is no name, stands for another version already, or there is no such version.
    """
    if name == "latest" or not re.fullmatch(r"[A-Za-z][\w.-]*", name):
        raise UsageError(f"{name!r} cannot be a tag: a letter, then letters, digits, - . _; not latest")
    with backend.lock(exclusive=False):  # retention must not take the version meanwhile
        version = resolve(backend, ref)
        data = json.dumps({"version": version}).encode()
        if not backend.create(tag_key(name), data) and _tagged(backend, name) != version:
            raise UsageError(
                f"tag {name} stands for version {_tagged(backend, name)} already: choose another name, or "
                f"delete {backend.path(tag_key(name))} first"
            )


def resolve(backend: Backend, ref: str) -> int:
    """The version that a number, a tag or `latest` means. Raises UsageError that lists what there is."""
    numbers = version_numbers(backend)
    named = tags(backend)
    if ref == "latest" and numbers:
        return numbers[-1]
    version = int(ref) if re.fullmatch(r"[0-9]{1,18}", ref) else named.get(ref)
    if version in numbers:
        return version
    listed = ", ".join(map(str, numbers)) or "none yet: `cleancopy run` makes the first"
    raise UsageError(f"no version {ref!r}. Versions: {listed}. Tags: {', '.join(named) or 'none'}")


def _tagged(backend: Backend, name: str) -> int:
    try:
        return int(json.loads(backend.read(tag_key(name)))["version"])
    except (ValueError, KeyError, TypeError) as error:
        raise CorruptPart(
            f'{backend.path(tag_key(name))} is no tag ({error!r}): it was changed by hand. Write {{"version": N}} '
            "into it, or delete it"
        ) from error
