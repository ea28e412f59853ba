"""What the tags of each element do to the text: its line breaks, what it closes, how it nests.

Of which elements end by themselves when another begins, and how far an end tag reaches, a short form of the rules of
the HTML standard, sections 13.1.2.4 (optional tags) and 13.2.6 (tree construction): what matters for text and its
containers. Here are the names; tokens.c looks them up, walk.c opens and closes the elements.
"""

from __future__ import annotations

from tasks.clean.page.evidence import Bit, Known

(
    _NOTHING,
    _OPEN,
    _CLOSE,
    _LINK,
    _LINK_END,
    _BREAK,
    _INLINE,
    _BOLD,
    _BOLD_END,
    _IMAGE,
    _NOTE,
    _TIME,
    _TIME_END,
) = range(13)
# Bits beside these codes, in page.h; behind them the groups.
_BREAKS, _ENDS_P, _SPECIAL, _ATTRIBUTES, _RULE, _LINKED_DATA, _MAY_BE_AUTHOR = (
    1 << bit for bit in (4, 5, 6, 7, 12, 13, 14)
)
_LEVEL_AT, _GROUPS_AT = 8, 16

_BLOCKS = frozenset(
    "address article aside blockquote body caption center dd details dialog dir div dl dt fieldset figcaption figure "  # noqa: SIM905 (reads better than 47 strings)
    "footer form h1 h2 h3 h4 h5 h6 header hgroup legend li main menu nav ol option p pre search section select summary "
    "table tbody td tfoot th thead tr ul".split()
)
_TABLE_PARTS = frozenset(("table", "tr", "tbody", "thead", "tfoot", "td", "th", "caption"))
_CELLS = frozenset(("td", "th"))
_ROWS = _TABLE_PARTS - _CELLS
_P_ENDS = frozenset(
    "address article aside blockquote center details dialog dir div dl fieldset figcaption figure footer form h1 h2 h3 "  # noqa: SIM905 (reads better than 44 strings)
    "h4 h5 h6 header hgroup hr main menu nav ol p pre search section table ul li dd dt body tr td th".split()
)
_HEADINGS = frozenset(("h1", "h2", "h3", "h4", "h5", "h6"))
_TERMS = frozenset(("dd", "dt"))
_SECTIONS = frozenset(("table", "section", "article", "main", "body"))
# `IN_...` of walk.c, in this order.
_GROUPS: tuple[frozenset[str], ...] = (
    frozenset(("p",)),
    frozenset(("option",)),
    _HEADINGS,
    _CELLS,
    _TABLE_PARTS,
    frozenset(("table",)),
    _CELLS | {"caption"},  # an end tag reaches no further
    frozenset(("li",)),
    _TERMS,
    frozenset(("tr", "caption")),
    frozenset(("tbody", "thead", "tfoot", "caption")),
    _SECTIONS | _CELLS | {"ul", "ol", "menu", "dir", "nav"},  # an item of a list ends none beyond
    _SECTIONS | _CELLS | {"dl"},
    frozenset(("tr", "table")),
    frozenset(("tr",)),
)
_MORE_THAN_BREAK = _TABLE_PARTS | _HEADINGS | _TERMS | {"li"}
_TAG_BITS: dict[str, int] = {
    "article": 1 << Bit.ARTICLE, "main": 1 << Bit.MAIN, "header": 1 << Bit.HEADER, "footer": 1 << Bit.FOOTER,
    "nav": 1 << Bit.NAV, "aside": 1 << Bit.ASIDE, "figure": 1 << Bit.FIGURE,
    "figcaption": 1 << Bit.FIGCAPTION, "form": 1 << Bit.FORM, "li": 1 << Bit.LI, "table": 1 << Bit.TABLE,
    "blockquote": 1 << Bit.QUOTE, "pre": 1 << Bit.PRE, "option": 1 << Bit.SKIP, "p": 1 << Bit.P,
    "dl": 1 << Bit.DL, "dialog": 1 << Bit.W_CONSENT, "menu": 1 << Bit.NAV, "search": 1 << Bit.FORM,
    **dict.fromkeys(sorted(_HEADINGS), 1 << Bit.HEADING),
}  # fmt: skip
_INLINE_TAGS: dict[str, tuple[int, int]] = {
    "a": (_LINK | _MAY_BE_AUTHOR, _LINK_END),
    "button": (_LINK, _LINK_END),
    "b": (_BOLD, _BOLD_END),
    "strong": (_BOLD, _BOLD_END),
    "br": (_BREAK, _BREAK),
    "hr": (_BREAK | _RULE, _NOTHING),
    "img": (_IMAGE, _NOTHING),
    "time": (_TIME, _TIME_END),
    "span": (_INLINE | _ATTRIBUTES, _NOTHING),
    "script": (_NOTE | _LINKED_DATA, _NOTHING),
    **dict.fromkeys(("meta", "link", "title", "html", "base"), (_NOTE, _NOTHING)),
}
NAMES = (*sorted(_BLOCKS), *_INLINE_TAGS)  # the number of an element is its place


def known_elements() -> list[Known]:
    """Elements by name: what their start tag does and, 32 bits higher, their end tag; their own mask; their number."""
    told = {name: _block(name) for name in _BLOCKS} | _INLINE_TAGS
    return [
        (name, told[name][0] | told[name][1] << 32, _TAG_BITS.get(name, 0), number)
        for number, name in enumerate(NAMES)
    ]


def _block(name: str) -> tuple[int, int]:
    groups = sum(1 << number for number, names in enumerate(_GROUPS) if name in names) << _GROUPS_AT
    begins = _OPEN | _BREAKS | groups
    begins |= _ENDS_P * (name in _P_ENDS) | _SPECIAL * (name in _MORE_THAN_BREAK)
    begins |= (int(name[1]) if name in _HEADINGS else 0) << _LEVEL_AT
    if (
        name == "body"
    ):  # what it says of itself (its template, hidden until loaded) holds for every line: it tells nothing
        return begins, _NOTHING
    return begins | _ATTRIBUTES, _CLOSE | _BREAKS | groups | _SPECIAL * (name in _ROWS)
