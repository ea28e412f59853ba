"""`gates`: the rules with their why, and the columns that no rule looks at."""

from __future__ import annotations

from typing import Annotated, Any

import typer

from flows.cli import app


@app.command()
def gates(
    stage: Annotated[str | None, typer.Argument(help="Only this stage's rules: ingest, clean, dedup, entities, export.")] = None,
    coverage: Annotated[bool, typer.Option("--coverage", help="Columns that no rule looks at.")] = False,
    as_json: Annotated[bool, typer.Option("--json", help="Print JSON, for programs.")] = False,
) -> None:  # fmt: skip
    """Show the rules: what must be true, what happens where it is not, and why."""
    from flows.cli.render import print_json  # noqa: PLC0415
    from tasks.errors import UsageError  # noqa: PLC0415
    from tasks.gates.judge import STAGES  # noqa: PLC0415  pyarrow, which `--help` does not need

    if stage is not None and stage not in STAGES:
        raise UsageError(f"no such stage: {stage}; gates stand behind {', '.join(STAGES)}")
    chosen = (stage,) if stage else STAGES
    if coverage:
        answer = {name: _uncovered(name) for name in chosen}
        print_json(answer) if as_json else _print_coverage(answer)
        return
    rules = [rule for name in chosen for rule in _rules(name)]
    print_json(rules) if as_json else _print_rules(rules)


def _rules(stage: str) -> list[dict[str, Any]]:
    """Every rule of a stage, those too that need a version to compare with."""
    from expectations.rules import Reference  # noqa: PLC0415  imports GX
    from tasks.gates.judge import load_suite  # noqa: PLC0415

    found = []
    for expectation in load_suite(stage, Reference(rows=1)).expectations:
        kwargs = {
            k: v
            for k, v in expectation.configuration.kwargs.items()
            if k not in {"batch_id", "column"} and v is not None
        }
        meta = dict(expectation.meta)
        found.append(
            {
                "stage": stage,
                **meta,
                "column": expectation.column,
                "expects": expectation.expectation_type,
                "bounds": kwargs,
            }
        )
    return found


def _uncovered(stage: str) -> list[str] | None:
    """Columns of the stage's rows that no rule looks at; None where its rules see one row of figures, not rows."""
    from tasks import schema  # noqa: PLC0415

    tables = {
        "ingest": schema.INGEST_CHECKS,
        "clean": schema.CLEAN_CHECKS,
        "entities": schema.ENTITIES_CHECKS,
    }
    if stage not in tables:
        return None
    looked_at = {rule["column"] for rule in _rules(stage)}
    derived = {"cut_frac": "overcut_frac", "n_cuts": "cuts_ratio", "language": "language_distance", "has_date": "published_frac",
               "n_mentions": "no_mentions_frac"}  # fmt: skip
    return [
        c
        for c in tables[stage].schema.names
        if c != "batch" and c not in looked_at and derived.get(c) not in looked_at
    ]


def _print_rules(rules: list[dict[str, Any]]) -> None:
    from rich.text import Text  # noqa: PLC0415

    from flows.cli.render import console, listing  # noqa: PLC0415

    table = listing("stage", "rule", "on failure", "what must be true", "why", names=["rule"])
    for rule in rules:
        bounds = ", ".join(
            f"{k.removesuffix('_value')} {v}"
            for k, v in rule["bounds"].items()
            if k in ("min_value", "max_value", "value_set", "regex")
        )
        tolerance = f", up to {rule['tolerance']:.1%}" if rule["tolerance"] else ""
        table.add_row(
            rule["stage"],
            Text(rule["rule"], style="bold"),
            rule["on_fail"] + tolerance,
            f"{rule['column']} {bounds}",
            rule["why"],
        )
    console().print(table)


def _print_coverage(uncovered: dict[str, list[str] | None]) -> None:
    from flows.cli.render import console, marked  # noqa: PLC0415

    for stage, columns in uncovered.items():
        said = ", ".join(columns or ()) or "every column has a rule"
        told = "its rules look at figures of the whole corpus" if columns is None else said
        console().print(marked(f"{stage:<10}", "bold", f" {told}"))
