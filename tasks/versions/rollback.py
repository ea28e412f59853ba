"""Go back to an older version by publishing its state again: history stays one line."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime

from tasks.errors import UsageError
from tasks.versions import publish
from tasks.versions.backend import Backend
from tasks.versions.manifest import Batch, Candidate, Manifest, Pinned, plain
from tasks.versions.publish import Committed


def rollback(backend: Backend, old: Manifest, reason: str, by: str, now: datetime) -> Committed:
    """Publish the tables and the batch map of `old` as a new version.

    Every batch whose published rows differ becomes pinned, so that the next run does not undo it; one that
    `old` did not know is pinned at nothing. Decisions made since stay. No new version if nothing differs.
    Raises UsageError without a reason; VersionConflict if other runs publish all the time.
    """
    if not reason.strip():
        raise UsageError("a rollback needs a reason: --reason TEXT")
    pin = Pinned(reason, by, old.version)
    return publish.commit_on_head(backend, lambda head: _candidate(old, head or old, pin), now)


def _candidate(old: Manifest, head: Manifest, pin: Pinned) -> Candidate:
    batches = pinned_batches(old.batches, head.batches, pin)
    pinned = sorted(name for name, batch in batches.items() if batch.pinned == pin)
    state = [(one.corpus_recipe, plain(one.tables)) for one in (old, head)]
    is_same = batches == head.batches and state[0] == state[1]
    decision = {
        "kind": "rollback", "version": old.version, "reason": pin.reason, "by": pin.by, "batches": pinned,
    }  # fmt: skip
    return Candidate(
        base=head,
        batches=batches,
        corpus_recipe=old.corpus_recipe,
        tables=old.tables,
        decisions=head.decisions if is_same else (*head.decisions, decision),
        gates=old.gates,
        lineage={"rollback_to": old.version, "by": pin.by},
        reason=pin.reason,
        profile=old.profile,
    )


def pinned_batches(old: Mapping[str, Batch], head: Mapping[str, Batch], pin: Pinned) -> dict[str, Batch]:
    """The batch map of `old`; what differs in `head` is pinned, what does not keeps the entry of `head`."""
    batches = {}
    for name in sorted({*old, *head}):
        then, now = old.get(name), head.get(name)
        if then is None:
            then = Batch(inventory_hash=None, recipe={})
        if now is not None and _rows_from(then) == _rows_from(now):
            batches[name] = now
        else:
            batches[name] = replace(then, status="pinned", refused=None, pinned=pin)
    return batches


def _rows_from(batch: Batch) -> object:
    return plain((batch.inventory_hash, batch.recipe, batch.parts))
