"""Lists: a column of lists as plain arrays."""

from __future__ import annotations

import numpy as np
import pyarrow as pa

from tasks.dedup.words import I64, U64, Bools

LISTS = ("shingles", "sentences", "words")  # of schema.SIGNATURES

Lists = tuple[U64, I64]  # values of several lists one after the other, and where each begins


def flat(lists: pa.ChunkedArray) -> Lists:
    """A column of lists as its values and where each list begins."""
    if not len(lists):
        return np.zeros(0, np.uint64), np.zeros(1, np.int64)
    joined = lists.combine_chunks()
    joined = joined.chunk(0) if isinstance(joined, pa.ChunkedArray) else joined
    offsets = joined.offsets.to_numpy().astype(np.int64)
    return joined.values.to_numpy()[offsets[0] : offsets[-1]], offsets - offsets[0]


def some_of(lists: Lists, kept: Bools) -> Lists:
    """Some of the lists."""
    if kept.all():
        return lists
    sizes = np.diff(lists[1])
    return lists[0][np.repeat(kept, sizes)], np.concatenate([[0], np.cumsum(sizes[kept])])
