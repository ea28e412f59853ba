"""A local folder as the place of the store.

Every write goes to a temporary name first and then gets its name in one step, so that a killed process leaves a whole
file or none. What is read by its name alone (manifests, pointers, tags) is flushed to the disk before, and its folder
after it: a power cut loses nothing that was reported as written. Parts and records are many and mean nothing until a
manifest lists them: they are flushed together, by `flush`, before it is written.
"""

from __future__ import annotations

import errno
import fcntl
import os
import shutil
import uuid
from collections.abc import Iterable, Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager, suppress
from pathlib import Path
from tempfile import TemporaryDirectory

import pyarrow as pa

from tasks.errors import CleancopyError, TransientError, UsageError
from tasks.versions.backend import Stored

TEMPORARY = ".tmp-"
NO_SPACE = {errno.ENOSPC, errno.EDQUOT}
NO_RIGHT = {errno.EROFS, errno.EACCES, errno.EPERM}
NO_PAGE = NO_RIGHT | {errno.ENOTDIR}  # here: elsewhere there may be one
NO_LINK = {errno.EPERM, errno.ENOTSUP, errno.EOPNOTSUPP, errno.EMLINK, errno.EXDEV, errno.ENOSYS}
IN_THE_WAY = {errno.EEXIST, errno.ENOTEMPTY}
FROZEN, EDITABLE = 0o444, 0o644
FLUSHERS = (
    8  # at once: the disk then takes many files in one go, 0.3 ms a file on ext4 where each alone took 5
)


class LocalFolder:
    """`backend.Backend` on one POSIX file system. Nothing is created before the first write."""

    def __init__(self, root: Path) -> None:
        self.root = root.absolute()
        nearest = next(path for path in (self.root, *self.root.parents) if os.path.lexists(path))
        if not nearest.is_dir():
            raise UsageError(f"data folder {root}: {nearest} is not a folder. Name another with --data DIR")

    def path(self, key: str) -> Path:
        """Where the key lies."""
        return self.root / key

    def read(self, key: str) -> bytes:
        """The bytes of a file. Raises FileNotFoundError."""
        path = self.path(key)
        with explained("read", path):
            return path.read_bytes()

    def open(self, key: str) -> pa.NativeFile:
        """The file for random access. Raises FileNotFoundError."""
        path = self.path(key)
        with explained("read", path):
            return pa.OSFile(str(path))

    def map(self, key: str) -> pa.NativeFile:
        """The file mapped into memory. Raises FileNotFoundError."""
        path = self.path(key)
        with explained("read", path):
            return pa.memory_map(str(path))

    def read_ranges(self, key: str, ranges: Iterable[tuple[int, int]]) -> list[bytes]:
        """Some pieces of a file: a third of the time of mapping it, where they are few. Raises FileNotFoundError."""
        path = self.path(key)
        with explained("read", path), path.open("rb", buffering=0) as file:
            return [os.pread(file.fileno(), size, start) for start, size in ranges]

    def put(self, key: str, data: bytes, *, frozen: bool = False, flush: bool = True) -> None:
        """Write or replace a file, whole or not at all; without `flush` a power cut may lose it until it is flushed."""
        path, mode = self.path(key), FROZEN if frozen else EDITABLE
        with explained("write", path), _written(path, data, mode, flush=flush) as temporary:
            temporary.replace(path)
            if flush:
                _flush_folder(path.parent)

    def flush(self, keys: Iterable[str]) -> None:
        """Files and their names to the disk, many at once. Raises FileNotFoundError."""
        paths = [self.path(key) for key in keys]
        with ThreadPoolExecutor(FLUSHERS) as pool:
            for _ in pool.map(_flush_file, paths):  # an error comes out of the loop
                pass
        for folder in sorted({path.parent for path in paths}):
            with explained("write", folder):
                _flush_folder(folder)

    def adopt(self, key: str, path: Path) -> None:
        """Give a file of this file system its key, frozen; a power cut may lose it."""
        target = self.path(key)
        with explained("write", target):
            _make_folder(target.parent)
            path.chmod(FROZEN)
            path.replace(target)

    def create(self, key: str, data: bytes) -> bool:
        """Write a frozen file only if there is none; False if there is one."""
        path = self.path(key)
        with explained("write", path), _written(path, data, FROZEN, flush=True) as temporary:
            try:
                os.link(temporary, path)
            except FileExistsError:
                return False
            except OSError as error:
                if error.errno not in NO_LINK:
                    raise
                if not self._create_without_links(temporary, path):
                    return False
            _flush_folder(path.parent)
            return True

    def touch(self, key: str) -> int | None:
        """Set the file's time to now. Its size, None if it is not there."""
        path = self.path(key)
        try:
            with explained("touch", path):
                os.utime(path)
                return path.stat().st_size
        except FileNotFoundError:
            return None

    def files(self, prefix: str) -> Iterator[Stored]:
        """Every file under a folder, sorted by key; hidden files and those that vanish are left out."""
        for folder, folders, names in os.walk(self.path(prefix)):
            folders[:] = sorted(name for name in folders if not name.startswith("."))
            yield from self._stored(Path(folder), [name for name in names if not name.startswith(".")])

    def folders(self, prefix: str) -> tuple[str, ...]:
        """The names of the folders right under a folder, sorted; hidden ones are left out."""
        with suppress(FileNotFoundError), os.scandir(self.path(prefix)) as found:
            return tuple(sorted(one.name for one in found if one.is_dir() and not one.name.startswith(".")))
        return ()

    def delete(self, key: str) -> None:
        """Remove a file, if it is there; a temporary folder goes as a whole."""
        path = self.path(key)
        with explained("delete", path), suppress(FileNotFoundError):
            if path.is_dir():
                shutil.rmtree(path)
            else:
                path.unlink()

    def assemble(self, folder: str, files: Mapping[str, str]) -> None:
        """Hard links `{name: key}` (copies where links are impossible) in a folder that appears complete.

        One that is there gets what it lacks; one with files too many is made anew, as rows of both would be read.
        """
        target = self.path(folder)
        with explained("write", target):
            if target.is_dir() and not self._has_more(folder, files):
                self._link_missing(target, files)
                return
            _make_folder(target.parent)
            staging = target.with_name(f"{TEMPORARY}{uuid.uuid4().hex}")
            try:
                self._link_missing(staging, files)
                if self._has_more(folder, files):  # looked at again: another process may have mended it
                    self.remove_folder(folder)
                staging.rename(target)
            except OSError as error:
                shutil.rmtree(staging, ignore_errors=True)
                if error.errno not in IN_THE_WAY:  # another process was as quick, with the same files
                    raise
            _flush_folder(target.parent)

    def remove_folder(self, folder: str) -> None:
        """Rename it out of sight, then delete: a late reader gets an error, never half a table."""
        target = self.path(folder)
        hidden = target.with_name(f"{TEMPORARY}{uuid.uuid4().hex}")
        with explained("delete", target), suppress(FileNotFoundError):
            target.rename(hidden)
            _flush_folder(target.parent)
            shutil.rmtree(hidden)

    def number(self, key: str) -> int | None:
        """The number in a pointer file; None if it is lost or is no number."""
        try:
            return int(self.read(key))
        except (FileNotFoundError, ValueError):
            return None

    def advance(self, key: str, number: int) -> None:
        """Move the pointer forward, alone with it; never back."""
        with self._flock(f"{key.lower()}.lock", exclusive=True):
            if (self.number(key) or 0) < number:
                self.put(key, f"{number:08d}".encode())

    @contextmanager
    def lock(self, *, exclusive: bool) -> Iterator[None]:
        """Commits share it, retention has it alone; the kernel frees it if the process dies."""
        with self._flock("sweep.lock", exclusive=exclusive):
            yield

    def stale(self, before: float) -> Iterator[Stored]:
        """Temporary files and folders last written before a time."""
        for folder, folders, names in os.walk(self.root):
            hidden = [name for name in (*folders, *names) if name.startswith(TEMPORARY)]
            yield from (one for one in self._stored(Path(folder), hidden) if one.mtime < before)

    def _stored(self, folder: Path, names: list[str]) -> Iterator[Stored]:
        for name in sorted(names):
            with suppress(FileNotFoundError):
                stat = (folder / name).stat()
                key = (folder / name).relative_to(self.root).as_posix()
                yield Stored(key, stat.st_mtime, stat.st_size)

    def _create_without_links(self, temporary: Path, path: Path) -> bool:
        with self._flock("create.lock", exclusive=True):
            if path.exists():
                return False
            temporary.rename(path)
            return True

    def _has_more(self, folder: str, files: Mapping[str, str]) -> bool:
        return any(stored.key.removeprefix(f"{folder}/") not in files for stored in self.files(folder))

    def _link_missing(self, target: Path, files: Mapping[str, str]) -> None:
        for name, key in sorted(files.items()):
            path = target / name
            if path.exists():
                continue
            _make_folder(path.parent)
            try:
                os.link(self.path(key), path)
            except FileExistsError:
                continue
            except OSError as error:
                if error.errno not in NO_LINK:
                    raise
                with _written(path, self.path(key).read_bytes(), FROZEN, flush=True) as temporary:
                    temporary.replace(path)
        for parent in sorted({(target / name).parent for name in files}):
            _flush_folder(parent)

    @contextmanager
    def _flock(self, name: str, *, exclusive: bool) -> Iterator[None]:
        path = self.path(f"_data/.{name}")
        with explained("lock", path):
            _make_folder(path.parent)
            handle = os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o666)
        try:
            with explained("lock", path):
                fcntl.flock(handle, fcntl.LOCK_EX if exclusive else fcntl.LOCK_SH)
            yield
        finally:
            os.close(handle)


@contextmanager
def _written(path: Path, data: bytes, mode: int, *, flush: bool) -> Iterator[Path]:
    """The data in a temporary file beside `path`; gone afterwards, unless it was renamed."""
    _make_folder(path.parent)
    temporary = path.with_name(f"{TEMPORARY}{uuid.uuid4().hex}")
    try:
        with temporary.open("xb") as file:
            file.write(data)
            file.flush()
            os.fchmod(file.fileno(), mode)
            if flush:
                os.fsync(file.fileno())
        yield temporary
    finally:
        with suppress(FileNotFoundError):
            temporary.unlink()


def _make_folder(path: Path) -> None:
    """Make a folder and what is missing above it; each new name is flushed to the disk."""
    if path.is_dir():
        return
    _make_folder(path.parent)
    try:
        path.mkdir()
    except FileExistsError:
        if not path.is_dir():
            raise NotADirectoryError(errno.ENOTDIR, os.strerror(errno.ENOTDIR), str(path)) from None
        return
    _flush_folder(path.parent)


def _flush_file(path: Path) -> None:
    with explained("write", path):
        handle = os.open(path, os.O_RDONLY)
        try:
            os.fsync(handle)
        finally:
            os.close(handle)


def _flush_folder(path: Path) -> None:
    handle = os.open(path, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


@contextmanager
def scratch_in(root: Path) -> Iterator[Path]:
    """A folder for what a step writes on its way, inside the data folder, where there is room; refusals are explained.

    What a killed run leaves of it is swept with its other temporary files; so is what other processes still write there
    when the step has failed.
    """
    room = root / "_data"
    with explained("write", room):
        room.mkdir(parents=True, exist_ok=True)
        with TemporaryDirectory(prefix=TEMPORARY, dir=room, ignore_cleanup_errors=True) as folder:
            yield Path(folder)


@contextmanager
def resumable_scratch(root: Path, kind: str, key: str) -> Iterator[Path]:
    """As `scratch_in`, but what a run leaves that is killed, or loses a worker, is there when one with the same key goes on.

    Folders of the same kind and other keys that nobody uses are removed: nobody will go on with them. Another run that
    uses the folder at the same time has this one work in a folder of its own.
    """
    room = root / "_data"
    folder = room / f"{TEMPORARY}{kind}-{key}"
    with explained("write", room):
        room.mkdir(parents=True, exist_ok=True)
    for other in room.glob(f"{TEMPORARY}{kind}-*"):
        if other != folder and (handle := _taken(other)) is not None:
            shutil.rmtree(other, ignore_errors=True)
            os.close(handle)
    with explained("write", folder):
        folder.mkdir(exist_ok=True)
        handle = _taken(folder)
    if handle is None:
        with scratch_in(root) as own:
            yield own
        return
    goes_on = False
    try:
        yield folder
    except (TransientError, KeyboardInterrupt):
        goes_on = True
        raise
    finally:
        if not goes_on:
            shutil.rmtree(folder, ignore_errors=True)
        os.close(handle)


def _taken(folder: Path) -> int | None:
    """A handle of a folder that is this process's own until it is closed; None if it is another's, or is gone."""
    try:
        handle = os.open(folder, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
    except FileNotFoundError:
        return None
    try:
        fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        if os.path.samestat(os.fstat(handle), folder.stat()):
            return handle
    except (BlockingIOError, FileNotFoundError):
        pass
    os.close(handle)
    return None


def write_page(path: Path, text: str) -> None:
    """Write or replace a page that is no part of the store, whole or not at all. Raises CleancopyError."""
    try:
        with _written(path, text.encode(), EDITABLE, flush=False) as temporary:
            temporary.replace(path)
    except OSError as error:
        if error.errno not in NO_PAGE:
            raise _explanation("write", path, error) from error
        where = f"Make {path.parent} writable; `cleancopy report --out FILE` writes a report elsewhere, `cleancopy trace DOC` alone prints a trace"
        raise CleancopyError(f"cannot write {path}: {error.strerror}. {where}") from error


@contextmanager
def explained(verb: str, path: Path) -> Iterator[None]:
    """Say what the operating system's refusal means and what to do. A missing file stays what it is."""
    try:
        yield
    except (FileNotFoundError, FileExistsError):
        raise
    except OSError as error:
        raise _explanation(verb, path, error) from error


def _explanation(verb: str, path: Path, error: OSError) -> CleancopyError:
    what = f"cannot {verb} {path}: {error.strerror or error}"
    if error.errno in NO_SPACE:
        return CleancopyError(
            f"{what}. The published versions are as they were. Free some space "
            "(`cleancopy retention --dry-run` lists what it would free), then run again"
        )
    if error.errno in NO_RIGHT:
        return CleancopyError(f"{what}. Make the data folder writable, or name another with --data DIR")
    if error.errno == errno.ENOTDIR:
        return UsageError(f"{what}. Name another data folder with --data DIR")
    return TransientError(f"{what}. Run again; if it happens again, check the disk")
