"""The sections of a version's page that are figures: flow, batches, gates, cuts, time, languages, entities."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence

from tasks.counting import counted
from tasks.report import batches, plots
from tasks.report.cut_lines import LEAD, cut_lines
from tasks.report.cuts import SourceCuts, kind_table
from tasks.report.facts import SHOWN_TYPES, Facts
from tasks.report.growth import Growth, growth_lists, signed
from tasks.report.html import Html, folded, joined, table, tag
from tasks.report.showing import family_of, percent
from tasks.versions.manifest import Manifest

SOURCES, KINDS, BARS, VERDICTS, EXAMPLES = 20, 24, 12, 60, 3
MANY_SOURCES = 8  # with more, their names stand upright
TYPE_KEYS = (("person", "person"), ("org", "organisation"), ("gpe", "place"), ("norp", "other"))
TYPE_COLOURS = {"PERSON": "person", "ORG": "organisation", "GPE": "place", "LOC": "place", "FAC": "place"}
GRAVITY = ("stopped", "held", "accepted", "warned", "quarantined")


def section(name: str, title: str, *children: Html | None, lead: str | None = None) -> Html:
    """One section of the page, with an anchor and a line on what it shows."""
    return tag(
        "section", tag("h2", title), tag("p", lead, class_="lead") if lead else None, *children, id=name
    )


def tiles(facts: Facts, manifest: Manifest) -> Html:
    """The few figures to read first."""
    n_in = facts.stages["ingest"].get("rows_in", 0)
    cut = 1 - facts.n_chars / facts.n_raw_chars if facts.n_raw_chars else 0.0
    copies = facts.n_articles - facts.n_canonical
    rules = {(gate["stage"], gate["rule"]) for gate in manifest.gates}
    bad = {(gate["stage"], gate["rule"]) for gate in manifest.gates if gate["status"] != "passed"}
    figures = [
        (f"{facts.n_articles:,}", f"articles of {n_in:,} documents"),
        (f"{facts.n_canonical:,}", f"stories; {copies:,} are copies"),
        (percent(round(cut, 4)), "of the raw characters cut, markup included"),
        (f"{sum(facts.types.values()):,}", f"mentions of {sum(facts.n_entities.values()):,} entities"),
        (f"{len(rules) - len(bad)} of {len(rules)}", "rules passed"),
    ]
    return tag("div", *(tag("div", tag("b", n), tag("span", words)) for n, words in figures), class_="tiles")


def flow_section(facts: Facts) -> Html:
    """From what was found in raw/ to the stories, and why the others are not there."""
    ingest = facts.stages["ingest"]
    aside = Counter(
        (row["stage"], (row["rules"] or ["unknown"])[0]) for row in facts.aside if not row["held"]
    )
    steps = [
        plots.Step(ingest.get("rows_in", 0), "documents"),
        plots.Step(ingest.get("kept", 0), "read", tuple(_leaks(facts, aside, ("ingest",)))),
        plots.Step(facts.n_articles, "articles", tuple(_leaks(facts, aside, ("clean", "entities")))),
        plots.Step(facts.n_canonical, "stories", _copies(facts)),
    ]
    lead = "The documents of the published batches; what a gate holds back is not among them. Bands under two pixels are drawn at two."
    return section("flow", "From documents to stories", plots.flow(steps), lead=lead)


def _copies(facts: Facts) -> tuple[plots.Leak, ...]:
    n = facts.n_articles - facts.n_canonical
    return (plots.Leak(n, "copies", "copies"),) if n else ()


def _leaks(facts: Facts, aside: Mapping[tuple[str, str], int], stages: Sequence[str]) -> Iterator[plots.Leak]:
    for (stage, reason), n in facts.dropped.items():
        if stage in stages:
            yield plots.Leak(n, f"dropped: {reason}", "dropped")
    known = 0
    for (stage, rule), n in sorted(aside.items(), key=lambda one: (-one[1], one[0])):
        if stage in stages:
            known += n
            yield plots.Leak(n, f"set aside: {rule}", "aside")
    gone = sum(facts.stages[stage].get("quarantined", 0) for stage in stages) - known
    if gone > 0:
        yield plots.Leak(gone, "set aside, rows no longer kept", "aside")


def batch_section(
    manifest: Manifest, versions: Sequence[Manifest], form_link: batches.FormLink | None
) -> Html:
    """Every batch, and the ones to look at."""
    older = batches.older_recipes(versions)
    found = batches.looks(manifest, older)
    counts = Counter(batch.status for batch in manifest.batches.values())
    lead = ", ".join(
        f"{n:,} {status}" for status, n in sorted(counts.items(), key=lambda one: (-one[1], one[0]))
    )
    worth = joined([tag("h3", "Worth a look"), batches.look_table(found, form_link)]) if found else None
    return section("batches", "Batches", batches.grid(manifest, older), worth, lead=f"{lead or 'none'}.")


def gate_section(
    manifest: Manifest, facts: Facts, form_link: batches.FormLink | None, traced: Mapping[str, str]
) -> Html:
    """What the rules said in the run that made the version, and the documents they set aside."""
    told = [gate for gate in manifest.gates if gate["status"] != "passed"]
    told.sort(
        key=lambda one: (
            GRAVITY.index(one["status"]) if one["status"] in GRAVITY else 9,
            str(one["stage"]),
            str(one["rule"]),
            str(one["batch"]),
        )
    )
    rows = [_verdict(gate) for gate in told[:VERDICTS]]
    by_stage: dict[str, set[str]] = {}
    for gate in manifest.gates:
        if gate["status"] == "passed":
            by_stage.setdefault(str(gate["stage"]), set()).add(str(gate["rule"]))
    lead = "Rules that passed on every batch of the run: " + (
        ", ".join(f"{stage} {len(rules - _failed(told, stage))}" for stage, rules in by_stage.items())
        or "none"
    )
    verdicts = (
        folded(("", "stage", "rule", "on", "rows", "seen", "why"), rows, numbers=(4,)) if rows else None
    )
    return section("gates", "Gates", verdicts, _aside_table(facts, form_link, traced), lead=lead + ".")


def _failed(told: Sequence[Mapping[str, object]], stage: str) -> set[str]:
    return {str(gate["rule"]) for gate in told if gate["stage"] == stage}


def _verdict(gate: Mapping[str, object]) -> tuple[Html | str | None, ...]:
    examples = gate.get("examples") or ()
    why = str(gate.get("why") or "")
    if isinstance(examples, (list, tuple)) and examples:
        why = f"{why} (e.g. {', '.join(str(one) for one in examples[:EXAMPLES])})".strip()
    status = "set aside" if gate["status"] == "quarantined" else str(gate["status"])
    rows = f"{gate['n_failed']:,} of {gate['n_rows']:,}" if gate["batch"] else ""
    where = str(gate["batch"] or "the whole run")
    return tag("span", status, class_=f"mark {status.replace(' ', '-')}"), str(gate["stage"]), str(gate["rule"]), where, rows, str(gate["observed"]), why  # fmt: skip


def _aside_table(facts: Facts, form_link: batches.FormLink | None, traced: Mapping[str, str]) -> Html | None:
    if not facts.aside:
        return None
    shown = facts.aside[:VERDICTS]
    first_of = {row["batch"]: at for at, row in reversed(list(enumerate(shown)))}
    rows = [
        (row["stage"], ", ".join(row["rules"] or ()), document(row["doc_id"], traced), row["raw_path"],
         batches.redo(batches.form_of(row["batch"], "failed"), form_link) if form_link or first_of[row["batch"]] == at else None)
        for at, row in enumerate(shown)
    ]  # fmt: skip
    more = (
        f"And {len(facts.aside) - VERDICTS:,} more in quarantine/." if len(facts.aside) > VERDICTS else None
    )
    head = tag("h3", "Documents set aside")
    return joined(
        [
            head,
            folded(("stage", "rule", "document", "raw path", "redo its batch"), rows),
            tag("p", more, class_="note") if more else None,
        ]
    )


def document(doc_id: str, traced: Mapping[str, str]) -> Html:
    """A doc_id, linked to its trace where there is a page of it."""
    return tag("a", tag("code", doc_id), href=traced[doc_id]) if doc_id in traced else tag("code", doc_id)


def cut_section(sources: Sequence[SourceCuts]) -> Html:
    """Which kinds were cut from which source, and the lines that come again and again."""
    shown = list(sources[:SOURCES])
    left_out = (
        f"Not shown: {counted(len(sources) - SOURCES, 'source')} with fewer documents."
        if len(sources) > SOURCES
        else None
    )
    lead = "Cuts for each hundred documents; the darker, the more. Markup and white space are not counted."
    lines = joined([tag("h3", "Lines cut most often, the least sure first"), tag("p", LEAD, class_="note")])
    return section("cuts", "What was cut", _heat(shown), tag("p", left_out, class_="note") if left_out else None,
                   lines, *(cut_lines(one, is_open=at == 0) for at, one in enumerate(shown) if one.n_lines), lead=lead)  # fmt: skip


def _heat(sources: list[SourceCuts]) -> Html:
    kinds = [kind for kind in kind_table(sources)[0] if kind not in ("markup", "whitespace")][:KINDS]
    used = [one for one in sources if one.n_documents]
    rates = {one.source: {kind: 100 * one.kinds[kind] / one.n_documents for kind in kinds} for one in used}
    most = max((rate for row in rates.values() for rate in row.values()), default=1.0) or 1.0
    rows = []
    for kind in kinds:
        cells = [_heat_cell(rates[one.source][kind], most) for one in used]
        rows.append(
            tag(
                "tr",
                tag(
                    "th", tag("span", kind.replace("_", " "), class_=f"kind c-{family_of(kind)}"), scope="row"
                ),
                *cells,
            )
        )
    head = tag(
        "tr",
        tag("th"),
        *(tag("th", one.source, tag("small", f"{one.n_documents:,}"), scope="col") for one in used),
    )
    return (
        tag(
            "div",
            tag(
                "table",
                tag("thead", head),
                tag("tbody", *rows),
                class_="heat many" if len(used) > MANY_SOURCES else "heat",
            ),
            class_="scroll",
        )
        if rows
        else Html()
    )


def _heat_cell(rate: float, most: float) -> Html:
    if not rate:
        return tag("td", "·", class_="none")
    share = (rate / most) ** 0.5  # square root: a kind that is rare beside navigation is still seen
    said = f"{rate / 1000:.0f}k" if rate >= 9_999.5 else f"{rate:.0f}" if rate >= 1 else "<1"
    return tag("td", said, style=f"--v:{share:.2f}")


def time_section(facts: Facts) -> Html:
    """Articles over time, where the dates came from, languages and agencies."""
    series = plots.series_of(facts.days)
    none = facts.days.get("", 0)
    notes = [
        *([f"{none:,} without a date"] if none else []),
        *([f"{series.n_before:,} earlier than the first column"] if series.n_before else []),
        *([f"{series.n_after:,} later than the last"] if series.n_after else []),
    ]
    note = tag("p", f"Articles not in the picture: {', '.join(notes)}.", class_="note") if notes else None
    trio = tag("div", _counts("Date found in", facts.dated_from, "no date"), _counts("Language", facts.languages, "not found"),
               _counts("Agency", facts.agencies, "no agency"), class_="trio")  # fmt: skip
    drawn = plots.columns(series) if series.counts else None
    return section(
        "time",
        "When, in which language, from whom",
        drawn,
        note,
        trio,
        lead=f"Articles by {series.step} of publication, UTC.",
    )


def _counts(title: str, counts: Mapping[str, int], none: str) -> Html:
    named = {name or none: n for name, n in counts.items()}
    return tag("div", tag("h3", title), bars(named))


def bars(
    counts: Mapping[str, int], classes: Mapping[str, str] | None = None, *, in_order: bool = False
) -> Html:
    """Counts as bars from zero, the longest first unless they are `in_order`; the rest in one line."""
    ordered = list(counts.items()) if in_order else sorted(counts.items(), key=lambda one: (-one[1], one[0]))
    most = max(counts.values(), default=1)
    rows = [
        tag("li", tag("span", name, class_="name"), tag("span", tag("i", class_=f"bar {(classes or {}).get(name, '')}".strip(), style=f"width:{100 * n / most:.1f}%"), class_="track"), tag("span", f"{n:,}", class_="n"))
        for name, n in ordered[:BARS]
    ]  # fmt: skip
    rest = ordered[BARS:]
    more = tag("p", f"and {sum(n for _, n in rest):,} in {len(rest):,} more", class_="note") if rest else None
    return joined([tag("ul", *rows, class_="bars"), more])


def entity_section(facts: Facts, growth: Growth | None = None) -> Html:
    """Who and what is mentioned, together with whom, and how much more than in the version before."""
    before = growth.before if growth else {}
    nodes = [
        plots.Node(row["name"], row["type"], row["n_docs"], before.get(row["entity_id"]))
        for row in facts.entities
    ]
    drawn = plots.company(nodes, facts.together) if nodes else None
    found = {TYPE_COLOURS.get(row["type"], "other") for row in facts.entities}
    keys = [(type_, name) for type_, name in TYPE_KEYS if name in found]
    legend = tag(
        "p",
        *(tag("span", tag("i", class_=f"key type {name}"), words) for name, words in keys),
        class_="legend",
    )
    types = bars(facts.types, {name: f"type {name.lower()}" for name in SHOWN_TYPES})
    rows = [
        (
            row["name"],
            row["type"],
            f"{row['n_docs']:,}",
            f"{row['n_mentions']:,}",
            row["wikidata_qid"] or "",
            signed(row["n_docs"] - before[row["entity_id"]]) if row["entity_id"] in before else "–",
        )
        for row in facts.entities
    ]
    listed = tag(
        "details",
        tag("summary", "As a table"),
        table(
            ("entity", "type", "documents", "mentions", "Wikidata", "since the version before"),
            rows,
            numbers=(2, 3, 5),
        ),
    )
    by_type = ", ".join(f"{n:,} {name}" for name, n in facts.n_entities.items())
    lead = "Bars: documents that mention the entity. Arcs: two entities in the same documents, the thicker the more."
    if growth:
        lead += f" The pale end of a bar came since version {growth.version}."
    return section("entities", "Who and what is mentioned", joined([drawn, legend, listed]) if rows else None, growth_lists(growth) if growth else None, tag("h3", "Mentions by type"), types,
                   tag("p", f"Entities: {by_type or 'none'}.", class_="note"), lead=lead)  # fmt: skip
