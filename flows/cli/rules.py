"""`rules add` and `rules list`: a line that stays or goes, because a person says so."""

from __future__ import annotations

import shlex
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from flows.cli import app
from tasks.counting import counted

if TYPE_CHECKING:
    from tasks.clean.own_rules import Wish
    from tasks.report.effects import Effect

SHOWN = 5  # documents named

rules = typer.Typer(
    no_args_is_help=True, help="Your own rules on single lines: what must stay, what must go."
)
app.add_typer(rules, name="rules")


@rules.command()
def add(
    keep: Annotated[str | None, typer.Option("--keep", metavar="LINE", help="This line, or part of a line, stays, whoever would cut it.")] = None,
    cut: Annotated[str | None, typer.Option("--cut", metavar="LINE", help="This line goes.")] = None,
    reason: Annotated[str, typer.Option("--reason", metavar="TEXT", help="Why; written into the rule.")] = "",
    source: Annotated[str | None, typer.Option("--source", metavar="S", help="Only in this source; else in all.")] = None,
    kind: Annotated[str, typer.Option("--kind", metavar="KIND", help="What a cut line is: related, share, caption, ...")] = "other",
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Only show the rule and what it would do.")] = False,
    data: Annotated[Path | None, typer.Option("--data", help="Data folder whose newest version shows the effect.", show_default="data")] = None,
) -> None:  # fmt: skip
    """Write a rule with its example, tried out before it is written; say what it does to the newest version.

    The rule lies in tasks/clean/rules/own.toml, or in rules/sources/S.toml: a file to review and to commit.
    """
    from flows.cli.render import console  # noqa: PLC0415
    from tasks.clean import own_rules  # noqa: PLC0415
    from tasks.clean import rules as rule_files  # noqa: PLC0415
    from tasks.errors import UsageError  # noqa: PLC0415

    if (keep is None) == (cut is None):
        raise UsageError("say either --keep LINE or --cut LINE")
    line, does = (keep, "keep") if keep is not None else (cut or "", "cut")
    wish = own_rules.Wish(line, does, reason, source, kind)  # type: ignore[arg-type]  # one of the two
    written = own_rules.add_rule(wish, rule_files.FOLDER, dry_run=dry_run)
    out = console()
    out.print(
        f"{'Would write' if dry_run else 'Wrote'} {written.id} to {written.path}:",
        markup=False,
        soft_wrap=True,
    )
    out.print("\n" + written.text, markup=False, style="dim", soft_wrap=True)
    _print_effect(wish, data, dry_run=dry_run)


@rules.command("list")
def list_rules(
    source: Annotated[str | None, typer.Option("--source", metavar="S", help="Those for this source, and those for all.")] = None,
    as_json: Annotated[bool, typer.Option("--json", help="Print JSON, for programs.")] = False,
) -> None:  # fmt: skip
    """List your own rules; those that ship are in tasks/clean/rules/."""
    from dataclasses import asdict  # noqa: PLC0415

    from rich.text import Text  # noqa: PLC0415

    from flows.cli.render import console, listing, print_json  # noqa: PLC0415
    from tasks.clean import own_rules  # noqa: PLC0415
    from tasks.clean import rules as rule_files  # noqa: PLC0415

    found = [
        one
        for one in own_rules.own_rules(rule_files.FOLDER)
        if source in (None, one.source) or one.source is None
    ]
    if as_json:
        print_json([asdict(one) for one in found])
        return
    if not found:
        console().print(
            f"No rules of your own yet{f' for {source}' if source else ''} in {rule_files.FOLDER}: "
            "`cleancopy rules add` writes the first."
        )
        return
    table = listing("source", "rule", "does", "line", "why")
    for one in found:
        table.add_row(*(Text(cell) for cell in (one.source or "all", one.id, one.does, one.line, one.about)))
    console().print(table)


def _print_effect(wish: Wish, data: Path | None, *, dry_run: bool) -> None:
    from flows.cli.render import console  # noqa: PLC0415
    from tasks.report.effects import effect_of  # noqa: PLC0415
    from tasks.settings import load_settings  # noqa: PLC0415
    from tasks.versions.store import Store  # noqa: PLC0415

    settings = load_settings(data=data)
    manifest = Store(settings.data).head()
    if manifest is None:
        console().print(f"No version in {settings.data} to try it on.")
        return
    sources = sorted({batch.rsplit("/", 1)[0] for batch in manifest.batches})
    if wish.source and wish.source not in sources:
        console().print(
            f"Version {manifest.version} has no source {wish.source}, it has {', '.join(sources)}: "
            "until there is one of that name, the rule does nothing.",
            soft_wrap=True,
        )
        return
    found = effect_of(
        Store(settings.data), manifest, wish.line, source=wish.source, restores=wish.does == "keep"
    )
    console().print(_told(found, wish, manifest.version), markup=False, soft_wrap=True)
    if found.n_documents and not dry_run:
        days = sorted(batch.rsplit("/", 1)[1] for batch in found.batches)
        span = [day for day in days if day != "undated"] or ["2000-01-01"]
        words = ["cleancopy", "backfill", "--from", span[0], "--to", span[-1]]
        for name in sorted({batch.rsplit("/", 1)[0] for batch in found.batches}):
            words += ["--source", name]
        words += ["--undated"] if "undated" in days else []
        words += ["--from-stage", "clean", "--reason", "a rule of ours"]
        words += ["--data", str(data)] if data else []
        console().print(f"Bring them over:  {shlex.join(words)}", soft_wrap=True)


def _told(found: Effect, wish: Wish, version: int) -> str:
    if not found.n_documents:
        state = "no cut is this line" if wish.does == "keep" else "no article has this line"
        return f"In version {version} {state}: nothing there would change."
    named = ", ".join(found.documents[:SHOWN]) + (", ..." if found.n_documents > SHOWN else "")
    if wish.does == "keep":
        by = ", ".join(f"{rule} {n}" for rule, n in found.rules.items())
        return f"In version {version} it restores {counted(found.n_places, 'cut')} ({by}) in {counted(found.n_documents, 'document')}: {named}"
    return f"In version {version} it cuts {counted(found.n_places, 'line')} in {counted(found.n_documents, 'article')}: {named}"
