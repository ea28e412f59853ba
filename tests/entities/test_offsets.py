"""Clean offsets map back to raw offsets through the edits alone."""

from __future__ import annotations

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from tasks.entities.offsets import OffsetMap

TEXT = st.text("abc é\n", max_size=12)
PIECES = st.lists(st.tuples(TEXT, TEXT, TEXT), max_size=8)  # kept, removed, inserted


def build(pieces):
    """Raw text, clean text and the columns of the edits between them; each clean character's raw place."""
    raw, clean, origin, edits = "", "", [], []
    for kept, removed, inserted in pieces:
        origin += range(len(raw), len(raw) + len(kept))
        raw, clean = raw + kept, clean + kept
        if removed or inserted:
            edits.append((len(raw), len(raw) + len(removed), inserted))
            origin += [None] * len(inserted)
            raw, clean = raw + removed, clean + inserted
    return raw, clean, origin, edits


def map_of(edits):
    starts = np.array([e[0] for e in edits], np.int64)
    ends = np.array([e[1] for e in edits], np.int64)
    return OffsetMap.of(starts, ends, [e[2] for e in edits])


@given(PIECES, st.integers(0, 200), st.integers(1, 30))
def test_kept_characters_map_to_themselves_and_inserted_ones_to_what_they_replaced(pieces, start, length):
    raw, clean, origin, edits = build(pieces)
    if not clean:
        return
    start = start % len(clean)
    end = min(start + length, len(clean))
    (raw_start,), (raw_end,) = map_of(edits).to_raw(np.array([start]), np.array([end]))
    assert 0 <= raw_start <= raw_end <= len(raw)
    if origin[start] is not None:
        assert raw_start == origin[start]
    if origin[end - 1] is not None:
        assert raw_end == origin[end - 1] + 1
    if None not in origin[start:end]:
        removed = {at for a, b, _ in edits for at in range(a, b)}
        left = "".join(raw[at] for at in range(raw_start, raw_end) if at not in removed)
        assert left == clean[start:end]


def test_without_edits_offsets_stay():
    starts, ends = map_of([]).to_raw(np.array([3, 5]), np.array([4, 9]))
    assert starts.tolist() == [3, 5]
    assert ends.tolist() == [4, 9]
