"""The project's own tagger: hashed word parts and word vectors, a small network, exact on every machine.

Trained by `benchmarks/entities/train.py`; the weights' card is `tasks/entities/models/CARD.md`.
"""

from __future__ import annotations

import json
import math
from collections.abc import Iterable, Sequence
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from tasks.entities.spans import Span
from tasks.entities.taggers import document, features
from tasks.entities.taggers.decode import Found, decode
from tasks.entities.taggers.network import Floats, Network, embed, from_arrays, scores
from tasks.entities.taggers.words import Segment, fold, segments
from tasks.errors import ConfigError

MODEL = Path(__file__).parent.parent / "models" / "cleancopy.npz"
METHOD = "cleancopy"
CHUNK_WORDS = 4096  # words in the network at once: 4 MB a layer, stays in the cache
KNOWN_WORDS = 200_000  # words remembered before the memory is emptied: 200 MB
_QUOTES = frozenset("\"'“”‘’«»")


class CleancopyTagger:
    """Names of texts. `tag` gives the same whatever the batch, the order, or what was tagged before."""

    def __init__(self, path: Path = MODEL, *, use_document: bool = True) -> None:
        try:
            with np.load(path, allow_pickle=False) as stored:
                arrays = {name: stored[name] for name in stored.files}
            meta = json.loads(bytes(np.asarray(arrays.pop("meta"), np.uint8)).decode())
            self._net: Network = from_arrays(arrays)
        except (OSError, ValueError, KeyError) as error:
            raise ConfigError(
                f"tagger weights {path}: {error}; restore the file from the repository"
            ) from error
        self._types: tuple[str, ...] = tuple(meta["types"])
        self._slope = float(meta["slope"])
        self._use_document = use_document
        self._gap = max(layer.reach for layer in self._net.layers)
        self._forget()

    def _forget(self) -> None:
        self._known: dict[str, int] = {}
        self._cases: list[int] = []
        self._rows: Floats = np.zeros((1024, self._net.width))

    def tag(self, texts: Sequence[str]) -> list[list[Span]]:
        """Mentions of each text, sorted, not overlapping. Type PERSON, ORG, LOC, or one of the finer types."""
        cut = [list(segments(text)) for text in texts]
        found = iter(self._found([s for part in cut for s in part]))
        out = []
        for text, part in zip(texts, cut, strict=True):
            spans = [span for segment in part for span in self._spans(text, segment, next(found))]
            out.append(document.agree(part, spans) if self._use_document else spans)
        return out

    def _found(self, todo: Sequence[Segment]) -> list[list[Found]]:
        """Names in each segment, worked on in chunks of segments of like length."""
        out: list[list[Found]] = [[] for _ in todo]
        order = sorted(range(len(todo)), key=lambda i: -len(todo[i].words))
        chunk: list[int] = []
        room = 0
        for i in order:
            if chunk and room + len(todo[i].words) > CHUNK_WORDS:
                self._tag_chunk(todo, chunk, out)
                chunk, room = [], 0
            chunk.append(i)
            room += len(todo[i].words)
        if chunk:
            self._tag_chunk(todo, chunk, out)
        return out

    def _tag_chunk(self, todo: Sequence[Segment], chunk: Sequence[int], out: list[list[Found]]) -> None:
        parts = [todo[i].words for i in chunk]
        flat, starts = self._scores(parts)
        lengths = np.array([len(words) for words in parts])
        square = np.zeros((len(parts), int(lengths[0]), flat.shape[1]))
        for k, (start, n) in enumerate(zip(starts, lengths.tolist(), strict=True)):
            square[k, :n] = flat[start : start + n]
        for i, names in zip(chunk, decode(square, lengths), strict=True):
            out[i] = names

    def label_scores(self, words: Sequence[str]) -> Floats:
        """Scores of all labels for the words of one segment, in 1/1024 nats. Shape (words, 1 + 2 types)."""
        flat, (start,) = self._scores([words])
        return flat[start : start + len(words)]

    def _scores(self, parts: Sequence[Sequence[str]]) -> tuple[Floats, list[int]]:
        """Scores of labels for segments laid in a row with gaps between, and where each begins."""
        if len(self._known) > KNOWN_WORDS:
            self._forget()
        self._learn(word for words in parts for word in words)
        lengths = np.array([len(words) for words in parts])
        starts: list[int] = (np.cumsum(lengths + self._gap) - lengths).tolist()
        rows = np.zeros((int(lengths.sum()) + self._gap * (len(parts) + 1), self._net.width))
        inner = np.zeros(len(rows), bool)
        known, cases = self._known, self._cases
        for words, start in zip(parts, starts, strict=True):
            ids = [known[word] for word in words]
            kind = features.line_kind([cases[i] for i in ids])
            rows[start : start + len(ids)] = self._rows[ids] + self._net.line_rows[kind]
            inner[start : start + len(ids)] = True
        return scores(self._net, rows, inner), starts

    def _learn(self, words: Iterable[str]) -> None:
        """Computes the vectors of words not met before."""
        known = self._known
        fresh = [word for word in dict.fromkeys(words) if word not in known]
        if not fresh:
            return
        folded = [fold(word) for word in fresh]
        cases = [features.case_of(word) for word in fresh]
        vectors = embed(
            self._net,
            np.array([features.key(f) for f in folded], np.uint32),
            np.array([features.parts(w, f) for w, f in zip(fresh, folded, strict=True)]),
            np.array(cases),
        )
        start = len(known)
        if start + len(fresh) > len(self._rows):
            room = max(2 * len(self._rows), start + len(fresh))
            self._rows = np.concatenate([self._rows[:start], np.zeros((room - start, self._net.width))])
        self._rows[start : start + len(fresh)] = vectors
        self._cases.extend(cases)
        known.update(zip(fresh, range(start, start + len(fresh)), strict=True))

    def _spans(self, text: str, segment: Segment, names: Sequence[Found]) -> list[Span]:
        out = []
        for found in names:
            first, last = _unquoted(text, segment, found)
            score = round(1.0 / (1.0 + math.exp(-found.margin * self._slope)), 4)
            kind = self._types[found.kind]
            out.append(Span(segment.starts[first], segment.ends[last], kind, score, METHOD))
        return out


def _unquoted(text: str, segment: Segment, found: Found) -> tuple[int, int]:
    """First and last word of a name without quotes around it."""
    first, last = found.first, found.last
    while first < last and text[segment.starts[first]] in _QUOTES:
        first += 1
    while last > first and text[segment.starts[last]] in _QUOTES:
        last -= 1
    return first, last


def weights_of(
    net_arrays: dict[str, NDArray[np.generic]], types: Sequence[str], slope: float
) -> dict[str, NDArray[np.generic]]:
    """Arrays as they are stored: the network's, and what the numbers of its labels mean."""
    meta = json.dumps({"types": list(types), "slope": slope}, sort_keys=True).encode()
    return {**net_arrays, "meta": np.frombuffer(meta, np.uint8)}
