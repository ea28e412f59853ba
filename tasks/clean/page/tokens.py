"""HTML cut into text and tags, with one linear pass of one regular expression.

No library keeps the offset of every character, so this is our own tokenizer. It follows what browsers do
where that matters for text: comments and scripts run to their end or to the end of the page, quotes count
only after `=`, a `<` before anything but a letter, `/`, `!` or `?` is text. Every quantifier is possessive:
no input makes it backtrack.
"""

from __future__ import annotations

import re
from typing import Final, NamedTuple

from tasks.clean.page.evidence import Bit, read_attributes, words_mask
from tasks.clean.page.nesting import ENDS_P, HEADINGS, ROWS, SPECIAL

_ATTRIBUTES = r"""(?:[^>=]++|=\s*+(?:"[^"]*+"|'[^']*+'|))*+(?:>|\Z)"""


def _swallowing(name: str) -> str:
    """An element whose content is no markup and which, left open, takes the rest of the page."""
    return rf"{name}(?=[\s/>]){_ATTRIBUTES}[^<]*+(?:<(?!/{name})[^<]*+)*+(?:</[^>]*+>?|\Z)"


def _enclosed(name: str) -> str:
    """An element whose content is left out if it is closed; else its tag is like any other."""
    return rf"{name}(?=[\s/>]){_ATTRIBUTES}[^<]*+(?:<(?!/?{name})[^<]*+)*+</{name}[^>]*+>"


# A drawing ends at once where the page's own structure shows: an unclosed one must not eat the article.
_DRAWING = (
    rf"svg(?=[\s/>]){_ATTRIBUTES}[^<]*+"
    r"(?:<(?!/?(?:svg|div|p|body|ul|ol|li|table|section|article|main)[\s/>])[^<]*+)*+</svg[^>]*+>"
)
_TAG = (
    r"(<(?:!--(?:-?>|[^-]*+(?:-(?!-!?>)[^-]*+)*+(?:--!?>|\Z))"
    rf"|(?i:(?=[sntix][ctvoeifm])(?:{'|'.join(map(_swallowing, ('script', 'style')))}"  # how these names begin
    rf"|{'|'.join(map(_enclosed, ('noscript', 'template', 'iframe', 'textarea', 'title', 'xmp', 'noembed', 'noframes')))}"
    rf"|{_DRAWING}))"
    rf"|/?[a-zA-Z]{_ATTRIBUTES}"
    r"|!\[CDATA\[|[!?/][^>]*+>?)"
)
_TOKEN = re.compile(_TAG + ")")
_TOKEN_CDATA = re.compile(_TAG + r"|\]\]>)")
_NAME = re.compile(r"</?([a-zA-Z][^\s/>]*+)")


def split_tags(raw: str) -> list[str]:
    """Text and tags in turn: text at the even places, tags at the odd ones. Joined they are `raw`."""
    return (_TOKEN_CDATA if "<![CDATA[" in raw else _TOKEN).split(raw)


class Code:
    """What a tag does to the text. Plain numbers: comparing an IntEnum costs several times as much."""

    NOTHING: Final = 0
    OPEN: Final = 1
    CLOSE: Final = 2
    LINK: Final = 3
    LINK_END: Final = 4
    BREAK: Final = 5
    INLINE: Final = 6
    BOLD: Final = 7
    BOLD_END: Final = 8
    IMAGE: Final = 9
    NOTE: Final = 10
    TIME: Final = 11
    TIME_END: Final = 12


class Op(NamedTuple):
    """One distinct tag, understood. Most tags of a page repeat, so each is read once."""

    code: int
    name: str = ""
    mask: int = 0
    names: str = ""  # class names and id
    breaks: bool = True
    ends_p: bool = False
    special: bool = False  # does more than break the line
    level: int = 0  # of a heading


BLOCKS = frozenset(
    [
        "address",
        "article",
        "aside",
        "blockquote",
        "body",
        "caption",
        "center",
        "dd",
        "details",
        "dialog",
        "dir",
        "div",
        "dl",
        "dt",
        "fieldset",
        "figcaption",
        "figure",
        "footer",
        "form",
        "h1",
        "h2",
        "h3",
        "h4",
        "h5",
        "h6",
        "header",
        "hgroup",
        "legend",
        "li",
        "main",
        "menu",
        "nav",
        "ol",
        "option",
        "p",
        "pre",
        "search",
        "section",
        "select",
        "summary",
        "table",
        "tbody",
        "td",
        "tfoot",
        "th",
        "thead",
        "tr",
        "ul",
    ]
)
_TAG_BITS: dict[str, int] = {
    "article": 1 << Bit.ARTICLE, "main": 1 << Bit.MAIN, "header": 1 << Bit.HEADER, "footer": 1 << Bit.FOOTER,
    "nav": 1 << Bit.NAV, "aside": 1 << Bit.ASIDE, "figure": 1 << Bit.FIGURE,
    "figcaption": 1 << Bit.FIGCAPTION, "form": 1 << Bit.FORM, "li": 1 << Bit.LI, "table": 1 << Bit.TABLE,
    "blockquote": 1 << Bit.QUOTE, "pre": 1 << Bit.PRE, "option": 1 << Bit.SKIP, "p": 1 << Bit.P,
    "dl": 1 << Bit.DL, "dialog": 1 << Bit.W_CONSENT, "menu": 1 << Bit.NAV, "search": 1 << Bit.FORM,
    **dict.fromkeys(sorted(HEADINGS), 1 << Bit.HEADING),
}  # fmt: skip
_NOTES = frozenset(("meta", "link", "title", "html", "base"))
_INLINE: dict[str, tuple[int, int]] = {
    "a": (Code.LINK, Code.LINK_END),
    "button": (Code.LINK, Code.LINK_END),
    "b": (Code.BOLD, Code.BOLD_END),
    "strong": (Code.BOLD, Code.BOLD_END),
    "br": (Code.BREAK, Code.BREAK),
    "hr": (Code.BREAK, Code.NOTHING),
    "img": (Code.IMAGE, Code.NOTHING),
    "time": (Code.TIME, Code.TIME_END),
}
_REL_AUTHOR = re.compile(r"""\brel\s*+=\s*+["']?[^"'>]{0,40}\bauthor\b""", re.IGNORECASE)
_NOTHING = Op(Code.NOTHING)
_LINK = Op(Code.LINK, "a")
_AUTHOR_LINK = Op(Code.LINK, "a", 1)
_SCRIPT_HEAD_CHARS = 300  # where a script's type attribute stands


def read_tag(tag: str) -> Op:  # noqa: PLR0911 (one return a kind of tag)
    """What this tag does."""
    if tag.startswith("<a "):  # every second new tag of a page
        return _AUTHOR_LINK if "author" in tag and _REL_AUTHOR.search(tag) else _LINK
    match = _NAME.match(tag)
    if match is None:
        return _NOTHING
    name = match[1].lower()
    if tag[1] == "/":
        return _closing(name)
    if name in BLOCKS or "-" in name:
        return _block(name, tag[match.end() :])
    if name in _INLINE:
        return Op(_INLINE[name][0], name)
    if name == "span":
        mask, _names = read_attributes(tag)
        return Op(Code.INLINE, name, mask) if mask else _NOTHING
    if name in _NOTES or (name == "script" and "ld+json" in tag[:_SCRIPT_HEAD_CHARS]):
        return Op(Code.NOTE, name)
    return _NOTHING


def _closing(name: str) -> Op:
    if name in BLOCKS or "-" in name:
        if name in {"body", "html"}:
            return _NOTHING
        return Op(Code.CLOSE, name, breaks=name in BLOCKS, special=name in ROWS)
    return Op(_INLINE[name][1], name) if name in _INLINE else _NOTHING


def _block(name: str, attributes: str) -> Op:
    # What <body> says of itself (its template, hidden until loaded) holds for every line, so it tells nothing.
    mask, names = (
        read_attributes(attributes) if len(attributes) > 1 and name not in {"body", "html"} else (0, "")
    )
    if name not in BLOCKS:  # a custom element: a container with a telling name, but no line of its own
        return Op(Code.OPEN, name, mask | words_mask(name), names, breaks=False)
    level = int(name[1]) if name in HEADINGS else 0
    return Op(
        Code.OPEN, name, mask | _TAG_BITS.get(name, 0), names,
        ends_p=name in ENDS_P, special=name in SPECIAL, level=level,
    )  # fmt: skip
