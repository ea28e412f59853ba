"""What a form of Prefect's UI sends, checked again here: its own check can be switched off, and says what no person understands."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from tasks.errors import UsageError


def day(field: str, value: object) -> date:
    """A day as the form (text) or the command (a date) gives it. Raises UsageError for anything else."""
    if isinstance(value, date):
        return value
    try:
        return date.fromisoformat(str(value))
    except ValueError as error:
        raise UsageError(f"{field}: {value!r} is no day; pick one, or write it as 2026-10-31") from error


def names(field: str, value: object) -> tuple[str, ...]:
    """The names of a list; an empty row of the form names nothing. Raises UsageError for anything but a list."""
    if value is None:
        return ()
    if (
        not isinstance(value, Sequence)
        or isinstance(value, str)
        or not all(isinstance(one, str) for one in value)
    ):
        raise UsageError(f"{field}: {value!r} is no list of names; write one name in each row")
    return tuple(one.strip() for one in value if one.strip())


def switch(field: str, value: object) -> bool:
    """A switch of the form. Raises UsageError for anything but yes or no: "false" as a text would mean yes."""
    if not isinstance(value, bool):
        raise UsageError(f"{field}: {value!r} is neither true nor false")
    return value


def needed(field: str, value: object, what: str) -> str:
    """A text that must be there. Raises UsageError that says what is missing."""
    text = str(value or "").strip()
    if not text:
        raise UsageError(f"{field}: {what}")
    return text
