"""Corpus: the documents of one run as plain arrays, exact copies collapsed, and what each source repeats."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import numpy as np
import pyarrow as pa

from tasks import schema
from tasks.dedup.canonical import Member, day_of
from tasks.dedup.signatures import SENTENCE_WORDS, Sketches
from tasks.dedup.words import I64, U64, Bools, Floats, mix

# A sentence in three different stories of one source is its furniture, in half the root of its texts for a large
# source, which has more copies of one story too: 11 of 489, 50 of 10,000.
FURNITURE_DOCS, FURNITURE_ROOT = 3, 0.5
STORY_WORDS, STORY_FRAC = 30, 0.2  # words of its own that make a text a story, also under long footers


@dataclass(frozen=True, slots=True)
class Documents:
    """All documents, sorted by id, one entry each. published: ISO time or empty."""

    ids: Sequence[str]
    sources: Sequence[str]
    days: Sequence[str]
    published: Sequence[str]
    agencies: Sequence[str]
    n_chars: I64
    sketches: Sketches

    def member(self, row: int, *, is_cut: bool, is_damaged: bool) -> Member:
        """What the canonical policy looks at."""
        return Member(
            doc_id=self.ids[row],
            source=self.sources[row],
            day=self.days[row],
            published=self.published[row],
            agency=self.agencies[row],
            n_words=int(self.sketches.n_words[row]),
            is_cut=is_cut,
            is_damaged=is_damaged,
        )


@dataclass(frozen=True, slots=True)
class Furniture:
    """Sentences that a source repeats in many articles: its footers, not its news. Sorted keys."""

    keys: U64

    def own(self, sentences: U64, sources: I64) -> Bools:
        """False for each sentence that is furniture of its source."""
        if not len(self.keys):
            return np.ones(len(sentences), np.bool_)
        wanted = furniture_keys(sentences, sources)
        at = np.minimum(np.searchsorted(self.keys, wanted), len(self.keys) - 1)
        return np.asarray(self.keys[at] != wanted)


@dataclass(frozen=True, slots=True)
class Corpus:
    """The documents to compare: the first of each group of exact copies.

    rows: which of the documents. groups: all rows with the same text, first one first. sources: number of the source
    of each; all_sources: the same for all documents.
    """

    rows: I64
    groups: Sequence[Sequence[int]]
    sources: I64
    all_sources: I64
    sketches: Sketches
    furniture: Furniture


def read_signatures(signatures: pa.Table | Iterable[pa.Table]) -> Documents:
    """The documents of schema.SIGNATURES tables, in any order."""
    tables = [signatures] if isinstance(signatures, pa.Table) else list(signatures)
    table = pa.concat_tables([schema.SIGNATURES.empty(), *tables]).sort_by("doc_id").combine_chunks()
    published = [time.isoformat() if time else "" for time in table["published_at"].to_pylist()]
    return Documents(
        ids=table["doc_id"].to_pylist(),
        sources=table["source"].to_pylist(),
        days=[day_of(batch) for batch in table["batch"].to_pylist()],
        published=published,
        agencies=[agency or "" for agency in table["agency"].to_pylist()],
        n_chars=table["n_chars"].to_numpy(),
        sketches=Sketches(
            table["text_hash"].to_pylist(),
            table["n_words"].to_numpy(),
            *_flat(table["shingles"]),
            *_flat(table["sentences"]),
            *_flat(table["words"]),
            table["odd_frac"].to_numpy(),
        ),
    )


def collapse(documents: Documents) -> Corpus:
    """One of each group of exact copies goes on; a text without words is a group of its own."""
    found: dict[str, list[int]] = {}
    for row, text_hash in enumerate(documents.sketches.text_hashes):
        found.setdefault(text_hash or f"row {row}", []).append(row)
    groups = list(found.values())
    rows = np.array([group[0] for group in groups], np.int64)
    number = {name: place for place, name in enumerate(sorted(set(documents.sources)))}
    all_sources = np.array([number[source] for source in documents.sources], np.int64)
    sources = all_sources[rows]
    sketches = take(documents.sketches, rows)
    named = np.array([bool(documents.sources[row]) for row in rows.tolist()], np.bool_)
    return Corpus(rows, groups, sources, all_sources, sketches, find_furniture(sketches, sources, named))


def take(sketches: Sketches, rows: I64) -> Sketches:
    """The sketches of some texts."""
    if len(rows) == len(sketches.text_hashes) and (rows == np.arange(len(rows))).all():
        return sketches
    return Sketches(
        [sketches.text_hashes[row] for row in rows.tolist()],
        sketches.n_words[rows],
        *take_lists(sketches.shingles, sketches.shingle_offsets, rows),
        *take_lists(sketches.sentences, sketches.sentence_offsets, rows),
        *take_lists(sketches.words, sketches.word_offsets, rows),
        sketches.odd_frac[rows],
    )


def damage(sketches: Sketches) -> Floats:
    """How broken each text is: share of sampled words that no other text has, and of odd words. 0..1 and a little."""
    texts = np.repeat(np.arange(len(sketches.odd_frac)), np.diff(sketches.word_offsets))
    order = np.lexsort((texts, sketches.words))
    words, texts = sketches.words[order], texts[order]
    new = np.ones(len(words), np.bool_)
    new[1:] = (words[1:] != words[:-1]) | (texts[1:] != texts[:-1])
    words, texts = words[new], texts[new]
    first = np.ones(len(words), np.bool_)
    first[1:] = words[1:] != words[:-1]
    alone = first & np.append(first[1:], True) if len(first) else first
    n = len(sketches.odd_frac)
    share = np.bincount(texts[alone], minlength=n) / np.maximum(1, np.bincount(texts, minlength=n))
    return np.round(share + sketches.odd_frac, 4)


def furniture_keys(sentences: U64, sources: I64) -> U64:
    """Key of a sentence in a source."""
    return np.asarray(sentences ^ mix(sources.astype(np.uint64)))


def find_furniture(sketches: Sketches, sources: I64, named: Bools) -> Furniture:
    """Sentences that stand in many different stories of one source; without a source there are none.

    A text that is hardly more than such sentences is a copy or a version of another one of its source: it does
    not count, or three versions of one story would turn the story into furniture.
    """
    counts = np.diff(sketches.sentence_offsets)
    texts = np.repeat(np.arange(len(counts)), counts)
    kept = named[texts]
    keys, texts = furniture_keys(sketches.sentences, np.repeat(sources, counts))[kept], texts[kept]
    n_words = (sketches.sentences[kept] & SENTENCE_WORDS).astype(np.int64)
    order = np.argsort(keys, kind="stable")
    keys, texts, n_words = keys[order], texts[order], n_words[order]
    enough = np.maximum(FURNITURE_DOCS, np.ceil(FURNITURE_ROOT * np.sqrt(np.bincount(sources))))[
        sources[texts]
    ]
    common = _times(keys, texts, np.ones(len(keys), np.bool_)) >= enough
    total = np.bincount(texts, n_words, len(counts))
    own = np.bincount(texts, np.where(common, 0, n_words), len(counts))
    story = (own >= STORY_WORDS) & (own >= STORY_FRAC * total)
    furniture = common & (_times(keys, texts, story[texts]) >= enough)
    return Furniture(np.unique(keys[furniture]))


def _times(keys: U64, texts: I64, counted: Bools) -> I64:
    """For each entry (sorted by key): texts with this key, of the entries that are counted."""
    first = np.ones(len(keys), np.bool_)
    first[1:] = (keys[1:] != keys[:-1]) | (texts[1:] != texts[:-1])
    opens = np.ones(len(keys), np.bool_)
    opens[1:] = keys[1:] != keys[:-1]
    starts = np.flatnonzero(opens)
    if not len(starts):
        return np.zeros(0, np.int64)
    times = np.add.reduceat(first & counted, starts, dtype=np.int64)
    return np.repeat(times, np.diff(starts, append=len(keys)))


def take_lists(values: U64, offsets: I64, rows: I64) -> tuple[U64, I64]:
    """Some of the lists, one after the other, and where each begins."""
    if len(rows) == len(offsets) - 1 and (rows == np.arange(len(rows))).all():
        return values, offsets
    sizes = np.diff(offsets)[rows]
    ends = np.cumsum(sizes)
    at = np.arange(int(ends[-1]) if len(ends) else 0) + np.repeat(offsets[rows] - ends + sizes, sizes)
    return values[at], np.concatenate([[0], ends]).astype(np.int64)


def _flat(lists: pa.ChunkedArray) -> tuple[U64, I64]:
    if not len(lists):
        return np.zeros(0, np.uint64), np.zeros(1, np.int64)
    joined = lists.combine_chunks()
    joined = joined.chunk(0) if isinstance(joined, pa.ChunkedArray) else joined
    offsets = joined.offsets.to_numpy().astype(np.int64)
    return joined.values.to_numpy()[offsets[0] : offsets[-1]], offsets - offsets[0]
