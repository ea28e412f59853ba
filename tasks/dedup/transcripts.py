"""Transcripts: what the judge reads of a document, kept with its signature: its words as hashes, and no text.

A transcript is some 7 bytes a word: the sum of what comes behind it, numbers of how many words, sentences, wide steps and
title bits follow, then these. A step is what lies between the beginnings of two words, in one byte; wider ones stand apart.
"""

from __future__ import annotations

import struct
import zlib
from itertools import pairwise

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from tasks.dedup.readings import I32, TITLE_BITS, Packed, grams_of, set_bits
from tasks.dedup.words import I64, U8, U64

Lists = tuple[U64, I64]  # values of several lists one after the other, and where each begins

_SUM = 4  # bytes of its CRC-32: a transcript is read alone, without the page of its file that has a sum
_HEAD = 4  # numbers of 4 bytes
_COUNTS = struct.Struct("<4I")
_KINDS = tuple(np.dtype(kind) for kind in ("<u4", "<u8", "<i4", "<u2", "u1", "u1"))  # in this order
_WIDE = 255  # chars: this step and wider ones


def write_transcripts(packed: Packed, sentences: Lists, titles: U64) -> list[bytes]:
    """The transcript of each text. sentences: hashes; titles: the title_sets."""
    offsets = packed.offsets
    steps, wide = _steps(packed.starts, offsets)
    at_wide = np.searchsorted(np.flatnonzero(steps == _WIDE), offsets)
    rows, bits = np.nonzero(np.unpackbits(titles.view(np.uint8), axis=1, bitorder="little"))
    columns: tuple[npt.NDArray[np.generic], ...] = (
        packed.words,
        sentences[0],
        wide,
        bits,
        steps,
        packed.flags,
    )
    ends = (
        offsets,
        sentences[1],
        at_wide,
        np.searchsorted(rows, np.arange(len(titles) + 1)),
        offsets,
        offsets,
    )
    head = np.stack([np.diff(end) for end in ends[:_HEAD]], axis=1).astype("<u4").tobytes()
    stored = [memoryview(column.astype(kind).tobytes()) for column, kind in zip(columns, _KINDS, strict=True)]
    pieces = [[memoryview(head)[at : at + 4 * _HEAD] for at in range(0, len(head), 4 * _HEAD)]]
    for column, kind, end in zip(stored, _KINDS, ends, strict=True):
        bounds = (end * kind.itemsize).tolist()
        pieces.append([column[a:b] for a, b in pairwise(bounds)])
    return [_summed(b"".join(parts)) for parts in zip(*pieces, strict=True)]


def is_whole(stored: bytes) -> bool:
    """Whether a transcript is as it was written."""
    return stored[:_SUM] == zlib.crc32(memoryview(stored)[_SUM:]).to_bytes(_SUM, "little")


def _summed(transcript: bytes) -> bytes:
    return zlib.crc32(transcript).to_bytes(_SUM, "little") + transcript


def read_transcripts(stored: pa.ChunkedArray) -> tuple[Packed, Lists, U64]:
    """What `write_transcripts` was given of some texts; large binary values, no nulls."""
    solid = stored.combine_chunks()
    solid = solid.chunk(0) if isinstance(solid, pa.ChunkedArray) else solid
    bounds = np.frombuffer(solid.buffers()[1], np.int64)[solid.offset :][: len(solid) + 1].tolist()
    data = memoryview(solid.buffers()[2] or b"")
    starts = np.array(bounds[:-1], np.int64) + _SUM
    counts = np.array([_COUNTS.unpack_from(data, start) for start in starts.tolist()], np.int64).reshape(
        -1, _HEAD
    )
    counts = np.concatenate([counts, counts[:, :1], counts[:, :1]], axis=1)
    ends = starts[:, None] + _COUNTS.size + np.cumsum(counts * [kind.itemsize for kind in _KINDS], axis=1)
    columns = []
    for place, kind in enumerate(_KINDS):
        begins = (ends[:, place] - kind.itemsize * counts[:, place]).tolist()
        pieces = [data[a:b] for a, b in zip(begins, ends[:, place].tolist(), strict=True)]
        columns.append(np.frombuffer(b"".join(pieces), kind))
    words, sentences, wide, bits, steps, flags = columns
    offsets, of_sentences = (np.concatenate([[0], np.cumsum(of)]) for of in counts.T[:2])
    titles = np.zeros((len(solid), TITLE_BITS // 64), np.uint64)
    set_bits(titles, np.repeat(np.arange(len(solid)), counts[:, 3]), bits.astype(np.int64))
    packed = Packed(grams_of(words, offsets), words, flags, _starts(steps, wide, offsets), offsets)
    return packed, (sentences, of_sentences), titles


def _steps(starts: I32, offsets: I64) -> tuple[U8, I32]:
    """Chars from the beginning of each word to that of the next, _WIDE for those in the second array; the first counts from 0."""
    steps = np.diff(starts, prepend=np.int32(0))
    first = offsets[:-1][np.diff(offsets) > 0]
    steps[first] = starts[first]
    return np.minimum(steps, _WIDE).astype(np.uint8), steps[steps >= _WIDE]


def _starts(steps: U8, wide: I32, offsets: I64) -> I32:
    whole = steps.astype(np.uint32)
    whole[steps == _WIDE] = wide.view(np.uint32)
    ends = np.zeros(len(whole) + 1, np.uint32)
    np.cumsum(whole, out=ends[1:])  # modulo 2**32: only differences are looked at, and these are of one text
    return (ends[1:] - np.repeat(ends[offsets[:-1]], np.diff(offsets))).view(np.int32)
