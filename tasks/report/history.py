"""In which versions a document is, and where its rows changed."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal

from tasks.report import published
from tasks.report.reading import Reader, Row
from tasks.versions.manifest import Manifest

What = Literal["new", "same", "changed", "gone", "absent", "dropped"]


@dataclass(frozen=True, slots=True)
class Appearance:
    """A document in one version.

    what: new, same or changed against the version before; gone, absent or dropped where it is no article.
    columns: the columns of its article that changed. n_edits, n_mentions: None where it is no article;
    edits_changed, mentions_changed: whether those rows differ. recipes: the stages whose recipe changed.
    """

    version: int
    committed_at: str
    reason: str
    status: str
    what: What
    columns: tuple[str, ...] = ()
    n_edits: int | None = None
    n_mentions: int | None = None
    edits_changed: bool = False
    mentions_changed: bool = False
    recipes: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class _State:
    article: Row | None
    edits: Sequence[Row]
    mentions: Sequence[Row]
    dropped: bool
    recipe: Mapping[str, str]


def history(reader: Reader, versions: Sequence[Manifest], doc_id: str, batch: str) -> tuple[Appearance, ...]:
    """The document in every version, the oldest first; versions before its batch was there are left out."""
    appearances: list[Appearance] = []
    before: _State | None = None
    for manifest in versions:
        if batch not in manifest.batches:
            continue
        now = _state(reader, manifest, doc_id, batch)
        appearances.append(_appearance(manifest, batch, before, now))
        before = now
    return tuple(appearances)


def _state(reader: Reader, manifest: Manifest, doc_id: str, batch: str) -> _State:
    recipe = manifest.batches[batch].recipe
    if published.cleaned_of(reader, manifest, batch, doc_id) is None:
        dropped = reader.table_rows(manifest, "dropped", doc_id)
        return _State(None, (), (), bool(dropped), recipe)
    of = reader, manifest, batch, doc_id
    rows = published.article_of(*of), published.edits_of(*of), published.mentions_of(*of)
    return _State(*rows, dropped=False, recipe=recipe)


def _appearance(manifest: Manifest, batch: str, before: _State | None, now: _State) -> Appearance:
    common: dict[str, Any] = {  # Any: arguments by name
        "version": manifest.version, "committed_at": manifest.committed_at, "reason": manifest.reason,
        "status": manifest.batches[batch].status,
        "recipes": _changed(before.recipe, now.recipe) if before else (),
    }  # fmt: skip
    was = before.article if before else None
    if now.article is None:
        what: What = "dropped" if now.dropped else "gone" if was else "absent"
        return Appearance(what=what, **common)
    common |= {"n_edits": len(now.edits), "n_mentions": len(now.mentions)}
    if was is None or before is None:
        return Appearance(what="new", **common)
    columns = _changed(was, now.article)
    edits_changed, mentions_changed = before.edits != now.edits, before.mentions != now.mentions
    what = "changed" if columns or edits_changed or mentions_changed else "same"
    return Appearance(what=what, columns=columns, edits_changed=edits_changed,
                      mentions_changed=mentions_changed, **common)  # fmt: skip


def _changed(old: Mapping[str, Any], new: Mapping[str, Any]) -> tuple[str, ...]:
    return tuple(name for name in new if old.get(name) != new[name])


def changes(one: Appearance) -> str:
    """What changed in one version, in one line."""
    what = [
        *one.columns,
        *(["edits"] if one.edits_changed else []),
        *(["mentions"] if one.mentions_changed else []),
    ]
    parts = [", ".join(what)] if what else []
    if one.n_edits is not None and one.what in ("new", "changed"):
        parts.append(f"{one.n_edits:,} edits, {one.n_mentions:,} mentions")
    if one.recipes:
        parts.append(f"new recipe of {', '.join(one.recipes)}")
    if one.status != "published":
        parts.append(f"batch {one.status}")
    if one.reason:
        parts.append(one.reason)
    return "; ".join(parts)
