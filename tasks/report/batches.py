"""The batches of a version: the grid of sources and days, and those that somebody should look at."""

from __future__ import annotations

import shlex
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from tasks.plan import UNDATED
from tasks.recipes import STAGES
from tasks.report.html import Html, folded, joined, link, tag
from tasks.report.plots import picture, rect, text
from tasks.report.showing import clipped
from tasks.versions.manifest import Batch, Manifest

Form = dict[str, Any]  # Any: the backfill form's fields by name
FormLink = Callable[[Form], str | None]

SOURCES, DAYS, LISTED = 30, 60, 60
AT_ONCE, FEW_SOURCES = 3, 4
NO_DAY = "1970-01-01"  # the form requires days; no batch has this one
CELL = 13.0


@dataclass(frozen=True, slots=True)
class Look:
    """A batch to look at: why, and the backfill that would redo it."""

    batch: str
    status: str
    why: str
    form: Form


def looks(manifest: Manifest, older: Mapping[str, Sequence[str]]) -> list[Look]:
    """The batches that are held, pinned, of an older recipe, or have rows set aside; the gravest first."""
    found = []
    for batch, entry in sorted(manifest.batches.items()):
        aside = entry.n_set_aside
        if entry.status == "held":
            rules = ", ".join(entry.refused.rules) if entry.refused else "a gate"
            found.append((0, Look(batch, "held", f"held by {rules}", form_of(batch, "failed"))))
        elif entry.status == "pinned":
            why = f"pinned by {entry.pinned.by}: {entry.pinned.reason}" if entry.pinned else "pinned"
            found.append((1, Look(batch, "pinned", why, form_of(batch, "all"))))
        elif aside:
            found.append(
                (
                    2,
                    Look(
                        batch,
                        "set aside",
                        f"{aside:,} {'document' if aside == 1 else 'documents'} set aside",
                        form_of(batch, "failed"),
                    ),
                )
            )
        elif batch in older:
            why = f"older recipe of {', '.join(older[batch])}"
            found.append((3, Look(batch, "older recipe", why, form_of(batch, "missing", older[batch][0]))))
    return [look for _, look in sorted(found, key=lambda one: (one[0], one[1].batch))]


def older_recipes(versions: Sequence[Manifest]) -> dict[str, list[str]]:
    """Batches of the last version whose recipe is older than the newest their source has seen, by stage.

    versions: the oldest first. Which of two recipes is newer is told by the version each came in with.
    """
    first: dict[tuple[str, str], dict[str, int]] = {}
    for manifest in versions:
        for batch, entry in manifest.batches.items():
            for stage, recipe in entry.recipe.items():
                first.setdefault((_source(batch), stage), {}).setdefault(recipe, manifest.version)
    found: dict[str, list[str]] = {}
    for batch, entry in versions[-1].batches.items():
        for stage in STAGES:
            seen = first.get((_source(batch), stage), {})
            if stage in entry.recipe and seen[entry.recipe[stage]] < max(seen.values()):
                found.setdefault(batch, []).append(stage)
    return found


def form_of(batch: str, reprocess: str, from_stage: str = "ingest") -> Form:
    """The backfill form filled in for one batch, as a dry run: what is really done takes a second look."""
    source, day = batch.rsplit("/", 1)
    return {
        "start": NO_DAY if day == UNDATED else day, "end": NO_DAY if day == UNDATED else day, "sources": [source],
        "undated": day == UNDATED, "from_stage": from_stage, "reprocess": reprocess, "dry_run": True,
    }  # fmt: skip


def command_of(form: Form) -> str:
    """The command line that does what the form does, to copy."""
    words = ["cleancopy", "backfill", "--from", form["start"], "--to", form["end"]]
    for source in form["sources"]:
        words += ["--source", source]
    words += ["--undated"] if form["undated"] else []
    words += ["--from-stage", form["from_stage"]] if form["from_stage"] != "ingest" else []
    return shlex.join([*words, "--reprocess", form["reprocess"], "--dry-run"])


def redo(form: Form, form_link: FormLink | None, words: str = "Backfill this batch") -> Html:
    """A link to the filled-in form, or the command to copy."""
    href = form_link(form) if form_link else None
    if href:
        return link(href, words)
    parts = command_of(form).replace(" --", "\n--").split("\n")
    return tag("code", joined((tag("span", part) for part in parts), " "), class_="command")


def look_table(found: Sequence[Look], form_link: FormLink | None) -> Html:
    """The batches to look at, each with the way to redo it."""
    rows = [
        (look.batch, tag("span", look.status, class_=f"mark {look.status.replace(' ', '-')}"), look.why, redo(look.form, form_link))
        for look in found[:LISTED]
    ]  # fmt: skip
    more = tag("p", f"And {len(found) - LISTED:,} more.", class_="note") if len(found) > LISTED else None
    return joined([_at_once(found, form_link), folded(("batch", "", "why", "redo it"), rows), more])


def _at_once(found: Sequence[Look], form_link: FormLink | None) -> Html | None:
    """The one backfill that redoes every batch that was held or has rows set aside."""
    failed = [look.form for look in found if look.form["reprocess"] == "failed"]
    if len(failed) < AT_ONCE:
        return None
    days = sorted(form["start"] for form in failed if not form["undated"]) or [NO_DAY]
    undated = any(form["undated"] for form in failed)
    sources = sorted({source for form in failed for source in form["sources"]})
    form = {**failed[0], "start": days[0], "end": days[-1], "undated": undated, "sources": sources if len(sources) <= FEW_SOURCES else []}  # fmt: skip
    words = f"The {len(failed):,} that were held or have documents set aside, at once: "
    return tag("p", words, redo(form, form_link, "Backfill them"), class_="note")


def grid(manifest: Manifest, older: Mapping[str, Sequence[str]]) -> Html:
    """Sources down, days across, a square for each batch coloured by what became of it."""
    rows = _largest_sources(manifest)
    all_days = sorted({batch.rsplit("/", 1)[1] for batch in manifest.batches} - {UNDATED})
    days = all_days[-DAYS:]
    has_undated = any(batch.endswith("/" + UNDATED) for batch in manifest.batches)
    left, pitch = 190.0, CELL + 3
    shapes: list[Html] = []
    for number, source in enumerate(rows):
        y = 24 + number * pitch
        shapes.append(text(left - 10, y + 11, clipped(source, 25), None, "end"))
        for at, day in enumerate([*days, *([UNDATED] if has_undated else [])]):
            entry = manifest.batches.get(f"{source}/{day}")
            if entry is not None:
                x = left + at * pitch + (10 if day == UNDATED else 0)
                shapes.append(
                    rect(
                        x,
                        y,
                        CELL,
                        CELL,
                        f"cell {_colour(entry, f'{source}/{day}', older)}",
                        _tip(source, day, entry),
                    )
                )
    if days:
        shapes.append(text(left, 14, days[0], "small"))
        if len(days) > 10:
            shapes.append(text(left + (len(days) - 1) * pitch + CELL, 14, days[-1], "small", "end"))
    if has_undated:
        shapes.append(
            text(
                left + len(days) * pitch + 10,
                14 if len(days) != 1 else 2,
                "undated" if len(days) > 5 else "",
                "small",
            )
        )
    drawn = picture(24 + len(rows) * pitch + 4, "Batches by source and day", *shapes)
    n_sources = len({_source(batch) for batch in manifest.batches})
    left_out = [
        *([f"{n_sources - len(rows):,} sources with fewer documents"] if n_sources > len(rows) else []),
        *([f"{len(all_days) - len(days):,} earlier days"] if len(all_days) > len(days) else []),
    ]
    note = tag("p", f"Not shown: {' and '.join(left_out)}.", class_="note") if left_out else None
    return joined([drawn, _legend(manifest, older), note])


def _legend(manifest: Manifest, older: Mapping[str, Sequence[str]]) -> Html:
    present = {_colour(entry, batch, older) for batch, entry in manifest.batches.items()}
    tells = {"published": "published", "some-aside": "published, some set aside", "older": "older recipe",
             "pinned": "pinned", "held": "held by a gate"}  # fmt: skip
    keys = [
        tag("span", tag("i", class_=f"key {name}"), told) for name, told in tells.items() if name in present
    ]
    return tag("p", *keys, class_="legend")


def _colour(entry: Batch, batch: str, older: Mapping[str, Sequence[str]]) -> str:
    if entry.status != "published":
        return entry.status
    return "some-aside" if entry.n_set_aside else "older" if batch in older else "published"


def _tip(source: str, day: str, entry: Batch) -> str:
    n_in = entry.counts.get("ingest", {}).get("rows_in", 0)
    kept = entry.counts.get("entities", {}).get("kept", 0)
    return f"{source} {day}: {entry.status}, {kept:,} articles of {n_in:,} documents"


def _largest_sources(manifest: Manifest) -> list[str]:
    sizes: dict[str, int] = {}
    for batch, entry in manifest.batches.items():
        n = entry.counts.get("ingest", {}).get("rows_in", 0)
        sizes[_source(batch)] = sizes.get(_source(batch), 0) + n
    largest = sorted(sizes, key=lambda source: (-sizes[source], source))[:SOURCES]
    return sorted(largest)


def _source(batch: str) -> str:
    return batch.rsplit("/", 1)[0]
