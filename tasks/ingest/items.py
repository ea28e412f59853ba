"""What a reader finds in a file: a document, an empty item, or an item that cannot be read."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import datetime

LONE_SURROGATE = re.compile("[\ud800-\udfff]")
REPLACEMENT = "\ufffd"


@dataclass(frozen=True, slots=True, kw_only=True)
class Document:
    """One item that was read. `record` is its id inside a container; None where the file is the document."""

    record: str | None
    content_sha256: str
    n_bytes: int
    media_type: str
    encoding: str
    raw_text: str
    url: str | None = None
    title: str | None = None
    published: str | None = None
    authors: tuple[str, ...] | None = None
    section: str | None = None
    language: str | None = None
    fetched_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Empty:
    """An item of no bytes, or a record whose text has no characters."""

    record: str | None
    evidence: str


@dataclass(frozen=True, slots=True)
class Unreadable:
    """An item that cannot be read: `rule` is the kind, `detail` the reader's own words."""

    record: str | None
    rule: str
    detail: str


Found = Document | Empty | Unreadable


def storable(text: str) -> str:
    """The text with each lone surrogate, which no file can hold, as U+FFFD."""
    return LONE_SURROGATE.sub(REPLACEMENT, text)
