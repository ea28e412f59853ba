"""`versions`, `show`, `diff`, `rollback`, `retention`, and the naming half of `tag`."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, cast

import typer

from flows.cli import app
from tasks.counting import counted

if TYPE_CHECKING:
    from tasks.settings import Settings
    from tasks.versions.diff import Diff
    from tasks.versions.manifest import Manifest
    from tasks.versions.store import Store

Data = Annotated[Path | None, typer.Option("--data", help="Data folder.", show_default="data")]
DECIDED_ON = ("rule", "batch", "doc_id", "version")  # what a decision was on; each kind has its own
AsJson = Annotated[bool, typer.Option("--json", help="Print JSON, for programs.")]


@app.command()
def versions(data: Data = None, as_json: AsJson = False) -> None:
    """List the published versions."""
    from flows.cli.render import console, listing, print_json  # noqa: PLC0415
    from flows.last_runs import troubles  # noqa: PLC0415
    from tasks.takedown.receipt import unfinished  # noqa: PLC0415

    store, settings = _store(data)
    tags: dict[int, list[str]] = {}
    for name, number in sorted(store.tags().items()):
        tags.setdefault(number, []).append(name)
    manifests = [store.manifest(number) for number in store.versions()]
    rows = [_line(manifest, tags.get(manifest.version, [])) for manifest in manifests]
    trouble = troubles(settings, rows[-1]["committed_at"] if rows else "")
    for doc_id in unfinished(store, manifests[-1]) if manifests else ():
        trouble.append(f"The takedown of {doc_id} is not finished: run `cleancopy takedown {doc_id}` again.")
    if as_json:
        print_json(rows)
        for line in trouble:
            console(stderr=True).print(line, markup=False, soft_wrap=True)
        return
    table = listing(
        "version", "committed, UTC", "articles", "batches", "held", "tags", "reason", names=["tags"]
    )
    for row in rows:
        table.add_row(
            str(row["version"]),
            row["committed_at"][:16].replace("T", " "),
            f"{row['articles']:,}",
            str(row["batches"]),
            str(len(row["held"])),
            ", ".join(row["tags"]),
            row["reason"],
        )
    out = console()
    out.print(table if rows else f"No version yet in {store.root}: `cleancopy run` makes the first.")
    for line in trouble:
        out.print(line, style="red", markup=False, soft_wrap=True)


@app.command()
def show(
    version: Annotated[str, typer.Argument(metavar="V", help="A number, a tag or latest.")] = "latest",
    data: Data = None, as_json: AsJson = False,
) -> None:  # fmt: skip
    """Show one version: its tables, batches, gates and decisions."""
    from flows.cli.render import print_json  # noqa: PLC0415
    from tasks.versions.manifest import plain  # noqa: PLC0415

    store, _ = _store(data)
    manifest = store.manifest(version)
    print_json(plain(manifest)) if as_json else _print_version(manifest)


@app.command()
def diff(
    a: Annotated[str, typer.Argument(metavar="A", help="The older version: a number, a tag or latest.")],
    b: Annotated[str, typer.Argument(metavar="B", help="The newer version.")],
    data: Data = None, as_json: AsJson = False,
) -> None:  # fmt: skip
    """Show what changed between two versions: rows by table, renamed clusters and entities."""
    from flows.cli.render import console, listing, print_json  # noqa: PLC0415

    store, _ = _store(data)
    found = store.diff(a, b)
    if as_json:
        print_json(as_json_diff(found))
        return
    table = listing("table", "added", "removed", "changed", "in columns")
    for name, rows in found.tables.items():
        columns = ", ".join(f"{column} {n:,}" for column, n in rows.changed_columns.items())
        counts = (f"{keys.num_rows:,}" for keys in (rows.added, rows.removed, rows.changed))
        table.add_row(name, *counts, columns)
    out = console()
    out.print(table)
    for kind, renamed in found.renamed.items():
        for one in renamed:
            out.print(f"{kind}: {one.old} is now {one.new} ({counted(one.members, 'row')})")
    if found.batches:
        out.print(f"batches: {', '.join(found.batches)}", soft_wrap=True)


@app.command()
def rollback(
    version: Annotated[str, typer.Argument(metavar="V", help="The version to go back to: a number or a tag.")],
    reason: Annotated[str, typer.Option("--reason", metavar="TEXT", help="Why; kept with the version.")],
    data: Data = None,
) -> None:  # fmt: skip
    """Publish a new version with the tables of V; the batches that differed are pinned."""
    from flows.cli.render import console, marked  # noqa: PLC0415
    from flows.request import who  # noqa: PLC0415

    store, _ = _store(data)
    committed = store.rollback(version, reason=reason, by=who())
    manifest = committed.manifest
    pinned = [name for name, batch in manifest.batches.items() if batch.status == "pinned"]
    out = console()
    if not committed.is_new:
        out.print(f"Version {manifest.version} already has the tables of {version}: nothing to do.")
        return
    said = f" with the tables of {version}; pinned: {', '.join(pinned) or 'nothing'}"
    out.print(marked(f"Published version {manifest.version}", "bold green", said))
    out.print(
        "`cleancopy run` leaves pinned batches alone; `backfill --reprocess all --reason TEXT` lifts a pin."
    )


@app.command()
def retention(
    keep: Annotated[int | None, typer.Option("--keep", metavar="N", help="Versions to keep.")] = None,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Only say what would be swept.")] = False,
    data: Data = None, as_json: AsJson = False,
) -> None:  # fmt: skip
    """Drop old versions and sweep what no version lists."""
    from flows.cli.render import console, print_json  # noqa: PLC0415
    from tasks.versions.manifest import plain  # noqa: PLC0415

    store, settings = _store(data)
    swept = store.retention(
        keep=settings.keep_versions if keep is None else keep, days=settings.keep_days, grace_secs=settings.grace_hours * 3600,
        quarantine_days=settings.quarantine_days, dry_run=dry_run,
    )  # fmt: skip
    if as_json:
        print_json(plain(swept))
        return
    verb = "would drop" if dry_run else "dropped"
    dropped = ", ".join(str(number) for number in swept.versions) or "none"
    n_files = sum(swept.files.values())
    console().print(
        f"{verb} versions: {dropped}; kept: {', '.join(str(number) for number in swept.kept) or 'none'}; "
        f"{counted(n_files, 'file')}, {swept.bytes / 1e6:,.1f} MB"
    )


def name_version(version: str, name: str, data: Path | None) -> None:
    """`tag V NAME`."""
    from flows.cli.render import console  # noqa: PLC0415

    store, _ = _store(data)
    store.tag(version, name)
    console().print(f"version {store.resolve(version)} is now also {name}")


def as_json_diff(found: Diff) -> dict[str, Any]:
    """A diff as plain values: the keys of the rows that differ, by table."""
    return {
        "a": found.a,
        "b": found.b,
        "tables": {
            name: {
                "added": rows.added.to_pylist(),
                "removed": rows.removed.to_pylist(),
                "changed": rows.changed.to_pylist(),
                "changed_columns": dict(rows.changed_columns),
            }
            for name, rows in found.tables.items()
        },
        "renamed": {
            kind: [{"old": one.old, "new": one.new, "members": one.members} for one in renamed]
            for kind, renamed in found.renamed.items()
        },
        "batches": list(found.batches),
    }


def _store(data: Path | None) -> tuple[Store, Settings]:
    from tasks.settings import load_settings  # noqa: PLC0415
    from tasks.versions.store import Store  # noqa: PLC0415

    settings = load_settings(data=data)
    return Store(settings.data), settings


def _line(manifest: Manifest, tags: list[str]) -> dict[str, Any]:
    return {
        "version": manifest.version, "parent": manifest.parent, "committed_at": manifest.committed_at,
        "articles": manifest.tables["articles"].rows, "batches": len(manifest.batches),
        "held": [name for name, batch in manifest.batches.items() if batch.status == "held"],
        "pinned": [name for name, batch in manifest.batches.items() if batch.status == "pinned"],
        "tags": tags, "reason": manifest.reason,
    }  # fmt: skip


def _print_version(manifest: Manifest) -> None:
    from flows.cli.render import console, listing, marked  # noqa: PLC0415

    out = console()
    parent = f", on version {manifest.parent}" if manifest.parent else ""
    reason = f": {manifest.reason}" if manifest.reason else ""
    out.print(
        marked(f"Version {manifest.version}", "bold", f", committed {manifest.committed_at}{parent}{reason}")
    )
    tables = listing("table", "rows", "files")
    for name, entry in manifest.tables.items():
        tables.add_row(name, f"{entry.rows:,}", str(sum(len(parts) for parts in entry.partitions.values())))
    out.print(tables)
    batches = listing("batch", "status", "in", "published", "set aside", "by", names=["batch", "status"])
    for name, batch in manifest.batches.items():
        counts = batch.counts
        rules = (
            ", ".join(batch.refused.rules) if batch.refused else (batch.pinned.reason if batch.pinned else "")
        )
        batches.add_row(
            name,
            batch.status,
            f"{counts.get('ingest', {}).get('rows_in', 0):,}",
            f"{counts.get('clean', {}).get('kept', 0):,}",
            f"{batch.n_set_aside:,}",
            rules,
        )
    out.print(batches)
    for gate in manifest.gates:
        if gate["status"] != "passed":
            out.print(
                f"gate {gate['stage']}: {gate['rule']} {gate['status']} ({gate['observed']})", markup=False
            )
    for decision in manifest.decisions:
        of = [str(decision[name]) for name in DECIDED_ON if decision.get(name)]
        out.print(
            f"decision: {' '.join([str(decision['kind']), *of])}: {decision['reason']} ({decision['by']})"
        )
    for mark in manifest.redacted:
        doc_ids = ", ".join(cast("list[str]", mark["doc_ids"]))
        out.print(f"redacted: {doc_ids}: {mark['reason']} ({mark['by']})", soft_wrap=True)
