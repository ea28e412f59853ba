"""Dedup at work: signatures shard by shard, then pairs and clusters over the whole corpus."""

from __future__ import annotations

import logging
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from shutil import rmtree

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from tasks import schema
from tasks.crew import Crew, alone
from tasks.dedup.audit import audit
from tasks.dedup.canonical import Policy
from tasks.dedup.carried import Carried
from tasks.dedup.corpus import collapse
from tasks.dedup.documents import (
    FEW_VALUES,
    SCALARS,
    Documents,
    as_documents,
    by_id,
    fixed_width,
    numbered,
)
from tasks.dedup.duplicates import Duplicates, cluster, n_chars
from tasks.dedup.evidence import StoredWords, judge_all
from tasks.dedup.growing import PIECES, Shop
from tasks.dedup.judged import Judging, Known, document_keys
from tasks.dedup.kept import Kept, recall_kept, remember_kept
from tasks.dedup.levels import Damaged
from tasks.dedup.lists import LISTS
from tasks.dedup.memory import are_few, keep_memory, release_memory
from tasks.dedup.part_transcripts import COLUMNS, PartTranscripts
from tasks.dedup.regions import Regions
from tasks.dedup.segments import put_down
from tasks.dedup.settling import Settling
from tasks.dedup.signatures import sign_documents
from tasks.dedup.stored import in_file, stored_rows
from tasks.dedup.words import I64
from tasks.settings import Settings
from tasks.stage import Done, Shard, content_key, run_stage
from tasks.versions.folder import resumable_scratch
from tasks.versions.parts import Part
from tasks.versions.store import Store

ENTRY_BYTES = 20  # of a signature for each value of its lists: the transcript is two thirds of it

_CLOSING = "closing"  # a file of the scratch folder
MANY_DOCUMENTS = 20_000  # new ones, from which the columns of all lie in files; fewer are 2 MB

logger = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class DuplicatesRef:
    """Pairs, clusters, and what the gate looks at."""

    pairs: Part
    clusters: Part
    profile: Mapping[str, float]


@dataclass(frozen=True, slots=True)
class Seen:
    """What a run before audited: parts of the signatures, by SHA-256, and the ids of those articles that are still there."""

    parts: Collection[str]
    ids: pa.ChunkedArray


def signatures(shards: Sequence[Shard], settings: Settings) -> list[Done]:
    """What duplicates are found by; never depends on other documents."""
    store = Store(settings.data)
    return [run_stage(store, shard, sign_documents) for shard in shards]


def dedup(
    signed: Sequence[Part],
    cleaned: Sequence[Part],
    recipe: str,
    settings: Settings,
    crew: Crew | None = None,
) -> DuplicatesRef:
    """Pairs with their evidence and clusters with their canonical article, over the whole corpus.

    signed, cleaned: the signatures and the articles of every shard, in the same order. crew: does the pieces of what is
    large; this process, if there is none.
    """
    store = Store(settings.data)
    key = content_key((recipe, *(part.sha256 for part in (*signed, *cleaned))))
    stored = store.recall("dedup", key)
    if stored and isinstance(stored["pairs"], Part) and isinstance(stored["clusters"], Part):
        return DuplicatesRef(stored["pairs"], stored["clusters"], stored["profile"])  # type: ignore[arg-type]  # as written below
    kept = recall_kept(store, recipe)
    with resumable_scratch(
        store.root, "dedup", content_key((key, "" if kept is None else kept.name))
    ) as scratch:
        _tidy(scratch)
        policy = Policy(settings.canonical, settings.source_rank)
        seen = _seen(signed, kept)
        found, known = _find(store, kept, policy, Shop(signed, scratch, crew or alone(settings)))
        unseen = [part for part, sign in zip(cleaned, signed, strict=True) if sign.sha256 not in seen.parts]
        n_new, layout = sum(part.rows for part in unseen), pa.schema([("doc_id", seen.ids.type)])
        read = (store.read_part(part, ["doc_id"]).cast(layout) for part in unseen)
        fresh = (
            in_file(read, layout, scratch / "ids")
            if n_new > MANY_DOCUMENTS
            else pa.concat_tables([layout.empty_table(), *read])
        ).column("doc_id")
        ids = pa.chunked_array([*seen.ids.chunks, *fresh.chunks], seen.ids.type)
        audited = audit(ids, found.pairs, found.clusters)
        release_memory(n_new, len(ids))
        if sum(audited.values()) == audited["n_articles"]:  # else the next run audits all of it again
            (scratch / _CLOSING).touch()  # what pieces wrote moves from here on
            remember_kept(store, recipe, known, scratch, n_new)
        profile = {**found.profile, **audited}
        pairs, clusters = (
            store.write_large_part(table, rows, scratch / f"part-{table.name}")
            if n_new > MANY_DOCUMENTS
            else store.write_part(table, rows)
            for table, rows in ((schema.PAIRS, found.pairs), (schema.CLUSTERS, found.clusters))
        )
        ref = DuplicatesRef(pairs, clusters, profile)
    store.remember("dedup", key, {"pairs": ref.pairs, "clusters": ref.clusters, "profile": profile})
    return ref


def _tidy(scratch: Path) -> None:
    """Leaves in the folder of a run that was killed what its pieces wrote, and nothing where that was on its way elsewhere."""
    is_closing = (scratch / _CLOSING).exists()
    for path in scratch.iterdir():
        if not path.is_dir():
            path.unlink()
        elif is_closing or path.name != PIECES:
            rmtree(path)


def _find(store: Store, kept: Kept | None, policy: Policy, shop: Shop) -> tuple[Duplicates, Kept]:
    """The duplicates of the corpus, and what to keep of it for the next run; what is kept already is not found again."""
    signed, scratch = shop.signed, shop.folder
    before = frozenset(() if kept is None else kept.signed)
    n_new = sum(part.rows for part in signed if part.sha256 not in before)
    if are_few(n_new, sum(part.rows for part in signed)):
        keep_memory()
    whole = _documents(store, shop, kept)
    release_memory(n_new, whole.num_rows)
    documents = as_documents(
        whole,
        lambda number: store.read_part(signed[number], LISTS),
        sum(part.bytes for part in signed) // ENTRY_BYTES,
    )
    try:
        corpus = collapse(documents, None if kept is None else kept.index, scratch, shop)
    except Damaged as error:
        logger.warning("dedup: the index is damaged (%s); it is made anew", error)
        corpus = collapse(documents, None, scratch, shop)
    release_memory(n_new, whole.num_rows)

    reader = StoredWords(corpus, PartTranscripts(store, signed, documents), n_chars(documents))
    folder = scratch if n_new > MANY_DOCUMENTS else None
    put = partial(put_down, folder) if folder is not None else np.asarray
    keys, certain = map(put, document_keys(documents, corpus))
    judging = Judging(
        partial(judge_all, reader), keys, certain, Known.of({} if kept is None else kept.judged)
    )
    del reader
    regions = Regions(documents, corpus, n_chars(documents), shop)
    carried = Carried.of(
        {} if kept is None else kept.carried,
        put(documents.slot[corpus.rows].astype(np.int64)),
        None if kept is None else _rows_before(documents, signed, kept),
    )
    found = cluster(documents, corpus, Settling(carried, judging, regions), policy, carried, folder)
    release_memory(n_new, whole.num_rows)
    assert judging.kept is not None  # noqa: S101  set when it judged
    slot = np.full(len(documents.slot), -1, np.int32)
    slot[corpus.rows] = corpus.slots
    at = whole.schema.get_field_index("slot")
    known = Kept(
        [part.sha256 for part in signed],
        whole.set_column(at, "slot", pa.array(slot)),
        corpus.index,
        judging.kept.arrays(),
        carried.arrays(),
    )
    return found, known


def _rows_before(documents: Documents, signed: Sequence[Part], kept: Kept) -> I64 | None:
    """The documents that were there before, all of them; None if one is not there any more."""
    there, before = {part.sha256 for part in signed}, frozenset(kept.signed)
    if not there.issuperset(before):
        return None
    was = np.array([part.sha256 in before for part in signed], np.bool_)
    return np.flatnonzero(was[documents.part])


def _seen(signed: Sequence[Part], kept: Kept | None) -> Seen:
    """What was audited before: told by what is kept, whose sum was held against it, not by what this run makes of it."""
    if kept is None:
        return Seen(frozenset(), pa.chunked_array([], pa.string()))
    there = {part.sha256 for part in signed}
    stays = np.array([sha in there for sha in kept.signed], np.bool_)
    at = kept.documents.column("part").to_numpy()
    return Seen(frozenset(kept.signed), kept.documents.column("doc_id").filter(pa.array(stays[at])))


def _documents(store: Store, shop: Shop, kept: Kept | None) -> pa.Table:
    """The documents of the parts, sorted by id; of parts that were there before nothing is read. Many new ones come in files.

    A document keeps its slot as long as its text, its title and its batch are the same, whatever part it stands in.
    """
    number = {part.sha256: place for place, part in enumerate(shop.signed)}
    before = {} if kept is None else {sha: place for place, sha in enumerate(kept.signed)}
    fresh = [(place, part) for place, part in enumerate(shop.signed) if part.sha256 not in before]
    are_many = sum(part.rows for _, part in fresh) > MANY_DOCUMENTS
    added = [numbered(schema.SIGNATURES.empty().select(SCALARS), 0)]
    for place, part in fresh:
        table = numbered(store.read_part(part, SCALARS), place, store.locate(part, *COLUMNS))
        added.append(in_file([table], table.schema, shop.folder / f"columns-{place}") if are_many else table)
    new = by_id(added, shop.folder / "new" if are_many else None)
    if kept is None:
        return new
    moved = np.array([number.get(sha, -1) for sha in kept.signed], np.int32)
    part = moved[kept.documents.column("part").to_numpy()]
    stays = part >= 0
    old = kept.documents
    at = old.schema.get_field_index("part")
    if not stays.all():
        new = _with_slots(new, old.filter(pa.array(~stays)))
        old = old.filter(pa.array(stays))
    old = old.set_column(at, "part", pa.array(part[stays]))
    return _merged(old, new, shop.folder / "merged" if are_many else None)


def _with_slots(new: pa.Table, gone: pa.Table) -> pa.Table:
    """New documents with the slots of those that stood in another part, and are the same."""
    at = pc.index_in(new.column("doc_id"), value_set=gone.column("doc_id").combine_chunks())
    before = gone.take(at)
    same = pc.is_valid(before.column("slot"))
    for name in ("content_hash", "source", "batch"):
        kind = (
            schema.SIGNATURES.schema.field(name).type if name in FEW_VALUES else new.schema.field(name).type
        )
        both = (table.column(name).cast(kind) for table in (new, before))
        same = pc.and_(same, pc.fill_null(pc.equal(*both), False))
    slot = pc.if_else(same, before.column("slot"), pa.scalar(-1, pa.int32()))
    return new.set_column(new.schema.get_field_index("slot"), "slot", slot)


def _merged(old: pa.Table, new: pa.Table, folder: Path | None) -> pa.Table:
    """Two tables sorted by id as one, in files of a folder, if one is given."""
    if not new.num_rows:
        return old
    both = pa.concat_tables([old, new.cast(old.schema)]).unify_dictionaries()
    ids = [fixed_width(table.column("doc_id")) for table in (old, new)]
    at = np.searchsorted(ids[0], ids[1])
    order = pa.array(np.insert(np.arange(old.num_rows), at, old.num_rows + np.arange(new.num_rows)))
    return both.take(order).combine_chunks() if folder is None else stored_rows(both, order, folder)
