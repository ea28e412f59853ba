"""The sections of a version's page that are texts and records: samples, copies, lineage, reading."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence

from tasks.counting import counted
from tasks.report.cuts import SourceCuts
from tasks.report.facts import Facts
from tasks.report.html import Html, joined, table, tag
from tasks.report.passages import clean_passage, cut_legend, raw_passage, side_by_side
from tasks.report.reading import Row
from tasks.report.sections import bars, document, section
from tasks.report.shard_cuts import Sample
from tasks.report.showing import one_line, percent, shortened
from tasks.report.trace import Evidence, Trace, Tracer
from tasks.versions.manifest import Manifest

SAMPLED_SOURCES = 8
MOST_CUT, LEAST_SURE = 2, 2  # documents of a source that are shown
SHOWN_PAIRS = 6
READ_PAIRS = 2_000  # pairs looked at for the examples: the first of the table, which is sorted by id
RELATIONS = ("near", "contains", "exact")  # what shows most first


def sample_choice(sources: Iterable[SourceCuts]) -> dict[str, list[tuple[str, Sample]]]:
    """The documents to show: for each source those cut most, then those the rules were least sure of."""
    chosen = {}
    for cuts in list(sources)[:SAMPLED_SOURCES]:
        picked = [("cut most", one) for one in cuts.most_cut[:MOST_CUT]]
        taken = {one.doc_id for _, one in picked}
        picked += [("least sure", one) for one in cuts.least_sure if one.doc_id not in taken][:LEAST_SURE]
        if picked:
            chosen[cuts.source] = picked
    return chosen


def sample_section(chosen: Mapping[str, list[tuple[str, Sample]]], traces: Mapping[str, Trace], traced: Mapping[str, str], n_sources: int) -> Html:  # fmt: skip
    """Documents before and after, with the cuts in colour."""
    edits = [edit for trace in traces.values() for edit in trace.edits]
    shown = [
        tag("h3", source) if at == 0 else joined([_sample(why, one, traces[one.doc_id], traced, is_open=first and at == 1)])
        for first, (source, picked) in zip([True] + [False] * len(chosen), chosen.items(), strict=False)
        for at, (why, one) in enumerate([("", picked[0][1]), *picked])
    ]  # fmt: skip
    lead = "For each source the documents cut most and those the rules were least sure of. Point at a cut for its rule."
    n_left = n_sources - len(chosen)
    left = f"Not shown: {n_left:,} other {'source' if n_left == 1 else 'sources'}." if n_left else None
    return section("samples", "Before and after", cut_legend(edits), *shown, tag("p", left, class_="note") if left else None, lead=lead)  # fmt: skip


def _sample(why: str, sample: Sample, trace: Trace, traced: Mapping[str, str], *, is_open: bool) -> Html:
    article = trace.article or {}
    said = f" {why}: {percent(sample.cut_frac)} of its text cut, sure {sample.least_frac:.2f} at least"
    head = tag(
        "summary",
        tag("b", shortened(one_line(article.get("title") or trace.identity.raw_path), 90)),
        tag("span", said, class_="note"),
    )
    language = article.get("language")
    left = tag(
        "div", raw_passage(trace.raw_text or "", trace.edits, trace.spans), class_="side", lang=language
    )
    right = tag("div", clean_passage(article.get("text") or "", trace.mentions), class_="side", lang=language)
    where = tag("p", document(sample.doc_id, traced), f" {trace.identity.raw_path}", class_="note")
    return tag("details", head, where, tag("div", left, right, class_="sides"), open="" if is_open else None)


def copy_section(tracer: Tracer, facts: Facts) -> Html:
    """Clusters by size, relations by kind, and pairs side by side."""
    sizes = {f"{size:,} articles": n for size, n in facts.sizes.items() if size > 1}
    relations = {
        f"{relation}{'' if joins else ', no copy'}": n for (relation, joins), n in facts.relations.items()
    }
    examples = [side_by_side(one, evidence) for one, evidence in _examples(tracer)]
    alone, told = facts.sizes.get(1, 0), sum(sizes.values())
    lead = f"{counted(alone, 'story stands', 'stories stand')} alone; {counted(told, 'is', 'are')} told by more than one article."
    duo = tag("div", tag("div", tag("h3", "Clusters by size"), bars(sizes, in_order=True)), tag("div", tag("h3", "Pairs by relation"), bars(relations)), class_="trio") if sizes or relations else None  # fmt: skip
    head = [tag("h3", "Pairs side by side, the least alike first"), tag("p", tag("mark", "Marked", class_="shared"), " is what both have.", class_="note")]  # fmt: skip
    return section("copies", "Copies", duo, *(head if examples else []), *examples, lead=lead)


def _examples(tracer: Tracer) -> list[tuple[Row, Evidence]]:
    """A few pairs of each relation: of near ones the least alike, of the others the largest."""
    pairs: list[Row] = []
    for rows in tracer.store.iter_table(tracer.manifest, "pairs"):
        pairs += rows.slice(0, READ_PAIRS - len(pairs)).to_pylist()
        if len(pairs) >= READ_PAIRS:
            break
    by_kind: dict[tuple[str, bool], list[Row]] = {}
    for pair in sorted(
        pairs,
        key=lambda one: (one["similarity_frac"], -one["shared_chars"], one["doc_id_a"], one["doc_id_b"]),
    ):
        by_kind.setdefault((pair["relation"], pair["joins"]), []).append(pair)
    order = sorted(by_kind, key=lambda kind: (RELATIONS.index(kind[0]), not kind[1]))
    chosen = [pair for at in range(SHOWN_PAIRS) for kind in order for pair in by_kind[kind][at : at + 1]]
    found = tracer.articles(
        {pair[side] for pair in chosen[:SHOWN_PAIRS] for side in ("doc_id_a", "doc_id_b")}
    )
    return [
        (found[pair["doc_id_a"]], Evidence(pair, found[pair["doc_id_b"]]))
        for pair in chosen[:SHOWN_PAIRS]
        if pair["doc_id_a"] in found and pair["doc_id_b"] in found
    ]


def lineage_section(manifest: Manifest) -> Html:
    """What people decided, and what made the version."""
    decided = [
        (str(one.get("kind", "")), str(one.get("rule") or one.get("batch") or ""), str(one.get("batch") or ""), str(one.get("reason", "")), str(one.get("by", "")))
        for one in manifest.decisions
    ]  # fmt: skip
    decisions = (
        table(("decision", "on", "batch", "reason", "by"), decided)
        if decided
        else tag("p", "No decision stands in this version.")
    )
    facts = {
        "transaction": manifest.txn,
        "parent": manifest.parent,
        "corpus recipe": manifest.corpus_recipe,
        **manifest.lineage,
    }
    listed = [
        joined([tag("dt", name.replace("_", " ")), tag("dd", _said(value))])
        for name, value in facts.items()
        if value not in (None, "")
    ]
    return section(
        "lineage",
        "Decisions and lineage",
        tag("h3", "Decisions"),
        decisions,
        tag("h3", "Lineage"),
        tag("dl", *listed),
    )


def _said(value: object) -> str:
    if isinstance(value, Mapping):
        return ", ".join(f"{name} {one}" for name, one in value.items() if one not in (None, "")) or "none"
    return value if isinstance(value, str) else json.dumps(value, ensure_ascii=False, default=str)


def reading_section(manifest: Manifest) -> Html:
    """The lines of code that read the version, and its tables."""
    number = f"{manifest.version:08d}"
    folder = f"releases/{number}/articles"
    lines = (
        ("pandas", f'pd.read_parquet("data/{folder}")'),
        ("Polars", f'pl.read_parquet("data/{folder}/**/*.parquet")'),
        ("DuckDB", f"FROM read_parquet('data/{folder}/*/*.parquet') WHERE is_canonical"),
        ("pyarrow", f'ds.dataset("data/{folder}", partitioning="hive").to_table()'),
        ("datasets", f'load_dataset("parquet", data_dir="data/{folder}")'),
    )
    code = "\n".join(f"{name:<9} {line}" for name, line in lines)
    rows = [(name, f"{entry.rows:,}", ", ".join(entry.key), ", ".join(column.split(": ")[0] for column in entry.schema)) for name, entry in manifest.tables.items()]  # fmt: skip
    lead = "Plain Parquet folders; nothing of Cleancopy is needed. One story once: keep is_canonical."
    return section(
        "reading",
        "How to read it",
        tag("pre", code),
        table(("table", "rows", "key", "columns"), rows, numbers=(1,)),
        lead=lead,
    )


def contents(names: Sequence[tuple[str, str]]) -> Html:
    """Links to the sections."""
    return tag("nav", *(tag("a", title, href=f"#{name}") for name, title in names), aria_label="Sections")
