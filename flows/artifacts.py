"""What a run leaves on its page: the summary, the gates, the difference, and links that open the form filled in.

News text and names from outside are written as entities: markdown and HTML in them stay letters.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from typing import Any

import pyarrow.parquet as pq
from prefect.artifacts import create_markdown_artifact

from flows.dag import Outcome
from flows.links import Links, links
from flows.markdown import MAX_ROWS, TEXT_CHARS, plain, table
from flows.serving_client import is_lost, still_answers
from flows.summary import Summary, would_be_redone
from tasks.batches import BatchWork
from tasks.gates.report import CORPUS, GateReport, Verdict, told_stages
from tasks.plan import UNDATED, has_failed
from tasks.recipes import STAGES, stage_recipes
from tasks.settings import Settings
from tasks.versions.diff import Diff
from tasks.versions.manifest import Batch, Manifest
from tasks.versions.store import Store

_LOG = logging.getLogger(__name__)

NEXT_LEARNED = "New documents are cleaned with them; a backfill from clean brings over those that are there."

DO_IT = "Do it: the same form with the dry run switched off"

Page = tuple[str, Callable[[], str], str]  # key, its text, its description


# what a run leaves


def leave_published(outcome: Outcome, summary: Summary, settings: Settings) -> None:
    """The artifacts of a run that went through."""
    leave(*_pages_of(outcome, summary, settings, links()))


def _pages_of(outcome: Outcome, summary: Summary, settings: Settings, to: Links) -> Iterator[Page]:
    manifest = outcome.committed.manifest
    yield (
        "summary",
        lambda: summary_text(outcome, summary, settings, to),
        f"what went into version {manifest.version}",
    )
    yield (
        "gates",
        lambda: gates_text(outcome.reports, outcome.works, to),
        "the rules, and the rows that failed them",
    )
    if outcome.committed.is_new and manifest.parent:
        before: int = manifest.parent
        yield (
            "difference",
            lambda: difference_text(Store(settings.data).diff(before, manifest.version)),
            f"version {manifest.version} against version {before}",
        )
    if report := to.report(settings, manifest.version):
        yield "report", lambda: report, f"the report of version {manifest.version}"


def leave_stopped(reports: Sequence[GateReport], works: Sequence[BatchWork]) -> None:
    """The gates of a run that one of them stopped."""
    leave(("gates", lambda: gates_text(reports, works, links()), "the gate that stopped this run"))


def leave_nothing(said: str, base: Manifest | None, settings: Settings) -> None:
    """The summary of a run that found nothing to do."""

    def text() -> str:
        return joined(plain(said, TEXT_CHARS), attention_text(base, settings, links()))

    leave(("summary", text, "nothing to do"))


def leave_plan(plan: Summary, given: Mapping[str, object], of: str = "backfill") -> None:
    """What a dry run would do, with the link that does it. of: the deployment's name."""
    leave(("plan", lambda: plan_text(plan, given, links(), of), f"what this {of} would do"))


def leave_refused(said: str, given: Mapping[str, object], of: str = "backfill") -> None:
    """Why a run was not begun, with the form to correct. of: the deployment's name."""
    leave(("refused", lambda: refused_text(said, given, links(), of), "why nothing was done"))


def leave_learned(told: Sequence[str], given: Mapping[str, object]) -> None:
    """What was learned of each source. given: of a dry run, whose link stores it."""

    def text() -> str:
        do_it = links().form("Store it: the same form with the dry run switched off", {**given, "dry_run": False}, "learn-profiles")  # fmt: skip
        return joined(
            "\n".join(f"- {plain(line, TEXT_CHARS)}" for line in told), do_it if given else NEXT_LEARNED
        )

    leave(("profiles", text, "what was learned of each source"))


def leave(*pages: Page) -> None:
    """What is published is published: a page that cannot be written is told, and no more."""
    if not still_answers():  # told once, by whoever waits for the run
        return
    for key, text, description in pages:
        try:
            create_markdown_artifact(key=key, markdown=text(), description=description)
        except Exception as error:  # noqa: BLE001  whatever it is, the run itself went well
            _LOG.warning("the artifact %s could not be left: %s: %s", key, type(error).__name__, error)
            if is_lost(error):  # each further page would wait a minute for a server that is gone
                return


# the texts


def summary_text(outcome: Outcome, summary: Summary, settings: Settings, to: Links) -> str:
    """Documents through the stages, whole and by batch, and what somebody should look at."""
    manifest = outcome.committed.manifest
    verb = "Published version" if summary["is_new"] else "Nothing changed: still version"
    rows = ", ".join(f"{n:,} {name}" for name, n in summary["tables"].items())
    n_lines = sum(len([s for s in STAGES if work.results.get(s)]) for work in outcome.works)
    head = ("batch", "stage", "in", "kept", "dropped", "set aside", "spans cut", "")
    return joined(
        f"# {verb} {manifest.version}",
        plain(manifest.reason, TEXT_CHARS),
        f"{rows}.",
        to.report(settings, manifest.version),
        table(("stage", "in", "kept", "dropped", "set aside"), (
            (stage, *_counts(counts)) for stage, counts in summary["stages"].items())),
        "## Batches of this run",
        table(head, _batch_lines(outcome.works), n_lines),
        attention_text(manifest, settings, to),
    )  # fmt: skip


def _batch_lines(works: Iterable[BatchWork]) -> Iterator[tuple[str, ...]]:
    for work in works:
        for stage in STAGES:
            done = work.results.get(stage)
            if not done:
                continue
            counts = {name: sum(one.counts[name] for one in done) for name in done[0].counts}
            cuts = (
                f"{sum(work.profile.get('cuts', {}).values()):,}"
                if stage == "clean" and not work.held
                else ""
            )
            yield plain(work.name), stage, *_counts(counts), cuts, "**held**" if work.held else ""


def attention_text(manifest: Manifest | None, settings: Settings, to: Links) -> str:
    """Held batches, batches with rows in quarantine and batches of older rules, each with its link."""
    if manifest is None:
        return ""
    batches = manifest.batches.items()
    held = [(name, b) for name, b in batches if b.status == "held"]
    aside = [(name, b) for name, b in batches if b.status != "held" and has_failed(b)]
    older = [(name, stage) for name, b in batches if (stage := _older(name, b, settings))]
    return joined(
        "## Held batches" if held else "",
        table(("batch", "held by", "again"), (
            (plain(name), plain(", ".join(b.refused.rules) if b.refused else ""), to.batch(name, "failed"))
            for name, b in held), len(held)) if held else "",
        "## Batches with rows in quarantine" if aside else "",
        table(("batch", "rows", "again"), (
            (plain(name), f"{b.n_set_aside:,}", to.batch(name, "failed"))
            for name, b in aside), len(aside)) if aside else "",
        "## Batches of older rules" if older else "",
        _all_of(older, to),
        table(("batch", "older from stage", "again"), (
            (plain(name), stage, to.batch(name, "missing", stage)) for name, stage in older), len(older)) if older else "",
    )  # fmt: skip


def _older(name: str, batch: Batch, settings: Settings) -> str:
    """The first stage whose rules changed since the batch was published; empty if none did."""
    if not batch.parts or batch.status == "pinned":
        return ""
    current = stage_recipes(name.rsplit("/", 1)[0], settings)
    return next((stage for stage in STAGES if batch.recipe.get(stage) != current[stage]), "")


def _all_of(older: Sequence[tuple[str, str]], to: Links) -> str:
    days = sorted(day for name, _ in older if (day := name.rsplit("/", 1)[1]) != UNDATED)
    if len(older) < 2 or not days:
        return ""
    first = min((stage for _, stage in older), key=STAGES.index)
    undated = any(name.endswith(f"/{UNDATED}") for name, _ in older)
    wanted = {
        "start": days[0],
        "end": days[-1],
        "undated": undated,
        "from_stage": first,
        "reprocess": "missing",
        "dry_run": True,
    }
    return to.form(f"All {len(older):,} in one backfill", wanted)


def gates_text(reports: Sequence[GateReport], works: Sequence[BatchWork], to: Links) -> str:
    """Every verdict that somebody should read with its why, and the rows that were set aside."""
    verdicts = [v for report in reports for v in report.verdicts]
    rules = {(v.stage, v.rule) for v in verdicts}
    failed = {(v.stage, v.rule) for v in verdicts if v.status != "passed"}
    told = told_stages(reports)
    rows = (
        (f"**{v.status}**", plain(f"{v.stage}: {v.rule}"), _seen(v), plain(v.why), _again(v, to))
        for v in told
    )
    return joined(
        f"# {len(rules) - len(failed)} of {len(rules)} rules passed",
        table(("status", "rule", "seen", "why", "again"), rows, len(told)) if told else "",
        *_rows_aside(works, to),
    )


def _seen(verdict: Verdict) -> str:
    where = "" if verdict.batch == CORPUS else f"{verdict.batch}: "
    examples = f", e.g. {', '.join(verdict.examples[:2])}" if verdict.examples else ""
    return plain(f"{where}{verdict.observed}{examples}")


def _again(verdict: Verdict, to: Links) -> str:
    redoes = verdict.batch != CORPUS and verdict.status in ("held", "quarantined")
    return to.batch(verdict.batch, "failed") if redoes else ""


def _rows_aside(works: Sequence[BatchWork], to: Links) -> Iterator[str]:
    columns = ["doc_id", "batch", "raw_path", "stage", "rules"]
    paths = [path for work in works for path in work.quarantine]
    total = sum(pq.read_metadata(path).num_rows for path in paths)
    if not total:
        return
    rows = (row for path in paths for row in pq.read_table(path, columns=columns).to_pylist())
    yield "## Rows set aside"
    yield table(("document", "path in raw/", "failed", "again"), (
        (f"`{row['doc_id']}`", plain(row["raw_path"]), plain(f"{row['stage']}: {', '.join(row['rules'])}"),
         to.batch(row["batch"], "failed")) for row in rows), total)  # fmt: skip


def difference_text(found: Diff) -> str:
    """Rows by table, renamed clusters and entities, batches whose entry differs."""
    renamed = [(kind, one) for kind, listed in found.renamed.items() for one in listed]
    return joined(
        f"# Version {found.b} against version {found.a}",
        table(("table", "added", "removed", "changed", "in columns"), (
            (name, f"{rows.added.num_rows:,}", f"{rows.removed.num_rows:,}", f"{rows.changed.num_rows:,}",
             plain(", ".join(f"{column} {n:,}" for column, n in rows.changed_columns.items())))
            for name, rows in found.tables.items())),
        "## New names" if renamed else "",
        table(("kind", "was", "is", "rows"), (
            (kind, plain(one.old), plain(one.new), f"{one.members:,}") for kind, one in renamed), len(renamed))
        if renamed else "",
        f"Batches: {', '.join(plain(name) for name in found.batches[:MAX_ROWS])}" if found.batches else "",
    )  # fmt: skip


def plan_text(plan: Summary, given: Mapping[str, object], to: Links, of: str = "backfill") -> str:
    """The batches that would be redone, and the link that does it."""
    todo: list[dict[str, Any]] = plan["todo"]
    do_it = to.form(DO_IT, {**given, "dry_run": False}, of)
    return joined(
        f"# {would_be_redone(plan)}",
        "The steps over the whole corpus would be redone." if plan["corpus_only"] else "",
        table(("batch", "from stage", "why", "replaces published rows"), (
            (plain(one["batch"]), one["from_stage"], one["why"], "yes" if one["replaces"] else "no") for one in todo),
            len(todo)) if todo else "",
        do_it if todo or plan["corpus_only"] else "",
        f"Pinned, and left alone: {', '.join(plain(name) for name in plan['pinned'][:MAX_ROWS])}" if plan["pinned"] else "",
    )  # fmt: skip


def refused_text(said: str, given: Mapping[str, object], to: Links, of: str = "backfill") -> str:
    """What cannot be meant, and the link that opens the form as it was filled in."""
    return joined(
        "# Nothing was done",
        plain(said, TEXT_CHARS),
        to.form("Correct it: the form as it was filled in", given, of),
    )


def _counts(counts: Mapping[str, int]) -> tuple[str, ...]:
    return tuple(f"{counts[name]:,}" for name in ("rows_in", "kept", "dropped", "quarantined"))


def joined(*blocks: str) -> str:
    """Blocks of markdown, the empty ones left out."""
    return "\n\n".join(block for block in blocks if block)
