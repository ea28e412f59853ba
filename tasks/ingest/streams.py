"""Bytes of a raw file: hashed as they pass, unpacked, cut in lines, all in bounded memory."""

from __future__ import annotations

import codecs
import gzip
import hashlib
import io
import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING, BinaryIO, Protocol, cast

import pyarrow as pa

from tasks.ingest.decoding import MARKS

if TYPE_CHECKING:
    from _typeshed import WriteableBuffer

BLOCK_BYTES = 1 << 16
WIDE_MARKS = tuple((mark, codec) for mark, codec in MARKS if mark != codecs.BOM_UTF8)
UNPACK_BYTES = 1 << 13  # what a read unpacks before it meets the damage is lost, so reads are small


class DamagedStream(Exception):  # noqa: N818  what happened, not a failure of ours
    """The packing of a file is broken: `rule` is truncated or corrupt, or bad_header where names of columns are."""

    def __init__(self, rule: str, detail: str) -> None:
        super().__init__(rule, detail)
        self.rule = rule
        self.detail = detail


class HashedFile(io.RawIOBase):
    """A file whose bytes are hashed on their way, so that the hash is that of what was really read."""

    def __init__(self, file: BinaryIO) -> None:
        super().__init__()
        self._file = file
        self._digest = hashlib.sha256()
        self._finished = False
        self.n_bytes = 0

    def readable(self) -> bool:
        """It is only read."""
        return True

    def readinto(self, buffer: WriteableBuffer) -> int:
        """Fills the buffer from the file."""
        block = self._file.read(memoryview(buffer).nbytes)
        memoryview(buffer).cast("B")[: len(block)] = block
        self._digest.update(block)
        self.n_bytes += len(block)
        return len(block)

    def rewound(self) -> BinaryIO:
        """The file itself, from its start, after all of it was hashed: for formats read from their end."""
        self.finish()
        self._file.seek(0)
        return self._file

    def finish(self) -> str:
        """SHA-256 of the whole file, after reading what no reader asked for."""
        while not self._finished and self.read(BLOCK_BYTES):
            pass
        self._finished = True
        return self._digest.hexdigest()


class _OneRead(Protocol):
    """A stream that gives what one read gives."""

    def read1(self, size: int, /) -> bytes:
        """At most `size` bytes; none at the end."""
        ...


class _Unpacked(io.RawIOBase):
    """A compressed stream whose errors say what is broken."""

    def __init__(self, packed: _OneRead, name: str) -> None:
        super().__init__()
        self._packed = packed
        self._name = name
        self._n_bytes = 0

    def readable(self) -> bool:
        """It is only read."""
        return True

    def readinto(self, buffer: WriteableBuffer) -> int:
        """Fills the buffer with unpacked bytes."""
        try:
            block = self._packed.read1(min(UNPACK_BYTES, memoryview(buffer).nbytes))
        except (EOFError, zlib.error, gzip.BadGzipFile, pa.ArrowException) as error:
            raise self._damaged(error) from error
        except OSError as error:
            if error.errno is not None:  # the disk's own error, not the packing's
                raise
            raise self._damaged(error) from error
        memoryview(buffer).cast("B")[: len(block)] = block
        self._n_bytes += len(block)
        return len(block)

    def _damaged(self, error: Exception) -> DamagedStream:
        cut = isinstance(error, EOFError) or "Truncated" in str(error)
        words = str(error).strip().rstrip(".")
        return DamagedStream(
            "truncated" if cut else "corrupt",
            f"{self._name} ends after {self._n_bytes} unpacked bytes: {words}",
        )


def unpacked(file: HashedFile, compression: str | None) -> BinaryIO:
    """The file's bytes without their packing; several gzip members or zstd frames are one stream.

    Raises DamagedStream from its reads where the packing is broken. zstd goes through pyarrow: the
    stream reader of `zstandard` takes a cut file for a whole one.
    """
    buffered = cast("BinaryIO", io.BufferedReader(file, BLOCK_BYTES))
    if compression == ".gz":
        packed = gzip.GzipFile(fileobj=buffered, mode="rb")
        return cast("BinaryIO", io.BufferedReader(_Unpacked(packed, "gzip"), BLOCK_BYTES))
    if compression == ".zst":
        frames = pa.CompressedInputStream(pa.PythonFile(buffered, mode="r"), "zstd")
        return cast("BinaryIO", io.BufferedReader(_Unpacked(frames, "zstd"), BLOCK_BYTES))
    return buffered


@dataclass(frozen=True, slots=True)
class Line:
    """One line and its end. `data` is None where it is longer than allowed: it was not kept."""

    number: int
    n_bytes: int
    data: bytes | None
    end: bytes = b""


def lines_of(stream: BinaryIO, max_bytes: int) -> Iterator[Line]:
    """The lines of a stream, numbered from 1, with at most `max_bytes` of one of them in memory."""
    number = 0
    while data := stream.readline(max_bytes + 2):
        number += 1
        ended = data.endswith(b"\n")
        body = data.rstrip(b"\r\n") if ended else data
        if len(body) <= max_bytes and (ended or len(data) < max_bytes + 2):
            yield Line(number, len(body), body, data[len(body) :])
            continue
        n_bytes = len(data)
        del data, body
        yield Line(number, n_bytes + (0 if ended else _skip_line(stream)), None)


def _skip_line(stream: BinaryIO) -> int:
    n_bytes = 0
    while block := stream.readline(BLOCK_BYTES):
        n_bytes += len(block)
        if block.endswith(b"\n"):
            break
    return n_bytes


def utf8_from_wide(stream: BinaryIO) -> tuple[BinaryIO, str | None]:
    """The stream as UTF-8 where it begins with a UTF-16 or UTF-32 mark (Windows tools write such), and "utf-16" or "utf-32" then.

    Every other stream comes back as it is, with None.
    """
    head = cast("io.BufferedReader", stream).peek(4)[:4]
    encoding = next((codec for mark, codec in WIDE_MARKS if head.startswith(mark)), None)
    if encoding is None:
        return stream, None
    return cast("BinaryIO", io.BufferedReader(_Recoded(stream, encoding), BLOCK_BYTES)), encoding


class _Recoded(io.RawIOBase):
    """A stream in another encoding, as UTF-8."""

    def __init__(self, stream: BinaryIO, encoding: str) -> None:
        super().__init__()
        self._stream = stream
        self._decoder = codecs.getincrementaldecoder(encoding)("replace")
        self._pending = b""

    def readable(self) -> bool:
        """It is only read."""
        return True

    def readinto(self, buffer: WriteableBuffer) -> int:
        """Fills the buffer with UTF-8."""
        while not self._pending:
            block = self._stream.read(BLOCK_BYTES)
            self._pending = self._decoder.decode(block, final=not block).encode("utf-8", "replace")
            if not block:
                break
        view = memoryview(buffer).cast("B")
        n_bytes = min(len(view), len(self._pending))
        view[:n_bytes], self._pending = self._pending[:n_bytes], self._pending[n_bytes:]
        return n_bytes
