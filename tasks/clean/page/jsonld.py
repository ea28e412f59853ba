"""JSON-LD as pages really carry it: commented, escaped, with trailing commas, nested in @graph."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass, field
from html import unescape
from typing import Literal

_MAX_CHARS = 1_000_000
_MAX_VALUES = 20_000
_COMMENT = re.compile(
    r"/\*[^*]*+(?:\*(?!/)[^*]*+)*+\*/|<!--|-->|<!\[CDATA\[|\]\]>|^\s*+//[^\n]*+", re.MULTILINE
)
_TRAILING = re.compile(r",(\s*+[}\]])")
_LOOSE = re.compile(
    r'"(headline|datePublished|dateModified|articleSection|isAccessibleForFree)"\s*+:\s*+'
    r'(?:"((?:[^"\\\n]|\\.)*+)"|(true|false))'
)
_ARTICLE = ("Article", "Posting", "Report", "Review", "Story", "News")


@dataclass(slots=True)
class Facts:
    """What the JSON-LD blocks of a page say, in their order."""

    types: list[str] = field(default_factory=list)
    headlines: list[str] = field(default_factory=list)
    dates: list[tuple[str, Literal["published", "modified"]]] = field(default_factory=list)
    authors: list[str] = field(default_factory=list)
    sections: list[str] = field(default_factory=list)
    publishers: list[str] = field(default_factory=list)
    sites: list[str] = field(default_factory=list)
    captions: list[str] = field(default_factory=list)
    free: bool | None = None


def read_jsonld(block: str, facts: Facts) -> None:
    """Add what one block says. Never raises: a block that no repair makes JSON is read by its known keys."""
    block = block.strip()[:_MAX_CHARS]
    if not block:
        return
    for repair in (_as_is, _without_comments, _unescaped):
        try:
            value: object = json.loads(repair(block), strict=False)
        except (ValueError, RecursionError):
            continue
        _walk(value, facts)
        return
    _read_loose(block, facts)


def _as_is(block: str) -> str:
    return block


def _without_comments(block: str) -> str:
    return _TRAILING.sub(r"\1", _COMMENT.sub("", block)).rstrip("; \n\t")


def _unescaped(block: str) -> str:
    return _without_comments(unescape(block))


def _read_loose(block: str, facts: Facts) -> None:
    for match in _LOOSE.finditer(block):
        _take(match[1], _text(match[2]) if match[2] is not None else match[3] == "true", facts)


def _walk(value: object, facts: Facts) -> None:
    """Every object of the block, in reading order, without recursion."""
    todo, seen = [value], 0
    while todo and seen < _MAX_VALUES:
        seen += 1
        here = todo.pop()
        if isinstance(here, list):
            todo.extend(reversed(here))
        elif isinstance(here, dict):
            _read_object(here, facts)
            todo.extend(
                inner
                for key, inner in reversed(here.items())
                if key in {"@graph", "mainEntity", "mainEntityOfPage", "itemListElement", "item"}
            )


def _read_object(thing: dict[str, object], facts: Facts) -> None:
    types = _texts(thing.get("@type"))
    facts.types.extend(types)
    if any(kind == "WebSite" for kind in types):
        facts.sites.extend(_texts(thing.get("name")))
    is_article = any(kind.endswith(_ARTICLE) or kind.startswith("News") for kind in types)
    if not is_article and not thing.get("headline"):
        if any(kind.endswith("WebPage") for kind in types):
            for key in ("datePublished", "dateModified", "isAccessibleForFree"):
                _take(key, thing.get(key), facts)
        return
    for key in ("headline", "datePublished", "dateModified", "articleSection", "isAccessibleForFree"):
        _take(key, thing.get(key), facts)
    facts.authors.extend(_names(thing.get("author")) or _names(thing.get("creator")))
    facts.publishers.extend(_names(thing.get("publisher")))
    images = thing.get("image")
    for image in images if isinstance(images, list) else [images]:
        if isinstance(image, dict):
            facts.captions.extend(_texts(image.get("caption")) or _texts(image.get("description")))


def _take(key: str, value: object, facts: Facts) -> None:
    if key == "isAccessibleForFree":
        if isinstance(value, bool):
            facts.free = value
        elif isinstance(value, str) and value.lower() in {"true", "false"}:
            facts.free = value.lower() == "true"
        return
    texts = _texts(value)
    if key == "headline":
        facts.headlines.extend(texts)
    elif key == "datePublished":
        facts.dates.extend((text, "published") for text in texts)
    elif key == "dateModified":
        facts.dates.extend((text, "modified") for text in texts)
    else:
        facts.sections.extend(texts)


def _text(text: str) -> str:
    return " ".join(unescape(text).split())


def _texts(value: object) -> list[str]:
    found = value if isinstance(value, list) else [value]
    return [_text(item) for item in found[:100] if isinstance(item, str) and item.strip()]


def _names(value: object) -> list[str]:
    """Names of people or bodies: strings, or objects with a name."""
    found = value if isinstance(value, list) else [value]
    names: list[str] = []
    for item in found[:100]:
        names.extend(_texts(item.get("name") if isinstance(item, dict) else item))
    return names
