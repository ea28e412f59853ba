"""What a takedown or a rollback leaves on its page: what would go and what stays, or what went. None of a document's text."""

from __future__ import annotations

from collections.abc import Mapping

from flows.artifacts import DO_IT, difference_text, joined, leave
from flows.links import Links, links
from flows.markdown import plain, table
from flows.takedown import TakenDown
from tasks.counting import counted
from tasks.takedown.targets import Targets
from tasks.versions.diff import Diff


def leave_plan(found: Targets, given: Mapping[str, object]) -> None:
    """What a takedown would remove, with the link that does it."""
    leave(("plan", lambda: plan_text(found, given, links()), "what this takedown would remove"))


def leave_taken_down(done: TakenDown) -> None:
    """What a takedown removed, and what is left to do by hand."""
    leave(("takedown", lambda: taken_down_text(done), "what was removed, and what stays"))


def leave_way_back(found: Diff, given: Mapping[str, object]) -> None:
    """What a rollback would change, with the link that does it."""

    def text() -> str:
        return joined(difference_text(found), links().form(DO_IT, {**given, "dry_run": False}, "rollback"))

    leave(("plan", text, "what this rollback would change"))


def leave_difference(found: Diff) -> None:
    """What a rollback changed."""
    leave(("difference", lambda: difference_text(found), f"version {found.b} against version {found.a}"))


def plan_text(found: Targets, given: Mapping[str, object], to: Links) -> str:
    """The documents that would go, the versions that would be rewritten, the copies that would stay."""
    numbers = ", ".join(str(number) for number in found.versions) or "none"
    return joined(
        f"# {counted(len(found.places), 'document')} would go, from {'version' if len(found.versions) == 1 else 'versions'} {numbers}",
        _documents(found),
        _copies(found),
        to.form(DO_IT, {**given, "dry_run": False}, "takedown"),
    )


def taken_down_text(done: TakenDown) -> str:
    """The version without it, the paths in raw/ that a person deletes, the copies that stay, the receipt."""
    rewritten = ", ".join(str(number) for number in done.purged.rewritten) or "none"
    return joined(
        f"# Version {done.version} is without {done.targets.stone.doc_id}",
        f"Rewritten under their numbers: versions {rewritten}. Receipt: {plain(done.receipt)}.",
        "The files below are still in raw/: delete them yourself.",
        _documents(done.targets),
        _copies(done.targets),
    )


def _documents(found: Targets) -> str:
    rows = ((f"`{one.doc_id}`", plain(one.raw_path), plain(one.batch)) for one in found.places)
    return table(("document", "path in raw/", "batch"), rows, len(found.places))


def _copies(found: Targets) -> str:
    if not found.stays:
        return ""
    return f"Copies of it that stay, until each is taken down too: {', '.join(f'`{one}`' for one in found.stays)}."
