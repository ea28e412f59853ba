"""Which elements end by themselves when another begins, and how far an end tag reaches.

A short form of the rules of the HTML standard, sections 13.1.2.4 (optional tags) and 13.2.6 (tree
construction): what matters for text and its containers.
"""

from __future__ import annotations

TABLE_PARTS = frozenset(("table", "tr", "tbody", "thead", "tfoot", "td", "th", "caption"))
CELLS = frozenset(("td", "th"))
ROWS = TABLE_PARTS - CELLS
ENDS_P = frozenset(
    "address article aside blockquote center details dialog dir div dl fieldset figcaption figure footer form h1 h2 h3 "  # noqa: SIM905 (reads better than 44 strings)
    "h4 h5 h6 header hgroup hr main menu nav ol p pre search section table ul li dd dt body tr td th".split()
)
_LIST_STOPS = frozenset(
    ("ul", "ol", "menu", "dir", "td", "th", "table", "section", "article", "main", "nav", "body")
)
_TERM_STOPS = frozenset(("dl", "td", "th", "table", "section", "article", "main", "body"))
_TERMS = frozenset(("dd", "dt"))
_ROW_STOPS = frozenset(("tr", "table"))
_GROUPS = frozenset(("tbody", "thead", "tfoot", "caption"))
NO_STOPS: frozenset[str] = frozenset()
TABLE_STOPS = frozenset(("table",))
CELL_STOPS = frozenset(("td", "th", "caption"))
# tag -> (what it closes when left open, where the search for it stops)
CLOSES: dict[str, tuple[frozenset[str], frozenset[str]]] = {
    "li": (frozenset(("li",)), _LIST_STOPS),
    "dd": (_TERMS, _TERM_STOPS),
    "dt": (_TERMS, _TERM_STOPS),
    "td": (CELLS, _ROW_STOPS),
    "th": (CELLS, _ROW_STOPS),
    "tr": (frozenset(("tr", "caption")), TABLE_STOPS),
    "tbody": (_GROUPS, TABLE_STOPS),
    "thead": (_GROUPS, TABLE_STOPS),
    "tfoot": (_GROUPS, TABLE_STOPS),
}
HEADINGS = frozenset(("h1", "h2", "h3", "h4", "h5", "h6"))
SPECIAL = TABLE_PARTS | HEADINGS | frozenset(CLOSES)  # tags that do more than break the line
MAX_CLIMB = 64  # open elements looked through for one that a tag closes: keeps hostile nesting linear
