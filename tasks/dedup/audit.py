"""Audit: what must hold of pairs and clusters, counted on the tables as they will be published."""

from __future__ import annotations

from functools import partial
from typing import Any

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from tasks.dedup.documents import fixed_width
from tasks.dedup.packed import in_order
from tasks.dedup.words import BASE, I64, U64, Bools

BREACHES = ("n_unclustered", "n_clustered_twice", "n_bad_canonical", "n_unknown_pair_ids")
_WORD = 8  # bytes
AT_ONCE = 1_000_000  # articles audited together, about: 60 MB
SLICE = 100_000  # rows whose ids are looked at together


def audit(ids: pa.ChunkedArray, pairs: pa.Table, clusters: pa.Table) -> dict[str, int]:
    """How many articles are there, and how many breaches of the rules the gate knows. ids: of all articles."""
    n_ranges = max(1, round(len(ids) / AT_ONCE))
    n_unknown, sound = 0, True
    for number in range(n_ranges):
        within = partial(_within, number=number, n_ranges=n_ranges)
        known = in_order(within(ids), 64)
        # neighbours are found faster
        named = [in_order(within(pairs.column(name)), 64) for name in ("doc_id_a", "doc_id_b")]
        n_unknown += int(sum((_row_of(keys, known) < 0).sum() for keys in named))
        members, names = clusters.column("doc_id"), clusters.column("cluster_id")
        if sound:
            canonical = clusters.column("is_canonical")
            sound = _are_once(within(members), known) and _are_named(
                within(names), within(members, of=names), within(canonical, of=names)
            )
    return _counts(len(ids), n_unknown_pair_ids=n_unknown) if sound else _audit(ids, clusters, n_unknown)


def _within(
    values: pa.ChunkedArray, *, number: int, n_ranges: int, of: pa.ChunkedArray | None = None
) -> npt.NDArray[Any]:
    """The keys of ids, or truths, of those rows whose key is in one of so many ranges; `of`: ids that are asked instead."""
    if n_ranges == 1:
        return _numbers(values)
    found = [_numbers(values.slice(0, 0))]
    for start in range(0, len(values), SLICE):
        some = _numbers(values.slice(start, SLICE))
        keys = some if of is None else id_keys(of.slice(start, SLICE))
        found.append(some.compress(keys // np.uint64(2**64 // n_ranges + 1) == number))
    return np.concatenate(found)


def _numbers(values: pa.ChunkedArray) -> npt.NDArray[Any]:
    return np.asarray(values.to_numpy(), np.bool_) if pa.types.is_boolean(values.type) else id_keys(values)


def _audit(ids: pa.ChunkedArray, clusters: pa.Table, n_unknown: int) -> dict[str, int]:
    """What is wrong, where something is: all in memory."""
    known = in_order(id_keys(ids), 64)
    members, names = (id_keys(clusters.column(name)) for name in ("doc_id", "cluster_id"))
    canonical = np.asarray(clusters.column("is_canonical").to_numpy(), np.bool_)
    member = _row_of(members, known)
    cluster, others = member.copy(), np.flatnonzero(members != names)  # most are named by themselves
    cluster[others] = _row_of(names[others], known)
    n_canonical = np.bincount(cluster[canonical & (cluster >= 0)], minlength=len(known))
    n_members = np.bincount(cluster[cluster >= 0], minlength=len(known))
    times = np.bincount(member[member >= 0], minlength=len(known))
    return _counts(
        len(known),
        n_unclustered=int((times == 0).sum() + (member < 0).sum()),
        n_clustered_twice=int(np.maximum(0, times - 1).sum()),
        n_bad_canonical=int(
            ((n_members > 0) & ((n_canonical != 1) | (times == 0))).sum() + (cluster < 0).sum()
        ),
        n_unknown_pair_ids=n_unknown,
    )


def _counts(n_articles: int, **breaches: int) -> dict[str, int]:
    return {"n_articles": n_articles, **dict.fromkeys(BREACHES, 0), **breaches}


def _are_once(members: U64, known: U64) -> bool:
    """Whether every article is a member once. known: keys of all, sorted."""
    return np.array_equal(in_order(members, 64), known) and not (known[1:] == known[:-1]).any()


def _are_named(names: U64, members: U64, canonical: Bools) -> bool:
    """Whether every run of rows with one name has one canonical member, and one that it is named by.

    Then nothing is wrong with the clusters, and it is known in a third of the time that looking every name up takes.
    """
    if not len(names):
        return True
    opens = np.ones(len(names), np.bool_)
    np.not_equal(names[1:], names[:-1], out=opens[1:])
    run = np.cumsum(opens, dtype=np.int32)
    # Every name is a member then, and as no member comes twice, no name has two runs.
    return all(
        np.array_equal(run.compress(of), np.arange(1, run[-1] + 1)) for of in (canonical, members == names)
    )


def id_keys(ids: pa.ChunkedArray) -> U64:
    """A number for each id."""
    held = fixed_width(ids)
    width = -(-held.dtype.itemsize // _WORD) * _WORD
    held = held if held.dtype.itemsize == width else held.astype(f"S{width}")
    words = held.view(np.uint64).reshape(len(held), width // _WORD)
    keys = words[:, 0].copy()
    for column in words.T[1:]:
        keys *= BASE
        keys += column
    return keys


def _row_of(keys: U64, known: U64) -> I64:
    """The article of each key, -1 where there is none. known: keys of all, sorted."""
    at = np.minimum(np.searchsorted(known, keys), max(0, len(known) - 1))
    return np.where(known[at] == keys, at, -1) if len(known) else np.full(len(keys), -1, np.int64)
