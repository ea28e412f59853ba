"""Learning the profiles of sources: what the command and the flow share."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

from tasks.clean.work import learn_profiles
from tasks.counting import counted
from tasks.errors import UsageError
from tasks.profiles import MIN_STORIES, Profile, current_profiles, save_profiles
from tasks.settings import Settings
from tasks.versions.manifest import Manifest
from tasks.versions.store import Store


@dataclass(frozen=True, slots=True)
class Learned:
    """One source. profile: None where it has too few stories; changed: its batches are now of an older recipe."""

    source: str
    n_articles: int
    profile: Profile | None
    changed: bool


def learn(settings: Settings, sources: Sequence[str] = (), *, dry_run: bool = False) -> list[Learned]:
    """Learns and stores the profiles of the chosen sources, or of all, from the newest version.

    Raises UsageError if there is no version yet, or no article in it, or none of a source.
    """
    manifest = Store(settings.data).head()
    if manifest is None:
        raise UsageError(f"no version yet in {settings.data}: profiles are learned from published documents")
    counts = _articles(settings, manifest)
    if not counts:
        raise UsageError(f"version {manifest.version} has no articles: there is nothing to learn from")
    unknown = sorted(set(sources) - set(counts))
    if unknown:
        raise UsageError(
            f"version {manifest.version} has no articles of {', '.join(unknown)}; it has {', '.join(counts)}"
        )
    chosen = sorted(set(sources) or counts)
    found = learn_profiles(settings, manifest, chosen)
    before = current_profiles(settings.data)
    changed = {source for source, profile in found.items() if before.get(source) != profile.hash}
    if not dry_run:
        save_profiles(settings.data, found)
    return [Learned(source, counts[source], found.get(source), source in changed) for source in chosen]


def said(learned: Learned) -> str:
    """What was learned of a source, in one line."""
    profile = learned.profile
    if profile is None:
        return f"{learned.source}: {counted(learned.n_articles, 'article')} of {MIN_STORIES} stories that are needed; no profile"
    n_lines = sum(profile.says_boilerplate(line) for line in profile.lines.values())
    state = "new profile" if learned.changed else "profile as before"
    return (
        f"{learned.source}: {state} {profile.hash} from {counted(profile.n_stories, 'story', 'stories')}; "
        f"{counted(n_lines, 'line')} of boilerplate, {profile.cuts_mean:g} cuts a document"
    )


def record(learned: Learned) -> dict[str, object]:
    """The same as JSON values, with the most frequent lines."""
    profile = learned.profile
    if profile is None:
        return {"source": learned.source, "n_articles": learned.n_articles, "profile": None, "changed": False}
    often = sorted(profile.lines.items(), key=lambda item: (-item[1].n_stories, item[0]))
    return {
        "source": learned.source,
        "n_articles": learned.n_articles,
        "profile": profile.hash,
        "changed": learned.changed,
        "n_stories": profile.n_stories,
        "cuts_mean": profile.cuts_mean,
        "lines": [
            {"text": line.sample, "n_stories": line.n_stories, "cut_frac": line.cut_frac, "kind": line.kind,
             "is_boilerplate": profile.says_boilerplate(line)}
            for _, line in often
        ],
    }  # fmt: skip


def _articles(settings: Settings, manifest: Manifest) -> dict[str, int]:
    """Articles of the version by source."""
    counts: Counter[str] = Counter()
    for rows in Store(settings.data).iter_table(manifest, "articles", ["source"]):
        counts.update(rows["source"].to_pylist())
    return dict(sorted(counts.items()))
