"""What lies in `raw/`: every readable file with its hash, without reading again what did not change."""

from __future__ import annotations

import hashlib
import json
import os
import re
import stat
import time
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from itertools import groupby
from pathlib import Path
from typing import NamedTuple

from tasks.ingest.formats import format_of
from tasks.ingest.walk import Obstacle, obstacle, walk
from tasks.plan import UNDATED

DEFAULT_SOURCE = "default"
HASH_BLOCK_BYTES = 1 << 20
RACY_NS = 2_000_000_000  # FAT keeps times to 2 s, the coarsest of the file systems in use
UNPACKED_BYTES = 4  # news text shrinks to about a quarter under gzip; only the cut of shards depends on it
CUT_EVERY = 4  # one path in `rows / CUT_EVERY` may end a shard early, see `cut_shards`
REMEMBERED_FORMAT = 1

_DAY = re.compile(r"\d{4}-\d{2}-\d{2}", re.ASCII)


class RawFile(
    NamedTuple
):  # a tuple is made in a quarter of a dataclass's time, and there is one for each file
    """One file that holds documents. `path` is inside raw/, with `/`; `batch` is source/day."""

    path: str
    source: str
    batch: str
    n_bytes: int
    mtime_ns: int
    sha256: str


@dataclass(frozen=True, slots=True)
class Problem:
    """One path that could not be taken into the inventory."""

    path: str
    source: str
    batch: str
    rule: str
    detail: str


@dataclass(frozen=True, slots=True)
class Inventory:
    """All of raw/: files and problems sorted by path, and how many files had no known ending."""

    files: tuple[RawFile, ...]
    ignored: int
    problems: tuple[Problem, ...]


class Remembered(NamedTuple):
    """The hash of a file and what the file system said of it then."""

    n_bytes: int
    mtime_ns: int
    ctime_ns: int
    hashed_at_ns: int
    sha256: str

    def holds_for(self, now: os.stat_result) -> bool:
        """Whether the file is surely the one that was hashed.

        A file written within the clock's grain of its hashing could have changed since without showing it
        (git's "racy" entries), so such an entry is not trusted.
        """
        same = (self.n_bytes, self.mtime_ns, self.ctime_ns) == (now.st_size, now.st_mtime_ns, now.st_ctime_ns)
        return same and max(self.mtime_ns, self.ctime_ns) + RACY_NS <= self.hashed_at_ns


def document_id(source: str, name: str) -> str:
    """First 16 hex digits of SHA-256 over the source and the item's stable name in raw/."""
    return hashlib.sha256(f"{source}\n{name}".encode("utf-8", "surrogateescape")).hexdigest()[:16]


def place(path: str) -> tuple[str, str]:
    """Source and batch of a path inside raw/: the first folder, and the second where it is a valid day."""
    return _place(path.rpartition("/")[0])


@lru_cache(maxsize=1_000)
def _place(folder: str) -> tuple[str, str]:
    folders = folder.split("/") if folder else []
    source = folders[0] if folders else DEFAULT_SOURCE
    day = folders[1] if len(folders) > 1 and _is_day(folders[1]) else UNDATED
    return source, f"{source}/{day}"


def batch_day(batch: str) -> date | None:
    """The day of a batch; None for `undated`."""
    day = batch.rpartition("/")[2]
    return None if day == UNDATED else date.fromisoformat(day)


def _is_day(name: str) -> bool:
    if not _DAY.fullmatch(name):
        return False
    try:
        date.fromisoformat(name)
    except ValueError:
        return False
    return True


def take_inventory(
    raw: Path, remembered: Mapping[str, Remembered]
) -> tuple[Inventory, dict[str, Remembered]]:
    """The files of raw/ with their hashes, and what to remember for the next time.

    Only new and changed files are read. Hidden files and folders are left out and a file without a known
    ending is counted. Links to files and to folders are followed; a link to one of its own parents is a
    problem, as is whatever cannot be opened or has a name that is not UTF-8.
    A folder raw/ that is not there is an empty inventory.
    """
    found = walk(raw)
    files: list[RawFile] = []
    known: dict[str, Remembered] = {}
    for path, at in found.files:
        entry = _hashed(path, at, remembered.get(path))
        if isinstance(entry, Obstacle):
            found.obstacles.append(entry)
            continue
        known[path] = entry
        source, batch = place(path)
        files.append(RawFile(path, source, batch, entry.n_bytes, entry.mtime_ns, entry.sha256))
    files.sort(key=lambda file: file.path)
    problems = sorted(map(_problem, found.obstacles), key=lambda problem: problem.path)
    return Inventory(tuple(files), found.ignored, tuple(problems)), known


def _problem(met: Obstacle) -> Problem:
    """The bytes of a name that are not UTF-8 are written as hex escapes."""
    path = os.fsencode(met.path).decode("utf-8", "backslashreplace")
    return Problem(path, *place(path), met.rule, met.detail)


def _hashed(path: str, at: os.DirEntry[str], before: Remembered | None) -> Remembered | Obstacle:
    """The file's hash, from memory where that is safe, or why it cannot be read."""
    try:
        now = at.stat()
        if not stat.S_ISREG(now.st_mode):
            return Obstacle(path, "not_a_file", "a pipe, socket or device: remove it")
        return before if before is not None and before.holds_for(now) else _hash_file(at.path)
    except OSError as error:
        if at.is_symlink() and not os.path.exists(at.path):  # noqa: PTH110  an entry's path is a str
            return Obstacle(path, "broken_link", "the link leads nowhere, or to itself")
        return obstacle(path, error)


def _hash_file(path: str) -> Remembered:
    """The hash of a file; one that changes meanwhile is remembered as hashed at time 0, never trusted."""
    digest = hashlib.sha256()
    with open(path, "rb", buffering=0) as stream:  # noqa: PTH123  an entry's path is a str
        before = os.fstat(stream.fileno())
        started_ns = time.time_ns()
        while block := stream.read(HASH_BLOCK_BYTES):
            digest.update(block)
        after = os.fstat(stream.fileno())
    stable = (before.st_size, before.st_mtime_ns) == (after.st_size, after.st_mtime_ns)
    at_ns = started_ns if stable else 0
    return Remembered(after.st_size, after.st_mtime_ns, after.st_ctime_ns, at_ns, digest.hexdigest())


def load_remembered(path: Path) -> dict[str, Remembered]:
    """The hashes of the last inventory; none where the file is missing or cannot be understood."""
    try:
        stored = json.loads(path.read_bytes())
        if stored["format"] != REMEMBERED_FORMAT:
            return {}
        return {name: Remembered._make(_checked(row)) for name, row in stored["files"].items()}
    except (OSError, ValueError, TypeError, KeyError, AttributeError, RecursionError):
        return {}


_ROW_TYPES = (int, int, int, int, str)


def _checked(row: list[object]) -> tuple[int, int, int, int, str]:
    n_bytes, mtime_ns, ctime_ns, at_ns, sha256 = row
    types = type(n_bytes), type(mtime_ns), type(ctime_ns), type(at_ns), type(sha256)
    if types != _ROW_TYPES or len(sha256) != 64:  # type: ignore[arg-type]  # a str, where the types are right
        raise ValueError(row)
    return n_bytes, mtime_ns, ctime_ns, at_ns, sha256  # type: ignore[return-value]  # checked just above


def save_remembered(path: Path, remembered: Mapping[str, Remembered]) -> None:
    """Writes the hashes for the next inventory; a reader sees the old file or the new one, never half."""
    path.parent.mkdir(parents=True, exist_ok=True)
    fresh = path.with_name(f"{path.name}.{os.getpid()}.tmp")
    try:
        fresh.write_text(
            json.dumps({"format": REMEMBERED_FORMAT, "files": remembered}, sort_keys=True), encoding="utf-8"
        )
        fresh.replace(path)
    finally:
        fresh.unlink(missing_ok=True)  # a full disk


def cut_shards(files: Sequence[RawFile], *, rows: int, n_bytes: int) -> list[tuple[RawFile, ...]]:
    """The files in shards of at most `rows` files and about `n_bytes` unpacked bytes, never across batches.

    By batch, then path, in whatever order they come. A file above the limit is a shard alone. Some paths,
    chosen by their hash, also end a shard that is at least a quarter full: so a new file in the middle of a
    batch changes its own shard, seldom the ones behind it, whose results are then found again.
    """
    shards: list[tuple[RawFile, ...]] = []
    ordered = sorted(files, key=lambda file: (file.batch, file.path))
    for _, batch in groupby(ordered, key=lambda file: file.batch):
        shards.extend(_cut_batch(list(batch), rows, n_bytes))
    return shards


def _cut_batch(files: list[RawFile], rows: int, n_bytes: int) -> Iterator[tuple[RawFile, ...]]:
    shard: list[RawFile] = []
    filled = 0
    for file in files:
        size = file.n_bytes * (UNPACKED_BYTES if _is_packed(file.path) else 1)
        if shard and (len(shard) >= rows or filled + size > n_bytes):
            yield tuple(shard)
            shard, filled = [], 0
        shard.append(file)
        filled += size
        full_frac = max(len(shard) / rows, filled / n_bytes)
        if full_frac >= 1 / CUT_EVERY and _may_end(file.path, rows):
            yield tuple(shard)
            shard, filled = [], 0
    if shard:
        yield tuple(shard)


def _is_packed(path: str) -> bool:
    form = format_of(path)
    return form is not None and form.compression is not None


def _may_end(path: str, rows: int) -> bool:
    return int(document_id("", path), 16) % max(2, rows // CUT_EVERY) == 0
