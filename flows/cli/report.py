"""`trace` and `report`: what a version says of one document, and of all of them."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from flows.cli import app

if TYPE_CHECKING:
    from collections.abc import Iterable

    from rich.console import RenderableType

    from tasks.report.spans import Character
    from tasks.report.trace import Trace

Data = Annotated[Path | None, typer.Option("--data", help="Data folder.", show_default="data")]
TERMINAL_COLUMNS = 80  # where nobody sets a width


@app.command()
def trace(
    document: Annotated[str, typer.Argument(metavar="DOC_ID", help="A doc_id or its beginning, a path in raw/ or a url.")],
    char: Annotated[int | None, typer.Option("--char", metavar="N", help="Explain only the character at this position of the clean text.")] = None,
    version: Annotated[str, typer.Option("--in", metavar="V", help="The version: a number, a tag or latest.")] = "latest",
    html: Annotated[bool, typer.Option("--html", help="Write the page of the report, and print its path.")] = False,
    data: Data = None,
    as_json: Annotated[bool, typer.Option("--json", help="Print JSON, for programs: everything, in full.")] = False,
) -> None:  # fmt: skip
    """Explain one document: raw text, edits, copies, mentions, gates, versions."""
    from flows.cli.render import print_json  # noqa: PLC0415
    from tasks.report.record import character_record, trace_record  # noqa: PLC0415
    from tasks.report.trace import trace_document  # noqa: PLC0415
    from tasks.settings import load_settings  # noqa: PLC0415
    from tasks.versions.store import Store  # noqa: PLC0415

    store = Store(load_settings(data=data).data)
    found = trace_document(store, store.manifest(version), document)
    if char is not None:
        character = _character(found, char)
        if as_json:
            print_json(character_record(character))
            return
        from tasks.report.terminal import told_char  # noqa: PLC0415

        _print(told_char(character, (found.article or {}).get("text", "")))
    elif html:
        from tasks.report.trace_page import write_trace  # noqa: PLC0415

        print(write_trace(found, store.root / "reports" / "trace"))  # noqa: T201
    elif as_json:
        print_json(trace_record(found))
    else:
        from tasks.report.terminal import told  # noqa: PLC0415

        _print(told(found))


@app.command()
def report(
    version: Annotated[str, typer.Argument(metavar="V", help="A number, a tag or latest.")] = "latest",
    out: Annotated[Path | None, typer.Option("--out", metavar="FILE", help="Write it here, its trace pages in trace/ beside it.", show_default="in reports/ of the data folder")] = None,
    show: Annotated[bool, typer.Option("--open", help="Open it in the browser.")] = False,
    data: Data = None,
) -> None:  # fmt: skip
    """Write a version's page, one self-contained HTML file, and print its path."""
    from flows.prefect_home import home  # noqa: PLC0415
    from flows.serving_address import known_address  # noqa: PLC0415
    from tasks.report.pages import write_report  # noqa: PLC0415
    from tasks.settings import load_settings  # noqa: PLC0415
    from tasks.versions.store import Store  # noqa: PLC0415

    store = Store(load_settings(data=data).data)
    address = known_address(home())
    link = address.form_link if address else None
    path = write_report(store, store.manifest(version), out, link=link)
    print(path)  # noqa: T201
    if show and not _opened(path):
        print(f"no browser here; open {path.absolute().as_uri()}", file=sys.stderr)  # noqa: T201


def _opened(path: Path) -> bool:
    import webbrowser  # noqa: PLC0415

    return webbrowser.open(path.absolute().as_uri())


def _character(found: Trace, position: int) -> Character:
    from tasks.errors import UsageError  # noqa: PLC0415
    from tasks.report.spans import explain_char  # noqa: PLC0415

    if found.raw_text is None or not found.spans:
        raise UsageError(
            f"{found.identity.doc_id} is {found.identity.state}: it has no clean text to explain"
        )
    return explain_char(found.raw_text, found.edits, position, found.encoded)


def _print(sections: Iterable[RenderableType]) -> None:
    from flows.cli.render import console  # noqa: PLC0415

    out = console(columns=TERMINAL_COLUMNS)
    for section in sections:
        out.print(section)
