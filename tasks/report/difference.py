"""The difference to the version before: how much of each table, and which articles."""

from __future__ import annotations

from collections.abc import Sequence

import pyarrow as pa

from tasks.counting import counted
from tasks.report import plots
from tasks.report.html import Html, joined, table, tag
from tasks.report.reading import rows_where
from tasks.report.sections import section
from tasks.report.showing import one_line, percent, shortened
from tasks.versions.diff import Diff, TableDiff
from tasks.versions.manifest import Manifest, table_parts
from tasks.versions.parts import Part
from tasks.versions.store import Store

BATCHES, RENAMED, ARTICLES = 12, 6, 6  # named on the page; the command `diff` names all
TITLE_CHARS = 90
NAMES, LABEL = 130.0, 40.0  # of the picture: room for the tables' names, for the word "gone"
HALF, ROW = 300.0, 26.0  # the longest bar, the pitch of the rows


def difference_section(
    store: Store, manifest: Manifest, difference: Diff | None, before: Manifest | None = None
) -> Html:
    """What changed against the version before, which is read here if None."""
    if difference is None:
        words = (
            "This is the first version."
            if manifest.parent is None
            else f"Version {manifest.parent} is no longer kept."
        )
        return section("difference", "Difference to the version before", tag("p", words))
    listed = ", ".join(difference.batches[:BATCHES])
    more = f" and {len(difference.batches) - BATCHES:,} more" if len(difference.batches) > BATCHES else ""
    return section(
        "difference", f"Difference to version {difference.a}",
        _picture(difference), _articles(store, before or store.manifest(difference.a), manifest, difference), _renamed(difference), _table(difference),
        lead=f"Batches that differ: {listed}{more}." if listed else "No batch differs.",
    )  # fmt: skip


def _picture(difference: Diff) -> Html:
    """For each table the share of its rows that went, to the left, and that came or changed, to the right."""
    tables = {name: one for name, one in difference.tables.items() if not one.is_empty}
    if not tables:
        return tag("p", "Every table holds the same rows as before.")
    most = max(_share(n, one) for one in tables.values() for n in (one.removed.num_rows, one.added.num_rows + one.changed.num_rows))  # fmt: skip
    lost = max(_share(one.removed.num_rows, one) for one in tables.values())
    axis = NAMES + (max(HALF * lost / (most or 1), LABEL) if lost else 0)
    shapes = [plots.text(axis + 2, 12, "new, changed", "small")]
    shapes += [plots.text(axis - 4, 12, "gone", "small", "end")] if axis > NAMES else []
    for number, (name, one) in enumerate(tables.items()):
        y = 22 + number * ROW
        gone, came, changed = (
            HALF * _share(n, one) / (most or 1) for n in (one.removed.num_rows, one.added.num_rows, one.changed.num_rows)
        )  # fmt: skip
        shapes += [
            plots.text(NAMES - 12, y + 14, name, None, "end"),
            plots.rect(axis - gone, y + 3, gone, 14, "gone", f"{counted(one.removed.num_rows, 'row')} gone"),
            plots.rect(axis + 2, y + 3, came, 14, "came", f"{counted(one.added.num_rows, 'row')} new"),
            plots.rect(axis + 2 + came, y + 3, changed, 14, "altered", f"{counted(one.changed.num_rows, 'row')} changed"),
            plots.text(axis + 10 + came + changed, y + 14, _told(one), "small"),
        ]  # fmt: skip
    height = 22 + len(tables) * ROW + 4
    shapes.append(tag("line", x1=axis + 1, x2=axis + 1, y1=18, y2=f"{height:.0f}", class_="grid"))
    label = "Rows gone, new and changed, as a share of each table: " + "; ".join(f"{name} {_told(one)}" for name, one in tables.items())  # fmt: skip
    return plots.picture(height, label, *shapes)


def _share(n: int, one: TableDiff) -> float:
    return n / max(1, one.rows_a, one.rows_b)


def _told(one: TableDiff) -> str:
    told = [f"{sign}{n:,}" for sign, n in (("+", one.added.num_rows), ("−", one.removed.num_rows)) if n]
    told += [f"{one.changed.num_rows:,} changed"] if one.changed.num_rows else []
    total = one.added.num_rows + one.removed.num_rows + one.changed.num_rows
    return f"{', '.join(told)} ({percent(min(1.0, round(_share(total, one), 4)))})"


def _articles(store: Store, before: Manifest, manifest: Manifest, difference: Diff) -> Html | None:
    """A few of the articles that came, changed and went."""
    one = difference.tables.get("articles")
    if one is None:
        return None
    was, is_now = (
        {part.path: part for part in table_parts(version.tables["articles"])}
        for version in (before, manifest)
    )
    come, left = (
        [part for path, part in files.items() if path not in others]
        for files, others in ((is_now, was), (was, is_now))
    )
    lists = [
        _titles(f"Articles {what}", keys, store, files)
        for what, keys, files in (("new", one.added, come), ("changed", one.changed, come), ("gone", one.removed, left))
        if keys.num_rows
    ]  # fmt: skip
    columns = [f"{name} {n:,}" for name, n in one.changed_columns.items()]
    note = tag("p", f"Changed in {', '.join(columns)}.", class_="note") if columns else None
    return joined([tag("div", *lists, class_="trio"), note]) if lists else None


def _titles(head: str, keys: pa.Table, store: Store, files: Sequence[Part]) -> Html:
    """A few of the articles with these keys, which lie in files that the other version does not have."""
    ids = keys["doc_id"].slice(0, ARTICLES).to_pylist()
    rows = rows_where(store, files, "doc_id", ids, ("doc_id", "title", "batch"))
    items = [
        tag(
            "li",
            shortened(one_line(row["title"] or "without a title"), TITLE_CHARS),
            tag("span", row["batch"], class_="note"),
        )
        for row in sorted(rows, key=lambda row: str(row["doc_id"]))
    ]
    left = keys.num_rows - len(ids)
    more = tag("p", f"and {left:,} more", class_="note") if left else None
    return tag("div", tag("h3", f"{head}: {keys.num_rows:,}"), tag("ul", *items, class_="titles"), more)


def _renamed(difference: Diff) -> Html | None:
    lines = [
        f"{kind}: {one.old} is now {one.new} ({one.members:,} rows)"
        for kind, listed in difference.renamed.items()
        for one in listed[:RENAMED]
    ]
    left = sum(max(0, len(listed) - RENAMED) for listed in difference.renamed.values())
    items: Sequence[str] = [*lines, f"and {left:,} more"] if left else lines
    head = tag("h3", "Ids that changed")
    return joined([head, tag("ul", *(tag("li", one) for one in items))]) if items else None


def _table(difference: Diff) -> Html:
    rows = [
        (name, f"{one.rows_a:,}", f"{one.rows_b:,}", _signed(one.added.num_rows, "+"), _signed(one.removed.num_rows, "−"),
         _signed(one.changed.num_rows, ""), ", ".join(f"{column} {n:,}" for column, n in one.changed_columns.items()))
        for name, one in difference.tables.items()
    ]  # fmt: skip
    head = ("table", f"version {difference.a}", f"version {difference.b}", "added", "removed", "changed", "in columns")  # fmt: skip
    return tag("details", tag("summary", "As a table"), table(head, rows, numbers=(1, 2, 3, 4, 5)))


def _signed(n: int, sign: str) -> str:
    return f"{sign}{n:,}" if n else "·"
