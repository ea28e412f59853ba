"""The rows that the last page showed, kept for the next one: its samples are mostly the same documents.

One record, written anew by every page. It names the parts its rows were read from and holds their text, so retention
sweeps it with any of them, and a takedown deletes it.
"""

from __future__ import annotations

from collections.abc import Mapping
from contextlib import suppress
from datetime import datetime
from typing import Any

from tasks.errors import CleancopyError
from tasks.report.reading import Asked, Reader, Row
from tasks.stage import content_key
from tasks.versions.memo import SHOWN
from tasks.versions.store import Store

FORMAT = "1"
LONG_CHARS = 200_000  # a longer text is read again rather than kept
_TIME = "time"  # a mapping with this key alone stands for a time

KEY = content_key((FORMAT,))


def remembered_rows(store: Store) -> dict[Asked, list[Row]]:
    """What the last page asked for, and the answers; nothing where there is no record."""
    record: Any = store.look_up(SHOWN, KEY)
    if record is None:
        return {}
    return {
        Asked(path, column, value, None if columns is None else tuple(columns)): [
            _revived(row) for row in rows
        ]
        for path, column, value, columns, rows in record["rows"]
    }


def remember_rows(store: Store, reader: Reader) -> None:
    """Keeps what was asked for and found, instead of what was kept before."""
    rows = [
        [*asked, [{name: _plain(one) for name, one in row.items()} for row in found]]
        for asked, found in sorted(reader.answers().items(), key=lambda one: repr(one[0]))
        if not any(isinstance(one, str) and len(one) > LONG_CHARS for row in found for one in row.values())
    ]
    record = {"rows": rows, "of": [part for _, part in sorted(reader.parts.items())]}
    with suppress(CleancopyError):  # a folder that cannot be written: read again the next time
        store.remember(SHOWN, KEY, record)


def _plain(value: Any) -> Any:  # noqa: ANN401  any column's value
    if isinstance(value, datetime):
        return {_TIME: value.isoformat()}
    if isinstance(value, list):
        return [_plain(one) for one in value]
    if isinstance(value, Mapping):
        return {name: _plain(one) for name, one in value.items()}
    return value


def _revived(value: Any) -> Any:  # noqa: ANN401  any column's value
    if isinstance(value, dict):
        if value.keys() == {_TIME}:
            return datetime.fromisoformat(value[_TIME])
        return {name: _revived(one) for name, one in value.items()}
    return [_revived(one) for one in value] if isinstance(value, list) else value
