"""The trace of one document as a page."""

from __future__ import annotations

from collections import Counter
from pathlib import Path

from tasks.counting import counted
from tasks.report.history import changes
from tasks.report.html import Html, joined, page, table, tag
from tasks.report.passages import (
    TRACE_CHARS,
    clean_passage,
    cut_legend,
    plain_passage,
    raw_passage,
    side_by_side,
)
from tasks.report.reading import Row
from tasks.report.showing import QUIET, family_of, one_line, shortened, value_text, when
from tasks.report.trace import FIELDS, Cluster, Trace, why_left
from tasks.versions.folder import write_page

LISTED = 300  # rows of a table on the page; `--json` has all


def write_trace(trace: Trace, folder: Path) -> Path:
    """Writes the page of a trace as <doc_id>.html. Raises CleancopyError."""
    path = folder / f"{trace.identity.doc_id}.html"
    write_page(path, trace_page(trace))
    return path


def trace_page(trace: Trace) -> str:
    """The page of a trace."""
    title = (trace.article or {}).get("title") or trace.identity.raw_path
    language = (trace.article or {}).get("language")
    state = {"published": "published", "dropped": "dropped", "quarantined": "set aside"}[trace.identity.state]
    head = tag(
        "header",
        tag("p", "Cleancopy trace · version ", str(trace.version), class_="kicker"),
        tag("h1", shortened(one_line(title), 200), class_="story", lang=language),
        tag("p", tag("code", trace.identity.doc_id), " ", tag("span", state, class_=f"mark {state.replace(' ', '-')}"), class_="sub"),
    )  # fmt: skip
    sections = [
        _section("Where it came from", _facts(_origin(trace))),
        _section(why_left(trace.left), _facts(_left(trace.left))) if trace.left else None,
        _texts(trace),
        _section("Edits", _edits(trace)) if trace.spans else None,
        _section("Fields found", _facts(_fields(trace.article))) if trace.article else None,
        _section("Copies", _cluster(trace.cluster, trace)) if trace.cluster else None,
        _section("Mentions", _mentions(trace)) if trace.mentions else None,
        _section("Gates", _gates(trace)),
        _section("Versions", _versions(trace)),
    ]
    named = f"{shortened(one_line(title), 80)} – trace in version {trace.version}"
    return page(named, joined([head, tag("main", *sections)]))


def _section(title: str, *children: Html) -> Html:
    return tag("section", tag("h2", title), *children)


def _facts(rows: list[tuple[str, str]]) -> Html:
    return tag("dl", *(joined([tag("dt", name), tag("dd", value)]) for name, value in rows))


def _origin(trace: Trace) -> list[tuple[str, str]]:
    document = trace.document or {}
    rows = [("raw path", trace.identity.raw_path), ("file SHA-256", value_text(trace.file_sha256))]
    if document:
        rows += [
            ("revision", document["content_sha256"]),
            ("item", f"{document['media_type']}, {document['n_bytes']:,} bytes as {document['encoding']}"),
            *(
                (name, value_text(document[name]))
                for name in ("url", "published", "fetched_at")
                if document.get(name)
            ),
        ]
    recipe = trace.batch.recipe if trace.batch else {}
    rows.append(("batch", f"{trace.identity.batch} ({trace.batch.status if trace.batch else 'unknown'})"))
    return [*rows, ("recipe", ", ".join(f"{name} {value}" for name, value in sorted(recipe.items())) or "–")]


def _left(left: Row | None) -> list[tuple[str, str]]:
    left = left or {}
    rows = [(name, value_text(left.get(name))) for name in ("stage", "reason", "rules", "evidence")]
    return [row for row in rows if row[1] != "–"]


def _texts(trace: Trace) -> Html | None:
    if trace.raw_text is None:
        return None
    if not trace.spans:
        note = tag("p", "The edits of a document that is no article are not kept.", class_="note")
        return _section("Raw text", note, plain_passage(trace.raw_text))
    raw = raw_passage(trace.raw_text, trace.edits, trace.spans, kept_chars=TRACE_CHARS, cut_chars=TRACE_CHARS)
    text = (trace.article or {}).get("text") or ""
    language = (trace.article or {}).get("language")
    sides = tag("div", tag("div", tag("h3", "raw"), raw, class_="side", lang=language),
                tag("div", tag("h3", "clean"), clean_passage(text, trace.mentions, n_chars=TRACE_CHARS * 5), class_="side", lang=language), class_="sides")  # fmt: skip
    return _section("Before and after", cut_legend(trace.edits), sides)


def _edits(trace: Trace) -> Html:
    loud = [edit for edit in trace.edits if edit["kind"] not in QUIET]
    rows = [
        (f"{edit['raw_start']}–{edit['raw_end']}", tag("span", edit["kind"], class_=f"kind c-{family_of(edit['kind'])}"), edit["rule_id"],
         f"{edit['confidence_frac']:.2f}", shortened(one_line(edit["removed"]), 140), shortened(edit["inserted"], 60))
        for edit in loud[:LISTED]
    ]  # fmt: skip
    quiet = Counter(edit["kind"] for edit in trace.edits if edit["kind"] in QUIET)
    tells = [f"{n:,} {kind}" for kind, n in sorted(quiet.items())]
    tells += [f"{len(loud) - LISTED:,} more cuts"] if len(loud) > LISTED else []
    note = tag("p", f"Not listed: {', '.join(tells)}.", class_="note") if tells else None
    return joined(
        [table(("raw span", "kind", "rule", "sure", "removed", "put in"), rows, numbers=(0, 3)), note]
    )


def _fields(article: Row | None) -> list[tuple[str, str]]:
    article = article or {}
    rows = [(name.replace("_", " "), value_text(article[name])) for name in FIELDS if article.get(name)]
    time = article.get("published_at")
    if time is None or isinstance(time, str):
        rows.append(("published at", value_text(time)))
    else:
        how = f", from {article['published_from']}, sure {article['published_confidence_frac']:.2f}"
        rows.append(("published at", when(time, article["published_precision"]) + how))
        rows += [
            ("candidate", f"{when(one['value'], one['precision'])} from {one['from']}") for one in article["date_candidates"] or ()
        ]  # fmt: skip
    size = f"{article['n_chars']:,} of {article['n_raw_chars']:,} characters, {article['n_words']:,} words"
    return [*rows, ("size", size)]


def _cluster(cluster: Cluster, trace: Trace) -> Html:
    if len(cluster.members) == 1 and not cluster.pairs:
        return tag("p", "No other document tells the same story.")
    mine = " (this one)" if cluster.canonical_doc_id == trace.identity.doc_id else ""
    facts = _facts([
        ("cluster", f"{cluster.cluster_id}, {counted(len(cluster.members), 'document')}"),
        ("canonical", f"{cluster.canonical_doc_id}{mine}, chosen by {cluster.why}"),
    ])  # fmt: skip
    pairs = [side_by_side(trace.article or {}, evidence) for evidence in cluster.pairs]
    more = (
        f"And {counted(cluster.n_pairs - len(cluster.pairs), 'pair')} more."
        if cluster.n_pairs > len(pairs)
        else None
    )
    return joined([facts, *pairs, tag("p", more, class_="note") if more else None])


def _mentions(trace: Trace) -> Html:
    rows = []
    for one in trace.mentions[:LISTED]:
        entity = trace.entities.get(one["entity_id"] or "")
        meant = (
            f"{entity['name']} ({entity['wikidata_qid'] or entity['entity_id']})"
            if entity
            else value_text(one["value"])
        )
        raw = "–" if one["raw_start"] is None else f"{one['raw_start']}–{one['raw_end']}"
        rows.append((one["field"], f"{one['start']}–{one['end']}", raw, one["type"], one_line(one["surface"]), meant,
                     f"{one['score_frac']:.2f}", one["method"]))  # fmt: skip
    head = ("field", "clean", "raw", "type", "surface", "entity or value", "score", "method")
    more = f"And {len(trace.mentions) - LISTED:,} more." if len(trace.mentions) > LISTED else None
    return joined([table(head, rows, numbers=(1, 2, 6)), tag("p", more, class_="note") if more else None])


def _gates(trace: Trace) -> Html:
    passed = sum(one["status"] == "passed" for one in trace.gates)
    told = [one for one in trace.gates if one["status"] != "passed"]
    rows = [(tag("span", one["status"], class_=f"mark {one['status']}"), one["stage"], one["rule"], one["batch"] or f"version {one['version']}",
             str(one["observed"]), one.get("why")) for one in told[:LISTED]]  # fmt: skip
    said = tag("p", f"{counted(passed, 'rule')} passed on its batch and on the version.")
    return joined([said, table(("", "stage", "rule", "on", "seen", "why"), rows) if rows else None])


def _versions(trace: Trace) -> Html:
    rows = [
        (str(one.version), one.committed_at[:16].replace("T", " "), one.what, changes(one))
        for one in trace.versions
    ]
    return table(("version", "committed", "", "what changed"), rows, numbers=(0,))
