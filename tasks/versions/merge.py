"""Merge what two runs made of the same base: batches and decisions, entry by entry."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence

from tasks.errors import VersionConflict
from tasks.versions.manifest import Batch, Manifest, plain

Decision = Mapping[str, object]


def merge_batches(base: Manifest | None, ours: Mapping[str, Batch], head: Manifest) -> dict[str, Batch]:
    """The batch map with our changes to `base` and those of `head`.

    Raises VersionConflict, naming them, if both changed the same batches to different entries.
    """
    before = base.batches if base else {}
    merged: dict[str, Batch] = {}
    conflicts = []
    for name in sorted({*before, *ours, *head.batches}):
        old, mine, theirs = before.get(name), ours.get(name), head.batches.get(name)
        if not _equal(mine, old) and not _equal(theirs, old) and not _equal(mine, theirs):
            conflicts.append(name)
        taken = theirs if _equal(mine, old) else mine
        if taken is not None:
            merged[name] = taken
    if conflicts:
        raise VersionConflict(tuple(conflicts), head.version)
    return merged


def merge_decisions(base: Manifest | None, ours: Sequence[Decision], head: Manifest) -> tuple[Decision, ...]:
    """The decisions of `head`, less those we took back, then those we added."""
    before = {_canonical(one) for one in base.decisions} if base else set()
    mine = {_canonical(one) for one in ours}
    theirs = {_canonical(one) for one in head.decisions}
    kept = [one for one in head.decisions if _canonical(one) not in before - mine]
    added = [one for one in ours if _canonical(one) not in before | theirs]
    return (*kept, *added)


def _equal(one: Batch | None, other: Batch | None) -> bool:
    return plain(one) == plain(other)


def _canonical(decision: Decision) -> str:
    return json.dumps(plain(decision), sort_keys=True, ensure_ascii=False)
