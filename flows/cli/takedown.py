"""`takedown`."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Any

import typer

from flows.cli import app
from flows.cli.run import Accept
from flows.cli.versions import AsJson, Data

if TYPE_CHECKING:
    from flows.takedown import TakenDown
    from tasks.report.identify import Identity
    from tasks.takedown.targets import Targets


@app.command()
def takedown(
    document: Annotated[str | None, typer.Argument(metavar="[DOC_ID]", help="The document: its id, the beginning of it, or its path in raw/.", show_default=False)] = None,
    url: Annotated[str | None, typer.Option("--url", metavar="U", help="The document of this address, instead of DOC_ID.")] = None,
    reason: Annotated[str, typer.Option("--reason", metavar="TEXT", help="Why; kept with the version and on the receipt.")] = "",
    accept: Accept = None,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Only say what would go, and what stays.")] = False,
    lift: Annotated[bool, typer.Option("--lift", help="Take an earlier takedown back.")] = False,
    data: Data = None, as_json: AsJson = False,
) -> None:  # fmt: skip
    """Remove a document from every version that is kept: the one change that older versions allow.

    A version is published without it, and older ones are rewritten under their numbers.

    Stored results, quarantine and reports lose its text too; raw/ is not touched.

    The same document is not ingested again, under whatever name it comes.
    """
    from flows.takedown import find  # noqa: PLC0415
    from tasks.errors import UsageError  # noqa: PLC0415
    from tasks.settings import load_settings  # noqa: PLC0415
    from tasks.versions.store import Store  # noqa: PLC0415

    if bool(document) == bool(url):
        raise UsageError(
            "name the document, by its id or with --url: cleancopy takedown DOC_ID --reason TEXT"
        )
    ref, settings = str(document or url), load_settings(data=data)
    if lift:
        _lift(settings, ref, reason, dry_run=dry_run, as_json=as_json)
        return
    known, targets = find(Store(settings.data), ref, reason)
    if dry_run:
        _print_plan(known, targets, as_json=as_json)
        return
    done = _take_down(settings, targets, accept or [])
    _print_done(done, as_json=as_json)


def _take_down(settings: Any, targets: Targets, accept: list[str]) -> TakenDown:  # noqa: ANN401  Settings
    from flows.cli.render import console  # noqa: PLC0415
    from flows.progress import watched  # noqa: PLC0415
    from flows.takedown import takedown as take_down  # noqa: PLC0415

    with watched(console(stderr=True)) as watch:
        return take_down(settings, targets, accept=accept, watch=watch)


def _lift(settings: Any, ref: str, reason: str, *, dry_run: bool, as_json: bool) -> None:  # noqa: ANN401  Settings
    from flows.cli.render import console, marked, print_json  # noqa: PLC0415
    from flows.takedown import lift, taken  # noqa: PLC0415
    from tasks.versions.store import Store  # noqa: PLC0415

    if dry_run:
        doc_id = taken(Store(settings.data), ref).doc_id
        if as_json:
            print_json({"dry_run": True, "doc_id": doc_id, "lifted": False})
            return
        console().print(
            f"Dry run: the takedown of {doc_id} would be taken back, and it might be ingested again."
        )
        return
    stone, version = lift(settings, ref, reason=reason)
    if as_json:
        print_json({"doc_id": stone.doc_id, "version": version, "lifted": True})
        return
    out = console()
    out.print(
        marked(f"Published version {version}", "bold green", f": {stone.doc_id} may be ingested again.")
    )
    out.print(
        "Where its file is still in raw/, `cleancopy backfill --from D --to D --reprocess all --reason TEXT` brings it back."
    )


def _print_plan(known: Identity, targets: Targets, *, as_json: bool) -> None:
    from flows.cli.render import console, print_json  # noqa: PLC0415

    documents = [
        {"doc_id": one.doc_id, "batch": one.batch, "raw_path": one.raw_path} for one in targets.places
    ]
    if as_json:
        print_json({"dry_run": True, "doc_id": targets.stone.doc_id, "documents": documents,
                    "versions": list(targets.versions), "copies_that_stay": list(targets.stays)})  # fmt: skip
        return
    out = console()
    numbers = ", ".join(str(number) for number in targets.versions) or "none"
    out.print(
        f"Dry run: {targets.stone.doc_id} ({known.raw_path or 'taken down before'}) is in versions {numbers}."
    )
    for one in targets.places:
        out.print(f"  goes   {one.doc_id}  {one.raw_path}", markup=False, soft_wrap=True)
    _print_stays(out, targets)


def _print_done(done: TakenDown, *, as_json: bool) -> None:
    from flows.cli.render import console, marked, print_json  # noqa: PLC0415

    targets, purged = done.targets, done.purged
    if as_json:
        print_json({"doc_id": targets.stone.doc_id, "version": done.version, "versions_rewritten": list(purged.rewritten),
                    "raw_paths": [one.raw_path for one in targets.places], "copies_that_stay": list(targets.stays),
                    "receipt": str(done.receipt)})  # fmt: skip
        return
    out = console()
    rewritten = ", ".join(str(number) for number in purged.rewritten) or "none"
    said = f" {targets.stone.doc_id}: version {done.version} is without it; rewritten: {rewritten}."
    out.print(marked("Taken down", "bold green", said))
    for path in sorted({one.raw_path for one in targets.places}):
        out.print(f"  still in raw/, delete it yourself: {path}", markup=False, soft_wrap=True)
    _print_stays(out, targets)
    out.print(f"Receipt: {done.receipt}", markup=False, soft_wrap=True)


def _print_stays(out: Any, targets: Targets) -> None:  # noqa: ANN401  a console
    for doc_id in targets.stays:
        out.print(
            f"  copy of it that stays: {doc_id}; `cleancopy trace {doc_id}` shows it",
            markup=False,
            soft_wrap=True,
        )
