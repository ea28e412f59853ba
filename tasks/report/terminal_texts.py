"""The texts of a trace in the terminal: the raw text with its edits in colour, and copies side by side."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence

from rich.console import RenderableType
from rich.padding import Padding
from rich.rule import Rule
from rich.table import Table
from rich.text import Text

from tasks.report.reading import Row
from tasks.report.showing import (
    FAMILIES,
    FAMILY_TELLS,
    QUIET,
    family_of,
    one_line,
    shared_runs,
    shortened,
    value_text,
    visible,
    without_tags,
)
from tasks.report.trace import Cluster, Evidence, Trace

STYLES = {"moved": "blue", "links": "yellow", "prompts": "magenta", "layout": "bright_black", "other": "cyan"}
KEPT_CHARS = 1_200  # of a kept passage between two cuts; its middle is left out
CUT_CHARS = 400
SIDE_CHARS = 700  # of each text in a pair
SHARED_CHARS = 160  # of a passage both texts share


def heading(title: str) -> RenderableType:
    """The line above a section."""
    return Padding(Rule(Text(title, style="bold"), align="left", style="bright_black"), (1, 0, 0, 0))


def facts_table() -> Table:
    """Names at the left, values at the right."""
    facts = Table(show_header=False, box=None, pad_edge=False)
    facts.add_column(style="bright_black", no_wrap=True)
    facts.add_column(overflow="fold")
    return facts


def plain_text(value: object) -> Text:
    """A value with nothing in it acted on."""
    return Text(visible(value_text(value)))


def raw_section(trace: Trace) -> Iterator[RenderableType]:
    """The raw text in full, every cut in the colour of its family, numbered as in the list below it."""
    raw = trace.raw_text or ""
    yield heading(f"Raw text, {len(raw):,} characters")
    if not trace.spans:
        yield Text("The edits of a document that is no article are not kept.", style="bright_black")
        yield Text(visible(shortened(raw, KEPT_CHARS * 3)))
        return
    text, listed = Text(), []
    is_page = any(edit["kind"] == "markup" for edit in trace.edits)
    for span in trace.spans:
        piece = raw[span.raw_start : span.raw_end]
        if span.edit is None:
            text.append(visible(shortened(piece, KEPT_CHARS)))
            continue
        edit = trace.edits[span.edit]
        if edit["kind"] not in QUIET:
            listed.append(edit)
        _append_edit(text, edit, piece, len(listed), is_page=is_page)
    yield _legend({edit["kind"] for edit in trace.edits})
    yield text
    yield from _edits(trace.edits, listed)


def _append_edit(text: Text, edit: Row, piece: str, number: int, *, is_page: bool) -> None:
    style = STYLES[family_of(edit["kind"])]
    put = visible(edit["inserted"])
    if edit["kind"] == "markup":
        text.append(f"‹{len(piece)}›" if piece else "", style=style)
        text.append(put or ("\n" if "\n" in piece else ""))  # a line's end stays one, to read it by
    elif edit["kind"] in QUIET:
        text.append(put or visible(piece))
    else:
        seen, n_markup = without_tags(piece) if is_page else (piece, 0)
        text.append(visible(shortened(seen if n_markup else piece, CUT_CHARS)), style=f"{style} strike")
        text.append(f"‹{n_markup}›" if n_markup else "", style=STYLES["layout"])
        text.append(f"[{number}]", style=style)
        text.append(put, style=f"{style} underline")


def _legend(kinds: set[str]) -> Text:
    present = [family for family in FAMILIES if any(family_of(kind) == family for kind in kinds)]
    words = [Text(FAMILY_TELLS[family], style=STYLES[family]) for family in present]
    markup = " ‹n› stands for n characters of markup." if "markup" in kinds else ""
    return Text.assemble("Cut: ", Text(", ").join(words), f".{markup}\n")


def _edits(edits: Sequence[Row], listed: Sequence[Row]) -> Iterator[RenderableType]:
    table = Table(
        "", "raw span", "kind", "rule", "sure", box=None, pad_edge=False, header_style="bright_black"
    )
    for number, edit in enumerate(listed, 1):
        colour = STYLES[family_of(edit["kind"])]
        span = f"{edit['raw_start']}–{edit['raw_end']}"
        table.add_row(
            str(number),
            span,
            Text(edit["kind"], style=colour),
            edit["rule_id"],
            f"{edit['confidence_frac']:.2f}",
        )
    yield Padding(table, (1, 0, 0, 0)) if listed else Text("\nNothing but layout was changed.")
    quiet = Counter(edit["kind"] for edit in edits if edit["kind"] in QUIET)
    if quiet:
        counts = ", ".join(f"{n} {kind}" for kind, n in sorted(quiet.items()))
        yield Text(f"and {counts} (--json lists them)", style="bright_black")


def edit_line(edit: Row, verb: str) -> Text:
    """One edit in one line."""
    span = f"{edit['raw_start']}–{edit['raw_end']}"
    line = Text(f"{verb} " if verb else "")
    line.append(edit["kind"], style=STYLES[family_of(edit["kind"])])
    line.append(f" {span} by {edit['rule_id']}, sure {edit['confidence_frac']:.2f}")
    if edit["removed"].strip():
        line.append(f": {visible(shortened(one_line(edit['removed']), 120))!r}")
    return line


def cluster_section(cluster: Cluster, trace: Trace) -> Iterator[RenderableType]:
    """The cluster, and every pair with the two texts side by side."""
    yield heading("Copies")
    if len(cluster.members) == 1 and not cluster.pairs:
        yield Text("No other document tells the same story.")
        return
    facts = facts_table()
    facts.add_row("cluster", f"{cluster.cluster_id}, {len(cluster.members):,} documents")
    mine = " (this one)" if cluster.canonical_doc_id == trace.identity.doc_id else ""
    facts.add_row("canonical", f"{cluster.canonical_doc_id}{mine}, chosen by {cluster.why}")
    yield facts
    for evidence in cluster.pairs:
        yield from _pair(evidence, trace)
    if cluster.n_pairs > len(cluster.pairs):
        yield Text(f"and {cluster.n_pairs - len(cluster.pairs):,} pairs more", style="bright_black")


def _pair(evidence: Evidence, trace: Trace) -> Iterator[RenderableType]:
    pair, other = evidence.pair, evidence.other
    joins = "a copy" if pair["joins"] else "no copy"
    yield Padding(Text.assemble(
        (pair["relation"], "bold"), f" {joins}: {pair['shared_chars']:,} characters shared, similarity "
        f"{pair['similarity_frac']:.2f}, containment {pair['containment_frac']:.2f}, found by {pair['method']}",
    ), (1, 0, 0, 0))  # fmt: skip
    table = Table(box=None, pad_edge=False, expand=True, header_style="bright_black")
    table.add_column("this document", ratio=1, overflow="fold")
    table.add_column(Text(visible(f"{other['doc_id']} {other['raw_path']}")), ratio=1, overflow="fold")
    article = trace.article or {}
    table.add_row(_marked(article["text"], other["text"]), _marked(other["text"], article["text"]))
    yield table


def _marked(text: str, other: str) -> Text:
    """The text with what the other one shares in green, long shared passages shortened."""
    marked, left = Text(), SIDE_CHARS
    for start, end, shared in shared_runs(text, other):
        piece = visible(shortened(text[start:end], SHARED_CHARS if shared else max(left, 0)))
        marked.append(piece, style="green" if shared else "")
        left -= len(piece)
        if left <= 0:
            marked.append(f" … {len(text) - end:,} characters" if end < len(text) else "")
            break
    return marked
