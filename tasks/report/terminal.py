"""A trace in the terminal: readable at 80 columns, raw text in colour, nothing a document says is acted on."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence

from rich.console import Group, RenderableType
from rich.table import Table
from rich.text import Text

from tasks.counting import counted
from tasks.report.history import Appearance, changes
from tasks.report.reading import Row
from tasks.report.showing import one_line, visible, when
from tasks.report.spans import Character
from tasks.report.terminal_texts import (
    cluster_section,
    edit_line,
    facts_table,
    heading,
    plain_text,
    raw_section,
)
from tasks.report.trace import FIELDS, Trace, why_left

LISTED_MENTIONS = 40
LISTED_GATES = 12
BREAKS = {"\n": "␊", "\t": "␉"}  # shown where one character is explained
AROUND = 30  # characters on either side of the one explained
GRAVE = ("stopped", "held", "quarantined", "warned", "accepted")


def told(trace: Trace) -> Iterator[RenderableType]:
    """The whole trace, section by section."""
    yield from _origin(trace)
    if trace.left:
        yield from _left(trace.left)
    if trace.raw_text is not None:
        yield from raw_section(trace)
    if trace.article:
        yield from _fields(trace.article)
    if trace.cluster:
        yield from cluster_section(trace.cluster, trace)
    if trace.article and trace.identity.state == "published":
        yield from _mentions(trace)
    yield from _gates(trace)
    yield from _versions(trace.versions)


def told_char(character: Character, text: str) -> Iterator[RenderableType]:
    """One character of the clean text explained, in its place."""
    facts = facts_table()
    at = character.position
    around = (
        visible(one_line(text[max(0, at - AROUND) : at] + "\0")[:-1]),
        visible(one_line("\0" + text[at + 1 : at + AROUND])[1:]),
    )
    facts.add_row(
        "in",
        Text.assemble(
            "… ",
            around[0],
            (BREAKS.get(character.char) or visible(character.char), "reverse"),
            around[1],
            " …",
        ),
    )
    facts.add_row("character", Text(f"{visible(character.char)!r}  U+{ord(character.char):04X}"))
    facts.add_row("clean text", f"position {character.position:,}")
    facts.add_row("raw text", _range(character.raw_start, character.raw_end))
    known = character.byte_start is not None and character.byte_end is not None
    facts.add_row(
        "raw bytes",
        _range(character.byte_start or 0, character.byte_end or 0)
        if known
        else "not known: a record, or bytes that no encoding gives back",
    )
    how = (
        edit_line(character.edit, "put in by")
        if character.edit
        else Text("kept as it stands in the raw text")
    )
    facts.add_row("how", how)
    facts.add_row("cut before", edit_line(character.before, "") if character.before else "nothing")
    facts.add_row("cut after", edit_line(character.after, "") if character.after else "nothing")
    yield facts


def _range(start: int, end: int) -> str:
    return f"{start:,}" if end == start + 1 else f"{start:,} to {end:,}"


def _origin(trace: Trace) -> Iterator[RenderableType]:
    one, document = trace.identity, trace.document or {}
    colour = {"published": "green", "dropped": "yellow", "quarantined": "cyan"}[one.state]
    tells = {"published": "published", "dropped": "dropped", "quarantined": "set aside"}[one.state]
    title = (trace.article or {}).get("title") or document.get("title") or one.raw_path
    yield Text.assemble((visible(one_line(title)), "bold"))
    yield Text.assemble(one.doc_id, "  ", (tells, colour), f" in version {trace.version}")
    yield heading("Where it came from")
    facts = facts_table()
    facts.add_row("raw path", plain_text(one.raw_path))
    facts.add_row("file sha256", plain_text(trace.file_sha256))
    if document:
        facts.add_row("revision", plain_text(document["content_sha256"]))
        size = f"{document['media_type']}, {document['n_bytes']:,} bytes as {document['encoding']}"
        facts.add_row(
            "item", size + (f", {document['n_replaced']:,} not decodable" if document["n_replaced"] else "")
        )
        for name in ("url", "published", "fetched_at"):
            if document.get(name):
                facts.add_row(f"{name.replace('_', ' ')}", plain_text(document[name]))
    facts.add_row(
        "batch", plain_text(one.batch) + Text(f" ({trace.batch.status if trace.batch else 'unknown'})")
    )
    recipe = trace.batch.recipe if trace.batch else {}
    facts.add_row("recipe", ", ".join(f"{name} {value}" for name, value in sorted(recipe.items())) or "–")
    yield facts


def _left(left: Row) -> Iterator[RenderableType]:
    yield heading(why_left(left))
    facts = facts_table()
    facts.add_row("stage", left["stage"])
    if left.get("reason"):
        facts.add_row("reason", Text(left["reason"], style="yellow"))
    if left.get("rules"):
        facts.add_row("rules", Text(", ".join(left["rules"]), style="cyan"))
    facts.add_row("evidence", plain_text(left.get("evidence")))
    yield facts


def _fields(article: Row) -> Iterator[RenderableType]:
    yield heading("Fields found")
    facts = facts_table()
    for name in FIELDS:
        if article.get(name):
            facts.add_row(name.replace("_", " "), plain_text(article[name]))
    time = article.get("published_at")
    if time is not None and not isinstance(time, str):
        how = f", from {article['published_from']}, sure {article['published_confidence_frac']:.2f}"
        facts.add_row("published at", when(time, article["published_precision"]) + how)
        for one in article["date_candidates"] or ():
            facts.add_row(
                "",
                Text(
                    f"candidate {when(one['value'], one['precision'])} from {one['from']}",
                    style="bright_black",
                ),
            )
    else:
        facts.add_row("published at", plain_text(time))
    facts.add_row(
        "size",
        f"{article['n_chars']:,} of {article['n_raw_chars']:,} characters, {article['n_words']:,} words",
    )
    yield facts


def _mentions(trace: Trace) -> Iterator[RenderableType]:
    yield heading(f"Mentions, {len(trace.mentions):,}")
    table = Table(
        "field",
        "clean",
        "raw",
        "type",
        "surface",
        "entity or value",
        box=None,
        pad_edge=False,
        header_style="bright_black",
    )
    for one in trace.mentions[:LISTED_MENTIONS]:
        raw = "–" if one["raw_start"] is None else f"{one['raw_start']}–{one['raw_end']}"
        table.add_row(one["field"], f"{one['start']}–{one['end']}", raw, one["type"],
                      plain_text(one_line(one["surface"])), _meaning(one, trace.entities))  # fmt: skip
    yield table
    if len(trace.mentions) > LISTED_MENTIONS:
        yield Text(
            f"and {len(trace.mentions) - LISTED_MENTIONS:,} more (--json lists them)", style="bright_black"
        )


def _meaning(mention: Row, entities: dict[str, Row]) -> Text:
    entity = entities.get(mention["entity_id"] or "")
    if entity is None:
        return plain_text(mention["value"])
    where = entity["wikidata_qid"] or f"in {counted(entity['n_docs'], 'document')}"
    return Text.assemble(visible(entity["name"]), (f" {where}", "bright_black"))


def _gates(trace: Trace) -> Iterator[RenderableType]:
    yield heading("Gates")
    grave = [one for one in trace.gates if one["status"] in GRAVE]
    passed = Counter(one["stage"] for one in trace.gates if one["status"] == "passed")
    counts = ", ".join(f"{stage} {n}" for stage, n in passed.items())
    yield Text(f"{sum(passed.values())} rules passed on its batch and version: {counts or 'none'}")
    for one in grave[:LISTED_GATES]:
        where = one["batch"] or f"version {one['version']}"
        yield Text.assemble(
            (f"{one['status']} ", "yellow"),
            f"{one['stage']}: {one['rule']} in {where}: ",
            visible(str(one["observed"])),
            (visible(f" ({one['why']})") if one.get("why") else "", "bright_black"),
        )


def _versions(appearances: Sequence[Appearance]) -> Iterator[RenderableType]:
    yield heading("Versions")
    for one in appearances:
        yield Group(
            Text.assemble(
                (f"{one.version:>4}  {one.what:<8}", "bold" if one.what != "same" else ""), changes(one)
            )
        )
