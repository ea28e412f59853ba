"""A record of a container as a document: its fields by the source's map, its hash, its times."""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Mapping, Sequence
from datetime import UTC, date, datetime, timedelta
from email.utils import parsedate_to_datetime
from functools import lru_cache
from zoneinfo import ZoneInfo

from tasks.ingest.items import Document, Empty, Found, Unreadable, storable
from tasks.ingest.sources import FieldMap, Source

SNIFF_CHARS = 4_096
ID_CHARS = 200  # a longer id is kept as its hash: it stands in every raw_path
EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
EPOCH_UNITS = (
    (1e11, 1.0),
    (1e14, 1e3),
    (1e17, 1e6),
    (1e20, 1e9),
)  # below each: seconds, milli-, micro-, nano-

_MARKUP = re.compile(
    r"<(?:!doctype|html|head|body|p|div|br|article|span|h[1-6]|a|ul|figure)\b[^<>]{0,500}>", re.IGNORECASE
)
_STAMP = re.compile(r"(\d{4})(\d\d)(\d\d)(\d\d)(\d\d)(\d\d)", re.ASCII)
_NUMBER = re.compile(r"-?\d{1,19}(?:\.\d{1,9})?", re.ASCII)
_DAY = re.compile(r"\d{4}-\d\d-\d\d", re.ASCII)


def record_document(record: Mapping[str, object], number: int, encoding: str, source: Source) -> Found:
    """The document in one record; Empty where its text has no characters, Unreadable where it has no text.

    number: what names the record where the source maps no id. A lone surrogate is read as U+FFFD.
    """
    fields = source.records
    name = _record_id(record, fields) or str(number)
    found = _raw_text(record, fields)
    if found is None:
        looked = ", ".join((*fields.text, *fields.html, *fields.either))
        return Unreadable(
            name, "no_text", f"no text in any of the fields {looked}: map it in sources/{source.name}.toml"
        )
    media_type, raw_text = found
    if not raw_text:
        return Empty(name, "the text of the record has no characters")
    canonical = canonical_json(record)
    return Document(
        record=name, content_sha256=hashlib.sha256(canonical).hexdigest(), n_bytes=len(canonical),
        media_type=media_type, encoding=encoding, raw_text=storable(raw_text),
        url=_string(record, fields.url), title=_string(record, fields.title),
        published=_string(record, fields.published), authors=_names(_first(record, fields.authors)),
        section=_string(record, fields.section), language=language_code(_string(record, fields.language)),
        fetched_at=read_time(_first(record, fields.fetched_at), source.time_zone),
    )  # fmt: skip


def canonical_json(record: Mapping[str, object]) -> bytes:
    """The record with sorted keys and no spaces: what its content hash is taken over."""
    text = json.dumps(record, sort_keys=True, separators=(",", ":"), ensure_ascii=False, default=str)
    return text.encode("utf-8", "surrogatepass")


def _lookup(record: Mapping[str, object], path: str) -> object:
    """The value of a field; dots lead into nested records where no field has the whole name."""
    if path in record:
        return record[path]
    value: object = record
    for key in path.split("."):
        if not isinstance(value, Mapping):
            return None
        value = value.get(key)
    return value


def _first(record: Mapping[str, object], paths: Sequence[str]) -> object:
    """The first value that is there and not empty."""
    for path in paths:
        value = _lookup(record, path)
        if value is not None and value not in ("", [], {}):
            return value
    return None


def _raw_text(record: Mapping[str, object], fields: FieldMap) -> tuple[str, str] | None:
    """Media type and text; the first field that has text, else an empty one, else None."""
    looks = (("text", fields.text), ("html", fields.html), ("either", fields.either))
    texts = [
        (kind, value)
        for kind, paths in looks
        for path in paths
        if isinstance(value := _lookup(record, path), str)
    ]
    if not texts:
        return None
    kind, text = next((each for each in texts if each[1]), texts[0])
    if kind == "either":
        kind = "html" if _MARKUP.search(text[:SNIFF_CHARS]) else "text"
    return kind, text


def _record_id(record: Mapping[str, object], fields: FieldMap) -> str | None:
    value = _first(record, fields.id)
    if isinstance(value, bool) or not isinstance(value, (str, int, float)):
        return None
    if isinstance(value, float):
        return str(int(value)) if value.is_integer() else None  # pandas writes 7.0 where an id is missing
    name = storable(str(value))
    return name if len(name) <= ID_CHARS else hashlib.sha256(name.encode()).hexdigest()


def _string(record: Mapping[str, object], paths: Sequence[str]) -> str | None:
    """A field as text: of a list its first value, of a number its digits; nothing else is one."""
    value = _first(record, paths)
    if isinstance(value, list):
        value = value[0]
    if isinstance(value, bool) or not isinstance(value, (str, int, float, date)):
        return None
    return storable(value.isoformat() if isinstance(value, date) else str(value))


def _names(value: object) -> tuple[str, ...] | None:
    """Authors: a name, a list of names, or records with a `name`; as they are written."""
    given = value if isinstance(value, (list, tuple)) else [value]
    names = (each.get("name") if isinstance(each, Mapping) else each for each in given)
    kept = tuple(storable(name) for name in names if isinstance(name, str) and name.strip())
    return kept or None


@lru_cache(maxsize=1_024)
def language_code(given: str | None) -> str | None:
    """ISO 639-1 code of a language tag (en-US), a longer code (eng) or an English name; None if unknown."""
    if not given or len(given) > 40:
        return None
    tag = given.strip().replace("_", "-").split("-")[0].lower()
    if len(tag) == 2 and tag.isascii() and tag.isalpha():
        return tag
    import pycountry  # noqa: PLC0415  loads its tables; most records give a tag

    try:
        code: str | None = getattr(pycountry.languages.lookup(tag), "alpha_2", None)
    except LookupError:
        return None
    return code


def read_time(value: object, time_zone: str) -> datetime | None:
    """A time in UTC from ISO 8601, RFC 2822, 14 digits or seconds (milli-, micro-) since 1970; else None.

    A time without a zone is in the source's; a day alone is 00:00 UTC.
    """
    try:
        time = _parse_time(value)
        if time is None:
            return None
        if isinstance(value, str) and _DAY.fullmatch(value.strip()):
            time = time.replace(tzinfo=UTC)
        if time.tzinfo is None:
            time = time.replace(tzinfo=ZoneInfo(time_zone))
        return time.astimezone(UTC)
    except (ValueError, OverflowError, TypeError):
        return None


def _parse_time(value: object) -> datetime | None:
    if isinstance(value, datetime):
        return value
    if isinstance(value, bool) or not isinstance(value, (str, int, float)):
        return None
    text = str(value).strip()[:64]
    if stamp := _STAMP.fullmatch(text):
        return datetime(*map(int, stamp.groups()), tzinfo=UTC)  # type: ignore[arg-type,misc]  # six integers
    if isinstance(value, (int, float)) or _NUMBER.fullmatch(text):
        return _since_epoch(float(value))
    try:
        return datetime.fromisoformat(text)
    except ValueError:
        return parsedate_to_datetime(text)


def _since_epoch(number: float) -> datetime | None:
    per_second = next((unit for limit, unit in EPOCH_UNITS if abs(number) < limit), None)
    if per_second is None or abs(number) < 1e8:  # before 1973: a year or a counter, not a time
        return None
    return EPOCH + timedelta(seconds=round(number / per_second, 6))
