"""Kept: what one run leaves for the next beside the published tables: the index, the documents, the judged pairs.

A cache under the corpus recipe, in files of the data folder that no manifest lists: lost or damaged, all of it is made
anew. No text is in it; ids, hashes and numbers are.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from math import prod
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from tasks.dedup.candidates import ARRAYS, Shingled
from tasks.dedup.furniture import Repeated
from tasks.dedup.index import KINDS, Index
from tasks.dedup.levels import Damaged, Level, Levels
from tasks.dedup.memory import map_file, release_memory
from tasks.dedup.vocabulary import Vocabulary
from tasks.versions.memo import parts_in
from tasks.versions.store import Store

ROOM = "index"  # the folder of its files, and the name of its records
_ALIGNED = 64  # bytes
_PIECE = 2**22  # bytes; whole numbers of 64 bits

Arrays = Mapping[str, npt.NDArray[np.generic]]


@dataclass(frozen=True, slots=True)
class Kept:
    """documents: as `corpus.numbered` has them, sorted by id; `part` is a place in `signed`, the SHA-256 of their parts.

    judged: arrays of judged.Known. carried: those of carried.Carried. name: says which of all that was ever kept it is.
    """

    signed: Sequence[str]
    documents: pa.Table
    index: Index
    judged: Arrays
    carried: Arrays
    name: str = ""


def recall_kept(store: Store, recipe: str) -> Kept | None:
    """What the last run under this recipe kept; None if it is lost or damaged. Buckets are looked at when they are read."""
    record: Any = store.recall(ROOM, recipe)  # as `remember_kept` wrote it
    if record is None:
        return None
    try:
        arrays = _read(store.path(record["arrays"]), record["layout"])
        documents = _documents(store.path(record["documents"]), record["sum"])
        judged, carried = (
            {name: values for name, values in arrays.items() if name.startswith(start)}
            for start in ("judged_", ("settled_", "chosen_"))
        )
        return Kept(
            record["signed"],
            documents,
            _index(store, record, arrays),
            judged,
            carried,
            record["arrays"].sha256,
        )
    except (Damaged, KeyError, TypeError, ValueError, OSError, pa.ArrowInvalid):
        return None


def remember_kept(store: Store, recipe: str, kept: Kept, scratch: Path, n_new: int) -> None:
    """Keep it for the next run. What levels have in the scratch folder becomes part of the data folder. n_new: documents.

    What was kept before and is not any more goes at once: it is as large as an index. A run beside this one that misses
    it makes its index anew.
    """
    before = {part.path for part in parts_in(store.look_up(ROOM, recipe) or {})}
    stream = scratch / "documents"
    with stream.open("wb") as file, pa.ipc.new_stream(file, kept.documents.schema) as writer:
        writer.write_table(kept.documents)
    one = kept.index
    arrays = {
        "alive": one.alive,
        **{name: getattr(one.shingled, name) for name in ARRAYS},
        "keys": one.repeated.keys,
        "slots": one.repeated.slots,
        "sampled": one.vocabulary.sampled,
        "shared_words": one.vocabulary.shared,
        **kept.judged,
        **kept.carried,
    }
    path = scratch / "arrays"
    layout = _write(path, arrays, lambda: release_memory(n_new, kept.documents.num_rows))
    total, n = _sum_of(stream), kept.documents.num_rows
    release_memory(n_new, n)
    facts = json.dumps([recipe, list(kept.signed), layout, total])
    record = {
        "signed": list(kept.signed),
        "layout": layout,
        "sum": total,
        "documents": store.adopt(ROOM, stream, n, f"documents {facts}"),
        "arrays": store.adopt(ROOM, path, n, f"arrays {facts}"),
        "n_buckets": one.shingled.n_buckets,
        "n_pairs": one.shingled.n_pairs,
        "levels": {name: {"bits": of_kind.bits, "levels": [_level(store, level) for level in of_kind.levels]}
                   for name, of_kind in zip(KINDS, one.levels, strict=True)},
    }  # fmt: skip
    store.remember(ROOM, recipe, record)
    for gone in sorted(before - {part.path for part in parts_in(record)}):
        store.backend.delete(gone)


def _index(store: Store, record: Mapping[str, Any], arrays: Mapping[str, npt.NDArray[Any]]) -> Index:
    levels = [
        Levels(kind["bits"], [
            Level(store.path(one["part"]), np.array(one["sizes"], np.int64), np.array(one["sums"], np.uint64), one["part"])
            for one in kind["levels"]
        ])
        for kind in (record["levels"][name] for name in KINDS)
    ]  # fmt: skip
    return Index(
        arrays["alive"],
        Shingled(
            **{name: arrays[name] for name in ARRAYS},
            n_buckets=record["n_buckets"],
            n_pairs=record["n_pairs"],
        ),
        Repeated(arrays["keys"], arrays["slots"]),
        Vocabulary(arrays["sampled"], arrays["shared_words"]),
        tuple(levels),  # type: ignore[arg-type]  # three of them
    )  # fmt: skip


def _documents(path: Path, total: int) -> pa.Table:
    """The documents; they stay in the file. Raises Damaged."""
    stream = map_file(path)
    if _sum(stream) != total:
        raise Damaged(str(path))
    return pa.ipc.open_stream(pa.py_buffer(stream)).read_all()


def _level(store: Store, level: Level) -> dict[str, object]:
    sizes, sums = level.sizes.tolist(), level.sums.tolist()
    part = level.part or store.adopt(ROOM, level.path, sum(sizes), f"level {sizes} {sums}")
    return {"part": part, "sizes": sizes, "sums": sums}


def _write(path: Path, arrays: Arrays, written: Callable[[], None]) -> dict[str, object]:
    """The arrays in one file, and where each lies: type, shape, first byte, sum. written: told after each one."""
    layout: dict[str, object] = {}
    with path.open("wb") as file:
        for name, values in arrays.items():
            file.write(bytes(-file.tell() % _ALIGNED))
            solid = np.ascontiguousarray(values)
            layout[name] = [solid.dtype.str, list(solid.shape), file.tell(), _sum(solid)]
            file.write(solid.reshape(-1).view(np.uint8).data)
            written()
        file.write(bytes(-file.tell() % _ALIGNED + _ALIGNED))
    return layout


def _read(path: Path, layout: Mapping[str, Any]) -> dict[str, npt.NDArray[Any]]:
    """The arrays; they stay in the file. Raises Damaged."""
    arrays = {}
    stored = map_file(path)
    for name, (kind, shape, start, total) in layout.items():
        dtype = np.dtype(kind)
        values = stored[start : start + prod(shape) * dtype.itemsize].view(dtype).reshape(shape)
        if _sum(values) != total:
            raise Damaged(f"{path}: {name}")
        arrays[name] = values
    return arrays


def _sum_of(path: Path) -> int:
    """As `_sum`, of a file; it is read piece by piece."""
    with path.open("rb") as file:
        pieces = iter(lambda: file.read(_PIECE), b"")
        return sum(_sum(np.frombuffer(piece, np.uint8)) for piece in pieces) % 2**64


def _sum(values: npt.NDArray[Any]) -> int:
    """The sum of the bytes as numbers of 64 bits: one that changed shows."""
    solid = values.reshape(-1).view(np.uint8)
    whole = len(solid) // 8 * 8
    rest = int.from_bytes(solid[whole:].tobytes(), "little")
    return (int(solid[:whole].view(np.uint64).sum()) + rest) % 2**64
