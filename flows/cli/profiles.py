"""`learn-profiles`: which lines come again and again in a source."""

from __future__ import annotations

import shlex
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from flows.cli import app

if TYPE_CHECKING:
    from flows.profiles import Learned
    from tasks.profiles import Profile

SHOWN_LINES = 15


@app.command("learn-profiles")
def learn_profiles(
    source: Annotated[list[str] | None, typer.Option("--source", metavar="S", help="Only this source; may be repeated.")] = None,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Only show what would be learned.")] = False,
    data: Annotated[Path | None, typer.Option("--data", help="Data folder.", show_default="data")] = None,
    as_json: Annotated[bool, typer.Option("--json", help="Print JSON, for programs: every line counted.")] = False,
) -> None:  # fmt: skip
    """Learn from the newest version which lines many stories of a source have: clean cuts them from then on.

    Batches cleaned before keep what they are; `backfill --from-stage clean` brings them over.
    """
    from flows.cli.render import console, print_json  # noqa: PLC0415
    from flows.profiles import learn, record, said  # noqa: PLC0415  pyarrow, which `--help` does not need
    from tasks.settings import load_settings  # noqa: PLC0415

    learned = learn(load_settings(data=data), source or (), dry_run=dry_run)
    if as_json:
        print_json([record(one) for one in learned])
        return
    out = console()
    for one in learned:
        out.print(said(one), markup=False)
        if one.profile is not None:
            _print_lines(one.profile)
    _print_next(learned, data, dry_run=dry_run)


def _print_lines(profile: Profile) -> None:
    """The most frequent lines that only the profile cuts everywhere."""
    from rich.text import Text  # noqa: PLC0415

    from flows.cli.render import console, listing  # noqa: PLC0415

    missed = [line for line in profile.lines.values() if profile.says_boilerplate(line) and line.cut_frac < 1]
    missed.sort(key=lambda line: (-line.n_stories * (1 - line.cut_frac), line.sample))
    if not missed:
        return
    table = listing("stories", "cut so far", "as", "line")
    for line in missed[:SHOWN_LINES]:
        sample = Text(line.sample, overflow="ellipsis", no_wrap=True)
        table.add_row(
            f"{line.n_stories} of {profile.n_stories}", f"{line.cut_frac:.0%}", line.kind or "", sample
        )
    console().print(table)
    if len(missed) > SHOWN_LINES:
        console().print(f"and {len(missed) - SHOWN_LINES} more; --json shows all")


def _print_next(learned: list[Learned], data: Path | None, *, dry_run: bool) -> None:
    from flows.cli.render import console  # noqa: PLC0415

    changed = [one.source for one in learned if one.changed]
    if dry_run:
        console().print(f"Dry run: {len(changed)} profiles would change.")
    elif changed:
        words = [word for source in changed for word in ("--source", source)]
        words += [
            "--from-stage",
            "clean",
            "--reason",
            "new profiles",
            *(("--data", str(data)) if data else ()),
        ]
        console().print(
            "New documents are cleaned with them. For those that are there: cleancopy backfill --from D --to D "
            + shlex.join(words),
            soft_wrap=True,
        )
