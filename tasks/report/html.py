"""HTML that cannot be broken by what documents say: every child and attribute that is not `Html` is escaped."""

from __future__ import annotations

import html
from collections.abc import Iterable, Sequence
from functools import cache
from pathlib import Path
from urllib.parse import urlsplit

from tasks.report.showing import visible

# Nothing is fetched and nothing runs, even if something got through the escaping.
POLICY = "default-src 'none'; style-src 'unsafe-inline'; img-src data:; base-uri 'none'; form-action 'none'"
VOID = frozenset({"meta", "br", "hr", "wbr"})
OPEN_ROWS = 12  # of a long table
SHORT_CHARS = 32  # of a table's cell: a doc_id, a batch, a rule
_STYLE = Path(__file__).with_name("style.css")


class Html(str):
    """Markup made by this module; everything else is text."""

    __slots__ = ()


Child = str | int | float | None


def escaped(value: Child) -> Html:
    """A value as HTML: markup as it is, text escaped with its active characters shown, nothing for None."""
    if isinstance(value, Html):
        return value
    return Html(html.escape(visible(str(value)))) if value is not None else Html()


def tag(name: str, /, *children: Child, **attributes: Child) -> Html:
    """An element. `class_` and `for_` lose their underscore, others have it as a dash; None is left out."""
    written = "".join(
        f' {key.rstrip("_").replace("_", "-")}="{escaped(str(value))}"'
        for key, value in attributes.items()
        if value is not None
    )
    if name in VOID:
        return Html(f"<{name}{written}>")
    return Html(f"<{name}{written}>{joined(children)}</{name}>")


def joined(children: Iterable[Child], between: Child = None) -> Html:
    """Several children in a row."""
    return Html(escaped(between).join(escaped(child) for child in children))


def link(href: str, text: Child, **attributes: Child) -> Html:
    """A link to http, https or a page beside this one; anything else is only its text."""
    try:
        scheme = urlsplit(href).scheme
    except ValueError:
        return escaped(text)
    safe = scheme in {"http", "https"} or (not scheme and not href.startswith(("/", "\\")))
    return tag("a", text, href=href, rel="noreferrer", **attributes) if safe else escaped(text)


def table(
    head: Iterable[Child],
    rows: Iterable[Iterable[Child]],
    *,
    numbers: Iterable[int] = (),
    class_: str | None = None,
) -> Html:
    """A table; the columns in `numbers` are set to the right."""
    right = set(numbers)
    cells = joined(
        tag("th", name, class_="n" if at in right else None, scope="col") for at, name in enumerate(head)
    )
    body = joined(
        tag(
            "tr",
            *(tag("td", cell, class_="n" if at in right else _width(cell)) for at, cell in enumerate(row)),
        )
        for row in rows
    )
    return tag(
        "div",
        tag("table", tag("thead", tag("tr", cells)), tag("tbody", body), class_=class_),
        class_="scroll",
    )


def folded(head: Sequence[Child], rows: Sequence[Sequence[Child]], *, numbers: Sequence[int] = ()) -> Html:
    """A table of which a long rest is folded away: what comes below it is seen too."""
    first, rest = rows[:OPEN_ROWS], rows[OPEN_ROWS:]
    if len(rest) <= OPEN_ROWS // 2:
        return table(head, rows, numbers=numbers, class_="lines-up")
    more = tag("summary", f"{len(rest):,} more")
    tables = [table(head, part, numbers=numbers, class_="lines-up") for part in (first, rest)]
    return joined([tables[0], tag("details", more, tables[1], class_="rest")])


def _width(cell: Child) -> str | None:
    """Long cells break anywhere, so that no table is wider than the page; short ones keep their words."""
    if isinstance(cell, Html) or cell is None:
        return None
    return "wide" if len(str(cell)) > SHORT_CHARS else "short"


def page(title: str, body: Html) -> str:
    """A whole page that needs nothing but itself."""
    head = joined((
        tag("meta", charset="utf-8"),
        tag("meta", http_equiv="Content-Security-Policy", content=POLICY),
        tag("meta", name="viewport", content="width=device-width, initial-scale=1"),
        tag("meta", name="color-scheme", content="light dark"),
        tag("meta", name="referrer", content="no-referrer"),
        tag("title", title),
        Html(f"<style>{style()}</style>"),
    ))  # fmt: skip
    return f'<!doctype html>\n<html lang="en"><head>{head}</head>\n<body>{body}</body></html>\n'


@cache
def style() -> str:
    """The style sheet, our own file."""
    return _STYLE.read_text(encoding="utf-8")
