"""Clean at work: one shard of documents after the other, and the profiles of sources."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import partial

import pyarrow as pa
import pyarrow.compute as pc

from tasks.clean.clean import Given
from tasks.clean.documents import clean_documents, given_of
from tasks.clean.learn import MAX_STORIES, learn_profile
from tasks.clean.rules import load_rules
from tasks.errors import TransientError
from tasks.profiles import Profile, current_profiles, load_profile, stored_profiles
from tasks.recipes import recipes_with
from tasks.settings import Settings
from tasks.stage import Done, Shard, run_stage
from tasks.versions.manifest import Manifest
from tasks.versions.store import Store

READ_AT_ONCE = 200  # raw texts held in memory while learning


def clean(shards: Sequence[Shard], settings: Settings) -> list[Done]:
    """Boilerplate out, every cut recorded."""
    store = Store(settings.data)
    rules = load_rules()
    return [
        run_stage(store, shard, partial(clean_documents, rules=rules, profile=profile_of(shard, settings)))
        for shard in shards
    ]


def profile_of(shard: Shard, settings: Settings) -> Profile | None:
    """The profile that the shard's recipe names, though another may have been learned since the run began.

    Raises TransientError if no profile gives that recipe: rules changed under a run.
    """
    source = shard.batch.rsplit("/", 1)[0]
    now = current_profiles(settings.data).get(source, "")
    for digest in dict.fromkeys((now, "", *(stored_profiles(settings.data)))):
        if recipes_with(digest, source, settings)["clean"] == shard.recipes[-1]:
            return load_profile(settings.data, digest) if digest else None
    raise TransientError(f"{shard.batch}: the rules of clean changed while the run was going: run again")


def learn_profiles(settings: Settings, manifest: Manifest, sources: Sequence[str]) -> dict[str, Profile]:
    """The profiles of sources, from the documents of a version's articles; without those that have too few."""
    store = Store(settings.data)
    rules = load_rules()
    stories = _stories(store, manifest)
    found = {}
    for source in sources:
        chosen = stories.get(source, [])
        profile = learn_profile(source, _documents(store, manifest, source, chosen), rules)
        if profile is not None:
            found[source] = profile
    return found


def _stories(store: Store, manifest: Manifest) -> dict[str, list[str]]:
    """By source one document of each cluster, in the order of doc_id: hashes, so the first are a fair sample."""
    first: dict[tuple[str, str], str] = {}
    for rows in store.iter_table(manifest, "articles", ["doc_id", "source", "cluster_id"]):
        for doc_id, source, cluster in zip(*(rows[name].to_pylist() for name in ("doc_id", "source", "cluster_id")), strict=True):  # fmt: skip
            first[source, cluster] = min(first.get((source, cluster), doc_id), doc_id)
    by_source: dict[str, list[str]] = {}
    for (source, _), doc_id in first.items():
        by_source.setdefault(source, []).append(doc_id)
    return {source: sorted(ids)[:MAX_STORIES] for source, ids in by_source.items()}


def _documents(
    store: Store, manifest: Manifest, source: str, doc_ids: Sequence[str]
) -> Iterator[tuple[str, Given]]:
    """Raw text and record of documents, batch after batch."""
    wanted = pa.array(doc_ids, pa.string())
    for batch in sorted(manifest.batches):
        if batch.rsplit("/", 1)[0] != source:
            continue
        for part in manifest.batches[batch].parts.get("documents", ()):
            rows = store.read_part(part)
            hits = rows.filter(pc.is_in(rows["doc_id"], value_set=wanted)).sort_by("doc_id")
            for some in hits.to_batches(max_chunksize=READ_AT_ONCE):
                yield from ((row["raw_text"], given_of(row)) for row in some.to_pylist())
