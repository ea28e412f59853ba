"""What a source's records call their fields: one TOML file a source, and the obvious names without one."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Annotated
from zoneinfo import ZoneInfo

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, ValidationError, model_validator

from tasks.errors import ConfigError

# Tried in order; the first that holds something is the field. Names met in public news dumps.
OBVIOUS: Mapping[str, tuple[str, ...]] = {
    "id": ("id", "_id", "doc_id", "uuid", "guid"),
    "text": ("text", "maintext", "article_text", "full_text", "raw_text", "plain_text"),
    "html": ("html", "raw_html", "page_html"),
    "either": ("body", "content", "article"),
    "url": ("url", "link", "source_url", "canonical_url"),
    "title": ("title", "headline", "title_page"),
    "published": ("published_at", "published", "date_publish", "publish_date", "publication_date", "pub_date",
                  "date_published", "datePublished", "date"),
    "authors": ("authors", "author", "byline"),
    "section": ("section", "category"),
    "language": ("language", "lang"),
    "fetched_at": ("fetched_at", "date_download", "scraped_at", "crawled_at", "downloaded_at", "crawl_date"),
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class FieldMap:
    """For each thing a document needs, the record's fields to look in, in order; dots lead into nested ones.

    `either` are fields that hold text or HTML: which of the two is seen from the value.
    """

    id: tuple[str, ...] = OBVIOUS["id"]
    text: tuple[str, ...] = OBVIOUS["text"]
    html: tuple[str, ...] = OBVIOUS["html"]
    either: tuple[str, ...] = OBVIOUS["either"]
    url: tuple[str, ...] = OBVIOUS["url"]
    title: tuple[str, ...] = OBVIOUS["title"]
    published: tuple[str, ...] = OBVIOUS["published"]
    authors: tuple[str, ...] = OBVIOUS["authors"]
    section: tuple[str, ...] = OBVIOUS["section"]
    language: tuple[str, ...] = OBVIOUS["language"]
    fetched_at: tuple[str, ...] = OBVIOUS["fetched_at"]


@dataclass(frozen=True, slots=True)
class Source:
    """One source: the zone of its dates without one, its licence, and its records' fields."""

    name: str
    time_zone: str = "UTC"
    licence: str | None = None
    records: FieldMap = FieldMap()


@dataclass(frozen=True, slots=True)
class Sources:
    """The sources that have a file; every other one is read with the obvious names."""

    by_name: Mapping[str, Source] = field(default_factory=dict)

    def get(self, name: str) -> Source:
        """The source of that name, described or not."""
        return self.by_name.get(name) or Source(name)


def _known_zone(name: str) -> str:
    try:
        ZoneInfo(name)
    except (ValueError, OSError, KeyError):  # a bad key, a folder of the zone database, an unknown key
        raise ValueError(f"{name!r} is no IANA time zone, such as Europe/Paris") from None
    return name


class _Records(BaseModel):
    """The table `[records]` of a source file: one field name each; "" where the records have none."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    id: str | None = None
    text: str | None = None
    html: str | None = None
    url: str | None = None
    title: str | None = None
    published: str | None = None
    authors: str | None = None
    section: str | None = None
    language: str | None = None
    fetched_at: str | None = None

    @model_validator(mode="after")
    def _text_or_html(self) -> _Records:
        if self.text and self.html:
            raise ValueError("give text or html, not both: one of them is the document")
        return self


class _SourceFile(BaseModel):
    """A whole source file."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    time_zone: Annotated[str, AfterValidator(_known_zone)] = "UTC"
    licence: str | None = None
    records: _Records = Field(default_factory=_Records)


def load_sources(folder: Path) -> Sources:
    """The sources described in `folder`, one `<source>.toml` each; none where the folder is missing.

    A file has `time_zone`, `licence` and the table `[records]` with `id, text | html, url, title, published,
    authors, section, language, fetched_at`. A field that is not mapped is looked for under its obvious names;
    one mapped to "" is not looked for.
    Raises ConfigError, naming the file and the key, for anything else.
    """
    return Sources({path.stem: _load(path) for path in sorted(folder.glob("*.toml"))})


def _load(path: Path) -> Source:
    try:
        given = _SourceFile.model_validate(tomllib.loads(path.read_text(encoding="utf-8")))
    except (tomllib.TOMLDecodeError, UnicodeDecodeError, OSError) as error:
        raise ConfigError(f"source file {path}: {error}") from error
    except ValidationError as error:
        first = error.errors()[0]
        key = ".".join(str(part) for part in first["loc"]) or "records"
        known = ", ".join(_Records.model_fields)
        hint = f" ([records] has {known})" if first["type"] == "extra_forbidden" else ""
        raise ConfigError(f"source file {path}: {key}: {first['msg']}{hint}") from error
    return Source(path.stem, given.time_zone, given.licence, _field_map(given.records))


def _field_map(records: _Records) -> FieldMap:
    chosen: dict[str, tuple[str, ...]] = {}
    if records.text or records.html:
        chosen = {"text": (), "html": (), "either": ()}
    chosen |= {name: (value,) if value else () for name, value in records if value is not None}
    return FieldMap(**chosen)
