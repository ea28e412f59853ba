"""Row groups of two versions' files: which hold the same rows, told by their bytes before anything is decoded.

The same values in the same number of rows are the same bytes in every part (`parts.encode`), so two column chunks
with equal bytes need not be read. Held is one row group of either side at a time, and 16 bytes for a row.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Self

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from tasks.versions.backend import Backend
from tasks.versions.parts import Part, open_part

_ODD = np.uint64(0x9E3779B97F4A7C15)  # splitmix64, Steele et al. 2014
_FIRST, _SECOND = np.uint64(0xBF58476D1CE4E5B9), np.uint64(0x94D049BB133111EB)


@dataclass(frozen=True, slots=True)
class Group:
    """One row group of a part. keys: a digest of its key columns' bytes, types and number of rows."""

    part: Part
    number: int
    rows: int
    keys: bytes

    @property
    def folder(self) -> str:
        """The folder of its part: one for each month."""
        return self.part.path.rpartition("/")[0]


class Opened:
    """A part opened to read single columns of its row groups, or their bytes."""

    def __init__(self, backend: Backend, part: Part) -> None:
        self._file: pq.ParquetFile = open_part(backend, part)
        self._bytes = backend.open(part.path)
        self.schema: pa.Schema = self._file.schema_arrow

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._file.close(force=True)
        self._bytes.close()

    def groups(self, part: Part, key: Sequence[str]) -> Iterator[Group]:
        """Its row groups."""
        types = "\n".join(str(self.schema.field(name)) for name in key)
        for number in range(self._file.num_row_groups):
            rows = self._file.metadata.row_group(number).num_rows
            digest = hashlib.sha256(f"{rows}\n{types}".encode())
            for name in key:
                digest.update(self.stored(number, name))
            yield Group(part, number, rows, digest.digest())

    def stored(self, number: int, name: str) -> bytes:
        """The bytes of a column in a row group, of all its leaves where it is nested."""
        metadata = self._file.metadata.row_group(number)
        chunks = [metadata.column(at) for at in range(metadata.num_columns)]
        return b"".join(
            self._bytes.read_at(one.total_compressed_size, one.dictionary_page_offset or one.data_page_offset)
            for one in chunks
            if one.path_in_schema.split(".", 1)[0] == name
        )

    def read(self, number: int, columns: Sequence[str]) -> pa.Table:
        """Columns of a row group, in this order."""
        return self._file.read_row_group(number, columns=list(columns)).select(list(columns))


def groups_of(backend: Backend, listed: Iterable[Part], key: Sequence[str]) -> list[Group]:
    """The row groups of parts, in their order. Raises CorruptPart."""
    found: list[Group] = []
    for part in listed:
        with Opened(backend, part) as file:
            found += file.groups(part, key)
    return found


def aligned(
    old: Sequence[Group], new: Sequence[Group]
) -> tuple[list[tuple[Group, Group]], list[Group], list[Group]]:
    """Pairs of groups with the same keys in the same order, and the groups of either side without one."""
    waiting: dict[bytes, list[Group]] = {}
    for one in old:
        waiting.setdefault(one.keys, []).append(one)
    pairs, alone = [], []
    for other in new:
        match = waiting.get(other.keys)
        if match:
            pairs.append((match.pop(0), other))
        else:
            alone.append(other)
    return pairs, [one for listed in waiting.values() for one in listed], alone


def row_hashes(rows: pa.Table, names: Sequence[str], types: Sequence[pa.DataType]) -> np.ndarray:
    """A hash of the named columns of each row, uint64; `types` are what they are compared as."""
    total = np.zeros(rows.num_rows, np.uint64)
    for name, kind in zip(names, types, strict=True):
        total = _mixed(total * _ODD + value_hashes(rows[name], kind))
    return total


def value_hashes(values: pa.ChunkedArray, kind: pa.DataType) -> np.ndarray:
    """A hash of each value as one of a type, uint64; equal values have equal ones, in this process.

    A value that is none of that type gets the hash of all such values, which is none of a value of the type.
    """
    try:
        whole = values.cast(kind).combine_chunks()
    except (pa.ArrowInvalid, pa.ArrowNotImplementedError):
        return np.full(len(values), 1, np.uint64)
    if pa.types.is_string(kind) or pa.types.is_large_string(kind) or pa.types.is_binary(kind):
        coded = pc.dictionary_encode(whole)
        known = np.fromiter(map(hash, coded.dictionary.to_pylist()), np.int64, len(coded.dictionary))
        found = np.append(known, 0)[pc.fill_null(coded.indices, len(known)).to_numpy(zero_copy_only=False)]
    elif pa.types.is_floating(kind):
        whole = pc.add(pc.cast(whole, pa.float64()), 0.0)  # -0.0 is 0.0
        found = pc.fill_null(whole, 0.0).to_numpy(zero_copy_only=False).view(np.int64)
    elif pa.types.is_integer(kind) or pa.types.is_temporal(kind) or pa.types.is_boolean(kind):
        whole = whole.cast(pa.int64(), safe=False)
        found = pc.fill_null(whole, 0).to_numpy(zero_copy_only=False)
    else:  # nested
        found = np.fromiter((hash(repr(one)) for one in whole.to_pylist()), np.int64, len(whole))
    mixed = _mixed(found.astype(np.int64, copy=False).view(np.uint64))
    mixed[pc.is_null(whole).to_numpy(zero_copy_only=False)] = 0
    return mixed


def _mixed(values: np.ndarray) -> np.ndarray:
    """splitmix64's finisher: every bit of a value changes half of the bits that come out."""
    values = values + _ODD
    values = (values ^ (values >> np.uint64(30))) * _FIRST
    values = (values ^ (values >> np.uint64(27))) * _SECOND
    mixed: np.ndarray = values ^ (values >> np.uint64(31))
    return mixed
