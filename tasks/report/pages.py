"""The page of a version: one self-contained file, the same bytes for the same version."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from tasks.errors import UsageError
from tasks.report.batches import FormLink
from tasks.report.cuts import cuts_by_source
from tasks.report.difference import difference_section
from tasks.report.facts import Facts, facts_of
from tasks.report.growth import Growth, growth_of
from tasks.report.html import Html, joined, page, tag
from tasks.report.identify import Identity
from tasks.report.reading import Reader
from tasks.report.remembered import remember_rows, remembered_rows
from tasks.report.sections import (
    batch_section,
    cut_section,
    entity_section,
    flow_section,
    gate_section,
    tiles,
    time_section,
)
from tasks.report.stories import (
    contents,
    copy_section,
    lineage_section,
    reading_section,
    sample_choice,
    sample_section,
)
from tasks.report.trace import Trace, Tracer
from tasks.report.trace_page import write_trace
from tasks.versions.diff import Diff
from tasks.versions.folder import write_page
from tasks.versions.manifest import Manifest
from tasks.versions.store import Store

TRACED_ASIDE = 10  # documents set aside that get a trace page of their own

SECTIONS = (
    ("flow", "Flow"), ("batches", "Batches"), ("gates", "Gates"), ("cuts", "Cuts"), ("samples", "Samples"),
    ("copies", "Copies"), ("entities", "Entities"), ("time", "Time"), ("difference", "Difference"),
    ("lineage", "Lineage"), ("reading", "Reading it"),
)  # fmt: skip


def report_path(store: Store, version: int) -> Path:
    """Where the page of a version lies."""
    return store.root / "reports" / f"{version:08d}.html"


def write_report(
    store: Store,
    manifest: Manifest,
    out: Path | None = None,
    *,
    link: FormLink | None = None,
) -> Path:
    """Writes the page of a version and the trace pages it links to, in `trace/` beside it.

    out: the page; `report_path` if None. link: makes the address of the backfill form from its fields, else
    the command is shown. The difference to the version before is shown where that is kept. Raises CorruptPart if a stored file is
    broken, CleancopyError if the page cannot be written.
    """
    path = out or report_path(store, manifest.version)
    if path.is_dir():  # before its trace pages are written beside it
        raise UsageError(f"cannot write {path}: it is a folder. Name a file in it")
    tracer = Tracer(store, manifest, Reader(store, remembered_rows(store)))
    sources = cuts_by_source(store, manifest)
    facts = facts_of(store, manifest, tracer.older)
    chosen = sample_choice(sources)
    tracer.fetch({one.doc_id: one.batch for picked in chosen.values() for _, one in picked})
    traces = {
        one.doc_id: tracer.trace_article(one.doc_id, one.batch)
        for picked in chosen.values()
        for _, one in picked
    }
    aside = [
        tracer.trace(Identity(row["doc_id"], row["batch"], row["raw_path"], "quarantined"))
        for row in facts.aside[:TRACED_ASIDE]
    ]
    traced = _write_traces({**{one.identity.doc_id: one for one in aside}, **traces}, path.parent / "trace")
    parent = next((one for one in tracer.older if one.version == manifest.parent), None)
    difference = store.diff(parent, manifest) if parent else None
    body = joined([
        _header(manifest),
        tag("main",
            tiles(facts, manifest),
            flow_section(facts),
            batch_section(manifest, [*reversed(tracer.older), manifest], link),
            gate_section(manifest, facts, link, traced),
            cut_section(sources),
            sample_section(chosen, traces, traced, len(sources)),
            copy_section(tracer, facts),
            entity_section(facts, _growth(store, (parent, manifest), facts, difference)),
            time_section(facts),
            difference_section(store, manifest, difference, parent),
            lineage_section(manifest),
            reading_section(manifest)),
    ])  # fmt: skip
    write_page(path, page(f"Cleancopy version {manifest.version}", body))
    remember_rows(store, tracer.reader)
    return path


def _write_traces(traces: Mapping[str, Trace], folder: Path) -> dict[str, str]:
    """Writes the trace pages; doc_id -> address beside the report."""
    return {doc_id: f"trace/{write_trace(trace, folder).name}" for doc_id, trace in sorted(traces.items())}


def _growth(
    store: Store, versions: tuple[Manifest | None, Manifest], facts: Facts, difference: Diff | None
) -> Growth | None:
    """The entities against the version before, where it is kept."""
    parent, manifest = versions
    if parent is None or difference is None:
        return None
    shown = [row["entity_id"] for row in facts.entities]
    return growth_of(store, manifest, parent, difference.renamed.get("entities", ()), shown)


def _header(manifest: Manifest) -> Html:
    committed = manifest.committed_at[:16].replace("T", " ")
    parent = f", on version {manifest.parent}" if manifest.parent else ""
    reason = f": {manifest.reason}" if manifest.reason else ""
    return tag(
        "header",
        tag("p", "Cleancopy", class_="kicker"),
        tag("h1", f"Version {manifest.version}"),
        tag("p", f"Published {committed} UTC{parent}{reason}", class_="sub"),
        contents(SECTIONS),
    )
