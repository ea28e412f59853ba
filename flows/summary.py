"""What a run did, as plain values: for the terminal, for `--json`, for Prefect's artifacts."""

from __future__ import annotations

from collections import Counter
from pathlib import Path
from typing import Any

import pyarrow.parquet as pq

from flows.dag import Outcome
from tasks import schema
from tasks.batches import BatchWork
from tasks.counting import counted
from tasks.gates.report import told_stages
from tasks.plan import Plan
from tasks.settings import Settings
from tasks.versions.manifest import Manifest
from tasks.versions.store import Store

Summary = dict[str, Any]  # Any: JSON


def summarize(outcome: Outcome, settings: Settings, report: Path | None = None) -> Summary:
    """The summary of a run that ended well: every count of the batches it worked on, and the version."""
    store = Store(settings.data)
    manifest = outcome.committed.manifest
    verdicts = [verdict for report in outcome.reports for verdict in report.verdicts]
    going = [work for work in outcome.works if not work.held]
    return {
        "version": manifest.version,
        "is_new": outcome.committed.is_new,
        "batches": {"done": [w.name for w in going], "held": {k: list(v) for k, v in outcome.held.items()},
                    "held_before": list(outcome.plan.held), "pinned": list(outcome.plan.pinned),
                    "unchanged": outcome.plan.unchanged},
        "stages": {stage: dict(counts) for stage, counts in outcome.counts.items()},
        "dropped": _dropped(store, going),
        "quarantined": _quarantined(outcome.works),
        "replayed": _replayed(store, outcome),
        "cuts": _sum(work.profile.get("cuts", {}) for work in going),
        "mentions": _sum(work.profile.get("entities", {}) for work in going),
        "duplicates": _duplicates(store, manifest),
        "tables": {name: entry.rows for name, entry in manifest.tables.items()},
        "gates": {
            "rules": len({(v.stage, v.rule) for v in verdicts}),
            "passed": len({(v.stage, v.rule) for v in verdicts} - {(v.stage, v.rule) for v in verdicts if v.status != "passed"}),
            "told": [v.as_json() | {"line": v.told()} for v in told_stages(outcome.reports)],
        },
        "set_aside_in": f"{settings.data}/quarantine",
        "read": read_line(settings, manifest),
        "report": str(report) if report else None,
    }  # fmt: skip


def read_line(settings: Settings, manifest: Manifest) -> str:
    """The line of Python that reads the result."""
    return f'pd.read_parquet("{settings.data}/releases/{manifest.version:08d}/articles")'


def _dropped(store: Store, works: list[BatchWork]) -> dict[str, int]:
    parts = [
        d.parts["dropped"] for w in works for done in w.results.values() for d in done if "dropped" in d.parts
    ]
    return _counted(store.read_parts(schema.DROPPED, parts, ["reason"]).column("reason").to_pylist())


def _quarantined(works: tuple[BatchWork, ...]) -> dict[str, int]:
    paths = [path for work in works for path in work.quarantine]
    rows = [pq.read_table(path, columns=["rules"]).column("rules").to_pylist() for path in paths]
    return _counted([rule for listed in rows for rules in listed for rule in rules])


def _replayed(store: Store, outcome: Outcome) -> dict[str, int] | None:
    """Rows set aside before and now in the batches that were redone because of them; None where none was."""
    batches = [one.batch for one in outcome.plan.todo if one.why == "failed"]
    now = outcome.committed.manifest
    before = store.manifest(now.parent) if outcome.committed.is_new and now.parent else now
    n_before, n_now = (
        sum(m.batches[b].n_set_aside for b in batches if b in m.batches) for m in (before, now)
    )
    return (
        {"batches": len(batches), "set_aside_before": n_before, "set_aside_now": n_now} if batches else None
    )


def _duplicates(store: Store, manifest: Manifest) -> dict[str, int]:
    relations = store.read_table(manifest, "pairs", ["relation"]).column("relation").to_pylist()
    clusters = manifest.tables["articles"].rows - _n_canonical(store, manifest)
    return {"articles": clusters, **_counted(relations)}


def _n_canonical(store: Store, manifest: Manifest) -> int:
    return sum(store.read_table(manifest, "clusters", ["is_canonical"]).column(0).to_pylist())


def _sum(counters: Any) -> dict[str, int]:  # noqa: ANN401  an iterable of counters
    total: Counter[str] = Counter()
    for one in counters:
        total.update(one)
    return dict(total.most_common())


def would_be_redone(plan: Summary) -> str:
    """What a backfill would do, in a few words. plan: as `planned` has it."""
    todo, left = counted(len(plan["todo"]), "batch", "batches"), plan["unchanged"]
    return f"{todo} would be redone, {left:,} {'has' if left == 1 else 'have'} nothing to do"


def _counted(values: list[str]) -> dict[str, int]:
    return dict(sorted(Counter(values).items(), key=lambda one: (-one[1], one[0])))


def planned(plan: Plan) -> Summary:
    """What a plan would do, for a dry run."""
    return {
        "dry_run": True,
        "todo": [{"batch": one.batch, "from_stage": one.from_stage, "why": one.why, "replaces": one.replaces} for one in plan.todo],
        "unchanged": plan.unchanged,
        "pinned": list(plan.pinned),
        "corpus_only": plan.corpus_only,
        "missed": plan.missed,
    }  # fmt: skip
