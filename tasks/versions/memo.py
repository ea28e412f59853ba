"""Small records of which parts a computation made, so that a killed run resumes from what is there."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import fields

from tasks.versions.backend import Backend
from tasks.versions.manifest import plain
from tasks.versions.parts import Part

RESULTS = "_data/_results"
# The computations whose records hold text: lines cut from the documents of a shard, rows that a report showed.
CUTS, SHOWN = WITH_TEXT = ("cuts", "shown")
_PART_FIELDS = {one.name for one in fields(Part)}


def memo_key(stage: str, key: str) -> str:
    """Where the record of one computation lies."""
    return f"{RESULTS}/{stage}/{key}.json"


def remember(backend: Backend, stage: str, key: str, record: Mapping[str, object]) -> None:
    """Keep a record of plain values and Parts, at any depth. A power cut may lose it: it is made again."""
    data = json.dumps(plain(record), sort_keys=True, ensure_ascii=False).encode()
    backend.put(memo_key(stage, key), data, flush=False)


def recall(backend: Backend, stage: str, key: str) -> dict[str, object] | None:
    """The record, with its Parts as Parts and its sequences as lists; None if it or a part is gone.

    Record and parts are made young, so that no sweep takes them from the run that recalls them.
    """
    where = memo_key(stage, key)
    record = read_memo(backend, where)
    if record is None or any(backend.touch(part.path) != part.bytes for part in parts_in(record)):
        return None
    backend.touch(where)
    return record


def look_up(backend: Backend, stage: str, key: str) -> dict[str, object] | None:
    """The record for a reader, who neither needs its parts nor keeps it young; None if there is none."""
    return read_memo(backend, memo_key(stage, key))


def read_memo(backend: Backend, where: str) -> dict[str, object] | None:
    """The record in a file; None if it is gone or is none (a record can always be made again)."""
    try:
        record = json.loads(backend.read(where), object_hook=_revived)
    except (FileNotFoundError, ValueError):
        return None
    return record if isinstance(record, dict) else None


def parts_in(value: object) -> Iterator[Part]:
    """Every Part in a record, at any depth."""
    if isinstance(value, Part):
        yield value
    elif isinstance(value, (dict, Mapping)):  # a dict is seen at once
        for one in value.values():
            if not isinstance(one, (int, float, str)):
                yield from parts_in(one)
    elif isinstance(value, (list, tuple)):
        for one in value:
            if not isinstance(one, (int, float, str)):  # most are
                yield from parts_in(one)


def _revived(raw: dict[str, object]) -> object:
    return Part(**raw) if raw.keys() == _PART_FIELDS else raw  # type: ignore[arg-type]  # written by `remember`
