"""`verify`."""

from __future__ import annotations

from typing import Annotated

import typer

from flows.cli import app
from flows.cli.versions import AsJson, Data
from tasks.counting import counted


@app.command()
def verify(
    version: Annotated[str, typer.Argument(metavar="V", help="A number, a tag or latest.")] = "latest",
    every: Annotated[bool, typer.Option("--all", help="Every version that is kept, each shared file once.")] = False,
    data: Data = None, as_json: AsJson = False,
) -> None:  # fmt: skip
    """Hold every file of a version against the SHA-256 its manifest names."""
    from flows.cli.render import console, print_json  # noqa: PLC0415
    from tasks.errors import CorruptPart  # noqa: PLC0415
    from tasks.settings import load_settings  # noqa: PLC0415
    from tasks.versions.manifest import plain  # noqa: PLC0415
    from tasks.versions.publish import MADE_AGAIN  # noqa: PLC0415
    from tasks.versions.store import Store  # noqa: PLC0415

    store = Store(load_settings(data=data).data)
    found = store.verify_versions(store.versions() if every else [version])
    if as_json:
        print_json(plain(found))
    else:
        out = console()
        for one in found.damaged:
            listed = ", ".join(map(str, one.versions))
            out.print(f"{one.path} {one.how} (version {listed})", markup=False, soft_wrap=True)
        if not found.damaged:
            numbers = ", ".join(map(str, found.versions)) or "none"
            out.print(
                f"version {numbers}: {counted(found.n_files, 'file')}, {found.n_bytes / 1e6:,.1f} MB, all as written"
            )
    if found.damaged:
        raise CorruptPart(
            f"{len(found.damaged):,} of {counted(found.n_files, 'file')} are not as they were written: changed by hand, or the "
            "disk is failing. Put them back from a copy of the data folder, under each name. Without a copy: what the newest "
            "version lists is, once deleted under each name, "
            f"{MADE_AGAIN}; the release folder of an older version, once deleted whole, is linked again by the next command"
        )
