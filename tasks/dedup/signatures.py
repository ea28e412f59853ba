"""Signatures: what the whole-corpus step needs of a document, computed from this document alone."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pyarrow as pa

from tasks import schema
from tasks.dedup.words import U64, Words, grams, mix, read_words, repair, word_hashes
from tasks.stage import StageResult

SHINGLE_WORDS = 5  # at 4 templates and footers fill the buckets, at 6 the short OCR copies are lost
SAMPLE = 8  # one shingle of eight, by hash: holds 99.8 % of the right pairs of the development set
MAX_SHINGLES = 8_192  # of one document, the smallest hashes: a book of 65,000 words has as many
MAX_SENTENCES = 8_192


@dataclass(frozen=True, slots=True)
class Sketch:
    """The part of a signature that is computed from the text. text_hash is empty for a text without words."""

    text_hash: bytes
    n_words: int
    shingles: U64
    sentences: U64


def sign_documents(clean: pa.Table) -> StageResult:
    """One signature for each document of schema.CLEAN, in its order. Nothing is dropped."""
    return StageResult(sign_texts(clean), schema.DROPPED.empty(), schema.UNREADABLE.empty())


def sign_texts(clean: pa.Table) -> pa.Table:
    """schema.SIGNATURES of a table with the columns of schema.CLEAN that it needs."""
    texts = clean["text"].to_pylist()
    titles = clean["title"].to_pylist()
    sketches = sketch_texts(texts)
    columns = {name: clean[name] for name in ("doc_id", "source", "batch", "published_at", "agency", "n_chars")}
    columns |= {
        "content_hash": pa.array([content_hash(*pair) for pair in zip(titles, texts, strict=True)], pa.string()),
        "text_hash": pa.array([sketch.text_hash.hex() for sketch in sketches], pa.string()),
        "n_words": pa.array([sketch.n_words for sketch in sketches], pa.int64()),
        "shingles": _lists([sketch.shingles for sketch in sketches]),
        "sentences": _lists([sketch.sentences for sketch in sketches]),
    }
    names = schema.SIGNATURES.schema.names
    return pa.Table.from_arrays([columns[name] for name in names], schema=schema.SIGNATURES.schema).combine_chunks()


def sketch_texts(texts: Sequence[str]) -> list[Sketch]:
    """The sketch of each text. Linear in the characters; a text of any length."""
    words = read_words([repair(text) for text in texts])
    return [_sketch(text, words, i) for i, text in enumerate(texts)]


def content_hash(title: str | None, text: str) -> str:
    """Hash of exactly these characters, 32 hex digits: evidence about two texts is kept under it."""
    digest = hashlib.blake2b(digest_size=16)
    digest.update(f"{len(title or '')}\n".encode())
    digest.update((title or "").encode("utf-8", "surrogatepass"))
    digest.update(text.encode("utf-8", "surrogatepass"))
    return digest.hexdigest()


def sentence_hashes(words: Words, i: int) -> tuple[U64, np.ndarray]:
    """Hash of each sentence of text i, and the sentence (from 0) each of its words is in."""
    start, end = int(words.offsets[i]), int(words.offsets[i + 1])
    if start == end:
        return np.zeros(0, np.uint64), np.zeros(0, np.int64)
    number = words.sentences[start:end] - words.sentences[start]
    first = np.flatnonzero(np.concatenate([[True], number[1:] != number[:-1]]))
    order = np.arange(end - start, dtype=np.uint64) - np.repeat(first, np.diff(np.append(first, end - start))).astype(np.uint64)
    hashes = mix(words.hashes[start:end] + mix(order))
    return np.add.reduceat(hashes, first), number


def _sketch(text: str, words: Words, i: int) -> Sketch:
    hashes = words.hashes[words.offsets[i] : words.offsets[i + 1]]
    shingles = grams(hashes, SHINGLE_WORDS)
    shingles = np.unique(shingles[shingles % np.uint64(SAMPLE) == 0])[:MAX_SHINGLES]
    digest = hashlib.blake2b(digest_size=16)
    n_words = 0
    for part in word_hashes(repair(text)) if len(text) > 400_000 else [hashes]:
        digest.update(part.tobytes())
        n_words += len(part)
    sentences, _ = sentence_hashes(words, i)
    return Sketch(digest.digest() if n_words else b"", n_words, shingles, sentences[:MAX_SENTENCES])


def _lists(arrays: Sequence[U64]) -> pa.Array:
    offsets = np.concatenate([[0], np.cumsum([len(array) for array in arrays])]).astype(np.int32)
    values = np.concatenate(arrays) if arrays else np.zeros(0, np.uint64)
    return pa.ListArray.from_arrays(pa.array(offsets, pa.int32()), pa.array(values, pa.uint64()))
