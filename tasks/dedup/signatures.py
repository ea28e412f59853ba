"""Signatures: what the whole-corpus step needs of a document, computed from this document alone."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pyarrow as pa

from tasks import schema
from tasks.dedup.readings import pack, title_sets
from tasks.dedup.repair import repair
from tasks.dedup.transcripts import write_transcripts
from tasks.dedup.words import (
    BASE,
    DIGIT,
    I64,
    LAST,
    MAX_CHARS,
    NAME,
    ODD,
    U64,
    Floats,
    Words,
    read_chunks,
    word_hashes,
)
from tasks.stage import StageResult

SHINGLE_WORDS = 5  # as the experiment in the issue had it; other sizes were not tried
SAMPLE_BITS = 3  # one shingle of eight, by hash: holds 99.5 % of the right pairs of the development set
# Of the first words of a text, where teasers and cuts come from, one shingle of two: with 20 % of words broken, a
# teaser of 40 words has six left. With one of eight, 7 % of all cuts of 20 to 60 words had none in common.
LEAD_WORDS, LEAD_BITS = 96, 1
MAX_SHINGLES = 8_192  # of one document, the smallest hashes: a book of 65,000 words has as many
MAX_SENTENCES = 8_192  # of one document, the first ones
SENTENCE_WORDS = np.uint64(0xFF)  # the bits of a sentence's hash that hold its length
WORD_BITS = 3  # one lower-case word of eight, by hash, to tell how many of a text's words nobody else has
MAX_WORDS = 1_024  # of one document, the smallest hashes
TEXT_DIGITS = 32  # of the hash of a text's words, by SHA-256: processors have an instruction for it
REPAIRED = 0.05  # what a text counts as damaged that came with entities or in a wrong encoding


@dataclass(frozen=True, slots=True)
class Sketches:
    """Sketches of n texts. Those of text i are shingles[shingle_offsets[i]:shingle_offsets[i + 1]], and so on.

    text_hashes: of the folded words, 32 hex digits, equal for exact copies; empty for a text without words.
    words: sampled lower-case words. odd_frac: share of words that mix digits and letters, more if the text
    had to be repaired.
    """

    text_hashes: list[str]
    n_words: I64
    shingles: U64
    shingle_offsets: I64
    sentences: U64
    sentence_offsets: I64
    words: U64
    word_offsets: I64
    odd_frac: Floats


def sign_documents(clean: pa.Table) -> StageResult:
    """One signature for each document of schema.CLEAN, in its order. Nothing is dropped."""
    texts = [text or "" for text in clean["text"].to_pylist()]
    titles = clean["title"].to_pylist()
    repaired = [repair(text) for text in texts]
    named = title_sets([title or "" for title in titles])
    sketched: list[Sketches] = []
    transcripts: list[bytes] = []
    for words in read_chunks(repaired):
        sentences = sentence_hashes(words)
        sketched.append(sketch(words, sentences))
        n = len(transcripts)
        transcripts += write_transcripts(pack(words), sentences, named[n : n + len(words.offsets) - 1])
    sketches = join_sketches(sketched, texts, repaired)
    columns = {
        name: clean[name] for name in ("doc_id", "source", "batch", "published_at", "agency", "n_chars")
    }
    columns |= {
        "content_hash": pa.array(
            [content_hash(*pair) for pair in zip(titles, texts, strict=True)], pa.string()
        ),
        "text_hash": pa.array(sketches.text_hashes, pa.string()),
        "n_words": pa.array(sketches.n_words),
        "shingles": pa.ListArray.from_arrays(sketches.shingle_offsets.astype(np.int32), sketches.shingles),
        "sentences": pa.ListArray.from_arrays(sketches.sentence_offsets.astype(np.int32), sketches.sentences),
        "words": pa.ListArray.from_arrays(sketches.word_offsets.astype(np.int32), sketches.words),
        "odd_frac": pa.array(sketches.odd_frac),
        "transcript": pa.array(transcripts, pa.large_binary()),
    }
    names = schema.SIGNATURES.schema.names
    kept = pa.Table.from_arrays([columns[name] for name in names], schema=schema.SIGNATURES.schema)
    return StageResult(kept.combine_chunks(), schema.DROPPED.empty(), schema.UNREADABLE.empty())


def sketch(words: Words, sentences: tuple[U64, I64]) -> Sketches:
    """The sketches of a few texts of bounded length, given their words and the sentence_hashes of these."""
    n_words = np.diff(words.offsets)
    stored = memoryview(words.hashes.tobytes())
    bounds = zip((8 * words.offsets[:-1]).tolist(), (8 * words.offsets[1:]).tolist(), strict=True)
    hashes = [
        hashlib.sha256(stored[start:end]).hexdigest()[:TEXT_DIGITS] if end > start else ""
        for start, end in bounds
    ]
    odd = np.diff(np.searchsorted(np.flatnonzero(words.flags & ODD != 0), words.offsets))
    return Sketches(
        hashes,
        n_words,
        *_capped(*_shingles(words), MAX_SHINGLES, smallest=True),
        *_capped(*sentences, MAX_SENTENCES, smallest=False),
        *_capped(*_sampled_words(words), MAX_WORDS, smallest=True),
        odd / np.maximum(1, n_words),
    )


def join_sketches(parts: Sequence[Sketches], texts: Sequence[str], repaired: Sequence[str]) -> Sketches:
    """The sketches of all texts; those longer than MAX_CHARS get the hash and number of all their words."""
    hashes = [text_hash for part in parts for text_hash in part.text_hashes]
    n_words = np.concatenate([np.zeros(0, np.int64), *(part.n_words for part in parts)])
    for i, text in enumerate(repaired):
        if len(text) > MAX_CHARS:
            hashes[i], n_words[i] = _long_hash(text)
    broken = np.array([_is_broken(*pair) for pair in zip(texts, repaired, strict=True)], np.bool_)
    odd_frac = np.concatenate([np.zeros(0), *(part.odd_frac for part in parts)])
    return Sketches(
        hashes,
        n_words,
        *join_lists([(part.shingles, part.shingle_offsets) for part in parts]),
        *join_lists([(part.sentences, part.sentence_offsets) for part in parts]),
        *join_lists([(part.words, part.word_offsets) for part in parts]),
        np.round(odd_frac + REPAIRED * broken, 4),
    )


def join_lists(parts: Sequence[tuple[U64, I64]]) -> tuple[U64, I64]:
    """Lists of several parts, one after the other, and where each begins."""
    sizes = [np.zeros(1, np.int64), *(np.diff(offsets) for _, offsets in parts)]
    return np.concatenate([np.zeros(0, np.uint64), *(values for values, _ in parts)]), np.cumsum(
        np.concatenate(sizes)
    )


def content_hash(title: str | None, text: str) -> str:
    """Hash of exactly these characters, 32 hex digits: evidence about two texts can be kept under it."""
    digest = hashlib.blake2b(f"{len(title or '')}\n".encode(), digest_size=16)
    digest.update((title or "").encode("utf-8", "surrogatepass"))
    digest.update(text.encode("utf-8", "surrogatepass"))
    return digest.hexdigest()


def sentence_hashes(words: Words) -> tuple[U64, I64]:
    """Hash of each sentence of all texts, and the first sentence of each text (n + 1 of them).

    The low 8 bits are the number of its words, at most 255.
    """
    if not len(words.hashes):
        return np.zeros(0, np.uint64), np.zeros(len(words.offsets), np.int64)
    last = (words.flags & LAST) != 0
    ends = np.flatnonzero(last) + 1
    pairs = words.hashes * BASE
    pairs[:-1] += words.hashes[1:]
    pairs[ends[:-1] - 1] -= words.hashes[ends[:-1]]  # the last word of a sentence has none behind it
    pairs ^= pairs >> np.uint64(29)
    pairs *= np.uint64(0xBF58476D1CE4E5B9)
    starts = np.concatenate([[0], ends[:-1]])
    hashes = np.add.reduceat(pairs, starts) & ~SENTENCE_WORDS
    hashes |= np.minimum(ends - starts, 255).astype(np.uint64)
    return hashes, np.concatenate([[0], np.cumsum(last)])[words.offsets]


def _shingles(words: Words) -> tuple[U64, I64]:
    """Sampled shingles of each text, by place (a shingle may come twice), and where those of a text begin."""
    n = len(words.hashes) - SHINGLE_WORDS + 1
    if n <= 0:
        return np.zeros(0, np.uint64), np.zeros(len(words.offsets), np.int64)
    joined = words.hashes[:n].copy()
    for k in range(1, SHINGLE_WORDS):
        joined *= BASE
        joined += words.hashes[k : k + n]
    starts, ends = words.offsets[:-1], words.offsets[1:]
    kept = joined < np.uint64(1 << (64 - SAMPLE_BITS))
    lead = np.arange(LEAD_WORDS) + starts[:, None]
    lead = lead[lead < np.minimum(ends, n)[:, None]]
    kept[lead] |= joined.take(lead) < np.uint64(1 << (64 - LEAD_BITS))
    last = ends[:, None] - np.arange(1, SHINGLE_WORDS)  # no shingle begins there
    kept[last[(last >= starts[:, None]) & (last < n)]] = False
    at = np.flatnonzero(kept)
    return joined.take(at), np.searchsorted(at, words.offsets)


def _sampled_words(words: Words) -> tuple[U64, I64]:
    """Sampled words without digits and capitals, by place (a word may come often)."""
    kept = words.hashes < np.uint64(1 << (64 - WORD_BITS))
    kept &= (words.flags & (DIGIT | NAME)) == 0
    at = np.flatnonzero(kept)
    return words.hashes[at], np.searchsorted(at, words.offsets)


def _is_broken(text: str, repaired: str) -> bool:
    """A text that had to be repaired, has lost characters, or no-break spaces for one space in ten."""
    if text.isascii():
        return text != repaired
    return (
        text != repaired
        or "\ufffd" in text
        or ("\xa0" in text and text.count("\xa0") * 10 > text.count(" ") + 10)
    )


def _capped(values: U64, offsets: I64, limit: int, *, smallest: bool) -> tuple[U64, I64]:
    """The values with at most `limit` for each text: the smallest, or the first."""
    if not (np.diff(offsets) > limit).any():
        return values, offsets
    parts = [
        values[start:end] for start, end in zip(offsets[:-1].tolist(), offsets[1:].tolist(), strict=True)
    ]
    parts = [np.unique(part)[:limit] if smallest and len(part) > limit else part[:limit] for part in parts]
    return np.concatenate(parts), np.cumsum([0, *map(len, parts)])


def _long_hash(text: str) -> tuple[str, int]:
    digest, n = hashlib.sha256(), 0
    for part in word_hashes(text):
        digest.update(part.tobytes())
        n += len(part)
    return digest.hexdigest()[:TEXT_DIGITS] if n else "", n
