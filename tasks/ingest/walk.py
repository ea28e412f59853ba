"""The walk through `raw/`: which files hold documents, and what stands in the way of others."""

from __future__ import annotations

import os
from dataclasses import dataclass, field
from pathlib import Path

from tasks.ingest.formats import format_of

Mark = tuple[int, int]  # device and inode: the same folder, whatever it is called


@dataclass(frozen=True, slots=True)
class Obstacle:
    """A path inside raw/ that cannot be taken, as the system names it; `rule` says why."""

    path: str
    rule: str
    detail: str


@dataclass(slots=True)
class Walk:
    """All of raw/: path and entry of each file with a known ending, obstacles, and how many files are others."""

    files: list[tuple[str, os.DirEntry[str]]] = field(default_factory=list)
    obstacles: list[Obstacle] = field(default_factory=list)
    ignored: int = 0


@dataclass(frozen=True, slots=True)
class _Folder:
    at: str
    prefix: str
    parents: tuple[Mark, ...]


def walk(raw: Path) -> Walk:
    """Every file below raw/, through links to folders too, however deep; a folder that is gone has none."""
    found = Walk()
    waiting = [_Folder(str(raw), "", ())]
    while waiting:
        folder = waiting.pop()
        try:
            mark, entries = _listed(folder)
        except FileNotFoundError:
            continue
        except OSError as error:
            found.obstacles.append(obstacle(f"{folder.prefix}*", error))
            continue
        if mark in folder.parents:
            told = "the link leads to a folder it lies in: remove it"
            found.obstacles.append(Obstacle(folder.prefix.rstrip("/"), "symlink_loop", told))
            continue
        parents = (*folder.parents, mark)
        waiting += [_Folder(each.at, each.prefix, parents) for each in _sorted_out(entries, folder, found)]
    return found


def obstacle(path: str, error: OSError) -> Obstacle:
    """An error of the file system at a path inside raw/."""
    return Obstacle(path, why_not_opened(error), error.strerror or str(error))


def why_not_opened(error: OSError) -> str:
    """The rule for an error of the file system."""
    if isinstance(error, FileNotFoundError):
        return "vanished"
    return "no_permission" if isinstance(error, PermissionError) else "cannot_be_read"


def _listed(folder: _Folder) -> tuple[Mark, list[os.DirEntry[str]]]:
    here = os.stat(folder.at)  # noqa: PTH116  Path costs a third of the walk
    with os.scandir(folder.at) as entries:
        return (here.st_dev, here.st_ino), list(entries)


def _sorted_out(entries: list[os.DirEntry[str]], folder: _Folder, found: Walk) -> list[_Folder]:
    """Puts each entry where it belongs; the folders come back."""
    folders = []
    for entry in entries:
        path = folder.prefix + entry.name
        if entry.name.startswith("."):
            found.ignored += not entry.is_dir(follow_symlinks=False)
        elif not _is_utf8(entry.name):
            told = "rename the file or folder to valid UTF-8"
            found.obstacles.append(Obstacle(path, "name_not_utf8", told))
        elif _is_folder(entry):
            folders.append(_Folder(entry.path, path + "/", folder.parents))
        elif format_of(entry.name) is None:
            found.ignored += 1
        else:
            found.files.append((path, entry))
    return folders


def _is_utf8(name: str) -> bool:
    try:
        name.encode()
    except UnicodeEncodeError:
        return False
    return True


def _is_folder(entry: os.DirEntry[str]) -> bool:
    try:
        return entry.is_dir()
    except OSError:  # a link that leads to itself: opening it names the problem
        return False
