"""Other extractors, where they are installed. Each takes the page and its row and gives text."""

from __future__ import annotations

import importlib.util
from collections.abc import Callable, Mapping
from html import escape
from typing import Any

Extract = Callable[[str, Mapping[str, Any]], str | None]


def wrapped(text: str) -> str:
    """A text dump as a page of paragraphs: extractors of HTML have no text mode."""
    return (
        "<html><body>"
        + "".join(f"<p>{escape(x)}</p>\n" for x in text.split("\n") if x.strip())
        + "</body></html>"
    )


def _trafilatura(html: str, _row: Mapping[str, Any]) -> str | None:
    import trafilatura

    found: str | None = trafilatura.extract(html, include_comments=False)
    return found


def _newspaper(html: str, row: Mapping[str, Any]) -> str | None:
    import newspaper

    article = newspaper.Article(row.get("url") or "http://example.com/a", fetch_images=False)
    article.download(input_html=html)
    article.parse()
    return str(article.text)


def _readability(html: str, _row: Mapping[str, Any]) -> str | None:
    import lxml.html
    import readability

    tree = lxml.html.fromstring(readability.Document(html).summary())
    return "\n".join(tree.itertext())


def _resiliparse(html: str, _row: Mapping[str, Any]) -> str | None:
    from resiliparse.extract.html2text import extract_plain_text

    return str(extract_plain_text(html, main_content=True, alt_texts=False))


# jusText's names of the languages of the set; for the others it has a mode without stop words.
_STOPLISTS = {
    "cs": "Czech", "da": "Danish", "de": "German", "en": "English", "es": "Spanish", "fr": "French", "hi": "Hindi",
    "it": "Italian", "ko": "Korean", "la": "Latin", "lt": "Lithuanian", "no": "Norwegian_Bokmal", "pl": "Polish",
    "pt": "Portuguese", "sv": "Swedish", "sw": "Swahili", "tr": "Turkish",
}  # fmt: skip


def _justext(html: str, row: Mapping[str, Any]) -> str | None:
    import justext

    page = html.encode("utf-8", "replace")
    if name := _STOPLISTS.get(str(row.get("lang"))):
        parts = justext.justext(page, justext.get_stoplist(name), encoding="utf-8")
    else:
        parts = justext.justext(page, frozenset(), encoding="utf-8", stopwords_low=0, stopwords_high=0)
    return "\n".join(part.text for part in parts if not part.is_boilerplate)


_ALL: dict[str, tuple[str, Extract]] = {
    "trafilatura": ("trafilatura", _trafilatura),
    "newspaper4k": ("newspaper", _newspaper),
    "readability-lxml": ("readability", _readability),
    "resiliparse": ("resiliparse", _resiliparse),
    "justext": ("justext", _justext),
}


def installed() -> dict[str, Extract]:
    """The peers that can be imported here."""
    return {name: extract for name, (module, extract) in _ALL.items() if importlib.util.find_spec(module)}
