"""What the last gate looks at: the candidate's files as they lie on disk."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass

import pyarrow.compute as pc

from tasks import schema
from tasks.errors import CorruptPart
from tasks.export.assemble import Assembled
from tasks.export.layout import UNKNOWN_MONTH
from tasks.versions.parts import Part
from tasks.versions.store import Store


@dataclass(slots=True)
class _Findings:
    n_schema_errors: int = 0
    n_wrong_month: int = 0
    n_bad_files: int = 0


def audit(store: Store, assembled: Assembled, published: Collection[str], base_rows: int) -> dict[str, float]:
    """The figures of the export gate.

    published: paths of the parts that the last version lists: they were judged when it was published and are
    only looked for; every other file is read, hashed and compared with the contract.
    """
    findings = _Findings()
    for name, partitions in assembled.tables.items():
        for month, parts in partitions.items():
            for part in parts:
                _audit_part(
                    store, schema.PUBLISHED[name], month, part, findings, is_new=part.path not in published
                )
    rows = {
        name: sum(p.rows for parts in table.values() for p in parts)
        for name, table in assembled.tables.items()
    }
    n_articles = rows["articles"]
    return {
        "n_schema_errors": findings.n_schema_errors,
        "n_wrong_month": findings.n_wrong_month,
        "n_bad_files": findings.n_bad_files,
        "n_rows_missing": sum(abs(rows[name] - n) for name, n in assembled.n_rows_in.items()),
        "n_repeated_ids": assembled.n_repeated_ids,
        "n_articles": n_articles,
        "rows_change": round((n_articles - base_rows) / base_rows, 4) if base_rows else 0.0,
    }


def paths(tables: Mapping[str, Mapping[str, Collection[Part]]]) -> set[str]:
    """The paths of all parts of a version's tables."""
    return {part.path for partitions in tables.values() for parts in partitions.values() for part in parts}


def _audit_part(  # noqa: PLR0913  what one file is compared with
    store: Store, table: schema.Table, month: str, part: Part, findings: _Findings, *, is_new: bool
) -> None:  # fmt: skip
    try:
        if not is_new:
            store.read_part(part, columns=[])
            return
        rows = store.read_part(part)  # whole: held against its SHA-256
    except CorruptPart:
        findings.n_bad_files += 1
        return
    findings.n_schema_errors += not rows.schema.equals(table.schema)
    if table.name == "articles":
        months = pc.fill_null(pc.strftime(rows.column("published_at"), format="%Y-%m"), UNKNOWN_MONTH)
        findings.n_wrong_month += int(pc.sum(pc.not_equal(months, month)).as_py() or 0)
