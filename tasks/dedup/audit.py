"""Audit: what must hold of pairs and clusters, counted on the tables as they will be published."""

from __future__ import annotations

import numpy as np
import pyarrow as pa

from tasks.dedup.corpus import fixed_width
from tasks.dedup.words import I64, U64, mix

_WORD = 8  # bytes


def audit(ids: pa.ChunkedArray, pairs: pa.Table, clusters: pa.Table) -> dict[str, int]:
    """How many articles are there, and how many breaches of the rules the gate knows. ids: of all articles."""
    known = np.sort(id_keys(ids))
    members, names = (id_keys(clusters.column(name)) for name in ("doc_id", "cluster_id"))
    member = _row_of(members, known)
    cluster, others = member.copy(), np.flatnonzero(members != names)  # most are named by themselves
    cluster[others] = _row_of(names[others], known)
    named = [_row_of(id_keys(pairs.column(name)), known) for name in ("doc_id_a", "doc_id_b")]
    canonical = np.asarray(clusters.column("is_canonical").to_numpy(), np.bool_)
    n_canonical = np.bincount(cluster[canonical & (cluster >= 0)], minlength=len(known))
    n_members = np.bincount(cluster[cluster >= 0], minlength=len(known))
    times = np.bincount(member[member >= 0], minlength=len(known))
    return {
        "n_articles": len(known),
        "n_unclustered": int((times == 0).sum() + (member < 0).sum()),
        "n_clustered_twice": int(np.maximum(0, times - 1).sum()),
        "n_bad_canonical": int(
            ((n_members > 0) & ((n_canonical != 1) | (times == 0))).sum() + (cluster < 0).sum()
        ),
        "n_unknown_pair_ids": int(sum((rows < 0).sum() for rows in named)),
    }


def id_keys(ids: pa.ChunkedArray) -> U64:
    """A number for each id."""
    held = fixed_width(ids)
    width = -(-held.dtype.itemsize // _WORD) * _WORD
    words = held.astype(f"S{width}").view(np.uint64).reshape(len(held), width // _WORD)
    keys = np.zeros(len(held), np.uint64)
    for column in words.T:
        keys = mix(keys ^ column)
    return keys


def _row_of(keys: U64, known: U64) -> I64:
    """The article of each key, -1 where there is none. known: keys of all, sorted."""
    at = np.minimum(np.searchsorted(known, keys), max(0, len(known) - 1))
    return np.where(known[at] == keys, at, -1) if len(known) else np.full(len(keys), -1, np.int64)
