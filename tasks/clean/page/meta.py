"""What a page says about itself: meta tags, links, JSON-LD, <time>, <title>, h1."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from html import unescape

from tasks.clean.page.jsonld import Facts, read_jsonld
from tasks.clean.page.records import DateKind, DateOrigin, PageMeta

_ATTRIBUTE = re.compile(r"""([a-zA-Z][^\s=>/]*+)\s*+=\s*+("[^"]*+"|'[^']*+'|[^\s>]*+)""")
_LANG = re.compile(r"""\blang\s*+=\s*+["']?([a-zA-Z-]{2,12})""")
_MAX_TAG_CHARS = 20_000
_MAX_TAGS = 2_000

PUBLISHED_NAMES = (
    "article:published_time", "og:article:published_time", "datepublished", "publishdate", "publish-date",
    "publish_date", "pubdate", "publication_date", "publicationdate", "date", "dc.date", "dc.date.issued",
    "dcterms.date", "dcterms.created", "dcterms.issued", "dc.date.created", "sailthru.date",
    "parsely-pub-date", "article.published", "article_date_original", "cxenseparse:recs:publishtime",
    "originalpublicationdate", "og:pubdate", "rnews:datepublished", "cse:publishdate", "published_time",
    "published-date", "article.created", "og:published_time", "displaydate", "datecreated",
    "citation_publication_date", "citation_date", "prism.publicationdate", "bt:pubdate", "eomportal-date",
)  # fmt: skip
MODIFIED_NAMES = (
    "article:modified_time", "og:updated_time", "datemodified", "lastmod", "last-modified", "modified",
    "dcterms.modified", "article.updated", "revised", "dc.date.modified", "updated_time",
)  # fmt: skip
_AUTHOR_NAMES = ("author", "article:author", "parsely-author", "dc.creator", "dcterms.creator", "sailthru.author",
                 "citation_author", "byl", "cxenseparse:author")  # fmt: skip
_SECTION_NAMES = (
    "article:section",
    "og:article:section",
    "parsely-section",
    "section",
    "dc.subject.section",
    "category",
)


@dataclass(slots=True)
class Notes:
    """What the walk set aside. Spans are in the flat text."""

    tags: list[tuple[str, str]] = field(default_factory=list)
    times: list[tuple[str, int, int]] = field(default_factory=list)
    author_links: list[tuple[int, int]] = field(default_factory=list)


def attributes(tag: str) -> dict[str, str]:
    """Names (lower case) and decoded values of a tag's attributes; of a repeated one the first counts."""
    found: dict[str, str] = {}
    for match in _ATTRIBUTE.finditer(tag[:_MAX_TAG_CHARS]):
        name = match[1].lower()
        if name not in found:
            value = match[2]
            found[name] = tidy(value[1:-1] if value[:1] in {'"', "'"} else value)
    return found


def tidy(text: str) -> str:
    """Character references decoded, white space collapsed."""
    return " ".join(unescape(text).split()) if len(text) <= _MAX_TAG_CHARS else ""


@dataclass(slots=True)
class _Head:
    metas: dict[str, list[str]] = field(default_factory=dict)
    facts: Facts = field(default_factory=Facts)
    title: str = ""
    lang: str | None = None
    canonical: str | None = None


def _read_tags(tags: Sequence[tuple[str, str]]) -> _Head:
    head = _Head()
    for name, tag in tags[:_MAX_TAGS]:
        if name == "meta":
            found = attributes(tag)
            key = (found.get("property") or found.get("name") or found.get("itemprop") or "").lower()
            if key and found.get("content"):
                head.metas.setdefault(key, []).append(found["content"])
        elif name == "script":
            read_jsonld(tag[tag.find(">") + 1 : tag.rfind("</")], head.facts)
        elif name == "title" and not head.title:
            head.title = tidy(tag[tag.find(">") + 1 : tag.rfind("</")])
        elif name == "link" and head.canonical is None and "canonical" in tag:
            found = attributes(tag)
            head.canonical = found.get("href") if found.get("rel", "").lower() == "canonical" else None
        elif name == "html" and head.lang is None:
            lang = _LANG.search(tag[:_MAX_TAG_CHARS])
            head.lang = lang[1].lower() if lang else None
    return head


def _first(metas: dict[str, list[str]], names: Iterable[str]) -> str | None:
    return next((metas[name][0] for name in names if name in metas), None)


def _unique(texts: Iterable[str]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(text for text in texts if text))


def _dates(head: _Head, notes: Notes, flat: str) -> tuple[tuple[str, DateOrigin, DateKind], ...]:
    found: list[tuple[str, DateOrigin, DateKind]] = []
    kinds: tuple[tuple[tuple[str, ...], DateKind], ...] = (
        (PUBLISHED_NAMES, "published"),
        (MODIFIED_NAMES, "modified"),
    )
    for names, kind in kinds:
        found += [(text, "meta", kind) for name in names for text in head.metas.get(name, ())]
    found += [(text, "jsonld", kind) for text, kind in head.facts.dates]
    for tag, start, end in notes.times[:50]:
        lower = tag.lower()
        kind = "modified" if any(word in lower for word in ("modif", "updat")) else "published"
        text = attributes(tag).get("datetime") or tidy(flat[start:end])
        if text:
            found.append((text, "text", kind))
    return tuple(dict.fromkeys(found))


def _free(head: _Head) -> bool | None:
    tier = _first(head.metas, ("article:content_tier", "og:article:content_tier"))
    if head.facts.free is None and tier:
        return tier.lower() == "free"
    return head.facts.free


def read_meta(notes: Notes, flat: str, h1: Sequence[str]) -> PageMeta:
    """Everything the page says about itself, decoded; nothing is judged here."""
    head = _read_tags(notes.tags)
    metas, facts = head.metas, head.facts
    titles = [
        *((text, "og") for text in metas.get("og:title", ())),
        *((text, "twitter") for text in metas.get("twitter:title", ())),
        *((text, "jsonld") for text in facts.headlines),
        *((" ".join(text.split()), "h1") for text in h1),
        (head.title, "title"),
    ]
    linked = (tidy(flat[start:end]) for start, end in notes.author_links[:20] if end - start < 100)
    return PageMeta(
        titles=tuple(dict.fromkeys(pair for pair in titles if pair[0])),
        canonical_url=head.canonical or None,
        og_url=_first(metas, ("og:url",)),
        authors=_unique(
            [*(text for name in _AUTHOR_NAMES for text in metas.get(name, ())), *facts.authors, *linked]
        ),
        section=_first(metas, _SECTION_NAMES) or next(iter(facts.sections), None),
        site_name=_first(metas, ("og:site_name", "application-name", "twitter:site"))
        or next(iter(facts.sites), None),
        publisher=next(iter(facts.publishers), None) or _first(metas, ("article:publisher", "dc.publisher")),
        lang=head.lang or _first(metas, ("language", "content-language", "og:locale")),
        og_type=_first(metas, ("og:type",)),
        jsonld_types=_unique(facts.types),
        dates=_dates(head, notes, flat),
        free=_free(head),
        description=_first(metas, ("og:description", "description", "twitter:description")),
        image_captions=_unique(
            [*facts.captions, *metas.get("og:image:alt", ()), *metas.get("twitter:image:alt", ())]
        ),
    )
