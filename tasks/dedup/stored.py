"""Stored: the columns of many documents in files, sorted; they are mapped, and nobody holds them in memory."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from tasks.dedup.memory import map_file, release_memory
from tasks.dedup.segments import whole_file

AT_ONCE = 100_000  # rows taken together: 11 MB. Whole bytes of bits
_OFFSET = np.dtype(np.int32)


def stored_rows(table: pa.Table, order: pa.Array, folder: Path) -> pa.Table:
    """Rows of a table in this order, in files of a folder that is made.

    table: columns of numbers, times, dictionaries of texts, and texts of less than 2 GB.
    """
    folder.mkdir()
    columns = {}
    for name in table.column_names:
        columns[name] = _stored(table.column(name), order, folder / name)
        release_memory()
    return pa.table(columns)


def in_file(tables: Iterable[pa.Table], layout: pa.Schema, path: Path) -> pa.Table:
    """Rows that come some at a time, in a file. layout: their columns, no dictionaries."""
    with whole_file(path) as file, pa.ipc.new_file(file, layout) as writer:
        for table in tables:
            writer.write_table(table.combine_chunks())
    return pa.ipc.open_file(_mapped(path)).read_all()


def _stored(column: pa.ChunkedArray, order: pa.Array, path: Path) -> pa.Array:
    if pa.types.is_dictionary(column.type):
        column = column.unify_dictionaries()
        indices = pa.chunked_array([chunk.indices for chunk in column.chunks], column.type.index_type)
        distinct = column.chunk(0).dictionary if column.num_chunks else pa.array([], column.type.value_type)
        return pa.DictionaryArray.from_arrays(_stored(indices, order, path), distinct)
    kind, n, n_nulls = column.type, len(order), 0
    if column.null_count:
        with whole_file(path.with_suffix(".bits")) as file:
            for part in _parts(column, order):
                file.write(
                    np.packbits(pc.is_valid(part).to_numpy(zero_copy_only=False), bitorder="little").tobytes()
                )
                n_nulls += part.null_count
    with ExitStack() as files:
        values = files.enter_context(whole_file(path))
        if pa.types.is_string(kind):
            ends, end = files.enter_context(whole_file(path.with_suffix(".ends"))), 0
            ends.write(bytes(_OFFSET.itemsize))
            for part in _parts(column, order):
                at = np.frombuffer(part.buffers()[1], _OFFSET)[part.offset :][: len(part) + 1]
                values.write(memoryview(part.buffers()[2] or b"")[int(at[0]) : int(at[-1])])
                ends.write((at[1:] + (end - at[0])).astype(_OFFSET).tobytes())
                end += int(at[-1] - at[0])
        else:
            width = kind.bit_width // 8
            for part in _parts(column, order):
                values.write(memoryview(part.buffers()[1])[part.offset * width :][: len(part) * width])
    names = [".bits" if n_nulls else None, *([".ends"] if pa.types.is_string(kind) else []), ""]
    buffers = [None if name is None else _mapped(path.with_suffix(name)) for name in names]
    return pa.Array.from_buffers(kind, n, buffers, n_nulls)


def _parts(column: pa.ChunkedArray, order: pa.Array) -> Iterator[pa.Array]:
    for start in range(0, len(order), AT_ONCE):
        part = column.take(order.slice(start, AT_ONCE)).combine_chunks()
        yield part.chunk(0) if isinstance(part, pa.ChunkedArray) else part


def _mapped(path: Path) -> pa.Buffer:
    values: npt.NDArray[Any] = map_file(path)
    return pa.py_buffer(values)
