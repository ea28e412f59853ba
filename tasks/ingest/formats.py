"""Which file endings are known, and which module of `readers/` reads each.

A new format is one module with a function `read` and one line here. The modules are loaded when the first
file of their kind is read: taking the inventory needs none of them.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from importlib import import_module
from typing import BinaryIO, Protocol, cast

from tasks.ingest.items import Found
from tasks.ingest.sources import Source

COMPRESSIONS = (".gz", ".zst")
SEEKING = (".parquet",)  # read from their end: never packed, hashed before they are read
READERS = {
    ".txt": "plain",
    ".html": "plain",
    ".htm": "plain",
    ".jsonl": "lines",
    ".csv": "comma_separated",
    ".parquet": "parquet",
    ".warc": "warc",
}


@dataclass(frozen=True, slots=True)
class Format:
    """How a file is read, from its name: the ending that chose the reader, and the packing around it."""

    ending: str
    compression: str | None


@dataclass(frozen=True, slots=True)
class Reading:
    """What a reader knows about the file in its hands, beside the bytes."""

    ending: str
    source: Source
    record_max_bytes: int


class Reader(Protocol):
    """Items of one unpacked file, in their order, without ever holding a container whole.

    Raises DamagedStream, from the stream, where the packing is broken: what was yielded before it stays.
    """

    def __call__(self, stream: BinaryIO, reading: Reading) -> Iterator[Found]:
        """The items, one by one."""
        ...


def format_of(name: str) -> Format | None:
    """The format of a file, by its name in whatever case; None where the ending is not known."""
    stem, compression = name.lower(), None
    if stem.endswith(COMPRESSIONS):
        stem, _, compression = stem.rpartition(".")
        compression = f".{compression}"
    ending = stem[stem.rfind(".") :]
    if ending not in READERS or len(stem) == len(ending) or (compression and ending in SEEKING):
        return None
    return Format(ending, compression)


def reader_of(ending: str) -> Reader:
    """The function that reads files of this ending."""
    return cast("Reader", import_module(f"tasks.ingest.readers.{READERS[ending]}").read)
